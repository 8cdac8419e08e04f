/* SPDX-License-Identifier: Apache-2.0 */
/* What the files of this folder share; nobody else includes it.
 *
 *   store.c            the API, thin
 *   store_read.c       get
 *   store_hash.c       names to hashes
 *   store_room.c       in a record or in chunks, and how long
 *   store_object.h     what the files share that know of chunks
 *   store_path.c       from a name to its record, along the trie
 *   store_write.c      set, delete, and carrying records from old sectors
 *   store_find.c       keys in order
 *   store_transaction.c  several keys changed as one
 *   store_staged.c       ... their changes, as they stand on the medium
 *   store_statistics.c numbers
 *   store_check.c      the invariants
 */
#ifndef CFS_STORE_PRIVATE_H
#define CFS_STORE_PRIVATE_H

#include "cfs/assert.h"
#include "cfs/knockout.h"
#include "cfs/store.h"

#define HASH_BITS ((unsigned)CFS_CFG_HASH_BITS)
#define CHAIN_BIT HASH_BITS /* pointers of this "bit" lead to older names of the same hash */

/* What the first part of every public call does. CFS_ERR_PARAM, CFS_ERR_STATE. */
int32_t cfs_store_enter(const struct cfs_store *store);

/* What to say of a read that failed: nothing is damaged while the supply may be too low to read it. */
int32_t cfs_store_tell(int32_t error);
/* ... and the store may be written. Carries out what is left of a committed transaction.
 * CFS_ERR_READ_ONLY, CFS_ERR_IO, CFS_ERR_DAMAGED too. */
int32_t cfs_store_enter_to_write(struct cfs_store *store);

/* ---- store_hash.c */

uint32_t cfs_hash_name(const struct cfs_store *store, const void *name, size_t size);

/* Bit `bit` of a hash; 0 is the first. */
static inline unsigned cfs_hash_bit(uint32_t hash, unsigned bit)
{
    return (hash >> (HASH_BITS - 1u - bit)) & 1u;
}

static inline uint32_t cfs_hash_bucket(const struct cfs_store *store, uint32_t hash)
{
    return hash >> (HASH_BITS - store->journal.shape.bucket_log2);
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
    bool is_damaged; /* which is damaged, or torn: what cannot be read of it is no other's name */
};

int32_t cfs_name_init(const struct cfs_store *store, struct cfs_name *name, const char *text);
/* Any bytes; the store's own names begin with a zero. */
void cfs_name_of_bytes(const struct cfs_store *store, struct cfs_name *name, const void *bytes,
                       size_t size);
/* The name of a record that holds one. */
void cfs_name_of(struct cfs_name *name, const struct cfs_record *holder);

/* How a record's name is ordered against `name`: below 0, 0, above 0. CFS_ERR_DAMAGED, CFS_ERR_IO. */
int32_t cfs_name_compare(struct cfs_store *store, const struct cfs_record *holder,
                         const struct cfs_name *name, int *order);

/* A place in the trie. */
struct cfs_node {
    struct cfs_record record; /* the newest record of its key: its value */
    struct cfs_record keys;   /* whose hash and pointers hold: the same, or the base of a SAME */
    struct cfs_record holder; /* after cfs_path_walk() found it: the record with the name */
    bool is_top;              /* ... and nothing newer is in its bucket */
};

/* The newest record of a bucket; the one a pointer of `keys` leads to. 1; 0: none. The pointers of
 * node->keys are valid until the next read. CFS_ERR_DAMAGED, CFS_ERR_IO. */
int32_t cfs_node_root(struct cfs_store *store, uint32_t bucket, struct cfs_node *node);
int32_t cfs_node_next(struct cfs_store *store, const struct cfs_record *keys, cfs_pos_t target,
                      struct cfs_node *node);
/* Make the pointers of node->keys valid once more. 1; 0: there is no record any more. */
int32_t cfs_node_again(struct cfs_store *store, struct cfs_node *node);
/* The pointer of a node for `bit`; 0: none, or a stale one. */
cfs_pos_t cfs_node_pointer(struct cfs_store *store, const struct cfs_node *node, unsigned bit);
/* The record that holds the node's name. 1; 0: it has left the log. */
int32_t cfs_node_holder(struct cfs_store *store, const struct cfs_node *node,
                        struct cfs_record *holder);

static inline uint32_t cfs_node_value_bytes(const struct cfs_node *node)
{
    return node->record.payload_bytes - node->record.name_bytes;
}

/* Walk to the newest record of a name. Returns 1: found (*node; it may be a tombstone); 0: there
 * is none. `path` receives the pointers that a new record of this name must hold. Every step leads
 * to an older record, so the walk ends whatever the medium holds. CFS_ERR_DAMAGED, CFS_ERR_IO. */
int32_t cfs_path_walk(struct cfs_store *store, const struct cfs_name *name, struct cfs_path *path,
                      struct cfs_node *node);

/* Walk to the newest record of a hash, whatever its name. 1; 0: none. The others follow along
 * CHAIN_BIT. */
int32_t cfs_path_first(struct cfs_store *store, uint32_t hash, struct cfs_node *node);
/* Is this node, whose holder is known, the newest of its name, and that key alive? 1; 0. */
int32_t cfs_node_is_newest(struct cfs_store *store, const struct cfs_node *node);

/* ---- store_write.c */

/* A value to be stored. */
struct cfs_value {
    const struct cfs_bytes *parts; /* in memory, one behind the other ... */
    const struct cfs_record *from; /* ... or the value of this record */
    uint32_t size;                 /* in all */
    uint32_t attributes;
    uint8_t part_count;
    uint8_t kind;  /* CFS_KIND_FULL, CFS_KIND_OBJECT; CFS_KIND_TOMBSTONE: none, delete */
    bool admitted; /* its room was set aside before */
    bool drops;    /* what the key refers to now was noted to be dropped */
};

/* Is this the newest record of a key that exists? */
static inline bool cfs_record_is_live(const struct cfs_record *record)
{
    return cfs_record_is_data(record) && record->kind != CFS_KIND_TOMBSTONE;
}

/* The weight of the key a node is of, as the accounts count it. */
uint32_t cfs_write_weight(const struct cfs_store *store, const struct cfs_node *node);
/* May the live weight grow by `more`, no key being heavier than `heaviest`? CFS_OK, CFS_ERR_NO_SPACE,
 * CFS_ERR_TOO_BIG. */
int32_t cfs_write_admit(const struct cfs_store *store, uint32_t more, uint32_t heaviest);
/* What a key weighs and what it will weigh with this value. CFS_ERR_DAMAGED, CFS_ERR_IO. */
struct cfs_weights {
    uint32_t before; /* 0: it does not exist */
    uint32_t after;
};
int32_t cfs_write_weigh(struct cfs_store *store, const struct cfs_name *name,
                        const struct cfs_value *value, struct cfs_weights *weights);
/* What a key with few neighbours will weigh: more only where the trie is deeper than a weight allows for. */
uint32_t cfs_write_weight_of(const struct cfs_store *store, uint32_t name_bytes,
                             uint32_t value_bytes, bool has_attributes);
/* Make room, so that setting this value (or, of kind CFS_KIND_TOMBSTONE, deleting) moves no record;
 * *moved: that moved some. */
int32_t cfs_write_reserve(struct cfs_store *store, const struct cfs_name *name,
                          const struct cfs_value *value, bool *moved);
/* Would it fit? CFS_OK, CFS_ERR_NO_SPACE, CFS_ERR_TOO_BIG, CFS_ERR_DAMAGED, CFS_ERR_IO. */
int32_t cfs_write_fits(struct cfs_store *store, const struct cfs_name *name,
                       const struct cfs_value *value);
/* CFS_WRITE_IS_OBJECT: nothing was done, since the key's value stands in chunks (store_object.c). */
#define CFS_WRITE_IS_OBJECT 1
int32_t cfs_write_set(struct cfs_store *store, const struct cfs_name *name,
                      const struct cfs_value *value);
int32_t cfs_write_delete(struct cfs_store *store, const struct cfs_name *name);
/* struct cfs_journal_owner */
int32_t cfs_write_carry(void *context, const struct cfs_record *record, enum cfs_carry what);
/* ---- store_find.c */

/* The key after the one whose name `holder` has, in the order of hashes, the store's own included; begin
 * with head_bytes 0. 1; 0: none. CFS_ERR_DAMAGED, CFS_ERR_IO. */
int32_t cfs_find_next(struct cfs_store *store, struct cfs_record *holder);
/* struct cfs_journal_owner: walk to every key there is. */
int32_t cfs_find_audit(void *context);

/* ---- store_read.c */

/* Find the record of a name: 1: it exists; 0: not. CFS_ERR_DAMAGED, CFS_ERR_IO. */
int32_t cfs_store_look(struct cfs_store *store, const struct cfs_name *name, struct cfs_node *node);
/* Copy the first `size` bytes of a name's value, or fewer if it is shorter. Returns its length.
 * CFS_ERR_NOT_FOUND, CFS_ERR_DAMAGED, CFS_ERR_IO. */
int32_t cfs_store_get(struct cfs_store *store, const struct cfs_name *name, void *value,
                      uint32_t size);
/* Copy the whole value of a node: its length, or an error of cfs_get(). */
int32_t cfs_store_read(struct cfs_store *store, const struct cfs_node *node, void *value,
                       size_t size);

/* ---- store_room.c */

#define CFS_VALUE_BYTES_MAX 0x7FFFFFFFu

/* 1 + the longest value that fits a record beside such a name; 0: not even an empty one. */
uint32_t cfs_room_inline(const struct cfs_store *store, uint32_t name_bytes);
/* Is a value of this length too long for the key's record? */
bool cfs_value_is_large(const struct cfs_store *store, const struct cfs_name *name, uint32_t size,
                        uint32_t attributes);
/* Set (or, of kind CFS_KIND_TOMBSTONE, delete), wherever the value stands now and is to stand. */
int32_t cfs_value_set(struct cfs_store *store, const struct cfs_name *name,
                      const struct cfs_value *value);
/* cfs_will_fit(), cfs_largest_value() */
int32_t cfs_value_fits(struct cfs_store *store, const struct cfs_name *name, uint32_t size);
int32_t cfs_value_largest(struct cfs_store *store, const struct cfs_name *name);

#define CFS_OBJECT_BYTES 18u /* of a descriptor */

#if CFS_CFG_OBJECTS
/* ---- store_large.c */

/* What to know of a key to tell which lengths it can have as an object. */
struct cfs_large {
    struct cfs_weights weights; /* of its record */
    bool has_drop;              /* the drop record is there */
};
int32_t cfs_large_look(struct cfs_store *store, const struct cfs_name *name, uint32_t attributes,
                       struct cfs_large *large);
/* What the live weight may grow by meanwhile, and the heaviest record. */
struct cfs_growth {
    uint32_t more;
    uint32_t heaviest;
};
struct cfs_growth cfs_large_needs(const struct cfs_store *store, const struct cfs_large *large,
                                  uint32_t size);
/* May the key get `size` bytes in chunks beside its old value, and the store `besides`? */
int32_t cfs_large_admit(struct cfs_store *store, const struct cfs_name *name, uint32_t size,
                        uint32_t attributes, uint32_t besides);
/* Store a large value, or any in place of one. `value` in memory. */
int32_t cfs_large_set(struct cfs_store *store, const struct cfs_name *name,
                      const struct cfs_value *value);

/* The key is about to be no object any more: note that it is to be dropped. */
int32_t cfs_large_leave(struct cfs_store *store, const struct cfs_name *name);

/* ---- store_object.c */

struct cfs_object;
/* The length of a new object's chunks on this volume; 0: it takes none. */
uint32_t cfs_object_chunk_bytes(const struct cfs_store *store);
/* The descriptor of a node. 1; 0: it is no object. */
int32_t cfs_object_describe(struct cfs_store *store, const struct cfs_node *node,
                            struct cfs_object *object);
/* 1: all its chunks are intact; CFS_ERR_DAMAGED. */
int32_t cfs_object_verify(struct cfs_store *store, const struct cfs_node *node);
/* The length of an object; copy bytes of it, the whole with its checksum. */
int32_t cfs_object_length(struct cfs_store *store, const struct cfs_node *node);
int32_t cfs_object_read(struct cfs_store *store, const struct cfs_node *node, uint32_t offset,
                        void *value, uint32_t size);

/* ---- store_drop.c */

#define CFS_DROP_ALL 0xFFFFFFFFu
/* Bring the change that a drop record is about to its end. CFS_OK; 1: `limit` chunks were deleted, and there may be
 * more. */
int32_t cfs_drop_settle(struct cfs_store *store, uint32_t limit);
#endif

/* ---- store_staged.c */

#define CFS_STAGED_MAX 0xFFFFu

/* A staged change. `node` looks like one of the key to be changed. */
struct cfs_change {
    struct cfs_node node;
    bool deletes;
};

#if CFS_CFG_TRANSACTIONS
/* Stage change `index`: `value`, in one part, is to become that of `key`. */
int32_t cfs_staged_write(struct cfs_store *store, uint32_t index, const struct cfs_name *key,
                         const struct cfs_value *value);
/* What the change weighs while it is staged. */
int32_t cfs_staged_weigh(struct cfs_store *store, uint32_t index, const struct cfs_name *key,
                         const struct cfs_value *value, struct cfs_weights *weights);
/* The newest of `count` changes of a key. 1: *change; 0: none. */
int32_t cfs_staged_find(struct cfs_store *store, uint32_t count, const struct cfs_name *key,
                        struct cfs_change *change);
/* The commit point: from here on `count` changes have happened. Then carry them out. */
int32_t cfs_staged_commit(struct cfs_store *store, uint32_t count);
/* Carry out what is left of store->pending changes. */
int32_t cfs_staged_carry_out(struct cfs_store *store, uint32_t count);
/* Delete `count` changes that have not happened; or all there are, at begin. */
int32_t cfs_staged_drop(struct cfs_store *store, uint32_t count);
int32_t cfs_staged_drop_all(struct cfs_store *store);
/* Find out at mount what a cut left, and bring it to its end unless the mount is read-only. */
int32_t cfs_staged_recover(struct cfs_store *store);
/* The weight of the commit record. */
uint32_t cfs_staged_commit_weight(const struct cfs_store *store);
#endif

#endif
