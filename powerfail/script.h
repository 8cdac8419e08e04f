/* SPDX-License-Identifier: Apache-2.0 */
/* Short scripts of store calls, and the states they start from.
 *
 * A script has a name that says all of it: "spare:ax" starts just before the last spare sector is
 * opened and does a (set key 0), then x (delete key 0). The bounded family is every sequence of one
 * or two letters from every start.
 */
#ifndef POWERFAIL_SCRIPT_H
#define POWERFAIL_SCRIPT_H

#include <stdbool.h>
#include <stddef.h>

#include "value.h"

enum op_kind {
    OP_SET,
    OP_DELETE,
    OP_REMOUNT, /* unmount, power cycle, mount */
    OP_REBOOT,  /* power cycle, mount */
    OP_FORMAT,  /* format over the store that is there, mount */
};

struct op {
    enum op_kind kind;
    unsigned key;
    enum shape shape; /* of the value to set */
};

enum start {
    START_EMPTY,  /* just formatted */
    START_FEW,    /* three keys */
    START_DIRTY,  /* three keys, power lost, mounted again */
    START_SWITCH, /* the next write opens a new sector */
    START_SPARE, /* the next write opens the last sector that is left, all but the first lap's tail */
    START_RECLAIM, /* the next write copies a key out of the tail, as one before it did */
    START_PREPARE, /* the next write erases a used sector ahead of time */
    START_LAP,     /* the next write opens a new sector; every one has been reclaimed */
    STARTS
};

#define SCRIPT_OPS_MAX 8u

struct script {
    char name[32];
    enum start start;
    size_t count;
    struct op ops[SCRIPT_OPS_MAX];
};

const char *start_name(enum start start);

/* What a letter does; false: no such letter. script_letters() lists them with explanations. */
bool script_letter(char letter, struct op *op);
const char *script_letters(void);

/* From a name like "spare:ax". False: not a name. */
bool script_parse(const char *name, struct script *script);

/* The bounded family: every start with every sequence of 1 to `length` letters. */
size_t script_family_size(unsigned length);
void script_family_get(size_t index, unsigned length, struct script *script);

#endif
