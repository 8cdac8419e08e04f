/* SPDX-License-Identifier: Apache-2.0 */
/* The command line that all actions share which look at one image and print: FILE [--json]. */
#ifndef CLI_IMAGE_LOOK_H
#define CLI_IMAGE_LOOK_H

#include <stdbool.h>

#include "rig.h"

struct image_look {
    const char *doc; /* for --help */
    bool to_mount;   /* mount it first, read-only; an image that does not mount is then refused */
    /* Print. Returns an enum cli_exit, or -1 after complaining. */
    int (*show)(struct rig *rig, const char *path, bool json, struct complaint *complaint);
};

/* Parse, load, show. Returns an enum cli_exit. */
int image_look(int argc, char **argv, const struct image_look *look);

#endif
