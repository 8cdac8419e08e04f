/* SPDX-License-Identifier: Apache-2.0 */
/* A self-test of a storage driver: does it keep the promises the store relies on?
 *
 *   SELFTEST > ARM_DRIVER_STORAGE (yours)
 *
 * Run it on a new port before anything else, and again when driver, compiler or clock settings
 * change. It speaks to the driver directly, from Initialize to Uninitialize, so nothing else may
 * use the driver meanwhile. It calls nothing of cfs/port.h.
 *
 * What it does to the device: every line of the named sectors is programmed twice, every sector is
 * erased three times (the last one four times), and at the end they are erased. Everything else is
 * only read, and the sectors before and behind are read twice to see that they did not change. Reads
 * grow with the square of the number of sectors; three show as much as thirty. But a driver that fails
 * may do harm: the refusals that are asked for are a program of one unit and an erase of one sector
 * directly behind the device, and misaligned ones inside the named sectors. 
 *
 * What it cannot show: what power cuts leave, what the line of your part is (its data sheet says),
 * and whether a completed operation is really in the cells and not in a cache.
 */
#ifndef CFS_SELFTEST_H
#define CFS_SELFTEST_H

#include "cfs/device.h"

#ifdef __cplusplus
extern "C" {
#endif

/* The checks, in the order they are made. `addr`, `expected` and `found` are those of the report. */
enum cfs_selftest_check {
    CFS_SELFTEST_NONE,  /* all held */
    CFS_SELFTEST_TABLE, /* a function of the driver's table is missing (`found`: which, from 0) */
    CFS_SELFTEST_START, /* Initialize or PowerControl failed (`found`: the result) */
    CFS_SELFTEST_GEOMETRY, /* figures contradict each other, or cannot be used (`found`: the error
                              cfs_device_open() would give, or the block GetBlock() told) */
    CFS_SELFTEST_BOUNDS,   /* a call behind the end was not refused (`found`: the result) */
    CFS_SELFTEST_ALIGN,    /* a misaligned call was not refused (`found`: the result) */
    CFS_SELFTEST_ERASED,   /* an erased byte does not read as the erased value */
    CFS_SELFTEST_UNIT,     /* units cannot be programmed one by one: a byte of the unit, or next to
                              it, is wrong */
    CFS_SELFTEST_LINE,     /* the same for a whole line in one call */
    CFS_SELFTEST_LANES,    /* a byte does not read back as programmed */
    CFS_SELFTEST_READ,     /* reading single bytes at any address does not work, or touches more of
                              the buffer than asked */
    CFS_SELFTEST_SIZE, /* the device is smaller than it says: what was programmed elsewhere shows
                              at `addr`, or the last byte cannot be read */
    CFS_SELFTEST_ERASE_TOO_LITTLE, /* a byte of an erased sector is not erased */
    CFS_SELFTEST_ERASE_TOO_MUCH,   /* a byte of a neighbour changed */
    CFS_SELFTEST_FILL,             /* programmed units cannot be programmed over with zeros (with
                                      ones where erased bytes are 0x00) */
    CFS_SELFTEST_OUTSIDE,          /* the sector at `addr`, before or behind the range, changed
                                      (checksums of it) */
    /* These can come up in any operation. */
    CFS_SELFTEST_RESULT,    /* an operation failed, or its result cannot be: 0 of a synchronous
                               driver, more than asked for, no multiple of the unit */
    CFS_SELFTEST_CALLBACKS, /* not exactly one callback for an operation that was pending, or one for
                               an operation that was not */
    CFS_SELFTEST_NO_END,    /* a pending operation did not end in time (`found`: waited, in us or,
                               without a clock, in turns) */
    CFS_SELFTEST_LATE,      /* an operation took longer than the limit given (in us) */
    CFS_SELFTEST_BUSY       /* GetStatus says busy although nothing is under way */
};

/* How long the driver took for calls of one kind. All 0 without a clock. */
struct cfs_selftest_time {
    uint32_t calls;
    uint32_t total_us;
    uint32_t longest_us;
};

struct cfs_selftest_report {
    enum cfs_selftest_check failed; /* the first check that failed; nothing is done after it */
    uint64_t addr;                  /* where, as the driver counts */
    int64_t expected;
    int64_t found;
    struct cfs_geometry geometry; /* as read from the driver */
    struct cfs_selftest_time read, program, erase;
};

struct cfs_selftest_config {
    const ARM_DRIVER_STORAGE *driver;
    const struct cfs_device_config *device; /* as for cfs_device_open(); NULL: all defaults */
    uint64_t offset;     /* of the first sector to use, from the start of the device */
    uint32_t sectors;    /* at least 2; THEIR CONTENTS ARE LOST */
    void *memory;        /* any alignment; used during the call only */
    size_t memory_bytes; /* at least CFS_SELFTEST_MEMORY_BYTES */

    /* Microseconds since any moment; may wrap. NULL: nothing is timed. */
    uint32_t (*now_us)(void *context);
    /* Called again and again while an operation is pending: WFI, a yield, a watchdog. Must return
     * also when nothing happens. NULL: wait in a plain loop. */
    void (*idle)(void *context);
    void *context;

    uint32_t timeout_us; /* longest wait for a callback; 0: 10 s. Without a clock, see turns_max */
    uint32_t turns_max;  /* longest wait in calls of idle(); 0: no limit with a clock, otherwise
                            100 million */
    /* What the data sheet says at most for one call: one line, one line, one sector. 0: any. */
    uint32_t read_max_us;
    uint32_t program_max_us;
    uint32_t erase_max_us;
};

/* Two lines, of 16 bytes at least. */
#define CFS_SELFTEST_MEMORY_BYTES(line_bytes) (2u * ((line_bytes) < 16u ? 16u : (line_bytes)))

/* Run all checks. One at a time in a program: CMSIS callbacks carry no context.
 *
 * CFS_OK: every promise held. CFS_ERR_GEOMETRY, CFS_ERR_IO: one did not; `report` says which, and
 * the named sectors hold anything. Fix the driver (or the figures in `config`), and run it again.
 * CFS_ERR_PARAM: NULL, fewer than 2 sectors, or a range that is not made of whole sectors of the
 * device, or larger than 2 GiB; CFS_ERR_NO_MEMORY: too little for the line: nothing was erased. In
 * every case the driver is powered off and uninitialised at the end. */
int32_t cfs_port_selftest(const struct cfs_selftest_config *config,
                          struct cfs_selftest_report *report);

/* The name of a check, for logs: "erased". Never NULL. */
const char *cfs_selftest_check_name(enum cfs_selftest_check check);

#ifdef __cplusplus
}
#endif
#endif
