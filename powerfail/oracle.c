/* SPDX-License-Identifier: Apache-2.0 */
/* The judge. See oracle.h. Uses nothing but values. */
#include "oracle.h"

#include <string.h>

static const struct {
    const char *code;
    const char *name;
} invariants[INVARIANTS] = {
    [INVARIANT_DURABLE] = {"I1", "durable"},      [INVARIANT_ATOMIC] = {"I2", "atomic"},
    [INVARIANT_NO_RETURN] = {"I3", "no return"},  [INVARIANT_NEIGHBOUR] = {"I4", "neighbour"},
    [INVARIANT_STABLE] = {"I5", "stable"},        [INVARIANT_SILENT] = {"I6", "silent"},
    [INVARIANT_BOUNDED] = {"I8", "bounded"},      [INVARIANT_PROGRESS] = {"I9", "progress"},
    [INVARIANT_SPACE] = {"I10", "space"},         [INVARIANT_HONEST] = {"I14", "honest"},
    [INVARIANT_CHECK] = {"check", "check"},       [INVARIANT_RULE] = {"rule", "device rule"},
    [INVARIANT_ASSERT] = {"assert", "assertion"},
};

const char *invariant_code(enum invariant invariant)
{
    return invariants[invariant].code;
}

const char *invariant_name(enum invariant invariant)
{
    return invariants[invariant].name;
}

void oracle_clear(struct oracle *oracle)
{
    memset(oracle, 0, sizeof *oracle);
}

void oracle_begin(struct oracle *oracle, unsigned key, uint32_t version)
{
    oracle->in_flight = oracle->acknowledged;
    oracle->in_flight.version[key] = version;
    oracle->pending = true;
}

void oracle_begin_clear(struct oracle *oracle)
{
    memset(&oracle->in_flight, 0, sizeof oracle->in_flight);
    oracle->pending = true;
}

void oracle_acknowledge(struct oracle *oracle)
{
    oracle->acknowledged = oracle->in_flight;
    oracle->pending = false;
}

void oracle_refuse(struct oracle *oracle)
{
    oracle->in_flight = oracle->acknowledged;
    oracle->pending = false;
}

bool map_equal(const struct map *a, const struct map *b)
{
    return memcmp(a, b, sizeof *a) == 0;
}

/* Why a key may not show what it shows. */
static enum invariant blame(const struct oracle *oracle, unsigned key, uint32_t seen)
{
    uint32_t acknowledged = oracle->acknowledged.version[key];
    bool touched = oracle->pending && oracle->in_flight.version[key] != acknowledged;
    bool older =
        seen != VERSION_BAD && seen != VERSION_ABSENT &&
        (acknowledged == VERSION_ABSENT || VERSION_SERIAL(seen) < VERSION_SERIAL(acknowledged));
    if (older) {
        return INVARIANT_NO_RETURN;
    }
    if (touched) {
        return INVARIANT_ATOMIC;
    }
    return oracle->pending ? INVARIANT_NEIGHBOUR : INVARIANT_DURABLE;
}

bool oracle_judge(struct oracle *oracle, const struct map *seen, enum invariant *broken,
                  unsigned *key)
{
    if (map_equal(seen, &oracle->acknowledged) ||
        (oracle->pending && map_equal(seen, &oracle->in_flight))) {
        oracle->acknowledged = *seen;
        oracle_refuse(oracle);
        return true;
    }
    *broken = seen->strangers != 0 ? INVARIANT_HONEST : INVARIANT_ATOMIC;
    *key = KEYS;
    for (unsigned i = 0; i < KEYS; i++) {
        uint32_t version = seen->version[i];
        bool allowed = version == oracle->acknowledged.version[i] ||
                       (oracle->pending && version == oracle->in_flight.version[i]);
        if (!allowed) {
            *broken = blame(oracle, i, version);
            *key = i;
            break;
        }
    }
    return false;
}

uint64_t oracle_hash(const struct oracle *oracle)
{
    uint64_t hash = 0xCBF29CE484222325u + oracle->pending;
    for (unsigned i = 0; i < KEYS; i++) {
        hash = (hash ^ oracle->acknowledged.version[i]) * 0x9E3779B97F4A7C15u;
        hash ^= hash >> 29;
        hash = (hash ^ (oracle->pending ? oracle->in_flight.version[i] : 0)) * 0xD6E8FEB86659FD93u;
        hash ^= hash >> 32;
    }
    return hash;
}
