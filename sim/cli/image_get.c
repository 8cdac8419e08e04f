/* SPDX-License-Identifier: Apache-2.0 */
/* cfs-sim image get: the value of one key, byte for byte. */
#include "image.h"

#include <stdio.h>

#include "cli.h"
#include "image_file.h"
#include "json_out.h"
#include "keyset_file.h"

struct get_options {
    struct device_options device;
    const char *path;
    const char *name;
    bool json;
    struct complaint complaint;
};

enum { KEY_JSON = 256 };

static const struct argp_option option_list[] = {
    {"json", KEY_JSON, 0, 0, "One JSON object, as in a file of keys, instead of the bare bytes", 0},
    {0}};

static error_t parse_argument(struct get_options *options, const char *text)
{
    if (options->path == NULL) {
        options->path = text;
    } else if (options->name == NULL) {
        options->name = text;
    } else {
        return options_complain_argument(text, &options->complaint);
    }
    return 0;
}

static error_t parse_option(int key, char *text, struct argp_state *state)
{
    struct get_options *options = state->input;
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

static const struct argp_child children[] = {{&device_argp, 0, IMAGE_DEVICE_HEADER, 1}, {0}};
static const struct argp argp = {
    .options = option_list,
    .parser = parse_option,
    .children = children,
    .args_doc = "FILE NAME",
    .doc = "Write the value of a key to stdout, byte for byte. " IMAGE_FILE_HELP
           "\vExit status: 0; 2 there is no such key, its value is damaged, the command line is "
           "wrong, or the file holds no store that mounts.",
};

static int print_key(const struct keyset_key *key, bool json)
{
    if (!json) {
        return fwrite(key->value, 1, key->size, stdout) == key->size && fflush(stdout) == 0 ? 0
                                                                                            : -1;
    }
    json_t *object = keyset_key_json(key);
    int result = json_out_line(stdout, object);
    json_decref(object);
    return result;
}

static int get(struct get_options *options)
{
    struct keyset set;
    struct complaint *complaint = &options->complaint;
    if (options->path == NULL || options->name == NULL) {
        return complain(complaint, "say which image and which key: FILE NAME.");
    }
    if (image_read_keys(&set, &options->device, options->path, complaint) < 0) {
        return -1;
    }
    const struct keyset_key *key = keyset_find(&set, options->name);
    int result = 0;
    if (key == NULL) {
        result = complain(complaint, "%s: there is no key '%s'; image list shows those there are.",
                          options->path, options->name);
    } else if (key->is_damaged) {
        result =
            complain(complaint, "%s: the value of '%s' is damaged.", options->path, options->name);
    } else if (print_key(key, options->json) < 0) {
        result = complain(complaint, "the value could not be written.");
    }
    keyset_free(&set);
    return result;
}

int command_image_get(int argc, char **argv)
{
    struct get_options options = {.device = {.seed = 1}};
    options.device.complaint = &options.complaint;
    int error = options_parse(&argp, argc, argv, &options, &options.complaint);
    error = error < 0 ? error : get(&options);
    if (error < 0) {
        complaint_print(&options.complaint, argv[0]);
    }
    return error < 0 ? CLI_USAGE : CLI_PASS;
}
