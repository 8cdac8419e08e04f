# SPDX-License-Identifier: Apache-2.0
"""Factory images: made, edited, listed, compared and verified by `cfs-sim image`."""
import base64
import json
import subprocess

import pytest

import medium
from serve import Serve

KEYS = {
    "device/serial": b"7-0042-1138",
    "empty": b"",
    "net/ip": b"10.0.0.1",
    "net/key": bytes(range(16)),
    "name, with \"quotes\"": b" spaces stay ",
    "text/lines": b"one\ntwo\n",
    "\u00fcmlaut": "gr\u00fc\u00dfe".encode(),
}
KEYS_CSV = """name,value,encoding
device/serial,7-0042-1138,text
empty,,
net/ip,10.0.0.1,text
net/key,000102030405060708090a0b0c0d0e0f,hex
"name, with ""quotes\"""," spaces stay ",text
text/lines,"one
two
",
\u00fcmlaut,Z3LDvMOfZQ==,base64
"""


def entry(name, value):
    return {"name": name, "value": base64.b64encode(value).decode(), "encoding": "base64"}


def keys_file(path, keys):
    path.write_text(json.dumps({"keys": [entry(*item) for item in keys.items()]}))
    return path


def contents(path, sectors=4):
    """What an independent reader finds in the bytes."""
    volume = medium.Volume(path.read_bytes(), sectors)
    return {name.decode(): value for name, value in volume.keys().items()}


@pytest.fixture
def image(cfs_sim, tmp_path):
    def run(*arguments, **options):
        return subprocess.run([cfs_sim, "image", *arguments], capture_output=True, cwd=tmp_path,
                              **{"text": True, **options})
    return run


@pytest.fixture
def done(image):
    """Run an action that must succeed in silence; its stdout."""
    def run(*arguments, status=0):
        result = image(*arguments)
        assert (result.returncode, result.stderr) == (status, "")
        return result.stdout
    return run


@pytest.fixture
def made(done, tmp_path):
    """Make an image of 4 sectors from a dict of keys."""
    def make(name, keys, *options):
        source = keys_file(tmp_path / f"{name}.json", keys)
        done("create", source, "--sectors", "4", "--output", f"{name}.bin", *options)
        return tmp_path / f"{name}.bin"
    return make


# ---- create


def test_image_holds_what_the_file_says(made):
    assert contents(made("flash", KEYS)) == KEYS


def test_csv_says_the_same(made, done, tmp_path):
    (tmp_path / "keys.csv").write_text(KEYS_CSV)
    done("create", "keys.csv", "--sectors", "4", "--output", "csv.bin")
    assert (tmp_path / "csv.bin").read_bytes() == made("flash", KEYS).read_bytes()


@pytest.mark.parametrize("text", [
    KEYS_CSV.replace("\n", "\r\n").replace("one\r\ntwo\r\n", "one\ntwo\n"),
    "\ufeff" + KEYS_CSV,
    KEYS_CSV.rstrip("\n"),
    KEYS_CSV.replace("\nempty", "\n\n\nempty"),
])
def test_csv_as_other_programs_write_it(made, done, tmp_path, text):
    (tmp_path / "keys.csv").write_bytes(text.encode())
    done("create", "keys.csv", "--sectors", "4", "--output", "csv.bin")
    assert contents(tmp_path / "csv.bin") == KEYS


def test_columns_may_stand_in_any_order(done, tmp_path):
    (tmp_path / "keys.csv").write_text("encoding,value,name\nhex,ff,a\n,b,b\n")
    done("create", "keys.csv", "--sectors", "4", "--output", "flash.bin")
    assert contents(tmp_path / "flash.bin") == {"a": b"\xff", "b": b"b"}


def test_order_in_the_file_does_not_matter(made):
    turned = dict(reversed(KEYS.items()))
    assert made("turned", turned).read_bytes() == made("flash", KEYS).read_bytes()


def test_seed_decides_the_bytes(made):
    one, again, two = (made(name, KEYS, "--seed", seed).read_bytes()
                       for name, seed in (("a", "1"), ("b", "1"), ("c", "2")))
    assert one == again
    assert one != two


def test_value_comes_from_a_file_beside_the_keys(done, tmp_path):
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub/cert.der").write_bytes(bytes(range(256)) * 4)
    (tmp_path / "sub/keys.csv").write_text("name,value,encoding\ncert,cert.der,file\n")
    done("create", "sub/keys.csv", "--sectors", "4", "--output", "flash.bin")
    assert contents(tmp_path / "flash.bin") == {"cert": bytes(range(256)) * 4}


def test_image_is_of_the_part_that_was_named(done, tmp_path):
    keys_file(tmp_path / "keys.json", KEYS)
    done("create", "keys.json", "--profile", "stm32l4", "--sectors", "6", "--output", "l4.bin")
    assert (tmp_path / "l4.bin").stat().st_size == 6 * 2048
    assert contents(tmp_path / "l4.bin", 6) == KEYS


def test_device_takes_the_image(made, cfs_sim):
    path = made("flash", KEYS)
    with Serve(cfs_sim, sectors=4, seed=9) as store:
        store.load(path)
        store.mount()
        assert store.contents() == KEYS
        assert store.counters()["programs"] == 0
        store.put("net/ip", b"10.0.0.2")
        assert store.contents() == {**KEYS, "net/ip": b"10.0.0.2"}


# ---- list, get


def test_list_is_a_file_of_keys(made, done, tmp_path):
    path = made("flash", KEYS)
    (tmp_path / "again.json").write_text(done("list", "--json", path))
    done("create", "again.json", "--sectors", "4", "--output", "again.bin")
    assert (tmp_path / "again.bin").read_bytes() == path.read_bytes()
    assert done("diff", path, "again.bin") == ""


def test_names_that_are_not_text_come_through(done, image, cfs_sim, tmp_path):
    (tmp_path / "keys.csv").write_bytes(b"name,value\nbin\xff\x01,1\n")
    done("create", "keys.csv", "--sectors", "4", "--output", "flash.bin")
    assert medium.Volume((tmp_path / "flash.bin").read_bytes(), 4).keys() == {b"bin\xff\x01": b"1"}
    (tmp_path / "again.json").write_text(done("list", "--json", "flash.bin"))
    done("create", "again.json", "--sectors", "4", "--output", "again.bin")
    assert (tmp_path / "again.bin").read_bytes() == (tmp_path / "flash.bin").read_bytes()


def test_list_for_a_person(made, done):
    lines = done("list", made("flash", KEYS)).splitlines()
    assert len(lines) == 1 + len(KEYS)
    assert any(line.split() == ["8", "net/ip", '"10.0.0.1"'] for line in lines)
    assert any(line.split() == ["16", "net/key", KEYS["net/key"].hex()] for line in lines)


@pytest.mark.parametrize("name", KEYS)
def test_get_gives_the_bytes(made, image, name):
    result = image("get", made("flash", KEYS), name, text=False)
    assert (result.returncode, result.stdout) == (0, KEYS[name])


# ---- edit


def test_edit_sets_and_deletes(made, done, tmp_path):
    path = made("flash", KEYS)
    before = path.read_bytes()
    (tmp_path / "changes.csv").write_text("name,value,encoding\nempty,,delete\nnet/key,ff,hex\n")
    done("edit", path, "changes.csv", "--set", "net/ip=10.0.0.2", "--set", "new=a=b", "--delete",
         "device/serial", "--output", "new.bin")
    expected = {**KEYS, "net/key": b"\xff", "net/ip": b"10.0.0.2", "new": b"a=b"}
    del expected["empty"], expected["device/serial"]
    assert contents(tmp_path / "new.bin") == expected
    assert path.read_bytes() == before


def test_edit_in_place(made, done):
    path = made("flash", KEYS)
    path.chmod(0o640)
    done("edit", path, "--delete", "empty", "--in-place")
    assert "empty" not in contents(path)
    assert path.stat().st_mode & 0o777 == 0o640
    assert {file.name for file in path.parent.iterdir()} == {"flash.bin", "flash.json"}


def test_delete_makes_room_for_a_set(made, done, image, tmp_path):
    """Deletes come first, whatever the order of names."""
    path = made("full", {})
    for count in range(20):
        full = contents(path)
        if image("edit", path, "--set", f"k{count}=" + "x" * 1000, "--in-place").returncode:
            break
    assert len(full) == count > 0
    result = image("edit", path, "--set", "a=" + "x" * 1000, "--output", "no.bin")
    assert "'a' does not fit any more" in result.stderr
    done("edit", path, "--set", "a=" + "x" * 1000, "--delete", "k0", "--output", "new.bin")
    assert contents(tmp_path / "new.bin").keys() == full.keys() - {"k0"} | {"a"}


def test_edit_decides_what_a_cut_left(done, cfs_sim, tmp_path):
    path = tmp_path / "cut.bin"
    with Serve(cfs_sim, sectors=4) as store:
        store.format()
        store.mount()
        store.put("a", b"1")
        store.save(path)
    assert json.loads(done("verify", "--json", path))["mount"] == "undecided"
    done("edit", path, "--set", "b=2", "--output", "new.bin")
    assert json.loads(done("verify", "--json", "new.bin"))["mount"] == "clean"
    assert contents(tmp_path / "new.bin") == {"a": b"1", "b": b"2"}


# ---- diff


def test_diff_tells_added_removed_changed(made, done):
    one = made("one", KEYS)
    other = {**KEYS, "net/ip": b"10.0.0.9", "added": b"new"}
    del other["empty"]
    two = made("two", other)
    result = json.loads(done("diff", "--json", one, two, status=1))
    assert [key["name"] for key in result["added"]] == ["added"]
    assert [key["name"] for key in result["removed"]] == ["empty"]
    assert [(key["from"]["value"], key["to"]["value"]) for key in result["changed"]] == [
        ("10.0.0.1", "10.0.0.9")]
    lines = done("diff", one, two, status=1).splitlines()
    assert [line[:8].rstrip() for line in lines] == ["+ added", "- empty", "~ net/ip"]


def test_diff_looks_at_keys_not_at_bytes(made, done):
    one, two = made("one", KEYS, "--seed", "1"), made("two", KEYS, "--seed", "2")
    assert done("diff", one, two) == ""
    assert json.loads(done("diff", "--json", one, two)) == {"added": [], "removed": [],
                                                           "changed": []}


# ---- verify


def test_verify_counts(made, done):
    report = json.loads(done("verify", "--json", made("flash", KEYS)))
    assert (report["verdict"], report["mount"], report["keys"]) == ("ok", "clean", len(KEYS))
    assert (report["keys_damaged"], report["damage"]) == ([], [])
    volume = medium.Volume(made("flash", KEYS).read_bytes(), 4)
    assert report["live_bytes"] == volume.live_weight() * volume.line


def patched(path, old, new):
    data = path.read_bytes()
    assert data.count(old) == 1
    path.write_bytes(data.replace(old, new))
    return data.index(old)


def destroy_parity(path):
    """So that what is damaged cannot be made good."""
    data = bytearray(path.read_bytes())
    volume = medium.Volume(bytes(data), 4)
    for position in volume.parity_positions():
        data[position * volume.line + 8] ^= 0x55
    path.write_bytes(data)


@pytest.fixture
def damaged(made):
    """An image in whose older part a value is wrong, and the address of that value."""
    later = {f"z{number}": bytes([number]) * 1000 for number in range(5)}
    path = made("damaged", {**KEYS, **later})
    destroy_parity(path)
    return path, patched(path, b"10.0.0.1", b"10.9.9.1")


def test_verify_names_what_is_lost_and_where(damaged, image):
    path, at = damaged
    result = image("verify", "--json", path)
    report = json.loads(result.stdout)
    assert (result.returncode, report["verdict"]) == (1, "DAMAGED")
    assert report["keys_damaged"] == ["net/ip"]
    (damage,) = [place for place in report["damage"] if place["what"] != "parity"]
    assert damage["name"] == "net/ip"
    start = damage["sector"] * 4096 + damage["offset"]
    assert start <= at < start + damage["bytes"]
    assert "net/ip" in image("verify", path).stdout


def test_list_says_that_something_is_damaged(damaged, image):
    path, _ = damaged
    result = image("list", path)
    assert result.returncode == 1
    assert "(damaged)" in result.stdout
    assert "1 of the keys cannot be read" in result.stderr
    result = image("list", "--json", path)
    assert result.returncode == 1
    assert "net/ip" not in {key["name"] for key in json.loads(result.stdout)["keys"]}


def test_get_and_diff_refuse_what_is_damaged(made, damaged, image):
    path, other = damaged[0], made("other", KEYS)
    for arguments in (["get", path, "net/ip"], ["diff", other, path]):
        result = image(*arguments)
        assert (result.returncode, result.stdout) == (2, "")
        assert "'net/ip' is damaged" in result.stderr


def test_torn_write_is_seen_and_does_not_count(done, cfs_sim, tmp_path):
    path = tmp_path / "cut.bin"
    with Serve(cfs_sim, sectors=4) as store:
        store.format()
        store.mount()
        store.put("a", b"1" * 40)
        store.cut(after=1, outcome="torn")
        with pytest.raises(Exception):
            store.put("a", b"2" * 40)
        store.boot()
        store.save(path)
    report = json.loads(done("verify", "--json", path))
    assert (report["verdict"], report["mount"], report["keys"]) == ("ok", "undecided", 1)
    assert len(report["damage"]) > 0


@pytest.mark.parametrize("content, word", [
    (b"\xff" * 4 * 4096, "BLANK"), (b"something else.." * 1024, "FOREIGN"),
])
def test_verify_of_what_is_no_store(image, tmp_path, content, word):
    (tmp_path / "file.bin").write_bytes(content)
    result = image("verify", "--json", "file.bin")
    report = json.loads(result.stdout)
    assert (result.returncode, report["verdict"], report["mount"]) == (1, word, "refused")


# ---- mistakes


def json_keys(*entries):
    return json.dumps({"keys": list(entries)})


GOOD = {"name": "a", "value": "1"}


@pytest.mark.parametrize("name, text, complaint", [
    ("keys.txt", "a=1", "ends neither in .json nor in .csv"),
    ("keys.json", "{", "keys.json:1: this is not JSON"),
    ("keys.json", '{"keys": [],\n "keys": []}', "keys.json:2: this is not JSON: duplicate object key"),
    ("keys.json", "[]", "keys.json: there is no list of keys"),
    ("keys.json", '{"keys": {}}', "there is no list of keys"),
    ("keys.json", '{"keys": [], "colour": "red"}', '"colour" is not known here; known are title'),
    ("keys.json", '{"keys": [1]}', "keys.json: keys[0]: a key is an object"),
    ("keys.json", json_keys(GOOD, {"value": "1"}), 'keys[1]: a key needs either "name"'),
    ("keys.json", json_keys({"name": "a"}), "keys[0]: 'a' has no value"),
    ("keys.json", json_keys({"name": 1, "value": "1"}), '"name" must be a text'),
    ("keys.json", json_keys({"name": "a", "value": 1}), '"value" must be a text'),
    ("keys.json", json_keys({**GOOD, "size": "1"}), '"size" is not known here; known are name'),
    ("keys.json", json_keys({**GOOD, "encoding": "rot13"}), "there is no encoding 'rot13'"),
    ("keys.json", json_keys({**GOOD, "encoding": "hex"}), "the value of 'a' is not hex"),
    ("keys.json", json_keys({**GOOD, "encoding": "base64"}), "the value of 'a' is not base64"),
    ("keys.json", json_keys({**GOOD, "encoding": "file"}), "keys[0]: '1' cannot be read"),
    ("keys.json", json_keys({**GOOD, "encoding": "delete"}), "so it has no value"),
    ("keys.json", json_keys({"name": "a", "encoding": "delete"}), "that is for image edit"),
    ("keys.json", json_keys({"name": "", "value": "1"}), "keys[0]: the name is empty"),
    ("keys.json", json_keys({"name": "a\0b", "value": "1"}), "any byte but 0"),
    ("keys.json", json_keys({"name": "x" * 221, "value": "1"}), "a name has at most 220 bytes"),
    ("keys.json", json_keys({"name_hex": "6", "value": "1"}), "two hexadecimal digits"),
    ("keys.json", json_keys(GOOD, GOOD), "keys.json: 'a' is there twice"),
    ("keys.json", json_keys({"name": "a", "value": "1" * 30000}), "it may have at most"),
    ("keys.json", json_keys(*({"name": f"{n:02}", "value": "1" * 1000} for n in range(20))),
     "does not fit any more"),
    ("keys.csv", "", "keys.csv: the file is empty"),
    ("keys.csv", "a,1\n", "keys.csv:1: 'a' is not a column"),
    ("keys.csv", "name,encoding\na,1\n", "keys.csv:1: the first row names the columns"),
    ("keys.csv", "name,name,value\n", "keys.csv:1: there are two columns 'name'"),
    ("keys.csv", "name,value\na,1\nb\n", "keys.csv:3: this row has 1 fields, the first one has 2"),
    ("keys.csv", "name,value\na,1,2\n", "keys.csv:2: this row has 3 fields"),
    ("keys.csv", 'name,value\n"a\nb",1\n"c",1,2\n', "keys.csv:4: this row has 3 fields"),
    ("keys.csv", 'name,value\na,"1\n', "double quotes stand around a whole field"),
    ("keys.csv", 'name,value\na,1\nb,"1"2\n', "keys.csv:3: double quotes"),
    ("keys.csv", "name,value,encoding\na,1,binary\n", "keys.csv:2: there is no encoding 'binary'"),
    ("keys.csv", "name,value\n,1\n", "keys.csv:2: the name is empty"),
    ("keys.csv", "name,value\na,1\na,2\n", "keys.csv: 'a' is there twice"),
])
def test_mistake_in_a_file_of_keys_is_explained(image, tmp_path, name, text, complaint):
    (tmp_path / name).write_text(text)
    result = image("create", name, "--sectors", "4", "--output", "flash.bin")
    assert (result.returncode, result.stdout) == (2, "")
    assert complaint in result.stderr
    assert result.stderr.count("\n") == 1
    assert [file.name for file in tmp_path.iterdir()] == [name]


@pytest.mark.parametrize("arguments, complaint", [
    (["create"], "which keys and which image"),
    (["create", "flash.json"], "which keys and which image"),
    (["create", "flash.json", "--output", "no/file"], "'no/file' cannot be written"),
    (["create", "flash.json", "--output", "/dev/null"], "'/dev/null' is not a file"),
    (["create", "flash.json", "--output", "x", "--buckets", "3"], "power of two"),
    (["create", "nowhere.json", "--output", "x"], "'nowhere.json' cannot be read"),
    (["edit", "flash.bin", "--set", "a=1"], "--output FILE, or --in-place"),
    (["edit", "flash.bin", "--set", "a=1", "--output", "flash.bin"], "the image itself"),
    (["edit", "flash.bin", "--output", "x"], "say what to change"),
    (["edit", "flash.bin", "--set", "a", "--output", "x"], "--set takes NAME=TEXT, not 'a'"),
    (["edit", "flash.bin", "--set", "=a", "--output", "x"], "the name is empty"),
    (["edit", "flash.bin", "--delete", "no", "--output", "x"], "no key 'no' to delete"),
    (["edit", "flash.bin", "--delete", "a", "--set", "a=1", "--in-place"], "'a' is there twice"),
    (["edit", "flash.json", "--set", "a=1", "--in-place"], "not a number of whole sectors"),
    (["edit", "ff.bin", "--set", "a=1", "--in-place"], "does not mount: BLANK"),
    (["get", "flash.bin", "no"], "no key 'no'"),
    (["get", "flash.bin"], "FILE NAME"),
    (["diff", "flash.bin"], "which two images"),
    (["diff", "flash.bin", "ff.bin"], "'ff.bin' does not mount: BLANK"),
    (["list", "ff.bin"], "'ff.bin' does not mount: BLANK"),
])
def test_mistake_changes_nothing(made, image, tmp_path, arguments, complaint):
    made("flash", {"a": b"1"})
    (tmp_path / "ff.bin").write_bytes(b"\xff" * 4 * 4096)
    before = {file.name: file.read_bytes() for file in tmp_path.iterdir()}
    result = image(*arguments)
    assert (result.returncode, result.stdout) == (2, "")
    assert complaint in result.stderr
    assert result.stderr.count("\n") == 1
    assert {file.name: file.read_bytes() for file in tmp_path.iterdir()} == before
