/* SPDX-License-Identifier: Apache-2.0 */
/* A set of 64-bit fingerprints that only grows: what has been explored already. With N members a
 * new state is taken for an old one with probability N / 2^64. */
#ifndef POWERFAIL_SEEN_H
#define POWERFAIL_SEEN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct seen {
    uint64_t *slots; /* 0: free */
    size_t mask;     /* number of slots - 1 */
    size_t count;
};

bool seen_init(struct seen *seen);
void seen_free(struct seen *seen);

/* Add a fingerprint; false if it was there. Ends the process when memory runs out. */
bool seen_add(struct seen *seen, uint64_t fingerprint);

/* Mix a number into a fingerprint. */
uint64_t fingerprint_mix(uint64_t fingerprint, uint64_t number);

#endif
