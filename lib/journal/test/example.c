/* SPDX-License-Identifier: Apache-2.0 */
/* See example.h. */
#include "example.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define LINE_MAX_BYTES 1024u
#define FENCE          "```"

/* Keys whose value is a number, and where it goes. */
#define NUMBER(field)                           \
    {                                           \
#field, offsetof(struct content, field) \
    }
static const struct {
    const char *key;
    size_t offset;
} numbers[] = {
    NUMBER(position), NUMBER(hash),     NUMBER(base),   NUMBER(bucket),  NUMBER(attributes),
    NUMBER(total),    NUMBER(session),  NUMBER(count),  NUMBER(length),  NUMBER(chunk),
    NUMBER(crc),      NUMBER(from),     NUMBER(tail),   NUMBER(longest), NUMBER(checkpoint),
    NUMBER(kept),     NUMBER(seal),     NUMBER(number), NUMBER(salt),    NUMBER(volume),
    NUMBER(unit),     NUMBER(line),     NUMBER(q),      NUMBER(buckets), NUMBER(hash_bits),
    NUMBER(sectors),  NUMBER(features), NUMBER(begin),  NUMBER(end),
};

static uint32_t to_number(const char *text, char **end)
{
    unsigned long number = strtoul(text, end, 0);

    assert_ptr_not_equal(*end, text);
    return (uint32_t)number;
}

static bool take_number(struct content *content, const char *key, const char *value)
{
    for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++) {
        if (strcmp(key, numbers[i].key) == 0) {
            char *end;
            uint32_t number = to_number(value, &end);

            assert_string_equal(end, "");
            memcpy((char *)content + numbers[i].offset, &number, sizeof number);
            return true;
        }
    }
    return false;
}

/* "text" in quotes. */
static void take_text(char text[TEXT_MAX], const char *quoted)
{
    size_t size = strlen(quoted);

    assert_in_range(size, 2, TEXT_MAX);
    assert_true(quoted[0] == '"' && quoted[size - 1u] == '"');
    memcpy(text, quoted + 1, size - 2u);
    text[size - 2u] = '\0';
}

/* "7:0x0123,9:0x0456" */
static void take_pointers(struct content *content, const char *list)
{
    char *end = (char *)(uintptr_t)list;

    for (;;) {
        uint32_t i = content->pointer_count++;

        assert_in_range(i, 0, LIST_MAX - 1u);
        content->pointer_bit[i] = to_number(end, &end);
        assert_int_equal(*end, ':');
        content->pointer_target[i] = to_number(end + 1, &end);
        if (*end == '\0') {
            return;
        }
        assert_int_equal(*end++, ',');
    }
}

/* "0x0110,0,0,0x0113" */
static void take_list(uint32_t *count, uint32_t numbers[LIST_MAX], const char *list)
{
    char *end = (char *)(uintptr_t)list;

    for (;;) {
        assert_in_range(*count, 0, LIST_MAX - 1u);
        numbers[(*count)++] = to_number(end, &end);
        if (*end == '\0') {
            return;
        }
        assert_int_equal(*end++, ',');
    }
}

/* "00a7ff..." */
static void take_line(uint8_t bytes[LINE_BYTES], const char *hex)
{
    assert_int_equal(strlen(hex), 2u * LINE_BYTES);
    for (size_t i = 0; i < LINE_BYTES; i++) {
        const char digits[3] = {hex[2u * i], hex[2u * i + 1u], '\0'};
        char *end;

        bytes[i] = (uint8_t)strtoul(digits, &end, 16);
        assert_string_equal(end, "");
    }
}

static void take_word(struct example *example, char *word)
{
    struct content *content = &example->content;
    char *value = strchr(word, '=');

    if (value == NULL) {
        value = "1"; /* begin, end */
        assert_true(strcmp(word, "begin") == 0 || strcmp(word, "end") == 0);
    } else {
        *value++ = '\0';
    }
    content->has_total |= strcmp(word, "total") == 0 ? 1u : 0u;
    content->has_attributes |= strcmp(word, "attributes") == 0 ? 1u : 0u;
    if (strcmp(word, "name") == 0) {
        take_text(content->name, value);
    } else if (strcmp(word, "value") == 0) {
        take_text(content->value, value);
    } else if (strcmp(word, "pointers") == 0) {
        take_pointers(content, value);
    } else if (strcmp(word, "roots") == 0) {
        take_list(&content->root_count, content->root, value);
    } else if (strcmp(word, "retired") == 0) {
        take_list(&content->retired_count, content->retired, value);
    } else if (strcmp(word, "xor") == 0) {
        take_line(content->xor_line, value);
    } else if (!take_number(content, word, value)) {
        fail_msg("docs/format.md:%u: what is '%s'?", example->line, word);
    }
}

static void take_hex(struct example *example, const char *line)
{
    while (*line != '\0' && *line != '\n') {
        char *end;
        unsigned long byte = strtoul(line, &end, 16);

        assert_int_equal(end - line, line[0] == ' ' ? 3 : 2);
        assert_in_range(example->size, 0, sizeof example->bytes - 1u);
        example->bytes[example->size++] = (uint8_t)byte;
        line = end;
    }
}

static bool next_line(FILE *page, unsigned *number, char line[LINE_MAX_BYTES])
{
    if (fgets(line, (int)LINE_MAX_BYTES, page) == NULL) {
        return false;
    }
    (*number)++;
    line[strcspn(line, "\n")] = '\0';
    return true;
}

bool example_next(FILE *page, unsigned *line_number, struct example *example)
{
    static const char opening[] = FENCE "example ";
    char line[LINE_MAX_BYTES];
    char *word;

    memset(example, 0, sizeof *example);
    do {
        if (!next_line(page, line_number, line)) {
            return false;
        }
    } while (strncmp(line, opening, sizeof opening - 1u) != 0);
    example->line = *line_number;
    word = strtok(line + sizeof opening - 1u, " ");
    assert_non_null(word);
    assert_in_range(strlen(word), 1, sizeof example->kind - 1u);
    memcpy(example->kind, word, strlen(word) + 1u);
    while ((word = strtok(NULL, " ")) != NULL) {
        take_word(example, word);
    }
    for (;;) {
        assert_true(next_line(page, line_number, line)); /* a block ends */
        if (strcmp(line, FENCE) == 0) {
            return true;
        }
        take_hex(example, line);
    }
}
