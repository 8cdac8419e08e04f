/* SPDX-License-Identifier: Apache-2.0 */
/* The self-test on every simulated part: the simulator keeps the promises that drivers are held to,
 * across sectors of different sizes, synchronous and asynchronous. */
#include "cfs/config.h"
#include "cfs/selftest.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "sim/flash.h"

#define LINE_BYTES_MAX 512u

static struct sim_flash *flash;
static struct sim_profile profile;
static uint32_t refusals;

static void count_refusal(void *context, struct sim_flash *device, const char *message)
{
    (void)context;
    (void)device;
    (void)message;
    refusals++;
}

static uint32_t now_us(void *context)
{
    (void)context;
    return (uint32_t)(sim_flash_now_ns(flash) / 1000u);
}

static void idle(void *context)
{
    (void)context;
    (void)sim_flash_complete_next(); /* false: nothing is pending, which the test tries too */
}

/* The last sector of the first region and the two behind it; of a single region, sectors 1 to 3. */
static uint64_t offset_of_range(void)
{
    uint32_t sector = profile.region_count > 1u ? profile.regions[0].count - 1u : 1u;

    return (uint64_t)sector * profile.regions[0].sector_bytes;
}

static int32_t run(enum sim_fill_policy policy, struct cfs_selftest_report *report)
{
    static uint8_t memory[CFS_SELFTEST_MEMORY_BYTES(LINE_BYTES_MAX)];
    const struct cfs_device_config device = {
        .line_bytes = profile.line_bytes,
        .place = CFS_CFG_ON_CHIP ? CFS_PLACE_ON_CHIP : CFS_PLACE_OFF_CHIP}; /* any is as good */
    struct cfs_selftest_config config = {.device = &device,
                                         .offset = offset_of_range(),
                                         .sectors = 3,
                                         .memory = memory,
                                         .memory_bytes = sizeof memory,
                                         .now_us = now_us,
                                         .idle = idle};
    int32_t error;

    flash = sim_flash_new(&profile, 1);
    assert_non_null(flash);
    sim_flash_set_rule_handler(flash, count_refusal, NULL);
    sim_flash_set_fill_policy(flash, policy);
    sim_flash_boot(flash, 0);
    config.driver = sim_flash_driver(flash);
    refusals = 0;
    error = cfs_port_selftest(&config, report);
    sim_flash_free(flash);
    return error;
}

static void assert_passes(enum sim_fill_policy policy)
{
    struct cfs_selftest_report report;

    if (run(policy, &report) != CFS_OK) {
        fail_msg("%s: %s at 0x%llx: %lld instead of %lld", profile.name,
                 cfs_selftest_check_name(report.failed), (unsigned long long)report.addr,
                 (long long)report.found, (long long)report.expected);
    }
    assert_true(refusals > 0u);
    assert_int_equal(report.erase.longest_us, profile.erase_ns / 1000u);
    assert_in_range(report.program.longest_us,
                    profile.line_bytes / profile.unit_bytes * profile.program_ns / 1000u,
                    profile.line_bytes / profile.unit_bytes * profile.program_ns / 1000u + 1u);
}

static void test_every_part_passes(void **state)
{
    (void)state;
    for (const char *const *name = sim_profile_names(); *name != NULL; name++) {
        profile = *sim_profile_find(*name);
        assert_passes(SIM_FILL_ZERO);
    }
}

static void test_asynchronous_parts_pass(void **state)
{
    (void)state;
    profile = *sim_profile_find("k64f");
    profile.asynchronous = true;
    assert_passes(SIM_FILL_ZERO);
    profile = *sim_profile_find("stm32f4");
    profile.asynchronous = true;
    assert_passes(SIM_FILL_ZERO);
}

static void test_filled_lines_may_be_unreadable(void **state)
{
    (void)state;
    profile = *sim_profile_find("k64f");
    assert_passes(SIM_FILL_UNREADABLE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_part_passes),
        cmocka_unit_test(test_asynchronous_parts_pass),
        cmocka_unit_test(test_filled_lines_may_be_unreadable),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
