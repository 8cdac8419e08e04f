/* SPDX-License-Identifier: Apache-2.0 */
/* cfs-sim explore: every power cut of short scripts, or random cuts of long ones. The work is done
 * in powerfail/; this is its command line. */
#include <argp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "explore.h"
#include "knockout.h"
#include "random.h"

#include "cli.h"
#include "options.h"

struct settings {
    struct device_options device;
    struct complaint complaint;
    struct sim_profile profile;
    uint64_t lines, line_bytes;
    const char *workload;
    uint64_t length, depth;
    bool random;
    uint64_t lives, only, nest, steps, keys;
    uint64_t shard, shards;
    uint64_t time_s;
    enum sim_fill_policy fill;
    struct cut_path cut;
    bool stop, json, trace, only_given;
    const char *knockout;
    char geometry[160];
    struct timespec begun;
};

enum {
    KEY_LINES = 256,
    KEY_LINE_BYTES,
    KEY_WORKLOAD,
    KEY_LENGTH,
    KEY_DEPTH,
    KEY_RANDOM,
    KEY_ONLY,
    KEY_NEST,
    KEY_STEPS,
    KEY_KEYS,
    KEY_SHARD,
    KEY_TIME,
    KEY_FILL,
    KEY_CUT,
    KEY_STOP,
    KEY_JSON,
    KEY_TRACE,
    KEY_KNOCKOUT,
};

static const struct argp_option option_list[] = {
    {"lines", KEY_LINES, "N", 0, "Lines in a sector (default: as the part has)", 1},
    {"line-bytes", KEY_LINE_BYTES, "N", 0, "Bytes in a line (default: as the part has)", 1},
    {"fill", KEY_FILL, "zero|unreadable", 0,
     "What a zero-filled unit reads as where it was not "
     "blank (default zero; random lives draw it)",
     1},
    {"workload", KEY_WORKLOAD, "NAME", 0,
     "Explore this script only: a start (empty, few, dirty, "
     "switch, spare, reclaim, prepare, lap), a colon, and letters",
     2},
    {"length", KEY_LENGTH, "N", 0, "Explore all scripts of up to N letters (default 2)", 2},
    {"depth", KEY_DEPTH, "N", 0,
     "Cuts in a row, each inside the recovery from the one before "
     "(default 2)",
     2},
    {"cut", KEY_CUT, "PATH", 0, "No other cuts than these, as a violation prints them", 2},
    {"shard", KEY_SHARD, "I/N", 0, "Only every N-th script or life, from the I-th (0 is first)", 2},
    {"random", KEY_RANDOM, "LIVES", 0, "Instead: so many random lives", 3},
    {"only", KEY_ONLY, "N", 0, "Begin with life number N (default 0)", 3},
    {"nest", KEY_NEST, "N", 0, "Most cuts in a row in a random life (default 40)", 3},
    {"steps", KEY_STEPS, "N", 0, "Operations in a random life (default 60)", 3},
    {"keys", KEY_KEYS, "N", 0, "Keys in a random life (default 5)", 3},
    {"time", KEY_TIME, "SECONDS", 0, "Stop after so long; exit 3 if not all was explored", 4},
    {"stop", KEY_STOP, NULL, 0, "Stop at the first violation", 4},
    {"json", KEY_JSON, NULL, 0, "End with one JSON object on one line", 4},
    {"trace", KEY_TRACE, NULL, 0, "Tell every step: of random lives, and with --cut", 4},
    {"knockout", KEY_KNOCKOUT, "RULE", 0, "Test builds: switch a rule of the format off", 4},
    {0},
};

static error_t parse_fill(struct settings *settings, const char *text)
{
    if (strcmp(text, "zero") != 0 && strcmp(text, "unreadable") != 0) {
        (void)complain(&settings->complaint, "--fill must be zero or unreadable, not '%s'.", text);
        return EINVAL;
    }
    settings->fill = text[0] == 'z' ? SIM_FILL_ZERO : SIM_FILL_UNREADABLE;
    return 0;
}

static error_t parse_shard(struct settings *settings, const char *text)
{
    unsigned shard;
    unsigned shards;
    char rest;
    if (sscanf(text, "%u/%u%c", &shard, &shards, &rest) != 2 || shard >= shards) {
        (void)complain(&settings->complaint, "--shard must be like 0/4, not '%s'.", text);
        return EINVAL;
    }
    settings->shard = shard;
    settings->shards = shards;
    return 0;
}

static error_t parse_flag(int key, struct settings *settings)
{
    switch (key) {
    case KEY_STOP:
        settings->stop = true;
        return 0;
    case KEY_JSON:
        settings->json = true;
        return 0;
    case KEY_TRACE:
        settings->trace = true;
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

static error_t parse_text(int key, char *text, struct settings *settings)
{
    switch (key) {
    case KEY_FILL:
        return parse_fill(settings, text);
    case KEY_SHARD:
        return parse_shard(settings, text);
    case KEY_WORKLOAD:
        settings->workload = text;
        return 0;
    case KEY_KNOCKOUT:
        settings->knockout = text;
        return 0;
    case KEY_CUT:
        if (!cut_path_parse(text, &settings->cut)) {
            (void)complain(&settings->complaint, "--cut must be like 3:ghost@1~0, not '%s'.", text);
            return EINVAL;
        }
        return 0;
    default:
        return parse_flag(key, settings);
    }
}

static error_t parse_number(int key, const char *text, struct settings *settings)
{
    const struct {
        int key;
        const char *name;
        uint64_t min, max;
        uint64_t *value;
    } numbers[] = {
        {KEY_LINES, "lines", 8, 65536, &settings->lines},
        {KEY_LINE_BYTES, "line-bytes", 8, 512, &settings->line_bytes},
        {KEY_LENGTH, "length", 1, 4, &settings->length},
        {KEY_DEPTH, "depth", 1, DEPTH_MAX, &settings->depth},
        {KEY_RANDOM, "random", 1, UINT32_MAX, &settings->lives},
        {KEY_ONLY, "only", 0, UINT32_MAX, &settings->only},
        {KEY_NEST, "nest", 1, 1000, &settings->nest},
        {KEY_STEPS, "steps", 1, 1000000, &settings->steps},
        {KEY_KEYS, "keys", 1, KEYS, &settings->keys},
        {KEY_TIME, "time", 1, 1000000, &settings->time_s},
    };
    for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++) {
        if (numbers[i].key == key) {
            return options_number(numbers[i].name, text, numbers[i].min, numbers[i].max,
                                  numbers[i].value, &settings->complaint);
        }
    }
    return ARGP_ERR_UNKNOWN;
}

static error_t parse(int key, char *text, struct argp_state *state)
{
    struct settings *settings = state->input;
    if (key == ARGP_KEY_INIT) {
        state->child_inputs[0] = &settings->device;
        return 0;
    }
    if (key == ARGP_KEY_ARG) {
        return options_complain_argument(text, &settings->complaint);
    }
    if (key == ARGP_KEY_ERROR) {
        options_complain_unknown(state, &settings->complaint);
        return 0;
    }
    settings->random = settings->random || key == KEY_RANDOM;
    error_t error = parse_number(key, text, settings);
    return error == ARGP_ERR_UNKNOWN ? parse_text(key, text, settings) : error;
}

static const struct argp_child children[] = {{&device_argp, 0, "Device", 0}, {0}};

static const struct argp argp = {
    .options = option_list,
    .parser = parse,
    .doc = "Run a store on a simulated flash, cut the power at every operation in every way a cut "
           "can end, boot, cut that boot too, and judge what is seen.\v"
           "Letters of a workload: a set key 0 short, A set key 0 long, b set key 1 to a counter, "
           "c create key 2, x delete key 0, y delete key 1, r unmount and boot, p power cycle, F "
           "format again; by name only: e set key 0 empty, f set key 2 to ones, z set key 2 to "
           "zeros.\n\n"
           "Exit status: 0 nothing found; 1 a violation, with the command that shows it again; "
           "2 the command line is wrong; 3 the time ran out first.",
    .children = children,
};

/* ---- settings */

static int choose_profile(struct settings *settings)
{
    const char *name = settings->device.profile == NULL ? "k64f" : settings->device.profile;
    uint64_t sectors = settings->device.sectors == 0 ? 4 : settings->device.sectors;
    if (device_profile(name, sectors, &settings->profile, &settings->complaint) < 0) {
        return -1;
    }
    if (settings->line_bytes != 0) {
        settings->profile.line_bytes = (uint32_t)settings->line_bytes;
    }
    uint32_t sector_bytes = (uint32_t)settings->lines * settings->profile.line_bytes;
    if (sim_profile_resize(&settings->profile, (uint32_t)sectors, sector_bytes) < 0) {
        return complain(&settings->complaint,
                        "%s has no %u sectors of %u bytes; choose fewer or smaller ones.", name,
                        (unsigned)sectors, (unsigned)sector_bytes);
    }
    if (settings->lines != 0) {
        settings->profile.base = 0; /* small sectors need not be aligned where the part begins */
    }
    int used = snprintf(settings->geometry, sizeof settings->geometry,
                        "--profile %s --sectors %u --seed %llu", name, (unsigned)sectors,
                        (unsigned long long)settings->device.seed);
    if (settings->lines != 0) {
        used += snprintf(settings->geometry + used, sizeof settings->geometry - (size_t)used,
                         " --lines %u", (unsigned)settings->lines);
    }
    if (settings->line_bytes != 0) {
        used += snprintf(settings->geometry + used, sizeof settings->geometry - (size_t)used,
                         " --line-bytes %u", (unsigned)settings->line_bytes);
    }
    if (settings->fill == SIM_FILL_UNREADABLE) {
        (void)snprintf(settings->geometry + used, sizeof settings->geometry - (size_t)used,
                       " --fill unreadable");
    }
    return 0;
}

static int choose(struct settings *settings, int argc, char **argv)
{
    *settings = (struct settings){.length = 2,
                                  .depth = 2,
                                  .nest = 40,
                                  .steps = 60,
                                  .keys = 5,
                                  .shards = 1,
                                  .device = {.seed = 1, .complaint = &settings->complaint}};
    if (options_parse(&argp, argc, argv, settings, &settings->complaint) < 0 ||
        choose_profile(settings) < 0) {
        return -1;
    }
    struct script script;
    if (settings->workload != NULL && !script_parse(settings->workload, &script)) {
        return complain(&settings->complaint, "--workload '%s': must be like spare:ax; see --help.",
                        settings->workload);
    }
    if (settings->knockout != NULL && !knockout_set(settings->knockout)) {
        return complain(&settings->complaint,
                        "--knockout '%s': this build has no such rule to switch off.",
                        settings->knockout);
    }
    return 0;
}

/* ---- running */

static double seconds_since(const struct timespec *begun)
{
    struct timespec now;
    (void)timespec_get(&now, TIME_UTC); /* cannot fail for UTC */
    return (double)(now.tv_sec - begun->tv_sec) + (double)(now.tv_nsec - begun->tv_nsec) / 1e9;
}

static bool is_over(void *context)
{
    struct settings *settings = context;
    return settings->time_s != 0 && seconds_since(&settings->begun) > (double)settings->time_s;
}

static void show_progress(const struct tally *tally, uint64_t done, uint64_t of)
{
    if (isatty(STDERR_FILENO)) {
        fprintf(stderr, "\r%llu of %llu, %llu images, %llu violations ", (unsigned long long)done,
                (unsigned long long)of, (unsigned long long)tally->unique,
                (unsigned long long)tally->violations);
    }
}

/* Both return whether everything asked for was explored. */

static bool run_random(struct settings *settings, struct tally *tally)
{
    struct random_config config = {
        .subject = &subject_store,
        .profile = &settings->profile,
        .seed = settings->device.seed,
        .steps = (unsigned)settings->steps,
        .nest = (unsigned)settings->nest,
        .keys = (unsigned)settings->keys,
        .trace = settings->trace ? stdout : NULL,
        .geometry = settings->geometry,
    };
    for (uint64_t i = settings->shard; i < settings->lives; i += settings->shards) {
        bool passed = random_live(&config, settings->only + i, tally);
        if (!passed && settings->stop) {
            return false;
        }
        if (i % 64 < settings->shards) {
            show_progress(tally, i, settings->lives);
            if (is_over(settings)) {
                return false;
            }
        }
    }
    return true;
}

static bool run_scripts(struct settings *settings, struct explorer *explorer, struct tally *tally)
{
    struct script script;
    if (settings->workload != NULL) {
        (void)script_parse(settings->workload, &script); /* was checked */
        return explorer_run(explorer, &script);
    }
    size_t count = script_family_size((unsigned)settings->length);
    for (size_t i = settings->shard; i < count; i += settings->shards) {
        show_progress(tally, i, count);
        script_family_get(i, (unsigned)settings->length, &script);
        if (!explorer_run(explorer, &script)) {
            return false;
        }
    }
    return true;
}

static bool run_exhaustive(struct settings *settings, struct tally *tally)
{
    struct explore_config config = {
        .subject = &subject_store,
        .profile = &settings->profile,
        .fill = settings->fill,
        .depth = (unsigned)settings->depth,
        .seed = settings->device.seed,
        .only = settings->cut,
        .trace = settings->trace ? stdout : NULL,
        .stop_at_first = settings->stop,
        .is_over = is_over,
        .is_over_context = settings,
        .geometry = settings->geometry,
    };
    struct explorer *explorer = explorer_new(&config, tally);
    if (explorer == NULL) {
        fputs("cfs-sim explore: not enough memory for the simulated devices.\n", stderr);
        return false;
    }
    bool complete = run_scripts(settings, explorer, tally);
    explorer_free(explorer);
    return complete;
}

int command_explore(int argc, char **argv)
{
    struct settings settings;
    static struct tally tally;
    if (choose(&settings, argc, argv) < 0) {
        complaint_print(&settings.complaint, "cfs-sim explore");
        return CLI_USAGE;
    }
    (void)timespec_get(&settings.begun, TIME_UTC); /* cannot fail for UTC */
    guard_watch_signals();
    bool complete =
        settings.random ? run_random(&settings, &tally) : run_exhaustive(&settings, &tally);
    struct tally_frame frame = {
        .depth = (unsigned)(settings.random ? settings.nest : settings.depth),
        .seconds = seconds_since(&settings.begun),
        .cpu_seconds = (double)clock() / CLOCKS_PER_SEC,
        .complete = complete,
    };
    tally_print(&tally, &frame, settings.json, stdout);
    if (tally.violations != 0) {
        return CLI_VIOLATED;
    }
    return complete ? CLI_PASS : CLI_BUDGET;
}
