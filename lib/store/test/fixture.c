/* SPDX-License-Identifier: Apache-2.0 */
/* See fixture.h. */
#include "fixture.h"

#include "sim/port.h"

const struct shape shape_k64f = {"k64f", 16, 0, 8};
const struct shape shape_small = {"k64f", 4, 1024, 2};
const struct shape shape_least = {"k64f", 3, 640, 1};

char circumstances[128];

void assert_code(int32_t expected, int32_t actual, const char *name, const char *call,
                 const char *file, int line)
{
    if (actual != expected) {
        print_error("%s%s: %s (%d) instead of %s\n", circumstances, call, cfs_error_name(actual),
                    (int)actual, name);
        _fail(file, line);
    }
}

static void on_rule(void *context, struct sim_flash *flash, const char *message)
{
    (void)context;
    (void)flash;
    print_error("device rule: %s\n", message);
    fail();
}

void rig_power_up(struct rig *rig)
{
    const struct cfs_device_config config = {
        .line_bytes = rig->line_bytes,
        .place = CFS_CFG_ON_CHIP ? CFS_PLACE_ON_CHIP : CFS_PLACE_OFF_CHIP}; /* any is as good */

    memset(&rig->device, 0, sizeof rig->device);
    memset(&rig->volume, 0, sizeof rig->volume);
    memset(&rig->store, 0, sizeof rig->store);
    memset(rig->memory, 0xA5, sizeof rig->memory);
    assert_ok(cfs_device_open(&rig->device, rig->driver, &config));
    assert_ok(cfs_volume_open(&rig->volume, &rig->device, rig->table, 1, rig->table[0].name));
}

void rig_open(struct rig *rig, const struct shape *shape, uint64_t seed)
{
    struct sim_profile profile = *sim_profile_find(shape->profile);

    assert_int_equal(sim_profile_resize(&profile, shape->sectors, shape->sector_bytes), 0);
    memset(rig, 0, sizeof *rig);
    rig->flash = sim_flash_new(&profile, seed);
    assert_non_null(rig->flash);
    sim_flash_set_rule_handler(rig->flash, on_rule, NULL);
    sim_flash_boot(rig->flash, 0);
    sim_port_seed(seed);
    rig->driver = sim_flash_driver(rig->flash);
    rig->line_bytes = profile.line_bytes;
    rig->table[0] = (struct cfs_volume_entry){.name = "config"};
    rig_power_up(rig);
}

void rig_close(struct rig *rig)
{
    sim_flash_free(rig->flash);
    memset(rig, 0, sizeof *rig);
}

void rig_start(struct rig *rig, const struct shape *shape)
{
    rig_open(rig, shape, 1);
    assert_ok(rig_format(rig, shape->buckets));
    assert_ok(rig_mount(rig));
    rig_check(rig);
}

int32_t rig_format(struct rig *rig, uint32_t buckets)
{
    const uint32_t most = 1u << CFS_CFG_HASH_BITS;
    const struct cfs_format_config config = {.buckets = buckets < most ? buckets : most};

    return cfs_format(&rig->volume, rig->memory, sizeof rig->memory, &config);
}

static int32_t mount(struct rig *rig, bool read_only)
{
    const struct cfs_mount_config config = {.volume = &rig->volume,
                                            .memory = rig->memory,
                                            .memory_bytes = sizeof rig->memory,
                                            .read_only = read_only};
    int32_t result = cfs_mount(&rig->store, &config);

    if (result == CFS_OK) {
        rig_check(rig);
    }
    return result;
}

int32_t rig_mount(struct rig *rig)
{
    return mount(rig, false);
}

int32_t rig_mount_read_only(struct rig *rig)
{
    return mount(rig, true);
}

void rig_remount(struct rig *rig)
{
    assert_ok(cfs_unmount(&rig->store));
    assert_ok(rig_mount(rig));
}

void rig_boot(struct rig *rig, uint32_t pattern)
{
    sim_flash_boot(rig->flash, pattern);
    rig_power_up(rig);
}

void rig_set(struct rig *rig, const char *name, const void *value, size_t size)
{
    assert_ok(cfs_set(&rig->store, name, value, size));
    rig_check(rig);
}

void rig_set_text(struct rig *rig, const char *name, const char *text)
{
    rig_set(rig, name, text, strlen(text));
}

void rig_delete(struct rig *rig, const char *name)
{
    assert_ok(cfs_delete(&rig->store, name));
    rig_check(rig);
}

void rig_check(struct rig *rig)
{
#if CFS_CFG_CHECK
    assert_ok(cfs_check(&rig->store));
#else
    (void)rig;
#endif
}

void rig_expect(struct rig *rig, const char *name, const void *value, size_t size)
{
    static uint8_t bytes[65536];

    assert_in_range(size, 0, sizeof bytes);
    assert_int_equal(cfs_size(&rig->store, name), size);
    assert_int_equal(cfs_get(&rig->store, name, bytes, sizeof bytes), size);
    assert_memory_equal(bytes, value, size);
}

void rig_expect_text(struct rig *rig, const char *name, const char *text)
{
    rig_expect(rig, name, text, strlen(text));
}

void rig_expect_none(struct rig *rig, const char *name)
{
    char byte;

    assert_error(CFS_ERR_NOT_FOUND, cfs_size(&rig->store, name));
    assert_error(CFS_ERR_NOT_FOUND, cfs_get(&rig->store, name, &byte, 1));
}

bool rig_has_keys(struct rig *rig, uint32_t keys)
{
#if CFS_CFG_FIND
    char name[CFS_NAME_MAX + 1u] = "";
    uint32_t count = 0;
    int32_t result;

    while ((result = cfs_find(&rig->store, NULL, name)) > 0) {
        assert_int_equal(result, strlen(name));
        count++;
    }
    assert_error(CFS_ERR_NOT_FOUND, result);
    return count == keys;
#else
    (void)rig;
    (void)keys;
    return true;
#endif
}

void rig_expect_count(struct rig *rig, uint32_t keys)
{
    assert_true(rig_has_keys(rig, keys));
}

uint64_t rig_writes(const struct rig *rig)
{
    const struct sim_counters *counters = sim_flash_counters(rig->flash);

    return counters->programs + counters->fills + counters->erases;
}

uint64_t rig_address(const struct rig *rig, uint32_t sector, uint32_t line)
{
    const struct sim_profile *profile = sim_flash_profile(rig->flash);

    return (uint64_t)sector * profile->regions[0].sector_bytes + (uint64_t)line * rig->line_bytes;
}

void rig_poke(struct rig *rig, uint64_t address, const void *data, uint32_t size)
{
    const uint8_t *bytes = data;

    for (uint32_t i = 0; i < size; i++) {
        uint8_t now;
        unsigned differs;

        sim_flash_peek(rig->flash, address + i, &now, 1);
        differs = (unsigned)now ^ bytes[i];
        for (unsigned bit = 0; bit < 8u; bit++) {
            if ((differs >> bit & 1u) != 0u) {
                sim_flash_flip_bit(rig->flash, address + i, bit);
            }
        }
    }
}

uint32_t next_random(uint32_t *state)
{
    *state ^= *state << 13;
    *state ^= *state >> 17;
    *state ^= *state << 5;
    return *state;
}

void fill_bytes(uint8_t *bytes, size_t size, uint32_t seed)
{
    uint32_t state = seed * 2654435761u + 1u;

    for (size_t i = 0; i < size; i++) {
        bytes[i] = (uint8_t)(next_random(&state) >> 8);
    }
}
