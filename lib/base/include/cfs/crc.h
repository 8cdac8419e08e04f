/* SPDX-License-Identifier: Apache-2.0 */
/* Checksums: one for whole records, one for short headers that are checked at every step.
 *
 * Two implementations of both, same results: crc_small.c (tables of 80 bytes) and crc_fast.c
 * (tables of 4.25 KiB). CFS_CFG_CRC_TABLE chooses.
 */
#ifndef CFS_CRC_H
#define CFS_CRC_H

#include "cfs/types.h"

#ifdef __cplusplus
extern "C" {
#endif

/* CRC-32C (Castagnoli; reflected, polynomial 0x82F63B78, inverted before and after). `crc` is 0 to
 * start, or the result of the call before to go on: the parts may be cut anywhere.
 * "123456789" gives 0xE3069283. */
uint32_t cfs_crc32c(uint32_t crc, const void *data, size_t size);

/* CRC-8 (polynomial 0x2F, most significant bit first, not inverted). `crc` is any start value, or
 * the result of the call before. Start with a value other than 0, or leading zero bytes go
 * unnoticed. Finds every change of up to 3 bits (Hamming distance 4) in up to 14 bytes of data, and
 * every burst of up to 8 bits and every odd number of changed bits at any length; beyond 14 bytes
 * some changes of 2 bits pass (distance 2). */
uint8_t cfs_crc8(uint8_t crc, const void *data, size_t size);

#ifdef __cplusplus
}
#endif
#endif
