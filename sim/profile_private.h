/* SPDX-License-Identifier: Apache-2.0 */
/* What the files about profiles share. */
#ifndef SIM_PROFILE_PRIVATE_H
#define SIM_PROFILE_PRIVATE_H

#include "sim/flash.h"

/* False, with what is wrong in `text`, if figures contradict each other. Each for itself is in
 * range already. */
bool profile_check(const struct sim_profile *profile, char *text, size_t text_size);

#endif
