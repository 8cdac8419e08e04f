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
 *   cfs_value_max() long. Those longer than cfs_inline_max() are objects: they stand in chunks, which
 *   costs about a tenth more room, and the old value keeps its room until the new one is complete.
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
    bool verify_writes; /* read back each line that was programmed; one that differs counts as a
                                  program that failed. For drivers that do not verify themselves. Costs
                                  a read of as many bytes as are written */
};

/* Memory for a store on a volume with the given line and `buckets` root pointers. */
#define CFS_STORE_MEMORY_BYTES(line_bytes, buckets) CFS_JOURNAL_MEMORY_BYTES(line_bytes, buckets)

struct cfs_store;

/* Several changes made as one; see cfs_begin(). Caller-owned, contents private. Zero, or begun. */
struct cfs_transaction {
    struct cfs_store *store; /* NULL: not open */
    uint32_t changes;
    uint32_t heaviest; /* weight of the heaviest of the changed keys */
    uint32_t excess;   /* weight that the keys have more than their staged changes */
    uint32_t promised; /* weight that its commit may add */
};

/* A mounted store. Caller-owned, contents private. */
struct cfs_store {
    struct cfs_journal journal;
    struct cfs_transaction *transaction; /* the one that is open */
    uint32_t sets;                       /* statistics since mount */
    uint32_t sets_unchanged;
    uint32_t objects_begun; /* in this session */
    uint32_t dropped;       /* chunks, of those being dropped, that are known to be gone */
    uint16_t chunk_bytes;   /* of new objects; 0: this volume takes none */
    uint16_t pending;       /* changes of a committed transaction that is not yet carried out */
    bool careful;           /* records on a path are verified whole, not only their heads */
    bool settled;           /* nothing is left to be dropped */
    bool mounted;
};

/* Numbers about a mounted store. Sizes are in bytes of the medium. */
struct cfs_statistics {
    uint32_t live_bytes;     /* what is stored now, as it would be written again */
    uint32_t capacity_bytes; /* most that live_bytes may become with values of this length */
    uint32_t sectors;
    uint32_t sectors_free;    /* erased or ready to be, without spares */
    uint32_t sectors_spare;   /* kept for sectors that wear out: none below 16 sectors, else one for
                                  every 64 or part of that, at most 8 */
    uint32_t sectors_retired; /* worn, so that their spares took their place */
    uint32_t erases_mean;     /* erases of each sector since the first format; all sectors are
                                 within one of it, plus interrupted erases */
    uint32_t endurance_cycles; /* what the device guarantees; 0: unlimited or unknown */
    uint32_t lifetime_left; /* per mille: of the guaranteed erases or, if that is less, of the spare
                                  sectors once one was retired; 0 at the latest when worn out. 1000
                                  where the endurance is not known and nothing was retired */
    uint32_t session;       /* counts mounts that wrote */
    uint32_t sets;          /* since mount */
    uint32_t sets_unchanged; /* since mount: equal to what was stored, so nothing was written */
    uint32_t repairs;        /* since mount: damaged records that were made good */
    bool read_only;          /* mounted so, or worn out */
    bool worn_out; /* there was no sector left to write to: writes give CFS_ERR_READ_ONLY, every key
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

/* Begin a transaction. Deletes what a cut one left. CFS_ERR_BUSY: another one is open; commit or
 * abort that first. Otherwise as cfs_delete(). */
int32_t cfs_begin(struct cfs_store *store, struct cfs_transaction *transaction);

/* Stage a change. Later changes of the same key replace earlier ones. A staged value can be 6 bytes
 * shorter than cfs_inline_max() says, and at most 65,535 changes make a transaction.
 * CFS_ERR_NO_SPACE, CFS_ERR_TOO_BIG: as cfs_set(), and the transaction is as it was: what a commit
 * needs is set aside here, so that it cannot fail for want of room. CFS_ERR_STATE: not open.
 * Otherwise as cfs_set(). */
int32_t cfs_transaction_set(struct cfs_transaction *transaction, const char *name,
                            const void *value, size_t size);
int32_t cfs_transaction_set_with(struct cfs_transaction *transaction, const char *name,
                                 const void *value, size_t size, uint32_t attributes);

/* Stage that a key is deleted. CFS_ERR_NOT_FOUND: there is none; nothing was staged. CFS_ERR_STATE: not
 * open. Otherwise as cfs_transaction_set(). */
int32_t cfs_transaction_delete(struct cfs_transaction *transaction, const char *name);

/* As cfs_get(), with the changes staged so far. Looks through them from the newest, each at the cost of a
 * lookup. */
int32_t cfs_transaction_get(struct cfs_transaction *transaction, const char *name, void *value,
                            size_t size);

/* Make all changes take place, as one. CFS_OK: durable, and the transaction is closed. A cut before
 * leaves none of them or all. CFS_ERR_STATE: not open. CFS_ERR_IO: closed; whether it took place the
 * next mount says. After any other error nothing took place, and the transaction is still open. */
int32_t cfs_commit(struct cfs_transaction *transaction);

/* Forget the changes. The transaction is closed whatever this returns. CFS_ERR_STATE: not open. */
int32_t cfs_abort(struct cfs_transaction *transaction);
#endif

#if CFS_CFG_OBJECTS
/* ---- streaming into one value
 *
 *     uint8_t buffer[CFS_WRITE_BUFFER_BYTES_MAX];
 *     cfs_write_open(&store, &w, "firmware", total, buffer, sizeof buffer);
 *     cfs_write(&w, ...); cfs_write_at(&w, offset, ...); ...
 *     cfs_write_commit(&w);
 *
 * The key has its old value until cfs_write_commit(), and from then on the new one, whatever happens. Bytes may come
 * in any order and more than once. An upload outlives a cut, an unmount and a mount: it goes on with
 * cfs_write_resume(), and takes its room until it is committed or aborted. Several may be open,
 * each of another key. Other calls, also of the same key, are allowed meanwhile.
 */

/* Enough for any volume; cfs_write_buffer_bytes() says what this one needs. */
#define CFS_WRITE_BUFFER_BYTES_MAX 1152u

/* Caller-owned, contents private. Zero, or opened. */
struct cfs_writer {
    struct cfs_store *store; /* NULL: not open */
    const char *name;
    uint8_t *buffer; /* one chunk, and a bit for each of its bytes: it is there */
    uint32_t session;
    uint32_t count;
    uint32_t length; /* of the value; open-ended: what the upload record allows for */
    uint32_t end;    /* open-ended: behind the last byte written */
    uint32_t position;
    uint32_t index; /* of the chunk in the buffer */
    uint32_t attributes;
    uint16_t chunk_bytes;
    bool is_open_ended;
    bool has_chunk;
    bool is_dirty; /* the buffer holds what the medium does not */
};

/* How long a writer's buffer must be: one chunk of 64 to 1,024 bytes, an eighth of a sector, and an eighth
 * more. CFS_ERR_STATE. */
int32_t cfs_write_buffer_bytes(const struct cfs_store *store);

/* Begin to write a value of `total` bytes; 0: as long as it will become. An upload of the key that was left is
 * dropped. `name` and `buffer` stay the writer's until commit or abort.
 * CFS_ERR_NO_SPACE: would not fit now (room is not set aside, so another may still take it).
 * CFS_ERR_BUFFER: `size` is less than cfs_write_buffer_bytes().
 * CFS_ERR_BUSY: an upload of another key is in the way, whose name has the same hash (one pair in 16
 * million); commit or abort that first. Otherwise as cfs_set(). */
int32_t cfs_write_open(struct cfs_store *store, struct cfs_writer *writer, const char *name,
                       uint32_t total, void *buffer, size_t size);
int32_t cfs_write_open_with(struct cfs_store *store, struct cfs_writer *writer, const char *name,
                            uint32_t total, void *buffer, size_t size, uint32_t attributes);

/* Go on with an upload that was left. Returns how many bytes are there from the start, without a gap; cfs_write()
 * goes on behind them. CFS_ERR_NOT_FOUND: there is none of this key. Otherwise as cfs_write_open(). */
int32_t cfs_write_resume(struct cfs_store *store, struct cfs_writer *writer, const char *name,
                         void *buffer, size_t size);

/* Write bytes at an offset; or behind those of the last cfs_write(). They are durable once their chunk is
 * complete, or bytes of another are written. CFS_ERR_BOUNDS: beyond `total`; nothing was written.
 * CFS_ERR_NO_SPACE: some may be written; write them again when there is room.
 * CFS_ERR_STATE: not open, or another writer took the upload over. Otherwise as cfs_set(). */
int32_t cfs_write_at(struct cfs_writer *writer, uint32_t offset, const void *data, size_t size);
int32_t cfs_write(struct cfs_writer *writer, const void *data, size_t size);

/* How many bytes are there from `offset` on, without a gap. 0: that byte is missing. */
int32_t cfs_write_has(struct cfs_writer *writer, uint32_t offset);

/* Give the key its new value. Reads it all once, to compute its checksum. CFS_OK: durable, the old value is
 * dropped, and the writer is closed. CFS_ERR_STATE: not open, or bytes are missing: see
 * cfs_write_has(). CFS_ERR_NO_SPACE: make room, then try again. After any error but CFS_ERR_IO the
 * upload goes on. */
int32_t cfs_write_commit(struct cfs_writer *writer);

/* Drop the upload. The key keeps its value. The writer is closed. */
int32_t cfs_write_abort(struct cfs_writer *writer);
#endif

/* The longest value a key with a name of `name_length` bytes can have on this volume, if nothing else
 * is stored. Without CFS_CFG_OBJECTS it is cfs_inline_max().
 * CFS_ERR_TOO_BIG: not even an empty one. CFS_ERR_PARAM: no name is that long. CFS_ERR_STATE. */
int32_t cfs_value_max(const struct cfs_store *store, size_t name_length);

/* The longest value that is kept in the key's record; a longer one is cut into chunks. The same errors. */
int32_t cfs_inline_max(const struct cfs_store *store, size_t name_length);

/* The longest value cfs_set() of this key would accept now. Costs some tens of lookups.
 * CFS_ERR_NO_SPACE: not even an empty one; otherwise as cfs_will_fit(). */
int32_t cfs_largest_value(struct cfs_store *store, const char *name);

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
    uint32_t keys;       /* that exist, lost ones included, the store's own not */
    uint32_t records;    /* intact ones in the log, whatever became of their keys */
    uint32_t live_bytes; /* as in struct cfs_statistics */
    uint32_t repaired;   /* records that are damaged and were made good to be read */
    uint32_t lost;    /* keys whose value is known to be lost; setting or deleting them cures it */
    uint32_t damaged; /* keys that cannot be read, or cannot be reached, beyond repair */
    uint32_t first_damaged; /* where the first of them stands: bytes from the start of the volume */
    uint32_t retired;       /* sectors taken out of use */
};

/* The same with a report, which is filled in as far as the check came, also on an error. A store in
 * which records had to be made good passes: nothing is lost. CFS_ERR_PARAM: no report. */
int32_t cfs_check_report(struct cfs_store *store, struct cfs_check_report *report);
#endif

#if CFS_CFG_SALVAGE
/* A key that salvage found; valid during the call that tells of it. */
struct cfs_salvaged {
    const char *name; /* not terminated */
    size_t name_bytes;
    size_t value_bytes;
    uint32_t attributes;
    enum {
        CFS_SALVAGED_INTACT,
        CFS_SALVAGED_DOUBTFUL, /* intact, but something newer is illegible that may have been of this key */
        CFS_SALVAGED_DAMAGED /* its newest value cannot be read */
    } state;
    /* private */
    struct cfs_store *store;
    const struct cfs_record *record;
};

struct cfs_salvage_config {
    /* Called once for each key. Returns CFS_OK, or an error that ends the salvage and is what that
     * returns. May call cfs_salvage_read(). */
    int32_t (*found)(void *context, const struct cfs_salvaged *key);
    void *context;
};

/* Tell of every key on a volume that need not be mountable, without trusting any root, header or
 * pointer; programs nothing. Needs one legible sector header, whichever. Time grows with the square of what is
 * in the log. `memory` is used during the call only (CFS_STORE_MEMORY_BYTES). CFS_OK: no key is missing;
 * 1: something is illegible that may have held keys which are not among those told. CFS_ERR_PARAM;
 * CFS_ERR_NO_MEMORY; CFS_ERR_DAMAGED: no header is legible; CFS_ERR_NEWER; CFS_ERR_IO. */
int32_t cfs_salvage(struct cfs_volume *volume, void *memory, size_t memory_bytes,
                    const struct cfs_salvage_config *config);

/* Copy bytes [offset, offset + size) of the value. Returns `size`. CFS_ERR_BOUNDS; CFS_ERR_DAMAGED. */
int32_t cfs_salvage_read(const struct cfs_salvaged *key, size_t offset, void *data, size_t size);
#endif

#ifdef __cplusplus
}
#endif
#endif
