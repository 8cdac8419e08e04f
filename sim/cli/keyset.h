/* SPDX-License-Identifier: Apache-2.0 */
/* Names and values outside a store: what a file of keys says, or what a store holds.
 *
 * Filled in any order, then settled: from then on sorted by name and without a name twice, so that
 * the same keys give the same image whatever order they were written in.
 */
#ifndef CLI_KEYSET_H
#define CLI_KEYSET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "cfs/store.h"

#include "complaint.h"

#define KEYSET_VALUE_MAX (16u * 1024 * 1024) /* longer is a mistake, not a configuration */

struct keyset_key {
    char name[CFS_NAME_MAX + 1];
    uint8_t *value; /* NULL: the key is to be deleted, or is damaged */
    size_t size;
    bool is_damaged; /* read from a store, and its value cannot be read any more */
};

struct keyset {
    const char *path; /* where it came from, for complaints; not copied */
    struct keyset_key *keys;
    size_t count;
    size_t room;
};

/* Takes over `value`, which came from malloc(), whether it succeeds or not. */
int keyset_add(struct keyset *set, const char *name, uint8_t *value, size_t size,
               struct complaint *complaint);

/* A name of `length` bytes that a store could take? */
int keyset_check_name(const char *name, size_t length, const char *where,
                      struct complaint *complaint);

/* Sort. -1: a name is there twice. */
int keyset_settle(struct keyset *set, struct complaint *complaint);

/* In a settled set; NULL: not there. */
const struct keyset_key *keyset_find(const struct keyset *set, const char *name);

void keyset_free(struct keyset *set);

/* Read a file of keys, .json or .csv (docs/image.md), and settle. `path` must outlive `set`. Nothing
 * to free on failure. */
int keyset_load(struct keyset *set, const char *path, struct complaint *complaint);
/* The same without settling: more may be added. */
int keyset_read(struct keyset *set, const char *path, struct complaint *complaint);

/* Everything a mounted store holds, settled. What is damaged is marked. -1: the names themselves
 * cannot be read to the end, or no memory; nothing to free. */
int keyset_from_store(struct keyset *set, const char *path, struct cfs_store *store,
                      struct complaint *complaint);

/* Change a mounted store as the set says: deletes first, because they make room. */
int keyset_apply(const struct keyset *set, struct cfs_store *store, struct complaint *complaint);

#endif
