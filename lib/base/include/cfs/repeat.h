/* SPDX-License-Identifier: Apache-2.0 */
/* One function per slot, for interfaces whose callbacks carry no context.
 *
 * CFS_REPEAT(3, X) is X(1) X(2) X(3). The number is a plain digit or a macro for one, 0 to 8. Slots
 * count from 1, so that slot 0 can mean "none". */
#ifndef CFS_REPEAT_H
#define CFS_REPEAT_H

#define CFS_REPEAT(count, X)          CFS_REPEAT_EXPANDED(count, X)
#define CFS_REPEAT_EXPANDED(count, X) CFS_REPEAT_##count(X)
#define CFS_REPEAT_0(X)
#define CFS_REPEAT_1(X) X(1)
#define CFS_REPEAT_2(X) CFS_REPEAT_1(X) X(2)
#define CFS_REPEAT_3(X) CFS_REPEAT_2(X) X(3)
#define CFS_REPEAT_4(X) CFS_REPEAT_3(X) X(4)
#define CFS_REPEAT_5(X) CFS_REPEAT_4(X) X(5)
#define CFS_REPEAT_6(X) CFS_REPEAT_5(X) X(6)
#define CFS_REPEAT_7(X) CFS_REPEAT_6(X) X(7)
#define CFS_REPEAT_8(X) CFS_REPEAT_7(X) X(8)

#endif
