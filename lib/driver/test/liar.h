/* SPDX-License-Identifier: Apache-2.0 */
/* A storage driver that keeps every promise but one.
 *
 * Honest, it is strict: it refuses what leaves the device or is misaligned, and programs erased
 * units only, all-zero data excepted. Each lie breaks one promise, the way drivers get it wrong. It
 * has a clock of its own, which runs while it works and while it is waited for.
 */
#ifndef LIAR_H
#define LIAR_H

#include <stdbool.h>
#include <stdint.h>

#include "Driver_Storage.h"

#define LIAR_BASE      0x80000u
#define LIAR_SECTOR    1024u
#define LIAR_SECTORS   16u
#define LIAR_BYTES     (LIAR_SECTORS * LIAR_SECTOR)
#define LIAR_UNIT      8u
#define LIAR_LINE      16u
#define LIAR_OPERATION 50u /* us that a program takes; an erase ten times, a read a tenth */

enum lie {
    LIE_NONE,
    /* figures */
    LIE_NO_FUNCTION,    /* GetStatus is missing in the table */
    LIE_NO_POWER,       /* power cannot be switched on */
    LIE_TOTAL,          /* total_storage is not the sum of the blocks */
    LIE_NO_BLOCK,       /* GetBlock does not know the last byte */
    LIE_SIZE,           /* there is half as much memory as told; it shows twice */
    LIE_LAST_BYTES,     /* the last unit cannot be accessed */
    LIE_UNIT_LARGER,    /* units are twice as large as told */
    LIE_UNIT_SMALLER,   /* units are half as large as told */
    LIE_SECTOR_LARGER,  /* sectors are twice as large as told */
    LIE_SECTOR_SMALLER, /* sectors are half as large as told */
    LIE_ERASED_VALUE,   /* erased cells read as zeros */
    /* refusals */
    LIE_READ_BOUNDS,    /* reads behind the end */
    LIE_PROGRAM_BOUNDS, /* says that it programs there */
    LIE_ERASE_BOUNDS,   /* says that it erases there */
    LIE_PROGRAM_ALIGN,  /* programs parts of units */
    LIE_ERASE_ALIGN,    /* erases from the start of the sector, wherever it was told to */
    /* cells */
    LIE_LANES,        /* two bytes of a unit change places when programmed */
    LIE_LANES_READ,   /* ... when read, whole lines only */
    LIE_STUCK,        /* one bit of a sector reads as 1 */
    LIE_ADDRESS_LINE, /* one address line is not connected */
    LIE_FIRST_UNIT,   /* of a line programs only the first unit */
    LIE_READ_UNITS,   /* copies whole units, past the end of the buffer */
    LIE_ERASES_NEXT,  /* erases the next sector too */
    LIE_ERASES_PAIR,  /* erases pairs of sectors */
    LIE_ERASES_HALF,  /* erases the first half only */
    LIE_ERASES_ONCE,  /* skips the erase of a sector whose first line is blank */
    LIE_PROGRAMS_NOTHING,
    LIE_ERASES_NOTHING,
    LIE_FILL_REFUSED, /* refuses zeros over data */
    LIE_FILL_IGNORED, /* says it did, and did not */
    /* results and ends */
    LIE_RESULT_ZERO,    /* says 0, pending, and is synchronous */
    LIE_RESULT_MORE,    /* says it programmed more than it was asked */
    LIE_RESULT_PART,    /* says it programmed a part of a unit */
    LIE_CALLBACK_TWICE, /* at once */
    LIE_CALLBACK_AGAIN, /* once more when there is nothing to wait for */
    LIE_CALLBACK_TOO,   /* returns what it did, and calls back */
    LIE_CALLBACK_NEVER, /* of the third program */
    LIE_LATE,           /* the third erase takes thirty times as long */
    LIE_BUSY,           /* GetStatus says busy for ever after the first erase */
    LIE_FAILS,          /* the third program ends in an error */
};

struct liar {
    enum lie lie;
    bool asynchronous;
    bool partial; /* does one unit, one sector at a time */
    bool needs_erase;
    uint8_t erased_value;
    uint32_t unit_bytes; /* as told */
    uint8_t cells[LIAR_BYTES];

    /* What it saw. */
    uint32_t now_us;
    uint32_t programs;
    uint32_t erases;
    bool initialized;
    bool powered;
};

extern struct liar liar;

/* Honest and synchronous again, everything erased. Change `liar` before the driver is used. */
void liar_reset(enum lie lie);
ARM_DRIVER_STORAGE *liar_driver(void);

/* Time for what waits; the hooks of the self-test. */
uint32_t liar_now_us(void *context);
void liar_idle(void *context);

#endif
