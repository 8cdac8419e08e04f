/* SPDX-License-Identifier: Apache-2.0 */
/* A supply that is too low to write: every call that would write says so and changes nothing, reads go on,
 * and when the supply has recovered so does the store. And a medium that says it took what it did not take:
 * what is programmed is read back if the mount asks for that. */
#include "expected.h"
#include "faulty.h"

#include "sim/port.h"

static struct rig rig;
static struct expected expected;

static int start(void **state)
{
    (void)state;
    memset(&expected, 0, sizeof expected);
    rig_open(&rig, &shape_small, 1);
    faulty_attach(&rig);
    assert_ok(rig_format(&rig, 2));
    assert_ok(rig_mount(&rig));
    for (uint32_t i = 0; i < 30; i++) {
        assert_ok(expected_set(&expected, &rig, i % 6u, 10u + i));
    }
    return 0;
}

static int stop(void **state)
{
    (void)state;
    sim_port_set_low_voltage(false);
    faulty_disarm();
    rig_close(&rig);
    return 0;
}

static void test_nothing_is_written_at_low_voltage(void **state)
{
    uint64_t writes = rig_writes(&rig);

    (void)state;
    sim_port_set_low_voltage(true);
    assert_error(CFS_ERR_LOW_VOLTAGE, cfs_set(&rig.store, "new", "1", 1));
    assert_error(CFS_ERR_LOW_VOLTAGE, expected_set(&expected, &rig, 0, 20));
    assert_error(CFS_ERR_LOW_VOLTAGE, cfs_delete(&rig.store, "key/0"));
#if CFS_CFG_STATISTICS
    assert_error(CFS_ERR_LOW_VOLTAGE, cfs_maintain(&rig.store, 1000000));
#endif
    assert_int_equal(rig_writes(&rig), writes);
    expected_compare(&expected, &rig);
    assert_error(CFS_ERR_LOW_VOLTAGE, cfs_unmount(&rig.store)); /* without a seal */
    assert_error(CFS_ERR_LOW_VOLTAGE, rig_mount(&rig)); /* which it would have to decide without */
    assert_ok(rig_mount_read_only(&rig));
    expected_compare(&expected, &rig);
    assert_ok(cfs_unmount(&rig.store));
    assert_error(CFS_ERR_LOW_VOLTAGE, rig_format(&rig, 2));
    assert_int_equal(rig_writes(&rig), writes);
    sim_port_set_low_voltage(false);
    assert_ok(rig_mount(&rig));
    expected_compare(&expected, &rig);
    assert_ok(expected_set(&expected, &rig, 0, 20));
    expected_compare(&expected, &rig);
}

/* The supply sinks after any number of updates, so before an erase, too. */
static void test_low_voltage_at_any_time(void **state)
{
    (void)state;
    for (uint32_t i = 0; i < 200u; i++) {
        uint64_t writes = rig_writes(&rig);

        sim_port_set_low_voltage(true);
        assert_error(CFS_ERR_LOW_VOLTAGE, expected_set(&expected, &rig, i % 6u, 30));
        assert_int_equal(rig_writes(&rig), writes);
        sim_port_set_low_voltage(false);
        assert_ok(expected_set(&expected, &rig, i % 6u, 30));
        if (i % 16u == 0u) {
            rig_remount(&rig);
        }
    }
    expected_compare(&expected, &rig);
}

/* A line that cannot be read is not told to be damaged while the supply is low. */
static void test_damage_is_not_told_at_low_voltage(void **state)
{
    char name[64];
    uint8_t value[VALUE_MAX];

    (void)state;
    expected_name(0, name);
    assert_ok(cfs_set(&rig.store, name, "a value of some length that takes lines of its own", 50));
    assert_ok(cfs_set(&rig.store, "other", "1", 1));
    for (uint32_t line = 3; line < 64u; line++) {
        for (uint32_t sector = 0; sector < 4u; sector++) {
            sim_flash_make_unreadable(rig.flash, rig_address(&rig, sector, line), true);
        }
    }
    assert_error(CFS_ERR_DAMAGED, cfs_get(&rig.store, name, value, sizeof value));
    sim_port_set_low_voltage(true);
    assert_error(CFS_ERR_LOW_VOLTAGE, cfs_get(&rig.store, name, value, sizeof value));
    assert_error(CFS_ERR_LOW_VOLTAGE, cfs_size(&rig.store, name));
    (void)cfs_unmount(&rig.store); /* nothing can be sealed */
    assert_error(CFS_ERR_LOW_VOLTAGE, rig_mount_read_only(&rig));
    sim_port_set_low_voltage(false);
    assert_error(CFS_ERR_DAMAGED, rig_mount_read_only(&rig));
}

/* ---- verification of writes */

static int32_t mount_verifying(bool verify_writes)
{
    const struct cfs_mount_config config = {.volume = &rig.volume,
                                            .memory = rig.memory,
                                            .memory_bytes = sizeof rig.memory,
                                            .verify_writes = verify_writes};

    return cfs_mount(&rig.store, &config);
}

/* Some lines of one sector take another value than they should, and the driver does not notice. Each set
 * returns CFS_OK; are all values right then? */
static bool is_right_on_a_lying_medium(bool verify_writes)
{
    assert_ok(cfs_unmount(&rig.store));
    faulty_wear(FAULTY_PROGRAM, rig_address(&rig, (rig.store.journal.number + 1u) % 4u, 20),
                (uint64_t)44 * rig.line_bytes, true); /* to the end of the sector */
    assert_ok(mount_verifying(verify_writes));
    for (uint32_t i = 0; i < 60u; i++) {
        assert_ok(expected_set(&expected, &rig, i % 6u, 30u));
        if (!expected_holds(&expected, &rig)) {
            return false;
        }
    }
    rig_boot(&rig, 0);
    assert_ok(mount_verifying(verify_writes));
    return expected_holds(&expected, &rig);
}

static void test_verified_writes_are_right(void **state)
{
    (void)state;
    assert_true(is_right_on_a_lying_medium(true));
}

static void test_writes_that_are_not_verified_may_be_wrong(void **state)
{
    (void)state;
    assert_false(is_right_on_a_lying_medium(false));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_nothing_is_written_at_low_voltage, start, stop),
        cmocka_unit_test_setup_teardown(test_low_voltage_at_any_time, start, stop),
        cmocka_unit_test_setup_teardown(test_damage_is_not_told_at_low_voltage, start, stop),
        cmocka_unit_test_setup_teardown(test_verified_writes_are_right, start, stop),
        cmocka_unit_test_setup_teardown(test_writes_that_are_not_verified_may_be_wrong, start,
                                        stop),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
