# SPDX-License-Identifier: Apache-2.0
"""`cfs-sim image`: looking into the bytes of a flash, intact or not."""
import json
import subprocess

import pytest

from serve import Serve

IMAGE_BYTES = 4 * 4096


@pytest.fixture
def image(cfs_sim):
    return lambda *arguments: subprocess.run([cfs_sim, "image", *arguments], capture_output=True,
                                             text=True)


@pytest.fixture
def file(cfs_sim, tmp_path):
    """An image of two sectors of log: overwritten keys, and one that was deleted."""
    path = tmp_path / "flash.bin"
    with Serve(cfs_sim, sectors=4) as store:
        store.format()
        store.mount()
        store.put("net/ip", b"10.0.0.1")
        store.put("net/ip", b"10.0.0.2")
        store.put("gone", b"soon")
        store.put("light\n", b"on")
        store.delete("gone")
        for number in range(40):
            store.put("other", bytes([number]) * 80)
        store.unmount()
        store.save(path)
    return path


def patched(file, old, new):
    data = file.read_bytes()
    assert data.count(old) == 1
    file.write_bytes(data.replace(old, new))


def test_intact_image_is_ok(image, file):
    result = image("check", file)
    assert (result.returncode, result.stderr) == (0, "")
    assert result.stdout.startswith("ok: an intact store; 3 keys, ")


def test_check_as_json(image, file):
    result = json.loads(image("check", "--json", file).stdout)
    assert (result["verdict"], result["keys"], result["sectors"]) == ("ok", 3, 4)


def test_check_programs_nothing(image, file):
    before = file.read_bytes()
    image("check", file)
    assert file.read_bytes() == before


@pytest.mark.parametrize("content, word", [
    (b"\xff" * IMAGE_BYTES, "BLANK"),
    (b"something else.." * (IMAGE_BYTES // 16), "FOREIGN"),
    (b"\x00" * IMAGE_BYTES, "FOREIGN"),
])
def test_what_is_no_store_is_named(image, tmp_path, content, word):
    (tmp_path / "file").write_bytes(content)
    result = image("check", tmp_path / "file")
    assert result.returncode == 1
    assert result.stdout.startswith(f"{word}: ")


def crc32c(data):
    crc = 0xFFFFFFFF
    for byte in data:
        crc ^= byte
        for _ in range(8):
            crc = crc >> 1 ^ (0x82F63B78 if crc & 1 else 0)
    return crc ^ 0xFFFFFFFF


def test_image_of_a_newer_format_is_named(image, file):
    data = bytearray(file.read_bytes())
    for mark in range(0, IMAGE_BYTES, 4096):
        if data[mark:mark + 3] == b"cfs":
            data[mark + 3] = data[mark + 3] & 0xF0 | 2
            data[mark + 12:mark + 16] = crc32c(data[mark:mark + 12]).to_bytes(4, "little")
    file.write_bytes(data)
    result = image("check", file)
    assert result.returncode == 1
    assert result.stdout.startswith("NEWER: ")


def test_one_wrong_bit_is_made_good(image, file):
    patched(file, b"10.0.0.2", b"10.0.0.3")
    result = image("check", file)
    assert result.returncode == 0
    assert image("get", file, "net/ip").stdout == "10.0.0.2"


def test_damage_is_found(image, file):
    patched(file, b"10.0.0.2", b"10.9.9.3")
    patched(file, bytes([0]) * 80, bytes([7]) * 80)  # other lines of the same parity
    result = image("check", file)
    assert result.returncode == 1
    assert result.stdout.startswith("DAMAGED: ")


def test_cut_image_of_another_length_is_explained(image, file):
    file.write_bytes(file.read_bytes()[:-1])
    result = image("check", file)
    assert result.returncode == 2
    assert "not a number of whole sectors" in result.stderr
    assert result.stderr.count("\n") == 1


def records(image, file, name):
    listed = json.loads(image("dump", "--json", file).stdout)["records"]
    return [(record["record"], record["size"], record["live"]) for record in listed
            if record.get("name") == name]


def test_dump_tells_live_from_old(image, file):
    assert records(image, file, "net/ip") == [("value", 8, False), ("same", 8, True)]
    assert [live for _, _, live in records(image, file, "gone")].count(True) == 0
    assert records(image, file, "gone")[-1][0] == "deleted"


def test_dump_tells_what_live_records_lean_on(image, file):
    listed = json.loads(image("dump", "--json", file).stdout)["records"]
    assert [record["base"] for record in listed if record.get("name") == "net/ip"] == [True, False]
    assert [record["base"] for record in listed if record.get("name") == "gone"] == [False, False]


def test_dump_for_a_person(image, file):
    result = image("dump", file)
    assert (result.returncode, result.stderr) == (0, "")
    assert result.stdout.startswith("sector  state       number  records  live bytes\n")
    assert "net/ip" in result.stdout
    assert "light?" in result.stdout


def all_records(image, file):
    return json.loads(image("dump", "--json", file).stdout)["records"]


def test_dump_shows_what_is_broken(image, file):
    patched(file, b"10.0.0.1", b"10.0.0.3")
    (broken,) = (record for record in all_records(image, file) if not record["intact"])
    assert (broken["record"], broken["name"]) == ("value", "net/ip")


def test_same_that_is_not_intact_is_no_record(image, file):
    """Its head has no check. The place is told as one where no record begins."""
    intact = all_records(image, file)
    patched(file, b"10.0.0.2", b"10.0.0.3")
    left = all_records(image, file)
    (gone,) = (record for record in intact
               if record["record"] == "same" and record.get("name") == "net/ip")
    place = gone["sector"], gone["offset"]
    assert place not in [(record["sector"], record["offset"]) for record in left]
    assert len(left) == len(intact) - 1 and all(record["intact"] for record in left)
    (damage,) = json.loads(image("verify", "--json", file).stdout)["damage"]
    assert (damage["sector"], damage["offset"], damage["what"]) == (*place, "unknown")


def test_garbage_is_not_taken_for_records(image, file):
    """Every line that is still blank, filled with what a same begins with, and a length."""
    intact = all_records(image, file)
    data = bytearray(file.read_bytes())
    blank = b"\xff" * 16
    places = [at for at in range(0, len(data), 16) if data[at:at + 16] == blank]
    assert places
    for at in places:
        data[at:at + 16] = bytes([3 | at & 0xF0, at % 60]) + bytes(range(14))
    file.write_bytes(data)
    assert all_records(image, file) == intact


def test_dump_of_anything_ends_well(image, tmp_path):
    (tmp_path / "file").write_bytes(bytes(range(256)) * (IMAGE_BYTES // 256))
    result = image("dump", tmp_path / "file")
    assert result.returncode == 0
    assert result.stdout.count("unknown") == 4


def test_dump_agrees_with_the_store_after_years(image, cfs_sim, tmp_path):
    """Sectors have been reused many times; what the bytes show live is what the store shows."""
    path = tmp_path / "flash.bin"
    with Serve(cfs_sim, sectors=4) as store:
        store.format()
        store.mount()
        for number in range(600):
            store.put(f"key{number % 7}", number.to_bytes(100, "little"))
        store.delete("key3")
        store.unmount()
        store.save(path)
        store.mount()
        expected = {name: store.size(name) for name in store.find()}
    listed = json.loads(image("dump", "--json", path).stdout)["records"]
    assert {record["name"]: record["size"] for record in listed if record.get("live")} == expected
