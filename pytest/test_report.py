# SPDX-License-Identifier: Apache-2.0
"""The report page: complete in itself, well-formed, and with the numbers of the JSON."""
import html.parser
import json
import re
import subprocess

import pytest

VOID = {"meta", "br", "hr", "img", "input", "link"}


class Page(html.parser.HTMLParser):
    """Elements that open and close in order, their texts by data-key, and all attributes."""

    def __init__(self, text):
        super().__init__()
        self.open, self.keys, self.tags, self.attributes = [], {}, [], []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.attributes += attrs
        if tag not in VOID:
            self.open.append((tag, dict(attrs).get("data-key")))

    def handle_startendtag(self, tag, attrs):
        self.tags.append(tag)
        self.attributes += attrs

    def handle_endtag(self, tag):
        opened, _ = self.open.pop()
        assert opened == tag

    def handle_data(self, data):
        for _, key in self.open:
            if key:
                self.keys[key] = self.keys.get(key, "") + data


@pytest.fixture(scope="module")
def report(cfs_sim, tmp_path_factory):
    folder = tmp_path_factory.mktemp("report")
    subprocess.run([cfs_sim, "endurance", "--report", folder], check=True,
                   stdout=subprocess.DEVNULL)
    return folder


@pytest.fixture(scope="module")
def text(report):
    return (report / "index.html").read_text()


@pytest.fixture(scope="module")
def page(text):
    return Page(text)


@pytest.fixture(scope="module")
def run(report):
    return json.loads((report / "endurance.json").read_text())


def test_page_is_complete_html(text, page):
    assert text.startswith("<!DOCTYPE html>")
    assert page.open == []
    for tag in ("html", "head", "title", "body", "main", "h1"):
        assert page.tags.count(tag) >= 1
    assert page.tags.count("h1") == 1
    assert 'name="viewport" content="width=device-width' in text


def test_page_loads_nothing(text, page):
    assert not {"script", "link", "img", "iframe", "object", "embed"} & set(page.tags)
    for name, value in page.attributes:
        assert name not in ("src", "srcset", "href", "xlink:href", "data", "action")
        assert not name.startswith("on")
        if re.search(r"https?:|//", value or ""):
            assert name.startswith("xmlns"), (name, value)
    assert not re.search(r"@import|url\(", text)


def test_page_has_its_pictures(page):
    assert page.tags.count("svg") >= 3
    labels = [value for name, value in page.attributes if name == "aria-label"]
    assert len([label for label in labels if "year" in label or "updates" in label]) == 3


def shown(value):
    """A number as a person reads it on the page."""
    if isinstance(value, float):
        if value == int(value) and value < 1000:
            return {f"{value:g}", f"{value:,.0f}", f"{value:.1f}", f"{value:.2f}"}
        return {f"{value:,.0f}" if value >= 100 else f"{value:.1f}" if value >= 10
                else f"{value:.2f}"}
    return {f"{value:,}", str(value)}


def looked_up(run, key):
    value = run
    for part in key.split("."):
        value = value[int(part)] if part.isdigit() else value[part]
    return value


def test_numbers_on_the_page_are_those_of_the_json(page, run):
    expected = {"years", "updates", "cuts", "cuts_nested", "lost", "boots", "erases_min",
                "erases_max", "life_years", "write_amplification", "mean_ms", "p99_ms", "worst_ms",
                "worst_max_ms", "retention_life_years", "sectors", "keys"}
    assert expected <= set(page.keys)
    for key, text in page.keys.items():
        value = looked_up(run, key)
        assert text.strip() in (shown(value) if not isinstance(value, str) else {value}), key


def test_heat_map_has_a_cell_for_every_sector_and_year(text, run):
    cells = re.findall(r'title="sector (\d+), year (\d+): ([\d,]+) erases"', text)
    expected = [(str(sector), f"{sample['year']:.0f}", f"{sample['erases'][sector]:,}")
                for sector in range(run["sectors"]) for sample in run["samples"][1:]]
    assert cells == expected


def test_table_has_every_sample(text, run):
    rows = re.findall(r"<tr><td>(.*?)</td></tr>", text)
    assert len(rows) == len(run["samples"])
    last = rows[-1].split("</td><td>")
    assert last == ["20", *(f"{run['samples'][-1][key]:,}" for key in (
        "updates", "boots", "cuts", "programmed_bytes", "payload_bytes")),
        f"{sum(run['samples'][-1]['erases']):,}"]


def test_page_in_docs_explains_every_key(root, run):
    explained = set(re.findall(r"`([a-z0-9_]+)`", (root / "docs/report.md").read_text()))
    assert set(run) <= explained
    for part in ("counters", "latency"):
        assert set(run[part]) <= explained
    assert set(run["samples"][0]) | set(run["each_life"][0]) <= explained


def test_verdict_is_the_runs(root, text, run, tmp_path):
    assert "Nothing was lost, and the part lasts." in text
    bad = {**run, "passed": False, "worn_out_year": 7}
    (tmp_path / "bad.json").write_text(json.dumps(bad))
    subprocess.run([root / "scripts/report", tmp_path / "bad.json"], check=True)
    assert "The part wears out in year 7." in (tmp_path / "index.html").read_text()
    assert 'class="verdict bad"' in (tmp_path / "index.html").read_text()


def test_title_cannot_inject_markup(root, run, tmp_path):
    (tmp_path / "run.json").write_text(json.dumps({**run, "title": "<script>alert(1)</script>"}))
    subprocess.run([root / "scripts/report", tmp_path / "run.json"], check=True)
    assert "script" not in Page((tmp_path / "index.html").read_text()).tags


@pytest.mark.parametrize("content, complaint", [
    (None, "cannot be read"), ("{", "is not JSON"), ("{}", "is not the result of an endurance run"),
    ("[]", "is not the result of an endurance run"),
])
def test_bad_input_gets_one_sentence(root, tmp_path, content, complaint):
    if content is not None:
        (tmp_path / "in.json").write_text(content)
    result = subprocess.run([root / "scripts/report", tmp_path / "in.json"], capture_output=True,
                            text=True)
    assert result.returncode == 2
    assert complaint in result.stderr
    assert result.stderr.count("\n") == 1


def test_same_seed_same_page(cfs_sim, tmp_path):
    pages = []
    for name in ("first", "second"):
        subprocess.run([cfs_sim, "endurance", "--years", "1", "--seed", "3", "--report",
                        tmp_path / name], check=True, capture_output=True)
        pages.append((tmp_path / name / "index.html").read_bytes())
    assert pages[0] == pages[1]
