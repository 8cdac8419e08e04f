# SPDX-License-Identifier: Apache-2.0
"""The bars of sim/bench/bars.json: those that are met stay met, and meeting another is noticed."""
import functools
import pathlib
import subprocess
import sys

import pytest

import bench

ROOT = pathlib.Path(__file__).resolve().parent.parent
BARS = bench.bars(ROOT)


def parameter(bar):
    reason = "not reached yet; when it is, scripts/bars enters it"
    marks = [] if bar["met"] else [pytest.mark.xfail(strict=True, reason=reason)]
    return pytest.param(bar, id=bench.bar_name(bar), marks=marks)


@pytest.fixture(scope="module")
def results(cfs_sim):
    """All workloads, without or with maintenance between updates; each is run once."""
    return functools.lru_cache(lambda *options: bench.rows(cfs_sim, *options))


@pytest.mark.parametrize("bar", map(parameter, BARS))
def test_bar_is_met(results, bar):
    rows = bench.about(bar, results(*bench.options_for(bar)))
    assert rows != []
    assert [row for row in rows if not bench.is_met(bar, row)] == []


def test_no_bar_is_there_twice():
    names = [bench.bar_name(bar) for bar in BARS]
    assert len(set(names)) == len(names)


def test_store_breaks_no_rule_of_the_flash(results):
    assert {row["programmed_twice"] for row in results()} == {0}


def test_table_counts_the_same_bars(cfs_sim, results):
    met = 0
    shown = 0
    for line in bench.run(cfs_sim).stdout.splitlines():
        if " bars are met" in line:
            assert line.split()[:3] == [str(met), "of", str(shown)]
        else:
            met += line.count(" ok")
            shown += line.count(" ok") + line.count("MISSED")
    judged = [bench.is_met(bar, row) for bar in BARS if not bar.get("maintain")
              for row in bench.about(bar, results())]
    assert (met, shown) == (sum(judged), len(judged))


def test_script_changes_nothing_when_all_is_entered(root):
    result = subprocess.run([sys.executable, root / "scripts/bars", "--dry-run"], text=True,
                            capture_output=True)
    assert (result.returncode, result.stdout) == (0, "no bar is newly met\n"), result.stderr
