/* SPDX-License-Identifier: Apache-2.0 */
/* The self-test of drivers: honest drivers pass, and each lie is found and named. */
#include "cfs/selftest.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "liar.h"

#define FIRST   3u /* sector of the range; odd, so that pairs leave it */
#define SECTORS 3u
#define OTHER   0xA7u /* what stands outside of the range */

static uint8_t memory[CFS_SELFTEST_MEMORY_BYTES(LIAR_LINE) + 1u];
static struct cfs_device_config device;
static struct cfs_selftest_config config;
static struct cfs_selftest_report report;

static uint64_t address(uint32_t sector, uint32_t byte)
{
    return LIAR_BASE + (uint64_t)sector * LIAR_SECTOR + byte;
}

static void prepare(enum lie lie, bool asynchronous)
{
    liar_reset(lie);
    liar.asynchronous = asynchronous;
    memset(liar.cells, OTHER, sizeof liar.cells);
    memset(memory, 0xEE, sizeof memory);
    memset(&report, 0x55, sizeof report);
    device = (struct cfs_device_config){.line_bytes = LIAR_LINE};
    config = (struct cfs_selftest_config){
        .driver = liar_driver(),
        .device = &device,
        .offset = FIRST * LIAR_SECTOR,
        .sectors = SECTORS,
        .memory = memory,
        .memory_bytes = CFS_SELFTEST_MEMORY_BYTES(LIAR_LINE),
        .now_us = liar_now_us,
        .idle = liar_idle,
        .timeout_us = 100000,
    };
}

static int32_t run(void)
{
    int32_t error = cfs_port_selftest(&config, &report);

    assert_false(liar.initialized);
    assert_false(liar.powered);
    assert_int_equal(memory[config.memory_bytes], 0xEE);
    return error;
}

static void assert_outside_is_untouched(uint32_t sector_bytes, uint32_t first, uint32_t sectors)
{
    for (uint32_t i = 0; i < LIAR_BYTES; i++) {
        bool inside = i / sector_bytes >= first && i / sector_bytes < first + sectors;

        assert_int_equal(liar.cells[i], inside ? liar.erased_value : OTHER);
    }
}

static void assert_passes(void)
{
    int32_t error = run();

    if (error != CFS_OK) {
        fail_msg("%s at 0x%llx: %lld instead of %lld", cfs_selftest_check_name(report.failed),
                 (unsigned long long)report.addr, (long long)report.found,
                 (long long)report.expected);
    }
    assert_int_equal(report.failed, CFS_SELFTEST_NONE);
}

static void test_honest_drivers_pass_and_are_left_erased(void **state)
{
    (void)state;
    for (unsigned way = 0; way < 16u; way++) {
        prepare(LIE_NONE, (way & 1u) != 0u);
        liar.partial = (way & 2u) != 0u;
        liar.erased_value = (way & 4u) != 0u ? 0x00 : 0xFF;
        liar.unit_bytes = (way & 8u) != 0u ? LIAR_LINE : 1u;
        assert_passes();
        assert_outside_is_untouched(LIAR_SECTOR, FIRST, SECTORS);
    }
}

static void test_whole_devices_and_their_ends_may_be_tested(void **state)
{
    static const uint32_t ranges[][2] = {{0, LIAR_SECTORS}, {0, 2}, {LIAR_SECTORS - 2u, 2}};

    (void)state;
    for (size_t i = 0; i < sizeof ranges / sizeof ranges[0]; i++) {
        prepare(LIE_NONE, false);
        config.offset = (uint64_t)ranges[i][0] * LIAR_SECTOR;
        config.sectors = ranges[i][1];
        assert_passes();
        assert_outside_is_untouched(LIAR_SECTOR, ranges[i][0], ranges[i][1]);
    }
}

static void test_media_without_erase_pass(void **state)
{
    (void)state;
    prepare(LIE_NONE, false);
    liar.needs_erase = false;
    config.offset = 4096; /* their sectors, see cfs_device_open() */
    config.sectors = 2;
    assert_passes();
    assert_int_equal(liar.erases, 0);
    assert_outside_is_untouched(4096, 1, 2);
}

static void test_the_line_is_the_unit_unless_told(void **state)
{
    (void)state;
    prepare(LIE_NONE, false);
    config.device = NULL;
    assert_passes();
    assert_int_equal(report.geometry.line_bytes, LIAR_UNIT);
    assert_int_equal(report.geometry.base, LIAR_BASE);
    assert_int_equal(report.geometry.size_bytes, LIAR_BYTES);
}

static uint32_t blank_questions;

static int32_t answer_blank(void *context, uint64_t addr, uint32_t size)
{
    assert_ptr_equal(context, &liar);
    blank_questions++;
    for (uint32_t i = 0; i < size; i++) {
        if (liar.cells[addr - LIAR_BASE + i] != liar.erased_value) {
            return 0;
        }
    }
    return 1;
}

static void test_blank_cells_are_asked_for_where_they_must_not_be_read(void **state)
{
    (void)state;
    prepare(LIE_NONE, false);
    device.is_blank = answer_blank;
    device.is_blank_context = &liar;
    assert_passes();
    assert_true(blank_questions > 0u);
}

static void test_times_are_those_of_the_driver(void **state)
{
    (void)state;
    prepare(LIE_NONE, false);
    config.read_max_us = LIAR_OPERATION / 10u;
    config.program_max_us = LIAR_OPERATION;
    config.erase_max_us = 10u * LIAR_OPERATION;
    assert_passes();
    assert_int_equal(report.program.calls, liar.programs);
    assert_int_equal(report.program.total_us, liar.programs * LIAR_OPERATION);
    assert_int_equal(report.program.longest_us, LIAR_OPERATION);
    assert_int_equal(report.erase.calls, 3u * SECTORS + 1u);
    assert_int_equal(report.erase.calls, liar.erases);
    assert_int_equal(report.erase.longest_us, 10u * LIAR_OPERATION);
    assert_int_equal(report.read.longest_us, LIAR_OPERATION / 10u);

    prepare(LIE_NONE, true);
    config.now_us = NULL;
    assert_passes();
    assert_int_equal(report.erase.longest_us, 0);
    assert_int_equal(report.erase.total_us, 0);
}

static void test_limits_are_held_against_the_driver(void **state)
{
    (void)state;
    prepare(LIE_NONE, false);
    config.program_max_us = LIAR_OPERATION - 1u;
    assert_int_equal(run(), CFS_ERR_IO);
    assert_int_equal(report.failed, CFS_SELFTEST_LATE);
    assert_int_equal(report.expected, LIAR_OPERATION - 1u);
    assert_int_equal(report.found, LIAR_OPERATION);
    assert_int_equal(report.addr, address(FIRST, 0));
}

enum mode { SYNC, ASYNC, BOTH };

static const struct expected_failure {
    enum lie lie;
    enum mode mode;
    enum cfs_selftest_check failed;
} lies[] = {
    {LIE_NO_FUNCTION, BOTH, CFS_SELFTEST_TABLE},
    {LIE_NO_POWER, BOTH, CFS_SELFTEST_START},
    {LIE_TOTAL, BOTH, CFS_SELFTEST_GEOMETRY},
    {LIE_NO_BLOCK, BOTH, CFS_SELFTEST_GEOMETRY},
    {LIE_SIZE, BOTH, CFS_SELFTEST_SIZE},
    {LIE_LAST_BYTES, BOTH, CFS_SELFTEST_SIZE},
    {LIE_UNIT_LARGER, BOTH, CFS_SELFTEST_UNIT},
    {LIE_UNIT_SMALLER, BOTH, CFS_SELFTEST_ALIGN},
    {LIE_SECTOR_LARGER, BOTH, CFS_SELFTEST_ERASE_TOO_MUCH},
    {LIE_SECTOR_SMALLER, BOTH, CFS_SELFTEST_ERASED},
    {LIE_ERASED_VALUE, BOTH, CFS_SELFTEST_ERASED},
    {LIE_READ_BOUNDS, BOTH, CFS_SELFTEST_BOUNDS},
    {LIE_PROGRAM_BOUNDS, BOTH, CFS_SELFTEST_BOUNDS},
    {LIE_ERASE_BOUNDS, BOTH, CFS_SELFTEST_BOUNDS},
    {LIE_PROGRAM_ALIGN, BOTH, CFS_SELFTEST_ALIGN},
    {LIE_ERASE_ALIGN, BOTH, CFS_SELFTEST_ALIGN},
    {LIE_LANES, BOTH, CFS_SELFTEST_UNIT},
    {LIE_LANES_READ, BOTH, CFS_SELFTEST_UNIT},
    {LIE_STUCK, BOTH, CFS_SELFTEST_LANES},
    {LIE_ADDRESS_LINE, BOTH, CFS_SELFTEST_LINE},
    {LIE_FIRST_UNIT, BOTH, CFS_SELFTEST_LINE},
    {LIE_READ_UNITS, BOTH, CFS_SELFTEST_READ},
    {LIE_ERASES_NEXT, BOTH, CFS_SELFTEST_ERASE_TOO_MUCH},
    {LIE_ERASES_PAIR, BOTH, CFS_SELFTEST_ERASE_TOO_MUCH},
    {LIE_ERASES_HALF, BOTH, CFS_SELFTEST_ERASED},
    {LIE_ERASES_ONCE, BOTH, CFS_SELFTEST_ERASE_TOO_LITTLE},
    {LIE_PROGRAMS_NOTHING, BOTH, CFS_SELFTEST_UNIT},
    {LIE_ERASES_NOTHING, BOTH, CFS_SELFTEST_ERASED},
    {LIE_FILL_REFUSED, BOTH, CFS_SELFTEST_FILL},
    {LIE_FILL_IGNORED, BOTH, CFS_SELFTEST_FILL},
    {LIE_RESULT_ZERO, SYNC, CFS_SELFTEST_RESULT},
    {LIE_RESULT_MORE, BOTH, CFS_SELFTEST_RESULT},
    {LIE_RESULT_PART, BOTH, CFS_SELFTEST_RESULT},
    {LIE_CALLBACK_TWICE, ASYNC, CFS_SELFTEST_CALLBACKS},
    {LIE_CALLBACK_AGAIN, ASYNC, CFS_SELFTEST_CALLBACKS},
    {LIE_CALLBACK_TOO, ASYNC, CFS_SELFTEST_CALLBACKS},
    {LIE_CALLBACK_NEVER, ASYNC, CFS_SELFTEST_NO_END},
    {LIE_LATE, BOTH, CFS_SELFTEST_LATE},
    {LIE_BUSY, BOTH, CFS_SELFTEST_BUSY},
    {LIE_FAILS, BOTH, CFS_SELFTEST_RESULT},
};

static void expect_failure(const struct expected_failure *expected, bool asynchronous)
{
    int32_t error;

    prepare(expected->lie, asynchronous);
    config.erase_max_us = 12u * LIAR_OPERATION;
    error = run();
    if (report.failed != expected->failed) {
        fail_msg("lie %d, %s: named \"%s\" instead of \"%s\"", (int)expected->lie,
                 asynchronous ? "asynchronous" : "synchronous",
                 cfs_selftest_check_name(report.failed), cfs_selftest_check_name(expected->failed));
    }
    assert_int_equal(error,
                     expected->failed == CFS_SELFTEST_GEOMETRY ? CFS_ERR_GEOMETRY : CFS_ERR_IO);
}

static void test_each_lie_is_found_and_named(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof lies / sizeof lies[0]; i++) {
        assert_int_equal(lies[i].lie, i + 1u); /* none is left out */
        if (lies[i].mode != ASYNC) {
            expect_failure(&lies[i], false);
        }
        if (lies[i].mode != SYNC) {
            expect_failure(&lies[i], true);
        }
    }
    assert_int_equal(lies[sizeof lies / sizeof lies[0] - 1u].lie, LIE_FAILS);
}

static void assert_report(uint64_t addr, int64_t expected, int64_t found)
{
    assert_int_equal(report.addr, addr);
    assert_int_equal(report.expected, expected);
    assert_int_equal(report.found, found);
}

static void test_reports_say_where_and_what(void **state)
{
    (void)state;
    prepare(LIE_ERASED_VALUE, false);
    assert_int_equal(run(), CFS_ERR_IO);
    assert_report(address(FIRST, 0), 0xFF, 0x00);

    prepare(LIE_ERASES_HALF, false);
    assert_int_equal(run(), CFS_ERR_IO);
    assert_report(address(FIRST, LIAR_SECTOR / 2u), 0xFF, OTHER);

    prepare(LIE_READ_BOUNDS, false);
    assert_int_equal(run(), CFS_ERR_IO);
    assert_report(address(LIAR_SECTORS, 0), ARM_DRIVER_ERROR_PARAMETER, 1);

    prepare(LIE_STUCK, false);
    assert_int_equal(run(), CFS_ERR_IO);
    assert_report(address(5, 777), report.expected, report.expected | 0x20);
    assert_int_equal(report.expected & 0x20, 0);

    prepare(LIE_SIZE, false);
    assert_int_equal(run(), CFS_ERR_IO);
    assert_int_equal(report.found, LIAR_BYTES / 2u);

    prepare(LIE_NO_FUNCTION, false);
    assert_int_equal(run(), CFS_ERR_IO);
    assert_int_equal(report.found, 9); /* GetStatus is the tenth */
}

static void test_an_erase_that_leaves_the_range_is_found_outside(void **state)
{
    (void)state;
    prepare(LIE_ERASES_PAIR, false);
    config.sectors = 2; /* 3 and 4: their partners are 2 and 5 */
    assert_int_equal(run(), CFS_ERR_IO);
    assert_int_equal(report.failed, CFS_SELFTEST_OUTSIDE);
    assert_int_equal(report.addr, address(2, 0));
}

static void test_a_blank_device_does_not_hide_an_erase_that_does_nothing(void **state)
{
    (void)state;
    prepare(LIE_ERASES_NOTHING, false);
    memset(liar.cells, 0xFF, sizeof liar.cells);
    assert_int_equal(run(), CFS_ERR_IO);
    assert_int_equal(report.failed, CFS_SELFTEST_ERASE_TOO_LITTLE);
}

static void test_waiting_ends_by_turns_without_a_clock(void **state)
{
    (void)state;
    prepare(LIE_CALLBACK_NEVER, true);
    config.now_us = NULL;
    config.turns_max = 1000;
    assert_int_equal(run(), CFS_ERR_IO);
    assert_int_equal(report.failed, CFS_SELFTEST_NO_END);
    assert_report(report.addr, 1000, 1000);
}

static void test_waiting_ends_by_the_clock(void **state)
{
    (void)state;
    prepare(LIE_CALLBACK_NEVER, true);
    assert_int_equal(run(), CFS_ERR_IO);
    assert_int_equal(report.failed, CFS_SELFTEST_NO_END);
    assert_int_equal(report.expected, config.timeout_us);
    assert_in_range(report.found, config.timeout_us + 1u, config.timeout_us + 10u);
}

static void refuse(int32_t expected)
{
    assert_int_equal(run(), expected);
    assert_int_equal(liar.erases + liar.programs, 0);
}

static void test_misuse_touches_nothing(void **state)
{
    (void)state;
    prepare(LIE_NONE, false);
    assert_int_equal(cfs_port_selftest(NULL, &report), CFS_ERR_PARAM);
    assert_int_equal(cfs_port_selftest(&config, NULL), CFS_ERR_PARAM);
    config.sectors = 1;
    refuse(CFS_ERR_PARAM);
    config.sectors = LIAR_SECTORS - FIRST + 1u;
    refuse(CFS_ERR_PARAM);
    config.sectors = 2;
    config.offset += LIAR_LINE;
    refuse(CFS_ERR_PARAM);
    config.offset = LIAR_BYTES;
    refuse(CFS_ERR_PARAM);
    config.offset = UINT64_MAX - LIAR_SECTOR + 1u;
    refuse(CFS_ERR_PARAM);
    config.offset = 0;
    config.memory_bytes--;
    refuse(CFS_ERR_NO_MEMORY);
    config.memory = NULL;
    refuse(CFS_ERR_PARAM);
    config.memory = memory;
    config.driver = NULL;
    refuse(CFS_ERR_PARAM);
}

static void test_every_check_has_a_name_of_its_own(void **state)
{
    (void)state;
    for (int i = 0; i <= CFS_SELFTEST_BUSY; i++) {
        for (int j = 0; j < i; j++) {
            assert_string_not_equal(cfs_selftest_check_name((enum cfs_selftest_check)i),
                                    cfs_selftest_check_name((enum cfs_selftest_check)j));
        }
        assert_string_not_equal(cfs_selftest_check_name((enum cfs_selftest_check)i), "unknown");
    }
    assert_string_equal(cfs_selftest_check_name((enum cfs_selftest_check)(CFS_SELFTEST_BUSY + 1)),
                        "unknown");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_honest_drivers_pass_and_are_left_erased),
        cmocka_unit_test(test_whole_devices_and_their_ends_may_be_tested),
        cmocka_unit_test(test_media_without_erase_pass),
        cmocka_unit_test(test_the_line_is_the_unit_unless_told),
        cmocka_unit_test(test_blank_cells_are_asked_for_where_they_must_not_be_read),
        cmocka_unit_test(test_times_are_those_of_the_driver),
        cmocka_unit_test(test_limits_are_held_against_the_driver),
        cmocka_unit_test(test_each_lie_is_found_and_named),
        cmocka_unit_test(test_reports_say_where_and_what),
        cmocka_unit_test(test_an_erase_that_leaves_the_range_is_found_outside),
        cmocka_unit_test(test_a_blank_device_does_not_hide_an_erase_that_does_nothing),
        cmocka_unit_test(test_waiting_ends_by_turns_without_a_clock),
        cmocka_unit_test(test_waiting_ends_by_the_clock),
        cmocka_unit_test(test_misuse_touches_nothing),
        cmocka_unit_test(test_every_check_has_a_name_of_its_own),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
