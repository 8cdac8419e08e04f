/* SPDX-License-Identifier: Apache-2.0 */
/* The state that the newest sector holds, for a read-only build: rules 3, 6 and 7 of docs/format.md
 * as far as a reader needs them.
 *
 *   store > journal (this file: the state, for boot loaders) > volume > device
 *
 * journal_scan.c reads the same, and more: what a writer must know to go on behind a cut. The test
 * that compares the two (test_boot.c) is what keeps them one.
 */
#include "journal_boot.h"

#if CFS_CFG_READ_ONLY

#include <string.h>

#include "cfs/bytes.h"

struct scanner {
    bool run_is_checkpoint;            /* what the open run begins with */
    bool counts;                       /* the first run is complete, or a checkpoint is */
    bool settled;                      /* a mount decided here, or may have */
    bool dead;                         /* what is read does not belong to the state */
    bool damaged;                      /* a record stands where cuts alone cannot have left it */
    bool gap;                          /* the line before belongs to no valid record */
    bool behind_first;                 /* the record before ended the first run */
    bool behind_seal;                  /* ... is a seal */
    uint8_t payload[CFS_OPENER_BYTES]; /* the first bytes of that of the record read last */
    struct cfs_journal *journal;
    const struct cfs_boot_info *info;
    cfs_pos_t first;     /* of the sector's lines */
    cfs_pos_t records;   /* ... behind the header */
    cfs_pos_t end;       /* ... behind the sector */
    cfs_pos_t valid_end; /* behind the last valid record */
    cfs_pos_t seal;      /* the last one of this state; 0: none */
    cfs_pos_t run;       /* where the open run begins; 0: none is open */
};

/* The record at a place of the sector; the first bytes of its payload go to scanner->payload. */
static int32_t read(struct scanner *scanner, cfs_pos_t position, struct cfs_record *record)
{
    const struct cfs_piece piece = {.size = sizeof scanner->payload, .copy_to = scanner->payload};

    record->number = scanner->info->number;
    record->position = position;
    return cfs_boot_read(scanner->journal, scanner->info->salt, record, &piece);
}

/* Tail and roots of the header or checkpoint at a place, which was valid a moment ago. */
static int32_t load(struct scanner *scanner, cfs_pos_t position)
{
    struct cfs_journal *journal = scanner->journal;
    struct cfs_record record = {.number = scanner->info->number, .position = position};
    uint8_t tail[4];
    struct cfs_piece piece = {.size = sizeof tail, .copy_to = tail};
    int32_t result;

    piece.offset = position < scanner->records ? CFS_HEADER_FIXED_BYTES : 0u;
    result = cfs_boot_read(journal, scanner->info->salt, &record, &piece);
    if (result > 0) {
        piece.offset += CFS_CHECKPOINT_BYTES(journal->width);
        piece.size = journal->bucket_count * journal->width;
        piece.copy_to = journal->roots;
        result = cfs_boot_read(journal, scanner->info->salt, &record, &piece);
    }
    journal->state.tail = cfs_get_le32(tail);
    journal->checkpoint_position = position;
    return result;
}

/* The sector that leaves the log takes the roots into it along. */
static void leave_tail(struct cfs_journal *journal, uint32_t next)
{
    cfs_pos_t end;
    cfs_pos_t first = cfs_boot_sector(journal, journal->state.tail % journal->sector_count, &end);
    uint8_t *root = journal->roots;

    for (uint32_t i = 0; i < journal->bucket_count; i++, root += journal->width) {
        cfs_pos_t position = cfs_get_le(root, journal->width);

        if (position >= first && position < end) {
            cfs_put_le(root, 0, journal->width);
        }
    }
    journal->state.tail = next; /* the next but one, if a sector is retired */
}

static void apply(struct scanner *scanner, const struct cfs_record *record)
{
    struct cfs_journal *journal = scanner->journal;

    if (cfs_record_is_data(record)) {
        cfs_put_le(journal->roots + record->bucket * journal->width, record->position,
                   journal->width);
    }
    if (record->kind == CFS_KIND_EMPTY && cfs_get_le32(scanner->payload) > journal->state.tail) {
        leave_tail(journal, cfs_get_le32(scanner->payload));
    }
}

/* The run that is open ends with the record at `last`. */
static int32_t commit(struct scanner *scanner, cfs_pos_t last)
{
    cfs_pos_t position = scanner->run;
    struct cfs_record record;
    int32_t result = 1;

    scanner->run = 0;
    if (position == scanner->records) {
        scanner->behind_first = true;
        scanner->counts = scanner->counts || scanner->info->headed;
    }
    if (scanner->run_is_checkpoint) {
        result = load(scanner, position);
        scanner->dead = false;
        scanner->damaged = false;
        scanner->counts = true;
    }
    while (result > 0 && !scanner->dead && position <= last) {
        result = read(scanner, position, &record);
        apply(scanner, &record);
        position += cfs_boot_lines(scanner->journal, &record);
    }
    return result;
}

/* Does this record, behind a gap, belong to the state before it? An opener that names the seal, or
 * the place where it was. */
static bool heals(const struct scanner *scanner, const struct cfs_record *record)
{
    cfs_pos_t named = scanner->first + cfs_get_le16(scanner->payload);

    return record->kind == CFS_KIND_OPENER && named != scanner->first &&
           (named == scanner->seal || named == scanner->valid_end);
}

/* What the place of a record tells: whether a mount decided in this sector. */
static void note_place(struct scanner *scanner, const struct cfs_record *record)
{
    bool is_seal = record->kind == CFS_KIND_SEAL;

    if (is_seal || (record->kind == CFS_KIND_OPENER
                        ? record->position != scanner->records
                        : !scanner->gap && (scanner->behind_seal || scanner->behind_first))) {
        scanner->settled = true;
    }
    scanner->behind_seal = is_seal;
    scanner->behind_first = false;
}

/* A seal is begun when all that leads to the checkpoint it names is complete. */
static void note_seal(struct scanner *scanner, const struct cfs_record *record)
{
    cfs_pos_t named = scanner->first + cfs_get_le16(scanner->payload);

    if (!scanner->dead && named == scanner->journal->checkpoint_position) {
        scanner->seal = record->position;
    } else {
        scanner->damaged = true;
    }
}

static int32_t on_record(struct scanner *scanner, const struct cfs_record *record)
{
    bool is_checkpoint = record->kind == CFS_KIND_CHECKPOINT;

    note_place(scanner, record);
    if (scanner->gap && !is_checkpoint && !heals(scanner, record)) {
        scanner->dead = true;
        scanner->damaged = true;
    }
    scanner->dead = scanner->dead || is_checkpoint;
    if (record->kind == CFS_KIND_SEAL) {
        note_seal(scanner, record);
    }
    if (scanner->gap) {
        scanner->run = 0;
    }
    if (record->flags & CFS_RECORD_BEGIN) {
        scanner->run = record->position;
        scanner->run_is_checkpoint = is_checkpoint;
    }
    return scanner->run != 0 && (record->flags & CFS_RECORD_END) ? commit(scanner, record->position)
                                                                 : 1;
}

static int32_t scan(struct scanner *scanner)
{
    cfs_pos_t position = scanner->records;
    int32_t result = 1;

    while (result > 0 && position < scanner->end) {
        struct cfs_record record;

        result = read(scanner, position, &record);
        if (result == CFS_ERR_DAMAGED) {
            scanner->gap = true;
            position++;
            result = 1;
        } else if (result > 0) {
            result = on_record(scanner, &record);
            position += cfs_boot_lines(scanner->journal, &record);
            scanner->valid_end = position;
            scanner->gap = false;
        }
    }
    return result;
}

int32_t cfs_boot_scan(struct cfs_journal *journal, const struct cfs_boot_info *info)
{
    struct scanner scanner = {.journal = journal, .info = info};
    int32_t result = 1;

    scanner.first = cfs_boot_sector(journal, info->number % journal->sector_count, &scanner.end);
    scanner.records = scanner.first + journal->layout.header_lines;
    scanner.valid_end = scanner.records;
    scanner.dead = !info->headed;
    memset(journal->roots, 0, journal->bucket_count * journal->width);
    journal->number = info->number;
    journal->cursor = scanner.end; /* all roots lead to places before it */
    if (info->headed) {
        result = load(&scanner, scanner.first + CFS_LINE_HEADER);
    }
    if (result > 0) {
        result = scan(&scanner);
    }
    if (result <= 0) {
        return result == CFS_ERR_IO ? result : 0;
    }
    return scanner.damaged || (scanner.settled && !scanner.counts) ? CFS_ERR_DAMAGED
                                                                   : scanner.counts;
}

#endif
