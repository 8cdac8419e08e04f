/* SPDX-License-Identifier: Apache-2.0 */
/* What an ARM_DRIVER_STORAGE face of a volume does. volume_driver.c gives it the shape of a driver.
 *
 * What a face tells about its storage (blocks, info, CPU addresses) is what the device's driver
 * tells, cut to the volume and counted from its start.
 *
 * Always synchronous: results are < 0 or > 0, never pending, and no callback is ever called. A face
 * whose volume has been closed has none, and fails.
 */
#include "cfs/device.h"
#include "volume_private.h"

#define DRIVER_VERSION ARM_DRIVER_VERSION_MAJOR_MINOR(1, 0)

static int32_t arm_error_of(int32_t error)
{
    switch (error) {
    case CFS_ERR_PARAM:
    case CFS_ERR_ALIGN:
    case CFS_ERR_BOUNDS:
        return ARM_DRIVER_ERROR_PARAMETER;
    case CFS_ERR_READ_ONLY:
        return ARM_STORAGE_ERROR_PROTECTED;
    case CFS_ERR_BUSY:
        return ARM_DRIVER_ERROR_BUSY;
    case CFS_ERR_UNREADABLE:
        return ARM_STORAGE_ERROR_RUNTIME_OR_INTEGRITY_FAILURE;
    default:
        return ARM_DRIVER_ERROR;
    }
}

/* The result of an operation on a face: `count` if it went well. */
static int32_t finish(struct cfs_face *face, int32_t error, uint32_t count)
{
    face->failed = error < 0;
    return error < 0 ? arm_error_of(error) : (int32_t)count;
}

/* Whether a range, in 64 bits as CMSIS has it, is inside the volume. */
static int32_t check_range(const struct cfs_volume *volume, uint64_t addr, uint32_t size)
{
    if (volume == NULL) {
        return CFS_ERR_STATE;
    }
    if (size == 0u || size > (uint32_t)INT32_MAX) {
        return CFS_ERR_PARAM;
    }
    return addr > volume->size_bytes || size > volume->size_bytes - addr ? CFS_ERR_BOUNDS : CFS_OK;
}

ARM_DRIVER_VERSION cfs_face_get_version(void)
{
    return (ARM_DRIVER_VERSION){.api = ARM_STORAGE_API_VERSION, .drv = DRIVER_VERSION};
}

ARM_STORAGE_CAPABILITIES cfs_face_get_capabilities(void)
{
    return (ARM_STORAGE_CAPABILITIES){.asynchronous_ops = 0, .erase_all = 1};
}

/* The device below is powered as long as it is open, so there is nothing to prepare or to power. */
int32_t cfs_face_initialize(const struct cfs_face *face)
{
    return face->volume == NULL ? ARM_DRIVER_ERROR : 1;
}

int32_t cfs_face_power_control(ARM_POWER_STATE state)
{
    switch (state) {
    case ARM_POWER_OFF:
    case ARM_POWER_FULL:
        return 1;
    case ARM_POWER_LOW:
        return ARM_DRIVER_ERROR_UNSUPPORTED;
    default:
        return ARM_DRIVER_ERROR_PARAMETER;
    }
}

int32_t cfs_face_read(struct cfs_face *face, uint64_t addr, void *data, uint32_t size)
{
    struct cfs_volume *volume = face->volume;
    int32_t error = check_range(volume, addr, size);

    if (error == CFS_OK) {
        error = cfs_volume_read(volume, (cfs_off_t)addr, data, size);
    }
    return finish(face, error, size);
}

/* Users of a driver know of no lines: a program that crosses some is cut at each. */
static int32_t program_lines(struct cfs_volume *volume, cfs_off_t offset, const uint8_t *data,
                             uint32_t size)
{
    uint32_t line_bytes = cfs_volume_line(volume);

    if (((offset | size) & (cfs_volume_unit(volume) - 1u)) != 0u) {
        return CFS_ERR_ALIGN;
    }
    while (size > 0u) {
        uint32_t room = line_bytes - (offset & (line_bytes - 1u));
        uint32_t part = size < room ? size : room;
        int32_t error = cfs_volume_program(volume, offset, data, part);

        if (error < 0) {
            return error;
        }
        offset += part;
        data += part;
        size -= part;
    }
    return CFS_OK;
}

int32_t cfs_face_program(struct cfs_face *face, uint64_t addr, const void *data, uint32_t size)
{
    struct cfs_volume *volume = face->volume;
    int32_t error = data == NULL ? CFS_ERR_PARAM : check_range(volume, addr, size);

    if (error == CFS_OK) {
        error = program_lines(volume, (cfs_off_t)addr, data, size);
    }
    return finish(face, error, size);
}

int32_t cfs_face_erase(struct cfs_face *face, uint64_t addr, uint32_t size)
{
    struct cfs_volume *volume = face->volume;
    int32_t error = check_range(volume, addr, size);

    if (error == CFS_OK) {
        error = cfs_volume_erase(volume, (cfs_off_t)addr, size);
    }
    return finish(face, error, size);
}

int32_t cfs_face_erase_all(struct cfs_face *face)
{
    struct cfs_volume *volume = face->volume;
    int32_t error = volume == NULL ? CFS_ERR_STATE : CFS_OK;
    cfs_sector_t count = volume == NULL ? 0u : cfs_volume_sector_count(volume);

    for (cfs_sector_t i = 0; i < count && error == CFS_OK; i++) {
        cfs_off_t offset;
        uint32_t size_bytes;

        error = cfs_volume_sector(volume, i, &offset, &size_bytes);
        if (error == CFS_OK) {
            error = cfs_volume_erase(volume, offset, size_bytes);
        }
    }
    return finish(face, error, 1);
}

ARM_STORAGE_STATUS cfs_face_get_status(const struct cfs_face *face)
{
    return (ARM_STORAGE_STATUS){.busy = 0, .error = face->failed};
}

int32_t cfs_face_get_info(const struct cfs_face *face, ARM_STORAGE_INFO *info)
{
    struct cfs_volume *volume = face->volume;

    if (volume == NULL || info == NULL) {
        return volume == NULL ? ARM_DRIVER_ERROR : ARM_DRIVER_ERROR_PARAMETER;
    }
    if (volume->device->driver->GetInfo(info) < 0) {
        return ARM_DRIVER_ERROR;
    }
    info->total_storage = volume->size_bytes;
    info->security.internal_flash = volume->device->geometry.on_chip ? 1u : 0u;
    return ARM_DRIVER_OK;
}

uint32_t cfs_face_resolve_address(const struct cfs_face *face, uint64_t addr)
{
    struct cfs_volume *volume = face->volume;

    if (volume == NULL || addr >= volume->size_bytes) {
        return ARM_STORAGE_INVALID_ADDRESS;
    }
    return volume->device->driver->ResolveAddress(volume->base + addr);
}

/* Cut a block of the device to the volume. They have at least one address in common. */
static void clip(const struct cfs_volume *volume, ARM_STORAGE_BLOCK *block)
{
    uint64_t volume_end = volume->base + volume->size_bytes;
    uint64_t end = block->addr + block->size;
    uint64_t first = block->addr < volume->base ? volume->base : block->addr;

    block->size = (end > volume_end ? volume_end : end) - first;
    block->addr = first - volume->base;
    if (cfs_volume_is_read_only(volume)) {
        block->attributes.erasable = 0;
        block->attributes.erase_unit = 0;
        block->attributes.programmable = 0;
    }
}

int32_t cfs_face_get_block(const struct cfs_face *face, uint64_t addr, ARM_STORAGE_BLOCK *block)
{
    struct cfs_volume *volume = face->volume;
    ARM_STORAGE_BLOCK found = {.addr = ARM_STORAGE_INVALID_OFFSET, .size = 0};
    int32_t result = ARM_DRIVER_ERROR;

    if (volume != NULL && addr < volume->size_bytes &&
        volume->device->driver->GetBlock(volume->base + addr, &found) >= 0) {
        clip(volume, &found);
        result = ARM_DRIVER_OK;
    }
    if (block != NULL) {
        *block = found;
    }
    return result;
}

int32_t cfs_face_get_next_block(const struct cfs_face *face, const ARM_STORAGE_BLOCK *previous,
                                ARM_STORAGE_BLOCK *next)
{
    return cfs_face_get_block(face, previous == NULL ? 0u : previous->addr + previous->size, next);
}
