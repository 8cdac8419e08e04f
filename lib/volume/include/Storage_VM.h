/* SPDX-License-Identifier: Apache-2.0 */
/* Storage volume manager: partitions of a device.
 *
 *   store > journal > VOLUME > device > ARM_DRIVER_STORAGE (yours)
 *
 * A volume is a stretch of whole sectors with a name and a policy. A table of volumes is given at
 * build time (a const array) or at run time; it is checked for overlap, alignment and bounds before
 * anything is opened. A volume can be seen again as an ARM_DRIVER_STORAGE, for code that was
 * written for a driver.
 *
 * Thread rule: one caller at a time per device (two volumes of one device share it).
 */
#ifndef STORAGE_VM_H
#define STORAGE_VM_H

#include "cfs/error.h"
#include "cfs/types.h"

#ifdef __cplusplus
extern "C" {
#endif

struct cfs_device; /* cfs/device.h */

/* Driver_Storage.h; only who uses the driver face needs to include it. */
struct _ARM_DRIVER_STORAGE;

#define CFS_VOLUME_NAME_MAX 15u

#define CFS_VOLUME_READ_ONLY 0x1u /* program and erase are refused */

/* One line of a partition table. */
struct cfs_volume_entry {
    const char *name;    /* unique in the table, 1 to CFS_VOLUME_NAME_MAX characters, not copied */
    uint64_t offset;     /* from the start of the device, at a sector boundary */
    uint64_t size_bytes; /* whole sectors, below 4 GiB; 0: to the end of the device */
    uint32_t flags;      /* CFS_VOLUME_ */
    uint32_t owner;      /* kept for the layers above, not interpreted */
};

/* Caller-owned, all zero before it is first opened, contents private. Everything the layers above
 * ask is answered by functions. */
struct cfs_volume {
    struct cfs_device *device;
    const struct cfs_volume_entry *entry;
    uint64_t base; /* address of the first byte, as the driver counts */
    cfs_off_t size_bytes;
    uint32_t sector_count;
    uint32_t uniform_sector_bytes; /* 0: sectors differ */
    bool open;
    uint8_t slot; /* of the ARM_DRIVER_STORAGE face, 0: none */
};

/* Check a table against an open device. Nothing is read or written.
 * CFS_ERR_PARAM: a bad name or an unknown flag. CFS_ERR_BOUNDS: leaves the device, is empty or too
 * large. CFS_ERR_ALIGN: not whole sectors. CFS_ERR_OVERLAP: shares a sector or its name with an
 * earlier line. With these, and if `bad_entry` is not NULL, it receives the index of the line to
 * blame. CFS_ERR_PARAM also for NULL, CFS_ERR_STATE if the device is not open. */
int32_t cfs_volume_table_check(const struct cfs_device *device,
                               const struct cfs_volume_entry *table, size_t count,
                               size_t *bad_entry);

/* Open the volume called `name` of a table, after checking the whole table. `table` and `device`
 * must outlive the volume. CFS_ERR_PARAM: NULL; CFS_ERR_NOT_FOUND: no such name; CFS_ERR_STATE:
 * `volume` is open or `device` is not; and the errors of cfs_volume_table_check(). After an error
 * `volume` is not open. */
int32_t cfs_volume_open(struct cfs_volume *volume, struct cfs_device *device,
                        const struct cfs_volume_entry *table, size_t count, const char *name);

/* CFS_ERR_PARAM: NULL. CFS_ERR_STATE: not open. Also takes back the ARM_DRIVER_STORAGE face. */
int32_t cfs_volume_close(struct cfs_volume *volume);

/* Facts. Valid while open. */
cfs_off_t cfs_volume_size(const struct cfs_volume *volume);
uint32_t cfs_volume_unit(const struct cfs_volume *volume);
uint32_t cfs_volume_line(const struct cfs_volume *volume);
uint8_t cfs_volume_erased_value(const struct cfs_volume *volume);
bool cfs_volume_needs_erase(const struct cfs_volume *volume);
bool cfs_volume_is_read_only(const struct cfs_volume *volume);
uint32_t cfs_volume_owner(const struct cfs_volume *volume);
uint32_t cfs_volume_endurance(const struct cfs_volume *volume);
/* Whether the device has a way of its own to tell blank cells, better than reading them. */
bool cfs_volume_has_blank_check(const struct cfs_volume *volume);
uint32_t cfs_volume_sector_count(const struct cfs_volume *volume);

/* Where sector `index` starts and how long it is. CFS_ERR_PARAM: NULL; CFS_ERR_STATE: not open;
 * CFS_ERR_BOUNDS: no such sector. */
int32_t cfs_volume_sector(const struct cfs_volume *volume, cfs_sector_t index, cfs_off_t *offset,
                          uint32_t *size_bytes);

/* As the calls of cfs/device.h, with offsets counted from the start of the volume.
 * CFS_ERR_READ_ONLY: program or erase of a read-only volume. CFS_ERR_BOUNDS: leaves the volume. */
int32_t cfs_volume_read(struct cfs_volume *volume, cfs_off_t offset, void *data, uint32_t size);
int32_t cfs_volume_program(struct cfs_volume *volume, cfs_off_t offset, const void *data,
                           uint32_t size);
int32_t cfs_volume_erase(struct cfs_volume *volume, cfs_off_t offset, uint32_t size);
int32_t cfs_volume_is_blank(struct cfs_volume *volume, cfs_off_t offset, uint32_t size);

/* The volume as an ARM_DRIVER_STORAGE that is always synchronous and starts at address 0. NULL: not
 * open, or more than CFS_CFG_VOLUME_DRIVERS are in use. Asking again gives the same. Valid until
 * cfs_volume_close(); after that its operations fail. */
const struct _ARM_DRIVER_STORAGE *cfs_volume_driver(struct cfs_volume *volume);

/* Invariants as code; CFS_OK or CFS_ERR_STATE. */
int32_t cfs_volume_check(const struct cfs_volume *volume);

#ifdef __cplusplus
}
#endif
#endif
