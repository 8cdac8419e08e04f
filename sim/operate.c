/* SPDX-License-Identifier: Apache-2.0 */
/* Read, program and erase: what the driver's calls do once they reach the device. Rules first, then
 * the hook, then an armed cut or the operation itself, then counters and clock. */
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "flash_private.h"

/* ---- device rules */

void flash_break_rule(struct sim_flash *flash, const char *format, ...)
{
    char message[256];
    va_list arguments;

    va_start(arguments, format);
    (void)vsnprintf(message, sizeof message, format, arguments);
    va_end(arguments);
    if (flash->rule_handler != NULL) {
        flash->rule_handler(flash->rule_context, flash, message);
        return;
    }
    (void)fprintf(stderr, "SIM_RULE: %s: %s\n", flash->profile.name, message);
    abort();
}

static bool in_range(struct sim_flash *flash, const char *what, uint64_t addr, uint32_t size)
{
    if (size == 0 || addr >= flash->size_bytes || size > flash->size_bytes - addr) {
        flash_break_rule(flash, "%s of %u bytes at 0x%llx leaves the device of 0x%llx bytes", what,
                         size, (unsigned long long)addr, (unsigned long long)flash->size_bytes);
        return false;
    }
    return true;
}

static bool units_are_free(struct sim_flash *flash, uint64_t addr, uint32_t size)
{
    const struct sim_sector *sector = flash_sector_at(flash, addr);
    const uint32_t first = (uint32_t)(addr - sector->addr) / flash->profile.unit_bytes;

    if (sector->cells->erase_cut) {
        flash_break_rule(flash,
                         "program of %u bytes of data at 0x%llx: the last erase of its sector was "
                         "not completed",
                         size, (unsigned long long)addr);
        return false;
    }
    for (uint32_t i = 0; i < size / flash->profile.unit_bytes; i++) {
        const enum unit_kind kind = unit_kind(sector->cells->states[first + i]);

        if (kind != UNIT_BLANK && kind != UNIT_FLIPPED) {
            const uint64_t unit = addr + (uint64_t)i * flash->profile.unit_bytes;

            flash_break_rule(flash,
                             "program of %u bytes of data at 0x%llx: the unit at 0x%llx is not "
                             "erased (%s)",
                             size, (unsigned long long)addr, (unsigned long long)unit,
                             sim_flash_unit_name(flash, unit));
            return false;
        }
    }
    return true;
}

static bool all_are(const void *data, uint32_t size, uint8_t value)
{
    const uint8_t *bytes = data;

    return bytes[0] == value && memcmp(bytes, bytes + 1, size - 1) == 0;
}

bool flash_is_fill(const struct sim_flash *flash, const void *data, uint32_t size)
{
    return all_are(data, size, flash->profile.erased_value ^ 0xFF);
}

bool flash_is_blank(const struct sim_flash *flash, const void *data, uint32_t size)
{
    return all_are(data, size, flash->profile.erased_value);
}

bool flash_may_program(struct sim_flash *flash, uint64_t addr, const void *data, uint32_t size)
{
    const uint32_t line_bytes = flash->profile.line_bytes;

    if (!in_range(flash, "program", addr, size)) {
        return false;
    }
    if (addr % flash->profile.unit_bytes != 0 || size % flash->profile.unit_bytes != 0) {
        flash_break_rule(flash, "program of %u bytes at 0x%llx is not in whole units of %u bytes",
                         size, (unsigned long long)addr, flash->profile.unit_bytes);
        return false;
    }
    if (addr / line_bytes != (addr + size - 1) / line_bytes) {
        flash_break_rule(flash, "program of %u bytes at 0x%llx crosses a line of %u bytes", size,
                         (unsigned long long)addr, line_bytes);
        return false;
    }
    return !flash->profile.needs_erase || flash_is_fill(flash, data, size) ||
           units_are_free(flash, addr, size);
}

bool flash_may_erase(struct sim_flash *flash, uint64_t addr, uint32_t size)
{
    const struct sim_sector *sector;

    if (!in_range(flash, "erase", addr, size)) {
        return false;
    }
    sector = flash_sector_at(flash, addr);
    if (sector->addr != addr || size % sector->size_bytes != 0) {
        flash_break_rule(flash, "erase of %u bytes at 0x%llx is not in whole sectors of %u bytes",
                         size, (unsigned long long)addr, sector->size_bytes);
        return false;
    }
    return true;
}

/* ---- read */

static void spend_read_time(struct sim_flash *flash, uint32_t size)
{
    flash->now_x100 += size * flash->profile.read_ns_per_byte_x100;
    flash->now_ns += flash->now_x100 / 100;
    flash->now_x100 %= 100;
}

int32_t flash_read(struct sim_flash *flash, uint64_t addr, void *data, uint32_t size)
{
    uint8_t *to = data;
    uint32_t left = size;

    if (!in_range(flash, "read", addr, size)) {
        return ARM_DRIVER_ERROR_PARAMETER;
    }
    flash->counters.reads++;
    flash->counters.read_bytes += size;
    spend_read_time(flash, size);
    while (left != 0) {
        const struct sim_sector *sector = flash_sector_at(flash, addr);
        const uint32_t offset = (uint32_t)(addr - sector->addr);
        const uint32_t piece =
            left < sector->size_bytes - offset ? left : sector->size_bytes - offset;

        if (cells_range_is_hidden(flash, sector, offset, piece)) {
            memset(data, 0xE5, size); /* whoever goes on to use it shall notice */
            return ARM_STORAGE_ERROR_RUNTIME_OR_INTEGRITY_FAILURE;
        }
        memcpy(to, sector->cells->bytes + offset, piece);
        to += piece;
        addr += piece;
        left -= piece;
    }
    return (int32_t)size;
}

/* ---- program and erase */

/* The hook, then the cut if this is the operation it was armed for. True: the power is off. */
static bool is_cut(struct sim_flash *flash, struct sim_op *op, const void *data)
{
    enum sim_outcome outcome;

    op->index = flash->op_index;
    op->cut_at = outcome_last_place(flash, op);
    if (flash->hook != NULL) {
        flash->hook(flash->hook_context, flash, op, data);
    }
    if (!flash->armed.armed || flash->armed.index != op->index) {
        return false;
    }
    outcome = flash->armed.outcome; /* read now: the hook may have armed this very operation */
    if (flash->armed.any_outcome) {
        outcome = outcome_draw(flash, op);
    } else if (!flash->armed.any_place) {
        op->cut_at = flash->armed.cut_at;
    }
    sim_flash_cut_here(flash, op, data, outcome);
    return true;
}

int32_t flash_program(struct sim_flash *flash, uint64_t addr, const void *data, uint32_t size)
{
    struct sim_op op = {.kind = flash_is_fill(flash, data, size) ? SIM_OP_FILL : SIM_OP_PROGRAM,
                        .addr = addr,
                        .size = size};

    if (is_cut(flash, &op, data)) {
        return ARM_DRIVER_ERROR;
    }
    outcome_apply(flash, &op, data, SIM_CUT_DONE);
    return (int32_t)size;
}

int32_t flash_erase(struct sim_flash *flash, uint64_t addr, uint32_t size)
{
    struct sim_op op = {.kind = SIM_OP_ERASE, .addr = addr, .size = size};
    const bool worn = wear_is_out(flash_sector_at(flash, addr));

    if (is_cut(flash, &op, NULL)) {
        return ARM_DRIVER_ERROR;
    }
    outcome_apply(flash, &op, NULL, SIM_CUT_DONE);
    return worn ? ARM_STORAGE_ERROR_RUNTIME_OR_INTEGRITY_FAILURE : (int32_t)size;
}
