/* SPDX-License-Identifier: Apache-2.0 */
/* An open device with three regions of sectors (as on STM32F4, only smaller), for volume tests. */
#ifndef VOLUME_FIXTURE_H
#define VOLUME_FIXTURE_H

#include "Storage_VM.h"
#include "cfs/device.h"
#include "fake_driver.h"

/* 4 sectors of 1 KiB, 1 of 4 KiB, 3 of 8 KiB. */
#define DEVICE_BYTES   32768u
#define DEVICE_SECTORS 8u
#define LINE           16u

extern struct fake *fake;
extern struct cfs_device device;

int volume_fixture_setup(void **state);
int volume_fixture_teardown(void **state);

#endif
