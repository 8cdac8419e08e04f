/* SPDX-License-Identifier: Apache-2.0 */
/* Salvage, as a program calls it. What it gets out of damaged images, pytest/test_damage.py compares with
 * the independent reader. */
#include "faulty.h"

#include "cfs/record.h"

static struct rig rig;

static const char text[] = "a value of more than one line, so that its end can be damaged";

static int start(void **state)
{
    rig_start(&rig, &shape_small);
    rig_set_text(&rig, "a", "1");
    rig_set_text(&rig, "b", text);
    rig_set_text(&rig, "gone", "soon");
    rig_delete(&rig, "gone");
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

/* What was told. */
struct told {
    unsigned keys;
    unsigned damaged;
    int32_t answer;
};

static int32_t note(void *context, const struct cfs_salvaged *key)
{
    struct told *told = context;
    char value[sizeof text] = "";

    assert_true(key->name_bytes == 1 && (key->name[0] == 'a' || key->name[0] == 'b'));
    told->keys++;
    if (key->state == CFS_SALVAGED_DAMAGED) {
        told->damaged++;
        assert_error(CFS_ERR_DAMAGED, cfs_salvage_read(key, 0, value, key->value_bytes));
        return told->answer;
    }
    assert_int_equal(key->state, CFS_SALVAGED_INTACT);
    assert_int_equal(cfs_salvage_read(key, 0, value, key->value_bytes), key->value_bytes);
    assert_string_equal(value, key->name[0] == 'a' ? "1" : text);
    assert_int_equal(cfs_salvage_read(key, 1, value, key->value_bytes - 1u), key->value_bytes - 1u);
    assert_error(CFS_ERR_BOUNDS, cfs_salvage_read(key, 1, value, key->value_bytes));
    assert_error(CFS_ERR_BOUNDS, cfs_salvage_read(key, key->value_bytes + 1u, value, 0));
    return told->answer;
}

static struct told told;
static const struct cfs_salvage_config config = {.found = note, .context = &told};

static int begin(void **state)
{
    told = (struct told){0};
    return start(state);
}

static uint64_t find_text(const char *wanted)
{
    static uint8_t image[4096];

    sim_flash_peek(rig.flash, 0, image, sizeof image);
    for (uint64_t at = 0; at + strlen(wanted) <= sizeof image; at++) {
        if (memcmp(image + at, wanted, strlen(wanted)) == 0) {
            return at;
        }
    }
    fail_msg("\"%s\" is nowhere", wanted);
    return 0;
}

static void test_every_key_is_told_once(void **state)
{
    uint64_t writes = rig_writes(&rig);

    (void)state;
    assert_ok(cfs_salvage(&rig.volume, rig.memory, sizeof rig.memory, &config));
    assert_int_equal(told.keys, 2);
    assert_int_equal(rig_writes(&rig), writes);
}

static void test_damaged_key_is_told_as_such(void **state)
{
    (void)state;
    sim_flash_flip_bit(rig.flash, find_text("be damaged"), 2);
    sim_flash_flip_bit(rig.flash, find_text("more than"), 2);
    assert_ok(cfs_salvage(&rig.volume, rig.memory, sizeof rig.memory, &config));
    assert_int_equal(told.keys, 2);
    assert_int_equal(told.damaged, 1);
}

static void test_caller_ends_it(void **state)
{
    (void)state;
    told.answer = CFS_ERR_NO_SPACE;
    assert_error(CFS_ERR_NO_SPACE,
                 cfs_salvage(&rig.volume, rig.memory, sizeof rig.memory, &config));
    assert_int_equal(told.keys, 1);
}

static void test_misuse(void **state)
{
    static const struct cfs_salvage_config nobody = {.found = NULL};

    (void)state;
    assert_error(CFS_ERR_PARAM, cfs_salvage(&rig.volume, rig.memory, sizeof rig.memory, NULL));
    assert_error(CFS_ERR_PARAM, cfs_salvage(&rig.volume, rig.memory, sizeof rig.memory, &nobody));
    assert_error(CFS_ERR_PARAM, cfs_salvage(NULL, rig.memory, sizeof rig.memory, &config));
    assert_error(CFS_ERR_PARAM, cfs_salvage(&rig.volume, NULL, sizeof rig.memory, &config));
    assert_error(CFS_ERR_NO_MEMORY, cfs_salvage(&rig.volume, rig.memory, 10, &config));
    assert_int_equal(told.keys, 0);
}

static void test_nothing_legible(void **state)
{
    static const uint8_t zeros[1024];

    (void)state;
    for (uint32_t sector = 0; sector < 4; sector++) {
        rig_poke(&rig, rig_address(&rig, sector, 0), zeros, sizeof zeros);
    }
    assert_error(CFS_ERR_DAMAGED, cfs_salvage(&rig.volume, rig.memory, sizeof rig.memory, &config));
}

static void test_newer_format(void **state)
{
    struct cfs_mark mark = {
        .version = CFS_FORMAT_VERSION + 1u, .line_log2 = 4, .number = 4, .salt = 1};
    uint8_t bytes[CFS_MARK_BYTES];

    (void)state;
    cfs_mark_encode(&mark, bytes);
    rig_poke(&rig, 0, bytes, sizeof bytes);
    assert_error(CFS_ERR_NEWER, cfs_salvage(&rig.volume, rig.memory, sizeof rig.memory, &config));
}

static void test_reads_that_fail(void **state)
{
    (void)state;
    faulty_attach(&rig);
    faulty_arm(FAULTY_READ, 5, UINT32_MAX, false);
    assert_error(CFS_ERR_IO, cfs_salvage(&rig.volume, rig.memory, sizeof rig.memory, &config));
    faulty_disarm();
    assert_ok(cfs_salvage(&rig.volume, rig.memory, sizeof rig.memory, &config));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_every_key_is_told_once, begin, stop),
        cmocka_unit_test_setup_teardown(test_damaged_key_is_told_as_such, begin, stop),
        cmocka_unit_test_setup_teardown(test_caller_ends_it, begin, stop),
        cmocka_unit_test_setup_teardown(test_misuse, begin, stop),
        cmocka_unit_test_setup_teardown(test_nothing_legible, begin, stop),
        cmocka_unit_test_setup_teardown(test_newer_format, begin, stop),
        cmocka_unit_test_setup_teardown(test_reads_that_fail, begin, stop),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
