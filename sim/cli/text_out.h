/* SPDX-License-Identifier: Apache-2.0 */
/* Names and values of a store on a terminal. They may hold any byte; what a terminal might take for
 * a command is never printed as it is. */
#ifndef CLI_TEXT_OUT_H
#define CLI_TEXT_OUT_H

#include <stddef.h>
#include <stdint.h>

/* Unprintable bytes as '?'; at least `width` columns. */
void text_out_padded(const char *name, size_t width);

/* As "text" where all that is shown is printable ASCII, else in hexadecimal; at most `bytes_max`
 * bytes of it, and "..." if there are more. */
void text_out_value(const uint8_t *value, size_t size, size_t bytes_max);

#endif
