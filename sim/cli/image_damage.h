/* SPDX-License-Identifier: Apache-2.0 */
/* Where in an image something stands that is not what the log would have written: by position, as
 * the bytes show it.
 *
 * A cut leaves such places too, and they are harmless: the store knows that they never counted.
 * Whether anything is lost is for cfs_check() and for reading the keys to say. */
#ifndef CLI_IMAGE_DAMAGE_H
#define CLI_IMAGE_DAMAGE_H

#include "image_log.h"

struct image_damage {
    uint32_t sector;
    uint32_t offset; /* within the sector */
    uint32_t bytes;
    const struct image_record *record; /* whose checksum does not fit; NULL: no head is legible */
    bool is_start;                     /* neither mark nor header of the sector is legible */
};

struct image_damages {
    struct image_damage *list; /* in the order of sectors and offsets */
    size_t count;
    size_t room;
};

/* -1: out of memory; nothing to free. `log` must be of `flash` and outlive the list. */
int image_damage_find(struct image_damages *damages, const struct image_log *log,
                      const struct sim_flash *flash);
void image_damage_free(struct image_damages *damages);

#endif
