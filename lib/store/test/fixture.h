/* SPDX-License-Identifier: Apache-2.0 */
/* What the tests of the store share: the whole stack on a simulated device, power cuts and boots, and
 * a map of what must be in the store (expected.h).
 *
 * Every rig_ call that changes the store calls cfs_check() afterwards (if the build has it), so an
 * invariant that breaks is found at the step that broke it. */
#ifndef STORE_TEST_FIXTURE_H
#define STORE_TEST_FIXTURE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "Storage_VM.h"
#include "cfs/device.h"
#include "cfs/store.h"
#include "sim/flash.h"

#define BUCKETS_MAX    256u
#define LINE_BYTES_MAX 32u

/* A call gives exactly this error code (or CFS_OK). pytest/test_error_codes.py looks for it. */
#define assert_error(expected, call) \
    assert_code((expected), (call), #expected, #call, __FILE__, __LINE__)
#define assert_ok(call) assert_error(CFS_OK, call)

/* What a failing check prints before its message, "" for nothing: the cut that led there. */
extern char circumstances[128];

void assert_code(int32_t expected, int32_t actual, const char *name, const char *call,
                 const char *file, int line);

struct rig {
    struct sim_flash *flash;
    const ARM_DRIVER_STORAGE *driver; /* of the flash, unless a test puts another in between */
    struct cfs_volume_entry table[1];
    struct cfs_device device;
    struct cfs_volume volume;
    struct cfs_store store;
    uint32_t line_bytes;
    uint8_t memory[CFS_STORE_MEMORY_BYTES(LINE_BYTES_MAX, BUCKETS_MAX)];
};

/* A shape of medium. sector_bytes 0: the part's own. */
struct shape {
    const char *profile;
    uint32_t sectors;
    uint32_t sector_bytes;
    uint32_t buckets;
};

extern const struct shape shape_k64f;  /* 16 sectors of 4 KiB, as the part has them */
extern const struct shape shape_small; /* 4 sectors of 64 lines */
extern const struct shape shape_least; /* 3 sectors of 40 lines, one bucket */

/* A blank device, opened as a volume. Two rigs may exist at once. */
void rig_open(struct rig *rig, const struct shape *shape, uint64_t seed);
void rig_close(struct rig *rig);

/* ... formatted and mounted. */
void rig_start(struct rig *rig, const struct shape *shape);

/* `buckets` or, with a hash too short for that, as many as there can be. */
int32_t rig_format(struct rig *rig, uint32_t buckets);
int32_t rig_mount(struct rig *rig);
int32_t rig_mount_read_only(struct rig *rig);
void rig_remount(struct rig *rig); /* unmount, mount */

/* Power off without warning, and on again: RAM is lost. */
void rig_boot(struct rig *rig, uint32_t pattern);

/* Open the same device anew, as a rig that sees it differently; nothing is mounted. */
void rig_power_up(struct rig *rig);

void rig_set(struct rig *rig, const char *name, const void *value, size_t size);
void rig_set_text(struct rig *rig, const char *name, const char *text);
void rig_delete(struct rig *rig, const char *name);
void rig_check(struct rig *rig);

/* The key has this value; does not exist. */
void rig_expect(struct rig *rig, const char *name, const void *value, size_t size);
void rig_expect_text(struct rig *rig, const char *name, const char *text);
void rig_expect_none(struct rig *rig, const char *name);

/* So many keys are there. A build without CFS_CFG_FIND cannot tell, and believes it. */
bool rig_has_keys(struct rig *rig, uint32_t keys);
void rig_expect_count(struct rig *rig, uint32_t keys);

/* Programs, fills and erases so far: equal before and after means that nothing was written. */
uint64_t rig_writes(const struct rig *rig);

/* Where line `line` of sector `sector` starts, from the start of the device. */
uint64_t rig_address(const struct rig *rig, uint32_t sector, uint32_t line);
/* Program raw bytes behind the store's back, over anything. */
void rig_poke(struct rig *rig, uint64_t address, const void *data, uint32_t size);

/* A sequence that depends on nothing but its seed. */
uint32_t next_random(uint32_t *state);
/* `size` bytes that depend on `seed` only. */
void fill_bytes(uint8_t *bytes, size_t size, uint32_t seed);

#endif
