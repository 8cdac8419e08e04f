# SPDX-License-Identifier: Apache-2.0
"""docs/requirements.md answers for every requirement, and what it points to exists."""
import json
import re
import subprocess

import pytest

# The list is kept here too, so that dropping a row cannot go unnoticed.
IDS = """
REQ_CFSTORE_PROD_GEN_0001 REQ_CFSTORE_PROD_GEN_0002 REQ_CFSTORE_PROD_GEN_0003
REQ_CFSTORE_PROD_GEN_0004 REQ_CFSTORE_PROD_GEN_0005 REQ_CFSTORE_PROD_GEN_0006
REQ_CFSTORE_PROD_SEC_0001 REQ_CFSTORE_PROD_SEC_0002 REQ_CFSTORE_PROD_SEC_0003
REQ_CFSTORE_PROD_SEC_0004 REQ_CFSTORE_PROD_PORT_0001 REQ_CFSTORE_PROD_PORT_0002
REQ_CFSTORE_PROD_PORT_0003 REQ_CFSTORE_PROD_PORT_0004 REQ_CFSTORE_PROD_PORT_0005
REQ_CFSTORE_PROD_PORT_0006 REQ_CFSTORE_PROD_PORT_0007 REQ_CFSTORE_PROD_PORT_0008
REQ_CFSTORE_PROD_PORT_0009 REQ_CFSTORE_ENG_GEN_0001 REQ_CFSTORE_ENG_GEN_0002
REQ_CFSTORE_ENG_GEN_0003 REQ_CFSTORE_THREAD_20160811_01 REQ_CFSTORE_THREAD_20160811_02
REQ_CFSTORE_THREAD_20160811_03 REQ_CFSTORE_THREAD_20160811_04 REQ_CFSTORE_MBEDOS_20161012_01
REQ_CFSTORE_MBEDOS_20161012_02 REQ_CFSTORE_MBEDOS_20161012_03 REQ_CFSTORE_MBEDOS_20161012_04
REQ_CFSTORE_UPDATE_SRV_20161012_03 REQ_CFSTORE_UPDATE_SRV_20161012_04
REQ_CFSTORE_UPDATE_SRV_20161012_05 REQ_CFSTORE_UPDATE_SRV_20161012_09
REQ_CFSTORE_UPDATE_SRV_20161012_10 REQ_CFSTORE_MBEDOS_20160810_01 REQ_CFSTORE_MBEDOS_20160810_03
REQ_CFSTORE_MBEDOS_20160810_04 REQ_CFSTORE_MBEDOS_20160810_05 REQ_CFSTORE_MBEDOS_20160810_06
REQ_CFSTORE_MBEDOS_20160810_07 REQ_CFSTORE_MBEDOS_20160810_08 REQ_CFSTORE_MBEDOS_20160810_09
REQ_CFSTORE_MBEDOS_20160810_11 REQ_CFSTORE_MBEDOS_20160810_12 REQ_CFSTORE_PROV_CLIENT_20160811_01
REQ_CFSTORE_PROV_CLIENT_20160811_02 REQ_CFSTORE_PROV_CLIENT_20160811_03
REQ_CFSTORE_PROV_CLIENT_20160811_04 REQ_CFSTORE_PROV_CLIENT_20161018_01
REQ_CFSTORE_PROV_CLIENT_20161018_02 REQ_CFSTORE_PROV_CLIENT_20161018_03
REQ_CFSTORE_SVM_20161013_01 REQ_CFSTORE_CHAL2_20161012_01 REQ_CFSTORE_CHAL2_20161012_02
REQ_CFSTORE_CHAL2_20161012_07 REQ_CFSTORE_CHAL2_20161012_08 REQ_CFSTORE_MBED_CLIENT_20160810_01
REQ_CFSTORE_MBEDTLS_20160811_01 REQ_ENG_MUX_DEMUX_0001
""".split()

TEST = re.compile(r"`([\w./]+)::(test_\w+)`")
PLANNED = re.compile(r"planned: [^|]*`(lib|targets|sim|os)/")


def rows(root):
    """id -> (asked, decision, how, shown by)."""
    found = {}
    for line in (root / "docs/requirements.md").read_text().split("\n"):
        cells = [cell.strip() for cell in line.strip().strip("|").split("|")]
        if cells[0].startswith("`REQ_"):
            assert len(cells) == 5, line
            assert cells[0].strip("`") not in found, f"{cells[0]} stands there twice"
            found[cells[0].strip("`")] = cells[1:]
    return found


def test_every_requirement_has_its_row(root):
    assert len(IDS) == len(set(IDS)) == 60
    assert sorted(rows(root)) == sorted(IDS)


@pytest.mark.parametrize("requirement", IDS)
def test_row_is_answered(root, requirement):
    asked, decision, how, shown = rows(root)[requirement]
    assert len(asked.split()) > 2 and len(how.split()) > 2
    if decision == "rejected":
        assert len(how.split()) >= 10, "a rejection needs its reason"
    elif decision.startswith("merged with"):
        other = re.fullmatch(r"merged with `(REQ_\w+)`", decision).group(1)
        assert rows(root)[other][1] == "accepted"
    else:
        assert decision == "accepted"
        assert TEST.search(shown) or PLANNED.search(shown), "neither a test nor planned"


def test_every_test_named_exists(root):
    named = TEST.findall((root / "docs/requirements.md").read_text())
    assert len(named) > 20
    for path, name in named:
        text = (root / path).read_text()
        assert re.search(rf"^(def|static void) {name}\(", text, re.M), f"{path} has no {name}"


def test_every_sector_is_erased_equally_often(cfs_sim):
    """The part of PROD_PORT_0008 that no other test looks at. A cut costs at most one more erase, of
    the sector that was being opened: one of eight, and at most one cut in three strikes there. That
    must be little beside the erases that each sector has had: else it shows nothing."""
    result = subprocess.run([cfs_sim, "endurance", "--json", "-"], check=True,
                            capture_output=True, text=True)
    life = json.loads(result.stdout)
    allowed = 1 + life["cuts"] / 24
    assert life["erases_max"] - life["erases_min"] <= allowed < life["erases_min"] / 2


def test_every_sector_is_erased_equally_often_without_cuts(cfs_sim, root, tmp_path):
    workload = (root / "sim/workloads/iot-device.cfg").read_text(encoding="utf-8")
    quiet, changed = re.subn(r"unclean = [\d.]+;", "unclean = 0.0;", workload)
    quiet, cuts = re.subn(r"(power_cuts = \{[^}]*?per_year = )[\d.]+", r"\g<1>0.0", quiet)
    assert (changed, cuts) == (1, 1)
    path = tmp_path / "quiet.cfg"
    path.write_text(quiet, encoding="utf-8")
    result = subprocess.run([cfs_sim, "endurance", "--workload", path, "--json", "-"], check=True,
                            capture_output=True, text=True)
    life = json.loads(result.stdout)
    assert life["cuts"] == 0
    assert life["erases_max"] - life["erases_min"] <= 1
