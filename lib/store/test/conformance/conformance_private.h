/* SPDX-License-Identifier: Apache-2.0 */
/* Shared by the parts of the conformance suite.
 *
 * Every function that returns bool says whether what it looks at held. The first failure has been
 * printed, and everything stops there.
 */
#ifndef CONFORMANCE_PRIVATE_H
#define CONFORMANCE_PRIVATE_H

#include "Storage_VM.h"
#include "conformance.h"

#define KEYS 24u

/* What must be in the store: a version and a length per key; name and value follow from numbers. */
struct model {
    uint32_t version[KEYS]; /* 0: the key does not exist */
    uint32_t size[KEYS];
    uint32_t clock; /* versions given */
    /* A change that may or may not have taken place: the call failed. */
    bool in_doubt;
    uint32_t key;
    uint32_t new_version;
    uint32_t new_size;
};

struct conformance {
    const struct conformance_port *port;
    struct cfs_volume_entry table[1];
    struct cfs_device device;
    struct cfs_volume volume;
    struct cfs_store store;
    struct model model;
    void *store_memory;
    size_t store_memory_bytes;
    uint8_t *value; /* to set, or to expect */
    uint8_t *found;
    uint32_t value_bytes;   /* of each of the two */
    uint32_t typical_bytes; /* most values of the random steps are up to this long */
    const char *part;
    uint32_t seed; /* that replays what is running now */
    uint32_t random;
};

/* ---- conformance.c */

/* The call gives exactly this. */
#define EXPECT(run, expected, call) conformance_expect((run), #call, (expected), (call))
bool conformance_expect(struct conformance *run, const char *call, int32_t expected, int32_t found);

/* The condition holds. */
#define HOLDS(run, condition) ((condition) || conformance_fail((run), #condition))
bool conformance_fail(struct conformance *run, const char *what);

/* printf() to the port. */
void conformance_print(const struct conformance *run, const char *format, ...);

uint32_t conformance_random(struct conformance *run);
uint32_t conformance_below(struct conformance *run, uint32_t limit); /* 0 to limit - 1 */

/* What follows draws from this seed, and is replayed with it. */
void conformance_begin(struct conformance *run, uint32_t seed);

/* Open device and volume, and close them, whatever a cut left of them. The store is forgotten. */
bool conformance_open(struct conformance *run);
void conformance_close(struct conformance *run);

int32_t conformance_format(struct conformance *run);
int32_t conformance_mount(struct conformance *run);
int32_t conformance_mount_read_only(struct conformance *run);

/* Start a part: open, a new store, mounted, and an empty model. */
bool conformance_start(struct conformance *run);

/* ---- conformance_between.c: a driver between the suite and the port's, that counts and fails */

enum call { CALL_READ, CALL_PROGRAM, CALL_ERASE, CALLS };

const ARM_DRIVER_STORAGE *between_driver(const ARM_DRIVER_STORAGE *inner);
void between_fail_once(enum call call, uint32_t index); /* of those from now on, from 0 */
bool between_has_failed(void);                          /* since then */
/* Cut the power in the `index`-th erase from now on, through the port's hook. */
void between_cut_erase(const struct conformance_port *port, uint32_t index);
void between_stop(void);                /* neither */
uint32_t between_count(enum call call); /* since the suite began */
enum call between_last_write(void);     /* the kind of the last program or erase */
uint32_t between_writes(void);          /* programs and erases */

/* ---- conformance_model.c */

void model_name(uint32_t key, char name[CFS_NAME_MAX + 1u]);
/* The bytes of a version of a key, in run->value. */
void model_value(struct conformance *run, uint32_t key, uint32_t version, uint32_t size);
/* A longest value that fits buffers and volume, for a name of any length. */
uint32_t model_longest(struct conformance *run);

/* The key has this value. */
bool model_holds(struct conformance *run, uint32_t key, uint32_t version, uint32_t size);

/* Set or delete a random key. False: the store answered something it must not. *result: its answer,
 * which is CFS_OK, CFS_ERR_NO_SPACE, or CFS_ERR_IO; after CFS_ERR_IO the change is in doubt. */
bool model_step(struct conformance *run, int32_t *result);

/* After a mount: a change in doubt took place or did not; from now on it is decided. */
bool model_settle(struct conformance *run);

/* The store holds exactly this; its own check finds nothing. */
bool model_compare(struct conformance *run);

/* ---- the parts */

bool part_driver(struct conformance *run);
bool part_images(struct conformance *run);
bool part_sizes(struct conformance *run);
bool part_laps(struct conformance *run);
bool part_full(struct conformance *run);
bool part_read_only(struct conformance *run);
bool part_faults(struct conformance *run);
bool part_cuts(struct conformance *run);
bool part_refused(struct conformance *run); /* instead of the others; see format_result */

#endif
