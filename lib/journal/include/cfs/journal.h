/* SPDX-License-Identifier: Apache-2.0 */
/* The record journal: a log on one volume that is its own index.
 *
 *   store > JOURNAL > volume > device > ARM_DRIVER_STORAGE
 *
 * A volume is a ring of sectors. Records are appended at the head; the oldest sector, the tail, is
 * reclaimed by appending again what is still live in it. RAM holds the roots: for each bucket of
 * the hash the place of its newest record. Everything else is reached by pointers in records, which
 * always name older ones. Whether a pointer still names what it named is arithmetic: the number of
 * the sector it leads to, against the number of the tail.
 *
 * The journal knows records, runs, sectors and power cuts. What a record means (names, tries,
 * liveness) is its owner's business: the store.
 *
 * Invariants (cfs_journal_check): tail <= head number; at least one sector is spare between calls;
 * every root is none or names a valid record of its bucket at or above the tail.
 *
 * A sector in which a program failed takes no more, and what was to be appended is appended in the next;
 * one that cannot be erased is passed by from then on (journal_retire.c).
 *
 * Errors of any call that reads or writes the medium: CFS_ERR_IO (the driver failed; if
 * what the medium then holds is not known, every further write gives CFS_ERR_IO until the volume is
 * mounted again). Of any that writes: CFS_ERR_READ_ONLY (worn_out: no sector is left to open, and all
 * further writes are refused; a later mount tries again), CFS_ERR_LOW_VOLTAGE (nothing was done).
 * Thread rule: one caller at a time.
 */
#ifndef CFS_JOURNAL_H
#define CFS_JOURNAL_H

#include "cfs/error.h"
#include "cfs/record.h"

#ifdef __cplusplus
extern "C" {
#endif

struct cfs_volume;

/* Memory a journal works in: three lines (one being composed, the parity of those before it, and one
 * that was repaired), one record head, the roots. */
#define CFS_JOURNAL_MEMORY_BYTES(line_bytes, buckets) \
    (CFS_LINE_BYTES(line_bytes) * 3u + CFS_RECORD_HEAD_MAX + (size_t)(buckets)*4u)

/* The line of the format: that of the device, but at least 16 bytes, so that a mark, a seal and the
 * like take one. */
#define CFS_LINE_BYTES(line_bytes) ((size_t)((line_bytes) < 16u ? 16u : (line_bytes)))

/* A record that the journal gives its owner to be appended again. */
enum cfs_carry {
    CFS_CARRY_LIVE,    /* from reclaim: only if it holds the name of a key that exists */
    CFS_CARRY_DAMAGED, /* the same; its head can be read, but not all that is behind */
    CFS_CARRY_LAST /* from mount: in any case; it is the last before a cut, and no root knows it */
};

/* What the journal asks of its owner. */
struct cfs_journal_owner {
    /* Append `record` again. Must use cfs_journal_append() once, or not at all. */
    int32_t (*carry)(void *context, const struct cfs_record *record, enum cfs_carry what);
    /* Something in the tail is illegible, and all else that is live was carried on. CFS_OK: nothing that
     * can be reached is illegible, so it was nothing that counts. CFS_ERR_DAMAGED: it may have been a key
     * nobody can name. */
    int32_t (*audit)(void *context);
    void *context;
};

/* At most this many stretches of equal sectors in one volume. */
#define CFS_EXTENTS_MAX 4u

/* At most this many sectors are kept in reserve for those that wear out. */
#define CFS_SPARES_MAX 8u

/* Neighbouring sectors of one length. */
struct cfs_extent {
    uint32_t first_sector;
    cfs_pos_t first_line;
    uint32_t sector_lines;
};

/* Lengths in lines that follow from the geometry; fixed while mounted. No sector has more than 0xFFFF. */
struct cfs_layout {
    uint32_t volume_lines;
    uint16_t sector_lines_max;
    uint16_t sector_lines_min;
    uint16_t header_lines; /* mark, pilot and header together */
    uint16_t checkpoint_lines;
    uint16_t parity_lines;
    uint16_t copy_lines_max;  /* longer records are followed by a commit record */
    uint16_t group_lines;     /* most that one mount writes to decide */
    uint16_t reserve_lines;   /* kept free of data at the end of a sector */
    uint16_t weight_pointers; /* pointers that a record's weight allows for */
    uint16_t weight_max;      /* of one record */
    uint16_t spare_sectors;   /* so many may be retired */
};

/* An update of up to so many bytes waits for one erase at most. */
#define CFS_JOURNAL_QUOTA_BYTES 256u

/* What the next record of a key is part of. */
enum cfs_run {
    CFS_RUN_ALONE,  /* it is a run by itself */
    CFS_RUN_FIRST,  /* it begins a run that others continue */
    CFS_RUN_MIDDLE, /* it continues one */
    CFS_RUN_LAST    /* it ends one */
};

/* Caller-owned, contents private. */
struct cfs_journal {
    struct cfs_volume *volume;
    struct cfs_journal_owner owner;
    struct cfs_layout layout;
    uint8_t *line;    /* one line being composed */
    uint8_t *parity;  /* of the lines from parity_from to the cursor */
    uint8_t *patch;   /* what the line at patch_position holds, as far as the reader goes */
    uint8_t *scratch; /* the first bytes of the record at scratch_position */
    uint8_t *roots;
    uint32_t unit_bytes;
    uint32_t line_bytes;        /* of the format */
    uint32_t device_line_bytes; /* no program call may cross one */
    struct cfs_extent extent[CFS_EXTENTS_MAX];
    uint32_t extent_count;
    uint32_t sector_count;
    uint32_t refresh_sessions; /* maintenance writes older sectors anew; 0: never */
    uint32_t bucket_count;
    uint32_t memory_buckets; /* most buckets the memory has room for */
    uint32_t volume_id;
    uint32_t number;    /* of the head sector */
    uint32_t salt;      /* of the head sector */
    uint32_t cursor;    /* next free line of the head sector */
    uint32_t fill_from; /* while not fresh: lines from here to the cursor are to be zero-filled */
    uint32_t slack;     /* weight minus lines, of the data records in the head sector */
    struct cfs_checkpoint state;
    cfs_pos_t checkpoint_position; /* the header or checkpoint the state starts from */
    cfs_pos_t seal_position;
    uint32_t kept_end; /* line up to which the log before the checkpoint counts; 0: no checkpoint */
    uint32_t crc;      /* of the record being appended */
    uint32_t line_fill;   /* bytes composed in `line` */
    uint32_t parity_from; /* first line of this session in the head sector; 0: none */
    cfs_pos_t patch_position;
    cfs_pos_t scratch_position; /* 0: of none */
    uint32_t scratch_bytes;
    uint32_t reclaim_line; /* of the tail: what is live before it was appended again */
    uint32_t other_number; /* the last other sector whose salt was looked up */
    uint32_t other_salt;
    uint32_t repairs;       /* records made good since mount */
    uint32_t beyond_number; /* the last record that could not be */
    cfs_pos_t beyond_position;
    uint32_t barren_number; /* lines that no parity can make good, found last */
    cfs_pos_t barren_from;
    cfs_pos_t barren_end;
    uint16_t
        record_from;   /* first line of the record being appended, or that could not be; 0: none */
    uint16_t torn_end; /* behind what of the latter may have been programmed */
    uint32_t retired[CFS_SPARES_MAX]; /* the first number that a sector does not carry; 0: none */
    struct cfs_shape shape;
    uint8_t width;       /* bytes of a root */
    bool fresh;          /* the line before the cursor was programmed in this session */
    bool opened;         /* this session wrote its opener */
    bool doubtful;       /* something in the tail is illegible, and has not been audited */
    bool stuck;          /* the tail cannot be given up: what is illegible there may be a key */
    uint8_t run;         /* enum cfs_run */
    bool unproven_empty; /* the last record says that the tail is empty */
    bool read_only;
    bool undecided;  /* read-only mount of a log that ends in a cut */
    bool failed;     /* what the medium holds is not known; no more writes */
    bool torn;       /* the last program or erase failed */
    bool worn_out;   /* there is no sector left to open; no more writes */
    bool verify;     /* read back what was programmed */
    bool next_ready; /* the next sector is known to be erased and marked */
};

struct cfs_journal_config {
    struct cfs_volume *volume;
    void *memory;
    size_t memory_bytes;
    bool read_only;
    uint32_t refresh_sessions;
    bool verify_writes;
    struct cfs_journal_owner owner;
};

/* See cfs_format() and cfs_mount() of cfs/store.h. `buckets` a power of two, 1 to 256. */
int32_t cfs_journal_format(struct cfs_journal *journal, const struct cfs_journal_config *config,
                           uint32_t buckets);
int32_t cfs_journal_mount(struct cfs_journal *journal, const struct cfs_journal_config *config);

/* The newest record of a bucket, 0: none. */
cfs_pos_t cfs_journal_root(const struct cfs_journal *journal, uint32_t bucket);

/* Read the head of the record a root names. Returns 1; 0: no record, or a stale place;
 * CFS_ERR_DAMAGED: a record should stand there and does not. record->numbers stay valid until the
 * next call. */
int32_t cfs_journal_read_root(struct cfs_journal *journal, uint32_t bucket,
                              struct cfs_record *record);

/* The same for a pointer found in the record at (number, position). */
int32_t cfs_journal_read_target(struct cfs_journal *journal, uint32_t number, cfs_pos_t position,
                                cfs_pos_t target, struct cfs_record *record);

/* The record that a LINK or SAME names as its base; for any other it is the record itself. Returns 1;
 * 0: the base has left the log; CFS_ERR_DAMAGED. base->numbers stay valid
 * until the next call. */
int32_t cfs_journal_read_base(struct cfs_journal *journal, const struct cfs_record *record,
                              struct cfs_record *base);

/* Read once more the head of a record that was read before, so that its numbers are valid. */
int32_t cfs_journal_read_again(struct cfs_journal *journal, struct cfs_record *record);

/* All valid records in the order of the log, dead ones included; begin with all parts of the
 * cursor 0. 1; 0: no more; CFS_ERR_DAMAGED: the header of a live sector is illegible. */
struct cfs_log_cursor {
    uint32_t number;
    uint32_t line;
    uint32_t claimed_end; /* of a record of which only the head is legible */
};
int32_t cfs_journal_next(struct cfs_journal *journal, struct cfs_log_cursor *cursor,
                         struct cfs_record *record);

/* The log of a volume that cannot be mounted, for reading only: cfs_journal_next_place() and what reads
 * records may follow, nothing else. No root, header or pointer is trusted. One legible header is needed
 * all the same: it tells the shape. CFS_ERR_DAMAGED: there is none; CFS_ERR_NEWER. */
int32_t cfs_journal_open_log(struct cfs_journal *journal, const struct cfs_journal_config *config);

/* The next place of the log where something stands; damage is no error. record->number and position
 * are set in any case. 0: no more. */
enum cfs_found {
    CFS_FOUND_VALID = 1, /* a record */
    CFS_FOUND_HEAD,      /* of a record only the head is legible */
    CFS_FOUND_ILLEGIBLE  /* a line, or the start of a sector */
};
int32_t cfs_journal_next_place(struct cfs_journal *journal, struct cfs_log_cursor *cursor,
                               struct cfs_record *record);

/* Did the run that a record is part of end, and did no decision cut it off? 1; 0. */
int32_t cfs_journal_counts(struct cfs_journal *journal, const struct cfs_record *record);

/* Guaranteed erases per sector; 0: unlimited or not known. */
uint32_t cfs_journal_endurance(const struct cfs_journal *journal);

/* Would cfs_journal_read_target() find a record that is not stale? No I/O. */
bool cfs_journal_target_is_live(const struct cfs_journal *journal, uint32_t number,
                                cfs_pos_t position, cfs_pos_t target);

/* The same for a pointer that the next record appended would hold. No I/O. */
bool cfs_journal_is_live(const struct cfs_journal *journal, cfs_pos_t target);

/* Copy `size` bytes of a record's payload from `offset`. Not verified. */
int32_t cfs_journal_read_payload(struct cfs_journal *journal, const struct cfs_record *record,
                                 uint32_t offset, void *data, uint32_t size);

/* A piece of a payload to be given or compared: bytes [offset, offset + size) of it. */
struct cfs_piece {
    uint32_t offset;
    uint32_t size;
    void *copy_to;            /* or NULL */
    const void *compare_with; /* or NULL */
};

/* Read a whole record once, verify its checksum, and serve one piece of the payload on the way.
 * Returns 1: intact (and equal); 0: intact, but differs from compare_with; CFS_ERR_DAMAGED. */
int32_t cfs_journal_verify(struct cfs_journal *journal, const struct cfs_record *record,
                           const struct cfs_piece *piece);

/* The lines that a record with this kind, flags, map and payload takes. */
uint32_t cfs_journal_lines(const struct cfs_journal *journal, const struct cfs_record *record);

/* The weight of a record with a name: the lines it may take when it is appended again, with room for
 * the pointers it may gain. The unit of all accounting of space. */
uint32_t cfs_journal_weight(const struct cfs_journal *journal, const struct cfs_record *record);

/* How many lines ago in the log a record was appended, and how many lines a record stays in it. No I/O. */
uint32_t cfs_journal_age(const struct cfs_journal *journal, const struct cfs_record *record);
uint32_t cfs_journal_lap(const struct cfs_journal *journal);

/* Most live weight the volume can hold when no record weighs more than `longest`. */
uint32_t cfs_journal_capacity(const struct cfs_journal *journal, uint32_t longest);

/* Make room for one record of `weight`: may open a sector and reclaim the tail, which moves
 * records: look up again afterwards if *moved. */
int32_t cfs_journal_reserve(struct cfs_journal *journal, uint32_t weight, bool *moved);

/* After an append of `lines` lines: reclaim a part of the tail in proportion, and, if `may_erase`, erase
 * the sector that will be opened next. What was appended is durable whatever this returns. */
int32_t cfs_journal_pace(struct cfs_journal *journal, uint32_t lines, bool may_erase);

/* The same ahead of time, a step at a time: one record of the tail, or one erase, or opening a sector
 * so that `append_lines` lines can be appended without. 1: there may be more to do; 0: nothing. */
int32_t cfs_journal_maintain_step(struct cfs_journal *journal, uint32_t append_lines);

/* Close the session for now, so that the next mount programs nothing. The next append opens it
 * again. */
int32_t cfs_journal_seal(struct cfs_journal *journal);

/* Bytes in memory. */
struct cfs_bytes {
    const void *data;
    uint32_t size;
};

/* Where name and value of a record to append come from: memory, or records on the medium. */
struct cfs_payload {
    const void *name;
    const struct cfs_record *name_from; /* not NULL: the name of this record */
    const struct cfs_bytes *parts;      /* of the value, one behind the other */
    uint32_t part_count;
    const struct cfs_record *value_from; /* not NULL: the value of this record, value_bytes long */
    uint32_t value_bytes;                /* in all */
};

/* Append a record as a run of its own (or, within reclaim and mount, as part of theirs) and make it
 * the root of its bucket. `total` is the live weight afterwards. Returned CFS_OK means durable,
 * unless part of a run. Room must have been reserved. kind, hash, bucket, name_bytes, base and, with
 * CFS_RECORD_ATTRIBUTES, attributes of `record` are the caller's; the rest is filled in. `path` may be
 * NULL for SAME. */
int32_t cfs_journal_append(struct cfs_journal *journal, struct cfs_record *record,
                           const struct cfs_path *path, const struct cfs_payload *payload,
                           uint32_t total);

/* Look at the medium as it is from here on: what was made good will be made good again. */
void cfs_journal_look_anew(struct cfs_journal *journal);
/* After CFS_ERR_IO: a program failed in the head, which takes no more; the log is as it was before, and
 * what was to be appended may be tried once more, from cfs_journal_reserve() on. */
bool cfs_journal_is_closed(const struct cfs_journal *journal);

/* Sectors that are retired, or will be when what they hold has been reclaimed. No I/O. */
uint32_t cfs_journal_retired(const struct cfs_journal *journal);

/* Sectors that can be opened before the tail must have been reclaimed; those kept for worn ones are not
 * counted. At least 1 between calls. No I/O. */
uint32_t cfs_journal_free(const struct cfs_journal *journal);

/* Verify the journal's invariants. CFS_OK or CFS_ERR_DAMAGED. */
int32_t cfs_journal_check(struct cfs_journal *journal);

#ifdef __cplusplus
}
#endif
#endif
