"""A declared form as sheets of a workbook: rows and sections from the figures, rules as live formulas, checks."""

import datetime
from collections.abc import Iterable, Sequence
from typing import Any, Literal

import pandas as pd
from xlsxwriter.utility import xl_col_to_name

from cchc.figures import trust
from cchc.figures.metrics import METRICS
from cchc.figures.periods import Period
from cchc.reports.asked import Asked
from cchc.reports.forms import CHECKS, FIRST, Column, Editions, Form, Layout, edition
from cchc.reports.paper import Box
from cchc.reports.phrases import FEW_NOTE, period_name
from cchc.reports.sheet import Book, Cell, Formula, Line, Sheet, signatures
from cchc.schema import LEVELS
from cchc.text import NOT_AVAILABLE, collation_key, date, number, within

_DAY = datetime.timedelta(days=1)
_UNNAMED = "Không rõ hệ thống"
_LEVELS = {"province": "Sở, ban, ngành", "district": "Huyện, thị xã, thành phố", "commune": "Xã, phường, thị trấn"}
_NARROW, _WIDE, _ROOM = 5.0, 36.0, 4
_COUNT, _SHARE = "#,##0", "0.00%"
# What tells whether a share that rests on due dates says anything.
_DATED = ("undated", "resolved")
Rows = list[tuple[str, pd.Series]]
Sections = list[tuple[str, Rows]]


def build(asked: Asked, editions: Editions) -> Book:
    """The edition of the period: its first sheet; those by unit, level or system where there is more than one of
    these; and a sheet of checks."""
    form = edition(editions, asked.filters.period).of_data(asked.snapshot.labels)
    first, *others = form.sheets
    shown = [first, *(layout for layout in others if _told(asked, layout))]
    sheets = [_sheet(asked, form, layout, _sections(asked, form, layout)) for layout in shown]
    return Book(form.number, (*sheets, _checks(asked, form, sheets)), asked.origin, asked.snapshot.demo)


# --- Rows ---


def _told(asked: Asked, layout: Layout) -> bool:
    """Whether a sheet says more than one without its sections would."""
    by = {"level": "unit", "unit": "unit", "source": "source"}
    told = [by[each] for each in (layout.sections, layout.rows) if each in by]
    return all(_figures(asked, ["handled"], (), (name,))[name].nunique() > 1 for name in told)


def _figures(asked: Asked, metrics: Sequence[str], some: Sequence[Column], by: Sequence[str]) -> pd.DataFrame:
    """The counts, and those of columns that count only `some` dossiers, one row for each that has any; dossiers of no
    known system are those of one."""
    if "source" in by and "source" not in asked.snapshot.labels:
        return pd.DataFrame(columns=[*by, *metrics])
    found = asked.run(list(dict.fromkeys((*metrics, *_DATED))), asked.filters, by=by)
    for column in some:
        found = found.merge(_of_some(asked, column, by), how="left", on=list(by))
    cells = [name for column in some for name in column.cells]
    found[cells] = found[cells].fillna(0)
    if "source" in by:
        found["source"] = found["source"].replace("", _UNNAMED).fillna(_UNNAMED)
    return found[found[list(metrics)].any(axis=1)]


def _of_some(asked: Asked, column: Column, by: Sequence[str]) -> pd.DataFrame:
    """The counts of a column that counts only some dossiers, by the same keys."""
    assert column.only
    only, keys = column.only, list(dict.fromkeys((*by, "unit", column.only.by)))
    found = asked.run(list(column.counts), asked.filters, by=keys)
    met = [only.is_met(said, unit) for said, unit in zip(found[only.by], found["unit"], strict=True)]
    named = dict(zip(column.counts, column.cells, strict=True))
    return found[met].groupby(list(by), as_index=False)[list(named)].sum().rename(columns=named)


def _sections(asked: Asked, form: Form, layout: Layout) -> Sections:
    by = tuple(dict.fromkeys(filter(None, (layout.sections, layout.rows))))
    cells = _figures(asked, form.metrics, form.some, by)
    if not layout.sections:
        return [("", _rows(asked, form, cells, layout.rows))]
    parts = {str(id_): part for id_, part in cells.groupby(layout.sections)}
    names = {id_: _name(asked, layout.sections, id_) for id_ in parts}
    order = [id_ for id_ in LEVELS if id_ in parts] if layout.sections == "level" else sorted(
        parts, key=lambda id_: (id_ == _UNNAMED, collation_key(names[id_]))
    )  # fmt: skip
    return [(names[id_], _rows(asked, form, parts[id_], layout.rows)) for id_ in order]


def _rows(asked: Asked, form: Form, cells: pd.DataFrame, by: str) -> Rows:
    some = (name for column in form.some for name in column.cells)
    sums = cells.groupby(by)[list(dict.fromkeys((*form.metrics, *some, *_DATED)))].sum()
    return sorted(
        ((_name(asked, by, str(id_)), row) for id_, row in sums.iterrows()), key=lambda row: collation_key(row[0])
    )


def _name(asked: Asked, by: str, id_: str) -> str:
    known = asked.snapshot.references
    if by == "field":
        return known.fields[id_].vi
    if by == "unit":
        return known.units[id_].name
    if by == "procedure":
        return known.procedures[id_].name
    return _LEVELS.get(id_, id_)


# --- A sheet ---


def _sheet(asked: Asked, form: Form, layout: Layout, sections: Sections) -> Sheet:
    """The form with these sections of rows; a section without a title has no sum of its own."""
    lines: list[Line] = []
    sums: list[int] = []
    for place, (title, rows) in enumerate(sections):
        first = len(lines) + 1 if title else len(lines)
        members = tuple(range(first, first + len(rows)))
        if title:
            sums.append(len(lines))
            lines.append(_sum_line(form, xl_col_to_name(place), title, rows, members, len(lines), "sum"))
        lines += [_line(form, n, name, row, first + n - 1) for n, (name, row) in enumerate(rows, 1)]
    rows = [row for _, rows in sections for row in rows]
    total = _sum_line(
        form, "", "Tổng số", rows, tuple(sums or range(len(lines))), len(lines), "total", single=bool(sums)
    )
    count = len(form.columns) + FIRST - 1
    return Sheet(
        name=layout.name,
        above=_above(asked, form, count),
        heads=_heads(form, layout.head),
        lines=(*lines, total),
        widths=(_NARROW, _WIDE, *(column.width for column in form.columns)),
        formats=("", "", *(_SHARE if column.part else _COUNT for column in form.columns)),
        centred=(0,),
        notes=(*form.notes, *_notes_of_some(form), *_rest_notes(form, rows), *_few_notes((*lines, total))),
        signs=signatures(asked.letterhead(form.id).place, count - 5, 5) if count > 7 else signatures(
            asked.letterhead(form.id).place, 2, count - 2
        ),
    )  # fmt: skip


def _rest_notes(form: Form, rows: Rows) -> list[str]:
    found = [(column.rest, sum(_rest(form, column, row) for _, row in rows)) for column in form.columns if column.rest]
    return [rest[1].replace("{}", number(count, "vi")) for rest, count in found if rest and count]


def _notes_of_some(form: Form) -> list[str]:
    return [
        column.only.note.replace("{}", str(column.number)) for column in form.some if column.only and column.only.note
    ]


def _few_notes(lines: Sequence[Line]) -> list[str]:
    return [FEW_NOTE] if any(isinstance(cell, Formula) and cell.few for line in lines for cell in line.cells) else []


def _above(asked: Asked, form: Form, count: int) -> tuple[Box, ...]:
    head = asked.letterhead(form.id)
    left = (form.number, form.circular)
    centre = (*form.heading, f"Kỳ báo cáo: {period_name(asked.filters.period)}", f"({asked.days})")
    right = (
        "- Đơn vị báo cáo:", _reporting(asked), "- Đơn vị nhận báo cáo:", head.receiver, f"Đơn vị tính: {form.counted}",
    )  # fmt: skip
    room = min(_ROOM, count - FIRST)
    middle = count - room - 2
    return (
        *(Box(text, row, 0, 2, bold=row == 0, align="left") for row, text in enumerate(left)),
        *(Box(text, row, 2, middle, bold=row < len(form.heading)) for row, text in enumerate(centre)),
        *(Box(text, row, count - room, room, align="left") for row, text in enumerate(right)),
    )


def _reporting(asked: Asked) -> str:
    """Who reports: the one unit asked about, else the office the area declares, with what is selected."""
    if len(asked.filters.units) == 1:
        return asked.units[0].name if asked.units else asked.area
    return asked.area


def _heads(form: Form, second: str) -> tuple[Box, ...]:
    """Headings from the top, one over neighbours that share it and all above it, and the row of numbers."""
    depth = max(len(column.head) for column in form.columns)
    found = [Box("TT", 0, 0, rows=depth), Box(second, 0, 1, rows=depth)]
    for place, column in enumerate(form.columns):
        *groups, own = column.head
        for row in range(len(groups)):
            shared = column.head[: row + 1]
            if place and form.columns[place - 1].head[: row + 1] == shared:
                continue
            after = (n for n, each in enumerate(form.columns[place:]) if each.head[: row + 1] != shared)
            found.append(Box(groups[row], row, place + 2, columns=next(after, len(form.columns) - place)))
        found.append(Box(own, len(groups), place + 2, rows=depth - len(groups)))
    numbers = ("(1)", "(2)", *(column.title for column in form.columns))
    return (*found, *(Box(text, depth, place) for place, text in enumerate(numbers)))


# --- Cells ---


def _value(form: Form, column: Column, row: pd.Series) -> int:
    if not column.counts:
        return sum(_value(form, form.column(each), row) for each in column.sum)
    return int(sum(row[name] for name in column.cells))


def _rest(form: Form, column: Column, row: pd.Series) -> int:
    """What a sum counts that is in none of the columns it adds up."""
    return _value(form, column, row) - sum(_value(form, form.column(each), row) for each in column.sum)


def _line(form: Form, place: int, name: str, row: pd.Series, line: int) -> Line:
    cells: list[Cell] = [str(place), name]
    for column in form.columns:
        if column.part:
            cells.append(_share(form, column, [row], line))
        elif column.sum:
            rest = _rest(form, column, row) if column.rest else 0
            text = "+".join(f"{_letter(each)}{{0}}" for each in column.sum) + (f"+{rest}" if rest else "")
            cells.append(Formula(text, _value(form, column, row), (line,)))
        else:
            cells.append(_value(form, column, row))
    return Line(tuple(cells))


def _sum_line(
    form: Form, letter: str, title: str, rows: Rows, lines: tuple[int, ...], line: int, kind: Literal["sum", "total"],
    single: bool = False,
) -> Line:  # fmt: skip
    """A line that adds up others: `single` ones, or all from the first to the last."""
    cells: list[Cell] = [letter, title]
    figures = [row for _, row in rows]
    for column in form.columns:
        if column.part:
            cells.append(_share(form, column, figures, line))
            continue
        at = _letter(column.number)
        text = "+".join(f"{at}{{{n}}}" for n in range(len(lines))) if single else f"SUM({at}{{0}}:{at}{{1}})"
        value = sum(_value(form, column, row) for row in figures)
        cells.append(Formula(text, value, lines if single else (lines[0], lines[-1])))
    return Line(tuple(cells), kind)


def _share(form: Form, column: Column, rows: Sequence[pd.Series], line: int) -> Formula:
    """A share of the columns of its own line; a dash where there is nothing to be a share of."""
    part, whole = (
        sum(_value(form, form.column(each), row) for each in columns for row in rows)
        for columns in (column.part, column.whole)
    )
    top, below = ("+".join(f"{_letter(each)}{{0}}" for each in columns) for columns in (column.part, column.whole))
    text = f'IF(({below})=0,"{NOT_AVAILABLE}",({top})/({below}))'
    few = bool(whole) and not all(trust.is_dated(METRICS[name], _undated(rows)) for name in _counted(form, column.part))
    return Formula(text, part / whole if whole else NOT_AVAILABLE, (line,), few)


def _counted(form: Form, columns: Sequence[int]) -> set[str]:
    """The counts in columns, and in those they add up."""
    found = [form.column(each) for each in columns]
    return {name for column in found for name in (*column.counts, *_counted(form, () if column.counts else column.sum))}


def _undated(rows: Sequence[pd.Series]) -> dict[str, int]:
    undated, resolved = (sum(int(row[name]) for row in rows) for name in _DATED)
    return {"undated_n": undated, "undated_d": resolved}


def _letter(column: int) -> str:
    return str(xl_col_to_name(column - 1))


# --- Checks ---

Compared = tuple[str, Formula, Formula | int]


def _checks(asked: Asked, form: Form, sheets: Sequence[Sheet]) -> Sheet:
    """Every identity of the form as a live comparison."""
    main = sheets[0]
    compared = [*_within(form, main), *_with_records(asked, form, main), *_between(form, main, sheets[1:])]
    return Sheet(
        name=CHECKS,
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


def _within(form: Form, main: Sheet) -> list[Compared]:
    """The sums of the form in its last line, and what it declares to be equal, there and in every line."""
    found: list[Compared] = []
    for column in form.columns:
        if column.sum:
            left, right = _added(main, (column.number,)), _added(main, column.sum)
            words, rest = _named(column.sum), int(left.value) - int(right.value) if column.rest else 0
            if column.rest and rest:
                words, right = f"{words} + {column.rest[0]}", Formula(f"{right.text}+{rest}", int(right.value) + rest)
            found.append((f"({column.number}) = {words}, dòng tổng số", left, right))
    equal = [(f"{_named(left)} = {_named(right)}, dòng tổng số", left, right) for left, right in form.equal]
    found += [(what, _added(main, left), _added(main, right)) for what, left, right in equal]
    return found + [_uneven(main, left, right) for left, right in form.equal]


def _named(columns: Iterable[int]) -> str:
    return " + ".join(f"({column})" for column in columns)


def _added(sheet: Sheet, columns: Sequence[int]) -> Formula:
    """The sum of columns in the last line of a sheet."""
    last = len(sheet.lines) - 1
    return Formula(
        "+".join(_at(sheet, column, last) for column in columns),
        sum(int(_printed(sheet, last, column)) for column in columns),
    )


def _uneven(main: Sheet, left: Sequence[int], right: Sequence[int]) -> Compared:
    last = len(main.lines) - 1
    spans = [
        "+".join(f"{_at(main, each, 0)}:{_letter(each)}{main.row(last)}" for each in columns)
        for columns in (left, right)
    ]
    uneven = sum(
        sum(_printed(main, line, each) for each in left) != sum(_printed(main, line, each) for each in right)
        for line in range(last + 1)
    )
    words = f"Số dòng có {_named(left)} khác {_named(right)}"
    return words, Formula(f"SUMPRODUCT(--({spans[0]}<>{spans[1]}))", uneven), 0


def _with_records(asked: Asked, form: Form, main: Sheet) -> list[Compared]:
    """Sums against figures asked for by themselves, and what is carried in against what was left open, where the data
    covers that day."""
    summed = [column for column in form.columns if column.sum and column.counts]
    totals = asked.run(form.metrics, asked.filters).iloc[0]
    found: list[Compared] = [
        (
            f"({column.number}) = {' + '.join(within(METRICS[name].label.vi) for name in column.counts)} theo hồ sơ",
            _added(main, (column.number,)),
            int(sum(totals[name] for name in column.counts)),
        )
        for column in summed
    ]
    day_before = asked.filters.start - _DAY
    for column, metric in form.carried if day_before >= asked.snapshot.start else ():
        left = asked.run([metric], asked.filters.over(Period(day_before, day_before)))[metric].iloc[0]
        words = f"({column}) = {within(METRICS[metric].label.vi)} vào cuối ngày {date(day_before, 'vi')}"
        found.append((words, _added(main, (column,)), int(left)))
    return found


def _between(form: Form, main: Sheet, others: Sequence[Sheet]) -> list[Compared]:
    """How many columns of the last line differ from one sheet to another."""
    numbers = [column.number for column in form.columns]
    return [
        (
            f"Số cột có tổng ở “{other.name}” khác “{main.name}”",
            Formula(
                f"SUMPRODUCT(--({_last_line(form, other)}<>{_last_line(form, main)}))",
                sum(_printed(other, -1, column) != _printed(main, -1, column) for column in numbers),
            ),
            0,
        )
        for other in others
    ]


def _last_line(form: Form, sheet: Sheet) -> str:
    last = len(sheet.lines) - 1
    return f"{_at(sheet, FIRST, last)}:{_letter(form.columns[-1].number)}{sheet.row(last)}"


def _at(sheet: Sheet, column: int, line: int) -> str:
    return f"'{sheet.name}'!{_letter(column)}{sheet.row(line)}"


def _printed(sheet: Sheet, line: int, column: int) -> Any:
    """The number in a cell of the form, or the dash there."""
    cell = sheet.lines[line].cells[column - 1]
    return cell.value if isinstance(cell, Formula) else cell


def _check(line: int, what: str, left: Formula, right: Formula | int) -> Line:
    holds = left.value == (right.value if isinstance(right, Formula) else right)
    result = Formula('IF(C{0}=D{0},"Đúng","Sai")', "Đúng" if holds else "Sai", (line,))
    return Line((str(line + 1), what, left, right, result))
