/* SPDX-License-Identifier: Apache-2.0 */
/* See cut.h. */
#include "cut.h"

#include <stdio.h>

#include "sim/port.h"

#define OPERATIONS_MAX 512u
#define PATTERNS       4u

struct recording {
    struct sim_op ops[OPERATIONS_MAX];
    uint32_t count;
};

struct cutter {
    struct rig *rig;
    const struct cut_script *script;
    struct sim_flash *before; /* the script begins here */
    struct sim_flash *after;  /* and was cut here */
    uint32_t judged;
};

static void record(void *context, struct sim_flash *flash, const struct sim_op *op,
                   const void *data)
{
    struct recording *recording = context;

    (void)flash;
    (void)data;
    assert_in_range(recording->count, 0, OPERATIONS_MAX - 1u);
    recording->ops[recording->count++] = *op;
}

static void begin(struct cutter *cutter)
{
    sim_flash_copy(cutter->rig->flash, cutter->before);
    sim_port_seed(1); /* the same script is the same operations */
    rig_boot(cutter->rig, 0);
}

static void cut_once(struct cutter *cutter, uint32_t index, enum sim_outcome outcome,
                     uint32_t cut_at)
{
    struct rig *rig = cutter->rig;

    begin(cutter);
    sim_flash_arm_cut_at(rig->flash, index, outcome, cut_at);
    cutter->script->run(rig, cutter->script->context);
    assert_true(sim_flash_is_cut(rig->flash));
    sim_flash_copy(cutter->after, rig->flash);
    for (uint32_t pattern = 0; pattern < PATTERNS; pattern++) {
        sim_flash_copy(rig->flash, cutter->after);
        rig_boot(rig, pattern);
        (void)snprintf(circumstances, sizeof circumstances,
                       "operation %u cut to %s in unit %u, boot pattern %u: ", (unsigned)index,
                       sim_outcome_name(outcome), (unsigned)cut_at, (unsigned)pattern);
        cutter->script->judge(rig, cutter->script->context);
        cutter->judged++;
    }
    circumstances[0] = '\0';
}

static void cut_operation(struct cutter *cutter, uint32_t index, const struct sim_op *op)
{
    enum sim_outcome outcomes[SIM_OUTCOMES];
    size_t count = sim_flash_outcomes(cutter->rig->flash, op, outcomes);

    for (size_t i = 0; i < count; i++) {
        cut_once(cutter, index, outcomes[i], op->cut_at);
        if (op->kind != SIM_OP_ERASE && op->cut_at > 0) {
            cut_once(cutter, index, outcomes[i], 0);
        }
    }
}

uint32_t cut_everywhere(struct rig *rig, const struct cut_script *script)
{
    struct recording recording;
    struct cutter cutter = {.rig = rig, .script = script};

    cutter.before = sim_flash_new(sim_flash_profile(rig->flash), 1);
    cutter.after = sim_flash_new(sim_flash_profile(rig->flash), 1);
    assert_non_null(cutter.before);
    assert_non_null(cutter.after);
    sim_flash_copy(cutter.before, rig->flash);

    recording.count = 0;
    begin(&cutter);
    sim_flash_set_hook(rig->flash, record, &recording);
    script->run(rig, script->context);
    sim_flash_set_hook(rig->flash, NULL, NULL);
    for (uint32_t i = 0; i < recording.count; i++) {
        cut_operation(&cutter, i, &recording.ops[i]);
    }

    begin(&cutter);
    sim_flash_free(cutter.before);
    sim_flash_free(cutter.after);
    return cutter.judged;
}
