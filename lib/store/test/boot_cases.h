/* SPDX-License-Identifier: Apache-2.0 */
/* What test_boot_write.c hands to test_boot.c in a file: media as power cuts left them, and what a
 * read-only mount of the whole library shows of them. */
#ifndef BOOT_CASES_H
#define BOOT_CASES_H

#include <stdint.h>

#define BOOT_KEYS      16u /* the last four are never set */
#define BOOT_VALUE_MAX 64u

struct boot_case {
    char profile[16];
    uint32_t sectors;
    uint32_t sector_bytes;
    uint32_t size_bytes; /* of the medium, which follows */
    int32_t damaged;     /* 1: a bit was flipped behind the store's back */
    int32_t mounted;     /* result of the mount */
    struct {
        char name[32];
        int32_t result; /* of the get */
        uint8_t value[BOOT_VALUE_MAX];
    } keys[BOOT_KEYS];
};

#endif
