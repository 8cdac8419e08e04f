/* SPDX-License-Identifier: Apache-2.0 */
/* Switching a rule of the format off by name. See knockout.h. */
#include "knockout.h"

#include <stddef.h>
#include <string.h>

#include "cfs/knockout.h"

#if CFS_CFG_TEST_KNOCKOUT

static const char *const names[CFS_RULES + 1] = {
    [CFS_RULE_NONE] = "none",
    [CFS_RULE_DECIDE_TORN] = "decide-torn",
    [CFS_RULE_OPENER] = "opener",
    [CFS_RULE_FILL] = "fill",
    [CFS_RULE_FILL_TWO] = "fill-two",
    [CFS_RULE_PILOT] = "pilot",
    [CFS_RULE_CHECKPOINT] = "checkpoint",
    [CFS_RULE_PROOF] = "proof",
    [CFS_RULE_FIRST_RUN] = "first-run",
    [CFS_RULE_SNAPSHOT] = "snapshot",
    [CFS_RULE_ALL_OR_NOTHING] = "all-or-nothing",
    [CFS_RULE_CHECKPOINT_RUN] = "checkpoint-run",
    [CFS_RULE_DESTROY] = "destroy",
    [CFS_RULE_DESTROY_NEXT] = "destroy-next",
    [CFS_RULE_DESTROY_BACKWARD] = "destroy-backward",
    [CFS_RULE_MARK_NUMBER] = "mark-number",
    [CFS_RULE_TAIL_WRITTEN] = "tail-written",
    [CFS_RULE_ROOTS_CLEARED] = "roots-cleared",
    [CFS_RULE_BEGIN] = "begin",
    [CFS_RULE_UNSETTLED_VOID] = "unsettled-void",
    [CFS_RULE_EMPTY_PROVEN] = "empty-proven",
    [CFS_RULE_HOLDER] = "holder",
    [CFS_RULE_SAME_TOP] = "same-top",
    [CFS_RULE_BARREN] = "barren",
};

bool knockout_set(const char *name)
{
    for (unsigned rule = 0; names[rule] != NULL; rule++) {
        if (strcmp(names[rule], name) == 0) {
            cfs_knockout = rule;
            return true;
        }
    }
    return false;
}

#else

static const char *const names[] = {NULL};

bool knockout_set(const char *name)
{
    (void)name;
    return false;
}

#endif

const char *const *knockout_names(void)
{
    return names;
}
