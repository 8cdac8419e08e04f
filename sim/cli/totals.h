/* SPDX-License-Identifier: Apache-2.0 */
/* What several lives add up to, and the figures that follow from it. */
#ifndef CLI_TOTALS_H
#define CLI_TOTALS_H

#include "life.h"

struct totals {
    uint32_t lives;
    struct sim_counters provisioned, counters; /* sums */
    uint64_t updates, payload_bytes;
    uint64_t boots_clean, boots_unclean, cuts_nested;
    uint64_t lost, phantoms;
    uint32_t violations;   /* lives in which a property did not hold */
    uint32_t worn_out;     /* lives that ended by wear: a sector had more erases than guaranteed */
    uint32_t took_no_more; /* lives that ended by wear: the store took no more */
    uint32_t retired;      /* sectors, of the life with most of them */
    char violation[400];   /* the first; empty: none */
    uint32_t erases_min, erases_max;
    uint64_t end_ns;   /* of the shortest life */
    double life_years; /* of the shortest-lived; below 0: the part does not wear out */
    struct latency latency;
};

void totals_add(struct totals *totals, const struct life_result *life,
                const struct sim_profile *profile);

/* Bytes programmed (zero-filling included) for each byte of name and value, after provisioning. */
double totals_write_amplification(const struct totals *totals);

/* Power cuts survived: those that had a chance to lose something. With none lost in n, the chance
 * that one loses something is below 3/n, with 95 % confidence. Below 0: something was lost, or
 * nothing was cut. */
double totals_loss_bound(const struct totals *totals);

/* The year (1 is the first) in which the part wore out; 0: it did not. */
uint32_t totals_worn_out_year(const struct totals *totals);

/* The year in which the first store took no more; 0: all lasted, or were not lived to the end. */
uint32_t totals_read_only_year(const struct totals *totals);

/* How long the part promises to keep data after so many erases; 0: it promises nothing. */
uint32_t retention_years(const struct sim_profile *profile, uint32_t erases);

/* Years until the most worn sector leaves the first retention budget; below 0: never, or no budget
 * is known. */
double totals_retention_life_years(const struct totals *totals, const struct sim_profile *profile);

#endif
