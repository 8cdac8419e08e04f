/* SPDX-License-Identifier: Apache-2.0 */
/* Checksums four bits at a time: tables of 16 entries, for targets. See cfs/crc.h.
 *
 * Entry n is what four steps of the bit by bit division leave of the four bits n. */
#include "cfs/crc.h"
#include "cfs/config.h"

#if !CFS_CFG_CRC_TABLE

uint32_t cfs_crc32c(uint32_t crc, const void *data, size_t size)
{
    static const uint32_t table[16] = {
        0x00000000, 0x105EC76F, 0x20BD8EDE, 0x30E349B1, 0x417B1DBC, 0x5125DAD3,
        0x61C69362, 0x7198540D, 0x82F63B78, 0x92A8FC17, 0xA24BB5A6, 0xB21572C9,
        0xC38D26C4, 0xD3D3E1AB, 0xE330A81A, 0xF36E6F75,
    };
    const uint8_t *at = data;

    crc = ~crc;
    for (; size > 0u; size--) {
        crc ^= *at++;
        crc = table[crc & 0x0Fu] ^ (crc >> 4);
        crc = table[crc & 0x0Fu] ^ (crc >> 4);
    }
    return ~crc;
}

uint8_t cfs_crc8(uint8_t crc, const void *data, size_t size)
{
    static const uint8_t table[16] = {
        0x00, 0x2F, 0x5E, 0x71, 0xBC, 0x93, 0xE2, 0xCD,
        0x57, 0x78, 0x09, 0x26, 0xEB, 0xC4, 0xB5, 0x9A,
    };
    const uint8_t *at = data;

    for (; size > 0u; size--) {
        crc ^= *at++;
        crc = (uint8_t)(table[crc >> 4] ^ (crc << 4));
        crc = (uint8_t)(table[crc >> 4] ^ (crc << 4));
    }
    return crc;
}

#endif
