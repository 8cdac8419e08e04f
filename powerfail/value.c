/* SPDX-License-Identifier: Apache-2.0 */
/* Names and values that say which write they came from. See value.h. */
#include "value.h"

#include <string.h>

static const char *const names[KEYS] = {
    "a",    "wifi/ssid/of/the/guest/network", "b", "ab", "a/somewhat/longer/name", "boots", "wifi",
    "cert",
};

static const uint8_t sizes[SHAPES] = {0, 0, 24, 24, 4, 12, 30, 200};

uint32_t version_make(uint32_t serial, enum shape shape)
{
    return VERSION_OF(shape >= SHAPE_COUNTER ? serial : 0, shape);
}

size_t value_size(uint32_t version)
{
    return sizes[VERSION_SHAPE(version)];
}

/* The first four bytes: 5 bits of key, 3 of shape, 24 of serial. */
static void put_stamp(unsigned key, uint32_t version, uint8_t bytes[4])
{
    uint32_t serial = VERSION_SERIAL(version);
    bytes[0] = (uint8_t)(key << 3 | (unsigned)VERSION_SHAPE(version));
    bytes[1] = (uint8_t)serial;
    bytes[2] = (uint8_t)(serial >> 8);
    bytes[3] = (uint8_t)(serial >> 16);
}

size_t value_build(unsigned key, uint32_t version, uint8_t bytes[VALUE_BYTES_MAX])
{
    enum shape shape = VERSION_SHAPE(version);
    size_t size = sizes[shape];
    if (shape < SHAPE_COUNTER) {
        memset(bytes, shape == SHAPE_ONES ? 0xFF : 0, size);
        return size;
    }
    put_stamp(key, version, bytes);
    for (size_t i = 4; i < size; i++) {
        bytes[i] = (uint8_t)(version * 37u + key * 101u + i * 11u);
    }
    return size;
}

static uint32_t parse_version(const uint8_t *bytes, size_t size)
{
    if (size == 0) {
        return VERSION_OF(0, SHAPE_EMPTY);
    }
    if (size == sizes[SHAPE_ONES]) {
        return VERSION_OF(0, bytes[0] == 0xFF ? SHAPE_ONES : SHAPE_ZEROS);
    }
    if (size < 4) {
        return VERSION_BAD;
    }
    uint32_t serial = bytes[1] | (uint32_t)bytes[2] << 8 | (uint32_t)bytes[3] << 16;
    return VERSION_OF(serial, bytes[0] & 7u);
}

uint32_t value_parse(unsigned key, const uint8_t *bytes, size_t size)
{
    if (size > VALUE_BYTES_MAX) {
        return VERSION_BAD;
    }
    uint32_t version = parse_version(bytes, size);
    uint8_t expected[VALUE_BYTES_MAX];
    if (version == VERSION_BAD || VERSION_SHAPE(version) == SHAPE_NONE ||
        value_build(key, version, expected) != size || memcmp(bytes, expected, size) != 0) {
        return VERSION_BAD;
    }
    return version;
}

const char *key_name(unsigned key)
{
    return names[key];
}

unsigned key_find(const char *name)
{
    unsigned key = 0;
    while (key < KEYS && strcmp(names[key], name) != 0) {
        key++;
    }
    return key;
}
