/* SPDX-License-Identifier: Apache-2.0 */
/* cfs-sim: the configuration store on a simulated flash. Finds the subcommand and hands over. */
#include "cli.h"

#include <stdio.h>
#include <string.h>

#define PROGRAM "cfs-sim"

static const struct command {
    const char *name;
    char *title; /* what --help and complaints of the subcommand call it */
    int (*run)(int argc, char **argv);
    const char *summary;
} commands[] = {
    {"endurance", PROGRAM " endurance", command_endurance,
     "years of a workload, with boots, power cuts and wear, in seconds"},
    {"explore", PROGRAM " explore", command_explore,
     "every power cut of short scripts, or random cuts of long ones"},
    {"bench", PROGRAM " bench", command_bench,
     "fixed workloads, to compare its cost with that of other stores"},
    {"serve", PROGRAM " serve", command_serve,
     "a store driven by JSON lines on stdin: put, get, cut the power, boot"},
    {"plan", PROGRAM " plan", command_plan,
     "how many sectors a workload needs, and how long they last"},
    {"image", PROGRAM " image", command_image,
     "make, edit, compare and verify flash images, or look into them"},
};
#define COMMAND_COUNT (sizeof commands / sizeof commands[0])

static void print_help(void)
{
    puts("Usage: " PROGRAM " COMMAND [OPTION...]\n"
         "A configuration store for microcontrollers, on a simulated flash.\n");
    for (size_t i = 0; i < COMMAND_COUNT; i++) {
        printf("  %-11s%s\n", commands[i].name, commands[i].summary);
    }
    puts("\n"
         "'" PROGRAM " COMMAND --help' tells the rest about each. Start with '" PROGRAM
         " endurance'.\n"
         "\n"
         "Exit status: 0 all is well; 1 a property does not hold (data lost, part worn out,\n"
         "image damaged); 2 the command line or a file is wrong; 3 a budget ran out.");
}

static int run_command(int argc, char **argv)
{
    for (size_t i = 0; i < COMMAND_COUNT; i++) {
        if (strcmp(argv[1], commands[i].name) == 0) {
            argv[1] = commands[i].title;
            return commands[i].run(argc - 1, argv + 1);
        }
    }
    fprintf(stderr, PROGRAM ": there is no command '%s'; '" PROGRAM " --help' lists them.\n",
            argv[1]);
    return CLI_USAGE;
}

int main(int argc, char **argv)
{
    if (argc < 2) {
        fputs(PROGRAM ": which command? '" PROGRAM " --help' lists them.\n", stderr);
        return CLI_USAGE;
    }
    if (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-?") == 0 ||
        strcmp(argv[1], "help") == 0) {
        print_help();
        return CLI_PASS;
    }
    if (strcmp(argv[1], "--version") == 0) {
        puts(PROGRAM " " CFS_SIM_VERSION);
        return CLI_PASS;
    }
    return run_command(argc, argv);
}
