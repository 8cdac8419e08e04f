# SPDX-License-Identifier: Apache-2.0
"""The commands a newcomer types exist, can be run, and say what is wrong."""
import shutil
import subprocess

import pytest

COMMANDS = ["scripts/run", "scripts/dev", "scripts/test", "scripts/install-packages",
            "scripts/tidy", "scripts/size", "scripts/figures", "scripts/gen-config-doc",
            "scripts/gen-sources", "scripts/matrix",
            "scripts/report", ".ci/run"]
PATH_LINE = "export PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"


def shell_scripts(root):
    folders = [root / "scripts", root / ".ci"]
    files = [file for folder in folders for file in folder.iterdir() if file.is_file()]
    return [file for file in files
            if file.suffix == ".sh" or file.read_text().startswith(("#!/usr/bin/env bash", "#!/bin/"))]


@pytest.mark.parametrize("command", COMMANDS)
def test_command_can_be_run(root, command):
    file = root / command
    assert file.is_file()
    assert file.stat().st_mode & 0o111 == 0o111


def test_shell_scripts_parse(root):
    for script in shell_scripts(root):
        subprocess.run(["bash", "-n", script], check=True)


def test_shell_scripts_are_clean(root):
    if shutil.which("shellcheck") is None:
        pytest.skip("shellcheck is not installed")
    result = subprocess.run(["shellcheck", "-x", *shell_scripts(root)], cwd=root,
                            capture_output=True, text=True)
    assert result.returncode == 0, result.stdout


def test_bash_scripts_use_the_system_path_and_stop_at_errors(root):
    for script in shell_scripts(root):
        text = script.read_text()
        if text.startswith("#!/usr/bin/env bash"):
            assert text.split("\n")[1] == PATH_LINE, script
            assert "set -euo pipefail" in text, script


def test_python_scripts_use_debians_python(root, tracked_files):
    for file in tracked_files:
        first = file.read_bytes().split(b"\n")[0]
        if first.startswith(b"#!") and b"python" in first:
            assert first == b"#!/usr/bin/python3", file


def test_ci_runs_the_developers_test(root):
    assert "scripts/test" in (root / ".ci/run").read_text()


def test_installed_packages_are_left_alone(root):
    result = subprocess.run([root / "scripts/install-packages", "test"], capture_output=True,
                            text=True)
    assert (result.returncode, result.stdout, result.stderr) == (0, "", "")


@pytest.mark.parametrize("command", [["scripts/install-packages"],
                                     ["scripts/install-packages", "everything"],
                                     ["scripts/dev", "everything"],
                                     ["scripts/matrix", "-x"]])
def test_bad_usage_is_one_short_answer_and_exit_2(root, command):
    result = subprocess.run([root / command[0], *command[1:]], capture_output=True, text=True)
    assert result.returncode == 2
    assert result.stdout == ""
    assert command[0] in result.stderr


def test_missing_package_without_root_says_what_to_type(root, tmp_path):
    """A machine where nothing is installed and nobody may install."""
    for name, body in {"dpkg-query": "exit 1", "id": "echo 1000"}.items():
        (tmp_path / name).write_text(f"#!/bin/sh\n{body}\n")
        (tmp_path / name).chmod(0o755)
    for tool in ("bash", "sed", "sort", "comm", "env"):
        (tmp_path / tool).symlink_to(shutil.which(tool))
    script = (root / "scripts/install-packages").read_text().replace(PATH_LINE,
                                                                     f"export PATH={tmp_path}")
    result = subprocess.run(["bash", "-s", "run"], input=script, capture_output=True, text=True)
    assert result.returncode == 2
    assert "apt-get install --no-install-recommends" in result.stderr
    assert "libjansson-dev" in result.stderr
