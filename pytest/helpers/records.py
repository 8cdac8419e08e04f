# SPDX-License-Identifier: Apache-2.0
"""Records, marks and headers as docs/format.md draws them: from bytes to what they say.

Half of the independent reader; see medium.py. Section numbers are those of the page.
"""
import dataclasses
import struct

KINDS = ("", "full", "link", "same", "tombstone", "object", "lost", "", "parity",
         "checkpoint", "seal", "opener", "empty", "commit", "header", "")
BEGIN, END, TOTAL, ATTRIBUTES = 0x10, 0x20, 0x40, 0x80
NAMED_KINDS = ("full", "tombstone", "object", "lost")
HASHED_KINDS = (*NAMED_KINDS, "link")
BASED_KINDS = ("link", "same")
KEY_KINDS = (*HASHED_KINDS, "same")
MAGIC = b"cfs"
VERSION = 1


class Invalid(Exception):
    """The bytes are not what they were read as."""


def crc32c(data):
    crc = 0xFFFFFFFF
    for byte in data:
        crc ^= byte
        for _ in range(8):
            crc = crc >> 1 ^ (0x82F63B78 if crc & 1 else 0)
    return crc ^ 0xFFFFFFFF


def crc8(data, crc=0x5A):
    for byte in data:
        crc ^= byte
        for _ in range(8):
            crc = crc << 1 & 0xFF ^ (0x2F if crc & 0x80 else 0)
    return crc


class Reader:
    """Fields off the front of some bytes."""

    def __init__(self, data):
        self.data = data
        self.at = 0

    def take(self, size):
        if self.at + size > len(self.data):
            raise Invalid("too short")
        self.at += size
        return self.data[self.at - size:self.at]

    def number(self, size):
        return int.from_bytes(self.take(size), "little")

    def varint(self, most):
        value = 0
        for i in range(most):
            byte = self.number(1)
            value |= (byte & 0x7F) << 7 * i
            if byte < 0x80:
                if varint_size(value) != i + 1:
                    raise Invalid("not the shortest form")
                return value
        raise Invalid("number without an end")


def varint_size(value):
    return max(1, -(-value.bit_length() // 7))


class Bits:
    """Numbers off the low end of a string of bits."""

    def __init__(self, data):
        self.value = int.from_bytes(data, "little")

    def take(self, count):
        number = self.value & (1 << count) - 1
        self.value >>= count
        return number


@dataclasses.dataclass
class Mark:
    version: int
    line: int
    number: int
    salt: int


def read_mark(data):
    """Section 1.1."""
    magic, kind, number, salt, crc = struct.unpack_from("<3sBIII", data)
    if magic != MAGIC or crc != crc32c(data[:12]):
        raise Invalid("not a mark")
    return Mark(kind & 0x0F, 1 << (kind >> 4), number, salt)


@dataclasses.dataclass
class Shape:
    """What the index of a record depends on."""
    q: int
    buckets_log2: int
    hash_bits: int

    @property
    def width(self):
        return -(-self.q // 8)

    @property
    def map_bits(self):
        return self.hash_bits + 1 - self.buckets_log2

    def bucket_of(self, key_hash):
        return key_hash >> self.hash_bits - self.buckets_log2


@dataclasses.dataclass
class Record:
    """A record as section 2 draws it. `position` and `number` say where it stands. What a link or
    same leaves out is found in `base`, the record that its field of that name leads to."""
    kind: str
    flags: int
    fields: dict
    own_pointers: dict
    payload: bytes
    size: int
    number: int = 0
    position: int = 0
    base: "Record" = None

    @property
    def name(self):
        return self.base.name if self.base else self.payload[:self.fields.get("name_length", 0)]

    @property
    def value(self):
        return self.payload[self.fields.get("name_length", 0):]

    @property
    def hash(self):
        return self.fields["hash"] if "hash" in self.fields else self.base.hash

    @property
    def pointers_stand_in(self):
        return self.base if self.kind == "same" else self

    @property
    def has_attributes(self):
        return bool(self.flags & ATTRIBUTES) or self.base is not None and self.base.has_attributes


def read_index(reader, kind, flags, shape):
    fields, pointer_map = {}, 0
    if kind in HASHED_KINDS:
        fields["hash"] = reader.number(3)
    if kind in NAMED_KINDS:
        fields["name_length"] = reader.number(1)
    if flags & ATTRIBUTES:
        fields["attributes"] = reader.number(4)
    if kind in HASHED_KINDS:
        pointer_map = reader.varint(4)
        if pointer_map >> shape.map_bits:
            raise Invalid("a pointer for a bit that no hash has")
    bits_of = {}
    if kind == "link":
        bits_of["base"] = shape.q
    if flags & TOTAL:
        bits_of["total"] = shape.q
    size = sum(bits_of.values()) + shape.q * pointer_map.bit_count()
    numbers = Bits(reader.take(-(-size // 8)))
    fields |= {name: numbers.take(count) for name, count in bits_of.items()}
    pointers = {shape.buckets_log2 + bit: numbers.take(shape.q)
                for bit in range(shape.map_bits) if pointer_map >> bit & 1}
    return fields, pointers


def read_same_head(reader, first, shape):
    """Section 2.4. It has no check: what it says may be anything until the checksum fits."""
    length = reader.varint(3)
    high_bits = max(0, shape.buckets_log2 - 4)
    numbers = Bits(reader.take(-(-(shape.q + high_bits) // 8)))
    fields = {"base": numbers.take(shape.q), "bucket": first >> 4 | numbers.take(high_bits) << 4}
    if fields["bucket"] >> shape.buckets_log2:
        raise Invalid("no such bucket")
    return Record("same", BEGIN | END, fields, {}, b"", reader.at + length + 4), length


def read_head(reader, shape):
    """Everything before the payload; its check is verified, if it has one. The record still lacks
    the payload."""
    first = reader.number(1)
    kind, flags = KINDS[first & 0x0F], first & 0xF0
    if not kind:
        raise Invalid("no such kind")
    if kind == "same":
        return read_same_head(reader, first, shape)
    check = reader.number(1)
    length = reader.varint(3)
    fields, pointers = read_index(reader, kind, flags, shape)
    if check != crc8(reader.data[:1] + reader.data[2:reader.at]):
        raise Invalid("check")
    if fields.get("name_length", 0) > length:
        raise Invalid("name longer than payload")
    return Record(kind, flags, fields, pointers, b"", reader.at + length + 4), length


def read_record(data, shape, place):
    """A whole record whose checksum fits its place: (number, salt, position)."""
    reader = Reader(data)
    record, length = read_head(reader, shape)
    record.payload = reader.take(length)
    covered = data[:reader.at]
    if reader.number(4) != crc32c(struct.pack("<III", *place) + covered):
        raise Invalid("checksum")
    record.number, _, record.position = place
    return record


@dataclasses.dataclass
class Descriptor:
    """What an object record says of a value that stands in chunks (section 2.3)."""
    number: bytes
    length: int
    chunk: int
    crc: int


def read_descriptor(value):
    if len(value) != 18:
        raise Invalid("descriptor")
    return Descriptor(*struct.unpack("<8sIHI", value))


@dataclasses.dataclass
class State:
    """What a checkpoint or header says, and what runs change (sections 1.3, 1.4)."""
    tail: int
    session: int
    longest: int
    total: int
    roots: list
    retired: list


def spare_sectors(sectors):
    """How many sectors may be retired (section 1.5)."""
    return 0 if sectors < 16 else min(-(-sectors // 64), 8)


def read_state(data, shape):
    reader = Reader(data)
    state = State(*(reader.number(size) for size in (4, 4, 2, shape.width)), [], [])
    state.roots = [reader.number(shape.width) for _ in range(1 << shape.buckets_log2)]
    while reader.at < len(data):
        state.retired.append(reader.number(4))
    return state


@dataclasses.dataclass
class Header:
    number: int
    salt: int
    volume_id: int
    version: int
    unit_log2: int
    line_log2: int
    q: int
    buckets_log2: int
    hash_bits: int
    sectors: int
    features: int
    state: State = None
    lines: int = 0  # that the record takes

    @property
    def shape(self):
        return Shape(self.q, self.buckets_log2, self.hash_bits)


NO_SHAPE = Shape(0, 0, 0)  # a header has no field that needs one
HEADER_FIELDS = (4, 4, 4, 1, 1, 1, 1, 1, 1, 3, 2)


def read_header(payload):
    reader = Reader(payload)
    header = Header(*(reader.number(size) for size in HEADER_FIELDS))
    if not 10 <= header.q <= 32:
        raise Invalid("no position has so many bits")  # torn, and not yet verified
    header.state = read_state(payload[reader.at:], header.shape)
    return header
