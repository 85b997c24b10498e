"""Form II.06a/VPCP/KSTT: how the dossiers of a period were resolved, by field, by level and by unit."""

import datetime
import string
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

import pandas as pd

from cchc.figures.periods import Period
from cchc.reports.asked import Asked
from cchc.reports.paper import Box
from cchc.reports.phrases import period_name
from cchc.reports.sheet import Book, Cell, Formula, Line, Sheet, signatures
from cchc.schema import LEVELS
from cchc.text import Text, collation_key, date, number, within

_DAY = datetime.timedelta(days=1)


@dataclass(frozen=True)
class Version:
    """One edition of the form: what prescribes it, since when, its number and title as printed on it."""

    since: datetime.date
    circular: str
    number: str
    title: tuple[str, ...]


# Another edition is another entry; a form whose columns differ is another function beside `_sheet`.
VERSIONS = (
    Version(
        datetime.date(2020, 10, 21),
        "Ban hành kèm theo Thông tư số 01/2020/TT-VPCP ngày 21/10/2020",
        "Biểu số II.06a/VPCP/KSTT",
        (
            "TÌNH HÌNH, KẾT QUẢ GIẢI QUYẾT THỦ TỤC HÀNH CHÍNH",
            "TẠI CƠ QUAN, ĐƠN VỊ TRỰC TIẾP GIẢI QUYẾT THỦ TỤC HÀNH CHÍNH",
        ),
    ),
)
# In force from here on, by its title in place of Circular 01/2020; its annex with the forms is not known.
SUCCESSOR = datetime.date(2026, 2, 15)

# Columns 3 to 13 of the form and the counts each one holds; a column without counts is a sum of others.
_COUNTS: dict[int, tuple[str, ...]] = {
    4: ("online",),
    5: ("counter", "postal"),
    6: ("carried_in",),
    8: ("early",),
    9: ("on_day", "withdrawn"),
    10: ("late",),
    12: ("open_within",),
    13: ("open_overdue",),
}
# What column 3 holds beyond the columns it adds up: dossiers of which nobody knows how they were filed.
_UNSAID = "unsaid"
_SUMS = {3: ("handled", "D{0}+E{0}+F{0}"), 7: ("resolved", "H{0}+I{0}+J{0}"), 11: ("open", "L{0}+M{0}")}
_METRICS = tuple(
    dict.fromkeys([*(name for names in _COUNTS.values() for name in names), "handled", "resolved", "open"])
)
_COLUMNS = range(3, 14)
_LETTERS = dict(enumerate("ABCDEFGHIJKLM", start=1))
_WIDTHS = (5.0, 36.0, 14.0, 9.0, 10.0, 9.0, 14.0, 9.0, 9.0, 9.0, 14.0, 9.0, 9.0)
_GROUPS = string.ascii_uppercase
_UNNAMED = "Không rõ hệ thống"
_LEVELS = {"province": "Sở, ban, ngành", "district": "Huyện, thị xã, thành phố", "commune": "Xã, phường, thị trấn"}
Rows = list[tuple[str, pd.Series]]
Groups = list[tuple[str, Rows]]


def notice(asked: Asked) -> Text:
    """Which edition of the form this is, and what is not known about the next."""
    since = date(SUCCESSOR, "vi")
    if asked.filters.end < SUCCESSOR:
        return Text(
            f"Biểu theo Thông tư 01/2020/TT-VPCP. Từ {since} có Thông tư 5/2025/TT-VPCP cùng tên; phụ lục biểu mẫu của "
            "thông tư đó chưa có ở đây, nên kỳ báo cáo từ ngày ấy phải đối chiếu với biểu mẫu mới trước khi gửi.",
            f"The form of Circular 01/2020/TT-VPCP. Since {since} there is Circular 5/2025/TT-VPCP of the same title; "
            "its annex of forms is not known here, so check periods from that day on against the new form.",
        )
    return Text(
        f"Kỳ này kết thúc sau {since}, khi Thông tư 5/2025/TT-VPCP đã có hiệu lực. Phụ lục biểu mẫu của thông tư đó "
        "chưa có ở đây, nên tệp vẫn theo Thông tư 01/2020/TT-VPCP: hãy đối chiếu với biểu mẫu mới trước khi gửi.",
        f"This period ends after {since}, when Circular 5/2025/TT-VPCP was in force. Its annex of forms is not known "
        "here, so the file still follows Circular 01/2020/TT-VPCP: check it against the new form before sending.",
    )


def build(asked: Asked) -> Book:
    """The form by field; where more than one unit has dossiers also by level and by unit, where dossiers come from more
    than one system also by system; and a sheet of checks."""
    cells = _cells(asked)
    form = next(each for each in reversed(VERSIONS) if each.since <= max(asked.filters.end, VERSIONS[0].since))
    fields = asked.snapshot.references.fields
    by_field = _rows(cells, "field", lambda id_: fields[id_].vi)
    sheets = [_sheet(asked, form, "Biểu 06a", "Lĩnh vực, công việc giải quyết theo cấp", [("", by_field)])]
    if cells["unit"].nunique() > 1:
        by_level = [(level, _rows(part, "field", lambda id_: fields[id_].vi)) for level, part in _by_level(cells)]
        sheets.append(_sheet(asked, form, "Theo cấp", "Cấp, lĩnh vực", by_level))
        units = asked.snapshot.references.units
        by_unit = [(level, _rows(part, "unit", lambda id_: units[id_].name)) for level, part in _by_level(cells)]
        sheets.append(_sheet(asked, form, "Theo đơn vị", "Cấp, đơn vị", by_unit))
    if by_source := _by_source(asked):
        sheets.append(_sheet(asked, form, "Theo hệ thống", "Hệ thống, lĩnh vực", by_source))
    sheets.append(_checks(asked, sheets, int(cells[_UNSAID].sum())))
    return Book(form.number, tuple(sheets), asked.origin, asked.snapshot.demo)


def _by_source(asked: Asked) -> Groups:
    """Fields by the system dossiers come from, those of none last; nothing where all come from one."""
    if "source" not in asked.snapshot.labels:
        return []
    cells = _cells(asked, ("source", "field"))
    cells["source"] = cells["source"].replace("", _UNNAMED).fillna(_UNNAMED)
    names = sorted(set(cells["source"]), key=lambda name: (name == _UNNAMED, collation_key(name)))
    fields = asked.snapshot.references.fields
    if not 1 < len(names) <= len(_GROUPS):
        return []
    return [(name, _rows(cells[cells["source"] == name], "field", lambda id_: fields[id_].vi)) for name in names]


def _cells(asked: Asked, by: Sequence[str] = ("level", "unit", "field")) -> pd.DataFrame:
    """What it is split by and the counts, one row for each that has any."""
    found = asked.run(_METRICS, asked.filters, by=by)
    found[_UNSAID] = found["handled"] - sum(found[name] for column in (4, 5, 6) for name in _COUNTS[column])
    return found[found[list(_METRICS)].any(axis=1)]


def _by_level(cells: pd.DataFrame) -> Iterable[tuple[str, pd.DataFrame]]:
    parts = dict(iter(cells.groupby("level")))
    return [(_LEVELS[level], parts[level]) for level in LEVELS if level in parts]


def _rows(cells: pd.DataFrame, key: str, name: Callable[[str], str]) -> Rows:
    return _sorted((name(str(id_)), row) for id_, row in cells.groupby(key)[[*_METRICS, _UNSAID]].sum().iterrows())


def _sorted(rows: Iterable[tuple[str, pd.Series]]) -> Rows:
    return sorted(rows, key=lambda row: collation_key(row[0]))


def _sheet(asked: Asked, form: Version, name: str, second: str, groups: Groups) -> Sheet:
    """The form with these groups of rows; a group without a title has no sum of its own."""
    lines: list[Line] = []
    sums: list[int] = []
    for letter, (title, rows) in zip(_GROUPS, groups, strict=False):
        first = len(lines) + 1 if title else len(lines)
        members = tuple(range(first, first + len(rows)))
        if title:
            sums.append(len(lines))
            lines.append(_sum_line(letter, title, rows, members, "sum"))
        lines += [
            _line(place, name, row, line)
            for line, (place, (name, row)) in zip(members, enumerate(rows, 1), strict=True)
        ]
    rows = [row for _, rows in groups for row in rows]
    lines.append(_sum_line("", "Tổng số", rows, tuple(sums or range(len(lines))), "total", single=bool(sums)))
    return Sheet(
        name=name,
        above=_above(asked, form),
        heads=_heads(second),
        lines=tuple(lines),
        widths=_WIDTHS,
        formats=("", "", *(["#,##0"] * len(_COLUMNS))),
        centred=(0,),
        notes=(
            "Cột 9 gồm cả hồ sơ trả lại, xin rút; cột 12 gồm cả hồ sơ chờ bổ sung. Không in dòng không có hồ sơ.",
            *_unsaid_note(sum(int(row[_UNSAID]) for _, row in rows)),
        ),
        signs=signatures(asked.letterhead("bieu-06a").place, 8, 5),
    )


def _unsaid_note(unsaid: int) -> tuple[str, ...]:
    if not unsaid:
        return ()
    counted = number(unsaid, "vi")
    return (
        f"Cột 3 gồm cả {counted} hồ sơ không rõ hình thức nộp (tệp xuất không ghi), không có trong cột 4 và cột 5.",
    )


def _above(asked: Asked, form: Version) -> tuple[Box, ...]:
    period, head = asked.filters.period, asked.letterhead("bieu-06a")
    left = (form.number, form.circular)
    centre = (*form.title, f"Kỳ báo cáo: {period_name(period)}", f"({asked.days})")
    right = (
        "- Đơn vị báo cáo:", _reporting(asked), "- Đơn vị nhận báo cáo:", head.receiver, "Đơn vị tính: Số hồ sơ TTHC",
    )  # fmt: skip
    return (
        *(Box(text, row, 0, 2, bold=row == 0, align="left") for row, text in enumerate(left)),
        *(Box(text, row, 2, 7, bold=row < len(form.title)) for row, text in enumerate(centre)),
        *(Box(text, row, 9, 4, align="left") for row, text in enumerate(right)),
    )


def _reporting(asked: Asked) -> str:
    """Who reports: the one unit asked about, else the office the area declares, with what is selected."""
    if len(asked.filters.units) == 1:
        return asked.units[0].name if asked.units else asked.area
    return asked.area


def _heads(second: str) -> tuple[Box, ...]:
    numbers = {3: "(3)=(4)+(5)+(6)", 7: "(7)=(8)+(9)+(10)", 11: "(11)=(12)+(13)"}
    return (
        Box("TT", 0, 0, rows=3),
        Box(second, 0, 1, rows=3),
        Box("Số hồ sơ nhận giải quyết", 0, 2, columns=4),
        Box("Tổng số", 1, 2, rows=2),
        Box("Trong kỳ", 1, 3, columns=2),
        Box("Trực tuyến", 2, 3),
        Box("Trực tiếp, dịch vụ bưu chính", 2, 4),
        Box("Từ kỳ trước", 1, 5, rows=2),
        Box("Số hồ sơ đã giải quyết", 0, 6, columns=4),
        Box("Tổng số", 1, 6, rows=2),
        Box("Trước hạn", 1, 7, rows=2),
        Box("Đúng hạn", 1, 8, rows=2),
        Box("Quá hạn", 1, 9, rows=2),
        Box("Số hồ sơ đang giải quyết", 0, 10, columns=3),
        Box("Tổng số", 1, 10, rows=2),
        Box("Trong hạn", 1, 11, rows=2),
        Box("Quá hạn", 1, 12, rows=2),
        *(Box(numbers.get(column, f"({column})"), 3, column - 1) for column in range(1, 14)),
    )


def _value(row: pd.Series, column: int) -> int:
    return int(row[_SUMS[column][0]]) if column in _SUMS else int(sum(row[name] for name in _COUNTS[column]))


def _line(place: int, name: str, row: pd.Series, line: int) -> Line:
    cells: list[Cell] = [str(place), name]
    for column in _COLUMNS:
        value = _value(row, column)
        unsaid = f"+{int(row[_UNSAID])}" if column == 3 and row[_UNSAID] else ""
        cells.append(Formula(f"{_SUMS[column][1]}{unsaid}", value, (line,)) if column in _SUMS else value)
    return Line(tuple(cells))


def _sum_line(
    letter: str, title: str, rows: Rows, lines: tuple[int, ...], kind: Literal["sum", "total"], single: bool = False
) -> Line:
    """A line that adds up others: `single` ones, or all from the first to the last."""
    cells: list[Cell] = [letter, title]
    for column in _COLUMNS:
        at = _LETTERS[column]
        text = "+".join(f"{at}{{{n}}}" for n in range(len(lines))) if single else f"SUM({at}{{0}}:{at}{{1}})"
        value = sum(_value(row, column) for _, row in rows)
        cells.append(Formula(text, value, lines if single else (lines[0], lines[-1])))
    return Line(tuple(cells), kind)


# --- Checks ---


def _checks(asked: Asked, sheets: Sequence[Sheet], unsaid: int) -> Sheet:
    """Every identity of the form as a live comparison."""
    main = sheets[0]
    compared = [*_within(main, unsaid), *_with_records(asked, main), *_between(main, sheets[1:])]
    return Sheet(
        name="Kiểm tra",
        above=(
            Box("KIỂM TRA CÁC ĐẲNG THỨC CỦA BIỂU", 0, 0, 5, bold=True),
            Box(f"{period_name(asked.filters.period)} ({within(asked.days)})", 1, 0, 5),
        ),
        heads=tuple(
            Box(text, 0, column) for column, text in enumerate(("TT", "Đẳng thức", "Vế trái", "Vế phải", "Kết quả"))
        ),
        lines=tuple(_check(line, *each) for line, each in enumerate(compared)),
        widths=(5.0, 72.0, 14.0, 14.0, 14.0),
        formats=("", "", "#,##0", "#,##0", ""),
        centred=(0, 4),
    )


Compared = tuple[str, Formula, Formula | int]


def _within(main: Sheet, unsaid: int) -> list[Compared]:
    """The sums the form prints in its heading, and that nothing is lost between received, resolved and open."""
    identities = ((3, (4, 5, 6)), (7, (8, 9, 10)), (11, (12, 13)), (3, (7, 11)))
    found: list[Compared] = []
    for whole, parts in identities:
        words = " + ".join(f"({part})" for part in parts)
        text, value = "+".join(_total(main, part).text for part in parts), sum(_printed(main, -1, n) for n in parts)
        if whole == 3 and 4 in parts and unsaid:
            words, text, value = f"{words} + không rõ hình thức nộp", f"{text}+{unsaid}", value + unsaid
        found.append((f"({whole}) = {words}, dòng tổng số", _total(main, whole), Formula(text, value)))
    spans = [f"{_at(main, column, 0)}:{_LETTERS[column]}{main.row(len(main.lines) - 1)}" for column in (3, 7, 11)]
    uneven = sum(
        _printed(main, line, 3) != _printed(main, line, 7) + _printed(main, line, 11) for line in range(len(main.lines))
    )
    found.append(
        ("Số dòng có (3) khác (7) + (11)", Formula(f"SUMPRODUCT(--({spans[0]}<>{spans[1]}+{spans[2]}))", uneven), 0)
    )
    return found


def _with_records(asked: Asked, main: Sheet) -> list[Compared]:
    """The totals against figures asked for by themselves, and what is carried in against what was left open, where the
    data covers that day."""
    names = {"handled": (3, "tổng phải giải quyết"), "resolved": (7, "đã giải quyết"), "open": (11, "đang giải quyết")}
    found: list[Compared] = [
        (f"({column}) = {what} theo hồ sơ", _total(main, column), int(asked.total[metric]))
        for metric, (column, what) in names.items()
    ]
    day_before = asked.filters.start - _DAY
    if day_before >= asked.snapshot.start:
        left = asked.run(["open"], asked.filters.over(Period(day_before, day_before)))["open"].iloc[0]
        found.append((f"(6) = đang giải quyết vào cuối ngày {date(day_before, 'vi')}", _total(main, 6), int(left)))
    return found


def _between(main: Sheet, others: Sequence[Sheet]) -> list[Compared]:
    """How many columns of the last line differ from one sheet to another."""
    return [
        (
            f"Số cột có tổng ở “{other.name}” khác “{main.name}”",
            Formula(
                f"SUMPRODUCT(--({_last_line(other)}<>{_last_line(main)}))",
                sum(_printed(other, -1, column) != _printed(main, -1, column) for column in _COLUMNS),
            ),
            0,
        )
        for other in others
    ]


def _last_line(sheet: Sheet) -> str:
    last = len(sheet.lines) - 1
    return f"{_at(sheet, 3, last)}:{_LETTERS[13]}{sheet.row(last)}"


def _at(sheet: Sheet, column: int, line: int) -> str:
    return f"'{sheet.name}'!{_LETTERS[column]}{sheet.row(line)}"


def _total(sheet: Sheet, column: int) -> Formula:
    """A reference to the last line of a sheet of the form."""
    return Formula(_at(sheet, column, len(sheet.lines) - 1), _printed(sheet, -1, column))


def _printed(sheet: Sheet, line: int, column: int) -> int:
    """The number in a cell of the form."""
    cell = sheet.lines[line].cells[column - 1]
    return int(str((cell.value if isinstance(cell, Formula) else cell) or 0))


def _check(line: int, what: str, left: Formula, right: Formula | int) -> Line:
    holds = left.value == (right.value if isinstance(right, Formula) else right)
    result = Formula('IF(C{0}=D{0},"Đúng","Sai")', "Đúng" if holds else "Sai", (line,))
    return Line((str(line + 1), what, left, right, result))
