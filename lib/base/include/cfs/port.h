/* SPDX-License-Identifier: Apache-2.0 */
/* What a platform must give. Declared here, at the bottom, and implemented at the edge (an os/ or
 * targets/ folder, or the simulator). There are no weak defaults: a missing function fails to link.
 *
 * Thread rule: all are called from the context that called the store, except cfs_port_wake(),
 * which is called from wherever the driver runs its callback (usually an interrupt).
 */
#ifndef CFS_PORT_H
#define CFS_PORT_H

#include "cfs/types.h"

#ifdef __cplusplus
#define CFS_NORETURN [[noreturn]]
extern "C" {
#else
#define CFS_NORETURN _Noreturn
#endif

/* Let time pass until cfs_port_wake() may have been called. Called only while a driver operation
 * is pending (the driver returned ARM_DRIVER_OK), in a loop that rechecks: returning early is
 * allowed, returning never is not. Bare metal: WFI. RTOS: block on a semaphore. */
void cfs_port_wait(void);

/* A pending driver operation has ended. Must be callable from an interrupt. */
void cfs_port_wake(void);

/* A clock in microseconds that may wrap. Only cfs_maintain() asks for it. */
uint32_t cfs_port_time_us(void);

/* Is the supply too low to program or erase? Asked before each erase, before the first program of a
 * call that writes, and before damage is told, for what a starved device reads is not what it holds.
 * While true, such calls give CFS_ERR_LOW_VOLTAGE and change nothing. A board that cannot tell says
 * false. */
bool cfs_port_low_voltage(void);

/* Fill `size` bytes with unpredictable data. It salts checksums, so that leftovers of an earlier
 * use of a sector and bytes planted inside a value never pass as records. A poor source (uptime,
 * unique id, RAM noise) weakens that defence, nothing else. */
void cfs_port_entropy(void *data, size_t size);

/* A programming error was caught (CFS_ASSERT). Must not return. Only with CFS_CFG_ASSERT=1. */
CFS_NORETURN void cfs_port_assert_failed(const char *file, int line, const char *condition);

#ifdef __cplusplus
}
#endif
#endif
