/* SPDX-License-Identifier: Apache-2.0 */
/* A workload: what a device keeps in its store and how often it changes (docs/workload.md).
 *
 * Loaded from a text file that a person reads and edits. After loading, everything in it has been
 * checked: names are unique and short enough, files have been read, numbers are in range.
 */
#ifndef CLI_WORKLOAD_H
#define CLI_WORKLOAD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "complaint.h"

#define WORKLOAD_NAME_MAX  220u
#define WORKLOAD_VALUE_MAX 65536u
#define WORKLOAD_KEYS_MAX  10000u

enum workload_source {
    WORKLOAD_LITERAL, /* texts or files, one after the other */
    WORKLOAD_RANDOM,  /* so many bytes, new ones at each update */
    WORKLOAD_COUNTER, /* 4 bytes, little-endian: the number of the update */
};

struct workload_literal {
    uint8_t *bytes;
    size_t size;
};

struct workload_key {
    char name[WORKLOAD_NAME_MAX + 1];
    enum workload_source source;
    struct workload_literal *literals; /* WORKLOAD_LITERAL */
    size_t literal_count;
    size_t random_bytes; /* WORKLOAD_RANDOM */
    double updates_per_day;
};

struct workload {
    char path[1024];
    char title[120];
    char profile[256];
    uint64_t sectors;
    double years;
    bool to_the_end; /* not from the file: live on past the guaranteed erases, as sectors fail */
    double boots_per_day;
    double boots_unclean; /* share of boots that come without an unmount, 0 to 1 */
    double cuts_per_year; /* cuts in the middle of a program or erase */
    double cuts_nested;   /* chance that the mount after a cut is cut as well, 0 to 1 */
    struct workload_key *keys;
    size_t key_count;
};

/* Load `name`: a path, or the name of a shipped workload ("iot-device"). Nothing to free on
 * failure. */
int workload_load(struct workload *workload, const char *name, struct complaint *complaint);
void workload_free(struct workload *workload);

/* The value of update number `version` of key `index` (0: the provisioned one) in the life with `seed`,
 * into `value` (room for workload_value_max()). Returns its size. */
size_t workload_value(const struct workload *workload, size_t index, uint32_t version,
                      uint64_t seed, uint8_t *value);

size_t workload_value_max(const struct workload *workload);
double workload_updates_per_day(const struct workload *workload);

#endif
