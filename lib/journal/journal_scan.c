/* SPDX-License-Identifier: Apache-2.0 */
/* What one reading of a sector tells (rules 3, 6 and 7 of docs/format.md).
 *
 *   store > journal (this file: the state) > volume > device
 *
 * The sector is read once, from its header on, line by line where no valid record stands.
 *
 *   alive --gap, not healed--> dead --complete checkpoint run--> alive
 *
 * While alive, complete runs are applied to the journal's roots and state. A gap is healed by one
 * thing only: an opener that names the seal before it. What is dead stays dead whatever it reads
 * like, now or later; only a complete checkpoint behind it speaks again.
 */
#include "journal_private.h"

#include <string.h>

#include "cfs/bytes.h"

#if !CFS_CFG_READ_ONLY

#define BLANK_LINES 8u

struct scanner {
    struct cfs_journal *journal;
    const struct cfs_sector_info *info;
    struct cfs_scan *scan;
    cfs_sector_t sector;
    cfs_pos_t sector_position; /* of line 0 */
    uint32_t claimed_end;      /* of a torn record with a legible head */
    uint32_t run_line;         /* where the open run begins; 0: none is open */
    bool run_is_checkpoint;
    bool run_is_first;
    bool dead;
    bool gap;          /* the line before belongs to no valid record */
    bool behind_first; /* the record before ended the first run */
    bool behind_last;  /* the record before is scan->last */
    bool behind_seal;  /* ... a seal */
};

static cfs_pos_t position_of(const struct scanner *scanner, uint32_t line)
{
    return scanner->sector_position + line;
}

/* ---- effects of committed records */

static void apply_data(struct scanner *scanner, const struct cfs_record *record)
{
    struct cfs_journal *journal = scanner->journal;
    struct cfs_scan *scan = scanner->scan;

    scan->unproven = true;
    scan->last = *record;
    scan->last.numbers = NULL;
    scan->last_root = cfs_journal_root(journal, record->bucket);
    scan->last_state = journal->state;
    scanner->behind_last = true;
    cfs_place_set_root(journal, record->bucket, record->position);
    if (record->flags & CFS_RECORD_TOTAL) {
        journal->state.total = record->total;
    }
    cfs_place_note_longest(journal, record);
}

static int32_t apply_empty(struct cfs_journal *journal, const struct cfs_record *record)
{
    uint8_t payload[CFS_EMPTY_BYTES];
    int32_t result = cfs_read_payload(journal, record, 0, payload, sizeof payload);

    uint32_t next = cfs_retire_next(journal, journal->state.tail);

    if (result == CFS_OK && cfs_get_le(payload, 4) == next) {
        cfs_place_clear_roots(journal, journal->state.tail);
        journal->state.tail = next;
    }
    return result;
}

static int32_t apply_opener(struct cfs_journal *journal, const struct cfs_record *record)
{
    uint8_t payload[CFS_OPENER_BYTES];
    int32_t result = cfs_read_payload(journal, record, 0, payload, sizeof payload);

    if (result == CFS_OK) {
        journal->state.session = cfs_get_le(payload + 2, 4);
    }
    return result;
}

static int32_t apply_control(struct scanner *scanner, const struct cfs_record *record)
{
    scanner->scan->unproven = false;
    if (record->kind == CFS_KIND_EMPTY && record->payload_bytes == CFS_EMPTY_BYTES) {
        return apply_empty(scanner->journal, record);
    }
    if (record->kind == CFS_KIND_OPENER && record->payload_bytes == CFS_OPENER_BYTES) {
        return apply_opener(scanner->journal, record);
    }
    return CFS_OK;
}

static int32_t apply(struct scanner *scanner, const struct cfs_record *record)
{
    scanner->behind_last = false;
    if (cfs_record_is_data(record)) {
        apply_data(scanner, record);
        return CFS_OK;
    }
    return apply_control(scanner, record);
}

/* Apply the records of a complete run, which ends with `end`, from line `line` on. */
static int32_t apply_run(struct scanner *scanner, uint32_t line, const struct cfs_record *end)
{
    struct cfs_journal *journal = scanner->journal;
    struct cfs_record record;
    int32_t result = CFS_OK;

    while (result >= 0 && position_of(scanner, line) < end->position) {
        result = cfs_read_head(journal, scanner->info->number, position_of(scanner, line), &record);
        if (result <= 0) {
            return result < 0 ? result : CFS_ERR_DAMAGED; /* it was valid a moment ago */
        }
        line += cfs_place_lines(journal, cfs_record_bytes(&record));
        result = apply(scanner, &record);
    }
    return result < 0 ? result : apply(scanner, end);
}

/* The run that began at run_line ends with `record`. */
static int32_t commit(struct scanner *scanner, const struct cfs_record *record)
{
    struct cfs_journal *journal = scanner->journal;
    uint32_t line = scanner->run_line;
    int32_t result;

    scanner->run_line = 0;
    if (scanner->run_is_first) {
        scanner->behind_first = true;
        scanner->scan->counts = scanner->scan->counts || scanner->info->headed;
    }
    if (scanner->run_is_checkpoint && CFS_RULE(CHECKPOINT)) {
        struct cfs_record checkpoint;

        result =
            cfs_read_head(journal, scanner->info->number, position_of(scanner, line), &checkpoint);
        if (result > 0) {
            result = cfs_sector_load(journal, &checkpoint);
        }
        if (result != CFS_OK) {
            return result < 0 ? result : CFS_ERR_DAMAGED;
        }
        scanner->dead = false;
        scanner->scan->damaged = false;
        scanner->scan->counts = true;
    }
    if (scanner->dead) {
        return CFS_OK;
    }
    scanner->scan->committed_end = record->position - scanner->sector_position +
                                   cfs_place_lines(journal, cfs_record_bytes(record));
    return apply_run(scanner, line, record);
}

/* ---- one valid record after the other */

/* A session that ends puts a parity record before its seal, so where that is what has become
 * illegible, nothing else is missing. It does without where there is no room; then nobody can tell. */
static bool lacks_parity_only(const struct scanner *scanner, const struct cfs_record *record)
{
    const struct cfs_layout *layout = &scanner->journal->layout;
    uint32_t line = record->position - scanner->sector_position;

    return record->kind == CFS_KIND_SEAL &&
           line == scanner->scan->valid_end + layout->parity_lines &&
           line + layout->parity_lines <
               cfs_place_sector_lines(scanner->journal, scanner->info->number);
}

/* Does this record, behind a gap, belong to the state before the gap all the same? Only an opener
 * that names the seal; or, where the seal itself has become illegible, its place. */
static bool heals(struct scanner *scanner, const struct cfs_record *record)
{
    const struct cfs_scan *scan = scanner->scan;
    uint8_t payload[CFS_OPENER_BYTES];
    cfs_pos_t named;

    if (!CFS_RULE(CHECKPOINT) || lacks_parity_only(scanner, record)) {
        return true;
    }
    if (record->kind != CFS_KIND_OPENER || record->payload_bytes != sizeof payload ||
        cfs_read_payload(scanner->journal, record, 0, payload, sizeof payload) != CFS_OK) {
        return false;
    }
    named = position_of(scanner, cfs_get_le(payload, 2));
    return named != scanner->sector_position &&
           (named == scan->seal_position || named == position_of(scanner, scan->valid_end));
}

/* Does this record show, for good, that a mount decided in this sector? The opener of a session that
 * was served from it; what a session appended directly behind the first run; what stands directly
 * behind a seal, for then that was complete. A seal alone may be weak, and vanish again. */
static bool anchors(const struct scanner *scanner, const struct cfs_record *record, uint32_t line)
{
    if (record->kind == CFS_KIND_OPENER) {
        return line != scanner->journal->layout.header_lines;
    }
    if (scanner->gap) {
        return false;
    }
    return scanner->behind_seal || (scanner->behind_first && record->kind != CFS_KIND_SEAL);
}

static void note_place_of_record(struct scanner *scanner, const struct cfs_record *record,
                                 uint32_t line)
{
    struct cfs_scan *scan = scanner->scan;

    scan->anchored = scan->anchored || anchors(scanner, record, line);
    scan->settled = scan->settled || scan->anchored || record->kind == CFS_KIND_SEAL;
    if (scan->unproven && !scanner->gap && scanner->behind_last) {
        scan->unproven = false; /* begun in the same session after it had been completed */
    }
    scanner->behind_seal = record->kind == CFS_KIND_SEAL;
    scanner->behind_first = false;
    scanner->behind_last = false;
}

/* A session fills what an earlier one may have touched before it appends, so cuts leave no record
 * behind a gap but a checkpoint, or an opener that heals it: one that was committed stood there. */
static void note_damage(struct scanner *scanner)
{
    if (CFS_RULE(FILL) && CFS_RULE(CHECKPOINT) && CFS_RULE(OPENER)) {
        scanner->scan->damaged = true;
    }
}

/* A seal names the checkpoint its state starts from, and is begun when all that leads to it is
 * complete; cuts cannot change that later. If the way to it is broken all the same, something
 * committed was damaged at rest. */
static void note_seal(struct scanner *scanner, const struct cfs_record *record)
{
    cfs_pos_t checkpoint = scanner->journal->checkpoint_position;
    uint8_t payload[CFS_SEAL_BYTES];
    bool leads_here =
        !scanner->dead && record->payload_bytes == sizeof payload &&
        cfs_read_payload(scanner->journal, record, 0, payload, sizeof payload) == CFS_OK &&
        position_of(scanner, cfs_get_le(payload, 2)) == checkpoint;

    if (leads_here || !CFS_RULE(CHECKPOINT)) {
        scanner->scan->seal_position = record->position;
    } else {
        scanner->scan->damaged = true;
    }
}

static int32_t on_record(struct scanner *scanner, const struct cfs_record *record, uint32_t line)
{
    bool is_checkpoint = record->kind == CFS_KIND_CHECKPOINT;

    note_place_of_record(scanner, record, line);
    if (cfs_record_is_data(record)) {
        cfs_place_note_slack(scanner->journal, record);
    }
    if (scanner->gap && !is_checkpoint && !heals(scanner, record)) {
        scanner->dead = true;
        note_damage(scanner);
    }
    if (scanner->gap) {
        scanner->run_line = 0;
    }
    if (is_checkpoint) {
        scanner->dead = CFS_RULE(CHECKPOINT) ? true : scanner->dead;
    }
    if (record->kind == CFS_KIND_SEAL) {
        note_seal(scanner, record);
    }
    if ((record->flags & CFS_RECORD_BEGIN) && (CFS_RULE(BEGIN) || scanner->run_line == 0)) {
        scanner->run_line = line;
        scanner->run_is_checkpoint = is_checkpoint;
        scanner->run_is_first = line == scanner->journal->layout.header_lines;
    }
    if (scanner->run_line != 0 &&
        ((record->flags & CFS_RECORD_END) || (is_checkpoint && !CFS_RULE(CHECKPOINT_RUN)))) {
        return commit(scanner, record);
    }
    return CFS_OK;
}

/* ---- line by line */

/* No valid record begins in this line. */
static int32_t on_gap(struct scanner *scanner, const struct cfs_record *record, uint32_t line)
{
    struct cfs_journal *journal = scanner->journal;
    int32_t visible = cfs_read_is_visible(journal, position_of(scanner, line));

    if (visible > 0) {
        scanner->scan->visible_end = line + 1u;
    }
    if (visible > 0 && record->head_bytes > 0) {
        uint32_t lines = cfs_place_lines(journal, cfs_record_bytes(record));
        uint32_t end;

        if (record->kind == CFS_KIND_SAME && lines > journal->layout.copy_lines_max) {
            lines = journal->layout.copy_lines_max; /* not its length; it may be anything */
        }
        end = line + lines;
        if (end > scanner->claimed_end) {
            scanner->claimed_end = end; /* its last lines may look blank */
        }
    }
    scanner->gap = true;
    return visible < 0 ? visible : CFS_OK;
}

/* Appending is in order, and what a cut may have touched without a trace is the line behind the last
 * one that shows, or one of the two that a mount fills. So nothing shows behind so many blank lines
 * but what an earlier erase left, and only in a sector that was not opened. */
static bool is_past_the_end(const struct scanner *scanner, uint32_t line)
{
    const struct cfs_scan *scan = scanner->scan;

    return line >= scan->visible_end + BLANK_LINES && line >= scanner->claimed_end + BLANK_LINES;
}

/* What parity covers was complete, so what is illegible of it was damaged at rest. */
static int32_t read_record(struct scanner *scanner, uint32_t line, bool ends_only,
                           struct cfs_record *record)
{
    const struct cfs_sector_info *info = scanner->info;
    cfs_pos_t position = position_of(scanner, line);

    return ends_only ? cfs_read_valid(scanner->journal, info->number, info->salt, position, record)
                     : cfs_read_healed(scanner->journal, info->number, info->salt, position, record,
                                       CFS_REPAIR_COVERED);
}

static int32_t scan_lines(struct scanner *scanner, bool ends_only)
{
    struct cfs_journal *journal = scanner->journal;
    struct cfs_scan *scan = scanner->scan;
    uint32_t lines = cfs_place_sector_lines(journal, scanner->sector);
    uint32_t line = journal->layout.header_lines;
    struct cfs_record record;
    int32_t result = CFS_OK;

    scan->valid_end = line;
    scan->visible_end = line;
    while (result >= 0 && line < lines && (ends_only || !is_past_the_end(scanner, line))) {
        result = read_record(scanner, line, ends_only, &record);
        if (result == 0) {
            result = on_gap(scanner, &record, line);
            line++;
        } else if (result > 0) {
            result = ends_only ? CFS_OK : on_record(scanner, &record, line);
            line += cfs_place_lines(journal, cfs_record_bytes(&record));
            scanner->gap = false;
            scanner->claimed_end = 0;
            scan->valid_end = line;
            scan->visible_end = line;
        }
    }
    if (scanner->claimed_end > scan->visible_end) {
        scan->visible_end = scanner->claimed_end;
    }
    return result;
}

int32_t cfs_scan_ends(struct cfs_journal *journal, cfs_sector_t sector,
                      const struct cfs_sector_info *info, struct cfs_scan *scan)
{
    struct scanner scanner = {.journal = journal,
                              .info = info,
                              .scan = scan,
                              .sector = sector,
                              .sector_position = cfs_place_line(journal, sector, 0)};

    memset(scan, 0, sizeof *scan);
    return scan_lines(&scanner, true);
}

/* Start from the sector's header; without a valid one nothing lives before a checkpoint does. */
static int32_t start(struct scanner *scanner)
{
    struct cfs_journal *journal = scanner->journal;
    struct cfs_record header;
    int32_t result;

    memset(&journal->state, 0, sizeof journal->state);
    memset(journal->retired, 0, sizeof journal->retired);
    memset(journal->roots, 0, journal->bucket_count * journal->width);
    journal->number = scanner->info->number;
    journal->salt = scanner->info->salt;
    journal->slack = 0;
    scanner->dead = !scanner->info->headed;
    if (scanner->dead) {
        return CFS_OK;
    }
    result = cfs_read_head(journal, journal->number,
                           cfs_place_in(journal, journal->number, CFS_LINE_HEADER), &header);
    if (result > 0) {
        result = cfs_sector_load(journal, &header);
    }
    return result;
}

int32_t cfs_scan_sector(struct cfs_journal *journal, const struct cfs_sector_info *info,
                        struct cfs_scan *scan)
{
    struct scanner scanner = {.journal = journal, .info = info, .scan = scan};
    int32_t result;

    memset(scan, 0, sizeof *scan);
    scanner.sector = cfs_place_sector(journal, info->number);
    scanner.sector_position = cfs_place_line(journal, scanner.sector, 0);
    result = start(&scanner);
    scan->first_tail = journal->state.tail;
    if (result == CFS_OK) {
        result = scan_lines(&scanner, false);
    }
    scan->clean = scan->anchored && scan->seal_position != 0 &&
                  scan->seal_position + 1u == position_of(&scanner, scan->visible_end) &&
                  !scanner.dead;
    if (!CFS_RULE(FIRST_RUN)) {
        scan->counts = scan->counts || info->headed;
    }
    return result;
}

void cfs_scan_undo_last(struct cfs_journal *journal, const struct cfs_scan *scan)
{
    cfs_place_set_root(journal, scan->last.bucket, scan->last_root);
    journal->state = scan->last_state;
}

#endif
