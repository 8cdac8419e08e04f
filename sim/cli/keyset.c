/* SPDX-License-Identifier: Apache-2.0 */
/* See keyset.h. The set itself. */
#include "keyset.h"

#include <stdlib.h>
#include <string.h>

static struct keyset_key *append(struct keyset *set)
{
    if (set->count == set->room) {
        size_t room = set->room == 0 ? 64 : 2 * set->room;
        struct keyset_key *keys = realloc(set->keys, room * sizeof *keys);
        if (keys == NULL) {
            return NULL;
        }
        set->keys = keys;
        set->room = room;
    }
    return &set->keys[set->count++];
}

int keyset_add(struct keyset *set, const char *name, uint8_t *value, size_t size,
               struct complaint *complaint)
{
    struct keyset_key *key = append(set);
    if (key == NULL) {
        free(value);
        return complain(complaint, "out of memory.");
    }
    *key = (struct keyset_key){.value = value, .size = size};
    memcpy(key->name, name, strlen(name) + 1);
    return 0;
}

int keyset_check_name(const char *name, size_t length, const char *where,
                      struct complaint *complaint)
{
    if (length == 0) {
        return complain(complaint, "%s: the name is empty; a key needs one.", where);
    }
    if (memchr(name, '\0', length) != NULL) {
        return complain(complaint, "%s: a name may hold any byte but 0.", where);
    }
    if (length > CFS_NAME_MAX) {
        return complain(complaint, "%s: a name has at most %u bytes, '%.30s...' has %zu.", where,
                        CFS_NAME_MAX, name, length);
    }
    return 0;
}

static int compare(const void *a, const void *b)
{
    return strcmp(((const struct keyset_key *)a)->name, ((const struct keyset_key *)b)->name);
}

int keyset_settle(struct keyset *set, struct complaint *complaint)
{
    if (set->count == 0) {
        return 0;
    }
    qsort(set->keys, set->count, sizeof *set->keys, compare);
    for (size_t i = 1; i < set->count; i++) {
        if (compare(&set->keys[i - 1], &set->keys[i]) == 0) {
            return complain(complaint, "%s: '%s' is there twice; every key stands once.", set->path,
                            set->keys[i].name);
        }
    }
    return 0;
}

static int compare_name(const void *name, const void *key)
{
    return strcmp(name, ((const struct keyset_key *)key)->name);
}

const struct keyset_key *keyset_find(const struct keyset *set, const char *name)
{
    return set->count == 0 ? NULL
                           : bsearch(name, set->keys, set->count, sizeof *set->keys, compare_name);
}

void keyset_free(struct keyset *set)
{
    for (size_t i = 0; i < set->count; i++) {
        free(set->keys[i].value);
    }
    free(set->keys);
    *set = (struct keyset){0};
}
