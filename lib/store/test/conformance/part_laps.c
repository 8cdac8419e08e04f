/* SPDX-License-Identifier: Apache-2.0 */
/* Long use without faults: rounds of the volume, and volumes that are full. */
#include "conformance_private.h"

#include <string.h>

#define ROUNDS        3u
#define STEPS_MAX     200000u
#define COMPARE_EVERY 64u
#define KEYS_TO_FILL  96u /* about so many keys fill the volume */
#define KEYS_MAX      1000u

static bool remount(struct conformance *run)
{
    return EXPECT(run, CFS_OK, cfs_unmount(&run->store)) &&
           EXPECT(run, CFS_OK, conformance_mount(run)) && model_compare(run);
}

/* A volume too full for the draws: make room. */
static bool delete_one(struct conformance *run)
{
    for (uint32_t key = 0; key < KEYS; key++) {
        if (run->model.version[key] != 0u) {
            char name[CFS_NAME_MAX + 1u];

            model_name(key, name);
            run->model.version[key] = 0;
            return EXPECT(run, CFS_OK, cfs_delete(&run->store, name));
        }
    }
    return conformance_fail(run, "CFS_ERR_NO_SPACE although there is no key");
}

bool part_laps(struct conformance *run)
{
    uint32_t rounds = run->port->rounds == 0u ? ROUNDS : run->port->rounds;
    uint32_t erases;
    uint32_t steps = 0;

    if (!conformance_start(run)) {
        return false;
    }
    erases = between_count(CALL_ERASE) + rounds * cfs_volume_sector_count(&run->volume);
    for (; between_count(CALL_ERASE) < erases; steps++) {
        int32_t result;

        if (!HOLDS(run, steps < STEPS_MAX) || !model_step(run, &result) ||
            !HOLDS(run, result != CFS_ERR_IO) || (result == CFS_ERR_NO_SPACE && !delete_one(run)) ||
            (steps % COMPARE_EVERY == 0u && !model_compare(run))) {
            return false;
        }
        if (conformance_below(run, 100) == 0u && !remount(run)) {
            return false;
        }
    }
    conformance_print(run, "%u steps", (unsigned)steps);
    return remount(run) && EXPECT(run, CFS_OK, cfs_unmount(&run->store));
}

/* ---- full volumes. Key i of a pass is a function of both, so that nothing needs to be kept. */

static void fill_name(uint32_t i, char name[16])
{
    memcpy(name, "fill/0000", sizeof "fill/0000");
    for (uint32_t digit = 8; i > 0u; digit--, i /= 10u) {
        name[digit] = (char)('0' + i % 10u);
    }
}

static bool is_filled(struct conformance *run, uint32_t i, uint32_t pass, uint32_t size)
{
    char name[16];

    fill_name(i, name);
    if (pass == 0u) {
        return EXPECT(run, CFS_ERR_NOT_FOUND, cfs_size(&run->store, name));
    }
    model_value(run, i, pass, size);
    return EXPECT(run, (int32_t)size, cfs_get(&run->store, name, run->found, run->value_bytes)) &&
           HOLDS(run, memcmp(run->value, run->found, size) == 0);
}

/* Set keys `first`, first + step, ... until there is no space. *count: the first that did not fit. */
static bool fill(struct conformance *run, uint32_t first, uint32_t step, uint32_t pass,
                 uint32_t size, uint32_t *count)
{
    char name[16];
    int32_t result = CFS_OK;
    uint32_t i = first;

    for (; i < KEYS_MAX; i += step) {
        fill_name(i, name);
        model_value(run, i, pass, size);
        result = cfs_set(&run->store, name, run->value, size);
        if (result != CFS_OK) {
            break;
        }
    }
    *count = i;
    return EXPECT(run, CFS_ERR_NO_SPACE, result) &&
           EXPECT(run, CFS_ERR_NOT_FOUND, cfs_size(&run->store, name));
}

static bool delete_keys(struct conformance *run, uint32_t first, uint32_t step, uint32_t count)
{
    char name[16];

    for (uint32_t i = first; i < count; i += step) {
        fill_name(i, name);
        if (!EXPECT(run, CFS_OK, cfs_delete(&run->store, name))) {
            return false;
        }
    }
    return true;
}

/* Even and odd keys of 0 to count - 1, by the pass that set them. */
static bool compare(struct conformance *run, uint32_t count, uint32_t even, uint32_t odd,
                    uint32_t size)
{
    for (uint32_t i = 0; i < count; i++) {
        if (!is_filled(run, i, i % 2u == 0u ? even : odd, size)) {
            return false;
        }
    }
    return EXPECT(run, CFS_OK, cfs_check(&run->store));
}

static bool fill_again_and_again(struct conformance *run, uint32_t size)
{
    uint32_t count = 0;
    uint32_t refilled = 0;

    for (uint32_t pass = 1; pass < 6u; pass += 2u) {
        if (!fill(run, 0, 1, pass, size, &count) || !compare(run, count, pass, pass, size) ||
            !delete_keys(run, 0, 2, count) || !compare(run, count, 0, pass, size) ||
            !fill(run, 0, 2, pass + 1u, size, &refilled) ||
            !HOLDS(run, refilled + 2u >= count) || /* the room that was freed is there */
            !EXPECT(run, CFS_OK, cfs_unmount(&run->store)) ||
            !EXPECT(run, CFS_OK, conformance_mount(run)) ||
            !compare(run, refilled < count ? refilled : count, pass + 1u, pass, size) ||
            !delete_keys(run, 0, 2, refilled) || !delete_keys(run, 1, 2, count)) {
            return false;
        }
    }
    conformance_print(run, "%u keys of %u bytes", (unsigned)count, (unsigned)size);
    return HOLDS(run, count > 2u);
}

bool part_full(struct conformance *run)
{
    struct cfs_statistics statistics;
    uint32_t size;

    if (!conformance_start(run) || !EXPECT(run, CFS_OK, cfs_statistics(&run->store, &statistics))) {
        return false;
    }
    size = statistics.capacity_bytes / KEYS_TO_FILL;
    size = size < model_longest(run) ? size : model_longest(run);
    if (!fill_again_and_again(run, size) ||
        !EXPECT(run, CFS_OK, cfs_statistics(&run->store, &statistics))) {
        return false;
    }
    return HOLDS(run, statistics.live_bytes == 0u) && model_compare(run) &&
           EXPECT(run, CFS_OK, cfs_unmount(&run->store));
}
