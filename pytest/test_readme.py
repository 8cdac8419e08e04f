# SPDX-License-Identifier: Apache-2.0
"""The first page tells the truth: its example compiles and runs, its links lead somewhere, its
figures are the generator's."""
import re
import subprocess

import pytest

LAYERS = ["store", "journal", "volume", "driver", "base"]


@pytest.fixture(scope="module")
def page(root):
    return (root / "README.md").read_text()


def example(page):
    return re.search(r"```c\n(.*?)```", page, re.S).group(1)


def build_example(root, release, source, program):
    includes = [f"-I{root}/lib/{layer}/include" for layer in LAYERS] + [f"-I{root}/sim/include"]
    libraries = [release / f"lib/{layer}/libcfs_{layer}.a" for layer in LAYERS]
    simulator = [release / "sim/libcfs_sim_flash.a",
                 *(release / "sim").glob("CMakeFiles/cfs_sim_port.dir/*.o")]
    return subprocess.run(
        ["gcc", "-std=c11", "-Wall", "-Wextra", "-Wconversion", "-Werror", *includes, source,
         *libraries, *simulator, "-lconfig", "-o", program], capture_output=True, text=True)


def test_example_compiles_and_runs(root, page, build_dir, tmp_path):
    (tmp_path / "example.c").write_text(example(page))
    built = build_example(root, build_dir("release"), tmp_path / "example.c", tmp_path / "example")
    assert built.returncode == 0, built.stderr
    ran = subprocess.run([tmp_path / "example"], capture_output=True, text=True)
    assert (ran.returncode, ran.stdout) == (0, "lamp 7\n")


def test_example_is_ten_lines(page):
    body = example(page).split("{\n", 1)[1]
    calls = [line for line in body.split("\n") if re.search(r"\w\(.*;", line)]
    assert len(calls) <= 10


def test_links_lead_to_files_of_the_repository(root, tracked_files):
    for document in [file for file in tracked_files if file.suffix == ".md"]:
        for target in re.findall(r"\]\(([^)#:]+)(?:#[\w-]*)?\)", document.read_text()):
            assert (document.parent / target).exists(), f"{document.relative_to(root)}: {target}"


def test_commands_named_exist(root, page):
    commands = set(re.findall(r"\./(scripts/[\w-]+)", page))
    assert {"scripts/run", "scripts/test", "scripts/dev"} <= commands
    assert all((root / command).is_file() for command in commands)


def test_figures_are_those_of_the_generator(root, page):
    """Same rows, same units; numbers change with the code and are written by scripts/figures."""
    labels = subprocess.run([root / "scripts/figures", "--labels"], check=True,
                            capture_output=True, text=True).stdout.split("\n")[:-1]
    table = re.search(r"<!-- figures -->\n(.*?)<!-- end of figures -->", page, re.S).group(1)
    found = re.findall(r"^\| ([^|]+) \| ([^|]+) \|$", table, re.M)
    assert [label for label, _ in found] == labels
    for label, value in found:
        assert re.search(r"\d", value), label
