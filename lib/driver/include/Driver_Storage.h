/* SPDX-License-Identifier: Apache-2.0 */
/* The CMSIS storage driver API, version 1.00: what a storage device must be able to do.
 *
 *   store > journal > volume > device > ARM_DRIVER_STORAGE (this file)
 *
 * Source compatible with the header of the same name of 2016 (names, field order, values); written
 * anew. A driver written for that one drops in unchanged.
 *
 * Rules that hold for the whole interface
 * - Addresses are offsets in the storage map of the device. The map need not start at 0: on a part
 *   with on-chip flash the address is often the one the CPU uses. Addresses and sizes are in bytes.
 * - Results: see Driver_Common.h. 0 (pending) is legal only where the table below says "may be
 *   async" and the capability `asynchronous_ops` is 1. No callback follows a positive or negative
 *   result.
 * - One operation at a time. Until the callback of a pending one has run, others may be refused
 *   with ARM_DRIVER_ERROR_BUSY.
 * - The callback may come from an interrupt, and may come before the call that started the
 *   operation has returned. It carries no context, so a driver has one client.
 * - Buffers stay the caller's. Those of a pending operation must live, unchanged, until its
 *   callback.
 *
 *   call            may be async   result when done
 *   GetVersion      no             the version; may be called before Initialize
 *   GetCapabilities no             the capabilities; may be called before Initialize
 *   Initialize      yes            1
 *   Uninitialize    yes            1
 *   PowerControl    yes            1
 *   ReadData        yes            bytes read
 *   ProgramData     yes            bytes programmed
 *   Erase           yes            bytes erased, possibly fewer than asked
 *   EraseAll        yes            1
 *   GetStatus       no             the status
 *   GetInfo         no             ARM_DRIVER_OK
 *   ResolveAddress  no             an address of the CPU
 *   GetNextBlock    no             ARM_DRIVER_OK
 *   GetBlock        no             ARM_DRIVER_OK
 */
#ifndef DRIVER_STORAGE_H_
#define DRIVER_STORAGE_H_

#include "Driver_Common.h"

#ifdef __cplusplus
extern "C" {
#endif

#define ARM_STORAGE_API_VERSION ARM_DRIVER_VERSION_MAJOR_MINOR(1, 0)

/* The customary name of the n-th driver: ARM_Driver_Storage_(0) is Driver_Storage0. Two steps, so
 * that n may be a macro. */
#define _ARM_Driver_Storage_(n) Driver_Storage##n
#define ARM_Driver_Storage_(n)  _ARM_Driver_Storage_(n)

#define ARM_STORAGE_INVALID_OFFSET          0xFFFFFFFFFFFFFFFFULL
#define ARM_STORAGE_INVALID_ADDRESS         0xFFFFFFFFUL
#define ARM_STORAGE_PROGRAM_CYCLES_INFINITE 0UL /* endless, or not told */

/* Whether a block (by pointer) is one, and not the mark of the end. */
#define ARM_STORAGE_VALID_BLOCK(BLK) \
    (((BLK)->addr != ARM_STORAGE_INVALID_OFFSET) && ((BLK)->size != 0))

/* Errors only storage drivers have. */
#define ARM_STORAGE_ERROR_NOT_ERASABLE                 (ARM_DRIVER_ERROR_SPECIFIC - 1)
#define ARM_STORAGE_ERROR_NOT_PROGRAMMABLE             (ARM_DRIVER_ERROR_SPECIFIC - 2)
#define ARM_STORAGE_ERROR_PROTECTED                    (ARM_DRIVER_ERROR_SPECIFIC - 3)
/* The hardware tried and failed. From ReadData: the cells cannot be read (ECC). */
#define ARM_STORAGE_ERROR_RUNTIME_OR_INTEGRITY_FAILURE (ARM_DRIVER_ERROR_SPECIFIC - 4)

/* ARM_STORAGE_INFO.programmability: what programming may do to a cell. */
#define ARM_STORAGE_PROGRAMMABILITY_RAM      0x0 /* anything, in place */
#define ARM_STORAGE_PROGRAMMABILITY_ROM      0x1 /* nothing */
#define ARM_STORAGE_PROGRAMMABILITY_WORM     0x2 /* once */
#define ARM_STORAGE_PROGRAMMABILITY_ERASABLE 0x3 /* once per erase */

/* ARM_STORAGE_INFO.retention_level: what contents survive. */
#define ARM_RETENTION_WHILE_DEVICE_ACTIVE 0x0
#define ARM_RETENTION_ACROSS_SLEEP        0x1
#define ARM_RETENTION_ACROSS_DEEP_SLEEP   0x2
#define ARM_RETENTION_BATTERY_BACKED      0x3
#define ARM_RETENTION_NVM                 0x4

typedef struct _ARM_STORAGE_BLOCK_ATTRIBUTES {
    uint32_t erasable : 1;
    uint32_t programmable : 1;
    uint32_t executable : 1;
    uint32_t protectable : 1;
    uint32_t reserved : 28;
    uint32_t erase_unit;      /* bytes: smallest erase and its alignment; 0: not erasable */
    uint32_t protection_unit; /* bytes: smallest protectable piece; divides the block's size */
} ARM_STORAGE_BLOCK_ATTRIBUTES;

/* A range of equal attributes. The blocks of a device are walked in ascending order. */
typedef struct _ARM_STORAGE_BLOCK {
    uint64_t addr;
    uint64_t size; /* bytes */
    ARM_STORAGE_BLOCK_ATTRIBUTES attributes;
} ARM_STORAGE_BLOCK;

/* What a device claims to withstand; one word. */
typedef struct _ARM_STORAGE_SECURITY_FEATURES {
    uint32_t acls : 1;
    uint32_t rollback_protection : 1;
    uint32_t tamper_proof : 1;
    uint32_t internal_flash : 1;
    uint32_t reserved1 : 12;
    uint32_t software_attacks : 1;
    uint32_t board_level_attacks : 1;
    uint32_t chip_level_attacks : 1;
    uint32_t side_channel_attacks : 1;
    uint32_t reserved2 : 12;
} ARM_STORAGE_SECURITY_FEATURES;

typedef struct _ARM_STORAGE_INFO {
    uint64_t total_storage;        /* bytes, all blocks together */
    uint32_t program_unit;         /* bytes: smallest program and its alignment; 0 or 1: any */
    uint32_t optimal_program_unit; /* bytes: a multiple of program_unit that programs fastest */
    uint32_t program_cycles;       /* guaranteed erases of each erase unit */
    uint32_t erased_value : 1;     /* what erased bits read as: 1 means bytes of 0xFF */
    uint32_t memory_mapped : 1;    /* ResolveAddress gives addresses */
    uint32_t programmability : 4;  /* ARM_STORAGE_PROGRAMMABILITY_ */
    uint32_t retention_level : 4;  /* ARM_RETENTION_ */
    uint32_t reserved : 22;
    ARM_STORAGE_SECURITY_FEATURES security;
} ARM_STORAGE_INFO;

typedef struct _ARM_STORAGE_STATUS {
    uint32_t busy : 1;
    uint32_t error : 1; /* the last operation failed; cleared when the next one begins */
} ARM_STORAGE_STATUS;

typedef struct _ARM_STORAGE_CAPABILITIES {
    uint32_t asynchronous_ops : 1; /* operations may return ARM_DRIVER_OK and call back later */
    uint32_t erase_all : 1;        /* EraseAll works */
    uint32_t reserved : 30;
} ARM_STORAGE_CAPABILITIES;

/* Told to the callback, so that it knows what has ended. */
typedef enum _ARM_STORAGE_OPERATION {
    ARM_STORAGE_OPERATION_GET_VERSION,
    ARM_STORAGE_OPERATION_GET_CAPABILITIES,
    ARM_STORAGE_OPERATION_INITIALIZE,
    ARM_STORAGE_OPERATION_UNINITIALIZE,
    ARM_STORAGE_OPERATION_POWER_CONTROL,
    ARM_STORAGE_OPERATION_READ_DATA,
    ARM_STORAGE_OPERATION_PROGRAM_DATA,
    ARM_STORAGE_OPERATION_ERASE,
    ARM_STORAGE_OPERATION_ERASE_ALL,
    ARM_STORAGE_OPERATION_GET_STATUS,
    ARM_STORAGE_OPERATION_GET_INFO,
    ARM_STORAGE_OPERATION_RESOLVE_ADDRESS,
    ARM_STORAGE_OPERATION_GET_NEXT_BLOCK,
    ARM_STORAGE_OPERATION_GET_BLOCK
} ARM_STORAGE_OPERATION;

/* A pending operation has ended. `status` is what the call would have returned had it been
 * synchronous: negative, or how much was done. */
typedef void (*ARM_Storage_Callback_t)(int32_t status, ARM_STORAGE_OPERATION operation);

/* The type is const: a driver is a constant table of functions. Code that fills one in at run time
 * uses the struct tag. */
typedef const struct _ARM_DRIVER_STORAGE {
    ARM_DRIVER_VERSION (*GetVersion)(void);

    ARM_STORAGE_CAPABILITIES (*GetCapabilities)(void);

    /* Prepare the driver; calling it again is allowed and changes nothing. `callback` is kept until
     * Uninitialize; it may be NULL where no operation is asynchronous. */
    int32_t (*Initialize)(ARM_Storage_Callback_t callback);

    /* Let go of everything Initialize took. */
    int32_t (*Uninitialize)(void);

    /* Order of life: Initialize, power FULL, operations, power OFF, Uninitialize. LOW may be
     * ARM_DRIVER_ERROR_UNSUPPORTED. OFF abandons what is pending. */
    int32_t (*PowerControl)(ARM_POWER_STATE state);

    /* Read `size` bytes at any address. */
    int32_t (*ReadData)(uint64_t addr, void *data, uint32_t size);

    /* Program `size` bytes; address and size are multiples of program_unit, and the range has been
     * erased and not programmed since. After a failure the range holds anything. */
    int32_t (*ProgramData)(uint64_t addr, const void *data, uint32_t size);

    /* Erase `size` bytes; address and size are multiples of the block's erase_unit. May erase less
     * than asked, a multiple of erase_unit from the start; the caller submits the rest. Refused at
     * once, with nothing touched: ARM_DRIVER_ERROR_PARAMETER (misaligned or outside),
     * ARM_STORAGE_ERROR_PROTECTED, ARM_STORAGE_ERROR_NOT_ERASABLE. After a failure the range holds
     * anything. */
    int32_t (*Erase)(uint64_t addr, uint32_t size);

    /* Erase the whole device. ARM_DRIVER_ERROR_UNSUPPORTED unless the capability erase_all is 1. */
    int32_t (*EraseAll)(void);

    ARM_STORAGE_STATUS (*GetStatus)(void);

    int32_t (*GetInfo)(ARM_STORAGE_INFO *info);

    /* Where the CPU sees a storage address, or ARM_STORAGE_INVALID_ADDRESS. */
    uint32_t (*ResolveAddress)(uint64_t addr);

    /* The block behind `prev_block`; NULL: the first one. `next_block` may be NULL (only asking
     * whether there is one) or the same as `prev_block`. At the end: a negative result, and
     * `next_block` is no ARM_STORAGE_VALID_BLOCK. */
    int32_t (*GetNextBlock)(const ARM_STORAGE_BLOCK *prev_block, ARM_STORAGE_BLOCK *next_block);

    /* The block that contains `addr`. `block` may be NULL. Outside: as the end above. */
    int32_t (*GetBlock)(uint64_t addr, ARM_STORAGE_BLOCK *block);
} ARM_DRIVER_STORAGE;

#ifdef __cplusplus
}
#endif
#endif
