/* SPDX-License-Identifier: Apache-2.0 */
/* What the explorer asks of a store under test. subject_store.c fits the configuration store to it
 * and is the only file of this folder that includes headers of the library; the tests fit toy
 * stores with seeded bugs to it.
 *
 * A subject lives on one simulated flash device, in memory the explorer gives (and fills with
 * garbage between boots). When the power is cut every call of the device fails, the subject returns
 * an error, and is thrown away.
 */
#ifndef POWERFAIL_SUBJECT_H
#define POWERFAIL_SUBJECT_H

#include <stddef.h>
#include <stdint.h>

struct sim_flash;

/* Results: CFS_OK and the like in words of the explorer. */
enum subject_result {
    SUBJECT_OK,
    SUBJECT_NOT_FOUND,
    SUBJECT_NO_SPACE, /* refused for want of room, now or for ever */
    SUBJECT_FAILED,   /* anything else; *error has the subject's own number */
};

struct subject {
    const char *name;
    size_t memory_bytes;
    /* A new, empty store on this device. It need not be mounted afterwards. */
    enum subject_result (*format)(void *memory, struct sim_flash *flash, int32_t *error);
    /* Start a session, from whatever stands on the device. `memory` holds garbage. */
    enum subject_result (*mount)(void *memory, struct sim_flash *flash, int32_t *error);
    /* End it. */
    enum subject_result (*unmount)(void *memory, int32_t *error);
    enum subject_result (*set)(void *memory, const char *name, const void *value, size_t size,
                               int32_t *error);
    enum subject_result (*delete)(void *memory, const char *name, int32_t *error);
    /* *size: room in, length out. */
    enum subject_result (*get)(void *memory, const char *name, void *value, size_t *size,
                               int32_t *error);
    /* The key after `name` in the subject's order, into `name` (256 bytes); starts with "". */
    enum subject_result (*next)(void *memory, char *name, int32_t *error);
    /* Verify everything. */
    enum subject_result (*check)(void *memory, int32_t *error);
    /* Entropy asked for from now on is a function of this. */
    void (*seed_entropy)(uint64_t seed);
    const char *(*error_name)(int32_t error);
};

/* The configuration store. */
extern const struct subject subject_store;

#endif
