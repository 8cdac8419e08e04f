/* SPDX-License-Identifier: Apache-2.0 */
/* One call of the driver at a time: waited for, timed, its callbacks counted.
 *
 * A pending operation is over when its callback has run, exactly once. A second callback cannot be
 * told from the one of the next operation once that has begun, so the count is looked at before
 * each call, and once more a little after the last.
 */
#include "selftest_private.h"

#define TIMEOUT_US_DEFAULT 10000000u
#define TURNS_MAX_DEFAULT  100000000u
#define SETTLE_TURNS       64u

/* CMSIS callbacks carry no context. */
static volatile struct {
    uint32_t callbacks; /* since the last call began */
    int32_t status;     /* of the first of them */
} ended;

static void on_end(int32_t status, ARM_STORAGE_OPERATION operation)
{
    (void)operation; /* there is only one at a time */
    if (ended.callbacks == 0u) {
        ended.status = status;
    }
    ended.callbacks++;
}

static uint32_t now_us(const struct cfs_selftest *test)
{
    return test->config->now_us == NULL ? 0u : test->config->now_us(test->config->context);
}

static void idle(const struct cfs_selftest *test)
{
    if (test->config->idle != NULL) {
        test->config->idle(test->config->context);
    }
}

static int32_t submit(const struct cfs_selftest *test, const struct cfs_selftest_call *call)
{
    switch (call->operation) {
    case ARM_STORAGE_OPERATION_INITIALIZE:
        return test->driver->Initialize(test->asynchronous ? on_end : NULL);
    case ARM_STORAGE_OPERATION_POWER_CONTROL:
        return test->driver->PowerControl(ARM_POWER_FULL);
    case ARM_STORAGE_OPERATION_READ_DATA:
        return test->driver->ReadData(call->addr, call->data, call->size);
    case ARM_STORAGE_OPERATION_PROGRAM_DATA:
        return test->driver->ProgramData(call->addr, call->data, call->size);
    default:
        return test->driver->Erase(call->addr, call->size);
    }
}

static bool wait_for_callback(struct cfs_selftest *test, const struct cfs_selftest_call *call,
                              uint32_t begun_us)
{
    const struct cfs_selftest_config *config = test->config;
    bool timed = config->now_us != NULL;
    uint32_t timeout_us = config->timeout_us == 0u ? TIMEOUT_US_DEFAULT : config->timeout_us;
    uint32_t turns_max = config->turns_max;

    if (turns_max == 0u) {
        turns_max = timed ? UINT32_MAX : TURNS_MAX_DEFAULT;
    }
    for (uint32_t turns = 0; ended.callbacks == 0u; turns++) {
        uint32_t waited_us = now_us(test) - begun_us;

        if (waited_us > timeout_us) {
            return cfs_selftest_fail(test, CFS_SELFTEST_NO_END, call->addr, timeout_us, waited_us);
        }
        if (turns == turns_max) {
            return cfs_selftest_fail(test, CFS_SELFTEST_NO_END, call->addr, turns_max, turns);
        }
        idle(test);
    }
    return true;
}

/* The time of one call that was carried out. */
static bool note_time(struct cfs_selftest *test, const struct cfs_selftest_call *call, uint32_t us)
{
    struct cfs_selftest_report *report = test->report;
    struct cfs_selftest_time *time = &report->erase;
    uint32_t limit_us = test->config->erase_max_us;

    if (call->operation == ARM_STORAGE_OPERATION_READ_DATA) {
        time = &report->read;
        limit_us = test->config->read_max_us;
    } else if (call->operation == ARM_STORAGE_OPERATION_PROGRAM_DATA) {
        time = &report->program;
        limit_us = test->config->program_max_us;
    } else if (call->operation != ARM_STORAGE_OPERATION_ERASE) {
        return true;
    }
    time->calls++;
    time->total_us += us;
    time->longest_us = us > time->longest_us ? us : time->longest_us;
    if (limit_us != 0u && us > limit_us) {
        return cfs_selftest_fail(test, CFS_SELFTEST_LATE, call->addr, limit_us, us);
    }
    return true;
}

/* No callback since the last operation ended, and the driver says so. */
static bool is_quiet(struct cfs_selftest *test, uint64_t addr)
{
    if (ended.callbacks != 0u) {
        return cfs_selftest_fail(test, CFS_SELFTEST_CALLBACKS, addr, 0, ended.callbacks);
    }
    if (test->driver->GetStatus().busy != 0u) {
        return cfs_selftest_fail(test, CFS_SELFTEST_BUSY, addr, 0, 1);
    }
    return true;
}

bool cfs_selftest_call(struct cfs_selftest *test, const struct cfs_selftest_call *call,
                       int32_t *result)
{
    uint32_t expected = 0;
    uint32_t begun_us;
    uint32_t took_us;

    if (!is_quiet(test, call->addr)) {
        return false;
    }
    begun_us = now_us(test);
    *result = submit(test, call);
    if (*result == ARM_DRIVER_OK && test->asynchronous) {
        expected = 1;
        if (!wait_for_callback(test, call, begun_us)) {
            return false;
        }
        *result = ended.status;
    }
    took_us = now_us(test) - begun_us;
    if (ended.callbacks != expected) {
        return cfs_selftest_fail(test, CFS_SELFTEST_CALLBACKS, call->addr, expected,
                                 ended.callbacks);
    }
    ended.callbacks = 0;
    return *result < 0 || note_time(test, call, took_us);
}

bool cfs_selftest_is_refused(struct cfs_selftest *test, enum cfs_selftest_check check,
                             const struct cfs_selftest_call *call)
{
    int32_t result;

    if (!cfs_selftest_call(test, call, &result)) {
        return false;
    }
    return result < 0 ||
           cfs_selftest_fail(test, check, call->addr, ARM_DRIVER_ERROR_PARAMETER, result);
}

/* Carry out the rest of an operation step by step. Each step makes progress or is a failure, so the
 * loop ends. */
static bool complete(struct cfs_selftest *test, struct cfs_selftest_call call, uint32_t step_bytes,
                     bool *readable)
{
    while (call.size > 0u) {
        int32_t result;

        if (!cfs_selftest_call(test, &call, &result)) {
            return false;
        }
        if (readable != NULL && result == ARM_STORAGE_ERROR_RUNTIME_OR_INTEGRITY_FAILURE) {
            *readable = false;
            return true;
        }
        if (result <= 0 || (uint32_t)result > call.size || (uint32_t)result % step_bytes != 0u) {
            return cfs_selftest_fail(test, CFS_SELFTEST_RESULT, call.addr, call.size, result);
        }
        call.addr += (uint32_t)result;
        call.size -= (uint32_t)result;
        call.data = call.data == NULL ? NULL : (uint8_t *)call.data + result;
    }
    return true;
}

bool cfs_selftest_try_read(struct cfs_selftest *test, uint64_t addr, uint8_t *data, uint32_t size,
                           bool *readable)
{
    const struct cfs_selftest_call call = {ARM_STORAGE_OPERATION_READ_DATA, addr, data, size};

    *readable = true;
    return complete(test, call, 1, readable);
}

bool cfs_selftest_read(struct cfs_selftest *test, uint64_t addr, uint8_t *data, uint32_t size)
{
    const struct cfs_selftest_call call = {ARM_STORAGE_OPERATION_READ_DATA, addr, data, size};

    return complete(test, call, 1, NULL);
}

bool cfs_selftest_program(struct cfs_selftest *test, uint64_t addr, uint8_t *data, uint32_t size)
{
    const struct cfs_selftest_call call = {ARM_STORAGE_OPERATION_PROGRAM_DATA, addr, data, size};

    return complete(test, call, test->unit_bytes, NULL);
}

/* A sector a call, so that the times reported are those of one. */
static bool erase_sectors(struct cfs_selftest *test, uint64_t addr, uint64_t end)
{
    while (addr < end) {
        struct cfs_selftest_call call = {ARM_STORAGE_OPERATION_ERASE, addr, NULL, 0};
        uint64_t first = 0;

        (void)cfs_device_sector_at(&test->device, addr, &first, &call.size); /* inside */
        if (!complete(test, call, call.size, NULL)) {
            return false;
        }
        addr += call.size;
    }
    return true;
}

bool cfs_selftest_clear(struct cfs_selftest *test, uint64_t addr, uint64_t size)
{
    uint64_t end = addr + size;

    if (test->device.geometry.needs_erase) {
        return erase_sectors(test, addr, end);
    }
    for (; addr < end; addr += test->line_bytes) {
        for (uint32_t i = 0; i < test->line_bytes; i++) {
            test->data[i] = test->erased_value;
        }
        if (!cfs_selftest_program(test, addr, test->data, test->line_bytes)) {
            return false;
        }
    }
    return true;
}

bool cfs_selftest_start(struct cfs_selftest *test)
{
    static const ARM_STORAGE_OPERATION steps[] = {ARM_STORAGE_OPERATION_INITIALIZE,
                                                  ARM_STORAGE_OPERATION_POWER_CONTROL};

    ended.callbacks = 0;
    for (uint32_t i = 0; i < sizeof steps / sizeof steps[0]; i++) {
        const struct cfs_selftest_call call = {.operation = steps[i]};
        int32_t result;

        if (!cfs_selftest_call(test, &call, &result)) {
            return false;
        }
        if (result < 0 && result != ARM_DRIVER_ERROR_UNSUPPORTED) {
            return cfs_selftest_fail(test, CFS_SELFTEST_START, 0, 1, result);
        }
    }
    return true;
}

bool cfs_selftest_settle(struct cfs_selftest *test)
{
    for (uint32_t turn = 0; turn < SETTLE_TURNS && ended.callbacks == 0u; turn++) {
        idle(test);
    }
    return is_quiet(test, test->first);
}

void cfs_selftest_stop(struct cfs_selftest *test)
{
    /* What failed before is what is to be told, and a driver that has no power control says so. */
    (void)test->driver->PowerControl(ARM_POWER_OFF);
    (void)test->driver->Uninitialize();
}
