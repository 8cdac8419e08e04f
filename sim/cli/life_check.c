/* SPDX-License-Identifier: Apache-2.0 */
/* See life_private.h. What the store shows, against the model and the part's guarantee. */
#include "life_private.h"

/* Read a key and judge it. One byte more than any value is asked for, so that a value that has
 * grown is seen to be wrong. */
static bool shows_what_it_may(struct life *life, size_t key, int32_t *got)
{
    *got =
        cfs_get(&life->rig.store, life->workload->keys[key].name, life->seen, life->value_max + 1);
    if (*got == CFS_ERR_NOT_FOUND) {
        return model_judge(&life->model, key, NULL, 0);
    }
    return *got >= 0 && model_judge(&life->model, key, life->seen, (size_t)*got);
}

void life_check_key(struct life *life, size_t key)
{
    int32_t got;
    if (life->is_over || shows_what_it_may(life, key, &got)) {
        return;
    }
    life->result->lost++;
    life_violate(life, "'%s' is not what was stored (%s)", life->workload->keys[key].name,
                 got < 0 ? cfs_error_name(got) : "another value");
}

static void check_values(struct life *life)
{
    for (size_t i = 0; i < life->model.count; i++) {
        int32_t got;
        if (!shows_what_it_may(life, i, &got)) {
            life->result->lost++;
            life_violate(life, "'%s' is not what was stored (%s)", life->workload->keys[i].name,
                         got < 0 ? cfs_error_name(got) : "another value");
        }
    }
}

/* Every name once, and no other. */
static void check_names(struct life *life)
{
    char name[CFS_NAME_MAX + 1] = "";
    size_t names = 0;
    while (cfs_find(&life->rig.store, "*", name) >= 0 && names <= life->model.count) {
        names++;
        if (model_find(&life->model, name) < 0) {
            life->result->phantoms++;
            life_violate(life, "there is a key '%s' that was never stored", name);
        }
    }
    if (names != model_existing(&life->model)) {
        life_violate(life, "find shows %zu keys, there are %zu", names,
                     model_existing(&life->model));
    }
}

void life_check_all(struct life *life)
{
    check_values(life);
    check_names(life);
}

bool life_is_worn_out(struct life *life)
{
    struct cfs_statistics statistics = {0};
    return cfs_statistics(&life->rig.store, &statistics) == CFS_OK && statistics.worn_out;
}

void life_check_wear(struct life *life)
{
    uint32_t guaranteed = sim_flash_profile(life->rig.flash)->endurance_min;
    uint64_t erases = sim_flash_counters(life->rig.flash)->erases;
    if (guaranteed == 0 || erases == life->erases || life->workload->to_the_end) {
        return;
    }
    life->erases = erases;
    for (uint32_t i = 0; i < sim_flash_sector_count(life->rig.flash); i++) {
        if (sim_flash_erases(life->rig.flash, i) > guaranteed) {
            life->result->worn_out = true;
            life->result->worn_sector = i;
            life->is_over = true;
            return;
        }
    }
}
