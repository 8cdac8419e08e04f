/* SPDX-License-Identifier: Apache-2.0 */
/* Every cut of a short session: what was acknowledged is there, the one change in flight took place
 * wholly or not at all, and what the first mount found stays so. Also linked with the library whose
 * hash has 4 bits. */
#include "cut.h"

#define KEYS 3u

struct step {
    unsigned key;
    const char *value; /* NULL: delete */
};

/* Among the values one longer than what a mount copies, one equal to what is there, and one that
 * looks erased. */
static const char long_value[] = "longer than a mount copies";
static const struct step steps[] = {
    {0, "one"},      {1, "two"}, {0, "three"}, {0, NULL},   {2, "\xFF\xFF\xFF\xFF"},
    {1, long_value}, {1, ""},    {2, NULL},    {0, "four"}, {0, "four"}};
#define STEPS (sizeof steps / sizeof steps[0])

static const char *const names[KEYS] = {"a", "net/some/longer/name", "c"};

/* What the session may rely on. */
struct session {
    const char *value[KEYS]; /* acknowledged; NULL: none */
    const char *start[KEYS]; /* before the session */
    const struct step *in_flight;
};

static int32_t apply(struct rig *rig, const struct step *step)
{
    const char *name = names[step->key];

    return step->value ? cfs_set(&rig->store, name, step->value, strlen(step->value))
                       : cfs_delete(&rig->store, name);
}

static void run(struct rig *rig, void *context)
{
    struct session *session = context;
    const struct cfs_mount_config config = {
        .volume = &rig->volume, .memory = rig->memory, .memory_bytes = sizeof rig->memory};

    memcpy(session->value, session->start, sizeof session->value);
    session->in_flight = NULL;
    if (cfs_mount(&rig->store, &config) != CFS_OK) {
        return;
    }
    for (size_t i = 0; i < STEPS; i++) {
        const struct step *step = &steps[i];
        int32_t result;

        session->in_flight = step;
        result = apply(rig, step);
        if (result != CFS_OK) {
            assert_error(CFS_ERR_IO, result);
            return;
        }
        session->value[step->key] = step->value;
        session->in_flight = NULL;
    }
    (void)cfs_unmount(&rig->store); /* or cut */
}

static bool has(struct rig *rig, unsigned key, const char *value)
{
    char found[128];
    int32_t result = cfs_get(&rig->store, names[key], found, sizeof found);

    if (value == NULL) {
        return result == CFS_ERR_NOT_FOUND;
    }
    return result == (int32_t)strlen(value) && memcmp(found, value, strlen(value)) == 0;
}

static void judge_now(struct rig *rig, const struct session *session, bool took_place)
{
    uint32_t count = 0;

    for (unsigned key = 0; key < KEYS; key++) {
        const char *value = session->value[key];

        if (took_place && session->in_flight->key == key) {
            value = session->in_flight->value;
        }
        if (!has(rig, key, value)) {
            print_error("%s%s is wrong\n", circumstances, names[key]);
            fail();
        }
        count += value ? 1u : 0u;
    }
    rig_expect_count(rig, count);
}

/* At later boots weak cells read differently: what was served once is served again. */
static void judge(struct rig *rig, void *context)
{
    const struct session *session = context;
    bool took_place = false;

    assert_ok(rig_mount(rig));
    if (session->in_flight) {
        took_place = has(rig, session->in_flight->key, session->in_flight->value);
    }
    judge_now(rig, session, took_place);
    for (uint32_t pattern = 0; pattern < 3; pattern++) {
        rig_boot(rig, pattern);
        assert_ok(rig_mount(rig));
        judge_now(rig, session, took_place);
    }
    rig_set_text(rig, "after", "all");
    rig_boot(rig, 1);
    assert_ok(rig_mount(rig));
    rig_expect_text(rig, "after", "all");
}

/* `updates` decide where in its sector the session begins, and what it finds in the next ones. */
static void cut_session(const struct shape *shape, uint32_t updates, bool unmounted)
{
    static struct rig rig;
    static struct session session;
    const struct cut_script script = {run, judge, &session};

    memset(&session, 0, sizeof session);
    rig_start(&rig, shape);
    for (uint32_t i = 0; i < updates; i++) {
        const struct step step = {1, i % 2u == 0u ? "even" : "odd, longer"};

        assert_ok(apply(&rig, &step));
        session.start[1] = step.value;
    }
    if (unmounted) {
        assert_ok(cfs_unmount(&rig.store));
    }
    assert_true(cut_everywhere(&rig, &script) > 200);
    rig_close(&rig);
}

static void test_cuts_of_a_first_session(void **state)
{
    (void)state;
    cut_session(&shape_small, 0, true);
}

static void test_cuts_after_a_session_that_was_not_closed(void **state)
{
    (void)state;
    cut_session(&shape_small, 3, false);
}

static void test_cuts_where_sectors_change_and_are_reclaimed(void **state)
{
    (void)state;
    for (uint32_t updates = 4; updates < 11; updates += 3) {
        cut_session(&shape_least, updates, updates % 2u == 0u);
    }
}

static void test_cuts_on_other_parts(void **state)
{
    static const struct shape parts[] = {{"w25q128", 3, 1024, 4}, {"stm32h7", 3, 2048, 4}};

    (void)state;
    for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++) {
        cut_session(&parts[i], 20, true);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_cuts_of_a_first_session),
        cmocka_unit_test(test_cuts_after_a_session_that_was_not_closed),
        cmocka_unit_test(test_cuts_where_sectors_change_and_are_reclaimed),
        cmocka_unit_test(test_cuts_on_other_parts),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
