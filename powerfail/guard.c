/* SPDX-License-Identifier: Apache-2.0 */
/* Running code that may break a rule, and coming back when it does. See guard.h.
 *
 * The innermost guard is the one global of this folder: an assertion of the library has no context
 * to find it by. Assertions end in abort(), and a loop without end in an alarm; both signals leave
 * through guard_fail(), which is why handlers keep their signal unblocked.
 */
#define _POSIX_C_SOURCE 200809L
#include "guard.h"

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define PATIENCE_S 20u

struct guard {
    jmp_buf resume;
    struct failure *failure;
    struct guard *outer;
};

static struct guard *innermost;
static volatile sig_atomic_t runs; /* guards begun since the last alarm */

static void on_abort(int number)
{
    (void)number;
    guard_fail(INVARIANT_ASSERT, "an assertion failed; its text is on stderr");
}

static void on_alarm(int number)
{
    (void)number;
    (void)alarm(PATIENCE_S);
    if (runs == 0 && innermost != NULL) {
        guard_fail(INVARIANT_BOUNDED, "no end in %u seconds", PATIENCE_S);
    }
    runs = 0;
}

void guard_watch_signals(void)
{
    struct sigaction action = {.sa_handler = on_abort, .sa_flags = SA_NODEFER};
    (void)sigaction(SIGABRT, &action, NULL); /* cannot fail for these signals */
    action.sa_handler = on_alarm;
    (void)sigaction(SIGALRM, &action, NULL);
    (void)alarm(PATIENCE_S);
}

bool guard_run(void (*body)(void *context), void *context, struct failure *failure)
{
    struct guard guard = {.failure = failure, .outer = innermost};
    innermost = &guard;
    runs = 1;
    bool passed = setjmp(guard.resume) == 0;
    if (passed) {
        body(context);
    }
    innermost = guard.outer;
    return passed;
}

_Noreturn void guard_fail(enum invariant invariant, const char *format, ...)
{
    struct failure lone;
    struct failure *failure = innermost != NULL ? innermost->failure : &lone;
    va_list arguments;
    va_start(arguments, format);
    failure->invariant = invariant;
    vsnprintf(failure->text, sizeof failure->text, format, arguments);
    va_end(arguments);
    if (innermost == NULL) {
        fprintf(stderr, "%s: %s\n", invariant_code(invariant), lone.text);
        exit(1);
    }
    longjmp(innermost->resume, 1);
}
