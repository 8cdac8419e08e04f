/* SPDX-License-Identifier: Apache-2.0 */
/* The page with pictures, drawn by scripts/report from the JSON. */
#ifndef CLI_REPORT_H
#define CLI_REPORT_H

#include "endurance.h"

/* Write <folder>/endurance.json and <folder>/index.html. */
int report_write(const struct endurance *endurance, const char *folder,
                 struct complaint *complaint);

#endif
