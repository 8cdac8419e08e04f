/* SPDX-License-Identifier: Apache-2.0 */
/* Profiles: the built-in ones hold together, files load, and every error gives its sentence. */
#include "fixture.h"

#include "../profile_private.h"

#define FILE_NAME "test_sim_profile.cfg"

static const char *const whole = "name = \"part\"; unit_bytes = 8; line_bytes = 16;\n"
                                 "regions = ({ count = 4; sector_bytes = 4096; });\n"
                                 "unreadable_lines = true; program_us = 90; program_max_us = 150;\n"
                                 "erase_ms = 14.5; erase_max_ms = 114; read_ns_per_byte = 2.1;\n"
                                 "endurance_min = 10000; endurance_typical = 50000;\n";

static char error[512];

static int load(const char *text, struct sim_profile *profile)
{
    FILE *file = fopen(FILE_NAME, "w");
    int result;

    assert_non_null(file);
    assert_true(fputs(text, file) >= 0);
    assert_int_equal(fclose(file), 0);
    memset(error, 0, sizeof error);
    result = sim_profile_load(FILE_NAME, profile, error, sizeof error);
    (void)remove(FILE_NAME);
    return result;
}

/* `text` is refused with exactly this sentence, and `profile` is not touched. */
static void assert_refused(const char *text, const char *sentence)
{
    struct sim_profile profile;
    struct sim_profile before;

    memset(&profile, 0x5A, sizeof profile);
    memset(&before, 0x5A, sizeof before);
    assert_int_equal(load(text, &profile), -1);
    assert_string_equal(error, sentence);
    assert_memory_equal(&profile, &before, sizeof profile);
}

static void assert_like_refused(const char *line, const char *sentence)
{
    char text[512];

    (void)snprintf(text, sizeof text, "like = \"k64f\";\n%s", line);
    assert_refused(text, sentence);
}

static void test_built_in_profiles_hold_together(void **state)
{
    size_t count = 0;

    (void)state;
    for (const char *const *name = sim_profile_names(); *name != NULL; name++, count++) {
        const struct sim_profile *profile = sim_profile_find(*name);
        struct sim_flash *flash;

        assert_non_null(profile);
        assert_string_equal(profile->name, *name);
        if (!profile_check(profile, error, sizeof error)) {
            fail_msg("%s: %s", *name, error);
        }
        flash = sim_flash_new(profile, 1);
        assert_non_null(flash);
        sim_flash_free(flash);
    }
    assert_int_equal(count, 10);
    assert_null(sim_profile_find("k64"));
}

static void test_resizing(void **state)
{
    struct sim_profile profile = *sim_profile_find("stm32f4");

    (void)state;
    assert_int_equal(sim_profile_resize(&profile, 13, 0), -1);
    assert_int_equal(sim_profile_resize(&profile, 5, 0), 0);
    assert_int_equal(profile.region_count, 2);
    assert_int_equal(profile.regions[0].count, 4);
    assert_int_equal(profile.regions[1].count, 1);
    assert_int_equal(sim_profile_resize(&profile, 0, 0), 0);
    assert_int_equal(profile.region_count, 2);
    profile = *sim_profile_find("k64f");
    assert_int_equal(sim_profile_resize(&profile, 3, 320), 0); /* 20 lines */
    assert_int_equal(profile.regions[0].count, 3);
    assert_int_equal(profile.regions[0].sector_bytes, 320);
    assert_int_equal(profile.base, 0x80000 - 128);
    assert_int_equal(sim_profile_resize(&profile, 3, 24), -1);
    assert_int_equal(sim_profile_resize(&profile, 4, 0), -1);
    assert_int_equal(profile.regions[0].count, 3); /* a refusal changes nothing */
}

static void test_whole_file(void **state)
{
    struct sim_profile profile;

    (void)state;
    assert_int_equal(load(whole, &profile), 0);
    assert_string_equal(profile.name, "part");
    assert_int_equal(profile.unit_bytes, 8);
    assert_int_equal(profile.line_bytes, 16);
    assert_int_equal(profile.region_count, 1);
    assert_int_equal(profile.regions[0].count, 4);
    assert_int_equal(profile.regions[0].sector_bytes, 4096);
    assert_int_equal(profile.erased_value, 0xFF);
    assert_false(profile.on_chip);
    assert_true(profile.needs_erase);
    assert_true(profile.unreadable_lines);
    assert_false(profile.asynchronous);
    assert_int_equal(profile.program_ns, 90000);
    assert_int_equal(profile.program_max_ns, 150000);
    assert_int_equal(profile.erase_ns, 14500000);
    assert_int_equal(profile.erase_max_ns, 114000000);
    assert_int_equal(profile.read_ns_per_byte_x100, 210);
    assert_int_equal(profile.endurance_min, 10000);
    assert_int_equal(profile.endurance_typical, 50000);
}

static void test_shipped_files(void **state)
{
    struct sim_profile profile;

    (void)state;
    assert_int_equal(sim_profile_load(SIM_PROFILES "/example.cfg", &profile, error, sizeof error),
                     0);
    assert_int_equal(profile.region_count, 2);
    assert_int_equal(profile.base, 0x10000);
    assert_int_equal(profile.in_flight_bytes, 8);
    assert_int_equal(profile.retention_cycles[1], 10000);
    assert_int_equal(profile.retention_years[1], 5);
    assert_int_equal(sim_profile_load(SIM_PROFILES "/worn200.cfg", &profile, error, sizeof error),
                     0);
    assert_string_equal(profile.name, "worn200");
    assert_int_equal(profile.endurance_min, 200);
    assert_int_equal(profile.unit_bytes, 8); /* the rest of a K64F */
    assert_int_equal(profile.base, 0x80000);
}

static void test_files_that_cannot_be_read(void **state)
{
    struct sim_profile profile;

    (void)state;
    assert_int_equal(sim_profile_load("no/such.cfg", &profile, error, sizeof error), -1);
    assert_string_equal(error, "no/such.cfg: No such file or directory");
    assert_int_equal(sim_profile_load(".", &profile, error, sizeof error), -1);
    assert_string_equal(error, ".: cannot be read");
    assert_int_equal(sim_profile_load("/dev/zero", &profile, error, sizeof error), -1);
    assert_string_equal(error, "/dev/zero: is no profile: it has more than 65535 bytes");
}

static void test_syntax_error_names_its_line(void **state)
{
    (void)state;
    assert_refused("name = \"part\";\nunit_bytes 8;\n", FILE_NAME ":2: syntax error");
    assert_refused("unit_bytes = 8;\nunit_bytes = 8;\n", FILE_NAME ":2: duplicate setting name");
}

static void test_unknown_key_lists_the_keys(void **state)
{
    (void)state;
    assert_refused("name = \"part\";\n\nunitbytes = 8;\n",
                   FILE_NAME ":3: unknown key \"unitbytes\"; the keys are like, name, unit_bytes, "
                             "line_bytes, in_flight_bytes, regions, base, on_chip, erased_value, "
                             "needs_erase, unreadable_lines, asynchronous, program_us, "
                             "program_max_us, erase_ms, erase_max_ms, read_ns_per_byte, "
                             "endurance_min, endurance_typical, retention_cycles, "
                             "retention_years");
    assert_like_refused("regions = ({ count = 1; sector = 4096; });",
                        FILE_NAME ":2: unknown key \"sector\"; the keys are count, sector_bytes");
}

static void test_wrong_types(void **state)
{
    (void)state;
    assert_like_refused("name = 3;", FILE_NAME ":2: name must be text, as in name = \"my part\"");
    assert_like_refused("name = \"\";", FILE_NAME ":2: name must have 1 to 31 characters");
    assert_like_refused("unit_bytes = \"8\";", FILE_NAME ":2: unit_bytes must be a whole number");
    assert_like_refused("unit_bytes = 8.5;", FILE_NAME ":2: unit_bytes must be a whole number");
    assert_like_refused("program_us = true;", FILE_NAME ":2: program_us must be a number");
    assert_like_refused("needs_erase = 1;", FILE_NAME ":2: needs_erase must be true or false");
    assert_like_refused("retention_years = 20;",
                        FILE_NAME ":2: retention_years must be two whole numbers, as in "
                                  "retention_years = [1000, 10000]");
    assert_like_refused("regions = 4;",
                        FILE_NAME ":2: regions must be a list of 1 to 4, as in "
                                  "regions = ( { count = 128; sector_bytes = 4096; } )");
    assert_like_refused("regions = (4);", FILE_NAME ":2: each region must be as in "
                                                    "{ count = 128; sector_bytes = 4096; }");
    assert_refused("like = \"k65f\";",
                   FILE_NAME ":1: like must name a built-in part: k64f, k22f, nrf52840, stm32l4, "
                             "stm32h7, stm32f4, w25q128, w25q128-64k, rp2040, samv71");
}

static void test_missing_keys(void **state)
{
    (void)state;
    assert_refused("", FILE_NAME ": name is missing; add it, or start from a built-in part as in "
                                 "like = \"k64f\"");
    assert_refused("name = \"part\";\n",
                   FILE_NAME ": unit_bytes is missing; add it, or start from a built-in part as "
                             "in like = \"k64f\"");
    assert_like_refused("regions = ({ count = 1; });",
                        FILE_NAME ":2: sector_bytes is missing in a region");
}

static void test_out_of_range(void **state)
{
    (void)state;
    assert_like_refused("unit_bytes = 0;",
                        FILE_NAME ":2: unit_bytes = 0 is out of range; it may be 1 to 512");
    assert_like_refused("line_bytes = 1024;",
                        FILE_NAME ":2: line_bytes = 1024 is out of range; it may be 1 to 512");
    assert_like_refused("erase_ms = -1.5;",
                        FILE_NAME ":2: erase_ms = -1.5 is out of range; it may be 0 to 1000000");
    assert_like_refused("retention_years = [20, 2000];",
                        FILE_NAME ":2: retention_years = 2000 is out of range; it may be 0 to "
                                  "1000");
    assert_like_refused("base = 0x100000000L;",
                        FILE_NAME ":2: base = 4294967296 is out of range; it may be 0 to "
                                  "4294967295");
    assert_like_refused("regions = ({ count = 0; sector_bytes = 4096; });",
                        FILE_NAME ":2: count = 0 is out of range; it may be 1 to 1048576");
    assert_like_refused("erased_value = 0x7F;", FILE_NAME ":2: erased_value must be 0x00 or 0xFF");
}

static void test_contradictions(void **state)
{
    (void)state;
    assert_like_refused("line_bytes = 4;",
                        FILE_NAME ": line_bytes (4) is less than unit_bytes (8), but a cut program "
                                  "damages at least its unit");
    assert_like_refused("line_bytes = 24;",
                        FILE_NAME ": unit_bytes (8) and line_bytes (24) must be powers of two");
    assert_like_refused("in_flight_bytes = 12;",
                        FILE_NAME ": in_flight_bytes (12) is not a multiple of unit_bytes (8) up "
                                  "to line_bytes (16)");
    assert_like_refused("regions = ({ count = 4; sector_bytes = 4100; });",
                        FILE_NAME ": sector_bytes (4100) is not a multiple of line_bytes (16)");
    assert_like_refused("base = 0x80800;", FILE_NAME ": sectors of 4096 bytes would begin at "
                                                     "0x80800, which is not a multiple");
    assert_like_refused("regions = ({ count = 1048576; sector_bytes = 8192; });",
                        FILE_NAME ": the regions add up to 8589934592 bytes, more than 4 GiB");
    assert_like_refused("program_max_us = 80;",
                        FILE_NAME ": program_max_us is less than program_us");
    assert_like_refused("erase_max_ms = 1;", FILE_NAME ": erase_max_ms is less than erase_ms");
    assert_like_refused("endurance_typical = 9000;",
                        FILE_NAME ": endurance_typical (9000) is less than endurance_min (10000)");
    assert_like_refused("retention_years = [5, 20];",
                        FILE_NAME ": retention must go from fewer cycles and more years to more "
                                  "cycles and fewer years");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_built_in_profiles_hold_together),
        cmocka_unit_test(test_resizing),
        cmocka_unit_test(test_whole_file),
        cmocka_unit_test(test_shipped_files),
        cmocka_unit_test(test_files_that_cannot_be_read),
        cmocka_unit_test(test_syntax_error_names_its_line),
        cmocka_unit_test(test_unknown_key_lists_the_keys),
        cmocka_unit_test(test_wrong_types),
        cmocka_unit_test(test_missing_keys),
        cmocka_unit_test(test_out_of_range),
        cmocka_unit_test(test_contradictions),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
