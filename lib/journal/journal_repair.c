/* SPDX-License-Identifier: Apache-2.0 */
/* Making good what was damaged at rest.
 *
 *   store > journal (this file: repair) > volume > device
 *
 * A session leaves behind its lines a parity record: their exclusive or. Together with it the other
 * lines of the stretch give back the one that cannot be read, or tell which bits of one line are
 * wrong, but not of which line; that the checksum of the record tells. Where no parity covers a record
 * (its session was cut) a single flipped bit can still be told from the checksum alone.
 *
 * What was found is kept in one line of RAM, the patch, which all reads go through; the medium is left
 * alone. Invariants: nothing is accepted but a record whose checksum matches, at its place; what a cut
 * may have left is never repaired (a parity record is begun when all before it is complete, and without
 * one only a record that something committed leads to is tried).
 *
 * Bounds: a few passes over a sector, and what was tried in vain is not tried again.
 */
#include "journal_private.h"

#include <string.h>

#include "Storage_VM.h"
#include "cfs/bytes.h"
#include "cfs/crc.h"

#if CFS_CFG_REPAIR

#define CHUNK_BYTES    32u
#define CRC_POLYNOMIAL 0x82F63B78u
#define CRC_RESIDUE    0xB798B438u /* of a record and its checksum, if that matches */

/* The record to repair. */
struct patient {
    uint32_t number;
    uint32_t salt;
    cfs_pos_t position;
    cfs_pos_t sector;     /* its line 0 */
    cfs_pos_t sector_end; /* behind its last line */
};

/* ---- the patch */

static void lift_patch(struct cfs_journal *journal)
{
    journal->patch_position = 0;
    journal->scratch_position = 0;
}

/* Exclusive or of the patch with what can be read of a line. 1: all; 0: not all of it. */
static int32_t add_line(struct cfs_journal *journal, cfs_pos_t line)
{
    uint8_t chunk[CHUNK_BYTES];
    int32_t whole = 1;

    for (uint32_t at = 0, size; at < journal->line_bytes; at += size) {
        int32_t result;

        size = journal->line_bytes - at < CHUNK_BYTES ? journal->line_bytes - at : CHUNK_BYTES;
        result =
            cfs_volume_read(journal->volume, cfs_place_offset(journal, line) + at, chunk, size);
        if (result == CFS_OK) {
            for (uint32_t i = 0; i < size; i++) {
                journal->patch[at + i] ^= chunk[i];
            }
        } else if (result == CFS_ERR_UNREADABLE) {
            whole = 0;
        } else {
            return result;
        }
    }
    return whole;
}

/* The patch holds what is wrong with one line. Is it this one? 1: it is, and stays patched. */
static int32_t try_line(struct cfs_journal *journal, const struct patient *patient, cfs_pos_t line)
{
    struct cfs_record record;
    int32_t result = add_line(journal, line);

    if (result < 0) {
        return result;
    }
    journal->patch_position = line;
    journal->scratch_position = 0;
    result = cfs_read_valid(journal, patient->number, patient->salt, patient->position, &record);
    if (result == 0) {
        lift_patch(journal);
        result = add_line(journal, line);
        return result < 0 ? result : 0;
    }
    return result;
}

/* ---- what the checksum tells */

/* The register of the checksum after some more bytes, or zeros. */
static uint32_t feed(uint32_t state, const void *data, uint32_t size)
{
    return ~cfs_crc32c(~state, data, size);
}

static uint32_t feed_zeros(uint32_t state, uint32_t size)
{
    static const uint8_t zero;

    while (size-- > 0) {
        state = feed(state, &zero, 1);
    }
    return state;
}

/* What the errors in a record add to the register; they add it up as if all else were zeros.
 * 0: a line of it cannot be read. */
static int32_t read_syndrome(struct cfs_journal *journal, const struct patient *patient,
                             const struct cfs_record *record, uint32_t *syndrome)
{
    uint8_t chunk[CHUNK_BYTES];
    uint32_t left = cfs_record_bytes(record);
    cfs_off_t offset = cfs_place_offset(journal, record->position);
    uint32_t crc = cfs_record_crc_start(patient->number, patient->salt, record->position);

    while (left > 0) {
        uint32_t size = left < CHUNK_BYTES ? left : CHUNK_BYTES;
        int32_t result = cfs_read_bytes(journal, offset, chunk, size);

        if (result != CFS_OK) {
            return result == CFS_ERR_UNREADABLE ? 0 : result;
        }
        crc = cfs_crc32c(crc, chunk, size);
        offset += size;
        left -= size;
    }
    *syndrome = ~crc ^ CRC_RESIDUE;
    return 1;
}

/* The line of a record which, being wrong by the patch, would explain the syndrome; 0: none. */
static cfs_pos_t find_line(const struct cfs_journal *journal, const struct cfs_record *record,
                           uint32_t syndrome)
{
    uint32_t lines = cfs_place_lines(journal, cfs_record_bytes(record));
    uint32_t in_last = cfs_record_bytes(record) - (lines - 1u) * journal->line_bytes;
    uint32_t state = feed(0, journal->patch, in_last);

    if (state == syndrome) {
        return record->position + lines - 1u;
    }
    state = feed_zeros(feed(0, journal->patch, journal->line_bytes), in_last);
    for (uint32_t line = lines - 1u; line-- > 0;) {
        if (state == syndrome) {
            return record->position + line;
        }
        state = feed_zeros(state, journal->line_bytes);
    }
    return 0;
}

/* ---- by parity */

/* Lines and their exclusive or, which stands in a record, or is not yet written. */
struct stretch {
    cfs_pos_t from;
    cfs_pos_t end;
    struct cfs_record parity; /* kind 0: not yet written */
};

/* What this session has appended so far to the head sector; its parity is in RAM. */
static bool is_in_open_stretch(const struct cfs_journal *journal, const struct patient *patient,
                               struct stretch *stretch)
{
    stretch->from = patient->sector + journal->parity_from;
    stretch->end = cfs_place_head(journal);
    stretch->parity.kind = 0;
    return patient->number == journal->number && journal->parity_from != 0 &&
           patient->position >= stretch->from && patient->position < stretch->end;
}

static int32_t read_from(struct cfs_journal *journal, const struct patient *patient,
                         struct stretch *stretch)
{
    uint8_t bytes[CFS_PARITY_FROM_BYTES];
    int32_t result = cfs_read_payload(journal, &stretch->parity, 0, bytes, sizeof bytes);

    stretch->end = stretch->parity.position;
    stretch->from = patient->sector + cfs_get_le(bytes, sizeof bytes);
    return result < 0 ? result
                      : stretch->from <= patient->position && stretch->from > patient->sector;
}

/* The stretch that ends with the first parity record behind the patient. 1: it begins with the patient
 * or before. */
static int32_t find_stretch(struct cfs_journal *journal, const struct patient *patient,
                            struct stretch *stretch)
{
    struct cfs_record *record = &stretch->parity;
    cfs_pos_t position = patient->position + 1u;

    if (is_in_open_stretch(journal, patient, stretch)) {
        return 1;
    }
    stretch->from = patient->sector_end;
    while (position < patient->sector_end) {
        int32_t result = cfs_read_valid(journal, patient->number, patient->salt, position, record);

        if (result < 0) {
            return result;
        }
        if (result > 0 && record->kind == CFS_KIND_PARITY &&
            record->payload_bytes == CFS_PARITY_FROM_BYTES + journal->line_bytes) {
            return read_from(journal, patient, stretch);
        }
        position += result > 0 ? cfs_place_lines(journal, cfs_record_bytes(record)) : 1u;
    }
    return 0;
}

/* The patch becomes the exclusive or of the stretch and its parity. 1: `bad` is the line that cannot be
 * read, 0 if all can; 0: more than one cannot. */
static int32_t sum_up(struct cfs_journal *journal, const struct stretch *stretch, cfs_pos_t *bad)
{
    int32_t result = CFS_OK;

    *bad = 0;
    if (stretch->parity.kind == 0) {
        memcpy(journal->patch, journal->parity, journal->line_bytes);
    } else {
        result = cfs_read_payload(journal, &stretch->parity, CFS_PARITY_FROM_BYTES, journal->patch,
                                  journal->line_bytes);
    }
    for (cfs_pos_t line = stretch->from; result >= 0 && line < stretch->end; line++) {
        result = add_line(journal, line);
        if (result == 0) {
            if (*bad != 0) {
                return 0;
            }
            *bad = line;
        }
    }
    return result < 0 ? result : 1;
}

/* All lines can be read and the patch holds the bits that are wrong in one. */
static int32_t try_lines(struct cfs_journal *journal, const struct patient *patient, cfs_pos_t end)
{
    struct cfs_record record;
    cfs_pos_t line = 0;
    uint32_t syndrome = 0;
    int32_t result = cfs_read_unverified(journal, patient->number, patient->position, &record);

    if (result > 0) {
        result = read_syndrome(journal, patient, &record, &syndrome);
    }
    if (result > 0) {
        line = find_line(journal, &record, syndrome);
        result = line != 0 && line < end ? try_line(journal, patient, line) : 0;
    }
    /* else it is in the head, whose length is not known */
    line = patient->position;
    end = end - line < cfs_place_lines(journal, CFS_RECORD_HEAD_MAX)
              ? end
              : line + cfs_place_lines(journal, CFS_RECORD_HEAD_MAX);
    for (; result == 0 && line < end; line++) {
        result = try_line(journal, patient, line);
    }
    return result;
}

static bool is_barren(const struct cfs_journal *journal, const struct patient *patient)
{
    return journal->barren_number == patient->number && patient->position >= journal->barren_from &&
           patient->position < journal->barren_end;
}

static int32_t repair_by_parity(struct cfs_journal *journal, const struct patient *patient)
{
    struct stretch stretch;
    cfs_pos_t bad;
    int32_t result;

    if (is_barren(journal, patient)) {
        return 0;
    }
    result = find_stretch(journal, patient, &stretch);
    journal->barren_number = patient->number;
    journal->barren_from = patient->position;
    journal->barren_end = stretch.from;
    if (result > 0) {
        journal->barren_end = stretch.end;
        result = sum_up(journal, &stretch, &bad);
        if (result > 0) {
            result = bad != 0 ? try_line(journal, patient, bad)
                              : try_lines(journal, patient, stretch.end);
        }
    }
    if (result != 0) {
        journal->barren_number = 0; /* it was not in vain, or nobody knows */
    }
    return result;
}

/* ---- a single flipped bit, without parity */

static int32_t mend_bit(struct cfs_journal *journal, const struct patient *patient, uint32_t bit)
{
    uint32_t line_bits = 8u * journal->line_bytes;
    uint32_t in_line = bit % line_bits;

    memset(journal->patch, 0, journal->line_bytes);
    journal->patch[in_line / 8u] = (uint8_t)(1u << in_line % 8u);
    return try_line(journal, patient, patient->position + bit / line_bits);
}

/* The bit of a record which, being flipped, would explain the syndrome: the register is stepped back
 * from the last bit to the first. */
static int32_t repair_bit(struct cfs_journal *journal, const struct patient *patient)
{
    struct cfs_record record;
    uint32_t syndrome = 0;
    uint32_t state = 1;
    int32_t result = cfs_read_unverified(journal, patient->number, patient->position, &record);

    if (result > 0) {
        result = read_syndrome(journal, patient, &record, &syndrome);
    }
    if (result <= 0) {
        return result;
    }
    for (uint32_t bit = 8u * cfs_record_bytes(&record); bit-- > 0;) {
        state = state >> 1 ^ (state & 1u ? CRC_POLYNOMIAL : 0u);
        if (state == syndrome) {
            return mend_bit(journal, patient, bit);
        }
    }
    return 0;
}

/* The first bytes at the patient's place go to the scratch buffer, as many as may be a head and can be
 * read. */
static int32_t read_head_bytes(struct cfs_journal *journal, const struct patient *patient)
{
    uint32_t bytes = (patient->sector_end - patient->position) * journal->line_bytes;
    uint32_t at = 0;
    int32_t result = CFS_OK;

    bytes = bytes < CFS_RECORD_HEAD_MAX ? bytes : CFS_RECORD_HEAD_MAX;
    while (result == CFS_OK && at < bytes) {
        uint32_t size = bytes - at < journal->line_bytes ? bytes - at : journal->line_bytes;

        result = cfs_read_bytes(journal, cfs_place_offset(journal, patient->position) + at,
                                journal->scratch + at, size);
        at += result == CFS_OK ? size : 0u;
    }
    journal->scratch_position = patient->position;
    journal->scratch_bytes = at;
    return result == CFS_ERR_UNREADABLE ? CFS_OK : result;
}

/* Does the scratch buffer hold the head of a valid record? */
static int32_t is_head(struct cfs_journal *journal, const struct patient *patient)
{
    struct cfs_record record = {.number = patient->number, .position = patient->position};
    uint32_t room = patient->sector_end - patient->position;
    bool decoded =
        cfs_record_decode(&record, &journal->shape, journal->scratch, journal->scratch_bytes) > 0;

    if (decoded && record.kind == CFS_KIND_SAME) {
        room = journal->layout.copy_lines_max; /* its length is not to be believed */
    }
    return decoded && cfs_record_bytes(&record) <= room * journal->line_bytes
               ? cfs_read_pass(journal, &record, patient->salt, NULL, NULL)
               : 0;
}

/* One bit after the other: the check of the head tells most wrong ones at once. */
static int32_t repair_bit_of_head(struct cfs_journal *journal, const struct patient *patient)
{
    int32_t result = read_head_bytes(journal, patient);

    for (uint32_t bit = 0; result == 0 && bit < 8u * journal->scratch_bytes; bit++) {
        uint8_t mask = (uint8_t)(1u << bit % 8u);

        journal->scratch[bit / 8u] ^= mask;
        result = is_head(journal, patient);
        journal->scratch[bit / 8u] ^= mask;
        if (result > 0) {
            return mend_bit(journal, patient, bit);
        }
    }
    return result;
}

/* ---- */

static int32_t repair_single_bit(struct cfs_journal *journal, const struct patient *patient)
{
    int32_t result = repair_bit(journal, patient);

    return result == 0 ? repair_bit_of_head(journal, patient) : result;
}

int32_t cfs_repair(struct cfs_journal *journal, uint32_t number, uint32_t salt, cfs_pos_t position,
                   enum cfs_repair_why why)
{
    struct patient patient = {.number = number, .salt = salt, .position = position};
    int32_t result;

    if (number == journal->beyond_number && position == journal->beyond_position) {
        return 0;
    }
    patient.sector = cfs_place_in(journal, number, 0);
    patient.sector_end = patient.sector + cfs_place_sector_lines(journal, number);
    lift_patch(journal);
    result = repair_by_parity(journal, &patient);
    if (result > 0 && why == CFS_REPAIR_GUESS) {
        why = CFS_REPAIR_COVERED;
    }
    if (result == 0 && why != CFS_REPAIR_COVERED) {
        result = repair_single_bit(journal, &patient);
        if (result == 0) {
            journal->beyond_number = number;
            journal->beyond_position = position;
        }
    }
    journal->repairs += result > 0 && why != CFS_REPAIR_GUESS ? 1u : 0u;
    return result;
}

void cfs_repair_forget(struct cfs_journal *journal)
{
    journal->barren_number = 0;
    journal->beyond_number = 0;
}

#endif
