/* SPDX-License-Identifier: Apache-2.0 */
/* A progress bar on stderr, if that is a terminal; nothing at all in a pipe. */
#ifndef CLI_PROGRESS_H
#define CLI_PROGRESS_H

#include <stdbool.h>

struct progress {
    const char *what; /* "life 3 of 10" */
    bool is_on;
    int shown; /* tenths of a percent */
};

void progress_begin(struct progress *progress, const char *what);
void progress_show(struct progress *progress, double share);
void progress_end(struct progress *progress); /* wipes the line */

#endif
