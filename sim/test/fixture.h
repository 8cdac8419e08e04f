/* SPDX-License-Identifier: Apache-2.0 */
/* What the tests of the simulator share: a small K64F, short calls to its driver with addresses
 * from the start of the device, and a handler that counts broken rules instead of aborting. */
#ifndef SIM_TEST_FIXTURE_H
#define SIM_TEST_FIXTURE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "sim/flash.h"

#define SECTORS      4u
#define SECTOR_BYTES 4096u
#define LINE         16u
#define UNIT         8u

extern const uint8_t data_a[LINE]; /* no byte is 0x00 or 0xFF */
extern const uint8_t data_b[LINE];
extern const uint8_t zeros[LINE];
extern const uint8_t blanks[LINE];

/* A device of `SECTORS` sectors with seed 1, whose broken rules are counted. */
struct sim_flash *new_k64f(void);
struct sim_flash *new_device(const struct sim_profile *profile, uint64_t seed);
struct sim_profile small(const char *name);

int32_t dev_program(struct sim_flash *flash, uint64_t addr, const void *data, uint32_t size);
int32_t dev_erase(struct sim_flash *flash, uint32_t sector);
int32_t dev_read(struct sim_flash *flash, uint64_t addr, void *data, uint32_t size);

/* Cut the next operation, which is a program of `size` bytes, and boot. */
void cut_program(struct sim_flash *flash, uint64_t addr, const void *data, uint32_t size,
                 enum sim_outcome outcome, uint32_t pattern);
void cut_erase(struct sim_flash *flash, uint32_t sector, enum sim_outcome outcome, uint32_t cut_at,
               uint32_t pattern);

/* The range reads as these bytes, or cannot be read. */
void assert_reads(struct sim_flash *flash, uint64_t addr, const void *expected, uint32_t size);
void assert_unreadable(struct sim_flash *flash, uint64_t addr, uint32_t size);

/* How many rules were broken since the last call, and by what. */
unsigned rules_broken(void);
const char *rule_message(void);

#endif
