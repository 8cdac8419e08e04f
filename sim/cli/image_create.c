/* SPDX-License-Identifier: Apache-2.0 */
/* cfs-sim image create: a factory image from a file of keys. The same keys, part and seed give the
 * same bytes. */
#include "image.h"

#include "cli.h"
#include "image_file.h"

struct create_options {
    struct device_options device;
    uint64_t buckets;
    const char *input;
    const char *output;
    struct complaint complaint;
};

enum { KEY_OUTPUT = 256, KEY_BUCKETS };

static const struct argp_option option_list[] = {
    {"output", KEY_OUTPUT, "FILE", 0, "The image to write; it appears when it is complete", 0},
    {"buckets", KEY_BUCKETS, "N", 0, "Root pointers in RAM, 1 to 256, a power of two (default 32)",
     0},
    {0}};

static error_t parse_option(int key, char *text, struct argp_state *state)
{
    struct create_options *options = state->input;
    switch (key) {
    case ARGP_KEY_INIT:
        state->child_inputs[0] = &options->device;
        return 0;
    case KEY_OUTPUT:
        options->output = text;
        return 0;
    case KEY_BUCKETS:
        return options_number("buckets", text, 1, 256, &options->buckets, &options->complaint);
    case ARGP_KEY_ARG:
        if (options->input != NULL) {
            return options_complain_argument(text, &options->complaint);
        }
        options->input = text;
        return 0;
    case ARGP_KEY_ERROR:
        options_complain_unknown(state, &options->complaint);
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
    .args_doc = "KEYS",
    .doc = "Make an image of a new store that holds the keys of a file, to be programmed in the "
           "factory. KEYS is a .json or .csv file (docs/image.md). The seed decides the volume's "
           "number and the salts of its checksums: give every device its own.\v"
           "Exit status: 0 the image is there; 2 it is not: the command line or a file is wrong, "
           "or the keys do not fit.\n\n"
           "Example:\n"
           "  cfs-sim image create keys.json --sectors 4 --seed 1234 --output flash.bin",
};

static int format(struct rig *rig, struct create_options *options)
{
    const struct device_options *device = &options->device;
    struct complaint *complaint = &options->complaint;
    struct sim_profile profile;
    if (device_profile(device->profile == NULL ? "k64f" : device->profile, device->sectors,
                       &profile, complaint) < 0 ||
        rig_open(rig, &profile, device->seed, complaint) < 0) {
        return -1;
    }
    int32_t error = rig_format(rig, (uint32_t)options->buckets);
    error = error < 0 ? error : rig_mount(rig, false);
    if (error == CFS_ERR_PARAM) {
        return complain(complaint, "--buckets must be a power of two, 1 to 256.");
    }
    if (error < 0) {
        return complain(complaint,
                        "the store cannot be formatted on this part (%s); give it more or larger "
                        "sectors, or fewer buckets.",
                        cfs_error_name(error));
    }
    return 0;
}

static int check_keys(const struct keyset *set, struct complaint *complaint)
{
    for (size_t i = 0; i < set->count; i++) {
        if (set->keys[i].value == NULL) {
            return complain(complaint,
                            "%s: '%s' is to be deleted, but in a new image there is nothing yet; "
                            "that is for image edit.",
                            set->path, set->keys[i].name);
        }
    }
    return 0;
}

static int create(struct create_options *options)
{
    struct complaint *complaint = &options->complaint;
    struct keyset set;
    struct rig rig = {0};
    if (options->input == NULL || options->output == NULL) {
        return complain(complaint, "say which keys and which image: KEYS --output FILE.");
    }
    if (keyset_load(&set, options->input, complaint) < 0) {
        return -1;
    }
    int result = check_keys(&set, complaint);
    result = result < 0 ? result : format(&rig, options);
    result = result < 0 ? result : keyset_apply(&set, &rig.store, complaint);
    result = result < 0 ? result : image_save(&rig, options->output, complaint);
    rig_close(&rig);
    keyset_free(&set);
    return result;
}

int command_image_create(int argc, char **argv)
{
    struct create_options options = {.device = {.seed = 1}};
    options.device.complaint = &options.complaint;
    int error = options_parse(&argp, argc, argv, &options, &options.complaint);
    error = error < 0 ? error : create(&options);
    if (error < 0) {
        complaint_print(&options.complaint, argv[0]);
    }
    return error < 0 ? CLI_USAGE : CLI_PASS;
}
