/* SPDX-License-Identifier: Apache-2.0 */
/* See json_out.h. Results of jansson's setters are ignored on purpose, as said there. */
#include "json_out.h"

void json_out_number(json_t *object, const char *key, uint64_t value)
{
    (void)json_object_set_new(object, key, json_integer((json_int_t)value));
}

void json_out_real(json_t *object, const char *key, double value)
{
    (void)json_object_set_new(object, key, json_real(value));
}

void json_out_text(json_t *object, const char *key, const char *value)
{
    (void)json_object_set_new(object, key, json_string(value));
}

void json_out_real_or_null(json_t *object, const char *key, double value)
{
    (void)json_object_set_new(object, key, value < 0 ? json_null() : json_real(value));
}

json_t *json_out_counters(const struct sim_counters *counters)
{
    json_t *object = json_object();
    json_out_number(object, "reads", counters->reads);
    json_out_number(object, "read_bytes", counters->read_bytes);
    json_out_number(object, "programs", counters->programs);
    json_out_number(object, "programmed_units", counters->programmed_units);
    json_out_number(object, "programmed_bytes", counters->programmed_bytes);
    json_out_number(object, "fills", counters->fills);
    json_out_number(object, "filled_bytes", counters->filled_bytes);
    json_out_number(object, "erases", counters->erases);
    json_out_number(object, "cuts", counters->cuts);
    json_out_number(object, "boots", counters->boots);
    return object;
}

int json_out_line(FILE *file, const json_t *object)
{
    int failed = json_dumpf(object, file, JSON_COMPACT | JSON_REAL_PRECISION(12));
    return failed == 0 && fputc('\n', file) != EOF && fflush(file) == 0 ? 0 : -1;
}
