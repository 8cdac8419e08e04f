/* SPDX-License-Identifier: Apache-2.0 */
/* Partition tables: what must hold before any volume of a table is used.
 *
 * Every line is inside the device, made of whole sectors, well named, and shares neither sectors
 * nor its name with another. Tables are short, so each line is compared with all before it.
 */
#include "Storage_VM.h"
#include "cfs/device.h"
#include "volume_private.h"

#include <string.h>

uint64_t cfs_volume_entry_bytes(const struct cfs_device *device,
                                const struct cfs_volume_entry *entry)
{
    return entry->size_bytes != 0u ? entry->size_bytes
                                   : device->geometry.size_bytes - entry->offset;
}

static bool is_good_name(const char *name)
{
    return name != NULL && name[0] != '\0' && memchr(name, '\0', CFS_VOLUME_NAME_MAX + 1u) != NULL;
}

/* A boundary is where a sector starts, or the end of the device. */
static bool is_sector_boundary(const struct cfs_device *device, uint64_t offset)
{
    uint64_t addr = device->geometry.base + offset;
    uint64_t first;
    uint32_t sector_bytes;

    if (offset == device->geometry.size_bytes) {
        return true;
    }
    return cfs_device_sector_at(device, addr, &first, &sector_bytes) == CFS_OK && first == addr;
}

static int32_t check_entry(const struct cfs_device *device, const struct cfs_volume_entry *entry)
{
    uint64_t size_bytes;

    if (!is_good_name(entry->name) || (entry->flags & ~CFS_VOLUME_READ_ONLY) != 0u) {
        return CFS_ERR_PARAM;
    }
    if (entry->offset >= device->geometry.size_bytes) {
        return CFS_ERR_BOUNDS;
    }
    size_bytes = cfs_volume_entry_bytes(device, entry);
    if (size_bytes > device->geometry.size_bytes - entry->offset || size_bytes > UINT32_MAX) {
        return CFS_ERR_BOUNDS;
    }
    if (!is_sector_boundary(device, entry->offset) ||
        !is_sector_boundary(device, entry->offset + size_bytes)) {
        return CFS_ERR_ALIGN;
    }
    return CFS_OK;
}

/* Both entries have been checked by themselves. */
static bool do_clash(const struct cfs_device *device, const struct cfs_volume_entry *a,
                     const struct cfs_volume_entry *b)
{
    uint64_t a_end = a->offset + cfs_volume_entry_bytes(device, a);
    uint64_t b_end = b->offset + cfs_volume_entry_bytes(device, b);

    return (a->offset < b_end && b->offset < a_end) || strcmp(a->name, b->name) == 0;
}

int32_t cfs_volume_table_check(const struct cfs_device *device,
                               const struct cfs_volume_entry *table, size_t count,
                               size_t *bad_entry)
{
    if (device == NULL || table == NULL) {
        return CFS_ERR_PARAM;
    }
    if (!device->open) {
        return CFS_ERR_STATE;
    }
    for (size_t i = 0; i < count; i++) {
        int32_t error = check_entry(device, &table[i]);

        for (size_t j = 0; j < i && error == CFS_OK; j++) {
            error = do_clash(device, &table[i], &table[j]) ? CFS_ERR_OVERLAP : CFS_OK;
        }
        if (error < 0) {
            if (bad_entry != NULL) {
                *bad_entry = i;
            }
            return error;
        }
    }
    return CFS_OK;
}
