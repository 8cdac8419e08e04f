/* SPDX-License-Identifier: Apache-2.0 */
/* See image_verdict.h. */
#include "image_verdict.h"

#include <stddef.h>

#include "cfs/error.h"

static const struct image_verdict verdicts[] = {
    {CFS_OK, "ok", "an intact store"},
    {CFS_ERR_BLANK, "BLANK", "nothing was ever stored here; format it"},
    {CFS_ERR_FOREIGN, "FOREIGN", "something else is stored here, not a configuration store"},
    {CFS_ERR_NEWER, "NEWER", "written by a newer version of the format; update this tool"},
    {CFS_ERR_DAMAGED, "DAMAGED",
     "a committed record or header is unreadable or wrong; what else is intact can still be read"},
    {CFS_ERR_GEOMETRY, "GEOMETRY",
     "a store of another shape; name the part with --profile and give the whole image"},
};
#define VERDICT_COUNT (sizeof verdicts / sizeof verdicts[0])

struct image_verdict image_verdict(int32_t error)
{
    for (size_t i = 0; i < VERDICT_COUNT; i++) {
        if (verdicts[i].error == error) {
            return verdicts[i];
        }
    }
    return (struct image_verdict){error, cfs_error_name(error), "the image could not be examined"};
}
