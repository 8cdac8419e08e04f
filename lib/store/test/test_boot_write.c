/* SPDX-License-Identifier: Apache-2.0 */
/* Makes the media that test_boot.c reads with a read-only build: lives of a store in which the
 * power goes at nearly every boot, and again while it recovers. The first argument is the file to write. */
#include "boot_cases.h"
#include "fixture.h"

#include <stdio.h>

#define LIVES 45u
#define BOOTS 20u

static struct rig rig;
static struct rig reader;
static FILE *file;
static unsigned cases;
static const struct shape *shape;

static void key_name(uint32_t key, char name[32])
{
    (void)snprintf(name, 32, "key/%u/%.*s", (unsigned)key, (int)(key * 2u),
                   "a longer name, at times");
}

static int32_t set(struct rig *on, uint32_t key, uint32_t version)
{
    uint8_t value[BOOT_VALUE_MAX];
    char name[32];

    key_name(key, name);
    fill_bytes(value, sizeof value, key * 1000u + version);
    return cfs_set(&on->store, name, value, (key * 7u + version / 3u * 5u) % 60u);
}

/* Without the check that rig_mount() makes: media may be damaged. */
static int32_t mount(struct rig *on, bool read_only)
{
    const struct cfs_mount_config config = {.volume = &on->volume,
                                            .memory = on->memory,
                                            .memory_bytes = sizeof on->memory,
                                            .read_only = read_only};

    return cfs_mount(&on->store, &config);
}

/* Look at the medium with the whole library, and write down what it shows. */
static void write_down(const struct rig *on, uint32_t flip)
{
    static struct boot_case one;
    static uint8_t medium[65536];

    memset(&one, 0, sizeof one);
    (void)snprintf(one.profile, sizeof one.profile, "%s", shape->profile);
    one.sectors = shape->sectors;
    one.sector_bytes = shape->sector_bytes;
    one.size_bytes = shape->sectors * shape->sector_bytes;
    assert_true(one.size_bytes <= sizeof medium);
    sim_flash_peek(on->flash, 0, medium, one.size_bytes);
    one.damaged = flip != 0;
    if (one.damaged) {
        uint8_t *byte = &medium[flip / 8u % one.size_bytes];

        *byte = (uint8_t)(*byte ^ 1u << flip % 8u);
    }
    /* a device that reads so for ever, without weak cells */
    rig_open(&reader, shape, 1);
    rig_poke(&reader, 0, medium, one.size_bytes);
    one.mounted = mount(&reader, true);
    for (uint32_t key = 0; key < BOOT_KEYS; key++) {
        key_name(key, one.keys[key].name);
        if (one.mounted == CFS_OK) {
            one.keys[key].result =
                cfs_get(&reader.store, one.keys[key].name, one.keys[key].value, BOOT_VALUE_MAX);
        }
    }
    rig_close(&reader);
    assert_int_equal(fwrite(&one, sizeof one, 1, file), 1);
    assert_int_equal(fwrite(medium, one.size_bytes, 1, file), 1);
    cases++;
}

static int32_t update(struct rig *on, uint32_t draw)
{
    uint32_t key = draw % (BOOT_KEYS - 6u);
    char name[32];

    if (draw / 64u % 5u != 0u) {
        return set(on, key, draw / 512u % 7u);
    }
    key_name(key, name);
    return cfs_delete(&on->store, name);
}

/* One boot: the power goes at some operation, often already in the mount. Sometimes all is well, and
 * the session is closed. */
static void live_once(struct rig *on, uint32_t *random)
{
    uint32_t updates = next_random(random) % 6u;

    sim_flash_arm_random_cut(on->flash, next_random(random) % (4u + 6u * updates));
    if (mount(on, false) == CFS_OK) {
        for (uint32_t i = 0; i < updates; i++) {
            (void)update(on, next_random(random)); /* or cut, or there is no room */
        }
        (void)cfs_unmount(&on->store);
    }
    sim_flash_disarm(on->flash);
    rig_boot(on, next_random(random));
}

static void test_lives(void **state)
{
    static const struct shape shapes[] = {
        {"k64f", 3, 640, 1}, {"k64f", 4, 1024, 2}, {"nrf52840", 4, 1024, 32}};

    (void)state;
    for (uint32_t life = 0; life < LIVES; life++) {
        uint32_t random = 77u + life;

        shape = &shapes[life % (sizeof shapes / sizeof shapes[0])];
        rig_start(&rig, shape);
        for (unsigned n = 0; n < 5u * life; n++) {
            (void)set(&rig, n % (BOOT_KEYS - 4u), n);
        }
        for (unsigned boot = 0; boot < BOOTS; boot++) {
            live_once(&rig, &random);
            write_down(&rig, 0);
            write_down(&rig, next_random(&random));
        }
        rig_close(&rig);
    }
    print_message("%u media\n", cases);
}

int main(int argc, char *argv[])
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_lives),
    };
    int failed;

    file = argc == 2 ? fopen(argv[1], "wb") : NULL;
    if (file == NULL) {
        return 2;
    }
    failed = cmocka_run_group_tests(tests, NULL, NULL);
    return fclose(file) == 0 ? failed : 2;
}
