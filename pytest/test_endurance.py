# SPDX-License-Identifier: Apache-2.0
"""Twenty years of a real configuration: nothing lost, every published number recomputed from the
simulator's counters, and loads and parts that must fail do fail."""
import json
import os
import pty
import re
import resource
import subprocess

import pytest

CPU_SECONDS_AT_MOST = 0.5


def live(cfs_sim, *options):
    return subprocess.run([cfs_sim, "endurance", *options], capture_output=True, text=True)


def result_of(completed):
    return json.loads(completed.stdout)


@pytest.fixture(scope="module")
def twenty_years(cfs_sim):
    completed = live(cfs_sim, "--json", "-")
    assert completed.returncode == 0, completed.stderr
    assert completed.stderr == ""
    return result_of(completed)


@pytest.fixture(scope="module")
def every_minute(cfs_sim):
    return live(cfs_sim, "--workload", "every-minute", "--json", "-")


@pytest.fixture(scope="module")
def many_lives(cfs_sim):
    return result_of(live(cfs_sim, "--lives", "4", "--seed", "11", "--years", "3", "--json", "-"))


# ---- the main job


def test_twenty_years_lose_nothing(twenty_years):
    run = twenty_years
    assert (run["years"], run["updates"], run["updates_per_day"]) == (20, 73000, 10)
    assert (run["lost"], run["phantoms"], run["violation"], run["passed"]) == (0, 0, None, True)
    assert run["cuts"] > 300
    assert run["cuts_nested"] > 30
    assert run["worn_out_year"] is None


def test_twenty_years_take_less_than_half_a_second(cfs_sim):
    def cpu_seconds():
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        assert live(cfs_sim).returncode == 0
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        return after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime
    assert min(cpu_seconds() for _ in range(3)) < CPU_SECONDS_AT_MOST


def test_summary_tells_a_person(cfs_sim):
    completed = live(cfs_sim)
    for word in ("years", "73,000", "cuts", "lost", "wear", "life", "retention", "PASS"):
        assert word in completed.stdout


# ---- every published number, from the raw ones


def test_counts_follow_from_counters(twenty_years):
    run, counters = twenty_years, twenty_years["counters"]
    assert run["cuts"] == counters["cuts"]
    assert run["boots"] == counters["boots"]
    first_power_on = 1
    assert run["boots"] == first_power_on + run["boots_clean"] + run["boots_unclean"] + run["cuts"]
    assert run["updates"] == run["latency"]["count"] == run["samples"][-1]["updates"]


def test_wear_follows_from_samples(twenty_years):
    run, last = twenty_years, twenty_years["samples"][-1]
    assert len(last["erases"]) == run["sectors"]
    assert run["erases_min"] == min(last["erases"])
    assert run["erases_max"] == max(last["erases"])
    assert sum(last["erases"]) == run["counters"]["erases"]
    assert run["life_years"] == pytest.approx(
        run["years"] * run["endurance_cycles"] / run["erases_max"])


def test_retention_follows_from_wear(twenty_years):
    run = twenty_years
    budget = next(b for b in run["retention"] if run["erases_max"] <= b["cycles"])
    assert run["retention_years"] == budget["years"]
    assert run["retention_life_years"] == pytest.approx(
        run["years"] * run["retention"][0]["cycles"] / run["erases_max"])


def programmed(counters):
    return counters["programmed_bytes"] + counters["filled_bytes"]


def test_write_amplification_follows_from_counters(twenty_years):
    run = twenty_years
    bytes_since = programmed(run["counters"]) - programmed(run["provisioned"])
    assert run["write_amplification"] == pytest.approx(bytes_since / run["payload_bytes"])
    assert run["samples"][-1]["programmed_bytes"] == programmed(run["counters"])
    assert run["samples"][-1]["payload_bytes"] == run["payload_bytes"]


def test_latency_follows_from_histogram(twenty_years):
    run, raw = twenty_years, twenty_years["latency"]
    buckets = raw["buckets"]
    assert sum(bucket["count"] for bucket in buckets) == raw["count"]
    assert run["mean_ms"] == pytest.approx(raw["sum_ns"] / raw["count"] / 1e6)
    assert run["worst_ms"] == pytest.approx(raw["worst_ns"] / 1e6)
    assert run["worst_max_ms"] == pytest.approx(raw["worst_max_ns"] / 1e6)
    assert buckets[-1]["from_ns"] <= raw["worst_ns"] < buckets[-1]["to_ns"]
    low = sum(bucket["count"] * bucket["from_ns"] for bucket in buckets)
    high = sum(bucket["count"] * bucket["to_ns"] for bucket in buckets)
    assert low <= raw["sum_ns"] <= high
    seen = 0
    for bucket in buckets:
        seen += bucket["count"]
        if seen * 100 >= raw["count"] * 99:
            assert run["p99_ms"] == pytest.approx(min(bucket["to_ns"], raw["worst_ns"]) / 1e6)
            break


def test_slowest_time_follows_from_the_part(twenty_years):
    """No update can take less than its slowest sibling's typical time."""
    assert twenty_years["worst_max_ms"] > twenty_years["worst_ms"]


def test_samples_are_yearly_and_only_grow(twenty_years):
    samples = twenty_years["samples"]
    assert [sample["year"] for sample in samples] == list(range(21))
    for before, after in zip(samples, samples[1:]):
        for key in ("updates", "payload_bytes", "programmed_bytes", "cuts", "boots"):
            assert before[key] <= after[key]
        assert all(a <= b for a, b in zip(before["erases"], after["erases"]))


def test_loss_bound_is_three_over_the_cuts(twenty_years):
    assert twenty_years["loss_per_cut_bound"] == pytest.approx(3 / twenty_years["cuts"])


# ---- what must fail


def test_every_minute_wears_the_part_out(every_minute, cfs_sim):
    assert every_minute.returncode == 1
    run = result_of(every_minute)
    assert run["worn_out_year"] == int(run["years"]) + 1
    assert run["erases_max"] == run["endurance_cycles"] + 1
    assert (run["lost"], run["passed"]) == (0, False)


def test_summary_names_the_year_of_wear_out(cfs_sim, twenty_years):
    """A part of 200 erases, in twice the years that the same life takes for 200."""
    years = int(2 * 200 * twenty_years["years"] / twenty_years["erases_max"])
    options = ["--profile", "worn200", "--years", str(years)]
    completed = live(cfs_sim, *options)
    assert completed.returncode == 1
    run = result_of(live(cfs_sim, *options, "--json", "-"))
    assert run["endurance_cycles"] == 200
    assert f"the part wears out in year {run['worn_out_year']}:" in completed.stdout
    assert "200 erases" in completed.stdout
    assert "PASS" not in completed.stdout
    assert run["worn_out_year"] == pytest.approx(years / 2, rel=0.1)
    assert run["samples"][-1]["year"] == pytest.approx(run["years"])


# ---- past the guarantee, to the end


@pytest.mark.parametrize("sectors, spares", [(8, 0), (16, 1)])
def test_part_lives_on_while_sectors_fail_and_ends_read_only(cfs_sim, sectors, spares):
    completed = live(cfs_sim, "--profile", "worn200", "--to-the-end", "--years", "500",
                     "--sectors", str(sectors), "--json", "-")
    assert completed.returncode == 0, completed.stdout + completed.stderr
    run = result_of(completed)
    assert (run["lost"], run["phantoms"], run["violation"], run["passed"]) == (0, 0, None, True)
    assert run["retired"] == spares
    assert run["worn_out_year"] is None
    assert run["read_only_year"] == int(run["years"]) + 1 < 500
    assert run["erases_max"] > run["endurance_cycles"]
    assert run["cuts"] > 1000


def test_summary_tells_of_the_end(cfs_sim):
    completed = live(cfs_sim, "--profile", "worn200", "--to-the-end", "--years", "500",
                     "--sectors", "16")
    assert re.search(r"retired +1  sectors", completed.stdout)
    assert re.search(r"END: the part took no more in year \d+; every value", completed.stdout)
    assert "PASS: nothing was lost" in completed.stdout


def test_part_that_lasts_has_no_end(cfs_sim):
    run = result_of(live(cfs_sim, "--to-the-end", "--json", "-"))
    assert (run["years"], run["retired"], run["read_only_year"]) == (20, 0, None)


# ---- seeds, lives, terminals


def test_same_seed_same_bytes(cfs_sim):
    def output(seed):
        completed = live(cfs_sim, "--years", "3", "--seed", seed, "--json", "-")
        return completed.stdout
    assert output("5") == output("5")
    assert output("5") != output("6")


def test_json_file_and_stdout_are_the_same(cfs_sim, tmp_path):
    options = ("--years", "1", "--json")
    completed = live(cfs_sim, *options, tmp_path / "out.json")
    assert "PASS" in completed.stdout
    assert (tmp_path / "out.json").read_text() == live(cfs_sim, *options, "-").stdout


def test_lives_are_added_up(many_lives):
    run, each = many_lives, many_lives["each_life"]
    assert [life["seed"] for life in each] == [11, 12, 13, 14]
    assert len({life["cuts"] for life in each}) > 1
    for key in ("updates", "cuts", "lost", "phantoms"):
        assert run[key] == sum(life[key] for life in each)
    assert run["years"] == min(life["years"] for life in each)
    assert run["erases_min"] == min(life["erases_min"] for life in each)
    assert run["erases_max"] == max(life["erases_max"] for life in each)
    assert run["lost"] == 0


def test_a_life_among_many_is_the_one_alone(cfs_sim, many_lives):
    alone = result_of(live(cfs_sim, "--seed", "13", "--years", "3", "--json", "-"))
    assert alone["each_life"][0] == many_lives["each_life"][2]


@pytest.mark.slow
def test_many_lives_lose_nothing(cfs_sim):
    run = result_of(live(cfs_sim, "--lives", "25", "--seed", "1000", "--json", "-"))
    assert (run["lost"], run["phantoms"], run["violation"]) == (0, 0, None)
    assert run["updates"] == 25 * 73000


SMALL_VALUES = """
power_cuts = { per_year = 100; nested = 0.3; };
keys = ( { name = "counter"; counter = true; updates_per_day = 20; },
         { name = "state"; random = 60; updates_per_day = 10; } );
"""


@pytest.mark.parametrize("profile, sectors", [("k22f", 4), ("nrf52840", 3), ("stm32h7", 3),
                                              ("stm32f4", 4), ("w25q128", 300)])
def test_other_parts_live_too(cfs_sim, tmp_path, profile, sectors):
    (tmp_path / "small.cfg").write_text(SMALL_VALUES)
    completed = live(cfs_sim, "--workload", tmp_path / "small.cfg", "--profile", profile,
                     "--sectors", str(sectors), "--years", "3", "--json", "-")
    assert completed.returncode == 0, completed.stderr + completed.stdout
    run = result_of(completed)
    assert (run["lost"], run["updates"]) == (0, 3 * 365 * 30)
    assert run["cuts"] > 200


def everything_from(terminal):
    shown = b""
    try:
        while piece := os.read(terminal, 4096):
            shown += piece
    except OSError:  # how a terminal says that nobody writes to it any more
        pass
    return shown.decode()


def test_progress_shows_on_a_terminal_only(cfs_sim):
    primary, secondary = pty.openpty()
    process = subprocess.Popen([cfs_sim, "endurance", "--years", "2"], stderr=secondary,
                               stdout=subprocess.PIPE, text=True)
    os.close(secondary)
    shown = everything_from(primary)
    os.close(primary)
    printed, _ = process.communicate()
    assert "life 1 of 1 [" in shown
    assert "PASS" in printed
    assert "\r" not in printed
