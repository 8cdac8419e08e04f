/* SPDX-License-Identifier: Apache-2.0 */
/* Assertions are for the programmer: preconditions and invariants. What comes from flash, from a
 * client or from a network is never asserted; it is an error code. */
#ifndef CFS_ASSERT_H
#define CFS_ASSERT_H

#include "cfs/config.h"
#include "cfs/port.h"

#if CFS_CFG_ASSERT
#define CFS_ASSERT(condition) \
    ((condition) ? (void)0 : cfs_port_assert_failed(__FILE__, __LINE__, #condition))
#else
#define CFS_ASSERT(condition) ((void)0)
#endif

#endif
