/* SPDX-License-Identifier: Apache-2.0 */
/* Uploads: what says on the medium that a large value is being written.
 *
 *   STORE (this file: upload records) > journal > volume > device
 *
 * An upload is the key (0, 'u', hash of the key): a descriptor and the name of the key; its
 * attributes are those the key will have. It names the object whose chunks are being written. Of an
 * open-ended one it says, instead of a length, up to where there may be chunks; the checksum is 1 then.
 *
 * What a cut leaves: before the commit an upload, to be resumed; in an abort one with fewer chunks;
 * in the commit what store_drop.c says.
 */
#include "store_object.h"

#include "cfs/bytes.h"

#if CFS_CFG_OBJECTS

void cfs_upload_name(const struct cfs_store *store, uint32_t hash,
                     uint8_t bytes[CFS_UPLOAD_NAME_BYTES], struct cfs_name *name)
{
    bytes[0] = 0;
    bytes[1] = 'u';
    cfs_put_le24(bytes + 2, hash);
    cfs_name_of_bytes(store, name, bytes, CFS_UPLOAD_NAME_BYTES);
}

int32_t cfs_upload_read(struct cfs_store *store, uint32_t hash, struct cfs_object *object)
{
    uint8_t name_bytes[CFS_UPLOAD_NAME_BYTES];
    uint8_t bytes[CFS_OBJECT_BYTES];
    struct cfs_name name;
    int32_t result;

    cfs_upload_name(store, hash, name_bytes, &name);
    result = cfs_store_get(store, &name, bytes, sizeof bytes);
    if (result < (int32_t)sizeof bytes) {
        return result == CFS_ERR_NOT_FOUND ? 0 : result < 0 ? result : CFS_ERR_DAMAGED;
    }
    return cfs_object_decode(object, bytes) ? 1 : CFS_ERR_DAMAGED;
}

int32_t cfs_upload_read_own(struct cfs_store *store, const struct cfs_name *key,
                            struct cfs_object *object)
{
    uint8_t bytes[CFS_UPLOAD_NAME_BYTES];
    struct cfs_piece piece = {.size = key->size, .compare_with = key->text};
    struct cfs_node node;
    struct cfs_name name;
    int32_t result = cfs_upload_read(store, key->hash, object);

    if (result <= 0) {
        return result;
    }
    cfs_upload_name(store, key->hash, bytes, &name);
    result = cfs_store_look(store, &name, &node);
    if (result <= 0) {
        return result;
    }
    object->attributes = node.holder.attributes;
    piece.offset = node.record.name_bytes + CFS_OBJECT_BYTES;
    if (cfs_node_value_bytes(&node) != CFS_OBJECT_BYTES + key->size) {
        return CFS_ERR_BUSY;
    }
    result = cfs_journal_verify(&store->journal, &node.record, &piece);
    return result == 0 ? CFS_ERR_BUSY : result;
}

int32_t cfs_upload_write(struct cfs_writer *writer, const struct cfs_name *key)
{
    uint8_t name_bytes[CFS_UPLOAD_NAME_BYTES];
    uint8_t bytes[CFS_OBJECT_BYTES];
    const struct cfs_bytes parts[] = {{bytes, sizeof bytes}, {key->text, key->size}};
    const struct cfs_value value = {.parts = parts,
                                    .part_count = 2,
                                    .size = CFS_OBJECT_BYTES + key->size,
                                    .attributes = writer->attributes,
                                    .kind = CFS_KIND_FULL};
    struct cfs_object object = cfs_upload_object(writer);
    struct cfs_name name;

    object.crc = writer->is_open_ended ? CFS_UPLOAD_OPEN_ENDED : 0u;
    cfs_object_encode(&object, bytes);
    cfs_upload_name(writer->store, key->hash, name_bytes, &name);
    return cfs_write_set(writer->store, &name, &value);
}

int32_t cfs_upload_drop(struct cfs_store *store, const struct cfs_name *key,
                        const struct cfs_object *object)
{
    uint8_t bytes[CFS_UPLOAD_NAME_BYTES];
    struct cfs_name name;
    int32_t result = CFS_OK;

    for (uint32_t i = 0; result == CFS_OK && i < cfs_object_chunks(object); i++) {
        result = cfs_object_delete_chunk(store, &object->id, i);
    }
    if (result == CFS_OK) {
        cfs_upload_name(store, key->hash, bytes, &name);
        result = cfs_write_delete(store, &name);
    }
    return result;
}

int32_t cfs_write_buffer_bytes(const struct cfs_store *store)
{
    int32_t result = cfs_store_enter(store);

    if (result != CFS_OK) {
        return result;
    }
    return store->chunk_bytes > 0
               ? (int32_t)(store->chunk_bytes + cfs_upload_bits_bytes(store->chunk_bytes))
               : CFS_ERR_TOO_BIG;
}

#endif
