/* SPDX-License-Identifier: Apache-2.0 */
/* Checksums a word (CRC-32C) or a byte (CRC-8) at a time, for hosts. See cfs/crc.h.
 *
 * The tables are not written out. A CRC is linear: the entry of n is the exclusive or of the
 * entries of the bits n is made of, so eight constants make a table of 256. Table k answers what a
 * byte becomes with k zero bytes behind it, so that four bytes are looked up at once. */
#include "cfs/crc.h"
#include "cfs/bytes.h"
#include "cfs/config.h"

#if CFS_CFG_CRC_TABLE

#define BIT(n, k, entry) ((((n) >> (k)) & 1u) * (entry))
#define SUM(n, b0, b1, b2, b3, b4, b5, b6, b7)                                       \
    (BIT(n, 0, b0) ^ BIT(n, 1, b1) ^ BIT(n, 2, b2) ^ BIT(n, 3, b3) ^ BIT(n, 4, b4) ^ \
     BIT(n, 5, b5) ^ BIT(n, 6, b6) ^ BIT(n, 7, b7))

#define ENTRIES_4(entry, n) entry((n)), entry((n) + 1u), entry((n) + 2u), entry((n) + 3u)
#define ENTRIES_16(entry, n)                                                       \
    ENTRIES_4(entry, (n)), ENTRIES_4(entry, (n) + 4u), ENTRIES_4(entry, (n) + 8u), \
        ENTRIES_4(entry, (n) + 12u)
#define ENTRIES_64(entry, n)                                                            \
    ENTRIES_16(entry, (n)), ENTRIES_16(entry, (n) + 16u), ENTRIES_16(entry, (n) + 32u), \
        ENTRIES_16(entry, (n) + 48u)
#define ENTRIES_256(entry) \
    ENTRIES_64(entry, 0u), ENTRIES_64(entry, 64u), ENTRIES_64(entry, 128u), ENTRIES_64(entry, 192u)

#define ENTRY_0(n)                                                                       \
    SUM(n, 0xF26B8303u, 0xE13B70F7u, 0xC79A971Fu, 0x8AD958CFu, 0x105EC76Fu, 0x20BD8EDEu, \
        0x417B1DBCu, 0x82F63B78u)
#define ENTRY_1(n)                                                                       \
    SUM(n, 0x13A29877u, 0x274530EEu, 0x4E8A61DCu, 0x9D14C3B8u, 0x3FC5F181u, 0x7F8BE302u, \
        0xFF17C604u, 0xFBC3FAF9u)
#define ENTRY_2(n)                                                                       \
    SUM(n, 0xA541927Eu, 0x4F6F520Du, 0x9EDEA41Au, 0x38513EC5u, 0x70A27D8Au, 0xE144FB14u, \
        0xC76580D9u, 0x8B277743u)
#define ENTRY_3(n)                                                                       \
    SUM(n, 0xDD45AAB8u, 0xBF672381u, 0x7B2231F3u, 0xF64463E6u, 0xE964B13Du, 0xD725148Bu, \
        0xABA65FE7u, 0x52A0C93Fu)
#define ENTRY_8(n) SUM(n, 0x2Fu, 0x5Eu, 0xBCu, 0x57u, 0xAEu, 0x73u, 0xE6u, 0xE3u)

static const uint32_t table[4][256] = {
    {ENTRIES_256(ENTRY_0)},
    {ENTRIES_256(ENTRY_1)},
    {ENTRIES_256(ENTRY_2)},
    {ENTRIES_256(ENTRY_3)},
};

static const uint8_t table_8[256] = {ENTRIES_256(ENTRY_8)};

uint32_t cfs_crc32c(uint32_t crc, const void *data, size_t size)
{
    const uint8_t *at = data;

    crc = ~crc;
    for (; size >= 4u; size -= 4u) {
        crc ^= cfs_get_le32(at);
        at += 4;
        crc = table[3][crc & 0xFFu] ^ table[2][(crc >> 8) & 0xFFu] ^ table[1][(crc >> 16) & 0xFFu] ^
              table[0][crc >> 24];
    }
    for (; size > 0u; size--) {
        crc = table[0][(crc ^ *at++) & 0xFFu] ^ (crc >> 8);
    }
    return ~crc;
}

uint8_t cfs_crc8(uint8_t crc, const void *data, size_t size)
{
    const uint8_t *at = data;

    for (; size > 0u; size--) {
        crc = table_8[crc ^ *at++];
    }
    return crc;
}

#endif
