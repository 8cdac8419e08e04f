/* SPDX-License-Identifier: Apache-2.0 */
/* Switching a rule of the format off by name, in the test build that can (cfs-knockout). */
#ifndef POWERFAIL_KNOCKOUT_H
#define POWERFAIL_KNOCKOUT_H

#include <stdbool.h>

/* False: no such rule, or a build whose rules cannot be switched off. */
bool knockout_set(const char *name);

/* The rules' names, NULL at the end; empty in a build that has none. */
const char *const *knockout_names(void);

#endif
