/* SPDX-License-Identifier: Apache-2.0 */
/* Running code that may break a rule, and coming back when it does.
 *
 * A violation can be found deep inside a call of the store: the simulated device sees a forbidden
 * operation, an assertion fails, recovery does not end. guard_fail() abandons the innermost
 * guard_run() from there; the devices and stores it used are then to be thrown away. Guards nest
 * like calls: a recovery explored from inside an operation fails alone.
 */
#ifndef POWERFAIL_GUARD_H
#define POWERFAIL_GUARD_H

#include <stdbool.h>

#include "oracle.h"

struct failure {
    enum invariant invariant;
    char text[200];
};

/* Run body(context). False: it failed, and how. */
bool guard_run(void (*body)(void *context), void *context, struct failure *failure);

/* Abandon the innermost guard_run(). Without one: print and abort. */
_Noreturn void guard_fail(enum invariant invariant, const char *format, ...);

/* From now on failed assertions and endless loops under a guard are failures of it. */
void guard_watch_signals(void);

#endif
