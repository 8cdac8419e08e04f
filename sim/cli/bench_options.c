/* SPDX-License-Identifier: Apache-2.0 */
/* See bench_options.h. */
#include "bench_options.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "bench_device.h"
#include "bench_workload.h"
#include "options.h"

enum {
    KEY_WORKLOAD = 256,
    KEY_SECTORS,
    KEY_PROFILE,
    KEY_MAX_TIMES,
    KEY_MAINTAIN,
    KEY_UPDATES,
    KEY_IMAGE,
    KEY_JSON
};

static const struct argp_option option_list[] = {
    {"workload", KEY_WORKLOAD, "NAME,...", 0,
     "Only these: W1, W2, W3, W4, W4h, W5, W6, capacity (docs/bench.md)", 0},
    {"sectors", KEY_SECTORS, "N,...", 0,
     "On parts of so many sectors (default: 4,16,64; W6: 64,256)", 0},
    {"profile", KEY_PROFILE, "NAME|FILE", 0,
     "Another part than " BENCH_DEVICE ", with its own times; there are no bars then", 0},
    {"max-times", KEY_MAX_TIMES, 0, 0,
     "Let every operation take the longest time of the data sheet", 0},
    {"maintain", KEY_MAINTAIN, 0, 0,
     "Let the store tidy up between updates, as a device does when it is idle; its time is not "
     "counted",
     0},
    {"updates", KEY_UPDATES, "N", 0,
     "Stop W1, W2, W4 and W4h after N steps; figures cannot be compared then", 0},
    {"image", KEY_IMAGE, "FILE", 0,
     "Save the flash as the last workload left it, for 'cfs-sim image'", 0},
    {"json", KEY_JSON, 0, 0, "One JSON object a line instead of tables", 0},
    {0},
};

/* "4,16": numbers, separated by commas. */
static error_t parse_sizes(struct bench_options *options, const char *text)
{
    char list[128];
    char *rest = NULL;
    size_t count = 0;
    bool fits = strlen(text) < sizeof list;
    (void)snprintf(list, sizeof list, "%s", text); /* a cut list is refused below */
    for (char *item = strtok_r(list, ",", &rest); item != NULL && fits;
         item = strtok_r(NULL, ",", &rest)) {
        uint64_t sectors = 0;
        if (options_number("sectors", item, 3, OPTIONS_SECTORS_MAX, &sectors,
                           &options->complaint) != 0) {
            return EINVAL;
        }
        fits = count < BENCH_SIZES_MAX;
        options->sizes[fits ? count++ : 0] = (uint32_t)sectors;
    }
    if (count == 0 || !fits) {
        (void)complain(&options->complaint, /* EINVAL says the same */
                       "--sectors takes 1 to %u numbers, separated by commas.", BENCH_SIZES_MAX);
        return EINVAL;
    }
    return 0;
}

static error_t check_workloads(struct bench_options *options, const char *text)
{
    for (const char *name = text; name != NULL;) {
        size_t length = strcspn(name, ",");
        if (bench_workload_find(name, length) == NULL) {
            (void)complain(&options->complaint, /* EINVAL says the same */
                           "there is no workload '%.*s'; there are W1, W2, W3, W4, W4h, W5, W6 and "
                           "capacity.",
                           (int)length, name);
            return EINVAL;
        }
        name = name[length] == ',' ? name + length + 1 : NULL;
    }
    options->workloads = text;
    return 0;
}

static error_t parse_option(int key, char *text, struct argp_state *state)
{
    struct bench_options *options = state->input;
    switch (key) {
    case KEY_WORKLOAD:
        return check_workloads(options, text);
    case KEY_SECTORS:
        return parse_sizes(options, text);
    case KEY_PROFILE:
        options->profile = text;
        return 0;
    case KEY_MAX_TIMES:
        options->max_times = true;
        return 0;
    case KEY_MAINTAIN:
        options->with_maintain = true;
        return 0;
    case KEY_UPDATES:
        return options_number("updates", text, 1, UINT32_MAX, &options->updates_max,
                              &options->complaint);
    case KEY_IMAGE:
        options->image = text;
        return 0;
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

static const struct argp argp = {
    .options = option_list,
    .parser = parse_option,
    .doc =
        "Run fixed workloads on parts of fixed sizes and tell what they cost: bytes programmed, "
        "erases, time of updates, what a mount and a get read, how many keys fit. Every run ends "
        "with a full comparison with a model, and another after a reset.\vExit status: 0 "
        "everything was there; 1 something was not, or the store broke a rule of the flash; 2 "
        "the command line or a file is wrong. A bar that is not met is no error.\n\n"
        "Examples:\n"
        "  cfs-sim bench\n"
        "  cfs-sim bench --workload W1,W4h --sectors 16\n"
        "  cfs-sim bench --profile nrf52840 --json",
};

bool bench_options_choose(const struct bench_options *options, const char *workload)
{
    const char *name = options->workloads;
    while (name != NULL) {
        size_t length = strcspn(name, ",");
        if (strlen(workload) == length && strncmp(name, workload, length) == 0) {
            return true;
        }
        name = name[length] == ',' ? name + length + 1 : NULL;
    }
    return options->workloads == NULL;
}

int bench_options_parse(struct bench_options *options, int argc, char **argv)
{
    *options = (struct bench_options){.profile = BENCH_DEVICE, .updates_max = UINT64_MAX};
    return options_parse(&argp, argc, argv, options, &options->complaint);
}

bool bench_options_are_standard(const struct bench_options *options)
{
    return strcmp(options->profile, BENCH_DEVICE) == 0 && !options->max_times &&
           options->updates_max == UINT64_MAX;
}
