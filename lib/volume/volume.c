/* SPDX-License-Identifier: Apache-2.0 */
/* Volumes: a window onto a device, with a policy.
 *
 * Everything is arithmetic on the device's geometry; nothing here waits or keeps a buffer. Offsets
 * are checked against the volume, which lies inside the device, so the sums below cannot overflow.
 */
#include "Storage_VM.h"
#include "cfs/assert.h"
#include "cfs/device.h"
#include "volume_private.h"

#include <string.h>

static const struct cfs_geometry *geometry_of(const struct cfs_volume *volume)
{
    CFS_ASSERT(volume != NULL);
    CFS_ASSERT(volume->open);
    return &volume->device->geometry;
}

static int32_t check_open(const struct cfs_volume *volume)
{
    if (volume == NULL) {
        return CFS_ERR_PARAM;
    }
    return volume->open ? CFS_OK : CFS_ERR_STATE;
}

static int32_t check_range(const struct cfs_volume *volume, cfs_off_t offset, uint32_t size)
{
    int32_t error = check_open(volume);

    if (error < 0) {
        return error;
    }
    if (offset > volume->size_bytes || size > volume->size_bytes - offset) {
        return CFS_ERR_BOUNDS;
    }
    return CFS_OK;
}

static int32_t check_writable(const struct cfs_volume *volume, cfs_off_t offset, uint32_t size)
{
    int32_t error = check_range(volume, offset, size);

    return error == CFS_OK && cfs_volume_is_read_only(volume) ? CFS_ERR_READ_ONLY : error;
}

/* The sectors that region `index` of the device has inside the volume: how many, and the offset of
 * the first from the start of the volume. */
static uint32_t sectors_in_region(const struct cfs_volume *volume, uint8_t index, cfs_off_t *offset)
{
    const struct cfs_geometry *geometry = &volume->device->geometry;
    uint64_t first = geometry->base;
    uint64_t end;

    for (uint8_t i = 0; i < index; i++) {
        first += (uint64_t)geometry->regions[i].count * geometry->regions[i].sector_bytes;
    }
    end = first + (uint64_t)geometry->regions[index].count * geometry->regions[index].sector_bytes;
    if (first < volume->base) {
        first = volume->base;
    }
    if (end > volume->base + volume->size_bytes) {
        end = volume->base + volume->size_bytes;
    }
    if (first >= end) {
        return 0;
    }
    *offset = (cfs_off_t)(first - volume->base);
    return (uint32_t)((end - first) / geometry->regions[index].sector_bytes);
}

static void count_sectors(struct cfs_volume *volume)
{
    const struct cfs_geometry *geometry = &volume->device->geometry;
    bool first = true;

    for (uint8_t i = 0; i < geometry->region_count; i++) {
        cfs_off_t offset;
        uint32_t count = sectors_in_region(volume, i, &offset);

        if (count > 0u) {
            volume->uniform_sector_bytes = first ? geometry->regions[i].sector_bytes : 0u;
            volume->sector_count += count;
            first = false;
        }
    }
}

int32_t cfs_volume_open(struct cfs_volume *volume, struct cfs_device *device,
                        const struct cfs_volume_entry *table, size_t count, const char *name)
{
    int32_t error;

    if (volume == NULL || name == NULL) {
        return CFS_ERR_PARAM;
    }
    if (volume->open) {
        return CFS_ERR_STATE;
    }
    error = cfs_volume_table_check(device, table, count, NULL);
    if (error < 0) {
        return error;
    }
    for (size_t i = 0; i < count; i++) {
        if (strcmp(table[i].name, name) == 0) {
            *volume = (struct cfs_volume){
                .device = device,
                .entry = &table[i],
                .base = device->geometry.base + table[i].offset,
                .size_bytes = (cfs_off_t)cfs_volume_entry_bytes(device, &table[i]),
            };
            count_sectors(volume);
            volume->open = true;
            CFS_ASSERT(cfs_volume_check(volume) == CFS_OK);
            return CFS_OK;
        }
    }
    return CFS_ERR_NOT_FOUND;
}

int32_t cfs_volume_close(struct cfs_volume *volume)
{
    int32_t error = check_open(volume);

    if (error == CFS_OK) {
        cfs_volume_driver_release(volume);
        volume->open = false;
    }
    return error;
}

cfs_off_t cfs_volume_size(const struct cfs_volume *volume)
{
    return volume->size_bytes;
}

uint32_t cfs_volume_unit(const struct cfs_volume *volume)
{
    return geometry_of(volume)->unit_bytes;
}

uint32_t cfs_volume_line(const struct cfs_volume *volume)
{
    return geometry_of(volume)->line_bytes;
}

uint8_t cfs_volume_erased_value(const struct cfs_volume *volume)
{
    return geometry_of(volume)->erased_value;
}

bool cfs_volume_needs_erase(const struct cfs_volume *volume)
{
    return geometry_of(volume)->needs_erase;
}

bool cfs_volume_is_read_only(const struct cfs_volume *volume)
{
    return (volume->entry->flags & CFS_VOLUME_READ_ONLY) != 0u;
}

uint32_t cfs_volume_owner(const struct cfs_volume *volume)
{
    return volume->entry->owner;
}

uint32_t cfs_volume_endurance(const struct cfs_volume *volume)
{
    return geometry_of(volume)->endurance_cycles;
}

bool cfs_volume_has_blank_check(const struct cfs_volume *volume)
{
    return volume->device->is_blank != NULL;
}

uint32_t cfs_volume_sector_count(const struct cfs_volume *volume)
{
    return volume->sector_count;
}

int32_t cfs_volume_sector(const struct cfs_volume *volume, cfs_sector_t index, cfs_off_t *offset,
                          uint32_t *size_bytes)
{
    int32_t error = offset == NULL || size_bytes == NULL ? CFS_ERR_PARAM : check_open(volume);
    const struct cfs_geometry *geometry;

    if (error < 0) {
        return error;
    }
    geometry = geometry_of(volume);
    for (uint8_t i = 0; i < geometry->region_count; i++) {
        cfs_off_t first = 0;
        uint32_t count = sectors_in_region(volume, i, &first);

        if (index < count) {
            *size_bytes = geometry->regions[i].sector_bytes;
            *offset = first + index * *size_bytes;
            return CFS_OK;
        }
        index -= count;
    }
    return CFS_ERR_BOUNDS;
}

int32_t cfs_volume_read(struct cfs_volume *volume, cfs_off_t offset, void *data, uint32_t size)
{
    int32_t error = check_range(volume, offset, size);

    return error < 0 ? error : cfs_device_read(volume->device, volume->base + offset, data, size);
}

int32_t cfs_volume_program(struct cfs_volume *volume, cfs_off_t offset, const void *data,
                           uint32_t size)
{
    int32_t error = check_writable(volume, offset, size);

    return error < 0 ? error
                     : cfs_device_program(volume->device, volume->base + offset, data, size);
}

int32_t cfs_volume_erase(struct cfs_volume *volume, cfs_off_t offset, uint32_t size)
{
    int32_t error = check_writable(volume, offset, size);

    return error < 0 ? error : cfs_device_erase(volume->device, volume->base + offset, size);
}

int32_t cfs_volume_is_blank(struct cfs_volume *volume, cfs_off_t offset, uint32_t size)
{
    int32_t error = check_range(volume, offset, size);

    return error < 0 ? error : cfs_device_is_blank(volume->device, volume->base + offset, size);
}

int32_t cfs_volume_check(const struct cfs_volume *volume)
{
    cfs_off_t offset = 0;
    uint32_t size_bytes = 0;

    if (check_open(volume) != CFS_OK || cfs_device_check(volume->device) != CFS_OK ||
        volume->entry == NULL || !cfs_volume_driver_is_sound(volume)) {
        return CFS_ERR_STATE;
    }
    if (volume->sector_count == 0u ||
        cfs_volume_sector(volume, volume->sector_count - 1u, &offset, &size_bytes) != CFS_OK ||
        offset + size_bytes != volume->size_bytes) {
        return CFS_ERR_STATE;
    }
    if (volume->uniform_sector_bytes != 0u &&
        volume->size_bytes != volume->sector_count * volume->uniform_sector_bytes) {
        return CFS_ERR_STATE;
    }
    return CFS_OK;
}
