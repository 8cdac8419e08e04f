# SPDX-License-Identifier: Apache-2.0
"""The worked examples of docs/format.md, read by the reader that was written from the page."""
import pathlib
import re
import shlex

import medium
import pytest

NUMBER, SALT, WIDTH = 0x11, 0xA1B2C3D4, 2
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
    return {"tail": state.tail, "session": state.session, "objects": state.objects,
            "longest": state.longest, "total": state.total, "roots": state.roots}


def words_of_header(payload):
    header = medium.read_header(payload)
    return {"number": header.number, "salt": header.salt, "volume": header.volume_id,
            "unit": 1 << header.unit_log2, "line": 1 << header.line_log2, "width": header.width,
            "buckets": 1 << header.buckets_log2, "hash_bits": header.hash_bits,
            "sectors": header.sectors, "features": header.features,
            **words_of_state(header.state)}


def words_of_payload(record):
    data = record.payload
    if record.kind == "header":
        return words_of_header(data)
    if record.kind == "checkpoint":
        return words_of_state(medium.read_state(data, WIDTH))
    if record.kind == "seal":
        return {"checkpoint": little(data[:2]), "kept": little(data[2:])}
    if record.kind == "opener":
        return {"seal": little(data[:2]), "session": little(data[2:])}
    if record.kind == "empty":
        return {"tail": little(data)}
    return {"name": record.name.decode(), "value": record.value.decode()}


def words_of_record(data, position):
    record = medium.read_record(data, WIDTH, (NUMBER, SALT, position))
    assert record.size == len(data)
    fields = {name: value for name, value in record.fields.items() if name != "name_length"}
    words = {"kind": record.kind, "prior": record.prior, "position": position, **fields,
             "pointers": record.pointers, **words_of_payload(record),
             "begin": bool(record.flags & medium.BEGIN), "end": bool(record.flags & medium.END)}
    return words


def words_of_mark(data):
    mark = medium.read_mark(data)
    assert mark.version == medium.VERSION
    return {"kind": "mark", "number": mark.number, "salt": mark.salt, "line": mark.line}


def meant(name, text):
    if text is True or name in ("name", "value"):
        return text
    if name == "pointers":
        return pairs_of(text)
    if name == "roots":
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


def test_every_kind_of_this_release_has_an_example():
    kinds = [kind for kind, _, _ in examples()]
    assert set(kinds) == {"mark", *filter(None, medium.KINDS)} - {"object", "lost"}
    assert len(kinds) == 14
