# SPDX-License-Identifier: Apache-2.0
"""A layer sees the headers of the layers it uses, and the compiler refuses any other.

lib/CMakeLists.txt promises that. Here a wrong include is put into a copy of the library, which
then must not compile, while the same copy with a permitted include does.
"""
import re
import shutil
import subprocess

import pytest

# The header by which each layer is known to others.
HEADERS = {
    "base": "cfs/types.h",
    "driver": "cfs/device.h",
    "volume": "Storage_VM.h",
    "journal": "cfs/journal.h",
    "store": "cfs/store.h",
}
MISSING = "No such file or directory"


def uses(root):
    """layer -> layers it may include, as each layer's CMakeLists.txt declares."""
    declared = {}
    for layer in HEADERS:
        text = (root / "lib" / layer / "CMakeLists.txt").read_text()
        match = re.search(r"USES([\w\s]*)\)", text)
        declared[layer] = match.group(1).split() if match else []
    return declared


@pytest.fixture(scope="module")
def library(tmp_path_factory, root):
    """A configured copy of the library alone, in a folder that only this test touches."""
    copy = tmp_path_factory.mktemp("library")
    shutil.copytree(root / "lib", copy / "lib")
    shutil.copy(root / "CMakeLists.txt", copy)
    subprocess.run(["cmake", "-G", "Ninja", "-S", copy, "-B", copy / "build",
                    "-DCMAKE_C_COMPILER=gcc", "-DCFS_BUILD_HOST=OFF"],
                   check=True, capture_output=True)
    return copy


def compile_with(library, layer, header):
    """Compile the layer's first source with one more include; the compiler's messages."""
    source = sorted((library / "lib" / layer).glob("*.c"))[0]
    original = source.read_text()
    source.write_text(f'#include "{header}"\n{original}')
    try:
        result = subprocess.run(
            ["ninja", "-C", library / "build",
             f"lib/{layer}/CMakeFiles/cfs_{layer}.dir/{source.name}.o"],
            capture_output=True, text=True)
    finally:
        source.write_text(original)
    return "" if result.returncode == 0 else result.stdout + result.stderr


@pytest.mark.parametrize("layer", HEADERS)
@pytest.mark.parametrize("other", HEADERS)
def test_include_compiles_exactly_where_it_is_declared(library, root, layer, other):
    messages = compile_with(library, layer, HEADERS[other])
    if other == layer or other in uses(root)[layer]:
        assert messages == ""
    else:
        assert f"{HEADERS[other]}: {MISSING}" in messages


def test_no_layer_uses_one_above_it(root):
    order = re.findall(r"^add_subdirectory\((\w+)\)", (root / "lib/CMakeLists.txt").read_text(),
                       re.M)
    assert order == list(HEADERS)
    for layer, used in uses(root).items():
        assert all(order.index(other) < order.index(layer) for other in used)


def test_library_knows_nothing_of_simulator_and_tests(library):
    assert MISSING in compile_with(library, "store", "sim/flash.h")


def test_library_includes_only_freestanding_headers_and_string(root):
    allowed = {"stddef.h", "stdint.h", "stdbool.h", "string.h", "limits.h", "stdalign.h"}
    for file in (root / "lib").glob("**/*.[ch]"):
        if "test" not in file.relative_to(root).parts:
            foreign = set(re.findall(r"#include <([^>]+)>", file.read_text())) - allowed
            assert not foreign, f"{file.relative_to(root)} includes {foreign}"
