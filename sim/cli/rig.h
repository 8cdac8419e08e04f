/* SPDX-License-Identifier: Apache-2.0 */
/* A test rig: one simulated flash with a device, a volume and a store on top, as a product has it.
 *
 * Power is the rig's business: rig_boot() is what a reset is to a product. All RAM of the stack
 * under test is forgotten, so nothing survives a power loss but the cells.
 */
#ifndef CLI_RIG_H
#define CLI_RIG_H

#include "Storage_VM.h"
#include "cfs/device.h"
#include "cfs/store.h"
#include "sim/flash.h"

#include "complaint.h"

/* Must stay where it is while open: its parts point at each other. */
struct rig {
    struct sim_flash *flash;
    struct cfs_device device;
    struct cfs_volume volume;
    struct cfs_store store;
    void *memory;
    size_t memory_bytes;
};

/* A fresh, erased part with power on. Nothing to close on failure. */
int rig_open(struct rig *rig, const struct sim_profile *profile, uint64_t seed,
             struct complaint *complaint);
void rig_close(struct rig *rig);

/* The store's calls, with the rig's volume and memory. */
int32_t rig_format(struct rig *rig, uint32_t buckets);
int32_t rig_mount(struct rig *rig, bool read_only);
int32_t rig_unmount(struct rig *rig);

/* Power off and on; see sim_flash_boot() for `pattern`. An error is the driver's. */
int32_t rig_boot(struct rig *rig, uint32_t pattern);

#endif
