/* SPDX-License-Identifier: Apache-2.0 */
/* See keyset_file.h. Keys in CSV (RFC 4180): a first row that names the columns, in any order, then
 * a row for each key. libcsv does the quoting; this file counts lines and knows the columns. */
#include <csv.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "keyset_file.h"

enum column { COLUMN_NAME, COLUMN_VALUE, COLUMN_ENCODING, COLUMNS };
static const char *const column_names[COLUMNS] = {"name", "value", "encoding"};

struct field {
    char *text; /* with a 0 behind it; NULL: not there */
    size_t size;
};

struct reader {
    struct keyset *set;
    struct complaint *complaint;
    struct field
        fields[COLUMNS + 1]; /* of the row being read; one more shows that there are too many */
    size_t field_count;
    size_t column_count; /* 0: the first row has not been read */
    enum column columns[COLUMNS];
    size_t line; /* on which the row began */
    size_t next_line;
    bool failed;
};

static void fail(struct reader *reader)
{
    reader->failed = true;
}

static void clear_row(struct reader *reader)
{
    for (size_t i = 0; i < reader->field_count && i <= COLUMNS; i++) {
        free(reader->fields[i].text);
        reader->fields[i] = (struct field){0};
    }
    reader->field_count = 0;
    reader->line = reader->next_line;
}

/* ---- rows */

static int read_column(struct reader *reader, const char *where, size_t index)
{
    const char *text = reader->fields[index].text;
    for (enum column column = 0; column < COLUMNS; column++) {
        if (strcmp(text, column_names[column]) != 0) {
            continue;
        }
        for (size_t i = 0; i < index; i++) {
            if (reader->columns[i] == column) {
                return complain(reader->complaint, "%s: there are two columns '%s'.", where, text);
            }
        }
        reader->columns[index] = column;
        return 0;
    }
    return complain(reader->complaint,
                    "%s: '%s' is not a column; the first row is name,value,encoding or name,value.",
                    where, text);
}

static int read_columns(struct reader *reader, const char *where)
{
    bool is_there[COLUMNS] = {false};
    for (size_t i = 0; i < reader->field_count && i < COLUMNS; i++) {
        if (read_column(reader, where, i) < 0) {
            return -1;
        }
        is_there[reader->columns[i]] = true;
    }
    if (!is_there[COLUMN_NAME] || !is_there[COLUMN_VALUE] || reader->field_count > COLUMNS) {
        return complain(reader->complaint,
                        "%s: the first row names the columns: name,value,encoding or name,value.",
                        where);
    }
    reader->column_count = reader->field_count;
    return 0;
}

static int read_key(struct reader *reader, const char *where)
{
    struct field fields[COLUMNS] = {{0}};
    if (reader->field_count != reader->column_count) {
        return complain(reader->complaint,
                        "%s: this row has %zu fields, the first one has %zu; put a field that "
                        "holds a comma in double quotes.",
                        where, reader->field_count, reader->column_count);
    }
    for (size_t i = 0; i < reader->column_count; i++) {
        fields[reader->columns[i]] = reader->fields[i];
    }
    struct keyset_entry entry = {
        .where = where,
        .name = fields[COLUMN_NAME].text,
        .name_bytes = fields[COLUMN_NAME].size,
        .value = fields[COLUMN_VALUE].text,
        .value_bytes = fields[COLUMN_VALUE].size,
        .encoding = fields[COLUMN_ENCODING].size == 0 ? NULL : fields[COLUMN_ENCODING].text,
    };
    return keyset_take(reader->set, &entry, reader->complaint);
}

/* ---- what libcsv calls */

static size_t lines_in(const char *text, size_t size)
{
    size_t lines = 0;
    for (size_t i = 0; i < size; i++) {
        lines += text[i] == '\n';
    }
    return lines;
}

static void take_field(void *text, size_t size, void *context)
{
    struct reader *reader = context;
    reader->next_line += lines_in(text, size);
    if (reader->failed || reader->field_count > COLUMNS) {
        return;
    }
    char *copy = malloc(size + 1);
    if (copy == NULL) {
        (void)complain(reader->complaint, "out of memory."); /* fail() says so */
        fail(reader);
        return;
    }
    memcpy(copy, text, size);
    copy[size] = '\0';
    reader->fields[reader->field_count++] = (struct field){copy, size};
}

/* `end` is the character that ended the row, -1 at the end of the file. Rows without fields are
 * empty lines, and the second half of "\r\n". */
static void take_row(int end, void *context)
{
    struct reader *reader = context;
    char where[1100];
    (void)snprintf(where, sizeof where, "%s:%zu", reader->set->path, reader->line); /* shown only */
    if (!reader->failed && reader->field_count > 0) {
        int result =
            reader->column_count == 0 ? read_columns(reader, where) : read_key(reader, where);
        reader->failed = result < 0;
    }
    reader->next_line += end == '\n';
    clear_row(reader);
}

/* libcsv would trim spaces around a field; they may be part of a value. */
static int is_space(unsigned char character)
{
    (void)character; /* none is */
    return 0;
}

static int parse(struct reader *reader, const char *text, size_t size)
{
    struct csv_parser parser;
    if (csv_init(&parser, CSV_STRICT | CSV_STRICT_FINI | CSV_REPALL_NL) != 0) {
        return complain(reader->complaint, "out of memory.");
    }
    csv_set_space_func(&parser, is_space);
    size_t parsed = csv_parse(&parser, text, size, take_field, take_row, reader);
    bool is_whole = parsed == size && csv_fini(&parser, take_field, take_row, reader) == 0;
    csv_free(&parser);
    if (!is_whole) {
        return complain(reader->complaint,
                        "%s:%zu: double quotes stand around a whole field, and twice within one.",
                        reader->set->path, 1 + lines_in(text, parsed));
    }
    return reader->failed ? -1 : 0;
}

int keyset_read_csv(struct keyset *set, struct complaint *complaint)
{
    size_t size;
    struct reader reader = {.set = set, .complaint = complaint, .line = 1, .next_line = 1};
    char *text = keyset_read_file(set->path, 4 * (size_t)KEYSET_VALUE_MAX, &size, complaint);
    if (text == NULL) {
        return -1;
    }
    size_t mark = size >= 3 && memcmp(text, "\xEF\xBB\xBF", 3) == 0 ? 3 : 0; /* of UTF-8 */
    int result = parse(&reader, text + mark, size - mark);
    clear_row(&reader);
    free(text);
    if (result == 0 && reader.column_count == 0) {
        return complain(complaint,
                        "%s: the file is empty; its first row names the columns: "
                        "name,value,encoding.",
                        set->path);
    }
    return result;
}
