/* SPDX-License-Identifier: Apache-2.0 */
/* The judge: a model of the store that is nothing but a map, and knows nothing of any store.
 *
 * What may be seen after a cut is one of two maps: everything acknowledged, or the same with the
 * operation that was in flight. A mount that was cut settles nothing. The first mount that
 * returned and let all of its map be read settles it: from then on that map alone is allowed.
 *
 *       begin(op)          acknowledge
 *   {A} ---------> {A, A'} -----------> {A'}
 *                     | refuse: {A}
 *                     | judge(seen): {seen}, or a violation
 */
#ifndef POWERFAIL_ORACLE_H
#define POWERFAIL_ORACLE_H

#include "value.h"

/* What a client sees: the version of each key, and keys that nobody wrote. */
struct map {
    uint32_t version[KEYS];
    uint32_t strangers; /* names that came up and do not exist, or came up twice */
};

struct oracle {
    struct map acknowledged;
    struct map in_flight; /* acknowledged plus the operation that has begun */
    bool pending;
};

/* Everything that is checked, each with the code a failure is reported under. */
enum invariant {
    INVARIANT_DURABLE,   /* I1 an acknowledged write or delete is there after any cut */
    INVARIANT_ATOMIC,    /* I2 the operation cut took place wholly or not at all */
    INVARIANT_NO_RETURN, /* I3 what was deleted or overwritten never comes back */
    INVARIANT_NEIGHBOUR, /* I4 keys the operation did not touch are as they were */
    INVARIANT_STABLE,    /* I5 later boots show the same, whatever weak cells read */
    INVARIANT_SILENT,    /* I6 a second mount programs and erases nothing */
    INVARIANT_BOUNDED,   /* I8 recovery is bounded: programs, erases, time */
    INVARIANT_PROGRESS,  /* I9 the store can be written and mounted after recovery */
    INVARIANT_SPACE,     /* I10 what never needs room never lacks room */
    INVARIANT_HONEST,    /* I14 results are true within the session, and errors are as documented */
    INVARIANT_CHECK,     /* the store's own check finds nothing */
    INVARIANT_RULE,      /* no rule of the device was broken */
    INVARIANT_ASSERT,    /* no assertion failed */
    INVARIANTS
};

const char *invariant_code(enum invariant invariant); /* "I1" */
const char *invariant_name(enum invariant invariant); /* "durable" */

/* An empty, acknowledged map. */
void oracle_clear(struct oracle *oracle);

/* An operation begins: `version` is to become the value of `key` (VERSION_ABSENT: deleted). */
void oracle_begin(struct oracle *oracle, unsigned key, uint32_t version);
/* An operation begins that is to empty the whole map. */
void oracle_begin_clear(struct oracle *oracle);
/* It returned success. */
void oracle_acknowledge(struct oracle *oracle);
/* It returned an error, so it must not have changed anything. */
void oracle_refuse(struct oracle *oracle);

/* Is this map allowed? If so it is the only one from now on. If not: false, and which invariant
 * broke and at which key. */
bool oracle_judge(struct oracle *oracle, const struct map *seen, enum invariant *broken,
                  unsigned *key);

bool map_equal(const struct map *a, const struct map *b);

/* One number for all that is allowed, to tell states apart. */
uint64_t oracle_hash(const struct oracle *oracle);

#endif
