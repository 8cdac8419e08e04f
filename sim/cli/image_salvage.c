/* SPDX-License-Identifier: Apache-2.0 */
/* cfs-sim image salvage: every intact key of an image, whether it mounts or not; the result is a file of keys
 * that image create takes. */
#include "image.h"

#include <stdlib.h>
#include <string.h>

#include "cli.h"
#include "image_look.h"
#include "image_verdict.h"
#include "json_out.h"
#include "keyset_file.h"
#include "text_out.h"

struct haul {
    struct keyset set;
    size_t damaged;
    size_t doubtful;
    bool incomplete;
    struct complaint *complaint;
};

static void tell(const char *what, const char *name, size_t *count)
{
    (*count)++;
    fprintf(stderr, "cfs-sim image salvage: %s: ", what);
    for (const char *at = name; *at; at++) {
        fputc(*at < ' ' || *at > '~' ? '?' : *at, stderr);
    }
    fputc('\n', stderr);
}

static int32_t take(void *context, const struct cfs_salvaged *key)
{
    struct haul *haul = context;
    char name[CFS_NAME_MAX + 1] = "";
    uint8_t *value = malloc(key->value_bytes + 1);
    if (value == NULL || key->name_bytes > CFS_NAME_MAX) {
        free(value);
        return value == NULL ? CFS_ERR_NO_MEMORY : CFS_OK;
    }
    memcpy(name, key->name, key->name_bytes);
    if (key->state == CFS_SALVAGED_DAMAGED ||
        cfs_salvage_read(key, 0, value, key->value_bytes) < 0) {
        free(value);
        tell("its newest value cannot be read", name, &haul->damaged);
        return CFS_OK;
    }
    if (key->state == CFS_SALVAGED_DOUBTFUL) {
        tell("there may have been a newer value", name, &haul->doubtful);
    }
    return keyset_add(&haul->set, name, value, key->value_bytes, haul->complaint) < 0
               ? CFS_ERR_NO_MEMORY
               : CFS_OK;
}

static int salvage(struct haul *haul, struct rig *rig, const char *path)
{
    const struct cfs_salvage_config config = {.found = take, .context = haul};
    int32_t error = cfs_salvage(&rig->volume, rig->memory, rig->memory_bytes, &config);
    if (error < 0) {
        return complain(haul->complaint, "%s: nothing can be salvaged: %s.", path,
                        image_verdict(error).meaning);
    }
    haul->incomplete = error > 0;
    if (haul->incomplete) {
        fputs("cfs-sim image salvage: a part of the log is illegible; keys may be missing.\n",
              stderr);
    }
    return keyset_settle(&haul->set, haul->complaint);
}

static int show(struct rig *rig, const char *path, bool json, struct complaint *complaint)
{
    struct haul haul = {.set = {.path = path}, .complaint = complaint};
    int status = salvage(&haul, rig, path);
    if (status == 0 && json) {
        json_t *object = keyset_json(&haul.set);
        (void)json_out_line(stdout, object); /* stdout is all there is */
        json_decref(object);
    } else if (status == 0) {
        for (size_t i = 0; i < haul.set.count; i++) {
            text_out_padded(haul.set.keys[i].name, 32);
            printf("  %zu bytes\n", haul.set.keys[i].size);
        }
    }
    keyset_free(&haul.set);
    if (status < 0) {
        return -1;
    }
    return haul.damaged + haul.doubtful > 0 || haul.incomplete ? CLI_VIOLATED : CLI_PASS;
}

int command_image_salvage(int argc, char **argv)
{
    static const struct image_look look = {
        .doc =
            "Get every intact key out of an image, whether it mounts or not. With --json: a file "
            "of keys that 'image create' takes. What is damaged, or may have had a newer value, is "
            "told on stderr, and whether keys may be missing."
            "\vExit status: 0 all keys are there and intact; 1 some are damaged, may be older or "
            "missing; 2 the "
            "command "
            "line is wrong, or nothing at all can be read.",
        .show = show};
    return image_look(argc, argv, &look);
}
