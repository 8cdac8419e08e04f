/* SPDX-License-Identifier: Apache-2.0 */
/* What happens when in a simulated life: the next event first, ties in a fixed order. */
#ifndef CLI_SCHEDULE_H
#define CLI_SCHEDULE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum event_kind {
    EVENT_UPDATE, /* of key `index` */
    EVENT_CUT,    /* power will fail in one of the next programs or erases */
    EVENT_BOOT,
    EVENT_YEAR, /* a year is over */
};

struct event {
    uint64_t at_ns;
    enum event_kind kind;
    uint32_t index;
};

/* A binary heap. */
struct schedule {
    struct event *events;
    size_t count;
    size_t capacity;
};

int schedule_init(struct schedule *schedule, size_t capacity);
void schedule_free(struct schedule *schedule);

/* There must be room; the caller has as many events as it said. */
void schedule_add(struct schedule *schedule, struct event event);
const struct event *schedule_next(const struct schedule *schedule);

/* Move the next event to a later time. */
void schedule_postpone(struct schedule *schedule, uint64_t at_ns);

#endif
