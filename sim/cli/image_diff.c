/* SPDX-License-Identifier: Apache-2.0 */
/* cfs-sim image diff: which keys two images hold differently, whatever their bytes are. */
#include "image.h"

#include <stdio.h>
#include <string.h>

#include "cli.h"
#include "image_file.h"
#include "json_out.h"
#include "keyset_file.h"
#include "text_out.h"

#define PREVIEW_BYTES 32u

struct diff_options {
    struct device_options device;
    const char *paths[2];
    bool json;
    struct complaint complaint;
};

enum { KEY_JSON = 256 };

static const struct argp_option option_list[] = {
    {"json", KEY_JSON, 0, 0, "One JSON object instead of lines", 0}, {0}};

static error_t parse_argument(struct diff_options *options, const char *text)
{
    for (size_t i = 0; i < 2; i++) {
        if (options->paths[i] == NULL) {
            options->paths[i] = text;
            return 0;
        }
    }
    return options_complain_argument(text, &options->complaint);
}

static error_t parse_option(int key, char *text, struct argp_state *state)
{
    struct diff_options *options = state->input;
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
    .args_doc = "A B",
    .doc = "Compare what two images hold: '+' a key that only B has, '-' one that only A has, '~' "
           "one whose value differs. Where and in what order the keys stand does not "
           "matter. " IMAGE_FILE_HELP
           "\vExit status: 0 both hold the same; 1 they differ; 2 the command line is wrong, or a "
           "file holds no store that can be read completely.",
};

/* ---- comparing */

/* A walk over two settled sets side by side. */
struct difference {
    char sign; /* '+', '-', '~' */
    const struct keyset_key *a, *b;
};

struct walk {
    const struct keyset *sets[2];
    size_t at[2];
};

static bool is_equal(const struct keyset_key *a, const struct keyset_key *b)
{
    return a->size == b->size && memcmp(a->value, b->value, a->size) == 0;
}

static bool next(struct walk *walk, struct difference *difference)
{
    const struct keyset *const *sets = walk->sets;
    while (walk->at[0] < sets[0]->count || walk->at[1] < sets[1]->count) {
        const struct keyset_key *a = &sets[0]->keys[walk->at[0]];
        const struct keyset_key *b = &sets[1]->keys[walk->at[1]];
        int order = walk->at[0] == sets[0]->count   ? 1
                    : walk->at[1] == sets[1]->count ? -1
                                                    : strcmp(a->name, b->name);
        walk->at[0] += order <= 0;
        walk->at[1] += order >= 0;
        if (order != 0 || !is_equal(a, b)) {
            *difference = (struct difference){order > 0   ? '+'
                                              : order < 0 ? '-'
                                                          : '~',
                                              order > 0 ? NULL : a, order < 0 ? NULL : b};
            return true;
        }
    }
    return false;
}

/* ---- showing */

static void print_difference(const struct difference *difference)
{
    const struct keyset_key *key = difference->sign == '+' ? difference->b : difference->a;
    printf("%c ", difference->sign);
    text_out_padded(key->name, 32);
    fputs("  ", stdout);
    text_out_value(key->value, key->size, PREVIEW_BYTES);
    if (difference->sign == '~') {
        fputs(" -> ", stdout);
        text_out_value(difference->b->value, difference->b->size, PREVIEW_BYTES);
    }
    putchar('\n');
}

static void add_json(json_t *object, const struct difference *difference)
{
    json_t *item = json_object();
    const char *list = difference->sign == '+'   ? "added"
                       : difference->sign == '-' ? "removed"
                                                 : "changed";
    if (difference->sign != '~') {
        json_decref(item);
        item = keyset_key_json(difference->sign == '+' ? difference->b : difference->a);
    } else {
        (void)json_object_set_new(item, "from",
                                  keyset_key_json(difference->a));             /* see json_out.h */
        (void)json_object_set_new(item, "to", keyset_key_json(difference->b)); /* as above */
    }
    (void)json_array_append_new(json_object_get(object, list), item); /* as above */
}

static bool show(const struct keyset sets[2], bool json)
{
    struct walk walk = {.sets = {&sets[0], &sets[1]}};
    struct difference difference;
    bool differs = false;
    json_t *object = json_pack("{s:[], s:[], s:[]}", "added", "removed", "changed");
    while (next(&walk, &difference)) {
        differs = true;
        if (json) {
            add_json(object, &difference);
        } else {
            print_difference(&difference);
        }
    }
    if (json) {
        (void)json_out_line(stdout, object); /* stdout is all there is */
    }
    json_decref(object);
    return differs;
}

static int read_whole(struct keyset *set, struct diff_options *options, const char *path)
{
    if (image_read_keys(set, &options->device, path, &options->complaint) < 0) {
        return -1;
    }
    for (size_t i = 0; i < set->count; i++) {
        if (set->keys[i].is_damaged) {
            return complain(&options->complaint,
                            "%s: the value of '%s' is damaged, so there is nothing to compare.",
                            path, set->keys[i].name);
        }
    }
    return 0;
}

static int diff(struct diff_options *options)
{
    struct keyset sets[2] = {{0}};
    if (options->paths[1] == NULL) {
        return complain(&options->complaint, "say which two images: A B.");
    }
    int status = read_whole(&sets[0], options, options->paths[0]);
    status = status < 0 ? status : read_whole(&sets[1], options, options->paths[1]);
    if (status == 0) {
        status = show(sets, options->json) ? CLI_VIOLATED : CLI_PASS;
    }
    keyset_free(&sets[0]);
    keyset_free(&sets[1]);
    return status;
}

int command_image_diff(int argc, char **argv)
{
    struct diff_options options = {.device = {.seed = 1}};
    options.device.complaint = &options.complaint;
    int status = options_parse(&argp, argc, argv, &options, &options.complaint);
    status = status < 0 ? status : diff(&options);
    if (status < 0) {
        complaint_print(&options.complaint, argv[0]);
        status = CLI_USAGE;
    }
    return status;
}
