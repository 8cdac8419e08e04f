/* SPDX-License-Identifier: Apache-2.0 */
/* A storage device as the layers above need it: geometry as data, bounds checked once, one result
 * style, and one place that waits.
 *
 *   store > journal > volume > DEVICE > ARM_DRIVER_STORAGE (yours)
 *
 * Any driver written for the CMSIS storage API (Driver_Storage.h) plugs in, synchronous or
 * asynchronous. CMSIS leaves no room for some facts the layers above depend on; they are in
 * struct cfs_device_config.
 *
 * Thread rule: one caller at a time per device.
 */
#ifndef CFS_DEVICE_H
#define CFS_DEVICE_H

#include "cfs/error.h"
#include "cfs/types.h"
#include "Driver_Storage.h"

#ifdef __cplusplus
extern "C" {
#endif

/* At most this many stretches of equal sectors in one device. STM32F4 needs 3. */
#define CFS_DEVICE_REGIONS_MAX 4u

/* `count` neighbouring sectors (erase units) of `sector_bytes` each. */
struct cfs_region {
    uint32_t count;
    uint32_t sector_bytes;
};

/* Where a device is. CFS_CFG_ON_CHIP and CFS_CFG_OFF_CHIP decide which kind a build takes. */
enum cfs_place {
    CFS_PLACE_AS_TOLD, /* by the driver: on-chip if ARM_STORAGE_INFO.security.internal_flash is 1 */
    CFS_PLACE_ON_CHIP, /* for drivers that do not tell, or tell it wrongly */
    CFS_PLACE_OFF_CHIP
};

/* What CMSIS does not say about a device. */
struct cfs_device_config {
    /* The line: the largest stretch one cut program call may damage, and at least the ECC line and
     * the program unit. A power of two, 1 to 512. 0: the program unit. 16 on K64F, 16 or 32 on
     * byte-programmable NOR, the page on EEPROM, the block on SD. */
    uint32_t line_bytes;

    /* Whether a range is blank, where reading blank cells is not allowed (LPC55) or where the
     * hardware can verify at a margin. NULL: read and compare with the erased value. Returns 1
     * blank, 0 not, or a negative ARM_DRIVER_ error. */
    int32_t (*is_blank)(void *context, uint64_t addr, uint32_t size);
    void *is_blank_context;

    enum cfs_place place; /* 0: as the driver tells */
};

struct cfs_geometry {
    uint64_t base;             /* address of the first sector, as the driver counts */
    uint64_t size_bytes;       /* all sectors together */
    uint32_t unit_bytes;       /* smallest programmable piece and its alignment, 1 to 512 */
    uint32_t line_bytes;       /* see cfs_device_config; a multiple of unit_bytes */
    uint32_t endurance_cycles; /* guaranteed erases per sector, 0: unlimited or not told */
    uint8_t erased_value;      /* what erased bytes read as: 0xFF or 0x00 */
    bool on_chip;              /* see cfs_place */
    bool needs_erase;          /* false: bytes may be overwritten in place (EEPROM, FRAM, SD) */
    uint8_t region_count;
    struct cfs_region regions[CFS_DEVICE_REGIONS_MAX];
};

/* Caller-owned, all zero before it is first opened, contents private except `geometry`, which is
 * read-only after open. */
struct cfs_device {
    struct cfs_geometry geometry;
    const ARM_DRIVER_STORAGE *driver;
    int32_t (*is_blank)(void *context, uint64_t addr, uint32_t size);
    void *is_blank_context;
    volatile int32_t result; /* of the pending asynchronous operation */
    volatile bool pending;   /* the driver works on an operation of this device */
    bool open;
    uint8_t slot; /* of the asynchronous callback */
};

/* Initialise and power the driver, read its geometry, check that it can be used.
 *
 * `config` may be NULL (all defaults) and is copied. `device` must stay where it is until closed.
 * Sectors are the erase units of the driver's blocks. Where blocks cannot be erased and need not be
 * (programmability RAM), sectors are 4096 bytes, which must divide the blocks.
 * CFS_ERR_PARAM: NULL, or a line that is not a power of two, too large or below the unit.
 * CFS_ERR_GEOMETRY: no erase unit or program unit the layers above can use, too many regions, or a
 * driver whose figures contradict each other (blocks with gaps between them, not made of whole
 * sectors and lines, not adding up to the total).
 * CFS_ERR_SWITCHED_OFF: an on-chip device in a build with CFS_CFG_ON_CHIP=0, or an off-chip one in
 * a build with CFS_CFG_OFF_CHIP=0.
 * CFS_ERR_STATE: `device` is already open. CFS_ERR_NO_MEMORY: more than CFS_CFG_ASYNC_DEVICES.
 * CFS_ERR_IO, CFS_ERR_BUSY: the driver refused. After an error `device` is not open, and the driver
 * is powered off again. */
int32_t cfs_device_open(struct cfs_device *device, const ARM_DRIVER_STORAGE *driver,
                        const struct cfs_device_config *config);

/* Power the driver off and let go of it. CFS_ERR_STATE: not open. CFS_ERR_BUSY: an operation is
 * pending. CFS_ERR_IO: the driver refused; it was let go of all the same. */
int32_t cfs_device_close(struct cfs_device *device);

/* The operations. All wait until the driver is done. Sizes are at most 2 GiB; with a size of 0
 * nothing is done. Errors of all of them, beside those told below:
 * CFS_ERR_PARAM: NULL, or too large. CFS_ERR_STATE: not open. CFS_ERR_BOUNDS: leaves the device.
 * CFS_ERR_BUSY: the driver, or this device, works on something else; nothing was changed.
 * CFS_ERR_IO: the driver reported a failure, or a success that cannot be. */

/* Read `size` bytes. CFS_ERR_UNREADABLE: at least one line in the range cannot be read; that is
 * data, not a failure of the device (torn or worn cells). The buffer is then undefined. */
int32_t cfs_device_read(struct cfs_device *device, uint64_t addr, void *data, uint32_t size);

/* Program `size` bytes; address and size multiples of the unit, within one line.
 * CFS_ERR_ALIGN: not so. CFS_ERR_IO: what stands there now is unknown. */
int32_t cfs_device_program(struct cfs_device *device, uint64_t addr, const void *data,
                           uint32_t size);

/* Erase whole sectors. Resubmits while the driver erases less than asked.
 * CFS_ERR_ALIGN: not whole sectors. CFS_ERR_IO: what stands there now is unknown. */
int32_t cfs_device_erase(struct cfs_device *device, uint64_t addr, uint32_t size);

/* 1: every byte of the range reads as erased; 0: not, or unreadable; negative: an error. Blank does not mean erased: cut erases and programs can look blank too. */
int32_t cfs_device_is_blank(struct cfs_device *device, uint64_t addr, uint32_t size);

/* The sector that contains `addr`: its first address and its size. Asks the geometry, not the
 * driver. CFS_ERR_PARAM: NULL. CFS_ERR_BOUNDS: outside the device. */
int32_t cfs_device_sector_at(const struct cfs_device *device, uint64_t addr, uint64_t *first,
                             uint32_t *size);

/* Invariants as code; CFS_OK or CFS_ERR_STATE. Used by tests after every step. */
int32_t cfs_device_check(const struct cfs_device *device);

#ifdef __cplusplus
}
#endif
#endif
