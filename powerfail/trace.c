/* SPDX-License-Identifier: Apache-2.0 */
/* Telling what a trial does, step by step, for a person who looks for the cause of a violation. */
#include "trial.h"

static void print_place(const struct trial *trial, uint64_t addr)
{
    const struct sim_profile *profile = sim_flash_profile(trial->flash);
    uint32_t sector_bytes = profile->regions[0].sector_bytes;
    fprintf(trial->trace, "%u.%u", (unsigned)(addr / sector_bytes),
            (unsigned)(addr % sector_bytes / profile->line_bytes));
}

void trial_trace(const struct trial *trial, const struct op *op)
{
    static const char *const kinds[] = {"set", "delete", "remount", "reboot", "format"};
    fprintf(trial->trace, "%s", kinds[op->kind]);
    if (op->kind == OP_SET) {
        fprintf(trial->trace, " %s = #%u, %zu bytes", key_name(op->key),
                (unsigned)trial->serial + 1, value_size((uint32_t)op->shape));
    } else if (op->kind == OP_DELETE) {
        fprintf(trial->trace, " %s", key_name(op->key));
    }
    fputc('\n', trial->trace);
}

void trial_trace_op(const struct trial *trial, const struct sim_op *op, const void *data)
{
    static const char *const kinds[] = {"program", "fill", "erase"};
    fprintf(trial->trace, "    %-7s ", kinds[op->kind]);
    print_place(trial, op->addr);
    const uint8_t *bytes = data;
    for (uint32_t i = 0; bytes != NULL && op->kind == SIM_OP_PROGRAM && i < op->size; i++) {
        fprintf(trial->trace, "%s%02x", i == 0 ? "  " : i % 8 == 0 ? " " : "", bytes[i]);
    }
    fputc('\n', trial->trace);
}

void trial_trace_cut(const struct trial *trial, const struct sim_op *op)
{
    const struct sim_profile *profile = sim_flash_profile(trial->flash);
    fprintf(trial->trace, "  left:");
    print_place(trial, op->addr);
    uint32_t units = op->kind == SIM_OP_ERASE ? 4 : op->size / profile->unit_bytes;
    for (uint32_t i = 0; i < units; i++) {
        fprintf(trial->trace, " %s",
                sim_flash_unit_name(trial->flash, op->addr + (uint64_t)i * profile->unit_bytes));
    }
    fputc('\n', trial->trace);
}
