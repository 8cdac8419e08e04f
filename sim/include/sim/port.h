/* SPDX-License-Identifier: Apache-2.0 */
/* cfs/port.h for programs on a host that use simulated devices (port_sim.c).
 *
 * cfs_port_wait() lets the pending operation that ends first complete in simulated time; nothing
 * sleeps. Waiting although nothing is pending would never end, so it prints that and aborts.
 * cfs_port_entropy() gives a sequence that the seed decides: equal runs, equal images.
 */
#ifndef SIM_PORT_H
#define SIM_PORT_H

#include <stdbool.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Start the sequence of cfs_port_entropy() anew. Without a call it starts from seed 0. */
void sim_port_seed(uint64_t seed);

/* The port's clock is that of this device; NULL, the default: it stands still. */
struct sim_flash;
void sim_port_set_clock(const struct sim_flash *flash);

/* What cfs_port_low_voltage() says from now on. Without a call it says no. */
void sim_port_set_low_voltage(bool low);

#ifdef __cplusplus
}
#endif
#endif
