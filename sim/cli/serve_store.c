/* SPDX-License-Identifier: Apache-2.0 */
/* See serve.h. Requests to the store: each is one call of cfs/store.h. */
#include "serve.h"

#include <stdlib.h>

#include "json_out.h"

#define VALUE_MAX 65536u

int serve_format(struct server *server, json_t *request, json_t *response,
                 struct complaint *complaint)
{
    uint64_t buckets = 0;
    if (request_whole(request, "buckets", 1, 256, &buckets, complaint) < 0) {
        return -1;
    }
    if (server->rig->store.mounted) {
        return complain(complaint, "the store is mounted; unmount it first");
    }
    (void)response_result(response, rig_format(server->rig, (uint32_t)buckets)); /* nothing more
                                                                                     to say */
    return 0;
}

int serve_mount(struct server *server, json_t *request, json_t *response,
                struct complaint *complaint)
{
    bool read_only = false;
    if (request_flag(request, "read_only", &read_only, complaint) < 0) {
        return -1;
    }
    (void)response_result(response, rig_mount(server->rig, read_only)); /* as above */
    return 0;
}

int serve_unmount(struct server *server, json_t *request, json_t *response,
                  struct complaint *complaint)
{
    (void)request; /* has no fields */
    (void)complaint;
    (void)response_result(response, rig_unmount(server->rig)); /* as above */
    return 0;
}

int serve_put(struct server *server, json_t *request, json_t *response, struct complaint *complaint)
{
    const char *name = NULL;
    uint8_t *bytes;
    size_t size;
    if (request_needed_text(request, "name", &name, complaint) < 0 ||
        request_value(request, &bytes, &size, complaint) < 0) {
        return -1;
    }
    (void)response_result(response, cfs_set(&server->rig->store, name, bytes, size)); /* as above */
    free(bytes);
    return 0;
}

int serve_get(struct server *server, json_t *request, json_t *response, struct complaint *complaint)
{
    static uint8_t bytes[VALUE_MAX];
    const char *name = NULL;
    if (request_needed_text(request, "name", &name, complaint) < 0) {
        return -1;
    }
    int32_t size = cfs_get(&server->rig->store, name, bytes, sizeof bytes);
    if (response_result(response, size)) {
        json_out_number(response, "size", (uint64_t)size);
        response_value(response, bytes, (size_t)size);
    }
    return 0;
}

int serve_delete(struct server *server, json_t *request, json_t *response,
                 struct complaint *complaint)
{
    const char *name = NULL;
    if (request_needed_text(request, "name", &name, complaint) < 0) {
        return -1;
    }
    (void)response_result(response, cfs_delete(&server->rig->store, name)); /* as above */
    return 0;
}

int serve_find(struct server *server, json_t *request, json_t *response,
               struct complaint *complaint)
{
    const char *pattern = NULL;
    char name[CFS_NAME_MAX + 1] = "";
    int32_t result;
    if (request_text(request, "pattern", &pattern, complaint) < 0) {
        return -1;
    }
    json_t *names = json_array();
    while ((result = cfs_find(&server->rig->store, pattern, name)) >= 0) {
        (void)json_array_append_new(names, json_string(name)); /* see json_out.h */
    }
    (void)json_object_set_new(response, "names", names); /* as above */
    if (result != CFS_ERR_NOT_FOUND) {
        (void)response_result(response, result); /* nothing more to say */
    }
    return 0;
}

static void put_statistics(json_t *response, const struct cfs_statistics *statistics)
{
    json_out_number(response, "live_bytes", statistics->live_bytes);
    json_out_number(response, "capacity_bytes", statistics->capacity_bytes);
    json_out_number(response, "sectors", statistics->sectors);
    json_out_number(response, "sectors_free", statistics->sectors_free);
    json_out_number(response, "erases_mean", statistics->erases_mean);
    json_out_number(response, "endurance_cycles", statistics->endurance_cycles);
    json_out_number(response, "session", statistics->session);
    json_out_number(response, "sets", statistics->sets);
    json_out_number(response, "sets_unchanged", statistics->sets_unchanged);
    (void)json_object_set_new(response, "read_only", /* see json_out.h */
                              json_boolean(statistics->read_only));
    (void)json_object_set_new(response, "undecided", /* as above */
                              json_boolean(statistics->undecided));
}

int serve_stat(struct server *server, json_t *request, json_t *response,
               struct complaint *complaint)
{
    const char *name = NULL;
    struct cfs_statistics statistics;
    if (request_text(request, "name", &name, complaint) < 0) {
        return -1;
    }
    if (name == NULL) {
        if (response_result(response, cfs_statistics(&server->rig->store, &statistics))) {
            put_statistics(response, &statistics);
        }
        return 0;
    }
    int32_t size = cfs_size(&server->rig->store, name);
    if (response_result(response, size)) {
        json_out_number(response, "size", (uint64_t)size);
    }
    return 0;
}

int serve_check(struct server *server, json_t *request, json_t *response,
                struct complaint *complaint)
{
    (void)request; /* has no fields */
    (void)complaint;
    (void)response_result(response, cfs_check(&server->rig->store)); /* nothing more to say */
    return 0;
}
