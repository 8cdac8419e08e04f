/* SPDX-License-Identifier: Apache-2.0 */
/* See conformance_lie.h. */
#include "conformance_lie.h"

#include <stdbool.h>
#include <string.h>

#define LINE_BYTES_MAX 512u

static struct {
    const ARM_DRIVER_STORAGE *inner;
    struct _ARM_DRIVER_STORAGE driver;
    uint32_t unit_bytes;
    uint64_t addr;
    uint32_t size; /* 0: nothing is cached */
    uint8_t data[LINE_BYTES_MAX];
} cache;

static int32_t flush(void)
{
    uint32_t size = cache.size;

    cache.size = 0;
    return size == 0u ? 1 : cache.inner->ProgramData(cache.addr, cache.data, size);
}

static int32_t read_data(uint64_t addr, void *data, uint32_t size)
{
    return flush() < 0 ? ARM_DRIVER_ERROR : cache.inner->ReadData(addr, data, size);
}

/* Whether the driver inside would do it. */
static bool is_accepted(uint64_t addr, uint32_t size)
{
    ARM_STORAGE_BLOCK block;

    return size <= LINE_BYTES_MAX && (addr | size) % cache.unit_bytes == 0u &&
           cache.inner->GetBlock(addr, &block) == ARM_DRIVER_OK;
}

static int32_t program_data(uint64_t addr, const void *data, uint32_t size)
{
    if (flush() < 0) {
        return ARM_DRIVER_ERROR;
    }
    if (!is_accepted(addr, size)) {
        return cache.inner->ProgramData(addr, data, size);
    }
    cache.addr = addr;
    cache.size = size;
    memcpy(cache.data, data, size);
    return (int32_t)size;
}

static int32_t erase(uint64_t addr, uint32_t size)
{
    return flush() < 0 ? ARM_DRIVER_ERROR : cache.inner->Erase(addr, size);
}

const ARM_DRIVER_STORAGE *lie_driver(const ARM_DRIVER_STORAGE *inner)
{
    ARM_STORAGE_INFO info = {0};

    (void)inner->GetInfo(&info); /* a simulated device always answers */
    cache.inner = inner;
    cache.unit_bytes = info.program_unit;
    cache.driver = *inner;
    cache.driver.ReadData = read_data;
    cache.driver.ProgramData = program_data;
    cache.driver.Erase = erase;
    return &cache.driver;
}

void lie_forget(void)
{
    cache.size = 0;
}
