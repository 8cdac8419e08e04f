/* SPDX-License-Identifier: Apache-2.0 */
/* Every compile-time switch: its default, what it does, what it costs, what it forbids.
 *
 * Facts about a device or a store (geometry, buckets, buffers) are run-time data and not here.
 * Override a switch on the compiler's command line, or name a header of your own with
 * -DCFS_CONFIG_FILE='"my_config.h"'. All are always defined, so use #if, never #ifdef.
 * Contradictions fail the build in config_check.c with a sentence.
 */
#ifndef CFS_CONFIG_H
#define CFS_CONFIG_H

#ifdef CFS_CONFIG_FILE
#include CFS_CONFIG_FILE
#endif

/* Assertions for programming errors. On in test builds. Costs about 4 % of the code and needs
 * cfs_port_assert_failed(). */
#ifndef CFS_CFG_ASSERT
#define CFS_CFG_ASSERT 0
#endif

/* How many devices with an asynchronous driver may be open at once. CMSIS callbacks carry no
 * context, so each needs a function of its own: about 16 bytes of code and two pointers each. 0 to 8; with 0
 * a driver that says it is asynchronous is refused. */
#ifndef CFS_CFG_ASYNC_DEVICES
#define CFS_CFG_ASYNC_DEVICES 4
#endif

/* 0: checksums by tables of 80 bytes. 1: by tables of 4.25 KiB, five times as fast. CMake sets
 * 1 for host builds; a target reads short records and does not feel it. */
#ifndef CFS_CFG_CRC_TABLE
#define CFS_CFG_CRC_TABLE 0
#endif

/* How many volumes may be seen as an ARM_DRIVER_STORAGE at once, 0 to 4. The same reason: about
 * 270 bytes of code each, and 0.9 KiB if there are any. */
#ifndef CFS_CFG_VOLUME_DRIVERS
#define CFS_CFG_VOLUME_DRIVERS 2
#endif

/* Bits of the key hash, 4 to 24. 24 in any product; tests use 4 so that different names collide
 * all the time. Stored on the medium: a store refuses a volume formatted with another number. */
#ifndef CFS_CFG_HASH_BITS
#define CFS_CFG_HASH_BITS 24
#endif

/* The Thread stack runs on the same processor. Its radio cannot wait while on-chip flash is
 * programmed or erased, so 1 turns on-chip storage off unless CFS_CFG_ON_CHIP says otherwise. */
#ifndef CFS_CFG_THREAD_STACK
#define CFS_CFG_THREAD_STACK 0
#endif

/* Devices inside the microcontroller. On, unless the Thread stack is there. With 0, to open one is
 * CFS_ERR_SWITCHED_OFF; where a device is, its driver says (struct cfs_device_config). Costs no
 * code. 1 beside CFS_CFG_THREAD_STACK=1 is allowed, and the build says so: do that if code runs from
 * another bank than the one that is written. */
#ifndef CFS_CFG_ON_CHIP
#define CFS_CFG_ON_CHIP (!CFS_CFG_THREAD_STACK)
#endif

/* Devices outside the microcontroller: serial flash, SD cards. With 0, to open one is
 * CFS_ERR_SWITCHED_OFF. Without on-chip devices it must stay 1. */
#ifndef CFS_CFG_OFF_CHIP
#define CFS_CFG_OFF_CHIP 1
#endif

/* 1: a build for boot loaders, which has cfs_mount(), cfs_size(), cfs_get() and cfs_unmount() and
 * nothing else: at most 4 KiB of code for journal and store. It programs nothing, repairs nothing, and
 * reads byte by byte. Turns the switches below off. */
#ifndef CFS_CFG_READ_ONLY
#define CFS_CFG_READ_ONLY 0
#endif

/* cfs_find(): keys in order, with wildcards. 1.4 KiB of code. 0: a program that knows its keys by
 * name does not need it. */
#ifndef CFS_CFG_FIND
#define CFS_CFG_FIND (!CFS_CFG_READ_ONLY)
#endif

/* cfs_begin() to cfs_commit(): several keys changed as one. About 1.8 KiB of code. 0: a volume that was
 * cut in the middle of a commit must not be mounted by such a build, as it would show a part. */
#ifndef CFS_CFG_TRANSACTIONS
#define CFS_CFG_TRANSACTIONS (!CFS_CFG_READ_ONLY)
#endif

/* Objects: values longer than a record may be, cut into chunks, and cfs_write_open() to
 * cfs_write_commit(), which stream into one. About 5.5 KiB of code. 0: a longer value is CFS_ERR_TOO_BIG,
 * and reading one that another build stored is CFS_ERR_SWITCHED_OFF. */
#ifndef CFS_CFG_OBJECTS
#define CFS_CFG_OBJECTS (!CFS_CFG_READ_ONLY)
#endif

/* cfs_statistics(): how full the store is and how worn. 112 bytes of code. */
#ifndef CFS_CFG_STATISTICS
#define CFS_CFG_STATISTICS (!CFS_CFG_READ_ONLY)
#endif

/* cfs_check(): verify the whole volume. 0.6 KiB of code. */
#ifndef CFS_CFG_CHECK
#define CFS_CFG_CHECK (!CFS_CFG_READ_ONLY)
#endif

/* Making good what was damaged at rest: one illegible line of each stretch that a session wrote, or
 * one flipped bit. About 1.6 KiB of code. 0: what is damaged is reported, and the volume stays one that a
 * build with it can repair. */
#ifndef CFS_CFG_REPAIR
#define CFS_CFG_REPAIR (!CFS_CFG_READ_ONLY)
#endif

/* cfs_salvage(): every intact key out of a volume that cannot be mounted. About 1 KiB of code. */
#ifndef CFS_CFG_SALVAGE
#define CFS_CFG_SALVAGE (!CFS_CFG_READ_ONLY)
#endif

/* Test builds only: lets a test switch single rules of the format off by number, to show that the
 * power-fail explorer notices (docs/testing.md). Forbids itself in a product: a rule that can be
 * switched off is not a rule. */
#ifndef CFS_CFG_TEST_KNOCKOUT
#define CFS_CFG_TEST_KNOCKOUT 0
#endif

#endif
