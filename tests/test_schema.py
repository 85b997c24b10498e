"""A column of a dossier is declared once: reading, judging, storing, listing and the demo follow, in a copy of the
product that has three more."""

import csv
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from cchc import exports
from cchc.config import ROOT
from cchc.importing import mapping
from cchc.schema import COLUMNS, DOSSIER
from cchc.store.counts import COUNTS
from cchc.text import LANGUAGES
from tests import building
from tests.building import dossier

EVERY = pytest.mark.parametrize("column", COLUMNS, ids=lambda column: column.name)

# What a column costs: one entry of the schema, and the headings an export may give it.
ENTRIES = """
    Column("supplement_requests", "number", Text("số lần yêu cầu bổ sung", "supplement requests"),
           Text("Số lần bổ sung", "Supplements"), least=0, most=50),
    Column("supplemented_at", "time", Text("ngày bổ sung", "date supplemented"), Text("Bổ sung", "Supplemented")),
    Column("by_proxy", "flag", Text("nộp thay", "filed by proxy"), Text("Nộp thay", "By proxy")),
"""
HEADS = ("Số lần bổ sung", "Supplements", "Nộp thay", "By proxy", "Bổ sung", "Supplemented")
HEADINGS = 'supplement_requests = ["Supplements asked for"]\nby_proxy = ["Proxy"]\nsupplemented_at = ["Supplemented"]\n'
ROWS = """dossier_id,unit,procedure,channel,received_at,finished_at,Supplements asked for,Proxy,Supplemented
H59-1,A,birth,counter,2024-03-04,2024-03-05,3,yes,2024-03-04 09:30
H59-2,A,birth,counter,2024-03-04,2024-03-05,0,no,
H59-3,A,birth,counter,2024-03-04,2024-03-05,,,
H59-4,A,birth,counter,2024-03-04,2024-03-05,many,maybe,
"""
# Imports onto what the product without these columns published, then lists what is there.
PROGRAM = """
import sys
from pathlib import Path
from cchc import demo, exports
from cchc.__main__ import main
from cchc.figures.filters import from_params
from cchc.store import snapshots

data = Path(sys.argv[1])
assert main(["--data", str(data), "verify"]) == 0
assert main(["--data", str(data), "import", str(data / "export.csv"), "--dataset", "tra-cu", "--as-of", "2024-06-01",
             "--accept", "undated", "--accept", "as-of", "--problems", str(data / "problems.csv")]) == 0
snapshot = snapshots.current(data, "tra-cu")
asked = from_params({"start": ["2024-03-01"], "end": ["2024-03-31"]}, snapshot)[0]
for language in ("vi", "en"):
    (data / f"list-{language}.csv").write_bytes(exports.to_csv(snapshot, asked, "received", "", language))
assert demo.build("my-hao")["supplement_requests"].null_count == demo.build("my-hao").num_rows
"""


@pytest.fixture
def wider(tmp_path: Path) -> Path:
    """A copy of the product whose dossiers have three more columns."""
    product = tmp_path / "product"
    shutil.copytree(ROOT / "cchc", product / "cchc", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copytree(ROOT / "data" / "reference", product / "data" / "reference")
    schema, headings = product / "cchc" / "schema.py", product / "cchc" / "mappings" / "cchc.toml"
    text = schema.read_text(encoding="utf-8")
    last = re.search(r'    Column\("rating".*?\),\n(?=    )', text, re.DOTALL)
    assert last
    schema.write_text(text[: last.end()] + ENTRIES + text[last.end() :], encoding="utf-8")
    text = headings.read_text(encoding="utf-8")
    headings.write_text(text.replace("[columns]\n", f"[columns]\n{HEADINGS}"), encoding="utf-8")
    return product


@pytest.mark.slow
def test_a_new_column_is_read_judged_stored_and_listed_onto_older_data_without_another_line(
    wider: Path, tmp_path: Path
) -> None:
    data = tmp_path / "data"
    building.publish(data, [dossier(dossier_id="H59-OLD1", finished_at="2024-03-05")])
    (data / "export.csv").write_text(ROWS, encoding="utf-8")
    ran = subprocess.run(
        [sys.executable, "-c", PROGRAM, str(data)], cwd=wider, capture_output=True, text=True, check=False
    )
    assert ran.returncode == 0, ran.stdout + ran.stderr

    found = {language: listed(data / f"list-{language}.csv") for language in LANGUAGES}
    assert found["vi"] == {
        "H59-1": ["3", "Có", "04/03/2024 09:30:00"], "H59-2": ["0", "Không", ""],
        **{f"H59-{name}": ["", "", ""] for name in ("OLD1", "3", "4")},
    }  # fmt: skip
    assert found["en"]["H59-1"] == ["3", "Yes", "04/03/2024 09:30:00"]
    with (data / "problems.csv").open(encoding="utf-8-sig") as file:
        said = {row[4]: (row[3], row[5]) for row in csv.reader(file)}
    assert said["many"] == (
        "Supplements asked for",
        "không phải số lần yêu cầu bổ sung từ 0 đến 50 hay từ có trong ánh xạ, coi như không rõ",
    )  # fmt: skip
    assert said["maybe"] == ("Proxy", "không hiểu giá trị có/không, coi như không rõ")


def listed(file: Path) -> dict[str, list[str]]:
    """The new cells of a list by the dossier's id, as they are declared."""
    lines = list(csv.reader(file.read_text(encoding="utf-8-sig").splitlines()))
    heads = next(n for n, line in enumerate(lines) if len(line) > 3)
    at = [lines[heads].index(name) for name in HEADS if name in lines[heads]]
    return {line[0]: [line[n] for n in at] for line in lines[heads + 1 :]}


# --- The other half ---


@EVERY
def test_a_column_has_words_in_both_languages(column) -> None:
    assert all(column.label[language] for language in LANGUAGES)
    assert column.heading is None or all(column.heading[language] for language in LANGUAGES)


@EVERY
def test_the_mapping_of_the_product_s_own_names_names_every_column(column) -> None:
    assert mapping.read("cchc").columns[column.name] == (column.name,)


@EVERY
def test_the_page_on_mappings_explains_every_column(column) -> None:
    assert re.search(
        rf"^\|.*`{column.name}`.*\|", (ROOT / "docs" / "mapping.md").read_text(encoding="utf-8"), re.MULTILINE
    )


@pytest.mark.parametrize("name", [name for name in DOSSIER.names if name != "exported_on"])
def test_every_column_that_is_kept_is_read_by_a_rule_a_count_or_a_list(name: str) -> None:
    rules = (ROOT / "cchc" / "store" / "dossiers.sql").read_text(encoding="utf-8")
    conditions = " ".join(count.condition for count in COUNTS.values())
    assert re.search(rf"\b{name}\b", rules + conditions) or name in exports.COLUMNS


def test_no_column_can_hold_free_text_which_may_name_a_person() -> None:
    assert {column.kind for column in COLUMNS} == {"id", "name", "choice", "time", "flag", "number", "label"}
