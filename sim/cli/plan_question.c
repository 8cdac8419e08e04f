/* SPDX-License-Identifier: Apache-2.0 */
/* See plan_question.h. */
#include "plan_question.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int plan_make_workload(struct workload *workload, const struct plan_keys *keys,
                       struct complaint *complaint)
{
    char last[24];
    int digits = snprintf(last, sizeof last, "%" PRIu64, keys->count - 1);
    if (keys->name_bytes < (uint64_t)digits) {
        return complain(complaint,
                        "%" PRIu64 " keys cannot have different names of %" PRIu64
                        " bytes; use --name-bytes %d or more.",
                        keys->count, keys->name_bytes, digits);
    }
    if (keys->updates_per_day > 0 && keys->value_bytes == 0) {
        return complain(complaint, "a value of 0 bytes never changes; use --value-bytes.");
    }
    *workload = (struct workload){.years = 20, .path = "the command line"};
    workload->keys = calloc(keys->count, sizeof *workload->keys);
    if (workload->keys == NULL) {
        return complain(complaint, "out of memory.");
    }
    workload->key_count = keys->count;
    for (size_t i = 0; i < keys->count; i++) {
        struct workload_key *key = &workload->keys[i];
        (void)snprintf(key->name, sizeof key->name, "%0*zu", (int)keys->name_bytes, i); /* fits */
        key->source = WORKLOAD_RANDOM;
        key->random_bytes = keys->value_bytes;
        key->updates_per_day = keys->updates_per_day / (double)keys->count;
    }
    return 0;
}

static void put_longest_first(struct workload_key *key)
{
    size_t longest = 0;
    for (size_t i = 1; i < key->literal_count; i++) {
        if (key->literals[i].size > key->literals[longest].size) {
            longest = i;
        }
    }
    if (key->literal_count > 1) {
        struct workload_literal held = key->literals[0];
        key->literals[0] = key->literals[longest];
        key->literals[longest] = held;
    }
}

void plan_put_longest_first(struct workload *workload)
{
    for (size_t i = 0; i < workload->key_count; i++) {
        put_longest_first(&workload->keys[i]);
    }
}

size_t plan_name_max(const struct workload *workload)
{
    size_t max = 0;
    for (size_t i = 0; i < workload->key_count; i++) {
        size_t length = strlen(workload->keys[i].name);
        max = length > max ? length : max;
    }
    return max;
}
