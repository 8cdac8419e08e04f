/* SPDX-License-Identifier: Apache-2.0 */
/* cfs-sim image: what is in the bytes of a flash, and making them. Finds the action and hands over. */
#include "image.h"

#include <stdio.h>
#include <string.h>

#include "cli.h"

#define TITLE "cfs-sim image"

static const struct action {
    const char *name;
    char *title; /* what --help and complaints of the action call it */
    int (*run)(int argc, char **argv);
    const char *summary;
} actions[] = {
    {"create", TITLE " create", command_image_create, "make an image from a file of keys"},
    {"edit", TITLE " edit", command_image_edit, "set and delete keys of an image"},
    {"list", TITLE " list", command_image_list,
     "the keys of an image, as a table or a file of keys"},
    {"get", TITLE " get", command_image_get, "the value of one key"},
    {"diff", TITLE " diff", command_image_diff, "which keys two images hold differently"},
    {"check", TITLE " check", command_image_check, "does the image hold an intact store?"},
    {"verify", TITLE " verify", command_image_verify,
     "the same with a report: keys, space, damage by position"},
    {"salvage", TITLE " salvage", command_image_salvage,
     "every intact key, whether it mounts or not"},
    {"sweep", TITLE " sweep", command_image_sweep, "would it survive any single damage?"},
    {"dump", TITLE " dump", command_image_dump, "every sector and every record, intact or not"},
};
#define ACTION_COUNT (sizeof actions / sizeof actions[0])

static void print_help(void)
{
    puts("Usage: " TITLE " ACTION [OPTION...] FILE...\n"
         "Work on flash images: the raw bytes of the store's sectors, as a programmer\n"
         "reads and writes them, or as 'serve' saves them.\n");
    for (size_t i = 0; i < ACTION_COUNT; i++) {
        printf("  %-8s%s\n", actions[i].name, actions[i].summary);
    }
    puts("\n'" TITLE " ACTION --help' tells the rest; docs/image.md has examples.");
}

int command_image(int argc, char **argv)
{
    if (argc < 2) {
        fputs(TITLE ": which action? '" TITLE " --help' lists them.\n", stderr);
        return CLI_USAGE;
    }
    if (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-?") == 0) {
        print_help();
        return CLI_PASS;
    }
    for (size_t i = 0; i < ACTION_COUNT; i++) {
        if (strcmp(argv[1], actions[i].name) == 0) {
            argv[1] = actions[i].title;
            return actions[i].run(argc - 1, argv + 1);
        }
    }
    fprintf(stderr, TITLE ": there is no action '%s'; '" TITLE " --help' lists them.\n", argv[1]);
    return CLI_USAGE;
}
