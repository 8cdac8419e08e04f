/* SPDX-License-Identifier: Apache-2.0 */
/* See complaint.h. */
#include "complaint.h"

#include <stdarg.h>
#include <stdio.h>

int complain(struct complaint *complaint, const char *format, ...)
{
    if (complaint->text[0] == '\0') {
        va_list arguments;
        va_start(arguments, format);
        (void)vsnprintf(complaint->text, sizeof complaint->text, format,
                        arguments); /* a cut sentence is better than none */
        va_end(arguments);
    }
    return -1;
}

void complaint_print(const struct complaint *complaint, const char *program)
{
    fprintf(stderr, "%s: %s\n", program, complaint->text);
}
