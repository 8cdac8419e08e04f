/* SPDX-License-Identifier: Apache-2.0 */
/* A file that appears under its name only when it is complete: written beside it, then renamed. */
#ifndef CLI_OUTPUT_H
#define CLI_OUTPUT_H

#include <jansson.h>

#include "complaint.h"

struct output {
    char path[1024];
    char temporary[1040]; /* write here; empty: nothing to clean up */
};

/* Make the temporary file, empty, with the rights of the one that is there. -1: the place cannot be
 * written, or something that is no file stands there. */
int output_begin(struct output *output, const char *path, struct complaint *complaint);

/* Give it its name. */
int output_commit(struct output *output, struct complaint *complaint);

/* Remove what was not committed; does nothing after a commit. */
void output_abandon(struct output *output);

/* An object as a file of its own, for people too. */
int output_json(const char *path, const json_t *object, struct complaint *complaint);

#endif
