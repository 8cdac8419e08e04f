# SPDX-License-Identifier: Apache-2.0
"""The workloads of `cfs-sim bench` once more, written from docs/bench.md alone, and its bars."""
import dataclasses
import json
import math
import subprocess

MASK = 0xFFFFFFFF
MIXED_SECTORS = [4, 16, 64]
MIXED_KEYS = {"W4": [25, 100, 400], "W4h": [60, 239, 956]}
SEED, MIXED_SEED = 0x12345678, 0x2545F491


def run(cfs_sim, *options):
    return subprocess.run([cfs_sim, "bench", *options], capture_output=True, text=True)


def rows(cfs_sim, *options):
    """The objects that --json prints."""
    completed = run(cfs_sim, "--json", *options)
    assert (completed.returncode, completed.stderr) == (0, ""), completed.stderr
    return [json.loads(line) for line in completed.stdout.splitlines()]


# ---- the workloads


def step(x):
    x ^= x << 13 & MASK
    x ^= x >> 17
    return (x ^ x << 5) & MASK


def value(key, version, length):
    x = (key * 2654435761 ^ version * 2246822519 ^ 0x9E3779B9) & MASK or 1
    data = bytearray()
    for _ in range(length):
        x = step(x)
        data.append(x & 0xFF)
    return bytes(data)


def name(key):
    return f"dev.light.k{key:04d}"


@dataclasses.dataclass
class Play:
    """What a workload leaves in a store, and what it counts."""
    s: int = SEED
    has_counter: bool = False
    payload_bytes: int = 0
    updates: int = 0

    def __post_init__(self):
        self.versions, self.contents = {}, {}

    def rnd(self, bound):
        self.s = step(self.s)
        return self.s % bound

    def size(self):
        return math.floor(8 * 64 ** (self.rnd(65536) / 65536))

    def set(self, key, length):
        self.versions[key] = version = self.versions.get(key, 0) + 1
        is_counter = self.has_counter and key == 0
        data = version.to_bytes(4, "little") if is_counter else value(key, version, length)
        self.contents[name(key)] = data
        self.payload_bytes += len(name(key)) + len(data)
        self.updates += 1

    def delete(self, key):
        if self.contents.pop(name(key), None) is not None:
            self.updates += 1

    def preload(self, lengths):
        for key, length in enumerate(lengths):
            self.set(key, length)
        self.payload_bytes = self.updates = 0

    def mixed_step(self, keys):
        r, k = self.rnd(100), self.rnd(keys)
        if r < 80:
            length = self.size()
            if r >= 70:
                self.delete(k)
            self.set(k, length)


def play(workload, sectors=None, updates=None, keys=None):
    """A workload on so many sectors, or for W6 and capacity with so many keys."""
    result = Play(has_counter=workload == "W2")
    if workload in ("W1", "W2"):
        result.preload([32] * 32)
        for _ in range(updates or 73000):
            result.set(0 if workload == "W2" else result.rnd(32), 32)
    elif workload == "W3":
        for key, length in [*enumerate([1024] * 4 + [32] * 8 + [64] * 16)] * 2:
            result.set(key, length)
    elif workload in ("W4", "W4h"):
        keys = MIXED_KEYS[workload][MIXED_SECTORS.index(sectors)]
        result.preload(result.size() for _ in range(keys))
        result.s = MIXED_SEED
        for _ in range(updates or 20000):
            result.mixed_step(keys)
    elif workload == "W6":
        result.preload([32] * keys)
        for _ in range(2 * keys):
            result.set(result.rnd(keys), 32)
    else:
        for key in range(keys):
            result.set(key, 32)
    return result


# ---- the bars

FIGURES = {
    "programmed_per_payload": lambda row: row["programmed_bytes"] / row["payload_bytes"],
    "erases_spread": lambda row: row["erases_max"] - row["erases_min"],
}
CONDITIONS = ("workload", "after", "sectors", "keys")


def bars(root):
    return json.loads((root / "sim/bench/bars.json").read_text())["bars"]


def bar_name(bar):
    conditions = [str(bar[key]) for key in CONDITIONS if key in bar]
    return "-".join([*conditions, *(["maintain"] if bar.get("maintain") else []), bar["figure"]])


def options_for(bar):
    """The run a bar is about."""
    return ("--maintain",) if bar.get("maintain") else ()


def about(bar, results):
    """The rows a bar is about."""
    return [row for row in results
            if all(row.get(key) == bar[key] for key in CONDITIONS if key in bar)]


def is_met(bar, row):
    figure = bar["figure"]
    measured = FIGURES[figure](row) if figure in FIGURES else row[figure]
    return measured <= bar["at_most"] if "at_most" in bar else measured >= bar["at_least"]
