/* SPDX-License-Identifier: Apache-2.0 */
/* Names and values that say which write they came from.
 *
 * A write is named by its key and its version, a number that is never used twice for a key. Its
 * value is a pure function of both, so that the bytes read back tell exactly which write they are,
 * or that nobody ever wrote them. The three low bits of a version choose the value's shape (length
 * and filling). Three shapes have no room for a version; all writes of such a shape are one
 * version, VERSION_OF(0, shape), and telling them apart is not asked for.
 */
#ifndef POWERFAIL_VALUE_H
#define POWERFAIL_VALUE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define KEYS            8u
#define VALUE_BYTES_MAX 256u

enum shape {
    SHAPE_NONE,    /* version 0: the key is absent */
    SHAPE_EMPTY,   /* no bytes at all */
    SHAPE_ONES,    /* 24 bytes that look like erased flash */
    SHAPE_ZEROS,   /* 24 bytes that look like zero-filling */
    SHAPE_COUNTER, /* 4 bytes */
    SHAPE_SHORT,   /* 12 bytes */
    SHAPE_MEDIUM,  /* 30 bytes */
    SHAPE_LONG,    /* 200 bytes: longer than what a mount copies without a commit of its own */
    SHAPES
};

#define VERSION_OF(serial, shape) (((uint32_t)(serial) << 3) | (uint32_t)(shape))
#define VERSION_SERIAL(version)   ((version) >> 3)
#define VERSION_SHAPE(version)    ((enum shape)((version)&7u))
#define VERSION_ABSENT            0u
#define VERSION_BAD               0xFFFFFFFFu /* something was read that nobody wrote, or an error */

/* The version of the `serial`-th write if it has this shape. */
uint32_t version_make(uint32_t serial, enum shape shape);

/* The length of a version's value, and its bytes. */
size_t value_size(uint32_t version);
size_t value_build(unsigned key, uint32_t version, uint8_t bytes[VALUE_BYTES_MAX]);

/* Which write of `key` these bytes are; VERSION_BAD: none. */
uint32_t value_parse(unsigned key, const uint8_t *bytes, size_t size);

/* Names of different lengths; two of them are prefixes of others. */
const char *key_name(unsigned key);
/* KEYS: no key of this name. */
unsigned key_find(const char *name);

#endif
