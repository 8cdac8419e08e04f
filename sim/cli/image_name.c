/* SPDX-License-Identifier: Apache-2.0 */
/* See image_name.h; docs/format.md, section 2.3, has the hidden names. */
#include "image_name.h"

#include <stdio.h>

#include "cfs/bytes.h"

bool image_name_is_hidden(const struct image_record *record)
{
    return record->name_bytes > 0 && record->name[0] == '\0';
}

/* Every text fits. */
static void hidden_text(const struct image_record *record, char text[IMAGE_NAME_TEXT])
{
    const uint8_t *name = (const uint8_t *)record->name;
    size_t bytes = record->name_bytes;
    char kind = bytes > 1 ? record->name[1] : '\0';
    if (kind == 'c' && bytes == 13) {
        (void)snprintf(text, IMAGE_NAME_TEXT, "(chunk %u of object %u.%u)", cfs_get_le24(name + 10),
                       cfs_get_le32(name + 2), cfs_get_le32(name + 6));
    } else if (kind == 'u' && bytes > 2) {
        (void)snprintf(text, IMAGE_NAME_TEXT, "(begun: %s)", record->name + 2);
    } else if (kind == 't' && bytes == 4) {
        (void)snprintf(text, IMAGE_NAME_TEXT, "(staged change %u)", cfs_get_le16(name + 2));
    } else {
        (void)snprintf(text, IMAGE_NAME_TEXT, "(%s)",
                       kind == 'T'   ? "transaction"
                       : kind == 'd' ? "objects to drop"
                                     : "hidden");
    }
}

void image_name_text(const struct image_record *record, char text[IMAGE_NAME_TEXT])
{
    text[0] = '\0';
    if (image_name_is_hidden(record)) {
        hidden_text(record, text);
    } else if (record->name_bytes > 0) {
        (void)snprintf(text, IMAGE_NAME_TEXT, "%s", record->name); /* it fits */
    } else if (cfs_record_is_data(&record->record)) {
        (void)snprintf(text, IMAGE_NAME_TEXT, "(name not found)"); /* as above */
    }
}
