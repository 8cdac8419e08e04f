# SPDX-License-Identifier: Apache-2.0
# Toolchain file: the library for Cortex-M4 with GNU Arm Embedded gcc. Used by the cortex-m4 preset,
# and through it by scripts/size.
set(CMAKE_SYSTEM_NAME Generic)
set(CMAKE_SYSTEM_PROCESSOR arm)
set(CMAKE_C_COMPILER arm-none-eabi-gcc)

# Without a board there is no linker script, so CMake's compiler check can only build a library.
set(CMAKE_TRY_COMPILE_TARGET_TYPE STATIC_LIBRARY)

# One section per function, so that an application links only what it calls. The last two write the
# stack need and the callees of each function beside its object file; they cost no code.
set(CMAKE_C_FLAGS_INIT
    "-mcpu=cortex-m4 -mthumb -ffunction-sections -fdata-sections -fstack-usage -fcallgraph-info=su")

set(CMAKE_FIND_ROOT_PATH_MODE_PROGRAM NEVER)
set(CMAKE_FIND_ROOT_PATH_MODE_LIBRARY ONLY)
set(CMAKE_FIND_ROOT_PATH_MODE_INCLUDE ONLY)
