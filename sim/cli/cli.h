/* SPDX-License-Identifier: Apache-2.0 */
/* The subcommands of cfs-sim and what their exit codes mean. */
#ifndef CLI_CLI_H
#define CLI_CLI_H

enum cli_exit {
    CLI_PASS = 0,     /* did it, and all is well */
    CLI_VIOLATED = 1, /* did it, and a property of the store or the part does not hold */
    CLI_USAGE = 2,    /* did not do it: the command line or a file is wrong */
    CLI_BUDGET = 3,   /* stopped before the stated coverage: the time or count allowed ran out */
};

/* Each gets argv[0] = "cfs-sim <subcommand>" and returns an enum cli_exit. */
int command_endurance(int argc, char **argv);
int command_serve(int argc, char **argv);
int command_image(int argc, char **argv);
int command_explore(int argc, char **argv);
int command_plan(int argc, char **argv);
int command_bench(int argc, char **argv);

#endif
