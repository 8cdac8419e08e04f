/* SPDX-License-Identifier: Apache-2.0 */
/* A plain map of what must be in a store: the model that longer tests compare with. Keys are
 * numbered; the name and the value of a key are functions of numbers, so that nothing is stored
 * but versions and lengths. */
#ifndef STORE_TEST_EXPECTED_H
#define STORE_TEST_EXPECTED_H

#include "fixture.h"

#define KEYS_MAX  512u
#define VALUE_MAX 1024u

struct expected {
    uint32_t version[KEYS_MAX]; /* 0: does not exist */
    size_t size[KEYS_MAX];
    uint32_t count; /* keys that exist */
    uint32_t clock; /* versions given */
    uint32_t known; /* keys below this were set at one time or another */
};

/* "key/17", made longer up to 40 characters by some numbers. */
void expected_name(uint32_t key, char name[64]);

/* Give a key a new value of `size` bytes, in the store and in the map. What the store answered; the
 * map follows only CFS_OK. */
int32_t expected_set(struct expected *expected, struct rig *rig, uint32_t key, size_t size);
int32_t expected_delete(struct expected *expected, struct rig *rig, uint32_t key);

/* The store holds exactly this. */
void expected_compare(const struct expected *expected, struct rig *rig);

/* ... or would after one more step; true. */
bool expected_holds(const struct expected *expected, struct rig *rig);

#endif
