/* SPDX-License-Identifier: Apache-2.0 */
/* A read-only build (CFS_CFG_READ_ONLY) shows of a medium what the whole library shows: it is linked
 * with that build, and reads the media that test_boot_write.c made. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "Storage_VM.h"
#include "boot_cases.h"
#include "cfs/device.h"
#include "cfs/store.h"
#include "sim/flash.h"

static FILE *file;

/* What is damaged, the whole library can make good, and this build may refuse. */
static void assert_same(const struct boot_case *one, int32_t result, int32_t expected)
{
    if (!one->damaged || result != CFS_ERR_DAMAGED) {
        assert_int_equal(result, expected);
    }
}

static void compare(const struct boot_case *one, struct cfs_volume *on)
{
    static uint8_t memory[CFS_STORE_MEMORY_BYTES(32, 256)];
    static uint8_t value[BOOT_VALUE_MAX];
    const struct cfs_mount_config config = {
        .volume = on, .memory = memory, .memory_bytes = sizeof memory};
    struct cfs_store store = {0};

    int32_t mounted = cfs_mount(&store, &config);

    assert_same(one, mounted, one->mounted);
    for (uint32_t key = 0; key < BOOT_KEYS && mounted == CFS_OK; key++) {
        int32_t result = cfs_get(&store, one->keys[key].name, value, sizeof value);

        assert_same(one, result, one->keys[key].result);
        if (result >= 0) {
            assert_memory_equal(value, one->keys[key].value, (size_t)result);
            assert_int_equal(cfs_size(&store, one->keys[key].name), result);
        }
    }
    assert_int_equal(cfs_unmount(&store), mounted == CFS_OK ? CFS_OK : CFS_ERR_STATE);
}

/* Make the cells of a blank device read so. */
static void put(struct sim_flash *to, const uint8_t *medium, uint32_t size)
{
    for (uint32_t i = 0; i < size; i++) {
        uint8_t now;

        sim_flash_peek(to, i, &now, 1);
        for (unsigned bit = 0; bit < 8u; bit++) {
            if (((now ^ medium[i]) >> bit & 1) != 0) {
                sim_flash_flip_bit(to, i, bit);
            }
        }
    }
}

/* A device of a part, blank or with the given content, and its only volume. */
static struct sim_flash *flash;
static struct cfs_device device;
static struct cfs_volume volume;

static void open_medium(const char *part, uint32_t sectors, uint32_t sector_bytes,
                        const uint8_t *medium)
{
    static const struct cfs_volume_entry table[] = {{.name = "config"}};
    struct sim_profile profile = *sim_profile_find(part);
    struct cfs_device_config config = {.line_bytes = profile.line_bytes};

    assert_int_equal(sim_profile_resize(&profile, sectors, sector_bytes), 0);
    flash = sim_flash_new(&profile, 1);
    assert_non_null(flash);
    sim_flash_boot(flash, 0);
    if (medium) {
        put(flash, medium, sectors * sector_bytes);
    }
    memset(&device, 0, sizeof device);
    memset(&volume, 0, sizeof volume);
    assert_int_equal(cfs_device_open(&device, sim_flash_driver(flash), &config), CFS_OK);
    assert_int_equal(cfs_volume_open(&volume, &device, table, 1, "config"), CFS_OK);
}

/* The next medium of the file. False: there are no more. */
static struct boot_case one;
static uint8_t medium[65536];

static bool next_case(void)
{
    return fread(&one, sizeof one, 1, file) == 1 && fread(medium, one.size_bytes, 1, file) == 1;
}

static void test_every_medium_shows_the_same(void **state)
{
    unsigned cases = 0;

    (void)state;
    rewind(file);
    while (next_case()) {
        open_medium(one.profile, one.sectors, one.sector_bytes, medium);
        compare(&one, &volume);
        sim_flash_free(flash);
        cases++;
    }
    assert_true(cases > 1000);
}

static int32_t mount_in(struct cfs_store *store, size_t memory_bytes)
{
    static uint8_t memory[CFS_STORE_MEMORY_BYTES(32, 256)];
    const struct cfs_mount_config config = {
        .volume = &volume, .memory = memory, .memory_bytes = memory_bytes};

    return cfs_mount(store, &config);
}

static void test_media_without_a_store(void **state)
{
    struct cfs_store store = {0};

    (void)state;
    open_medium("k64f", 4, 1024, NULL);
    assert_int_equal(mount_in(&store, 1024), CFS_ERR_BLANK);
    sim_flash_free(flash);
    for (size_t i = 0; i < 4096; i++) {
        medium[i] = (uint8_t)(i * 7u + i / 256u);
    }
    open_medium("k64f", 4, 1024, medium);
    assert_int_equal(mount_in(&store, 1024), CFS_ERR_FOREIGN);
    assert_int_equal(cfs_size(&store, "a"), CFS_ERR_STATE);
    sim_flash_free(flash);
}

static void test_another_shape_is_refused(void **state)
{
    struct cfs_store store = {0};

    (void)state;
    rewind(file);
    assert_true(next_case());
    open_medium(one.profile, one.sectors + 1u, one.sector_bytes, NULL);
    put(flash, medium, one.size_bytes);
    assert_int_equal(mount_in(&store, 1024), CFS_ERR_GEOMETRY);
    sim_flash_free(flash);
}

static void test_misuse(void **state)
{
    struct cfs_store store = {0};
    char long_name[CFS_NAME_MAX + 2u];
    uint8_t byte;

    (void)state;
    rewind(file);
    do {
        assert_true(next_case());
    } while (one.mounted != CFS_OK || one.keys[0].result < 2);
    open_medium(one.profile, one.sectors, one.sector_bytes, medium);
    assert_int_equal(cfs_mount(NULL, NULL), CFS_ERR_PARAM);
    assert_int_equal(mount_in(&store, CFS_STORE_MEMORY_BYTES(16, 0)), CFS_ERR_NO_MEMORY);
    assert_int_equal(cfs_get(&store, "a", &byte, 1), CFS_ERR_STATE);
    assert_int_equal(mount_in(&store, 1024), CFS_OK);
    assert_int_equal(mount_in(&store, 1024), CFS_ERR_STATE);
    assert_int_equal(cfs_get(NULL, "a", &byte, 1), CFS_ERR_PARAM);
    assert_int_equal(cfs_get(&store, NULL, &byte, 1), CFS_ERR_PARAM);
    assert_int_equal(cfs_get(&store, "", &byte, 1), CFS_ERR_PARAM);
    assert_int_equal(cfs_get(&store, one.keys[0].name, NULL, 64), CFS_ERR_PARAM);
    assert_int_equal(cfs_get(&store, one.keys[0].name, &byte, 1), CFS_ERR_BUFFER);
    memset(long_name, 'n', sizeof long_name);
    long_name[sizeof long_name - 1u] = '\0';
    assert_int_equal(cfs_size(&store, long_name), CFS_ERR_PARAM);
    assert_int_equal(cfs_unmount(NULL), CFS_ERR_PARAM);
    assert_int_equal(cfs_unmount(&store), CFS_OK);
    assert_int_equal(cfs_unmount(&store), CFS_ERR_STATE);
    sim_flash_free(flash);
}

int main(int argc, char *argv[])
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_medium_shows_the_same),
        cmocka_unit_test(test_media_without_a_store),
        cmocka_unit_test(test_another_shape_is_refused),
        cmocka_unit_test(test_misuse),
    };
    int failed;

    file = argc == 2 ? fopen(argv[1], "rb") : NULL;
    if (file == NULL) {
        return 2;
    }
    failed = cmocka_run_group_tests(tests, NULL, NULL);
    (void)fclose(file);
    return failed;
}
