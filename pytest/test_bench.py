# SPDX-License-Identifier: Apache-2.0
"""`cfs-sim bench` does what docs/bench.md defines: stores and payload against an independent
implementation, every derived figure from the raw ones."""
import pytest

import bench
from serve import Serve, StoreError

KEYS = {"workload", "profile", "sectors", "updates", "keys", "erases", "erases_min", "erases_max",
        "programmed_bytes", "payload_bytes", "read_bytes", "reads", "modelled_s", "mean_ms", "p99_ms",
        "worst_ms", "worst_max_ms", "cpu_s", "failed", "programmed_twice"}
MOUNT_KEYS = {"after", "mount_read_bytes", "mount_reads", "mount_programs", "mount_erases"}
GET_KEYS = {"get_read_bytes_mean", "get_read_bytes_max", "get_reads_mean"}

# docs/bench.md, "The part": typical and longest times, in seconds; a unit has 8 bytes.
PROGRAM_S, ERASE_S, READ_S = 90e-6, 15e-3, 0.02e-6
PROGRAM_MAX_S, ERASE_MAX_S = 150e-6, 114e-3
UNIT_BYTES = 8

FEW = 700  # updates: the ring of four sectors goes round several times


@pytest.fixture(scope="module")
def few(cfs_sim):
    return bench.rows(cfs_sim, "--sectors", "4,16", "--updates", str(FEW),
                      "--workload", "W1,W2,W3,W4,W5,W6,capacity")


def those(rows, kind):
    return [row for row in rows if row["workload"] == kind]


def timed(row, program_s, erase_s):
    return (row["programmed_bytes"] / UNIT_BYTES * program_s + row["erases"] * erase_s
            + row["read_bytes"] * READ_S)


# ---- what is stored


@pytest.mark.parametrize("workload, sectors, updates, keys", [
    ("W1", 4, FEW, None), ("W2", 4, FEW, None), ("W3", 16, None, None), ("W4", 4, FEW, None),
    ("W4", 16, FEW, None), ("W6", 64, None, 1000)])
def test_store_holds_what_the_definition_gives(cfs_sim, tmp_path, workload, sectors, updates, keys):
    image = tmp_path / "flash.bin"
    cap = ["--updates", str(updates)] if updates else []
    row = bench.rows(cfs_sim, "--workload", workload, "--sectors", str(sectors), *cap,
                     "--image", str(image))[-1]
    expected = bench.play(workload, sectors, updates, keys)
    assert row["failed"] == 0
    assert (row["updates"], row["payload_bytes"]) == (expected.updates, expected.payload_bytes)
    with Serve(cfs_sim, sectors=sectors) as store:
        store.load(image)
        store.mount()
        assert store.contents() == expected.contents


def test_capacity_is_where_a_store_says_no(cfs_sim, few):
    row = those(few, "capacity")[0]
    with Serve(cfs_sim, sectors=4) as store:
        store.format()
        store.mount()
        for key in range(row["keys"]):
            store.put(bench.name(key), bench.value(key, 1, 32))
        with pytest.raises(StoreError, match="CFS_ERR_NO_SPACE"):
            store.put(bench.name(row["keys"]), bench.value(row["keys"], 1, 32))
    assert row["payload_bytes"] == bench.play("capacity", keys=row["keys"]).payload_bytes


def test_a_fifth_and_a_half_of_the_part_are_live(cfs_sim):
    rows = bench.rows(cfs_sim, "--workload", "W4,W4h", "--updates", "1")
    keys = [[row["keys"] for row in those(rows, kind)] for kind in ("W4", "W4h")]
    assert keys == [bench.MIXED_KEYS["W4"], bench.MIXED_KEYS["W4h"]]


# ---- the figures


def test_every_line_has_the_documented_keys(few, root):
    page = (root / "docs/bench.md").read_text()
    for row in few:
        extra = {"W5": MOUNT_KEYS, "W6": GET_KEYS}.get(row["workload"], set())
        assert set(row) == KEYS - ({"keys"} if row["workload"] == "W5" else set()) | extra
    assert [key for key in KEYS | MOUNT_KEYS | GET_KEYS if f"`{key}`" not in page] == []


def test_every_workload_and_size_has_its_line(few):
    by_kind = {kind: [row["sectors"] for row in those(few, kind)] for kind in
               ("W1", "W2", "W3", "W4", "W5", "W6", "capacity")}
    assert by_kind == {"W1": [4, 16], "W2": [4, 16], "W3": [4, 16], "W4": [4, 16],
                       "W5": [4, 16] * 2, "W6": [4, 16] * 3, "capacity": [4, 16]}
    assert [row["after"] for row in those(few, "W5")] == ["W1", "W1", "W4", "W4"]
    assert [row["keys"] for row in those(few, "W6")] == [32, 32, 100, 100, 1000, 1000]


def test_time_follows_from_operations(few):
    for row in few:
        assert row["profile"] == "k64f-bench"
        assert row["modelled_s"] == pytest.approx(timed(row, PROGRAM_S, ERASE_S))


def test_wear_follows_from_erases(few):
    for row in few:
        if row["workload"] != "W5":
            assert row["erases_min"] * row["sectors"] <= row["erases"]
            assert row["erases"] <= row["erases_max"] * row["sectors"]


def test_nothing_is_stored_for_less_than_its_bytes(few):
    """All values differ. (The counter's record may leave out the name.)"""
    for row in few:
        assert row["programmed_bytes"] % UNIT_BYTES == 0
        if row["workload"] in ("W1", "W3", "W4", "capacity"):
            values = row["payload_bytes"] - 15 * row["updates"]
            assert row["programmed_bytes"] > values


def test_times_of_updates_are_in_order(few):
    for row in few:
        assert row["mean_ms"] <= row["worst_ms"] <= row["worst_max_ms"]
        assert row["p99_ms"] <= row["worst_ms"]
        assert row["updates"] * row["mean_ms"] / 1000 <= row["modelled_s"] * (1 + 1e-9)


def test_all_time_of_w1_goes_into_updates(few):
    for row in those(few, "W1"):
        assert row["updates"] == FEW
        assert row["mean_ms"] * FEW / 1000 == pytest.approx(row["modelled_s"])


def test_mount_is_what_w5_counts(few):
    for row in those(few, "W5"):
        assert (row["mount_read_bytes"], row["mount_reads"]) == (row["read_bytes"], row["reads"])
        assert row["mount_erases"] == row["erases"]
        assert row["payload_bytes"] == 0
        assert row["worst_ms"] == pytest.approx(1000 * row["modelled_s"])


def test_mount_is_the_same_without_the_other_workloads(cfs_sim, few):
    alone = bench.rows(cfs_sim, "--sectors", "4,16", "--updates", str(FEW), "--workload", "W5")
    strip = [{key: row[key] for key in row if key != "cpu_s"} for row in alone]
    assert strip == [{key: row[key] for key in row if key != "cpu_s"} for row in those(few, "W5")]


def test_get_reads_at_least_its_value(few):
    for row in those(few, "W6"):
        if row["failed"] == 0:
            assert row["keys"] <= 100 or row["sectors"] > 4
            assert 15 + 32 < row["get_read_bytes_mean"] <= row["get_read_bytes_max"]
            assert 1 <= row["get_reads_mean"] <= row["get_read_bytes_mean"]


def test_slowest_part_is_what_max_times_runs_with(cfs_sim):
    options = ("--workload", "W1", "--sectors", "4", "--updates", str(FEW))
    typical, slowest = bench.rows(cfs_sim, *options) + bench.rows(cfs_sim, *options, "--max-times")
    assert slowest["modelled_s"] == pytest.approx(timed(typical, PROGRAM_MAX_S, ERASE_MAX_S))
    assert slowest["worst_ms"] == pytest.approx(typical["worst_max_ms"])
    assert slowest["programmed_bytes"] == typical["programmed_bytes"]


def test_time_of_maintenance_is_not_counted(cfs_sim):
    for row in bench.rows(cfs_sim, "--workload", "W1", "--sectors", "4", "--maintain",
                          "--updates", str(FEW)):
        assert row["failed"] == 0
        assert row["modelled_s"] <= timed(row, PROGRAM_S, ERASE_S)
        assert row["mean_ms"] * FEW / 1000 == pytest.approx(row["modelled_s"])


def test_other_part_has_its_own_geometry(cfs_sim):
    row, = bench.rows(cfs_sim, "--workload", "W1", "--profile", "k22f", "--sectors", "8",
                      "--updates", str(FEW))
    assert (row["profile"], row["sectors"], row["failed"]) == ("k22f", 8, 0)
    assert row["programmed_bytes"] % 4 == 0


def test_sizes_a_part_does_not_have_are_left_out(cfs_sim):
    rows = bench.rows(cfs_sim, "--workload", "W3,W6", "--profile", "k22f")
    assert {row["sectors"] for row in those(rows, "W3")} == {4, 16, 64}
    assert {row["sectors"] for row in those(rows, "W6")} == {64}


# ---- for people


def test_table_shows_figures_and_bars(cfs_sim):
    completed = bench.run(cfs_sim, "--workload", "W3,W5,W6,capacity", "--sectors", "64")
    assert (completed.returncode, completed.stderr) == (0, "")
    for words in ("k64f-bench", "W3", "after W1", "after W4", "1000 keys", "capacity", "bars are met"):
        assert words in completed.stdout


def test_run_that_cannot_be_compared_shows_no_bars(cfs_sim):
    for options in (["--updates", "10"], ["--max-times"], ["--profile", "k64f"]):
        table = bench.run(cfs_sim, "--workload", "W2", "--sectors", "4", *options).stdout
        assert "W2" in table
        assert " ok" not in table and "MISSED" not in table and "bars are met" not in table
