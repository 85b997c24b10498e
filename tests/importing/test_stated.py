"""The days that stand above a table are proposed: as the day of the export, and as the first day covered."""

import datetime
from pathlib import Path

import pytest

from cchc import importing
from cchc.importing import Prepared
from cchc.text import LANGUAGES
from tests.exports import DATASET, dossiers, table, write_csv, write_sheets

pytestmark = pytest.mark.slow

# Of the dossiers of `dossiers`.
LAST = datetime.date(2023, 1, 9)
NEXT_DAY = datetime.date(2023, 1, 10)


def read(path: Path, title: str, covers_from: datetime.date | None = None) -> Prepared:
    rows = dossiers(20)
    if path.suffix == ".csv":
        write_csv(path, rows)
        path.write_text(f"{title},,\n{path.read_text(encoding='utf-8')}", encoding="utf-8")
    else:
        write_sheets(path, {"S": [["UBND TỈNH"], [title], *table(rows)]})
    data = path.parent / "data"
    return importing.read_export([path], DATASET, None, mapping="cchc", data=data, covers_from=covers_from)


@pytest.mark.parametrize("file", ["a.csv", "a.xlsx"])
@pytest.mark.parametrize(
    "title",
    [
        "DANH SÁCH HỒ SƠ (Từ ngày 01/01/2023 đến ngày 10/01/2023)",
        "Tính đến ngày 10/01/2023",
        "Số liệu tính đến hết ngày 10 tháng 01 năm 2023",
        "Từ 1/12/2022 - 10/1/2023",
    ],
)
def test_the_last_day_above_the_table_is_the_day_of_the_export(tmp_path: Path, file: str, title: str) -> None:
    with read(tmp_path / file, title) as prepared:
        assert prepared.report.as_of == NEXT_DAY
        assert prepared.report.counts.kept == 20
        for language, said in zip(LANGUAGES, ("tiêu đề", "above the table"), strict=True):
            assert any(said in text[language] for text in prepared.report.notes)


@pytest.mark.parametrize(
    "title",
    [
        "Hà Nội, ngày 10 tháng 01 năm 2023",  # of a signature
        "Từ ngày 01/01/2023 đến ngày 08/01/2023",  # something happened later
        "Tính đến ngày 20/02/2023",  # long after all that happened
        "Số liệu tháng 12 năm 2099",
        "Tính đến ngày 31/02/2023",
        "Từ ngày 10/01/2023 đến ngày 01/01/2023",
    ],
)
def test_a_day_that_cannot_be_meant_is_not_taken(tmp_path: Path, title: str) -> None:
    with read(tmp_path / "a.csv", title) as prepared:
        assert prepared.report.as_of == LAST


@pytest.mark.parametrize(
    ("title", "first"),
    [
        ("Từ ngày 15/11/2022 đến ngày 10/01/2023", "2022-11-15"),
        ("Số liệu tháng 12 năm 2022", "2022-12-01"),
        ("Quý IV/2022", "2022-10-01"),
    ],
)
def test_the_first_day_above_the_table_is_offered_and_not_taken(tmp_path: Path, title: str, first: str) -> None:
    with read(tmp_path / "a.csv", title) as prepared:
        assert prepared.report.since is not None
        assert not prepared.report.since.coverage.declared
        assert [each for each in prepared.report.notes if f"--from {first}" in each.vi and f"--from {first}" in each.en]
    with read(tmp_path / "b.csv", title, datetime.date(2022, 12, 31)) as prepared:
        assert not any("--from" in each.vi for each in prepared.report.notes)
