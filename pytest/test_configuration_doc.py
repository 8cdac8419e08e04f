# SPDX-License-Identifier: Apache-2.0
"""docs/configuration.md is generated and up to date, and the build refuses contradictions."""
import re
import subprocess

import pytest


def test_page_is_what_the_generator_writes(root):
    subprocess.run([root / "scripts/gen-config-doc", "--check"], check=True)


def test_page_has_every_switch(root):
    header = (root / "lib/base/include/cfs/config.h").read_text()
    page = (root / "docs/configuration.md").read_text()
    switches = re.findall(r"#define (CFS_CFG_\w+)", header)
    assert re.findall(r"^\| `(CFS_CFG_\w+)`", page, re.M) == switches


def compile_config(root, *flags):
    return subprocess.run(
        ["gcc", "-std=c11", "-Wundef", "-Werror", "-fsyntax-only", *flags,
         f"-I{root}/lib/base/include", root / "lib/base/config_check.c"],
        capture_output=True, text=True)


def test_defaults_agree_with_each_other(root):
    assert compile_config(root).returncode == 0


@pytest.mark.parametrize("flag", ["-DCFS_CFG_ASYNC_DEVICES=9", "-DCFS_CFG_VOLUME_DRIVERS=5",
                                  "-DCFS_CFG_HASH_BITS=3", "-DCFS_CFG_HASH_BITS=25",
                                  "-DCFS_CFG_ASSERT=2", "-DCFS_CFG_CRC_TABLE=2",
                                  "-DCFS_CFG_THREAD_STACK=2", "-DCFS_CFG_ON_CHIP=2",
                                  "-DCFS_CFG_OFF_CHIP=2", "-DCFS_CFG_FIND=2",
                                  "-DCFS_CFG_STATISTICS=2", "-DCFS_CFG_CHECK=2",
                                  "-DCFS_CFG_READ_ONLY=2", "-DCFS_CFG_REPAIR=2",
                                  "-DCFS_CFG_SALVAGE=2"])
def test_impossible_value_fails_the_build_with_a_sentence(root, flag):
    result = compile_config(root, flag)
    assert result.returncode != 0
    assert flag[2:].split("=")[0] in result.stderr


def test_a_header_of_the_user_overrides_defaults(root, tmp_path):
    (tmp_path / "my_config.h").write_text("#define CFS_CFG_HASH_BITS 3\n")
    flags = [f"-I{tmp_path}", '-DCFS_CONFIG_FILE="my_config.h"']
    assert compile_config(root, *flags).returncode != 0


def value_of(root, switch, *flags):
    """What a switch is with these flags."""
    result = subprocess.run(
        ["gcc", "-std=c11", "-xc", "-", "-o", "/dev/stdout", "-E", "-P", *flags,
         f"-I{root}/lib/base/include"],
        input=f'#include "cfs/config.h"\n#if {switch}\nis=1\n#else\nis=0\n#endif\n',
        capture_output=True, text=True, check=True)
    return int(result.stdout.split("is=")[1])


THREAD = "-DCFS_CFG_THREAD_STACK=1"


def test_thread_stack_turns_on_chip_storage_off_by_default(root):
    assert value_of(root, "CFS_CFG_ON_CHIP") == 1
    assert value_of(root, "CFS_CFG_ON_CHIP", THREAD) == 0
    assert value_of(root, "CFS_CFG_OFF_CHIP", THREAD) == 1


def test_on_chip_storage_beside_the_thread_stack_is_allowed_and_told(root):
    result = compile_config(root, THREAD, "-DCFS_CFG_ON_CHIP=1")
    assert result.returncode == 0
    assert "CFS_CFG_ON_CHIP=1 beside CFS_CFG_THREAD_STACK=1: while on-chip flash" in result.stderr
    assert compile_config(root, THREAD).stderr == ""


@pytest.mark.parametrize("flags, sentence", [
    (["-DCFS_CFG_ON_CHIP=0", "-DCFS_CFG_OFF_CHIP=0"],
     "CFS_CFG_ON_CHIP=0 and CFS_CFG_OFF_CHIP=0 leave no device"),
    (["-DCFS_CFG_READ_ONLY=1", "-DCFS_CFG_FIND=1"],
     "CFS_CFG_READ_ONLY=1 is a build without CFS_CFG_FIND"),
    ([THREAD, "-DCFS_CFG_OFF_CHIP=0"], "which turns on-chip storage off) leave no device"),
])
def test_contradiction_fails_the_build_with_a_sentence(root, flags, sentence):
    result = compile_config(root, *flags)
    assert result.returncode != 0
    assert sentence in result.stderr
