/* SPDX-License-Identifier: Apache-2.0 */
/* Loads a workload file: the settings of the device and its life. Keys are in workload_key.c. */
#include "workload.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "workload_key.h"
#include "workload_setting.h"

#define SECTORS_MAX 65536

static const char *const top_settings[] = {"title", "device",     "years", "boots",
                                           "keys",  "power_cuts", NULL};
static const char *const device_settings[] = {"profile", "sectors", NULL};
static const char *const boot_settings[] = {"per_day", "unclean", NULL};
static const char *const cut_settings[] = {"per_year", "nested", NULL};

static void copy_text(char *to, size_t size, const char *from)
{
    (void)snprintf(to, size, "%s", from); /* cut to fit: titles and names are shown only */
}

static int read_device(struct workload *workload, config_setting_t *root,
                       struct complaint *complaint)
{
    config_setting_t *device;
    const char *profile = "k64f";
    long long sectors = 0;
    if (setting_group(root, "device", &device, complaint) < 0) {
        return -1;
    }
    if (device != NULL &&
        (setting_check_members(device, device_settings, complaint) < 0 ||
         setting_text(device, "profile", &profile, complaint) < 0 ||
         setting_whole(device, "sectors", 3, SECTORS_MAX, &sectors, complaint) < 0)) {
        return -1;
    }
    copy_text(workload->profile, sizeof workload->profile, profile);
    workload->sectors = (uint64_t)sectors;
    return 0;
}

static int read_boots(struct workload *workload, config_setting_t *root,
                      struct complaint *complaint)
{
    config_setting_t *boots;
    if (setting_group(root, "boots", &boots, complaint) < 0) {
        return -1;
    }
    if (boots == NULL) {
        return 0;
    }
    if (setting_check_members(boots, boot_settings, complaint) < 0 ||
        setting_number(boots, "per_day", 0, 10000, &workload->boots_per_day, complaint) < 0) {
        return -1;
    }
    return setting_number(boots, "unclean", 0, 1, &workload->boots_unclean, complaint);
}

static int read_cuts(struct workload *workload, config_setting_t *root, struct complaint *complaint)
{
    config_setting_t *cuts;
    if (setting_group(root, "power_cuts", &cuts, complaint) < 0) {
        return -1;
    }
    if (cuts == NULL) {
        return 0;
    }
    if (setting_check_members(cuts, cut_settings, complaint) < 0 ||
        setting_number(cuts, "per_year", 0, 1e6, &workload->cuts_per_year, complaint) < 0) {
        return -1;
    }
    return setting_number(cuts, "nested", 0, 0.9, &workload->cuts_nested, complaint);
}

static int read_settings(struct workload *workload, config_t *config, struct complaint *complaint)
{
    config_setting_t *root = config_root_setting(config);
    const char *title = "";
    if (setting_check_members(root, top_settings, complaint) < 0 ||
        setting_text(root, "title", &title, complaint) < 0 ||
        setting_number(root, "years", 0.01, 500, &workload->years, complaint) < 0 ||
        read_device(workload, root, complaint) < 0 || read_boots(workload, root, complaint) < 0 ||
        read_cuts(workload, root, complaint) < 0) {
        return -1;
    }
    copy_text(workload->title, sizeof workload->title, title);
    return workload_read_keys(workload, root, complaint);
}

/* A shipped workload by its bare name, or a path. -1: no such file, errno says why. */
static int find_file(struct workload *workload, const char *name)
{
    copy_text(workload->path, sizeof workload->path, name);
    FILE *file = fopen(name, "r");
    if (file == NULL && errno == ENOENT && strpbrk(name, "/.") == NULL) {
        (void)snprintf(workload->path, sizeof workload->path, CFS_SIM_DATA_DIR "/workloads/%s.cfg",
                       name); /* a cut path is not found, which is said */
        file = fopen(workload->path, "r");
    }
    return file == NULL ? -1 : fclose(file);
}

static int parse(struct workload *workload, config_t *config, struct complaint *complaint)
{
    if (config_read_file(config, workload->path) != CONFIG_FALSE) {
        return read_settings(workload, config, complaint);
    }
    if (config_error_type(config) == CONFIG_ERR_FILE_IO) {
        return complain(complaint, "workload file '%s' cannot be read.", workload->path);
    }
    return complain(complaint,
                    "%s:%d: %s; settings look like name = value; and groups like name = { ... };",
                    workload->path, config_error_line(config), config_error_text(config));
}

int workload_load(struct workload *workload, const char *name, struct complaint *complaint)
{
    *workload = (struct workload){.years = 20};
    if (find_file(workload, name) < 0) {
        return complain(complaint,
                        "workload file '%s' cannot be read: %s; give the path of a file as "
                        "described in docs/workload.md.",
                        name, strerror(errno));
    }
    config_t config;
    config_init(&config);
    int result = parse(workload, &config, complaint);
    config_destroy(&config);
    if (result < 0) {
        workload_free(workload);
    }
    return result;
}

void workload_free(struct workload *workload)
{
    for (size_t i = 0; i < workload->key_count; i++) {
        struct workload_key *key = &workload->keys[i];
        for (size_t j = 0; j < key->literal_count; j++) {
            free(key->literals[j].bytes);
        }
        free(key->literals);
    }
    free(workload->keys);
    workload->keys = NULL;
    workload->key_count = 0;
}

double workload_updates_per_day(const struct workload *workload)
{
    double sum = 0;
    for (size_t i = 0; i < workload->key_count; i++) {
        sum += workload->keys[i].updates_per_day;
    }
    return sum;
}
