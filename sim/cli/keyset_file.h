/* SPDX-License-Identifier: Apache-2.0 */
/* Shared by the readers and writers of files of keys. */
#ifndef CLI_KEYSET_FILE_H
#define CLI_KEYSET_FILE_H

#include <jansson.h>

#include "keyset.h"

/* One key as it stands in a file: not yet checked, not yet decoded. */
struct keyset_entry {
    const char *where; /* "keys.csv:7": begins every complaint */
    const char *name;
    size_t name_bytes;
    const char *value; /* NULL: none was given */
    size_t value_bytes;
    const char *encoding; /* NULL: "text" */
};

/* Check and decode an entry, and add it. */
int keyset_take(struct keyset *set, const struct keyset_entry *entry, struct complaint *complaint);

/* The whole file, with a 0 behind it that `size` does not count; from malloc(). */
char *keyset_read_file(const char *path, size_t size_max, size_t *size,
                       struct complaint *complaint);

/* Decode hexadecimal digits; spaces between them are passed over. NULL: not hexadecimal, or no
 * memory. From malloc(). */
uint8_t *keyset_decode_hex(const char *text, size_t length, size_t *size);

/* keyset_read() by format. */
int keyset_read_json(struct keyset *set, struct complaint *complaint);
int keyset_read_csv(struct keyset *set, struct complaint *complaint);

/* One key, or all that are not damaged, as keyset_read_json() takes them. */
json_t *keyset_key_json(const struct keyset_key *key);
json_t *keyset_json(const struct keyset *set);

#endif
