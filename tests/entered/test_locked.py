"""A locked paper stays what it was, for who may see it, until an editor reopens it and says why."""

import datetime
import io
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import update

from cchc import reports
from cchc.access import place, record
from cchc.access.database import LOCKED, changing
from cchc.entered import locked, office
from cchc.entered.locked import Content, Place
from cchc.figures.periods import Period
from cchc.text import UserError
from tests import building
from tests.building import DATASET
from tests.reports.asking import asked, varied

MARCH = Period(datetime.date(2024, 3, 1), datetime.date(2024, 3, 31))
AREA = Place(DATASET, "bao-cao-thang", "", MARCH, "then")


def lock(data: Path, place: Place = AREA, file: bytes = b"x") -> None:
    locked.lock(data, place, "Báo cáo tháng", "2024-05-31-abc", Content(file, "<p>Nguyên văn</p>"))


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=15)
@given(st.binary(max_size=300), st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=100))
def test_what_is_locked_is_given_back_to_the_byte(tmp_path: Path, file: bytes, look: str) -> None:
    place = replace(AREA, unit=str(len(locked.listed(tmp_path, DATASET))))
    locked.lock(tmp_path, place, "Báo cáo", "s", Content(file, look))
    kept = locked.in_force(tmp_path, place)
    assert kept
    assert locked.content(tmp_path, kept) == Content(file, look)


def test_a_lock_is_of_one_paper_and_holds_until_it_is_reopened_with_a_reason(tmp_path: Path) -> None:
    lock(tmp_path)
    kept = locked.in_force(tmp_path, AREA)
    assert kept
    for other in (replace(AREA, unit="A"), replace(AREA, report="06a"), replace(AREA, dataset="b"),
                  replace(AREA, boundaries="now"), replace(AREA, period=Period(MARCH.start, MARCH.start))):  # fmt: skip
        assert locked.in_force(tmp_path, other) is None
    with pytest.raises(UserError, match="just been locked"):
        lock(tmp_path)
    for reason in ("", " \n", "x" * 501):
        with pytest.raises(UserError, match="why it is reopened"):
            locked.reopen(tmp_path, kept, reason)
    locked.reopen(tmp_path, kept, "Sở yêu cầu  lập lại")
    with pytest.raises(UserError, match="just been reopened"):
        locked.reopen(tmp_path, kept, "lần nữa")
    assert locked.in_force(tmp_path, AREA) is None
    lock(tmp_path, file=b"y")
    newest, oldest = locked.listed(tmp_path, DATASET)
    assert (newest.reason, oldest.reason) == ("", "Sở yêu cầu lập lại")
    assert [locked.content(tmp_path, each).file for each in (newest, oldest)] == [b"y", b"x"]
    said = [line.about for line in record.lines(tmp_path, "lock")[0]]
    assert [each[0] for each in said] == ["+", "-", "+"]
    assert not any("Sở" in each for each in said)  # a reason may hold what the record must not
    assert record.broken(tmp_path) == []


def test_what_was_changed_in_the_store_is_not_passed_off_as_locked(tmp_path: Path) -> None:
    lock(tmp_path)
    kept = locked.in_force(tmp_path, AREA)
    assert kept
    for change in ({"file": b"z"}, {"look": "<p>Khác</p>"}):
        with changing(tmp_path) as connection:
            connection.execute(update(LOCKED).values(change))
        with pytest.raises(UserError, match="not what was locked"):
            locked.content(tmp_path, kept)


def test_who_sees_a_part_of_the_area_gets_no_paper_made_of_the_whole(tmp_path: Path) -> None:
    lock(tmp_path)
    part = tmp_path / place.SEEN / "some"
    assert place.store_file(part) == place.store_file(tmp_path)
    assert locked.listed(part, DATASET) == []
    assert locked.in_force(part, AREA) is None


@pytest.mark.slow
def test_every_way_to_the_file_gives_the_locked_one_and_what_is_written_into_it_stays(tmp_path: Path) -> None:
    data = tmp_path / "data"
    building.publish(data, varied())
    question = asked(building.current(data, DATASET), MARCH.start, MARCH.end, data)
    kind = reports.find("bao-cao-thang")
    of_unit = replace(question, filters=replace(question.filters, units=("A",)))
    for each in (question, of_unit):
        place = reports.place(kind, each)
        assert place
        lock(data, place, f"bản ký {place.unit}".encode())
    assert reports.content(kind, question) == "bản ký ".encode()
    with zipfile.ZipFile(io.BytesIO(reports.of_each_unit(kind, question))) as archive:
        files = {name: archive.read(name) for name in archive.namelist() if name.endswith("docx")}
    assert len(files) > 1
    assert {name[0] for name, file in files.items() if file == "bản ký A".encode()} == {"A"}
    assert sum(file.startswith("bản ký".encode()) for file in files.values()) == 1
    seen = office.seen_narrative(data, DATASET, MARCH)
    for unit in ("", "A"):
        with pytest.raises(UserError, match="is locked"):
            office.keep_narrative(data, DATASET, kind.id, unit, MARCH, {}, seen)
    office.keep_narrative(data, DATASET, kind.id, "B", MARCH, {}, seen)
    # Of a selection no office makes a paper: nothing of it is kept or locked.
    assert reports.place(kind, replace(question, filters=replace(question.filters, channels=("online",)))) is None
