/* SPDX-License-Identifier: Apache-2.0 */
/* What can be done with an image that has been loaded into a rig. Each prints and returns an
 * enum cli_exit. */
#ifndef CLI_IMAGE_H
#define CLI_IMAGE_H

#include <stdbool.h>

#include "rig.h"

int image_dump(struct rig *rig, bool json);
int image_check(struct rig *rig, bool json);

#endif
