/* SPDX-License-Identifier: Apache-2.0 */
/* What an endurance run found, for a person. */
#ifndef CLI_SUMMARY_H
#define CLI_SUMMARY_H

#include "endurance.h"

void summary_print(const struct endurance *endurance);

#endif
