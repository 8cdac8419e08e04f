/* SPDX-License-Identifier: Apache-2.0 */
/* Values longer than a record may be: set and get, ranges, room, and streaming in any order. Cuts are in
 * test_object_cuts.c. Also linked with the library whose hash has 4 bits. */
#include "fixture.h"

#include <stdio.h>
#include <stdlib.h>

#define IS_SHORT_HASH (CFS_CFG_HASH_BITS < 24)
#define LONG_BYTES    5000u

static const struct shape shape_wide = {"k64f", 16, 2048, 4};

static struct rig rig;
static struct cfs_writer writer;
static uint8_t first[LONG_BYTES];
static uint8_t second[LONG_BYTES];
static uint8_t buffer[CFS_WRITE_BUFFER_BYTES_MAX];

static int start(void **state)
{
    (void)state;
    memset(&writer, 0, sizeof writer);
    fill_bytes(first, sizeof first, 1);
    fill_bytes(second, sizeof second, 2);
    rig_start(&rig, &shape_wide);
    rig_set_text(&rig, "short", "text");
    return 0;
}

static int stop(void **state)
{
    (void)state;
    rig_close(&rig);
    return 0;
}

/* The weight of all that is live, hidden names included. */
static uint32_t live(void)
{
    return rig.store.journal.state.total;
}

static void expect_first(void)
{
    rig_expect(&rig, "long", first, sizeof first);
}

static void test_long_values_come_and_go(void **state)
{
    uint32_t weight = live();

    (void)state;
    assert_true(sizeof first > (size_t)cfs_inline_max(&rig.store, 4));
    rig_set(&rig, "long", first, sizeof first);
    expect_first();
    rig_set(&rig, "long", second, sizeof second - 1u);
    rig_expect(&rig, "long", second, sizeof second - 1u);
    rig_remount(&rig);
    rig_expect(&rig, "long", second, sizeof second - 1u);
    rig_expect_count(&rig, 2);
    rig_set_text(&rig, "long", "short now");
    rig_expect_text(&rig, "long", "short now");
    rig_set(&rig, "long", first, sizeof first);
    rig_expect_text(&rig, "short", "text");
    rig_delete(&rig, "long");
    rig_expect_none(&rig, "long");
    assert_int_equal(live(), weight);
}

static void test_an_equal_value_is_not_written(void **state)
{
    uint64_t writes;

    (void)state;
    rig_set(&rig, "long", first, sizeof first);
    writes = rig_writes(&rig);
    rig_set(&rig, "long", first, sizeof first);
    assert_true(rig_writes(&rig) == writes);
    assert_ok(cfs_set_with(&rig.store, "long", first, sizeof first, 7));
    assert_true(rig_writes(&rig) > writes);
}

static void test_lengths_around_chunks(void **state)
{
    uint32_t chunk = rig.store.chunk_bytes;
    uint32_t least = (uint32_t)cfs_inline_max(&rig.store, 4) + 1u;

    (void)state;
    assert_in_range(chunk, 64, 1024);
    for (uint32_t chunks = least / chunk + 1u; chunks < LONG_BYTES / chunk; chunks += 3) {
        for (uint32_t size = chunks * chunk - 1u; size <= chunks * chunk + 1u; size++) {
            rig_set(&rig, "long", first, size);
            rig_expect(&rig, "long", first, size);
        }
    }
    rig_set(&rig, "long", first, least);
    rig_expect(&rig, "long", first, least);
}

static void test_attributes_of_long_values(void **state)
{
    uint32_t attributes = 0;

    (void)state;
    assert_error(CFS_ERR_NOT_FOUND, cfs_attributes(&rig.store, "long", &attributes));
    assert_error(CFS_ERR_PARAM, cfs_attributes(&rig.store, "short", NULL));
    assert_ok(cfs_set_with(&rig.store, "long", first, sizeof first, 0xCAFE0001u));
    rig_check(&rig);
    assert_ok(cfs_attributes(&rig.store, "long", &attributes));
    assert_int_equal(attributes, 0xCAFE0001u);
    expect_first();
}

static void test_ranges_touch_their_chunks_only(void **state)
{
    uint8_t bytes[700];
    uint64_t whole;
    uint64_t part;

    (void)state;
    assert_error(CFS_ERR_NOT_FOUND, cfs_get_at(&rig.store, "long", 0, bytes, sizeof bytes));
    rig_set(&rig, "long", first, sizeof first);
    whole = sim_flash_counters(rig.flash)->read_bytes;
    expect_first();
    whole = sim_flash_counters(rig.flash)->read_bytes - whole;
    for (uint32_t at = 0; at < sizeof first + 800u; at += 311) {
        uint32_t left = at < sizeof first ? (uint32_t)sizeof first - at : 0u;
        uint32_t expected = left < sizeof bytes ? left : (uint32_t)sizeof bytes;

        assert_int_equal(cfs_get_at(&rig.store, "long", at, bytes, sizeof bytes), expected);
        assert_memory_equal(bytes, first + at, expected);
    }
    part = sim_flash_counters(rig.flash)->read_bytes;
    assert_int_equal(cfs_get_at(&rig.store, "long", 1000, bytes, 1), 1);
    part = sim_flash_counters(rig.flash)->read_bytes - part;
    assert_true(part < whole / 4u);
    assert_error(CFS_ERR_BUFFER, cfs_get(&rig.store, "long", bytes, sizeof bytes));
}

/* ---- room */

static void test_what_fits_is_exact(void **state)
{
    static uint8_t value[65536];
    int32_t largest = cfs_largest_value(&rig.store, "long");
    uint32_t weight = live();

    (void)state;
    assert_in_range(largest, LONG_BYTES, sizeof value - 1u);
    assert_true(largest <= cfs_value_max(&rig.store, 4));
    fill_bytes(value, sizeof value, 3);
    assert_error(CFS_ERR_NO_SPACE, cfs_will_fit(&rig.store, "long", (size_t)largest + 1u));
    assert_error(CFS_ERR_NO_SPACE, cfs_set(&rig.store, "long", value, (size_t)largest + 1u));
    assert_int_equal(live(), weight);
    assert_ok(cfs_will_fit(&rig.store, "long", (size_t)largest));
    rig_set(&rig, "long", value, (size_t)largest);
    rig_expect(&rig, "long", value, (size_t)largest);
    assert_error(CFS_ERR_NO_SPACE, cfs_set(&rig.store, "other", first, sizeof first));
    rig_check(&rig);
    rig_delete(&rig, "long"); /* always fits */
    rig_delete(&rig, "short");
    assert_int_equal(live(), 0);
    rig_set(&rig, "long", value, (size_t)largest);
}

static void test_largest_of_an_empty_store_is_the_largest_ever(void **state)
{
    static uint8_t value[65536];
    int32_t most = cfs_value_max(&rig.store, 4);

    (void)state;
    rig_delete(&rig, "short");
    assert_int_equal(cfs_largest_value(&rig.store, "long"), most);
    assert_error(CFS_ERR_TOO_BIG, cfs_set(&rig.store, "long", value, (size_t)most + 1u));
    assert_error(CFS_ERR_TOO_BIG, cfs_will_fit(&rig.store, "long", (size_t)most + 1u));
    rig_set(&rig, "long", value, (size_t)most);
    rig_expect(&rig, "long", value, (size_t)most);
}

/* ---- streams */

static void open_long(uint32_t total)
{
    assert_ok(cfs_write_open(&rig.store, &writer, "long", total, buffer, sizeof buffer));
}

static void write_range(uint32_t from, uint32_t to)
{
    assert_ok(cfs_write_at(&writer, from, first + from, to - from));
}

static void test_a_stream_in_order(void **state)
{
    uint32_t weight;

    (void)state;
    rig_set(&rig, "long", first, sizeof first);
    weight = live();
    rig_set(&rig, "long", second, sizeof second);
    for (uint32_t total = 0; total <= LONG_BYTES; total += LONG_BYTES) {
        open_long(total);
        for (uint32_t at = 0; at < LONG_BYTES; at += 50) {
            rig_expect(&rig, "long", second, sizeof second);
            assert_ok(cfs_write(&writer, first + at, 50));
        }
        rig_check(&rig);
        assert_ok(cfs_write_commit(&writer));
        rig_check(&rig);
        expect_first();
        assert_int_equal(live(), weight);
        rig_set(&rig, "long", second, sizeof second);
    }
}

/* Blocks of 70 bytes, from a permutation: neither chunks nor lines are whole at any time. */
static void test_a_stream_out_of_order(void **state)
{
    const uint32_t block = 70;
    const uint32_t blocks = (LONG_BYTES + block - 1u) / block;

    (void)state;
    open_long(LONG_BYTES);
    for (uint32_t i = 0; i < blocks; i++) {
        uint32_t from = i * 31u % blocks * block;

        assert_error(CFS_ERR_STATE, cfs_write_commit(&writer));
        write_range(from, from + block < LONG_BYTES ? from + block : LONG_BYTES);
    }
    rig_check(&rig);
    assert_ok(cfs_write_commit(&writer));
    rig_check(&rig);
    expect_first();
}

static void test_an_open_end_out_of_order(void **state)
{
    (void)state;
    open_long(0);
    write_range(4000, LONG_BYTES);
    write_range(100, 4000);
    assert_error(CFS_ERR_STATE, cfs_write_commit(&writer));
    write_range(0, 101);
    assert_ok(cfs_write_commit(&writer));
    rig_check(&rig);
    expect_first();
    open_long(0);
    assert_ok(cfs_write_commit(&writer));
    rig_check(&rig);
    rig_expect(&rig, "long", first, 0);
}

static void boot(void)
{
    rig_boot(&rig, 0);
    assert_ok(rig_mount(&rig));
    memset(&writer, 0, sizeof writer);
    memset(buffer, 0xEE, sizeof buffer);
}

static void resume_long(uint32_t total)
{
    uint32_t chunk = rig.store.chunk_bytes;
    int32_t there;

    rig_set(&rig, "long", second, sizeof second);
    open_long(total);
    write_range(0, 1000);
    write_range(3000, 4000);
    boot();
    rig_expect(&rig, "long", second, sizeof second);
    there = cfs_write_resume(&rig.store, &writer, "long", buffer, sizeof buffer);
    assert_in_range(there, 1000 / chunk * chunk, 1000);
    assert_int_equal(cfs_write_has(&writer, 0), there);
    assert_int_equal(cfs_write_has(&writer, 2000), 0);
    assert_in_range(cfs_write_has(&writer, 3000), (1000u - chunk) / chunk * chunk, 1000);
    assert_ok(cfs_write(&writer, first + there, 3000u - (uint32_t)there));
    there = cfs_write_has(&writer, 0);
    write_range((uint32_t)there, LONG_BYTES);
    assert_ok(cfs_write_commit(&writer));
    rig_check(&rig);
    expect_first();
    assert_error(CFS_ERR_NOT_FOUND,
                 cfs_write_resume(&rig.store, &writer, "long", buffer, sizeof buffer));
}

static void test_a_stream_resumed_after_a_boot(void **state)
{
    (void)state;
    resume_long(LONG_BYTES);
    resume_long(0);
}

static void test_an_upload_that_is_given_up(void **state)
{
    uint32_t weight;

    (void)state;
    rig_set(&rig, "long", first, sizeof first);
    weight = live();
    open_long(0);
    assert_ok(cfs_write_at(&writer, 3, second, sizeof second - 3u));
    assert_true(live() > weight);
    assert_ok(cfs_write_abort(&writer));
    rig_check(&rig);
    assert_int_equal(live(), weight);
    open_long(LONG_BYTES);
    assert_ok(cfs_write_at(&writer, 0, second, sizeof second));
    boot();
    open_long(LONG_BYTES); /* over the one that was left */
    assert_ok(cfs_write_abort(&writer));
    assert_int_equal(live(), weight);
    expect_first();
}

static void test_misuse_of_writers(void **state)
{
    static struct cfs_writer other;
    int32_t needed = cfs_write_buffer_bytes(&rig.store);

    (void)state;
    assert_error(CFS_ERR_STATE, cfs_write(&writer, "", 1));
    assert_error(CFS_ERR_PARAM, cfs_write(NULL, "", 1));
    assert_error(CFS_ERR_BUFFER,
                 cfs_write_open(&rig.store, &writer, "long", 1, buffer, (size_t)needed - 1u));
    assert_error(CFS_ERR_PARAM, cfs_write_open(&rig.store, &writer, "", 1, buffer, sizeof buffer));
    assert_error(CFS_ERR_PARAM, cfs_write_open(&rig.store, &writer, "long", 1, NULL, 4096));
    assert_error(CFS_ERR_NO_SPACE,
                 cfs_write_open(&rig.store, &writer, "long", 1u << 24, buffer, sizeof buffer));
    assert_error(CFS_ERR_NOT_FOUND,
                 cfs_write_resume(&rig.store, &writer, "long", buffer, sizeof buffer));
    open_long(100);
    assert_error(CFS_ERR_BOUNDS, cfs_write_at(&writer, 99, first, 2));
    assert_error(CFS_ERR_PARAM, cfs_write_at(&writer, 0, NULL, 2));
    assert_ok(cfs_write_open(&rig.store, &other, "long", 5, buffer, sizeof buffer));
    assert_error(CFS_ERR_STATE, cfs_write_at(&writer, 0, first, 2)); /* taken over */
    assert_ok(cfs_write_at(&other, 0, first, 5));
    assert_ok(cfs_write_commit(&other));
    assert_error(CFS_ERR_STATE, cfs_write_commit(&other));
    rig_expect(&rig, "long", first, 5);
    assert_ok(cfs_unmount(&rig.store));
    assert_error(CFS_ERR_STATE, cfs_write_buffer_bytes(&rig.store));
    assert_error(CFS_ERR_STATE, cfs_write(&other, "", 1));
    assert_ok(rig_mount_read_only(&rig));
    rig_expect(&rig, "long", first, 5);
    assert_error(CFS_ERR_READ_ONLY,
                 cfs_write_open(&rig.store, &writer, "long", 1, buffer, sizeof buffer));
}

/* Small keys until nothing fits any more. */
static void fill_up(void)
{
    char name[16];

    for (uint32_t i = 0; cfs_will_fit(&rig.store, "fill/", 0) == CFS_OK; i++) {
        (void)snprintf(name, sizeof name, "fill/%u", (unsigned)i);
        if (cfs_set(&rig.store, name, "", 0) != CFS_OK) {
            break;
        }
    }
}

static void test_writers_on_a_full_store(void **state)
{
    static struct cfs_writer other;
    static uint8_t second_buffer[CFS_WRITE_BUFFER_BYTES_MAX];

    (void)stop(state);
    rig_start(&rig, &shape_small);
    open_long(300);
    assert_ok(cfs_write_at(&writer, 0, first, 300));
    assert_ok(
        cfs_write_open(&rig.store, &other, "another", 0, second_buffer, sizeof second_buffer));
    fill_up();
    assert_error(CFS_ERR_NO_SPACE, cfs_largest_value(&rig.store, "fill/"));
    assert_error(CFS_ERR_NO_SPACE, cfs_write_at(&other, 0, first, 1000));
    assert_error(CFS_ERR_NO_SPACE, cfs_write_commit(&writer));
    rig_check(&rig);
    assert_ok(cfs_write_abort(&other));
    for (uint32_t i = 0; i < 5u; i++) {
        char name[] = "fill/0";

        name[5] = (char)('0' + i);
        rig_delete(&rig, name);
    }
    assert_ok(cfs_write_commit(&writer));
    rig_check(&rig);
    rig_expect(&rig, "long", first, 300);
}

static void test_a_driver_that_fails_during_a_commit(void **state)
{
    (void)state;
    rig_set(&rig, "long", second, sizeof second);
    open_long(LONG_BYTES);
    write_range(0, LONG_BYTES);
    sim_flash_arm_cut(rig.flash, 0, SIM_CUT_NONE);
    assert_error(CFS_ERR_IO, cfs_write_commit(&writer));
    boot();
    rig_expect(&rig, "long", second, sizeof second);
    assert_int_equal(cfs_write_resume(&rig.store, &writer, "long", buffer, sizeof buffer),
                     LONG_BYTES);
    assert_ok(cfs_write_commit(&writer));
    expect_first();
}

/* With a hash of 4 bits it does not take long to meet. */
static void test_uploads_of_equal_hash_exclude_each_other(void **state)
{
    static struct cfs_writer other;
    char name[] = "a";

    (void)state;
    open_long(10);
    for (; name[0] <= 'z'; name[0]++) { /* with a hash of 24 bits none is equal */
        if (cfs_write_open(&rig.store, &other, name, 10, buffer, sizeof buffer) != CFS_OK) {
            assert_error(CFS_ERR_BUSY,
                         cfs_write_open(&rig.store, &other, name, 10, buffer, sizeof buffer));
            return;
        }
        assert_ok(cfs_write_abort(&other));
    }
    assert_false(IS_SHORT_HASH);
}

#if CFS_CFG_TRANSACTIONS
static void test_transactions_change_long_values(void **state)
{
    struct cfs_transaction transaction = {0};
    uint32_t weight;

    (void)state;
    rig_set_text(&rig, "long", "short");
    weight = live();
    rig_set(&rig, "long", first, sizeof first);
    rig_set(&rig, "longer", second, sizeof second);
    assert_ok(cfs_begin(&rig.store, &transaction));
    assert_ok(cfs_transaction_set(&transaction, "long", "short", 5));
    assert_ok(cfs_transaction_delete(&transaction, "longer"));
    expect_first();
    assert_ok(cfs_commit(&transaction));
    rig_check(&rig);
    rig_expect_text(&rig, "long", "short");
    rig_expect_none(&rig, "longer");
    assert_int_equal(live(), weight);
}
#endif

/* ---- a megabyte */

static void test_a_megabyte(void **state)
{
    static const struct shape shape_nor = {"w25q128", 512, 0, 64};
    const uint32_t size = IS_SHORT_HASH ? 20000u : 1u << 20;
    uint8_t *value = malloc(size);
    uint8_t *found = malloc(size);

    (void)stop(state);
    rig_open(&rig, &shape_nor, 1);
    assert_ok(rig_format(&rig, 64));
    assert_ok(rig_mount(&rig));
    fill_bytes(value, size, 4);
    assert_ok(cfs_write_open(&rig.store, &writer, "firmware", size, buffer, sizeof buffer));
    for (uint32_t at = 0; at < size; at += 4000) { /* the odd halves first */
        uint32_t end = at + 4000u < size ? at + 4000u : size;
        uint32_t middle = (at + end) / 2u;

        assert_ok(cfs_write_at(&writer, middle, value + middle, end - middle));
        assert_ok(cfs_write_at(&writer, at, value + at, middle - at));
        if (at == size / 2u / 4000u * 4000u) {
            boot();
            assert_true(cfs_write_resume(&rig.store, &writer, "firmware", buffer, sizeof buffer) >=
                        (int32_t)(end - 4000u));
            at -= at > 0 ? 4000u : 0u; /* what stood in the buffer only */
            assert_ok(cfs_write_at(&writer, at, value + at, end - at));
            at = end - 4000u;
        }
    }
    assert_ok(cfs_write_commit(&writer));
    assert_int_equal(cfs_get(&rig.store, "firmware", found, size), size);
    assert_memory_equal(found, value, size);
    assert_ok(cfs_delete(&rig.store, "firmware"));
    assert_int_equal(live(), 0);
    free(value);
    free(found);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_long_values_come_and_go, start, stop),
        cmocka_unit_test_setup_teardown(test_an_equal_value_is_not_written, start, stop),
        cmocka_unit_test_setup_teardown(test_lengths_around_chunks, start, stop),
        cmocka_unit_test_setup_teardown(test_attributes_of_long_values, start, stop),
        cmocka_unit_test_setup_teardown(test_ranges_touch_their_chunks_only, start, stop),
        cmocka_unit_test_setup_teardown(test_what_fits_is_exact, start, stop),
        cmocka_unit_test_setup_teardown(test_largest_of_an_empty_store_is_the_largest_ever, start,
                                        stop),
        cmocka_unit_test_setup_teardown(test_a_stream_in_order, start, stop),
        cmocka_unit_test_setup_teardown(test_a_stream_out_of_order, start, stop),
        cmocka_unit_test_setup_teardown(test_an_open_end_out_of_order, start, stop),
        cmocka_unit_test_setup_teardown(test_a_stream_resumed_after_a_boot, start, stop),
        cmocka_unit_test_setup_teardown(test_an_upload_that_is_given_up, start, stop),
        cmocka_unit_test_setup_teardown(test_misuse_of_writers, start, stop),
        cmocka_unit_test_setup_teardown(test_writers_on_a_full_store, start, stop),
        cmocka_unit_test_setup_teardown(test_a_driver_that_fails_during_a_commit, start, stop),
        cmocka_unit_test_setup_teardown(test_uploads_of_equal_hash_exclude_each_other, start, stop),
#if CFS_CFG_TRANSACTIONS
        cmocka_unit_test_setup_teardown(test_transactions_change_long_values, start, stop),
#endif
        cmocka_unit_test_setup_teardown(test_a_megabyte, start, stop),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
