/* SPDX-License-Identifier: Apache-2.0 */
/* An image file in a rig: loaded, mounted, saved. */
#ifndef CLI_IMAGE_FILE_H
#define CLI_IMAGE_FILE_H

#include "keyset.h"
#include "options.h"
#include "rig.h"

/* What the device child parser says of itself in the help of an action. */
#define IMAGE_DEVICE_HEADER "The part:"

/* What every action on an existing image says of it in its help. */
#define IMAGE_FILE_HELP                                                                           \
    "The number of sectors follows from the file's length, their size from the profile (default " \
    "k64f)."

/* Load the file into a new rig, with the sectors its length asks for. The rig is closed on failure. */
int image_load(struct rig *rig, const struct device_options *device, const char *path,
               struct complaint *complaint);

/* Load and mount. The rig is closed on failure. */
int image_mount(struct rig *rig, const struct device_options *device, const char *path,
                bool read_only, struct complaint *complaint);

/* Everything in an image file; see keyset_from_store(). */
int image_read_keys(struct keyset *set, const struct device_options *device, const char *path,
                    struct complaint *complaint);

/* Unmount and write the bytes to a file, which appears when it is complete. */
int image_save(struct rig *rig, const char *path, struct complaint *complaint);

#endif
