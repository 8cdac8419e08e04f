/* SPDX-License-Identifier: Apache-2.0 */
/* See schedule.h. */
#include "schedule.h"

#include <stdlib.h>

int schedule_init(struct schedule *schedule, size_t capacity)
{
    *schedule = (struct schedule){.capacity = capacity};
    schedule->events = calloc(capacity, sizeof *schedule->events);
    return schedule->events == NULL ? -1 : 0;
}

void schedule_free(struct schedule *schedule)
{
    free(schedule->events);
    *schedule = (struct schedule){0};
}

static bool is_before(const struct event *a, const struct event *b)
{
    if (a->at_ns != b->at_ns) {
        return a->at_ns < b->at_ns;
    }
    if (a->kind != b->kind) {
        return a->kind < b->kind;
    }
    return a->index < b->index;
}

static void swap(struct event *a, struct event *b)
{
    struct event held = *a;
    *a = *b;
    *b = held;
}

void schedule_add(struct schedule *schedule, struct event event)
{
    size_t i = schedule->count++;
    schedule->events[i] = event;
    while (i > 0 && is_before(&schedule->events[i], &schedule->events[(i - 1) / 2])) {
        swap(&schedule->events[i], &schedule->events[(i - 1) / 2]);
        i = (i - 1) / 2;
    }
}

const struct event *schedule_next(const struct schedule *schedule)
{
    return &schedule->events[0];
}

void schedule_postpone(struct schedule *schedule, uint64_t at_ns)
{
    struct event *events = schedule->events;
    size_t i = 0;
    events[0].at_ns = at_ns;
    for (;;) {
        size_t child = 2 * i + 1;
        if (child + 1 < schedule->count && is_before(&events[child + 1], &events[child])) {
            child++;
        }
        if (child >= schedule->count || !is_before(&events[child], &events[i])) {
            return;
        }
        swap(&events[child], &events[i]);
        i = child;
    }
}
