/* SPDX-License-Identifier: Apache-2.0 */
/* See serve.h. Here: the command line, and the loop of requests and responses. */
#include "serve.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli.h"
#include "json_out.h"

struct serve_options {
    struct device_options device;
    const char *image;
    struct complaint complaint;
};

static int serve_quit(struct server *server, json_t *request, json_t *response,
                      struct complaint *complaint)
{
    (void)request; /* has no fields and cannot fail */
    (void)response;
    (void)complaint;
    server->has_quit = true;
    return 0;
}

static const struct {
    const char *name;
    serve_handler handle;
} operations[] = {
    {"open", serve_open},       {"format", serve_format},     {"mount", serve_mount},
    {"unmount", serve_unmount}, {"put", serve_put},           {"get", serve_get},
    {"delete", serve_delete},   {"find", serve_find},         {"stat", serve_stat},
    {"check", serve_check},     {"boot", serve_boot},         {"cut", serve_cut},
    {"image", serve_image},     {"peek", serve_peek},         {"damage", serve_damage},
    {"quit", serve_quit},       {"counters", serve_counters}, {"begin", serve_begin},
    {"stage", serve_stage},     {"commit", serve_commit},     {"abort", serve_abort},
};
#define OPERATION_COUNT (sizeof operations / sizeof operations[0])

static int handle(struct server *server, json_t *request, json_t *response,
                  struct complaint *complaint)
{
    const char *op = NULL;
    if (!json_is_object(request)) {
        return complain(complaint, "a request is one JSON object, such as {\"op\": \"mount\"}");
    }
    if (request_needed_text(request, "op", &op, complaint) < 0) {
        return -1;
    }
    for (size_t i = 0; i < OPERATION_COUNT; i++) {
        if (strcmp(op, operations[i].name) == 0) {
            return operations[i].handle(server, request, response, complaint);
        }
    }
    return complain(complaint, "there is no op '%s'; 'cfs-sim serve --help' lists them", op);
}

/* Every response says whether it worked, and whether the power is off. */
static json_t *respond(struct server *server, const char *line)
{
    struct complaint complaint = {""};
    json_error_t error;
    json_t *response = json_object();
    json_t *request = json_loads(line, JSON_REJECT_DUPLICATES, &error);
    if (request == NULL) {
        (void)complain(&complaint, "not JSON: %s", error.text); /* looked at below */
    } else {
        (void)handle(server, request, response, &complaint); /* as above */
    }
    json_decref(request);
    if (complaint.text[0] != '\0') {
        json_out_text(response, "error", complaint.text);
    }
    bool is_ok = json_object_get(response, "error") == NULL;
    (void)json_object_set_new(response, "ok", json_boolean(is_ok)); /* see json_out.h */
    if (sim_flash_is_cut(server->rig->flash)) {
        (void)json_object_set_new(response, "cut", json_true()); /* see json_out.h */
    }
    return response;
}

static int serve(struct server *server)
{
    char *line = NULL;
    size_t size = 0;
    int result = 0;
    while (result == 0 && !server->has_quit && getline(&line, &size, stdin) >= 0) {
        json_t *response = respond(server, line);
        result = json_out_line(stdout, response);
        json_decref(response);
    }
    free(line);
    return result;
}

static int load_image(struct server *server, const char *path, struct complaint *complaint)
{
    char error[400];
    if (sim_flash_load(server->rig->flash, path, error, sizeof error) < 0) {
        return complain(complaint, "%s.", error);
    }
    return 0;
}

enum { KEY_IMAGE = 256 };

static const struct argp_option option_list[] = {
    {"image", KEY_IMAGE, "FILE", 0, "Start with the bytes of this image in the flash", 0}, {0}};

static error_t parse_option(int key, char *text, struct argp_state *state)
{
    struct serve_options *options = state->input;
    switch (key) {
    case ARGP_KEY_INIT:
        state->child_inputs[0] = &options->device;
        return 0;
    case KEY_IMAGE:
        options->image = text;
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

static const struct argp_child children[] = {{&device_argp, 0, "The part:", 1}, {0}};
static const struct argp argp = {
    .options = option_list,
    .parser = parse_option,
    .children = children,
    .doc =
        "A store on a simulated flash, driven by JSON: one request a line on stdin, one response a "
        "line on stdout.\v"
        "Requests to the store:\n"
        "  {\"op\":\"format\"}                also \"buckets\":N\n"
        "  {\"op\":\"mount\"}                 also \"read_only\":true\n"
        "  {\"op\":\"unmount\"}\n"
        "  {\"op\":\"put\",\"name\":\"a\",\"text\":\"1\"}   or \"hex\":\"31\"\n"
        "  {\"op\":\"get\",\"name\":\"a\"}      gives \"hex\", and \"text\" if UTF-8\n"
        "  {\"op\":\"delete\",\"name\":\"a\"}\n"
        "  {\"op\":\"begin\"}                 a transaction; then\n"
        "  {\"op\":\"stage\",\"name\":\"a\",\"text\":\"1\"}     or \"hex\", or \"delete\":true; "
        "then\n"
        "  {\"op\":\"commit\"}                or \"abort\"\n"
        "  {\"op\":\"find\"}                  also \"pattern\":\"a*\"; all at once\n"
        "  {\"op\":\"stat\"}                  statistics; with \"name\", its size\n"
        "  {\"op\":\"check\"}                 every invariant\n"
        "Requests to the flash:\n"
        "  {\"op\":\"open\"}                  a new part; also \"profile\",\n"
        "                                 \"sectors\", \"sector_bytes\", \"seed\"\n"
        "  {\"op\":\"cut\",\"after\":N}         power fails after N more operations;\n"
        "                                 also \"outcome\":\"torn\" (else drawn)\n"
        "  {\"op\":\"boot\"}                  power on, RAM forgotten; \"pattern\":N\n"
        "                                 decides what weak cells read\n"
        "  {\"op\":\"image\",\"save\":\"FILE\"}   or \"load\":\"FILE\"\n"
        "  {\"op\":\"peek\",\"address\":N}      raw bytes; also \"size\":N\n"
        "  {\"op\":\"damage\",\"address\":N}    flip \"bit\":N, or \"unreadable\":true\n"
        "  {\"op\":\"counters\"}              operations, erases, clock\n"
        "  {\"op\":\"quit\"}                  or just close stdin\n\n"
        "Every response says \"ok\":true or false. An error of the store has its name in \"error\" "
        "and its number in \"code\"; a request that makes no sense has a sentence in \"error\" and "
        "changes nothing. While the power is off there is \"cut\":true.",
};

static int start(struct server *server, struct serve_options *options)
{
    struct sim_profile profile;
    const char *name = options->device.profile == NULL ? "k64f" : options->device.profile;
    server->defaults = options->device;
    server->defaults.profile = name;
    if (device_profile(name, options->device.sectors, &profile, &options->complaint) < 0 ||
        rig_open(server->rig, &profile, options->device.seed, &options->complaint) < 0) {
        return -1;
    }
    return options->image == NULL ? 0 : load_image(server, options->image, &options->complaint);
}

int command_serve(int argc, char **argv)
{
    struct serve_options options = {.device = {.seed = 1}};
    struct server server = {0};
    server.rig = &server.rigs[0];
    options.device.complaint = &options.complaint;
    int error = options_parse(&argp, argc, argv, &options, &options.complaint);
    error = error < 0 ? error : start(&server, &options);
    if (error < 0) {
        complaint_print(&options.complaint, argv[0]);
        rig_close(server.rig);
        return CLI_USAGE;
    }
    error = serve(&server);
    rig_close(server.rig);
    return error < 0 ? CLI_USAGE : CLI_PASS;
}
