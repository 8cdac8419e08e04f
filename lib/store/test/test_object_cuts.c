/* SPDX-License-Identifier: Apache-2.0 */
/* Every cut of a change of a large value, and, of a sample, every cut of what comes after: the key has its old value
 * or its new one, nothing is lost room for good, and an upload is either whole in the key or can be
 * resumed. Also linked with the library whose hash has 4 bits. */
#include "cut.h"

#define LONG_BYTES  700u
#define NESTED_EACH 1499u /* so many boots after a cut are cut in turn */

static const struct shape shape_some = {"k64f", 8, 1024, 2};

enum value { VALUE_NONE, VALUE_SHORT, VALUE_FIRST, VALUE_SECOND };

struct session {
    enum value before;
    enum value after;
    bool by_upload;
    bool begun;
    bool done;
    uint32_t weight[VALUE_SECOND + 1]; /* of all that is live if the key has this value */
    uint32_t boots;
};

static uint8_t first[LONG_BYTES];
static uint8_t second[LONG_BYTES];
static uint8_t buffer[CFS_WRITE_BUFFER_BYTES_MAX];

static const uint8_t *bytes_of(enum value value)
{
    return value == VALUE_FIRST ? first : value == VALUE_SECOND ? second : (const uint8_t *)"short";
}

static size_t size_of(enum value value)
{
    return value == VALUE_SHORT ? 5u : LONG_BYTES;
}

static int32_t upload(struct rig *rig, enum value value)
{
    struct cfs_writer writer = {0};
    uint32_t half = LONG_BYTES / 2u;
    int32_t result = cfs_write_open(&rig->store, &writer, "key", LONG_BYTES, buffer, sizeof buffer);

    if (result == CFS_OK) {
        result = cfs_write_at(&writer, half, bytes_of(value) + half, LONG_BYTES - half);
    }
    if (result == CFS_OK) {
        result = cfs_write_at(&writer, 0, bytes_of(value), half);
    }
    return result == CFS_OK ? cfs_write_commit(&writer) : result;
}

static int32_t change(struct rig *rig, const struct session *session, enum value value)
{
    if (value == VALUE_NONE) {
        return cfs_delete(&rig->store, "key");
    }
    return session->by_upload ? upload(rig, value)
                              : cfs_set(&rig->store, "key", bytes_of(value), size_of(value));
}

static void run(struct rig *rig, void *context)
{
    struct session *session = context;
    const struct cfs_mount_config config = {
        .volume = &rig->volume, .memory = rig->memory, .memory_bytes = sizeof rig->memory};
    int32_t result = cfs_mount(&rig->store, &config);

    session->begun = false;
    session->done = false;
    if (result == CFS_OK) {
        session->begun = true;
        result = change(rig, session, session->after);
        session->done = result == CFS_OK;
    }
    if (result != CFS_OK) {
        assert_error(CFS_ERR_IO, result);
    }
}

static bool has(struct rig *rig, enum value value)
{
    static uint8_t found[LONG_BYTES];
    int32_t result = cfs_get(&rig->store, "key", found, sizeof found);

    return value == VALUE_NONE ? result == CFS_ERR_NOT_FOUND
                               : result == (int32_t)size_of(value) &&
                                     memcmp(found, bytes_of(value), size_of(value)) == 0;
}

/* What the mounted store shows: the old value or the new one. */
static enum value expect_one(struct rig *rig, const struct session *session)
{
    bool is_old = has(rig, session->before);

    if (!is_old && !has(rig, session->after)) {
        print_error("%sneither the old value nor the new one\n", circumstances);
        fail();
    }
    assert_true(is_old ? !session->done : session->begun);
    rig_expect_text(rig, "other", "rests");
    return is_old ? session->before : session->after;
}

/* An upload that was cut goes on where it was, or can be given up. */
static enum value finish_upload(struct rig *rig, const struct session *session, enum value shown)
{
    struct cfs_writer writer = {0};
    int32_t there = cfs_write_resume(&rig->store, &writer, "key", buffer, sizeof buffer);

    if (there == CFS_ERR_NOT_FOUND) {
        return shown;
    }
    assert_true(there >= 0);
    assert_int_equal(shown, session->before);
    rig_check(rig);
    if (there % 2 == 0) {
        assert_ok(cfs_write_abort(&writer));
        return shown;
    }
    assert_ok(cfs_write_at(&writer, 0, bytes_of(session->after), LONG_BYTES));
    assert_ok(cfs_write_commit(&writer));
    return session->after;
}

static void mount_and_settle(struct rig *rig, void *context)
{
    const struct cfs_mount_config config = {
        .volume = &rig->volume, .memory = rig->memory, .memory_bytes = sizeof rig->memory};

    (void)context;
    if (cfs_mount(&rig->store, &config) == CFS_OK) {
        (void)cfs_maintain(&rig->store, 1u << 30); /* drops; or is cut */
    }
}

static void judge_again(struct rig *rig, void *context)
{
    struct session *session = context;
    enum value shown;

    assert_ok(rig_mount_read_only(rig));
    (void)expect_one(rig, session);
    rig_boot(rig, 0);
    assert_ok(rig_mount(rig));
    shown = expect_one(rig, session);
    rig_boot(rig, 1);
    assert_ok(rig_mount(rig));
    assert_int_equal(expect_one(rig, session), shown);
    shown = finish_upload(rig, session, shown);
    while (cfs_maintain(&rig->store, 1u << 30) > 0) {
    }
    rig_check(rig);
    assert_true(has(rig, shown));
    assert_int_equal(rig->store.journal.state.total, session->weight[shown]);
}

static void judge(struct rig *rig, void *context)
{
    const struct cut_script nested = {mount_and_settle, judge_again, context};
    struct session *session = context;

    if (session->boots++ % NESTED_EACH == 0) {
        (void)cut_everywhere(rig, &nested);
        rig_boot(rig, 0);
    }
    judge_again(rig, context);
    rig_set(rig, "key", second, 300); /* and it goes on */
    rig_expect(rig, "key", second, 300);
}

static void set_up(struct rig *rig, enum value value)
{
    const struct session plain = {.by_upload = false};

    rig_start(rig, &shape_some);
    rig_set_text(rig, "other", "rests");
    if (value != VALUE_NONE) {
        assert_ok(change(rig, &plain, value));
    }
}

static void cut_change(enum value before, enum value after, bool by_upload)
{
    static struct rig rig;
    struct session session = {.before = before, .after = after, .by_upload = by_upload};
    const struct cut_script script = {run, judge, &session};

    fill_bytes(first, sizeof first, 1);
    fill_bytes(second, sizeof second, 2);
    for (enum value value = VALUE_NONE; value <= VALUE_SECOND; value++) {
        set_up(&rig, value);
        session.weight[value] = rig.store.journal.state.total;
        rig_close(&rig);
    }
    set_up(&rig, before);
    assert_ok(cfs_unmount(&rig.store));
    assert_true(cut_everywhere(&rig, &script) > 100);
    rig_close(&rig);
}

static void test_cuts_of_a_new_large_value(void **state)
{
    (void)state;
    cut_change(VALUE_NONE, VALUE_FIRST, false);
}

static void test_cuts_of_a_large_value_that_replaces_another(void **state)
{
    (void)state;
    cut_change(VALUE_FIRST, VALUE_SECOND, false);
}

static void test_cuts_of_a_large_value_becoming_short(void **state)
{
    (void)state;
    cut_change(VALUE_FIRST, VALUE_SHORT, false);
}

static void test_cuts_of_a_short_value_becoming_large(void **state)
{
    (void)state;
    cut_change(VALUE_SHORT, VALUE_FIRST, false);
}

static void test_cuts_of_deleting_a_large_value(void **state)
{
    (void)state;
    cut_change(VALUE_FIRST, VALUE_NONE, false);
}

static void test_cuts_of_an_upload(void **state)
{
    (void)state;
    cut_change(VALUE_NONE, VALUE_FIRST, true);
}

static void test_cuts_of_an_upload_that_replaces(void **state)
{
    (void)state;
    cut_change(VALUE_FIRST, VALUE_SECOND, true);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_cuts_of_a_new_large_value),
        cmocka_unit_test(test_cuts_of_a_large_value_that_replaces_another),
        cmocka_unit_test(test_cuts_of_a_large_value_becoming_short),
        cmocka_unit_test(test_cuts_of_a_short_value_becoming_large),
        cmocka_unit_test(test_cuts_of_deleting_a_large_value),
        cmocka_unit_test(test_cuts_of_an_upload),
        cmocka_unit_test(test_cuts_of_an_upload_that_replaces),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
