/* SPDX-License-Identifier: Apache-2.0 */
/* Streaming into an object. Contracts are in cfs/store.h.
 *
 *   STORE (this file: writers) > journal > volume > device
 *
 * The buffer holds one chunk and a bit for each of its bytes that is there. A chunk that is left before it
 * is complete is stored with those bits behind it, and with attributes 1. Of an open-ended upload
 * the length is a bound, which doubles when it is reached.
 */
#include "store_object.h"

#include <string.h>

#include "cfs/crc.h"

#if CFS_CFG_OBJECTS

#define INCOMPLETE 1u /* attributes of a chunk */

/* ---- entering */

static int32_t enter(const struct cfs_writer *writer, struct cfs_name *key)
{
    struct cfs_object object = {0};
    int32_t result;

    if (!writer) {
        return CFS_ERR_PARAM;
    }
    if (!writer->store) {
        return CFS_ERR_STATE;
    }
    result = cfs_store_enter_to_write(writer->store);
    if (result == CFS_OK) {
        result = cfs_name_init(writer->store, key, writer->name);
    }
    if (result == CFS_OK) {
        result = cfs_upload_read(writer->store, key->hash, &object);
    }
    if (result <= 0) {
        return result < 0 ? result : CFS_ERR_STATE;
    }
    return object.id.session == writer->session && object.id.count == writer->count ? CFS_OK
                                                                                    : CFS_ERR_STATE;
}

/* What open and resume have in common. */
static int32_t begin(struct cfs_store *store, struct cfs_writer *writer, const char *name,
                     void *buffer, size_t size, struct cfs_name *key)
{
    int32_t needed = cfs_write_buffer_bytes(store);

    if (needed < 0) {
        return needed;
    }
    if (!writer || !name || !buffer || cfs_name_init(store, key, name) != CFS_OK) {
        return CFS_ERR_PARAM;
    }
    if (size < (size_t)needed) {
        return CFS_ERR_BUFFER;
    }
    *writer = (struct cfs_writer){.name = name, .buffer = buffer};
    return cfs_store_enter_to_write(store);
}

/* Room for the value, and for the upload record meanwhile. */
static int32_t admit(struct cfs_store *store, const struct cfs_name *key, uint32_t total,
                     uint32_t attributes)
{
    uint32_t record = cfs_write_weight_of(store, CFS_UPLOAD_NAME_BYTES,
                                          CFS_OBJECT_BYTES + key->size, attributes != 0);
    int32_t result = cfs_large_admit(store, key, total, attributes, record);

    if (result == CFS_ERR_NO_SPACE && !store->settled) {
        result = cfs_drop_settle(store, CFS_DROP_ALL);
        result = result == CFS_OK ? cfs_large_admit(store, key, total, attributes, record) : result;
    }
    return result;
}

int32_t cfs_write_open_with(struct cfs_store *store, struct cfs_writer *writer, const char *name,
                            uint32_t total, void *buffer, size_t size, uint32_t attributes)
{
    struct cfs_object left = {0};
    struct cfs_name key = {0};
    int32_t result = begin(store, writer, name, buffer, size, &key);

    if (result == CFS_OK) {
        result = cfs_upload_read_own(store, &key, &left);
    }
    if (result > 0) {
        result = cfs_upload_drop(store, &key, &left);
    }
    if (result == CFS_OK) {
        result = admit(store, &key, total, attributes);
    }
    if (result != CFS_OK) {
        return result;
    }
    store->objects_begun++;
    writer->store = store;
    writer->session = store->journal.state.session;
    writer->count = store->objects_begun;
    writer->chunk_bytes = store->chunk_bytes;
    writer->length = total > 0 ? total : store->chunk_bytes;
    writer->is_open_ended = total == 0;
    writer->attributes = attributes;
    result = cfs_upload_write(writer, &key);
    writer->store = result == CFS_OK ? store : NULL;
    return result;
}

int32_t cfs_write_open(struct cfs_store *store, struct cfs_writer *writer, const char *name,
                       uint32_t total, void *buffer, size_t size)
{
    return cfs_write_open_with(store, writer, name, total, buffer, size, 0);
}

/* ---- the chunk in the buffer */

static uint8_t *bits(const struct cfs_writer *writer)
{
    return writer->buffer + writer->chunk_bytes;
}

static bool has_byte(const struct cfs_writer *writer, uint32_t at)
{
    return ((unsigned)bits(writer)[at / 8u] >> (at % 8u) & 1u) != 0u;
}

/* How many bytes are there from `at` on, up to `end`. */
static uint32_t run_of(const struct cfs_writer *writer, uint32_t at, uint32_t end)
{
    uint32_t from = at;

    while (at < end && has_byte(writer, at)) {
        at++;
    }
    return at - from;
}

static void mark_bytes(struct cfs_writer *writer, uint32_t at, uint32_t end)
{
    for (; at < end; at++) {
        uint8_t *byte = bits(writer) + at / 8u;

        *byte = (uint8_t)((unsigned)*byte | 1u << (at % 8u));
    }
}

/* Bytes in the chunk of the buffer, as far as is known. */
static uint32_t chunk_size(const struct cfs_writer *writer)
{
    const struct cfs_object object = cfs_upload_object(writer);

    return cfs_object_chunk_size(&object, writer->index);
}

static bool is_complete(const struct cfs_writer *writer)
{
    uint32_t size = chunk_size(writer);

    return run_of(writer, 0, size) == size;
}

/* Let an open-ended upload reach the chunk in the buffer. */
static int32_t extend(struct cfs_writer *writer, const struct cfs_name *key)
{
    uint32_t length = writer->length;
    int32_t result;

    while (writer->index >= writer->length / writer->chunk_bytes) {
        writer->length *= 2u;
    }
    result = writer->length != length ? cfs_upload_write(writer, key) : CFS_OK;
    writer->length = result == CFS_OK ? writer->length : length;
    return result;
}

/* Store the chunk in the buffer. */
static int32_t flush(struct cfs_writer *writer, const struct cfs_name *key)
{
    const struct cfs_object_id id = {writer->session, writer->count};
    struct cfs_bytes data = {writer->buffer, 0};
    bool complete;
    int32_t result = CFS_OK;

    if (!writer->is_dirty) {
        return CFS_OK;
    }
    if (writer->is_open_ended) {
        result = extend(writer, key);
    }
    if (result != CFS_OK) {
        return result;
    }
    complete = is_complete(writer);
    data.size = complete ? chunk_size(writer)
                         : writer->chunk_bytes + cfs_upload_bits_bytes(writer->chunk_bytes);
    result = cfs_object_write_chunk(writer->store, &id, writer->index, &data, false,
                                    complete ? 0u : INCOMPLETE);
    writer->is_dirty = result != CFS_OK;
    return result;
}

/* What stands of a chunk, to the buffer. */
static int32_t load(struct cfs_writer *writer, uint32_t index)
{
    const struct cfs_object_id id = {writer->session, writer->count};
    uint32_t most = writer->chunk_bytes + cfs_upload_bits_bytes(writer->chunk_bytes);
    uint8_t bytes[CFS_CHUNK_NAME_BYTES];
    struct cfs_node node = {0};
    struct cfs_name name;
    int32_t result;

    memset(writer->buffer, 0, most);
    writer->index = index;
    writer->has_chunk = false;
    cfs_object_name_chunk(writer->store, &id, index, bytes, &name);
    result = cfs_store_look(writer->store, &name, &node);
    if (result > 0) {
        result = cfs_store_read(writer->store, &node, writer->buffer, most);
    }
    if (result > 0 && node.holder.attributes != INCOMPLETE) {
        mark_bytes(writer, 0, (uint32_t)result);
    }
    writer->has_chunk = result >= 0;
    return result < 0 ? result : CFS_OK;
}

/* Have a chunk in the buffer. */
static int32_t turn_to(struct cfs_writer *writer, const struct cfs_name *key, uint32_t index)
{
    int32_t result;

    if (writer->has_chunk && writer->index == index) {
        return CFS_OK;
    }
    result = flush(writer, key);
    return result == CFS_OK ? load(writer, index) : result;
}

/* ---- writing */

static int32_t put(struct cfs_writer *writer, const struct cfs_name *key, uint32_t offset,
                   const uint8_t *data, uint32_t size)
{
    int32_t result = CFS_OK;

    for (uint32_t part; result == CFS_OK && size > 0; size -= part, offset += part, data += part) {
        uint32_t start = offset % writer->chunk_bytes;

        part = writer->chunk_bytes - start < size ? writer->chunk_bytes - start : size;
        result = turn_to(writer, key, offset / writer->chunk_bytes);
        if (result == CFS_OK) {
            memcpy(writer->buffer + start, data, part);
            mark_bytes(writer, start, start + part);
            writer->is_dirty = true;
            writer->end = offset + part > writer->end ? offset + part : writer->end;
            if (is_complete(writer)) {
                result = flush(writer, key);
            }
        }
    }
    return result;
}

int32_t cfs_write_at(struct cfs_writer *writer, uint32_t offset, const void *data, size_t size)
{
    struct cfs_name key = {0};
    uint32_t most;
    int32_t result = enter(writer, &key);

    if (result != CFS_OK) {
        return result;
    }
    if (!data && size > 0) {
        return CFS_ERR_PARAM;
    }
    most = writer->is_open_ended ? CFS_VALUE_BYTES_MAX : writer->length;
    if (offset > most || size > most - offset) {
        return CFS_ERR_BOUNDS;
    }
    return put(writer, &key, offset, data, (uint32_t)size);
}

int32_t cfs_write(struct cfs_writer *writer, const void *data, size_t size)
{
    int32_t result = writer ? cfs_write_at(writer, writer->position, data, size) : CFS_ERR_PARAM;

    if (result == CFS_OK) {
        writer->position += (uint32_t)size;
    }
    return result;
}

/* ---- what is there */

/* Bytes there from `offset` on. */
static int32_t count_bytes(struct cfs_writer *writer, const struct cfs_name *key, uint32_t offset)
{
    uint32_t from = offset;
    int32_t result = CFS_OK;

    while (result == CFS_OK && offset < writer->length) {
        uint32_t start = offset % writer->chunk_bytes;
        uint32_t run;

        result = turn_to(writer, key, offset / writer->chunk_bytes);
        if (result == CFS_OK) {
            run = run_of(writer, start, chunk_size(writer));
            offset += run;
            if (start + run < chunk_size(writer)) {
                break;
            }
        }
    }
    return result < 0 ? result : (int32_t)(offset - from);
}

int32_t cfs_write_has(struct cfs_writer *writer, uint32_t offset)
{
    struct cfs_name key = {0};
    int32_t result = enter(writer, &key);

    return result == CFS_OK ? count_bytes(writer, &key, offset) : result;
}

/* Where an open-ended upload ends. */
static int32_t find_end(struct cfs_writer *writer, const struct cfs_name *key)
{
    int32_t result = CFS_OK;

    for (uint32_t i = writer->length / writer->chunk_bytes; result == CFS_OK && i > 0; i--) {
        uint32_t size = writer->chunk_bytes;

        result = turn_to(writer, key, i - 1u);
        while (result == CFS_OK && size > 0 && !has_byte(writer, size - 1u)) {
            size--;
        }
        if (result == CFS_OK && size > 0) {
            writer->end = (i - 1u) * writer->chunk_bytes + size;
            return CFS_OK;
        }
    }
    return result;
}

int32_t cfs_write_resume(struct cfs_store *store, struct cfs_writer *writer, const char *name,
                         void *buffer, size_t size)
{
    struct cfs_object object = {0};
    struct cfs_name key = {0};
    int32_t result = begin(store, writer, name, buffer, size, &key);

    if (result == CFS_OK) {
        result = cfs_drop_settle(store, CFS_DROP_ALL); /* it may be committed */
    }
    if (result == CFS_OK) {
        result = cfs_upload_read_own(store, &key, &object);
        result = result == 0 || result == CFS_ERR_BUSY ? CFS_ERR_NOT_FOUND : result;
    }
    if (result < 0) {
        return result;
    }
    writer->store = store;
    writer->session = object.id.session;
    writer->count = object.id.count;
    writer->length = object.length;
    writer->chunk_bytes = (uint16_t)object.chunk_bytes;
    writer->is_open_ended = object.crc == CFS_UPLOAD_OPEN_ENDED;
    writer->attributes = object.attributes;
    result = writer->is_open_ended ? find_end(writer, &key) : CFS_OK;
    if (result == CFS_OK) {
        result = count_bytes(writer, &key, 0);
        writer->position = result > 0 ? (uint32_t)result : 0u;
    }
    return result;
}

/* ---- the end */

/* The checksum of all chunks. CFS_ERR_STATE: something is missing. */
static int32_t sum_up(struct cfs_writer *writer, const struct cfs_name *key,
                      struct cfs_object *object)
{
    int32_t result = CFS_OK;

    object->crc = 0;
    for (uint32_t i = 0; result == CFS_OK && i < cfs_object_chunks(object); i++) {
        result = turn_to(writer, key, i);
        if (result == CFS_OK && !is_complete(writer)) {
            return CFS_ERR_STATE;
        }
        if (result == CFS_OK) {
            object->crc = cfs_crc32c(object->crc, writer->buffer, chunk_size(writer));
        }
    }
    return result;
}

/* The length of an open-ended value is known now: its last chunk is stored without what it lacks. */
static int32_t close_end(struct cfs_writer *writer, const struct cfs_name *key)
{
    int32_t result = flush(writer, key);

    if (result != CFS_OK || !writer->is_open_ended) {
        return result;
    }
    writer->is_open_ended = false;
    writer->length = writer->end;
    if (writer->end % writer->chunk_bytes != 0) {
        result = turn_to(writer, key, writer->end / writer->chunk_bytes);
        writer->is_dirty = result == CFS_OK;
        result = result == CFS_OK ? flush(writer, key) : result;
    }
    return result;
}

static int32_t commit(struct cfs_store *store, const struct cfs_name *key,
                      const struct cfs_object *object)
{
    struct cfs_object old = {0};
    int32_t result =
        cfs_large_admit(store, key, 0, object->attributes, 0); /* the chunks are there */

    if (result == CFS_OK) {
        result = cfs_object_of(store, key, &old);
    }
    if (result >= 0) {
        result = cfs_drop_note(store, key->hash, result > 0 ? &old : NULL, object);
    }
    if (result == CFS_OK) {
        result = cfs_large_commit(store, key, object);
    }
    (void)cfs_drop_settle(store, CFS_DROP_ALL); /* see cfs_large_set() */
    return result;
}

int32_t cfs_write_commit(struct cfs_writer *writer)
{
    struct cfs_object object = {0};
    uint32_t length;
    bool is_open_ended;
    struct cfs_name key = {0};
    int32_t result = enter(writer, &key);

    if (result != CFS_OK) {
        return result;
    }
    length = writer->length;
    is_open_ended = writer->is_open_ended;
    result = cfs_drop_settle(writer->store, CFS_DROP_ALL);
    if (result == CFS_OK) {
        result = close_end(writer, &key);
    }
    if (result == CFS_OK) {
        object = cfs_upload_object(writer);
        result = sum_up(writer, &key, &object);
    }
    if (result == CFS_OK) {
        result = commit(writer->store, &key, &object);
    }
    writer->is_open_ended = is_open_ended; /* it may go on */
    writer->length = length;
    if (result == CFS_OK) {
        writer->store = NULL;
    }
    return result;
}

int32_t cfs_write_abort(struct cfs_writer *writer)
{
    struct cfs_object object = {0};
    struct cfs_name key = {0};
    int32_t result = enter(writer, &key);

    if (result == CFS_OK) {
        object = cfs_upload_object(writer);
        result = cfs_upload_drop(writer->store, &key, &object);
    }
    if (result != CFS_ERR_PARAM && result != CFS_ERR_STATE) {
        writer->store = NULL;
    }
    return result;
}

#endif
