/* SPDX-License-Identifier: Apache-2.0 */
/* The hash of a sector: the sum of its lines' hashes, each keyed by its place, so that a change
 * costs the lines it touches. A line of blank units counts nothing: erasing is forgetting. What
 * weak units happen to show is left out, since the next boot draws it anew. */
#include <string.h>

#include "draw.h"
#include "flash_private.h"

static uint64_t rotate(uint64_t x, unsigned bits)
{
    return (x << bits) | (x >> (64 - bits));
}

static void absorb_word(struct sim_hash *hash, uint64_t word)
{
    hash->low = rotate((hash->low ^ word) * 0x9FB21C651E98DF25u, 29);
    hash->high = rotate((hash->high + word) * 0xD6E8FEB86659FD93u, 33);
}

static void absorb(struct sim_hash *hash, const uint8_t *data, size_t size, uint64_t mask)
{
    uint64_t word;

    for (; size >= sizeof word; data += sizeof word, size -= sizeof word) {
        memcpy(&word, data, sizeof word);
        absorb_word(hash, word & mask);
    }
    if (size != 0) {
        word = 0;
        memcpy(&word, data, size);
        absorb_word(hash, word & mask);
    }
}

static void absorb_units(struct sim_hash *hash, const struct sim_flash *flash,
                         const struct sim_sector *sector, uint32_t first, uint32_t count)
{
    const uint32_t unit_bytes = flash->profile.unit_bytes;
    const struct cells *cells = sector->cells;

    for (uint32_t unit = first; unit < first + count; unit++) {
        const size_t at = (size_t)unit * unit_bytes;

        if (unit_is_weak(cells->states[unit])) {
            absorb(hash, cells->overlay + at, unit_bytes, UINT64_MAX);
            absorb(hash, cells->overlay + sector->size_bytes + at, unit_bytes, UINT64_MAX);
        } else {
            absorb(hash, cells->bytes + at, unit_bytes, UINT64_MAX);
        }
    }
}

static bool all_blank(const uint8_t *states, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++) {
        if (states[i] != UNIT_BLANK) {
            return false;
        }
    }
    return true;
}

static struct sim_hash line_hash(const struct sim_flash *flash, const struct sim_sector *sector,
                                 uint32_t line)
{
    const uint32_t units = flash->profile.line_bytes / flash->profile.unit_bytes;
    const uint8_t *states = sector->cells->states + (size_t)line * units;
    const uint64_t shown_mask = 0x7F7F7F7F7F7F7F7Fu; /* without UNIT_HIDDEN */
    struct sim_hash hash = {0, 0};

    if (!all_blank(states, units)) {
        const uint64_t place = sector->addr / flash->profile.line_bytes + line;

        hash.low = place * 0x9E3779B97F4A7C15u + 1;
        hash.high = place ^ 0xC2B2AE3D27D4EB4Fu;
        absorb(&hash, states, units, shown_mask);
        absorb_units(&hash, flash, sector, line * units, units);
        hash.low = draw_mix(hash.low ^ rotate(hash.high, 17));
        hash.high = draw_mix(hash.high + hash.low);
    }
    return hash;
}

struct sim_hash cells_sum(const struct sim_flash *flash, const struct sim_sector *sector,
                          uint32_t first, uint32_t count)
{
    const uint32_t units = flash->profile.line_bytes / flash->profile.unit_bytes;
    struct sim_hash sum = {0, 0};

    for (uint32_t line = first / units; line <= (first + count - 1) / units; line++) {
        const struct sim_hash hash = line_hash(flash, sector, line);

        sum.low += hash.low;
        sum.high += hash.high;
    }
    return sum;
}
