/* SPDX-License-Identifier: Apache-2.0 */
/* Refuses impossible settings of cfs/config.h, each with a sentence. Compiled into every build; no
 * code. */
#include "cfs/config.h"

#define IS_SWITCH(value) ((value) == 0 || (value) == 1)

_Static_assert(IS_SWITCH(CFS_CFG_ASSERT), "CFS_CFG_ASSERT switches assertions: it must be 0 or 1.");

_Static_assert(IS_SWITCH(CFS_CFG_CRC_TABLE),
               "CFS_CFG_CRC_TABLE chooses crc_small.c or crc_fast.c: it must be 0 or 1.");

_Static_assert(
    CFS_CFG_ASYNC_DEVICES >= 0 && CFS_CFG_ASYNC_DEVICES <= 8,
    "CFS_CFG_ASYNC_DEVICES counts devices with asynchronous drivers: it must be 0 to 8.");

_Static_assert(CFS_CFG_VOLUME_DRIVERS >= 0 && CFS_CFG_VOLUME_DRIVERS <= 4,
               "CFS_CFG_VOLUME_DRIVERS counts volumes seen as drivers: it must be 0 to 4.");

_Static_assert(CFS_CFG_HASH_BITS >= 4 && CFS_CFG_HASH_BITS <= 24,
               "CFS_CFG_HASH_BITS is the length of a key hash: it must be 4 to 24.");

_Static_assert(IS_SWITCH(CFS_CFG_THREAD_STACK),
               "CFS_CFG_THREAD_STACK says whether the Thread stack is there: it must be 0 or 1.");

_Static_assert(IS_SWITCH(CFS_CFG_ON_CHIP),
               "CFS_CFG_ON_CHIP switches on-chip devices: it must be 0 or 1.");

_Static_assert(IS_SWITCH(CFS_CFG_OFF_CHIP),
               "CFS_CFG_OFF_CHIP switches off-chip devices: it must be 0 or 1.");

#if !CFS_CFG_ON_CHIP && !CFS_CFG_OFF_CHIP
#if CFS_CFG_THREAD_STACK
#error "CFS_CFG_OFF_CHIP=0 and CFS_CFG_THREAD_STACK=1 (which turns on-chip storage off) leave no \
device: set CFS_CFG_OFF_CHIP=1, or CFS_CFG_ON_CHIP=1 if the radio can wait for on-chip flash."
#else
#error "CFS_CFG_ON_CHIP=0 and CFS_CFG_OFF_CHIP=0 leave no device: set one of them to 1."
#endif
#endif

#if CFS_CFG_THREAD_STACK && CFS_CFG_ON_CHIP
#pragma message( \
    "CFS_CFG_ON_CHIP=1 beside CFS_CFG_THREAD_STACK=1: while on-chip flash is programmed \
or erased, code in the same bank stands still, and so does the radio.")
#endif

_Static_assert(IS_SWITCH(CFS_CFG_READ_ONLY),
               "CFS_CFG_READ_ONLY makes a build for boot loaders: it must be 0 or 1.");

/* NOLINTBEGIN(misc-redundant-expression): by default they are the same expression */
_Static_assert(
    !CFS_CFG_READ_ONLY || !(CFS_CFG_FIND || CFS_CFG_TRANSACTIONS || CFS_CFG_OBJECTS ||
                            CFS_CFG_STATISTICS || CFS_CFG_CHECK),
    "CFS_CFG_READ_ONLY=1 is a build without CFS_CFG_FIND, CFS_CFG_TRANSACTIONS, "
    "CFS_CFG_OBJECTS, CFS_CFG_STATISTICS and CFS_CFG_CHECK: leave them at their defaults, or "
    "set CFS_CFG_READ_ONLY=0.");
/* NOLINTEND(misc-redundant-expression) */

_Static_assert(IS_SWITCH(CFS_CFG_FIND), "CFS_CFG_FIND switches cfs_find(): it must be 0 or 1.");

_Static_assert(IS_SWITCH(CFS_CFG_TRANSACTIONS),
               "CFS_CFG_TRANSACTIONS switches cfs_begin() and cfs_commit(): it must be 0 or 1.");

_Static_assert(IS_SWITCH(CFS_CFG_OBJECTS),
               "CFS_CFG_OBJECTS switches values in chunks: it must be 0 or 1.");

_Static_assert(IS_SWITCH(CFS_CFG_STATISTICS),
               "CFS_CFG_STATISTICS switches cfs_statistics(): it must be 0 or 1.");

_Static_assert(IS_SWITCH(CFS_CFG_CHECK), "CFS_CFG_CHECK switches cfs_check(): it must be 0 or 1.");

_Static_assert(IS_SWITCH(CFS_CFG_REPAIR),
               "CFS_CFG_REPAIR switches the repair of damaged records: it must be 0 or 1.");

_Static_assert(IS_SWITCH(CFS_CFG_SALVAGE),
               "CFS_CFG_SALVAGE switches cfs_salvage(): it must be 0 or 1.");

_Static_assert(IS_SWITCH(CFS_CFG_TEST_KNOCKOUT),
               "CFS_CFG_TEST_KNOCKOUT switches test builds: it must be 0 or 1.");
