/* SPDX-License-Identifier: Apache-2.0 */
/* The explorer as a program of its own, for builds of the library that cfs-sim does not contain:
 * cfs-explore-hash4 (names collide all the time) and cfs-knockout (rules can be switched off). */
#include "cli.h"

const char *argp_program_version = "cfs-explore";

int main(int argc, char **argv)
{
    return command_explore(argc, argv);
}
