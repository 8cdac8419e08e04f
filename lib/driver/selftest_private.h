/* SPDX-License-Identifier: Apache-2.0 */
/* Shared by the files of the self-test.
 *
 * Every function that returns bool says whether the promise it looks at held. The first one that
 * did not is in the report, and everything stops there.
 */
#ifndef CFS_SELFTEST_PRIVATE_H
#define CFS_SELFTEST_PRIVATE_H

#include "cfs/selftest.h"

struct cfs_selftest {
    const struct cfs_selftest_config *config;
    struct cfs_selftest_report *report;
    const ARM_DRIVER_STORAGE *driver;
    struct cfs_device device; /* not open: carries the geometry */
    uint8_t *data;            /* a chunk to program or to expect */
    uint8_t *back;            /* a chunk as read */
    uint32_t unit_bytes;
    uint32_t line_bytes;
    uint32_t chunk_bytes; /* read at once: a line, and at least 16 bytes */
    uint64_t first;       /* the range, as the driver counts */
    uint64_t end;
    uint8_t erased_value;
    bool asynchronous;
};

/* Put a failure into the report. False. */
bool cfs_selftest_fail(struct cfs_selftest *test, enum cfs_selftest_check check, uint64_t addr,
                       int64_t expected, int64_t found);

/* selftest_call.c: one call of the driver at a time, waited for, timed, its callbacks counted. */

struct cfs_selftest_call {
    ARM_STORAGE_OPERATION operation; /* INITIALIZE, POWER_CONTROL, READ_, PROGRAM_DATA or ERASE */
    uint64_t addr;
    void *data; /* to, or from */
    uint32_t size;
};

/* *result: what the driver says in the end, < 0 or how much was done. */
bool cfs_selftest_call(struct cfs_selftest *test, const struct cfs_selftest_call *call,
                       int32_t *result);

/* The driver does not accept the call. */
bool cfs_selftest_is_refused(struct cfs_selftest *test, enum cfs_selftest_check check,
                             const struct cfs_selftest_call *call);

/* Whole operations; what a driver leaves over is submitted again. */
bool cfs_selftest_read(struct cfs_selftest *test, uint64_t addr, uint8_t *data, uint32_t size);
bool cfs_selftest_program(struct cfs_selftest *test, uint64_t addr, uint8_t *data, uint32_t size);

/* ... that may also find that the range cannot be read. */
bool cfs_selftest_try_read(struct cfs_selftest *test, uint64_t addr, uint8_t *data, uint32_t size,
                           bool *readable);

/* Erase whole sectors or, on media without erase, program the erased value. */
bool cfs_selftest_clear(struct cfs_selftest *test, uint64_t addr, uint64_t size);

/* Initialize and power on; nothing is left over from before. */
bool cfs_selftest_start(struct cfs_selftest *test);

/* No callback came too much, then or a little later; the driver is idle. */
bool cfs_selftest_settle(struct cfs_selftest *test);

/* Power off and let go, whatever the driver says to it. */
void cfs_selftest_stop(struct cfs_selftest *test);

/* selftest_cells.c: what is programmed, and what must be read.
 *
 * The pattern of a byte follows from its address, so that data in the wrong place show. */

/* The pattern, or its complement, of `size` bytes from `addr` on. */
void cfs_selftest_pattern(uint8_t *data, uint64_t addr, uint32_t size, bool inverse);

/* Program the pattern: one call, within a line; every line of a range. */
bool cfs_selftest_write(struct cfs_selftest *test, uint64_t addr, uint32_t size, bool inverse);
bool cfs_selftest_write_lines(struct cfs_selftest *test, uint64_t addr, uint64_t end, bool inverse);

/* All bytes of a range read as the pattern; as erased. If not, it is `check` that failed. */
bool cfs_selftest_holds(struct cfs_selftest *test, enum cfs_selftest_check check, uint64_t addr,
                        uint64_t end, bool inverse);
bool cfs_selftest_is_blank(struct cfs_selftest *test, enum cfs_selftest_check check, uint64_t addr,
                           uint64_t end);

/* Bytes read have a value each, as in `expected`. */
bool cfs_selftest_same(struct cfs_selftest *test, enum cfs_selftest_check check, uint64_t addr,
                       const uint8_t *expected, uint32_t size);

/* selftest_outside.c: that a driver keeps out of what it was not asked for. */

/* A sector beside the range. */
struct cfs_selftest_neighbour {
    uint64_t addr;
    uint32_t size; /* 0: there is none */
    uint32_t crc;
};

/* Remember what stands before and behind the range; it still stands there. */
bool cfs_selftest_look_beside(struct cfs_selftest *test,
                              struct cfs_selftest_neighbour neighbours[2]);
bool cfs_selftest_beside_is_untouched(struct cfs_selftest *test,
                                      const struct cfs_selftest_neighbour neighbours[2]);

/* The range is erased, before and after. */
bool cfs_selftest_bounds_are_refused(struct cfs_selftest *test);
bool cfs_selftest_misalignment_is_refused(struct cfs_selftest *test);

/* The size of the sector at an address of the device. */
uint32_t cfs_selftest_sector_bytes(const struct cfs_selftest *test, uint64_t addr);

#endif
