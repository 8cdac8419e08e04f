/* SPDX-License-Identifier: Apache-2.0 */
/* See text_out.h. */
#include "text_out.h"

#include <ctype.h>
#include <stdbool.h>
#include <stdio.h>

void text_out_padded(const char *name, size_t width)
{
    size_t shown = 0;
    for (; *name != '\0'; name++) {
        putchar(isprint((unsigned char)*name) ? *name : '?');
        shown++;
    }
    for (; shown < width; shown++) {
        putchar(' ');
    }
}

static bool is_text(const uint8_t *value, size_t size)
{
    for (size_t i = 0; i < size; i++) {
        if (!isprint(value[i])) {
            return false;
        }
    }
    return true;
}

void text_out_value(const uint8_t *value, size_t size, size_t bytes_max)
{
    size_t shown = size < bytes_max ? size : bytes_max;
    bool as_text = is_text(value, shown);
    if (as_text) {
        printf("\"%.*s\"", (int)shown, (const char *)value);
    }
    for (size_t i = 0; !as_text && i < shown; i++) {
        printf("%02x", value[i]);
    }
    if (shown < size) {
        fputs("...", stdout);
    }
}
