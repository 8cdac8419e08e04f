/* SPDX-License-Identifier: Apache-2.0 */
/* The name of a stored key is damaged beyond repair: neither its absence nor another key's, but damage. */
#include "fixture.h"

static struct rig rig;

static int start(void **state)
{
    uint8_t value[100];

    rig_start(&rig, &shape_small);
    for (unsigned i = 0; i < 7; i++) { /* into a second sector */
        fill_bytes(value, sizeof value, i);
        rig_set(&rig, "a", value, sizeof value);
    }
    rig_set_text(&rig, "b", "the newest");
    assert_ok(cfs_unmount(&rig.store));
    *state = &rig;
    return 0;
}

static int stop(void **state)
{
    (void)state;
    rig_close(&rig);
    return 0;
}

static uint64_t find_last(const char *text)
{
    static uint8_t image[4096];
    uint64_t found = 0;

    sim_flash_peek(rig.flash, 0, image, sizeof image);
    for (uint64_t at = 0; at + strlen(text) <= sizeof image; at++) {
        if (memcmp(image + at, text, strlen(text)) == 0) {
            found = at;
        }
    }
    assert_true(found > 0);
    return found;
}

/* Two bits, and a second line of the stretch, are too many to be made good. All 24 bits of the hash fit and the name does not: a collision, or damage, which the checksum of
 * the record tells. */
static void test_damaged_name_in_an_older_sector(void **state)
{
    char value[100];
    uint8_t bytes[100];
    struct cfs_mount_config config;
    uint64_t name;

    (void)state;
    assert_ok(rig_mount(&rig));
    for (unsigned i = 0; i < 8; i++) {
        fill_bytes(bytes, sizeof bytes, 50 + i);
        rig_set(&rig, "a", bytes, sizeof bytes);
    }
    assert_ok(cfs_unmount(&rig.store));
    name = find_last("bthe newest");
    sim_flash_flip_bit(rig.flash, name, 0);
    sim_flash_flip_bit(rig.flash, name, 1);
    sim_flash_make_unreadable(rig.flash, name - 48u, true); /* of a dead record */
    rig_boot(&rig, 0);
    config = (struct cfs_mount_config){
        .volume = &rig.volume, .memory = rig.memory, .memory_bytes = sizeof rig.memory};
    assert_ok(cfs_mount(&rig.store, &config));
    assert_error(CFS_ERR_DAMAGED, cfs_get(&rig.store, "b", value, sizeof value));
    assert_error(CFS_ERR_DAMAGED, cfs_set(&rig.store, "b", value, sizeof value));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_damaged_name_in_an_older_sector, start, stop),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
