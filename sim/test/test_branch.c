/* SPDX-License-Identifier: Apache-2.0 */
/* Determinism, copies and hashes: what explorers stand on. */
#include "fixture.h"

#define STEPS 400u

static uint32_t next_random(uint32_t *state)
{
    *state ^= *state << 13;
    *state ^= *state >> 17;
    *state ^= *state << 5;
    return *state;
}

/* One random step that breaks no rule: program the next blank line, fill, erase, or one of them
 * cut; boots follow cuts. */
static void step(struct sim_flash *flash, uint32_t *state)
{
    const uint32_t line = next_random(state) % (SECTORS * SECTOR_BYTES / LINE);
    const uint64_t addr = (uint64_t)line * LINE;
    const uint32_t sector = line / (SECTOR_BYTES / LINE);
    const uint32_t what = next_random(state) % 16;
    const bool free_line = strcmp(sim_flash_unit_name(flash, addr), "blank") == 0 &&
                           strcmp(sim_flash_unit_name(flash, addr + UNIT), "blank") == 0 &&
                           sim_flash_erase_is_complete(flash, sector);

    if (next_random(state) % 3 == 0) {
        sim_flash_arm_random_cut(flash, 0);
    }
    if (what == 0) {
        (void)dev_erase(flash, sector);
    } else if (free_line && what < 12) {
        (void)dev_program(flash, addr, what % 2 == 0 ? data_a : data_b, LINE);
    } else {
        (void)dev_program(flash, addr, zeros, LINE);
    }
    if (sim_flash_is_cut(flash)) {
        sim_flash_boot(flash, next_random(state) % 50);
    }
}

static bool same_bytes(struct sim_flash *one, struct sim_flash *other)
{
    static uint8_t bytes[2][SECTORS * SECTOR_BYTES];

    sim_flash_peek(one, 0, bytes[0], sizeof bytes[0]);
    sim_flash_peek(other, 0, bytes[1], sizeof bytes[1]);
    return memcmp(bytes[0], bytes[1], sizeof bytes[0]) == 0;
}

static bool same_hash(const struct sim_flash *one, const struct sim_flash *other)
{
    const struct sim_hash a = sim_flash_hash(one);
    const struct sim_hash b = sim_flash_hash(other);

    return a.low == b.low && a.high == b.high;
}

static void test_equal_seeds_give_equal_bytes(void **state)
{
    struct sim_flash *flash = new_k64f();
    struct sim_flash *twin = new_k64f();
    uint32_t random = 77;
    uint32_t again = 77;

    (void)state;
    for (unsigned i = 0; i < STEPS; i++) {
        step(flash, &random);
        step(twin, &again);
        assert_true(same_hash(flash, twin));
        assert_true(sim_flash_check(flash));
        assert_int_equal(sim_flash_now_ns(flash), sim_flash_now_ns(twin));
    }
    assert_true(same_bytes(flash, twin));
    assert_memory_equal(sim_flash_counters(flash), sim_flash_counters(twin),
                        sizeof(struct sim_counters));
    assert_int_equal(rules_broken(), 0);
    sim_flash_free(flash);
    sim_flash_free(twin);
}

static void test_other_seeds_give_other_garbage(void **state)
{
    const struct sim_profile profile = small("k64f");
    struct sim_flash *flash = new_device(&profile, 1);
    struct sim_flash *other = new_device(&profile, 2);
    uint8_t line[2][UNIT];

    (void)state;
    cut_program(flash, 0, data_a, UNIT, SIM_CUT_TORN, 0);
    cut_program(other, 0, data_a, UNIT, SIM_CUT_TORN, 0);
    assert_int_equal(dev_read(flash, 0, line[0], UNIT), UNIT);
    assert_int_equal(dev_read(other, 0, line[1], UNIT), UNIT);
    assert_memory_not_equal(line[0], line[1], UNIT);
    sim_flash_free(flash);
    sim_flash_free(other);
}

static void test_draws_do_not_depend_on_history(void **state)
{
    struct sim_flash *flash = new_k64f();
    struct sim_flash *twin = new_k64f();

    (void)state;
    cut_program(twin, SECTOR_BYTES, data_b, LINE, SIM_CUT_WEAK, 40); /* twin went through more */
    assert_int_equal(dev_erase(twin, 1), SECTOR_BYTES);
    cut_program(flash, 0, data_a, LINE, SIM_CUT_TORN, 9);
    cut_program(twin, 0, data_a, LINE, SIM_CUT_TORN, 9);
    assert_true(same_hash(flash, twin));
    assert_true(same_bytes(flash, twin));
    sim_flash_free(flash);
    sim_flash_free(twin);
}

static void test_copy_is_equal_and_goes_its_own_way(void **state)
{
    struct sim_flash *flash = new_k64f();
    struct sim_flash *branch = new_k64f();
    uint32_t random = 4711;

    (void)state;
    for (unsigned i = 0; i < STEPS; i++) {
        struct sim_hash before;
        uint32_t ahead;

        step(flash, &random);
        sim_flash_copy(branch, flash);
        assert_true(same_hash(flash, branch));
        assert_true(same_bytes(flash, branch));
        assert_memory_equal(sim_flash_counters(flash), sim_flash_counters(branch),
                            sizeof(struct sim_counters));
        before = sim_flash_hash(flash);
        ahead = random;
        for (unsigned k = 0; k < 5; k++) {
            step(branch, &ahead);
            assert_true(same_bytes(flash, branch) || !same_hash(flash, branch));
        }
        assert_true(before.low == sim_flash_hash(flash).low); /* untouched by the branch */
        assert_true(sim_flash_check(flash));
        assert_true(sim_flash_check(branch));
    }
    assert_int_equal(rules_broken(), 0);
    sim_flash_free(flash); /* the copy lives on */
    for (unsigned k = 0; k < 50; k++) {
        step(branch, &random);
    }
    sim_flash_free(branch);
}

static void test_copy_draws_as_its_origin(void **state)
{
    struct sim_flash *flash = new_k64f();
    struct sim_flash *branch = new_k64f();

    (void)state;
    for (uint32_t addr = 0; addr < SECTOR_BYTES; addr += LINE) {
        assert_int_equal(dev_program(flash, addr, data_a, LINE), LINE);
    }
    sim_flash_boot(flash, 7);
    sim_flash_copy(branch, flash);
    sim_flash_make_weak(flash, 0, SECTOR_BYTES);
    sim_flash_make_weak(branch, 0, SECTOR_BYTES);
    assert_true(same_bytes(flash, branch));
    sim_flash_free(flash);
    sim_flash_free(branch);
}

static void test_hash_knows_places(void **state)
{
    struct sim_flash *flash = new_k64f();
    struct sim_flash *other = new_k64f();

    (void)state;
    assert_int_equal(dev_program(flash, 0, data_a, LINE), LINE);
    assert_int_equal(dev_program(other, SECTOR_BYTES, data_a, LINE), LINE);
    assert_false(same_hash(flash, other));
    assert_int_equal(dev_program(flash, SECTOR_BYTES, data_a, LINE), LINE);
    assert_int_equal(dev_program(other, 0, data_a, LINE), LINE);
    assert_true(same_hash(flash, other));
    sim_flash_free(flash);
    sim_flash_free(other);
}

/* Whatever the way, equal states have equal hashes: a device rebuilt from a branch by the same last
 * steps, and one erased all over. */
static void test_hash_forgets_the_way(void **state)
{
    struct sim_flash *flash = new_k64f();
    struct sim_flash *fresh = new_k64f();
    uint32_t random = 99;

    (void)state;
    for (unsigned i = 0; i < STEPS; i++) {
        step(flash, &random);
    }
    assert_false(same_hash(flash, fresh));
    for (uint32_t sector = 0; sector < SECTORS; sector++) {
        assert_int_equal(dev_erase(flash, sector), SECTOR_BYTES);
    }
    assert_true(same_hash(flash, fresh));
    assert_int_equal(dev_program(flash, 0, data_a, LINE), LINE);
    assert_int_equal(dev_program(flash, 16, data_b, LINE), LINE);
    assert_int_equal(dev_program(fresh, 16, data_b, LINE), LINE);
    assert_int_equal(dev_program(fresh, 0, data_a, UNIT), UNIT);
    assert_int_equal(dev_program(fresh, UNIT, data_a + UNIT, UNIT), UNIT);
    assert_true(same_hash(flash, fresh));
    sim_flash_free(flash);
    sim_flash_free(fresh);
}

/* Every outcome of one operation is a state of its own; nothing is told apart that is equal. */
static void assert_outcomes_differ(struct sim_flash *flash, const struct sim_op *op,
                                   const void *data)
{
    struct sim_flash *branch = new_k64f();
    enum sim_outcome outcomes[SIM_OUTCOMES];
    struct sim_hash hashes[SIM_OUTCOMES];
    const size_t count = sim_flash_outcomes(flash, op, outcomes);

    for (size_t i = 0; i < count; i++) {
        sim_flash_copy(branch, flash);
        sim_flash_cut_here(branch, op, data, outcomes[i]);
        assert_true(sim_flash_is_cut(branch));
        hashes[i] = sim_flash_hash(branch);
        for (size_t k = 0; k < i; k++) {
            assert_true(hashes[i].low != hashes[k].low);
            assert_true(hashes[i].high != hashes[k].high);
        }
    }
    sim_flash_free(branch);
}

static void test_outcomes_have_hashes_of_their_own(void **state)
{
    struct sim_flash *flash = new_k64f();
    const struct sim_op data_op = {.kind = SIM_OP_PROGRAM, .addr = 32, .size = LINE};
    const struct sim_op fill_op = {.kind = SIM_OP_FILL, .addr = 0, .size = LINE};
    const struct sim_op erase_op = {.kind = SIM_OP_ERASE, .addr = 0, .size = SECTOR_BYTES};

    (void)state;
    assert_int_equal(dev_program(flash, 0, data_a, LINE), LINE);
    assert_int_equal(dev_program(flash, SECTOR_BYTES - LINE, data_a, LINE), LINE);
    assert_outcomes_differ(flash, &data_op, data_b);
    assert_outcomes_differ(flash, &fill_op, zeros);
    assert_outcomes_differ(flash, &erase_op, NULL);
    sim_flash_free(flash);
}

static void test_hash_of_weak_cells_is_of_the_cells_until_power_is_on(void **state)
{
    struct sim_flash *flash = new_k64f();
    struct sim_flash *twin = new_k64f();
    const struct sim_op op = {.kind = SIM_OP_PROGRAM, .addr = 0, .size = LINE};

    (void)state;
    sim_flash_boot(flash, 3);
    sim_flash_boot(twin, 4);
    assert_true(same_hash(flash, twin)); /* nothing is weak: the pattern does not matter */
    sim_flash_cut_here(flash, &op, data_a, SIM_CUT_WEAK);
    sim_flash_cut_here(twin, &op, data_a, SIM_CUT_WEAK);
    assert_true(same_hash(flash, twin)); /* power is off: what they showed is gone */
    sim_flash_boot(flash, 3);
    sim_flash_boot(twin, 4);
    assert_false(same_hash(flash, twin));
    sim_flash_boot(twin, 3);
    assert_true(same_hash(flash, twin));
    sim_flash_free(flash);
    sim_flash_free(twin);
}

/* ---- the hook */

struct visits {
    struct sim_flash *branch;
    unsigned count;
    struct sim_op last;
    bool had_data;
};

static void visit(void *context, struct sim_flash *flash, const struct sim_op *op, const void *data)
{
    struct visits *visits = context;

    visits->count++;
    visits->last = *op;
    visits->had_data = data != NULL;
    sim_flash_copy(visits->branch, flash);
    sim_flash_cut_here(visits->branch, op, data, SIM_CUT_DONE);
}

static void test_hook_sees_each_operation_before_it_happens(void **state)
{
    struct sim_flash *flash = new_k64f();
    struct visits visits = {.branch = new_k64f()};

    (void)state;
    sim_flash_set_hook(flash, visit, &visits);
    assert_int_equal(dev_program(flash, 48, data_a, LINE), LINE);
    assert_int_equal(visits.last.kind, SIM_OP_PROGRAM);
    assert_int_equal(visits.last.addr, 48);
    assert_int_equal(visits.last.size, LINE);
    assert_int_equal(visits.last.index, 0);
    assert_int_equal(visits.last.cut_at, 1); /* the second of two units */
    assert_true(visits.had_data);
    assert_true(same_bytes(flash, visits.branch));
    sim_flash_boot(visits.branch, 0);
    assert_true(same_hash(flash, visits.branch));
    assert_int_equal(dev_program(flash, 48, zeros, LINE), LINE);
    assert_int_equal(visits.last.kind, SIM_OP_FILL);
    assert_int_equal(visits.last.index, 1);
    assert_int_equal(dev_erase(flash, 2), SECTOR_BYTES);
    assert_int_equal(visits.last.kind, SIM_OP_ERASE);
    assert_int_equal(visits.last.addr, 2 * SECTOR_BYTES);
    assert_false(visits.had_data);
    assert_int_equal(visits.count, 3);
    sim_flash_boot(flash, 0);
    assert_int_equal(dev_erase(flash, 2), SECTOR_BYTES);
    assert_int_equal(visits.last.index, 0); /* counted from the boot */
    sim_flash_free(visits.branch);
    sim_flash_free(flash);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_equal_seeds_give_equal_bytes),
        cmocka_unit_test(test_other_seeds_give_other_garbage),
        cmocka_unit_test(test_draws_do_not_depend_on_history),
        cmocka_unit_test(test_copy_is_equal_and_goes_its_own_way),
        cmocka_unit_test(test_copy_draws_as_its_origin),
        cmocka_unit_test(test_hash_knows_places),
        cmocka_unit_test(test_hash_forgets_the_way),
        cmocka_unit_test(test_outcomes_have_hashes_of_their_own),
        cmocka_unit_test(test_hash_of_weak_cells_is_of_the_cells_until_power_is_on),
        cmocka_unit_test(test_hook_sees_each_operation_before_it_happens),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
