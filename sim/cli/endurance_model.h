/* SPDX-License-Identifier: Apache-2.0 */
/* What the store must contain: a plain map, which shares no code with the library.
 *
 * At most one update is under way. Until it is acknowledged the store may show the old value or
 * the new one; once it has shown one of them at a boot, it must stay with that.
 */
#ifndef CLI_ENDURANCE_MODEL_H
#define CLI_ENDURANCE_MODEL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct model_entry {
    const char *name;
    bool exists;
    uint8_t *value;
    size_t size;
};

struct model {
    struct model_entry *entries;
    size_t count;
    size_t value_max;
    bool pending; /* an update of entry `pending_index` is under way */
    size_t pending_index;
    uint8_t *pending_value;
    size_t pending_size;
};

/* Room for `count` names with values up to `value_max` bytes; nothing exists yet. -1: no memory. */
int model_init(struct model *model, size_t count, size_t value_max);
void model_free(struct model *model);
void model_name(struct model *model, size_t index, const char *name);

/* An update begins / was acknowledged. */
void model_begin(struct model *model, size_t index, const void *value, size_t size);
void model_acknowledge(struct model *model);

/* Is this what the store may show for the entry? NULL: it shows nothing. Settles the update under
 * way if it is this entry's: the model then holds what was shown. A wrong value is not taken over. */
bool model_judge(struct model *model, size_t index, const void *value, size_t size);

/* The index of a name, or -1 if the model has never seen it or it should not exist. */
long model_find(const struct model *model, const char *name);
size_t model_existing(const struct model *model);

#endif
