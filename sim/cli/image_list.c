/* SPDX-License-Identifier: Apache-2.0 */
/* cfs-sim image list: the keys of an image; as JSON, a file of keys that image create takes. */
#include "image.h"

#include <stdio.h>

#include "cli.h"
#include "image_file.h"
#include "image_look.h"
#include "json_out.h"
#include "keyset_file.h"
#include "text_out.h"

#define PREVIEW_BYTES 32u

static void print_table(const struct keyset *set)
{
    puts(" bytes  name                              value");
    for (size_t i = 0; i < set->count; i++) {
        const struct keyset_key *key = &set->keys[i];
        if (key->is_damaged) {
            printf("     ?  ");
        } else {
            printf("%6zu  ", key->size);
        }
        text_out_padded(key->name, 32);
        if (key->is_damaged) {
            puts("  (damaged)");
            continue;
        }
        fputs("  ", stdout);
        text_out_value(key->value, key->size, PREVIEW_BYTES);
        putchar('\n');
    }
}

static size_t count_damaged(const struct keyset *set)
{
    size_t damaged = 0;
    for (size_t i = 0; i < set->count; i++) {
        damaged += set->keys[i].is_damaged;
    }
    return damaged;
}

static int show(struct rig *rig, const char *path, bool json, struct complaint *complaint)
{
    struct keyset set;
    if (keyset_from_store(&set, path, &rig->store, complaint) < 0) {
        return -1;
    }
    size_t damaged = count_damaged(&set);
    if (json) {
        json_t *object = keyset_json(&set);
        (void)json_out_line(stdout, object); /* stdout is all there is */
        json_decref(object);
    } else {
        print_table(&set);
    }
    keyset_free(&set);
    if (damaged > 0) {
        fprintf(stderr, "cfs-sim image list: %s: %zu of the keys cannot be read any more.\n", path,
                damaged);
    }
    return damaged > 0 ? CLI_VIOLATED : CLI_PASS;
}

int command_image_list(int argc, char **argv)
{
    static const struct image_look look = {
        .doc = "List the keys of an image, by name. " IMAGE_FILE_HELP
               " With --json: names and whole values, as a file of keys that 'image create' "
               "takes.\vExit status: 0; 1 some keys are damaged and not listed with --json; 2 the "
               "command line is wrong, or the file holds no store that mounts.",
        .to_mount = true,
        .show = show};
    return image_look(argc, argv, &look);
}
