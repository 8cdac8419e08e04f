/* SPDX-License-Identifier: Apache-2.0 */
/* See serve.h. Fields of requests and responses. */
#include "serve.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "json_out.h"

int request_text(json_t *request, const char *field, const char **value,
                 struct complaint *complaint)
{
    json_t *found = json_object_get(request, field);
    if (found == NULL) {
        return 0;
    }
    if (!json_is_string(found)) {
        return complain(complaint, "\"%s\" must be a text", field);
    }
    *value = json_string_value(found);
    return 0;
}

int request_needed_text(json_t *request, const char *field, const char **value,
                        struct complaint *complaint)
{
    if (json_object_get(request, field) == NULL) {
        return complain(complaint, "\"%s\" is missing", field);
    }
    return request_text(request, field, value, complaint);
}

int request_whole(json_t *request, const char *field, uint64_t min, uint64_t max, uint64_t *value,
                  struct complaint *complaint)
{
    json_t *found = json_object_get(request, field);
    if (found == NULL) {
        return 0;
    }
    json_int_t number = json_integer_value(found);
    if (!json_is_integer(found) || number < 0 || (uint64_t)number < min || (uint64_t)number > max) {
        return complain(complaint, "\"%s\" must be a whole number from %" PRIu64 " to %" PRIu64,
                        field, min, max);
    }
    *value = (uint64_t)number;
    return 0;
}

int request_flag(json_t *request, const char *field, bool *value, struct complaint *complaint)
{
    json_t *found = json_object_get(request, field);
    if (found == NULL) {
        return 0;
    }
    if (!json_is_boolean(found)) {
        return complain(complaint, "\"%s\" must be true or false", field);
    }
    *value = json_is_true(found);
    return 0;
}

/* 0 to 15, or -1. */
static int hex_digit(char digit)
{
    const char *digits = "0123456789abcdef";
    const char *found = digit == '\0' ? NULL : strchr(digits, digit);
    return found == NULL ? -1 : (int)(found - digits);
}

static int decode_hex(const char *hex, uint8_t *bytes, size_t size)
{
    for (size_t i = 0; i < size; i++) {
        int high = hex_digit(hex[2 * i]);
        int low = hex_digit(hex[2 * i + 1]);
        if (high < 0 || low < 0) {
            return -1;
        }
        bytes[i] = (uint8_t)(high * 16 + low);
    }
    return 0;
}

int request_value(json_t *request, uint8_t **bytes, size_t *size, struct complaint *complaint)
{
    const char *text = NULL;
    const char *hex = NULL;
    if (request_text(request, "text", &text, complaint) < 0 ||
        request_text(request, "hex", &hex, complaint) < 0) {
        return -1;
    }
    if ((text == NULL) == (hex == NULL)) {
        return complain(complaint, "give the value as \"text\" or as \"hex\"");
    }
    *size = text != NULL ? strlen(text) : strlen(hex) / 2;
    *bytes = malloc(*size + 1); /* never of size 0 */
    if (*bytes == NULL) {
        return complain(complaint, "out of memory");
    }
    if (text != NULL) {
        memcpy(*bytes, text, *size);
    } else if (strlen(hex) % 2 != 0 || decode_hex(hex, *bytes, *size) < 0) {
        free(*bytes);
        return complain(complaint, "\"hex\" must be pairs of the digits 0-9 and a-f");
    }
    return 0;
}

void response_value(json_t *response, const uint8_t *bytes, size_t size)
{
    char *hex = malloc(2 * size + 1);
    if (hex == NULL) {
        return;
    }
    for (size_t i = 0; i < size; i++) {
        (void)snprintf(hex + 2 * i, 3, "%02x", bytes[i]); /* fits */
    }
    hex[2 * size] = '\0';
    json_out_text(response, "hex", hex);
    free(hex);
    json_t *text = json_stringn((const char *)bytes, size); /* NULL unless it is UTF-8 */
    if (text != NULL) {
        (void)json_object_set_new(response, "text", text); /* see json_out.h */
    }
}

bool response_result(json_t *response, int32_t result)
{
    if (result >= 0) {
        return true;
    }
    json_out_text(response, "error", cfs_error_name(result));
    (void)json_object_set_new(response, "code", json_integer(result)); /* see json_out.h */
    return false;
}
