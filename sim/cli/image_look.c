/* SPDX-License-Identifier: Apache-2.0 */
/* See image_look.h. */
#include "image_look.h"

#include "cli.h"
#include "image_file.h"

struct look_options {
    struct device_options device;
    const char *path;
    bool json;
    struct complaint complaint;
};

enum { KEY_JSON = 256 };

static const struct argp_option option_list[] = {
    {"json", KEY_JSON, 0, 0, "One JSON object instead of a table", 0}, {0}};

static error_t parse_option(int key, char *text, struct argp_state *state)
{
    struct look_options *options = state->input;
    switch (key) {
    case ARGP_KEY_INIT:
        state->child_inputs[0] = &options->device;
        return 0;
    case KEY_JSON:
        options->json = true;
        return 0;
    case ARGP_KEY_ARG:
        if (options->path != NULL) {
            return options_complain_argument(text, &options->complaint);
        }
        options->path = text;
        return 0;
    case ARGP_KEY_ERROR:
        options_complain_unknown(state, &options->complaint);
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

static const struct argp_child children[] = {{&device_argp, 0, IMAGE_DEVICE_HEADER, 1}, {0}};

static int load(struct rig *rig, const struct image_look *look, struct look_options *options)
{
    if (options->path == NULL) {
        return complain(&options->complaint, "say which image: the name of a file.");
    }
    return look->to_mount
               ? image_mount(rig, &options->device, options->path, true, &options->complaint)
               : image_load(rig, &options->device, options->path, &options->complaint);
}

int image_look(int argc, char **argv, const struct image_look *look)
{
    const struct argp argp = {.options = option_list,
                              .parser = parse_option,
                              .children = children,
                              .args_doc = "FILE",
                              .doc = look->doc};
    struct look_options options = {.device = {.seed = 1}};
    struct rig rig = {0};
    options.device.complaint = &options.complaint;
    int status = options_parse(&argp, argc, argv, &options, &options.complaint);
    status = status < 0 ? status : load(&rig, look, &options);
    if (status >= 0) {
        status = look->show(&rig, options.path, options.json, &options.complaint);
        rig_close(&rig);
    }
    if (status < 0) {
        complaint_print(&options.complaint, argv[0]);
        status = CLI_USAGE;
    }
    return status;
}
