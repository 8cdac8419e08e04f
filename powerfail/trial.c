/* SPDX-License-Identifier: Apache-2.0 */
/* A store under test on a simulated device, with the judge that watches it. See trial.h. */
#include "trial.h"

#include <stdlib.h>
#include <string.h>

#include "guard.h"
#include "seen.h"

#define GARBAGE    0x55 /* what RAM holds at power on */
#define NAME_BYTES 256u

static void on_rule(void *context, struct sim_flash *flash, const char *message)
{
    (void)context;
    (void)flash;
    guard_fail(INVARIANT_RULE, "%s", message);
}

uint64_t trial_fingerprint(const struct trial *trial)
{
    struct sim_hash hash = sim_flash_hash(trial->flash);
    uint64_t fingerprint = fingerprint_mix(hash.low, hash.high);
    return fingerprint_mix(fingerprint, oracle_hash(&trial->oracle));
}

/* Entropy follows from the medium, so that a branch explored on the way changes nothing here. */
static void seed_entropy(struct trial *trial)
{
    struct sim_hash hash = sim_flash_hash(trial->flash);
    trial->subject->seed_entropy(fingerprint_mix(hash.low, hash.high));
}

static void on_op(void *context, struct sim_flash *flash, const struct sim_op *op, const void *data)
{
    struct trial *trial = context;
    (void)flash;
    if (trial->mounting && op->index >= trial->mount_ops_max) {
        guard_fail(INVARIANT_BOUNDED, "a mount of %u programs and erases goes on",
                   (unsigned)op->index);
    }
    if (trial->trace != NULL) {
        trial_trace_op(trial, op, data);
    }
    if (trial->watch != NULL) {
        trial->watch(trial->watch_context, op, data);
    }
    trial->last = *op;
    trial->tally->checks[INVARIANT_RULE]++;
    footprint_note(&trial->footprint, op, data);
    seed_entropy(trial);
}

/* A mount writes less than two sectors; everything written twice over is far beyond that. */
static uint64_t mount_bound(const struct sim_profile *profile)
{
    uint64_t units = 0;
    for (uint32_t i = 0; i < profile->region_count; i++) {
        units += (uint64_t)profile->regions[i].count * profile->regions[i].sector_bytes /
                 profile->unit_bytes;
    }
    return units * 2 + 64;
}

bool trial_open(struct trial *trial, const struct subject *subject,
                const struct sim_profile *profile, uint64_t seed, struct tally *tally)
{
    *trial = (struct trial){.subject = subject, .tally = tally};
    trial->flash = sim_flash_new(profile, seed);
    trial->memory = malloc(subject->memory_bytes);
    if (trial->flash == NULL || trial->memory == NULL) {
        trial_close(trial);
        return false;
    }
    sim_flash_set_rule_handler(trial->flash, on_rule, NULL);
    sim_flash_set_hook(trial->flash, on_op, trial);
    trial->mount_ops_max = mount_bound(profile);
    return true;
}

void trial_close(struct trial *trial)
{
    if (trial->flash != NULL) {
        sim_flash_free(trial->flash);
    }
    free(trial->memory);
    *trial = (struct trial){0};
}

void trial_copy(struct trial *to, const struct trial *from)
{
    sim_flash_copy(to->flash, from->flash);
    to->oracle = from->oracle;
    to->serial = from->serial;
    to->mounting = false;
    to->decided = from->decided;
}

/* An error without a cut is a violation; with one it is what a cut looks like. */
static bool is_cut(struct trial *trial, const char *call, enum subject_result result, int32_t error)
{
    if (sim_flash_is_cut(trial->flash)) {
        return true;
    }
    if (result != SUBJECT_OK) {
        guard_fail(INVARIANT_PROGRESS, "%s gives %s although the power is on", call,
                   trial->subject->error_name(error));
    }
    return false;
}

static uint64_t max_of(uint64_t a, uint64_t b)
{
    return a > b ? a : b;
}

/* A mount that decided leaves a seal that cannot be weak, so none after it may write. One that
 * wrote nothing may have trusted a weak seal; the next may see less and decide after all. */
static void note_mount(struct trial *trial, const struct sim_counters *before)
{
    const struct sim_counters *now = sim_flash_counters(trial->flash);
    uint64_t programs = now->programs + now->fills - before->programs - before->fills;
    uint64_t erases = now->erases - before->erases;
    struct tally *tally = trial->tally;
    tally->recoveries++;
    tally->mount_programs_max = max_of(tally->mount_programs_max, programs);
    tally->mount_erases_max = max_of(tally->mount_erases_max, erases);
    tally->mount_reads_max = max_of(tally->mount_reads_max, now->read_bytes - before->read_bytes);
    tally->checks[INVARIANT_SILENT]++;
    tally->checks[INVARIANT_BOUNDED]++;
    tally->checks[INVARIANT_ASSERT]++;
    if (programs + erases == 0) {
        return;
    }
    if (trial->decided) {
        guard_fail(INVARIANT_SILENT, "mounted again without a write: %u programs, %u erases",
                   (unsigned)programs, (unsigned)erases);
    }
    trial->decided = true;
}

void trial_power_on(struct trial *trial, uint32_t pattern)
{
    memset(trial->memory, GARBAGE, trial->subject->memory_bytes);
    sim_flash_boot(trial->flash, pattern);
    seed_entropy(trial);
    trial->tally->boots++;
    if (trial->trace != NULL) {
        fprintf(trial->trace, "  boot, weak cells read by pattern %u\n", (unsigned)pattern);
    }
}

bool trial_mount(struct trial *trial)
{
    struct sim_counters before = *sim_flash_counters(trial->flash);
    int32_t error = 0;
    trial->mounting = true;
    enum subject_result result = trial->subject->mount(trial->memory, trial->flash, &error);
    trial->mounting = false;
    if (is_cut(trial, "mount", result, error)) {
        trial->decided = false;
        return false;
    }
    note_mount(trial, &before);
    return true;
}

bool trial_boot(struct trial *trial, uint32_t pattern)
{
    trial_power_on(trial, pattern);
    return trial_mount(trial);
}

static uint32_t read_key(struct trial *trial, unsigned key)
{
    uint8_t value[VALUE_BYTES_MAX];
    size_t size = sizeof value;
    int32_t error = 0;
    memset(value, 0xC3, sizeof value);
    switch (trial->subject->get(trial->memory, key_name(key), value, &size, &error)) {
    case SUBJECT_OK:
        return value_parse(key, value, size);
    case SUBJECT_NOT_FOUND:
        return VERSION_ABSENT;
    default:
        return VERSION_BAD;
    }
}

/* Finding must give exactly the keys that reading gives. */
static void list_keys(struct trial *trial, const struct map *map)
{
    char name[NAME_BYTES] = "";
    bool listed[KEYS] = {false};
    int32_t error = 0;
    for (unsigned i = 0; i <= KEYS; i++) {
        enum subject_result result = trial->subject->next(trial->memory, name, &error);
        if (result == SUBJECT_NOT_FOUND) {
            break;
        }
        unsigned key = result == SUBJECT_OK ? key_find(name) : KEYS;
        if (key == KEYS || listed[key]) {
            guard_fail(INVARIANT_HONEST, "find gives %s %s",
                       result != SUBJECT_OK ? trial->subject->error_name(error) : name,
                       key == KEYS ? "which does not exist" : "twice");
        }
        listed[key] = true;
    }
    for (unsigned key = 0; key < KEYS; key++) {
        if (listed[key] != (map->version[key] != VERSION_ABSENT)) {
            guard_fail(INVARIANT_HONEST, "find and get disagree about %s: %s", key_name(key),
                       listed[key] ? "found, not there" : "there, not found");
        }
    }
}

void trial_observe(struct trial *trial, struct map *map)
{
    memset(map, 0, sizeof *map);
    for (unsigned key = 0; key < KEYS; key++) {
        map->version[key] = read_key(trial, key);
    }
}

static const char *version_text(uint32_t version, char text[24])
{
    if (version == VERSION_ABSENT || version == VERSION_BAD) {
        return version == VERSION_ABSENT ? "absent" : "unreadable or never written";
    }
    snprintf(text, 24, "#%u/%zu", (unsigned)VERSION_SERIAL(version), value_size(version));
    return text;
}

static _Noreturn void blame(const struct map *seen, const struct oracle *oracle,
                            enum invariant broken, unsigned key)
{
    char text[3][24];
    bool two = oracle->pending &&
               oracle->in_flight.version[key % KEYS] != oracle->acknowledged.version[key % KEYS];
    if (key == KEYS) {
        guard_fail(broken, "the map seen is neither before nor after the operation");
    }
    guard_fail(broken, "%s is %s, but must be %s%s%s", key_name(key),
               version_text(seen->version[key], text[0]),
               version_text(oracle->acknowledged.version[key], text[1]), two ? " or " : "",
               two ? version_text(oracle->in_flight.version[key], text[2]) : "");
}

void trial_judge(struct trial *trial)
{
    struct map seen;
    enum invariant broken;
    unsigned key;
    trial_observe(trial, &seen);
    for (unsigned i = INVARIANT_DURABLE; i <= INVARIANT_NEIGHBOUR; i++) {
        trial->tally->checks[i]++;
    }
    if (!oracle_judge(&trial->oracle, &seen, &broken, &key)) {
        blame(&seen, &trial->oracle, broken, key);
    }
    trial->tally->checks[INVARIANT_HONEST]++;
    list_keys(trial, &seen);
}

void trial_format(struct trial *trial)
{
    int32_t error = 0;
    oracle_clear(&trial->oracle);
    seed_entropy(trial);
    memset(trial->memory, GARBAGE, trial->subject->memory_bytes);
    enum subject_result result = trial->subject->format(trial->memory, trial->flash, &error);
    if (is_cut(trial, "format", result, error) || !trial_boot(trial, 0)) {
        guard_fail(INVARIANT_PROGRESS, "cut while formatting a new device");
    }
    trial_judge(trial);
}

/* A write was refused. Only what may need room may lack it, and nothing may have changed. */
static void refuse(struct trial *trial, const struct op *op, uint32_t version)
{
    uint32_t old = trial->oracle.acknowledged.version[op->key];
    trial->tally->checks[INVARIANT_SPACE]++;
    trial->tally->no_space++;
    if (op->kind == OP_DELETE ||
        (old != VERSION_ABSENT && value_size(version) <= value_size(old))) {
        guard_fail(INVARIANT_SPACE, "no space to %s %s",
                   op->kind == OP_DELETE ? "delete" : "overwrite with no more", key_name(op->key));
    }
    oracle_refuse(&trial->oracle);
    trial_judge(trial);
}

static bool apply_set(struct trial *trial, const struct op *op)
{
    uint8_t value[VALUE_BYTES_MAX];
    int32_t error = 0;
    uint32_t version = version_make(++trial->serial, op->shape);
    size_t size = value_build(op->key, version, value);
    oracle_begin(&trial->oracle, op->key, version);
    enum subject_result result =
        trial->subject->set(trial->memory, key_name(op->key), value, size, &error);
    if (result == SUBJECT_NO_SPACE && !sim_flash_is_cut(trial->flash)) {
        refuse(trial, op, version);
        return true;
    }
    if (result == SUBJECT_OK) {
        oracle_acknowledge(&trial->oracle); /* even if the power went: what it says must be true */
    }
    return !is_cut(trial, "set", result, error);
}

static bool apply_delete(struct trial *trial, const struct op *op)
{
    int32_t error = 0;
    bool exists = trial->oracle.acknowledged.version[op->key] != VERSION_ABSENT;
    oracle_begin(&trial->oracle, op->key, VERSION_ABSENT);
    enum subject_result result = trial->subject->delete (trial->memory, key_name(op->key), &error);
    if (sim_flash_is_cut(trial->flash)) {
        if (result == SUBJECT_OK) {
            oracle_acknowledge(&trial->oracle);
        }
        return false;
    }
    if (result == SUBJECT_NO_SPACE) {
        refuse(trial, op, VERSION_ABSENT);
    }
    if (result != (exists ? SUBJECT_OK : SUBJECT_NOT_FOUND)) {
        guard_fail(INVARIANT_HONEST, "delete of %s that %s gives %s", key_name(op->key),
                   exists ? "exists" : "does not exist",
                   result == SUBJECT_OK ? "success" : trial->subject->error_name(error));
    }
    oracle_acknowledge(&trial->oracle);
    return true;
}

static bool apply_format(struct trial *trial)
{
    int32_t error = 0;
    oracle_begin_clear(&trial->oracle);
    enum subject_result result = trial->subject->unmount(trial->memory, &error);
    if (is_cut(trial, "unmount", result, error)) {
        return false;
    }
    result = trial->subject->format(trial->memory, trial->flash, &error);
    if (is_cut(trial, "format", result, error) || !trial_boot(trial, 0)) {
        return false;
    }
    oracle_acknowledge(&trial->oracle);
    return true;
}

static bool apply_remount(struct trial *trial)
{
    int32_t error = 0;
    enum subject_result result = trial->subject->unmount(trial->memory, &error);
    return !is_cut(trial, "unmount", result, error) && trial_boot(trial, 0);
}

bool trial_apply(struct trial *trial, const struct op *op)
{
    if (trial->trace != NULL) {
        trial_trace(trial, op);
    }
    footprint_begin(&trial->footprint);
    trial->decided = trial->decided && (op->kind == OP_REMOUNT || op->kind == OP_REBOOT);
    switch (op->kind) {
    case OP_SET:
        return apply_set(trial, op);
    case OP_DELETE:
        return apply_delete(trial, op);
    case OP_REMOUNT:
        return apply_remount(trial);
    case OP_REBOOT:
        return trial_boot(trial, 0);
    default:
        return apply_format(trial);
    }
}
