/* SPDX-License-Identifier: Apache-2.0 */
/* Small helpers over jansson, so that building an object reads as a list of its keys.
 *
 * Memory: jansson's setters take any NULL as an error and leave the key out; the object is then
 * incomplete, which json_out_line() cannot see. A host tool that is out of memory has no better
 * answer. */
#ifndef CLI_JSON_OUT_H
#define CLI_JSON_OUT_H

#include <jansson.h>
#include <stdint.h>
#include <stdio.h>

#include "sim/flash.h"

void json_out_number(json_t *object, const char *key, uint64_t value);
void json_out_real(json_t *object, const char *key, double value);
void json_out_text(json_t *object, const char *key, const char *value);

/* A negative value becomes null: unlimited, unknown, or not applicable. */
void json_out_real_or_null(json_t *object, const char *key, double value);

json_t *json_out_counters(const struct sim_counters *counters);

/* One object, one line, flushed. -1: it could not be written. */
int json_out_line(FILE *file, const json_t *object);

#endif
