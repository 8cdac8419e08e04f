# SPDX-License-Identifier: Apache-2.0
"""`cfs-sim plan`: what it forecasts from the first part of a life is what the whole life shows."""
import json
import subprocess

import pytest

TOLERANCE = 0.10


def device(profile, sectors, years):
    return f'years = {years};\ndevice = {{ profile = "{profile}"; sectors = {sectors}; }};\n'


def keys(*entries):
    return "keys = (\n" + ",\n".join(f"{{ {entry} }}" for entry in entries) + "\n);\n"


def alike(count, source, rate=0.0, name="key"):
    update = f" updates_per_day = {rate:.6f};" if rate else ""
    return [f'name = "{name}/{number}"; {source};{update}' for number in range(count)]


BOOTS = "boots = { per_day = 5; unclean = 0.2; };\npower_cuts = { per_year = 60; nested = 0.3; };\n"

LONG = "a much longer text than before, of sixty bytes or so"


def texts(*values):
    source = "text = (" + ", ".join(f'"{value}"' for value in values) + ")"
    return device("k22f", 12, 3) + BOOTS + keys(*alike(20, source, 10.0))


# Different parts, units, numbers of sectors, values, rates and cuts.
CONFIGURATIONS = {
    "shipped": None,
    "worn out in a year": "every-minute",
    "many keys in 2 KiB sectors": device("stm32l4", 16, 2) + keys(*alike(100, "random = 64", 5.0)),
    "counters, boots and cuts": device("nrf52840", 4, 6) + BOOTS + keys(
        *alike(12, "counter = true", 20.0), *alike(5, "random = 100", name="still")),
    "nearly full": device("k64f", 6, 3) + keys(
        *alike(7, "random = 1200", name="still"), *alike(10, "random = 20", 40.0)),
    "hot and cold": device("k64f", 8, 2) + keys(
        *alike(1, "random = 8", 800.0, "hot"), *alike(40, "random = 60", 0.5),
        *alike(20, "random = 200", 0.02, "cold")),
    "long values on serial flash": device("w25q128", 32, 1) + keys(
        *alike(100, "random = 300", 4.0)),
    "texts of different lengths": texts("on", LONG, "off"),
    "units of 32 bytes": device("stm32h7", 3, 4) + keys(*alike(60, "random = 40", 8.0)),
    "less than two laps": device("w25q128", 4096, 14) + keys(
        *alike(20, "random = 8", 4.0), *alike(40, "random = 1000", name="still")),
}


@pytest.fixture(scope="module")
def run(cfs_sim):
    def ask(*arguments):
        completed = subprocess.run([cfs_sim, *arguments], capture_output=True, text=True)
        assert completed.stderr == ""
        return json.loads(completed.stdout)
    return ask


def near(value):
    return pytest.approx(value, rel=TOLERANCE)


def assert_wear(forecast, life):
    erases = (life["counters"]["erases"] - life["provisioned"]["erases"]) / life["sectors"]
    assert forecast["erases_per_year"] == near(erases / life["years"])
    if life["erases_max"] > 20:  # one erase more or less is no error of the forecast
        assert min(forecast["erases_at_end"], life["endurance_cycles"]) == near(life["erases_max"])
        assert forecast["life_years"] == near(life["life_years"])


def assert_space(forecast, life, between=None):
    if between is None:
        assert forecast["live_bytes"] == near(life["live_bytes"])
    else:  # at one instant it is anything from all keys short to all keys long
        for live_bytes in (forecast["live_bytes"], life["live_bytes"]):
            assert between[0] <= live_bytes <= between[1]
    assert forecast["capacity_bytes"] == near(life["capacity_bytes"])


def assert_cost(forecast, life):
    programmed = sum(sign * life[when][what] for sign, when in ((1, "counters"), (-1, "provisioned"))
                     for what in ("programmed_bytes", "filled_bytes"))
    assert forecast["bytes_per_year"] == near(programmed / life["years"])
    assert forecast["mean_ms"] == near(life["mean_ms"])


# Values of one length all the time: the least and the most that a configuration takes.
VARYING = {"texts of different lengths": (texts("on", "no"), texts(LONG, LONG.upper()))}


def extremes(run, tmp_path, name):
    live_bytes = []
    for text in VARYING[name]:
        (tmp_path / "extreme.cfg").write_text(text)
        plan = run("plan", "--json", "--workload", tmp_path / "extreme.cfg")
        live_bytes.append(plan["live_bytes"])
    return live_bytes


@pytest.mark.parametrize("name", CONFIGURATIONS)
def test_forecast_from_a_part_is_what_the_whole_life_shows(run, tmp_path, name):
    text = CONFIGURATIONS[name]
    arguments = []
    if text is None:  # so many years that a hundred laps are a part of them
        arguments = ["--years", "60"]
    elif text == "every-minute":
        arguments = ["--workload", text]
    else:
        (tmp_path / "mine.cfg").write_text(text)
        arguments = ["--workload", tmp_path / "mine.cfg"]
    forecast = run("plan", "--json", *arguments)
    life = run("endurance", "--json", "-", *arguments)
    assert forecast["basis"] == ("first lap" if name == "less than two laps" else "laps")
    assert forecast["measured_years"] < 0.7 * life["years"]
    assert_wear(forecast, life)
    assert_space(forecast, life, extremes(run, tmp_path, name) if name in VARYING else None)
    assert_cost(forecast, life)
    assert forecast["passed"] == (life["worn_out_year"] is None)


# ---- how many sectors


def alike_options(count, name, value, rate):
    return ["--keys", str(count), "--name-bytes", str(name), "--value-bytes", str(value),
            "--updates-per-day", str(rate)]


@pytest.mark.parametrize("profile, count, name, value, rate", [
    ("k64f", 60, 20, 100, 10), ("stm32l4", 200, 30, 24, 50), ("w25q128", 500, 12, 250, 1000),
])
def test_one_sector_less_does_not_hold_it(run, profile, count, name, value, rate):
    options = ["--json", "--profile", profile, *alike_options(count, name, value, rate)]
    enough = run("plan", *options)["sectors_for_space"]
    assert enough > 3
    assert run("plan", *options, "--sectors", str(enough))["fits"]
    less = run("plan", *options, "--sectors", str(enough - 1))
    assert (less["fits"], less["passed"]) == (False, False)
    assert f"use {enough} sectors or more" in less["verdict"]


@pytest.mark.parametrize("profile, value, rate", [("k64f", 100, 3000), ("nrf52840", 16, 5000)])
def test_a_tenth_fewer_sectors_wear_out(run, profile, value, rate):
    options = ["--json", "--profile", profile, "--years", "5", *alike_options(20, 12, value, rate)]
    enough = run("plan", *options)["sectors_for_life"]
    assert run("plan", *options, "--sectors", str(-(-enough * 11 // 10)))["passed"]
    less = run("plan", *options, "--sectors", str(enough * 9 // 10))
    assert (less["fits"], less["passed"]) == (True, False)
    assert less["life_years"] < 5
    assert f"use {enough} sectors or more" in less["verdict"]


def test_too_much_for_any_number_of_sectors(run):
    plan = run("plan", "--json", *alike_options(10000, 40, 400, 0))
    assert (plan["fits"], plan["sectors_for_space"]) == (False, None)
    assert "no number of sectors of k64f is enough" in plan["verdict"]


# ---- the rest


def test_longest_value_is_what_the_store_takes(run, cfs_sim):
    plan = run("plan", "--json", "--sectors", "4", *alike_options(2, 9, 8, 0))
    for size, fits in ((plan["value_max"], True), (plan["value_max"] + 1, False)):
        assert run("plan", "--json", "--sectors", "4", *alike_options(1, 9, size, 0))["fits"] == fits


def test_short_life_is_lived_to_its_end(run):
    plan = run("plan", "--json", "--years", "1", "--sectors", "64", *alike_options(5, 8, 8, 2))
    assert (plan["basis"], plan["measured_years"]) == ("lived", 1)


def test_nothing_is_written_when_nothing_changes(run):
    """But for what is written once, when it is switched off at last."""
    def years(count):
        plan = run("plan", "--json", "--sectors", "4", "--years", str(count),
                   *alike_options(5, 8, 8, 0))
        assert (plan["erases_per_year"], plan["life_years"]) == (0, None)
        assert plan["passed"]
        return plan["bytes_per_year"] * count
    assert years(1) == pytest.approx(years(20))


def test_same_seed_same_plan(run):
    assert run("plan", "--json") == run("plan", "--json")


def test_words_say_what_the_json_says(cfs_sim, run):
    plan = run("plan", "--json")
    completed = subprocess.run([cfs_sim, "plan"], capture_output=True, text=True)
    assert completed.returncode == 0
    assert completed.stdout.splitlines()[-1] == plan["verdict"]
    assert str(plan["live_bytes"]) in completed.stdout
    assert f"{plan['sectors_for_space']}  at least to hold it" in completed.stdout


@pytest.mark.parametrize("arguments, complaint", [
    (["--keys", "0"], "--keys must be a whole number from 1 to 10000"),
    (["--keys", "2000", "--name-bytes", "3"], "2000 keys cannot have different names of 3 bytes"),
    (["--name-bytes", "221"], "--name-bytes must be a whole number from 1 to 220"),
    (["--value-bytes", "0", "--updates-per-day", "1"], "a value of 0 bytes never changes"),
    (["--updates-per-day", "many"], "--updates-per-day must be a number"),
    (["--updates-per-day", "-1"], "--updates-per-day must be a number"),
    (["--updates-per-day", "nan"], "--updates-per-day must be a number"),
    (["--keys", "3", "--workload", "iot-device"], "a workload file says which keys there are"),
    (["--workload", "nowhere"], "workload file 'nowhere' cannot be read"),
    (["--profile", "abacus"], "no profile 'abacus'"),
    (["--sectors", "2"], "--sectors must be a whole number from 3"),
    (["--years", "0"], "--years must be a whole number from 1 to 500"),
    (["--fly"], "option '--fly'"),
    (["fly"], "unexpected argument 'fly'"),
])
def test_mistake_gets_one_sentence_and_exit_2(cfs_sim, arguments, complaint):
    completed = subprocess.run([cfs_sim, "plan", *arguments], capture_output=True, text=True)
    assert (completed.returncode, completed.stdout) == (2, "")
    assert complaint in completed.stderr
    assert completed.stderr.count("\n") == 1
