/* SPDX-License-Identifier: Apache-2.0 */
/* What the name of a record's key says to a person. */
#ifndef CLI_IMAGE_NAME_H
#define CLI_IMAGE_NAME_H

#include "image_log.h"

#define IMAGE_NAME_TEXT (CFS_RECORD_NAME_MAX + 64)

/* Is the record of a key that the store keeps for itself? */
bool image_name_is_hidden(const struct image_record *record);

/* The name; or in brackets what a hidden one means, or that there is none; "" for a record that is
 * of no key. */
void image_name_text(const struct image_record *record, char text[IMAGE_NAME_TEXT]);

#endif
