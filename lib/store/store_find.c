/* SPDX-License-Identifier: Apache-2.0 */
/* Keys in the order of their hash, and of their name where hashes are equal.
 *
 *   STORE (this file: enumeration) > journal > volume > device
 *
 * There is no cursor but the last name: the next key is the smallest (hash, name) above it. So a
 * key that exists throughout a scan comes exactly once, whatever else changes, and a key that is
 * rewritten does not come again.
 */
#include "store_private.h"

#include <string.h>

#if !CFS_CFG_READ_ONLY

/* ---- the smallest hash in the trie that is >= a bound */

/* A subtrie: the node it is entered by, and the bits that are fixed in it. */
struct subtrie {
    struct cfs_node root;
    unsigned fixed_bits;
};

/* Follow the pointer of a subtrie's node into the one that differs from it in `bit`. 1; 0: empty. */
static int32_t descend(struct cfs_store *store, struct subtrie *at, unsigned bit)
{
    const uint32_t hash = at->root.keys.hash;
    cfs_pos_t next = cfs_node_pointer(store, &at->root, bit);
    int32_t result = cfs_node_next(store, &at->root.keys, next, &at->root);

    at->fixed_bits = bit + 1u;
    if (result > 0 && cfs_hash_difference(at->root.keys.hash, hash, 0) != bit) {
        return CFS_ERR_DAMAGED; /* a record of another subtrie: the scan could go in circles */
    }
    return result;
}

/* The first bit that is 1 in the node's hash and behind which something lives on the 0 side;
 * HASH_BITS if the node itself is the smallest of its subtrie. */
static unsigned smaller_side(struct cfs_store *store, const struct subtrie *at)
{
    for (unsigned bit = at->fixed_bits; bit < HASH_BITS; bit++) {
        if (cfs_hash_bit(at->root.keys.hash, bit) == 1u &&
            cfs_node_pointer(store, &at->root, bit) != 0) {
            return bit;
        }
    }
    return HASH_BITS;
}

/* The smallest hash in a subtrie. root's pointers must be readable. */
static int32_t smallest(struct cfs_store *store, struct subtrie *at, uint32_t *hash)
{
    for (;;) {
        unsigned bit = smaller_side(store, at);
        int32_t result;

        if (bit == HASH_BITS) {
            *hash = at->root.keys.hash;
            return 1;
        }
        result = descend(store, at, bit);
        if (result <= 0) {
            return result < 0 ? result : CFS_ERR_DAMAGED; /* it was live a moment ago */
        }
    }
}

/* Where to go on if the way along the bound ends: the subtrie just above it, deepest first. */
struct fallback {
    uint32_t number; /* the place of a node's keys; read again before use */
    cfs_pos_t position;
    unsigned bit;        /* HASH_BITS: the node's own subtrie, else the pointer to follow */
    unsigned fixed_bits; /* 0: there is none */
};

static void note_fallback(const struct subtrie *at, unsigned bit, unsigned fixed_bits,
                          struct fallback *fallback)
{
    *fallback = (struct fallback){at->root.keys.number, at->root.keys.position, bit, fixed_bits};
}

static void note_fallbacks(struct cfs_store *store, const struct subtrie *at, unsigned difference,
                           uint32_t bound, struct fallback *fallback)
{
    for (unsigned bit = at->fixed_bits; bit < difference; bit++) {
        if (cfs_hash_bit(bound, bit) == 0u && cfs_node_pointer(store, &at->root, bit) != 0) {
            note_fallback(at, bit, bit + 1u, fallback);
        }
    }
    if (difference < HASH_BITS && cfs_hash_bit(bound, difference) == 0u) {
        note_fallback(at, HASH_BITS, difference + 1u, fallback);
    }
}

static int32_t take_fallback(struct cfs_store *store, const struct fallback *fallback,
                             struct subtrie *at, uint32_t *hash)
{
    int32_t result;

    if (fallback->fixed_bits == 0) {
        return 0;
    }
    at->fixed_bits = fallback->fixed_bits;
    at->root.keys.number = fallback->number;
    at->root.keys.position = fallback->position;
    result = cfs_node_again(store, &at->root);
    if (result > 0 && fallback->bit < HASH_BITS) {
        result = descend(store, at, fallback->bit);
    }
    return result <= 0 ? (result < 0 ? result : CFS_ERR_DAMAGED) : smallest(store, at, hash);
}

/* The smallest hash >= `bound` of any record in its bucket, tombstones included. 1; 0: none. */
static int32_t next_in_bucket(struct cfs_store *store, uint32_t bucket, uint32_t bound,
                              uint32_t *hash)
{
    struct subtrie at = {.fixed_bits = store->journal.shape.bucket_log2};
    struct fallback fallback = {.fixed_bits = 0};
    int32_t result = cfs_node_root(store, bucket, &at.root);

    while (result > 0) {
        unsigned difference = cfs_hash_difference(at.root.keys.hash, bound, 0);

        if (difference < at.fixed_bits) {
            return CFS_ERR_DAMAGED;
        }
        if (difference == HASH_BITS) {
            *hash = bound;
            return 1;
        }
        note_fallbacks(store, &at, difference, bound, &fallback);
        result = descend(store, &at, difference);
    }
    return result < 0 ? result : take_fallback(store, &fallback, &at, hash);
}

static int32_t next_hash(struct cfs_store *store, uint32_t bound, uint32_t *hash)
{
    unsigned shift = HASH_BITS - store->journal.shape.bucket_log2;

    for (uint32_t bucket = bound >> shift; bucket < store->journal.bucket_count; bucket++) {
        uint32_t first = bucket << shift;
        int32_t result = next_in_bucket(store, bucket, bound > first ? bound : first, hash);

        if (result != 0) {
            return result;
        }
    }
    return 0;
}

/* ---- the smallest live name of one hash above a name */

/* Is the name above `after` (NULL: nothing) and below that of `best` (NULL: no limit)? */
static int32_t is_between(struct cfs_store *store, const struct cfs_record *holder,
                          const struct cfs_name *after, const struct cfs_record *best)
{
    int order = 1;
    int32_t result = after ? cfs_name_compare(store, holder, after, &order) : CFS_OK;

    if (result == CFS_OK && order > 0 && best) {
        struct cfs_name limit;

        cfs_name_of(&limit, best);
        result = cfs_name_compare(store, holder, &limit, &order);
        order = -order;
    }
    return result < 0 ? result : order > 0;
}

/* The holder of the smallest live name of `hash` above `after` goes to `best`. 1; 0: none. */
static int32_t next_name(struct cfs_store *store, uint32_t hash, const struct cfs_name *after,
                         struct cfs_record *best)
{
    struct cfs_node node;
    int32_t found = 0;
    int32_t result = cfs_path_first(store, hash, &node);

    while (result > 0) {
        cfs_pos_t next = cfs_node_pointer(store, &node, CHAIN_BIT);

        result = cfs_node_holder(store, &node, &node.holder);
        if (result > 0) {
            result = is_between(store, &node.holder, after, found ? best : NULL);
        }
        if (result > 0) {
            result = cfs_node_is_newest(store, &node);
        }
        if (result > 0) {
            *best = node.holder;
            found = 1;
        }
        if (result >= 0) {
            result = cfs_node_next(store, &node.keys, next, &node);
        }
    }
    return result < 0 ? result : found;
}

/* ---- the scan */

/* The next live key above (`hash`, `after`), whatever its name. `after` NULL: any of that hash.
 * 1; 0: none. */
static int32_t next_key(struct cfs_store *store, uint32_t hash, const struct cfs_name *after,
                        struct cfs_record *record)
{
    uint32_t bound = hash;
    int32_t result = next_hash(store, bound, &hash);

    while (result > 0) {
        result = next_name(store, hash, hash == bound ? after : NULL, record);
        if (result != 0 || hash + 1u >= (1u << HASH_BITS)) {
            return result;
        }
        after = NULL;
        bound = hash + 1u;
        result = next_hash(store, bound, &hash);
    }
    return result;
}

int32_t cfs_find_next(struct cfs_store *store, struct cfs_record *holder)
{
    const struct cfs_record last = *holder;
    struct cfs_name after;

    if (last.head_bytes == 0) {
        return next_key(store, 0, NULL, holder);
    }
    cfs_name_of(&after, &last);
    return next_key(store, after.hash, &after, holder);
}

int32_t cfs_find_audit(void *context)
{
    struct cfs_record record = {.head_bytes = 0};
    int32_t result;

    do {
        result = cfs_find_next(context, &record);
    } while (result > 0);
    return result;
}

#if CFS_CFG_FIND

/* ---- patterns */

/* '*' stands for any run of characters. Goes back to the last star only, so it is at most quadratic
 * in lengths that are bounded by CFS_NAME_MAX. */
static bool matches(const char *pattern, const char *text)
{
    const char *star = NULL;
    const char *resume = NULL;

    while (*text) {
        if (*pattern == '*') {
            star = pattern++;
            resume = text;
        } else if (*pattern == *text) {
            pattern++;
            text++;
        } else if (star) {
            pattern = star + 1;
            text = ++resume;
        } else {
            return false;
        }
    }
    while (*pattern == '*') {
        pattern++;
    }
    return *pattern == '\0';
}

static bool fits_hash(struct cfs_store *store, const struct cfs_record *record, const char *text)
{
    return cfs_hash_name(store, text, record->name_bytes) == record->hash;
}

/* Copy a record's name to where a C string is wanted. One that is not what it hashes to is verified,
 * so that damage to a name does not pass as another name. */
static int32_t read_name(struct cfs_store *store, const struct cfs_record *record, char *text)
{
    struct cfs_journal *journal = &store->journal;
    int32_t result = cfs_journal_read_payload(journal, record, 0, text, record->name_bytes);

    if (result == CFS_OK && !fits_hash(store, record, text)) {
        result = cfs_journal_verify(journal, record, NULL);
        if (result >= 0) { /* it may have been made good */
            result = cfs_journal_read_payload(journal, record, 0, text, record->name_bytes);
        }
    }
    text[record->name_bytes] = '\0';
    return result;
}

/* Is it a name of the user's, and does its record stand where it belongs? A cursor made from any other
 * name could lead back. */
static bool is_genuine(struct cfs_store *store, const struct cfs_record *record, const char *text)
{
    return strlen(text) == record->name_bytes && record->name_bytes > 0 &&
           fits_hash(store, record, text);
}

/* The next key after `after` whose name matches; its name goes to `found`. 1; 0: none. */
static int32_t next_match(struct cfs_store *store, const char *pattern, struct cfs_name *after,
                          char *found)
{
    struct cfs_record record;
    int32_t result = next_key(store, after->hash, after->size > 0 ? after : NULL, &record);

    while (result > 0) {
        result = read_name(store, &record, found);
        if (result == CFS_OK && is_genuine(store, &record, found) &&
            (!pattern || matches(pattern, found))) {
            return 1;
        }
        if (result == CFS_OK) {
            *after =
                (struct cfs_name){.hash = record.hash, .size = record.name_bytes, .text = found};
            result = next_key(store, after->hash, after, &record);
        }
    }
    return result;
}

int32_t cfs_find(struct cfs_store *store, const char *pattern, char *name)
{
    char found[CFS_RECORD_NAME_MAX + 1u];
    struct cfs_name after = {.hash = 0, .size = 0};
    int32_t result = cfs_store_enter(store);

    if (result != CFS_OK) {
        return result;
    }
    if (!name || (name[0] != '\0' && cfs_name_init(store, &after, name) != CFS_OK)) {
        return CFS_ERR_PARAM;
    }
    result = next_match(store, pattern, &after, found);
    if (result <= 0) {
        return result < 0 ? result : CFS_ERR_NOT_FOUND;
    }
    memcpy(name, found, strlen(found) + 1u);
    return (int32_t)strlen(found);
}

#endif

#endif
