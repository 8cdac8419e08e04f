/* SPDX-License-Identifier: Apache-2.0 */
/* The one list of errors, grouped by what the caller does next.
 *
 * CFS_OK is 0, every error is negative; a call that counts something returns the count when it
 * succeeds. No layer has its own list and no two names share a value. Unless a call says otherwise
 * an error changes nothing: neither on the medium nor in RAM.
 */
#ifndef CFS_ERROR_H
#define CFS_ERROR_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

enum cfs_error {
    CFS_OK = 0,

    /* Fix your code: the call cannot be right as it stands. */
    CFS_ERR_PARAM = -1,        /* an argument is NULL, zero, too long or out of range */
    CFS_ERR_STATE = -2,        /* not open, not mounted, or already open or mounted */
    CFS_ERR_ALIGN = -3,        /* an offset or size is not a multiple of the unit or sector */
    CFS_ERR_BOUNDS = -4,       /* the range leaves the device or the volume */
    CFS_ERR_OVERLAP = -5,      /* two volumes would share a sector, or have the same name */
    CFS_ERR_GEOMETRY = -6,     /* the device or volume has a shape the store cannot use, or not the
                              shape the medium was formatted with */
    CFS_ERR_SWITCHED_OFF = -7, /* this build leaves it out; see the switch in cfs/config.h */

    /* Ask differently: the store is fine, what you asked for is not there or not allowed. */
    CFS_ERR_NOT_FOUND = -16, /* no such key, volume, or no further key */
    CFS_ERR_TOO_BIG = -17,   /* the name or value is longer than this volume can ever hold */
    CFS_ERR_BUFFER = -18,    /* the buffer given is too small; nothing was copied */
    CFS_ERR_READ_ONLY = -19, /* the volume, or this mount of it, may not be written, or is worn out:
                              see worn_out of cfs_statistics() */

    /* Make room. */
    CFS_ERR_NO_SPACE = -32,  /* would not fit now: delete something, then retry */
    CFS_ERR_NO_MEMORY = -33, /* the memory given is too small, or a fixed table is full */

    /* Wait. */
    CFS_ERR_BUSY = -48, /* the device, another transaction or another upload is in the way: retry
                                  later */
    CFS_ERR_LOW_VOLTAGE = -49, /* too low to write, or to trust what was read: retry when the supply
                                  has recovered; nothing was changed */

    /* Look at the medium. Mount never formats: you decide. */
    CFS_ERR_BLANK = -64,   /* nothing was ever stored here: format */
    CFS_ERR_FOREIGN = -65, /* something else is stored here: format only if you are sure */
    CFS_ERR_NEWER = -66,   /* written by a newer format version: update this software */
    CFS_ERR_DAMAGED = -67, /* a committed record or header cannot be read or is wrong: what else is
                              intact can still be read; restore that value, or salvage */

    /* The hardware failed. */
    CFS_ERR_UNREADABLE = -80, /* the device could not read this line (ECC, bus fault) */
    CFS_ERR_IO = -81          /* the driver reported a failure: unmount, check power and wiring,
                                 mount again; everything acknowledged before is safe */
};

/* The name of an error code, for logs: "CFS_ERR_NO_SPACE". Never NULL; a value that is no error
 * code gives "unknown". Dropped by the linker when unused. */
const char *cfs_error_name(int32_t error);

#ifdef __cplusplus
}
#endif
#endif
