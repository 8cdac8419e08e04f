/* SPDX-License-Identifier: Apache-2.0 */
/* See image_sweep.h. */
#include "image_sweep.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* What one look at the store gave: for each key expected, is it said to be damaged? */
struct look {
    bool *damaged;
    uint64_t count;
};

static void note_wrong(struct sweep *sweep, uint64_t place, const char *what, const char *name)
{
    sweep->wrong++;
    fprintf(stderr, "%llu: %s %s\n", (unsigned long long)place, what, name);
    if (sweep->first_wrong[0] == '\0') {
        snprintf(sweep->first_wrong, sizeof sweep->first_wrong, "%s %llu: %s %s",
                 sweep->kind == SWEEP_BITS ? "bit" : "line", (unsigned long long)place, what, name);
    }
}

/* CFS_OK: the value expected; CFS_ERR_DAMAGED; anything else is wrong. */
static int32_t look_at(struct sweep *sweep, const struct keyset_key *key, uint8_t *buffer)
{
    int32_t got = cfs_get(&sweep->rig.store, key->name, buffer, KEYSET_VALUE_MAX);
    if (got < 0) {
        return got;
    }
    return (size_t)got == key->size && memcmp(buffer, key->value, key->size) == 0 ? CFS_OK
                                                                                  : CFS_ERR_FOREIGN;
}

static uint64_t count_names(struct sweep *sweep)
{
    char name[CFS_NAME_MAX + 1] = "";
    uint64_t names = 0;
    while (cfs_find(&sweep->rig.store, NULL, name) >= 0) {
        names++;
    }
    return names;
}

/* Compare all keys with what is expected. `before`: what may be damaged, and must be. */
static void look(struct sweep *sweep, uint64_t place, const struct look *before, struct look *now,
                 const struct keyset_key *except, uint8_t *buffer)
{
    now->count = 0;
    for (size_t i = 0; i < sweep->expected->count; i++) {
        const struct keyset_key *key = &sweep->expected->keys[i];
        int32_t result = look_at(sweep, key, buffer);
        now->damaged[i] = result == CFS_ERR_DAMAGED;
        now->count += now->damaged[i];
        if (key == except && before != NULL) {
            now->damaged[i] = before->damaged[i];
        } else if (result != CFS_OK && result != CFS_ERR_DAMAGED) {
            note_wrong(sweep, place, cfs_error_name(result), key->name);
        } else if (before != NULL && before->damaged[i] != now->damaged[i]) {
            note_wrong(sweep, place, now->damaged[i] ? "damaged later" : "not reported later",
                       key->name);
        }
    }
    if (now->count == 0 && count_names(sweep) != sweep->expected->count) {
        note_wrong(sweep, place, "a scan does not meet every key", "");
    }
}

/* Update keys that are intact, to another value and back, until every sector was erased so often. `last`
 * is the key that was being updated when it failed. */
static int32_t update(struct sweep *sweep, const struct look *known, uint8_t *buffer,
                      const struct keyset_key **last)
{
    struct sim_flash *flash = sweep->rig.flash;
    uint32_t sectors = sim_flash_sector_count(flash);
    uint64_t until = sim_flash_counters(flash)->erases + sweep->laps * sectors;
    int32_t result = CFS_OK;
    for (size_t i = 0; sim_flash_counters(flash)->erases < until && result == CFS_OK; i++) {
        size_t index = i % sweep->expected->count;
        const struct keyset_key *key = &sweep->expected->keys[index];
        *last = key;
        if (!known->damaged[index]) {
            memset(buffer, (int)i, key->size);
            result = cfs_set(&sweep->rig.store, key->name, buffer, key->size);
            result =
                result < 0 ? result : cfs_set(&sweep->rig.store, key->name, key->value, key->size);
        }
    }
    return result;
}

static void live_on(struct sweep *sweep, uint64_t place, const struct look *known,
                    struct look *later, uint8_t *buffer)
{
    const struct keyset_key *last = NULL;
    int32_t result = update(sweep, known, buffer, &last);
    sweep->lapped++;
    if (result == CFS_ERR_DAMAGED) {
        sweep->stuck++;
    } else if (result < 0) {
        note_wrong(sweep, place, cfs_error_name(result), "from an update");
    } else {
        last = NULL;
    }
    look(sweep, place, known, later, last, buffer);
    (void)rig_unmount(&sweep->rig); /* it says once more that a write had failed */
    result = rig_boot(&sweep->rig, 0);
    result = result < 0 ? result : rig_mount(&sweep->rig, false);
    if (result < 0) {
        note_wrong(sweep, place, cfs_error_name(result), "from the mount after updates");
        return;
    }
    look(sweep, place, known, later, last, buffer);
    if (known->count == 0 && cfs_check(&sweep->rig.store) != CFS_OK) {
        note_wrong(sweep, place, "check fails after updates", "");
    }
}

static void damage(struct sweep *sweep, uint64_t place)
{
    struct sim_flash *flash = sweep->rig.flash;
    const struct sim_profile *profile = sim_flash_profile(flash);
    sim_flash_copy(flash, sweep->pristine);
    if (sweep->kind == SWEEP_BITS) {
        sim_flash_flip_bit(flash, place / 8, (unsigned)(place % 8));
        return;
    }
    for (uint32_t at = 0; at < profile->line_bytes; at += profile->unit_bytes) {
        sim_flash_make_unreadable(flash, place * profile->line_bytes + at, true);
    }
}

static int32_t try_one(struct sweep *sweep, uint64_t place, struct look looks[2], uint8_t *buffer)
{
    struct cfs_statistics statistics = {0};
    damage(sweep, place);
    int32_t result = rig_boot(&sweep->rig, 0);
    if (result < 0) {
        return result;
    }
    result = rig_mount(&sweep->rig, false);
    sweep->damages++;
    if (result < 0) {
        sweep->refused++;
        note_wrong(sweep, place, cfs_error_name(result), "from mount");
        return CFS_OK;
    }
    look(sweep, place, NULL, &looks[0], NULL, buffer);
    (void)cfs_statistics(&sweep->rig.store, &statistics); /* cannot fail on a mounted store */
    sweep->repaired += statistics.repairs > 0;
    sweep->reported += looks[0].count;
    if (looks[0].count > sweep->reported_most) {
        sweep->reported_most = looks[0].count;
    }
    if (sweep->laps > 0 && place % sweep->lap_step == 0) {
        live_on(sweep, place, &looks[0], &looks[1], buffer);
    }
    return CFS_OK;
}

int sweep_run(struct sweep *sweep, struct complaint *complaint)
{
    const struct sim_profile *profile = sim_flash_profile(sweep->rig.flash);
    struct look looks[2];
    uint64_t bytes = 0;
    uint8_t *buffer = malloc(KEYSET_VALUE_MAX);
    int32_t result = CFS_OK;
    looks[0].damaged = calloc(sweep->expected->count + 1, sizeof(bool));
    looks[1].damaged = calloc(sweep->expected->count + 1, sizeof(bool));
    for (uint32_t i = 0; i < profile->region_count; i++) {
        bytes += (uint64_t)profile->regions[i].count * profile->regions[i].sector_bytes;
    }
    uint64_t end = sweep->kind == SWEEP_BITS ? 8 * bytes : bytes / profile->line_bytes;
    bool is_short = buffer == NULL || looks[0].damaged == NULL || looks[1].damaged == NULL;
    for (uint64_t place = 0; place < end && result == CFS_OK && !is_short; place++) {
        result = try_one(sweep, place, looks, buffer);
    }
    free(looks[0].damaged);
    free(looks[1].damaged);
    free(buffer);
    if (is_short) {
        return complain(complaint, "out of memory.");
    }
    return result < 0
               ? complain(complaint, "the device does not start: %s.", cfs_error_name(result))
               : 0;
}
