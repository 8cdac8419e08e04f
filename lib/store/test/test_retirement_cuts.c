/* SPDX-License-Identifier: Apache-2.0 */
/* Power cuts while a sector turns out to be worn: at every operation around it, in every way a cut can end;
 * and the worn sector fails again at the boot that follows, or works again. Also linked with the library
 * whose hash has 4 bits. */
#include "cut.h"
#include "expected.h"
#include "faulty.h"

#define UPDATES 14u

static struct rig rig;
static struct expected start;  /* what the script begins with */
static struct expected during; /* as far as the script came */
static uint32_t updated;       /* the key in flight when it ended */
static bool stays_worn;

/* One key changes all the time, and some never do. */
static const struct shape shape_16 = {"k64f", 16, 640, 1};
static const struct shape shape_4 = {"k64f", 4, 640, 1};

static int stop(void **state)
{
    (void)state;
    faulty_disarm();
    rig_close(&rig);
    return 0;
}

/* Where a sector fails. */
struct fault {
    enum faulty_call call;
    uint32_t ahead; /* sectors, of the head when the script begins */
    uint32_t line;  /* for programs */
};

static const struct fault faults[] = {
    {FAULTY_ERASE, 1, 0},    /* of the next sector */
    {FAULTY_PROGRAM, 1, 0},  /* its mark */
    {FAULTY_PROGRAM, 1, 1},  /* pilot */
    {FAULTY_PROGRAM, 1, 2},  /* header */
    {FAULTY_PROGRAM, 1, 5},  /* first run */
    {FAULTY_PROGRAM, 1, 7},  /* records */
    {FAULTY_PROGRAM, 0, 28}, /* in the head: records, or what a mount decides */
};

static void wear(const struct fault *fault, uint32_t sector)
{
    uint32_t sector_bytes = sim_flash_profile(rig.flash)->regions[0].sector_bytes;

    if (fault->call == FAULTY_ERASE) {
        faulty_wear(FAULTY_ERASE, rig_address(&rig, sector, 0), sector_bytes, false);
    } else {
        faulty_wear(FAULTY_PROGRAM, rig_address(&rig, sector, fault->line), 1, false);
    }
}

struct worn {
    const struct fault *fault;
    uint32_t sector;
};

static void run(struct rig *on, void *context)
{
    const struct worn *worn = context;
    int32_t result;

    wear(worn->fault, worn->sector);
    during = start;
    updated = 0;
    result = rig_mount(on);
    for (uint32_t i = 0; result == CFS_OK && i < UPDATES; i++) {
        updated = i % 3u;
        result = expected_set(&during, on, updated, during.size[updated]);
    }
    if (!sim_flash_is_cut(on->flash) && result != CFS_OK) {
        assert_error(CFS_ERR_READ_ONLY, result);
        assert_int_equal(on->store.journal.layout.spare_sectors, 0);
    }
}

/* The change in flight took place or not; then the store goes on, as far as it can. */
static void judge(struct rig *on, void *context)
{
    struct expected after = during;

    (void)context;
    if (!stays_worn) {
        faulty_disarm();
    }
    assert_ok(rig_mount(on));
    if (!expected_holds(&after, on)) {
        after.version[updated] = after.clock;
        expected_compare(&after, on);
    }
    for (uint32_t i = 0; i < 2u; i++) {
        int32_t result = expected_set(&after, on, i, after.size[i]);

        if (result != CFS_OK) {
            assert_error(CFS_ERR_READ_ONLY, result);
            assert_int_equal(on->store.journal.layout.spare_sectors, 0);
        }
    }
    rig_boot(on, 0);
    assert_ok(rig_mount(on));
    expected_compare(&after, on);
}

static uint32_t cut_with(const struct shape *shape, const struct fault *fault)
{
    struct worn worn = {.fault = fault};
    uint32_t judged;
    const struct cut_script script = {.run = run, .judge = judge, .context = &worn};

    memset(&start, 0, sizeof start);
    rig_open(&rig, shape, 1);
    faulty_attach(&rig);
    assert_ok(rig_format(&rig, shape->buckets));
    assert_ok(rig_mount(&rig));
    for (uint32_t key = 0; key < 4u; key++) {
        assert_ok(expected_set(&start, &rig, key, 20u + key));
    }
    /* well into the second lap, and the head nearly full */
    for (uint32_t i = 0;
         rig.store.journal.number < 2u * shape->sectors + 3u || rig.store.journal.cursor < 22u;
         i++) {
        assert_ok(expected_set(&start, &rig, i % 3u, start.size[i % 3u]));
    }
    worn.sector = (rig.store.journal.number + fault->ahead) % shape->sectors;
    assert_ok(cfs_unmount(&rig.store));
    judged = cut_everywhere(&rig, &script);
    (void)stop(NULL);
    return judged;
}

static void cut_with_all(const struct shape *shape)
{
    uint32_t judged = 0;

    for (size_t i = 0; i < sizeof faults / sizeof faults[0]; i++) {
        judged += cut_with(shape, &faults[i]);
    }
    assert_true(judged > 5000u);
}

static void test_cuts_while_a_spare_takes_over(void **state)
{
    (void)state;
    stays_worn = true;
    cut_with_all(&shape_16);
}

static void test_cuts_while_a_sector_fails_once(void **state)
{
    (void)state;
    stays_worn = false;
    cut_with_all(&shape_16);
}

static void test_cuts_without_a_spare(void **state)
{
    (void)state;
    stays_worn = true;
    cut_with_all(&shape_4);
}

static void test_cuts_without_a_spare_while_a_sector_fails_once(void **state)
{
    (void)state;
    stays_worn = false;
    cut_with_all(&shape_4);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_cuts_while_a_spare_takes_over),
        cmocka_unit_test(test_cuts_while_a_sector_fails_once),
        cmocka_unit_test(test_cuts_without_a_spare),
        cmocka_unit_test(test_cuts_without_a_spare_while_a_sector_fails_once),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
