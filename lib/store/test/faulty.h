/* SPDX-License-Identifier: Apache-2.0 */
/* A driver between the store and the simulated flash whose calls can be made to fail without a power
 * cut: a loose wire, a controller that reports an error. */
#ifndef STORE_TEST_FAULTY_H
#define STORE_TEST_FAULTY_H

#include "fixture.h"

enum faulty_call { FAULTY_READ, FAULTY_PROGRAM, FAULTY_ERASE, FAULTY_CALLS };

/* Put the driver in front of the rig's and power up through it. One at a time. */
void faulty_attach(struct rig *rig);

/* From the `index`-th call of this kind from now on (0: the next), `times` calls fail. A failing
 * program or erase has done its work all the same if `after`. */
void faulty_arm(enum faulty_call call, uint32_t index, uint32_t times, bool after);
void faulty_disarm(void);

/* From now on every call of this kind fails, having done nothing, that touches one of the `size` bytes at
 * `addr`, from the start of the device: a worn part. A program of another value than asked for, told as done, if `silent`. */
void faulty_wear(enum faulty_call call, uint64_t addr, uint64_t size, bool silent);

/* How many calls of this kind there were since the last arm or disarm. */
uint32_t faulty_count(enum faulty_call call);

#endif
