/* SPDX-License-Identifier: Apache-2.0 */
/* The names of the self-test's checks, in a file of their own so that the linker drops them when
 * unused. */
#include "cfs/selftest.h"

const char *cfs_selftest_check_name(enum cfs_selftest_check check)
{
    static const char *const names[] = {
        [CFS_SELFTEST_NONE] = "none",
        [CFS_SELFTEST_TABLE] = "table",
        [CFS_SELFTEST_START] = "start",
        [CFS_SELFTEST_GEOMETRY] = "geometry",
        [CFS_SELFTEST_BOUNDS] = "bounds",
        [CFS_SELFTEST_ALIGN] = "align",
        [CFS_SELFTEST_ERASED] = "erased",
        [CFS_SELFTEST_UNIT] = "unit",
        [CFS_SELFTEST_LINE] = "line",
        [CFS_SELFTEST_LANES] = "lanes",
        [CFS_SELFTEST_READ] = "read",
        [CFS_SELFTEST_SIZE] = "size",
        [CFS_SELFTEST_ERASE_TOO_LITTLE] = "erase too little",
        [CFS_SELFTEST_ERASE_TOO_MUCH] = "erase too much",
        [CFS_SELFTEST_FILL] = "fill",
        [CFS_SELFTEST_OUTSIDE] = "outside",
        [CFS_SELFTEST_RESULT] = "result",
        [CFS_SELFTEST_CALLBACKS] = "callbacks",
        [CFS_SELFTEST_NO_END] = "no end",
        [CFS_SELFTEST_LATE] = "late",
        [CFS_SELFTEST_BUSY] = "busy",
    };

    return (unsigned)check < sizeof names / sizeof names[0] ? names[check] : "unknown";
}
