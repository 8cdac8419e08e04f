/* SPDX-License-Identifier: Apache-2.0 */
/* Reading libconfig settings with complaints that name the file, the line and what to do. */
#ifndef CLI_WORKLOAD_SETTING_H
#define CLI_WORKLOAD_SETTING_H

#include <libconfig.h>
#include <stddef.h>

#include "complaint.h"

/* Complain about a setting: "<file>:<line>: <sentence>". Returns -1. */
int setting_complain(config_setting_t *setting, struct complaint *complaint, const char *format,
                     ...) __attribute__((format(printf, 3, 4)));

/* Every member of a group must be in `allowed` (NULL at the end). */
int setting_check_members(config_setting_t *group, const char *const *allowed,
                          struct complaint *complaint);

/* The member `name` of `parent`, which must be a group. Absent: *group = NULL and 0. */
int setting_group(config_setting_t *parent, const char *name, config_setting_t **group,
                  struct complaint *complaint);

/* A number in a range, whole or not. Absent (or `group` NULL): *value stays. */
int setting_number(config_setting_t *group, const char *name, double min, double max, double *value,
                   struct complaint *complaint);

/* A whole number in a range. Absent: *value stays. */
int setting_whole(config_setting_t *group, const char *name, long long min, long long max,
                  long long *value, struct complaint *complaint);

/* A text. Absent: *value stays. The text belongs to the configuration. */
int setting_text(config_setting_t *group, const char *name, const char **value,
                 struct complaint *complaint);

#endif
