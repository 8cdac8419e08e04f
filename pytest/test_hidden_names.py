# SPDX-License-Identifier: Apache-2.0
"""Transactions and large values, read by a reader that was written from docs/format.md alone.

Both stand on the medium as keys with hidden names (section 2.3 of the page). Whatever was changed and
cut, the reader finds the map that the store gives, and nothing hidden is left when nothing is stored.
"""
import contextlib
import random

import medium
import pytest
from serve import Serve, StoreError

SECTORS = 8
REFUSALS = ("CFS_ERR_NOT_FOUND", "CFS_ERR_NO_SPACE")
NAMES = "abcdef"


@pytest.fixture
def store(cfs_sim):
    with Serve(cfs_sim, sectors=SECTORS) as opened:
        opened.ask("open", profile="k64f", sectors=SECTORS, sector_bytes=1024)
        opened.format(buckets=4)
        opened.mount()
        yield opened


def read(store, folder):
    store.save(folder / "image")
    return medium.Volume((folder / "image").read_bytes(), SECTORS)


def contents(store):
    return {name.encode(): value for name, value in store.contents().items()}


def value_of(rng):
    return rng.randbytes(rng.choice((3, 40, 300, 700)))


def change(store, rng):
    """One change, or several as one; it may find no room. False: the power went."""
    names = rng.sample(NAMES, 3)
    try:
        if rng.random() < 0.3:
            store.transaction({names[0]: rng.randbytes(9), names[1]: rng.randbytes(60)})
        elif rng.random() < 0.3:
            store.delete(names[0])
        else:
            store.put(names[2], value_of(rng))
    except StoreError as error:
        if error.name == "CFS_ERR_NO_SPACE":
            with contextlib.suppress(StoreError):
                store.ask("abort")
        return error.name in REFUSALS
    return True


def assert_same(store, folder):
    volume = read(store, folder)
    assert volume.keys() == contents(store)
    assert volume.live_weight() == volume.state.total
    return volume


@pytest.mark.parametrize("seed", range(3))
def test_reader_and_store_agree(store, seed, tmp_path):
    rng = random.Random(seed)
    kinds = set()
    for step in range(60):
        assert change(store, rng)
        if step % 3 == 0:
            kinds.update(record.kind for record in assert_same(store, tmp_path).live.values())
    assert "object" in kinds


@pytest.mark.parametrize("seed", range(3))
def test_reader_and_store_agree_after_cuts(store, seed, tmp_path):
    rng = random.Random(seed)
    for _ in range(25):
        store.cut(after=rng.randrange(60))
        while change(store, rng):
            pass
        store.boot(rng.randrange(6))
        store.mount()
        assert_same(store, tmp_path)
    for name in store.find():
        store.delete(name)
    store.transaction({"last": b"1"})
    store.put("last", bytes(700))  # drops what the last cut may have left
    store.delete("last")
    assert read(store, tmp_path).live == {}


def test_a_commit_that_was_cut_counts_at_once(store, tmp_path):
    """Between the commit record and the last change, a mount that may not write tells the new values."""
    before = {"a": b"old", "b": b"old", "c": b"old"}
    after = {"a": b"new", "b": None, "d": b"new"}
    expected = {"a": b"new", "c": b"old", "d": b"new"}
    for name, value in before.items():
        store.put(name, value)
    store.unmount()
    store.save(tmp_path / "begin")
    seen = []
    for operations in range(40):
        store.load(tmp_path / "begin")
        store.boot()
        store.mount()
        store.cut(after=operations, outcome="none")
        try:
            store.transaction(after)
        except StoreError:
            pass
        store.boot()
        volume = read(store, tmp_path)
        keys = {name.decode(): value for name, value in volume.keys().items()}
        assert keys in (before, expected)
        if volume.is_committed():
            seen.append(len(volume.staged()))
        store.mount(read_only=True)
        for name in "abcd":
            with contextlib.suppress(StoreError):
                assert store.get(name) == keys.pop(name)
        assert keys == {}
        store.unmount()
    assert set(seen) >= {3, 2, 1}
