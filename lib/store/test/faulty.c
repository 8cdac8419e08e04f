/* SPDX-License-Identifier: Apache-2.0 */
/* See faulty.h. */
#include "faulty.h"

static struct {
    ARM_DRIVER_STORAGE *inner;
    struct _ARM_DRIVER_STORAGE driver;
    uint32_t count[FAULTY_CALLS];
    enum faulty_call call;
    uint32_t first;
    uint32_t times;
    bool after;
} faulty;

static bool fails(enum faulty_call call)
{
    uint32_t index = faulty.count[call]++;

    return faulty.call == call && index >= faulty.first && index - faulty.first < faulty.times;
}

static int32_t read_data(uint64_t addr, void *data, uint32_t size)
{
    return fails(FAULTY_READ) ? ARM_DRIVER_ERROR : faulty.inner->ReadData(addr, data, size);
}

static int32_t program_data(uint64_t addr, const void *data, uint32_t size)
{
    bool failing = fails(FAULTY_PROGRAM);

    if (failing && !faulty.after) {
        return ARM_DRIVER_ERROR;
    }
    return faulty.inner->ProgramData(addr, data, size) < 0 || failing ? ARM_DRIVER_ERROR
                                                                      : (int32_t)size;
}

static int32_t erase(uint64_t addr, uint32_t size)
{
    bool failing = fails(FAULTY_ERASE);
    int32_t result;

    if (failing && !faulty.after) {
        return ARM_DRIVER_ERROR;
    }
    result = faulty.inner->Erase(addr, size);
    return failing ? ARM_DRIVER_ERROR : result;
}

void faulty_attach(struct rig *rig)
{
    faulty.inner = sim_flash_driver(rig->flash);
    faulty.driver = *faulty.inner;
    faulty.driver.ReadData = read_data;
    faulty.driver.ProgramData = program_data;
    faulty.driver.Erase = erase;
    faulty_disarm();
    rig->driver = &faulty.driver;
    rig_power_up(rig);
}

void faulty_arm(enum faulty_call call, uint32_t index, uint32_t times, bool after)
{
    memset(faulty.count, 0, sizeof faulty.count);
    faulty.call = call;
    faulty.first = index;
    faulty.times = times;
    faulty.after = after;
}

void faulty_disarm(void)
{
    faulty_arm(FAULTY_READ, 0, 0, false);
}

uint32_t faulty_count(enum faulty_call call)
{
    return faulty.count[call];
}
