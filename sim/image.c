/* SPDX-License-Identifier: Apache-2.0 */
/* Images: the bytes of the whole device in a file, as a programmer or debugger would read them. */
#include <errno.h>
#include <string.h>

#include "flash_private.h"

void sim_flash_peek(const struct sim_flash *flash, uint64_t addr, void *data, size_t size)
{
    const uint32_t line_bytes = flash->profile.line_bytes;
    uint8_t *to = data;

    while (size != 0) {
        const struct sim_sector *sector = flash_sector_of(flash, addr);
        const uint32_t offset = (uint32_t)(addr - sector->addr);
        const uint32_t in_line = line_bytes - offset % line_bytes;
        const uint32_t piece = size < in_line ? (uint32_t)size : in_line;

        if (cells_range_is_hidden(flash, sector, offset, piece)) {
            memset(to, 0, piece);
        } else {
            memcpy(to, sector->cells->bytes + offset, piece);
        }
        addr += piece;
        to += piece;
        size -= piece;
    }
}

static int refuse(char *error, size_t error_size, const char *path, const char *why)
{
    (void)snprintf(error, error_size, "%s: %s", path, why);
    return -1;
}

int sim_flash_save(const struct sim_flash *flash, const char *path, char *error, size_t error_size)
{
    FILE *file = fopen(path, "wb");
    uint8_t line[512];
    bool written = true;

    if (file == NULL) {
        return refuse(error, error_size, path, strerror(errno));
    }
    for (uint64_t addr = 0; written && addr < flash->size_bytes;) {
        const uint32_t piece = flash->profile.line_bytes;

        sim_flash_peek(flash, addr, line, piece);
        written = fwrite(line, 1, piece, file) == piece;
        addr += piece;
    }
    if (fclose(file) != 0 || !written) {
        return refuse(error, error_size, path, "the image could not be written completely");
    }
    return 0;
}

/* Units of the sector become what their bytes say: blank, filled, or programmed. */
static void set_states(struct sim_flash *flash, struct sim_sector *sector)
{
    const uint32_t unit_bytes = flash->profile.unit_bytes;
    struct cells *cells = sector->cells;

    for (uint32_t unit = 0; unit < sector->size_bytes / unit_bytes; unit++) {
        const uint8_t *bytes = cells->bytes + (size_t)unit * unit_bytes;
        uint8_t state = UNIT_DONE;

        if (flash_is_fill(flash, bytes, unit_bytes)) {
            state = UNIT_FILLED;
        } else if (flash_is_blank(flash, bytes, unit_bytes)) {
            state = UNIT_BLANK;
        }
        cells_set_state(cells, unit, state);
    }
}

static bool read_sector(struct sim_flash *flash, struct sim_sector *sector, FILE *file)
{
    const uint32_t units = sector->size_bytes / flash->profile.unit_bytes;
    bool complete;

    cells_share(sector, flash_blank(flash, sector->addr));
    (void)cells_begin(flash, sector, 0, units);
    complete = fread(sector->cells->bytes, 1, sector->size_bytes, file) == sector->size_bytes;
    set_states(flash, sector);
    cells_end(flash, sector, 0, units);
    return complete;
}

static int64_t file_size(FILE *file)
{
    int64_t size = -1;

    if (fseek(file, 0, SEEK_END) == 0) {
        size = ftell(file);
        rewind(file);
    }
    return size;
}

int sim_flash_load(struct sim_flash *flash, const char *path, char *error, size_t error_size)
{
    FILE *file = fopen(path, "rb");
    bool complete = true;
    int64_t size;

    if (file == NULL) {
        return refuse(error, error_size, path, strerror(errno));
    }
    size = file_size(file);
    if (size < 0 || (uint64_t)size != flash->size_bytes) {
        (void)fclose(file);
        (void)snprintf(error, error_size,
                       "%s: has %lld bytes, but the device (%s, %u sectors) has %llu", path,
                       (long long)size, flash->profile.name, flash->sector_count,
                       (unsigned long long)flash->size_bytes);
        return -1;
    }
    for (uint32_t i = 0; complete && i < flash->sector_count; i++) {
        complete = read_sector(flash, &flash->sectors[i], file);
    }
    (void)fclose(file);
    return complete ? 0 : refuse(error, error_size, path, "could not be read completely");
}
