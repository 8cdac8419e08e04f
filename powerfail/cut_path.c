/* SPDX-License-Identifier: Apache-2.0 */
/* Paths of cuts as text. See explore.h. */
#include "explore.h"

#include <stdio.h>
#include <string.h>

void cut_path_print(const struct cut_path *path, char *text, size_t size)
{
    size_t used = 0;
    text[0] = '\0';
    for (size_t i = 0; i < path->count && used < size; i++) {
        const struct cut *cut = &path->cuts[i];
        int length =
            snprintf(text + used, size - used, "%s%u:%s@%u~%u", i == 0 ? "" : "/", cut->op,
                     sim_outcome_name(cut->outcome), (unsigned)cut->place, (unsigned)cut->pattern);
        used += (size_t)length;
    }
}

static bool find_outcome(const char *name, enum sim_outcome *outcome)
{
    for (unsigned i = 0; i < SIM_OUTCOMES; i++) {
        if (strcmp(sim_outcome_name((enum sim_outcome)i), name) == 0) {
            *outcome = (enum sim_outcome)i;
            return true;
        }
    }
    return false;
}

bool cut_path_parse(const char *text, struct cut_path *path)
{
    *path = (struct cut_path){0};
    while (path->count < DEPTH_MAX) {
        struct cut *cut = &path->cuts[path->count];
        char name[24];
        int length = 0;
        if (sscanf(text, "%u:%23[^@]@%u~%u%n", &cut->op, name, &cut->place, &cut->pattern,
                   &length) != 4 ||
            !find_outcome(name, &cut->outcome)) {
            return false;
        }
        path->count++;
        text += length;
        if (*text == '\0') {
            return true;
        }
        if (*text++ != '/') {
            return false;
        }
    }
    return false;
}
