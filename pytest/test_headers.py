# SPDX-License-Identifier: Apache-2.0
"""Every public header compiles alone, as C11 and as C++17, with what its layer may include.

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


def include_folders(layer):
    """The layer's own, and those of what it USES."""
    text = (LIB / layer / "CMakeLists.txt").read_text()
    match = re.search(r"USES([\w\s]*)\)", text)
    return [LIB / name / "include" for name in [layer, *(match.group(1).split() if match else [])]]


def compile_text(text, layer, compiler, language):
    return subprocess.run(
        [compiler, *LANGUAGES[language], *WARNINGS, "-fsyntax-only",
         *(f"-I{folder}" for folder in include_folders(layer)), "-"],
        input=text, capture_output=True, text=True)


def test_headers_are_found():
    names = [header.name for header in HEADERS]
    assert {"Driver_Storage.h", "Storage_VM.h", "config.h", "store.h"} <= set(names)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("compiler", COMPILERS)
@pytest.mark.parametrize("header", HEADERS, ids=lambda header: str(header.relative_to(LIB)))
def test_header_compiles_alone(header, compiler, language):
    layer, _, *rest = header.relative_to(LIB).parts
    name = "/".join(rest)
    # Twice: a header without a guard shows. C wants a declaration, and some have only macros.
    text = f'#include "{name}"\n' * 2 + "int declaration;\n"
    result = compile_text(text, layer, compiler, language)
    assert result.returncode == 0, result.stderr


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_header_that_leans_on_another_would_fail(language):
    """The check can fail: uint32_t without its header."""
    result = compile_text("uint32_t undeclared(void);\n", "base", "gcc", language)
    assert "uint32_t" in result.stderr and result.returncode != 0
