/* SPDX-License-Identifier: Apache-2.0 */
/* See volume_fixture.h. */
#include "volume_fixture.h"

#include "port_test.h"

struct fake *fake;
struct cfs_device device;

int volume_fixture_setup(void **state)
{
    static const uint32_t sectors[3][2] = {{4, 1024}, {1, 4096}, {3, 8192}};
    static const struct cfs_device_config config = {.line_bytes = LINE};

    (void)state;
    port_test_reset();
    fake = fake_reset(1);
    fake_set_sectors(fake, 3, sectors);
    device = (struct cfs_device){0};
    return cfs_device_open(&device, fake_driver(1), &config);
}

int volume_fixture_teardown(void **state)
{
    (void)state;
    return device.open ? cfs_device_close(&device) : 0;
}
