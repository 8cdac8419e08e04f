/* SPDX-License-Identifier: Apache-2.0 */
/* See expected.h. */
#include "expected.h"

#include <stdio.h>

#define STRANGERS 4u

void expected_name(uint32_t key, char name[64])
{
    int length = snprintf(name, 64, "key/%u", (unsigned)key);

    for (uint32_t i = 0; i < key * 7u % 30u; i++) {
        name[length++] = (char)('a' + (key + i) % 26u);
    }
    name[length] = '\0';
}

static void make_value(uint32_t key, uint32_t version, size_t size, uint8_t value[VALUE_MAX])
{
    fill_bytes(value, size, key * 100003u + version);
}

int32_t expected_set(struct expected *expected, struct rig *rig, uint32_t key, size_t size)
{
    static uint8_t value[VALUE_MAX];
    char name[64];
    int32_t result;

    expected->known = key < expected->known ? expected->known : key + 1u;
    expected_name(key, name);
    make_value(key, ++expected->clock, size, value);
    result = cfs_set(&rig->store, name, value, size);
    if (result == CFS_OK) {
        expected->count += expected->version[key] == 0u ? 1u : 0u;
        expected->version[key] = expected->clock;
        expected->size[key] = size;
    }
    return result;
}

int32_t expected_delete(struct expected *expected, struct rig *rig, uint32_t key)
{
    char name[64];
    int32_t result;

    expected_name(key, name);
    result = cfs_delete(&rig->store, name);
    if (result == CFS_OK) {
        assert_true(expected->version[key] != 0u);
        expected->count--;
        expected->version[key] = 0;
    }
    return result;
}

static bool holds_key(const struct expected *expected, struct rig *rig, uint32_t key)
{
    static uint8_t value[VALUE_MAX];
    static uint8_t found[VALUE_MAX];
    char name[64];
    int32_t result;

    expected_name(key, name);
    result = cfs_get(&rig->store, name, found, sizeof found);
    if (expected->version[key] == 0u) {
        return result == CFS_ERR_NOT_FOUND;
    }
    make_value(key, expected->version[key], expected->size[key], value);
    return result == (int32_t)expected->size[key] && memcmp(found, value, expected->size[key]) == 0;
}

/* Those that may be there, and a few that may not. */
static uint32_t keys_to_try(const struct expected *expected)
{
    return expected->known + STRANGERS < KEYS_MAX ? expected->known + STRANGERS : KEYS_MAX;
}

bool expected_holds(const struct expected *expected, struct rig *rig)
{
    for (uint32_t key = 0; key < keys_to_try(expected); key++) {
        if (!holds_key(expected, rig, key)) {
            return false;
        }
    }
    return rig_has_keys(rig, expected->count);
}

void expected_compare(const struct expected *expected, struct rig *rig)
{
    for (uint32_t key = 0; key < keys_to_try(expected); key++) {
        if (!holds_key(expected, rig, key)) {
            char name[64];

            expected_name(key, name);
            print_error("%s%s is not as expected\n", circumstances, name);
            fail();
        }
    }
    rig_expect_count(rig, expected->count);
    rig_check(rig);
}
