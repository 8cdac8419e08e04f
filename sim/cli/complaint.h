/* SPDX-License-Identifier: Apache-2.0 */
/* One sentence for a person about what was wrong, where, and what to do.
 *
 * Whoever finds the fault writes the sentence; whoever owns the terminal prints it. The first
 * complaint stays: what follows from a fault says less than the fault itself.
 */
#ifndef CLI_COMPLAINT_H
#define CLI_COMPLAINT_H

struct complaint {
    char text[512]; /* empty: nothing to complain about */
};

/* Write the sentence, unless there is one already. Returns -1, so that `return complain(...)`
 * reads well. */
int complain(struct complaint *complaint, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* Print "<program>: <sentence>" to stderr. */
void complaint_print(const struct complaint *complaint, const char *program);

#endif
