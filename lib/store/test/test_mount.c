/* SPDX-License-Identifier: Apache-2.0 */
/* What a mount says of a medium that it cannot serve, and that it then programs nothing. */
#include "fixture.h"

#include "cfs/crc.h"
#include "cfs/record.h"

#define LINE        16u
#define HEADER_LINE 2u /* behind mark and pilot, where a line holds a mark */

static struct rig rig;

/* A store on four small sectors with more written than one sector holds. */
static int start(void **state)
{
    uint8_t value[100];

    rig_start(&rig, &shape_small);
    for (unsigned i = 0; i < 20; i++) {
        fill_bytes(value, sizeof value, i);
        rig_set(&rig, "a", value, sizeof value);
    }
    assert_ok(cfs_unmount(&rig.store));
    rig_boot(&rig, 0);
    *state = &rig;
    return 0;
}

static int start_blank(void **state)
{
    rig_open(&rig, &shape_small, 1);
    *state = &rig;
    return 0;
}

static int stop(void **state)
{
    (void)state;
    rig_close(&rig);
    return 0;
}

#define assert_mount_refused(expected)                       \
    do {                                                     \
        const uint64_t writes = rig_writes(&rig);            \
        assert_error((expected), rig_mount(&rig));           \
        assert_error((expected), rig_mount_read_only(&rig)); \
        assert_int_equal(rig_writes(&rig), writes);          \
    } while (0)

/* Whatever was refused can be formatted, and is a store then. */
static void assert_can_be_formatted(void)
{
    assert_ok(rig_format(&rig, 4));
    assert_ok(rig_mount(&rig));
    rig_expect_count(&rig, 0);
    rig_set_text(&rig, "b", "2");
    rig_boot(&rig, 0);
    assert_ok(rig_mount(&rig));
    rig_expect_text(&rig, "b", "2");
}

/* ---- marks and headers, by the codec of the library (test_format_doc.c compares it with the page) */

static bool read_mark(uint32_t sector, struct cfs_mark *mark)
{
    uint8_t bytes[CFS_MARK_BYTES];

    sim_flash_peek(rig.flash, rig_address(&rig, sector, 0), bytes, sizeof bytes);
    return cfs_mark_decode(mark, bytes) == 0;
}

static void write_mark(uint32_t sector, const struct cfs_mark *mark)
{
    uint8_t bytes[CFS_MARK_BYTES];

    cfs_mark_encode(mark, bytes);
    rig_poke(&rig, rig_address(&rig, sector, 0), bytes, sizeof bytes);
}

/* Change one byte of a header's payload and make its checksum fit. */
static bool change_header(uint32_t sector, uint32_t offset, uint8_t value)
{
    static const struct cfs_shape shape = {.position_bits = 10}; /* a header holds no position */
    uint64_t address = rig_address(&rig, sector, HEADER_LINE);
    struct cfs_record record;
    struct cfs_header header;
    uint8_t bytes[256];
    uint32_t covered;
    uint32_t crc;

    sim_flash_peek(rig.flash, address, bytes, sizeof bytes);
    if (cfs_record_decode(&record, &shape, bytes, sizeof bytes) <= 0 ||
        record.kind != CFS_KIND_HEADER) {
        return false;
    }
    cfs_header_decode(&header, bytes + record.head_bytes);
    bytes[record.head_bytes + offset] = value;
    covered = record.head_bytes + record.payload_bytes;
    crc = cfs_record_crc_start(header.number, header.salt, (cfs_pos_t)(address / LINE));
    crc = cfs_crc32c(crc, bytes, covered);
    for (unsigned i = 0; i < CFS_RECORD_CRC_BYTES; i++) {
        bytes[covered + i] = (uint8_t)(crc >> (8u * i));
    }
    rig_poke(&rig, address, bytes, cfs_record_bytes(&record));
    return true;
}

static void zero_lines(uint32_t sector, uint32_t first, uint32_t count)
{
    static const uint8_t zeros[LINE];

    for (uint32_t line = first; line < first + count; line++) {
        rig_poke(&rig, rig_address(&rig, sector, line), zeros, LINE);
    }
}

/* ---- nothing there */

static void test_blank_medium(void **state)
{
    (void)state;
    assert_mount_refused(CFS_ERR_BLANK);
    assert_can_be_formatted();
}

/* ---- something else there */

static void test_random_bytes_are_foreign(void **state)
{
    static uint8_t bytes[4096];

    (void)state;
    for (uint32_t seed = 1; seed <= 50; seed++) {
        fill_bytes(bytes, sizeof bytes, seed);
        rig_poke(&rig, 0, bytes, sizeof bytes);
        assert_mount_refused(CFS_ERR_FOREIGN);
    }
    assert_can_be_formatted();
}

/* The start of a file system, elsewhere erased. */
static void test_image_of_something_else_is_foreign(void **state)
{
    static const char boot[] = "\xEB\x3C\x90MSDOS5.0\0\2\4\1\0\2\0\2";

    (void)state;
    for (uint32_t sector = 0; sector < 4; sector++) {
        rig_poke(&rig, rig_address(&rig, sector, 5), boot, sizeof boot - 1u);
        rig_poke(&rig, rig_address(&rig, sector, 0), boot, sizeof boot - 1u);
        assert_mount_refused(CFS_ERR_FOREIGN);
    }
    assert_can_be_formatted();
}

static void test_zeros_are_foreign(void **state)
{
    (void)state;
    for (uint32_t sector = 0; sector < 4; sector++) {
        zero_lines(sector, 0, 64);
    }
    assert_mount_refused(CFS_ERR_FOREIGN);
    assert_can_be_formatted();
}

/* ---- of a newer format version */

static void test_newer_mark(void **state)
{
    struct cfs_mark mark;
    unsigned marks = 0;

    (void)state;
    for (uint32_t sector = 0; sector < 4; sector++) {
        if (read_mark(sector, &mark)) {
            mark.version = CFS_FORMAT_VERSION + 1u;
            write_mark(sector, &mark);
            marks++;
        }
    }
    assert_true(marks >= 2);
    assert_mount_refused(CFS_ERR_NEWER);
    for (uint32_t sector = 0; sector < 4; sector++) {
        zero_lines(sector, HEADER_LINE, 4); /* a newer version may have other headers */
    }
    assert_mount_refused(CFS_ERR_NEWER);
    assert_can_be_formatted();
}

static void test_newer_header(void **state)
{
    unsigned headers = 0;

    (void)state;
    for (uint32_t sector = 0; sector < 4; sector++) {
        headers += change_header(sector, 12, CFS_FORMAT_VERSION + 1u) ? 1u : 0u;
    }
    assert_true(headers >= 2);
    assert_mount_refused(CFS_ERR_NEWER);
    assert_can_be_formatted();
}

static void test_unknown_feature(void **state)
{
    (void)state;
    for (unsigned bit = 0; bit < 16; bit++) {
        for (uint32_t sector = 0; sector < 4; sector++) {
            (void)change_header(sector, 21u, (uint8_t)(1u << bit & 0xFFu)); /* not all have one */
            (void)change_header(sector, 22u, (uint8_t)(1u << bit >> 8));    /* as above */
        }
        assert_mount_refused(CFS_ERR_NEWER);
    }
    assert_can_be_formatted();
}

/* ---- damaged */

static void test_all_headers_destroyed(void **state)
{
    (void)state;
    for (uint32_t sector = 0; sector < 4; sector++) {
        zero_lines(sector, HEADER_LINE, 4);
    }
    assert_mount_refused(CFS_ERR_DAMAGED);
    assert_can_be_formatted();
}

/* A flipped bit in the header of the newest sector, whose records are all there: never the older
 * state in the sectors before it, which would have the sector erased. */
static void test_newest_header_damaged(void **state)
{
    struct cfs_mark mark;
    uint32_t newest = 0;
    uint32_t highest = 0;

    (void)state;
    for (uint32_t sector = 0; sector < 4; sector++) {
        if (read_mark(sector, &mark) && mark.number > highest) {
            highest = mark.number;
            newest = sector;
        }
    }
    assert_true(highest > 4); /* there is an older one */
    for (uint32_t line = HEADER_LINE; line < HEADER_LINE + 4u; line++) {
        int32_t result;

        sim_flash_flip_bit(rig.flash, rig_address(&rig, newest, line), 0);
        result = rig_mount_read_only(&rig);
        if (CFS_CFG_REPAIR || result == CFS_OK) { /* a checkpoint behind it says all that it does */
            assert_ok(result);
            assert_int_equal(cfs_size(&rig.store, "a"), 100);
            assert_ok(cfs_unmount(&rig.store));
        } else {
            assert_error(CFS_ERR_DAMAGED, result);
        }
        sim_flash_flip_bit(rig.flash, rig_address(&rig, newest, line), 0);
    }
}

static void test_all_headers_unreadable(void **state)
{
    (void)state;
    for (uint32_t sector = 0; sector < 4; sector++) {
        for (uint32_t line = HEADER_LINE; line < HEADER_LINE + 2u; line++) {
            sim_flash_make_unreadable(rig.flash, rig_address(&rig, sector, line), true);
        }
    }
    assert_mount_refused(CFS_ERR_DAMAGED);
}

/* The first place on the device that reads as this text. */
static uint64_t find_text(const char *text)
{
    static uint8_t image[4096];

    sim_flash_peek(rig.flash, 0, image, sizeof image);
    for (uint64_t at = 0; at + strlen(text) <= sizeof image; at++) {
        if (memcmp(image + at, text, strlen(text)) == 0) {
            return at;
        }
    }
    fail_msg("\"%s\" is nowhere", text);
    return 0;
}

static void test_value_that_cannot_be_read(void **state)
{
    char value[64];

    (void)state;
    assert_ok(rig_mount(&rig));
    rig_set_text(&rig, "b", "a value of more than one line, so that its end can be damaged");
    sim_flash_flip_bit(rig.flash, find_text("be damaged"), 2);
    sim_flash_flip_bit(rig.flash, find_text("more than"), 2); /* in another line */
    assert_error(CFS_ERR_DAMAGED, cfs_get(&rig.store, "b", value, sizeof value));
    assert_int_equal(cfs_size(&rig.store, "a"), 100);
    assert_ok(cfs_set(&rig.store, "b", "restored", 8));
    rig_check(&rig);
    rig_expect_text(&rig, "b", "restored");
}

static void test_head_that_is_damaged(void **state)
{
    char byte;

    (void)state;
    assert_ok(rig_mount(&rig));
    rig_set_text(&rig, "c", "another line of the same stretch");
    rig_set_text(&rig, "b", "a value");
    assert_int_equal(cfs_size(&rig.store, "a"), 100); /* so that "b" is read anew */
    sim_flash_flip_bit(rig.flash, find_text("ba value") - 1u, 0);
    sim_flash_flip_bit(rig.flash, find_text("ba value") - 1u, 1);
    sim_flash_make_unreadable(rig.flash, find_text("same stretch"), true);
    assert_error(CFS_ERR_DAMAGED, cfs_size(&rig.store, "b"));
    assert_error(CFS_ERR_DAMAGED, cfs_get(&rig.store, "b", &byte, 1));
}

static void test_line_that_cannot_be_read(void **state)
{
    char value[100];

    (void)state;
    assert_ok(rig_mount(&rig));
    rig_set_text(&rig, "b", "a value of more than one line, so that its end can be damaged");
    sim_flash_make_unreadable(rig.flash, find_text("be damaged"), true);
    sim_flash_make_unreadable(rig.flash, find_text("more than"), true);
    assert_error(CFS_ERR_DAMAGED, cfs_get(&rig.store, "b", value, sizeof value));
    assert_int_equal(cfs_get(&rig.store, "a", value, sizeof value), 100);
    assert_ok(cfs_set(&rig.store, "b", "restored", 8));
    rig_check(&rig);
}

/* ---- of another shape */

static void copy_to_shape(const struct shape *shape)
{
    static uint8_t image[4096];

    uint32_t bytes = (uint32_t)sizeof image;

    sim_flash_peek(rig.flash, 0, image, bytes);
    rig_close(&rig);
    rig_open(&rig, shape, 1);
    bytes =
        shape->sectors * shape->sector_bytes < bytes ? shape->sectors * shape->sector_bytes : bytes;
    rig_poke(&rig, 0, image, bytes);
}

static void test_other_unit(void **state)
{
    static const struct shape unit_of_4 = {"nrf52840", 4, 1024, 2};

    (void)state;
    copy_to_shape(&unit_of_4);
    assert_mount_refused(CFS_ERR_GEOMETRY);
    assert_can_be_formatted();
}

static void test_other_line(void **state)
{
    static const struct shape line_of_32 = {"stm32h7", 4, 1024, 2};

    (void)state;
    copy_to_shape(&line_of_32);
    assert_mount_refused(CFS_ERR_GEOMETRY);
    assert_can_be_formatted();
}

/* Grown or shrunk behind the store's back, wherever its newest sector stands. */
static void test_other_number_of_sectors(void **state)
{
    for (uint32_t formats = 0; formats < 4; formats++) {
        for (uint32_t sectors = 3; sectors <= 8; sectors++) {
            const struct shape other = {"k64f", sectors, 1024, 2};

            (void)stop(state);
            rig_start(&rig, &shape_small);
            assert_ok(cfs_unmount(&rig.store));
            for (uint32_t i = 0; i < formats; i++) {
                assert_ok(rig_format(&rig, 2));
            }
            copy_to_shape(&other);
            if (sectors != shape_small.sectors) {
                assert_mount_refused(CFS_ERR_GEOMETRY);
            }
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_blank_medium, start_blank, stop),
        cmocka_unit_test_setup_teardown(test_random_bytes_are_foreign, start_blank, stop),
        cmocka_unit_test_setup_teardown(test_image_of_something_else_is_foreign, start_blank, stop),
        cmocka_unit_test_setup_teardown(test_zeros_are_foreign, start_blank, stop),
        cmocka_unit_test_setup_teardown(test_newer_mark, start, stop),
        cmocka_unit_test_setup_teardown(test_newer_header, start, stop),
        cmocka_unit_test_setup_teardown(test_unknown_feature, start, stop),
        cmocka_unit_test_setup_teardown(test_all_headers_destroyed, start, stop),
        cmocka_unit_test_setup_teardown(test_newest_header_damaged, start, stop),
        cmocka_unit_test_setup_teardown(test_all_headers_unreadable, start, stop),
        cmocka_unit_test_setup_teardown(test_value_that_cannot_be_read, start, stop),
        cmocka_unit_test_setup_teardown(test_head_that_is_damaged, start, stop),
        cmocka_unit_test_setup_teardown(test_line_that_cannot_be_read, start, stop),
        cmocka_unit_test_setup_teardown(test_other_unit, start, stop),
        cmocka_unit_test_setup_teardown(test_other_line, start, stop),
        cmocka_unit_test_setup_teardown(test_other_number_of_sectors, start, stop),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
