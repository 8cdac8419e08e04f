/* SPDX-License-Identifier: Apache-2.0 */
/* The worked examples of docs/format.md as data: what a block says in words, and its bytes.
 *
 *   ```example KIND key=value ... word ...
 *   hex bytes
 *   ```
 */
#ifndef JOURNAL_TEST_EXAMPLE_H
#define JOURNAL_TEST_EXAMPLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#define LIST_MAX   8u
#define TEXT_MAX   32u
#define LINE_BYTES 16u

/* Everything a block can say; what it does not say is zero. So two are equal byte by byte. */
struct content {
    uint32_t position;
    uint32_t begin, end; /* 1: the word stands there */
    uint32_t hash;
    uint32_t base, bucket;
    uint32_t has_attributes, attributes;
    uint32_t has_total, total;
    uint32_t session, count, length, chunk,
        crc;       /* descriptor of an object; session also of others */
    uint32_t from; /* parity */
    uint8_t xor_line[LINE_BYTES];
    uint32_t tail, longest;          /* checkpoint body */
    uint32_t checkpoint, kept, seal; /* seal, opener */
    uint32_t number, salt;           /* mark, header */
    uint32_t volume, unit, line, q, buckets, hash_bits, sectors, features;
    char name[TEXT_MAX];
    char value[TEXT_MAX];
    uint32_t pointer_count, pointer_bit[LIST_MAX], pointer_target[LIST_MAX];
    uint32_t root_count, root[LIST_MAX];
    uint32_t retired_count, retired[LIST_MAX];
};

struct example {
    char kind[16];
    struct content content;
    uint8_t bytes[128];
    uint32_t size;
    unsigned line; /* of the page */
};

/* The next example of the page. False: there is none. A block or word that is not understood fails
 * the test. `*line` counts lines, begin with 0. */
bool example_next(FILE *page, unsigned *line, struct example *example);

#endif
