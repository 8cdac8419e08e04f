/* SPDX-License-Identifier: Apache-2.0 */
/* What must hold once a mount has settled what is there. See trial.h. */
#include "trial.h"

#include "guard.h"

static void boot(struct trial *trial, uint32_t pattern)
{
    if (!trial_boot(trial, pattern)) {
        guard_fail(INVARIANT_PROGRESS, "the device lost power without a cut");
    }
}

static void expect_same_map(struct trial *trial, uint32_t pattern)
{
    struct map seen;
    trial_observe(trial, &seen);
    trial->tally->checks[INVARIANT_STABLE]++;
    for (unsigned key = 0; key < KEYS; key++) {
        if (seen.version[key] != trial->oracle.acknowledged.version[key]) {
            guard_fail(INVARIANT_STABLE, "%s changes from #%u to #%u at a later boot (pattern %u)",
                       key_name(key),
                       (unsigned)VERSION_SERIAL(trial->oracle.acknowledged.version[key]),
                       (unsigned)VERSION_SERIAL(seen.version[key]), (unsigned)pattern);
        }
    }
}

void trial_check_stable(struct trial *trial, const uint32_t *patterns, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        boot(trial, patterns[i]); /* which also checks that it is silent, see trial_mount() */
        expect_same_map(trial, patterns[i]);
    }
}

void trial_check_itself(struct trial *trial)
{
    int32_t error = 0;
    trial->tally->checks[INVARIANT_CHECK]++;
    if (trial->subject->check(trial->memory, &error) != SUBJECT_OK) {
        guard_fail(INVARIANT_CHECK, "the store's own check gives %s",
                   trial->subject->error_name(error));
    }
}

void trial_check_usable(struct trial *trial)
{
    static const struct op script[] = {
        {OP_SET, 0, SHAPE_COUNTER}, {OP_SET, 3, SHAPE_SHORT},   {OP_DELETE, 3, SHAPE_NONE},
        {OP_REBOOT, 0, SHAPE_NONE}, {OP_SET, 0, SHAPE_COUNTER},
    };
    for (size_t i = 0; i < sizeof script / sizeof script[0]; i++) {
        trial->tally->checks[INVARIANT_PROGRESS]++;
        if (!trial_apply(trial, &script[i])) {
            guard_fail(INVARIANT_PROGRESS, "the device lost power without a cut");
        }
        trial_judge(trial);
    }
}
