/* SPDX-License-Identifier: Apache-2.0 */
/* The conformance suite: does the store keep its promises on this port?
 *
 * Fill in a struct conformance_port for your board and call cfs_conformance_run(). It uses the public
 * API only (of a build with find, statistics and check: see cfs/config.h), takes no heap, and tells
 * what it does through print(). The simulator is one such port (conformance_sim.c).
 *
 * Parts, in this order; each formats anew, and ALL THAT IS ON THE VOLUME IS LOST:
 *   driver     cfs_port_selftest() on the first sectors
 *   images     blank, foreign, and of another geometry are told apart; nothing is formatted by itself
 *   sizes      names of 1 to 220 bytes, values of 0 bytes to the longest, and what is beyond
 *   laps       updates through several rounds of the volume, compared with a model all the time
 *   full       filled until NO_SPACE, half of it deleted, filled again, emptied
 *   read-only  mounts that serve and program nothing
 *   faults     each kind of driver call fails once: nothing acknowledged is lost
 *   cuts       lives of power cuts at random operations, also while a cut is recovered from
 *
 * Every draw follows from the seed, so that a failure is replayed by running its part with the
 * seed that is printed with it.
 */
#ifndef CONFORMANCE_H
#define CONFORMANCE_H

#include "cfs/device.h"
#include "cfs/selftest.h"
#include "cfs/store.h"

/* Memory for a volume whose lines have `line_bytes`: the store's, and two buffers for values of up
 * to `value_bytes`. Longer values are then not tried. */
#define CONFORMANCE_BUCKETS 8u
#define CONFORMANCE_MEMORY_BYTES(line_bytes, value_bytes)                           \
    (CFS_STORE_MEMORY_BYTES(line_bytes, CONFORMANCE_BUCKETS) + 2u * (value_bytes) + \
     CFS_SELFTEST_MEMORY_BYTES(line_bytes))

struct conformance_port {
    const char *name; /* in messages */
    const ARM_DRIVER_STORAGE *driver;
    const struct cfs_device_config *device; /* or NULL */
    uint64_t offset;     /* of the volume, from the start of the device; its start is lost too */
    uint64_t size_bytes; /* 0: to the end of the device. At least 3 sectors; from 4 on everything is
                            tried; 3 to 8 are quick */
    void *memory;
    size_t memory_bytes; /* see CONFORMANCE_MEMORY_BYTES */

    uint32_t seed;    /* of every draw */
    const char *part; /* only this part; NULL: all */
    uint32_t rounds;  /* of the volume in `laps`; 0: 3 */
    uint32_t cuts;    /* in `cuts`, where there are hooks for it; 0: 300 */

    /* What cfs_format() is to say of this volume. Anything but CFS_OK: only `driver` is run, and that
     * the volume is refused like this, with nothing programmed. */
    int32_t format_result;

    /* One line of text, without an end of line. */
    void (*print)(void *context, const char *text);
    /* Or NULL: a part begins, or a life of `cuts`. A port with draws of its own starts them anew from
     * `seed`, so that the line that replays a failure does. */
    void (*begin)(void *context, const char *part, uint32_t seed);

    /* Power cuts, where the device can lose its power and the program cannot: a simulator, or a flash
     * chip behind a switch. All three, or NULL. */
    /* Cut the power somewhere in the `index`-th program or erase from now (0: the next). Until
     * power_up() the driver fails whatever is asked of it. A new call replaces the last. */
    void (*arm_cut)(void *context, uint32_t index);
    bool (*is_cut)(void *context);
    /* Nothing is armed any more, and the power is on. `draw` is random. */
    void (*power_up)(void *context, uint32_t draw);

    /* For the self-test: see cfs/selftest.h. Or NULL. */
    uint32_t (*now_us)(void *context);
    void (*idle)(void *context);

    void *context;
};

/* Run the suite. 0: everything held. -1: something did not; the last lines printed say what, where,
 * and how to replay it. Not reentrant: CMSIS drivers carry no context. */
int cfs_conformance_run(const struct conformance_port *port);

#endif
