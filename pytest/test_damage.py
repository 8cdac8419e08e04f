# SPDX-License-Identifier: Apache-2.0
"""Damage at rest: every single bit flipped, every line unreadable, one at a time.

What an image must hold is told by the independent reader (helpers/medium.py), not by the store.
"""
import base64
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


def decode(key):
    """The value of a key in a file of keys."""
    text = key["value"]
    return {"hex": bytes.fromhex, "base64": base64.b64decode, "text": str.encode}[
        key.get("encoding", "text")](text)


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

    def live_in(self, sector):
        """Names that one sector holds a part of."""
        def parts(record):
            return [record] + (parts(record.base) if record.base else [])
        return {name for name, record in self.volume.live.items()
                if any(part.position // self.volume.lines == sector for part in parts(record))}

    def salvage(self, damaged):
        """Exit status and what is salvaged of other bytes."""
        path = self.path.with_suffix(".damaged")
        path.write_bytes(damaged)
        result = subprocess.run([self.cfs_sim, "image", "salvage", path, "--json"],
                                capture_output=True, text=True)
        assert result.returncode in (0, 1), result.stderr
        keys = {key["name"].encode(): decode(key) for key in json.loads(result.stdout)["keys"]}
        return result.returncode, keys

    def without(self, sector, first, count):
        """The image with some lines of a sector zeroed."""
        damaged = bytearray(self.path.read_bytes())
        at = (sector * self.volume.lines + first) * self.volume.line
        damaged[at:at + count * self.volume.line] = bytes(count * self.volume.line)
        return damaged

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


def test_salvage_of_an_intact_image(closed, cut):
    for image in (closed, cut):
        assert image.salvage(image.path.read_bytes()) == (0, image.keys)


@pytest.mark.parametrize("sector", range(SECTORS))
def test_salvage_without_a_mark_or_a_header(closed, cut, sector):
    for image in (closed, cut):
        volume = image.volume
        for first, count in ((0, 1), (volume.first, volume.header.lines)):
            assert image.salvage(image.without(sector, first, count))[1] == image.keys


@pytest.mark.parametrize("sector", range(SECTORS))
def test_salvage_without_the_start_of_a_sector(closed, cut, sector):
    """Mark and header are gone, so all in it is; what stands in the others is right."""
    for image in (closed, cut):
        volume = image.volume
        status, keys = image.salvage(image.without(sector, 0, volume.first + volume.header.lines))
        there = {name: value for name, value in image.keys.items()
                 if name not in image.live_in(sector)}
        assert {name: keys.get(name) for name in there} == there
        if image.live_in(sector):
            assert status == 1


def test_salvage_of_nothing(closed, tmp_path):
    blank = tmp_path / "blank.bin"
    blank.write_bytes(b"\xff" * 16 * 1024)
    result = subprocess.run([closed.cfs_sim, "image", "salvage", blank], capture_output=True,
                            text=True)
    assert result.returncode == 2
    assert "nothing can be salvaged" in result.stderr


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
