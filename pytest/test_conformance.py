# SPDX-License-Identifier: Apache-2.0
"""The conformance suite runs on every profile, bites, and its failures can be replayed. That it
holds on each profile is what ctest runs it for."""
import re
import subprocess

import pytest


@pytest.fixture(scope="module")
def conformance(build_dir):
    program = build_dir("release") / "lib/store/test/conformance/conformance"

    def run(*arguments):
        return subprocess.run([program, *arguments], capture_output=True, text=True, timeout=60)
    return run


def test_every_profile_is_run(build_dir):
    profiles = subprocess.run([build_dir("release") / "sim/test/sim_print_profiles"], check=True,
                              capture_output=True, text=True).stdout
    tests = subprocess.run(["ctest", "-N", "--test-dir", build_dir("release")], check=True,
                           capture_output=True, text=True).stdout
    expected = {f"conformance_{name}" for name in re.findall(r"^\| `([\w-]+)`", profiles, re.M)}
    assert len(expected) >= 10
    assert expected <= set(re.findall(r"conformance_[\w-]+", tests))


def test_parts_are_those_the_header_lists(conformance, root):
    header = (root / "lib/store/test/conformance/conformance.h").read_text()
    listed = re.findall(r"^ \*   (\S+) +\w", header, re.M)
    assert len(listed) == 8
    for part in listed:
        result = conformance("k64f", "--part", part, "--cuts", "20")
        assert result.returncode == 0, result.stdout
    assert conformance("k64f", "--part", "none").returncode == 1


@pytest.mark.parametrize("profile", ["k64f", "w25q128"])
def test_driver_that_caches_writes_is_found_and_the_failure_replayed(conformance, profile):
    found = conformance(profile, "--cache", "--cuts", "2000")
    assert found.returncode == 1
    replay = re.search(r"replay: (.+ --part cuts --seed \d+)$", found.stdout, re.M)
    assert replay, found.stdout
    again = conformance(*replay.group(1).split(), "--cache")
    assert again.returncode == 1
    last = found.stdout.splitlines()
    assert again.stdout.splitlines() == last[-len(again.stdout.splitlines()):]


def test_wrong_calls_are_one_sentence(conformance):
    for arguments in ["no-such-part"], []:
        result = conformance(*arguments)
        assert result.returncode == 2
        assert result.stderr.startswith("conformance: ")
