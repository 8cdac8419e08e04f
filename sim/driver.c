/* SPDX-License-Identifier: Apache-2.0 */
/* The simulated device as an ARM_DRIVER_STORAGE.
 *
 * CMSIS calls carry no context, so each of the SIM_SLOTS devices has functions of its own that name
 * their slot and do nothing else. The table of slots is the simulator's only global.
 *
 * An asynchronous profile answers program and erase with ARM_DRIVER_OK; the operation happens when
 * simulated time reaches its end (sim_flash_complete_next, sim_flash_advance_ns). Reads are always
 * answered at once. Erase does one sector a call, which the API allows: the caller resubmits.
 */
#include <string.h>

#include "flash_private.h"

#define DRIVER_VERSION ARM_DRIVER_VERSION_MAJOR_MINOR(0, 1)

static struct sim_flash *slots[SIM_SLOTS];

bool driver_has_room(unsigned *slot)
{
    for (unsigned i = 0; i < SIM_SLOTS; i++) {
        if (slots[i] == NULL) {
            *slot = i;
            return true;
        }
    }
    return false;
}

void driver_attach(struct sim_flash *flash)
{
    slots[flash->slot] = flash;
}

void driver_detach(struct sim_flash *flash)
{
    slots[flash->slot] = NULL;
}

/* ---- what the device says of itself */

static ARM_DRIVER_VERSION get_version(void)
{
    return (ARM_DRIVER_VERSION){.api = ARM_STORAGE_API_VERSION, .drv = DRIVER_VERSION};
}

static ARM_STORAGE_CAPABILITIES get_capabilities(const struct sim_flash *flash)
{
    return (ARM_STORAGE_CAPABILITIES){.asynchronous_ops = flash->profile.asynchronous};
}

static int32_t get_info(const struct sim_flash *flash, ARM_STORAGE_INFO *info)
{
    const struct sim_profile *profile = &flash->profile;

    *info = (ARM_STORAGE_INFO){
        .total_storage = flash->size_bytes,
        .program_unit = profile->unit_bytes,
        .optimal_program_unit = profile->line_bytes,
        .program_cycles = profile->endurance_min,
        .erased_value = profile->erased_value & 1u,
        .programmability = profile->needs_erase ? ARM_STORAGE_PROGRAMMABILITY_ERASABLE
                                                : ARM_STORAGE_PROGRAMMABILITY_RAM,
        .retention_level = ARM_RETENTION_NVM,
        .security = {.internal_flash = profile->on_chip},
    };
    return ARM_DRIVER_OK;
}

static int32_t get_block(const struct sim_flash *flash, uint64_t addr, ARM_STORAGE_BLOCK *block)
{
    const struct sim_profile *profile = &flash->profile;
    ARM_STORAGE_BLOCK found = {.addr = ARM_STORAGE_INVALID_OFFSET};

    for (uint32_t r = 0; r < profile->region_count; r++) {
        const struct sim_region *region = &flash->regions[r];
        const uint64_t first = profile->base + region->addr;

        if (addr >= first && addr - first < region->size_bytes) {
            found.addr = first;
            found.size = region->size_bytes;
            found.attributes.programmable = 1;
            found.attributes.erasable = profile->needs_erase;
            found.attributes.erase_unit = region->sector_bytes;
        }
    }
    if (block != NULL) {
        *block = found;
    }
    return ARM_STORAGE_VALID_BLOCK(&found) ? ARM_DRIVER_OK : ARM_DRIVER_ERROR;
}

static int32_t get_next_block(const struct sim_flash *flash, const ARM_STORAGE_BLOCK *previous,
                              ARM_STORAGE_BLOCK *next)
{
    return get_block(
        flash, previous == NULL ? flash->profile.base : previous->addr + previous->size, next);
}

/* ---- operations */

static bool is_idle(struct sim_flash *flash, const char *what)
{
    if (flash->pending.busy) {
        flash_break_rule(flash, "%s while a %s is pending", what,
                         flash->pending.kind == SIM_OP_ERASE ? "erase" : "program");
    }
    return !flash->pending.busy;
}

/* Only here do addresses lose their base; below it they leave the device and break a rule. */
static uint64_t from_start(const struct sim_flash *flash, uint64_t addr)
{
    return addr - flash->profile.base;
}

static int32_t read_data(struct sim_flash *flash, uint64_t addr, void *data, uint32_t size)
{
    if (flash->off) {
        return ARM_DRIVER_ERROR;
    }
    if (!is_idle(flash, "read")) {
        return ARM_DRIVER_ERROR_BUSY;
    }
    return flash_read(flash, from_start(flash, addr), data, size);
}

static uint64_t duration_ns(const struct sim_flash *flash, const struct sim_pending *operation)
{
    return operation->kind == SIM_OP_ERASE
               ? flash->profile.erase_ns
               : operation->size / flash->profile.unit_bytes * flash->profile.program_ns;
}

static int32_t execute(struct sim_flash *flash, const struct sim_pending *operation)
{
    return operation->kind == SIM_OP_ERASE
               ? flash_erase(flash, operation->addr, operation->size)
               : flash_program(flash, operation->addr, operation->data, operation->size);
}

/* A cut operation takes no simulated time on a synchronous device, and all of it otherwise. */
static int32_t start(struct sim_flash *flash, struct sim_pending operation)
{
    const uint64_t duration = duration_ns(flash, &operation);
    int32_t result;

    if (flash->profile.asynchronous) {
        operation.busy = true;
        operation.due_ns = flash->now_ns + duration;
        flash->pending = operation;
        return ARM_DRIVER_OK;
    }
    result = execute(flash, &operation);
    if (!flash->off) {
        flash->now_ns += duration;
    }
    return result;
}

static int32_t program_data(struct sim_flash *flash, uint64_t addr, const void *data, uint32_t size)
{
    const uint64_t first = from_start(flash, addr);

    if (flash->off) {
        return ARM_DRIVER_ERROR;
    }
    if (!is_idle(flash, "program")) {
        return ARM_DRIVER_ERROR_BUSY;
    }
    if (!flash_may_program(flash, first, data, size)) {
        return ARM_DRIVER_ERROR_PARAMETER;
    }
    return start(flash, (struct sim_pending){
                            .kind = SIM_OP_PROGRAM, .addr = first, .size = size, .data = data});
}

static int32_t erase(struct sim_flash *flash, uint64_t addr, uint32_t size)
{
    const uint64_t first = from_start(flash, addr);

    if (flash->off) {
        return ARM_DRIVER_ERROR;
    }
    if (!is_idle(flash, "erase")) {
        return ARM_DRIVER_ERROR_BUSY;
    }
    if (!flash->profile.needs_erase) {
        return ARM_STORAGE_ERROR_NOT_ERASABLE;
    }
    if (!flash_may_erase(flash, first, size)) {
        return ARM_DRIVER_ERROR_PARAMETER;
    }
    return start(flash, (struct sim_pending){.kind = SIM_OP_ERASE,
                                             .addr = first,
                                             .size = flash_sector_of(flash, first)->size_bytes});
}

static int32_t initialize(struct sim_flash *flash, ARM_Storage_Callback_t callback)
{
    flash->callback = callback;
    return flash->off ? ARM_DRIVER_ERROR : 1;
}

static int32_t uninitialize(struct sim_flash *flash)
{
    flash->callback = NULL;
    flash->pending.busy = false;
    return 1;
}

static int32_t power_control(struct sim_flash *flash, ARM_POWER_STATE state)
{
    if (state == ARM_POWER_OFF) {
        flash->pending.busy = false;
    }
    return flash->off ? ARM_DRIVER_ERROR : 1;
}

static ARM_STORAGE_STATUS get_status(const struct sim_flash *flash)
{
    return (ARM_STORAGE_STATUS){.busy = flash->pending.busy, .error = flash->off};
}

/* ---- pending operations */

/* The callback may start the next operation, so the device is idle before it runs. */
static void complete(struct sim_flash *flash)
{
    const struct sim_pending operation = flash->pending;
    int32_t result;

    flash->pending.busy = false;
    if (flash->now_ns < operation.due_ns) {
        flash->now_ns = operation.due_ns;
    }
    result = execute(flash, &operation);
    if (flash->callback != NULL) {
        flash->callback(result, operation.kind == SIM_OP_ERASE
                                    ? ARM_STORAGE_OPERATION_ERASE
                                    : ARM_STORAGE_OPERATION_PROGRAM_DATA);
    }
}

bool sim_flash_complete_next(void)
{
    struct sim_flash *next = NULL;
    uint64_t next_in_ns = UINT64_MAX;

    for (unsigned i = 0; i < SIM_SLOTS; i++) {
        if (slots[i] != NULL && slots[i]->pending.busy) {
            const uint64_t due_ns = slots[i]->pending.due_ns;
            const uint64_t in_ns = due_ns > slots[i]->now_ns ? due_ns - slots[i]->now_ns : 0;

            if (in_ns < next_in_ns) {
                next = slots[i];
                next_in_ns = in_ns;
            }
        }
    }
    if (next != NULL) {
        complete(next);
    }
    return next != NULL;
}

void sim_flash_advance_ns(struct sim_flash *flash, uint64_t ns)
{
    const uint64_t until_ns = flash->now_ns + ns;

    while (flash->pending.busy && flash->pending.due_ns <= until_ns) {
        complete(flash);
    }
    if (flash->now_ns < until_ns) {
        flash->now_ns = until_ns;
    }
}

/* ---- one set of functions a slot */

static int32_t erase_all(void)
{
    return ARM_DRIVER_ERROR_UNSUPPORTED;
}

static uint32_t resolve_address(uint64_t addr)
{
    (void)addr; /* nothing of a simulated device is mapped */
    return ARM_STORAGE_INVALID_ADDRESS;
}

#define SLOT(n)                                                                                   \
    static ARM_STORAGE_CAPABILITIES get_capabilities_##n(void)                                    \
    {                                                                                             \
        return get_capabilities(slots[n]);                                                        \
    }                                                                                             \
    static int32_t initialize_##n(ARM_Storage_Callback_t callback)                                \
    {                                                                                             \
        return initialize(slots[n], callback);                                                    \
    }                                                                                             \
    static int32_t uninitialize_##n(void)                                                         \
    {                                                                                             \
        return uninitialize(slots[n]);                                                            \
    }                                                                                             \
    static int32_t power_control_##n(ARM_POWER_STATE state)                                       \
    {                                                                                             \
        return power_control(slots[n], state);                                                    \
    }                                                                                             \
    static int32_t read_data_##n(uint64_t addr, void *data, uint32_t size)                        \
    {                                                                                             \
        return read_data(slots[n], addr, data, size);                                             \
    }                                                                                             \
    static int32_t program_data_##n(uint64_t addr, const void *data, uint32_t size)               \
    {                                                                                             \
        return program_data(slots[n], addr, data, size);                                          \
    }                                                                                             \
    static int32_t erase_##n(uint64_t addr, uint32_t size)                                        \
    {                                                                                             \
        return erase(slots[n], addr, size);                                                       \
    }                                                                                             \
    static ARM_STORAGE_STATUS get_status_##n(void)                                                \
    {                                                                                             \
        return get_status(slots[n]);                                                              \
    }                                                                                             \
    static int32_t get_info_##n(ARM_STORAGE_INFO *info)                                           \
    {                                                                                             \
        return get_info(slots[n], info);                                                          \
    }                                                                                             \
    static int32_t get_next_block_##n(const ARM_STORAGE_BLOCK *previous, ARM_STORAGE_BLOCK *next) \
    {                                                                                             \
        return get_next_block(slots[n], previous, next);                                          \
    }                                                                                             \
    static int32_t get_block_##n(uint64_t addr, ARM_STORAGE_BLOCK *block)                         \
    {                                                                                             \
        return get_block(slots[n], addr, block);                                                  \
    }                                                                                             \
    static ARM_DRIVER_STORAGE driver_##n = {                                                      \
        .GetVersion = get_version,                                                                \
        .GetCapabilities = get_capabilities_##n,                                                  \
        .Initialize = initialize_##n,                                                             \
        .Uninitialize = uninitialize_##n,                                                         \
        .PowerControl = power_control_##n,                                                        \
        .ReadData = read_data_##n,                                                                \
        .ProgramData = program_data_##n,                                                          \
        .Erase = erase_##n,                                                                       \
        .EraseAll = erase_all,                                                                    \
        .GetStatus = get_status_##n,                                                              \
        .GetInfo = get_info_##n,                                                                  \
        .ResolveAddress = resolve_address,                                                        \
        .GetNextBlock = get_next_block_##n,                                                       \
        .GetBlock = get_block_##n,                                                                \
    }

SLOT(0);
SLOT(1);
SLOT(2);
SLOT(3);
SLOT(4);
SLOT(5);
SLOT(6);
SLOT(7);

static ARM_DRIVER_STORAGE *const drivers[] = {&driver_0, &driver_1, &driver_2, &driver_3,
                                              &driver_4, &driver_5, &driver_6, &driver_7};

_Static_assert(sizeof drivers / sizeof drivers[0] == SIM_SLOTS, "one set of functions a slot");

ARM_DRIVER_STORAGE *sim_flash_driver(struct sim_flash *flash)
{
    return drivers[flash->slot];
}
