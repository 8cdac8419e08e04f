/* SPDX-License-Identifier: Apache-2.0 */
/* What the starts of all sectors say; and what a volume is in which no sector counts.
 *
 *   store > journal (this file: survey) > volume > device
 *
 * Nothing here decides what is served. It tells a volume that never held anything, where format is
 * safe, from one that does hold something, where it is not.
 */
#include "journal_private.h"

#include <string.h>

#include "Storage_VM.h"

#if !CFS_CFG_READ_ONLY

static int32_t survey_sector(struct cfs_journal *journal, cfs_sector_t sector,
                             struct cfs_survey *survey)
{
    struct cfs_sector_info info;
    int32_t result = cfs_sector_read(journal, sector, false, &info);
    int32_t visible;

    if (result != CFS_OK) {
        return result;
    }
    visible = info.marked ? 1 : cfs_read_is_visible(journal, cfs_place_line(journal, sector, 0));
    if (visible < 0) {
        return visible;
    }
    survey->newer = survey->newer || info.newer;
    if (info.newer_number > survey->newer_highest) {
        survey->newer_highest = info.newer_number;
    }
    survey->other_shape = survey->other_shape || info.other_shape;
    survey->any_mark = survey->any_mark || info.marked;
    survey->any_header = survey->any_header || info.headed;
    survey->visible_beyond_first = survey->visible_beyond_first || (visible && sector > 0);
    if ((info.marked || info.headed) && info.number > survey->highest) {
        survey->highest = info.number;
    }
    return CFS_OK;
}

int32_t cfs_survey_take(struct cfs_journal *journal, struct cfs_survey *survey)
{
    int32_t result = CFS_OK;

    memset(survey, 0, sizeof *survey);
    for (cfs_sector_t i = 0; result == CFS_OK && i < journal->sector_count; i++) {
        result = survey_sector(journal, i, survey);
    }
    return result;
}

/* 1: every byte of the line reads blank or zero, or it cannot be read: so a cut erase leaves it. */
static int32_t is_empty_line(struct cfs_journal *journal, cfs_pos_t position)
{
    uint8_t erased = cfs_volume_erased_value(journal->volume);
    int32_t result = cfs_read_bytes(journal, cfs_place_offset(journal, position), journal->line,
                                    journal->line_bytes);

    if (result != CFS_OK) {
        return result == CFS_ERR_UNREADABLE ? 1 : result;
    }
    for (uint32_t i = 0; i < journal->line_bytes; i++) {
        if (journal->line[i] != 0 && journal->line[i] != erased) {
            return 0;
        }
    }
    return 1;
}

static uint32_t first_sector_lines(const struct cfs_journal *journal)
{
    return journal->extent[0].sector_lines;
}

/* Where the traces of a format end: the header, and the first run and two seals behind it, which
 * take no more than as many lines again, and two. */
static uint32_t traces_end(struct cfs_journal *journal, const struct cfs_record *header)
{
    uint32_t lines =
        header->head_bytes == 0 ? 1u : cfs_place_lines(journal, cfs_record_bytes(header)) * 2u + 2u;

    lines += CFS_LINE_HEADER + 3u; /* and parity */
    return lines < first_sector_lines(journal) ? lines : first_sector_lines(journal);
}

/* Is there anything in the first sector, in lines [line, end), that a format does not write? */
static int32_t holds_more(struct cfs_journal *journal, const struct cfs_sector_info *info,
                          uint32_t line, uint32_t end)
{
    struct cfs_record record;

    for (; line < end; line++) {
        int32_t result = cfs_read_valid(journal, info->number, info->salt, line, &record);

        if (result < 0) {
            return result;
        }
        if (result > 0 && record.kind != CFS_KIND_CHECKPOINT && record.kind != CFS_KIND_SEAL &&
            record.kind != CFS_KIND_HEADER && record.kind != CFS_KIND_PARITY) {
            return 1;
        }
    }
    for (; line < first_sector_lines(journal); line++) {
        int32_t result = is_empty_line(journal, line);

        if (result <= 0) {
            return result < 0 ? result : 1;
        }
    }
    return 0;
}

/* 1: the first sector shows no more than a format of a blank volume that was cut can leave. Then
 * there was never anything to lose, and a device that was interrupted at its first boot starts. */
static int32_t is_unfinished_format(struct cfs_journal *journal)
{
    struct cfs_sector_info info;
    struct cfs_record header = {0};
    int32_t result = cfs_sector_read(journal, 0, true, &info);

    if (result == CFS_OK) {
        result = cfs_read_head(journal, 0, CFS_LINE_HEADER, &header);
    }
    if (result >= 0) {
        result = holds_more(journal, &info, CFS_LINE_HEADER, traces_end(journal, &header));
    }
    return result < 0 ? result : !result;
}

int32_t cfs_survey_verdict(struct cfs_journal *journal, const struct cfs_survey *survey)
{
    if (survey->newer) {
        return CFS_ERR_NEWER;
    }
    if (survey->other_shape) {
        return CFS_ERR_GEOMETRY;
    }
    if (!survey->visible_beyond_first) {
        int32_t result = is_unfinished_format(journal);

        if (result != 0) {
            return result < 0 ? result : CFS_ERR_BLANK;
        }
    }
    return survey->any_mark || survey->any_header ? CFS_ERR_DAMAGED : CFS_ERR_FOREIGN;
}

#endif
