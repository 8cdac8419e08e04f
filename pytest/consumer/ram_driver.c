/* SPDX-License-Identifier: Apache-2.0 */
/* Flash that lives in RAM: four sectors of 4 KiB, 8-byte units, erased to 0xFF; synchronous. About
 * the least that a driver for cfstore can be. */
#include "ram_driver.h"

#include <stdbool.h>
#include <string.h>

#define SECTOR_BYTES 4096u
#define UNIT_BYTES   8u

static uint8_t cells[4u * SECTOR_BYTES];

static const ARM_STORAGE_BLOCK block = {
    .addr = 0,
    .size = sizeof cells,
    .attributes = {.erasable = 1, .programmable = 1, .erase_unit = SECTOR_BYTES},
};

static ARM_DRIVER_VERSION get_version(void)
{
    return (ARM_DRIVER_VERSION){.api = ARM_STORAGE_API_VERSION, .drv = 1};
}

static ARM_STORAGE_CAPABILITIES get_capabilities(void)
{
    return (ARM_STORAGE_CAPABILITIES){.asynchronous_ops = 0};
}

static int32_t initialize(ARM_Storage_Callback_t callback)
{
    static bool is_made; /* a chip comes erased from the factory */

    (void)callback;
    if (!is_made) {
        memset(cells, 0xFF, sizeof cells);
        is_made = true;
    }
    return 1;
}

static int32_t uninitialize(void)
{
    return 1;
}

static int32_t power_control(ARM_POWER_STATE state)
{
    (void)state;
    return 1;
}

static int32_t read_data(uint64_t addr, void *data, uint32_t size)
{
    memcpy(data, cells + addr, size);
    return (int32_t)size;
}

static int32_t program_data(uint64_t addr, const void *data, uint32_t size)
{
    for (uint32_t i = 0; i < size; i++) {
        cells[addr + i] &= ((const uint8_t *)data)[i];
    }
    return (int32_t)size;
}

static int32_t erase(uint64_t addr, uint32_t size)
{
    memset(cells + addr, 0xFF, size);
    return (int32_t)size;
}

static int32_t erase_all(void)
{
    return ARM_DRIVER_ERROR_UNSUPPORTED;
}

static ARM_STORAGE_STATUS get_status(void)
{
    return (ARM_STORAGE_STATUS){.busy = 0};
}

static int32_t get_info(ARM_STORAGE_INFO *info)
{
    *info = (ARM_STORAGE_INFO){
        .total_storage = sizeof cells,
        .program_unit = UNIT_BYTES,
        .optimal_program_unit = UNIT_BYTES,
        .program_cycles = 10000,
        .erased_value = 1,
        .programmability = ARM_STORAGE_PROGRAMMABILITY_ERASABLE,
        .retention_level = ARM_RETENTION_NVM,
        .security = {.internal_flash = 1},
    };
    return ARM_DRIVER_OK;
}

static uint32_t resolve_address(uint64_t addr)
{
    (void)addr;
    return ARM_STORAGE_INVALID_ADDRESS;
}

static int32_t get_next_block(const ARM_STORAGE_BLOCK *previous, ARM_STORAGE_BLOCK *next)
{
    *next = previous ? (ARM_STORAGE_BLOCK){.addr = ARM_STORAGE_INVALID_OFFSET} : block;
    return previous ? ARM_DRIVER_ERROR : ARM_DRIVER_OK;
}

static int32_t get_block(uint64_t addr, ARM_STORAGE_BLOCK *found)
{
    *found = block;
    return addr < sizeof cells ? ARM_DRIVER_OK : ARM_DRIVER_ERROR;
}

ARM_DRIVER_STORAGE ram_driver = {
    .GetVersion = get_version,
    .GetCapabilities = get_capabilities,
    .Initialize = initialize,
    .Uninitialize = uninitialize,
    .PowerControl = power_control,
    .ReadData = read_data,
    .ProgramData = program_data,
    .Erase = erase,
    .EraseAll = erase_all,
    .GetStatus = get_status,
    .GetInfo = get_info,
    .ResolveAddress = resolve_address,
    .GetNextBlock = get_next_block,
    .GetBlock = get_block,
};
