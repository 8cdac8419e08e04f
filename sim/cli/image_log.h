/* SPDX-License-Identifier: Apache-2.0 */
/* The log in an image, as far as its bytes tell: every sector, and every record that stands in it.
 *
 * Reads bytes and trusts none of them, with the record codec and nothing else of the library. So it
 * works on images that do not mount, and shows what a mount would pass over.
 */
#ifndef CLI_IMAGE_LOG_H
#define CLI_IMAGE_LOG_H

#include "cfs/record.h"
#include "sim/flash.h"

#include "complaint.h"

enum image_state {
    IMAGE_BLANK,  /* reads as erased */
    IMAGE_READY,  /* erased and marked, not yet opened */
    IMAGE_LOG,    /* part of the log */
    IMAGE_FREE,   /* an older part of the log, no longer needed */
    IMAGE_UNKNOWN /* neither mark nor header is legible */
};

struct image_sector {
    enum image_state state;
    uint32_t number; /* of the log; 0: unknown */
    uint32_t salt;
    size_t record_count;
    uint64_t live_bytes;
};

struct image_record {
    struct cfs_record record; /* `numbers` is not kept */
    uint32_t sector;
    uint32_t offset; /* within the sector */
    bool is_intact;  /* the checksum matches; otherwise only the head does */
    bool is_live;    /* the newest intact record of its name, and not a tombstone */
    bool is_base;    /* a live record leaves out what stands here */
    /* Of its key, whichever record it stands in; ends in a 0 that is not counted. */
    char name[CFS_RECORD_NAME_MAX + 1];
    uint8_t name_bytes; /* 0: of no key, or the name was not found */
};

struct image_log {
    struct image_sector *sectors;
    uint32_t sector_count;
    uint32_t sector_bytes;
    uint32_t line_bytes;
    uint32_t tail; /* sectors with lower numbers are no longer needed */
    struct cfs_shape shape;
    uint32_t header_lines;
    struct image_record *records; /* in the order of sectors and lines */
    size_t record_count;
    size_t record_room;
};

/* -1: out of memory. Otherwise there is always something to show. */
int image_log_read(struct image_log *log, const struct sim_flash *flash,
                   struct complaint *complaint);
void image_log_free(struct image_log *log);

const char *image_state_name(enum image_state state);
const char *image_kind_name(unsigned kind);

#endif
