/* SPDX-License-Identifier: Apache-2.0 */
/* Records: bytes <-> values. No I/O and no state; docs/format.md draws every byte.
 *
 * A record starts on a line and is: frame (kind, check, payload length), index (hash, pointers, ...
 * by kind), payload (name and value), CRC-32C. Frame and index together are the *head*; a one-byte
 * check of its own guards the head, so that a walk along pointers need not read payloads, and no
 * length is believed before it. The last unit programmed is the commit.
 */
#ifndef CFS_RECORD_H
#define CFS_RECORD_H

#include "cfs/config.h"
#include "cfs/types.h"

#ifdef __cplusplus
extern "C" {
#endif

/* A place in the log: the index of a line of the volume. 0 is no place (line 0 is never a record's). */
typedef uint32_t cfs_pos_t;

enum cfs_kind {
    /* of keys: they stand in the trie */
    CFS_KIND_FULL = 1, /* name and value */
    CFS_KIND_LINK = 2, /* value; the name stands in another record */
    CFS_KIND_SAME = 3, /* value; all else stands in another record. Has no check and no flags */
    CFS_KIND_TOMBSTONE = 4, /* the key is deleted */
    CFS_KIND_OBJECT = 5,    /* name; the value stands in chunks */
    CFS_KIND_LOST = 6,      /* the newest value of this key was damaged */
    /* of the log */
    CFS_KIND_PARITY = 8, /* makes good one illegible line of those before it */
    CFS_KIND_CHECKPOINT = 9,
    CFS_KIND_SEAL = 10,
    CFS_KIND_OPENER = 11,
    CFS_KIND_EMPTY = 12,  /* the tail is now at this number */
    CFS_KIND_COMMIT = 13, /* ends a run whose last record is long */
    CFS_KIND_HEADER = 14
};

#define CFS_RECORD_BEGIN      0x10u /* first of a run */
#define CFS_RECORD_END        0x20u /* last of a run */
#define CFS_RECORD_TOTAL      0x40u /* carries the new live total */
#define CFS_RECORD_ATTRIBUTES 0x80u /* carries the key's attributes */

#define CFS_RECORD_CRC_BYTES   4u
#define CFS_RECORD_NAME_MAX    224u
#define CFS_RECORD_PAYLOAD_MAX 0x1FFFFFu
#define CFS_POINTERS_MAX       (CFS_CFG_HASH_BITS + 1u) /* one per hash bit, and the chain */

/* The longest head: frame 2 + 3, hash 3, name length 1, attributes 4, map 4; base, total and
 * pointers of at most 32 bits; bucket of 8. */
#define CFS_RECORD_HEAD_MAX (17u + 4u * (CFS_POINTERS_MAX + 2u) + 1u)

/* What the index of a record depends on. */
struct cfs_shape {
    uint8_t position_bits; /* 10 to 32 */
    uint8_t bucket_log2;   /* 0 to 8, at most CFS_CFG_HASH_BITS */
};

/* Pointers to older records, one for each bit of the hash where the trie branches on the path to a
 * key: bit i of `map` is set if target[i] counts. Bit 0 is the first bit of the hash; bit
 * CFS_CFG_HASH_BITS is the collision chain. Bits that choose the bucket have no pointer. */
struct cfs_path {
    uint32_t map;
    cfs_pos_t target[CFS_POINTERS_MAX];
};

/* A decoded head. */
struct cfs_record {
    uint8_t kind;  /* enum cfs_kind */
    uint8_t flags; /* CFS_RECORD_ */
    uint8_t name_bytes;
    uint8_t bucket;  /* of a record of a key */
    uint32_t number; /* of the sector it stands in; with `position` its place in the log */
    cfs_pos_t position;
    uint32_t hash; /* 0 for SAME */
    uint32_t attributes;
    uint32_t total;
    cfs_pos_t base; /* LINK, SAME: the record that holds what this one leaves out */
    uint32_t map;   /* which pointers there are; see struct cfs_path */
    uint32_t head_bytes;
    uint32_t payload_bytes; /* name and value together */
    const uint8_t
        *numbers; /* encoded pointers; valid until the buffer decoded from is used again */
};

/* Is this a record of a key (it stands in the trie)? */
static inline bool cfs_record_is_data(const struct cfs_record *record)
{
    return record->kind >= CFS_KIND_FULL && record->kind <= CFS_KIND_LOST;
}

static inline uint32_t cfs_record_bytes(const struct cfs_record *record)
{
    return record->head_bytes + record->payload_bytes + CFS_RECORD_CRC_BYTES;
}

/* Does it hold the name of its key? */
static inline bool cfs_record_has_name(const struct cfs_record *record)
{
    return cfs_record_is_data(record) && record->kind != CFS_KIND_LINK &&
           record->kind != CFS_KIND_SAME;
}

/* How many bytes the head of a record would take. */
uint32_t cfs_record_head_bytes(const struct cfs_record *record, const struct cfs_shape *shape);

/* Write the head of `record` with the pointers of `path` (NULL: none) to `bytes`; returns
 * its length, and sets record->head_bytes and record->map. */
uint32_t cfs_record_encode(struct cfs_record *record, const struct cfs_path *path,
                           const struct cfs_shape *shape, uint8_t bytes[CFS_RECORD_HEAD_MAX]);

/* Read a head. What it says of a SAME is to be believed only once the whole record was verified.
 * Returns its length; 0: not a head (the check fails, an unknown kind, impossible
 * lengths); or, if `size` bytes are not enough, minus the number that are needed. number and
 * position are left alone. */
int32_t cfs_record_decode(struct cfs_record *record, const struct cfs_shape *shape,
                          const uint8_t *bytes, size_t size);

/* The pointer for `bit`, 0 if there is none. */
cfs_pos_t cfs_record_pointer(const struct cfs_record *record, const struct cfs_shape *shape,
                             unsigned bit);

/* The checksum starts with the record's place: number, salt and position are fed before its bytes,
 * so that leftovers, moved records and bytes planted in a value never pass. */
uint32_t cfs_record_crc_start(uint32_t number, uint32_t salt, cfs_pos_t position);

/* ---- payloads of the log's own records */

#define CFS_SEAL_BYTES        4u
#define CFS_OPENER_BYTES      6u
#define CFS_EMPTY_BYTES       4u
#define CFS_PARITY_FROM_BYTES 2u /* before the line itself */

/* ---- checkpoint bodies: the payload of CHECKPOINT, and the end of HEADER's, before the roots */

struct cfs_checkpoint {
    uint32_t tail;    /* number of the oldest sector that still holds records */
    uint32_t session; /* counts mounts that wrote */
    uint32_t total;   /* live weight, in lines */
    uint16_t longest; /* weight of the longest record so far, in lines */
};

#define CFS_CHECKPOINT_SESSION_AT   4u
#define CFS_CHECKPOINT_BYTES(width) (10u + (width)) /* without roots and retired sectors */
#define CFS_RETIRED_BYTES           4u              /* of each sector that may be retired */

void cfs_checkpoint_encode(const struct cfs_checkpoint *checkpoint, unsigned width, uint8_t *bytes);
void cfs_checkpoint_decode(struct cfs_checkpoint *checkpoint, unsigned width, const uint8_t *bytes);

/* ---- sector headers */

#define CFS_FORMAT_VERSION     1u
#define CFS_MARK_BYTES         16u
#define CFS_HEADER_FIXED_BYTES 23u /* before the checkpoint body */

/* Erase mark: this sector was erased completely and will be opened with this number. */
struct cfs_mark {
    uint8_t version;   /* 4 bits */
    uint8_t line_log2; /* 4 bits; decides where the header stands */
    uint32_t number;
    uint32_t salt;
};

/* 0 valid; 1 not a mark; 2 a mark of a newer format version. */
int cfs_mark_decode(struct cfs_mark *mark, const uint8_t bytes[CFS_MARK_BYTES]);
void cfs_mark_encode(const struct cfs_mark *mark, uint8_t bytes[CFS_MARK_BYTES]);

/* What every sector header says about the volume. */
struct cfs_header {
    uint32_t number;
    uint32_t salt;
    uint32_t volume_id;
    uint8_t version;
    uint8_t unit_log2;
    uint8_t line_log2;
    uint8_t position_bits;
    uint8_t bucket_log2;
    uint8_t hash_bits;
    uint32_t sector_count; /* 24 bits */
    uint16_t features;     /* CFS_FEATURE_ */
};

#define CFS_FEATURE_RETIRED 0x2u /* a checkpoint body names retired sectors */

void cfs_header_encode(const struct cfs_header *header, uint8_t bytes[CFS_HEADER_FIXED_BYTES]);
void cfs_header_decode(struct cfs_header *header, const uint8_t bytes[CFS_HEADER_FIXED_BYTES]);

#ifdef __cplusplus
}
#endif
#endif
