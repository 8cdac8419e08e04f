/* SPDX-License-Identifier: Apache-2.0 */
/* What the files of this folder share; nobody else includes it.
 *
 *   store.c             the API, thin
 *   store_hash.c        names to hashes
 *   store_path.c        from a name to its record, along the trie
 *   store_write.c       set, delete, and carrying records from old sectors
 *   store_find.c        keys in order (CFS_CFG_FIND)
 *   store_statistics.c  numbers (CFS_CFG_STATISTICS)
 *   store_check.c       the invariants (CFS_CFG_CHECK)
 */
#ifndef CFS_STORE_PRIVATE_H
#define CFS_STORE_PRIVATE_H

#include "cfs/assert.h"
#include "cfs/store.h"

#define HASH_BITS ((unsigned)CFS_CFG_HASH_BITS)
#define CHAIN_BIT HASH_BITS /* pointers of this "bit" lead to older names of the same hash */

/* What the first part of every public call does. CFS_ERR_PARAM, CFS_ERR_STATE. */
int32_t cfs_store_enter(const struct cfs_store *store);

/* ---- store_hash.c */

uint32_t cfs_hash_name(const struct cfs_store *store, const void *name, size_t size);

/* Bit `bit` of a hash; 0 is the first. */
static inline unsigned cfs_hash_bit(uint32_t hash, unsigned bit)
{
    return (hash >> (HASH_BITS - 1u - bit)) & 1u;
}

/* The first bit from `from` on in which two hashes differ; HASH_BITS if none does. */
unsigned cfs_hash_difference(uint32_t a, uint32_t b, unsigned from);

/* ---- store_path.c */

/* A name to look for: in memory, or that of a record on the medium. */
struct cfs_name {
    uint32_t hash;
    uint8_t size;
    const char *text;               /* or NULL: ... */
    const struct cfs_record *where; /* ... the name of this record */
};

int32_t cfs_name_init(const struct cfs_store *store, struct cfs_name *name, const char *text);
/* The name of a record that was read. Data records only. */
void cfs_name_of(struct cfs_name *name, const struct cfs_record *record);

/* How a record's name is ordered against `name`: below 0, 0, above 0. CFS_ERR_DAMAGED, CFS_ERR_IO. */
int32_t cfs_name_compare(struct cfs_store *store, const struct cfs_record *record,
                         const struct cfs_name *name, int *order);

/* Walk to the newest record of a name. Returns 1: found (*record; it may be a tombstone); 0: there
 * is none. `path` receives the pointers that a new record of this name must hold. Every step leads
 * to an older record, so the walk ends whatever the medium holds. CFS_ERR_DAMAGED, CFS_ERR_IO. */
int32_t cfs_path_walk(struct cfs_store *store, const struct cfs_name *name, struct cfs_path *path,
                      struct cfs_record *record);

/* ---- store_write.c */

int32_t cfs_write_set(struct cfs_store *store, const struct cfs_name *name, const void *value,
                      uint32_t size);
int32_t cfs_write_delete(struct cfs_store *store, const struct cfs_name *name);
/* struct cfs_journal_owner */
int32_t cfs_write_carry(void *context, const struct cfs_record *record, bool always);

#endif
