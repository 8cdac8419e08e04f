# SPDX-License-Identifier: Apache-2.0
"""The worked examples of docs/format.md, read by the reader that was written from the page."""
import pathlib
import re
import shlex

import medium
import pytest
import records

NUMBER, SALT, UNIT, LINE = 0x11, 0xA1B2C3D4, 8, 16
SECTOR = (1 << 12) // 16  # lines; section 6 says q, its header the number of sectors
SHAPE = records.Shape(q=12, buckets_log2=2, hash_bits=24)
PAGE = pathlib.Path(__file__).resolve().parent.parent / "docs/format.md"


def examples():
    """(kind, words, bytes) of every block; words: name -> text, True for a bare word."""
    blocks = re.findall(r"^```example (\S+) (.*)\n((?:[0-9a-f ]+\n)+)```$", PAGE.read_text(), re.M)
    assert len(blocks) == PAGE.read_text().count("```example")
    for kind, words, data in blocks:
        pairs = (word.partition("=") for word in shlex.split(words))
        yield kind, {name: text if sep else True for name, sep, text in pairs}, bytes.fromhex(data)


def number(text):
    return int(text, 0)


def pairs_of(text):
    return {int(bit): number(target) for bit, target in (pair.split(":") for pair in text.split(","))}


def little(data):
    return int.from_bytes(data, "little")


def words_of_state(state):
    return {"tail": state.tail, "session": state.session, "longest": state.longest,
            "total": state.total, "roots": state.roots, "retired": state.retired}


def words_of_header(payload):
    header = records.read_header(payload)
    return {"number": header.number, "salt": header.salt, "volume": header.volume_id,
            "unit": 1 << header.unit_log2, "line": 1 << header.line_log2, "q": header.q,
            "buckets": 1 << header.buckets_log2, "hash_bits": header.hash_bits,
            "sectors": header.sectors, "features": header.features,
            **words_of_state(header.state)}


def words_of_descriptor(value):
    said = records.read_descriptor(value)
    return {"session": little(said.number[:4]), "count": little(said.number[4:]),
            "length": said.length, "chunk": said.chunk, "crc": said.crc}


def words_of_payload(record):
    data = record.payload
    if record.kind == "header":
        return words_of_header(data)
    if record.kind == "checkpoint":
        return words_of_state(records.read_state(data, SHAPE))
    if record.kind == "seal":
        return {"checkpoint": little(data[:2]), "kept": little(data[2:])}
    if record.kind == "opener":
        return {"seal": little(data[:2]), "session": little(data[2:])}
    if record.kind == "empty":
        return {"tail": little(data)}
    if record.kind == "parity":
        return {"from": little(data[:2]), "xor": data[2:]}
    if record.kind == "object":
        return {"name": record.name.decode(), **words_of_descriptor(record.value)}
    return {"name": record.name.decode(), "value": record.value.decode()}


def words_of_record(data, position):
    record = records.read_record(data, SHAPE, (NUMBER, SALT, position))
    assert record.size == len(data)
    fields = {name: value for name, value in record.fields.items() if name != "name_length"}
    return {"kind": record.kind, "position": position, **fields, "pointers": record.own_pointers,
            **words_of_payload(record), "begin": bool(record.flags & records.BEGIN),
            "end": bool(record.flags & records.END)}


def words_of_mark(data):
    mark = records.read_mark(data)
    assert mark.version == records.VERSION
    return {"kind": "mark", "number": mark.number, "salt": mark.salt, "line": mark.line}


def meant(name, text):
    if text is True or name in ("name", "value"):
        return text
    if name == "pointers":
        return pairs_of(text)
    if name == "xor":
        return bytes.fromhex(text)
    if name in ("roots", "retired"):
        return [number(root) for root in text.split(",")]
    return number(text)


@pytest.mark.parametrize("kind, words, data", examples(), ids=lambda value: str(value)[:20])
def test_example_says_what_it_encodes(kind, words, data):
    expected = {name: meant(name, text) for name, text in words.items()}
    found = words_of_mark(data) if kind == "mark" else words_of_record(data, expected["position"])
    assert found.pop("kind") == kind
    # What the block does not say is nothing.
    silent = {name: value for name, value in found.items() if name not in expected}
    assert not any(silent.values()), silent
    assert {name: found.get(name) for name in expected} == expected


def test_every_kind_has_an_example():
    kinds = {kind for kind, _, _ in examples()}
    assert kinds == {"mark", *filter(None, records.KINDS)}


@pytest.mark.parametrize("buckets_log2, bucket, high", [
    (0, 0, 0), (2, 3, 0), (4, 15, 0), (5, 16, 1), (5, 31, 1), (8, 0xA7, 0xA), (8, 255, 0xF)])
def test_bucket_of_a_same_stands_in_two_places(buckets_log2, bucket, high):
    """Section 2.4, from its words."""
    shape = records.Shape(q=12, buckets_log2=buckets_log2, hash_bits=24)
    numbers = (0x116 | high << 12).to_bytes(2, "little")
    head = bytes([3 | (bucket & 0xF) << 4, 4]) + numbers
    record, length = records.read_head(records.Reader(head), shape)
    assert (record.kind, length) == ("same", 4)
    assert record.fields == {"base": 0x116, "bucket": bucket}


@pytest.mark.parametrize("buckets_log2", range(4))
def test_same_of_a_bucket_that_there_is_not_is_no_record(buckets_log2):
    shape = records.Shape(q=12, buckets_log2=buckets_log2, hash_bits=24)
    for bucket in range(1 << buckets_log2, 16):
        with pytest.raises(records.Invalid):
            records.read_head(records.Reader(bytes([3 | bucket << 4, 4, 0x16, 1])), shape)


def lines_of(data):
    """As they stand on a medium that reads ones where nothing is programmed."""
    data += bytes(-len(data) % UNIT)
    data += b"\xff" * (-len(data) % LINE)
    return [data[start:start + LINE] for start in range(0, len(data), LINE)]


def test_parity_example_covers_the_examples_before_it():
    placed = sorted((number(words["position"]), kind, words, data)
                    for kind, words, data in examples() if "position" in words)
    end, words = next((at, words) for at, kind, words, _ in placed if kind == "parity")
    first = end // SECTOR * SECTOR + number(words["from"])
    lines = []
    for position, _, _, data in placed:
        if first <= position < end:
            assert position == first + len(lines)
            lines += lines_of(data)
    assert first + len(lines) == end
    assert medium.parity_of(lines) == bytes.fromhex(words["xor"])
