# SPDX-License-Identifier: Apache-2.0
"""The rules of the house that a program can check; docs/style.md has the reasons."""
import re
import subprocess

import pytest

SPDX = "SPDX-License-Identifier: Apache-2.0"
HEAD_LINES = 5  # the licence line stands in the first lines of a file
C_SPDX = f"/* {SPDX} */\n"


def text_of(file):
    return file.read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def c_files(tracked_files):
    return [file for file in tracked_files if file.suffix in (".c", ".h")]


@pytest.fixture(scope="module")
def library_files(c_files, root):
    return [file for file in c_files if file.is_relative_to(root / "lib")
            and "test" not in file.relative_to(root).parts]


def names(files, root):
    return sorted(str(file.relative_to(root)) for file in files)


def is_code(file):
    suffixes = (".c", ".h", ".py", ".sh", ".cmake")
    return file.suffix in suffixes or file.name == "CMakeLists.txt" or (
        file.suffix == "" and text_of(file).startswith("#!"))


def test_code_names_its_licence(tracked_files, root):
    without = [file for file in tracked_files if is_code(file)
               and SPDX not in "\n".join(text_of(file).split("\n")[:HEAD_LINES])]
    assert names(without, root) == []


def test_c_file_begins_with_licence_and_head_comment(c_files, root):
    without = [file for file in c_files if not text_of(file).startswith(C_SPDX + "/* ")]
    assert names(without, root) == []


def test_library_file_says_what_it_is_for(library_files, root):
    heads = {file: text_of(file)[len(C_SPDX):].split("*/")[0] for file in library_files}
    too_short = [file for file, head in heads.items() if len(head.split()) < 5
                 and not re.search(r"See \S+\.h", head)]
    assert names(too_short, root) == []


def test_nothing_points_outside_the_repository(tracked_files, root):
    # Written in pieces, so that this file does not find itself.
    outside = re.compile("|".join([
        r"\.\./sha" r"red", r"(?<![\w.])/wo" r"rk\b", r"\bfac" r"ts/", r"(?<![\w.])/ho" r"me/\w", r"(?<![\w.])/ro" r"ot\b",
        r"\b[Ii]ss" r"ue #?\d"]))
    found = [f"{file.relative_to(root)}: {match.group()}" for file in tracked_files
             if file.name != "LICENSE" and file.suffix not in (".png", ".bin", ".der")
             for match in outside.finditer(text_of(file))]
    assert found == []


def test_no_unfinished_work_is_left(tracked_files, root):
    marks = re.compile(r"\b(TO" r"DO|FIX" r"ME|XX" r"X)\b")
    found = [file for file in tracked_files
             if file.suffix not in (".png", ".bin", ".der") and marks.search(text_of(file))]
    assert names(found, root) == []


def test_switches_are_values_not_definitions(c_files, root):
    guarded = re.compile(r"^\s*#\s*(ifdef|ifndef|if.*\bdefined\b).*\bCFS_(CFG_|BUILD)", re.M)
    found = [file for file in c_files if guarded.search(text_of(file))
             and file != root / "lib/base/include/cfs/config.h"]
    assert names(found, root) == []


def test_library_takes_no_memory_and_no_float(library_files, root):
    forbidden = re.compile(r"\b(malloc|calloc|realloc|free|alloca|float|double)\b *[(*\w]")
    comments = re.compile(r"/\*.*?\*/", re.S)
    found = [file for file in library_files if forbidden.search(comments.sub("", text_of(file)))]
    assert names(found, root) == []


def test_library_never_masks_interrupts(library_files, root):
    masking = re.compile(r"\b(__disable_irq|__set_PRIMASK|__set_BASEPRI|asm|__asm__|_disable)\b")
    assert names([file for file in library_files if masking.search(text_of(file))], root) == []


def functions_of(text):
    """(name, lines) of each function: from its name at the margin to the brace at the margin."""
    for match in re.finditer(r"^\w[^\n;{}]*?(\w+)\([^;{}]*\)\n\{\n.*?^\}", text, re.M | re.S):
        yield match.group(1), match.group().count("\n") + 1


def test_functions_are_short(c_files, root):
    long = [f"{file.relative_to(root)}: {name} has {lines} lines" for file in c_files
            for name, lines in functions_of(text_of(file)) if lines > 70]
    assert long == []


def test_files_are_short(c_files, root):
    """A list of test cases may be a little longer: it does not tangle."""
    long = [file for file in c_files
            if text_of(file).count("\n") > (600 if "test" in file.parts else 500)]
    assert names(long, root) == []


def test_pytest_folder_is_not_a_package(root):
    assert list((root / "pytest").glob("**/__init__.py")) == []


def test_c_files_are_formatted(c_files):
    result = subprocess.run(["clang-format", "--dry-run", "-Werror", *c_files],
                            capture_output=True, text=True)
    assert result.returncode == 0, result.stderr
