/* SPDX-License-Identifier: Apache-2.0 */
/* The exhaustive explorer. See explore.h. */
#include "explore.h"

#include <stdlib.h>
#include <string.h>

#include "guard.h"
#include "start.h"

/* As intended, as before, garbage, and a draw per unit. */
static const uint32_t patterns[] = {0, 1, 2, 3};
#define PATTERNS   (sizeof patterns / sizeof patterns[0])
#define PLACES_MAX 4u

/* One store running, `depth` cuts away from the workload's start. */
struct level {
    struct explorer *explorer;
    struct trial trial;
    unsigned depth;
    bool exploring; /* cut at the operations of this level */
    unsigned ops;   /* seen at this level */
};

struct explorer {
    struct explore_config config;
    struct tally *tally;
    struct level levels[DEPTH_MAX + 1];
    struct trial blank;   /* a new device */
    struct trial scratch; /* for what must hold after recovery */
    struct seen images;   /* booted already */
    struct seen states;   /* recovered already */
    struct start_counts counts;
    const struct script *script;
    struct cut_path path; /* of the image being explored */
    bool stopped;
};

static void on_op(void *context, const struct sim_op *op, const void *data);

static bool open_trials(struct explorer *explorer)
{
    const struct explore_config *config = &explorer->config;
    struct trial *trials[DEPTH_MAX + 3] = {&explorer->blank, &explorer->scratch};
    size_t count = 2;
    for (unsigned depth = 0; depth <= config->depth; depth++) {
        trials[count++] = &explorer->levels[depth].trial;
    }
    for (size_t i = 0; i < count; i++) {
        if (!trial_open(trials[i], config->subject, config->profile, config->seed,
                        explorer->tally)) {
            return false;
        }
        sim_flash_set_fill_policy(trials[i]->flash, config->fill);
        trials[i]->trace = config->only.count > 0 ? config->trace : NULL;
    }
    return true;
}

struct explorer *explorer_new(const struct explore_config *config, struct tally *tally)
{
    struct explorer *explorer = calloc(1, sizeof *explorer);
    if (explorer == NULL) {
        return NULL;
    }
    explorer->config = *config;
    explorer->tally = tally;
    if (!open_trials(explorer) || !seen_init(&explorer->images) || !seen_init(&explorer->states)) {
        explorer_free(explorer);
        return NULL;
    }
    for (unsigned depth = 0; depth <= config->depth; depth++) {
        struct level *level = &explorer->levels[depth];
        level->explorer = explorer;
        level->depth = depth;
        level->trial.watch = on_op;
        level->trial.watch_context = level;
    }
    return explorer;
}

void explorer_free(struct explorer *explorer)
{
    trial_close(&explorer->blank);
    trial_close(&explorer->scratch);
    for (unsigned depth = 0; depth <= DEPTH_MAX; depth++) {
        trial_close(&explorer->levels[depth].trial);
    }
    seen_free(&explorer->images);
    seen_free(&explorer->states);
    free(explorer);
}

static void report(struct explorer *explorer, const struct failure *failure)
{
    char cuts[160];
    char replay[256];
    if (explorer->stopped) {
        return; /* what the levels above find on their way out is no news */
    }
    cut_path_print(&explorer->path, cuts, sizeof cuts);
    snprintf(replay, sizeof replay, "explore %s --workload %s --depth %u%s%s",
             explorer->config.geometry, explorer->script->name, explorer->config.depth,
             explorer->path.count > 0 ? " --cut " : "", cuts);
    tally_violation(explorer->tally, failure, replay);
    explorer->stopped = explorer->config.stop_at_first;
}

/* ---- after a mount has returned */

/* A second life: the session that recovered goes on, and is cut as well. */
static void live_on(struct level *level)
{
    static const struct op script[] = {{OP_SET, 0, SHAPE_COUNTER}, {OP_SET, 3, SHAPE_SHORT}};
    for (size_t i = 0; i < sizeof script / sizeof script[0]; i++) {
        (void)trial_apply(&level->trial, &script[i]); /* never cut at its own level */
        trial_judge(&level->trial);
    }
}

/* Everything that follows from the recovered state alone, once for each such state. */
static void check_settled(struct level *level)
{
    struct explorer *explorer = level->explorer;
    unsigned left = explorer->config.depth - level->depth;
    if (!seen_add(&explorer->states, fingerprint_mix(trial_fingerprint(&level->trial), left))) {
        return;
    }
    trial_check_itself(&level->trial);
    trial_copy(&explorer->scratch, &level->trial);
    trial_check_stable(&explorer->scratch, patterns, PATTERNS);
    trial_check_usable(&explorer->scratch);
    if (level->depth > 0 && left > 0) {
        live_on(level);
    }
}

static void recover(void *context)
{
    struct level *level = context;
    (void)trial_mount(&level->trial); /* never cut at its own level */
    trial_judge(&level->trial);
    check_settled(level);
}

/* ---- cutting */

static bool is_wanted(const struct explorer *explorer, unsigned depth, const struct cut *cut)
{
    const struct cut_path *only = &explorer->config.only;
    if (only->count == 0) {
        return true;
    }
    if (depth >= only->count) {
        return false;
    }
    const struct cut *wanted = &only->cuts[depth];
    return wanted->op == cut->op && wanted->outcome == cut->outcome &&
           wanted->place == cut->place && wanted->pattern == cut->pattern;
}

/* Explore the image that `cut` leaves of the operation that `from` is about to do. Returns the
 * fingerprint of what is read at the boot. */
static uint64_t branch(struct level *from, const struct sim_op *op, const void *data,
                       const struct cut *cut)
{
    struct explorer *explorer = from->explorer;
    struct level *to = from + 1;
    struct sim_op placed = *op;
    if (from->trial.trace != NULL) {
        fprintf(from->trial.trace, "  cut: %s\n", sim_outcome_name(cut->outcome));
    }
    placed.cut_at = cut->place;
    trial_copy(&to->trial, &from->trial);
    sim_flash_cut_here(to->trial.flash, &placed, data, cut->outcome);
    to->trial.decided = false;
    trial_power_on(&to->trial, cut->pattern);
    unsigned left = explorer->config.depth - to->depth;
    uint64_t fingerprint = fingerprint_mix(trial_fingerprint(&to->trial), left);
    if (!seen_add(&explorer->images, fingerprint)) {
        return fingerprint;
    }
    explorer->tally->unique++;
    explorer->path.cuts[from->depth] = *cut;
    explorer->path.count = to->depth;
    to->exploring = left > 0;
    to->ops = 0;
    struct failure failure;
    if (!guard_run(recover, to, &failure)) {
        explorer->path.count = to->depth;
        report(explorer, &failure);
    }
    explorer->path.count = from->depth;
    return fingerprint;
}

/* Where in the operation a cut can make a difference. */
static size_t list_places(const struct sim_op *op, enum sim_outcome outcome,
                          uint32_t places[PLACES_MAX])
{
    size_t count = 0;
    places[count++] = op->cut_at;
    if (op->kind == SIM_OP_ERASE) {
        if (outcome == SIM_CUT_HALF || outcome == SIM_CUT_ZERO) {
            places[count++] = 1;
            places[count++] = 7;
        }
    } else if (outcome != SIM_CUT_NONE && outcome != SIM_CUT_DONE && op->cut_at > 0) {
        places[count++] = 0;
    }
    return count;
}

static void cut_with(struct level *level, const struct sim_op *op, const void *data,
                     enum sim_outcome outcome)
{
    struct explorer *explorer = level->explorer;
    uint32_t places[PLACES_MAX];
    size_t count = list_places(op, outcome, places);
    for (size_t i = 0; i < count; i++) {
        uint64_t first = 0;
        bool made = false;
        for (size_t j = 0; j < PATTERNS && !explorer->stopped; j++) {
            struct cut cut = {level->ops, outcome, places[i], patterns[j]};
            if (!is_wanted(explorer, level->depth, &cut)) {
                continue;
            }
            explorer->tally->images += !made;
            explorer->tally->modes[outcome] += !made;
            made = true;
            uint64_t fingerprint = branch(level, op, data, &cut);
            if (j > 0 && fingerprint == first) {
                break; /* no weak cells: every boot reads the same */
            }
            first = fingerprint;
        }
    }
}

static void on_op(void *context, const struct sim_op *op, const void *data)
{
    struct level *level = context;
    struct explorer *explorer = level->explorer;
    if (!level->exploring || explorer->stopped) {
        return;
    }
    if (explorer->config.is_over != NULL &&
        explorer->config.is_over(explorer->config.is_over_context)) {
        explorer->stopped = true;
        return;
    }
    enum sim_outcome outcomes[SIM_OUTCOMES];
    size_t count = sim_flash_outcomes(level->trial.flash, op, outcomes);
    explorer->tally->operations++;
    for (size_t i = 0; i < count; i++) {
        cut_with(level, op, data, outcomes[i]);
    }
    level->ops++;
}

/* ---- the workload */

static void run_script(void *context)
{
    struct explorer *explorer = context;
    struct level *level = &explorer->levels[0];
    const struct script *script = explorer->script;
    level->exploring = false;
    level->ops = 0;
    start_run(&level->trial, &explorer->blank, script->start, &explorer->counts);
    level->exploring = true;
    for (size_t i = 0; i < script->count && !explorer->stopped; i++) {
        (void)trial_apply(&level->trial, &script->ops[i]); /* never cut at its own level */
        trial_judge(&level->trial);
    }
    level->exploring = false;
    check_settled(level);
}

bool explorer_run(struct explorer *explorer, const struct script *script)
{
    struct failure failure;
    explorer->script = script;
    explorer->path.count = 0;
    explorer->tally->runs++;
    if (!guard_run(run_script, explorer, &failure)) {
        explorer->path.count = 0;
        report(explorer, &failure);
    }
    return !explorer->stopped;
}
