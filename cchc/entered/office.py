"""What an office says of itself on its papers, and what it writes into those of a period: kept as registers are."""

import datetime
from collections.abc import Mapping, Sequence
from pathlib import Path

from cchc.entered import locked, registers
from cchc.entered.columns import Column
from cchc.entered.registers import Register, Row
from cchc.figures.periods import Period
from cchc.text import Text

Lines = Mapping[str, tuple[str, ...]]

# What stands around a paper; those of `SINGLE` are one line, the others as many as there are.
PARTS: dict[str, Text] = {
    "parent": Text("Cơ quan chủ quản", "Superior body"),
    "issuer": Text("Cơ quan ban hành", "Issuing body"),
    "name": Text("Tên cơ quan viết trong câu", "The office inside a sentence"),
    "symbol": Text("Ký hiệu sau số", "Symbol after the number"),
    "place": Text("Địa danh", "Place"),
    "basis": Text("Căn cứ, mỗi dòng một văn bản", "What asks for the paper, a document a line"),
    "to": Text("Kính gửi", "Addressed to"),
    "copies": Text("Nơi nhận", "Copies"),
    "signs": Text("Quyền hạn, chức vụ người ký", "Authority and office of the signer"),
    "below": Text("Chức vụ ghi dưới chữ ký (ô 7b)", "Office below the signature (7b)"),
    "signer": Text("Họ và tên người ký", "Name of the signer"),
    "receiver": Text("Đơn vị nhận biểu thống kê", "Receiver of the statistical forms"),
}
SINGLE = ("name", "symbol", "place", "signer", "receiver")
# The number and the day of a paper are written with its period too.
NUMBER, DATED = "so", "ngay"
_LONGEST = 4_000

_REPORT = Column("report", Text("Loại báo cáo", "Report"), "text", optional=True)
_UNIT = Column("unit", Text("Mã đơn vị", "Unit"), "text", optional=True)
LETTERHEAD = Register(
    "dau-van-ban",
    Text("Đầu văn bản, nơi nhận, người ký", "Letterhead, copies, signer"),
    Text("Mỗi dòng là một dòng của một phần.", "A row is a line of a part."),
    (
        _REPORT,
        _UNIT,
        Column("part", Text("Phần", "Part"), "choice", PARTS),
        Column("line", Text("Nội dung", "Line"), "text", optional=True),
    ),
)


def _narrative(year: int) -> Register:
    """What was written into the papers of the periods of a year: a file a year, so that none grows for ever."""
    return Register(
        f"phan-viet-{year}",
        Text("Phần viết tay của báo cáo", "What is written into reports"),
        Text("Mỗi dòng là một đoạn.", "A row is a paragraph."),
        (
            Column("start", Text("Từ ngày", "From"), "date"),
            Column("end", Text("Đến ngày", "To"), "date"),
            _REPORT,
            _UNIT,
            Column("part", Text("Phần", "Part"), "text"),
            Column("line", Text("Đoạn", "Paragraph"), "text", longest=_LONGEST),
        ),
    )


# --- Letterheads ---


def letterheads(data: Path, dataset: str) -> dict[tuple[str, str], dict[str, tuple[str, ...]]]:
    """Parts of letterheads by the kind of report ("" = every kind) and the unit ("" = the area); a part without lines
    was emptied. Raises UserError where the file cannot be read."""
    found: dict[tuple[str, str], dict[str, tuple[str, ...]]] = {}
    for row in registers.read(data, dataset, LETTERHEAD):
        parts = found.setdefault((str(row["report"] or ""), str(row["unit"] or "")), {})
        parts[str(row["part"])] = (*parts.get(str(row["part"]), ()), *_said(row))
    return found


def keep_letterhead(data: Path, dataset: str, report: str, unit: str, parts: Lines, seen: str) -> None:
    """Keep these parts of the letterhead of that report and unit, and no others; `seen` is the version read.

    Raises UserError as `registers.write` does.
    """
    others = [
        row for row in registers.read(data, dataset, LETTERHEAD)
        if (row["report"] or "", row["unit"] or "") != (report, unit)
    ]  # fmt: skip
    own = [
        {"report": report, "unit": unit, "part": part, "line": line}
        for part, lines in parts.items()
        for line in (lines or ("",))
    ]
    registers.write(data, dataset, LETTERHEAD, [*others, *own], seen)


def seen_letterhead(data: Path, dataset: str) -> str:
    """The version `keep_letterhead` wants back."""
    return registers.version(data, dataset, LETTERHEAD)


# --- What is written into the papers of a period ---


def narrative(data: Path, dataset: str, report: str, unit: str, period: Period) -> dict[str, tuple[str, ...]]:
    """Paragraphs by part, as kept for that report and unit ("" = the area) and exactly that period.

    Raises UserError where the file cannot be read.
    """
    return narratives(data, dataset, unit, period).get(report, {})


def narratives(data: Path, dataset: str, unit: str, period: Period) -> dict[str, dict[str, tuple[str, ...]]]:
    """The same for every report that something is kept for, by its kind."""
    rows = [row for row in registers.read(data, dataset, _narrative(period.end.year))
            if _period(row) == period and (row["unit"] or "") == unit]  # fmt: skip
    kinds = dict.fromkeys(str(row["report"] or "") for row in rows)
    return {kind: _parts([row for row in rows if _is_of(row, kind, unit)]) for kind in kinds}


def earlier_narrative(
    data: Path, dataset: str, report: str, unit: str, before: datetime.date
) -> tuple[Period, dict[str, tuple[str, ...]]] | None:
    """The latest period that ends before a day and for which something was written, and what; None where there is
    none in that year or the one before."""
    for year in (before.year, before.year - 1):
        kept = [row for row in registers.read(data, dataset, _narrative(year)) if _is_of(row, report, unit)]
        periods = [period for period in map(_period, kept) if period.end < before]
        if periods:
            latest = max(periods, key=lambda period: (period.end, period.start))
            return latest, _parts([row for row in kept if _period(row) == latest])
    return None


def keep_narrative(
    data: Path, dataset: str, report: str, unit: str, period: Period, parts: Lines, seen: str
) -> None:  # fmt: skip
    """Keep these paragraphs for that report, unit and period in place of what was kept; `seen` is the version read.

    Raises UserError as `registers.write` does, and where that paper is locked.
    """
    locked.check_open(data, dataset, report, unit, period)
    register = _narrative(period.end.year)
    others = [
        row for row in registers.read(data, dataset, register)
        if not (_is_of(row, report, unit) and _period(row) == period)
    ]  # fmt: skip
    scope: Row = {"start": period.start, "end": period.end, "report": report, "unit": unit}
    own: list[Row] = [{**scope, "part": part, "line": line} for part, lines in parts.items() for line in lines]
    registers.write(data, dataset, register, [*others, *own], seen)


def seen_narrative(data: Path, dataset: str, period: Period) -> str:
    """The version `keep_narrative` wants back."""
    return registers.version(data, dataset, _narrative(period.end.year))


def _is_of(row: Row, report: str, unit: str) -> bool:
    return (row["report"] or "", row["unit"] or "") == (report, unit)


def _period(row: Row) -> Period:
    start, end = row["start"], row["end"]
    assert isinstance(start, datetime.date)
    assert isinstance(end, datetime.date)
    return Period(start, end)


def _parts(rows: Sequence[Row]) -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for row in rows:
        found[str(row["part"])] = (*found.get(str(row["part"]), ()), *_said(row))
    return found


def _said(row: Row) -> tuple[str, ...]:
    return (str(row["line"]),) if row["line"] else ()
