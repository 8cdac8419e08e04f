/* SPDX-License-Identifier: Apache-2.0 */
/* Command lines: argp with complaints instead of its two-line errors, numbers with bounds, and the
 * options that name a device, shared by the subcommands as an argp child.
 */
#ifndef CLI_OPTIONS_H
#define CLI_OPTIONS_H

#include <argp.h>
#include <stdbool.h>
#include <stdint.h>

#include "sim/flash.h"

#include "complaint.h"

/* Parse a command line. -1: a parser complained, or the line is wrong in itself. */
int options_parse(const struct argp *argp, int argc, char **argv, void *input,
                  struct complaint *complaint);

/* For a parser's ARGP_KEY_ERROR: say which option is not understood. */
void options_complain_unknown(const struct argp_state *state, struct complaint *complaint);

/* For a parser's ARGP_KEY_ARG where no arguments are taken. Returns EINVAL. */
error_t options_complain_argument(const char *argument, struct complaint *complaint);

/* A whole number from `min` to `max`. 0, or EINVAL after complaining. */
error_t options_number(const char *option, const char *text, uint64_t min, uint64_t max,
                       uint64_t *value, struct complaint *complaint);

#define OPTIONS_SECTORS_MAX 65536u

/* Which device: what --profile, --sectors and --seed said. */
struct device_options {
    const char *profile; /* NULL: not given */
    uint64_t sectors;    /* 0: not given */
    uint64_t seed;       /* 1 if not given */
    struct complaint *complaint;
};

/* Child parser; its input is a struct device_options. */
extern const struct argp device_argp;

/* The profile by built-in name, name of a shipped file, or path, cut down to `sectors` sectors
 * (0: all it has). */
int device_profile(const char *name, uint64_t sectors, struct sim_profile *profile,
                   struct complaint *complaint);

#endif
