/* SPDX-License-Identifier: Apache-2.0 */
/* Random lives. See random.h. */
#include "random.h"

#include "guard.h"
#include "seen.h"

#define NEVER UINT64_MAX

struct life {
    const struct random_config *config;
    struct trial trial;
    uint64_t draws;           /* state of the generator */
    uint64_t operations_left; /* until the cut, NEVER: none is armed */
    uint32_t persistence;     /* a mount is spared from a cut once in so many */
    bool formats;             /* does this life format again? */
};

static uint32_t draw(struct life *life, uint32_t below)
{
    life->draws += 0x9E3779B97F4A7C15u;
    return (uint32_t)((fingerprint_mix(life->draws, below) >> 32) % below);
}

static uint32_t draw_pattern(struct life *life)
{
    return draw(life, 2) == 0 ? draw(life, 3) : 3 + draw(life, 1u << 20);
}

/* ---- boots */

/* Cut the `index`-th operation from now on; how is drawn when it is known. */
static void arm(struct life *life, uint64_t index)
{
    life->operations_left = index;
}

/* Where in an operation the cut strikes: see sim_op.cut_at. */
static uint32_t draw_place(struct life *life, const struct sim_op *op)
{
    return op->kind == SIM_OP_ERASE ? draw(life, 8) : draw(life, op->cut_at + 1);
}

static void on_op(void *context, const struct sim_op *op, const void *data)
{
    struct life *life = context;
    enum sim_outcome outcomes[SIM_OUTCOMES];
    (void)data;
    if (life->operations_left == NEVER || life->operations_left-- > 0) {
        return;
    }
    life->operations_left = NEVER;
    size_t count = sim_flash_outcomes(life->trial.flash, op, outcomes);
    enum sim_outcome outcome = outcomes[draw(life, (uint32_t)count)];
    life->trial.tally->modes[outcome]++;
    if (life->trial.trace != NULL) {
        fprintf(life->trial.trace, "  cut: %s\n", sim_outcome_name(outcome));
    }
    sim_flash_arm_cut_at(life->trial.flash, 0, outcome, draw_place(life, op));
}

/* Most cuts of a mount strike early, some late. */
static uint64_t draw_mount_cut(struct life *life)
{
    return draw(life, life->persistence) == 0 ? NEVER : draw(life, draw(life, 3) == 0 ? 24 : 5);
}

static void note_cut(struct life *life, unsigned in_a_row)
{
    struct tally *tally = life->trial.tally;
    tally->operations++;
    tally->images++;
    tally->unique++;
    tally->nested_max = in_a_row > tally->nested_max ? in_a_row : tally->nested_max;
    if (life->trial.trace != NULL) {
        trial_trace_cut(&life->trial, &life->trial.last);
    }
}

/* Boot until a mount returns; up to `nest` of them are cut. Each boot draws weak cells anew. */
static void boot(struct life *life, unsigned cuts)
{
    struct trial *trial = &life->trial;
    for (;;) {
        trial_power_on(trial, draw_pattern(life));
        arm(life, cuts < life->config->nest ? draw_mount_cut(life) : NEVER);
        if (trial_mount(trial)) {
            break;
        }
        note_cut(life, ++cuts);
    }
    arm(life, NEVER);
    trial_judge(trial);
}

/* What has been seen must stay, at any number of later boots, without a program. */
static void boot_again(struct life *life)
{
    for (uint32_t boots = draw(life, 3); boots > 0; boots--) {
        uint32_t pattern = draw_pattern(life);
        trial_check_stable(&life->trial, &pattern, 1);
    }
    if (draw(life, 8) == 0) {
        trial_check_itself(&life->trial);
    }
}

/* ---- one operation */

static enum shape draw_shape(struct life *life)
{
    return (enum shape)(SHAPE_EMPTY + draw(life, SHAPES - SHAPE_EMPTY));
}

static struct op draw_op(struct life *life)
{
    struct op op = {OP_SET, draw(life, life->config->keys), SHAPE_NONE};
    uint32_t what = draw(life, 20);
    if (what < 12) {
        op.shape = draw(life, 3) == 0 ? draw_shape(life) : SHAPE_COUNTER;
    } else if (what < 16) {
        op.kind = OP_DELETE;
    } else if (what < 18) {
        op.kind = OP_REMOUNT;
    } else if (what < 19 || !life->formats) {
        op.kind = OP_REBOOT;
    } else {
        op.kind = OP_FORMAT;
    }
    return op;
}

static void step(struct life *life)
{
    struct op op = draw_op(life);
    arm(life, draw(life, 3) == 0 ? draw(life, draw(life, 3) == 0 ? 30 : 6) : NEVER);
    bool done = trial_apply(&life->trial, &op);
    arm(life, NEVER);
    if (done) {
        trial_judge(&life->trial);
    } else {
        note_cut(life, 1);
        boot(life, 1);
        boot_again(life);
    }
}

/* Plain writes, so that lives begin anywhere in a lap. */
static void grow_old(struct life *life)
{
    const struct sim_profile *profile = sim_flash_profile(life->trial.flash);
    uint32_t lines = profile->regions[0].sector_bytes / profile->line_bytes;
    for (uint32_t writes = draw(life, lines * profile->regions[0].count); writes > 0; writes--) {
        struct op op = {OP_SET, draw(life, life->config->keys), SHAPE_COUNTER};
        (void)trial_apply(&life->trial, &op); /* no cut is armed */
    }
    trial_judge(&life->trial);
}

static void live(void *context)
{
    struct life *life = context;
    trial_format(&life->trial);
    grow_old(life);
    for (unsigned i = 0; i < life->config->steps; i++) {
        step(life);
    }
    trial_check_itself(&life->trial);
    trial_check_usable(&life->trial);
}

bool random_live(const struct random_config *config, uint64_t number, struct tally *tally)
{
    struct life life = {
        .config = config, .draws = fingerprint_mix(config->seed, number), .operations_left = NEVER};
    struct failure failure;
    if (!trial_open(&life.trial, config->subject, config->profile, life.draws, tally)) {
        failure = (struct failure){INVARIANT_BOUNDED, "no memory for a device"};
        tally_violation(tally, &failure, "");
        return false;
    }
    life.trial.trace = config->trace;
    life.trial.watch = on_op;
    life.trial.watch_context = &life;
    if (draw(&life, 2) == 0) {
        sim_flash_set_fill_policy(life.trial.flash, SIM_FILL_UNREADABLE);
    }
    static const uint32_t persistences[] = {2, 3, 8, 40};
    life.persistence = persistences[draw(&life, 4)];
    life.formats = draw(&life, 3) == 0;
    tally->runs++;
    bool passed = guard_run(live, &life, &failure);
    if (!passed) {
        char replay[256];
        snprintf(replay, sizeof replay,
                 "explore %s --random 1 --only %llu --nest %u --steps %u --keys %u",
                 config->geometry, (unsigned long long)number, config->nest, config->steps,
                 config->keys);
        tally_violation(tally, &failure, replay);
    }
    trial_close(&life.trial);
    return passed;
}
