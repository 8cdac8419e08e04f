/* SPDX-License-Identifier: Apache-2.0 */
/* cfs-sim image check: says in words whether an image holds an intact store. Programs nothing. */
#include "image.h"

#include "cli.h"
#include "image_file.h"
#include "image_look.h"
#include "image_verdict.h"
#include "json_out.h"

static uint32_t count_keys(struct rig *rig)
{
    char name[CFS_NAME_MAX + 1] = "";
    uint32_t keys = 0;
    while (cfs_find(&rig->store, NULL, name) >= 0) {
        keys++;
    }
    return keys;
}

static void print_json(const struct image_verdict *verdict, uint32_t keys,
                       const struct cfs_statistics *statistics)
{
    json_t *object = json_object();
    json_out_text(object, "verdict", verdict->word);
    json_out_text(object, "meaning", verdict->meaning);
    json_out_number(object, "keys", keys);
    json_out_number(object, "live_bytes", statistics->live_bytes);
    json_out_number(object, "sectors", statistics->sectors);
    (void)json_object_set_new(object, "undecided", /* see json_out.h */
                              json_boolean(statistics->undecided));
    (void)json_out_line(stdout, object); /* stdout is all there is */
    json_decref(object);
}

static void print_words(const struct image_verdict *verdict, uint32_t keys,
                        const struct cfs_statistics *statistics)
{
    printf("%s: %s", verdict->word, verdict->meaning);
    if (statistics->sectors > 0) {
        printf("; %u %s, %u bytes live in %u sectors", keys, keys == 1 ? "key" : "keys",
               statistics->live_bytes, statistics->sectors);
    }
    puts(statistics->undecided
             ? "; not unmounted: the next mount decides, for good, whether a write "
               "that was under way counts."
             : ".");
}

static int show(struct rig *rig, const char *path, bool json, struct complaint *complaint)
{
    (void)path;      /* the verdict is all that is printed */
    (void)complaint; /* every image has a verdict */
    struct cfs_statistics statistics = {0};
    uint32_t keys = 0;
    int32_t error = rig_mount(rig, true);
    if (error >= 0) {
        keys = count_keys(rig);
        (void)cfs_statistics(&rig->store, &statistics); /* cannot fail on a mounted store */
        error = cfs_check(&rig->store);
    }
    struct image_verdict verdict = image_verdict(error);
    if (json) {
        print_json(&verdict, keys, &statistics);
    } else {
        print_words(&verdict, keys, &statistics);
    }
    return error >= 0 ? CLI_PASS : CLI_VIOLATED;
}

int command_image_check(int argc, char **argv)
{
    static const struct image_look look = {
        .doc = "Mount the image without writing and verify every record. " IMAGE_FILE_HELP
               "\vExit status: 0 the image holds an intact store; 1 it does not (blank, foreign, "
               "newer, damaged); 2 the command line is wrong or the file cannot be read.",
        .show = show};
    return image_look(argc, argv, &look);
}
