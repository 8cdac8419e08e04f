/* SPDX-License-Identifier: Apache-2.0 */
/* See output.h. */
#include "output.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* What open() would give a new file, or what the old one has. */
static mode_t rights_for(const char *path)
{
    struct stat there;
    if (stat(path, &there) == 0) {
        return there.st_mode & 0777;
    }
    mode_t mask = umask(0);
    (void)umask(mask); /* only asked for */
    return 0666 & ~mask;
}

static int check_place(const char *path, struct complaint *complaint)
{
    struct stat there;
    if (stat(path, &there) == 0 && !S_ISREG(there.st_mode)) {
        return complain(complaint, "'%s' is not a file; name another one to write.", path);
    }
    return 0;
}

int output_begin(struct output *output, const char *path, struct complaint *complaint)
{
    *output = (struct output){0};
    if (strlen(path) >= sizeof output->path) {
        return complain(complaint, "the name of the file to write is too long.");
    }
    if (check_place(path, complaint) < 0) {
        return -1;
    }
    (void)snprintf(output->path, sizeof output->path, "%s", path);                  /* fits */
    (void)snprintf(output->temporary, sizeof output->temporary, "%s.XXXXXX", path); /* fits */
    int file = mkstemp(output->temporary);
    if (file < 0) {
        output->temporary[0] = '\0';
        return complain(complaint, "'%s' cannot be written: %s.", path, strerror(errno));
    }
    (void)fchmod(file, rights_for(path)); /* stays for its owner only, which is safe */
    (void)close(file);                    /* nothing was written */
    return 0;
}

int output_commit(struct output *output, struct complaint *complaint)
{
    if (rename(output->temporary, output->path) < 0) {
        return complain(complaint, "'%s' cannot be written: %s.", output->path, strerror(errno));
    }
    output->temporary[0] = '\0';
    return 0;
}

void output_abandon(struct output *output)
{
    if (output->temporary[0] != '\0') {
        (void)unlink(output->temporary); /* nobody waits for it */
        output->temporary[0] = '\0';
    }
}

static int write_json(const char *path, const json_t *object, struct complaint *complaint)
{
    FILE *file = fopen(path, "w");
    int failed =
        file == NULL || json_dumpf(object, file, JSON_INDENT(2)) != 0 || fputc('\n', file) == EOF;
    if (file != NULL && fclose(file) != 0) {
        failed = 1;
    }
    return failed ? complain(complaint, "'%s' could not be written completely.", path) : 0;
}

int output_json(const char *path, const json_t *object, struct complaint *complaint)
{
    struct output output;
    if (output_begin(&output, path, complaint) < 0) {
        return -1;
    }
    int result = write_json(output.temporary, object, complaint);
    result = result < 0 ? result : output_commit(&output, complaint);
    output_abandon(&output);
    return result;
}
