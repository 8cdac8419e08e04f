/* SPDX-License-Identifier: Apache-2.0 */
/* Scalar kinds that must not be mixed up, shared by every layer. */
#ifndef CFS_TYPES_H
#define CFS_TYPES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* A byte offset inside one volume (a volume is at most 4 GiB). */
typedef uint32_t cfs_off_t;

/* An erase unit of a volume, counted from 0. */
typedef uint32_t cfs_sector_t;

#ifdef __cplusplus
}
#endif
#endif
