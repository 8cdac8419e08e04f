# SPDX-License-Identifier: Apache-2.0
"""Images that the program writes, read by a reader that was written from docs/format.md alone.

Whatever was set, deleted, cut and mounted: the reader finds the map that the store gives, every hash
and checksum fits, and the live weight it sums up is the total that the medium holds.
"""
import contextlib
import random

import medium
import pytest
from serve import Serve, StoreError

SHAPES = [("k64f", 4, 1024, 1), ("k64f", 3, 512, 1), ("k64f", 16, 4096, 32),
          ("nrf52840", 5, 1024, 4), ("w25q128", 3, 4096, 256), ("stm32h7", 3, 2048, 2)]


REFUSALS = ("CFS_ERR_NOT_FOUND", "CFS_ERR_NO_SPACE", "CFS_ERR_TOO_BIG")


def name_of(shape):
    return "-".join(map(str, shape))


@pytest.fixture
def store(cfs_sim):
    with Serve(cfs_sim) as opened:
        yield opened


def start(store, shape, seed):
    profile, sectors, sector_bytes, buckets = shape
    store.ask("open", profile=profile, sectors=sectors, sector_bytes=sector_bytes, seed=seed)
    store.format(buckets=buckets)
    store.mount()


def contents(store):
    return {name.encode(): value for name, value in store.contents().items()}


def read(store, folder, sectors):
    store.save(folder / "image")
    return medium.Volume((folder / "image").read_bytes(), sectors)


def assert_same(store, shape, folder):
    volume = read(store, folder, shape[1])
    assert volume.keys() == contents(store)
    assert volume.lost() == set()
    assert volume.live_weight() == volume.state.total
    assert volume.live_weight() * volume.line == store.statistics()["live_bytes"]
    assert volume.header.buckets_log2 == shape[3].bit_length() - 1
    assert volume.header.sectors == shape[1]
    volume.check_parity()


def change(store, rng):
    """One change, that may also find no room or nothing to delete. False: the power went."""
    name = rng.choice("abcdefghij") * rng.choice((1, 1, 7, 40))
    try:
        if rng.random() < 0.8:
            store.put(name, rng.randbytes(rng.randrange(40)))
        else:
            store.delete(name)
    except StoreError as error:
        assert error.name in (*REFUSALS, "CFS_ERR_IO")
        return error.name != "CFS_ERR_IO"
    return True


@pytest.mark.parametrize("shape", SHAPES, ids=name_of)
def test_reader_and_store_agree_at_every_step(store, shape, tmp_path):
    rng = random.Random(1)
    start(store, shape, 1)
    assert_same(store, shape, tmp_path)
    for step in range(120):
        assert change(store, rng)
        if step % 20 == 7:
            store.unmount()
            store.mount()
        if step % 20 == 17:
            store.boot()
            store.mount()
        if step % 3 == 0:
            assert_same(store, shape, tmp_path)


def mount_or_be_cut(store, rng):
    """A mount that is cut, perhaps, and then one that is not."""
    store.cut(after=rng.randrange(8))
    with contextlib.suppress(StoreError):
        store.mount()
        store.unmount()
    store.boot(rng.randrange(6))
    store.mount()


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("shape", (SHAPES[0], SHAPES[1], SHAPES[5]), ids=name_of)
def test_reader_and_store_agree_after_cuts(store, shape, seed, tmp_path):
    rng = random.Random(seed)
    start(store, shape, seed)
    for _ in range(40):
        store.cut(after=rng.randrange(25))
        while change(store, rng):
            pass
        store.boot(rng.randrange(6))
        mount_or_be_cut(store, rng)
        assert_same(store, shape, tmp_path)


def test_update_leaves_out_what_stands_already(store, tmp_path):
    """Name and pointers once: the reader meets each kind of record where the page says."""
    start(store, ("k64f", 4, 4096, 1), 5)  # one bucket
    first, second = "network/address", "network/gateway"
    store.put(first, b"10.0.0.100")
    store.put(first, b"10.0.0.200")  # as long, and the newest of its bucket
    store.put(second, b"10.0.0.1")
    store.put(first, b"10.0.0.30")  # not longer than the first, but not the newest
    store.put(first, b"10.0.0.40")
    store.put(first, b"10.0.0.5")  # not as long
    store.put(first, b"10.100.100.100")  # longer than where the name stands
    store.delete(second)
    volume = read(store, tmp_path, 4)
    kinds = [record.kind for record in volume.log() if record.kind in medium.KEY_KINDS]
    assert kinds == ["full", "same", "full", "link", "same", "link", "full", "tombstone"]
    assert volume.keys() == {first.encode(): b"10.100.100.100"}


@pytest.mark.parametrize("buckets", (1, 16, 32, 256))
def test_same_tells_its_bucket(store, buckets, tmp_path):
    """The bucket stands in two places; the reader also compares it with that of the name's hash."""
    shape = ("k64f", 4, 4096, buckets)
    start(store, shape, buckets)
    for value in (b"old", b"new"):
        for number in range(90):
            store.put(f"key{number}", value)
            store.put(f"key{number}", value[::-1])
    assert_same(store, shape, tmp_path)
    found = {record.fields["bucket"] for record in read(store, tmp_path, 4).log()
             if record.kind == "same"}
    assert found and max(found) < buckets
    if buckets > 16:
        assert {bucket >> 4 for bucket in found} == set(range(buckets >> 4))  # every high part


def test_unmounted_image_says_the_same(store, tmp_path):
    start(store, SHAPES[0], 9)
    for name in ("net/ssid", "net/key", "clock"):
        store.put(name, name.encode()[::-1])
    store.delete("clock")
    store.unmount()
    assert read(store, tmp_path, 4).keys() == {b"net/ssid": b"diss/ten", b"net/key": b"yek/ten"}


def test_reader_can_disagree(store, tmp_path):
    """It looks at checksums: what a flipped bit damaged is not served."""
    start(store, SHAPES[0], 3)
    store.put("name", b"a value that is long enough to be found")
    store.save(tmp_path / "image")
    image = bytearray((tmp_path / "image").read_bytes())
    image[image.index(b"long enough")] ^= 1
    with contextlib.suppress(medium.Invalid):
        assert medium.Volume(bytes(image), 4).keys() != contents(store)
