/* SPDX-License-Identifier: Apache-2.0 */
/* The names of the errors, in a file of their own so that the linker drops them when unused. */
#include "cfs/error.h"

#define NAME_OF(error) \
    case error:        \
        return #error

const char *cfs_error_name(int32_t error)
{
    switch (error) {
        NAME_OF(CFS_OK);
        NAME_OF(CFS_ERR_PARAM);
        NAME_OF(CFS_ERR_STATE);
        NAME_OF(CFS_ERR_ALIGN);
        NAME_OF(CFS_ERR_BOUNDS);
        NAME_OF(CFS_ERR_OVERLAP);
        NAME_OF(CFS_ERR_GEOMETRY);
        NAME_OF(CFS_ERR_SWITCHED_OFF);
        NAME_OF(CFS_ERR_NOT_FOUND);
        NAME_OF(CFS_ERR_TOO_BIG);
        NAME_OF(CFS_ERR_BUFFER);
        NAME_OF(CFS_ERR_READ_ONLY);
        NAME_OF(CFS_ERR_NO_SPACE);
        NAME_OF(CFS_ERR_NO_MEMORY);
        NAME_OF(CFS_ERR_BUSY);
        NAME_OF(CFS_ERR_LOW_VOLTAGE);
        NAME_OF(CFS_ERR_BLANK);
        NAME_OF(CFS_ERR_FOREIGN);
        NAME_OF(CFS_ERR_NEWER);
        NAME_OF(CFS_ERR_DAMAGED);
        NAME_OF(CFS_ERR_UNREADABLE);
        NAME_OF(CFS_ERR_IO);
    default:
        return "unknown";
    }
}
