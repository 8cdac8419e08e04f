/* SPDX-License-Identifier: Apache-2.0 */
/* What one call did to the medium, as far as somebody can tell who does not know the store's layout:
 * where it began and ended to program, whether it erased, and what it copied. */
#ifndef POWERFAIL_FOOTPRINT_H
#define POWERFAIL_FOOTPRINT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sim/flash.h"

struct footprint {
    bool programs;
    bool erases;
    uint64_t first_addr; /* of the first program, and of the last */
    uint64_t last_addr;
    uint8_t bytes[512]; /* the first ones programmed */
    size_t count;
};

void footprint_begin(struct footprint *footprint);
void footprint_note(struct footprint *footprint, const struct sim_op *op, const void *data);

/* Do the bytes programmed contain these, in one piece? */
bool footprint_contains(const struct footprint *footprint, const void *bytes, size_t size);

#endif
