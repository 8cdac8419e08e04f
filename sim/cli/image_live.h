/* SPDX-License-Identifier: Apache-2.0 */
/* Which records of an image hold what is stored now. */
#ifndef CLI_IMAGE_LIVE_H
#define CLI_IMAGE_LIVE_H

#include "image_log.h"

/* With all records read: names those that leave their name out, and finds out which are live and
 * which sectors are no longer needed. */
void image_find_live(struct image_log *log);

#endif
