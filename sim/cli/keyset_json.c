/* SPDX-License-Identifier: Apache-2.0 */
/* See keyset_file.h. Keys in JSON: {"keys": [{"name": ..., "value": ..., "encoding": ...}, ...]}.
 *
 * Names may hold bytes that are not UTF-8, which JSON cannot: such a key has "name_hex" instead of
 * "name". */
#include <nettle/base16.h>
#include <nettle/base64.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "json_out.h"
#include "keyset_file.h"

/* ---- reading */

static const struct members {
    const char *names[5];
    const char *listed;
} file_members = {{"title", "keys"}, "title, keys"},
  key_members = {{"name", "name_hex", "value", "encoding"}, "name, name_hex, value, encoding"};

static bool is_known(const struct members *members, const char *name)
{
    for (size_t i = 0; members->names[i] != NULL; i++) {
        if (strcmp(members->names[i], name) == 0) {
            return true;
        }
    }
    return false;
}

static int check_members(json_t *object, const struct members *members, const char *where,
                         struct complaint *complaint)
{
    const char *name;
    json_t *value;
    json_object_foreach(object, name, value)
    {
        if (!is_known(members, name)) {
            return complain(complaint, "%s: \"%s\" is not known here; known are %s.", where, name,
                            members->listed);
        }
        if (strcmp(name, "keys") != 0 && !json_is_string(value)) {
            return complain(complaint, "%s: \"%s\" must be a text in double quotes.", where, name);
        }
    }
    return 0;
}

/* The name of the entry, either way of writing it; from malloc() if it is hexadecimal. */
static int read_name(json_t *object, struct keyset_entry *entry, uint8_t **decoded,
                     struct complaint *complaint)
{
    const json_t *name = json_object_get(object, "name");
    const json_t *hex = json_object_get(object, "name_hex");
    if ((name == NULL) == (hex == NULL)) {
        return complain(complaint, "%s: a key needs either \"name\" or \"name_hex\".",
                        entry->where);
    }
    if (name != NULL) {
        entry->name = json_string_value(name);
        entry->name_bytes = json_string_length(name);
        return 0;
    }
    *decoded =
        keyset_decode_hex(json_string_value(hex), json_string_length(hex), &entry->name_bytes);
    if (*decoded == NULL) {
        return complain(complaint, "%s: \"name_hex\" is two hexadecimal digits for each byte.",
                        entry->where);
    }
    (*decoded)[entry->name_bytes] = 0;
    entry->name = (const char *)*decoded;
    return 0;
}

static int read_key(struct keyset *set, size_t index, json_t *object, struct complaint *complaint)
{
    char where[1100];
    uint8_t *decoded = NULL;
    (void)snprintf(where, sizeof where, "%s: keys[%zu]", set->path,
                   index); /* cut to fit: shown only */
    if (!json_is_object(object)) {
        return complain(complaint,
                        "%s: a key is an object: {\"name\": \"...\", \"value\": \"...\"}.", where);
    }
    const json_t *value = json_object_get(object, "value");
    struct keyset_entry entry = {
        .where = where,
        .value = json_string_value(value),
        .value_bytes = json_string_length(value),
        .encoding = json_string_value(json_object_get(object, "encoding")),
    };
    int result = check_members(object, &key_members, where, complaint);
    result = result < 0 ? result : read_name(object, &entry, &decoded, complaint);
    result = result < 0 ? result : keyset_take(set, &entry, complaint);
    free(decoded);
    return result;
}

static int read_all(struct keyset *set, json_t *root, struct complaint *complaint)
{
    json_t *list = json_object_get(root, "keys");
    size_t index;
    json_t *object;
    if (!json_is_object(root) || !json_is_array(list)) {
        return complain(complaint,
                        "%s: there is no list of keys; the file looks like {\"keys\": [{\"name\": "
                        "\"...\", \"value\": \"...\"}]}.",
                        set->path);
    }
    if (check_members(root, &file_members, set->path, complaint) < 0) {
        return -1;
    }
    json_array_foreach(list, index, object)
    {
        if (read_key(set, index, object, complaint) < 0) {
            return -1;
        }
    }
    return 0;
}

int keyset_read_json(struct keyset *set, struct complaint *complaint)
{
    json_error_t error;
    size_t size;
    char *text = keyset_read_file(set->path, 4 * (size_t)KEYSET_VALUE_MAX, &size, complaint);
    if (text == NULL) {
        return -1;
    }
    json_t *root = json_loadb(text, size, JSON_REJECT_DUPLICATES | JSON_ALLOW_NUL, &error);
    free(text);
    if (root == NULL) {
        return complain(complaint, "%s:%d: this is not JSON: %s.", set->path, error.line,
                        error.text);
    }
    int result = read_all(set, root, complaint);
    json_decref(root);
    return result;
}

/* ---- writing */

static json_t *hex_json(const void *bytes, size_t size)
{
    char *text = malloc(BASE16_ENCODE_LENGTH(size) + 1);
    if (text == NULL) {
        return NULL;
    }
    base16_encode_update(text, size, bytes);
    json_t *json = json_stringn(text, BASE16_ENCODE_LENGTH(size));
    free(text);
    return json;
}

static json_t *base64_json(const uint8_t *bytes, size_t size)
{
    char *text = malloc(BASE64_ENCODE_RAW_LENGTH(size) + 1);
    if (text == NULL) {
        return NULL;
    }
    base64_encode_raw(text, size, bytes);
    json_t *json = json_stringn(text, BASE64_ENCODE_RAW_LENGTH(size));
    free(text);
    return json;
}

/* Text that a person can read in an editor, or NULL. */
static json_t *text_json(const uint8_t *bytes, size_t size)
{
    for (size_t i = 0; i < size; i++) {
        if ((bytes[i] < ' ' && bytes[i] != '\n' && bytes[i] != '\t') || bytes[i] == 0x7F) {
            return NULL;
        }
    }
    return json_stringn((const char *)bytes, size); /* NULL unless it is UTF-8 */
}

json_t *keyset_key_json(const struct keyset_key *key)
{
    json_t *object = json_object();
    json_t *name = json_string(key->name);
    json_t *text = text_json(key->value, key->size);
    bool is_text = text != NULL;
    (void)json_object_set_new(object, name == NULL ? "name_hex" : "name", /* see json_out.h */
                              name == NULL ? hex_json(key->name, strlen(key->name)) : name);
    (void)json_object_set_new(object, "value", /* as above */
                              is_text ? text : base64_json(key->value, key->size));
    json_out_text(object, "encoding", is_text ? "text" : "base64");
    return object;
}

json_t *keyset_json(const struct keyset *set)
{
    json_t *object = json_object();
    json_t *list = json_array();
    for (size_t i = 0; i < set->count; i++) {
        if (!set->keys[i].is_damaged) {
            (void)json_array_append_new(list, keyset_key_json(&set->keys[i])); /* see json_out.h */
        }
    }
    (void)json_object_set_new(object, "keys", list); /* as above */
    return object;
}
