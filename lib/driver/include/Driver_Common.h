/* SPDX-License-Identifier: Apache-2.0 */
/* What every CMSIS driver shares: version, return codes, power states.
 *
 * Source compatible with the CMSIS-Driver header of the same name; written anew, and only as much
 * of it as storage drivers use. If your project brings CMSIS-Driver along, either header serves.
 *
 * Result of an operation, `int32_t`, three meanings in one number:
 *   < 0  refused or failed: one of the codes below
 *   = 0  ARM_DRIVER_OK: accepted, completion is told later through the callback
 *   > 0  done: how much was done (usually bytes), or 1 where there is nothing to count
 */
#ifndef DRIVER_COMMON_H_
#define DRIVER_COMMON_H_

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define ARM_DRIVER_VERSION_MAJOR_MINOR(major, minor) (((major) << 8) | (minor))

typedef struct _ARM_DRIVER_VERSION {
    uint16_t api; /* of the interface, major * 256 + minor */
    uint16_t drv; /* of the driver behind it */
} ARM_DRIVER_VERSION;

#define ARM_DRIVER_OK                0
#define ARM_DRIVER_ERROR             (-1) /* failed, for no reason listed below */
#define ARM_DRIVER_ERROR_BUSY        (-2)
#define ARM_DRIVER_ERROR_TIMEOUT     (-3)
#define ARM_DRIVER_ERROR_UNSUPPORTED (-4)
#define ARM_DRIVER_ERROR_PARAMETER   (-5)
#define ARM_DRIVER_ERROR_SPECIFIC    (-6) /* codes of one kind of driver count down from here */

typedef enum _ARM_POWER_STATE {
    ARM_POWER_OFF,
    ARM_POWER_LOW, /* contents kept, operations may be refused */
    ARM_POWER_FULL
} ARM_POWER_STATE;

#ifdef __cplusplus
}
#endif
#endif
