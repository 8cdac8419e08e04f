/* SPDX-License-Identifier: Apache-2.0 */
/* Heads of records of every kind, for the tests of the codec. */
#ifndef JOURNAL_TEST_SAMPLE_H
#define JOURNAL_TEST_SAMPLE_H

#include "cfs/record.h"

#define BUCKETS_LOG2_MAX  8u
#define POSITION_BITS_MIN 10u
#define POSITION_BITS_MAX 32u

/* A head in memory of exactly its size, so that reading one byte more is caught. */
struct sample {
    uint8_t *bytes; /* freed with test_free() */
    uint32_t size;
};

/* A SAME has no flags, and is read as if it had these. */
#define SAME_FLAGS (CFS_RECORD_BEGIN | CFS_RECORD_END)

/* What samples are made with. */
extern const struct cfs_shape sample_shape;
#define SAMPLES 208u /* every kind with every combination of flags, a SAME with every bucket */

/* What sample `number` says. */
struct cfs_record sample_record(unsigned number, struct cfs_path *path);

struct sample sample_encode(struct cfs_record *record, const struct cfs_path *path,
                            const struct cfs_shape *shape);
struct sample sample_make(unsigned number);

/* With some bytes behind it, as on a medium: decoding wants enough to be sure of the length. What
 * `record` points to stays until the next call. */
int32_t sample_decode(struct cfs_record *record, const struct cfs_shape *shape,
                      const struct sample *sample);

uint32_t largest_position(const struct cfs_shape *shape);
void assert_same_pointers(const struct cfs_record *record, const struct cfs_shape *shape,
                          const struct cfs_path *path);

#endif
