# SPDX-License-Identifier: Apache-2.0
"""The store as a client sees it, through `cfs-sim serve`: values, errors, power cuts, images."""
import contextlib
import itertools
import json

import pytest

from serve import Serve, StoreError

VALUES = {"a": b"1", "light/level": bytes(range(200)), "empty": b"", "x" * 220: b"long name"}
PROGRAM_OUTCOMES = ["none", "done", "torn", "torn-bits", "unreadable", "ghost", "weak"]


@pytest.fixture
def fresh(cfs_sim):
    """A part on which nothing was ever stored."""
    with Serve(cfs_sim, sectors=4) as store:
        yield store


@pytest.fixture
def store(fresh):
    """A mounted, empty store."""
    fresh.format()
    fresh.mount()
    return fresh


def fill(store, values):
    for name, value in values.items():
        store.put(name, value)


def error_of(call, *arguments, **fields):
    with pytest.raises(StoreError) as raised:
        call(*arguments, **fields)
    return raised.value.name


# ---- values


def test_what_is_put_can_be_got(store):
    fill(store, VALUES)
    assert store.contents() == VALUES
    assert {name: store.size(name) for name in VALUES} == {k: len(v) for k, v in VALUES.items()}
    store.check()


def test_values_survive_unmount_and_boot(store):
    fill(store, VALUES)
    store.unmount()
    store.boot()
    store.mount()
    assert store.contents() == VALUES


def test_values_survive_boot_without_unmount(store):
    fill(store, VALUES)
    store.boot(pattern=7)
    store.mount()
    assert store.contents() == VALUES


def test_newest_value_counts_and_deleted_stays_deleted(store):
    fill(store, VALUES)
    store.put("a", b"2")
    store.delete("empty")
    store.boot()
    store.mount()
    assert store.get("a") == b"2"
    assert error_of(store.get, "empty") == "CFS_ERR_NOT_FOUND"
    assert error_of(store.delete, "empty") == "CFS_ERR_NOT_FOUND"
    assert "empty" not in store.find()


def test_text_and_hex_are_the_same_value(store):
    store.ask("put", name="a", text="h\u00e9")
    answer = store.ask("get", name="a")
    assert (answer["text"], answer["hex"], answer["size"]) == ("h\u00e9", "68c3a9", 3)
    store.put("b", b"\xff\x00")
    assert "text" not in store.ask("get", name="b")


def test_find_matches_patterns(store):
    fill(store, {"net/ip": b"1", "net/mask": b"2", "light/on": b"3"})
    assert sorted(store.find("net/*")) == ["net/ip", "net/mask"]
    assert store.find("*on") == ["light/on"]
    assert store.find("none*") == []


def test_put_of_the_same_value_writes_nothing(store):
    store.put("a", b"1")
    before = store.counters()["programs"]
    store.put("a", b"1")
    assert store.counters()["programs"] == before
    assert store.statistics()["sets_unchanged"] == 1


def test_stat_counts(store):
    empty = store.statistics()
    fill(store, VALUES)
    full = store.statistics()
    assert empty["live_bytes"] == 0 < full["live_bytes"] <= full["capacity_bytes"]
    assert (full["sectors"], full["sets"], full["read_only"]) == (4, len(VALUES), False)


# ---- errors


def test_blank_part_says_so_and_is_left_alone(fresh):
    assert error_of(fresh.mount) == "CFS_ERR_BLANK"
    counters = fresh.counters()
    assert counters["programs"] == counters["fills"] == counters["erases"] == 0


def test_nothing_works_before_mount(fresh):
    for call in (lambda: fresh.put("a", b""), lambda: fresh.get("a"), lambda: fresh.delete("a"),
                 fresh.find, fresh.unmount, fresh.check, fresh.statistics):
        assert error_of(call) == "CFS_ERR_STATE"


def test_mounting_twice_is_refused(store):
    assert error_of(store.mount) == "CFS_ERR_STATE"
    with pytest.raises(ValueError, match="unmount"):
        store.format()


def test_bad_names_are_refused(store):
    assert error_of(store.put, "", b"") == "CFS_ERR_PARAM"
    assert error_of(store.put, "x" * 221, b"") in ("CFS_ERR_PARAM", "CFS_ERR_TOO_BIG")
    assert error_of(store.get, "") == "CFS_ERR_PARAM"


def test_value_too_big_for_the_part(store):
    assert error_of(store.put, "a", bytes(60000)) == "CFS_ERR_TOO_BIG"
    assert store.find() == []


def test_read_only_mount_serves_and_programs_nothing(store):
    fill(store, VALUES)
    store.unmount()
    store.mount(read_only=True)
    before = store.counters()
    assert store.contents() == VALUES
    assert error_of(store.put, "a", b"2") == "CFS_ERR_READ_ONLY"
    assert error_of(store.delete, "a") == "CFS_ERR_READ_ONLY"
    store.unmount()
    after = store.counters()
    assert (after["programs"], after["fills"]) == (before["programs"], before["fills"])


def fill_up(store, size):
    for number in itertools.count():
        try:
            store.put(f"k{number}", bytes([number % 256]) * size)
        except StoreError as error:
            assert error.name == "CFS_ERR_NO_SPACE"
            return number


def test_full_store_still_updates_and_deletes(store):
    count = fill_up(store, 100)
    assert count > 20
    for lap in range(5):
        for number in range(count):
            store.put(f"k{number}", bytes([(number + lap) % 256]) * 100)
    store.check()
    store.delete("k0")
    store.put("new", bytes(100))
    assert len(store.find()) == count


# ---- power cuts


@pytest.mark.parametrize("outcome", PROGRAM_OUTCOMES)
@pytest.mark.parametrize("after", range(6))
def test_cut_leaves_old_or_new(store, outcome, after):
    fill(store, VALUES)
    old, new = b"o" * 40, b"n" * 40
    store.put("a", old)
    store.cut(after=after, outcome=outcome)
    with contextlib.suppress(StoreError):
        store.put("a", new)
        for number in range(after):
            store.put("b", bytes([number]))
    for pattern in (3, 4, 5):
        store.boot(pattern)
        store.mount()
        seen = store.contents()
        assert seen.pop("a") in (old, new)
        seen.pop("b", None)
        assert seen == {name: value for name, value in VALUES.items() if name != "a"}
        store.check()


@pytest.mark.parametrize("outcome", ["none", "done", "torn", "weak"])
def test_decision_about_a_cut_stays(store, outcome):
    store.put("a", b"old")
    store.cut(after=0, outcome=outcome)
    assert error_of(store.put, "a", b"new") == "CFS_ERR_IO"
    store.boot(0)
    store.mount()
    decided = store.get("a")
    for pattern in range(1, 8):
        store.boot(pattern)
        store.mount()
        assert store.get("a") == decided


def test_everything_fails_until_boot(store):
    store.put("a", b"1")
    store.cut(after=0, outcome="torn")
    assert error_of(store.put, "a", b"2") == "CFS_ERR_IO"
    answer = store.line(json.dumps({"op": "get", "name": "a"}))
    assert (answer["ok"], answer["cut"]) == (False, True)
    store.boot()
    store.mount()
    assert "cut" not in store.line(json.dumps({"op": "get", "name": "a"}))


def test_drawn_cuts_follow_the_seed(cfs_sim):
    def life(seed):
        with Serve(cfs_sim, sectors=4, seed=seed) as store:
            store.format()
            store.mount()
            for number in range(20):
                store.cut(after=number % 5)
                with contextlib.suppress(StoreError):
                    for value in range(5):
                        store.put("a", bytes([number, value]))
                store.boot(number)
                store.mount()
            return store.counters()
    assert life(1) == life(1)
    assert life(1) != life(2)


# ---- images and damage


def test_image_saves_and_loads(store, cfs_sim, tmp_path):
    fill(store, VALUES)
    store.unmount()
    store.save(tmp_path / "image")
    with Serve(cfs_sim, sectors=4, image=tmp_path / "image") as other:
        other.mount()
        assert other.contents() == VALUES
    store.mount()
    store.put("a", b"later")
    store.load(tmp_path / "image")
    store.mount()
    assert store.contents() == VALUES


def test_foreign_image_says_so(fresh, tmp_path):
    (tmp_path / "image").write_bytes(b"not ours at all." * (4 * 4096 // 16))
    fresh.load(tmp_path / "image")
    assert error_of(fresh.mount) == "CFS_ERR_FOREIGN"


def test_part_with_too_few_sectors_is_refused(fresh):
    fresh.ask("open", sectors=2)
    assert error_of(fresh.format) == "CFS_ERR_GEOMETRY"


def find_record(store, value):
    """Where a value stands in the flash."""
    for address in range(0, 4 * 4096, 16):
        if value in bytes.fromhex(store.ask("peek", address=address, size=16 + len(value) - 1)["hex"]):
            return address
    raise AssertionError("not in the flash")


def fill_to_the_next_sector(store):
    for number in range(40):
        store.put("other", bytes([number]) * 80)


def test_two_unreadable_lines_cost_only_their_own_value(store):
    """One is made good by the parity of the lines around it (test_damage.py)."""
    fill(store, VALUES)
    store.put("victim", b"here it stands, for a test to find, on more than one line")
    fill_to_the_next_sector(store)
    store.unmount()
    place = find_record(store, b"here it stand")
    for line in (0, 16):
        store.ask("damage", address=place + line, unreadable=True)
    store.mount()
    assert error_of(store.get, "victim") == "CFS_ERR_DAMAGED"
    assert {name: store.get(name) for name in VALUES} == VALUES
    assert error_of(store.check) == "CFS_ERR_DAMAGED"


def test_flipped_bit_is_never_served(store):
    store.put("victim", b"here it stands, for a test to find")
    fill_to_the_next_sector(store)
    store.unmount()
    store.ask("damage", address=find_record(store, b"here it stand") + 2, bit=3)
    store.mount()
    try:
        assert store.get("victim") == b"here it stands, for a test to find"
    except StoreError as error:
        assert error.name == "CFS_ERR_DAMAGED"


# ---- the protocol


@pytest.mark.parametrize("line, complaint", [
    ("", "not JSON"),
    ("{", "not JSON"),
    ("[1]", "one JSON object"),
    ("{}", '"op" is missing'),
    ('{"op": 1}', '"op" must be a text'),
    ('{"op": "fly"}', "no op 'fly'"),
    ('{"op": "put"}', '"name" is missing'),
    ('{"op": "put", "name": "a"}', '"text" or as "hex"'),
    ('{"op": "put", "name": "a", "text": "1", "hex": "31"}', '"text" or as "hex"'),
    ('{"op": "put", "name": "a", "hex": "3"}', "pairs of the digits"),
    ('{"op": "put", "name": "a", "hex": "3x"}', "pairs of the digits"),
    ('{"op": "put", "name": "a", "hex": "AB"}', "pairs of the digits"),
    ('{"op": "put", "name": 7, "text": ""}', '"name" must be a text'),
    ('{"op": "cut", "after": -1}', "whole number from 0"),
    ('{"op": "cut", "outcome": "luck"}', "known are: none, done, torn"),
    ('{"op": "mount", "read_only": 1}', "true or false"),
    ('{"op": "open", "profile": "abacus"}', "no profile 'abacus'"),
    ('{"op": "open", "sectors": 100000}', "whole number from 1 to 65536"),
    ('{"op": "image"}', '"save" to or to "load"'),
    ('{"op": "peek", "address": 16384}', "whole number from 0 to 16383"),
])
def test_nonsense_gets_a_sentence_and_changes_nothing(store, line, complaint):
    store.put("a", b"1")
    answer = store.line(line)
    assert answer["ok"] is False
    assert "code" not in answer
    assert complaint in answer["error"]
    assert store.contents() == {"a": b"1"}


def test_open_takes_another_part(store):
    answer = store.ask("open", profile="nrf52840", sectors=3, seed=5)
    assert (answer["profile"], answer["sectors"], answer["sector_bytes"]) == ("nrf52840", 3, 4096)
    assert error_of(store.mount) == "CFS_ERR_BLANK"


def test_counters_are_the_simulators(store):
    before = store.counters()
    store.put("a", b"x" * 100)
    after = store.counters()
    assert after["programmed_bytes"] - before["programmed_bytes"] >= 100
    assert after["now_ns"] > before["now_ns"]
    assert len(after["sector_erases"]) == 4
    assert sum(after["sector_erases"]) == after["erases"]


def test_quit_and_end_of_input_both_end_it_well(cfs_sim):
    with Serve(cfs_sim, sectors=4) as store:
        store.ask("quit")
        assert store.process.wait() == 0
    with Serve(cfs_sim, sectors=4) as store:
        store.format()
    assert store.process.returncode == 0
