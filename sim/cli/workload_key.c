/* SPDX-License-Identifier: Apache-2.0 */
/* See workload_key.h. A key that fails half-way is freed with the workload: key_count is raised
 * before a key is filled in. */
#include "workload_key.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "workload_setting.h"

static const char *const key_settings[] = {
    "name", "text", "file", "random", "counter", "updates_per_day", NULL};
static const char *const source_settings[] = {"text", "file", "random", "counter"};
#define SOURCE_COUNT (sizeof source_settings / sizeof source_settings[0])

static int read_name(struct workload *workload, struct workload_key *key, config_setting_t *group,
                     struct complaint *complaint)
{
    const char *name = NULL;
    if (setting_text(group, "name", &name, complaint) < 0) {
        return -1;
    }
    if (name == NULL || name[0] == '\0') {
        return setting_complain(group, complaint, "a key needs a name: name = \"...\";");
    }
    if (strlen(name) > WORKLOAD_NAME_MAX) {
        return setting_complain(group, complaint, "a name has at most %u characters, this has %zu.",
                                WORKLOAD_NAME_MAX, strlen(name));
    }
    memcpy(key->name, name, strlen(name) + 1);
    for (size_t i = 0; i + 1 < workload->key_count; i++) {
        if (strcmp(workload->keys[i].name, name) == 0) {
            return setting_complain(group, complaint,
                                    "'%s' is there already; every key needs its own name.", name);
        }
    }
    return 0;
}

static int add_literal(struct workload_key *key, const void *bytes, size_t size)
{
    struct workload_literal *literals =
        realloc(key->literals, (key->literal_count + 1) * sizeof *literals);
    if (literals == NULL) {
        return -1;
    }
    key->literals = literals;
    uint8_t *copy = malloc(size + 1); /* never of size 0 */
    if (copy == NULL) {
        return -1;
    }
    memcpy(copy, bytes, size);
    literals[key->literal_count++] = (struct workload_literal){copy, size};
    return 0;
}

/* Beside the workload file, or in the build folder. */
static FILE *open_value_file(const struct workload *workload, const char *name)
{
    char path[2048];
    const char *slash = strrchr(workload->path, '/');
    int folder = name[0] == '/' || slash == NULL ? 0 : (int)(slash - workload->path) + 1;
    (void)snprintf(path, sizeof path, "%.*s%s", folder, workload->path,
                   name); /* a cut path is not found, which is said */
    FILE *file = fopen(path, "rb");
    if (file == NULL && errno == ENOENT && name[0] != '/') {
        (void)snprintf(path, sizeof path, CFS_SIM_BUILD_DIR "/%s", name); /* as above */
        file = fopen(path, "rb");
    }
    return file;
}

static int read_value_file(const struct workload *workload, struct workload_key *key,
                           config_setting_t *setting, const char *name, struct complaint *complaint)
{
    static uint8_t bytes[WORKLOAD_VALUE_MAX + 1];
    FILE *file = open_value_file(workload, name);
    if (file == NULL) {
        return setting_complain(setting, complaint,
                                "file '%s' is neither beside this file nor in build/ (%s); "
                                "scripts/make-credentials makes those of the shipped workload.",
                                name, strerror(errno));
    }
    size_t size = fread(bytes, 1, sizeof bytes, file);
    bool failed = ferror(file) != 0;
    (void)fclose(file); /* was only read */
    if (failed) {
        return setting_complain(setting, complaint, "file '%s' cannot be read.", name);
    }
    if (size > WORKLOAD_VALUE_MAX) {
        return setting_complain(setting, complaint, "file '%s' is longer than %u bytes.", name,
                                WORKLOAD_VALUE_MAX);
    }
    return add_literal(key, bytes, size);
}

static int read_literal(const struct workload *workload, struct workload_key *key,
                        config_setting_t *setting, bool is_file, struct complaint *complaint)
{
    const char *text = config_setting_get_string(setting);
    if (text == NULL) {
        return setting_complain(setting, complaint,
                                "give a text in double quotes, or a list of them: (\"a\", \"b\").");
    }
    return is_file ? read_value_file(workload, key, setting, text, complaint)
                   : add_literal(key, text, strlen(text));
}

static int read_literals(const struct workload *workload, struct workload_key *key,
                         config_setting_t *setting, bool is_file, struct complaint *complaint)
{
    key->source = WORKLOAD_LITERAL;
    if (!config_setting_is_aggregate(setting)) {
        return read_literal(workload, key, setting, is_file, complaint);
    }
    for (int i = 0; i < config_setting_length(setting); i++) {
        if (read_literal(workload, key, config_setting_get_elem(setting, (unsigned)i), is_file,
                         complaint) < 0) {
            return -1;
        }
    }
    return key->literal_count > 0
               ? 0
               : setting_complain(setting, complaint, "the list is empty; give at least one.");
}

static int read_counter(struct workload_key *key, config_setting_t *setting,
                        struct complaint *complaint)
{
    key->source = WORKLOAD_COUNTER;
    if (config_setting_type(setting) != CONFIG_TYPE_BOOL || !config_setting_get_bool(setting)) {
        return setting_complain(setting, complaint,
                                "write counter = true; or give another source of the value.");
    }
    return 0;
}

static int read_random(struct workload_key *key, config_setting_t *group,
                       struct complaint *complaint)
{
    long long bytes = 0;
    key->source = WORKLOAD_RANDOM;
    int result = setting_whole(group, "random", 0, WORKLOAD_VALUE_MAX, &bytes, complaint);
    key->random_bytes = (size_t)bytes;
    return result;
}

static int read_source(const struct workload *workload, struct workload_key *key,
                       config_setting_t *group, struct complaint *complaint)
{
    config_setting_t *found[SOURCE_COUNT];
    size_t count = 0;
    size_t which = 0;
    for (size_t i = 0; i < SOURCE_COUNT; i++) {
        found[i] = config_setting_get_member(group, source_settings[i]);
        if (found[i] != NULL) {
            which = i;
            count++;
        }
    }
    if (count != 1) {
        return setting_complain(group, complaint,
                                "key '%s' needs exactly one of text, file, random, counter.",
                                key->name);
    }
    switch (which) {
    case 0:
    case 1:
        return read_literals(workload, key, found[which], which == 1, complaint);
    case 2:
        return read_random(key, group, complaint);
    default:
        return read_counter(key, found[which], complaint);
    }
}

static int read_rate(struct workload_key *key, config_setting_t *group, struct complaint *complaint)
{
    if (setting_number(group, "updates_per_day", 0, 86400, &key->updates_per_day, complaint) < 0) {
        return -1;
    }
    bool changes =
        key->source == WORKLOAD_COUNTER || key->random_bytes > 0 || key->literal_count > 1;
    if (key->updates_per_day > 0 && !changes) {
        return setting_complain(group, complaint,
                                "key '%s' is updated but its value never changes; use random, "
                                "counter, or a list of texts.",
                                key->name);
    }
    return 0;
}

static int read_key(struct workload *workload, struct workload_key *key, config_setting_t *group,
                    struct complaint *complaint)
{
    if (!config_setting_is_group(group)) {
        return setting_complain(group, complaint, "a key is a group: { name = \"...\"; ... }");
    }
    if (setting_check_members(group, key_settings, complaint) < 0 ||
        read_name(workload, key, group, complaint) < 0 ||
        read_source(workload, key, group, complaint) < 0) {
        return -1;
    }
    return read_rate(key, group, complaint);
}

int workload_read_keys(struct workload *workload, config_setting_t *root,
                       struct complaint *complaint)
{
    config_setting_t *list = config_setting_get_member(root, "keys");
    if (list == NULL || !config_setting_is_list(list) || config_setting_length(list) == 0) {
        return complain(complaint,
                        "%s: there is no list of keys; add keys = ( { name = \"...\"; "
                        "text = \"...\"; } );",
                        workload->path);
    }
    size_t count = (size_t)config_setting_length(list);
    if (count > WORKLOAD_KEYS_MAX) {
        return setting_complain(list, complaint, "at most %u keys, not %zu.", WORKLOAD_KEYS_MAX,
                                count);
    }
    workload->keys = calloc(count, sizeof *workload->keys);
    if (workload->keys == NULL) {
        return complain(complaint, "out of memory.");
    }
    for (size_t i = 0; i < count; i++) {
        workload->key_count = i + 1;
        if (read_key(workload, &workload->keys[i], config_setting_get_elem(list, (unsigned)i),
                     complaint) < 0) {
            return complain(complaint, "out of memory."); /* unless something else was said */
        }
    }
    return 0;
}
