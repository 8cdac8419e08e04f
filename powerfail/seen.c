/* SPDX-License-Identifier: Apache-2.0 */
/* A set of 64-bit fingerprints. Open addressing, at most half full. See seen.h. */
#include "seen.h"

#include <stdio.h>
#include <stdlib.h>

#define FIRST_SLOTS ((size_t)1 << 16)

bool seen_init(struct seen *seen)
{
    *seen = (struct seen){.mask = FIRST_SLOTS - 1, .slots = calloc(FIRST_SLOTS, sizeof(uint64_t))};
    return seen->slots != NULL;
}

void seen_free(struct seen *seen)
{
    free(seen->slots);
    *seen = (struct seen){0};
}

static bool insert(uint64_t *slots, size_t mask, uint64_t fingerprint)
{
    size_t at = (size_t)fingerprint & mask;
    while (slots[at] != 0) {
        if (slots[at] == fingerprint) {
            return false;
        }
        at = (at + 1) & mask;
    }
    slots[at] = fingerprint;
    return true;
}

static void grow(struct seen *seen)
{
    size_t mask = seen->mask * 2 + 1;
    uint64_t *slots = calloc(mask + 1, sizeof(uint64_t));
    if (slots == NULL) {
        fprintf(stderr, "explore: no memory for %zu states; use --shard or a smaller --depth\n",
                seen->count);
        exit(3);
    }
    for (size_t i = 0; i <= seen->mask; i++) {
        if (seen->slots[i] != 0) {
            (void)insert(slots, mask, seen->slots[i]); /* all differ */
        }
    }
    free(seen->slots);
    seen->slots = slots;
    seen->mask = mask;
}

bool seen_add(struct seen *seen, uint64_t fingerprint)
{
    fingerprint = fingerprint == 0 ? 1 : fingerprint;
    if (!insert(seen->slots, seen->mask, fingerprint)) {
        return false;
    }
    seen->count++;
    if (seen->count * 2 > seen->mask) {
        grow(seen);
    }
    return true;
}

uint64_t fingerprint_mix(uint64_t fingerprint, uint64_t number)
{
    uint64_t x = fingerprint ^ (number * 0x9E3779B97F4A7C15u);
    x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9u;
    x = (x ^ (x >> 27)) * 0x94D049BB133111EBu;
    return x ^ (x >> 31);
}
