# SPDX-License-Identifier: Apache-2.0
"""Every public header compiles alone, as C11 and as C++17, with what its layer may include, and with
every value of the switches that change it.

Headers of layers still to come are found by themselves.
"""
import pathlib
import re
import shutil
import subprocess

import pytest

LIB = pathlib.Path(__file__).resolve().parent.parent / "lib"
HEADERS = sorted(LIB.glob("*/include/**/*.h"))
WARNINGS = ["-Wall", "-Wextra", "-Wundef", "-Wconversion", "-Werror"]
LANGUAGES = {"c11": ["-x", "c", "-std=c11", "-pedantic-errors"],
             "c++17": ["-x", "c++", "-std=c++17", "-pedantic-errors"]}
COMPILERS = [name for name in ("gcc", "clang") if shutil.which(name)]


def settings_of(header):
    """The switches that a header's code (not its comments) names, with the values that they have."""
    code = re.sub(r"/\*.*?\*/", "", header.read_text(), flags=re.S)
    if header.name == "config.h":
        return []
    named = sorted(set(re.findall(r"\bCFS_CFG_\w+", code)))
    return [f"{name}={value}" for name in named for value in VALUES.get(name, (0, 1))]


# Of switches that are numbers, the least and the greatest.
VALUES = {"CFS_CFG_HASH_BITS": (4, 24), "CFS_CFG_ASYNC_DEVICES": (0, 8),
          "CFS_CFG_VOLUME_DRIVERS": (0, 4)}
CASES = [(header, setting) for header in HEADERS for setting in ["", *settings_of(header)]]


def include_folders(layer):
    """The layer's own, and those of what it USES."""
    text = (LIB / layer / "CMakeLists.txt").read_text()
    match = re.search(r"USES([\w\s]*)\)", text)
    return [LIB / name / "include" for name in [layer, *(match.group(1).split() if match else [])]]


def compile_text(text, layer, compiler, language, setting=""):
    return subprocess.run(
        [compiler, *LANGUAGES[language], *WARNINGS, "-fsyntax-only",
         *([f"-D{setting}"] if setting else []),
         *(f"-I{folder}" for folder in include_folders(layer)), "-"],
        input=text, capture_output=True, text=True)


def test_headers_are_found():
    names = [header.name for header in HEADERS]
    assert {"Driver_Storage.h", "Storage_VM.h", "config.h", "store.h"} <= set(names)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("compiler", COMPILERS)
@pytest.mark.parametrize("header, setting", CASES,
                         ids=[f"{header.relative_to(LIB)} {setting}" for header, setting in CASES])
def test_header_compiles_alone(header, setting, compiler, language):
    layer, _, *rest = header.relative_to(LIB).parts
    name = "/".join(rest)
    # Twice: a header without a guard shows. C wants a declaration, and some have only macros.
    text = f'#include "{name}"\n' * 2 + "int declaration;\n"
    result = compile_text(text, layer, compiler, language, setting)
    assert result.returncode == 0, result.stderr


def test_switches_that_change_a_header_are_found():
    store = next(header for header in HEADERS if header.name == "store.h")
    assert {"CFS_CFG_FIND=0", "CFS_CFG_FIND=1", "CFS_CFG_CHECK=0"} <= set(settings_of(store))


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_header_that_leans_on_another_would_fail(language):
    """The check can fail: uint32_t without its header."""
    result = compile_text("uint32_t undeclared(void);\n", "base", "gcc", language)
    assert "uint32_t" in result.stderr and result.returncode != 0
