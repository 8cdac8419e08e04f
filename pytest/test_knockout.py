# SPDX-License-Identifier: Apache-2.0
"""The explorer bites: each rule of docs/format.md, switched off, is missed. A rule that nobody misses
is either not needed or not tested, so each of those says why, and a new rule must appear in one of
the two tables. And the line printed for a violation replays it."""
import json
import re
import subprocess

import pytest

EVERY_CUT = ["--line-bytes", "64", "--lines", "24", "--length", "1", "--depth", "2"]


def lives(count, sectors, lines, *options):
    return ["--random", str(count), "--sectors", str(sectors), "--lines", str(lines), *options]


LINES_OF_64 = ["--line-bytes", "64"]

# The way that finds it soonest, and the invariants that may be seen to break.
FOUND = {
    "decide-torn": (EVERY_CUT, {"I3", "I5"}),
    "opener": (EVERY_CUT, {"I1", "I3", "I4", "I5"}),
    "fill": (EVERY_CUT, {"rule"}),
    "fill-two": (lives(5000, 3, 22, *LINES_OF_64), {"rule", "I1"}),
    "pilot": (EVERY_CUT, {"rule"}),
    "checkpoint": (EVERY_CUT, {"I3", "I5", "I6"}),
    "proof": (EVERY_CUT, {"I5"}),
    "first-run": (EVERY_CUT, {"I6", "I9"}),
    "all-or-nothing": (EVERY_CUT, {"I9"}),
    "checkpoint-run": (EVERY_CUT, {"I3", "I4", "I5"}),
    "destroy": (EVERY_CUT, {"rule"}),
    "destroy-next": (EVERY_CUT, {"I5", "I6"}),
    "destroy-backward": (lives(500, 3, 22, *LINES_OF_64), {"I9", "I1", "I5"}),
    "tail-written": (EVERY_CUT, {"I9"}),
    # the rarest: one life in 5,000 meets it, and only where a sector holds a few lines of data
    "unsettled-void": (lives(20000, 3, 20, *LINES_OF_64), {"I1", "I4", "I5", "I9"}),
    "roots-cleared": (lives(500, 4, 24, *LINES_OF_64), {"I1", "I9", "check"}),
    "holder": (EVERY_CUT, {"I1", "I4", "check"}),
    "same-top": (EVERY_CUT, {"I1", "I3", "I4"}),
    "barren": (EVERY_CUT, {"I1", "I4"}),
}

# Not missed, and why. Whoever makes one of these bite moves it up.
NOT_MISSED = {
    "begin": "no run is ever abandoned within a session yet: aborted transactions will",
    "snapshot": "a checkpoint or header counts only with the copy behind it complete, and the copy "
                "supersedes the record whether or not the roots still name it",
    "empty-proven": "a program that returned is whole in this model, so the record of the empty tail "
                    "needs none behind it; it does on a part that keeps its last program to itself",
    "mark-number": "a mark that survives its erase was zero-filled before: the number is a second "
                   "defence behind the rule \"destroy\"",
}


@pytest.fixture(scope="module")
def knock_out(build_dir):
    program = build_dir("release") / "cfs-knockout"

    def run(rule, *options):
        completed = subprocess.run([program, "--knockout", rule, "--json", *options],
                                   capture_output=True, text=True)
        lines = completed.stdout.splitlines()
        return completed, json.loads(lines[-1]) if lines else None
    return run


@pytest.fixture(scope="module")
def rules(root):
    """The rules of the format as the library numbers them."""
    header = (root / "lib/journal/include/cfs/knockout.h").read_text(encoding="utf-8")
    names = re.findall(r"^ +CFS_RULE_(\w+),", header, re.MULTILINE)
    return {name.lower().replace("_", "-") for name in names} - {"none"}


def test_every_rule_is_in_one_of_the_tables(rules):
    assert rules == set(FOUND) | set(NOT_MISSED)
    assert not set(FOUND) & set(NOT_MISSED)


@pytest.mark.slow
@pytest.mark.parametrize("rule", FOUND)
def test_a_rule_that_is_switched_off_is_missed(knock_out, rule):
    options, codes = FOUND[rule]
    completed, report = knock_out(rule, *options, "--stop")
    assert completed.returncode == 1, f"nobody misses {rule}: {completed.stdout}{completed.stderr}"
    assert report["found"][0]["invariant"] in codes, report["found"][0]


@pytest.mark.parametrize("rule", NOT_MISSED)
def test_a_rule_that_nobody_misses_yet(knock_out, rule):
    for options in (["--line-bytes", "64", "--lines", "24", "--length", "2", "--depth", "1"],
                    lives(500, 3, 24, *LINES_OF_64)):
        completed, report = knock_out(rule, *options)
        assert completed.returncode == 0, f"{rule} is missed after all: {report['found'][0]}"


@pytest.mark.parametrize("rule", ["pilot", "proof", "roots-cleared"])
def test_the_line_printed_replays_what_was_found(knock_out, rule):
    _, report = knock_out(rule, *FOUND[rule][0], "--stop")
    first = report["found"][0]
    assert first["replay"].startswith("explore ")
    completed, report = knock_out(rule, *first["replay"].split()[1:])
    assert completed.returncode == 1
    assert first["text"] in [found["text"] for found in report["found"]]
    assert report["unique"] < 100


def test_without_a_knockout_the_same_program_finds_nothing(knock_out):
    for options in (["--line-bytes", "64", "--lines", "24", "--length", "1", "--depth", "1"],
                    lives(300, 3, 20, *LINES_OF_64)):
        completed, report = knock_out("none", *options)
        assert (completed.returncode, report["violations"]) == (0, 0)


def test_a_rule_that_does_not_exist(knock_out):
    completed, _ = knock_out("gravity")
    assert completed.returncode == 2
    assert completed.stderr.count("\n") == 1
