/* SPDX-License-Identifier: Apache-2.0 */
/* Operations of a CMSIS storage driver, each waited for.
 *
 * The only file that knows the three meanings of a driver's result: < 0 refused or failed, 0
 * pending, > 0 done. And the only one that knows that CMSIS callbacks carry no context: each device
 * with an asynchronous driver takes a slot, and each slot has a callback function of its own.
 *
 * An operation: expect() marks it pending, then the driver is called, then settle() waits.
 *
 *             expect()          callback, from anywhere,
 *    idle ---------------> pending -----------------> idle, `result` is set
 *      ^                     |                        even before the driver's function returned
 *      +---------------------+
 *        driver returned not 0: no callback follows
 *
 * The port's wake and wait order memory: what the driver wrote before its callback is seen after.
 */
#include "device_private.h"
#include "cfs/assert.h"
#include "cfs/config.h"
#include "cfs/port.h"
#include "cfs/repeat.h"

/* slot_owner[slot]; slot 0 means none and stays NULL. */
static struct cfs_device *slot_owner[CFS_CFG_ASYNC_DEVICES + 1];

void cfs_device_complete(unsigned slot, int32_t status)
{
    struct cfs_device *device = slot_owner[slot];

    /* A callback that nobody waits for (an operation abandoned by power off) is dropped. */
    if (device != NULL && device->pending) {
        device->result = status;
        device->pending = false;
        cfs_port_wake();
    }
}

#define CALLBACK_FUNCTION(slot)                                                  \
    static void callback_##slot(int32_t status, ARM_STORAGE_OPERATION operation) \
    {                                                                            \
        (void)operation; /* there is only one at a time */                       \
        cfs_device_complete(slot, status);                                       \
    }
#define CALLBACK_ENTRY(slot) callback_##slot,

CFS_REPEAT(CFS_CFG_ASYNC_DEVICES, CALLBACK_FUNCTION)

/* Slot 0, of synchronous drivers, has no callback. */
static const ARM_Storage_Callback_t callback_of[CFS_CFG_ASYNC_DEVICES + 1] = {
    NULL, CFS_REPEAT(CFS_CFG_ASYNC_DEVICES, CALLBACK_ENTRY)};

static void expect(struct cfs_device *device)
{
    CFS_ASSERT(!device->pending);
    device->pending = true;
}

/* What the operation came to: < 0 failed, otherwise how much was done. */
static int32_t settle(struct cfs_device *device, int32_t result)
{
    if (result == ARM_DRIVER_OK && device->slot != 0u) {
        while (device->pending) {
            cfs_port_wait();
        }
        result = device->result;
    }
    device->pending = false;
    return result;
}

/* Cells that cannot be read are data, cells that cannot be programmed are a failure; drivers have
 * one code for both, so the caller says what it means here. */
static int32_t error_of(int32_t result, int32_t integrity_failure)
{
    switch (result) {
    case ARM_DRIVER_ERROR_BUSY:
        return CFS_ERR_BUSY;
    case ARM_STORAGE_ERROR_RUNTIME_OR_INTEGRITY_FAILURE:
        return integrity_failure;
    default:
        return CFS_ERR_IO;
    }
}

/* For operations that count bytes: how many of `wanted` were done, 1 to `wanted`, or an error. A
 * driver that claims success without progress, or more than it was asked for, has failed. */
static int32_t progress_of(struct cfs_device *device, int32_t result, uint32_t wanted,
                           int32_t integrity_failure)
{
    result = settle(device, result);
    if (result < 0) {
        return error_of(result, integrity_failure);
    }
    return result == 0 || (uint32_t)result > wanted ? CFS_ERR_IO : result;
}

/* For operations that count nothing. A synchronous driver may say 0 or 1 for "done"; one without
 * power control says so. */
static int32_t success_of(struct cfs_device *device, int32_t result)
{
    result = settle(device, result);
    return result >= 0 || result == ARM_DRIVER_ERROR_UNSUPPORTED ? CFS_OK
                                                                 : error_of(result, CFS_ERR_IO);
}

/* "Busy" promises that nothing was changed, which is no longer true after the first part. */
static int32_t error_after(uint32_t done, int32_t error)
{
    return done > 0u && error == CFS_ERR_BUSY ? CFS_ERR_IO : error;
}

static int32_t take_slot(struct cfs_device *device)
{
    device->slot = 0;
    if (device->driver->GetCapabilities().asynchronous_ops == 0u) {
        return CFS_OK;
    }
    for (uint8_t slot = 1; slot <= CFS_CFG_ASYNC_DEVICES; slot++) {
        if (slot_owner[slot] == NULL) {
            slot_owner[slot] = device;
            device->slot = slot;
            return CFS_OK;
        }
    }
    return CFS_ERR_NO_MEMORY;
}

static void give_slot_back(struct cfs_device *device)
{
    slot_owner[device->slot] = NULL;
    device->slot = 0;
}

static int32_t uninitialize(struct cfs_device *device)
{
    expect(device);
    return success_of(device, device->driver->Uninitialize());
}

int32_t cfs_device_attach(struct cfs_device *device)
{
    const ARM_DRIVER_STORAGE *driver = device->driver;
    int32_t error = take_slot(device);

    if (error < 0) {
        return error;
    }
    expect(device);
    error = success_of(device, driver->Initialize(callback_of[device->slot]));
    if (error < 0) {
        give_slot_back(device);
        return error;
    }
    expect(device);
    error = success_of(device, driver->PowerControl(ARM_POWER_FULL));
    if (error < 0) {
        (void)uninitialize(device); /* the reason why powering failed is the one to tell */
        give_slot_back(device);
    }
    return error;
}

int32_t cfs_device_detach(struct cfs_device *device)
{
    int32_t error;
    int32_t error_uninitialize;

    expect(device);
    error = success_of(device, device->driver->PowerControl(ARM_POWER_OFF));
    error_uninitialize = uninitialize(device);
    give_slot_back(device);
    return error < 0 ? error : error_uninitialize;
}

bool cfs_device_slot_is_sound(const struct cfs_device *device)
{
    return device->slot == 0u ||
           (device->slot <= CFS_CFG_ASYNC_DEVICES && slot_owner[device->slot] == device);
}

/* The three below resubmit what a driver left over. Each round makes progress or ends in an error,
 * so the loops end. */

int32_t cfs_device_submit_read(struct cfs_device *device, uint64_t addr, void *data, uint32_t size)
{
    for (uint32_t done = 0; done < size;) {
        int32_t progress;

        expect(device);
        progress = device->driver->ReadData(addr + done, (uint8_t *)data + done, size - done);
        progress = progress_of(device, progress, size - done, CFS_ERR_UNREADABLE);
        if (progress < 0) {
            return progress;
        }
        done += (uint32_t)progress;
    }
    return CFS_OK;
}

int32_t cfs_device_submit_program(struct cfs_device *device, uint64_t addr, const void *data,
                                  uint32_t size)
{
    for (uint32_t done = 0; done < size;) {
        const uint8_t *rest = (const uint8_t *)data + done;
        int32_t progress;

        expect(device);
        progress = device->driver->ProgramData(addr + done, rest, size - done);
        progress = progress_of(device, progress, size - done, CFS_ERR_IO);
        if (progress < 0) {
            return error_after(done, progress);
        }
        done += (uint32_t)progress;
    }
    return CFS_OK;
}

int32_t cfs_device_submit_erase(struct cfs_device *device, uint64_t addr, uint32_t size)
{
    for (uint32_t done = 0; done < size;) {
        int32_t progress;

        expect(device);
        progress = device->driver->Erase(addr + done, size - done);
        progress = progress_of(device, progress, size - done, CFS_ERR_IO);
        if (progress < 0) {
            return error_after(done, progress);
        }
        done += (uint32_t)progress;
    }
    return CFS_OK;
}

int32_t cfs_device_submit_is_blank(struct cfs_device *device, uint64_t addr, uint32_t size)
{
    int32_t result = device->is_blank(device->is_blank_context, addr, size);

    if (result < 0) {
        result = error_of(result, CFS_ERR_UNREADABLE);
        return result == CFS_ERR_UNREADABLE ? 0 : result;
    }
    return result > 0 ? 1 : 0;
}
