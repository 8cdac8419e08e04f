/* SPDX-License-Identifier: Apache-2.0 */
/* Reading values. Contracts are in cfs/store.h.
 *
 *   STORE (this file: reading) > journal > volume > device
 */
#include "store_private.h"

#if !CFS_CFG_READ_ONLY

/* Of the value of a node that exists. CFS_ERR_DAMAGED: it was lost. */
static int32_t length(struct cfs_store *store, const struct cfs_node *node)
{
    switch (node->record.kind) {
    case CFS_KIND_LOST:
        return CFS_ERR_DAMAGED;
    case CFS_KIND_OBJECT:
#if CFS_CFG_OBJECTS
        return cfs_object_length(store, node);
#else
        (void)store; /* an object is none of this build's */
        return CFS_ERR_SWITCHED_OFF;
#endif
    default:
        return (int32_t)cfs_node_value_bytes(node);
    }
}

/* Copy bytes [offset, offset + size) of the value a node holds. */
static int32_t read_value(struct cfs_store *store, const struct cfs_node *node, uint32_t offset,
                          void *value, uint32_t size)
{
    const struct cfs_piece piece = {
        .offset = node->record.name_bytes + offset, .size = size, .copy_to = value};
    int32_t result;

#if CFS_CFG_OBJECTS
    if (node->record.kind == CFS_KIND_OBJECT) {
        result = cfs_object_read(store, node, offset, value, size);
        return result < 0 ? cfs_store_tell(result) : (int32_t)size;
    }
#endif
    result = cfs_journal_verify(&store->journal, &node->record, &piece);
    return result < 0 ? cfs_store_tell(result) : (int32_t)size;
}

/* Walk to a key as fast as can be; but that there is none, or none that can be read, is only said once
 * every record on the way was verified. */
static int32_t walk(struct cfs_store *store, const struct cfs_name *name, struct cfs_node *node)
{
    struct cfs_path path;
    int32_t result;

    store->careful = false;
    result = cfs_path_walk(store, name, &path, node);
    store->careful = true;
    if (result == 0 || result == CFS_ERR_DAMAGED) {
        result = cfs_path_walk(store, name, &path, node);
    }
    return result;
}

int32_t cfs_store_look(struct cfs_store *store, const struct cfs_name *name, struct cfs_node *node)
{
    int32_t result = walk(store, name, node);

    return result > 0 ? cfs_record_is_live(&node->record) : result;
}

int32_t cfs_store_get(struct cfs_store *store, const struct cfs_name *name, void *value,
                      uint32_t size)
{
    struct cfs_node node = {0};
    int32_t result = cfs_store_look(store, name, &node);
    int32_t bytes = result > 0 ? length(store, &node) : CFS_ERR_NOT_FOUND;

    if (result < 0 || bytes < 0) {
        return result < 0 ? result : bytes;
    }
    size = size < (uint32_t)bytes ? size : (uint32_t)bytes;
    result = size > 0 ? read_value(store, &node, 0, value, size) : CFS_OK;
    return result < 0 ? result : bytes;
}

/* The same as a user sees it: where a committed transaction is not carried out, what is staged goes
 * before what stands. */
static int32_t look_through(struct cfs_store *store, const struct cfs_name *name,
                            struct cfs_node *node)
{
#if CFS_CFG_TRANSACTIONS
    if (store->pending > 0) {
        struct cfs_change change;
        int32_t result = cfs_staged_find(store, store->pending, name, &change);

        if (result != 0) {
            *node = change.node;
            return result > 0 ? !change.deletes : result;
        }
    }
#endif
    return cfs_store_look(store, name, node);
}

/* Find the record of a key that exists. Returns the length of its value. */
static int32_t look_up(struct cfs_store *store, const char *text, struct cfs_node *node)
{
    struct cfs_name name;
    int32_t result = cfs_store_enter(store);

    if (result == CFS_OK) {
        result = text ? cfs_name_init(store, &name, text) : CFS_ERR_PARAM;
    }
    if (result == CFS_OK) {
        result = look_through(store, &name, node);
        if (result == 0) {
            return CFS_ERR_NOT_FOUND;
        }
    }
    return result < 0 ? cfs_store_tell(result) : length(store, node);
}

int32_t cfs_size(struct cfs_store *store, const char *name)
{
    struct cfs_node node = {0};

    return look_up(store, name, &node);
}

int32_t cfs_attributes(struct cfs_store *store, const char *name, uint32_t *attributes)
{
    struct cfs_node node = {0};
    int32_t result = look_up(store, name, &node);

    if (result >= 0 && !attributes) {
        return CFS_ERR_PARAM;
    }
    if (result >= 0) {
        *attributes = node.holder.attributes;
    }
    return result < 0 ? result : CFS_OK;
}

int32_t cfs_store_read(struct cfs_store *store, const struct cfs_node *node, void *value,
                       size_t size)
{
    int32_t bytes = length(store, node);

    if (bytes < 0) {
        return bytes;
    }
    if (!value && bytes > 0) {
        return CFS_ERR_PARAM;
    }
    return (size_t)bytes > size ? CFS_ERR_BUFFER
                                : read_value(store, node, 0, value, (uint32_t)bytes);
}

int32_t cfs_get(struct cfs_store *store, const char *name, void *value, size_t size)
{
    struct cfs_node node = {0};
    int32_t result = look_up(store, name, &node);

    return result < 0 ? result : cfs_store_read(store, &node, value, size);
}

int32_t cfs_get_at(struct cfs_store *store, const char *name, size_t offset, void *value,
                   size_t size)
{
    struct cfs_node node = {0};
    int32_t bytes = look_up(store, name, &node);
    size_t left;

    if (bytes < 0) {
        return bytes;
    }
    if (!value && size > 0) {
        return CFS_ERR_PARAM;
    }
    left = offset < (size_t)bytes ? (size_t)bytes - offset : 0u;
    return left == 0 ? 0
                     : read_value(store, &node, (uint32_t)offset, value,
                                  (uint32_t)(size < left ? size : left));
}

#endif
