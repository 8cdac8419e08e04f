/* SPDX-License-Identifier: Apache-2.0 */
/* What an exploration did and found. See tally.h. */
#include "tally.h"

#include <jansson.h>
#include <string.h>

void tally_violation(struct tally *tally, const struct failure *failure, const char *replay)
{
    if (tally->violations < VIOLATIONS_KEPT) {
        struct violation *kept = &tally->kept[tally->violations];
        kept->invariant = failure->invariant;
        strcpy(kept->text, failure->text);
        snprintf(kept->replay, sizeof kept->replay, "%s", replay);
        printf("violation %s %s\n  replay: %s\n", invariant_code(failure->invariant), failure->text,
               replay);
    }
    tally->violations++;
}

static double rate(const struct tally *tally, const struct tally_frame *frame)
{
    return frame->cpu_seconds > 0 ? (double)tally->unique / frame->cpu_seconds : 0.0;
}

static json_t *number(uint64_t value)
{
    return json_integer((json_int_t)value);
}

static json_t *modes_json(const struct tally *tally, json_t *unhit)
{
    json_t *modes = json_object();
    for (unsigned i = 0; i < SIM_OUTCOMES; i++) {
        const char *name = sim_outcome_name((enum sim_outcome)i);
        json_object_set_new(modes, name, number(tally->modes[i]));
        if (tally->modes[i] == 0) {
            json_array_append_new(unhit, json_string(name));
        }
    }
    return modes;
}

static json_t *invariants_json(const struct tally *tally)
{
    json_t *invariants = json_object();
    for (unsigned i = 0; i < INVARIANTS; i++) {
        json_object_set_new(invariants, invariant_code((enum invariant)i),
                            number(tally->checks[i]));
    }
    return invariants;
}

static json_t *found_json(const struct tally *tally)
{
    json_t *found = json_array();
    uint64_t kept = tally->violations < VIOLATIONS_KEPT ? tally->violations : VIOLATIONS_KEPT;
    for (uint64_t i = 0; i < kept; i++) {
        const struct violation *violation = &tally->kept[i];
        json_array_append_new(found, json_pack("{s:s, s:s, s:s}", "invariant",
                                               invariant_code(violation->invariant), "text",
                                               violation->text, "replay", violation->replay));
    }
    return found;
}

static void print_json(const struct tally *tally, const struct tally_frame *frame, FILE *out)
{
    json_t *report = json_object();
    json_t *unhit = json_array();
    json_object_set_new(report, "workloads", number(tally->runs));
    json_object_set_new(report, "operations", number(tally->operations));
    json_object_set_new(report, "images", number(tally->images));
    json_object_set_new(report, "unique", number(tally->unique));
    json_object_set_new(report, "recoveries", number(tally->recoveries));
    json_object_set_new(report, "boots", number(tally->boots));
    json_object_set_new(report, "seconds", json_real(frame->seconds));
    json_object_set_new(report, "cpu_seconds", json_real(frame->cpu_seconds));
    json_object_set_new(report, "states_per_s", json_real(rate(tally, frame)));
    json_object_set_new(report, "depth", number(frame->depth));
    json_object_set_new(report, "nested_max", number(tally->nested_max));
    json_object_set_new(report, "complete", json_boolean(frame->complete));
    json_object_set_new(report, "no_space", number(tally->no_space));
    json_object_set_new(report, "mount_programs_max", number(tally->mount_programs_max));
    json_object_set_new(report, "mount_erases_max", number(tally->mount_erases_max));
    json_object_set_new(report, "mount_read_bytes_max", number(tally->mount_reads_max));
    json_object_set_new(report, "modes", modes_json(tally, unhit));
    json_object_set_new(report, "invariants", invariants_json(tally));
    json_object_set_new(report, "unhit", unhit);
    json_object_set_new(report, "violations", number(tally->violations));
    json_object_set_new(report, "found", found_json(tally));
    json_object_set_new(report, "cfr", json_array());
    json_dumpf(report, out, JSON_COMPACT | JSON_REAL_PRECISION(6));
    fputc('\n', out);
    json_decref(report);
}

static void print_text(const struct tally *tally, const struct tally_frame *frame, FILE *out)
{
    fprintf(out, "%llu runs, %llu operations cut, %llu images, %llu unique, %llu mounts\n",
            (unsigned long long)tally->runs, (unsigned long long)tally->operations,
            (unsigned long long)tally->images, (unsigned long long)tally->unique,
            (unsigned long long)tally->recoveries);
    fprintf(out, "%.1f s, %.0f images per second of a core, depth %u, at most %u cuts in a row\n",
            frame->seconds, rate(tally, frame), frame->depth, tally->nested_max);
    fprintf(out, "a mount: at most %llu programs, %llu erases, %llu bytes read\n",
            (unsigned long long)tally->mount_programs_max,
            (unsigned long long)tally->mount_erases_max,
            (unsigned long long)tally->mount_reads_max);
    for (unsigned i = 0; i < SIM_OUTCOMES; i++) {
        fprintf(out, "  %-12s %llu%s\n", sim_outcome_name((enum sim_outcome)i),
                (unsigned long long)tally->modes[i], tally->modes[i] == 0 ? "  never hit" : "");
    }
    fprintf(out, "%llu violations%s\n", (unsigned long long)tally->violations,
            frame->complete ? "" : "; not everything was explored");
}

void tally_print(const struct tally *tally, const struct tally_frame *frame, bool json, FILE *out)
{
    if (json) {
        print_json(tally, frame, out);
    } else {
        print_text(tally, frame, out);
    }
}
