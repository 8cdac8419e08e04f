# SPDX-License-Identifier: Apache-2.0
"""docs/profiles.md says what the simulator does: the same figures, the same keys."""
import re
import subprocess


def rows(page, heading):
    """The table under a heading, as lists of cells, without its head."""
    section = page.split(f"\n{heading}\n", 1)[1]
    lines = [line for line in section.splitlines() if line]
    start = next(i for i, line in enumerate(lines) if line.startswith("|---"))
    table = []
    for line in lines[start + 1:]:
        if not line.startswith("|"):
            break
        table.append([cell.strip() for cell in line.strip("|").split("|")])
    return table


def test_figures_are_those_of_the_built_in_profiles(root, build_dir):
    program = build_dir("release") / "sim/test/sim_print_profiles"
    built_in = subprocess.run([program], check=True, capture_output=True, text=True).stdout
    page = (root / "docs/profiles.md").read_text()
    expected = [[cell.strip() for cell in line.strip("|").split("|")]
                for line in built_in.splitlines()]
    assert rows(page, "## The built-in parts") == expected


def test_every_part_has_a_source(root):
    page = (root / "docs/profiles.md").read_text()
    parts = [row[0] for row in rows(page, "## The built-in parts")]
    assert [row[0] for row in rows(page, "### Where the figures come from")] == parts


def test_keys_are_those_the_loader_takes(root, cfs_sim, tmp_path):
    (tmp_path / "part.cfg").write_text("no_such_key = 1;\n")
    run = subprocess.run([cfs_sim, "endurance", "--profile", "part.cfg"], cwd=tmp_path,
                         capture_output=True, text=True)
    assert run.returncode == 2
    assert "part.cfg:1: unknown key" in run.stderr
    taken = re.search(r"the keys are (.*?)\.?\s*$", run.stderr).group(1).split(", ")
    page = (root / "docs/profiles.md").read_text()
    described = [key for row in rows(page, "## A profile of your own")
                 for key in re.findall(r"`(\w+)`", row[0])]
    assert described == taken
