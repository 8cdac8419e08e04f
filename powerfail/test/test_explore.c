/* SPDX-License-Identifier: Apache-2.0 */
/* The explorer must bite: toy stores with seeded bugs are caught, by the invariant that the bug
 * breaks, and the line printed replays them; the right toy passes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "explore.h"
#include "guard.h"
#include "random.h"

#include "toy.h"

static struct sim_profile profile;
static struct tally tally;

static int set_up(void **state)
{
    (void)state;
    profile = *sim_profile_find("k64f");
    return sim_profile_resize(&profile, TOY_SECTORS, 80 * 16);
}

static struct explore_config configure(unsigned depth)
{
    return (struct explore_config){
        .subject = &toy_store,
        .profile = &profile,
        .depth = depth,
        .seed = 1,
        .stop_at_first = true,
        .geometry = "",
    };
}

/* Every `stride`-th script of up to `length` letters. */
static void explore_some(unsigned depth, unsigned length, size_t stride)
{
    struct explore_config config = configure(depth);
    struct explorer *explorer = explorer_new(&config, &tally);
    assert_non_null(explorer);
    size_t count = script_family_size(length);
    struct script script;
    bool going = true;
    for (size_t i = 0; i < count && going; i += stride) {
        script_family_get(i, length, &script);
        going = explorer_run(explorer, &script);
    }
    explorer_free(explorer);
}

static void explore(unsigned depth, unsigned length)
{
    explore_some(depth, length, 1);
}

static void live(unsigned lives)
{
    struct random_config config = {
        .subject = &toy_store,
        .profile = &profile,
        .seed = 1,
        .steps = 60,
        .nest = TOY_KEPT,
        .keys = 5,
        .geometry = "",
    };
    bool passed = true;
    for (unsigned i = 0; i < lives && passed; i++) {
        passed = random_live(&config, i, &tally);
    }
}

static void clear(enum toy_bug bug)
{
    toy_bug = bug;
    memset(&tally, 0, sizeof tally);
}

static void test_the_right_toy_passes_every_cut(void **state)
{
    (void)state;
    clear(TOY_RIGHT);
    explore(1, 2);
    assert_int_equal(tally.violations, 0);
    explore_some(2, 1, 5);
    assert_int_equal(tally.violations, 0);
    for (unsigned i = 0; i < SIM_OUTCOMES; i++) {
        assert_int_not_equal(tally.modes[i], 0);
    }
}

static void test_the_right_toy_passes_random_lives(void **state)
{
    (void)state;
    clear(TOY_RIGHT);
    live(200);
    assert_int_equal(tally.violations, 0);
    assert_int_equal(tally.nested_max, TOY_KEPT);
}

static const struct {
    enum toy_bug bug;
    const char *codes; /* any of these */
} seeded[] = {
    {TOY_TRUSTS_NEWEST, "I3 I5"},
    {TOY_LATE_COMMIT, "I1 I3 I9 I4"},
    {TOY_NO_CHECKSUM, "I1 I2 I3 I4 I9 I14"},
    {TOY_ERASES_SOURCE, "I9"},
    {TOY_WRITES_EVERY_BOOT, "I6"},
    {TOY_NO_ERASE, "rule"},
    {TOY_KEEPS_SEAL, "I5 I3"},
    {TOY_LEAVES_OTHERS, "I3 I5 I6"},
    {TOY_FORGETS_DELETE, "I3 I5"},
    {TOY_DROPS_NEIGHBOUR, "I4 I1"},
    {TOY_RESURRECTS, "I3 I5"},
    {TOY_FAILS_TWICE, "I9"},
    {TOY_HANGS, "I8 rule"},
};

static void test_every_seeded_bug_is_caught(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof seeded / sizeof seeded[0]; i++) {
        clear(seeded[i].bug);
        explore(2, 2);
        if (tally.violations == 0) {
            fail_msg("bug %d was not caught", (int)seeded[i].bug);
        }
        const char *code = invariant_code(tally.kept[0].invariant);
        if (strstr(seeded[i].codes, code) == NULL) {
            fail_msg("bug %d was caught by %s, not by %s", (int)seeded[i].bug, code,
                     seeded[i].codes);
        }
    }
}

/* The path that a violation prints leads to the same violation, and to no other image. */
static void test_the_line_printed_replays_the_violation(void **state)
{
    (void)state;
    clear(TOY_LEAVES_OTHERS);
    explore(2, 1);
    assert_int_equal(tally.violations, 1);
    struct violation first = tally.kept[0];
    const char *name = strstr(first.replay, "--workload ");
    const char *cut = strstr(first.replay, "--cut ");
    assert_non_null(name);
    assert_non_null(cut);
    char word[32];
    assert_int_equal(sscanf(name, "--workload %31s", word), 1);

    struct explore_config config = configure(2);
    struct script script;
    assert_true(script_parse(word, &script));
    assert_true(cut_path_parse(cut + strlen("--cut "), &config.only));
    clear(TOY_LEAVES_OTHERS);
    struct explorer *explorer = explorer_new(&config, &tally);
    assert_non_null(explorer);
    assert_false(explorer_run(explorer, &script));
    explorer_free(explorer);
    assert_int_equal(tally.violations, 1);
    assert_string_equal(tally.kept[0].text, first.text);
    assert_in_range(tally.unique, 1, 2);
}

static void test_equal_seeds_give_equal_explorations(void **state)
{
    (void)state;
    struct tally first;
    clear(TOY_RIGHT);
    explore(1, 1);
    live(20);
    first = tally;
    clear(TOY_RIGHT);
    explore(1, 1);
    live(20);
    assert_memory_equal(&first, &tally, sizeof tally);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_the_right_toy_passes_every_cut),
        cmocka_unit_test(test_the_right_toy_passes_random_lives),
        cmocka_unit_test(test_every_seeded_bug_is_caught),
        cmocka_unit_test(test_the_line_printed_replays_the_violation),
        cmocka_unit_test(test_equal_seeds_give_equal_explorations),
    };
    guard_watch_signals();
    return cmocka_run_group_tests(tests, set_up, NULL);
}
