/* SPDX-License-Identifier: Apache-2.0 */
/* Names and values of all lengths, and those that are too long. */
#include "conformance_private.h"

#include <string.h>

#define NAMES 4u

static const uint32_t name_bytes[NAMES] = {1, 17, CFS_NAME_MAX - 1u, CFS_NAME_MAX};

static void make_name(uint32_t length, char name[CFS_NAME_MAX + 2u])
{
    memset(name, 'n', length);
    name[length] = '\0';
}

static bool is_there(struct conformance *run, const char *name, uint32_t version, uint32_t size)
{
    model_value(run, 0, version, size);
    return EXPECT(run, (int32_t)size, cfs_size(&run->store, name)) &&
           EXPECT(run, (int32_t)size, cfs_get(&run->store, name, run->found, run->value_bytes)) &&
           HOLDS(run, memcmp(run->value, run->found, size) == 0) &&
           (size == 0u ||
            EXPECT(run, CFS_ERR_BUFFER, cfs_get(&run->store, name, run->found, size - 1u)));
}

/* Stored, read, found after a mount, written only once, and deleted. */
static bool one_value(struct conformance *run, uint32_t name_length, uint32_t size)
{
    char name[CFS_NAME_MAX + 2u];
    uint32_t writes;

    make_name(name_length, name);
    model_value(run, 0, size + 1u, size);
    if (!EXPECT(run, CFS_OK, cfs_set(&run->store, name, run->value, size)) ||
        !is_there(run, name, size + 1u, size)) {
        return false;
    }
    writes = between_writes();
    if (!EXPECT(run, CFS_OK, cfs_set(&run->store, name, run->value, size)) ||
        !HOLDS(run, between_writes() == writes) || !EXPECT(run, CFS_OK, cfs_unmount(&run->store)) ||
        !EXPECT(run, CFS_OK, conformance_mount(run)) || !is_there(run, name, size + 1u, size)) {
        return false;
    }
    return EXPECT(run, CFS_OK, cfs_delete(&run->store, name)) &&
           EXPECT(run, CFS_ERR_NOT_FOUND, cfs_delete(&run->store, name)) &&
           EXPECT(run, CFS_ERR_NOT_FOUND, cfs_size(&run->store, name));
}

static bool too_long(struct conformance *run, uint32_t name_length)
{
    uint32_t value_max = (uint32_t)cfs_value_max(&run->store, name_length);
    char name[CFS_NAME_MAX + 2u];

    make_name(name_length, name);
    return value_max + 1u > run->value_bytes ||
           EXPECT(run, CFS_ERR_TOO_BIG, cfs_set(&run->store, name, run->value, value_max + 1u));
}

static bool values_of(struct conformance *run, uint32_t name_length)
{
    uint32_t line = cfs_volume_line(&run->volume);
    int32_t most = cfs_inline_max(&run->store, name_length);
    const uint32_t longest = most < 0 ? 0u : (uint32_t)most;
    const uint32_t sizes[] = {0,      1, line - 1u, line, line + 1u, longest / 2u, longest - 1u,
                              longest};

    if (!HOLDS(run, most > 0)) {
        return false;
    }
    for (uint32_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        if (sizes[i] <= longest && sizes[i] <= run->value_bytes &&
            !one_value(run, name_length, sizes[i])) {
            return false;
        }
    }
    return too_long(run, name_length);
}

static bool bad_names(struct conformance *run)
{
    char name[CFS_NAME_MAX + 2u];
    uint32_t writes = between_writes();

    make_name(CFS_NAME_MAX + 1u, name);
    return EXPECT(run, CFS_ERR_PARAM, cfs_set(&run->store, name, "v", 1)) &&
           EXPECT(run, CFS_ERR_PARAM, cfs_set(&run->store, "", "v", 1)) &&
           EXPECT(run, CFS_ERR_PARAM, cfs_set(&run->store, NULL, "v", 1)) &&
           EXPECT(run, CFS_ERR_PARAM, cfs_set(&run->store, "name", NULL, 1)) &&
           HOLDS(run, between_writes() == writes);
}

/* Names that begin alike, found by patterns. */
static bool patterns(struct conformance *run)
{
    static const struct {
        const char *pattern;
        uint32_t keys;
    } expected[] = {{"*", 4}, {"net/*", 2}, {"*/ip", 1}, {"net", 1}, {"n*t*", 3}, {"x*", 0}};
    static const char *const names[] = {"net", "net/ip", "net/port", "name"};

    for (uint32_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        if (!EXPECT(run, CFS_OK, cfs_set(&run->store, names[i], &i, sizeof i))) {
            return false;
        }
    }
    for (uint32_t i = 0; i < sizeof expected / sizeof expected[0]; i++) {
        char name[CFS_NAME_MAX + 1u] = "";
        uint32_t keys = 0;

        while (keys < 10u && cfs_find(&run->store, expected[i].pattern, name) > 0) {
            keys++;
        }
        if (!HOLDS(run, keys == expected[i].keys)) {
            return false;
        }
    }
    return true;
}

static bool numbers(struct conformance *run)
{
    struct cfs_statistics before;
    struct cfs_statistics after;

    return EXPECT(run, CFS_OK, cfs_statistics(&run->store, &before)) &&
           HOLDS(run, before.sectors == cfs_volume_sector_count(&run->volume)) &&
           EXPECT(run, CFS_OK, cfs_set(&run->store, "one", "1", 1)) &&
           EXPECT(run, CFS_OK, cfs_set(&run->store, "one", "1", 1)) &&
           EXPECT(run, CFS_OK, cfs_statistics(&run->store, &after)) &&
           HOLDS(run, after.live_bytes > before.live_bytes) &&
           HOLDS(run, after.live_bytes <= after.capacity_bytes) &&
           HOLDS(run, after.sets_unchanged == before.sets_unchanged + 1u) &&
           EXPECT(run, CFS_OK, cfs_delete(&run->store, "one")) &&
           EXPECT(run, CFS_OK, cfs_statistics(&run->store, &after)) &&
           HOLDS(run, after.live_bytes == before.live_bytes) && HOLDS(run, !after.read_only);
}

bool part_sizes(struct conformance *run)
{
    if (!conformance_start(run)) {
        return false;
    }
    for (uint32_t i = 0; i < NAMES; i++) {
        if (!values_of(run, name_bytes[i])) {
            return false;
        }
    }
    return bad_names(run) && patterns(run) && numbers(run) &&
           EXPECT(run, CFS_OK, cfs_check(&run->store)) &&
           EXPECT(run, CFS_OK, cfs_unmount(&run->store));
}
