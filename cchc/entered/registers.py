"""Small tables that staff keep because no dossier holds what is in them: petitions, reviews, tasks of the plan."""

import csv
import datetime
import hashlib
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from cchc.config import REFERENCE
from cchc.entered import sheets
from cchc.entered.columns import Column, Value, cell, written, wrong
from cchc.figures.periods import Period
from cchc.importing import cells
from cchc.rules.references import checked_id
from cchc.text import Text, fold, number

Row = Mapping[str, Value]
# What the names of registers begin with.
SHELF = "registers"
MOST_ROWS = 5_000
_MOST_BYTES = 2_000_000


@dataclass(frozen=True)
class Register:
    """One table: its id is the stem of its file."""

    id: str
    title: Text
    about: Text
    columns: tuple[Column, ...]


@dataclass(frozen=True)
class Held:
    """A register as it is now: the CSV file that is its content."""

    register: Register
    content: bytes

    @property
    def version(self) -> str:
        """What it holds, in short."""
        return hashlib.sha256(self.content).hexdigest()

    @property
    def rows(self) -> tuple[Row, ...]:
        """Its rows. Raises UserError naming file, line and column where a value cannot be meant."""
        return parse(self.register, self.content, f"{self.register.id}.csv")


_FROM = Column("start", Text("Từ ngày", "From"), "date")
_TO = Column("end", Text("Đến ngày", "To"), "date")
_DAY = Column("day", Text("Ngày", "Day"), "date")
_COUNT = Column("count", Text("Số TTHC", "Procedures"), "count")
_PAPER = Column("document", Text("Văn bản", "Document"), "text", optional=True)

PETITIONS = Register(
    "phan-anh",
    Text("Phản ánh, kiến nghị", "Petitions"),
    Text(
        "Mỗi dòng là một khoảng ngày; chỉ ghi số lượng, không ghi họ tên người phản ánh.",
        "A row is a span of days; counts only, no names of petitioners.",
    ),
    (
        _FROM,
        _TO,
        Column("received", Text("Tiếp nhận", "Received"), "count"),
        Column("on_time", Text("Xử lý đúng hạn", "Handled on time"), "count"),
        Column("late", Text("Xử lý quá hạn", "Handled late"), "count"),
        Column("open", Text("Đang xử lý", "Open"), "count"),
    ),
)
REVIEWS = Register(
    "ra-soat",
    Text("Rà soát quy định, thủ tục", "Reviews of rules"),
    Text("Không phát sinh thì ghi một dòng có số 0.", "Where nothing happened write a row with 0."),
    (
        _DAY,
        Column("kind", Text("Việc", "Work"), "choice", {
            "assessed": Text("Đánh giá tác động", "Impact assessed"),
            "appraised": Text("Thẩm định", "Appraised"),
            "reviewed": Text("Rà soát, đánh giá theo kế hoạch", "Reviewed as planned"),
            "simplified": Text("Kiến nghị cắt giảm, đơn giản hóa", "Proposed for simplification"),
        }),
        _COUNT,
        _PAPER,
    ),
)  # fmt: skip
INTERNAL = Register(
    "noi-bo",
    Text("Thủ tục hành chính nội bộ", "Internal procedures"),
    Text(
        "Theo Quyết định 1085/QĐ-TTg ngày 15/9/2022; không phát sinh thì ghi một dòng có số 0.",
        "Under Decision 1085/QĐ-TTg of 15/9/2022; where nothing happened write a row with 0.",
    ),
    (
        _DAY,
        Column("step", Text("Bước", "Step"), "choice", {
            "published": Text("Đã công bố", "Published"),
            "approved": Text("Đã phê duyệt phương án", "Plan approved"),
            "carried_out": Text("Đã thực thi phương án", "Plan carried out"),
        }),
        _COUNT,
        _PAPER,
    ),
)  # fmt: skip
TASKS = Register(
    "nhiem-vu",
    Text("Nhiệm vụ của kế hoạch", "Tasks of the plan"),
    Text(
        "Mỗi dòng là một nhiệm vụ; có ngày hoàn thành là đã xong.",
        "A row is a task; one with a day of completion is done.",
    ),
    (
        Column("year", Text("Năm kế hoạch", "Year"), "count"),
        Column("task", Text("Nhiệm vụ", "Task"), "text"),
        Column("lead", Text("Cơ quan chủ trì", "Lead body"), "text", optional=True),
        Column("due", Text("Thời hạn", "Due"), "date", optional=True),
        Column("done", Text("Ngày hoàn thành", "Done"), "date", optional=True),
    ),
)
SCORES = Register(
    "diem-766",
    Text("Điểm nhập tay của bộ chỉ số 766", "Points of Decision 766 entered by hand"),
    Text(
        "Điểm của tiêu chí mà hồ sơ không cho biết, theo mã tiêu chí; để trống đơn vị là cho mọi đơn vị.",
        "Points of criteria no dossier tells, by the code of the criterion; without a unit they are for every unit.",
    ),
    (
        _FROM,
        _TO,
        Column("unit", Text("Đơn vị", "Unit"), "text", optional=True),
        Column("criterion", Text("Mã tiêu chí", "Criterion"), "text"),
        Column("points", Text("Điểm", "Points"), "number"),
        _PAPER,
    ),
)
LATE = Register(
    "qua-han",
    Text("Hồ sơ quá hạn: lý do, thư xin lỗi, gia hạn", "Late dossiers: reason, apology, extension"),
    Text(
        "Mỗi dòng là một hồ sơ quá hạn, theo mã hồ sơ; không ghi họ tên người nộp.",
        "A row is a late dossier, by its number; no names of applicants.",
    ),
    (
        Column("dossier", Text("Mã hồ sơ", "Dossier"), "text"),
        Column("reason", Text("Lý do", "Reason"), "text", optional=True),
        Column("apology", Text("Số thư xin lỗi", "Letter of apology"), "text", optional=True),
        Column("apologised", Text("Ngày thư", "Day of the letter"), "date", optional=True),
        Column("extended", Text("Gia hạn đến", "Extended to"), "date", optional=True),
    ),
)
RECIPIENTS = Register(
    "nguoi-nhan",
    Text("Nơi nhận báo cáo qua thư điện tử", "Who gets reports by e-mail"),
    Text(
        "Mỗi dòng là một địa chỉ của cơ quan; loại báo cáo để trống là mọi loại, tom-tat cho lãnh đạo, danh-sach cho "
        "cán bộ; để trống mã đơn vị là của cả khu vực. Thư gửi theo lịch bằng lệnh (xem Hướng dẫn, mục Báo cáo).",
        "A row is an office's address; without a kind every kind, tom-tat for a leader, danh-sach for an officer; "
        "without a unit the report of the whole area. The command report all --send sends the letters.",
    ),
    (
        Column("address", Text("Địa chỉ thư", "Address"), "text"),
        Column("report", Text("Loại báo cáo", "Report"), "text", optional=True),
        Column("unit", Text("Mã đơn vị", "Unit"), "text", optional=True),
    ),
)
REGISTERS = {register.id: register for register in (PETITIONS, REVIEWS, INTERNAL, TASKS, SCORES, LATE, RECIPIENTS)}


def read(data: Path, dataset: str, register: Register) -> tuple[Row, ...]:
    """The rows of a register: what staff have written, else what ships with the area, else none.

    Raises UserError naming file, line and column where a value cannot be meant.
    """
    [now] = held(data, dataset, register)
    return now.rows


def held(data: Path, dataset: str, *asked: Register) -> list[Held]:
    """Several registers, as they are at one moment. Raises UserError when the store cannot be read."""
    kept = sheets.read(data, *(_name(dataset, register) for register in asked))
    return [_in_force(kept.get(_name(dataset, register)), dataset, register) for register in asked]


def of_period(data: Path, dataset: str, register: Register, period: Period) -> list[Row]:
    """The rows of a register all of whose required days are in the period. Raises UserError as `read` does."""
    days = [column.name for column in register.columns if column.kind == "date" and not column.optional]
    return [
        row for row in read(data, dataset, register)
        if all(isinstance(day := row[name], datetime.date) and period.start <= day <= period.end for name in days)
    ]  # fmt: skip


def version(data: Path, dataset: str, register: Register) -> str:
    """What a register holds now, in short: `write` wants it back, so that nobody overwrites what was just written."""
    [now] = held(data, dataset, register)
    return now.version


def take(register: Register, path: Path) -> tuple[Row, ...]:
    """Rows of a file that staff filled in: CSV in any usual encoding and delimiter, or a workbook; else as `parse`."""
    _check_size(path.stat().st_size, path.name)
    return _meant(register, *cells.read(path, MOST_ROWS), path.name)


def parse(register: Register, content: bytes, name: str) -> tuple[Row, ...]:
    """Rows of a UTF-8 CSV file, as `write` leaves it, with the headings of the register, in either language or as ids,
    in any order.

    Raises UserError naming the line and the column.
    """
    _check_size(len(content), name)
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        reason = Text("tệp không phải CSV UTF-8; trong Excel chọn “CSV UTF-8”", "the file is not UTF-8; save it so")
        raise wrong(name, reason) from error
    first = text.partition("\n")[0]
    reader = csv.reader(io.StringIO(text), delimiter=";" if first.count(";") > first.count(",") else ",")
    try:
        heads = next(reader, [])
        filled = [(line, row) for line, row in enumerate(reader, start=2) if any(map(str.strip, row))]
    except csv.Error as error:
        raise wrong(name, Text("không phải bảng CSV", "it is not a table in CSV")) from error
    return _meant(register, heads, filled, name)


def _check_size(size: int, name: str) -> None:
    if size > _MOST_BYTES:
        raise wrong(name, Text("tệp quá lớn", "the file is too large"))


def _meant(
    register: Register, heads: Sequence[str], filled: Sequence[tuple[int, Sequence[str]]], name: str
) -> tuple[Row, ...]:
    """What numbered rows of cells under these headings mean."""
    places = _places(register, heads, name) if heads else {}
    if len(filled) > MOST_ROWS:
        raise wrong(name, Text(f"quá {number(MOST_ROWS, 'vi')} dòng", f"more than {number(MOST_ROWS, 'en')} rows"))
    return tuple(
        {
            column.name: cell(column, row, places[column.name], Text(f"{name}, dòng {line}", f"{name}, line {line}"))
            for column in register.columns
        }
        for line, row in filled
    )


def write(data: Path, dataset: str, register: Register, rows: Sequence[Row], read_version: str) -> None:
    """Replace the rows of a register, whole or not at all; `read_version` is the one that was read.

    Raises UserError when a value cannot be meant, or when somebody else has written in between, and Refused unless an
    editor of the area acts.
    """
    content = to_csv(register, rows)
    parse(register, content, register.title.vi)
    changed = Text(
        f"Sổ “{register.title.vi}” vừa được người khác sửa; mở lại trang rồi sửa tiếp.",
        f"The register “{register.title.en}” was changed by somebody else; open the page again.",
    )
    sheets.write(
        data, _name(dataset, register), content, "register", dataset, f"{register.id}: {len(rows)}",
        lambda kept: _in_force(kept, dataset, register).version == read_version, changed,
    )  # fmt: skip


def to_csv(register: Register, rows: Sequence[Row] = ()) -> bytes:
    """Rows as a CSV file; without rows, the template to fill in."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow([column.label.vi for column in register.columns])
    for row in rows:
        writer.writerow([written(column, row.get(column.name)) for column in register.columns])
    return out.getvalue().encode("utf-8-sig")


def _name(dataset: str, register: Register) -> str:
    return f"{SHELF}/{checked_id(dataset)}/{register.id}.csv"


def _in_force(kept: bytes | None, dataset: str, register: Register) -> Held:
    """What is kept, else what ships with the area, else nothing."""
    if kept is None:
        shipped = REFERENCE / dataset / "registers" / f"{register.id}.csv"
        kept = shipped.read_bytes() if shipped.exists() else b""
    return Held(register, kept)


def _places(register: Register, heads: Sequence[str], name: str) -> dict[str, int]:
    by_head = {fold(head): place for place, head in enumerate(heads)}
    places = {}
    for column in register.columns:
        spellings = (column.name, column.label.vi, column.label.en)
        found = next((by_head[fold(each)] for each in spellings if fold(each) in by_head), None)
        if found is None:
            reason = f"thiếu cột “{column.label.vi}”"
            raise wrong(name, Text(reason, f"the column “{column.label.en}” is missing"))
        places[column.name] = found
    return places
