"""`python -m cchc report`: what it writes, its exit status, and that a file is whole or not there."""

import csv
import io
import os
import zipfile
from pathlib import Path

import openpyxl
import pytest

from cchc import reports
from cchc.__main__ import main
from cchc.store.snapshots import Snapshot
from tests import building
from tests.building import DATASET
from tests.reports.asking import asked, varied, workbook

pytestmark = pytest.mark.slow

MARCH = "start=2024-03-01&end=2024-03-31"


@pytest.fixture
def snapshot(tmp_path: Path) -> Snapshot:
    """In the data folder that the command line finds by itself."""
    return building.publish(tmp_path / "data", varied())


def written(kind: str, out: Path, filters: str = MARCH, dataset: str = DATASET) -> int:
    return main(["report", kind, "--dataset", dataset, "--filters", filters, "--out", str(out)])


def test_the_file_is_that_of_the_page(snapshot: Snapshot, tmp_path: Path, capsys) -> None:
    out = tmp_path / "bieu.xlsx"
    assert written("bieu-06a", out, f"{MARCH}&unit=A") == 0
    assert capsys.readouterr().out.strip() == str(out)
    found = openpyxl.load_workbook(out)
    page = workbook("bieu-06a", asked(snapshot, "2024-03-01", "2024-03-31", units=("A",)), formulas=True)
    for sheet in page:
        theirs = [[cell.value for cell in row] for row in found[sheet.title].iter_rows()]
        ours = [[cell.value for cell in row] for row in sheet.iter_rows()]
        assert [row for row in theirs if "lập lúc" not in str(row)] == [
            row for row in ours if "lập lúc" not in str(row)
        ]


def test_each_unit_has_the_file_it_has_alone_and_who_has_none_is_listed_with_the_reason(
    snapshot: Snapshot, tmp_path: Path, capsys
) -> None:
    together = tmp_path / "moi-xa.zip"
    command = ["report", "bieu-06a", "--dataset", DATASET, "--filters", MARCH, "--each-unit", "--out"]
    assert main([*command, str(together)]) == 0
    with zipfile.ZipFile(together) as archive:
        listed = {
            row["don_vi"]: row for row in csv.DictReader(io.StringIO(archive.read("danh-sach.csv").decode("utf-8-sig")))
        }
        files = {unit: archive.read(row["tep"]) for unit, row in listed.items() if row["tep"]}
    assert list(listed) == list(building.UNITS)
    assert all((row["tep"] == "") == ("không có hồ sơ nào" in row["ghi_chu"]) for row in listed.values())
    assert listed["C"]["tep"] == ""
    assert len(files) > 1
    for unit, content in files.items():
        assert written("bieu-06a", tmp_path / "rieng.xlsx", f"{MARCH}&unit={unit}") == 0
        alone, ours = openpyxl.load_workbook(tmp_path / "rieng.xlsx"), openpyxl.load_workbook(io.BytesIO(content))
        for sheet in alone:
            rows = [[[cell.value for cell in row] for row in book[sheet.title].iter_rows()] for book in (alone, ours)]
            one, other = ([row for row in each if "lập lúc" not in str(row)] for each in rows)
            assert one == other
    capsys.readouterr()
    assert main([*command, str(tmp_path / "moi-xa.xlsx")]) == 2
    assert ".zip" in capsys.readouterr().err
    assert not (tmp_path / "moi-xa.xlsx").exists()


@pytest.mark.parametrize(
    ("kind", "name", "filters", "dataset", "said"),
    [
        ("bieu-06z", "a.xlsx", MARCH, DATASET, "bieu-06a"),
        ("bieu-06a", "a.docx", MARCH, DATASET, ".xlsx"),
        ("bieu-06a", "a.xlsx", "start=2030-01-01&end=2030-01-31", DATASET, "nằm ngoài số liệu"),
        ("bieu-06a", "a.xlsx", "unit=C", DATASET, "Thị trấn Định An"),
        ("bieu-06a", "a.xlsx", "unit=99", DATASET, "99"),
        ("bieu-06a", "a.xlsx", "start=2024-13-01", DATASET, "2024-13-01"),
        ("bieu-06a", "a.xlsx", MARCH, "nowhere", "nowhere"),
        ("bieu-06a", "nowhere/a.xlsx", MARCH, DATASET, "nowhere"),
    ],
)
def test_a_users_error_is_one_sentence_and_no_file(
    snapshot, tmp_path, capsys, kind, name, filters, dataset, said
) -> None:
    before = sorted(tmp_path.rglob("*"))
    assert written(kind, tmp_path / name, filters, dataset) == 2
    printed = capsys.readouterr()
    assert printed.out == ""
    [line] = printed.err.splitlines()
    assert said in line
    assert sorted(tmp_path.rglob("*")) == before


def test_an_error_speaks_the_users_language(snapshot: Snapshot, tmp_path: Path, capsys, monkeypatch) -> None:
    monkeypatch.setenv("CCHC_LANG", "en")
    assert written("bieu-06a", tmp_path / "a.xlsx", "unit=C") == 2
    assert capsys.readouterr().err.startswith("No report can be made")


def test_a_bug_shows_itself_and_leaves_the_old_file(snapshot: Snapshot, tmp_path: Path, monkeypatch) -> None:
    """As in a cron job: what was there before a failure is still there, whole, and nothing beside it."""
    out = tmp_path / "bieu.xlsx"
    assert written("bieu-06a", out) == 0
    before = out.read_bytes()

    def broken(made: object) -> bytes:
        raise ZeroDivisionError

    monkeypatch.setattr(reports, "to_file", broken)
    with pytest.raises(ZeroDivisionError):
        written("bieu-06a", out)
    assert out.read_bytes() == before
    assert [each.name for each in tmp_path.iterdir() if each.is_file()] == ["bieu.xlsx"]


def test_a_crash_while_writing_leaves_the_old_file(snapshot: Snapshot, tmp_path: Path, monkeypatch) -> None:
    out = tmp_path / "bieu.xlsx"
    assert written("bieu-06a", out) == 0
    before = out.read_bytes()

    def full(handle: int) -> None:
        raise OSError("no space left on device")

    monkeypatch.setattr(os, "fsync", full)
    assert written("bieu-06a", out) == 2
    monkeypatch.undo()
    assert out.read_bytes() == before
    assert [each.name for each in tmp_path.iterdir() if each.is_file()] == ["bieu.xlsx"]


def test_a_folder_is_no_file(snapshot: Snapshot, tmp_path: Path, capsys) -> None:
    (tmp_path / "there.xlsx").mkdir()
    assert written("bieu-06a", tmp_path / "there.xlsx") == 2
    assert "there.xlsx" in capsys.readouterr().err
    assert list((tmp_path / "there.xlsx").iterdir()) == []


def test_every_kind_says_what_it_is() -> None:
    for id_, kind in reports.KINDS.items():
        assert kind.id == id_
        assert kind.title.vi
        assert kind.title.en
        assert kind.ending in ("xlsx", "docx")


@pytest.mark.parametrize("kind", reports.KINDS)
def test_the_demo_gives_every_kind_its_figures_allow(demo_data: Path, kind: str, tmp_path: Path) -> None:
    out = tmp_path / f"a.{reports.KINDS[kind].ending}"
    done = [
        main(["report", kind, "--dataset", dataset, "--out", str(out), "--data", str(demo_data)])
        for dataset in ("tra-cu", "thanh-ha", "my-hao")
    ]
    assert 0 in done
    assert set(done) <= {0, 2}
    assert io.BytesIO(out.read_bytes()).read(2) == b"PK"
