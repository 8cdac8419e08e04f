# SPDX-License-Identifier: Apache-2.0
"""Every switch of cfs/config.h, set otherwise than it is, alone: the library compiles and the C
tests that apply pass (scripts/matrix)."""
import pathlib
import re
import subprocess

import pytest

MATRIX = pathlib.Path(__file__).resolve().parent.parent / "scripts/matrix"
SETTINGS = subprocess.run([MATRIX, "--list"], check=True, capture_output=True,
                          text=True).stdout.split()

# Built with every other test: the variants _hash4 and _knockout of the library.
VARIANTS = {"CFS_CFG_HASH_BITS", "CFS_CFG_TEST_KNOCKOUT"}


def test_every_switch_has_a_setting_that_is_not_its_default(root):
    header = (root / "lib/base/include/cfs/config.h").read_text()
    defaults = dict(re.findall(r"#define (CFS_CFG_\w+) (\S+)", header))
    opposites = re.compile(r"\(!CFS_CFG_\w+\)")  # of switches that are 0
    defaults = {name: opposites.sub("1", value) for name, value in defaults.items()}
    defaults["CFS_CFG_CRC_TABLE"] = "1"  # on a host: lib/base/CMakeLists.txt
    chosen = dict(setting.split("=") for setting in SETTINGS)
    assert set(chosen) | VARIANTS == set(defaults)
    assert all(defaults[switch] != value for switch, value in chosen.items())
    lists = (root / "lib/CMakeLists.txt").read_text()
    assert all(f"DEFINES {switch}=" in lists for switch in VARIANTS)


@pytest.mark.parametrize("setting", SETTINGS)
def test_library_works_with_the_setting(root, setting):
    result = subprocess.run([MATRIX, setting], capture_output=True, text=True)
    assert result.returncode == 0, result.stderr[-4000:]
    log = (root / f"build/log/matrix-{setting}.log").read_text()
    assert re.search(r"100% tests passed, 0 tests failed out of \d\d", log)


def test_matrix_fails_when_a_setting_does(root):
    result = subprocess.run([MATRIX, "CFS_CFG_NO_SUCH_SWITCH=1"], capture_output=True, text=True)
    assert result.returncode == 1
    assert "there is no switch CFS_CFG_NO_SUCH_SWITCH" in result.stderr
