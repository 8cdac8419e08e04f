/* SPDX-License-Identifier: Apache-2.0 */
/* Every single power cut of a script: every operation it does, every outcome that makes sense for it,
 * the first and the last place inside it, and what weak cells read at the next boot (patterns 0 to
 * 3). Deeper cuts are the power-fail explorer's. */
#ifndef STORE_TEST_CUT_H
#define STORE_TEST_CUT_H

#include "fixture.h"

struct cut_script {
    /* Begins with the power on and nothing mounted; goes on until the end or until a call fails. */
    void (*run)(struct rig *rig, void *context);
    /* The power was cut and is back; nothing is mounted. `context` is as run() left it. */
    void (*judge)(struct rig *rig, void *context);
    void *context;
};

/* Cut the script everywhere, each time from what is on the device now (and that is there again
 * afterwards). Returns how many boots were judged. */
uint32_t cut_everywhere(struct rig *rig, const struct cut_script *script);

#endif
