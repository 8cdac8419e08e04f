/* SPDX-License-Identifier: Apache-2.0 */
/* Objects: values longer than a record may be, in chunks.
 *
 *   STORE (this file: objects on the medium) > journal > volume > device
 *
 * Chunk i of an object is the key (0, 'c', object, i). The record of the key itself is of kind
 * OBJECT and holds the descriptor: it commits the value. An object that no key refers to is garbage, and is
 * named by a drop record (store_drop.c) or an upload record (store_upload.c) as long as anything is
 * left of it.
 */
#include "store_object.h"

#include "cfs/bytes.h"
#include "cfs/crc.h"

#if CFS_CFG_OBJECTS

#define CHUNK_BYTES_MIN 64u
#define CHUNK_BYTES_MAX 1024u

void cfs_object_encode(const struct cfs_object *object, uint8_t bytes[CFS_OBJECT_BYTES])
{
    cfs_put_le32(bytes, object->id.session);
    cfs_put_le32(bytes + 4, object->id.count);
    cfs_put_le32(bytes + 8, object->length);
    cfs_put_le16(bytes + 12, object->chunk_bytes);
    cfs_put_le32(bytes + 14, object->crc);
}

bool cfs_object_decode(struct cfs_object *object, const uint8_t bytes[CFS_OBJECT_BYTES])
{
    object->id.session = cfs_get_le32(bytes);
    object->id.count = cfs_get_le32(bytes + 4);
    object->length = cfs_get_le32(bytes + 8);
    object->chunk_bytes = cfs_get_le16(bytes + 12);
    object->crc = cfs_get_le32(bytes + 14);
    return object->chunk_bytes > 0 && object->length <= CFS_VALUE_BYTES_MAX;
}

uint32_t cfs_object_chunk_bytes(const struct cfs_store *store)
{
    const struct cfs_journal *journal = &store->journal;
    uint32_t size = journal->layout.sector_lines_min * journal->line_bytes / 8u;
    uint32_t most = cfs_room_inline(store, CFS_CHUNK_NAME_BYTES);

    size = size < CHUNK_BYTES_MIN ? CHUNK_BYTES_MIN : size;
    size = size > CHUNK_BYTES_MAX ? CHUNK_BYTES_MAX : size;
    /* an incomplete chunk says which of its bytes are there, in an eighth more (store_upload.c) */
    most = most / 9u * 8u;
    return size > most ? most : size;
}

struct cfs_object_id cfs_object_new_id(struct cfs_store *store)
{
    store->objects_begun++;
    return (struct cfs_object_id){store->journal.state.session, store->objects_begun};
}

void cfs_object_name_chunk(const struct cfs_store *store, const struct cfs_object_id *id,
                           uint32_t index, uint8_t bytes[CFS_CHUNK_NAME_BYTES],
                           struct cfs_name *name)
{
    bytes[0] = 0;
    bytes[1] = 'c';
    cfs_put_le32(bytes + 2, id->session);
    cfs_put_le32(bytes + 6, id->count);
    cfs_put_le24(bytes + 10, index);
    cfs_name_of_bytes(store, name, bytes, CFS_CHUNK_NAME_BYTES);
}

int32_t cfs_object_write_chunk(struct cfs_store *store, const struct cfs_object_id *id,
                               uint32_t index, const struct cfs_bytes *data, bool admitted,
                               uint32_t attributes)
{
    const struct cfs_value value = {.parts = data,
                                    .part_count = 1,
                                    .size = data->size,
                                    .attributes = attributes,
                                    .kind = CFS_KIND_FULL,
                                    .admitted = admitted};
    uint8_t bytes[CFS_CHUNK_NAME_BYTES];
    struct cfs_name name;

    cfs_object_name_chunk(store, id, index, bytes, &name);
    return cfs_write_set(store, &name, &value);
}

int32_t cfs_object_delete_chunk(struct cfs_store *store, const struct cfs_object_id *id,
                                uint32_t index)
{
    uint8_t bytes[CFS_CHUNK_NAME_BYTES];
    struct cfs_name name;
    int32_t result;

    cfs_object_name_chunk(store, id, index, bytes, &name);
    result = cfs_write_delete(store, &name);
    return result == CFS_ERR_NOT_FOUND ? CFS_OK : result;
}

/* ---- reading */

int32_t cfs_object_describe(struct cfs_store *store, const struct cfs_node *node,
                            struct cfs_object *object)
{
    uint8_t bytes[CFS_OBJECT_BYTES];
    const struct cfs_piece piece = {
        .offset = node->record.name_bytes, .size = sizeof bytes, .copy_to = bytes};
    int32_t result;

    if (node->record.kind != CFS_KIND_OBJECT) {
        return 0;
    }
    if (cfs_node_value_bytes(node) != sizeof bytes) {
        return CFS_ERR_DAMAGED;
    }
    object->attributes = node->record.attributes;
    result = cfs_journal_verify(&store->journal, &node->record, &piece);
    return result < 0 ? result : cfs_object_decode(object, bytes) ? 1 : CFS_ERR_DAMAGED;
}

int32_t cfs_object_of(struct cfs_store *store, const struct cfs_name *name,
                      struct cfs_object *object)
{
    struct cfs_node node;
    int32_t result = cfs_store_look(store, name, &node);

    return result > 0 ? cfs_object_describe(store, &node, object) : result;
}

int32_t cfs_object_is_referred(struct cfs_store *store, uint32_t hash,
                               const struct cfs_object_id *id)
{
    struct cfs_object object;
    struct cfs_node node;
    int32_t result = cfs_path_first(store, hash, &node);

    while (result > 0) {
        cfs_pos_t next = cfs_node_pointer(store, &node, CHAIN_BIT);

        result = cfs_object_describe(store, &node, &object);
        if (result > 0 && cfs_object_is(&object.id, id)) {
            node.holder = node.record;
            return cfs_node_is_newest(store, &node);
        }
        if (result >= 0) {
            result = cfs_node_next(store, &node.keys, next, &node);
        }
    }
    return result;
}

/* Give, or compare, a piece of chunk `index`. 1; 0: differs. */
static int32_t read_chunk(struct cfs_store *store, const struct cfs_object *object, uint32_t index,
                          struct cfs_piece *piece)
{
    uint8_t bytes[CFS_CHUNK_NAME_BYTES];
    struct cfs_node node;
    struct cfs_name name;
    int32_t result;

    cfs_object_name_chunk(store, &object->id, index, bytes, &name);
    result = cfs_store_look(store, &name, &node);
    if (result < 0) {
        return result;
    }
    if (result == 0 || node.record.kind == CFS_KIND_LOST ||
        cfs_node_value_bytes(&node) != cfs_object_chunk_size(object, index)) {
        return CFS_ERR_DAMAGED;
    }
    piece->offset += node.record.name_bytes;
    return cfs_journal_verify(&store->journal, &node.record, piece);
}

/* Go through bytes [offset, offset + size): copy to `to`, or compare with `with`. 1; 0: differs. */
static int32_t pass(struct cfs_store *store, const struct cfs_object *object, uint32_t offset,
                    uint32_t size, uint8_t *to, const uint8_t *with)
{
    int32_t result = 1;

    for (uint32_t done = 0, part; result > 0 && done < size; done += part) {
        uint32_t index = (offset + done) / object->chunk_bytes;
        uint32_t start = (offset + done) % object->chunk_bytes;
        struct cfs_piece piece = {.offset = start};

        part = cfs_object_chunk_size(object, index) - start;
        part = part < size - done ? part : size - done;
        piece.size = part;
        piece.copy_to = to ? to + done : NULL;
        piece.compare_with = with ? with + done : NULL;
        result = read_chunk(store, object, index, &piece);
    }
    return result;
}

int32_t cfs_object_read(struct cfs_store *store, const struct cfs_node *node, uint32_t offset,
                        void *value, uint32_t size)
{
    struct cfs_object object;
    int32_t result = cfs_object_describe(store, node, &object);

    if (result > 0) {
        result = pass(store, &object, offset, size, value, NULL);
    }
    if (result > 0 && size == object.length && cfs_crc32c(0, value, size) != object.crc) {
        result = CFS_ERR_DAMAGED;
    }
    return result;
}

int32_t cfs_object_verify(struct cfs_store *store, const struct cfs_node *node)
{
    struct cfs_object object;
    int32_t result = cfs_object_describe(store, node, &object);

    return result > 0 ? pass(store, &object, 0, object.length, NULL, NULL) : result;
}

int32_t cfs_object_length(struct cfs_store *store, const struct cfs_node *node)
{
    struct cfs_object object;
    int32_t result = cfs_object_describe(store, node, &object);

    return result > 0 ? (int32_t)object.length : result;
}

int32_t cfs_object_equals(struct cfs_store *store, const struct cfs_object *object,
                          const void *value)
{
    int32_t result = pass(store, object, 0, object->length, NULL, value);

    return result == CFS_ERR_DAMAGED ? 0 : result;
}

#endif
