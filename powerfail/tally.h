/* SPDX-License-Identifier: Apache-2.0 */
/* What an exploration did and found: counts, violations, the final report. */
#ifndef POWERFAIL_TALLY_H
#define POWERFAIL_TALLY_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "sim/flash.h"
#include "guard.h"

#define VIOLATIONS_KEPT 20u

struct violation {
    enum invariant invariant;
    char text[200];
    char replay[256]; /* the command that shows it again */
};

struct tally {
    uint64_t runs;       /* scripts or random lives run */
    uint64_t operations; /* programs and erases at which a cut was considered or struck */
    uint64_t images;     /* crash images made */
    uint64_t unique;     /* of these, not seen before: each was booted */
    uint64_t recoveries; /* mounts that returned */
    uint64_t boots;      /* power on, mount begun */
    uint64_t no_space;   /* writes refused for want of room */
    uint64_t modes[SIM_OUTCOMES];
    uint64_t checks[INVARIANTS];
    uint64_t violations;
    struct violation kept[VIOLATIONS_KEPT];
    /* the most that a single mount cost */
    uint64_t mount_programs_max;
    uint64_t mount_erases_max;
    uint64_t mount_reads_max;
    unsigned nested_max; /* the most cuts in a row without a mount that returned */
};

/* Note a violation, and print it with the command that replays it. */
void tally_violation(struct tally *tally, const struct failure *failure, const char *replay);

/* The report: for a person, or one JSON object on one line. */
struct tally_frame {
    unsigned depth;
    double seconds;
    double cpu_seconds; /* what states_per_s counts by: other work on the machine does not */
    bool complete;      /* all that was asked for was explored */
};
void tally_print(const struct tally *tally, const struct tally_frame *frame, bool json, FILE *out);

#endif
