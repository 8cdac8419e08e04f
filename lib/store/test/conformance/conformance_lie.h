/* SPDX-License-Identifier: Apache-2.0 */
/* A driver that no self-test finds wanting and that loses data all the same: it says "programmed"
 * when it has only taken the bytes, and programs them with the next call. It shows that the suite
 * bites. Synchronous drivers only. */
#ifndef CONFORMANCE_LIE_H
#define CONFORMANCE_LIE_H

#include "Driver_Storage.h"

/* The driver that caches one program in front of `inner`. One at a time. */
const ARM_DRIVER_STORAGE *lie_driver(const ARM_DRIVER_STORAGE *inner);

/* The power was cut: what was only in the cache is gone. */
void lie_forget(void);

#endif
