/* SPDX-License-Identifier: Apache-2.0 */
/* A toy store with seeded bugs. See toy.h.
 *
 * A sector holds: number (4), length of all (2), for each key its length + 1 or 0 and its bytes, a
 * checksum (4), padded with zeros to a whole line; then the line of the seal. */
#include "toy.h"

#include <string.h>

#include "sim/flash.h"
#include "value.h"

#define LINE      16u
#define IMAGE_MAX 1216u
#define NONE      0u

enum toy_bug toy_bug;

struct toy {
    ARM_DRIVER_STORAGE *driver;
    uint64_t base;
    uint32_t sector_bytes;
    uint32_t sectors;
    uint32_t number; /* of the map served; it stands in sector number % sectors */
    uint32_t length; /* of its image */
    uint32_t writes;
    bool sealed;
    uint8_t size[KEYS]; /* length + 1, 0: absent */
    uint8_t value[KEYS][VALUE_BYTES_MAX];
};

static uint32_t checksum(const uint8_t *bytes, uint32_t size)
{
    uint32_t sum = 2166136261u;
    for (uint32_t i = 0; i < size; i++) {
        sum = (sum ^ bytes[i]) * 16777619u;
    }
    return sum ^ sum >> 15;
}

static void put32(uint8_t *bytes, uint32_t value)
{
    for (unsigned i = 0; i < 4; i++) {
        bytes[i] = (uint8_t)(value >> (8 * i));
    }
}

static uint32_t get32(const uint8_t *bytes)
{
    return bytes[0] | (uint32_t)bytes[1] << 8 | (uint32_t)bytes[2] << 16 | (uint32_t)bytes[3] << 24;
}

static uint64_t sector_addr(const struct toy *toy, uint32_t number)
{
    return toy->base + (uint64_t)(number % toy->sectors) * toy->sector_bytes;
}

/* ---- the medium: 0 or -1 */

static int program(struct toy *toy, uint64_t addr, const uint8_t *bytes, uint32_t size)
{
    for (uint32_t done = 0; done < size; done += LINE) {
        if (toy->driver->ProgramData(addr + done, bytes + done, LINE) < 0) {
            return -1;
        }
    }
    return 0;
}

static int erase(struct toy *toy, uint32_t number)
{
    return toy->driver->Erase(sector_addr(toy, number), toy->sector_bytes) < 0 ? -1 : 0;
}

/* Line by line: an unreadable one costs the map only if it is part of it. */
static void read_image(struct toy *toy, uint32_t sector, uint8_t image[IMAGE_MAX])
{
    uint64_t addr = sector_addr(toy, sector);
    memset(image, 0, IMAGE_MAX);
    for (uint32_t at = 0; at < IMAGE_MAX; at += LINE) {
        if (toy->driver->ReadData(addr + at, image + at, LINE) < 0) {
            memset(image + at, 0, LINE);
        }
    }
}

/* ---- maps as images */

static uint32_t encode(const struct toy *toy, uint32_t number, uint8_t image[IMAGE_MAX])
{
    uint32_t at = 6;
    memset(image, 0, IMAGE_MAX);
    for (unsigned key = 0; key < KEYS; key++) {
        image[at++] = toy->size[key];
        uint32_t size = toy->size[key] == 0 ? 0 : toy->size[key] - 1u;
        memcpy(image + at, toy->value[key], size);
        at += size;
    }
    put32(image, number);
    image[4] = (uint8_t)at;
    image[5] = (uint8_t)(at >> 8);
    put32(image + at, checksum(image, at));
    return (at + 4 + LINE - 1) / LINE * LINE;
}

static bool is_whole(const struct toy *toy, uint32_t sector, const uint8_t image[IMAGE_MAX])
{
    uint32_t size = image[4] | (uint32_t)image[5] << 8;
    uint32_t number = get32(image);
    if (number == NONE || number % toy->sectors != sector || size < 14 || size > IMAGE_MAX - 32) {
        return false;
    }
    return toy_bug == TOY_NO_CHECKSUM || get32(image + size) == checksum(image, size);
}

static void decode(struct toy *toy, const uint8_t image[IMAGE_MAX])
{
    uint32_t size = image[4] | (uint32_t)image[5] << 8;
    uint32_t at = 6;
    toy->number = get32(image);
    toy->length = (size + 4 + LINE - 1) / LINE * LINE;
    for (unsigned key = 0; key < KEYS; key++) {
        uint8_t stored = image[at];
        toy->size[key] = stored;
        at++;
        memcpy(toy->value[key], image + at, VALUE_BYTES_MAX);
        at += stored == 0 ? 0 : stored - 1u;
        at = at > IMAGE_MAX - 264 ? IMAGE_MAX - 264 : at; /* torn lengths stay inside */
    }
}

/* ---- writing */

static int write_seal(struct toy *toy)
{
    uint8_t line[LINE] = {'s', 'e', 'a', 'l'};
    put32(line + 4, toy->number);
    put32(line + 8, ~toy->number);
    int result = program(toy, sector_addr(toy, toy->number) + toy->length, line, LINE);
    toy->sealed = result == 0;
    return result;
}

static bool has_seal(struct toy *toy, const uint8_t image[IMAGE_MAX])
{
    const uint8_t *line = image + toy->length;
    return memcmp(line, "seal", 4) == 0 && get32(line + 4) == toy->number &&
           get32(line + 8) == ~toy->number;
}

/* Put the map into the next sector, which is erased first. */
static int write_map(struct toy *toy)
{
    uint8_t image[IMAGE_MAX];
    uint32_t number = toy->number + 1;
    uint32_t length = encode(toy, number, image);
    uint32_t late = toy_bug == TOY_LATE_COMMIT ? LINE : 0;
    if (toy_bug != TOY_NO_ERASE && erase(toy, number) < 0) {
        return -1;
    }
    if (program(toy, sector_addr(toy, number), image, length - late) < 0) {
        return -1;
    }
    toy->number = number;
    toy->length = length;
    return 0;
}

static enum subject_result write(struct toy *toy)
{
    static const uint8_t zeros[LINE];
    if (toy_bug == TOY_FAILS_TWICE && toy->writes++ % 2 == 1) {
        return SUBJECT_FAILED;
    }
    if (toy->sealed && toy_bug != TOY_KEEPS_SEAL) {
        if (program(toy, sector_addr(toy, toy->number) + toy->length, zeros, LINE) < 0) {
            return SUBJECT_FAILED;
        }
    }
    toy->sealed = false;
    return write_map(toy) < 0 ? SUBJECT_FAILED : SUBJECT_OK;
}

/* ---- mount */

/* Sectors of the numbers first to last, as far as they are not kept. */
static int erase_numbers(struct toy *toy, uint32_t first, uint32_t last)
{
    for (uint32_t number = first; number <= last; number++) {
        if (erase(toy, number) < 0) {
            return -1;
        }
    }
    return 0;
}

static int make_stand(struct toy *toy)
{
    uint32_t newest = toy->number;
    if (toy_bug == TOY_TRUSTS_NEWEST) {
        return 0;
    }
    if (toy_bug == TOY_ERASES_SOURCE && erase_numbers(toy, newest, newest) < 0) {
        return -1;
    }
    if (toy_bug != TOY_LEAVES_OTHERS &&
        erase_numbers(toy, newest + 1, newest + toy->sectors - 1 - TOY_KEPT) < 0) {
        return -1;
    }
    while (write_map(toy) == 0 && write_seal(toy) == 0) {
        if (toy_bug != TOY_HANGS) {
            return 0;
        }
    }
    return -1;
}

static bool find_newest(struct toy *toy, uint8_t newest[IMAGE_MAX])
{
    uint8_t image[IMAGE_MAX];
    uint32_t number = NONE;
    for (uint32_t sector = 0; sector < toy->sectors; sector++) {
        read_image(toy, sector, image);
        if (is_whole(toy, sector, image) && get32(image) > number) {
            number = get32(image);
            memcpy(newest, image, IMAGE_MAX);
        }
    }
    return number != NONE;
}

static void attach(struct toy *toy, struct sim_flash *flash)
{
    memset(toy, 0, sizeof *toy);
    toy->driver = sim_flash_driver(flash);
    toy->base = sim_flash_profile(flash)->base;
    toy->sectors = sim_flash_sector_count(flash);
    toy->sector_bytes = sim_flash_profile(flash)->regions[0].sector_bytes;
}

static enum subject_result toy_mount(void *memory, struct sim_flash *flash, int32_t *error)
{
    struct toy *toy = memory;
    uint8_t image[IMAGE_MAX];
    *error = -1;
    attach(toy, flash);
    if (!find_newest(toy, image)) {
        return SUBJECT_FAILED;
    }
    decode(toy, image);
    toy->sealed = has_seal(toy, image);
    if (toy->sealed && toy_bug != TOY_WRITES_EVERY_BOOT) {
        return SUBJECT_OK;
    }
    return make_stand(toy) < 0 ? SUBJECT_FAILED : SUBJECT_OK;
}

static enum subject_result toy_format(void *memory, struct sim_flash *flash, int32_t *error)
{
    struct toy *toy = memory;
    uint8_t image[IMAGE_MAX];
    *error = -1;
    attach(toy, flash);
    if (find_newest(toy, image)) {
        decode(toy, image);
        memset(toy->size, 0, sizeof toy->size);
        toy->sealed = has_seal(toy, image);
    }
    return write(toy);
}

static enum subject_result toy_unmount(void *memory, int32_t *error)
{
    struct toy *toy = memory;
    *error = -1;
    return toy->sealed || write_seal(toy) == 0 ? SUBJECT_OK : SUBJECT_FAILED;
}

/* ---- the map */

static enum subject_result toy_set(void *memory, const char *name, const void *value, size_t size,
                                   int32_t *error)
{
    struct toy *toy = memory;
    unsigned key = key_find(name);
    *error = -1;
    toy->size[key] = (uint8_t)(size + 1);
    memcpy(toy->value[key], value, size);
    if (toy_bug == TOY_DROPS_NEIGHBOUR && size > 80) {
        toy->size[4] = 0;
    }
    return write(toy);
}

static enum subject_result toy_delete(void *memory, const char *name, int32_t *error)
{
    struct toy *toy = memory;
    unsigned key = key_find(name);
    unsigned left = 0;
    *error = -1;
    if (toy->size[key] == 0) {
        return SUBJECT_NOT_FOUND;
    }
    toy->size[key] = 0;
    for (unsigned i = 0; i < KEYS; i++) {
        left += toy->size[i] != 0;
    }
    bool forgets = (toy_bug == TOY_FORGETS_DELETE && left == 0) || toy_bug == TOY_RESURRECTS;
    return forgets ? SUBJECT_OK : write(toy);
}

static enum subject_result toy_get(void *memory, const char *name, void *value, size_t *size,
                                   int32_t *error)
{
    struct toy *toy = memory;
    unsigned key = key_find(name);
    *error = 0;
    if (toy->size[key] == 0) {
        return SUBJECT_NOT_FOUND;
    }
    *size = toy->size[key] - 1u;
    memcpy(value, toy->value[key], *size < VALUE_BYTES_MAX ? *size : VALUE_BYTES_MAX);
    return SUBJECT_OK;
}

static enum subject_result toy_next(void *memory, char *name, int32_t *error)
{
    struct toy *toy = memory;
    unsigned key = name[0] == '\0' ? 0 : key_find(name) + 1;
    *error = 0;
    while (key < KEYS && toy->size[key] == 0) {
        key++;
    }
    if (key == KEYS) {
        return SUBJECT_NOT_FOUND;
    }
    strcpy(name, key_name(key));
    return SUBJECT_OK;
}

static enum subject_result toy_check(void *memory, int32_t *error)
{
    (void)memory;
    *error = 0;
    return SUBJECT_OK;
}

static void toy_seed_entropy(uint64_t seed)
{
    (void)seed; /* draws none */
}

static const char *toy_error_name(int32_t error)
{
    return error == 0 ? "nothing" : "an error";
}

const struct subject toy_store = {
    .name = "toy",
    .memory_bytes = sizeof(struct toy),
    .format = toy_format,
    .mount = toy_mount,
    .unmount = toy_unmount,
    .set = toy_set,
    .delete = toy_delete,
    .get = toy_get,
    .next = toy_next,
    .check = toy_check,
    .seed_entropy = toy_seed_entropy,
    .error_name = toy_error_name,
};
