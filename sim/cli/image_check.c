/* SPDX-License-Identifier: Apache-2.0 */
/* cfs-sim image check: says in words whether an image holds an intact store. Programs nothing. */
#include "image.h"

#include "cli.h"
#include "json_out.h"

static const struct verdict {
    int32_t error;
    const char *word;
    const char *meaning;
} verdicts[] = {
    {CFS_OK, "ok", "an intact store"},
    {CFS_ERR_BLANK, "BLANK", "nothing was ever stored here; format it"},
    {CFS_ERR_FOREIGN, "FOREIGN", "something else is stored here, not a configuration store"},
    {CFS_ERR_NEWER, "NEWER", "written by a newer version of the format; update this tool"},
    {CFS_ERR_DAMAGED, "DAMAGED",
     "a committed record or header is unreadable or wrong; what else is intact can still be read"},
    {CFS_ERR_GEOMETRY, "GEOMETRY",
     "a store of another shape; name the part with --profile and give the whole image"},
};
#define VERDICT_COUNT (sizeof verdicts / sizeof verdicts[0])

static struct verdict verdict_of(int32_t error)
{
    for (size_t i = 0; i < VERDICT_COUNT; i++) {
        if (verdicts[i].error == error) {
            return verdicts[i];
        }
    }
    return (struct verdict){error, cfs_error_name(error), "the image could not be examined"};
}

static uint32_t count_keys(struct rig *rig)
{
    char name[CFS_NAME_MAX + 1] = "";
    uint32_t keys = 0;
    while (cfs_find(&rig->store, NULL, name) >= 0) {
        keys++;
    }
    return keys;
}

static void print_json(const struct verdict *verdict, uint32_t keys,
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

static void print_words(const struct verdict *verdict, uint32_t keys,
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

int image_check(struct rig *rig, bool json)
{
    struct cfs_statistics statistics = {0};
    uint32_t keys = 0;
    int32_t error = rig_mount(rig, true);
    if (error >= 0) {
        keys = count_keys(rig);
        (void)cfs_statistics(&rig->store, &statistics); /* cannot fail on a mounted store */
        error = cfs_check(&rig->store);
    }
    struct verdict verdict = verdict_of(error);
    if (json) {
        print_json(&verdict, keys, &statistics);
    } else {
        print_words(&verdict, keys, &statistics);
    }
    return error >= 0 ? CLI_PASS : CLI_VIOLATED;
}
