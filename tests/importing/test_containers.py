"""The proof of reading: whatever a table of dossiers is written as, the same dossiers come of it."""

import csv
import datetime
import io
import unicodedata
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from cchc.store import snapshots
from tests import building
from tests.containers import WRITERS, shown, write_page
from tests.exports import DATASET, read

pytestmark = pytest.mark.slow

Grid = list[list[Any]]
HEADS = (
    "Mã hồ sơ", "Đơn vị xử lý", "Mã TTHC", "Tên thủ tục", "Lĩnh vực", "Hình thức nộp", "Ngày tiếp nhận", "Ngày hẹn trả",
    "Ngày kết thúc", "Trạng thái",
)  # fmt: skip
_DATES = (6, 7, 8)
_UNITS = ("Xã Đại An", "Phường 1", "Xã Ea H'leo", "UBND thị trấn Định An", "Xã “Mới” & <Cũ>; Tây")


# --- Tables -------------------------------------------------------------------------------------------------------


@st.composite
def dossiers(draw: st.DrawFn) -> Grid:
    """Rows of a one-stop shop, their dates moments to the second; two different ones never share a number."""
    rows: Grid = []
    for number in range(draw(st.integers(1, 12))):
        received = draw(st.datetimes(datetime.datetime(2023, 1, 2), datetime.datetime(2023, 6, 30))).replace(
            microsecond=0
        )
        status = draw(st.sampled_from(["Đã trả kết quả", "Đang xử lý", "Yêu cầu bổ sung"]))
        ended = received + draw(st.timedeltas(datetime.timedelta(0), datetime.timedelta(40)))
        due = received + draw(st.timedeltas(datetime.timedelta(0), datetime.timedelta(30)))
        rows.append(
            [
                f"H{draw(st.integers(1, 63))}.{draw(st.integers(1, 9)):02}-2301{draw(st.integers(1, 9))}-{number:04}",
                draw(st.sampled_from(_UNITS)), draw(st.sampled_from(["2.000815.000.00.00.H59", "1.001193"])),
                "Chứng thực bản sao", draw(st.sampled_from(["Chứng thực", "Hộ tịch"])),
                draw(st.sampled_from(["Trực tuyến", "Trực tiếp", "Bưu chính công ích"])), received,
                due.replace(microsecond=0) if draw(st.booleans()) else "",
                ended.replace(microsecond=0) if status == "Đã trả kết quả" else "", status,
            ]
        )  # fmt: skip
    return rows


# --- What is done to a cell ---------------------------------------------------------------------------------------

_AM = {True: "SA", False: "CH"}
# How a moment is written; every one of them to the second.
DATE_FORMS: dict[str, Callable[[datetime.datetime], str]] = {
    "day first": lambda t: f"{t:%d/%m/%Y %H:%M:%S}",
    "dashes": lambda t: f"{t:%d-%m-%Y %H:%M:%S}",
    "dots": lambda t: f"{t:%d.%m.%Y %H:%M:%S}",
    "time first": lambda t: f"{t:%H:%M:%S %d/%m/%Y}",
    "iso": lambda t: f"{t:%Y-%m-%d %H:%M:%S}",
    "iso with T": lambda t: f"{t:%Y-%m-%dT%H:%M:%S}",
    "fraction": lambda t: f"{t:%Y-%m-%dT%H:%M:%S}.000",
    "Vietnam": lambda t: f"{t:%Y-%m-%dT%H:%M:%S}.000+07:00",
    "universal": lambda t: f"{t - datetime.timedelta(hours=7):%Y-%m-%dT%H:%M:%S}Z",
    "New York": lambda t: f"{t - datetime.timedelta(hours=12):%Y-%m-%dT%H:%M:%S}-05:00",
    "SA and CH": lambda t: f"{t:%d/%m/%Y} {t.hour % 12 or 12}:{t:%M:%S} {_AM[t.hour < 12]}",
    "narrow space": lambda t: f"{t:%d/%m/%Y %I:%M:%S}\u202f{t:%p}",
    "no zeros": lambda t: f"{t.day}/{t.month}/{t.year} {t.hour}:{t:%M:%S}",
    "words": lambda t: f"{t:%H:%M:%S}, ngày {t.day} tháng {t.month} năm {t.year}",
}
WRAPPERS: dict[str, Callable[[str], str]] = {
    "none": str,
    "formula": '="{}"'.format,
    "apostrophe": "'{}".format,
    "zero-width": "\u200b{}\ufeff".format,
    "no-break space": "\u00a0{}\u00a0".format,
    "wide space": "\u3000{} ".format,
    "soft hyphen": "\u00ad".join,
    "direction": "\u202a{}\u202c".format,
    "decomposed": lambda text: unicodedata.normalize("NFD", text),
}
ENCODINGS = ("utf-8", "utf-8-sig", "utf-16", "utf-16-le", "cp1258")
DELIMITERS = (",", ";", "\t", "|")


def written(path: Path, kind: str, grid: Grid, encoding: str, delimiter: str) -> Path:
    """The grid in a file of that kind; a CSV has an encoding and a delimiter, a page an encoding."""
    if kind == "csv":
        text = io.StringIO()
        csv.writer(text, delimiter=delimiter).writerows([list(map(shown, row)) for row in grid])
        file = path / "x.csv"
        file.write_bytes(_encoded(text.getvalue(), encoding))
        return file
    if kind == "page" and encoding.startswith("utf"):
        return write_page(path / "x.xls", grid, "<html><body>{}</body></html>", encoding.replace("-le", ""))
    name, write = WRITERS[kind]
    return write(path / name, grid)


def _encoded(text: str, encoding: str) -> bytes:
    if encoding != "cp1258":
        return text.encode(encoding)
    # Its letters carry circumflex, breve and horn; tones are signs behind them.
    parts = [unicodedata.normalize("NFD", letter) for letter in unicodedata.normalize("NFC", text)]
    tones = "\u0300\u0309\u0303\u0301\u0323"
    letters = ("".join(c for c in part if c not in tones) for part in parts)
    joined = "".join(
        unicodedata.normalize("NFC", letter) + "".join(c for c in part if c in tones)
        for letter, part in zip(letters, parts, strict=True)
    )
    try:
        return joined.encode("cp1258")
    except UnicodeEncodeError:
        assume(False)
        raise


def in_file(grid: Grid, date: str, wrapper: str) -> Grid:
    """The same table as a program writes it: its dates in that form (or real ones), every text wrapped."""
    wrap = WRAPPERS[wrapper]

    def cell(value: Any) -> Any:
        if isinstance(value, datetime.datetime):
            return value if date == "real" else wrap(DATE_FORMS[date](value))
        return wrap(value) if value else ""

    return [[wrap(head) for head in HEADS], *([cell(value) for value in row] for row in grid)]


def publishes(tmp_path: Path, file: Path) -> tuple[Any, str]:
    """The dossiers a file comes to in an area of its own, and the id of their snapshot."""
    found = read(file, data=tmp_path, publish=True, accept=["as-of", "empty", "undated", "swapped"])
    assert found.kinds == {}
    return found.dossiers, building.current(tmp_path, DATASET).id


# A form is one only if the column decides how it is read: dates that read either way are an error of their own.
FIXED: Grid = [
    ["H59.10-230110-0001", _UNITS[2], "1.001193", "Chứng thực bản sao", "Hộ tịch", "Trực tuyến",
     datetime.datetime(2023, 1, 25, 0, 30, 1), datetime.datetime(2023, 1, 31, 17), "", "Đang xử lý"],
    ["H59.10-230110-0002", _UNITS[4], "1.001193", "Chứng thực bản sao", "Hộ tịch", "Trực tiếp",
     datetime.datetime(2023, 2, 28, 12, 0, 59), "", datetime.datetime(2023, 3, 31, 23, 59, 59), "Đã trả kết quả"],
]  # fmt: skip


@given(
    grid=dossiers(),
    kind=st.sampled_from(sorted(WRITERS)),
    date=st.sampled_from(["real", *DATE_FORMS]),
    wrapper=st.sampled_from(sorted(WRAPPERS)),
    encoding=st.sampled_from(ENCODINGS),
    delimiter=st.sampled_from(DELIMITERS),
)
@example(grid=FIXED, kind="csv", date="SA and CH", wrapper="none", encoding="cp1258", delimiter="\t")
@example(grid=FIXED, kind="csv", date="universal", wrapper="formula", encoding="utf-16-le", delimiter="|")
@example(grid=FIXED, kind="xlsb", date="words", wrapper="soft hyphen", encoding="utf-8", delimiter=",")
@example(grid=FIXED, kind="ods", date="real", wrapper="wide space", encoding="utf-8", delimiter=",")
@example(grid=FIXED, kind="page", date="New York", wrapper="no-break space", encoding="utf-16", delimiter=",")
@building.examples(30)
def test_whatever_a_table_is_written_as_the_same_snapshot_comes_of_it(
    tmp_path_factory: pytest.TempPathFactory,
    grid: Grid,
    kind: str,
    date: str,
    wrapper: str,
    encoding: str,
    delimiter: str,
) -> None:
    # A date form of which no value tells day from month is refused, which is another test.
    told = [any(row[n] != "" and row[n].day > 12 for row in grid) or all(row[n] == "" for row in grid) for n in _DATES]
    assume(all(told) or date == "real")
    assume(not (kind == "parquet" and date == "real"))
    folder = tmp_path_factory.mktemp("tables")
    (folder / "file").mkdir()
    (folder / "plain").mkdir()
    plain = written(folder / "plain", "csv", in_file(grid, "iso", "none"), "utf-8", ",")
    file = written(folder / "file", kind, in_file(grid, date, wrapper), encoding, delimiter)
    expected = publishes(folder / "expected", plain)
    assert publishes(folder / "found", file) == expected
    assert snapshots.check(building.current(folder / "found", DATASET)) == []
    assert sorted(expected[0]) == [row[0] for row in sorted(grid)]
