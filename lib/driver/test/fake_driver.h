/* SPDX-License-Identifier: Apache-2.0 */
/* Storage drivers that do what a test tells them: work, lie, fail, take their time.
 *
 * A fake is a driver of its own (CMSIS has no context), with a few sectors of memory. By default it
 * is a synchronous driver of a part much like the K64F's flash, only small. Tests change what they
 * like in struct fake before they open a device.
 */
#ifndef FAKE_DRIVER_H
#define FAKE_DRIVER_H

#include "Driver_Storage.h"

#define FAKES           5u
#define FAKE_BLOCKS_MAX 6u
#define FAKE_CELLS      32768u
#define FAKE_OPERATIONS (ARM_STORAGE_OPERATION_GET_BLOCK + 1u)

/* The default part. */
#define FAKE_BASE    0x80000u
#define FAKE_SECTOR  1024u
#define FAKE_SECTORS 16u
#define FAKE_BYTES   (FAKE_SECTORS * FAKE_SECTOR)
#define FAKE_UNIT    8u

enum fake_mode {
    FAKE_SYNC,
    FAKE_ASYNC_AT_ONCE, /* the callback runs before the call has returned */
    FAKE_ASYNC_LATE,    /* the callback runs in fake_complete(), as does the operation itself */
};

/* One operation that goes another way than it should. */
struct fake_script {
    bool armed;
    ARM_STORAGE_OPERATION operation;
    unsigned skip;  /* so many of that kind go well before */
    int32_t result; /* what is returned, or told by the callback; nothing is done */
    bool at_once;   /* returned by the call itself, also by an asynchronous driver */
};

struct fake {
    ARM_STORAGE_INFO info;
    ARM_STORAGE_BLOCK blocks[FAKE_BLOCKS_MAX];
    uint32_t block_count;
    int32_t info_result;
    enum fake_mode mode;
    uint32_t limit_bytes; /* a call does at most so much, 0: all */
    struct fake_script script;
    uint8_t cells[FAKE_CELLS]; /* of addresses from the first block's on */

    /* What the driver saw. */
    unsigned calls[FAKE_OPERATIONS];
    ARM_POWER_STATE power;
    ARM_Storage_Callback_t callback;

    /* Of the operation at work. */
    ARM_STORAGE_OPERATION operation;
    int32_t status;
    uint64_t addr;
    void *to;
    const void *from;

    bool endless; /* the last block is followed by others like it, for ever */
    bool initialized;
    bool pending;
};

extern struct fake fakes[FAKES + 1]; /* from 1 */

/* The default part again, with all cells erased. Returns &fakes[n]. */
struct fake *fake_reset(unsigned n);

ARM_DRIVER_STORAGE *fake_driver(unsigned n);

/* Give a fake other blocks: `count` pairs of how many sectors and of what size. Erasable. */
void fake_set_sectors(struct fake *fake, uint32_t count, const uint32_t (*sectors)[2]);

/* The operation after `skip` good ones of its kind ends in `result`. */
void fake_script(struct fake *fake, ARM_STORAGE_OPERATION operation, unsigned skip, int32_t result);

/* Complete what is pending, on all fakes. Fits port_test.on_wait. */
void fake_complete(void *context);

#endif
