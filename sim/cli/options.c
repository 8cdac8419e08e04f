/* SPDX-License-Identifier: Apache-2.0 */
/* See options.h. */
#include "options.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- --help
 *
 * ARGP_NO_ERRS silences argp's own --help too, so it is an option of ours. A parser around the
 * command's adds it. */

static error_t parse_help(int key, char *text, struct argp_state *state)
{
    (void)text; /* takes no value */
    if (key != '?') {
        return ARGP_ERR_UNKNOWN;
    }
    argp_help(state->root_argp, stdout, ARGP_HELP_STD_HELP, state->argv[0]);
    exit(0); /* as argp's own does */
}

static const struct argp_option help_option_list[] = {{"help", '?', 0, 0, "Show this help", -1},
                                                      {0}};
static const struct argp help_argp = {.options = help_option_list, .parser = parse_help};

static error_t pass_input(int key, char *text, struct argp_state *state)
{
    (void)text; /* the command's parser gets it */
    if (key == ARGP_KEY_INIT) {
        state->child_inputs[0] = state->input;
        return 0;
    }
    return ARGP_ERR_UNKNOWN;
}

int options_parse(const struct argp *argp, int argc, char **argv, void *input,
                  struct complaint *complaint)
{
    const struct argp_child both[] = {{argp, 0, NULL, 0}, {&help_argp, 0, NULL, -1}, {0}};
    const struct argp whole = {.parser = pass_input, .children = both};
    error_t error = argp_parse(&whole, argc, argv, ARGP_NO_ERRS | ARGP_NO_HELP, NULL, input);
    if (error != 0) {
        return complain(complaint, "the command line is not understood; see %s --help.", argv[0]);
    }
    return complaint->text[0] == '\0' ? 0 : -1;
}

/* ---- values */

/* argp asks every parser about the same unknown option; the first sentence stays. */
void options_complain_unknown(const struct argp_state *state, struct complaint *complaint)
{
    const char *option = state->next > 0 ? state->argv[state->next - 1] : "";
    (void)complain(complaint, /* the parse fails anyway */
                   "option '%s' is unknown, ambiguous or lacks its value; see %s --help.", option,
                   state->argv[0]);
}

error_t options_complain_argument(const char *argument, struct complaint *complaint)
{
    (void)complain(complaint, "unexpected argument '%s'; options begin with --.", argument);
    return EINVAL; /* the complaint is what the caller acts on */
}

error_t options_number(const char *option, const char *text, uint64_t min, uint64_t max,
                       uint64_t *value, struct complaint *complaint)
{
    char *end = NULL;
    errno = 0;
    unsigned long long number = strtoull(text, &end, 10);
    bool is_number = text[0] >= '0' && text[0] <= '9' && *end == '\0' && errno == 0;
    if (!is_number || number < min || number > max) {
        (void)complain(complaint, /* EINVAL says the same */
                       "--%s must be a whole number from %" PRIu64 " to %" PRIu64 ", not '%s'.",
                       option, min, max, text);
        return EINVAL;
    }
    *value = number;
    return 0;
}

/* ---- the part */

/* Far from the keys of the commands. None is a letter: long names only, they explain themselves. */
enum { KEY_PROFILE = 0x1000, KEY_SECTORS, KEY_SEED };

static const struct argp_option device_option_list[] = {
    {"profile", KEY_PROFILE, "NAME|FILE", 0,
     "The flash part: a built-in profile (k64f, ...), or a profile file", 0},
    {"sectors", KEY_SECTORS, "N", 0, "Use only the first N sectors of the part", 0},
    {"seed", KEY_SEED, "N", 0, "Decides every random draw (default 1); same seed, same bytes out",
     0},
    {0},
};

static error_t device_parse(int key, char *text, struct argp_state *state)
{
    struct device_options *options = state->input;
    switch (key) {
    case KEY_PROFILE:
        options->profile = text;
        return 0;
    case KEY_SECTORS:
        return options_number("sectors", text, 3, OPTIONS_SECTORS_MAX, &options->sectors,
                              options->complaint);
    case KEY_SEED:
        return options_number("seed", text, 0, UINT64_MAX, &options->seed, options->complaint);
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

const struct argp device_argp = {.options = device_option_list, .parser = device_parse};

static int complain_unknown_profile(const char *name, struct complaint *complaint)
{
    char names[300] = "";
    size_t used = 0;
    for (const char *const *list = sim_profile_names(); *list != NULL; list++) {
        int added =
            snprintf(names + used, sizeof names - used, "%s%s", used == 0 ? "" : ", ", *list);
        used += added > 0 && used + (size_t)added < sizeof names ? (size_t)added : 0;
    }
    return complain(complaint,
                    "there is no profile '%s'; built in: %s; or give the path of a profile file.",
                    name, names);
}

/* A shipped file by its bare name, or a path. */
static int load_profile_file(const char *name, struct sim_profile *profile,
                             struct complaint *complaint)
{
    char path[1024];
    char error[400];
    bool is_path = strchr(name, '/') != NULL || strchr(name, '.') != NULL;
    int length = snprintf(path, sizeof path, "%s%s%s", is_path ? "" : CFS_SIM_DATA_DIR "/profiles/",
                          name, is_path ? "" : ".cfg");
    if (length < 0 || (size_t)length >= sizeof path) {
        return complain(complaint, "the profile's name is too long.");
    }
    FILE *file = fopen(path, "r");
    if (file == NULL) {
        return is_path ? complain(complaint, "profile file '%s' cannot be read: %s.", name,
                                  strerror(errno))
                       : complain_unknown_profile(name, complaint);
    }
    (void)fclose(file); /* only opened to see whether it can be read */
    if (sim_profile_load(path, profile, error, sizeof error) < 0) {
        return complain(complaint, "%s", error);
    }
    return 0;
}

static uint64_t sectors_in(const struct sim_profile *profile)
{
    uint64_t sectors = 0;
    for (uint32_t i = 0; i < profile->region_count; i++) {
        sectors += profile->regions[i].count;
    }
    return sectors;
}

int device_profile(const char *name, uint64_t sectors, struct sim_profile *profile,
                   struct complaint *complaint)
{
    const struct sim_profile *built_in = sim_profile_find(name);
    if (built_in != NULL) {
        *profile = *built_in;
    } else if (load_profile_file(name, profile, complaint) < 0) {
        return -1;
    }
    uint64_t available = sectors_in(profile);
    if (sim_profile_resize(profile, (uint32_t)sectors, 0) < 0) {
        return complain(complaint,
                        "%s has %" PRIu64 " sectors; ask for at most that, not %" PRIu64 ".",
                        profile->name, available, sectors);
    }
    return 0;
}
