/* SPDX-License-Identifier: Apache-2.0 */
/* Every cut of a transaction, and every cut of the mount that comes after: all of its changes took
 * place or none, and nothing of it is left besides. Also linked with the library whose hash has 4 bits. */
#include "cut.h"

#define KEYS        4u
#define NESTED_EACH 211u /* so many boots after a cut are cut in turn */

static const char *const names[KEYS] = {"a", "net/some/longer/name", "c", "untouched"};
static const char *const before[KEYS] = {"one", "two", NULL, "rests"};
static const char *const after[KEYS] = {"three", NULL, "longer than a mount copies", "rests"};

/* What the session may rely on, and what it found. */
struct session {
    uint32_t changes;       /* how many of the keys the transaction is about */
    bool begun;             /* to commit */
    bool committed;         /* acknowledged */
    uint32_t weight_before; /* of all that is live */
    uint32_t weight_after;
    uint32_t boots;
};

static int32_t change(struct cfs_transaction *transaction, uint32_t key)
{
    const char *value = after[key];

    return value ? cfs_transaction_set(transaction, names[key], value, strlen(value))
                 : cfs_transaction_delete(transaction, names[key]);
}

static void run(struct rig *rig, void *context)
{
    struct session *session = context;
    struct cfs_transaction transaction = {0};
    const struct cfs_mount_config config = {
        .volume = &rig->volume, .memory = rig->memory, .memory_bytes = sizeof rig->memory};
    int32_t result = cfs_mount(&rig->store, &config);

    session->begun = false;
    session->committed = false;
    if (result == CFS_OK) {
        result = cfs_begin(&rig->store, &transaction);
    }
    for (uint32_t key = 0; result == CFS_OK && key < session->changes; key++) {
        result = change(&transaction, key);
    }
    if (result == CFS_OK) {
        session->begun = true;
        result = cfs_commit(&transaction);
        session->committed = result == CFS_OK;
    }
    if (result != CFS_OK) {
        assert_error(CFS_ERR_IO, result);
    }
}

static bool has(struct rig *rig, uint32_t key, const char *value)
{
    char found[64];
    int32_t result = cfs_get(&rig->store, names[key], found, sizeof found);

    return value == NULL
               ? result == CFS_ERR_NOT_FOUND
               : result == (int32_t)strlen(value) && memcmp(found, value, strlen(value)) == 0;
}

/* The mounted store holds what was before, or what comes after. Returns whether the latter. */
static bool expect_one(struct rig *rig, const struct session *session)
{
    bool took_place = has(rig, 0, after[0]);

    for (uint32_t key = 0; key < KEYS; key++) {
        bool changed = took_place && key < session->changes;

        if (!has(rig, key, changed ? after[key] : before[key])) {
            print_error("%s%s is wrong\n", circumstances, names[key]);
            fail();
        }
    }
    assert_true(took_place ? session->begun : !session->committed);
    return took_place;
}

static void judge_mounted(struct rig *rig, const struct session *session, bool took_place)
{
    assert_ok(rig_mount(rig));
    assert_true(expect_one(rig, session) == took_place);
    assert_int_equal(rig->store.journal.state.total,
                     took_place ? session->weight_after : session->weight_before);
}

static void mount_only(struct rig *rig, void *context)
{
    const struct cfs_mount_config config = {
        .volume = &rig->volume, .memory = rig->memory, .memory_bytes = sizeof rig->memory};

    (void)context;
    (void)cfs_mount(&rig->store, &config); /* or cut */
}

/* A mount that was cut may have settled it or not. */
static void judge_again(struct rig *rig, void *context)
{
    struct session *session = context;
    bool took_place;

    assert_ok(rig_mount_read_only(rig));
    took_place = expect_one(rig, session);
    if (rig->store.journal.undecided) { /* the newest record may go, or come */
        rig_boot(rig, 0);
        assert_ok(rig_mount(rig));
        took_place = expect_one(rig, session);
    }
    rig_boot(rig, 1);
    judge_mounted(rig, session, took_place);
}

static void judge(struct rig *rig, void *context)
{
    const struct cut_script nested = {mount_only, judge_again, context};
    struct session *session = context;

    if (session->boots++ % NESTED_EACH == 0) { /* each would take an hour */
        (void)cut_everywhere(rig, &nested);
        rig_boot(rig, 0);
    }
    judge_again(rig, context);
    rig_set_text(rig, "later", "works");
    rig_boot(rig, 2);
    assert_ok(rig_mount(rig));
    rig_expect_text(rig, "later", "works");
}

static void set_up(struct rig *rig, const struct shape *shape, uint32_t updates)
{
    rig_start(rig, shape);
    for (uint32_t i = 0; i < updates; i++) {
        rig_set(rig, names[0], &i, sizeof i);
    }
    for (uint32_t key = 0; key < KEYS; key++) {
        if (before[key]) {
            rig_set_text(rig, names[key], before[key]);
        }
    }
}

static void cut_transaction(const struct shape *shape, uint32_t changes, uint32_t updates)
{
    static struct rig rig;
    struct session session = {.changes = changes};
    const struct cut_script script = {run, judge, &session};

    set_up(&rig, shape, updates);
    session.weight_before = rig.store.journal.state.total;
    rig_boot(&rig, 0);
    run(&rig, &session);
    assert_true(session.committed);
    session.weight_after = rig.store.journal.state.total;
    rig_close(&rig);

    set_up(&rig, shape, updates);
    assert_ok(cfs_unmount(&rig.store));
    assert_true(cut_everywhere(&rig, &script) > 100);
    rig_close(&rig);
}

static void test_cuts_of_three_changes(void **state)
{
    (void)state;
    cut_transaction(&shape_small, 3, 0);
}

static void test_cuts_of_one_change(void **state)
{
    (void)state;
    cut_transaction(&shape_small, 1, 0);
}

static void test_cuts_where_sectors_are_reclaimed(void **state)
{
    (void)state;
    cut_transaction(&shape_small, 3, 70);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_cuts_of_three_changes),
        cmocka_unit_test(test_cuts_of_one_change),
        cmocka_unit_test(test_cuts_where_sectors_are_reclaimed),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
