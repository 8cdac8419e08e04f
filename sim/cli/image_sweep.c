/* SPDX-License-Identifier: Apache-2.0 */
/* cfs-sim image sweep: would this image survive any single damage? */
#include "image_sweep.h"

#include <stdio.h>

#include "cli.h"
#include "image.h"
#include "image_file.h"
#include "json_out.h"

struct sweep_options {
    struct device_options device;
    const char *image;
    const char *keys;
    uint64_t laps;
    uint64_t lap_step;
    bool lines;
    bool json;
    struct complaint complaint;
};

enum { KEY_KEYS = 256, KEY_LINES, KEY_LAPS, KEY_EVERY, KEY_JSON };

static const struct argp_option option_list[] = {
    {"keys", KEY_KEYS, "FILE", 0, "What the image must hold: a file of keys, .json or .csv", 0},
    {"lines", KEY_LINES, 0, 0, "Make lines unreadable, one at a time, instead of flipping bits", 0},
    {"laps", KEY_LAPS, "N", 0,
     "Then update the intact keys until every sector was erased N times, and look again", 0},
    {"every", KEY_EVERY, "N", 0, "... after every N-th damage only (default 1)", 0},
    {"json", KEY_JSON, 0, 0, "One JSON object instead of lines", 0},
    {0}};

static error_t parse_option(int key, char *text, struct argp_state *state)
{
    struct sweep_options *options = state->input;
    struct complaint *complaint = &options->complaint;
    switch (key) {
    case ARGP_KEY_INIT:
        state->child_inputs[0] = &options->device;
        return 0;
    case KEY_KEYS:
        options->keys = text;
        return 0;
    case KEY_LINES:
        options->lines = true;
        return 0;
    case KEY_LAPS:
        return options_number("--laps", text, 1, 1000, &options->laps, complaint);
    case KEY_EVERY:
        return options_number("--every", text, 1, UINT32_MAX, &options->lap_step, complaint);
    case KEY_JSON:
        options->json = true;
        return 0;
    case ARGP_KEY_ARG:
        if (options->image != NULL) {
            return options_complain_argument(text, complaint);
        }
        options->image = text;
        return 0;
    case ARGP_KEY_ERROR:
        options_complain_unknown(state, complaint);
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

static const struct argp_child children[] = {{&device_argp, 0, IMAGE_DEVICE_HEADER, 1}, {0}};
static const struct argp argp = {
    .options = option_list,
    .parser = parse_option,
    .children = children,
    .args_doc = "IMAGE --keys=FILE",
    .doc =
        "Damage copies of an image, in one place at a time and everywhere in turn: flip each bit, "
        "or make each line unreadable. After each, mount it and compare every key with what the "
        "image must hold. " IMAGE_FILE_HELP
        "\vExit status: 0 every key was right or said to be damaged; 1 one was not, or a mount "
        "was refused; 2 the command line is wrong or a file cannot be used.",
};

static void print_json(const struct sweep *sweep)
{
    json_t *object = json_object();
    json_out_number(object, "damages", sweep->damages);
    json_out_number(object, "refused", sweep->refused);
    json_out_number(object, "repaired", sweep->repaired);
    json_out_number(object, "reported", sweep->reported);
    json_out_number(object, "reported_most", sweep->reported_most);
    json_out_number(object, "lapped", sweep->lapped);
    json_out_number(object, "stuck", sweep->stuck);
    json_out_number(object, "wrong", sweep->wrong);
    json_out_text(object, "first_wrong", sweep->first_wrong);
    (void)json_out_line(stdout, object); /* stdout is all there is */
    json_decref(object);
}

static void print_words(const struct sweep *sweep)
{
    printf("damages    %llu, of which %llu were made good\n", (unsigned long long)sweep->damages,
           (unsigned long long)sweep->repaired);
    printf("reported   %llu keys as damaged, at most %llu by one damage\n",
           (unsigned long long)sweep->reported, (unsigned long long)sweep->reported_most);
    printf("lived on   after %llu of them, of which %llu refused writes at last\n",
           (unsigned long long)sweep->lapped, (unsigned long long)sweep->stuck);
    printf("wrong      %llu%s%s\n", (unsigned long long)sweep->wrong,
           sweep->wrong > 0 ? "; the first: " : "", sweep->first_wrong);
}

static int run(struct sweep_options *options, const struct keyset *keys)
{
    struct sweep sweep = {.expected = keys,
                          .kind = options->lines ? SWEEP_LINES : SWEEP_BITS,
                          .laps = options->laps,
                          .lap_step = options->lap_step};
    if (image_load(&sweep.rig, &options->device, options->image, &options->complaint) < 0) {
        return -1;
    }
    sweep.pristine = sim_flash_new(sim_flash_profile(sweep.rig.flash), options->device.seed);
    int status = -1;
    if (sweep.pristine == NULL) {
        complain(&options->complaint, "out of memory.");
    } else {
        sim_flash_copy(sweep.pristine, sweep.rig.flash);
        status = sweep_run(&sweep, &options->complaint);
        sim_flash_free(sweep.pristine);
    }
    rig_close(&sweep.rig);
    if (status == 0) {
        (options->json ? print_json : print_words)(&sweep);
        status = sweep.wrong > 0 ? CLI_VIOLATED : CLI_PASS;
    }
    return status;
}

static int start(struct sweep_options *options)
{
    struct keyset keys = {0};
    if (options->image == NULL || options->keys == NULL) {
        return complain(&options->complaint, "say which image, and with --keys what it must hold.");
    }
    if (keyset_load(&keys, options->keys, &options->complaint) < 0) {
        return -1;
    }
    int status = run(options, &keys);
    keyset_free(&keys);
    return status;
}

int command_image_sweep(int argc, char **argv)
{
    struct sweep_options options = {.device = {.seed = 1}, .lap_step = 1};
    options.device.complaint = &options.complaint;
    int status = options_parse(&argp, argc, argv, &options, &options.complaint);
    status = status < 0 ? status : start(&options);
    if (status < 0) {
        complaint_print(&options.complaint, argv[0]);
        status = CLI_USAGE;
    }
    return status;
}
