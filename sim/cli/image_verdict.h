/* SPDX-License-Identifier: Apache-2.0 */
/* What an error of mount or check says about an image, in words. */
#ifndef CLI_IMAGE_VERDICT_H
#define CLI_IMAGE_VERDICT_H

#include <stdint.h>

struct image_verdict {
    int32_t error;
    const char *word; /* "ok", "DAMAGED" */
    const char *meaning;
};

/* For anything else than the errors of an image, the name of the error. */
struct image_verdict image_verdict(int32_t error);

#endif
