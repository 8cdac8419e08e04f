/* SPDX-License-Identifier: Apache-2.0 */
/* A toy store with seeded bugs, to show that the explorer bites.
 *
 * Each write puts the whole map into the next sector of a ring. A mount that finds no seal takes the
 * newest whole map, erases the sectors behind it (what stands there may yet come to light), writes
 * a copy into the first of them and seals it. It must not erase the maps before it: the newest may
 * be weak, and so may be the copy that an earlier mount made of it. The ring keeps TOY_KEPT of
 * them, so the toy is right as long as no more than that many cuts strike in a row.
 */
#ifndef POWERFAIL_TOY_H
#define POWERFAIL_TOY_H

#include "subject.h"

#define TOY_KEPT    3u /* whole maps older than the newest that a mount leaves alone */
#define TOY_SECTORS 6u /* TOY_KEPT, the newest, and at least two more */

enum toy_bug {
    TOY_RIGHT,
    TOY_TRUSTS_NEWEST,     /* serves the newest map without making it stand */
    TOY_LATE_COMMIT,       /* says done before the last line is programmed */
    TOY_NO_CHECKSUM,       /* takes a torn map for a whole one */
    TOY_ERASES_SOURCE,     /* erases the newest map before its copy stands */
    TOY_WRITES_EVERY_BOOT, /* decides again although the map is sealed */
    TOY_NO_ERASE,          /* programs a sector that was not erased */
    TOY_KEEPS_SEAL,        /* leaves the seal in place when a session begins to write */
    TOY_LEAVES_OTHERS,     /* mount does not erase what may become newer than its copy */
    TOY_FORGETS_DELETE,    /* does not write the deletion of the last key */
    TOY_DROPS_NEIGHBOUR,   /* a long value pushes out the last key of the map */
    TOY_RESURRECTS,        /* a delete marks in RAM only, and mounts find the key again */
    TOY_FAILS_TWICE,       /* every second write after a boot is refused */
    TOY_HANGS,             /* recovery of an unsealed map writes its seal for ever */
    TOY_BUGS
};

extern enum toy_bug toy_bug; /* the one switched on */
extern const struct subject toy_store;

#endif
