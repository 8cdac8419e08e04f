/* SPDX-License-Identifier: Apache-2.0 */
/* A build for synchronous drivers only: CFS_CFG_ASYNC_DEVICES=0. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "cfs/device.h"
#include "fake_driver.h"

static void test_asynchronous_driver_is_refused_untouched(void **state)
{
    struct cfs_device device = {0};
    struct fake *fake = fake_reset(1);

    (void)state;
    fake->mode = FAKE_ASYNC_LATE;
    assert_int_equal(cfs_device_open(&device, fake_driver(1), NULL), CFS_ERR_NO_MEMORY);
    assert_int_equal(fake->calls[ARM_STORAGE_OPERATION_INITIALIZE], 0);
    assert_false(device.open);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_asynchronous_driver_is_refused_untouched),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
