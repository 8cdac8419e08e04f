/* SPDX-License-Identifier: Apache-2.0 */
/* cfs-sim image verify: everything that can be said about the health of an image. Programs
 * nothing. */
#include "image.h"

#include <stdio.h>

#include "cli.h"
#include "image_damage.h"
#include "image_file.h"
#include "image_look.h"
#include "image_name.h"
#include "image_verdict.h"
#include "json_out.h"
#include "keyset_file.h"
#include "text_out.h"

struct report {
    int32_t mounted; /* what a mount says */
    int32_t error;   /* the first that was found, a mount's included */
    struct cfs_statistics statistics;
    struct keyset keys;
    size_t keys_damaged;
    struct image_log log;
    struct image_damages damages;
};

static const char *mount_word(const struct report *report)
{
    return report->mounted < 0 ? "refused" : report->statistics.undecided ? "undecided" : "clean";
}

/* ---- finding out */

static void examine_store(struct report *report, struct rig *rig, const char *path)
{
    struct complaint complaint = {""};
    report->mounted = rig_mount(rig, true);
    report->error = report->mounted;
    if (report->mounted < 0) {
        return;
    }
    (void)cfs_statistics(&rig->store, &report->statistics); /* cannot fail on a mounted store */
    report->error = cfs_check(&rig->store);
    if (keyset_from_store(&report->keys, path, &rig->store, &complaint) < 0) {
        report->error = CFS_ERR_DAMAGED;
    }
    for (size_t i = 0; i < report->keys.count; i++) {
        report->keys_damaged += report->keys.keys[i].is_damaged;
    }
    if (report->keys_damaged > 0) {
        report->error = CFS_ERR_DAMAGED;
    }
}

static int examine(struct report *report, struct rig *rig, const char *path,
                   struct complaint *complaint)
{
    *report = (struct report){0};
    if (image_log_read(&report->log, rig->flash, complaint) < 0) {
        return -1;
    }
    if (image_damage_find(&report->damages, &report->log, rig->flash) < 0) {
        image_log_free(&report->log);
        return complain(complaint, "out of memory.");
    }
    examine_store(report, rig, path);
    return 0;
}

static void release(struct report *report)
{
    keyset_free(&report->keys);
    image_damage_free(&report->damages);
    image_log_free(&report->log);
}

/* ---- as JSON */

static json_t *damage_json(const struct image_damage *damage)
{
    json_t *object = json_object();
    json_out_number(object, "sector", damage->sector);
    json_out_number(object, "offset", damage->offset);
    json_out_number(object, "bytes", damage->bytes);
    json_out_text(object, "what",
                  damage->is_start         ? "sector"
                  : damage->record == NULL ? "unknown"
                                           : image_kind_name(damage->record->record.kind));
    if (damage->record != NULL && damage->record->name[0] != '\0') {
        json_out_text(object, "name", damage->record->name);
    }
    return object;
}

static void print_json(const struct report *report, const struct image_verdict *verdict)
{
    const struct cfs_statistics *statistics = &report->statistics;
    json_t *object = json_object();
    json_t *names = json_array();
    json_t *damage = json_array();
    for (size_t i = 0; i < report->keys.count; i++) {
        if (report->keys.keys[i].is_damaged) {
            (void)json_array_append_new(
                names, json_string(report->keys.keys[i].name)); /* see json_out.h */
        }
    }
    for (size_t i = 0; i < report->damages.count; i++) {
        (void)json_array_append_new(damage, damage_json(&report->damages.list[i])); /* as above */
    }
    json_out_text(object, "verdict", verdict->word);
    json_out_text(object, "meaning", verdict->meaning);
    json_out_text(object, "mount", mount_word(report));
    json_out_number(object, "keys", report->keys.count);
    (void)json_object_set_new(object, "keys_damaged", names); /* as above */
    json_out_number(object, "live_bytes", statistics->live_bytes);
    json_out_number(object, "capacity_bytes", statistics->capacity_bytes);
    json_out_number(object, "sectors", report->log.sector_count);
    json_out_number(object, "sectors_free", statistics->sectors_free);
    json_out_number(object, "erases_mean", statistics->erases_mean);
    (void)json_object_set_new(object, "damage", damage); /* as above */
    (void)json_out_line(stdout, object);                 /* stdout is all there is */
    json_decref(object);
}

/* ---- in words */

static void print_mount(const struct report *report)
{
    if (report->mounted < 0) {
        puts("mount      refused; nothing would be programmed");
    } else if (report->statistics.undecided) {
        puts("mount      undecided: the next mount decides, for good, whether the write that was "
             "under "
             "way counts");
    } else {
        puts("mount      clean");
    }
}

static void print_damage(const struct image_damage *damage)
{
    printf("           sector %u, offset 0x%04x, %u bytes: ", damage->sector, damage->offset,
           damage->bytes);
    if (damage->is_start) {
        puts("neither mark nor header can be read");
    } else if (damage->record == NULL) {
        puts("no record, and not empty");
    } else {
        char name[IMAGE_NAME_TEXT];
        image_name_text(damage->record, name);
        printf("broken record (%s) ", image_kind_name(damage->record->record.kind));
        text_out_padded(name, 0);
        putchar('\n');
    }
}

static void print_words(const struct report *report, const struct image_verdict *verdict)
{
    const struct cfs_statistics *statistics = &report->statistics;
    printf("verdict    %s: %s\n", verdict->word, verdict->meaning);
    print_mount(report);
    if (report->mounted >= 0) {
        printf("keys       %zu, of which %zu cannot be read\n", report->keys.count,
               report->keys_damaged);
        printf("live       %u of %u bytes\n", statistics->live_bytes, statistics->capacity_bytes);
        printf("sectors    %u, of which %u free; %u erases of each\n", report->log.sector_count,
               statistics->sectors_free, statistics->erases_mean);
    }
    for (size_t i = 0; i < report->keys.count; i++) {
        if (report->keys.keys[i].is_damaged) {
            fputs("lost       ", stdout);
            text_out_padded(report->keys.keys[i].name, 0);
            putchar('\n');
        }
    }
    printf("damage     %zu places%s\n", report->damages.count,
           report->damages.count > 0 && report->error >= 0
               ? "; none of them counts, a power cut leaves such"
               : "");
    for (size_t i = 0; i < report->damages.count; i++) {
        print_damage(&report->damages.list[i]);
    }
}

static int show(struct rig *rig, const char *path, bool json, struct complaint *complaint)
{
    struct report report;
    if (examine(&report, rig, path, complaint) < 0) {
        return -1;
    }
    struct image_verdict verdict = image_verdict(report.error);
    if (json) {
        print_json(&report, &verdict);
    } else {
        print_words(&report, &verdict);
    }
    release(&report);
    return report.error >= 0 ? CLI_PASS : CLI_VIOLATED;
}

int command_image_verify(int argc, char **argv)
{
    static const struct image_look look = {
        .doc =
            "Verify everything and report: the verdict of 'check', what a mount would do, keys, "
            "space, keys that cannot be read, and every place where something stands that the "
            "log did not write. " IMAGE_FILE_HELP
            "\vExit status: 0 an intact store, be it that a cut left traces; 1 it is not (blank, "
            "foreign, newer, damaged); 2 the command line is wrong or the file cannot be read.",
        .show = show};
    return image_look(argc, argv, &look);
}
