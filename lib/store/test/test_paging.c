/* SPDX-License-Identifier: Apache-2.0 */
/* Data stay on the medium: what a store takes of RAM, and what a mount reads, are the same for ten
 * keys and for ten thousand; what a lookup reads grows with the logarithm of their number. The
 * simulated device counts reads.
 *
 * RAM is the store object and exactly the memory that a macro over line and buckets asks for; the
 * bytes behind it are watched. (That lib has no other, pytest/test_size.py and test_house.py see.) */
#include "fixture.h"

#include <stdio.h>

#define FEW    10u
#define MANY   10000u
#define MOUNTS 40u

#define BUCKETS       32u
#define LINE_BYTES    16u
#define MEMORY_BYTES  CFS_STORE_MEMORY_BYTES(LINE_BYTES, BUCKETS)
#define WATCHED_BYTES 64u
#define WATCHED_VALUE 0x5A

/* Two MiB of serial flash, so that ten thousand keys fit. */
static const struct shape shape = {"w25q128", 512, 0, BUCKETS};

static struct rig rig;
static uint8_t memory[MEMORY_BYTES + WATCHED_BYTES];

static void mount(void)
{
    const struct cfs_mount_config config = {
        .volume = &rig.volume, .memory = memory, .memory_bytes = MEMORY_BYTES};

    memset(memory, WATCHED_VALUE, sizeof memory);
    assert_ok(cfs_mount(&rig.store, &config));
}

static void assert_nothing_behind_the_memory(void)
{
    for (size_t i = 0; i < WATCHED_BYTES; i++) {
        assert_int_equal(memory[MEMORY_BYTES + i], WATCHED_VALUE);
    }
}

static void set(uint32_t key, uint32_t version)
{
    char name[32];
    uint8_t value[20];

    (void)snprintf(name, sizeof name, "key/%u", (unsigned)key);
    fill_bytes(value, sizeof value, key * 7u + version);
    assert_ok(cfs_set(&rig.store, name, value, sizeof value));
}

static void get(uint32_t key, uint32_t version)
{
    char name[32];
    uint8_t value[20];
    uint8_t found[20];

    (void)snprintf(name, sizeof name, "key/%u", (unsigned)key);
    fill_bytes(value, sizeof value, key * 7u + version);
    assert_int_equal(cfs_get(&rig.store, name, found, sizeof found), sizeof found);
    assert_memory_equal(found, value, sizeof value);
}

/* A store of so many keys, each written as often as it takes to write MANY values. */
static void fill(uint32_t keys)
{
    rig_open(&rig, &shape, 1);
    assert_ok(rig_format(&rig, BUCKETS));
    mount();
    for (uint32_t i = 0; i < MANY; i++) {
        set(i % keys, i / keys);
    }
}

/* The most bytes that one of many mounts reads, with the newest sector filled differently. */
static uint64_t most_read_by_a_mount(uint32_t keys)
{
    const struct sim_counters *counters = sim_flash_counters(rig.flash);
    uint64_t most = 0;

    for (uint32_t i = 0; i < MOUNTS; i++) {
        uint64_t before;

        set(i % keys, i);
        set(i % keys, i + 1u);
        assert_ok(cfs_unmount(&rig.store));
        rig_boot(&rig, 0);
        before = counters->read_bytes;
        mount();
        most = counters->read_bytes - before > most ? counters->read_bytes - before : most;
    }
    return most;
}

static void test_a_mount_reads_no_more_for_more_keys(void **state)
{
    uint64_t few;
    uint64_t many;

    (void)state;
    fill(FEW);
    few = most_read_by_a_mount(FEW);
    rig_close(&rig);
    fill(MANY);
    many = most_read_by_a_mount(MANY);
    rig_close(&rig);
    print_message("bytes read by a mount, at most: %u with %u keys, %u with %u\n", (unsigned)few,
                  FEW, (unsigned)many, MANY);
    assert_true(many <= few + few / 10u);
    assert_true(many < 512u * 4096u / 20u); /* a small part of the volume */
}

static void test_ram_is_the_same_for_any_number_of_keys(void **state)
{
    static const uint32_t counts[] = {FEW, MANY};

    (void)state;
    for (size_t i = 0; i < sizeof counts / sizeof counts[0]; i++) {
        uint32_t keys = counts[i];
        uint32_t last = MANY / keys - 1u;

        fill(keys);
        rig_boot(&rig, 0);
        mount();
        for (uint32_t key = 0; key < keys; key++) {
            get(key, last);
        }
        rig_expect_count(&rig, keys);
        rig_check(&rig);
        assert_nothing_behind_the_memory();
        rig_close(&rig);
    }
}

/* ... and for any number of sectors. */
static void test_ram_is_the_same_for_any_number_of_sectors(void **state)
{
    static const uint32_t sectors[] = {3, 16, 512, 4096};

    (void)state;
    for (size_t i = 0; i < sizeof sectors / sizeof sectors[0]; i++) {
        const struct shape wide = {"w25q128", sectors[i], 0, BUCKETS};

        rig_open(&rig, &wide, 1);
        assert_ok(rig_format(&rig, BUCKETS));
        mount();
        for (uint32_t lap = 0; lap < 1000; lap++) {
            set(lap % FEW, lap);
        }
        assert_nothing_behind_the_memory();
        rig_close(&rig);
    }
}

/* Reads of a get of each of the first `keys` keys, in hundredths, while so many are there. */
static uint64_t reads_of_a_get(uint32_t keys)
{
    const struct sim_counters *counters = sim_flash_counters(rig.flash);
    uint64_t before = counters->reads;
    uint32_t key = 0;

    do {
        get(key, 0);
    } while (++key < keys);
    return (counters->reads - before) * 100u / key;
}

/* Ten times as many keys cost as many reads more as the ten times before: a line over the
 * logarithm. */
static void test_a_lookup_reads_the_logarithm_of_the_keys(void **state)
{
    uint64_t reads[3];
    uint32_t key = 0;

    (void)state;
    rig_open(&rig, &shape, 1);
    assert_ok(rig_format(&rig, BUCKETS));
    mount();
    for (unsigned i = 0; i < 3; i++) {
        for (uint32_t keys = i == 0 ? 100 : i == 1 ? 1000 : 10000; key < keys; key++) {
            set(key, 0);
        }
        reads[i] = reads_of_a_get(key);
    }
    print_message("reads of a get, in hundredths: %u, %u, %u\n", (unsigned)reads[0],
                  (unsigned)reads[1], (unsigned)reads[2]);
    assert_true(reads[1] > reads[0]);
    assert_true(reads[2] - reads[1] <= (reads[1] - reads[0]) * 2u);
    rig_close(&rig);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_mount_reads_no_more_for_more_keys),
        cmocka_unit_test(test_ram_is_the_same_for_any_number_of_keys),
        cmocka_unit_test(test_ram_is_the_same_for_any_number_of_sectors),
        cmocka_unit_test(test_a_lookup_reads_the_logarithm_of_the_keys),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
