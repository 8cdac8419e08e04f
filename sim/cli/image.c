/* SPDX-License-Identifier: Apache-2.0 */
/* cfs-sim image: what is in the bytes of a flash. Here: the command line and loading the file. */
#include "image.h"

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "cli.h"
#include "options.h"

struct image_options {
    struct device_options device;
    const char *action;
    const char *path;
    bool json;
    struct complaint complaint;
};

enum { KEY_JSON = 256 };

static const struct argp_option option_list[] = {
    {"json", KEY_JSON, 0, 0, "One JSON object instead of a table", 0}, {0}};

static error_t parse_argument(struct image_options *options, const char *text)
{
    if (options->action == NULL) {
        options->action = text;
    } else if (options->path == NULL) {
        options->path = text;
    } else {
        return options_complain_argument(text, &options->complaint);
    }
    return 0;
}

static error_t parse_option(int key, char *text, struct argp_state *state)
{
    struct image_options *options = state->input;
    switch (key) {
    case ARGP_KEY_INIT:
        state->child_inputs[0] = &options->device;
        return 0;
    case KEY_JSON:
        options->json = true;
        return 0;
    case ARGP_KEY_ARG:
        return parse_argument(options, text);
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
    .args_doc = "dump|check FILE",
    .doc = "Look into a flash image: the raw bytes of the store's sectors, as a programmer or "
           "debugger reads them, or as 'serve' saves them. The number of sectors follows from the "
           "file's length, their size from the profile (default k64f).\v"
           "dump shows every sector and every record; it trusts nothing and works on damaged "
           "images. check mounts the image without writing and verifies every record.\n\n"
           "Exit status: 0 the image holds an intact store; 1 it does not (blank, foreign, newer, "
           "damaged); 2 the command line is wrong or the file cannot be read.",
};

/* How many sectors of the profile make up `bytes`; 0: none do. */
static uint64_t sectors_for(const struct sim_profile *profile, uint64_t bytes)
{
    uint64_t sectors = 0;
    for (uint32_t i = 0; i < profile->region_count && bytes > 0; i++) {
        uint64_t sector_bytes = profile->regions[i].sector_bytes;
        uint64_t count = profile->regions[i].count;
        count = bytes / sector_bytes < count ? bytes / sector_bytes : count;
        sectors += count;
        bytes -= count * sector_bytes;
        if (count < profile->regions[i].count) {
            break;
        }
    }
    return bytes == 0 ? sectors : 0;
}

static int profile_for(const struct image_options *options, struct sim_profile *profile,
                       struct complaint *complaint)
{
    struct stat file;
    const char *name = options->device.profile == NULL ? "k64f" : options->device.profile;
    if (stat(options->path, &file) < 0 || !S_ISREG(file.st_mode)) {
        return complain(complaint, "'%s' is not a file that can be read.", options->path);
    }
    if (device_profile(name, options->device.sectors, profile, complaint) < 0) {
        return -1;
    }
    uint64_t sectors = sectors_for(profile, (uint64_t)file.st_size);
    if (sectors == 0) {
        return complain(complaint,
                        "'%s' has %lld bytes, which is not a number of whole sectors of %s; name "
                        "the part with --profile.",
                        options->path, (long long)file.st_size, profile->name);
    }
    return sim_profile_resize(profile, (uint32_t)sectors, 0);
}

static int load(struct rig *rig, struct image_options *options)
{
    struct sim_profile profile;
    char error[400];
    if (profile_for(options, &profile, &options->complaint) < 0 ||
        rig_open(rig, &profile, options->device.seed, &options->complaint) < 0) {
        return -1;
    }
    if (sim_flash_load(rig->flash, options->path, error, sizeof error) < 0) {
        return complain(&options->complaint, "%s.", error);
    }
    return 0;
}

static int check_arguments(struct image_options *options)
{
    if (options->action == NULL || options->path == NULL) {
        return complain(&options->complaint, "say what to do and with which file: dump FILE, or "
                                             "check FILE.");
    }
    if (strcmp(options->action, "dump") != 0 && strcmp(options->action, "check") != 0) {
        return complain(&options->complaint, "there is no action '%s'; known are dump and check.",
                        options->action);
    }
    return 0;
}

int command_image(int argc, char **argv)
{
    struct image_options options = {.device = {.seed = 1}};
    struct rig rig = {0};
    options.device.complaint = &options.complaint;
    int error = options_parse(&argp, argc, argv, &options, &options.complaint);
    error = error < 0 ? error : check_arguments(&options);
    error = error < 0 ? error : load(&rig, &options);
    int status = CLI_USAGE;
    if (error < 0) {
        complaint_print(&options.complaint, argv[0]);
    } else if (strcmp(options.action, "dump") == 0) {
        status = image_dump(&rig, options.json);
    } else {
        status = image_check(&rig, options.json);
    }
    rig_close(&rig);
    return status;
}
