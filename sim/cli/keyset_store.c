/* SPDX-License-Identifier: Apache-2.0 */
/* See keyset.h. Between a set of keys and a mounted store. */
#include <stdlib.h>
#include <string.h>

#include "keyset.h"

/* ---- out of a store */

static int read_key(struct keyset *set, struct cfs_store *store, const char *name,
                    struct complaint *complaint)
{
    int32_t size = cfs_size(store, name);
    uint8_t *value = malloc(size < 0 ? 1 : (size_t)size + 1); /* never of size 0 */
    if (value == NULL) {
        return complain(complaint, "out of memory.");
    }
    int32_t got = size < 0 ? size : cfs_get(store, name, value, (size_t)size);
    if (got < 0) {
        free(value);
        value = NULL;
    }
    if (keyset_add(set, name, value, got < 0 ? 0 : (size_t)got, complaint) < 0) {
        return -1;
    }
    set->keys[set->count - 1].is_damaged = got < 0;
    return 0;
}

int keyset_from_store(struct keyset *set, const char *path, struct cfs_store *store,
                      struct complaint *complaint)
{
    char name[CFS_NAME_MAX + 1] = "";
    int32_t found;
    int result = 0;
    *set = (struct keyset){.path = path};
    while (result == 0 && (found = cfs_find(store, NULL, name)) >= 0) {
        result = read_key(set, store, name, complaint);
    }
    if (result == 0 && found != CFS_ERR_NOT_FOUND) {
        result = complain(complaint,
                          "%s: the names cannot be read to the end (%s); image verify "
                          "tells what is damaged.",
                          path, cfs_error_name(found));
    }
    result = result < 0 ? result : keyset_settle(set, complaint);
    if (result < 0) {
        keyset_free(set);
    }
    return result;
}

/* ---- into a store */

static int complain_set(const struct keyset *set, const struct keyset_key *key,
                        struct cfs_store *store, int32_t error, struct complaint *complaint)
{
    if (error == CFS_ERR_TOO_BIG) {
        return complain(complaint,
                        "%s: the value of '%s' has %zu bytes; in this geometry it may have at most "
                        "%ld.",
                        set->path, key->name, key->size,
                        (long)cfs_value_max(store, strlen(key->name)));
    }
    if (error == CFS_ERR_NO_SPACE) {
        return complain(complaint, "%s: '%s' does not fit any more; use more sectors, or delete.",
                        set->path, key->name);
    }
    return complain(complaint, "%s: '%s' cannot be stored: %s.", set->path, key->name,
                    cfs_error_name(error));
}

static int delete_key(const struct keyset *set, const char *name, struct cfs_store *store,
                      struct complaint *complaint)
{
    int32_t error = cfs_delete(store, name);
    if (error == CFS_ERR_NOT_FOUND) {
        return complain(complaint,
                        "%s: there is no key '%s' to delete; image list shows those there are.",
                        set->path, name);
    }
    if (error < 0) {
        return complain(complaint, "%s: '%s' cannot be deleted: %s.", set->path, name,
                        cfs_error_name(error));
    }
    return 0;
}

int keyset_apply(const struct keyset *set, struct cfs_store *store, struct complaint *complaint)
{
    for (size_t i = 0; i < set->count; i++) {
        const struct keyset_key *key = &set->keys[i];
        if (key->value == NULL && delete_key(set, key->name, store, complaint) < 0) {
            return -1;
        }
    }
    for (size_t i = 0; i < set->count; i++) {
        const struct keyset_key *key = &set->keys[i];
        int32_t error =
            key->value == NULL ? CFS_OK : cfs_set(store, key->name, key->value, key->size);
        if (error < 0) {
            return complain_set(set, key, store, error, complaint);
        }
    }
    return 0;
}
