/* SPDX-License-Identifier: Apache-2.0 */
/* Names to hashes: HalfSipHash-1-3, keyed by the volume's random id, so that nobody who chooses
 * names can choose their hashes (deep tries, long collision chains).
 *
 *   STORE (this file: hash) > journal > volume > device
 */
#include "store_private.h"

#include "cfs/bytes.h"

struct sip {
    uint32_t v0, v1, v2, v3;
};

static uint32_t rotate(uint32_t x, unsigned bits)
{
    return x << bits | x >> (32u - bits);
}

static void mix(struct sip *s)
{
    s->v0 += s->v1;
    s->v1 = rotate(s->v1, 5) ^ s->v0;
    s->v0 = rotate(s->v0, 16);
    s->v2 += s->v3;
    s->v3 = rotate(s->v3, 8) ^ s->v2;
    s->v0 += s->v3;
    s->v3 = rotate(s->v3, 7) ^ s->v0;
    s->v2 += s->v1;
    s->v1 = rotate(s->v1, 13) ^ s->v2;
    s->v2 = rotate(s->v2, 16);
}

static void absorb(struct sip *s, uint32_t word)
{
    s->v3 ^= word;
    mix(s);
    s->v0 ^= word;
}

uint32_t cfs_hash_name(const struct cfs_store *store, const void *name, size_t size)
{
    const uint8_t *bytes = name;
    uint32_t key = store->journal.volume_id;
    struct sip s = {key, ~key, 0x6C796765u ^ key, 0x74656462u ^ ~key};
    size_t left = size;

    for (; left >= 4; left -= 4, bytes += 4) {
        absorb(&s, cfs_get_le(bytes, 4));
    }
    absorb(&s, (uint32_t)size << 24 | (left ? cfs_get_le(bytes, (unsigned)left) : 0u));
    s.v2 ^= 0xFFu;
    mix(&s);
    mix(&s);
    mix(&s);
    return (s.v1 ^ s.v3) >> (32u - HASH_BITS);
}

unsigned cfs_hash_difference(uint32_t a, uint32_t b, unsigned from)
{
    while (from < HASH_BITS && cfs_hash_bit(a, from) == cfs_hash_bit(b, from)) {
        from++;
    }
    return from;
}
