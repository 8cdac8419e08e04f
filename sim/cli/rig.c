/* SPDX-License-Identifier: Apache-2.0 */
/* See rig.h. */
#include "rig.h"

#include <stdlib.h>
#include <string.h>

#include "sim/port.h"

#define BUCKETS_MAX 256u /* memory for any store, however it was formatted */

static const struct cfs_volume_entry partitions[] = {{.name = "store"}};

static int32_t power_up(struct rig *rig)
{
    const struct cfs_device_config config = {.line_bytes =
                                                 sim_flash_profile(rig->flash)->line_bytes};
    memset(&rig->device, 0, sizeof rig->device);
    memset(&rig->volume, 0, sizeof rig->volume);
    memset(&rig->store, 0, sizeof rig->store);
    int32_t error = cfs_device_open(&rig->device, sim_flash_driver(rig->flash), &config);
    if (error < 0) {
        return error;
    }
    return cfs_volume_open(&rig->volume, &rig->device, partitions, 1, "store");
}

/* Gives back what the stack holds in tables of its own; a reset would clear those too. */
static void power_down(struct rig *rig)
{
    (void)cfs_volume_close(&rig->volume); /* power is going: there is nobody left to tell */
    (void)cfs_device_close(&rig->device); /* as above */
}

int rig_open(struct rig *rig, const struct sim_profile *profile, uint64_t seed,
             struct complaint *complaint)
{
    *rig = (struct rig){.memory_bytes = CFS_STORE_MEMORY_BYTES(profile->line_bytes, BUCKETS_MAX)};
    rig->memory = malloc(rig->memory_bytes);
    rig->flash = sim_flash_new(profile, seed);
    if (rig->memory == NULL || rig->flash == NULL) {
        rig_close(rig);
        return complain(complaint, "not enough memory for a simulated %s.", profile->name);
    }
    sim_port_seed(seed);
    sim_port_set_clock(rig->flash);
    sim_flash_boot(rig->flash, 0);
    int32_t error = power_up(rig);
    if (error < 0) {
        rig_close(rig);
        return complain(complaint, "the store cannot use profile %s: %s.", profile->name,
                        cfs_error_name(error));
    }
    return 0;
}

void rig_close(struct rig *rig)
{
    if (rig->flash != NULL) {
        power_down(rig);
        sim_port_set_clock(NULL);
        sim_flash_free(rig->flash);
    }
    free(rig->memory);
    *rig = (struct rig){0};
}

int32_t rig_format(struct rig *rig, uint32_t buckets)
{
    const struct cfs_format_config config = {.buckets = buckets};
    return cfs_format(&rig->volume, rig->memory, rig->memory_bytes, &config);
}

int32_t rig_mount(struct rig *rig, bool read_only)
{
    const struct cfs_mount_config config = {.volume = &rig->volume,
                                            .memory = rig->memory,
                                            .memory_bytes = rig->memory_bytes,
                                            .read_only = read_only};
    return cfs_mount(&rig->store, &config);
}

int32_t rig_unmount(struct rig *rig)
{
    return cfs_unmount(&rig->store);
}

int32_t rig_boot(struct rig *rig, uint32_t pattern)
{
    sim_flash_boot(rig->flash, pattern);
    power_down(rig);
    return power_up(rig);
}
