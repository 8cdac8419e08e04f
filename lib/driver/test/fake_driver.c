/* SPDX-License-Identifier: Apache-2.0 */
/* See fake_driver.h. */
#include "fake_driver.h"

#include <string.h>

#include "cfs/config.h"
#include "cfs/repeat.h"

#define CPU_OFFSET 0x10000000u /* where the CPU sees address 0 of the storage */

struct fake fakes[FAKES + 1];

struct fake *fake_reset(unsigned n)
{
    const uint32_t sectors[1][2] = {{FAKE_SECTORS, FAKE_SECTOR}};
    struct fake *fake = &fakes[n];

    *fake = (struct fake){0};
    fake->info = (ARM_STORAGE_INFO){
        .program_unit = FAKE_UNIT,
        .optimal_program_unit = 1024,
        .program_cycles = 10000,
        .erased_value = 1,
        .memory_mapped = 1,
        .programmability = ARM_STORAGE_PROGRAMMABILITY_ERASABLE,
        .retention_level = ARM_RETENTION_NVM,
        .security = {.internal_flash = CFS_CFG_ON_CHIP}, /* what every build takes */
    };
    fake->blocks[0].addr = FAKE_BASE;
    fake_set_sectors(fake, 1, sectors);
    memset(fake->cells, 0xFF, sizeof fake->cells);
    return fake;
}

void fake_set_sectors(struct fake *fake, uint32_t count, const uint32_t (*sectors)[2])
{
    uint64_t addr = fake->blocks[0].addr;

    fake->block_count = count;
    fake->info.total_storage = 0;
    for (uint32_t i = 0; i < count; i++) {
        fake->blocks[i] = (ARM_STORAGE_BLOCK){
            .addr = addr,
            .size = (uint64_t)sectors[i][0] * sectors[i][1],
            .attributes = {.erasable = 1, .programmable = 1, .erase_unit = sectors[i][1]},
        };
        addr += fake->blocks[i].size;
        fake->info.total_storage += fake->blocks[i].size;
    }
}

void fake_script(struct fake *fake, ARM_STORAGE_OPERATION operation, unsigned skip, int32_t result)
{
    fake->script =
        (struct fake_script){.armed = true, .operation = operation, .skip = skip, .result = result};
}

/* What the operation does to memory. */
static void carry_out(struct fake *fake)
{
    uint64_t at = fake->addr - fake->blocks[0].addr;

    if (fake->status <= 0) {
        return;
    }
    switch (fake->operation) {
    case ARM_STORAGE_OPERATION_READ_DATA:
        memcpy(fake->to, &fake->cells[at], (size_t)fake->status);
        break;
    case ARM_STORAGE_OPERATION_PROGRAM_DATA:
        memcpy(&fake->cells[at], fake->from, (size_t)fake->status);
        break;
    case ARM_STORAGE_OPERATION_ERASE:
        memset(&fake->cells[at], fake->info.erased_value ? 0xFF : 0x00, (size_t)fake->status);
        break;
    default:
        break;
    }
}

/* Replace the status by the script's, if it is its turn. */
static bool is_scripted(struct fake *fake)
{
    struct fake_script *script = &fake->script;

    if (!script->armed || script->operation != fake->operation || script->skip-- > 0u) {
        return false;
    }
    script->armed = false;
    return true;
}

/* Begin the operation described by `addr`, `to` and `from`; it is to count `count`. */
static int32_t begin(struct fake *fake, ARM_STORAGE_OPERATION operation, uint32_t count)
{
    fake->operation = operation;
    fake->calls[operation]++;
    fake->status = (int32_t)count;
    if (is_scripted(fake)) {
        fake->status = fake->script.result;
        fake->addr = fake->blocks[0].addr;
        fake->operation = ARM_STORAGE_OPERATION_GET_STATUS; /* nothing to carry out */
        if (fake->script.at_once) {
            return fake->status;
        }
    } else if (fake->limit_bytes != 0u && count > fake->limit_bytes) {
        fake->status = (int32_t)fake->limit_bytes;
    }
    if (fake->mode == FAKE_ASYNC_LATE) {
        fake->pending = true;
        return ARM_DRIVER_OK;
    }
    carry_out(fake);
    if (fake->mode == FAKE_SYNC) {
        return fake->status;
    }
    fake->callback(fake->status, operation);
    return ARM_DRIVER_OK;
}

void fake_complete(void *context)
{
    (void)context;
    for (unsigned n = 1; n <= FAKES; n++) {
        struct fake *fake = &fakes[n];

        if (fake->pending) {
            carry_out(fake);
            fake->pending = false;
            fake->callback(fake->status, fake->operation);
        }
    }
}

static ARM_DRIVER_VERSION get_version(void)
{
    return (ARM_DRIVER_VERSION){.api = ARM_STORAGE_API_VERSION, .drv = 7};
}

static ARM_STORAGE_CAPABILITIES get_capabilities(struct fake *fake)
{
    return (ARM_STORAGE_CAPABILITIES){.asynchronous_ops = fake->mode != FAKE_SYNC};
}

static int32_t initialize(struct fake *fake, ARM_Storage_Callback_t callback)
{
    fake->callback = callback;
    fake->initialized = true;
    return begin(fake, ARM_STORAGE_OPERATION_INITIALIZE, 1);
}

static int32_t uninitialize(struct fake *fake)
{
    fake->initialized = false;
    return begin(fake, ARM_STORAGE_OPERATION_UNINITIALIZE, 1);
}

static int32_t power_control(struct fake *fake, ARM_POWER_STATE state)
{
    fake->power = state;
    return begin(fake, ARM_STORAGE_OPERATION_POWER_CONTROL, 1);
}

static int32_t read_data(struct fake *fake, uint64_t addr, void *data, uint32_t size)
{
    fake->addr = addr;
    fake->to = data;
    return begin(fake, ARM_STORAGE_OPERATION_READ_DATA, size);
}

static int32_t program_data(struct fake *fake, uint64_t addr, const void *data, uint32_t size)
{
    fake->addr = addr;
    fake->from = data;
    return begin(fake, ARM_STORAGE_OPERATION_PROGRAM_DATA, size);
}

static int32_t erase(struct fake *fake, uint64_t addr, uint32_t size)
{
    fake->addr = addr;
    return begin(fake, ARM_STORAGE_OPERATION_ERASE, size);
}

static int32_t erase_all(void)
{
    return ARM_DRIVER_ERROR_UNSUPPORTED;
}

static ARM_STORAGE_STATUS get_status(struct fake *fake)
{
    return (ARM_STORAGE_STATUS){.busy = fake->pending};
}

static int32_t get_info(struct fake *fake, ARM_STORAGE_INFO *info)
{
    *info = fake->info;
    return fake->info_result;
}

static uint32_t resolve_address(struct fake *fake, uint64_t addr)
{
    return fake->info.memory_mapped ? (uint32_t)addr + CPU_OFFSET : ARM_STORAGE_INVALID_ADDRESS;
}

static int32_t get_block(struct fake *fake, uint64_t addr, ARM_STORAGE_BLOCK *block)
{
    for (uint32_t i = 0; i < fake->block_count; i++) {
        if (addr - fake->blocks[i].addr < fake->blocks[i].size) {
            *block = fake->blocks[i];
            return ARM_DRIVER_OK;
        }
    }
    *block = (ARM_STORAGE_BLOCK){.addr = ARM_STORAGE_INVALID_OFFSET};
    return ARM_DRIVER_ERROR;
}

static int32_t get_next_block(struct fake *fake, const ARM_STORAGE_BLOCK *previous,
                              ARM_STORAGE_BLOCK *next)
{
    uint32_t i = 0;

    while (previous != NULL && i < fake->block_count && fake->blocks[i].addr <= previous->addr) {
        i++;
    }
    if (i < fake->block_count) {
        *next = fake->blocks[i];
        return ARM_DRIVER_OK;
    }
    if (fake->endless && previous != NULL) {
        *next = *previous;
        next->addr += next->size;
        return ARM_DRIVER_OK;
    }
    *next = (ARM_STORAGE_BLOCK){.addr = ARM_STORAGE_INVALID_OFFSET};
    return ARM_DRIVER_ERROR;
}

#define FAKE_FUNCTIONS(n)                                                                         \
    static ARM_STORAGE_CAPABILITIES get_capabilities_##n(void)                                    \
    {                                                                                             \
        return get_capabilities(&fakes[n]);                                                       \
    }                                                                                             \
    static int32_t initialize_##n(ARM_Storage_Callback_t callback)                                \
    {                                                                                             \
        return initialize(&fakes[n], callback);                                                   \
    }                                                                                             \
    static int32_t uninitialize_##n(void)                                                         \
    {                                                                                             \
        return uninitialize(&fakes[n]);                                                           \
    }                                                                                             \
    static int32_t power_control_##n(ARM_POWER_STATE state)                                       \
    {                                                                                             \
        return power_control(&fakes[n], state);                                                   \
    }                                                                                             \
    static int32_t read_data_##n(uint64_t addr, void *data, uint32_t size)                        \
    {                                                                                             \
        return read_data(&fakes[n], addr, data, size);                                            \
    }                                                                                             \
    static int32_t program_data_##n(uint64_t addr, const void *data, uint32_t size)               \
    {                                                                                             \
        return program_data(&fakes[n], addr, data, size);                                         \
    }                                                                                             \
    static int32_t erase_##n(uint64_t addr, uint32_t size)                                        \
    {                                                                                             \
        return erase(&fakes[n], addr, size);                                                      \
    }                                                                                             \
    static ARM_STORAGE_STATUS get_status_##n(void)                                                \
    {                                                                                             \
        return get_status(&fakes[n]);                                                             \
    }                                                                                             \
    static int32_t get_info_##n(ARM_STORAGE_INFO *info)                                           \
    {                                                                                             \
        return get_info(&fakes[n], info);                                                         \
    }                                                                                             \
    static uint32_t resolve_address_##n(uint64_t addr)                                            \
    {                                                                                             \
        return resolve_address(&fakes[n], addr);                                                  \
    }                                                                                             \
    static int32_t get_next_block_##n(const ARM_STORAGE_BLOCK *previous, ARM_STORAGE_BLOCK *next) \
    {                                                                                             \
        return get_next_block(&fakes[n], previous, next);                                         \
    }                                                                                             \
    static int32_t get_block_##n(uint64_t addr, ARM_STORAGE_BLOCK *block)                         \
    {                                                                                             \
        return get_block(&fakes[n], addr, block);                                                 \
    }

#define FAKE_TABLE(n)                                                                              \
    {get_version,   get_capabilities_##n, initialize_##n,     uninitialize_##n, power_control_##n, \
     read_data_##n, program_data_##n,     erase_##n,          erase_all,        get_status_##n,    \
     get_info_##n,  resolve_address_##n,  get_next_block_##n, get_block_##n},

CFS_REPEAT(5, FAKE_FUNCTIONS)

ARM_DRIVER_STORAGE *fake_driver(unsigned n)
{
    static ARM_DRIVER_STORAGE drivers[FAKES] = {CFS_REPEAT(5, FAKE_TABLE)};

    return &drivers[n - 1u];
}
