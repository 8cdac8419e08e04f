/* SPDX-License-Identifier: Apache-2.0 */
/* See workload_setting.h. */
#include "workload_setting.h"

#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

int setting_complain(config_setting_t *setting, struct complaint *complaint, const char *format,
                     ...)
{
    char sentence[400];
    va_list arguments;
    va_start(arguments, format);
    (void)vsnprintf(sentence, sizeof sentence, format,
                    arguments); /* a cut sentence is better than none */
    va_end(arguments);
    return complain(complaint, "%s:%u: %s", config_setting_source_file(setting),
                    (unsigned)config_setting_source_line(setting), sentence);
}

static bool is_listed(const char *name, const char *const *list)
{
    for (; *list != NULL; list++) {
        if (strcmp(name, *list) == 0) {
            return true;
        }
    }
    return false;
}

static void join(const char *const *list, char *text, size_t size)
{
    size_t used = 0;
    text[0] = '\0';
    for (; *list != NULL && used < size; list++) {
        int added = snprintf(text + used, size - used, "%s%s", used == 0 ? "" : ", ", *list);
        used += added > 0 ? (size_t)added : 0;
    }
}

int setting_check_members(config_setting_t *group, const char *const *allowed,
                          struct complaint *complaint)
{
    for (int i = 0; i < config_setting_length(group); i++) {
        config_setting_t *member = config_setting_get_elem(group, (unsigned)i);
        const char *name = config_setting_name(member);
        if (!is_listed(name, allowed)) {
            char names[200];
            join(allowed, names, sizeof names);
            return setting_complain(member, complaint, "'%s' is not a setting here; known are: %s.",
                                    name, names);
        }
    }
    return 0;
}

int setting_group(config_setting_t *parent, const char *name, config_setting_t **group,
                  struct complaint *complaint)
{
    *group = config_setting_get_member(parent, name);
    if (*group != NULL && !config_setting_is_group(*group)) {
        return setting_complain(*group, complaint, "'%s' must be a group: %s = { ... };", name,
                                name);
    }
    return 0;
}

static bool is_number(const config_setting_t *setting)
{
    return config_setting_is_number(setting) != CONFIG_FALSE;
}

static double number_of(const config_setting_t *setting)
{
    return config_setting_type(setting) == CONFIG_TYPE_FLOAT
               ? config_setting_get_float(setting)
               : (double)config_setting_get_int64(setting);
}

int setting_number(config_setting_t *group, const char *name, double min, double max, double *value,
                   struct complaint *complaint)
{
    config_setting_t *setting = group == NULL ? NULL : config_setting_get_member(group, name);
    if (setting == NULL) {
        return 0;
    }
    if (!is_number(setting) || number_of(setting) < min || number_of(setting) > max) {
        return setting_complain(setting, complaint, "'%s' must be a number from %.15g to %.15g.",
                                name, min, max);
    }
    *value = number_of(setting);
    return 0;
}

int setting_whole(config_setting_t *group, const char *name, long long min, long long max,
                  long long *value, struct complaint *complaint)
{
    config_setting_t *setting = group == NULL ? NULL : config_setting_get_member(group, name);
    if (setting == NULL) {
        return 0;
    }
    bool is_whole = is_number(setting) && config_setting_type(setting) != CONFIG_TYPE_FLOAT;
    long long number = is_whole ? config_setting_get_int64(setting) : 0;
    if (!is_whole || number < min || number > max) {
        return setting_complain(setting, complaint,
                                "'%s' must be a whole number from %lld to %lld.", name, min, max);
    }
    *value = number;
    return 0;
}

int setting_text(config_setting_t *group, const char *name, const char **value,
                 struct complaint *complaint)
{
    config_setting_t *setting = group == NULL ? NULL : config_setting_get_member(group, name);
    if (setting == NULL) {
        return 0;
    }
    if (config_setting_type(setting) != CONFIG_TYPE_STRING) {
        return setting_complain(setting, complaint, "'%s' must be a text in double quotes.", name);
    }
    *value = config_setting_get_string(setting);
    return 0;
}
