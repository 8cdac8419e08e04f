# SPDX-License-Identifier: Apache-2.0
"""An independent reader of a medium, written from docs/format.md alone.

It shares no code with the library and takes the longest way where that is the plainest one, so that
a mistake in one of the two shows as a difference. Section and rule numbers are those of the page.
"""
import dataclasses
import struct

KINDS = ("", "full", "link", "same", "tombstone", "object", "chunk", "refer", "lost",
         "checkpoint", "seal", "opener", "empty", "commit", "header", "")
BEGIN, END, TOTAL, ATTRIBUTES = 0x10, 0x20, 0x40, 0x80
# Which fields the index of a kind has, in the order they stand in (section 2).
INDEX = {
    "full": ("hash", "name_length", "pointers"),
    "link": ("hash", "base", "pointers"),
    "same": ("base",),
    "tombstone": ("hash", "name_length", "pointers"),
    "object": ("hash", "name_length", "pointers"),
    "chunk": ("hash", "chunk", "pointers"),
    "refer": ("hash", "base", "pointers"),
    "lost": ("hash", "pointers"),
}
KEY_KINDS = tuple(INDEX)
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


def hash_name(name, volume_id, hash_bits):
    """HalfSipHash-1-3 with key halves (v, ~v); the top bits of v1 ^ v3 (section 2.1)."""
    mask = 0xFFFFFFFF
    inverse = ~volume_id & mask
    v = [volume_id, inverse, 0x6C796765 ^ volume_id, 0x74656462 ^ inverse]

    def rotate(x, bits):
        return (x << bits | x >> 32 - bits) & mask

    def sip_round():
        v[0] = v[0] + v[1] & mask
        v[1] = rotate(v[1], 5) ^ v[0]
        v[0] = rotate(v[0], 16)
        v[2] = v[2] + v[3] & mask
        v[3] = rotate(v[3], 8) ^ v[2]
        v[0] = v[0] + v[3] & mask
        v[3] = rotate(v[3], 7) ^ v[0]
        v[2] = v[2] + v[1] & mask
        v[1] = rotate(v[1], 13) ^ v[2]
        v[2] = rotate(v[2], 16)

    padded = name + bytes(-(len(name) + 1) % 4) + bytes([len(name) & 0xFF])
    for (word,) in struct.iter_unpack("<I", padded):
        v[3] ^= word
        sip_round()
        v[0] ^= word
    v[2] ^= 0xFF
    for _ in range(3):
        sip_round()
    return (v[1] ^ v[3]) >> 32 - hash_bits


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

    def varint(self):
        value = 0
        for i in range(3):
            byte = self.number(1)
            value |= (byte & 0x7F) << 7 * i
            if byte < 0x80:
                return value
        raise Invalid("length without an end")


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
class Record:
    """A record as section 2 draws it. `position` and `number` say where it stands."""
    kind: str
    flags: int
    prior: int
    fields: dict
    pointers: dict
    payload: bytes
    size: int
    number: int = 0
    position: int = 0

    @property
    def name(self):
        return self.payload[:self.fields.get("name_length", 0)]

    @property
    def value(self):
        return self.payload[self.fields.get("name_length", 0):]

    @property
    def hash(self):
        return self.fields.get("hash", 0)


def read_index(reader, kind, flags, width):
    fields, pointers = {}, {}
    for field in INDEX.get(kind, ()):
        if field == "hash":
            fields["hash"] = reader.number(3)
        elif field == "name_length":
            fields["name_length"] = reader.number(1)
        elif field == "chunk":
            for part, size in (("session", 4), ("object", 2), ("index", 3), ("owner", 3)):
                fields[part] = reader.number(size)
        elif field == "base":
            fields["base"] = reader.number(width)
        else:
            for _ in range(reader.number(1)):
                bit = reader.number(1)
                pointers[bit] = reader.number(width)
    if flags & ATTRIBUTES:
        fields["attributes"] = reader.number(4)
    if flags & TOTAL:
        fields["total"] = reader.number(width)
    return fields, pointers


def read_head(reader, width):
    """Everything before the payload; its check is verified. The record still lacks the payload."""
    first = reader.number(1)
    check = reader.number(1)
    kind, flags = KINDS[first & 0x0F], first & 0xF0
    if not kind:
        raise Invalid("no such kind")
    prior = reader.number(2)
    length = reader.varint()
    fields, pointers = read_index(reader, kind, flags, width)
    if check != crc8(reader.data[:1] + reader.data[2:reader.at]):
        raise Invalid("check")
    if fields.get("name_length", 0) > length:
        raise Invalid("name longer than payload")
    return Record(kind, flags, prior, fields, pointers, b"", reader.at + length + 4), length


def read_record(data, width, place):
    """A whole record whose checksum fits its place: (number, salt, position)."""
    reader = Reader(data)
    record, length = read_head(reader, width)
    record.payload = reader.take(length)
    covered = data[:reader.at]
    if reader.number(4) != crc32c(struct.pack("<III", *place) + covered):
        raise Invalid("checksum")
    record.number, _, record.position = place
    return record


@dataclasses.dataclass
class State:
    """What a checkpoint or header says, and what runs change (sections 1.3, 1.4)."""
    tail: int
    session: int
    objects: int
    longest: int
    total: int
    roots: list


def read_state(data, width):
    if width not in (2, 3, 4):
        raise Invalid("no position has so many bytes")  # torn, and not yet verified
    reader = Reader(data)
    state = State(*(reader.number(size) for size in (4, 4, 4, 2, width)), [])
    while reader.at < len(data):
        state.roots.append(reader.number(width))
    return state


@dataclasses.dataclass
class Header:
    number: int
    salt: int
    volume_id: int
    version: int
    unit_log2: int
    line_log2: int
    width: int
    buckets_log2: int
    hash_bits: int
    sectors: int
    features: int
    state: State = None
    lines: int = 0  # that the record takes


HEADER_FIELDS = (4, 4, 4, 1, 1, 1, 1, 1, 1, 3, 2)


def read_header(payload):
    reader = Reader(payload)
    header = Header(*(reader.number(size) for size in HEADER_FIELDS))
    header.state = read_state(payload[reader.at:], header.width)
    return header


@dataclasses.dataclass
class Sector:
    """What the start of a sector says; mark and header say number and salt, and either may be lost."""
    index: int
    number: int
    salt: int
    header: Header = None


class Volume:
    """The bytes of a volume of `sectors` equal sectors, and the state they hold."""

    def __init__(self, image, sectors):
        self.image = image
        self.sectors = sectors
        self.sector_bytes = len(image) // sectors
        marks = [self._mark(index) for index in range(sectors)]
        lines = {mark.line for mark in marks if mark}
        if len(lines) != 1:
            raise Invalid("not one line in all marks")
        self.line = lines.pop()
        self.lines = self.sector_bytes // self.line
        self.first = -(-16 // self.line) + 1  # line of the header, behind mark and pilot
        found = [sector for sector in map(self._sector, range(sectors), marks) if sector]
        found.sort(key=lambda sector: -sector.number)
        # Its facts about the volume are the same in all sectors.
        self.header = next((sector.header for sector in found if sector.header), None)
        if self.header is None:
            raise Invalid("no header can be read")
        for self.head in found:
            self.state = self._replay(self._scan())
            if self.state:
                return
        raise Invalid("no sector counts")

    # ---- sectors

    def _bytes(self, position):
        """From a position to the end of its sector."""
        end = (position // self.lines + 1) * self.lines
        return self.image[position * self.line:end * self.line]

    def _mark(self, index):
        start = index * self.sector_bytes
        try:
            mark = read_mark(self.image[start:start + 16])
        except Invalid:
            return None
        return mark if mark.version == VERSION and mark.number % self.sectors == index else None

    def _header(self, index):
        position = index * self.lines + self.first
        data = self._bytes(position)
        reader = Reader(data)
        try:
            record, length = read_head(reader, 0)  # a header has no field that needs the width
            if record.kind != "header":
                return None
            header = read_header(reader.take(length))
            read_record(data, header.width, (header.number, header.salt, position))
        except Invalid:
            return None
        header.lines = -(-record.size // self.line)
        fits = header.version == VERSION and header.features == 0
        return header if fits and header.number % self.sectors == index else None

    def _sector(self, index, mark):
        header = self._header(index)
        if mark is None and header is None:
            return None
        said = mark or header
        return Sector(index, said.number, said.salt, header)

    def _scan(self):
        """The valid records behind the header, each with whether it follows directly."""
        position = self.head.index * self.lines + self.first + self.header.lines
        end = (self.head.index + 1) * self.lines
        found, follows = [], True
        while position < end:
            place = (self.head.number, self.head.salt, position)
            try:
                record = read_record(self._bytes(position), self.header.width, place)
            except Invalid:
                follows = False
                position += 1
                continue
            found.append((record, follows))
            follows = True
            position += self._lines_of(record)
        return found

    def _lines_of(self, record):
        return -(-record.size // self.line)

    # ---- rule 6

    def _replay(self, records):
        """The state after the complete runs; None if neither the first run is complete directly
        behind the header nor any checkpoint run, so that the sector does not count (rule 3)."""
        header = self.head.header
        first = behind = self.head.index * self.lines + self.first + self.header.lines
        state, alive = (header.state, True) if header else (None, False)
        counts, run, seal = False, [], 0
        for record, follows in records:
            if not follows:
                alive, run = alive and self._heals(record, seal, behind), []
            if record.kind == "checkpoint":
                alive = False  # until its run is complete
            if record.kind == "seal" and alive:
                seal = record.position
            if record.flags & BEGIN:
                run = []
            if run or record.flags & BEGIN:
                run.append(record)
            if run and record.flags & END:
                if run[0].kind == "checkpoint":
                    state = read_state(run[0].payload, self.header.width)
                    alive = True
                if alive:
                    self._apply(state, run)
                    counts = counts or run[0].kind == "checkpoint" or run[0].position == first
                run = []
            behind = record.position + self._lines_of(record)
        return state if counts else None

    def _heals(self, record, seal, behind):
        """An opener that names the seal before the gap, or the place where a seal was."""
        named = int.from_bytes(record.payload[:2], "little")
        start = record.position // self.lines * self.lines
        return record.kind == "opener" and named != 0 and start + named in (seal, behind)

    def _apply(self, state, run):
        for record in run:
            if record.kind in KEY_KINDS:
                bucket = record.hash >> self.header.hash_bits - self.header.buckets_log2
                state.roots[bucket] = record.position
                state.total = record.fields.get("total", state.total)
            elif record.kind == "opener":
                state.session = int.from_bytes(record.payload[2:6], "little")
            elif record.kind == "empty":
                self._clear(state, state.tail % self.sectors)
                state.tail = int.from_bytes(record.payload[:4], "little")

    def _clear(self, state, sector):
        state.roots = [0 if root // self.lines == sector else root for root in state.roots]

    # ---- pointers (section 2.1)

    def _number_of(self, target, number, position):
        """The number of the sector a pointer led to; None if it is stale."""
        sector = target // self.lines
        led_to = number - (number - sector) % self.sectors
        if led_to == number and target >= position:
            led_to -= self.sectors
        return led_to if target != 0 and led_to >= self.state.tail else None

    def _at(self, target, number):
        index = target // self.lines
        sector = self._sector(index, self._mark(index))
        if sector is None or sector.number != number:
            raise Invalid(f"the sector of position {target} is not number {number}")
        return read_record(self._bytes(target), self.header.width, (number, sector.salt, target))

    def _subtrie(self, target, number, position, from_bit):
        """All records of keys below a pointer, each before those it leads to."""
        led_to = self._number_of(target, number, position)
        if led_to is None:
            return
        record = self._at(target, led_to)
        yield record
        for bit in range(from_bit, self.header.hash_bits + 1):
            if bit in record.pointers:
                below = min(bit + 1, self.header.hash_bits)
                yield from self._subtrie(record.pointers[bit], led_to, record.position, below)

    def records(self):
        """The newest record of each name that the roots lead to, tombstones included."""
        end = (self.head.index + 1) * self.lines
        for bucket, root in enumerate(self.state.roots):
            seen = {}
            for record in self._subtrie(root, self.head.number, end, self.header.buckets_log2):
                expected = hash_name(record.name, self.header.volume_id, self.header.hash_bits)
                if record.hash != expected:
                    raise Invalid(f"hash of {record.name!r}")
                if record.hash >> self.header.hash_bits - self.header.buckets_log2 != bucket:
                    raise Invalid(f"bucket of {record.name!r}")
                order = (record.number, record.position)
                if order > seen.get(record.name, ((0, 0), None))[0]:
                    seen[record.name] = (order, record)
            yield from (record for _, record in seen.values())

    def keys(self):
        """name -> value."""
        return {record.name: record.value for record in self.records() if record.kind == "full"}

    # ---- accounts (section 5)

    def weight(self, record):
        volume_lines = self.sectors * self.lines
        per_bucket = volume_lines >> self.header.buckets_log2
        least = min(2 + per_bucket.bit_length() - 1, self.header.hash_bits + 1)
        pointers = max(len(record.pointers), least)
        width = self.header.width
        length_bytes = 1 if len(record.payload) < 0x80 else 2 if len(record.payload) < 0x4000 else 3
        attributes = 4 if record.flags & ATTRIBUTES else 0
        head = 4 + length_bytes + 3 + 1 + 1 + pointers * (1 + width) + attributes + width
        size = head + len(record.payload) + 4
        return -(-size // self.line)

    def live_weight(self):
        return sum(self.weight(record) for record in self.records() if record.kind == "full")
