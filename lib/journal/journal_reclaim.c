/* SPDX-License-Identifier: Apache-2.0 */
/* Room at the head, and the tail.
 *
 *   store > journal (this file: space) > volume > device
 *
 * Reclaim is in order of age: what is live in the tail is appended again and becomes the newest of
 * every subtrie it is in, so that no path that can still be taken leads into the sector. Then a
 * record says that the tail is empty, and only then may it be erased.
 *
 * It is paced: each append looks at a part of the tail, so that the tail is done before the head
 * needs the room, and the sector to be opened next is erased in a call of its own. Where that does not
 * suffice (the volume is nearly full, or mounts used up the room), the rest of the tail goes into the
 * last spare sector as one run, when that is opened.
 *
 * Why there is always room (docs/decisions/0003): a record's weight covers every length it can take
 * when it is appended again; no sector ever holds more data weight than fits a fresh sector beside
 * what a mount needs; and admission keeps the live weight so low that within one lap some tail
 * leaves room for the longest record behind its own live records.
 */
#include "journal_private.h"

#include "Storage_VM.h"
#include "cfs/port.h"

#if !CFS_CFG_READ_ONLY

/* Is there room at the head for a record of this weight? */
static bool fits(const struct cfs_journal *journal, uint32_t weight)
{
    const struct cfs_layout *layout = &journal->layout;
    uint32_t need = weight;

    need += weight > layout->copy_lines_max ? 1u : 0u; /* its commit record */
    need += journal->opened ? 0u : 1u;
    return journal->cursor + journal->slack + need + layout->reserve_lines <=
           cfs_place_sector_lines(journal, journal->number);
}

/* ---- the tail */

/* The next record of the tail from a line on, made good if need be. 1; 0: none; or, where only its head can
 * be read, HEAD_ONLY: what a cut left, or a key that is damaged. */
#define HEAD_ONLY 2
static int32_t next_in_tail(struct cfs_journal *journal, uint32_t *line, struct cfs_record *record)
{
    const uint32_t number = journal->state.tail;
    uint32_t salt;
    int32_t result = cfs_read_salt(journal, number, &salt);

    for (; result == CFS_OK && *line < cfs_place_sector_lines(journal, number); (*line)++) {
        cfs_pos_t position = cfs_place_in(journal, number, *line);

        result = cfs_read_healed(journal, number, salt, position, record, CFS_REPAIR_GUESS);
        if (result != 0) {
            break;
        }
        if (record->head_bytes > 0 && record->kind != CFS_KIND_SAME) {
            return HEAD_ONLY;
        }
        result = cfs_read_is_empty(journal, position);
        journal->doubtful = journal->doubtful || result == 0;
        result = result < 0 ? result : CFS_OK;
    }
    return result;
}

/* Carry a record of the tail on. Links and sames have gone with the record that holds the name, which is
 * older. 1; 0: there is no room for it. */
static int32_t carry(struct cfs_journal *journal, const struct cfs_record *record,
                     enum cfs_carry what, bool forced)
{
    int32_t result;

    if (!cfs_record_has_name(record) || record->kind == CFS_KIND_TOMBSTONE) {
        return 1;
    }
    if (!forced && !fits(journal, cfs_journal_weight(journal, record))) {
        return 0;
    }
    result = journal->owner.carry(journal->owner.context, record, what);
    return result < 0 ? result : 1;
}

/* Look at the next record of the tail. 1; 0: there is none, or, unless `forced`, no room for it. */
static int32_t step(struct cfs_journal *journal, bool forced)
{
    uint32_t line = journal->reclaim_line;
    struct cfs_record record = {0};
    int32_t found;
    int32_t result = 0;

    if (line < journal->layout.header_lines) {
        line = journal->layout.header_lines;
    }
    found = next_in_tail(journal, &line, &record);
    if (found > 0) {
        enum cfs_carry what = found == HEAD_ONLY ? CFS_CARRY_DAMAGED : CFS_CARRY_LIVE;

        result = carry(journal, &record, what, forced);
        if (result > 0) {
            line += found == HEAD_ONLY ? 1u : cfs_place_lines(journal, cfs_record_bytes(&record));
        }
    }
    result = found < 0 ? found : result;
    journal->stuck = journal->stuck || result == CFS_ERR_DAMAGED;
    journal->reclaim_line = line;
    return result;
}

/* Nothing live is left in the tail, unless it is illegible. */
static int32_t give_up_tail(struct cfs_journal *journal)
{
    int32_t result = journal->doubtful ? journal->owner.audit(journal->owner.context) : CFS_OK;

    journal->stuck = journal->stuck || result == CFS_ERR_DAMAGED;
    return result == CFS_OK ? cfs_append_empty(journal) : result;
}

int32_t cfs_reclaim_tail(struct cfs_journal *journal)
{
    int32_t result;

    do {
        result = step(journal, true);
    } while (result > 0);
    return result < 0 ? result : give_up_tail(journal);
}

static bool is_tail_done(const struct cfs_journal *journal)
{
    return journal->reclaim_line >= cfs_place_sector_lines(journal, journal->state.tail);
}

/* ---- pace */

/* Lines that data can still take before the last free sector is full. */
static uint32_t room(const struct cfs_journal *journal)
{
    const struct cfs_layout *layout = &journal->layout;
    uint32_t end = cfs_place_sector_lines(journal, journal->number);
    uint32_t taken = journal->cursor + journal->slack + layout->reserve_lines;
    uint32_t lines = end > taken ? end - taken : 0u;
    uint32_t spares = cfs_journal_free(journal);
    uint32_t number = journal->number;

    if (journal->extent_count == 1u) {
        return lines + spares * cfs_place_data_lines(journal, 0);
    }
    for (; spares > 0; spares--) {
        number = cfs_retire_next(journal, number);
        lines += cfs_place_data_lines(journal, number);
    }
    return lines;
}

/* A sector is always kept free for the last run; reclaim begins when less than this is left. */
static uint32_t kept_free(const struct cfs_journal *journal)
{
    uint32_t lines = journal->layout.sector_lines_max;

    return lines - journal->layout.header_lines - journal->layout.reserve_lines;
}

/* Lines that the rest of the tail may take when it is copied: as much as the average sector holds. */
static uint32_t expected_copies(const struct cfs_journal *journal)
{
    uint32_t tail = cfs_place_sector_lines(journal, journal->state.tail);

    uint32_t used = journal->number - journal->state.tail + 1u; /* retired ones are few */

    return journal->state.total / used * (tail - journal->reclaim_line) / tail;
}

/* Late, since what is overwritten meanwhile need not be copied; but not so late that one call has to
 * copy much. */
static uint32_t wanted_room(const struct cfs_journal *journal)
{
    return kept_free(journal) + kept_free(journal) / 4u;
}

/* Look at a part of the tail. 1: there was something to do; 0: nothing, or nothing more. */
static int32_t reclaim_some(struct cfs_journal *journal, uint32_t lines)
{
    uint32_t until = journal->reclaim_line + lines;
    int32_t result = 1;

    while (result > 0 && journal->reclaim_line < until && !is_tail_done(journal)) {
        result = step(journal, false);
    }
    if (result >= 0 && is_tail_done(journal) && fits(journal, 1)) {
        result = give_up_tail(journal);
        return result < 0 ? result : 1;
    }
    return result;
}

/* The sector to be opened next is erased ahead of time. 1: it was; 0: it need not, or cannot yet. */
static int32_t prepare_next(struct cfs_journal *journal)
{
    uint32_t salt;
    int32_t result;

    if (journal->next_ready || journal->unproven_empty || journal->worn_out ||
        cfs_journal_free(journal) == 0) {
        return 0;
    }
    result = cfs_sector_prepare(journal, cfs_retire_next(journal, journal->number), &salt);
    journal->next_ready = result == CFS_OK;
    return result < 0 ? result : 1;
}

static bool may_reclaim(const struct cfs_journal *journal)
{
    return !journal->failed && !journal->stuck && journal->fresh && journal->opened &&
           journal->number > journal->state.tail && room(journal) < wanted_room(journal);
}

int32_t cfs_journal_pace(struct cfs_journal *journal, uint32_t lines, bool may_erase)
{
    int32_t result = CFS_OK;

    if (may_reclaim(journal)) {
        uint32_t left = room(journal);
        uint32_t taken = kept_free(journal) + expected_copies(journal);
        uint32_t horizon = left > taken ? left - taken : 0u; /* lines left for others */
        uint32_t tail = cfs_place_sector_lines(journal, journal->state.tail);

        /* so many of the tail's lines for each line appended that both end together */
        result =
            reclaim_some(journal, lines * (tail - journal->reclaim_line) / (horizon + 1u) + 1u);
    }
    if (result >= 0 && may_erase && !journal->failed && journal->opened) {
        result = prepare_next(journal);
    }
    return result < 0 ? result : CFS_OK;
}

/* ---- room */

/* The first program of this session in a sector it did not open: nothing is programmed on a line
 * that an earlier session may have touched. `cursor` already stands behind the lines to fill. */
static int32_t resume(struct cfs_journal *journal)
{
    int32_t result = cfs_sector_destroy_next(journal);

    if (result == CFS_OK && journal->worn_out) {
        return CFS_ERR_READ_ONLY;
    }
    if (result == CFS_OK) {
        result = cfs_append_fills(journal);
    }
    journal->fresh = result == CFS_OK;
    return result;
}

/* The head is full: the next sector becomes the head. */
static int32_t advance(struct cfs_journal *journal)
{
    int32_t result = CFS_OK;

    if (journal->unproven_empty && !cfs_journal_is_closed(journal)) {
        result = cfs_append_opener(journal); /* proves that the tail is empty */
    }
    if (result == CFS_OK && journal->fresh) {
        result = cfs_append_parity(journal);
    }
    return result == CFS_OK || cfs_journal_is_closed(journal)
               ? cfs_sector_open(journal, NULL, false)
               : result;
}

/* What precedes the first data of a session. */
static int32_t begin_session(struct cfs_journal *journal)
{
    int32_t result = journal->fresh ? CFS_OK : resume(journal);

    if (result == CFS_OK && !journal->opened && CFS_RULE(OPENER)) {
        result = cfs_append_opener(journal);
    }
    return result;
}

int32_t cfs_journal_reserve(struct cfs_journal *journal, uint32_t weight, bool *moved)
{
    *moved = false;
    if (journal->failed || journal->worn_out) {
        return journal->failed ? CFS_ERR_IO : CFS_ERR_READ_ONLY;
    }
    if (cfs_port_low_voltage()) {
        return CFS_ERR_LOW_VOLTAGE;
    }
    for (uint32_t tries = 0; tries <= journal->sector_count; tries++) {
        int32_t result;

        if (fits(journal, weight)) {
            result = begin_session(journal);
            if (result == CFS_OK || !cfs_journal_is_closed(journal)) {
                return result;
            }
        }
        if (journal->stuck && cfs_journal_free(journal) <= 1u) {
            return CFS_ERR_DAMAGED; /* what is illegible would vanish in silence */
        }
        *moved = true;
        result = advance(journal);
        if (result != CFS_OK) {
            return result;
        }
    }
    return CFS_ERR_NO_SPACE; /* admission makes this unreachable */
}

/* ---- ahead of time */

/* Was the tail opened so many sessions ago that what it holds is to be written anew? 1; 0. */
static int32_t is_old(struct cfs_journal *journal)
{
    uint32_t session;
    int32_t result;

    if (journal->refresh_sessions == 0 || journal->stuck) {
        return 0;
    }
    result = cfs_sector_session(journal, journal->state.tail, &session);
    return result < 0 ? result : journal->state.session - session >= journal->refresh_sessions;
}

/* One step towards an empty tail, which is to be written anew. */
static int32_t refresh(struct cfs_journal *journal)
{
    bool moved;
    int32_t result = cfs_journal_reserve(journal, 1, &moved); /* opens the session */

    if (result == CFS_OK && journal->number == journal->state.tail) {
        result = advance(journal);
        return result < 0 ? result : 1;
    }
    return result < 0 ? result : reclaim_some(journal, 1);
}

/* Reclaim, or refresh, a little. 1: done; 0: there is nothing to do. What is reclaimed ahead leaves room
 * for the next append: in a store that is nearly full it would otherwise go round and round. */
static int32_t tend_tail(struct cfs_journal *journal, uint32_t append_lines)
{
    int32_t old = is_old(journal);

    if (old != 0) {
        return old < 0 ? old : refresh(journal);
    }
    return may_reclaim(journal) && fits(journal, append_lines + journal->state.longest)
               ? reclaim_some(journal, 1)
               : 0;
}

/* 1: the next sector is free and not yet erased; 0. */
static int32_t needs_erase(struct cfs_journal *journal)
{
    int32_t ready;

    if (journal->next_ready || cfs_journal_free(journal) == 0) {
        return 0;
    }
    ready = cfs_sector_is_ready(journal, cfs_retire_next(journal, journal->number));
    journal->next_ready = ready > 0;
    return ready < 0 ? ready : !ready;
}

int32_t cfs_journal_maintain_step(struct cfs_journal *journal, uint32_t append_lines)
{
    bool moved;
    int32_t result;

    if (journal->failed) {
        return CFS_ERR_IO;
    }
    if (journal->read_only || journal->worn_out) {
        return 0;
    }
    if (cfs_port_low_voltage()) {
        return CFS_ERR_LOW_VOLTAGE;
    }
    result = tend_tail(journal, append_lines);
    if (result < 0 && cfs_journal_is_closed(journal)) {
        return 1; /* the next sector will be opened */
    }
    if (result == 0 && !journal->opened) {
        result = needs_erase(journal);
        if (result <= 0) {
            return result;
        }
        result = cfs_journal_reserve(journal, 1, &moved); /* opens the session */
    }
    if (result == 0 && journal->unproven_empty && !journal->next_ready && fits(journal, 1)) {
        result = cfs_append_opener(journal); /* proves that the tail is empty */
    }
    if (result == 0) {
        result = prepare_next(journal);
    }
    if (result == 0 && !fits(journal, append_lines)) {
        result = cfs_journal_reserve(journal, append_lines, &moved);
        return result < 0 ? result : 1;
    }
    return result;
}

#endif
