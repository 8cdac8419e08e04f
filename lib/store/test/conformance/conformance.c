/* SPDX-License-Identifier: Apache-2.0 */
/* The suite's frame: parts in their order, what is opened for them, what they print. */
#include "conformance_private.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static const struct {
    const char *name;
    bool (*run)(struct conformance *run);
} parts[] = {
    {"driver", part_driver}, {"images", part_images}, {"sizes", part_sizes},
    {"laps", part_laps},     {"full", part_full},     {"read-only", part_read_only},
    {"faults", part_faults}, {"cuts", part_cuts},
};

void conformance_print(const struct conformance *run, const char *format, ...)
{
    char text[256];
    int length = snprintf(text, sizeof text, "%s: %s: ", run->port->name, run->part);
    va_list arguments;

    va_start(arguments, format);
    (void)vsnprintf(text + length, sizeof text - (size_t)length, format, arguments);
    va_end(arguments);
    run->port->print(run->port->context, text);
}

bool conformance_fail(struct conformance *run, const char *what)
{
    conformance_print(run, "FAILED: %s", what);
    conformance_print(run, "replay: %s --part %s --seed %u", run->port->name, run->part,
                      (unsigned)run->seed);
    return false;
}

bool conformance_expect(struct conformance *run, const char *call, int32_t expected, int32_t found)
{
    char what[160];

    if (expected == found) {
        return true;
    }
    (void)snprintf(what, sizeof what, "%s: %s (%d) instead of %s (%d)", call, cfs_error_name(found),
                   (int)found, cfs_error_name(expected), (int)expected);
    return conformance_fail(run, what);
}

uint32_t conformance_random(struct conformance *run)
{
    run->random ^= run->random << 13;
    run->random ^= run->random >> 17;
    run->random ^= run->random << 5;
    return run->random;
}

uint32_t conformance_below(struct conformance *run, uint32_t limit)
{
    return (conformance_random(run) >> 4) % limit;
}

void conformance_begin(struct conformance *run, uint32_t seed)
{
    run->seed = seed;
    run->random = seed * 2654435761u | 1u;
    if (run->port->begin != NULL) {
        run->port->begin(run->port->context, run->part, seed);
    }
}

bool conformance_open(struct conformance *run)
{
    memset(&run->store, 0, sizeof run->store);
    return EXPECT(run, CFS_OK,
                  cfs_device_open(&run->device, between_driver(run->port->driver),
                                  run->port->device)) &&
           EXPECT(run, CFS_OK,
                  cfs_volume_open(&run->volume, &run->device, run->table, 1, run->table[0].name));
}

void conformance_close(struct conformance *run)
{
    /* Both let go whatever the driver says, and the power may be off. */
    (void)cfs_volume_close(&run->volume);
    (void)cfs_device_close(&run->device);
}

int32_t conformance_format(struct conformance *run)
{
    const uint32_t most = 1u << CFS_CFG_HASH_BITS;
    const struct cfs_format_config config = {
        .buckets = CONFORMANCE_BUCKETS < most ? CONFORMANCE_BUCKETS : most};

    return cfs_format(&run->volume, run->store_memory, run->store_memory_bytes, &config);
}

static int32_t mount(struct conformance *run, bool read_only)
{
    const struct cfs_mount_config config = {.volume = &run->volume,
                                            .memory = run->store_memory,
                                            .memory_bytes = run->store_memory_bytes,
                                            .read_only = read_only};

    return cfs_mount(&run->store, &config);
}

int32_t conformance_mount(struct conformance *run)
{
    return mount(run, false);
}

int32_t conformance_mount_read_only(struct conformance *run)
{
    return mount(run, true);
}

bool conformance_start(struct conformance *run)
{
    memset(&run->model, 0, sizeof run->model);
    if (!conformance_open(run) || !EXPECT(run, CFS_OK, conformance_format(run)) ||
        !EXPECT(run, CFS_OK, conformance_mount(run))) {
        return false;
    }
    run->typical_bytes = model_longest(run) / 8u + 8u;
    return true;
}

/* The store's memory first, then two buffers of equal size. */
static bool divide_memory(struct conformance *run)
{
    const struct conformance_port *port = run->port;
    uint32_t line_bytes = run->device.geometry.line_bytes;
    size_t store = CFS_STORE_MEMORY_BYTES(line_bytes, CONFORMANCE_BUCKETS);

    if (port->memory_bytes < CONFORMANCE_MEMORY_BYTES(line_bytes, line_bytes)) {
        return conformance_fail(run, "memory_bytes is too small: see CONFORMANCE_MEMORY_BYTES");
    }
    run->store_memory = port->memory;
    run->store_memory_bytes = store;
    run->value = (uint8_t *)port->memory + store;
    run->value_bytes = (uint32_t)((port->memory_bytes - store) / 2u);
    run->found = run->value + run->value_bytes;
    return true;
}

static bool prepare(struct conformance *run, const struct conformance_port *port)
{
    bool ready;

    memset(run, 0, sizeof *run);
    run->port = port;
    run->part = "open";
    run->seed = port->seed;
    run->table[0] = (struct cfs_volume_entry){
        .name = "conformance", .offset = port->offset, .size_bytes = port->size_bytes};
    ready = conformance_open(run) && divide_memory(run);
    conformance_close(run);
    return ready;
}

static bool run_part(struct conformance *run, const char *name, bool (*part)(struct conformance *))
{
    bool good;

    run->part = name;
    conformance_begin(run, run->port->seed);
    good = part(run);
    conformance_close(run);
    return good;
}

int cfs_conformance_run(const struct conformance_port *port)
{
    static struct conformance run;
    bool found = false;

    if (!prepare(&run, port)) {
        return -1;
    }
    if (port->format_result != CFS_OK) {
        return run_part(&run, "driver", part_driver) && run_part(&run, "refused", part_refused)
                   ? 0
                   : -1;
    }
    for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++) {
        if (port->part != NULL && strcmp(port->part, parts[i].name) != 0) {
            continue;
        }
        found = true;
        if (!run_part(&run, parts[i].name, parts[i].run)) {
            return -1;
        }
    }
    return found || conformance_fail(&run, "there is no part of that name") ? 0 : -1;
}
