/* SPDX-License-Identifier: Apache-2.0 */
/* cfs-sim serve: one JSON object a line in, one out (`cfs-sim serve --help`). Shared by serve*.c only. */
#ifndef CLI_SERVE_H
#define CLI_SERVE_H

#include <jansson.h>
#include <stdbool.h>

#include "complaint.h"
#include "options.h"
#include "rig.h"

struct server {
    struct device_options defaults; /* of the command line, for requests that name no part */
    struct rig rigs[2];             /* the stack under test must stay where it is, so an "open" */
    struct rig *rig;                /* builds up one before it lets go of the other */
    struct cfs_transaction transaction;
    bool has_quit;
};

/* Do what a request asks and add the answer to `response`. -1: the request is wrong; the complaint
 * says how. What the store answers, errors included, is an answer. */
typedef int (*serve_handler)(struct server *server, json_t *request, json_t *response,
                             struct complaint *complaint);

/* serve_request.c: fields of a request. Absent: *value stays. */
int request_text(json_t *request, const char *field, const char **value,
                 struct complaint *complaint);
int request_whole(json_t *request, const char *field, uint64_t min, uint64_t max, uint64_t *value,
                  struct complaint *complaint);
int request_flag(json_t *request, const char *field, bool *value, struct complaint *complaint);

/* A text that must be there. */
int request_needed_text(json_t *request, const char *field, const char **value,
                        struct complaint *complaint);

/* The value of a put, from "text" or "hex". `*bytes` is to be freed. */
int request_value(json_t *request, uint8_t **bytes, size_t *size, struct complaint *complaint);

/* Bytes as "hex", and as "text" too where they are UTF-8. */
void response_value(json_t *response, const uint8_t *bytes, size_t size);

/* What a call of the store returned. True: not an error. */
bool response_result(json_t *response, int32_t result);

/* serve_store.c */
int serve_format(struct server *, json_t *, json_t *, struct complaint *);
int serve_mount(struct server *, json_t *, json_t *, struct complaint *);
int serve_unmount(struct server *, json_t *, json_t *, struct complaint *);
int serve_put(struct server *, json_t *, json_t *, struct complaint *);
int serve_get(struct server *, json_t *, json_t *, struct complaint *);
int serve_delete(struct server *, json_t *, json_t *, struct complaint *);
int serve_find(struct server *, json_t *, json_t *, struct complaint *);
int serve_stat(struct server *, json_t *, json_t *, struct complaint *);
int serve_check(struct server *, json_t *, json_t *, struct complaint *);

/* serve_transaction.c */
int serve_begin(struct server *, json_t *, json_t *, struct complaint *);
int serve_stage(struct server *, json_t *, json_t *, struct complaint *);
int serve_commit(struct server *, json_t *, json_t *, struct complaint *);
int serve_abort(struct server *, json_t *, json_t *, struct complaint *);

/* serve_device.c */
int serve_open(struct server *, json_t *, json_t *, struct complaint *);
int serve_boot(struct server *, json_t *, json_t *, struct complaint *);
int serve_cut(struct server *, json_t *, json_t *, struct complaint *);
int serve_image(struct server *, json_t *, json_t *, struct complaint *);
int serve_counters(struct server *, json_t *, json_t *, struct complaint *);
int serve_peek(struct server *, json_t *, json_t *, struct complaint *);
int serve_damage(struct server *, json_t *, json_t *, struct complaint *);

#endif
