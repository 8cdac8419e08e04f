/* SPDX-License-Identifier: Apache-2.0 */
/* Shared inside lib/volume only. */
#ifndef CFS_VOLUME_PRIVATE_H
#define CFS_VOLUME_PRIVATE_H

#include "Driver_Storage.h"
#include "Storage_VM.h"

/* volume_table.c: the size of an entry of a checked table, with "to the end" worked out. */
uint64_t cfs_volume_entry_bytes(const struct cfs_device *device,
                                const struct cfs_volume_entry *entry);

/* volume_driver.c: the ARM_DRIVER_STORAGE face of a volume. Letting go of none does nothing. */
void cfs_volume_driver_release(struct cfs_volume *volume);
bool cfs_volume_driver_is_sound(const struct cfs_volume *volume);

/* volume_face.c: the functions of an ARM_DRIVER_STORAGE, told which face is meant. */
struct cfs_face {
    struct cfs_volume *volume; /* NULL: free, or closed while in use */
    bool failed;               /* the last operation; for GetStatus */
};

ARM_DRIVER_VERSION cfs_face_get_version(void);
ARM_STORAGE_CAPABILITIES cfs_face_get_capabilities(void);
int32_t cfs_face_initialize(const struct cfs_face *face);
int32_t cfs_face_power_control(ARM_POWER_STATE state);
int32_t cfs_face_read(struct cfs_face *face, uint64_t addr, void *data, uint32_t size);
int32_t cfs_face_program(struct cfs_face *face, uint64_t addr, const void *data, uint32_t size);
int32_t cfs_face_erase(struct cfs_face *face, uint64_t addr, uint32_t size);
int32_t cfs_face_erase_all(struct cfs_face *face);
ARM_STORAGE_STATUS cfs_face_get_status(const struct cfs_face *face);
int32_t cfs_face_get_info(const struct cfs_face *face, ARM_STORAGE_INFO *info);
uint32_t cfs_face_resolve_address(const struct cfs_face *face, uint64_t addr);
int32_t cfs_face_get_next_block(const struct cfs_face *face, const ARM_STORAGE_BLOCK *previous,
                                ARM_STORAGE_BLOCK *next);
int32_t cfs_face_get_block(const struct cfs_face *face, uint64_t addr, ARM_STORAGE_BLOCK *block);

#endif
