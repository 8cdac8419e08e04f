/* SPDX-License-Identifier: Apache-2.0 */
/* Short scripts of store calls. See script.h. */
#include "script.h"

#include <stdio.h>
#include <string.h>

static const char *const start_names[STARTS] = {
    "empty", "few", "dirty", "switch", "spare", "reclaim", "prepare", "lap",
};

/* Letters of the bounded family first, then those for use by name only. Key 0 is what the starts
 * overwrite, key 1 stands in every start but "empty" and is not touched by them, key 2 is new. */
static const struct {
    char letter;
    struct op op;
} letters[] = {
    {'a', {OP_SET, 0, SHAPE_SHORT}},    {'A', {OP_SET, 0, SHAPE_LONG}},
    {'b', {OP_SET, 1, SHAPE_COUNTER}},  {'c', {OP_SET, 2, SHAPE_MEDIUM}},
    {'x', {OP_DELETE, 0, SHAPE_NONE}},  {'y', {OP_DELETE, 1, SHAPE_NONE}},
    {'r', {OP_REMOUNT, 0, SHAPE_NONE}}, {'p', {OP_REBOOT, 0, SHAPE_NONE}},
    {'F', {OP_FORMAT, 0, SHAPE_NONE}},  {'e', {OP_SET, 0, SHAPE_EMPTY}},
    {'f', {OP_SET, 2, SHAPE_ONES}},     {'z', {OP_SET, 2, SHAPE_ZEROS}},
};

#define LETTERS        (sizeof letters / sizeof letters[0])
#define FAMILY_LETTERS 9u

const char *start_name(enum start start)
{
    return start_names[start];
}

const char *script_letters(void)
{
    return "a set key 0 short, A set key 0 long, b set key 1 to a counter, c create key 2, "
           "x delete key 0, y delete key 1, r unmount and boot, p power cycle, F format again, "
           "e set key 0 empty, f set key 2 to ones, z set key 2 to zeros";
}

bool script_letter(char letter, struct op *op)
{
    for (size_t i = 0; i < LETTERS; i++) {
        if (letters[i].letter == letter) {
            *op = letters[i].op;
            return true;
        }
    }
    return false;
}

bool script_parse(const char *name, struct script *script)
{
    const char *colon = strchr(name, ':');
    size_t count = colon == NULL ? 0 : strlen(colon + 1);
    if (count == 0 || count > SCRIPT_OPS_MAX || strlen(name) >= sizeof script->name) {
        return false;
    }
    *script = (struct script){.start = STARTS, .count = count};
    strcpy(script->name, name);
    for (unsigned i = 0; i < STARTS; i++) {
        size_t length = strlen(start_names[i]);
        if (length == (size_t)(colon - name) && memcmp(name, start_names[i], length) == 0) {
            script->start = (enum start)i;
        }
    }
    for (size_t i = 0; i < count; i++) {
        if (!script_letter(colon[1 + i], &script->ops[i])) {
            return false;
        }
    }
    return script->start != STARTS;
}

size_t script_family_size(unsigned length)
{
    size_t sequences = 0;
    size_t of_this_length = 1;
    for (unsigned i = 0; i < length; i++) {
        of_this_length *= FAMILY_LETTERS;
        sequences += of_this_length;
    }
    return sequences * STARTS;
}

void script_family_get(size_t index, unsigned length, struct script *script)
{
    size_t sequence = index / STARTS;
    size_t of_this_length = FAMILY_LETTERS;
    unsigned count = 1;
    while (sequence >= of_this_length && count < length) {
        sequence -= of_this_length;
        of_this_length *= FAMILY_LETTERS;
        count++;
    }
    *script = (struct script){.start = (enum start)(index % STARTS), .count = count};
    int used = snprintf(script->name, sizeof script->name, "%s:", start_name(script->start));
    for (unsigned i = 0; i < count; i++) {
        of_this_length /= FAMILY_LETTERS;
        size_t letter = sequence / of_this_length % FAMILY_LETTERS;
        script->ops[i] = letters[letter].op;
        script->name[used++] = letters[letter].letter;
    }
    script->name[used] = '\0';
}
