/* SPDX-License-Identifier: Apache-2.0 */
/* See ram_driver.c. */
#ifndef RAM_DRIVER_H
#define RAM_DRIVER_H

#include "Driver_Storage.h"

extern ARM_DRIVER_STORAGE ram_driver;

#endif
