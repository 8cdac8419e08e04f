# SPDX-License-Identifier: Apache-2.0
"""Workload files: what a person writes is understood, and what he gets wrong is explained."""
import json
import subprocess

import pytest

HEAD = 'years = 1;\ndevice = { profile = "k64f"; sectors = 4; };\n'
KEY = '{ name = "a"; text = "1"; }'


def keys(*entries):
    return f"keys = (\n{(',' + chr(10)).join(entries)}\n);\n"


@pytest.fixture
def live(cfs_sim, tmp_path):
    """Live through a workload given as text."""
    def run(text, *options):
        (tmp_path / "mine.cfg").write_text(text)
        return subprocess.run([cfs_sim, "endurance", "--workload", tmp_path / "mine.cfg", *options],
                              capture_output=True, text=True)
    return run


def result_of(completed):
    assert completed.returncode == 0, completed.stderr + completed.stdout
    return json.loads(completed.stdout)


def test_smallest_file(live):
    run = result_of(live(keys(KEY), "--years", "1", "--sectors", "4", "--json", "-"))
    assert (run["profile"], run["keys"], run["updates"], run["cuts"]) == ("k64f", 1, 0, 0)


def test_rates_add_up(live):
    run = result_of(live(HEAD + 'title = "mine";\n' + keys(
        '{ name = "a"; counter = true; updates_per_day = 2; }',
        '{ name = "b"; random = 10; updates_per_day = 0.5; }',
        '{ name = "c"; text = ("on", "off"); updates_per_day = 1; }', KEY.replace('"a"', '"d"')),
        "--json", "-"))
    assert run["title"] == "mine"
    assert run["updates_per_day"] == 3.5
    assert abs(run["updates"] - 365 * 3.5) <= 1
    assert run["sectors"] == 4


def test_command_line_wins_over_the_file(live):
    run = result_of(live(HEAD + keys(KEY), "--years", "2", "--sectors", "5", "--profile",
                         "nrf52840", "--json", "-"))
    assert (run["years_asked"], run["sectors"], run["profile"]) == (2, 5, "nrf52840")


def test_files_are_looked_for_beside_the_workload(live, tmp_path):
    (tmp_path / "value.bin").write_bytes(bytes(range(256)))
    run = result_of(live(HEAD + keys('{ name = "a"; file = "value.bin"; }'), "--json", "-"))
    assert run["keys"] == 1


def deviation(expected):
    """Four standard deviations of a number of events that come independently of each other."""
    return 4 * expected ** 0.5


def assert_drawn(count, expected):
    assert abs(count - expected) <= deviation(expected)


def test_boots_and_cuts_come_at_their_rates(live):
    run = result_of(live(
        HEAD + "boots = { per_day = 1; unclean = 0.5; };\npower_cuts = { per_year = 300; };\n"
        + keys('{ name = "a"; counter = true; updates_per_day = 100; }'), "--json", "-"))
    assert_drawn(run["boots_clean"] + run["boots_unclean"], 365)
    assert_drawn(run["boots_unclean"], 365 * 0.5)
    # half of the cuts strike within an update; of the others, a boot may come first
    assert 150 - deviation(150) <= run["cuts"] <= 300 + deviation(300)
    assert run["cuts_nested"] == 0


def test_shipped_workload_stores_a_real_chain(root):
    """Three certificates and more, as DER, 4 kB together, in the file that is lived through."""
    text = (root / "sim/workloads/iot-device.cfg").read_text()
    chain = [root / "build/credentials" / f"chain-{name}.der"
             for name in ("device", "intermediate", "root")]
    for file in chain:
        assert f"credentials/{file.name}" in text
        subprocess.run(["openssl", "x509", "-inform", "DER", "-in", file, "-noout"], check=True)
    assert sum(file.stat().st_size for file in chain) >= 4096


def test_example_of_the_page_can_be_lived(live, root):
    page = (root / "docs/workload.md").read_text()
    example = page.split("## A small one, complete\n\n```\n")[1].split("```")[0]
    run = result_of(live(example, "--years", "1", "--json", "-"))
    assert (run["title"], run["keys"], run["updates"]) == ("Thermostat", 4, 365 * 28)


@pytest.mark.parametrize("text, place, complaint", [
    ("years = ;\n", ":1:", "settings look like name = value;"),
    (HEAD + "colour = 1;\n" + keys(KEY), ":3:", "'colour' is not a setting here; known are: title"),
    (HEAD + "device = {};\n" + keys(KEY), ":3:", "duplicate setting name"),
    ('years = "two";\n' + keys(KEY), ":1:", "'years' must be a number from 0.01 to 500"),
    ("years = 501;\n" + keys(KEY), ":1:", "'years' must be a number"),
    ("device = 7;\n" + keys(KEY), ":1:", "'device' must be a group"),
    ("device = { sectors = 2; };\n" + keys(KEY), ":1:", "whole number from 3 to 65536"),
    ("device = { sectors = 4.5; };\n" + keys(KEY), ":1:", "whole number from 3 to 65536"),
    ("device = { profile = 1; };\n" + keys(KEY), ":1:", "'profile' must be a text"),
    ("boots = {\n unclean = 2;\n};\n" + keys(KEY), ":2:", "'unclean' must be a number from 0 to 1"),
    ("power_cuts = { nested = 0.95; };\n" + keys(KEY), ":1:", "'nested' must be a number"),
    ("years = 1;\n", "", "there is no list of keys"),
    ("keys = ();\n", "", "there is no list of keys"),
    ("keys = ( 1 );\n", ":1:", "a key is a group"),
    (keys('{ text = "1"; }'), ":2:", "a key needs a name"),
    (keys('{ name = 1; text = "1"; }'), ":2:", "'name' must be a text"),
    (keys(KEY, KEY), ":3:", "'a' is there already"),
    (keys('{ name = "%s"; text = "1"; }' % ("x" * 221)), ":2:", "at most 220 characters"),
    (keys('{ name = "a"; }'), ":2:", "exactly one of text, file, random, counter"),
    (keys('{ name = "a"; text = "1"; random = 2; }'), ":2:", "exactly one of"),
    (keys('{ name = "a"; text = 1; }'), ":2:", "a text in double quotes"),
    (keys('{ name = "a"; text = (); }'), ":2:", "the list is empty"),
    (keys('{ name = "a"; random = -1; }'), ":2:", "whole number from 0 to 65536"),
    (keys('{ name = "a"; counter = false; }'), ":2:", "write counter = true;"),
    (keys('{ name = "a"; text = "1"; updates_per_day = 1; }'), ":2:", "never changes"),
    (keys('{ name = "a"; counter = true; updates_per_day = -1; }'), ":2:", "from 0 to 86400"),
    (keys('{ name = "a"; counter = true; rate = 1; }'), ":2:", "'rate' is not a setting here"),
    (keys('{ name = "a"; file = "nowhere.der"; }'), ":2:", "scripts/make-credentials"),
    (HEAD + keys('{ name = "a"; random = 60000; }'), "", "the value of 'a' has 60000 bytes"),
    ('device = { profile = "abacus"; };\n' + keys(KEY), None, "there is no profile 'abacus'"),
])
def test_mistake_is_explained_with_its_line(live, tmp_path, text, place, complaint):
    completed = live(text)
    assert completed.returncode == 2
    assert completed.stdout == ""
    assert completed.stderr.count("\n") == 1
    assert complaint in completed.stderr
    if place is not None:
        assert f"{tmp_path}/mine.cfg{place}" in completed.stderr
