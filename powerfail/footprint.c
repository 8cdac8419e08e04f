/* SPDX-License-Identifier: Apache-2.0 */
/* What one call did to the medium. See footprint.h. */
#include "footprint.h"

#include <string.h>

void footprint_begin(struct footprint *footprint)
{
    footprint->programs = false;
    footprint->erases = false;
    footprint->count = 0;
}

void footprint_note(struct footprint *footprint, const struct sim_op *op, const void *data)
{
    if (op->kind != SIM_OP_PROGRAM) {
        footprint->erases = footprint->erases || op->kind == SIM_OP_ERASE;
        return;
    }
    if (!footprint->programs) {
        footprint->first_addr = op->addr;
    }
    footprint->programs = true;
    footprint->last_addr = op->addr;
    size_t room = sizeof footprint->bytes - footprint->count;
    size_t size = op->size < room ? op->size : room;
    memcpy(footprint->bytes + footprint->count, data, size);
    footprint->count += size;
}

bool footprint_contains(const struct footprint *footprint, const void *bytes, size_t size)
{
    for (size_t at = 0; at + size <= footprint->count; at++) {
        if (memcmp(footprint->bytes + at, bytes, size) == 0) {
            return true;
        }
    }
    return false;
}
