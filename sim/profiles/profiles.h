/* SPDX-License-Identifier: Apache-2.0 */
/* The built-in profiles, one file a family. Figures and their sources: docs/profiles.md. */
#ifndef SIM_PROFILES_H
#define SIM_PROFILES_H

#include "sim/flash.h"

#define KIB(n)      ((n)*1024u)
#define US(n)       ((n)*UINT64_C(1000))
#define MS(n)       ((n)*UINT64_C(1000000))
#define CYCLES_K(n) ((n)*1000u)

extern const struct sim_profile profile_k64f;
extern const struct sim_profile profile_k22f;
extern const struct sim_profile profile_nrf52840;
extern const struct sim_profile profile_stm32l4;
extern const struct sim_profile profile_stm32h7;
extern const struct sim_profile profile_stm32f4;
extern const struct sim_profile profile_w25q128;
extern const struct sim_profile profile_w25q128_64k;
extern const struct sim_profile profile_rp2040;
extern const struct sim_profile profile_samv71;

#endif
