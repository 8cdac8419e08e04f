/* SPDX-License-Identifier: Apache-2.0 */
/* cfs-sim plan: how many sectors, for how long, how fast. Here: the command line. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli.h"
#include "options.h"
#include "plan_question.h"
#include "plan_show.h"

#define DEFAULT_WORKLOAD CFS_SIM_DATA_DIR "/workloads/iot-device.cfg"

struct plan_options {
    struct device_options device;
    const char *workload; /* NULL: not given */
    struct plan_keys keys;
    bool has_numbers; /* one of the options about keys was given */
    uint64_t years;   /* 0: as the workload says */
    bool json;
    struct complaint complaint;
};

enum { KEY_WORKLOAD = 256, KEY_KEYS, KEY_NAME, KEY_VALUE, KEY_RATE, KEY_YEARS, KEY_JSON };

static const struct argp_option option_list[] = {
    {"workload", KEY_WORKLOAD, "FILE", 0,
     "What is stored and how often it changes "
     "(docs/workload.md); default: the shipped iot-device",
     0},
    {"keys", KEY_KEYS, "N", 0, "Instead of a file: so many keys, all alike (default 32)", 0},
    {"name-bytes", KEY_NAME, "N", 0, "Length of each name (default 16)", 0},
    {"value-bytes", KEY_VALUE, "N", 0, "Length of each value (default 32)", 0},
    {"updates-per-day", KEY_RATE, "N", 0, "Of all keys together, evenly (default 0)", 0},
    {"years", KEY_YEARS, "N", 0, "How long it has to last (default: as the workload says, or 20)",
     0},
    {"json", KEY_JSON, 0, 0, "One JSON object instead of words", 0},
    {0},
};

static error_t parse_rate(const char *text, struct plan_options *options)
{
    char *end;
    double rate = strtod(text, &end);
    if (end == text || *end != '\0' || !(rate >= 0 && rate <= 864e6)) {
        (void)complain(&options->complaint, /* EINVAL says it */
                       "--updates-per-day must be a number from 0 to 864000000, not '%s'.", text);
        return EINVAL;
    }
    options->keys.updates_per_day = rate;
    return 0;
}

static error_t parse_number(int key, const char *text, struct plan_options *options)
{
    struct plan_keys *keys = &options->keys;
    options->has_numbers = true;
    switch (key) {
    case KEY_KEYS:
        return options_number("keys", text, 1, WORKLOAD_KEYS_MAX, &keys->count,
                              &options->complaint);
    case KEY_NAME:
        return options_number("name-bytes", text, 1, WORKLOAD_NAME_MAX, &keys->name_bytes,
                              &options->complaint);
    case KEY_VALUE:
        return options_number("value-bytes", text, 0, WORKLOAD_VALUE_MAX, &keys->value_bytes,
                              &options->complaint);
    default:
        return parse_rate(text, options);
    }
}

static error_t parse_option(int key, char *text, struct argp_state *state)
{
    struct plan_options *options = state->input;
    switch (key) {
    case ARGP_KEY_INIT:
        state->child_inputs[0] = &options->device;
        return 0;
    case KEY_WORKLOAD:
        options->workload = text;
        return 0;
    case KEY_KEYS:
    case KEY_NAME:
    case KEY_VALUE:
    case KEY_RATE:
        return parse_number(key, text, options);
    case KEY_YEARS:
        return options_number("years", text, 1, 500, &options->years, &options->complaint);
    case KEY_JSON:
        options->json = true;
        return 0;
    case ARGP_KEY_ARG:
        return options_complain_argument(text, &options->complaint);
    case ARGP_KEY_ERROR:
        options_complain_unknown(state, &options->complaint);
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

static const struct argp_child children[] = {{&device_argp, 0, "The part:", 1}, {0}};
static const struct argp argp = {
    .options = option_list,
    .parser = parse_option,
    .children = children,
    .doc = "Say how many sectors a workload needs, how long they last, how much room is left and "
           "how long an update takes. The first part of the life is lived in the simulator, the "
           "rest follows from it (docs/plan.md).\v"
           "Exit status: 0 it fits and lasts; 1 it does not; 2 the command line or a file is "
           "wrong.\n\n"
           "Examples:\n"
           "  cfs-sim plan --workload my-device.cfg --sectors 4\n"
           "  cfs-sim plan --profile stm32l4 --keys 100 --value-bytes 64 --updates-per-day 500",
};

/* For the plan itself: a second or two. */
static const struct plan_budget budget = {.events = 200000, .reads = 10000000, .laps = 100};

static int ask(struct workload *workload, struct plan_options *options)
{
    struct complaint *complaint = &options->complaint;
    if (options->has_numbers && options->workload != NULL) {
        return complain(complaint, "a workload file says which keys there are; leave out --keys, "
                                   "--name-bytes, --value-bytes and --updates-per-day.");
    }
    const char *file = options->workload == NULL ? DEFAULT_WORKLOAD : options->workload;
    int result = options->has_numbers ? plan_make_workload(workload, &options->keys, complaint)
                                      : workload_load(workload, file, complaint);
    if (result < 0) {
        return -1;
    }
    if (options->years > 0) {
        workload->years = (double)options->years;
    }
    plan_put_longest_first(workload);
    return 0;
}

/* The part with the sectors that are asked about, and the whole of it. */
static int find_part(const struct workload *workload, struct plan_options *options,
                     struct sim_profile *profile, struct sim_profile *part)
{
    const char *name = options->device.profile;
    uint64_t sectors = options->device.sectors == 0 ? workload->sectors : options->device.sectors;
    if (name == NULL) {
        name = options->has_numbers ? "k64f" : workload->profile;
    }
    if (device_profile(name, 0, part, &options->complaint) < 0) {
        return -1;
    }
    return device_profile(name, sectors, profile, &options->complaint);
}

static uint32_t sectors_in(const struct sim_profile *profile)
{
    uint32_t sectors = 0;
    for (uint32_t i = 0; i < profile->region_count; i++) {
        sectors += profile->regions[i].count;
    }
    return sectors;
}

static int make_plan(struct plan *plan, const struct sim_profile *part, struct complaint *complaint)
{
    plan->sectors = sectors_in(plan->profile);
    if (plan_measure(&plan->measure, plan->workload, plan->profile, plan->seed, &budget) < 0 ||
        plan_search(&plan->minimum, plan->workload, part, plan->seed) < 0) {
        return complain(complaint, "out of memory.");
    }
    return 0;
}

int command_plan(int argc, char **argv)
{
    struct plan_options options = {.device = {.seed = 1},
                                   .keys = {.count = 32, .name_bytes = 16, .value_bytes = 32}};
    struct workload workload = {0};
    struct sim_profile profile;
    struct sim_profile part;
    struct plan plan = {.workload = &workload, .profile = &profile};
    options.device.complaint = &options.complaint;
    int error = options_parse(&argp, argc, argv, &options, &options.complaint);
    error = error < 0 ? error : ask(&workload, &options);
    error = error < 0 ? error : find_part(&workload, &options, &profile, &part);
    plan.seed = options.device.seed;
    error = error < 0 ? error : make_plan(&plan, &part, &options.complaint);
    if (error < 0) {
        complaint_print(&options.complaint, argv[0]);
    } else if (options.json) {
        plan_print_json(&plan);
    } else {
        plan_print(&plan);
    }
    workload_free(&workload);
    return error < 0 ? CLI_USAGE : plan_passed(&plan) ? CLI_PASS : CLI_VIOLATED;
}
