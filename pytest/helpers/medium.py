# SPDX-License-Identifier: Apache-2.0
"""An independent reader of a medium, written from docs/format.md alone.

It shares no code with the library and takes the longest way where that is the plainest one, so that
a mistake in one of the two shows as a difference. Section and rule numbers are those of the page.
"""
import dataclasses
import functools
import struct

from records import (BASED_KINDS, BEGIN, END, KEY_KINDS, NO_SHAPE, VERSION, Header, Invalid, Reader,
                     crc32c, read_descriptor, read_head, read_header, read_mark, read_record,
                     read_state, spare_sectors, varint_size)


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


def parity_of(lines):
    total = None
    for line in lines:
        total = line if total is None else bytes(a ^ b for a, b in zip(total, line))
    return total


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
            self.state = self._replay(self._scan(self.head))
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
            record, length = read_head(reader, NO_SHAPE)
            if record.kind != "header":
                return None
            header = read_header(reader.take(length))
            read_record(data, header.shape, (header.number, header.salt, position))
        except Invalid:
            return None
        header.lines = -(-record.size // self.line)
        spares = spare_sectors(self.sectors)
        fits = (header.version == VERSION and header.features == (2 if spares else 0)
                and len(header.state.retired) == spares)
        return header if fits and header.number % self.sectors == index else None

    def _sector(self, index, mark):
        header = self._header(index)
        if mark is None and header is None:
            return None
        said = mark or header
        return Sector(index, said.number, said.salt, header)

    def _scan(self, sector):
        """The valid records behind the header, each with whether it follows directly."""
        position = sector.index * self.lines + self.first + self.header.lines
        end = (sector.index + 1) * self.lines
        found, follows = [], True
        while position < end:
            place = (sector.number, sector.salt, position)
            try:
                record = read_record(self._bytes(position), self.header.shape, place)
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
                    state = read_state(run[0].payload, self.header.shape)
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
                state.roots[self._bucket(record)] = record.position
                state.total = record.fields.get("total", state.total)
            elif record.kind == "opener":
                state.session = int.from_bytes(record.payload[2:6], "little")
            elif record.kind == "empty":
                self._clear(state, state.tail % self.sectors)
                state.tail = int.from_bytes(record.payload[:4], "little")

    def _clear(self, state, sector):
        state.roots = [0 if root // self.lines == sector else root for root in state.roots]

    def _bucket(self, record):
        if record.kind == "same":
            return record.fields["bucket"]
        return self.header.shape.bucket_of(record.fields["hash"])

    # ---- pointers (section 2.1)

    def _number_of(self, target, number, position):
        """The number of the sector a pointer led to; None if it is stale."""
        sector = target // self.lines
        led_to = number - (number - sector) % self.sectors
        if led_to == number and target >= position:
            led_to -= self.sectors
        return led_to if target != 0 and led_to >= self.state.tail else None

    def _at(self, target, number):
        """The record of a key that stands there, with what it leaves out."""
        index = target // self.lines
        sector = self._sector(index, self._mark(index))
        if sector is None or sector.number != number:
            raise Invalid(f"the sector of position {target} is not number {number}")
        place = (number, sector.salt, target)
        record = read_record(self._bytes(target), self.header.shape, place)
        if record.kind not in KEY_KINDS:
            raise Invalid(f"a pointer to a {record.kind} record")
        if record.kind in BASED_KINDS:
            record.base = self._base_of(record)
        return record

    def _base_of(self, record):
        target = record.fields["base"]
        number = self._number_of(target, record.number, record.position)
        if number is None:
            raise Invalid(f"position {record.position} outlived its base")
        base = self._at(target, number)
        if base.kind not in {"link": ("full",), "same": ("full", "link")}[record.kind]:
            raise Invalid(f"a {record.kind} of a {base.kind} record")
        if record.fields.get("hash", base.hash) != base.hash:
            raise Invalid(f"position {record.position} and its base are not of one key")
        return base

    def _subtrie(self, target, number, position, from_bit):
        """All records of keys below a pointer, each before those it leads to."""
        led_to = self._number_of(target, number, position)
        if led_to is None:
            return
        record = self._at(target, led_to)
        yield record
        holder = record.pointers_stand_in
        for bit in range(from_bit, self.header.hash_bits + 1):
            if bit in holder.own_pointers:
                below = min(bit + 1, self.header.hash_bits)
                yield from self._subtrie(holder.own_pointers[bit], holder.number, holder.position,
                                         below)

    def records(self):
        """The newest record of each name that the roots lead to, tombstones included."""
        end = (self.head.index + 1) * self.lines
        for bucket, root in enumerate(self.state.roots):
            seen = {}
            for record in self._subtrie(root, self.head.number, end, self.header.buckets_log2):
                expected = hash_name(record.name, self.header.volume_id, self.header.hash_bits)
                if record.hash != expected:
                    raise Invalid(f"hash of {record.name!r}")
                if self._bucket(record) != bucket:
                    raise Invalid(f"bucket of {record.name!r}")
                order = (record.number, record.position)
                if order > seen.get(record.name, ((0, 0), None))[0]:
                    seen[record.name] = (order, record)
            yield from (record for _, record in seen.values())

    # ---- what the store says (section 2.3)

    @functools.cached_property
    def live(self):
        """name -> the newest record, of all names that are not deleted, hidden ones included."""
        return {record.name: record for record in self.records() if record.kind != "tombstone"}

    def _value(self, record):
        if record.kind != "object":
            return record.value
        said = read_descriptor(record.value)
        chunks = range(-(-said.length // said.chunk))
        names = (b"\0c" + said.number + index.to_bytes(3, "little") for index in chunks)
        try:
            value = b"".join(self.live[name].value for name in names)
        except KeyError as missing:
            raise Invalid(f"no chunk {missing} of {record.name!r}") from None
        if (len(value), crc32c(value)) != (said.length, said.crc):
            raise Invalid(f"chunks of {record.name!r}")
        return value

    def staged(self):
        """The changes of a transaction that are not yet carried out, in order: (name, value), the
        value None for a delete."""
        names = [name for name in self.live if name[:2] == b"\0t"]
        return [self._change(name) for name in sorted(names, key=lambda name: name[:1:-1])]

    def _change(self, name):
        reader = Reader(self.live[name].value)
        kind = reader.number(1)
        changed = reader.take(reader.number(1))
        value = reader.data[reader.at:]
        if len(name) != 4 or kind not in (1, 2) or kind == 2 and value:
            raise Invalid(f"staged change {name!r}")
        return changed, value if kind == 1 else None

    def is_committed(self):
        """Did the transaction whose changes are staged happen?"""
        return b"\0T" in self.live

    def keys(self):
        """name -> value, as a mount would serve it."""
        keys = {name: self._value(record) for name, record in self.live.items()
                if name[:1] != b"\0" and record.kind != "lost"}
        for name, value in self.staged() if self.is_committed() else ():
            keys.pop(name, None)
            if value is not None:
                keys[name] = value
        return keys

    def lost(self):
        """Names whose newest value was damaged beyond repair."""
        return {name for name, record in self.live.items() if record.kind == "lost"}

    # ---- the log

    def log(self):
        """The valid records of all sectors from the tail on, oldest sector first."""
        found = (self._sector(index, self._mark(index)) for index in range(self.sectors))
        sectors = [sector for sector in found if sector and
                   self.state.tail <= sector.number <= self.head.number]
        for sector in sorted(sectors, key=lambda sector: sector.number):
            yield from (record for record, _ in self._scan(sector))

    def check_parity(self):
        """Each parity record is the exclusive or of the lines it covers. Returns how many were
        checked."""
        checked = 0
        for record in self.log():
            if record.kind == "parity":
                sector = record.position // self.lines * self.lines
                first = sector + int.from_bytes(record.payload[:2], "little")
                lines = map(self._line, range(first, record.position))
                if parity_of(lines) != record.payload[2:]:
                    raise Invalid(f"parity record at position {record.position}")
                checked += 1
        return checked

    def parity_positions(self):
        return [record.position for record in self.log() if record.kind == "parity"]

    def _line(self, position):
        return self.image[position * self.line:(position + 1) * self.line]

    # ---- accounts (section 5)

    def weight(self, record):
        """Of a key, given its newest record: the lines it takes when it is copied."""
        shape = self.header.shape
        per_bucket = self.sectors * self.lines >> shape.buckets_log2
        least = min(per_bucket.bit_length() - 1, shape.map_bits)
        pointer_map = 0
        for bit in record.pointers_stand_in.own_pointers:
            pointer_map |= 1 << bit - shape.buckets_log2
        if shape.map_bits >= 14:
            pointer_map |= 1 << 13
        while pointer_map.bit_count() < least:
            pointer_map |= pointer_map + 1  # the lowest bit that is not set
        payload = len(record.name) + len(record.value)
        attributes = 4 if record.has_attributes else 0
        numbers = -(-shape.q * (1 + pointer_map.bit_count()) // 8)  # with the total
        head = (2 + varint_size(payload) + 3 + 1 + attributes + varint_size(pointer_map) + numbers)
        return -(-(head + payload + 4) // self.line)

    def live_weight(self):
        return sum(self.weight(record) for record in self.live.values())
