/* SPDX-License-Identifier: Apache-2.0 */
/* What is on a volume before there is a store of its own: nothing, something foreign, a store of
 * another geometry. Mount tells them apart and changes nothing. */
#include "conformance_private.h"

#include <string.h>

#define FOREIGN_BYTES 256u

static bool is_refused(struct conformance *run, int32_t expected)
{
    uint32_t writes = between_writes();

    return EXPECT(run, expected, conformance_mount(run)) &&
           EXPECT(run, expected, conformance_mount_read_only(run)) &&
           HOLDS(run, between_writes() == writes) &&
           EXPECT(run, CFS_ERR_STATE, cfs_unmount(&run->store));
}

static bool erase_all(struct conformance *run)
{
    cfs_off_t offset = 0;
    uint32_t size = 0;

    for (uint32_t i = 0; i < cfs_volume_sector_count(&run->volume); i++) {
        if (!EXPECT(run, CFS_OK, cfs_volume_sector(&run->volume, i, &offset, &size)) ||
            !EXPECT(run, CFS_OK, cfs_volume_erase(&run->volume, offset, size))) {
            return false;
        }
    }
    return true;
}

/* Something else's data at the start of every sector. */
static bool plant_foreign_data(struct conformance *run)
{
    uint32_t line_bytes = cfs_volume_line(&run->volume);
    cfs_off_t offset = 0;
    uint32_t size = 0;

    for (uint32_t i = 0; i < cfs_volume_sector_count(&run->volume); i++) {
        if (!EXPECT(run, CFS_OK, cfs_volume_sector(&run->volume, i, &offset, &size))) {
            return false;
        }
        for (uint32_t done = 0; done < FOREIGN_BYTES; done += line_bytes) {
            model_value(run, i, done + 1u, line_bytes);
            if (!EXPECT(run, CFS_OK,
                        cfs_volume_program(&run->volume, offset + done, run->value, line_bytes))) {
                return false;
            }
        }
    }
    return true;
}

static bool a_key_can_be_stored(struct conformance *run)
{
    return EXPECT(run, CFS_OK, conformance_mount(run)) &&
           EXPECT(run, CFS_ERR_STATE, conformance_mount(run)) &&
           EXPECT(run, CFS_OK, cfs_set(&run->store, "key", "value", 5)) &&
           EXPECT(run, 5, cfs_get(&run->store, "key", run->found, run->value_bytes)) &&
           EXPECT(run, CFS_OK, cfs_unmount(&run->store)) &&
           EXPECT(run, CFS_ERR_STATE, cfs_get(&run->store, "key", run->found, run->value_bytes)) &&
           EXPECT(run, CFS_OK, conformance_mount(run)) &&
           EXPECT(run, 5, cfs_get(&run->store, "key", run->found, run->value_bytes)) &&
           HOLDS(run, memcmp(run->found, "value", 5) == 0) &&
           EXPECT(run, CFS_OK, cfs_unmount(&run->store));
}

/* The store that is there, looked at as a volume of one sector less. */
static bool a_shorter_volume_is_refused(struct conformance *run)
{
    const struct cfs_volume_entry whole = run->table[0];
    uint32_t last = cfs_volume_sector_count(&run->volume) - 1u;
    cfs_off_t end = 0;
    uint32_t size = 0;
    bool good;

    if (last < 3u) {
        return true;
    }
    good = EXPECT(run, CFS_OK, cfs_volume_sector(&run->volume, last, &end, &size));
    conformance_close(run);
    run->table[0].size_bytes = end;
    good = good && conformance_open(run) && is_refused(run, CFS_ERR_GEOMETRY);
    conformance_close(run);
    run->table[0] = whole;
    return good && conformance_open(run);
}

bool part_images(struct conformance *run)
{
    return conformance_open(run) && erase_all(run) && is_refused(run, CFS_ERR_BLANK) &&
           EXPECT(run, CFS_OK, conformance_format(run)) && a_key_can_be_stored(run) &&
           a_shorter_volume_is_refused(run) && a_key_can_be_stored(run) && erase_all(run) &&
           plant_foreign_data(run) && is_refused(run, CFS_ERR_FOREIGN) &&
           EXPECT(run, CFS_OK, conformance_format(run)) && a_key_can_be_stored(run) &&
           EXPECT(run, CFS_OK, conformance_format(run)) && /* over a store that is there */
           EXPECT(run, CFS_OK, conformance_mount(run)) &&
           EXPECT(run, CFS_ERR_NOT_FOUND, cfs_size(&run->store, "key"));
}
