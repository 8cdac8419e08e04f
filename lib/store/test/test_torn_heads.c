/* SPDX-License-Identifier: Apache-2.0 */
/* How far a mount steps behind a record that is torn, but whose head is legible: to the record's end,
 * since its last lines may look blank and be weak. But a SAME's head has no check, so that any torn line
 * may look like one; it must not be able to claim the rest of the sector. */
#include "fixture.h"

#include "cfs/record.h"

#define LINE 16u

/* One bucket, sectors of 256 lines. A checkpoint is two lines (14 bytes in a record of 7 more), so
 * k, the lines of the longest record that is copied, is 256 / 64 (section 5). */
static const struct shape shape = {"k64f", 4, 4096, 1};
#define SECTOR_LINES   256u
#define COPY_LINES_MAX 4u

static struct rig rig;

static int start(void **state)
{
    (void)state;
    rig_start(&rig, &shape);
    rig_set_text(&rig, "a", "1");
    return 0;
}

static int stop(void **state)
{
    (void)state;
    rig_close(&rig);
    return 0;
}

static bool is_line_of(uint32_t line, uint8_t value)
{
    uint8_t bytes[LINE];
    uint8_t expected[LINE];

    memset(expected, value, sizeof expected);
    sim_flash_peek(rig.flash, rig_address(&rig, 0, line), bytes, sizeof bytes);
    return memcmp(bytes, expected, sizeof bytes) == 0;
}

/* The end of the log. All of it stands in the first sector. */
static uint32_t first_blank_line(void)
{
    uint32_t line = SECTOR_LINES;

    while (is_line_of(line - 1u, 0xFF)) {
        line--;
    }
    return line;
}

/* A cut leaves this line behind the log. How many lines from it on does the next mount fill? */
static uint32_t lines_filled(const uint8_t torn[LINE])
{
    uint32_t first = first_blank_line();
    uint32_t line = first;

    rig_poke(&rig, rig_address(&rig, 0, first), torn, LINE);
    rig_boot(&rig, 0);
    assert_ok(rig_mount(&rig));
    rig_expect_text(&rig, "a", "1");
    while (is_line_of(line, 0)) {
        line++;
    }
    return line - first;
}

static uint32_t claimed_by(struct cfs_record *record)
{
    static const struct cfs_shape ten_bits = {.position_bits = 10};
    uint8_t head[CFS_RECORD_HEAD_MAX] = {0};
    uint8_t torn[LINE];

    assert_in_range(cfs_record_encode(record, NULL, &ten_bits, head), 1, LINE);
    memcpy(torn, head, LINE);
    return lines_filled(torn) - 2u; /* two more for good measure (rule 7) */
}

static void test_head_with_a_check_claims_all_its_lines(void **state)
{
    struct cfs_record record = {
        .kind = CFS_KIND_FULL, .name_bytes = 1, .payload_bytes = 20u * LINE};

    (void)state;
    assert_int_equal(claimed_by(&record), 21); /* head and checksum take less than a line */
}

static void test_same_claims_what_one_may_have(void **state)
{
    (void)state;
    for (uint32_t lines = 1; lines <= COPY_LINES_MAX; lines++) {
        struct cfs_record record = {.kind = CFS_KIND_SAME, .payload_bytes = lines * LINE - 8u};

        assert_int_equal(claimed_by(&record), lines); /* 1 + 1 + 2 bytes of head, 4 of checksum */
    }
}

static void test_same_claims_no_more_whatever_it_says(void **state)
{
    static const uint32_t lines[] = {COPY_LINES_MAX + 1u, 20, 200};

    (void)state;
    for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++) {
        struct cfs_record record = {.kind = CFS_KIND_SAME, .payload_bytes = lines[i] * LINE - 12u};

        assert_int_equal(claimed_by(&record), COPY_LINES_MAX);
    }
}

/* One that could not end in the sector claims nothing but its own line. */
static void test_same_that_cannot_be_there_claims_nothing(void **state)
{
    struct cfs_record record = {.kind = CFS_KIND_SAME, .payload_bytes = SECTOR_LINES * LINE};

    (void)state;
    assert_int_equal(claimed_by(&record), 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_head_with_a_check_claims_all_its_lines, start, stop),
        cmocka_unit_test_setup_teardown(test_same_claims_what_one_may_have, start, stop),
        cmocka_unit_test_setup_teardown(test_same_claims_no_more_whatever_it_says, start, stop),
        cmocka_unit_test_setup_teardown(test_same_that_cannot_be_there_claims_nothing, start, stop),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
