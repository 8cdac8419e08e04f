/* SPDX-License-Identifier: Apache-2.0 */
/* From the blocks a driver reports to a geometry that can be trusted.
 *
 * CMSIS lets a driver report anything. Here it is held to: blocks that follow each other without a
 * gap, made of whole sectors (erase units) and lines, adding up to the total it claims. What passes
 * is sound (the function at the end), and no layer above checks it again.
 *
 * Sectors count from the start of their block, whose address need not be a multiple of the erase
 * unit: in a volume seen as a driver, addresses start at 0 wherever the volume lies.
 */
#include "device_private.h"

#include "cfs/config.h"

#define UNIT_BYTES_MAX 512u
#define LINE_BYTES_MAX 512u

/* Media without erase have no sectors; the layers above still open and retire space in pieces. */
#define SECTOR_BYTES_WITHOUT_ERASE 4096u

static bool is_power_of_two(uint32_t value)
{
    return value != 0u && (value & (value - 1u)) == 0u;
}

/* The size of the sectors of a block, or 0 if it has none that can be used. */
static uint32_t sector_bytes_of(const struct cfs_geometry *geometry, const ARM_STORAGE_BLOCK *block)
{
    uint32_t erase_unit = block->attributes.erasable ? block->attributes.erase_unit : 0u;

    if (erase_unit == 0u && !geometry->needs_erase) {
        erase_unit = SECTOR_BYTES_WITHOUT_ERASE;
    }
    if (erase_unit == 0u || erase_unit % geometry->line_bytes != 0u ||
        block->size % erase_unit != 0u || block->addr % geometry->line_bytes != 0u) {
        return 0;
    }
    return erase_unit;
}

/* Append a block, joining it to the last region if its sectors are of the same size. */
static int32_t add_block(struct cfs_geometry *geometry, const ARM_STORAGE_BLOCK *block)
{
    uint32_t sector_bytes = sector_bytes_of(geometry, block);
    struct cfs_region *last = &geometry->regions[geometry->region_count];
    uint64_t count;

    if (sector_bytes == 0u || block->addr != geometry->base + geometry->size_bytes) {
        return CFS_ERR_GEOMETRY;
    }
    count = block->size / sector_bytes;
    if (geometry->region_count > 0u && last[-1].sector_bytes == sector_bytes) {
        last--;
        count += last->count;
    } else if (geometry->region_count == CFS_DEVICE_REGIONS_MAX) {
        return CFS_ERR_GEOMETRY;
    } else {
        geometry->region_count++;
    }
    if (count > UINT32_MAX) {
        return CFS_ERR_GEOMETRY;
    }
    last->sector_bytes = sector_bytes;
    last->count = (uint32_t)count;
    geometry->size_bytes += block->size;
    return CFS_OK;
}

/* Walk the driver's blocks. Each adds to the size, which may not pass `total_bytes`: a driver that
 * never stops listing blocks is found out. */
static int32_t read_blocks(struct cfs_device *device, uint64_t total_bytes)
{
    struct cfs_geometry *geometry = &device->geometry;
    ARM_STORAGE_BLOCK block;
    ARM_STORAGE_BLOCK next;
    int32_t more = device->driver->GetNextBlock(NULL, &next);

    if (more < 0 || !ARM_STORAGE_VALID_BLOCK(&next)) {
        return CFS_ERR_GEOMETRY;
    }
    geometry->base = next.addr;
    if (total_bytes > UINT64_MAX - geometry->base) {
        return CFS_ERR_GEOMETRY;
    }
    while (more >= 0 && ARM_STORAGE_VALID_BLOCK(&next)) {
        int32_t error = CFS_ERR_GEOMETRY;

        block = next;
        if (block.size <= total_bytes - geometry->size_bytes) {
            error = add_block(geometry, &block);
        }
        if (error < 0) {
            return error;
        }
        more = device->driver->GetNextBlock(&block, &next);
    }
    return geometry->size_bytes == total_bytes ? CFS_OK : CFS_ERR_GEOMETRY;
}

static bool is_on_chip(const ARM_STORAGE_INFO *info, const struct cfs_device_config *config)
{
    if (config == NULL || config->place == CFS_PLACE_AS_TOLD) {
        return info->security.internal_flash != 0u;
    }
    return config->place == CFS_PLACE_ON_CHIP;
}

int32_t cfs_geometry_read(struct cfs_device *device, const struct cfs_device_config *config)
{
    struct cfs_geometry *geometry = &device->geometry;
    uint32_t line_bytes = config == NULL ? 0u : config->line_bytes;
    ARM_STORAGE_INFO info = {0};

    *geometry = (struct cfs_geometry){0};
    if (device->driver->GetInfo(&info) < 0) {
        return CFS_ERR_IO;
    }
    geometry->on_chip = is_on_chip(&info, config);
    if (geometry->on_chip ? !CFS_CFG_ON_CHIP : !CFS_CFG_OFF_CHIP) {
        return CFS_ERR_SWITCHED_OFF;
    }
    geometry->unit_bytes = info.program_unit == 0u ? 1u : info.program_unit;
    geometry->line_bytes = line_bytes == 0u ? geometry->unit_bytes : line_bytes;
    geometry->endurance_cycles = info.program_cycles;
    geometry->erased_value = info.erased_value ? 0xFFu : 0x00u;
    geometry->needs_erase = info.programmability != ARM_STORAGE_PROGRAMMABILITY_RAM;
    if (!is_power_of_two(geometry->unit_bytes) || geometry->unit_bytes > UNIT_BYTES_MAX) {
        return CFS_ERR_GEOMETRY;
    }
    if (!is_power_of_two(geometry->line_bytes) || geometry->line_bytes > LINE_BYTES_MAX ||
        geometry->line_bytes < geometry->unit_bytes) {
        return CFS_ERR_PARAM;
    }
    return read_blocks(device, info.total_storage);
}

bool cfs_geometry_is_sound(const struct cfs_geometry *geometry)
{
    uint64_t size_bytes = 0;

    if (!is_power_of_two(geometry->unit_bytes) || !is_power_of_two(geometry->line_bytes) ||
        geometry->line_bytes < geometry->unit_bytes || geometry->line_bytes > LINE_BYTES_MAX ||
        geometry->base % geometry->line_bytes != 0u) {
        return false;
    }
    if (geometry->region_count == 0u || geometry->region_count > CFS_DEVICE_REGIONS_MAX) {
        return false;
    }
    for (uint8_t i = 0; i < geometry->region_count; i++) {
        const struct cfs_region *region = &geometry->regions[i];

        if (region->count == 0u || region->sector_bytes == 0u ||
            region->sector_bytes % geometry->line_bytes != 0u) {
            return false;
        }
        size_bytes += (uint64_t)region->count * region->sector_bytes;
    }
    return size_bytes == geometry->size_bytes;
}
