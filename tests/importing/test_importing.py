"""What becomes of every row of an export: kept, rejected and listed, not received, duplicate or superseded."""

import csv
import datetime
import gc
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cchc import importing
from cchc.config import ROOT
from cchc.rules import references
from cchc.store import snapshots
from cchc.text import UserError
from tests import building, slow_import
from tests.exports import (
    AS_OF,
    DATASET,
    dossier,
    dossiers,
    read,
    write_csv,
    write_lines,
    write_mapping,
    write_references,
)

pytestmark = pytest.mark.slow


@pytest.fixture
def data(tmp_path: Path) -> Path:
    return tmp_path / "data"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "export.csv"


def judged(file: Path, data: Path, **changes: str) -> Any:
    """One row with `changes` among fifty clean ones: the import, and its dossiers without the clean ones."""
    found = read(write_csv(file, [dossier(0, **changes), *dossiers(50)]), data=data)
    return found, {id_: row for id_, row in found.dossiers.items() if id_ == dossier(0)["dossier_id"]}


@pytest.mark.check
def test_a_clean_row_is_kept_as_it_is(file: Path, data: Path) -> None:
    found = read(write_csv(file, [dossier(1, rating="4", fee_due="yes", paid_online="no")]), data=data)
    [kept] = found.dossiers.values()
    assert kept["unit"] == "xa-mot"
    assert kept["procedure"] == "2.000815"
    assert kept["received_at"] == datetime.datetime(2023, 1, 5, 8, 30)
    assert kept["due_at"] == datetime.datetime(2023, 1, 10, 17)
    assert (kept["status"], kept["rating"], kept["fee_due"], kept["paid_online"]) == ("done", 4, True, False)
    assert kept["components_digitised"] is None
    assert kept["exported_on"] == AS_OF
    assert (found.report.counts.read, found.report.counts.kept) == (1, 1)


@pytest.mark.parametrize(
    ("changes", "kind"),
    [
        ({"dossier_id": ""}, "no_id"),
        ({"dossier_id": "Nguyễn Văn A"}, "bad_id"),
        ({"dossier_id": "1" * 65}, "bad_id"),
        ({"unit": ""}, "no_unit"),
        ({"procedure": " "}, "no_procedure"),
        ({"channel": "fax"}, "unknown_channel"),
        ({"status": ""}, "no_status"),
        ({"status": "lost"}, "unknown_status"),
        ({"received_at": ""}, "no_received"),
        ({"received_at": "hôm qua"}, "unreadable_received"),
        ({"received_at": "2023-02-30"}, "unreadable_received"),
        ({"received_at": "0023-01-05"}, "unreadable_received"),
        ({"due_at": "2023-13-01"}, "unreadable_due"),
        ({"finished_at": "?"}, "unreadable_finished"),
        ({"returned_at": "2023-01-10T25:00"}, "unreadable_returned"),
        ({"received_at": "2024-01-01", "due_at": "", "finished_at": "", "status": "open"}, "received_after_as_of"),
        ({"finished_at": "2024-01-01"}, "finished_after_as_of"),
        ({"returned_at": "2024-01-01"}, "returned_after_as_of"),
        ({"finished_at": "2023-01-04 23:59:59"}, "finished_before_received"),
        ({"returned_at": "2023-01-04"}, "returned_before_received"),
        ({"finished_at": ""}, "ended_without_date"),
        ({"finished_at": "", "status": "withdrawn"}, "ended_without_date"),
        ({"status": "open"}, "open_with_date"),
        ({"status": "waiting", "finished_at": "", "returned_at": "2023-01-09"}, "open_with_date"),
    ],
)
def test_a_row_that_cannot_be_meant_is_rejected_and_listed(
    file: Path, data: Path, changes: dict[str, str], kind: str
) -> None:
    found, kept = judged(file, data, **changes)
    assert found.kinds == {kind: 1}
    assert not kept
    assert (found.report.counts.rejected, found.report.counts.kept) == (1, 50)
    [problem] = found.report.first_problems(10)
    assert (problem.file, problem.row, problem.rejected) == ("export.csv", 2, True)


@pytest.mark.parametrize(
    ("changes", "kind", "column"),
    [
        ({"finished_at": "2023-01-05 08:29:59"}, "finished_earlier_that_day", "finished_at"),
        ({"due_at": "2023-01-04"}, "due_before_received", "due_at"),
        ({"due_at": "2032-01-10"}, "due_far_off", "due_at"),
        ({"due_at": "2021-12-31"}, "due_far_off", "due_at"),
        ({"channel": ""}, "no_channel", "channel"),
        ({"fee_due": "maybe"}, "unknown_fee_due", "fee_due"),
        ({"rating": "6"}, "unknown_rating", "rating"),
        ({"rating": "good"}, "unknown_rating", "rating"),
    ],
)
def test_a_suspicious_row_is_kept_and_listed(
    file: Path, data: Path, changes: dict[str, str], kind: str, column: str
) -> None:
    rows = [dossier(0, **{"fee_due": "", "rating": "", **changes}), *dossiers(50, fee_due="1", rating="5.0")]
    found = read(write_csv(file, rows), data=data)
    assert found.kinds == {kind: 1}
    assert found.report.counts.kept == 51
    [problem] = found.report.first_problems(10)
    assert (problem.column, problem.value, problem.rejected) == (column, changes[column], False)
    if column in ("fee_due", "rating"):
        assert found.dossiers[rows[0]["dossier_id"]][column] is None


def test_every_problem_of_a_row_is_listed_and_the_row_counted_once(file: Path, data: Path) -> None:
    found, kept = judged(file, data, channel="fax", status="lost", received_at="2024-02-01", due_at="")
    assert found.kinds == dict.fromkeys(
        ("unknown_channel", "unknown_status", "received_after_as_of", "finished_before_received"), 1
    )
    assert found.report.counts.rejected == 1
    assert not kept


def test_a_dossier_not_received_is_counted_and_is_no_problem(file: Path, data: Path) -> None:
    found, kept = judged(file, data, status="not_received", received_at="", finished_at="")
    assert (found.report.counts.not_received, found.kinds, kept) == (1, {}, {})


def test_a_footer_is_listed_without_its_words(file: Path, data: Path) -> None:
    blank = dict.fromkeys(dossier(), "")
    rows = [*dossiers(30), {**blank, "dossier_id": "Người lập: Trần Thị B"}, {**blank, "unit": "Tổng cộng"}]
    found = read(write_csv(file, rows), data=data)
    assert found.kinds["not_a_dossier"] == 2
    assert [(p.row, p.value) for p in found.report.first_problems(9)] == [(32, ""), (33, "")]


def test_identical_rows_are_kept_once(file: Path, data: Path) -> None:
    rows = [dossier(1), dossier(2), dossier(1, received_at="2023-01-05T08:30:00", unit=" XÃ  MỘT ")]
    found = read(write_csv(file, rows), data=data)
    assert (found.report.counts.kept, found.report.counts.duplicates) == (2, 1)
    assert found.kinds == {}


def test_two_different_rows_with_one_id_are_both_rejected(file: Path, data: Path) -> None:
    rows = [dossier(1), dossier(2), dossier(1, finished_at="2023-01-08")]
    found = read(write_csv(file, rows), data=data)
    assert found.kinds == {"conflicting": 2}
    assert [(p.row, p.value) for p in found.report.first_problems(9)] == [(n, rows[0]["dossier_id"]) for n in (2, 4)]
    assert list(found.dossiers) == [rows[1]["dossier_id"]]


def test_a_row_that_contradicts_a_rejected_one_is_rejected_too(file: Path, data: Path) -> None:
    rows = [dossier(1), dossier(1, channel="fax"), *dossiers(30)[1:]]
    found = read(write_csv(file, rows), data=data)
    assert found.kinds == {"conflicting": 2, "unknown_channel": 1}
    assert found.report.counts.rejected == 2


def test_a_later_file_of_one_import_supersedes_an_earlier_one(tmp_path: Path, data: Path) -> None:
    first = write_csv(tmp_path / "a.csv", [dossier(1, status="open", finished_at=""), dossier(2)])
    second = write_csv(tmp_path / "b.csv", [dossier(1), dossier(3)])
    found = read(first, second, data=data)
    assert (found.report.counts.read, found.report.counts.kept, found.report.counts.superseded) == (4, 3, 1)
    assert found.dossiers[dossier(1)["dossier_id"]]["status"] == "done"
    assert read(second, first, data=data).dossiers[dossier(1)["dossier_id"]]["status"] == "open"


def test_a_later_export_replaces_the_dossiers_of_the_snapshot(tmp_path: Path, data: Path) -> None:
    first = write_csv(tmp_path / "a.csv", [dossier(1, status="open", finished_at=""), dossier(2)])
    read(first, data=data, as_of=datetime.date(2023, 1, 7), publish=False)
    with importing.read_export([first], DATASET, datetime.date(2023, 1, 31), mapping=None, data=data) as prepared:
        prepared.publish()
    second = write_csv(tmp_path / "b.csv", [dossier(1), dossier(3, status="not_received")])
    found = read(second, data=data, publish=True)
    assert sorted(found.dossiers) == [dossier(1)["dossier_id"], dossier(2)["dossier_id"]]
    assert found.dossiers[dossier(1)["dossier_id"]]["status"] == "done"
    assert found.dossiers[dossier(2)["dossier_id"]]["exported_on"] == datetime.date(2023, 1, 31)
    current = building.current(data, DATASET)
    assert current.as_of == AS_OF


def test_an_older_export_adds_dossiers_but_replaces_none(tmp_path: Path, data: Path) -> None:
    read(write_csv(tmp_path / "a.csv", [dossier(1)]), data=data, publish=True)
    old = write_csv(tmp_path / "b.csv", [dossier(1, status="open", finished_at=""), dossier(2)])
    found = read(old, data=data, as_of=datetime.date(2023, 1, 31), publish=True)
    assert found.report.counts.superseded == 1
    assert found.dossiers[dossier(1)["dossier_id"]]["status"] == "done"
    assert sorted(found.dossiers) == [dossier(1)["dossier_id"], dossier(2)["dossier_id"]]
    current = building.current(data, DATASET)
    assert current.as_of == AS_OF


def test_a_dossier_that_turns_out_not_received_leaves_the_snapshot(tmp_path: Path, data: Path) -> None:
    read(write_csv(tmp_path / "a.csv", dossiers(3)), data=data, publish=True)
    found = read(write_csv(tmp_path / "b.csv", [dossier(1, status="not_received")]), data=data)
    assert sorted(found.dossiers) == [dossier(2)["dossier_id"], dossier(3)["dossier_id"]]


def test_the_same_file_twice_gives_the_same_snapshot(file: Path, data: Path) -> None:
    write_csv(file, dossiers(5))
    ids = []
    for _ in range(2):
        with importing.read_export([file], DATASET, AS_OF, mapping=None, data=data) as prepared:
            snapshot, new = prepared.publish(["as-of"])
            ids.append((snapshot.id, new))
    assert ids == [(ids[0][0], True), (ids[0][0], False)]


def test_preview_writes_nothing_and_leaves_nothing(
    file: Path, data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(scratch))
    read(write_csv(file, dossiers(5)), data=data)
    with pytest.raises(UserError):
        read(write_lines(tmp_path / "bad.csv", "a,b", "1,2"), data=data)
    assert not data.exists()
    assert not list(scratch.iterdir())


def test_an_import_without_a_usable_row_is_not_published(file: Path, data: Path) -> None:
    write_csv(file, dossiers(3, channel="fax"))
    with importing.read_export([file], DATASET, AS_OF, mapping=None, data=data) as prepared:
        assert prepared.report.counts.rejected == 3
        with pytest.raises(UserError, match="All 3 rows were rejected"):
            prepared.publish()
    assert not (data / "snapshots").exists()


def test_demo_data_is_never_mixed_with_real_dossiers(file: Path, own_demo_data: Path) -> None:
    rows = dossiers(3, unit="Xã Ngọc Biên", procedure="2.000815")
    found = read(write_csv(file, rows), data=own_demo_data, dataset="tra-cu", publish=True)
    assert len(found.dossiers) == 3
    assert any("demonstration" in note.en for note in found.report.notes)
    current = building.current(own_demo_data, "tra-cu")
    assert not current.demo


def test_an_export_is_added_to_the_last_good_snapshot_when_the_current_one_is_damaged(file: Path, data: Path) -> None:
    read(write_csv(file, dossiers(2)), data=data, publish=True)
    read(write_csv(file, dossiers(3)), data=data, publish=True)
    current = building.current(data, DATASET)
    target = building.file_of(current, "dossiers.parquet")
    target.chmod(0o644)
    target.write_bytes(target.read_bytes()[:-1] + b"x")
    report = read(write_csv(file, dossiers(4)), data=data, publish=True)
    assert any("damaged" in note.en for note in report.report.notes)
    mended = building.current(data, DATASET)
    assert mended.id != current.id
    assert snapshots.check(mended) == []
    assert mended.manifest["dossiers"] == 4


def test_personal_data_of_columns_not_mapped_never_gets_in(file: Path, data: Path) -> None:
    secrets = {"Họ tên": "Trần Thị Bí Mật", "SĐT": "0912345678", "note": "khai tử cho ông Bí Mật"}
    rows = [{**dossier(n), **secrets} for n in range(1, 6)] + [{**dossier(7, channel="fax"), **secrets}]
    with importing.read_export([write_csv(file, rows)], DATASET, AS_OF, mapping=None, data=data) as prepared:
        assert prepared.report.dropped_columns == ("Họ tên", "SĐT", "note")
        snapshot, _ = prepared.publish(["as-of", "rejected"])
        importing.write_problems(prepared.report, data / "problems.csv", "vi")
        scratch = [path for path in prepared.dossiers.parent.rglob("*") if path.is_file() and not path.is_symlink()]
        for path in [*scratch, *snapshot.folder.rglob("*"), data / "problems.csv"]:
            if path.is_file():
                content = path.read_bytes()
                assert not any(secret.encode() in content for secret in ("Bí Mật", "0912345678"))


@pytest.mark.parametrize("column", ["unit", "procedure", "channel"])
def test_a_column_of_names_cannot_become_units_or_procedures(file: Path, data: Path, column: str) -> None:
    rows = [dossier(n, **{column: f"Nguyễn Văn {n}"}) for n in range(300)]
    with pytest.raises(UserError, match="300 different values"):
        read(write_csv(file, rows), data=data)


FAMILIES = ("Nguyễn", "Trần", "LÊ", "Phạm", "Hoàng", "Vũ", "Đặng", "Bùi", "Thạch", "Kim")
GIVEN = ("An", "Bình", "Cường", "Dung", "Em", "Giang", "Hà", "Khánh", "Lan", "Minh", "Nga", "Oanh")


@pytest.mark.parametrize("column", ["unit", "procedure", "unit_name"])
@pytest.mark.parametrize(("people", "rows"), [(120, 120), (10, 400)], ids=["applicants", "officers"])
def test_names_of_few_persons_cannot_become_units_or_procedures(
    file: Path, data: Path, column: str, people: int, rows: int
) -> None:
    names = [f"{family} Ngọc {given}" for given in GIVEN for family in FAMILIES][:people]
    exported = [dossier(n, **{column: names[n % people]}) for n in range(rows)]
    with pytest.raises(UserError, match="names of persons") as error:
        read(write_csv(file, exported), data=data)
    assert not any(name in error.value.text.vi + error.value.text.en for name in names)


@pytest.mark.parametrize("before", ["", "Phường ", "UBND phường "])
def test_wards_called_after_persons_are_units(file: Path, data: Path, before: str) -> None:
    """Those of the city of Nam Định, of which hardly any city has more such."""
    wards = (
        "Bà Triệu, Cửa Bắc, Cửa Nam, Hạ Long, Lộc Hạ, Lộc Hòa, Lộc Vượng, Mỹ Xá, Năng Tĩnh, Ngô Quyền, Nguyễn Du, "
        "Phan Đình Phùng, Quang Trung, Thống Nhất, Trần Đăng Ninh, Trần Hưng Đạo, Trần Quang Khải, Trần Tế Xương, "
        "Trần Nhân Tông, Trường Thi, Văn Miếu, Vị Hoàng, Vị Xuyên"
    ).split(", ")
    rows = [dossier(n, unit=before + ward) for n, ward in enumerate(wards)]
    assert read(write_csv(file, rows), data=data).report.counts.kept == len(wards)


def test_a_column_of_names_cannot_be_the_dossier_id(file: Path, data: Path) -> None:
    with pytest.raises(UserError, match="no dossier ids") as error:
        read(write_csv(file, dossiers(30, dossier_id="Trần Thị B")), data=data)
    assert "Trần" not in error.value.text.vi


def test_problems_are_written_in_the_language_of_the_reader_and_run_no_formula(file: Path, data: Path) -> None:
    rows = [dossier(0, channel="=cmd|' /C calc'!A0"), dossier(60, channel="@fax"), *dossiers(50)]
    report = read(write_csv(file, rows), data=data).report
    words = (("vi", "Tệp", "hình thức nộp không có trong ánh xạ"), ("en", "File", "the mapping"))
    for language, heading, reason in words:
        path = file.with_name(f"{language}.csv")
        importing.write_problems(report, path, language)
        with path.open(encoding="utf-8-sig", newline="") as written:
            head, first, second = csv.reader(written)
        assert head[0] == heading
        assert reason in first[5]
        assert (first[2], first[3], first[4]) == ("2", "channel", "'=cmd|' /C calc'!A0")
        assert second[4] == "'@fax"


def test_every_kind_of_problem_has_words_in_both_languages() -> None:
    for kind in importing.problems.KINDS:
        assert kind.reason.vi != kind.reason.en
        assert "" not in (kind.reason.vi, kind.reason.en)


def test_a_dataset_id_is_plain(file: Path, data: Path) -> None:
    for bad in ("../x", "Trà Cú", "a b", "", "-a", "A"):
        with pytest.raises(UserError, match="dataset id"):
            read(write_csv(file, dossiers(1)), data=data, dataset=bad)


def test_progress_runs_from_nothing_to_everything(file: Path, data: Path) -> None:
    heard: list[float] = []
    write_csv(file, dossiers(5))
    with importing.read_export([file], DATASET, AS_OF, mapping=None, data=data, progress=lambda f, t: heard.append(f)):
        pass
    assert heard == sorted(heard)
    assert (heard[0], heard[-1]) == (0.0, 1.0)


# --- references ---


def test_references_are_created_from_the_file(file: Path, data: Path) -> None:
    rows = [
        *dossiers(3, procedure="1.001193.000.00.00.H59", procedure_name="Đăng ký khai sinh", field="Hộ tịch"),
        dossier(4, procedure="1.001193", procedure_name="Đăng ký khai sinh", field="Khác hẳn"),
        dossier(5, unit="Xã Hai", procedure="", procedure_name="Cấp bản sao", field=""),
    ]
    found = read(write_csv(file, rows), data=data, publish=True)
    assert found.report.created_references
    snapshot = building.current(data, DATASET)
    known = references.read(snapshot.folder / "references")
    assert {u.id: (u.name, u.level) for u in known.units.values()} == {
        "xa-mot": ("Xã Một", "commune"), "xa-hai": ("Xã Hai", "commune"),
    }  # fmt: skip
    assert {p.id: (p.name, p.field) for p in known.procedures.values()} == {
        "1.001193": ("Đăng ký khai sinh", "ho-tich"), "cap-ban-sao": ("Cấp bản sao", "khac"),
    }  # fmt: skip
    assert known.fields["ho-tich"].vi == "Hộ tịch"


def test_references_made_from_a_file_grow_with_the_next_one(tmp_path: Path, data: Path) -> None:
    read(write_csv(tmp_path / "a.csv", dossiers(3)), data=data, publish=True)
    second = write_csv(tmp_path / "b.csv", [dossier(9, unit="Xã Hai"), dossier(8, unit="xã một")])
    found = read(second, data=data, publish=True)
    assert found.report.unknown == ()
    assert {row["unit"] for row in found.dossiers.values()} == {"xa-mot", "xa-hai"}
    assert len(found.dossiers) == 5


def test_unknown_units_are_listed_with_the_closest_one_and_how_to_map_it(file: Path, data: Path) -> None:
    write_references(data)
    unknown = [dossier(6, unit="Xa Hoa Binhh"), dossier(7, unit="Xa Hoa Binhh"), dossier(8, procedure="9.999999")]
    rows = [*dossiers(5), *unknown]
    found = read(write_csv(file, rows), data=data)
    first, second = found.report.unknown
    assert (first.dimension, first.spelling, first.rows, first.closest_id) == ("unit", "Xa Hoa Binhh", 2, "102")
    assert '[units] "102" = ["Xa Hoa Binhh"]' in first.advice.en
    assert (second.dimension, second.spelling) == ("procedure", "9.999999")
    assert found.kinds == {"unknown_unit": 2, "unknown_procedure": 1}
    mapping = write_mapping(
        file.with_name("own.toml"),
        'based_on = "cchc"\n[units]\n102 = ["Xa Hoa Binhh"]\n[procedures]\n"1.001193" = ["9.999999"]\n',
    )
    mended = read(file, data=data, mapping=mapping)
    assert mended.kinds == {}
    assert mended.dossiers[rows[5]["dossier_id"]]["unit"] == "102"
    assert not mended.report.created_references


def test_references_that_lost_a_unit_in_use_are_refused(tmp_path: Path, data: Path) -> None:
    folder = write_references(data)
    read(write_csv(tmp_path / "a.csv", dossiers(3)), data=data, publish=True)
    units = (folder / "units.csv").read_text(encoding="utf-8")
    (folder / "units.csv").write_text(units.replace("101,Xã Một", "901,Xã Một"), encoding="utf-8")
    with pytest.raises(UserError, match="the references lost: 101"):
        read(write_csv(tmp_path / "b.csv", [dossier(9)]), data=data)


@pytest.mark.parametrize(("due", "at"), [("2023-01-10", "23:59:59"), ("2023-01-10 08:00", "08:00:00")])
def test_a_due_day_without_a_time_lasts_to_its_end_where_minutes_count(
    file: Path, data: Path, due: str, at: str
) -> None:
    write_references(data, late_by="minute")
    [row] = read(write_csv(file, [dossier(1, due_at=due)]), data=data).dossiers.values()
    assert f"{row['due_at']:%H:%M:%S}" == at


# --- against the second implementation ---

_TIMES = st.sampled_from(
    ["", "2023-01-05 08:30:00", "2023-01-05 08:00:00", "2023-01-04", "2023-01-09 09:15:00", "2023-12-31 23:59:59",
     "2024-01-01", "5/x/2023", "2023-02-30", " "]
)  # fmt: skip
_ROWS = st.fixed_dictionaries(
    {
        "dossier_id": st.sampled_from(["", "A1", "A1", "A2", "A3", "B 4", "noid", " A1 ", "7" * 65]),
        "unit": st.sampled_from(["Xã Một", "Xã Hòa Bình", "", "Xã Lạ"]),
        "procedure": st.sampled_from(["2.000815", "1.001193", "", "x.9"]),
        "channel": st.sampled_from(["online", "counter", "", "fax"]),
        "status": st.sampled_from(["done", "done", "open", "waiting", "withdrawn", "not_received", "", "?"]),
        "received_at": _TIMES,
        "due_at": _TIMES,
        "finished_at": _TIMES,
        "returned_at": _TIMES,
        "fee_due": st.sampled_from(["", "yes", "0", "maybe"]),
    }
).filter(lambda row: sum(map(bool, map(str.strip, row.values()))) > 2)  # fewer cells may be a group row
_CLEAN = [{**dossier(n), "fee_due": "yes"} for n in range(1, 200)]


@pytest.mark.slow
@settings(max_examples=15)
@given(files=st.lists(st.lists(_ROWS, min_size=1, max_size=8), min_size=1, max_size=3))
def test_every_row_is_accounted_for_as_the_second_implementation_does(
    files: list[list[dict[str, str]]], tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("import")
    write_references(folder / "data")
    # Clean rows keep the shares of unreadable cells below those at which a whole column is refused or not read.
    files = [[*rows, *_CLEAN] for rows in files]
    paths = [write_csv(folder / f"{n}.csv", rows) for n, rows in enumerate(files)]
    found = read(*paths, data=folder / "data")
    fates, kinds, kept = slow_import.judge(files, AS_OF)
    counts = found.report.counts
    assert counts.read == sum(map(len, files))
    assert counts.read == counts.kept + counts.rejected + counts.not_received + counts.duplicates + counts.superseded
    assert {name: getattr(counts, name) for name in fates} == dict(fates)
    assert found.kinds == dict(kinds)
    assert found.dossiers.keys() == kept.keys()
    for id_, expected in kept.items():
        assert {name: found.dossiers[id_][name] for name in expected} == expected


@pytest.mark.parametrize("ending", ["closed", "forgotten", "refused"])
def test_what_is_not_published_leaves_nothing_behind(
    file: Path, data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, ending: str
) -> None:
    private = tmp_path / "private"
    private.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(private))
    write_csv(file, dossiers(3))
    if ending == "refused":
        with pytest.raises(UserError):
            importing.read_export([file], DATASET, AS_OF, mapping="boston311", data=data)
    else:
        prepared = importing.read_export([file], DATASET, AS_OF, mapping="cchc", data=data)
        assert [*private.iterdir()]
        if ending == "closed":
            prepared.close()
        else:
            del prepared
            gc.collect()
    assert [*private.iterdir()] == []


def test_a_preview_in_use_is_left_alone_by_every_sweep(
    file: Path, data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    private = tmp_path / "private"
    private.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(private))
    write_csv(file, dossiers(3))
    with importing.read_export([file], DATASET, AS_OF, mapping="cchc", data=data) as prepared:
        [folder] = private.iterdir()
        os.utime(folder, (0, 0))
        read(write_csv(tmp_path / "other.csv", dossiers(2)), data=data)
        program = "import pathlib, sys; from cchc import disk; disk.sweep(pathlib.Path(sys.argv[1]))"
        command = [sys.executable, "-c", program, str(data)]
        subprocess.run(command, check=True, cwd=ROOT, env={**os.environ, "TMPDIR": str(private)})
        assert [*private.iterdir()] == [folder]
        assert prepared.publish(["as-of"])[1]


@pytest.mark.parametrize("gone", ["all", "dossiers.parquet", "references"])
def test_a_preview_whose_files_are_gone_says_to_check_again(
    file: Path, data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, gone: str
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    write_csv(file, dossiers(3))
    with importing.read_export([file], "new-area", AS_OF, mapping="cchc", data=data) as prepared:
        folder = prepared.dossiers.parent
        lost = folder if gone == "all" else folder / gone
        shutil.rmtree(lost) if lost.is_dir() else lost.unlink()
        with pytest.raises(UserError, match="check the files again"):
            prepared.publish()
    assert not data.exists()
    assert not folder.exists()
