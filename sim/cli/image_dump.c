/* SPDX-License-Identifier: Apache-2.0 */
/* cfs-sim image dump: the sectors and records of an image, for a person or as JSON. */
#include "image.h"

#include <stdio.h>

#include "cli.h"
#include "image_file.h"
#include "image_log.h"
#include "image_look.h"
#include "image_name.h"
#include "json_out.h"
#include "text_out.h"

static uint32_t value_bytes(const struct image_record *record)
{
    return record->record.payload_bytes - record->record.name_bytes;
}

static const char *note_of(const struct image_record *record)
{
    if (!record->is_intact) {
        return "broken";
    }
    if (!cfs_record_is_data(&record->record)) {
        return "";
    }
    return record->is_live ? "live" : record->is_base ? "base" : "old";
}

static void print_record(const struct image_record *record)
{
    printf("    0x%04x  %-10s  %-6s", record->offset, image_kind_name(record->record.kind),
           note_of(record));
    if (cfs_record_is_data(&record->record)) {
        char name[IMAGE_NAME_TEXT];
        image_name_text(record, name);
        printf("  %6u  ", value_bytes(record));
        text_out_padded(name, 0);
    }
    putchar('\n');
}

static void print_sector(const struct image_log *log, uint32_t index)
{
    const struct image_sector *sector = &log->sectors[index];
    printf("%6u  %-8s", index, image_state_name(sector->state));
    if (sector->number > 0) {
        printf("%10u%9zu%12llu", sector->number, sector->record_count,
               (unsigned long long)sector->live_bytes);
    }
    putchar('\n');
}

static void print_records(const struct image_log *log)
{
    uint32_t sector = UINT32_MAX;
    for (size_t i = 0; i < log->record_count; i++) {
        const struct image_record *record = &log->records[i];
        if (record->sector != sector) {
            sector = record->sector;
            printf("\nsector %u, number %u (%s)\n    offset  record      state    bytes  name\n",
                   sector, log->sectors[sector].number,
                   image_state_name(log->sectors[sector].state));
        }
        print_record(record);
    }
}

static void print_table(const struct image_log *log)
{
    puts("sector  state       number  records  live bytes");
    for (uint32_t i = 0; i < log->sector_count; i++) {
        print_sector(log, i);
    }
    print_records(log);
}

static json_t *sector_json(const struct image_log *log, uint32_t index)
{
    const struct image_sector *sector = &log->sectors[index];
    json_t *object = json_object();
    json_out_number(object, "sector", index);
    json_out_text(object, "state", image_state_name(sector->state));
    json_out_number(object, "number", sector->number);
    json_out_number(object, "records", sector->record_count);
    json_out_number(object, "live_bytes", sector->live_bytes);
    return object;
}

/* Of a hidden name not the bytes are told, but what they mean. A name that is not UTF-8 cannot
 * stand in JSON, and is left out. */
static void add_name(json_t *object, const struct image_record *record)
{
    char name[IMAGE_NAME_TEXT];
    image_name_text(record, name);
    if (image_name_is_hidden(record)) {
        json_out_text(object, "hidden", name);
    } else if (record->name_bytes > 0) {
        json_out_text(object, "name", name);
    }
}

static json_t *record_json(const struct image_record *record)
{
    json_t *object = json_object();
    json_out_number(object, "sector", record->sector);
    json_out_number(object, "offset", record->offset);
    json_out_text(object, "record", image_kind_name(record->record.kind));
    (void)json_object_set_new(object, "intact",
                              json_boolean(record->is_intact)); /* see json_out.h */
    if (cfs_record_is_data(&record->record)) {
        add_name(object, record);
        json_out_number(object, "size", value_bytes(record));
        (void)json_object_set_new(object, "live", json_boolean(record->is_live)); /* as above */
        (void)json_object_set_new(object, "base", json_boolean(record->is_base)); /* as above */
    }
    return object;
}

static void print_json(const struct image_log *log)
{
    json_t *object = json_object();
    json_t *sectors = json_array();
    json_t *records = json_array();
    for (uint32_t i = 0; i < log->sector_count; i++) {
        (void)json_array_append_new(sectors, sector_json(log, i)); /* see json_out.h */
    }
    for (size_t i = 0; i < log->record_count; i++) {
        (void)json_array_append_new(records, record_json(&log->records[i])); /* as above */
    }
    json_out_number(object, "tail", log->tail);
    (void)json_object_set_new(object, "sectors", sectors); /* as above */
    (void)json_object_set_new(object, "records", records); /* as above */
    (void)json_out_line(stdout, object);                   /* stdout is all there is */
    json_decref(object);
}

static int show(struct rig *rig, const char *path, bool json, struct complaint *complaint)
{
    struct image_log log;
    (void)path; /* the image is loaded */
    if (image_log_read(&log, rig->flash, complaint) < 0) {
        return -1;
    }
    if (json) {
        print_json(&log);
    } else {
        print_table(&log);
    }
    image_log_free(&log);
    return CLI_PASS;
}

int command_image_dump(int argc, char **argv)
{
    static const struct image_look look = {
        .doc = "Show every sector and every record of an image; trusts nothing and works on "
               "damaged images. " IMAGE_FILE_HELP
               "\vExit status: 0; 2 the command line is wrong or the file cannot be read.",
        .show = show};
    return image_look(argc, argv, &look);
}
