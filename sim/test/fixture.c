/* SPDX-License-Identifier: Apache-2.0 */
/* See fixture.h. */
#include "fixture.h"

const uint8_t data_a[LINE] = {0x11, 0x22, 0x33, 0x44, 0x55, 0x66, 0x77, 0x88,
                              0x99, 0xAA, 0xBB, 0xCC, 0xDD, 0xEE, 0x0F, 0xF0};
const uint8_t data_b[LINE] = {0x81, 0x42, 0x24, 0x18, 0x3C, 0xC3, 0x5A, 0xA5,
                              0x01, 0x02, 0x04, 0x08, 0x10, 0x20, 0x40, 0x80};
const uint8_t zeros[LINE] = {0};
const uint8_t blanks[LINE] = {0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF,
                              0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF};

static unsigned broken;
static char last_message[256];

static void note_rule(void *context, struct sim_flash *flash, const char *message)
{
    (void)context;
    (void)flash;
    broken++;
    (void)snprintf(last_message, sizeof last_message, "%s", message);
}

unsigned rules_broken(void)
{
    const unsigned count = broken;

    broken = 0;
    return count;
}

const char *rule_message(void)
{
    return last_message;
}

struct sim_profile small(const char *name)
{
    struct sim_profile profile = *sim_profile_find(name);

    assert_int_equal(sim_profile_resize(&profile, SECTORS, 0), 0);
    return profile;
}

struct sim_flash *new_device(const struct sim_profile *profile, uint64_t seed)
{
    struct sim_flash *flash = sim_flash_new(profile, seed);

    assert_non_null(flash);
    sim_flash_set_rule_handler(flash, note_rule, NULL);
    broken = 0;
    return flash;
}

struct sim_flash *new_k64f(void)
{
    const struct sim_profile profile = small("k64f");

    return new_device(&profile, 1);
}

int32_t dev_program(struct sim_flash *flash, uint64_t addr, const void *data, uint32_t size)
{
    return sim_flash_driver(flash)->ProgramData(sim_flash_profile(flash)->base + addr, data, size);
}

int32_t dev_erase(struct sim_flash *flash, uint32_t sector)
{
    const struct sim_profile *profile = sim_flash_profile(flash);
    const uint32_t size = profile->regions[0].sector_bytes;

    return sim_flash_driver(flash)->Erase(profile->base + (uint64_t)sector * size, size);
}

int32_t dev_read(struct sim_flash *flash, uint64_t addr, void *data, uint32_t size)
{
    return sim_flash_driver(flash)->ReadData(sim_flash_profile(flash)->base + addr, data, size);
}

void cut_program(struct sim_flash *flash, uint64_t addr, const void *data, uint32_t size,
                 enum sim_outcome outcome, uint32_t pattern)
{
    sim_flash_arm_cut(flash, 0, outcome);
    assert_int_equal(dev_program(flash, addr, data, size), ARM_DRIVER_ERROR);
    sim_flash_boot(flash, pattern);
}

void cut_erase(struct sim_flash *flash, uint32_t sector, enum sim_outcome outcome, uint32_t cut_at,
               uint32_t pattern)
{
    sim_flash_arm_cut_at(flash, 0, outcome, cut_at);
    assert_int_equal(dev_erase(flash, sector), ARM_DRIVER_ERROR);
    sim_flash_boot(flash, pattern);
}

void assert_reads(struct sim_flash *flash, uint64_t addr, const void *expected, uint32_t size)
{
    uint8_t bytes[512];

    assert_int_equal(dev_read(flash, addr, bytes, size), size);
    assert_memory_equal(bytes, expected, size);
}

void assert_unreadable(struct sim_flash *flash, uint64_t addr, uint32_t size)
{
    uint8_t bytes[512];

    assert_int_equal(dev_read(flash, addr, bytes, size),
                     ARM_STORAGE_ERROR_RUNTIME_OR_INTEGRITY_FAILURE);
}
