/* SPDX-License-Identifier: Apache-2.0 */
/* Shared inside lib/driver only: what device.c asks of the files that speak CMSIS.
 *
 * All arguments have been checked: the device is open (or being opened), ranges are inside it.
 */
#ifndef CFS_DEVICE_PRIVATE_H
#define CFS_DEVICE_PRIVATE_H

#include "cfs/device.h"

/* device_cmsis.c: operations, each waited for. CFS_OK, CFS_ERR_IO, CFS_ERR_BUSY. */

/* Take a callback slot if the driver is asynchronous (CFS_ERR_NO_MEMORY: none left), initialise the
 * driver and power it. After an error nothing is taken. */
int32_t cfs_device_attach(struct cfs_device *device);

/* The opposite. Lets go of everything even if the driver refuses. */
int32_t cfs_device_detach(struct cfs_device *device);

/* The callback of a slot: its pending operation, if any, has ended. */
void cfs_device_complete(unsigned slot, int32_t status);

/* Whether the callback slot is this device's, or it needs none. */
bool cfs_device_slot_is_sound(const struct cfs_device *device);

int32_t cfs_device_submit_read(struct cfs_device *device, uint64_t addr, void *data, uint32_t size);
int32_t cfs_device_submit_program(struct cfs_device *device, uint64_t addr, const void *data,
                                  uint32_t size);
int32_t cfs_device_submit_erase(struct cfs_device *device, uint64_t addr, uint32_t size);

/* The hook of struct cfs_device_config: 1 blank, 0 not, or an error as from a read. */
int32_t cfs_device_submit_is_blank(struct cfs_device *device, uint64_t addr, uint32_t size);

/* device_geometry.c */

/* Fill in device->geometry from what the driver tells and what `config` adds (NULL: nothing).
 * CFS_ERR_GEOMETRY, CFS_ERR_PARAM (the line), CFS_ERR_SWITCHED_OFF, CFS_ERR_IO. */
int32_t cfs_geometry_read(struct cfs_device *device, const struct cfs_device_config *config);

/* The invariants of a geometry. */
bool cfs_geometry_is_sound(const struct cfs_geometry *geometry);

#endif
