/* SPDX-License-Identifier: Apache-2.0 */
/* Reads the list of keys of a workload file. */
#ifndef CLI_WORKLOAD_KEY_H
#define CLI_WORKLOAD_KEY_H

#include <libconfig.h>

#include "workload.h"

int workload_read_keys(struct workload *workload, config_setting_t *root,
                       struct complaint *complaint);

#endif
