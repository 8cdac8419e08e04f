# SPDX-License-Identifier: Apache-2.0
"""What tests share: where things are. Builds nothing; scripts/dev and scripts/test do that.

This folder must not have an __init__.py: it would make a package called pytest of it, which hides
the real one.
"""
import pathlib
import subprocess

import pytest

ROOT = pathlib.Path(__file__).resolve().parent.parent


def existing(path):
    if not path.exists():
        pytest.fail(f"{path.relative_to(ROOT)} is not built; type: scripts/dev build", False)
    return path


@pytest.fixture(scope="session")
def root():
    """The project's folder."""
    return ROOT


@pytest.fixture(scope="session")
def tracked_files():
    """Every file that is, or is about to be, in the repository."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT, check=True, capture_output=True, text=True).stdout
    files = [ROOT / name for name in listed.split("\0") if name]
    return [file for file in files if file.is_file()]


@pytest.fixture(scope="session")
def build_dir():
    """build_dir("release"): the build folder of a preset."""
    return lambda preset: existing(ROOT / "build" / preset)


@pytest.fixture(scope="session")
def cfs_sim():
    """The tool as users run it."""
    return existing(ROOT / "build/release/cfs-sim")
