/* SPDX-License-Identifier: Apache-2.0 */
/* The configuration store as the explorer's subject: the one file of this folder that includes
 * headers of the library. It opens the whole stack (device, volume, store) at each boot, in memory
 * that held garbage. See subject.h. */
#include "subject.h"

#include <string.h>

#include "Storage_VM.h"
#include "cfs/device.h"
#include "cfs/error.h"
#include "cfs/store.h"
#include "sim/flash.h"
#include "sim/port.h"

#define BUCKETS        2u /* few, so that every trie has more than one key */
#define LINE_BYTES_MAX 512u

struct stack {
    struct cfs_device device;
    struct cfs_volume volume;
    struct cfs_store store;
    uint8_t memory[CFS_STORE_MEMORY_BYTES(LINE_BYTES_MAX, BUCKETS)];
};

static const struct cfs_volume_entry table[] = {{.name = "config"}};

static enum subject_result translate(int32_t result, int32_t *error)
{
    *error = result;
    switch (result) {
    case CFS_ERR_NOT_FOUND:
        return SUBJECT_NOT_FOUND;
    case CFS_ERR_NO_SPACE:
    case CFS_ERR_TOO_BIG:
        return SUBJECT_NO_SPACE;
    default:
        return result < 0 ? SUBJECT_FAILED : SUBJECT_OK;
    }
}

/* The driver's slots are few and there is no clean end after a cut: wipe, then open anew. */
static int32_t open_volume(struct stack *stack, struct sim_flash *flash)
{
    struct cfs_device_config config = {.line_bytes = sim_flash_profile(flash)->line_bytes};
    memset(&stack->device, 0, sizeof stack->device);
    memset(&stack->volume, 0, sizeof stack->volume);
    memset(&stack->store, 0, sizeof stack->store);
    int32_t error = cfs_device_open(&stack->device, sim_flash_driver(flash), &config);
    if (error < 0) {
        return error;
    }
    return cfs_volume_open(&stack->volume, &stack->device, table, 1, table[0].name);
}

static enum subject_result store_format(void *memory, struct sim_flash *flash, int32_t *error)
{
    struct stack *stack = memory;
    struct cfs_format_config config = {.buckets = BUCKETS};
    int32_t result = open_volume(stack, flash);
    if (result >= 0) {
        result = cfs_format(&stack->volume, stack->memory, sizeof stack->memory, &config);
    }
    return translate(result, error);
}

static enum subject_result store_mount(void *memory, struct sim_flash *flash, int32_t *error)
{
    struct stack *stack = memory;
    int32_t result = open_volume(stack, flash);
    if (result >= 0) {
        struct cfs_mount_config config = {.volume = &stack->volume,
                                          .memory = stack->memory,
                                          .memory_bytes = sizeof stack->memory};
        result = cfs_mount(&stack->store, &config);
    }
    return translate(result, error);
}

static enum subject_result store_unmount(void *memory, int32_t *error)
{
    struct stack *stack = memory;
    return translate(cfs_unmount(&stack->store), error);
}

static enum subject_result store_set(void *memory, const char *name, const void *value, size_t size,
                                     int32_t *error)
{
    struct stack *stack = memory;
    return translate(cfs_set(&stack->store, name, value, size), error);
}

static enum subject_result store_delete(void *memory, const char *name, int32_t *error)
{
    struct stack *stack = memory;
    return translate(cfs_delete(&stack->store, name), error);
}

static enum subject_result store_get(void *memory, const char *name, void *value, size_t *size,
                                     int32_t *error)
{
    struct stack *stack = memory;
    int32_t result = cfs_get(&stack->store, name, value, *size);
    if (result >= 0) {
        *size = (size_t)result;
        if (cfs_size(&stack->store, name) != result) {
            result = CFS_ERR_DAMAGED;
        }
    }
    return translate(result, error);
}

static enum subject_result store_next(void *memory, char *name, int32_t *error)
{
    struct stack *stack = memory;
    return translate(cfs_find(&stack->store, NULL, name), error);
}

static enum subject_result store_check(void *memory, int32_t *error)
{
    struct stack *stack = memory;
    return translate(cfs_check(&stack->store), error);
}

const struct subject subject_store = {
    .name = "store",
    .memory_bytes = sizeof(struct stack),
    .format = store_format,
    .mount = store_mount,
    .unmount = store_unmount,
    .set = store_set,
    .delete = store_delete,
    .get = store_get,
    .next = store_next,
    .check = store_check,
    .seed_entropy = sim_port_seed,
    .error_name = cfs_error_name,
};
