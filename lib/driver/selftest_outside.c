/* SPDX-License-Identifier: Apache-2.0 */
/* The self-test's checks that a driver keeps out of what it was not asked for: behind the end of the
 * device, between units and sectors, and beside the range.
 *
 * A driver that does not refuse may do harm here, so what is programmed where nothing may be is the
 * erased value.
 */
#include "selftest_private.h"

#include "cfs/crc.h"

static uint64_t device_end(const struct cfs_selftest *test)
{
    return test->device.geometry.base + test->device.geometry.size_bytes;
}

uint32_t cfs_selftest_sector_bytes(const struct cfs_selftest *test, uint64_t addr)
{
    uint64_t first = 0;
    uint32_t size = 0;

    (void)cfs_device_sector_at(&test->device, addr, &first, &size); /* all callers are inside */
    return size;
}

/* ---- beside the range */

static bool checksum(struct cfs_selftest *test, const struct cfs_selftest_neighbour *neighbour,
                     uint32_t *crc)
{
    *crc = 0;
    for (uint32_t done = 0; done < neighbour->size;) {
        uint32_t left = neighbour->size - done;
        uint32_t part = left < test->chunk_bytes ? left : test->chunk_bytes;
        bool readable;

        if (!cfs_selftest_try_read(test, neighbour->addr + done, test->back, part, &readable)) {
            return false;
        }
        *crc = readable ? cfs_crc32c(*crc, test->back, part) : ~*crc;
        done += part;
    }
    return true;
}

bool cfs_selftest_look_beside(struct cfs_selftest *test,
                              struct cfs_selftest_neighbour neighbours[2])
{
    if (test->first > test->device.geometry.base) {
        neighbours[0].size = cfs_selftest_sector_bytes(test, test->first - 1u);
        neighbours[0].addr = test->first - neighbours[0].size;
    }
    if (test->end < device_end(test)) {
        neighbours[1].size = cfs_selftest_sector_bytes(test, test->end);
        neighbours[1].addr = test->end;
    }
    return checksum(test, &neighbours[0], &neighbours[0].crc) &&
           checksum(test, &neighbours[1], &neighbours[1].crc);
}

bool cfs_selftest_beside_is_untouched(struct cfs_selftest *test,
                                      const struct cfs_selftest_neighbour neighbours[2])
{
    for (unsigned i = 0; i < 2u; i++) {
        uint32_t crc;

        if (!checksum(test, &neighbours[i], &crc)) {
            return false;
        }
        if (crc != neighbours[i].crc) {
            return cfs_selftest_fail(test, CFS_SELFTEST_OUTSIDE, neighbours[i].addr,
                                     neighbours[i].crc, crc);
        }
    }
    return true;
}

/* ---- refusals */

static bool program_is_refused(struct cfs_selftest *test, enum cfs_selftest_check check,
                               uint64_t addr, uint32_t size)
{
    const struct cfs_selftest_call call = {ARM_STORAGE_OPERATION_PROGRAM_DATA, addr, test->data,
                                           size};

    for (uint32_t i = 0; i < test->chunk_bytes; i++) {
        test->data[i] = test->erased_value;
    }
    return cfs_selftest_is_refused(test, check, &call);
}

static bool erase_is_refused(struct cfs_selftest *test, enum cfs_selftest_check check,
                             uint64_t addr, uint32_t size)
{
    const struct cfs_selftest_call call = {ARM_STORAGE_OPERATION_ERASE, addr, NULL, size};

    return !test->device.geometry.needs_erase || cfs_selftest_is_refused(test, check, &call);
}

static bool read_is_refused(struct cfs_selftest *test, uint64_t addr, uint32_t size)
{
    const struct cfs_selftest_call call = {ARM_STORAGE_OPERATION_READ_DATA, addr, test->back, size};

    return cfs_selftest_is_refused(test, CFS_SELFTEST_BOUNDS, &call);
}

bool cfs_selftest_bounds_are_refused(struct cfs_selftest *test)
{
    uint64_t end = device_end(test);

    return read_is_refused(test, end, 1) && read_is_refused(test, end - 1u, 2) &&
           read_is_refused(test, UINT64_MAX, 2) && /* its end wraps to 1 */
           program_is_refused(test, CFS_SELFTEST_BOUNDS, end, test->unit_bytes) &&
           erase_is_refused(test, CFS_SELFTEST_BOUNDS, end,
                            cfs_selftest_sector_bytes(test, end - 1u));
}

bool cfs_selftest_misalignment_is_refused(struct cfs_selftest *test)
{
    uint64_t first = test->first;
    uint32_t unit = test->unit_bytes;
    uint32_t sector = cfs_selftest_sector_bytes(test, first);

    if (unit > 1u && !(program_is_refused(test, CFS_SELFTEST_ALIGN, first, unit - 1u) &&
                       program_is_refused(test, CFS_SELFTEST_ALIGN, first, unit / 2u) &&
                       program_is_refused(test, CFS_SELFTEST_ALIGN, first + unit / 2u, unit))) {
        return false;
    }
    return erase_is_refused(test, CFS_SELFTEST_ALIGN, first + unit, sector) &&
           erase_is_refused(test, CFS_SELFTEST_ALIGN, first, sector - unit) &&
           cfs_selftest_is_blank(test, CFS_SELFTEST_ALIGN, first, test->end);
}
