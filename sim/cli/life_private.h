/* SPDX-License-Identifier: Apache-2.0 */
/* Shared by life*.c only. */
#ifndef CLI_LIFE_PRIVATE_H
#define CLI_LIFE_PRIVATE_H

#include "life.h"

#include "endurance_model.h"
#include "rig.h"
#include "rng.h"
#include "schedule.h"

struct life {
    const struct workload *workload;
    struct rig rig;
    struct model model;
    struct schedule schedule;
    struct rng rng;
    struct life_result *result;
    uint64_t start_ns;  /* the device's clock when provisioning had ended */
    uint64_t now_ns;    /* of the event being lived through */
    uint64_t end_ns;    /* when its years are over */
    uint64_t erases;    /* when wear was last looked at */
    uint32_t *versions; /* updates of each key so far */
    uint8_t *value;     /* to be stored */
    uint8_t *seen;      /* read back; one byte longer than any value */
    size_t value_max;
    bool is_over;  /* something ended it early */
    bool is_lived; /* its years are over */
};

/* A property does not hold: note it, with time and seed, and end the life. */
void life_violate(struct life *life, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* life_check.c: what the store shows against the model. */
void life_check_key(struct life *life, size_t key);
void life_check_all(struct life *life);
void life_check_wear(struct life *life);

/* The store says that there is no sector left to write to. */
bool life_is_worn_out(struct life *life);

/* life_power.c */
void life_boot(struct life *life);    /* an ordinary one, clean or not */
void life_arm_cut(struct life *life); /* in one of the next programs or erases */
void life_recover(struct life *life); /* power has failed: come back up, and check */
static inline bool life_has_power(const struct life *life)
{
    return !sim_flash_is_cut(life->rig.flash);
}

/* life_sample.c */
int life_sample(struct life *life);

#endif
