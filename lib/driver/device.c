/* SPDX-License-Identifier: Apache-2.0 */
/* Devices: arguments and bounds are checked here, once; then the driver is asked.
 *
 * Reads are the hot path of everything above: one comparison of bounds, then the driver.
 */
#include "cfs/device.h"
#include "cfs/assert.h"
#include "device_private.h"

#define SIZE_BYTES_MAX    ((uint32_t)INT32_MAX) /* drivers return counts as int32_t */
#define BLANK_CHUNK_BYTES 64u                   /* on the stack */

/* CFS_OK if an operation on the range may be started. */
static int32_t check_range(const struct cfs_device *device, uint64_t addr, uint32_t size)
{
    uint64_t offset;

    if (device == NULL || size > SIZE_BYTES_MAX) {
        return CFS_ERR_PARAM;
    }
    if (!device->open) {
        return CFS_ERR_STATE;
    }
    if (device->pending) {
        return CFS_ERR_BUSY;
    }
    /* An address below the base wraps to an offset beyond every device. */
    offset = addr - device->geometry.base;
    if (offset > device->geometry.size_bytes || size > device->geometry.size_bytes - offset) {
        return CFS_ERR_BOUNDS;
    }
    return CFS_OK;
}

/* Whether a range is made of whole sectors. It is inside the device and not empty. */
static bool is_whole_sectors(const struct cfs_device *device, uint64_t addr, uint32_t size)
{
    uint64_t first = 0;
    uint64_t last = 0;
    uint32_t sector_bytes = 0;

    (void)cfs_device_sector_at(device, addr, &first, &sector_bytes);            /* inside */
    (void)cfs_device_sector_at(device, addr + size - 1u, &last, &sector_bytes); /* inside */
    return first == addr && last + sector_bytes == addr + size;
}

int32_t cfs_device_open(struct cfs_device *device, const ARM_DRIVER_STORAGE *driver,
                        const struct cfs_device_config *config)
{
    int32_t error;

    if (device == NULL || driver == NULL) {
        return CFS_ERR_PARAM;
    }
    if (device->open) {
        return CFS_ERR_STATE;
    }
    *device = (struct cfs_device){.driver = driver};
    if (config != NULL) {
        device->is_blank = config->is_blank;
        device->is_blank_context = config->is_blank_context;
    }
    error = cfs_device_attach(device);
    if (error < 0) {
        return error;
    }
    error = cfs_geometry_read(device, config);
    if (error < 0) {
        (void)cfs_device_detach(device); /* the reason why it cannot be used is the one to tell */
        return error;
    }
    device->open = true;
    CFS_ASSERT(cfs_device_check(device) == CFS_OK);
    return CFS_OK;
}

int32_t cfs_device_close(struct cfs_device *device)
{
    if (device == NULL) {
        return CFS_ERR_PARAM;
    }
    if (!device->open) {
        return CFS_ERR_STATE;
    }
    if (device->pending) {
        return CFS_ERR_BUSY;
    }
    device->open = false;
    return cfs_device_detach(device) < 0 ? CFS_ERR_IO : CFS_OK;
}

int32_t cfs_device_read(struct cfs_device *device, uint64_t addr, void *data, uint32_t size)
{
    int32_t error = data == NULL ? CFS_ERR_PARAM : check_range(device, addr, size);

    return error < 0 ? error : cfs_device_submit_read(device, addr, data, size);
}

int32_t cfs_device_program(struct cfs_device *device, uint64_t addr, const void *data,
                           uint32_t size)
{
    int32_t error = data == NULL ? CFS_ERR_PARAM : check_range(device, addr, size);
    uint32_t line_offset;

    if (error < 0) {
        return error;
    }
    line_offset = (uint32_t)(addr & (device->geometry.line_bytes - 1u));
    if (((line_offset | size) & (device->geometry.unit_bytes - 1u)) != 0u ||
        size > device->geometry.line_bytes - line_offset) {
        return CFS_ERR_ALIGN;
    }
    return cfs_device_submit_program(device, addr, data, size);
}

int32_t cfs_device_erase(struct cfs_device *device, uint64_t addr, uint32_t size)
{
    int32_t error = check_range(device, addr, size);

    if (error < 0 || size == 0u) {
        return error;
    }
    if (!is_whole_sectors(device, addr, size)) {
        return CFS_ERR_ALIGN;
    }
    return cfs_device_submit_erase(device, addr, size);
}

/* By reading. An unreadable line is not blank. */
static int32_t reads_blank(struct cfs_device *device, uint64_t addr, uint32_t size)
{
    uint8_t chunk[BLANK_CHUNK_BYTES];

    while (size > 0u) {
        uint32_t part = size < sizeof chunk ? size : (uint32_t)sizeof chunk;
        int32_t error = cfs_device_submit_read(device, addr, chunk, part);

        if (error < 0) {
            return error == CFS_ERR_UNREADABLE ? 0 : error;
        }
        for (uint32_t i = 0; i < part; i++) {
            if (chunk[i] != device->geometry.erased_value) {
                return 0;
            }
        }
        addr += part;
        size -= part;
    }
    return 1;
}

int32_t cfs_device_is_blank(struct cfs_device *device, uint64_t addr, uint32_t size)
{
    int32_t error = check_range(device, addr, size);

    if (error < 0) {
        return error;
    }
    if (device->is_blank != NULL && size > 0u) {
        return cfs_device_submit_is_blank(device, addr, size);
    }
    return reads_blank(device, addr, size);
}

int32_t cfs_device_sector_at(const struct cfs_device *device, uint64_t addr, uint64_t *first,
                             uint32_t *size)
{
    uint64_t start;

    if (device == NULL || first == NULL || size == NULL) {
        return CFS_ERR_PARAM;
    }
    start = device->geometry.base;
    for (uint8_t i = 0; i < device->geometry.region_count; i++) {
        const struct cfs_region *region = &device->geometry.regions[i];
        uint64_t region_bytes = (uint64_t)region->count * region->sector_bytes;

        if (addr - start < region_bytes) {
            *first = addr - (addr - start) % region->sector_bytes;
            *size = region->sector_bytes;
            return CFS_OK;
        }
        start += region_bytes;
    }
    return CFS_ERR_BOUNDS;
}

int32_t cfs_device_check(const struct cfs_device *device)
{
    if (device == NULL || !device->open || device->driver == NULL || device->pending ||
        !cfs_device_slot_is_sound(device) || !cfs_geometry_is_sound(&device->geometry)) {
        return CFS_ERR_STATE;
    }
    return CFS_OK;
}
