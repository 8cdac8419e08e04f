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
                                  "-DCFS_CFG_ASSERT=2", "-DCFS_CFG_CRC_TABLE=2"])
def test_impossible_value_fails_the_build_with_a_sentence(root, flag):
    result = compile_config(root, flag)
    assert result.returncode != 0
    assert flag[2:].split("=")[0] in result.stderr


def test_a_header_of_the_user_overrides_defaults(root, tmp_path):
    (tmp_path / "my_config.h").write_text("#define CFS_CFG_HASH_BITS 3\n")
    flags = [f"-I{tmp_path}", '-DCFS_CONFIG_FILE="my_config.h"']
    assert compile_config(root, *flags).returncode != 0
