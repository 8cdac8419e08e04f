/* SPDX-License-Identifier: Apache-2.0 */
/* What is to be deleted, whatever happens: the drop record.
 *
 *   STORE (this file: dropping objects) > journal > volume > device
 *
 * The hidden key (0, 'd') exists as long as any key's value is an object. It is the undo log of the
 * one change of such a key that is going on: the hash of the key, the object it refers to (old) and
 * the one that is being written (fresh). One rule makes every cut harmless: *an object that the record
 * names is dropped unless a key of that hash refers to it* (or it is an upload, which goes on). So
 *
 *   1. note {old, fresh}       cut: the key still refers to old; fresh is dropped, as far as it came
 *   2. write chunks of fresh   the same
 *   3. write the key's record: it refers to fresh (or to nothing): the commit, one record
 *   4. drop chunks of old      cut: the key does not refer to old; the rest is dropped later
 *   5. note nothing            cut before: all looks dropped already, and is
 *
 * Setting a short value and deleting are the same without fresh. An upload (store_upload.c) writes its
 * chunks first and does 1, 3, 4, 5 at its commit; a cut before 3 leaves it as it was, and one between 3 and 5 leaves
 * its upload record, which names what the key refers to, and goes with 5.
 *
 * What a cut leaves is not dropped by mount, which would take long, but by cfs_maintain(), by the next change of
 * such a key, and by whatever finds no room. Accounts are exact all the while: chunks are keys.
 *
 * The record counts the objects that keys refer to, and goes with the last one. So it is there, always of the same
 * length, when an object is to be deleted: that needs no room that is not there.
 */
#include "store_object.h"

#include "cfs/bytes.h"

#if CFS_CFG_OBJECTS

#define DROP_BYTES 32u

/* An object that may have to go. */
struct doomed {
    struct cfs_object_id id; /* session 0: none */
    uint32_t chunks;
};

struct drop {
    uint32_t objects; /* that keys referred to before the change */
    uint32_t hash;    /* of the key that is being changed */
    struct doomed old;
    struct doomed fresh;
};

static const uint8_t drop_name[] = {0, 'd'};

uint32_t cfs_drop_weight(const struct cfs_store *store)
{
    return cfs_write_weight_of(store, sizeof drop_name, DROP_BYTES, false);
}

static struct doomed decode(const uint8_t bytes[12])
{
    return (struct doomed){{cfs_get_le32(bytes), cfs_get_le32(bytes + 4)}, cfs_get_le32(bytes + 8)};
}

static void encode(const struct doomed *doomed, uint8_t bytes[12])
{
    cfs_put_le32(bytes, doomed->id.session);
    cfs_put_le32(bytes + 4, doomed->id.count);
    cfs_put_le32(bytes + 8, doomed->chunks);
}

/* 1; 0: there is none, so there are no objects. */
static int32_t read(struct cfs_store *store, struct drop *drop)
{
    uint8_t bytes[DROP_BYTES];
    struct cfs_name name;
    int32_t result;

    *drop = (struct drop){.objects = 0};
    cfs_name_of_bytes(store, &name, drop_name, sizeof drop_name);
    result = cfs_store_get(store, &name, bytes, sizeof bytes);
    if (result != (int32_t)sizeof bytes) {
        return result == CFS_ERR_NOT_FOUND ? 0 : result < 0 ? result : CFS_ERR_DAMAGED;
    }
    drop->objects = cfs_get_le32(bytes);
    drop->hash = cfs_get_le32(bytes + 4);
    drop->old = decode(bytes + 8);
    drop->fresh = decode(bytes + 20);
    return 1;
}

static int32_t write(struct cfs_store *store, const struct drop *drop)
{
    uint8_t bytes[DROP_BYTES];
    const struct cfs_bytes part = {bytes, sizeof bytes};
    struct cfs_value value = {.parts = &part,
                              .part_count = 1,
                              .size = sizeof bytes,
                              .kind = CFS_KIND_FULL,
                              .admitted = true};
    struct cfs_name name;

    cfs_put_le32(bytes, drop->objects);
    cfs_put_le32(bytes + 4, drop->hash);
    encode(&drop->old, bytes + 8);
    encode(&drop->fresh, bytes + 20);
    if (drop->objects == 0 && drop->old.id.session == 0 && drop->fresh.id.session == 0) {
        value = (struct cfs_value){.kind = CFS_KIND_TOMBSTONE};
    }
    cfs_name_of_bytes(store, &name, drop_name, sizeof drop_name);
    return cfs_write_set(store, &name, &value);
}

int32_t cfs_drop_exists(struct cfs_store *store)
{
    struct drop drop;

    return read(store, &drop);
}

int32_t cfs_drop_note(struct cfs_store *store, uint32_t hash, const struct cfs_object *old,
                      const struct cfs_object *fresh)
{
    struct drop drop;
    int32_t result = read(store, &drop);

    if (result < 0) {
        return result;
    }
    drop.hash = hash;
    if (old) {
        drop.old = (struct doomed){old->id, cfs_object_chunks(old)};
    }
    if (fresh) {
        drop.fresh = (struct doomed){fresh->id, cfs_object_chunks(fresh)};
    }
    store->settled = false;
    store->dropped = 0;
    return write(store, &drop);
}

/* ---- settling */

/* What is to become of an object. */
enum fate { FATE_NONE, FATE_REFERRED, FATE_UPLOAD, FATE_DROP };

static int32_t fate_of(struct cfs_store *store, uint32_t hash, const struct doomed *doomed)
{
    struct cfs_object upload;
    int32_t result;

    if (doomed->id.session == 0) {
        return FATE_NONE;
    }
    result = cfs_object_is_referred(store, hash, &doomed->id);
    if (result != 0) {
        return result < 0 ? result : FATE_REFERRED;
    }
    result = cfs_upload_read(store, hash, &upload);
    if (result < 0) {
        return result;
    }
    return result > 0 && cfs_object_is(&upload.id, &doomed->id) ? FATE_UPLOAD : FATE_DROP;
}

/* Delete chunks, going on at `store->dropped`, which counts from `first`. 1: at most `*limit` were, and
 * there may be more. */
static int32_t drop_chunks(struct cfs_store *store, const struct doomed *doomed, uint32_t first,
                           uint32_t *limit)
{
    int32_t result = CFS_OK;

    while (result == CFS_OK && store->dropped - first < doomed->chunks) {
        if (*limit == 0) {
            return 1;
        }
        *limit -= 1u;
        result = cfs_object_delete_chunk(store, &doomed->id, store->dropped - first);
        store->dropped += result == CFS_OK ? 1u : 0u;
    }
    return result;
}

/* The key refers to what was an upload: it is none any more. */
static int32_t end_upload(struct cfs_store *store, uint32_t hash, const struct doomed *fresh)
{
    uint8_t bytes[CFS_UPLOAD_NAME_BYTES];
    struct cfs_object upload;
    struct cfs_name name;
    int32_t result = cfs_upload_read(store, hash, &upload);

    if (result <= 0 || !cfs_object_is(&upload.id, &fresh->id)) {
        return result < 0 ? result : CFS_OK;
    }
    cfs_upload_name(store, hash, bytes, &name);
    return cfs_write_delete(store, &name);
}

/* Do what a drop record says. */
static int32_t settle(struct cfs_store *store, struct drop *drop, uint32_t limit)
{
    int32_t old = fate_of(store, drop->hash, &drop->old);
    int32_t fresh = fate_of(store, drop->hash, &drop->fresh);
    uint32_t first = old == FATE_DROP ? drop->old.chunks : 0u;
    int32_t result = old < 0 ? old : fresh < 0 ? fresh : CFS_OK;

    if (result == CFS_OK && fresh == FATE_REFERRED) {
        result = end_upload(store, drop->hash, &drop->fresh);
    }
    if (result == CFS_OK && old == FATE_DROP && store->dropped < first) {
        result = drop_chunks(store, &drop->old, 0, &limit);
    }
    if (result == CFS_OK && fresh == FATE_DROP) {
        result = drop_chunks(store, &drop->fresh, first, &limit);
    }
    if (result != CFS_OK) {
        return result;
    }
    drop->objects += (old == FATE_REFERRED || fresh == FATE_REFERRED) ? 1u : 0u;
    drop->objects -= old != FATE_NONE && drop->objects > 0 ? 1u : 0u;
    drop->old = (struct doomed){.chunks = 0};
    drop->fresh = drop->old;
    drop->hash = 0;
    return write(store, drop);
}

int32_t cfs_drop_settle(struct cfs_store *store, uint32_t limit)
{
    struct drop drop;
    int32_t result;

    if (store->settled) {
        return CFS_OK;
    }
    result = read(store, &drop);
    if (result > 0 && (drop.old.id.session != 0 || drop.fresh.id.session != 0)) {
        result = settle(store, &drop, limit);
        if (result != CFS_OK) {
            return result;
        }
    }
    store->settled = result >= 0;
    return result < 0 ? result : CFS_OK;
}

#endif
