# SPDX-License-Identifier: Apache-2.0
"""Every error is reached by a test: each code of cfs/error.h by some test of some layer, and each
error that cfs/store.h promises for a call by a test that makes that very call.

C tests name the code they expect in the assertion that makes the call, so their sources can be
asked. That they are run and pass is ctest's business; that they are built is looked at here.
"""
import re

import pytest

# What the fixture of the store's tests calls, and by which name.
CALLS = {"rig_mount": "cfs_mount", "rig_mount_read_only": "cfs_mount",
         "assert_mount_refused": "cfs_mount", "rig_format": "cfs_format",
         "expected_set": "cfs_set", "expected_delete": "cfs_delete"}


@pytest.fixture(scope="module")
def c_tests(root):
    """file -> text of every C test, and of what tests share. All are built: their CMakeLists.txt
    names them, with or without test_ in front."""
    files = [*root.glob("lib/*/test/*.c"), *root.glob("sim/test/*.c")]
    for file in files:
        listed = re.findall(r"\w+", (file.parent / "CMakeLists.txt").read_text())
        assert {file.stem, file.stem.removeprefix("test_")} & set(listed), f"{file} is not built"
    return {file: file.read_text() for file in files}


def expectations(text):
    """(code, call) of each assertion that names an error; call is None if it is not in it."""
    for code, call in re.findall(r"\bassert_error\(\s*(CFS_\w+),\s*(\w+)(?=\()", text):
        yield code, CALLS.get(call, call)
    for code in re.findall(r"\bassert_mount_refused\((CFS_ERR_\w+)\)", text):
        yield code, "cfs_mount"
    for call, code in re.findall(r"\bassert_int_equal\(\s*(\w+)\([^;]*?,\s*(CFS_ERR_\w+)\);", text):
        yield code, call


def errors_of(header):
    return re.findall(r"^\s+(CFS_ERR_\w+) = -\d+", header.read_text(), re.M)


def test_every_error_code_is_reached(c_tests, root):
    reached = {code for text in c_tests.values() for code, _ in expectations(text)}
    errors = errors_of(root / "lib/base/include/cfs/error.h")
    assert len(errors) > 15
    assert [error for error in errors if error not in reached] == []


def promises(header):
    """(code, call) for each error that the comment before a declaration names."""
    text = header.read_text()
    for comment, call in re.findall(r"/\*((?:(?!\*/).)*)\*/\s*int32_t (cfs_\w+)\(", text, re.S):
        for code in re.findall(r"CFS_ERR_\w+", comment):
            yield code, call


def test_every_error_the_store_promises_is_reached_by_that_call(c_tests, root):
    promised = set(promises(root / "lib/store/include/cfs/store.h"))
    assert len(promised) > 25
    kept = {pair for file, text in c_tests.items() if file.parent == root / "lib/store/test"
            for pair in expectations(text)}
    assert sorted(promised - kept) == []
