# SPDX-License-Identifier: Apache-2.0
"""Damage at rest: every single bit flipped, every line unreadable, one at a time.

What an image must hold is told by the independent reader (helpers/medium.py), not by the store.
"""
import json
import random
import subprocess

import pytest

import medium
from serve import Serve

SECTORS = 4
NAMES = [f"app/{i}/setting" if i % 3 else f"k{i}" for i in range(30)]
SIZES = (0, 1, 4, 4, 4, 8, 20, 33, 60)


def live(store, seed, updates, cuts):
    """Sessions of updates and deletes, some of them cut short; closed by an unmount."""
    draw = random.Random(seed)
    there = set()
    for i in range(updates):
        name = draw.choice(NAMES)
        if name in there and draw.random() < .15:
            store.delete(name)
            there.discard(name)
        else:
            store.put(name, draw.randbytes(draw.choice(SIZES)))
            there.add(name)
        if i % 97 == 96:
            if cuts and draw.random() < .7:
                store.boot()
            else:
                store.unmount()
            store.mount()
    store.unmount()


class Image:
    """A closed image of 16 KiB and a file of what it holds."""

    def __init__(self, cfs_sim, folder, seed, updates, cuts=False):
        self.cfs_sim = cfs_sim
        self.path = folder / f"{seed}.bin"
        self.keys_path = folder / f"{seed}.json"
        with Serve(cfs_sim, profile="k64f", sectors=SECTORS, seed=seed) as store:
            store.format(buckets=16)
            store.mount()
            live(store, seed, updates, cuts)
            store.save(self.path)
        self.volume = medium.Volume(self.path.read_bytes(), SECTORS)
        self.keys = self.volume.keys()
        self.keys_path.write_text(json.dumps({"keys": [
            {"name": name.decode(), "value": value.hex(), "encoding": "hex"}
            for name, value in self.keys.items()]}))

    def sweep(self, *options):
        result = subprocess.run(
            [self.cfs_sim, "image", "sweep", self.path, "--keys", self.keys_path, "--json",
             *options], capture_output=True, text=True)
        assert result.returncode in (0, 1), result.stderr
        return json.loads(result.stdout)


@pytest.fixture(scope="module", params=[(1, 400), (2, 1500)], ids=["lap 1", "lap 5"])
def closed(request, cfs_sim, tmp_path_factory):
    """Every session of it was closed by an unmount."""
    image = Image(cfs_sim, tmp_path_factory.mktemp("damage"), *request.param)
    assert len(image.path.read_bytes()) == 16 * 1024
    assert len(image.keys) > 20 and image.volume.head.number - image.volume.state.tail >= 1
    return image


@pytest.fixture(scope="module")
def cut(cfs_sim, tmp_path_factory):
    """Most of its sessions were cut, so that parity is missing behind them."""
    image = Image(cfs_sim, tmp_path_factory.mktemp("damage"), 3, 1500, cuts=True)
    assert len(image.keys) > 20
    return image


def test_no_flipped_bit_loses_anything(closed):
    found = closed.sweep()
    assert found["damages"] == 8 * 16 * 1024
    assert (found["wrong"], found["first_wrong"]) == (0, "")
    assert found["reported"] == found["refused"] == 0
    assert found["repaired"] > 10_000  # most of what counts


def test_no_unreadable_line_loses_anything(closed):
    """At most one key by the promise; none where every session was closed. And after every
    sector was erased twice, too."""
    found = closed.sweep("--lines", "--laps", "2")
    assert found["damages"] == found["lapped"] == 16 * 1024 // 16
    assert (found["wrong"], found["first_wrong"]) == (0, "")
    assert found["reported"] == found["refused"] == found["stuck"] == 0
    assert found["repaired"] > 100


def test_no_flipped_bit_loses_anything_after_cuts(cut):
    found = cut.sweep()
    assert (found["wrong"], found["first_wrong"]) == (0, "")
    assert found["reported"] == found["refused"] == 0


def test_unreadable_lines_after_cuts_are_reported_until_the_end(cut):
    """Nothing wrong, nothing silent, also when sectors are reclaimed; but a line that no parity covers
    may be on the path to more keys than the one it held."""
    found = cut.sweep("--lines", "--laps", "2")
    assert (found["wrong"], found["first_wrong"]) == (0, "")
    assert found["reported"] > 0 and found["refused"] == 0
    assert found["reported"] + found["stuck"] < found["damages"] / 20


def test_a_wrong_expectation_is_noticed(closed, tmp_path):
    """The sweep can fail."""
    keys = json.loads(closed.keys_path.read_text())
    keys["keys"].append({"name": "never/stored", "value": "1"})
    other = tmp_path / "other.json"
    other.write_text(json.dumps(keys))
    result = subprocess.run([closed.cfs_sim, "image", "sweep", closed.path, "--keys", other,
                             "--lines", "--json"], capture_output=True, text=True)
    assert result.returncode == 1
    found = json.loads(result.stdout)
    assert found["wrong"] >= found["damages"]
    assert "never/stored" in found["first_wrong"]


@pytest.mark.parametrize("arguments, says", [
    ((), "--keys"),
    (("--laps", "0"), "--laps"),
    (("--keys", "no/such.json"), "no/such.json"),
])
def test_wrong_command_lines(closed, arguments, says):
    result = subprocess.run([closed.cfs_sim, "image", "sweep", closed.path, *arguments],
                            capture_output=True, text=True)
    assert result.returncode == 2
    assert says in result.stderr
