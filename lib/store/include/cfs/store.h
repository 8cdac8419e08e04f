/* SPDX-License-Identifier: Apache-2.0 */
/* The configuration store: named values that survive any power cut.
 *
 *   STORE > journal > volume > device > ARM_DRIVER_STORAGE (yours)
 *
 * Conventions
 * - Returned CFS_OK (or a count) means durable: a power cut one instruction later loses nothing.
 * - A call cut by power took place wholly or not at all.
 * - Mount never formats, and no other call wipes anything.
 * - An error changes nothing, except that after CFS_ERR_IO the store must be unmounted and mounted
 *   again; everything acknowledged before is safe.
 * - A sector that wears out is taken out of use, and a spare one takes its place: nothing is told but
 *   cfs_statistics(). Without a spare left the store is read-only: CFS_ERR_READ_ONLY.
 * - While the port says that the supply is low, calls that write give CFS_ERR_LOW_VOLTAGE, and so does
 *   what would otherwise say CFS_ERR_DAMAGED. Nothing is changed then.
 * - The caller owns all memory. No heap, no recursion; RAM does not grow with keys or values.
 * - Thread rule: one caller at a time per store, never from an interrupt.
 * - Names are 1 to CFS_NAME_MAX bytes, any byte but 0. Values are any bytes, 0 to
 *   cfs_value_max() long.
 */
#ifndef CFS_STORE_H
#define CFS_STORE_H

#include "cfs/config.h"
#include "cfs/error.h"
#include "cfs/types.h"
#include "cfs/journal.h"

#ifdef __cplusplus
extern "C" {
#endif

struct cfs_volume;

#define CFS_NAME_MAX 220u

/* How a medium is laid out; decided once, at format. */
struct cfs_format_config {
    /* Root pointers kept in RAM, 1 to 256, a power of two. More make lookups and updates cheaper:
     * about one bucket for every few keys is good. Costs 2 to 4 bytes of RAM each, and as much in
     * the header of every sector. 0: 32. */
    uint32_t buckets;
    bool verify_writes; /* as struct cfs_mount_config, for the format itself */
};

struct cfs_mount_config {
    struct cfs_volume *volume; /* open; stays open while mounted */
    void *memory;              /* any alignment; stays the store's until unmount */
    size_t memory_bytes;       /* at least CFS_STORE_MEMORY_BYTES */
    bool read_only;            /* serve what is there and program nothing */

    /* Cells lose charge over years. cfs_maintain() writes anew what stands in a sector that was opened
     * so many sessions ago (a session is a mount that wrote; a device that boots once a day and keeps
     * data 10 years: 3650). Costs one erase per sector in that time. 0: never. */
    uint32_t refresh_sessions;
    bool verify_writes;        /* read back each line that was programmed; one that differs counts as a
                                  program that failed. For drivers that do not verify themselves. Costs
                                  a read of as many bytes as are written */
};

/* Memory for a store on a volume with the given line and `buckets` root pointers. */
#define CFS_STORE_MEMORY_BYTES(line_bytes, buckets) CFS_JOURNAL_MEMORY_BYTES(line_bytes, buckets)

struct cfs_transaction;

/* A mounted store. Caller-owned, contents private. */
struct cfs_store {
    struct cfs_journal journal;
    struct cfs_transaction *transaction; /* the one that is open */
    uint32_t promised;                   /* weight that its commit may add */
    uint32_t sets;                       /* statistics since mount */
    uint32_t sets_unchanged;
    bool careful; /* records on a path are verified whole, not only their heads */
    uint32_t
        pending; /* changes of a committed transaction; those still staged are not carried out */
    bool mounted;
};

/* Numbers about a mounted store. Sizes are in bytes of the medium. */
struct cfs_statistics {
    uint32_t live_bytes;     /* what is stored now, as it would be written again */
    uint32_t capacity_bytes; /* most that live_bytes may become with values of this length */
    uint32_t sectors;
    uint32_t sectors_free;     /* erased or ready to be, without spares */
    uint32_t sectors_spare;    /* kept for sectors that wear out: none below 16 sectors, else one for
                                  every 64 or part of that, at most 8 */
    uint32_t sectors_retired;  /* worn, so that their spares took their place */
    uint32_t erases_mean;      /* erases of each sector since the first format; all sectors are
                                 within one of it, plus interrupted erases */
    uint32_t endurance_cycles; /* what the device guarantees; 0: unlimited or unknown */
    uint32_t lifetime_left;    /* per mille: of the guaranteed erases or, if that is less, of the spare
                                  sectors once one was retired; 0 at the latest when worn out. 1000
                                  where the endurance is not known and nothing was retired */
    uint32_t session;          /* counts mounts that wrote */
    uint32_t sets;             /* since mount */
    uint32_t sets_unchanged;   /* since mount: equal to what was stored, so nothing was written */
    uint32_t repairs;          /* since mount: damaged records that were made good */
    bool read_only; /* mounted so, or worn out */
    bool worn_out;  /* there was no sector left to write to: writes give CFS_ERR_READ_ONLY, every key
                       can be read. The next mount tries again */
    bool undecided; /* read-only mount of a store that was cut: the newest write may
                                 vanish, or one newer appear, at the next normal mount */
};

#if !CFS_CFG_READ_ONLY
/* Make a new, empty store on a volume. This is the only call that wipes. If a valid store is on
 * the volume it stays what a mount sees until the new one is complete: a cut leaves one or the
 * other. `memory` is used during the call only (CFS_STORE_MEMORY_BYTES).
 * The volume must not be mounted. Costs one erase and, with 32 buckets on
 * K64F, 20 programs.
 * CFS_ERR_PARAM; CFS_ERR_NO_MEMORY: too little for this store, or for the one that is there;
 * CFS_ERR_GEOMETRY: fewer than 3 sectors, or sectors too small;
 * CFS_ERR_READ_ONLY; CFS_ERR_IO. `config` may be NULL. */
int32_t cfs_format(struct cfs_volume *volume, void *memory, size_t memory_bytes,
                   const struct cfs_format_config *config);
#endif

/* Find the newest state and make it stand. After a clean unmount it programs nothing. After a cut
 * it first decides, durably, what the state is, then returns.
 * Reads the mark of every sector twice and the newest sector about once and a half; does not grow
 * with keys or history. A decision usually programs a few hundred bytes; where cut after cut has
 * used up a sector's room it erases one sector and copies the tail, up to a sector; a
 * half-opened sector is zero-filled before it is erased. `store` must be zero before its first mount.
 * CFS_ERR_BLANK, CFS_ERR_FOREIGN, CFS_ERR_NEWER, CFS_ERR_DAMAGED, CFS_ERR_GEOMETRY: nothing was
 * programmed. CFS_ERR_STATE: `store` is mounted. CFS_ERR_PARAM, CFS_ERR_NO_MEMORY, CFS_ERR_IO. */
int32_t cfs_mount(struct cfs_store *store, const struct cfs_mount_config *config);

/* Close the session with a seal, so that the next mount programs nothing, and forget the store.
 * Optional: every acknowledged write is durable without it. One program; if it fails the store is
 * unmounted all the same and the error returned. CFS_ERR_STATE: not mounted. */
int32_t cfs_unmount(struct cfs_store *store);

/* The length of a value without reading it all. CFS_ERR_NOT_FOUND, CFS_ERR_DAMAGED. */
int32_t cfs_size(struct cfs_store *store, const char *name);

/* Copy a whole value. Returns its length. CFS_ERR_NOT_FOUND; CFS_ERR_BUFFER: longer than `size`;
 * CFS_ERR_DAMAGED: this value cannot be read any more (the buffer is then undefined). */
int32_t cfs_get(struct cfs_store *store, const char *name, void *value, size_t size);

#if !CFS_CFG_READ_ONLY
/* Store a value under a name, creating or replacing it. Writes nothing if the value is already
 * that. CFS_ERR_NO_SPACE: would not fit; delete something. The longest value ever stored takes room
 * for good: every sector must be able to take it once more. CFS_ERR_TOO_BIG: never fits this volume.
 * CFS_ERR_DAMAGED: the way to the key, or what must be reclaimed first, cannot be read.
 * CFS_ERR_PARAM, CFS_ERR_STATE, CFS_ERR_READ_ONLY, CFS_ERR_IO. */
int32_t cfs_set(struct cfs_store *store, const char *name, const void *value, size_t size);

/* The same with attributes: 32 bits that the store keeps with the key and gives back, for layers
 * above. cfs_set() sets them to 0. Costs 4 bytes with the name where they are not 0. */
int32_t cfs_set_with(struct cfs_store *store, const char *name, const void *value, size_t size,
                     uint32_t attributes);

/* Would cfs_set() of a value of `size` bytes be accepted now? Exact, as long as nothing else is
 * written. CFS_OK; CFS_ERR_NO_SPACE; CFS_ERR_TOO_BIG; otherwise as cfs_set(). */
int32_t cfs_will_fit(struct cfs_store *store, const char *name, size_t size);

/* Copy up to `size` bytes of a value from `offset` on. Returns how many: fewer at its end, 0 behind it.
 * What is copied was verified with the whole record it stands in. CFS_ERR_NOT_FOUND, CFS_ERR_DAMAGED. */
int32_t cfs_get_at(struct cfs_store *store, const char *name, size_t offset, void *value,
                   size_t size);

/* The attributes of a key. CFS_ERR_NOT_FOUND, CFS_ERR_DAMAGED, CFS_ERR_PARAM. */
int32_t cfs_attributes(struct cfs_store *store, const char *name, uint32_t *attributes);

/* Delete a key. Always fits. CFS_ERR_NOT_FOUND: there was none, nothing was written. */
int32_t cfs_delete(struct cfs_store *store, const char *name);

#if CFS_CFG_FIND
/* The next key that matches `pattern` after the one in `name`; begin with an empty string.
 * `pattern` may hold any number of '*', each for any run of characters; NULL is "*". `name` has
 * room for CFS_NAME_MAX + 1 bytes and is both cursor and result, so there is nothing to close.
 * Keys come in the order of their hash. A key that exists during the whole scan comes exactly
 * once, whatever is set or deleted meanwhile. Returns the length of the name; CFS_ERR_NOT_FOUND:
 * no further key (`name` is unchanged). CFS_ERR_PARAM: `name` is not terminated. */
int32_t cfs_find(struct cfs_store *store, const char *pattern, char *name);
#endif

#if CFS_CFG_TRANSACTIONS
/* ---- several keys changed as one
 *
 *     cfs_begin(&store, &t);
 *     cfs_transaction_set(&t, "net/ssid", ...);
 *     cfs_transaction_set(&t, "net/key", ...);
 *     cfs_commit(&t);
 *
 * Changes are staged on the medium, so RAM does not grow with them; nobody but the transaction sees
 * them until cfs_commit(), and from then on everybody sees all of them, whatever happens. One that is
 * not committed (a cut, unmount) leaves nothing. One transaction may be open per store; other calls
 * are allowed meanwhile, and take effect at once. Each change is written twice, and takes room for
 * its value until the commit.
 */

/* Caller-owned, contents private. Zero, or begun. */
struct cfs_transaction {
    struct cfs_store *store; /* NULL: not open */
    uint32_t changes;
    uint32_t heaviest; /* weight of the heaviest of the changed keys */
    uint32_t excess;   /* weight that the keys have more than their staged changes */
};

/* Begin a transaction. Deletes what a cut one left. CFS_ERR_BUSY: another one is open; commit or
 * abort that first. Otherwise as cfs_delete(). */
int32_t cfs_begin(struct cfs_store *store, struct cfs_transaction *transaction);

/* Stage a change. Later changes of the same key replace earlier ones. A staged value can be 6 bytes
 * shorter than cfs_inline_max() says, and at most 65,535 changes make a transaction.
 * CFS_ERR_NO_SPACE, CFS_ERR_TOO_BIG: as cfs_set(), and the transaction is as it was: what a commit
 * needs is set aside here, so that it cannot fail for want of room. CFS_ERR_STATE: not open.
 * CFS_ERR_NOT_FOUND: no such key to delete; nothing was staged. Otherwise as cfs_set(). */
int32_t cfs_transaction_set(struct cfs_transaction *transaction, const char *name,
                            const void *value, size_t size);
int32_t cfs_transaction_set_with(struct cfs_transaction *transaction, const char *name,
                                 const void *value, size_t size, uint32_t attributes);
int32_t cfs_transaction_delete(struct cfs_transaction *transaction, const char *name);

/* As cfs_get(), with the changes staged so far. Looks through them from the newest, each at the cost of a
 * lookup. */
int32_t cfs_transaction_get(struct cfs_transaction *transaction, const char *name, void *value,
                            size_t size);

/* Make all changes take place, as one. CFS_OK: durable, and the transaction is closed. A cut before
 * leaves none of them or all. CFS_ERR_STATE: not open. CFS_ERR_IO: closed; whether it took place the
 * next mount says. CFS_ERR_DAMAGED: nothing took place, and the transaction is still open. */
int32_t cfs_commit(struct cfs_transaction *transaction);

/* Forget the changes. The transaction is closed whatever this returns. CFS_ERR_STATE: not open. */
int32_t cfs_abort(struct cfs_transaction *transaction);
#endif

/* The longest value a key with a name of `name_length` bytes can have on this volume.
 * CFS_ERR_TOO_BIG: not even an empty one. CFS_ERR_PARAM: no name is that long. CFS_ERR_STATE. */
int32_t cfs_value_max(const struct cfs_store *store, size_t name_length);

/* Work ahead, in idle time: reclaim, erase the sector that will be needed next, so that the next
 * writes need not; and when there is nothing more to do, close the session with a seal, so that a power
 * cut leaves nothing for the next mount to decide. Stops after `budget_us` microseconds, by the
 * port's clock; a step that was begun ends first, and the longest is one erase. Returns 1: there is more to
 * do; 0: there is not. CFS_ERR_STATE, CFS_ERR_IO. */
int32_t cfs_maintain(struct cfs_store *store, uint32_t budget_us);
#endif

#if CFS_CFG_STATISTICS
int32_t cfs_statistics(struct cfs_store *store, struct cfs_statistics *statistics);
#endif

#if CFS_CFG_CHECK
/* Verify everything: every root, pointer, record and total. Reads the whole volume, writes
 * nothing. CFS_OK; CFS_ERR_DAMAGED: an invariant does not hold. */
int32_t cfs_check(struct cfs_store *store);

/* What a check found. */
struct cfs_check_report {
    uint32_t keys;          /* that exist, lost ones included, the store's own not */
    uint32_t records;       /* intact ones in the log, whatever became of their keys */
    uint32_t live_bytes;    /* as in struct cfs_statistics */
    uint32_t repaired;      /* records that are damaged and were made good to be read */
    uint32_t lost;          /* keys whose value is known to be lost; setting or deleting them cures it */
    uint32_t damaged;       /* keys that cannot be read, or cannot be reached, beyond repair */
    uint32_t first_damaged; /* where the first of them stands: bytes from the start of the volume */
    uint32_t retired;       /* sectors taken out of use */
};

/* The same with a report, which is filled in as far as the check came, also on an error. A store in
 * which records had to be made good passes: nothing is lost. CFS_ERR_PARAM: no report. */
int32_t cfs_check_report(struct cfs_store *store, struct cfs_check_report *report);
#endif

#ifdef __cplusplus
}
#endif
#endif
