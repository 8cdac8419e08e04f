/* SPDX-License-Identifier: Apache-2.0 */
/* See serve.h. Requests to the store's transaction: each is one call of cfs/store.h. */
#include "serve.h"

#include <stdlib.h>

int serve_begin(struct server *server, json_t *request, json_t *response,
                struct complaint *complaint)
{
    (void)request; /* has no fields */
    (void)complaint;
    (void)response_result(response,
                          cfs_begin(&server->rig->store, &server->transaction)); /* nothing
                                                                                    more to say */
    return 0;
}

static int stage_value(struct server *server, const char *name, json_t *request, json_t *response,
                       struct complaint *complaint)
{
    uint8_t *bytes;
    size_t size;
    if (request_value(request, &bytes, &size, complaint) < 0) {
        return -1;
    }
    (void)response_result(response, /* as above */
                          cfs_transaction_set(&server->transaction, name, bytes, size));
    free(bytes);
    return 0;
}

int serve_stage(struct server *server, json_t *request, json_t *response,
                struct complaint *complaint)
{
    const char *name = NULL;
    bool deletes = false;
    if (request_needed_text(request, "name", &name, complaint) < 0 ||
        request_flag(request, "delete", &deletes, complaint) < 0) {
        return -1;
    }
    if (!deletes) {
        return stage_value(server, name, request, response, complaint);
    }
    (void)response_result(response,
                          cfs_transaction_delete(&server->transaction, name)); /* as above */
    return 0;
}

int serve_commit(struct server *server, json_t *request, json_t *response,
                 struct complaint *complaint)
{
    (void)request; /* has no fields */
    (void)complaint;
    (void)response_result(response, cfs_commit(&server->transaction)); /* as above */
    return 0;
}

int serve_abort(struct server *server, json_t *request, json_t *response,
                struct complaint *complaint)
{
    (void)request; /* has no fields */
    (void)complaint;
    (void)response_result(response, cfs_abort(&server->transaction)); /* as above */
    return 0;
}
