/* SPDX-License-Identifier: Apache-2.0 */
/* A project of somebody else that uses cfstore: its driver, its port, one store. */
#include <stdio.h>
#include <string.h>

#include "Storage_VM.h"
#include "cfs/device.h"
#include "cfs/port.h"
#include "cfs/store.h"

#include "ram_driver.h"

void cfs_port_wait(void) /* never called: the driver is synchronous */
{
}

void cfs_port_wake(void)
{
}

uint32_t cfs_port_time_us(void)
{
    return 0;
}

bool cfs_port_low_voltage(void)
{
    return false; /* this board cannot tell */
}

void cfs_port_entropy(void *data, size_t size)
{
    memset(data, 0x5A, size);
}

static int32_t open_store(struct cfs_store *store)
{
    static const struct cfs_volume_entry table[] = {{.name = "config"}};
    static struct cfs_device device;
    static struct cfs_volume volume;
    static uint8_t memory[CFS_STORE_MEMORY_BYTES(16, 32)];
    const struct cfs_device_config device_config = {.line_bytes = 16};
    const struct cfs_mount_config mount_config = {
        .volume = &volume, .memory = memory, .memory_bytes = sizeof memory};
    int32_t error = cfs_device_open(&device, &ram_driver, &device_config);

    if (error == CFS_OK) {
        error = cfs_volume_open(&volume, &device, table, 1, "config");
    }
    if (error == CFS_OK) {
        error = cfs_mount(store, &mount_config);
    }
    if (error == CFS_ERR_BLANK) {
        error = cfs_format(&volume, memory, sizeof memory, NULL);
        error = error < 0 ? error : cfs_mount(store, &mount_config);
    }
    return error;
}

int main(void)
{
    struct cfs_store store = {0};
    char colour[16] = "";
    int32_t error = open_store(&store);

    if (error == CFS_OK) {
        error = cfs_set(&store, "lamp/colour", "amber", sizeof "amber");
    }
    if (error == CFS_OK) {
        error = cfs_get(&store, "lamp/colour", colour, sizeof colour);
    }
    if (error >= 0) {
        error = cfs_unmount(&store);
    }
    printf("%s %s\n", cfs_error_name(error), colour);
    return error < 0 ? 1 : 0;
}
