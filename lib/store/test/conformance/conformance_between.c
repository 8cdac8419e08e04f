/* SPDX-License-Identifier: Apache-2.0 */
/* A driver between the suite and the port's: it counts calls, can fail one without passing it on, as
 * a loose wire does, and knows when an erase is about to begin. CMSIS drivers carry no context, so there is one. */
#include "conformance_private.h"

static struct {
    const ARM_DRIVER_STORAGE *inner;
    struct _ARM_DRIVER_STORAGE driver;
    uint32_t count[CALLS];
    enum call call;
    uint32_t fails_at; /* of count[call] */
    bool armed;
    enum call last_write;
    const struct conformance_port *cuts; /* the power in an erase; NULL: does not */
    uint32_t cuts_at;                    /* of count[CALL_ERASE] */
} between;

static bool fails(enum call call)
{
    bool now = between.armed && between.call == call && between.count[call] == between.fails_at;

    between.count[call]++;
    between.last_write = call == CALL_READ ? between.last_write : call;
    between.armed = between.armed && !now;
    return now;
}

static int32_t read_data(uint64_t addr, void *data, uint32_t size)
{
    return fails(CALL_READ) ? ARM_DRIVER_ERROR : between.inner->ReadData(addr, data, size);
}

static int32_t program_data(uint64_t addr, const void *data, uint32_t size)
{
    return fails(CALL_PROGRAM) ? ARM_DRIVER_ERROR : between.inner->ProgramData(addr, data, size);
}

static int32_t erase(uint64_t addr, uint32_t size)
{
    if (between.cuts != NULL && between.count[CALL_ERASE] == between.cuts_at) {
        between.cuts->arm_cut(between.cuts->context, 0);
        between.cuts = NULL;
    }
    return fails(CALL_ERASE) ? ARM_DRIVER_ERROR : between.inner->Erase(addr, size);
}

const ARM_DRIVER_STORAGE *between_driver(const ARM_DRIVER_STORAGE *inner)
{
    between.inner = inner;
    between.driver = *inner;
    between.driver.ReadData = read_data;
    between.driver.ProgramData = program_data;
    between.driver.Erase = erase;
    between_stop();
    return &between.driver;
}

void between_fail_once(enum call call, uint32_t index)
{
    between.call = call;
    between.fails_at = between.count[call] + index;
    between.armed = true;
}

bool between_has_failed(void)
{
    return !between.armed;
}

void between_cut_erase(const struct conformance_port *port, uint32_t index)
{
    between.cuts = port;
    between.cuts_at = between.count[CALL_ERASE] + index;
}

void between_stop(void)
{
    between.armed = false;
    between.cuts = NULL;
}

uint32_t between_count(enum call call)
{
    return between.count[call];
}

enum call between_last_write(void)
{
    return between.last_write;
}

uint32_t between_writes(void)
{
    return between.count[CALL_PROGRAM] + between.count[CALL_ERASE];
}
