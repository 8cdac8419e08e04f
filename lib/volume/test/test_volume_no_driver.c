/* SPDX-License-Identifier: Apache-2.0 */
/* A build in which no volume can be seen as a driver: CFS_CFG_VOLUME_DRIVERS=0. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "volume_fixture.h"

static void test_open_volume_has_no_driver(void **state)
{
    static const struct cfs_volume_entry table[] = {{.name = "only"}};
    struct cfs_volume volume = {0};

    (void)state;
    assert_int_equal(cfs_volume_open(&volume, &device, table, 1, "only"), CFS_OK);
    assert_null(cfs_volume_driver(&volume));
    assert_int_equal(cfs_volume_check(&volume), CFS_OK);
    assert_int_equal(cfs_volume_close(&volume), CFS_OK);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_open_volume_has_no_driver, volume_fixture_setup,
                                        volume_fixture_teardown),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
