/* SPDX-License-Identifier: Apache-2.0 */
/* Numbers as bytes: little-endian whatever the CPU is, at any alignment.
 *
 * Everything that stands on a medium goes through here, so that an image written by one machine is
 * read by any other. Nothing checks a length: the caller has.
 */
#ifndef CFS_BYTES_H
#define CFS_BYTES_H

#include "cfs/types.h"

#ifdef __cplusplus
extern "C" {
#endif

static inline uint32_t cfs_get_le8(const uint8_t *from)
{
    return from[0];
}

static inline uint32_t cfs_get_le16(const uint8_t *from)
{
    return from[0] | ((uint32_t)from[1] << 8);
}

static inline uint32_t cfs_get_le24(const uint8_t *from)
{
    return cfs_get_le16(from) | ((uint32_t)from[2] << 16);
}

static inline uint32_t cfs_get_le32(const uint8_t *from)
{
    return cfs_get_le24(from) | ((uint32_t)from[3] << 24);
}

static inline void cfs_put_le8(uint8_t *to, uint32_t value)
{
    to[0] = (uint8_t)(value & 0xFFu);
}

static inline void cfs_put_le16(uint8_t *to, uint32_t value)
{
    cfs_put_le8(to, value);
    cfs_put_le8(to + 1, value >> 8);
}

static inline void cfs_put_le24(uint8_t *to, uint32_t value)
{
    cfs_put_le16(to, value);
    cfs_put_le8(to + 2, value >> 16);
}

static inline void cfs_put_le32(uint8_t *to, uint32_t value)
{
    cfs_put_le24(to, value);
    cfs_put_le8(to + 3, value >> 24);
}

/* The same for a width only known at run time, 1 to 4 bytes. */
static inline uint32_t cfs_get_le(const uint8_t *from, unsigned width)
{
    uint32_t value = 0;

    while (width > 0u) {
        width--;
        value = (value << 8) | from[width];
    }
    return value;
}

/* Bits of `value` that do not fit `width` bytes are dropped. */
static inline void cfs_put_le(uint8_t *to, uint32_t value, unsigned width)
{
    for (unsigned i = 0; i < width; i++) {
        to[i] = (uint8_t)(value & 0xFFu);
        value >>= 8;
    }
}

/* Numbers of 0 to 32 bits in a string of bits, low bits first, from bit `at` on. */
static inline uint32_t cfs_get_bits(const uint8_t *from, uint32_t at, unsigned bits)
{
    uint32_t value = 0;
    unsigned skip = at & 7u;

    from += at >> 3;
    for (unsigned have = 0; have < bits; have += 8u - skip, skip = 0) {
        value |= (uint32_t)(*from++ >> skip) << have;
    }
    return bits < 32u ? value & ((1u << bits) - 1u) : value;
}

/* The bits behind, to the end of the last byte, must be zero, and stay so. */
static inline void cfs_put_bits(uint8_t *to, uint32_t at, uint32_t value, unsigned bits)
{
    for (unsigned i = 0; i < bits; i++, at++) {
        unsigned bit = (value >> i) & 1u;
        unsigned keep = (at & 7u) ? to[at >> 3] : 0u;

        to[at >> 3] = (uint8_t)(keep | bit << (at & 7u));
    }
}

/* How many bits are set. */
static inline unsigned cfs_count_bits(uint32_t value)
{
    unsigned count = 0;

    for (; value != 0; value &= value - 1u) {
        count++;
    }
    return count;
}

/* Varints: seven bits a byte, low ones first, the top bit set on all bytes but the last. At most
 * four bytes, so at most 28 bits. A value has one encoding only: a longer one of the same value
 * is refused, so that equal records are equal bytes. */
#define CFS_VARINT_BYTES_MAX 4u
#define CFS_VARINT_MAX       0xFFFFFFFu

/* Bytes that `value` takes, 1 to 4. */
static inline uint32_t cfs_varint_size(uint32_t value)
{
    return value < 0x80u ? 1u : value < 0x4000u ? 2u : value < 0x200000u ? 3u : 4u;
}

/* Encode `value`, at most CFS_VARINT_MAX. Returns the bytes written. */
static inline uint32_t cfs_varint_put(uint8_t *to, uint32_t value)
{
    uint32_t size = cfs_varint_size(value);

    for (uint32_t i = 0; i + 1u < size; i++) {
        to[i] = (uint8_t)((value & 0x7Fu) | 0x80u);
        value >>= 7;
    }
    to[size - 1u] = (uint8_t)(value & 0x7Fu);
    return size;
}

/* Decode from at most `available` bytes. Returns the bytes used; 0, with `value` untouched: they
 * hold no whole varint, or not its shortest encoding. */
static inline uint32_t cfs_varint_get(const uint8_t *from, size_t available, uint32_t *value)
{
    uint32_t sum = 0;

    for (uint32_t i = 0; i < available && i < CFS_VARINT_BYTES_MAX; i++) {
        sum |= (uint32_t)(from[i] & 0x7Fu) << (7u * i);
        if ((from[i] & 0x80u) == 0u) {
            if (cfs_varint_size(sum) != i + 1u) {
                return 0;
            }
            *value = sum;
            return i + 1u;
        }
    }
    return 0;
}

#ifdef __cplusplus
}
#endif
#endif
