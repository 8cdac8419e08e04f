/* SPDX-License-Identifier: Apache-2.0 */
/* The self-test's order of checks; cfs/selftest.h says what each shows.
 *
 * The order matters: a check uses only what earlier ones have shown. After the range is erased and
 * reads so, refusals are asked for, single units and a line are programmed, then all lines; then
 * each sector in turn is erased between neighbours that must not change, and filled again with the
 * complement; zeros go over what is there; and in the end all is erased.
 *
 *   sector   0   1   2        p: the pattern, P: its complement, .: erased
 *            .   .   .
 *            p   p   p
 *            .   p   p   then P   p   p   then P   .   p   then P   P   p ...
 *            P   P   P
 *            .   .   .
 */
#include "cfs/selftest.h"

#include "device_private.h"
#include "selftest_private.h"

#define RANGE_BYTES_MAX 0x7FFFFFFFu
#define CHUNK_BYTES_MIN 16u /* what is read at once, where lines are shorter */

bool cfs_selftest_fail(struct cfs_selftest *test, enum cfs_selftest_check check, uint64_t addr,
                       int64_t expected, int64_t found)
{
    test->report->failed = check;
    test->report->addr = addr;
    test->report->expected = expected;
    test->report->found = found;
    return false;
}

static bool table_is_complete(struct cfs_selftest *test)
{
    const ARM_DRIVER_STORAGE *driver = test->driver;
    const bool there[] = {driver->GetVersion != NULL,   driver->GetCapabilities != NULL,
                          driver->Initialize != NULL,   driver->Uninitialize != NULL,
                          driver->PowerControl != NULL, driver->ReadData != NULL,
                          driver->ProgramData != NULL,  driver->Erase != NULL,
                          driver->EraseAll != NULL,     driver->GetStatus != NULL,
                          driver->GetInfo != NULL,      driver->ResolveAddress != NULL,
                          driver->GetNextBlock != NULL, driver->GetBlock != NULL};

    for (uint32_t i = 0; i < sizeof there / sizeof there[0]; i++) {
        if (!there[i]) {
            return cfs_selftest_fail(test, CFS_SELFTEST_TABLE, 0, 1, i);
        }
    }
    return true;
}

/* GetBlock() tells the same as GetNextBlock(): at the first and last byte of each region. */
static bool blocks_agree(struct cfs_selftest *test)
{
    const struct cfs_geometry *geometry = &test->device.geometry;
    uint64_t addr = geometry->base;

    for (uint8_t r = 0; r < geometry->region_count; r++) {
        uint64_t size = (uint64_t)geometry->regions[r].count * geometry->regions[r].sector_bytes;
        const uint64_t ends[2] = {addr, addr + size - 1u};

        for (unsigned i = 0; i < 2u; i++) {
            ARM_STORAGE_BLOCK block = {0};

            if (test->driver->GetBlock(ends[i], &block) < 0 || !ARM_STORAGE_VALID_BLOCK(&block) ||
                ends[i] - block.addr >= block.size) {
                return cfs_selftest_fail(test, CFS_SELFTEST_GEOMETRY, ends[i], (int64_t)ends[i],
                                         (int64_t)block.addr);
            }
        }
        addr += size;
    }
    return true;
}

static bool geometry_is_usable(struct cfs_selftest *test)
{
    const struct cfs_device_config *config = test->config->device;
    struct cfs_geometry *geometry = &test->device.geometry;
    int32_t error = cfs_geometry_read(&test->device, config);

    test->report->geometry = *geometry;
    if (error < 0) {
        return cfs_selftest_fail(test, CFS_SELFTEST_GEOMETRY, geometry->base, CFS_OK, error);
    }
    test->unit_bytes = geometry->unit_bytes;
    test->line_bytes = geometry->line_bytes;
    test->erased_value = geometry->erased_value;
    return blocks_agree(test);
}

/* Find the range and divide the memory. An error of the caller, or CFS_OK. */
static int32_t place(struct cfs_selftest *test)
{
    const struct cfs_selftest_config *config = test->config;
    uint64_t offset = config->offset;
    uint64_t first = 0;
    uint32_t size = 0;

    test->chunk_bytes = test->line_bytes < CHUNK_BYTES_MIN ? CHUNK_BYTES_MIN : test->line_bytes;
    if (config->memory_bytes < 2u * (size_t)test->chunk_bytes) {
        return CFS_ERR_NO_MEMORY;
    }
    test->data = config->memory;
    test->back = test->data + test->chunk_bytes;
    test->first = test->device.geometry.base + offset;
    test->end = test->first;
    for (uint32_t i = 0; i < config->sectors; i++) {
        if (test->end - test->device.geometry.base >= test->device.geometry.size_bytes ||
            cfs_device_sector_at(&test->device, test->end, &first, &size) < 0 ||
            first != test->end || test->end + size - test->first > RANGE_BYTES_MAX) {
            return CFS_ERR_PARAM;
        }
        test->end += size;
    }
    return CFS_OK;
}

/* ---- programming */

/* The first line unit by unit, the second in one call. */
static bool first_lines_are_programmed(struct cfs_selftest *test)
{
    uint64_t first = test->first;
    uint64_t second = first + test->line_bytes;

    for (uint64_t addr = first; addr < second; addr += test->unit_bytes) {
        uint64_t behind = addr + test->unit_bytes;

        if (!cfs_selftest_write(test, addr, test->unit_bytes, false) ||
            !cfs_selftest_holds(test, CFS_SELFTEST_UNIT, first, behind, false) ||
            !cfs_selftest_is_blank(test, CFS_SELFTEST_UNIT, behind, second + test->line_bytes)) {
            return false;
        }
    }
    return cfs_selftest_write(test, second, test->line_bytes, false) &&
           cfs_selftest_holds(test, CFS_SELFTEST_LINE, first, second + test->line_bytes, false) &&
           cfs_selftest_is_blank(test, CFS_SELFTEST_LINE, second + test->line_bytes, test->end);
}

/* Single bytes at every address of a chunk. The buffer holds something else where nothing was read
 * yet, so that a driver that copies more than it was asked for shows. */
static bool bytes_are_read_alone(struct cfs_selftest *test)
{
    uint64_t addr = test->first;

    cfs_selftest_pattern(test->back, addr, test->chunk_bytes, true);
    for (uint32_t i = 0; i < test->chunk_bytes; i++) {
        cfs_selftest_pattern(test->data, addr, i + 1u, false);
        cfs_selftest_pattern(test->data + i + 1u, addr + i + 1u, test->chunk_bytes - i - 1u, true);
        if (!cfs_selftest_read(test, addr + i, test->back + i, 1) ||
            !cfs_selftest_same(test, CFS_SELFTEST_READ, addr, test->data, test->chunk_bytes)) {
            return false;
        }
    }
    return true;
}

/* A part that is smaller than its driver says usually wraps: what stands at the start of the range
 * then shows again at a distance of some power of two. */
static bool device_is_as_large_as_told(struct cfs_selftest *test)
{
    uint64_t base = test->device.geometry.base;
    uint64_t size = test->device.geometry.size_bytes;
    bool readable;

    if (!cfs_selftest_try_read(test, base + size - 1u, test->back, 1, &readable)) {
        test->report->failed = CFS_SELFTEST_SIZE;
        return false;
    }
    for (uint64_t distance = test->chunk_bytes; distance < size; distance *= 2u) {
        uint64_t other = base + ((test->first - base) ^ distance);
        uint32_t equal = 0;

        if (other - base > size - test->chunk_bytes ||
            other - test->first < test->end - test->first) {
            continue;
        }
        if (!cfs_selftest_try_read(test, other, test->back, test->chunk_bytes, &readable)) {
            return false;
        }
        cfs_selftest_pattern(test->data, test->first, test->chunk_bytes, false);
        while (readable && equal < test->chunk_bytes && test->back[equal] == test->data[equal]) {
            equal++;
        }
        if (equal == test->chunk_bytes) {
            return cfs_selftest_fail(test, CFS_SELFTEST_SIZE, other, (int64_t)size,
                                     (int64_t)distance);
        }
    }
    return true;
}

/* ---- erasing */

static bool sectors_are_erased_alone(struct cfs_selftest *test)
{
    uint64_t next;

    for (uint64_t addr = test->first; addr < test->end; addr = next) {
        uint32_t size = cfs_selftest_sector_bytes(test, addr);

        next = addr + size;
        if (!cfs_selftest_clear(test, addr, size) ||
            !cfs_selftest_is_blank(test, CFS_SELFTEST_ERASE_TOO_LITTLE, addr, next) ||
            !cfs_selftest_holds(test, CFS_SELFTEST_ERASE_TOO_MUCH, test->first, addr, true) ||
            !cfs_selftest_holds(test, CFS_SELFTEST_ERASE_TOO_MUCH, next, test->end, false) ||
            !cfs_selftest_write_lines(test, addr, next, true) ||
            !cfs_selftest_holds(test, CFS_SELFTEST_LANES, addr, next, true)) {
            return false;
        }
    }
    return true;
}

static bool erase_all(struct cfs_selftest *test)
{
    return cfs_selftest_clear(test, test->first, test->end - test->first) &&
           cfs_selftest_is_blank(test, CFS_SELFTEST_ERASED, test->first, test->end);
}

/* Some drivers skip an erase when what they look at is blank. Only the last line is not. */
static bool a_last_line_is_erased(struct cfs_selftest *test)
{
    uint64_t line = test->end - test->line_bytes;
    uint32_t size = cfs_selftest_sector_bytes(test, line);

    return cfs_selftest_write(test, line, test->line_bytes, false) &&
           cfs_selftest_clear(test, test->end - size, size) &&
           cfs_selftest_is_blank(test, CFS_SELFTEST_ERASE_TOO_LITTLE, test->end - size, test->end);
}

/* Zeros over a programmed line, over a single programmed unit, and over a blank one. Where the code
 * for error correction no longer fits, the line may have become unreadable; it must not read as
 * anything else. */
static bool fill(struct cfs_selftest *test, uint64_t addr, uint32_t size)
{
    uint8_t zero = (uint8_t)~test->erased_value;
    bool readable;

    for (uint32_t i = 0; i < size; i++) {
        test->data[i] = zero;
    }
    if (!cfs_selftest_program(test, addr, test->data, size)) {
        test->report->failed = CFS_SELFTEST_FILL;
        return false;
    }
    return cfs_selftest_try_read(test, addr, test->back, size, &readable) &&
           (!readable || cfs_selftest_same(test, CFS_SELFTEST_FILL, addr, test->data, size));
}

static bool zeros_go_over_data(struct cfs_selftest *test)
{
    uint64_t third = test->first + 2u * (uint64_t)test->line_bytes;

    return fill(test, test->first, test->line_bytes) &&
           fill(test, test->first + test->line_bytes, test->unit_bytes) &&
           cfs_selftest_holds(test, CFS_SELFTEST_FILL, third, test->end, true) &&
           fill(test, test->first, test->unit_bytes); /* and over zeros */
}

/* ---- all of it */

static bool run(struct cfs_selftest *test)
{
    struct cfs_selftest_neighbour neighbours[2] = {{0}, {0}};

    return cfs_selftest_look_beside(test, neighbours) && erase_all(test) &&
           cfs_selftest_bounds_are_refused(test) && cfs_selftest_misalignment_is_refused(test) &&
           first_lines_are_programmed(test) &&
           cfs_selftest_write_lines(test, test->first + 2u * (uint64_t)test->line_bytes, test->end,
                                    false) &&
           cfs_selftest_holds(test, CFS_SELFTEST_LANES, test->first, test->end, false) &&
           bytes_are_read_alone(test) && device_is_as_large_as_told(test) &&
           sectors_are_erased_alone(test) && zeros_go_over_data(test) && erase_all(test) &&
           a_last_line_is_erased(test) && cfs_selftest_beside_is_untouched(test, neighbours) &&
           cfs_selftest_settle(test);
}

static int32_t error_of(const struct cfs_selftest_report *report)
{
    if (report->failed == CFS_SELFTEST_NONE) {
        return CFS_OK;
    }
    return report->failed == CFS_SELFTEST_GEOMETRY ? CFS_ERR_GEOMETRY : CFS_ERR_IO;
}

int32_t cfs_port_selftest(const struct cfs_selftest_config *config,
                          struct cfs_selftest_report *report)
{
    struct cfs_selftest test = {.config = config, .report = report};
    int32_t error;

    if (config == NULL || report == NULL || config->driver == NULL || config->memory == NULL ||
        config->sectors < 2u) {
        return CFS_ERR_PARAM;
    }
    *report = (struct cfs_selftest_report){0};
    test.driver = config->driver;
    test.device.driver = config->driver;
    if (!table_is_complete(&test)) {
        return CFS_ERR_IO;
    }
    test.asynchronous = test.driver->GetCapabilities().asynchronous_ops != 0u;
    if (cfs_selftest_start(&test) && geometry_is_usable(&test)) {
        error = place(&test);
        if (error == CFS_OK) {
            (void)run(&test); /* the report says how it went */
            error = error_of(report);
        }
    } else {
        error = error_of(report);
    }
    cfs_selftest_stop(&test);
    return error;
}
