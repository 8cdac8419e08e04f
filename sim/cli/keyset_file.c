/* SPDX-License-Identifier: Apache-2.0 */
/* See keyset.h and keyset_file.h. From an entry of a file to a key: names are checked, values
 * decoded. */
#include "keyset_file.h"

#include <errno.h>
#include <nettle/base16.h>
#include <nettle/base64.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

/* ---- whole files */

static int fill(FILE *file, const char *path, size_t size_max, char **bytes, size_t *size,
                struct complaint *complaint)
{
    size_t room = 4096;
    *size = 0;
    *bytes = NULL;
    do {
        char *more = realloc(*bytes, room + 1);
        if (more == NULL) {
            return complain(complaint, "out of memory.");
        }
        *bytes = more;
        *size += fread(*bytes + *size, 1, room - *size, file);
        if (*size > size_max) {
            return complain(complaint, "'%s' is longer than %zu bytes, the most that is taken.",
                            path, size_max);
        }
        room *= 2;
    } while (*size == room / 2);
    if (ferror(file) != 0) {
        return complain(complaint, "'%s' cannot be read: %s.", path, strerror(errno));
    }
    (*bytes)[*size] = '\0';
    return 0;
}

char *keyset_read_file(const char *path, size_t size_max, size_t *size, struct complaint *complaint)
{
    char *bytes = NULL;
    FILE *file = fopen(path, "rb");
    if (file == NULL) {
        (void)complain(complaint, "'%s' cannot be read: %s.", path,
                       strerror(errno)); /* NULL says it */
        return NULL;
    }
    int result = fill(file, path, size_max, &bytes, size, complaint);
    (void)fclose(file); /* was only read */
    if (result < 0) {
        free(bytes);
        return NULL;
    }
    return bytes;
}

/* ---- values */

uint8_t *keyset_decode_hex(const char *text, size_t length, size_t *size)
{
    struct base16_decode_ctx context;
    uint8_t *bytes = malloc(BASE16_DECODE_LENGTH(length) + 1); /* never of size 0 */
    *size = BASE16_DECODE_LENGTH(length);
    base16_decode_init(&context);
    if (bytes == NULL || base16_decode_update(&context, size, bytes, length, text) == 0 ||
        base16_decode_final(&context) == 0) {
        free(bytes);
        return NULL;
    }
    return bytes;
}

static uint8_t *decode_base64(const char *text, size_t length, size_t *size)
{
    struct base64_decode_ctx context;
    uint8_t *bytes = malloc(BASE64_DECODE_LENGTH(length) + 1); /* never of size 0 */
    *size = BASE64_DECODE_LENGTH(length);
    base64_decode_init(&context);
    if (bytes == NULL || base64_decode_update(&context, size, bytes, length, text) == 0 ||
        base64_decode_final(&context) == 0) {
        free(bytes);
        return NULL;
    }
    return bytes;
}

static uint8_t *copy_text(const char *text, size_t length, size_t *size)
{
    uint8_t *bytes = malloc(length + 1); /* never of size 0 */
    if (bytes != NULL) {
        memcpy(bytes, text, length);
        *size = length;
    }
    return bytes;
}

/* A relative name is looked for beside the file of keys. */
static uint8_t *read_value_file(const struct keyset *set, const struct keyset_entry *entry,
                                size_t *size, struct complaint *complaint)
{
    char path[2048];
    struct complaint why = {""};
    const char *slash = strrchr(set->path, '/');
    int folder = entry->value[0] == '/' || slash == NULL ? 0 : (int)(slash - set->path) + 1;
    (void)snprintf(path, sizeof path, "%.*s%s", folder, set->path,
                   entry->value); /* a cut path is not found, which is said */
    char *bytes = keyset_read_file(path, KEYSET_VALUE_MAX, size, &why);
    if (bytes == NULL) {
        (void)complain(complaint, "%s: %s", entry->where, why.text); /* NULL says it */
    }
    return (uint8_t *)bytes;
}

static const struct encoding {
    const char *name;
    uint8_t *(*decode)(const char *text, size_t length, size_t *size); /* NULL: see below */
    const char *looks_like;
} encodings[] = {
    {"text", copy_text, "any text"},
    {"hex", keyset_decode_hex, "two hexadecimal digits for each byte: 00ff17"},
    {"base64", decode_base64, "base64 with its padding: AP8X, AA=="},
    {"file", NULL, "the name of a file, whose bytes are the value"},
    {"delete", NULL, "no value: the key is deleted"},
};
#define ENCODING_COUNT (sizeof encodings / sizeof encodings[0])

static const struct encoding *find_encoding(const char *name)
{
    for (size_t i = 0; i < ENCODING_COUNT; i++) {
        if (strcmp(encodings[i].name, name) == 0) {
            return &encodings[i];
        }
    }
    return NULL;
}

static uint8_t *decode(const struct keyset *set, const struct keyset_entry *entry,
                       const struct encoding *encoding, size_t *size, struct complaint *complaint)
{
    if (encoding->decode == NULL) {
        return read_value_file(set, entry, size, complaint);
    }
    uint8_t *bytes = encoding->decode(entry->value, entry->value_bytes, size);
    if (bytes == NULL) {
        (void)complain(complaint, "%s: the value of '%s' is not %s; it looks like this: %s.",
                       entry->where, entry->name, encoding->name,
                       encoding->looks_like); /* NULL says it */
    }
    return bytes;
}

static int take_delete(struct keyset *set, const struct keyset_entry *entry,
                       struct complaint *complaint)
{
    if (entry->value_bytes > 0) {
        return complain(complaint, "%s: '%s' is to be deleted, so it has no value.", entry->where,
                        entry->name);
    }
    return keyset_add(set, entry->name, NULL, 0, complaint);
}

int keyset_take(struct keyset *set, const struct keyset_entry *entry, struct complaint *complaint)
{
    const char *name = entry->encoding == NULL ? "text" : entry->encoding;
    const struct encoding *encoding = find_encoding(name);
    size_t size = 0;
    if (keyset_check_name(entry->name, entry->name_bytes, entry->where, complaint) < 0) {
        return -1;
    }
    if (encoding == NULL) {
        return complain(complaint,
                        "%s: there is no encoding '%s'; known are text, hex, base64, file, delete.",
                        entry->where, name);
    }
    if (strcmp(name, "delete") == 0) {
        return take_delete(set, entry, complaint);
    }
    if (entry->value == NULL) {
        return complain(complaint, "%s: '%s' has no value; an empty one is written \"\".",
                        entry->where, entry->name);
    }
    uint8_t *value = decode(set, entry, encoding, &size, complaint);
    return value == NULL ? -1 : keyset_add(set, entry->name, value, size, complaint);
}

/* ---- by format */

static bool ends_with(const char *text, const char *end)
{
    size_t length = strlen(text);
    return length > strlen(end) && strcasecmp(text + length - strlen(end), end) == 0;
}

int keyset_read(struct keyset *set, const char *path, struct complaint *complaint)
{
    *set = (struct keyset){.path = path};
    int result;
    if (ends_with(path, ".json")) {
        result = keyset_read_json(set, complaint);
    } else if (ends_with(path, ".csv")) {
        result = keyset_read_csv(set, complaint);
    } else {
        result = complain(complaint,
                          "'%s' should be a file of keys, but its name ends neither in .json nor "
                          "in .csv.",
                          path);
    }
    if (result < 0) {
        keyset_free(set);
    }
    return result;
}

int keyset_load(struct keyset *set, const char *path, struct complaint *complaint)
{
    int result = keyset_read(set, path, complaint);
    result = result < 0 ? result : keyset_settle(set, complaint);
    if (result < 0) {
        keyset_free(set);
    }
    return result;
}
