/* SPDX-License-Identifier: Apache-2.0 */
/* See progress.h. */
#include "progress.h"

#include <stdio.h>
#include <unistd.h>

#define BAR_WIDTH 40

void progress_begin(struct progress *progress, const char *what)
{
    *progress = (struct progress){.what = what, .is_on = isatty(STDERR_FILENO) != 0, .shown = -1};
    progress_show(progress, 0);
}

void progress_show(struct progress *progress, double share)
{
    int permille = (int)(share * 1000);
    if (!progress->is_on || permille == progress->shown) {
        return;
    }
    progress->shown = permille;
    int done = permille * BAR_WIDTH / 1000;
    fprintf(stderr, "\r%s [", progress->what);
    for (int i = 0; i < BAR_WIDTH; i++) {
        fputc(i < done ? '#' : '.', stderr);
    }
    fprintf(stderr, "] %3d %%", permille / 10);
}

void progress_end(struct progress *progress)
{
    if (progress->is_on) {
        fputs("\r\033[K", stderr);
    }
}
