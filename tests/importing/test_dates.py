"""Dates as programs and people write them: the clock, the zone, the year and the end of the day."""

import datetime
import os
import time
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from cchc import importing
from cchc.importing import drafts, mapping
from cchc.text import UserError
from tests.exports import AS_OF, DATASET, MOT_CUA, dossier, dossiers, read, write_csv, write_references
from tests.importing.test_mapping import received

pytestmark = pytest.mark.slow


@pytest.fixture
def data(tmp_path: Path) -> Path:
    return tmp_path / "data"


@pytest.fixture(params=["Asia/Ho_Chi_Minh", "America/New_York", "UTC"])
def zone(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """A zone the machine is in."""
    monkeypatch.setenv("TZ", request.param)
    time.tzset()
    yield os.environ["TZ"]
    monkeypatch.undo()
    time.tzset()


MORNING = datetime.datetime(2023, 2, 25, 8, 15)


@pytest.mark.parametrize(
    ("text", "time_"),
    [
        *((text, MORNING) for text in (
            "25/02/2023 8:15:00 SA", "25/02/2023 08:15 sáng", "8:15 SA 25/02/2023", "25/02/2023 8:15:00 AM",
            "25/02/2023 08:15 a.m.", "08:15 25/02/2023", "08:15 25-02-2023", "08:15:00, 25/2/2023",
            "25/02/2023, 08:15", "25/02/2023 - 08:15", "8h15 ngày 25/02/2023", "8 giờ 15 ngày 25/02/2023",
            "2023-02-25T01:15:00Z", "2023-02-25T01:15:00.000Z", "2023-02-25 01:15:00+00:00", "2023-02-25 01:15:00+00",
            "2023-02-25T08:15:00.000+07:00", "2023-02-25T08:15:00.0000000+07:00", "2023-02-25T08:15:00+0700",
            "2023-02-25T08:15+07", "2023-02-24T20:15:00-05:00", "2023-02-25T06:45:00+05:30", "25/02/2023 01:15:00 UTC",
            "25/02/2023 08:15 GMT+7", "25/02/2023 08:15:00 (GMT+7)", "25/02/2023 8:15:00\u202fAM",
            "25/02/2023 8:15 s.a.", "8 giờ 15 phút, ngày 25/02/2023", "08 giờ 15 phút 00 giây ngày 25/2/2023",
            "25/02/2023 08h15ph",
            "Thứ Bảy, 25/02/2023 08:15", "8 giờ 15, ngày 25 tháng 02 năm 2023", "25/02/2023T08:15:00",
            "25 / 2 / 2023 8:15",
            "25–02–2023 8g15", "2023-02-25T08:15:00+07:00[Asia/Ho_Chi_Minh]", "44982.34375", "44982,34375",
            "25-Feb-2023 08:15", "25 Feb 2023 8:15 AM", "February 25, 2023 08:15", "Sat, 25 Feb 2023 01:15:00 GMT",
            "25/FEB/2023, 08:15:00", "Saturday, Feb. 25 2023 08:15", "08:15 25 February 2023", "25Feb2023 08:15",
            "２５/０２/２０２３ ０８：１５", "２０２３－０２－２５　０８：１５：００", "1677287700000",
        )),
        ("25/02/2023 5:00:00 CH", MORNING.replace(hour=17, minute=0)),
        ("25/02/2023 05:00 chiều", MORNING.replace(hour=17, minute=0)),
        ("25/02/2023 7:30 tối", MORNING.replace(hour=19, minute=30)),
        ("25/02/2023 17:00 CH", MORNING.replace(hour=17, minute=0)),
        ("25/02/2023 12:30 SA", MORNING.replace(hour=0, minute=30)),
        ("25/02/2023 12:30 CH", MORNING.replace(hour=12, minute=30)),
        ("25/02/2023 SA 8:15", MORNING),
        ("25/02/2023 CH 08:15:30", MORNING.replace(hour=20, second=30)),
        ("25/02/2023 08:15:00 ICT", MORNING),
        ("20230225081500", MORNING),
        ("202302250815", MORNING),
        ("20230225", MORNING.replace(hour=0, minute=0)),
        ("25 thg 2, 2023 08:15", MORNING),
        ("25-Th2-2023", MORNING.replace(hour=0, minute=0)),
        ("25/02/2023 24:00:00", MORNING.replace(hour=23, minute=59, second=59)),
        ("25/02/2023 24:00", MORNING.replace(hour=23, minute=59)),
        ("2023-02-25T24:00:00+07:00", MORNING.replace(hour=23, minute=59, second=59)),
        ("25/02/2023 08:24:00", MORNING.replace(minute=24)),
        ("2023-02-25T01:15:00.250Z", MORNING.replace(microsecond=250_000)),
        ("25/02/2023 08:15:00.250", MORNING.replace(microsecond=250_000)),
    ],
)  # fmt: skip
def test_a_written_time_is_read_as_the_clock_of_vietnam_showed_it(
    tmp_path: Path, data: Path, text: str, time_: datetime.datetime
) -> None:
    assert received(tmp_path, data, [text]) == [time_]


@pytest.mark.parametrize("place", [3, 777, 1_500, 2_999])
def test_the_one_date_that_is_written_otherwise_is_read_wherever_it_stands(
    tmp_path: Path, data: Path, place: int
) -> None:
    usual = ["2023-02-24 10:00:00"] * 3_000
    expected = [datetime.datetime(2023, 2, 24, 10)] * 3_000
    usual[place], expected[place] = "25/02/2023 8:15:00 SA", MORNING
    assert received(tmp_path, data, usual) == expected


def test_dates_written_otherwise_are_read_in_rows_that_are_judged_by_nothing_else(tmp_path: Path, data: Path) -> None:
    rows = dossiers(3_000)
    # Without an id a row is a dossier for its day alone.
    rows[1_111] = dict.fromkeys(rows[0], "") | {"received_at": "8h15 ngày 25/01/2023", "unit": "Xã Một"}
    report = read(write_csv(tmp_path / "a.csv", rows), data=data, mapping="cchc").report
    kinds = [each["kind"] for each in report.problems.to_pylist()]
    assert "no_id" in kinds
    assert "not_a_dossier" not in kinds


def test_every_english_month_is_read_and_its_day_is_never_taken_for_a_month(tmp_path: Path, data: Path) -> None:
    days = [datetime.datetime(2022, month, 3) for month in range(1, 13)]
    for form in ("%d-%b-%Y", "%B %d, %Y", "%d %B %Y"):
        assert received(tmp_path, data, [day.strftime(form) for day in days]) == days


def test_zones_mean_the_same_on_a_machine_in_any_zone(tmp_path: Path, data: Path, zone: str) -> None:
    rows = dossiers(3, received_at="2023-01-05T01:30:00Z", due_at="2023-01-10T05:00:00-05:00")
    local = write_csv(tmp_path / "local.csv", dossiers(3))
    assert read(write_csv(tmp_path / "zoned.csv", rows), data=data).dossiers == read(local, data=data).dossiers
    moments = pq.ParquetFile(_moments(tmp_path / "x.parquet")).read()
    assert moments["received_at"].type.tz == "UTC"
    assert read(tmp_path / "x.parquet", data=data).dossiers == read(local, data=data).dossiers


def _moments(path: Path) -> Path:
    """The dossiers of `dossiers(3)` with times as moments in UTC."""
    rows = dossiers(3)
    table = pa.table({column: [row[column] for row in rows] for column in rows[0]})
    for column in ("received_at", "due_at", "finished_at"):
        moments = [datetime.datetime.fromisoformat(f"{row[column]}+07:00") for row in rows]
        index = table.schema.get_field_index(column)
        table = table.set_column(index, column, pa.array(moments, pa.timestamp("us", "UTC")))
    pq.write_table(table, path)
    return path


def test_years_of_two_digits_are_read_where_the_mapping_says_so(tmp_path: Path, data: Path) -> None:
    assert received(tmp_path, data, ["25/02/23 08:15"], 'date_formats = ["dd/MM/yy HH:mm"]') == [MORNING]
    assert received(tmp_path, data, ["25/02/23 8:15 SA"], 'date_formats = ["dd/MM/yy HH:mm"]') == [MORNING]
    assert received(tmp_path, data, ["25/02/2023 08:15"], 'date_formats = ["dd/MM/yy HH:mm"]') == []


def test_the_shipped_mapping_of_one_stop_shops_reads_sa_and_ch(tmp_path: Path, data: Path) -> None:
    plain = {"channel": "1", "status": "10", "procedure_name": "Chứng thực", "field": "Chứng thực"}
    times = {"received_at": "05/01/2023 8:30:00 SA", "due_at": "10/01/2023 5:00:00 CH",
             "finished_at": "09/01/2023 9:15:00 SA"}  # fmt: skip
    wrote = [{MOT_CUA[c]: value for c, value in {**row, **times}.items()} for row in dossiers(30, **plain)]
    found = read(write_csv(tmp_path / "x.csv", wrote), data=data)
    assert found.report.mapping == "mot-cua"
    assert found.report.counts.kept == 30
    assert {(row["received_at"].hour, row["due_at"].hour) for row in found.dossiers.values()} == {(8, 17)}


def test_a_due_time_without_colon_is_no_bare_day(tmp_path: Path, data: Path) -> None:
    write_references(data, late_by="minute")
    cells = {"unit": "Xã Một", "procedure": "2.000815"}
    rows = [dossier(1, due_at="44936,708333333", **cells), dossier(2, due_at="44936", **cells)]
    due = [row["due_at"] for row in read(write_csv(tmp_path / "x.csv", rows), data=data).dossiers.values()]
    assert sorted(due) == [datetime.datetime(2023, 1, 10, 17), datetime.datetime(2023, 1, 10, 23, 59, 59)]


@pytest.mark.parametrize(
    ("text", "advice"),
    [
        ("25/02/23 08:15", "yy in date_formats"),
        ("2023.25.02", "name their form in date_formats"),
        ("25 Fev 2023", "export it again with dates as 30/06/2023 08:15:00"),
        ("25/02/2023 ICT+?", "export it again"),
    ],
)
def test_what_is_advised_about_dates_can_be_done(tmp_path: Path, data: Path, text: str, advice: str) -> None:
    with pytest.raises(UserError, match=advice):
        received(tmp_path, data, [text] * 30)


@pytest.mark.parametrize("word", ["Không hẹn", "không xác định", "Chưa có", "Không có hạn", "CHƯA TRẢ"])
def test_a_word_for_no_day_is_a_blank_day(tmp_path: Path, data: Path, word: str) -> None:
    rows = [row | ({"due_at": word} if n % 3 else {}) for n, row in enumerate(dossiers(60))]
    found = read(write_csv(tmp_path / "export.csv", rows), data=data)
    assert (found.report.counts.kept, found.report.undated, found.kinds) == (60, 40, {})


@pytest.mark.parametrize("count", [14, 60])
def test_dates_of_another_country_are_named_as_such_and_what_is_advised_reads_them(
    tmp_path: Path, data: Path, count: int
) -> None:
    days = [datetime.datetime(2023, 1 + n % 9, 1 + n % 28, 15, 30) for n in range(count)]
    rows = [dossier(n, received_at=f"{day:%m/%d/%Y %I:%M %p}", due_at="", finished_at="", status="open")
            for n, day in enumerate(days)]  # fmt: skip
    file = write_csv(tmp_path / "export.csv", [{MOT_CUA[name]: cell for name, cell in row.items()} for row in rows])
    with pytest.raises(UserError) as refused:
        read(file, data=data)
    assert "tháng đứng trước ngày" in refused.value.text.vi
    assert "month before the day" in refused.value.text.en
    assert "MM/dd/yyyy" in refused.value.text.vi
    chosen = mapping.build("chosen", drafts.dated(drafts.started("mot-cua"), "MM/dd/yyyy"))
    with importing.read_export([file], DATASET, AS_OF, mapping=chosen, data=data) as prepared:
        received = duckdb.read_parquet(str(prepared.dossiers)).order("dossier_id").project("received_at")
        assert [day for (day,) in received.fetchall()] == days
