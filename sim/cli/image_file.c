/* SPDX-License-Identifier: Apache-2.0 */
/* See image_file.h. */
#include "image_file.h"

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "image_verdict.h"
#include "output.h"

/* How many sectors of the profile make up `bytes`; 0: none do. */
static uint64_t sectors_for(const struct sim_profile *profile, uint64_t bytes)
{
    uint64_t sectors = 0;
    for (uint32_t i = 0; i < profile->region_count && bytes > 0; i++) {
        uint64_t sector_bytes = profile->regions[i].sector_bytes;
        uint64_t count = profile->regions[i].count;
        count = bytes / sector_bytes < count ? bytes / sector_bytes : count;
        sectors += count;
        bytes -= count * sector_bytes;
        if (count < profile->regions[i].count) {
            break;
        }
    }
    return bytes == 0 ? sectors : 0;
}

static int profile_for(const struct device_options *device, const char *path,
                       struct sim_profile *profile, struct complaint *complaint)
{
    struct stat file;
    const char *name = device->profile == NULL ? "k64f" : device->profile;
    if (stat(path, &file) < 0 || !S_ISREG(file.st_mode)) {
        return complain(complaint, "'%s' is not a file that can be read.", path);
    }
    if (device_profile(name, device->sectors, profile, complaint) < 0) {
        return -1;
    }
    uint64_t sectors = sectors_for(profile, (uint64_t)file.st_size);
    if (sectors == 0) {
        return complain(complaint,
                        "'%s' has %lld bytes, which is not a number of whole sectors of %s; name "
                        "the part with --profile.",
                        path, (long long)file.st_size, profile->name);
    }
    return sim_profile_resize(profile, (uint32_t)sectors, 0);
}

int image_load(struct rig *rig, const struct device_options *device, const char *path,
               struct complaint *complaint)
{
    struct sim_profile profile;
    char error[400];
    if (profile_for(device, path, &profile, complaint) < 0 ||
        rig_open(rig, &profile, device->seed, complaint) < 0) {
        return -1;
    }
    if (sim_flash_load(rig->flash, path, error, sizeof error) < 0) {
        rig_close(rig);
        return complain(complaint, "%s.", error);
    }
    return 0;
}

int image_mount(struct rig *rig, const struct device_options *device, const char *path,
                bool read_only, struct complaint *complaint)
{
    if (image_load(rig, device, path, complaint) < 0) {
        return -1;
    }
    int32_t error = rig_mount(rig, read_only);
    if (error < 0) {
        struct image_verdict verdict = image_verdict(error);
        rig_close(rig);
        return complain(complaint, "'%s' does not mount: %s: %s.", path, verdict.word,
                        verdict.meaning);
    }
    return 0;
}

int image_read_keys(struct keyset *set, const struct device_options *device, const char *path,
                    struct complaint *complaint)
{
    struct rig rig;
    if (image_mount(&rig, device, path, true, complaint) < 0) {
        return -1;
    }
    int result = keyset_from_store(set, path, &rig.store, complaint);
    rig_close(&rig);
    return result;
}

int image_save(struct rig *rig, const char *path, struct complaint *complaint)
{
    struct output output;
    char error[1400];
    int32_t unmounted = rig_unmount(rig);
    if (unmounted < 0) {
        return complain(complaint, "the store does not close: %s.", cfs_error_name(unmounted));
    }
    if (output_begin(&output, path, complaint) < 0) {
        return -1;
    }
    int result = sim_flash_save(rig->flash, output.temporary, error, sizeof error);
    result = result < 0 ? complain(complaint, "%s.", error) : output_commit(&output, complaint);
    output_abandon(&output);
    return result;
}
