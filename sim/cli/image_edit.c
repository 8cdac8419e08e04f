/* SPDX-License-Identifier: Apache-2.0 */
/* cfs-sim image edit: set and delete keys of an image, as a device would. All changes or none. */
#include "image.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "cli.h"
#include "image_file.h"

struct edit_options {
    struct device_options device;
    const char *path;
    const char *changes; /* NULL: none but those of the command line */
    const char *output;
    bool in_place;
    struct keyset given; /* by --set and --delete */
    struct complaint complaint;
};

enum { KEY_OUTPUT = 256, KEY_IN_PLACE, KEY_SET, KEY_DELETE };

static const struct argp_option option_list[] = {
    {"output", KEY_OUTPUT, "FILE", 0, "The image to write; it appears when it is complete", 0},
    {"in-place", KEY_IN_PLACE, 0, 0, "Replace IMAGE itself, when the new one is complete", 0},
    {"set", KEY_SET, "NAME=TEXT", 0, "Store a text; may be given again", 0},
    {"delete", KEY_DELETE, "NAME", 0, "Delete a key; may be given again", 0},
    {0}};

static int give(struct edit_options *options, const char *name, size_t length, const char *text)
{
    char copy[CFS_NAME_MAX + 1] = "";
    uint8_t *value = NULL;
    if (keyset_check_name(name, length, options->given.path, &options->complaint) < 0) {
        return -1;
    }
    memcpy(copy, name, length);
    if (text != NULL) {
        value = (uint8_t *)strdup(text);
        if (value == NULL) {
            return complain(&options->complaint, "out of memory.");
        }
    }
    return keyset_add(&options->given, copy, value, text == NULL ? 0 : strlen(text),
                      &options->complaint);
}

static int give_set(struct edit_options *options, const char *text)
{
    const char *equals = strchr(text, '=');
    if (equals == NULL) {
        return complain(&options->complaint, "--set takes NAME=TEXT, not '%s'.", text);
    }
    return give(options, text, (size_t)(equals - text), equals + 1);
}

static error_t parse_argument(struct edit_options *options, const char *text)
{
    if (options->path == NULL) {
        options->path = text;
    } else if (options->changes == NULL) {
        options->changes = text;
    } else {
        return options_complain_argument(text, &options->complaint);
    }
    return 0;
}

static error_t parse_option(int key, char *text, struct argp_state *state)
{
    struct edit_options *options = state->input;
    switch (key) {
    case ARGP_KEY_INIT:
        state->child_inputs[0] = &options->device;
        return 0;
    case KEY_OUTPUT:
        options->output = text;
        return 0;
    case KEY_IN_PLACE:
        options->in_place = true;
        return 0;
    case KEY_SET:
        return give_set(options, text) < 0 ? EINVAL : 0;
    case KEY_DELETE:
        return give(options, text, strlen(text), NULL) < 0 ? EINVAL : 0;
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
    .args_doc = "IMAGE [CHANGES]",
    .doc = "Set and delete keys of an image and write the result to another file. CHANGES is a "
           ".json or .csv file of keys (docs/image.md); the encoding \"delete\" "
           "deletes. " IMAGE_FILE_HELP
           "\vThe image is mounted as a device would mount it, so a write that was interrupted is "
           "decided. Either all changes are made or nothing is written.\n\n"
           "Exit status: 0 all changes are made; 2 none is.\n\n"
           "Examples:\n"
           "  cfs-sim image edit old.bin changes.csv --output new.bin\n"
           "  cfs-sim image edit flash.bin --set net/ip=10.0.0.1 --delete net/old --in-place",
};

static bool is_same_file(const char *path, const char *other)
{
    struct stat a;
    struct stat b;
    return stat(path, &a) == 0 && stat(other, &b) == 0 && a.st_dev == b.st_dev &&
           a.st_ino == b.st_ino;
}

static int check_arguments(struct edit_options *options)
{
    struct complaint *complaint = &options->complaint;
    if (options->path == NULL) {
        return complain(complaint, "say which image to edit: IMAGE [CHANGES].");
    }
    if (options->in_place == (options->output != NULL)) {
        return complain(complaint, "say where the new image goes: --output FILE, or --in-place.");
    }
    if (options->output != NULL && is_same_file(options->path, options->output)) {
        return complain(complaint, "'%s' is the image itself; to replace it say --in-place.",
                        options->output);
    }
    if (options->changes == NULL && options->given.count == 0) {
        return complain(complaint, "say what to change: a file of keys, --set or --delete.");
    }
    return 0;
}

/* The changes of the file and of the command line as one set. */
static int gather(struct keyset *set, struct edit_options *options)
{
    struct complaint *complaint = &options->complaint;
    *set = (struct keyset){.path = options->given.path};
    if (options->changes != NULL && keyset_read(set, options->changes, complaint) < 0) {
        return -1;
    }
    for (size_t i = 0; i < options->given.count; i++) {
        struct keyset_key *key = &options->given.keys[i];
        uint8_t *value = key->value;
        key->value = NULL; /* the other set has it now */
        if (keyset_add(set, key->name, value, key->size, complaint) < 0) {
            return -1;
        }
    }
    return keyset_settle(set, complaint);
}

static int edit(struct edit_options *options)
{
    struct keyset set = {0};
    struct rig rig = {0};
    int result = check_arguments(options);
    result = result < 0 ? result : gather(&set, options);
    if (result == 0) {
        result = image_mount(&rig, &options->device, options->path, false, &options->complaint);
    }
    result = result < 0 ? result : keyset_apply(&set, &rig.store, &options->complaint);
    if (result == 0) {
        result = image_save(&rig, options->in_place ? options->path : options->output,
                            &options->complaint);
    }
    rig_close(&rig);
    keyset_free(&set);
    return result;
}

int command_image_edit(int argc, char **argv)
{
    struct edit_options options = {.device = {.seed = 1}, .given = {.path = "the command line"}};
    options.device.complaint = &options.complaint;
    int error = options_parse(&argp, argc, argv, &options, &options.complaint);
    error = error < 0 ? error : edit(&options);
    keyset_free(&options.given);
    if (error < 0) {
        complaint_print(&options.complaint, argv[0]);
    }
    return error < 0 ? CLI_USAGE : CLI_PASS;
}
