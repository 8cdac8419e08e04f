/* SPDX-License-Identifier: Apache-2.0 */
/* An endurance run as one JSON object (docs/report.md describes the keys). */
#ifndef CLI_ENDURANCE_JSON_H
#define CLI_ENDURANCE_JSON_H

#include "endurance.h"

/* Write it as one line to a file, or to stdout for "-". */
int endurance_json_write(const struct endurance *endurance, const char *path,
                         struct complaint *complaint);

#endif
