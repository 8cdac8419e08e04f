/* SPDX-License-Identifier: Apache-2.0 */
/* The ARM_DRIVER_STORAGE faces of volumes: slots, and one set of functions for each.
 *
 * CMSIS functions carry no context, so each face needs functions of its own; a macro writes them.
 * All they do is say which face they are: volume_face.c does the work.
 */
#include "Storage_VM.h"
#include "cfs/config.h"
#include "cfs/repeat.h"
#include "volume_private.h"

/* Slot 0 means none and stays empty. */
static struct cfs_face faces[CFS_CFG_VOLUME_DRIVERS + 1];

#define FACE_FUNCTIONS(n)                                                                         \
    static int32_t initialize_##n(ARM_Storage_Callback_t callback)                                \
    {                                                                                             \
        (void)callback; /* nothing is ever pending */                                             \
        return cfs_face_initialize(&faces[n]);                                                    \
    }                                                                                             \
    static int32_t uninitialize_##n(void)                                                         \
    {                                                                                             \
        return cfs_face_initialize(&faces[n]);                                                    \
    }                                                                                             \
    static int32_t read_##n(uint64_t addr, void *data, uint32_t size)                             \
    {                                                                                             \
        return cfs_face_read(&faces[n], addr, data, size);                                        \
    }                                                                                             \
    static int32_t program_##n(uint64_t addr, const void *data, uint32_t size)                    \
    {                                                                                             \
        return cfs_face_program(&faces[n], addr, data, size);                                     \
    }                                                                                             \
    static int32_t erase_##n(uint64_t addr, uint32_t size)                                        \
    {                                                                                             \
        return cfs_face_erase(&faces[n], addr, size);                                             \
    }                                                                                             \
    static int32_t erase_all_##n(void)                                                            \
    {                                                                                             \
        return cfs_face_erase_all(&faces[n]);                                                     \
    }                                                                                             \
    static ARM_STORAGE_STATUS get_status_##n(void)                                                \
    {                                                                                             \
        return cfs_face_get_status(&faces[n]);                                                    \
    }                                                                                             \
    static int32_t get_info_##n(ARM_STORAGE_INFO *info)                                           \
    {                                                                                             \
        return cfs_face_get_info(&faces[n], info);                                                \
    }                                                                                             \
    static uint32_t resolve_address_##n(uint64_t addr)                                            \
    {                                                                                             \
        return cfs_face_resolve_address(&faces[n], addr);                                         \
    }                                                                                             \
    static int32_t get_next_block_##n(const ARM_STORAGE_BLOCK *previous, ARM_STORAGE_BLOCK *next) \
    {                                                                                             \
        return cfs_face_get_next_block(&faces[n], previous, next);                                \
    }                                                                                             \
    static int32_t get_block_##n(uint64_t addr, ARM_STORAGE_BLOCK *block)                         \
    {                                                                                             \
        return cfs_face_get_block(&faces[n], addr, block);                                        \
    }

#define FACE_DRIVER(n)                                \
    {                                                 \
        .GetVersion = cfs_face_get_version,           \
        .GetCapabilities = cfs_face_get_capabilities, \
        .Initialize = initialize_##n,                 \
        .Uninitialize = uninitialize_##n,             \
        .PowerControl = cfs_face_power_control,       \
        .ReadData = read_##n,                         \
        .ProgramData = program_##n,                   \
        .Erase = erase_##n,                           \
        .EraseAll = erase_all_##n,                    \
        .GetStatus = get_status_##n,                  \
        .GetInfo = get_info_##n,                      \
        .ResolveAddress = resolve_address_##n,        \
        .GetNextBlock = get_next_block_##n,           \
        .GetBlock = get_block_##n,                    \
    },

CFS_REPEAT(CFS_CFG_VOLUME_DRIVERS, FACE_FUNCTIONS)

static ARM_DRIVER_STORAGE drivers[CFS_CFG_VOLUME_DRIVERS + 1] = {
    {0}, CFS_REPEAT(CFS_CFG_VOLUME_DRIVERS, FACE_DRIVER)};

const struct _ARM_DRIVER_STORAGE *cfs_volume_driver(struct cfs_volume *volume)
{
    if (volume == NULL || !volume->open) {
        return NULL;
    }
    for (uint8_t slot = 1; slot <= CFS_CFG_VOLUME_DRIVERS && volume->slot == 0u; slot++) {
        if (faces[slot].volume == NULL) {
            faces[slot] = (struct cfs_face){.volume = volume};
            volume->slot = slot;
        }
    }
    return volume->slot == 0u ? NULL : &drivers[volume->slot];
}

void cfs_volume_driver_release(struct cfs_volume *volume)
{
    faces[volume->slot].volume = NULL;
    volume->slot = 0;
}

bool cfs_volume_driver_is_sound(const struct cfs_volume *volume)
{
    return volume->slot == 0u ||
           (volume->slot <= CFS_CFG_VOLUME_DRIVERS && faces[volume->slot].volume == volume);
}
