/* SPDX-License-Identifier: Apache-2.0 */
/* cfs-sim endurance: years of a workload on a simulated part. The life itself is in life.c. */
#include "endurance.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli.h"
#include "endurance_json.h"
#include "options.h"
#include "progress.h"
#include "report.h"
#include "summary.h"

#define DEFAULT_WORKLOAD CFS_SIM_DATA_DIR "/workloads/iot-device.cfg"
#define LIVES_MAX        100000u

struct endurance_options {
    struct device_options device;
    const char *workload;
    const char *json;
    const char *report;
    uint64_t years; /* 0: as the workload says */
    uint64_t lives;
    bool to_the_end;
    struct complaint complaint;
};

enum { KEY_WORKLOAD = 256, KEY_YEARS, KEY_LIVES, KEY_JSON, KEY_REPORT, KEY_TO_THE_END };

static const struct argp_option option_list[] = {
    {"workload", KEY_WORKLOAD, "FILE", 0,
     "What is stored and how often it changes (docs/workload.md); default: the shipped iot-device",
     0},
    {"years", KEY_YEARS, "N", 0, "Simulated years (default: as the workload says)", 0},
    {"lives", KEY_LIVES, "N", 0, "Live N lives, with seeds SEED to SEED + N - 1", 0},
    {"to-the-end", KEY_TO_THE_END, 0, 0,
     "Live on past the guaranteed erases, while sectors fail one by one, until the store takes no "
     "more or the years are over",
     0},
    {"json", KEY_JSON, "FILE|-", 0,
     "Write the result as one JSON object; '-' is stdout, instead of the summary", 0},
    {"report", KEY_REPORT, "DIR", 0, "Write DIR/index.html with pictures, and DIR/endurance.json",
     0},
    {0},
};

static error_t parse_option(int key, char *text, struct argp_state *state)
{
    struct endurance_options *options = state->input;
    switch (key) {
    case ARGP_KEY_INIT:
        state->child_inputs[0] = &options->device;
        return 0;
    case KEY_WORKLOAD:
        options->workload = text;
        return 0;
    case KEY_YEARS:
        return options_number("years", text, 1, 500, &options->years, &options->complaint);
    case KEY_LIVES:
        return options_number("lives", text, 1, LIVES_MAX, &options->lives, &options->complaint);
    case KEY_TO_THE_END:
        options->to_the_end = true;
        return 0;
    case KEY_JSON:
        options->json = text;
        return 0;
    case KEY_REPORT:
        options->report = text;
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
    .doc =
        "Let a device live for years in seconds: it is provisioned, its values change, it boots, "
        "its power fails in the middle of flash operations, and a model checks every "
        "update.\vExit status: 0 nothing was lost and the part lasts; 1 something was lost, or "
        "the part wears out within the years asked, unless that was asked for; 2 the command line "
        "or a file is wrong.\n\n"
        "Examples:\n"
        "  cfs-sim endurance\n"
        "  cfs-sim endurance --sectors 4 --years 10 --seed 7\n"
        "  cfs-sim endurance --workload my-device.cfg --lives 100 --json -",
};

bool endurance_passed(const struct endurance *endurance)
{
    return endurance->totals.violations == 0 && endurance->totals.worn_out == 0;
}

/* The workload, with what the command line says instead, and the part. */
static int prepare(struct endurance *endurance, struct endurance_options *options)
{
    struct workload *workload = &endurance->workload;
    if (workload_load(workload, options->workload, &options->complaint) < 0) {
        return -1;
    }
    const char *profile = options->device.profile;
    uint64_t sectors = options->device.sectors;
    if (options->years > 0) {
        workload->years = (double)options->years;
    }
    workload->to_the_end = options->to_the_end;
    return device_profile(profile == NULL ? workload->profile : profile,
                          sectors == 0 ? workload->sectors : sectors, &endurance->profile,
                          &options->complaint);
}

static int live_all(struct endurance *endurance, struct complaint *complaint)
{
    endurance->lives = calloc(endurance->life_count, sizeof *endurance->lives);
    if (endurance->lives == NULL) {
        return complain(complaint, "out of memory.");
    }
    for (uint32_t i = 0; i < endurance->life_count; i++) {
        char what[64];
        struct progress progress;
        (void)snprintf(what, sizeof what, "life %u of %u", i + 1, endurance->life_count); /* fits */
        progress_begin(&progress, what);
        int error = life_run(&endurance->workload, &endurance->profile, endurance->seed + i,
                             &progress, &endurance->lives[i], complaint);
        progress_end(&progress);
        if (error < 0) {
            return -1;
        }
        totals_add(&endurance->totals, &endurance->lives[i], &endurance->profile);
    }
    return 0;
}

static int publish(const struct endurance *endurance, struct endurance_options *options)
{
    if (options->json != NULL &&
        endurance_json_write(endurance, options->json, &options->complaint) < 0) {
        return -1;
    }
    bool is_for_people = options->json == NULL || strcmp(options->json, "-") != 0;
    if (is_for_people) {
        summary_print(endurance);
    }
    if (options->report == NULL) {
        return 0;
    }
    if (report_write(endurance, options->report, &options->complaint) < 0) {
        return -1;
    }
    if (is_for_people) {
        printf("Pictures: %s/index.html\n", options->report);
    }
    return 0;
}

static void release(struct endurance *endurance)
{
    for (uint32_t i = 0; endurance->lives != NULL && i < endurance->life_count; i++) {
        life_result_free(&endurance->lives[i]);
    }
    free(endurance->lives);
    workload_free(&endurance->workload);
}

int command_endurance(int argc, char **argv)
{
    struct endurance_options options = {
        .workload = DEFAULT_WORKLOAD, .device = {.seed = 1}, .lives = 1};
    struct endurance endurance = {0};
    options.device.complaint = &options.complaint;
    int error = options_parse(&argp, argc, argv, &options, &options.complaint);
    error = error < 0 ? error : prepare(&endurance, &options);
    endurance.seed = options.device.seed;
    endurance.life_count = (uint32_t)options.lives;
    error = error < 0 ? error : live_all(&endurance, &options.complaint);
    error = error < 0 ? error : publish(&endurance, &options);
    if (error < 0) {
        complaint_print(&options.complaint, argv[0]);
    }
    bool passed = error == 0 && endurance_passed(&endurance);
    release(&endurance);
    return error < 0 ? CLI_USAGE : passed ? CLI_PASS : CLI_VIOLATED;
}
