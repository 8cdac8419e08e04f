/* SPDX-License-Identifier: Apache-2.0 */
/* Profiles from text files, in the syntax of libconfig; the keys are in docs/profiles.md and in
 * profiles/example.cfg. Whatever is wrong ends the loading with one sentence: file, line, what, and
 * what to do about it. */
#include <errno.h>
#include <libconfig.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "profile_private.h"

#define FILE_MAX_BYTES 65536u

struct loader {
    const char *path;
    struct sim_profile *profile;
    char *error;
    size_t error_size;
};

static bool fail(const struct loader *loader, const config_setting_t *at, const char *format, ...)
{
    char place[16] = "";
    char text[448];
    va_list arguments;

    if (at != NULL) {
        (void)snprintf(place, sizeof place, ":%d", (int)config_setting_source_line(at));
    }
    va_start(arguments, format);
    (void)vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    (void)snprintf(loader->error, loader->error_size, "%s%s: %s", loader->path, place, text);
    return false;
}

/* ---- keys */

enum field_kind {
    FIELD_TEXT,   /* char[32] */
    FIELD_COUNT,  /* uint32_t */
    FIELD_ADDR,   /* uint64_t */
    FIELD_BYTE,   /* uint8_t */
    FIELD_FLAG,   /* bool */
    FIELD_SCALED, /* uint64_t, a decimal number times a scale */
    FIELD_PAIR,   /* uint32_t[2] */
    FIELD_REGIONS,
    FIELD_LIKE, /* another profile */
};

struct field {
    const char *name;
    enum field_kind kind;
    bool required;
    size_t offset;
    double least;
    double most;
    double scale;
};

#define AT(member)   offsetof(struct sim_profile, member)
#define UINT32_RANGE 0, 4294967295.0, 1

static const struct field fields[] = {
    {"like", FIELD_LIKE, false, 0, 0, 0, 0},
    {"name", FIELD_TEXT, true, AT(name), 0, 0, 0},
    {"unit_bytes", FIELD_COUNT, true, AT(unit_bytes), 1, 512, 1},
    {"line_bytes", FIELD_COUNT, true, AT(line_bytes), 1, 512, 1},
    {"in_flight_bytes", FIELD_COUNT, false, AT(in_flight_bytes), 0, 512, 1},
    {"regions", FIELD_REGIONS, true, 0, 0, 0, 0},
    {"base", FIELD_ADDR, false, AT(base), UINT32_RANGE},
    {"on_chip", FIELD_FLAG, false, AT(on_chip), 0, 0, 0},
    {"erased_value", FIELD_BYTE, false, AT(erased_value), 0, 255, 1},
    {"needs_erase", FIELD_FLAG, false, AT(needs_erase), 0, 0, 0},
    {"unreadable_lines", FIELD_FLAG, true, AT(unreadable_lines), 0, 0, 0},
    {"asynchronous", FIELD_FLAG, false, AT(asynchronous), 0, 0, 0},
    {"program_us", FIELD_SCALED, true, AT(program_ns), 0, 1e6, 1e3},
    {"program_max_us", FIELD_SCALED, true, AT(program_max_ns), 0, 1e6, 1e3},
    {"erase_ms", FIELD_SCALED, true, AT(erase_ns), 0, 1e6, 1e6},
    {"erase_max_ms", FIELD_SCALED, true, AT(erase_max_ns), 0, 1e6, 1e6},
    {"read_ns_per_byte", FIELD_SCALED, true, AT(read_ns_per_byte_x100), 0, 1e6, 100},
    {"endurance_min", FIELD_COUNT, true, AT(endurance_min), UINT32_RANGE},
    {"endurance_typical", FIELD_COUNT, true, AT(endurance_typical), UINT32_RANGE},
    {"retention_cycles", FIELD_PAIR, false, AT(retention_cycles), UINT32_RANGE},
    {"retention_years", FIELD_PAIR, false, AT(retention_years), 0, 1000, 1},
};

#define FIELD_COUNT_ALL (sizeof fields / sizeof fields[0])

static const struct field region_fields[] = {
    {"count", FIELD_COUNT, true, 0, 1, 1048576, 1},
    {"sector_bytes", FIELD_COUNT, true, sizeof(uint32_t), 1, 4194304, 1},
};

static const struct field *find_field(const struct field *list, size_t count, const char *name)
{
    for (size_t i = 0; i < count; i++) {
        if (strcmp(list[i].name, name) == 0) {
            return &list[i];
        }
    }
    return NULL;
}

static bool fail_unknown(const struct loader *loader, const config_setting_t *setting,
                         const struct field *list, size_t count)
{
    char keys[384] = "";

    for (size_t i = 0; i < count; i++) {
        const size_t used = strlen(keys);

        (void)snprintf(keys + used, sizeof keys - used, "%s%s", i == 0 ? "" : ", ", list[i].name);
    }
    return fail(loader, setting, "unknown key \"%s\"; the keys are %s",
                config_setting_name(setting), keys);
}

/* ---- values */

static bool is_number(const config_setting_t *setting)
{
    const int type = config_setting_type(setting);

    return type == CONFIG_TYPE_INT || type == CONFIG_TYPE_INT64 || type == CONFIG_TYPE_FLOAT;
}

static double number(const config_setting_t *setting)
{
    switch (config_setting_type(setting)) {
    case CONFIG_TYPE_INT:
        return (double)config_setting_get_int(setting);
    case CONFIG_TYPE_INT64:
        return (double)config_setting_get_int64(setting);
    default:
        return config_setting_get_float(setting);
    }
}

/* `at` names the key: elements of an array have neither name nor line of their own. */
static bool get_number(const struct loader *loader, const struct field *field,
                       const config_setting_t *at, const config_setting_t *setting, double *value)
{
    const bool whole = field->kind != FIELD_SCALED;

    if (!is_number(setting) || (whole && config_setting_type(setting) == CONFIG_TYPE_FLOAT)) {
        return fail(loader, at, "%s must be a %snumber", field->name, whole ? "whole " : "");
    }
    *value = number(setting);
    if (!(*value >= field->least && *value <= field->most)) {
        return fail(loader, at, "%s = %.15g is out of range; it may be %.15g to %.15g", field->name,
                    *value, field->least, field->most);
    }
    return true;
}

static void store(const struct field *field, void *to, double value)
{
    const uint64_t whole = (uint64_t)(value * field->scale + 0.5);
    const uint32_t count = (uint32_t)whole;
    const uint8_t byte = (uint8_t)whole;

    if (field->kind == FIELD_COUNT || field->kind == FIELD_PAIR) {
        memcpy(to, &count, sizeof count);
    } else if (field->kind == FIELD_BYTE) {
        memcpy(to, &byte, sizeof byte);
    } else {
        memcpy(to, &whole, sizeof whole);
    }
}

static bool load_number(const struct loader *loader, const struct field *field,
                        const config_setting_t *setting, void *to)
{
    double value = 0;

    if (!get_number(loader, field, setting, setting, &value)) {
        return false;
    }
    if (field->kind == FIELD_BYTE && value != 0 && value != 255) {
        return fail(loader, setting, "%s must be 0x00 or 0xFF", field->name);
    }
    store(field, to, value);
    return true;
}

static bool load_pair(const struct loader *loader, const struct field *field,
                      const config_setting_t *setting, void *to)
{
    uint8_t *at = to;

    if (config_setting_type(setting) != CONFIG_TYPE_ARRAY || config_setting_length(setting) != 2) {
        return fail(loader, setting, "%s must be two whole numbers, as in %s = [1000, 10000]",
                    field->name, field->name);
    }
    for (unsigned i = 0; i < 2; i++, at += sizeof(uint32_t)) {
        double value = 0;

        if (!get_number(loader, field, setting, config_setting_get_elem(setting, i), &value)) {
            return false;
        }
        store(field, at, value);
    }
    return true;
}

static bool load_text(const struct loader *loader, const struct field *field,
                      const config_setting_t *setting, char to[sizeof loader->profile->name])
{
    const size_t room = sizeof loader->profile->name;
    const char *text = config_setting_get_string(setting);

    if (text == NULL) {
        return fail(loader, setting, "%s must be text, as in %s = \"my part\"", field->name,
                    field->name);
    }
    if (text[0] == '\0' || strlen(text) >= room) {
        return fail(loader, setting, "%s must have 1 to %zu characters", field->name, room - 1);
    }
    memset(to, 0, room);
    memcpy(to, text, strlen(text) + 1);
    return true;
}

static bool load_flag(const struct loader *loader, const struct field *field,
                      const config_setting_t *setting, bool *to)
{
    if (config_setting_type(setting) != CONFIG_TYPE_BOOL) {
        return fail(loader, setting, "%s must be true or false", field->name);
    }
    *to = config_setting_get_bool(setting) != 0;
    return true;
}

static bool load_like(const struct loader *loader, const config_setting_t *setting)
{
    const char *name = config_setting_get_string(setting);
    const struct sim_profile *found = name != NULL ? sim_profile_find(name) : NULL;
    char names[256] = "";

    for (const char *const *next = sim_profile_names(); *next != NULL; next++) {
        const size_t used = strlen(names);

        (void)snprintf(names + used, sizeof names - used, "%s%s", used == 0 ? "" : ", ", *next);
    }
    if (found == NULL) {
        return fail(loader, setting, "like must name a built-in part: %s", names);
    }
    *loader->profile = *found;
    return true;
}

/* ---- regions */

static bool load_region(const struct loader *loader, const config_setting_t *group, void *region)
{
    const size_t count = sizeof region_fields / sizeof region_fields[0];

    if (config_setting_type(group) != CONFIG_TYPE_GROUP) {
        return fail(loader, group,
                    "each region must be as in { count = 128; sector_bytes = 4096; }");
    }
    for (int i = 0; i < config_setting_length(group); i++) {
        const config_setting_t *setting = config_setting_get_elem(group, (unsigned)i);

        if (find_field(region_fields, count, config_setting_name(setting)) == NULL) {
            return fail_unknown(loader, setting, region_fields, count);
        }
    }
    for (size_t i = 0; i < count; i++) {
        const config_setting_t *setting = config_setting_get_member(group, region_fields[i].name);

        if (setting == NULL) {
            return fail(loader, group, "%s is missing in a region", region_fields[i].name);
        }
        if (!load_number(loader, &region_fields[i], setting,
                         (uint8_t *)region + region_fields[i].offset)) {
            return false;
        }
    }
    return true;
}

static bool load_regions(const struct loader *loader, const config_setting_t *list)
{
    const int count = config_setting_length(list);
    struct sim_profile *profile = loader->profile;

    if (config_setting_type(list) != CONFIG_TYPE_LIST || count < 1 ||
        count > (int)SIM_REGIONS_MAX) {
        return fail(loader, list,
                    "regions must be a list of 1 to %u, as in "
                    "regions = ( { count = 128; sector_bytes = 4096; } )",
                    SIM_REGIONS_MAX);
    }
    for (int r = 0; r < count; r++) {
        if (!load_region(loader, config_setting_get_elem(list, (unsigned)r),
                         &profile->regions[r])) {
            return false;
        }
    }
    profile->region_count = (uint32_t)count;
    return true;
}

/* ---- the file */

static bool load_field(const struct loader *loader, const struct field *field,
                       const config_setting_t *setting)
{
    uint8_t *to = (uint8_t *)loader->profile + field->offset;

    switch (field->kind) {
    case FIELD_TEXT:
        return load_text(loader, field, setting, (char *)to);
    case FIELD_FLAG:
        return load_flag(loader, field, setting, (bool *)to);
    case FIELD_PAIR:
        return load_pair(loader, field, setting, to);
    case FIELD_REGIONS:
        return load_regions(loader, setting);
    case FIELD_LIKE:
        return load_like(loader, setting);
    default:
        return load_number(loader, field, setting, to);
    }
}

static bool check_keys(const struct loader *loader, const config_setting_t *root)
{
    for (int i = 0; i < config_setting_length(root); i++) {
        const config_setting_t *setting = config_setting_get_elem(root, (unsigned)i);

        if (find_field(fields, FIELD_COUNT_ALL, config_setting_name(setting)) == NULL) {
            return fail_unknown(loader, setting, fields, FIELD_COUNT_ALL);
        }
    }
    return true;
}

static bool load_fields(const struct loader *loader, const config_setting_t *root)
{
    const bool from_scratch = config_setting_get_member(root, "like") == NULL;

    for (size_t i = 0; i < FIELD_COUNT_ALL; i++) {
        const config_setting_t *setting = config_setting_get_member(root, fields[i].name);

        if (setting != NULL) {
            if (!load_field(loader, &fields[i], setting)) {
                return false;
            }
        } else if (fields[i].required && from_scratch) {
            return fail(loader, NULL,
                        "%s is missing; add it, or start from a built-in part as in "
                        "like = \"k64f\"",
                        fields[i].name);
        }
    }
    return true;
}

static bool load_config(const struct loader *loader, const char *text)
{
    char contradiction[256];
    config_t config;
    bool good;

    config_init(&config);
    if (config_read_string(&config, text) != CONFIG_TRUE) {
        const int line = config_error_line(&config);

        (void)snprintf(loader->error, loader->error_size, "%s:%d: %s", loader->path, line,
                       config_error_text(&config));
        config_destroy(&config);
        return false;
    }
    *loader->profile = (struct sim_profile){.erased_value = 0xFF, .needs_erase = true};
    good = check_keys(loader, config_root_setting(&config)) &&
           load_fields(loader, config_root_setting(&config));
    config_destroy(&config);
    if (good && !profile_check(loader->profile, contradiction, sizeof contradiction)) {
        return fail(loader, NULL, "%s", contradiction);
    }
    return good;
}

/* Read first and parse then: libconfig's own reader ends the program when a file cannot be read. */
static bool load_file(const struct loader *loader, char *text)
{
    FILE *file = fopen(loader->path, "r");
    size_t size;
    bool bad;

    if (file == NULL) {
        return fail(loader, NULL, "%s", strerror(errno));
    }
    size = fread(text, 1, FILE_MAX_BYTES, file);
    bad = ferror(file) != 0;
    (void)fclose(file);
    if (bad) {
        return fail(loader, NULL, "cannot be read");
    }
    if (size == FILE_MAX_BYTES) {
        return fail(loader, NULL, "is no profile: it has more than %u bytes", FILE_MAX_BYTES - 1);
    }
    text[size] = '\0';
    return load_config(loader, text);
}

int sim_profile_load(const char *path, struct sim_profile *profile, char *error, size_t error_size)
{
    struct sim_profile loaded;
    const struct loader loader = {path, &loaded, error, error_size};
    char *text = malloc(FILE_MAX_BYTES + 1);
    bool good;

    if (text == NULL) {
        return fail(&loader, NULL, "no memory to read it") ? 0 : -1;
    }
    good = load_file(&loader, text);
    free(text);
    if (good) {
        *profile = loaded;
    }
    return good ? 0 : -1;
}
