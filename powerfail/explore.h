/* SPDX-License-Identifier: Apache-2.0 */
/* The exhaustive explorer: record once, branch everywhere.
 *
 * A workload runs once. Before each program and erase the device calls back; for every outcome a
 * cut could have there (and every place inside the operation, and every way weak cells may read at
 * the next boot) the medium is copied, cut, and its recovery explored on the spot, in the same way,
 * until `depth` cuts have struck. Then the workload goes on as if nothing had been.
 *
 *   depth 0   workload ......... op ......... op .........
 *                                 \ cut, boot
 *   depth 1                        mount .. op .. op ..   judged; stable? silent? usable?
 *                                            \ cut, boot
 *   depth 2                                   mount ...   judged; stable? silent? usable?
 *
 * What was explored already (same medium, same maps allowed, same depth left) is not explored
 * again.
 */
#ifndef POWERFAIL_EXPLORE_H
#define POWERFAIL_EXPLORE_H

#include "sim/flash.h"
#include "trial.h"
#include "seen.h"
#include "tally.h"
#include "script.h"

#define DEPTH_MAX 4u

/* One cut on the way to an image, and the boot after it. */
struct cut {
    unsigned op; /* program or erase, counted from the last boot of this level */
    enum sim_outcome outcome;
    uint32_t place;   /* see sim_op.cut_at */
    uint32_t pattern; /* how weak cells read at the boot */
};

struct cut_path {
    size_t count;
    struct cut cuts[DEPTH_MAX];
};

/* "3:ghost@0~1/5:torn@1~0", as printed in the line that replays a violation. */
void cut_path_print(const struct cut_path *path, char *text, size_t size);
bool cut_path_parse(const char *text, struct cut_path *path);

struct explore_config {
    const struct subject *subject;
    const struct sim_profile *profile;
    enum sim_fill_policy fill;
    unsigned depth;                 /* cuts in a row, 1 to DEPTH_MAX */
    uint64_t seed;                  /* of the device */
    struct cut_path only;           /* not empty: no other cuts than these */
    FILE *trace;                    /* where the cuts of `only` are told, or NULL */
    bool stop_at_first;             /* violation */
    bool (*is_over)(void *context); /* has the time run out? */
    void *is_over_context;
    const char *geometry; /* the options that choose it, for the line that replays */
};

struct explorer;

/* NULL: no memory or no free devices. */
struct explorer *explorer_new(const struct explore_config *config, struct tally *tally);
void explorer_free(struct explorer *explorer);

/* Explore one script. False: stopped, at a violation or because the time ran out. */
bool explorer_run(struct explorer *explorer, const struct script *script);

#endif
