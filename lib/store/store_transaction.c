/* SPDX-License-Identifier: Apache-2.0 */
/* Several keys changed as one.
 *
 *   STORE (this file: transactions) > journal > volume > device
 *
 * Changes are staged as hidden keys and carried out after the commit (store_staged.c). What remains in
 * RAM is how many there are and how much room the commit needs.
 *
 * That room: changes are carried out one by one, each staged one being deleted behind its key. So
 * beside what is staged there must be room for the commit record, for the heaviest key, and for
 * what keys weigh more than their staged changes (which hardly occurs, since those are longer). It is
 * counted without what the keys weigh now: they may be deleted in between. It is set aside in
 * transaction->promised, which admission leaves free.
 */
#include "store_private.h"

#if CFS_CFG_TRANSACTIONS

static int32_t enter(const struct cfs_transaction *transaction)
{
    if (!transaction) {
        return CFS_ERR_PARAM;
    }
    if (!transaction->store || transaction->store->transaction != transaction) {
        return CFS_ERR_STATE;
    }
    return cfs_store_enter_to_write(transaction->store);
}

static void leave(struct cfs_transaction *transaction)
{
    transaction->store->transaction = NULL;
    transaction->store = NULL;
}

int32_t cfs_begin(struct cfs_store *store, struct cfs_transaction *transaction)
{
    int32_t result = cfs_store_enter_to_write(store);

    if (result == CFS_OK && !transaction) {
        result = CFS_ERR_PARAM;
    }
    if (result == CFS_OK && store->transaction) {
        result = CFS_ERR_BUSY;
    }
    if (result == CFS_OK) {
        result = cfs_staged_drop_all(store);
    }
    if (result == CFS_OK) {
        *transaction = (struct cfs_transaction){.store = store};
        store->transaction = transaction;
    }
    return result;
}

static uint32_t larger(uint32_t a, uint32_t b)
{
    return a > b ? a : b;
}

/* Add a change, and what it needs to what is set aside. */
static int32_t stage(struct cfs_transaction *transaction, const struct cfs_name *key,
                     const struct cfs_value *value)
{
    struct cfs_store *store = transaction->store;
    struct cfs_transaction after = *transaction;
    const struct cfs_transaction before = *transaction;
    struct cfs_weights key_weights = {0, 0};
    struct cfs_weights weights = {0};
    int32_t result = CFS_OK;

    if (transaction->changes == CFS_STAGED_MAX) {
        return CFS_ERR_NO_SPACE;
    }
    if (value->kind == CFS_KIND_FULL) {
        result = cfs_write_weigh(store, key, value, &key_weights);
    }
    if (result == CFS_OK) {
        result = cfs_staged_weigh(store, transaction->changes, key, value, &weights);
    }
    if (result < 0) {
        return result;
    }
    after.changes++;
    after.heaviest = larger(after.heaviest, key_weights.after);
    after.excess += larger(key_weights.after, weights.after) - weights.after;
    after.promised = cfs_staged_commit_weight(store) + after.heaviest + after.excess;
    *transaction = after;
    result = cfs_staged_write(store, before.changes, key, value);
    if (result != CFS_OK) {
        *transaction = before;
    }
    return result;
}

int32_t cfs_transaction_set_with(struct cfs_transaction *transaction, const char *name,
                                 const void *value, size_t size, uint32_t attributes)
{
    const struct cfs_bytes part = {value, (uint32_t)size};
    const struct cfs_value what = {.parts = &part,
                                   .part_count = 1,
                                   .size = (uint32_t)size,
                                   .attributes = attributes,
                                   .kind = CFS_KIND_FULL};
    struct cfs_name key;
    int32_t result = enter(transaction);

    if (result != CFS_OK) {
        return result;
    }
    if (!name || cfs_name_init(transaction->store, &key, name) != CFS_OK || (!value && size > 0)) {
        return CFS_ERR_PARAM;
    }
    return size > CFS_RECORD_PAYLOAD_MAX - CFS_RECORD_NAME_MAX ? CFS_ERR_TOO_BIG
                                                               : stage(transaction, &key, &what);
}

int32_t cfs_transaction_set(struct cfs_transaction *transaction, const char *name,
                            const void *value, size_t size)
{
    return cfs_transaction_set_with(transaction, name, value, size, 0);
}

/* Find a key as the transaction sees it. 1: *change; 0: it does not exist. */
static int32_t look(struct cfs_transaction *transaction, const char *name, struct cfs_name *key,
                    struct cfs_change *change)
{
    struct cfs_store *store = transaction->store;
    int32_t result;

    if (!name || cfs_name_init(store, key, name) != CFS_OK) {
        return CFS_ERR_PARAM;
    }
    result = cfs_staged_find(store, transaction->changes, key, change);
    if (result == 0) {
        return cfs_store_look(store, key, &change->node);
    }
    return result > 0 ? !change->deletes : result;
}

int32_t cfs_transaction_delete(struct cfs_transaction *transaction, const char *name)
{
    const struct cfs_value nothing = {.kind = CFS_KIND_TOMBSTONE};
    struct cfs_change change;
    struct cfs_name key;
    int32_t result = enter(transaction);

    if (result == CFS_OK) {
        result = look(transaction, name, &key, &change);
    }
    if (result > 0) {
        return stage(transaction, &key, &nothing);
    }
    return result == 0 ? CFS_ERR_NOT_FOUND : result;
}

int32_t cfs_transaction_get(struct cfs_transaction *transaction, const char *name, void *value,
                            size_t size)
{
    struct cfs_change change;
    struct cfs_name key;
    int32_t result = enter(transaction);

    if (result == CFS_OK) {
        result = look(transaction, name, &key, &change);
        if (result == 0) {
            return CFS_ERR_NOT_FOUND;
        }
    }
    return result < 0 ? result : cfs_store_read(transaction->store, &change.node, value, size);
}

int32_t cfs_commit(struct cfs_transaction *transaction)
{
    struct cfs_store *store;
    uint32_t changes;
    int32_t result = enter(transaction);

    if (result != CFS_OK && result != CFS_ERR_IO) {
        return result;
    }
    store = transaction->store;
    changes = transaction->changes;
    if (result == CFS_OK && changes > 1u) {
        result = cfs_staged_commit(store, changes);
    }
    if (result == CFS_OK) {
        result = cfs_staged_carry_out(store, changes);
    }
    if (result != CFS_ERR_IO && store->pending > 0) {
        result = CFS_OK; /* it has happened; lookups go round what could not be carried out */
    }
    if (result == CFS_OK || result == CFS_ERR_IO) {
        leave(transaction);
    }
    return result;
}

int32_t cfs_abort(struct cfs_transaction *transaction)
{
    struct cfs_store *store;
    uint32_t changes;
    int32_t result = enter(transaction);

    if (result == CFS_ERR_PARAM || result == CFS_ERR_STATE) {
        return result;
    }
    store = transaction->store;
    changes = transaction->changes;
    leave(transaction);
    return result == CFS_OK ? cfs_staged_drop(store, changes) : result;
}

#endif
