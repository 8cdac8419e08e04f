/* SPDX-License-Identifier: Apache-2.0 */
/* What the files of this folder share; nobody else includes it.
 *
 *   journal.c          the API, thin
 *   journal_place.c    places, numbers, staleness: arithmetic, no I/O
 *   journal_read.c     records at a place
 *   journal_append.c   lines and the log's own records at the head
 *   journal_append_key.c  ... and records of keys
 *   journal_start.c    what the start of a sector says
 *   journal_sector.c   marks, headers, destroying, preparing and opening sectors
 *   journal_reclaim.c  room, and the tail
 *   journal_repair.c   making good what was damaged at rest
 *   journal_retire.c   which sectors take no more: arithmetic, no I/O
 *   journal_scan.c     what one reading of a sector tells
 *   journal_survey.c   what all sectors say, and what a volume without a log is
 *   journal_mount.c    which sector, which state, and the decision
 *   journal_format.c   a new volume
 *   journal_log.c      the log without its index
 *   journal_check.c    the invariants
 *   record.c           bytes <-> values
 */
#ifndef CFS_JOURNAL_PRIVATE_H
#define CFS_JOURNAL_PRIVATE_H

#include "cfs/assert.h"
#include "cfs/journal.h"
#include "cfs/knockout.h"

/* The start of a sector. */
#define CFS_LINE_MARK   0u
#define CFS_LINE_PILOT  1u
#define CFS_LINE_HEADER 2u

/* ---- journal_place.c */

/* Takes the shape of the volume and, once the bucket count is known, the lengths that follow.
 * CFS_ERR_GEOMETRY. */
int32_t cfs_place_init(struct cfs_journal *journal);
int32_t cfs_place_layout(struct cfs_journal *journal, uint32_t buckets);
/* Feature bits of the header. */
static inline uint16_t cfs_place_features(const struct cfs_journal *journal)
{
    return journal->layout.spare_sectors > 0 ? CFS_FEATURE_RETIRED : 0u;
}
/* Of what a checkpoint holds. */
uint32_t cfs_place_state_bytes(const struct cfs_journal *journal);

static inline uint32_t cfs_place_sector(const struct cfs_journal *journal, uint32_t number)
{
    return number % journal->sector_count;
}

/* The stretch of equal sectors that a sector, or a position, is in. */
const struct cfs_extent *cfs_place_extent_of_sector(const struct cfs_journal *journal,
                                                    cfs_sector_t sector);
cfs_sector_t cfs_place_sector_of(const struct cfs_journal *journal, cfs_pos_t position);

/* The position of line `line` of a sector, by its index or by the number it carries. */
cfs_pos_t cfs_place_line(const struct cfs_journal *journal, cfs_sector_t sector, uint32_t line);

static inline cfs_pos_t cfs_place_in(const struct cfs_journal *journal, uint32_t number,
                                     uint32_t line)
{
    return cfs_place_line(journal, cfs_place_sector(journal, number), line);
}

/* Lines of the sector that carries `number`. */
static inline uint32_t cfs_place_sector_lines(const struct cfs_journal *journal, uint32_t number)
{
    return cfs_place_extent_of_sector(journal, cfs_place_sector(journal, number))->sector_lines;
}

/* The line of its sector that a position is. */
static inline uint32_t cfs_place_line_of(const struct cfs_journal *journal, cfs_pos_t position)
{
    return position - cfs_place_line(journal, cfs_place_sector_of(journal, position), 0);
}

static inline cfs_pos_t cfs_place_head(const struct cfs_journal *journal)
{
    return cfs_place_in(journal, journal->number, journal->cursor);
}

static inline cfs_off_t cfs_place_offset(const struct cfs_journal *journal, cfs_pos_t position)
{
    return position * journal->line_bytes;
}

static inline uint32_t cfs_place_lines(const struct cfs_journal *journal, uint32_t bytes)
{
    return (bytes + journal->line_bytes - 1) / journal->line_bytes;
}

/* Lines that data may take in the sector that carries `number`. */
static inline uint32_t cfs_place_data_lines(const struct cfs_journal *journal, uint32_t number)
{
    return cfs_place_sector_lines(journal, number) - journal->layout.header_lines -
           journal->layout.reserve_lines;
}

unsigned cfs_place_log2(uint32_t value);

/* The number of the sector that `target` named when it was written at (number, position): the
 * largest one <= number that fits the sector, one lap less in the same sector at or behind the
 * position. False: no place, or stale (below the tail). */
bool cfs_place_resolve(const struct cfs_journal *journal, uint32_t number, cfs_pos_t position,
                       cfs_pos_t target, uint32_t *target_number);

void cfs_place_set_root(struct cfs_journal *journal, uint32_t bucket, cfs_pos_t position);

/* A record of a key is part of the state: is it the heaviest so far? */
void cfs_place_note_longest(struct cfs_journal *journal, const struct cfs_record *record);
/* A record of a key stands in the head sector: what may it take more when it is copied? */
void cfs_place_note_slack(struct cfs_journal *journal, const struct cfs_record *record);

/* Head and tail can be those of a log. */
bool cfs_place_is_sound(const struct cfs_journal *journal);

/* Roots into the sector that just left the log become none: they have no number of their own. */
void cfs_place_clear_roots(struct cfs_journal *journal, uint32_t number);

/* ---- journal_repair.c */

/* What is known of a record that cannot be read. */
enum cfs_repair_why {
    CFS_REPAIR_COVERED,   /* nothing, unless parity covers it */
    CFS_REPAIR_COMMITTED, /* something that counts leads to it */
    CFS_REPAIR_GUESS /* it may be what a cut left; the caller asks afterwards whether something leads to it */
};

#if CFS_CFG_REPAIR
/* The record at a place cannot be read, or its checksum fails. Make it good by parity, if it stands
 * before a parity record that covers it; else, unless only COVERED, as a record with one flipped bit.
 * 1: it is valid now, as the patch makes it read; 0: it is not; CFS_ERR_IO. Moves the patch. */
int32_t cfs_repair(struct cfs_journal *journal, uint32_t number, uint32_t salt, cfs_pos_t position,
                   enum cfs_repair_why why);
/* What could not be made good may be now: there is more parity. */
void cfs_repair_forget(struct cfs_journal *journal);
#else
static inline int32_t cfs_repair(struct cfs_journal *journal, uint32_t number, uint32_t salt,
                                 cfs_pos_t position, enum cfs_repair_why why)
{
    (void)journal;
    (void)number;
    (void)salt;
    (void)position;
    (void)why;
    return 0;
}
static inline void cfs_repair_forget(struct cfs_journal *journal)
{
    (void)journal;
}
#endif
/* ---- journal_retire.c */

/* How many sectors carry the numbers from `from` on, before `to`: at most a lap. */
uint32_t cfs_retire_span(const struct cfs_journal *journal, uint32_t from, uint32_t to);
/* The number that follows. */
uint32_t cfs_retire_next(const struct cfs_journal *journal, uint32_t number);
/* The sector of `number` carries this number and later ones no more. False: there is no spare left. */
bool cfs_retire(struct cfs_journal *journal, uint32_t number);

/* ---- journal_read.c */

/* Read the head at a place, as far as its own check goes, which a SAME has not. 1; 0; CFS_ERR_IO. */
int32_t cfs_read_unverified(struct cfs_journal *journal, uint32_t number, cfs_pos_t position,
                            struct cfs_record *record);
/* Read the head at a place. 1; 0: none there; CFS_ERR_IO. */
int32_t cfs_read_head(struct cfs_journal *journal, uint32_t number, cfs_pos_t position,
                      struct cfs_record *record);
/* Read a record and verify its checksum. 1; 0: invalid; CFS_ERR_IO. record->head_bytes is 0 if not
 * even the head was valid. */
int32_t cfs_read_valid(struct cfs_journal *journal, uint32_t number, uint32_t salt,
                       cfs_pos_t position, struct cfs_record *record);
/* One pass over a whole record, which serves a piece of the payload on the way (NULL: none).
 * 1 intact; 0 the checksum fails or a line is unreadable; CFS_ERR_IO. */
int32_t cfs_read_pass(struct cfs_journal *journal, const struct cfs_record *record, uint32_t salt,
                      const struct cfs_piece *piece, bool *equal);
/* The salt of the sector with this number. CFS_ERR_DAMAGED: neither mark nor header is legible. */
int32_t cfs_read_salt(struct cfs_journal *journal, uint32_t number, uint32_t *salt);
/* Like cfs_read_valid(); a record that is damaged at rest is made good. */
int32_t cfs_read_healed(struct cfs_journal *journal, uint32_t number, uint32_t salt,
                        cfs_pos_t position, struct cfs_record *record, enum cfs_repair_why why);
/* Like cfs_journal_read_payload(), but nothing is made good. */
int32_t cfs_read_payload(struct cfs_journal *journal, const struct cfs_record *record,
                         uint32_t offset, void *data, uint32_t size);
/* 1: the line holds, as far as it need be looked at, only erased or only programmed cells, which is how
 * no record looks, not even with a bit flipped. 0; CFS_ERR_IO. */
int32_t cfs_read_is_empty(struct cfs_journal *journal, cfs_pos_t position);
/* 1: something stands in this line (or it cannot be read); 0: it reads blank. */
int32_t cfs_read_is_visible(struct cfs_journal *journal, cfs_pos_t position);
/* Read bytes; an unreadable line is CFS_ERR_UNREADABLE. */
int32_t cfs_read_bytes(struct cfs_journal *journal, cfs_off_t offset, void *data, uint32_t size);

/* ---- journal_append.c, journal_append_key.c */

/* A write failed: none will be tried again. Returns `error`. */
int32_t cfs_append_failed(struct cfs_journal *journal, int32_t error);
/* A record: its head, then bytes of its payload as they come, then its end. */
int32_t cfs_append_begin(struct cfs_journal *journal, struct cfs_record *record,
                         const struct cfs_path *path);
int32_t cfs_append_bytes(struct cfs_journal *journal, const void *data, uint32_t size);
int32_t cfs_append_end(struct cfs_journal *journal);
/* ... one of the log's own, whole. */
int32_t cfs_append_control(struct cfs_journal *journal, unsigned kind, unsigned flags,
                           const void *payload, uint32_t size);

/* Zero-fill a line. It carries nothing, so it may be repeated over anything. */
int32_t cfs_append_fill(struct cfs_journal *journal, cfs_pos_t position);
/* A record of which a program failed ends the head: zero-fill it, so that nobody takes it for a damaged
 * one. */
void cfs_append_bury_torn(struct cfs_journal *journal);
/* Zero-fill what an earlier session may have touched, up to the cursor. */
int32_t cfs_append_fills(struct cfs_journal *journal);
/* From here on this session's lines follow one another without a gap. */
void cfs_append_start_stretch(struct cfs_journal *journal);
/* What makes good one illegible line of the stretch. A new one begins behind it. */
int32_t cfs_append_parity(struct cfs_journal *journal);
int32_t cfs_append_mark(struct cfs_journal *journal, uint32_t number, uint32_t salt);
int32_t cfs_append_header(struct cfs_journal *journal);
int32_t cfs_append_checkpoint(struct cfs_journal *journal, unsigned flags);
int32_t cfs_append_seal(struct cfs_journal *journal);
/* Ends a decision. The second one proves the first, so that what was served by it cannot vanish. */
int32_t cfs_append_two_seals(struct cfs_journal *journal);
int32_t cfs_append_opener(struct cfs_journal *journal);
/* The tail is empty: the tail number becomes one more. Ends the run. */
int32_t cfs_append_empty(struct cfs_journal *journal);

/* ---- journal_sector.c */

/* What the start of a sector says. */
struct cfs_sector_info {
    bool marked;           /* the erase mark is valid */
    bool headed;           /* the header is valid */
    bool newer;            /* ... or of a newer format version */
    uint32_t newer_number; /* of a mark of a newer format version */
    bool other_shape; /* the mark is of a store with other lines, or another number of sectors */
    uint32_t number;
    uint32_t salt;
    struct cfs_header header; /* if headed */
};

/* Numbers never wrap in a device's life; one near the end was not written by this code. */
bool cfs_sector_is_beyond(const struct cfs_journal *journal, uint32_t number);
/* Read the mark of a sector, and the header if there is no valid mark or `want_header`. */
int32_t cfs_sector_read(struct cfs_journal *journal, cfs_sector_t sector, bool want_header,
                        struct cfs_sector_info *info);
/* The state and roots a header or checkpoint holds become the journal's. */
int32_t cfs_sector_load(struct cfs_journal *journal, const struct cfs_record *record);
/* The session that opened a sector of the log. CFS_ERR_DAMAGED: its header is illegible. */
int32_t cfs_sector_session(struct cfs_journal *journal, uint32_t number, uint32_t *session);
/* Is the sector for `number` ready to be opened: erased, and marked so? 1; 0. Then make it so. */
int32_t cfs_sector_is_ready(struct cfs_journal *journal, uint32_t number);
/* Make the sector for `number` ready to be opened: erased, and marked so. 1: it cannot be, and was retired
 * (or worn_out is set). CFS_ERR_LOW_VOLTAGE: nothing was done. */
int32_t cfs_sector_prepare(struct cfs_journal *journal, uint32_t number, uint32_t *salt);
/* Before anything is programmed in the head sector: a sector that was begun to be opened next must
 * not come back to life. As cfs_sector_prepare(). */
int32_t cfs_sector_destroy_next(struct cfs_journal *journal);
/* Could a sector begun to be opened next come to count at a later boot? 1; 0: it has no valid header
 * for its number, and a header is complete before anything behind it is begun, and is destroyed after that.
 * No more is asked, so that a sector whose erase or pilot line was cut, which may show anything,
 * does not wake a store that is sealed. */
int32_t cfs_sector_next_may_count(struct cfs_journal *journal);
/* Open the next sector that is not worn. `copy` (may be NULL) and, if this takes the last one that
 * is not kept as a spare, everything live in the tail are appended in one run; if there is nothing to
 * append, a checkpoint, or, if not `is_decision`, an opener. CFS_ERR_READ_ONLY: there is none left, and
 * CFS_ERR_LOW_VOLTAGE: the log is as it was. */
int32_t cfs_sector_open(struct cfs_journal *journal, const struct cfs_record *copy,
                        bool is_decision);

/* ---- journal_reclaim.c */

/* Append again what is still live in the tail, then say that it is empty. Part of the run begun by
 * opening the last spare. */
int32_t cfs_reclaim_tail(struct cfs_journal *journal);

/* ---- journal_scan.c */

/* What one reading of a sector tells. Lines are counted within the sector. */
struct cfs_scan {
    uint32_t valid_end;     /* behind the last valid record */
    uint32_t committed_end; /* behind the last record of the state */
    uint32_t visible_end; /* behind the last line that shows anything or that a torn head claims */
    bool counts;          /* first run complete behind a valid header, or a complete checkpoint */
    bool anchored;        /* what shows that a mount decided here cannot vanish again */
    bool settled;         /* a mount decided here, or may have: anchored, or a seal is legible */
    bool clean;           /* the last visible line is a valid seal of the state */
    bool damaged;         /* a record stands where cuts alone cannot have left it: at-rest damage */
    bool unproven;        /* the last committed record is data and nothing proves it: `last` */
    struct cfs_record last;
    cfs_pos_t seal_position;
    uint32_t first_tail; /* the tail when the sector was opened */
    /* how to take `last` back */
    cfs_pos_t last_root;
    struct cfs_checkpoint last_state;
};

/* Read the sector that `info` describes. The journal's roots, state, slack and prior become those
 * of rule 6 of docs/format.md, `last` included. */
int32_t cfs_scan_sector(struct cfs_journal *journal, const struct cfs_sector_info *info,
                        struct cfs_scan *scan);
/* Only valid_end and visible_end; the journal is left alone. */
int32_t cfs_scan_ends(struct cfs_journal *journal, cfs_sector_t sector,
                      const struct cfs_sector_info *info, struct cfs_scan *scan);
/* Take the unproven record back out of roots and state. */
void cfs_scan_undo_last(struct cfs_journal *journal, const struct cfs_scan *scan);

/* ---- journal_survey.c */

struct cfs_survey {
    bool newer;
    bool other_shape;
    bool any_mark;
    bool any_header;
    bool visible_beyond_first; /* something shows in a sector other than the first */
    uint32_t highest;          /* number */
    uint32_t newer_highest;    /* of marks of a newer format version */
};

int32_t cfs_survey_take(struct cfs_journal *journal, struct cfs_survey *survey);
/* No sector counts. What is it then? BLANK, FOREIGN, NEWER, DAMAGED or GEOMETRY; CFS_ERR_IO. */
int32_t cfs_survey_verdict(struct cfs_journal *journal, const struct cfs_survey *survey);

/* ---- journal.c, journal_mount.c */

/* Take the memory and the shape of the volume; no I/O. */
int32_t cfs_journal_init(struct cfs_journal *journal, const struct cfs_journal_config *config);
/* The shape of the log, from a header. CFS_ERR_GEOMETRY, CFS_ERR_NO_MEMORY. */
int32_t cfs_mount_adopt(struct cfs_journal *journal, const struct cfs_header *header);
/* Find the newest state; program nothing. */
int32_t cfs_mount_find(struct cfs_journal *journal, struct cfs_scan *scan);
/* The highest number any sector still shows, 0 if none. */
int32_t cfs_mount_highest(struct cfs_journal *journal, uint32_t *highest);

#endif
