/* SPDX-License-Identifier: Apache-2.0 */
/* Large values, as they stand on the medium; shared by the files that know of chunks.
 *
 *   store_object.c  descriptors and chunks
 *   store_drop.c    what is to be deleted, whatever happens
 *   store_large.c   setting and deleting keys whose value stands in chunks
 *   store_upload.c  that one is being written
 *   store_writer.c  ... as a stream
 */
#ifndef CFS_STORE_OBJECT_H
#define CFS_STORE_OBJECT_H

#include "store_private.h"

/* Which object: the session that began it, and a count within the session. Never repeats. {0, 0}: none. */
struct cfs_object_id {
    uint32_t session;
    uint32_t count;
};

/* A descriptor. */
struct cfs_object {
    struct cfs_object_id id;
    uint32_t length;
    uint32_t chunk_bytes; /* all but the last chunk have this length */
    uint32_t crc;         /* CRC-32C of the value */
    uint32_t attributes;  /* of the key; not a part of the descriptor */
};

#define CFS_CHUNK_NAME_BYTES  13u
#define CFS_UPLOAD_NAME_BYTES 5u

static inline bool cfs_object_is(const struct cfs_object_id *a, const struct cfs_object_id *b)
{
    return a->session == b->session && a->count == b->count;
}

static inline uint32_t cfs_object_chunks(const struct cfs_object *object)
{
    if (object->chunk_bytes == 0) {
        return 0; /* of no object that was read */
    }
    return object->length / object->chunk_bytes + (object->length % object->chunk_bytes != 0u);
}

/* The length of chunk `index`. */
static inline uint32_t cfs_object_chunk_size(const struct cfs_object *object, uint32_t index)
{
    uint32_t left = object->length - index * object->chunk_bytes;

    return left < object->chunk_bytes ? left : object->chunk_bytes;
}

/* ---- store_object.c */

void cfs_object_encode(const struct cfs_object *object, uint8_t bytes[CFS_OBJECT_BYTES]);
/* False: not a descriptor. */
bool cfs_object_decode(struct cfs_object *object, const uint8_t bytes[CFS_OBJECT_BYTES]);

struct cfs_object_id cfs_object_new_id(struct cfs_store *store);

/* `bytes` must live as long as the name. */
void cfs_object_name_chunk(const struct cfs_store *store, const struct cfs_object_id *id,
                           uint32_t index, uint8_t bytes[CFS_CHUNK_NAME_BYTES],
                           struct cfs_name *name);

/* The object a key refers to. 1; 0: the key does not exist, or its value stands in its record. */
int32_t cfs_object_of(struct cfs_store *store, const struct cfs_name *name,
                      struct cfs_object *object);
/* Does any key of this hash refer to it? 1; 0. */
int32_t cfs_object_is_referred(struct cfs_store *store, uint32_t hash,
                               const struct cfs_object_id *id);
/* 1: the object has this value; 0: it has not, or cannot be read. */
int32_t cfs_object_equals(struct cfs_store *store, const struct cfs_object *object,
                          const void *value);
int32_t cfs_object_write_chunk(struct cfs_store *store, const struct cfs_object_id *id,
                               uint32_t index, const struct cfs_bytes *data, bool admitted,
                               uint32_t attributes);
/* Delete a chunk, if it is there. */
int32_t cfs_object_delete_chunk(struct cfs_store *store, const struct cfs_object_id *id,
                                uint32_t index);

/* ---- store_drop.c */

/* Is there a drop record? 1; 0. */
int32_t cfs_drop_exists(struct cfs_store *store);
uint32_t cfs_drop_weight(const struct cfs_store *store);
/* Note, before a key of this hash is changed, what it refers to now and what it is to refer to; NULL:
 * nothing. Nothing may be left of an earlier change: cfs_drop_settle() first. */
int32_t cfs_drop_note(struct cfs_store *store, uint32_t hash, const struct cfs_object *old,
                      const struct cfs_object *fresh);

/* ---- store_upload.c */

struct cfs_writer;

/* The name of the upload record of keys of this hash. */
void cfs_upload_name(const struct cfs_store *store, uint32_t hash,
                     uint8_t bytes[CFS_UPLOAD_NAME_BYTES], struct cfs_name *name);
/* The upload of a key of this hash. 1; 0: there is none. */
int32_t cfs_upload_read(struct cfs_store *store, uint32_t hash, struct cfs_object *object);
/* The same with its attributes, if it is of this key. 1; 0: there is none; CFS_ERR_BUSY: of another. */
int32_t cfs_upload_read_own(struct cfs_store *store, const struct cfs_name *key,
                            struct cfs_object *object);
int32_t cfs_upload_write(struct cfs_writer *writer, const struct cfs_name *key);
/* Delete an upload: its chunks, then its record. */
int32_t cfs_upload_drop(struct cfs_store *store, const struct cfs_name *key,
                        const struct cfs_object *object);

/* Bytes that say which of a chunk's bytes are there. */
static inline uint32_t cfs_upload_bits_bytes(uint32_t chunk_bytes)
{
    return (chunk_bytes + 7u) / 8u;
}

#define CFS_UPLOAD_OPEN_ENDED 1u /* the checksum of its descriptor */

#if CFS_CFG_OBJECTS
static inline struct cfs_object cfs_upload_object(const struct cfs_writer *writer)
{
    return (struct cfs_object){.id = {writer->session, writer->count},
                               .length = writer->length,
                               .chunk_bytes = writer->chunk_bytes,
                               .attributes = writer->attributes};
}
#endif

/* ---- store_large.c */

/* Make a key refer to an object whose chunks are complete. Admitted and noted before. */
int32_t cfs_large_commit(struct cfs_store *store, const struct cfs_name *name,
                         const struct cfs_object *object);

#endif
