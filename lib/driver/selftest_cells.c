/* SPDX-License-Identifier: Apache-2.0 */
/* What the self-test programs, and what must be read.
 *
 * The pattern of a byte follows from its address and looks random: data in the wrong place show,
 * and so do byte lanes that are swapped, stuck or tied together. With its complement, programmed
 * after an erase, every cell has held a one and a zero.
 */
#include "selftest_private.h"

static uint32_t smaller(uint64_t a, uint32_t b)
{
    return a < b ? (uint32_t)a : b;
}

static uint8_t pattern_of(uint64_t addr)
{
    uint32_t mixed = (uint32_t)addr * 0x9E3779B1u;

    mixed ^= mixed >> 15;
    mixed *= 0x85EBCA77u;
    return (uint8_t)(mixed >> 24);
}

void cfs_selftest_pattern(uint8_t *data, uint64_t addr, uint32_t size, bool inverse)
{
    for (uint32_t i = 0; i < size; i++) {
        data[i] = (uint8_t)(pattern_of(addr + i) ^ (inverse ? 0xFFu : 0x00u));
    }
}

bool cfs_selftest_write(struct cfs_selftest *test, uint64_t addr, uint32_t size, bool inverse)
{
    cfs_selftest_pattern(test->data, addr, size, inverse);
    return cfs_selftest_program(test, addr, test->data, size);
}

bool cfs_selftest_write_lines(struct cfs_selftest *test, uint64_t addr, uint64_t end, bool inverse)
{
    for (; addr < end; addr += test->line_bytes) {
        if (!cfs_selftest_write(test, addr, test->line_bytes, inverse)) {
            return false;
        }
    }
    return true;
}

bool cfs_selftest_same(struct cfs_selftest *test, enum cfs_selftest_check check, uint64_t addr,
                       const uint8_t *expected, uint32_t size)
{
    for (uint32_t i = 0; i < size; i++) {
        if (test->back[i] != expected[i]) {
            return cfs_selftest_fail(test, check, addr + i, expected[i], test->back[i]);
        }
    }
    return true;
}

bool cfs_selftest_holds(struct cfs_selftest *test, enum cfs_selftest_check check, uint64_t addr,
                        uint64_t end, bool inverse)
{
    while (addr < end) {
        uint32_t part = smaller(end - addr, test->chunk_bytes);

        cfs_selftest_pattern(test->data, addr, part, inverse);
        if (!cfs_selftest_read(test, addr, test->back, part) ||
            !cfs_selftest_same(test, check, addr, test->data, part)) {
            return false;
        }
        addr += part;
    }
    return true;
}

/* By asking, on parts where blank cells must not be read. */
static bool says_blank(struct cfs_selftest *test, enum cfs_selftest_check check, uint64_t addr,
                       uint32_t size)
{
    const struct cfs_device_config *device = test->config->device;
    int32_t answer = device->is_blank(device->is_blank_context, addr, size);

    return answer > 0 || cfs_selftest_fail(test, check, addr, 1, answer);
}

bool cfs_selftest_is_blank(struct cfs_selftest *test, enum cfs_selftest_check check, uint64_t addr,
                           uint64_t end)
{
    bool asks = test->config->device != NULL && test->config->device->is_blank != NULL;

    while (addr < end) {
        uint32_t part = smaller(end - addr, test->chunk_bytes);

        for (uint32_t i = 0; i < part; i++) {
            test->data[i] = test->erased_value;
        }
        if (asks) {
            if (!says_blank(test, check, addr, part)) {
                return false;
            }
        } else if (!cfs_selftest_read(test, addr, test->back, part) ||
                   !cfs_selftest_same(test, check, addr, test->data, part)) {
            return false;
        }
        addr += part;
    }
    return true;
}
