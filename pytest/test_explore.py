# SPDX-License-Identifier: Apache-2.0
"""Every cut of short scripts and of the recovery from it, and random cuts up to forty in a row, on
sectors of 20, 26, 38 and 256 lines: nothing may be found. What is quick of it, and a fixed share of the
rest. And the command line of the explorer itself."""
import json
import subprocess

import pytest

SECTORS_OF_20_LINES = ["--line-bytes", "64", "--lines", "20"]
SECTORS_OF_26_LINES = ["--line-bytes", "64", "--lines", "26"]
SECTORS_OF_38_LINES = ["--line-bytes", "64", "--lines", "38"]
SECTORS_OF_256_LINES = ["--lines", "256"]
GEOMETRIES = {"20": SECTORS_OF_20_LINES, "26": SECTORS_OF_26_LINES, "38": SECTORS_OF_38_LINES,
              "256": SECTORS_OF_256_LINES}
LIVES = {"20": 400, "26": 300, "38": 300, "256": 150}

ERASE_MODES = {"old", "mixed", "half", "zero", "blank-weak"}
PROGRAM_MODES = {"none", "done", "torn", "torn-bits", "unreadable", "ghost", "weak"}


@pytest.fixture(scope="module")
def programs(build_dir):
    release = build_dir("release")
    return {"store": [release / "cfs-sim", "explore"],
            "colliding names": [release / "cfs-explore-hash4"]}


def run(program, *options):
    return subprocess.run([*program, *map(str, options)], capture_output=True, text=True)


def report_of(completed):
    return json.loads(completed.stdout.splitlines()[-1])


@pytest.fixture
def expect_nothing_found(request, root):
    """Explore, expect no violation, and keep the report in build/log for whoever wants numbers."""
    def explore(program, *options):
        completed = run(program, "--json", *options)
        assert completed.returncode == 0, completed.stdout + completed.stderr
        report = report_of(completed)
        log = root / "build/log"
        log.mkdir(exist_ok=True)
        (log / f"explore.{request.node.name.replace('/', '_')}.json").write_text(
            json.dumps(report, indent=1) + "\n", encoding="utf-8")
        print(f"{report['unique']} images, {report['states_per_s']:.0f} a second")
        assert report["complete"] and report["violations"] == 0
        return report
    return explore


# ---- every cut


@pytest.mark.slow
@pytest.mark.parametrize("shard", ["1/24", "14/24"])
def test_two_operations_and_two_cuts(programs, expect_nothing_found, shard):
    report = expect_nothing_found(programs["store"], *SECTORS_OF_20_LINES, "--length", 2,
                                  "--depth", 2, "--shard", shard)
    assert report["unique"] > 100_000
    assert report["unhit"] == []


@pytest.mark.slow
@pytest.mark.parametrize("options", [
    [*SECTORS_OF_38_LINES, "--shard", "1/2"],
    [*SECTORS_OF_20_LINES, "--fill", "unreadable", "--shard", "1/3"],
    [*SECTORS_OF_20_LINES, "--sectors", "3", "--shard", "0/2"],
], ids=["38", "20 unreadable fills", "20 three sectors"])
def test_one_operation_and_two_cuts(programs, expect_nothing_found, options):
    expect_nothing_found(programs["store"], *options, "--length", 1, "--depth", 2)


@pytest.mark.parametrize("lines", GEOMETRIES)
@pytest.mark.parametrize("program", ["store", "colliding names"])
def test_two_operations_and_one_cut(programs, expect_nothing_found, program, lines):
    report = expect_nothing_found(programs[program], *GEOMETRIES[lines], "--length", 2,
                                  "--depth", 1)
    assert report["workloads"] == 720
    assert report["unhit"] == []


@pytest.mark.parametrize("script", ["few:e", "few:f", "few:z", "spare:fz", "lap:ef"])
def test_values_that_look_like_flash(programs, script):
    completed = run(programs["store"], *SECTORS_OF_20_LINES, "--workload", script)
    assert completed.returncode == 0, completed.stdout


# ---- what scripts do: read off the trace, which is of the whole run when no cut is ever made

NO_CUT = ["--depth", "1", "--cut", "9999:none@0~0", "--trace"]
KINDS = ("", "full", "link", "same", *12 * [""])
COPIED = b"a/somewhat/longer/name"  # the last key that stands before a start overwrites another


class Call:
    """One call of a script: where it began and ended to program, and what."""

    def __init__(self):
        self.sectors = []
        self.data = b""
        self.erases = False

    def note(self, words):
        self.erases = self.erases or words[0] == "erase"
        if words[0] == "program":
            self.sectors.append(int(words[1].split(".")[0]))
            self.data += bytes.fromhex("".join(words[2:]))


def calls_of(programs, geometry, script):
    """Of a script of plain writes: the call before it, and its own."""
    calls = []
    for line in run(programs["store"], *geometry, "--workload", script, *NO_CUT).stdout.splitlines():
        words = line.split()
        if line.startswith(("set", "delete")):
            calls.append(Call())
        elif line.startswith("  boot"):
            calls.append(None)
        elif words and words[0] in ("program", "erase") and calls and calls[-1]:
            calls[-1].note(words)
    # behind the script come boots, and a last sign of life, which boots once more
    ends = [i for i, call in enumerate(calls) if call is not None and calls[i + 1:i + 2] == [None]]
    end = ends[-2] + 1
    return calls[end - len(script.split(":")[1]) - 1:end]


@pytest.mark.parametrize("lines", GEOMETRIES)
@pytest.mark.parametrize("start", ["switch", "spare", "lap", "prepare", "reclaim"])
def test_a_start_is_what_its_name_says(programs, lines, start):
    before, call, behind = calls_of(programs, GEOMETRIES[lines], f"{start}:aa")
    opens = before.sectors[-1] != behind.sectors[0]
    if start == "prepare":
        assert call.erases and not opens and call.sectors[-1] != behind.sectors[0]
    elif start == "reclaim":
        assert COPIED in call.data
    else:
        assert opens and call.sectors[-1] == behind.sectors[0]


@pytest.mark.parametrize("lines", GEOMETRIES)
def test_letters_write_records_of_every_kind(programs, lines):
    """A shorter value is a link, one of equal length the same, a new key is written in full."""
    _, *calls = calls_of(programs, GEOMETRIES[lines], "few:bbaac")
    kinds = {KINDS[call.data[0] & 0x0F] for call in calls}
    assert kinds >= {"full", "link", "same"}


# ---- random cuts


@pytest.mark.parametrize("sectors", [3, 4, 5])
@pytest.mark.parametrize("lines", GEOMETRIES)
@pytest.mark.parametrize("program", ["store", "colliding names"])
def test_random_lives(programs, expect_nothing_found, program, lines, sectors):
    report = expect_nothing_found(programs[program], *GEOMETRIES[lines], "--sectors", sectors,
                                  "--random", LIVES[lines], "--nest", 40, "--seed", sectors)
    assert report["nested_max"] > 20


@pytest.mark.parametrize("replay", [
    # a torn record in the tail whose head is legible and whose name is not
    "--sectors 3 --seed 20002 --lines 64 --random 1 --only 1675",
])
@pytest.mark.parametrize("program", ["store", "colliding names"])
def test_a_life_that_once_failed(programs, expect_nothing_found, program, replay):
    expect_nothing_found(programs[program], *replay.split())


# ---- the program


def test_the_report_says_what_was_done(programs):
    report = report_of(run(programs["store"], "--length", 1, "--depth", 1, "--json"))
    assert set(report) >= {"operations", "images", "unique", "recoveries", "seconds",
                           "states_per_s", "depth", "modes", "invariants", "unhit", "violations",
                           "cfr"}
    assert set(report["modes"]) == PROGRAM_MODES | ERASE_MODES
    assert sum(report["modes"].values()) == report["images"]
    assert {"I1", "I2", "I3", "I4", "I5", "I6", "I8", "I9", "rule"} <= {
        code for code, checks in report["invariants"].items() if checks > 0}
    assert (report["cfr"], report["violations"], report["depth"]) == ([], 0, 1)
    assert report["recoveries"] >= report["unique"] > 1000


def test_a_script_without_an_erase_leaves_the_cuts_of_erases_unhit(programs):
    report = report_of(run(programs["store"], "--workload", "few:a", "--depth", 1, "--json"))
    assert set(report["unhit"]) == ERASE_MODES


def without_times(report):
    return {key: value for key, value in report.items()
            if key not in ("seconds", "cpu_seconds", "states_per_s")}


@pytest.mark.parametrize("options", [
    ["--length", 1, "--depth", 1], ["--random", 50, "--seed", 5],
], ids=["every cut", "random"])
def test_equal_options_give_equal_reports(programs, options):
    first, second = (report_of(run(programs["store"], *options, "--json")) for _ in range(2))
    assert without_times(first) == without_times(second)


def test_shards_cover_everything_once(programs):
    whole = report_of(run(programs["store"], "--length", 1, "--depth", 1, "--json"))
    shards = [report_of(run(programs["store"], "--length", 1, "--depth", 1, "--json", "--shard",
                            f"{shard}/3")) for shard in range(3)]
    assert sum(shard["workloads"] for shard in shards) == whole["workloads"] == 72


def test_text_for_people_names_the_speed(programs):
    completed = run(programs["store"], "--length", 1, "--depth", 1)
    assert completed.returncode == 0
    assert "images per second" in completed.stdout
    assert "\n0 violations" in completed.stdout
    assert completed.stderr == ""


def test_time_that_runs_out_is_not_a_pass(programs):
    completed = run(programs["store"], "--length", 2, "--depth", 2, "--time", 1, "--json")
    assert completed.returncode == 3
    assert report_of(completed)["complete"] is False


@pytest.mark.parametrize("options, word", [
    (["--workload", "nowhere:a"], "nowhere:a"),
    (["--workload", "few:q"], "few:q"),
    (["--workload", "few"], "few"),
    (["--depth", "0"], "--depth"),
    (["--depth", "9"], "--depth"),
    (["--shard", "3/3"], "--shard"),
    (["--cut", "3:explosion@0~0"], "--cut"),
    (["--fill", "red"], "--fill"),
    (["--random", "many"], "--random"),
    (["--lines", "65000", "--sectors", "60000"], "sectors"),
    (["--profile", "no-such-part"], "no-such-part"),
    (["--knockout", "pilot"], "pilot"),
    (["few:a"], "few:a"),
    (["--colour"], "--colour"),
])
def test_bad_usage_gets_one_sentence(programs, options, word):
    completed = run(programs["store"], *options)
    assert completed.returncode == 2
    assert completed.stdout == ""
    assert word in completed.stderr
    assert completed.stderr.count("\n") == 1


def test_the_trace_tells_every_step_of_a_life(programs):
    completed = run(programs["store"], *SECTORS_OF_20_LINES, "--random", 1, "--only", 3, "--trace")
    for word in ("set ", "boot, weak cells", "cut: ", "program ", "fill ", "erase "):
        assert word in completed.stdout
