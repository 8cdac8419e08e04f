/* SPDX-License-Identifier: Apache-2.0 */
/* Names chosen so that one key's trie is deeper than weights allow for: its record gains pointers, and
 * so weight, when it is carried out of an old sector. The accounts must follow, and a full store must
 * go on taking updates. */
#include "expected.h"

#include <stdio.h>

#include "store_private.h"

#define DEPTH_MAX 20u

static struct rig rig;
static char names[DEPTH_MAX + 1u][16];

static void number_in_letters(uint32_t number, char name[16])
{
    unsigned length = 0;

    do {
        name[length++] = (char)('a' + number % 26u);
        number /= 26u;
    } while (number > 0u);
    name[length] = '\0';
}

/* names[depth] differs from names[0] first in bit `depth` - 1, for depth from 1 to DEPTH_MAX. */
static void choose_names(void)
{
    uint32_t base = cfs_hash_name(&rig.store, "T", 1);
    bool have[DEPTH_MAX + 1u] = {false};
    unsigned count = 0;
    char name[16];

    memcpy(names[0], "T", 2);
    for (uint32_t number = 0; count < DEPTH_MAX; number++) {
        unsigned bit;

        assert_true(number < 100u << DEPTH_MAX);
        number_in_letters(number, name);
        bit = cfs_hash_difference(cfs_hash_name(&rig.store, name, strlen(name)), base, 0);
        if (bit < DEPTH_MAX && !have[bit]) {
            have[bit] = true;
            memcpy(names[bit + 1u], name, sizeof name);
            count++;
        }
    }
}

/* Numbers behind the chosen names are ordinary keys. */
static const char *name_of(unsigned key, char other[16])
{
    if (key <= DEPTH_MAX) {
        return names[key];
    }
    (void)snprintf(other, 16, "x%u", key);
    return other;
}

static void fill_up_and_update(const struct shape *shape, unsigned size)
{
    uint8_t value[64];
    char other[16];
    uint32_t random = 31;
    unsigned keys = 0;

    rig_start(&rig, shape);
    choose_names();
    while (cfs_set(&rig.store, name_of(keys, other), value, size) == CFS_OK) {
        rig_check(&rig);
        keys++;
    }
    assert_true(keys > 0);
    for (unsigned i = 0; keys > 0 && i < 500; i++) {
        fill_bytes(value, size, i);
        rig_set(&rig, name_of(next_random(&random) % keys, other), value, size);
    }
    rig_close(&rig);
}

static void test_accounts_follow_a_deep_trie(void **state)
{
    static const struct shape shapes[] = {
        {"k64f", 3, 1024, 1}, {"k64f", 4, 1024, 1}, {"stm32h7", 3, 2048, 1}};

    (void)state;
    for (size_t i = 0; i < sizeof shapes / sizeof shapes[0]; i++) {
        for (unsigned size = 0; size < 40; size += 13) {
            fill_up_and_update(&shapes[i], size);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_accounts_follow_a_deep_trie)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
