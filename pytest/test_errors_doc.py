# SPDX-License-Identifier: Apache-2.0
"""docs/errors.md lists exactly the errors of cfs/error.h, each with what to do."""
import re


def errors_in_header(root):
    text = (root / "lib/base/include/cfs/error.h").read_text()
    return re.findall(r"^\s+(CFS_OK|CFS_ERR_\w+) = (-?\d+)", text, re.M)


def rows_in_page(root):
    text = (root / "docs/errors.md").read_text()
    return [[cell.strip() for cell in line.strip("|").split("|")]
            for line in text.split("\n") if line.startswith("| `CFS_")]


def test_page_lists_every_error_in_order_with_its_number(root):
    listed = [(row[0].strip("`"), row[1]) for row in rows_in_page(root)]
    assert listed == errors_in_header(root)
    assert len(listed) >= 20


def test_every_row_says_meaning_state_and_action(root):
    for row in rows_in_page(root):
        assert len(row) == 5, row
        assert all(len(cell) > 3 for cell in row[2:]), row
