/* SPDX-License-Identifier: Apache-2.0 */
/* See liar.h. */
#include "liar.h"

#include <string.h>

#include "cfs/config.h"

struct liar liar;

static struct _ARM_DRIVER_STORAGE driver;
static ARM_Storage_Callback_t callback;

/* The pending operation. */
static struct {
    ARM_STORAGE_OPERATION operation;
    int32_t status;
    uint32_t due_us;
    bool busy;
} pending;

static bool is_lie(enum lie lie)
{
    return liar.lie == lie;
}

/* ---- cells */

static uint32_t cell_of(uint32_t offset)
{
    if (is_lie(LIE_SIZE)) {
        return offset % (LIAR_BYTES / 2u);
    }
    return is_lie(LIE_ADDRESS_LINE) ? offset & ~0x40u : offset;
}

static void program_cell(uint32_t offset, uint8_t value)
{
    uint8_t *cell = &liar.cells[cell_of(offset)];

    if (!liar.needs_erase) {
        *cell = value;
    } else {
        *cell = liar.erased_value == 0xFFu ? *cell & value : *cell | value;
    }
}

static uint8_t read_cell(uint32_t offset)
{
    uint8_t value = liar.cells[cell_of(offset)];

    if (is_lie(LIE_STUCK) && offset / LIAR_SECTOR == 5u && offset % LIAR_SECTOR == 777u) {
        value |= 0x20u;
    }
    return value;
}

/* All bits programmed: allowed over anything. */
static bool is_fill(const uint8_t *data, uint32_t size)
{
    for (uint32_t i = 0; i < size; i++) {
        if ((data[i] ^ liar.erased_value) != 0xFF) {
            return false;
        }
    }
    return true;
}

static bool is_erased(uint32_t offset, uint32_t size)
{
    for (uint32_t i = 0; i < size; i++) {
        if (liar.cells[cell_of(offset + i)] != liar.erased_value) {
            return false;
        }
    }
    return true;
}

static void program_cells(uint32_t offset, const uint8_t *data, uint32_t size)
{
    for (uint32_t i = 0; i < size; i++) {
        uint32_t lane = i;

        if (is_lie(LIE_LANES) && size >= LIAR_UNIT && i % LIAR_UNIT >= 6u) {
            lane = i ^ 1u; /* the last two of a unit */
        }
        program_cell(offset + lane, data[i]);
    }
    if (is_lie(LIE_UNIT_LARGER) && size % (2u * LIAR_UNIT) != 0u) {
        uint32_t other =
            offset ^ LIAR_UNIT; /* the rest of the true unit gets what is in the latch */

        for (uint32_t i = 0; i < LIAR_UNIT; i++) {
            program_cell(other + i, data[i]);
        }
    }
}

static void erase_cells(uint32_t offset, uint32_t size)
{
    uint8_t value = is_lie(LIE_ERASED_VALUE) ? 0x00u : liar.erased_value;

    for (uint32_t i = 0; i < size && offset + i < LIAR_BYTES; i++) {
        liar.cells[cell_of(offset + i)] = value;
    }
}

/* ---- ends */

static void tell(int32_t status, ARM_STORAGE_OPERATION operation)
{
    callback(status, operation);
    if (is_lie(LIE_CALLBACK_TWICE)) {
        callback(status, operation);
    }
}

/* The operation is done (or was refused). A refusal is told at once. */
static int32_t end(ARM_STORAGE_OPERATION operation, int32_t status, uint32_t takes_us)
{
    if (is_lie(LIE_RESULT_ZERO) && operation == ARM_STORAGE_OPERATION_PROGRAM_DATA) {
        return ARM_DRIVER_OK;
    }
    if (!liar.asynchronous || status < 0) {
        liar.now_us += takes_us;
        return status;
    }
    if (is_lie(LIE_CALLBACK_TOO)) {
        tell(status, operation);
        return status;
    }
    pending.operation = operation;
    pending.status = status;
    pending.due_us = liar.now_us + takes_us;
    pending.busy = true;
    return ARM_DRIVER_OK;
}

uint32_t liar_now_us(void *context)
{
    (void)context;
    return liar.now_us;
}

void liar_idle(void *context)
{
    (void)context;
    liar.now_us += 7u;
    if (pending.busy) {
        if (is_lie(LIE_CALLBACK_NEVER) && liar.programs == 3u) {
            return;
        }
        if (liar.now_us >= pending.due_us) {
            pending.busy = false;
            tell(pending.status, pending.operation);
        }
    } else if (is_lie(LIE_CALLBACK_AGAIN)) {
        tell(1, ARM_STORAGE_OPERATION_ERASE);
    }
}

/* ---- the driver */

static ARM_DRIVER_VERSION get_version(void)
{
    return (ARM_DRIVER_VERSION){.api = ARM_STORAGE_API_VERSION, .drv = 1};
}

static ARM_STORAGE_CAPABILITIES get_capabilities(void)
{
    return (ARM_STORAGE_CAPABILITIES){.asynchronous_ops = liar.asynchronous};
}

static int32_t initialize(ARM_Storage_Callback_t to_call)
{
    callback = to_call;
    liar.initialized = true;
    return end(ARM_STORAGE_OPERATION_INITIALIZE, 1, 0);
}

static int32_t uninitialize(void)
{
    liar.initialized = false;
    return 1;
}

static int32_t power_control(ARM_POWER_STATE state)
{
    if (is_lie(LIE_NO_POWER) && state == ARM_POWER_FULL) {
        return ARM_DRIVER_ERROR;
    }
    liar.powered = state == ARM_POWER_FULL;
    pending.busy = pending.busy && liar.powered;
    return liar.powered ? end(ARM_STORAGE_OPERATION_POWER_CONTROL, 1, 0) : 1;
}

/* Whether a range is outside of the device. */
static bool is_outside(uint64_t addr, uint32_t size)
{
    uint64_t last = is_lie(LIE_LAST_BYTES) ? LIAR_BYTES - LIAR_UNIT : LIAR_BYTES;

    return addr < LIAR_BASE || addr - LIAR_BASE > last || size > last - (addr - LIAR_BASE);
}

static int32_t read_data(uint64_t addr, void *data, uint32_t size)
{
    uint32_t offset = (uint32_t)(addr - LIAR_BASE);
    uint8_t *to = data;

    if (is_outside(addr, size)) {
        return is_lie(LIE_READ_BOUNDS) ? (int32_t)size : ARM_DRIVER_ERROR_PARAMETER;
    }
    for (uint32_t i = 0; i < size; i++) {
        bool swaps = is_lie(LIE_LANES_READ) && size == LIAR_LINE && i < 2u;

        to[i] = read_cell(offset + (swaps ? i ^ 1u : i));
    }
    if (is_lie(LIE_READ_UNITS) && size % 4u != 0u && (offset + size) % LIAR_LINE != 0u) {
        to[size] = read_cell(offset + size);
    }
    return end(ARM_STORAGE_OPERATION_READ_DATA, (int32_t)size, LIAR_OPERATION / 10u);
}

/* Whether the honest driver refuses the program. */
static bool may_not_program(uint64_t addr, const uint8_t *data, uint32_t size)
{
    uint32_t unit = is_lie(LIE_UNIT_SMALLER) ? liar.unit_bytes / 2u : liar.unit_bytes;
    uint32_t offset = (uint32_t)(addr - LIAR_BASE);
    bool fills = is_fill(data, size);

    if ((addr % unit != 0u || size % unit != 0u) && !is_lie(LIE_PROGRAM_ALIGN)) {
        return true;
    }
    if (is_lie(LIE_FILL_REFUSED) && fills && !is_erased(offset, size)) {
        return true;
    }
    return liar.needs_erase && !fills && !is_lie(LIE_ADDRESS_LINE) && !is_erased(offset, size);
}

static int32_t program_data(uint64_t addr, const void *data, uint32_t size)
{
    uint32_t offset = (uint32_t)(addr - LIAR_BASE);
    uint32_t done = liar.partial ? liar.unit_bytes : size;
    int32_t status = (int32_t)done;

    if (is_outside(addr, size)) {
        return is_lie(LIE_PROGRAM_BOUNDS) ? (int32_t)size : ARM_DRIVER_ERROR_PARAMETER;
    }
    if (may_not_program(addr, data, size)) {
        return is_lie(LIE_FILL_REFUSED) || is_fill(data, size) ? ARM_DRIVER_ERROR
                                                               : ARM_DRIVER_ERROR_PARAMETER;
    }
    liar.programs++;
    if (is_lie(LIE_FAILS) && liar.programs == 3u) {
        status = ARM_STORAGE_ERROR_RUNTIME_OR_INTEGRITY_FAILURE;
    } else if (is_lie(LIE_RESULT_MORE)) {
        status += (int32_t)LIAR_UNIT;
    } else if (is_lie(LIE_RESULT_PART)) {
        status -= 1;
    }
    if (is_lie(LIE_FIRST_UNIT)) {
        done = LIAR_UNIT;
    }
    if (!is_lie(LIE_PROGRAMS_NOTHING) && !(is_lie(LIE_FILL_IGNORED) && is_fill(data, size))) {
        program_cells(offset, data, done);
    }
    return end(ARM_STORAGE_OPERATION_PROGRAM_DATA, status, LIAR_OPERATION);
}

/* What an erase of sectors does to the cells. */
static void erase_sectors(uint32_t offset, uint32_t size)
{
    if (is_lie(LIE_ERASES_NOTHING) || (is_lie(LIE_ERASES_ONCE) && is_erased(offset, LIAR_LINE))) {
        return;
    }
    if (is_lie(LIE_ERASES_PAIR) || is_lie(LIE_SECTOR_LARGER)) {
        offset -= offset % (2u * LIAR_SECTOR);
        size = 2u * LIAR_SECTOR;
    } else if (is_lie(LIE_ERASES_NEXT)) {
        size += LIAR_SECTOR;
    } else if (is_lie(LIE_ERASES_HALF) || is_lie(LIE_SECTOR_SMALLER)) {
        size /= 2u;
    }
    erase_cells(offset, size);
}

static int32_t erase(uint64_t addr, uint32_t size)
{
    uint32_t offset = (uint32_t)(addr - LIAR_BASE);
    uint32_t takes_us = 10u * LIAR_OPERATION;

    if (!liar.needs_erase) {
        return ARM_STORAGE_ERROR_NOT_ERASABLE;
    }
    if (is_outside(addr, size)) {
        return is_lie(LIE_ERASE_BOUNDS) ? (int32_t)size : ARM_DRIVER_ERROR_PARAMETER;
    }
    if (offset % LIAR_SECTOR != 0u || size % LIAR_SECTOR != 0u) {
        return is_lie(LIE_ERASE_ALIGN) ? (int32_t)size : ARM_DRIVER_ERROR_PARAMETER;
    }
    liar.erases++;
    if (is_lie(LIE_LATE) && liar.erases == 3u) {
        takes_us *= 30u;
    }
    if (liar.partial) {
        size = LIAR_SECTOR;
    }
    erase_sectors(offset, size);
    return end(ARM_STORAGE_OPERATION_ERASE, (int32_t)size, takes_us);
}

static int32_t erase_all(void)
{
    return ARM_DRIVER_ERROR_UNSUPPORTED;
}

static ARM_STORAGE_STATUS get_status(void)
{
    return (ARM_STORAGE_STATUS){.busy = pending.busy || (is_lie(LIE_BUSY) && liar.erases > 0u)};
}

static int32_t get_info(ARM_STORAGE_INFO *info)
{
    *info = (ARM_STORAGE_INFO){
        .total_storage = LIAR_BYTES + (is_lie(LIE_TOTAL) ? LIAR_SECTOR : 0u),
        .program_unit = liar.unit_bytes,
        .program_cycles = 10000,
        .erased_value = liar.erased_value & 1u,
        .security = {.internal_flash = CFS_CFG_ON_CHIP}, /* what every build takes */
        .programmability = liar.needs_erase ? ARM_STORAGE_PROGRAMMABILITY_ERASABLE
                                            : ARM_STORAGE_PROGRAMMABILITY_RAM,
    };
    return ARM_DRIVER_OK;
}

static uint32_t resolve_address(uint64_t addr)
{
    (void)addr;
    return ARM_STORAGE_INVALID_ADDRESS;
}

static int32_t get_block(uint64_t addr, ARM_STORAGE_BLOCK *block)
{
    if (addr < LIAR_BASE || addr - LIAR_BASE >= LIAR_BYTES ||
        (is_lie(LIE_NO_BLOCK) && addr == LIAR_BASE + LIAR_BYTES - 1u)) {
        *block = (ARM_STORAGE_BLOCK){.addr = ARM_STORAGE_INVALID_OFFSET};
        return ARM_DRIVER_ERROR;
    }
    *block = (ARM_STORAGE_BLOCK){
        .addr = LIAR_BASE,
        .size = LIAR_BYTES,
        .attributes = {.erasable = liar.needs_erase, .programmable = 1, .erase_unit = LIAR_SECTOR},
    };
    return ARM_DRIVER_OK;
}

static int32_t get_next_block(const ARM_STORAGE_BLOCK *previous, ARM_STORAGE_BLOCK *next)
{
    return get_block(previous == NULL ? LIAR_BASE : previous->addr + previous->size, next);
}

void liar_reset(enum lie lie)
{
    memset(&liar, 0, sizeof liar);
    memset(&pending, 0, sizeof pending);
    memset(liar.cells, 0xFF, sizeof liar.cells);
    liar.lie = lie;
    liar.needs_erase = true;
    liar.erased_value = 0xFF;
    liar.unit_bytes = LIAR_UNIT;
}

ARM_DRIVER_STORAGE *liar_driver(void)
{
    driver =
        (struct _ARM_DRIVER_STORAGE){get_version,    get_capabilities,
                                     initialize,     uninitialize,
                                     power_control,  read_data,
                                     program_data,   erase,
                                     erase_all,      is_lie(LIE_NO_FUNCTION) ? NULL : get_status,
                                     get_info,       resolve_address,
                                     get_next_block, get_block};
    return &driver;
}
