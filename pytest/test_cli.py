# SPDX-License-Identifier: Apache-2.0
"""What cfs-sim says about itself, and to people who mistype."""
import subprocess

import pytest

COMMANDS = ["endurance", "explore", "bench", "serve", "plan", "image"]
IMAGE_ACTIONS = ["create", "edit", "list", "get", "diff", "check", "verify",
                 "salvage", "sweep", "dump"]


@pytest.fixture
def run(cfs_sim):
    return lambda *arguments: subprocess.run([cfs_sim, *arguments], capture_output=True, text=True,
                                             stdin=subprocess.DEVNULL)


def assert_one_sentence(result):
    assert result.returncode == 2
    assert result.stdout == ""
    assert result.stderr.startswith("cfs-sim")
    assert result.stderr.count("\n") == 1
    assert result.stderr.rstrip().endswith((".", ";")), result.stderr


def test_help_lists_the_commands_and_exit_codes(run):
    result = run("--help")
    assert result.returncode == 0
    for word in [*COMMANDS, "Exit status"]:
        assert word in result.stdout


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_has_help(run, command):
    result = run(command, "--help")
    assert (result.returncode, result.stderr) == (0, "")
    assert result.stdout.startswith(f"Usage: cfs-sim {command}")
    assert max(len(line) for line in result.stdout.splitlines()) <= 80
    assert len(result.stdout.splitlines()) > 10


def test_help_of_image_lists_its_actions(run):
    listed = run("image", "--help").stdout
    assert [line.split()[0] for line in listed.split("\n\n")[1].splitlines()] == IMAGE_ACTIONS


@pytest.mark.parametrize("action", IMAGE_ACTIONS)
def test_every_action_has_help(run, action):
    result = run("image", action, "--help")
    assert (result.returncode, result.stderr) == (0, "")
    assert result.stdout.startswith(f"Usage: cfs-sim image {action}")
    assert max(len(line) for line in result.stdout.splitlines()) <= 80
    assert "Exit status" in result.stdout


def test_version(run, root):
    declared = (root / "CMakeLists.txt").read_text().split("project(cfstore VERSION ")[1].split()[0]
    assert run("--version").stdout == f"cfs-sim {declared}\n"


@pytest.mark.parametrize("arguments, complaint", [
    ([], "which command?"),
    (["fly"], "no command 'fly'"),
    (["--fly"], "no command '--fly'"),
    (["endurance", "--fly"], "option '--fly'"),
    (["endurance", "fly"], "unexpected argument 'fly'"),
    (["endurance", "--years"], "option '--years'"),
    (["endurance", "--years", "0"], "--years must be a whole number from 1 to 500, not '0'"),
    (["endurance", "--years", "two"], "not 'two'"),
    (["endurance", "--years", "-3"], "not '-3'"),
    (["endurance", "--lives", "1e9"], "--lives"),
    (["endurance", "--seed", "99999999999999999999"], "--seed"),
    (["endurance", "--sectors", "2"], "--sectors must be a whole number from 3"),
    (["endurance", "--sectors", "129"], "k64f has 128 sectors"),
    (["endurance", "--sectors", "3"], "use more sectors"),
    (["endurance", "--profile", "abacus"], "no profile 'abacus'; built in: k64f"),
    (["endurance", "--profile", "/nowhere.cfg"], "profile file '/nowhere.cfg' cannot be read"),
    (["endurance", "--workload", "/nowhere.cfg"], "workload file '/nowhere.cfg' cannot be read"),
    (["endurance", "--workload", "nowhere"], "workload file 'nowhere' cannot be read"),
    (["endurance", "--years", "1", "--json", "/nowhere/file"], "'/nowhere/file' cannot be written"),
    (["endurance", "--years", "1", "--report", "/nowhere/dir"], "'/nowhere/dir' cannot be made"),
    (["serve", "--image", "/nowhere"], "/nowhere"),
    (["serve", "fly"], "unexpected argument 'fly'"),
    (["bench", "--fly"], "option '--fly'"),
    (["bench", "fly"], "unexpected argument 'fly'"),
    (["bench", "--workload", "W9"], "no workload 'W9'; there are W1, W2, W3, W4, W4h, W5, W6 and"),
    (["bench", "--workload", "W1,"], "no workload ''"),
    (["bench", "--sectors", "4,two"], "not 'two'"),
    (["bench", "--sectors", "4,2"], "--sectors must be a whole number from 3"),
    (["bench", "--sectors", ""], "--sectors takes 1 to 16 numbers"),
    (["bench", "--sectors", ",".join("4" * 17)], "--sectors takes 1 to 16 numbers"),
    (["bench", "--updates", "0"], "--updates must be a whole number from 1"),
    (["bench", "--sectors", "300", "--json"], "k64f-bench has 256 sectors"),
    (["bench", "--profile", "abacus"], "no profile 'abacus'; built in: k64f"),
    (["bench", "--profile", "k64f", "--sectors", "129", "--json"], "k64f has 128 sectors"),
    (["bench", "--workload", "W3", "--image", "/nowhere/file", "--json"], "/nowhere/file"),
    (["image"], "which action?"),
    (["image", "dump"], "which image"),
    (["image", "eat", "file"], "no action 'eat'"),
    (["image", "dump", "/nowhere"], "'/nowhere' is not a file that can be read"),
    (["image", "dump", "/dev/null"], "'/dev/null' is not a file that can be read"),
    (["image", "dump", "a", "b"], "unexpected argument 'b'"),
])
def test_mistake_gets_one_sentence_and_exit_2(run, arguments, complaint):
    result = run(*arguments)
    result.stdout = "" if "--json" in arguments or "--report" in arguments else result.stdout
    assert complaint in result.stderr
    if arguments not in ([], ["image"]):
        assert_one_sentence(result)
    assert result.returncode == 2
