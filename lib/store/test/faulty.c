/* SPDX-License-Identifier: Apache-2.0 */
/* See faulty.h. */
#include "faulty.h"

static struct {
    ARM_DRIVER_STORAGE *inner;
    struct _ARM_DRIVER_STORAGE driver;
    uint64_t base;
    uint32_t count[FAULTY_CALLS];
    enum faulty_call call;
    uint32_t first;
    uint32_t times;
    bool after;
    struct {
        enum faulty_call call;
        uint64_t addr;
        uint64_t size;
        bool silent;
    } worn;
} faulty;

static bool fails(enum faulty_call call)
{
    uint32_t index = faulty.count[call]++;

    return faulty.call == call && index >= faulty.first && index - faulty.first < faulty.times;
}

static bool is_worn(enum faulty_call call, uint64_t addr, uint32_t size)
{
    return faulty.worn.call == call && addr < faulty.worn.addr + faulty.worn.size &&
           faulty.worn.addr < addr + size;
}

/* The first bytes do not become what they should, in data; zero-filling does. */
static int32_t program_other(uint64_t addr, const void *data, uint32_t size)
{
    uint8_t other[64];

    assert_in_range(size, 1, sizeof other);
    memcpy(other, data, size);
    if (memcmp(other, other + 1, size - 1u) != 0) {
        other[0] ^= 0x5Au;
        other[1] ^= 0xA5u;
    }
    return faulty.inner->ProgramData(addr, other, size);
}

static int32_t read_data(uint64_t addr, void *data, uint32_t size)
{
    return fails(FAULTY_READ) ? ARM_DRIVER_ERROR : faulty.inner->ReadData(addr, data, size);
}

static int32_t program_data(uint64_t addr, const void *data, uint32_t size)
{
    bool failing = fails(FAULTY_PROGRAM);

    if (is_worn(FAULTY_PROGRAM, addr, size)) {
        return faulty.worn.silent ? program_other(addr, data, size) : ARM_DRIVER_ERROR;
    }
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

    if ((failing && !faulty.after) || is_worn(FAULTY_ERASE, addr, size)) {
        return ARM_DRIVER_ERROR;
    }
    result = faulty.inner->Erase(addr, size);
    return failing ? ARM_DRIVER_ERROR : result;
}

void faulty_attach(struct rig *rig)
{
    faulty.inner = sim_flash_driver(rig->flash);
    faulty.base = sim_flash_profile(rig->flash)->base;
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

void faulty_wear(enum faulty_call call, uint64_t addr, uint64_t size, bool silent)
{
    faulty.worn.call = call;
    faulty.worn.addr = faulty.base + addr;
    faulty.worn.size = size;
    faulty.worn.silent = silent;
}

void faulty_disarm(void)
{
    faulty_wear(FAULTY_READ, 0, 0, false);
    faulty_arm(FAULTY_READ, 0, 0, false);
}

uint32_t faulty_count(enum faulty_call call)
{
    return faulty.count[call];
}
