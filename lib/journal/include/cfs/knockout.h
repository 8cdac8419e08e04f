/* SPDX-License-Identifier: Apache-2.0 */
/* The rules of the format by name, and how a test build switches one off to show that the
 * power-fail explorer notices. In a product CFS_RULE() is the constant 1 and costs nothing. */
#ifndef CFS_KNOCKOUT_H
#define CFS_KNOCKOUT_H

#include "cfs/config.h"

enum cfs_rule {
    CFS_RULE_NONE,
    CFS_RULE_DECIDE_TORN,      /* decide when anything is visible behind the last record */
    CFS_RULE_OPENER,           /* an opener before a session's first data */
    CFS_RULE_FILL,             /* zero-fill before resuming */
    CFS_RULE_FILL_TWO,         /* ... two lines past the last visible one */
    CFS_RULE_PILOT,            /* a zero-filled pilot line before a sector's header */
    CFS_RULE_CHECKPOINT,       /* a decision writes a checkpoint that kills what it replaces */
    CFS_RULE_PROOF,            /* only a record directly behind proves the last one */
    CFS_RULE_FIRST_RUN,        /* a header counts only with its first run complete */
    CFS_RULE_SNAPSHOT,         /* a header opened by a mount is without the unproven record */
    CFS_RULE_ALL_OR_NOTHING,   /* copies into the last spare are one run */
    CFS_RULE_CHECKPOINT_RUN,   /* an incomplete checkpoint run does not count */
    CFS_RULE_DESTROY,          /* a header is zero-filled before its sector is erased */
    CFS_RULE_DESTROY_NEXT,     /* a half-opened next sector is destroyed before deciding */
    CFS_RULE_DESTROY_BACKWARD, /* ... back to front */
    CFS_RULE_MARK_NUMBER,      /* an erase mark counts only for the number it carries */
    CFS_RULE_TAIL_WRITTEN,     /* the tail is what was written down, not the lowest header */
    CFS_RULE_ROOTS_CLEARED,    /* roots into an emptied sector are cleared */
    CFS_RULE_BEGIN,            /* a begin mark discards an open run */
    CFS_RULE_UNSETTLED_VOID,   /* a sector nothing was served from is void when it has no room */
    CFS_RULE_EMPTY_PROVEN,     /* a tail is not erased before a record behind proves it empty */
    CFS_RULE_HOLDER,           /* a key is copied when its name's record leaves, not its value's */
    CFS_RULE_SAME_TOP,         /* a SAME only for the newest key of its bucket */
    CFS_RULE_BARREN,           /* only a tombstone with nothing below it is left out of a path */
    CFS_RULES
};

#if CFS_CFG_TEST_KNOCKOUT
extern unsigned cfs_knockout; /* the rule switched off, 0: none */
#define CFS_RULE(rule) (cfs_knockout != (unsigned)CFS_RULE_##rule)
#else
#define CFS_RULE(rule) 1
#endif

#endif
