/* SPDX-License-Identifier: Apache-2.0 */
/* Random lives. See random.h. */
#include "random.h"

#include "guard.h"
#include "seen.h"

#define NEVER UINT64_MAX

struct life {
    const struct random_config *config;
    struct trial trial;
    uint64_t draws; /* state of the generator */
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

static void arm(struct life *life, uint64_t index)
{
    if (index == NEVER) {
        sim_flash_disarm(life->trial.flash);
    } else {
        sim_flash_arm_random_cut(life->trial.flash, index);
    }
}

/* Most cuts of a mount strike early, some late. */
static uint64_t draw_mount_cut(struct life *life)
{
    return draw(life, 3) == 0 ? NEVER : draw(life, draw(life, 3) == 0 ? 24 : 5);
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
    return (enum shape)(SHAPE_EMPTY + draw(life, (uint32_t)life->config->shape_max));
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
    } else if (what < 19 || draw(life, 8) != 0) {
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

static void live(void *context)
{
    struct life *life = context;
    trial_format(&life->trial);
    for (unsigned i = 0; i < life->config->steps; i++) {
        step(life);
    }
    trial_check_itself(&life->trial);
    trial_check_usable(&life->trial);
}

bool random_live(const struct random_config *config, uint64_t number, struct tally *tally)
{
    struct life life = {.config = config, .draws = fingerprint_mix(config->seed, number)};
    struct failure failure;
    if (!trial_open(&life.trial, config->subject, config->profile, life.draws, tally)) {
        failure = (struct failure){INVARIANT_BOUNDED, "no memory for a device"};
        tally_violation(tally, &failure, "");
        return false;
    }
    life.trial.trace = config->trace;
    if (draw(&life, 2) == 0) {
        sim_flash_set_fill_policy(life.trial.flash, SIM_FILL_UNREADABLE);
    }
    tally->runs++;
    bool passed = guard_run(live, &life, &failure);
    if (!passed) {
        char replay[256];
        snprintf(replay, sizeof replay,
                 "explore %s --random 1 --seed %llu --only %llu --nest %u --steps %u",
                 config->geometry, (unsigned long long)config->seed, (unsigned long long)number,
                 config->nest, config->steps);
        tally_violation(tally, &failure, replay);
    }
    trial_close(&life.trial);
    return passed;
}
