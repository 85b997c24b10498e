"""What the distinct values of an import mean: few, so they are looked at one by one and joined back."""

from collections.abc import Mapping as Keyed
from collections.abc import Sequence
from typing import TypeVar

import duckdb

from cchc.importing import dates, judging, persons
from cchc.importing.dates import Reading
from cchc.importing.judging import ABSENT, BY_DATE
from cchc.importing.mapping import ANY_OTHER, BLANKS, BOOLEANS, DATES, LABELS, Mapping, spelling
from cchc.importing.matching import Spelling
from cchc.importing.parts import Part
from cchc.text import Text, UserError, fold

# A column with more different values, or with more than one for every two rows, cannot name units or procedures.
_MOST = 5_000
_ENOUGH_ROWS = 200
T = TypeVar("T")


def units(connection: duckdb.DuckDBPyConnection, mapping: Mapping, parts: Sequence[Part]) -> list[Spelling]:
    """Every spelling of a unit in the import."""
    _check_few(connection, parts, "unit", "unit_name")
    rows = judging.spelled(connection, "unit", "unit_name")
    _check_no_persons(parts, rows, "unit", "unit_name")
    return [
        Spelling((value, name), _texts(mapping, ("unit", value), ("unit_name", name)), count)
        for value, name, count in rows
    ]


def procedures(connection: duckdb.DuckDBPyConnection, mapping: Mapping, parts: Sequence[Part]) -> list[Spelling]:
    """Every spelling of a procedure in the import, with its most frequent field."""
    _check_few(connection, parts, "procedure", "procedure_name", "field")
    found: dict[tuple[str, str], Spelling] = {}
    rows = judging.spelled(connection, "procedure", "procedure_name", "field")
    _check_no_persons(parts, rows, "procedure", "procedure_name", "field")
    # Most frequent field first, then alphabetical: the first one met is kept.
    for value, name, field, count in sorted(rows, key=lambda row: (-row[3], row[2])):
        texts = _texts(mapping, ("procedure", value), ("procedure_name", name))
        known = found.get((value, name), Spelling((value, name), texts, 0))
        fields = _texts(mapping, ("field", field))
        first = known.field or (fields[0] if fields else "")
        found[value, name] = Spelling(known.raw, texts, known.rows + count, first)
    return list(found.values())


def _texts(mapping: Mapping, *cells: tuple[str, str]) -> tuple[str, ...]:
    """What cells say once constants and blanks are filled in; nothing for one that says nothing."""
    return tuple(text for column, value in cells if (text := _stated(mapping, column, value)))


def _stated(mapping: Mapping, column: str, value: str) -> str:
    if value == ABSENT:
        return mapping.constants.get(column, "")
    text = " ".join(value.split())
    return mapping.blanks.get(column, "") if text.lower() in BLANKS else text


def _check_few(connection: duckdb.DuckDBPyConnection, parts: Sequence[Part], *columns: str) -> None:
    """Raise UserError when a column has so many different values that it may hold names of persons: those must not
    become references, nor be listed as unknown spellings."""
    for column in columns:
        distinct, rows = judging.distinct(connection, column)
        if distinct > _MOST or (rows >= _ENOUGH_ROWS and distinct > rows / 2):
            title, label = _title(parts, column), LABELS[column]
            raise UserError(
                Text(
                    f"Cột “{title}” có {distinct} giá trị khác nhau trong {rows} hàng nên không thể là {label.vi}; "
                    "sửa [columns] trong tệp ánh xạ.",
                    f"The column “{title}” has {distinct} different values in {rows} rows, so it cannot be the "
                    f"{label.en}; mend [columns] in the mapping.",
                )
            )


def _check_no_persons(parts: Sequence[Part], rows: Sequence[Sequence[str]], *columns: str) -> None:
    """Raise UserError when a column holds names of persons, be they few, as those of officers; none is repeated."""
    for place, column in enumerate(columns):
        if persons.are_names({row[place] for row in rows} - {ABSENT}):
            title, label = _title(parts, column), LABELS[column]
            raise UserError(
                Text(
                    f"Cột “{title}” trông như họ tên người nên không thể là {label.vi}; sửa [columns] trong tệp "
                    "ánh xạ. Nếu là tên phường, ghi kèm chữ “Phường” phía trước.",
                    f"The column “{title}” looks like names of persons, so it cannot be the {label.en}; mend [columns] "
                    "in the mapping. If these are wards, write “Phường” before each.",
                )
            )


def _title(parts: Sequence[Part], column: str) -> str:
    return next((part.layout.titles[column] for part in parts if column in part.layout.titles), column)


def mean(connection: duckdb.DuckDBPyConnection, mapping: Mapping, parts: Sequence[Part]) -> None:
    """Tell the judge what every spelling of channel, status and the yes-or-no columns means."""
    tables: dict[str, Keyed[str, object]] = {"channel": mapping.channels, "status": mapping.statuses}
    for column in ("channel", "status", *BOOLEANS):
        _check_few(connection, parts, column)
        rows: list[tuple[object, ...]] = []
        for value, _ in judging.spelled(connection, column):
            text = _stated(mapping, column, value)
            meaning = _meaning(tables.get(column, mapping.booleans), text)
            if column == "status" and value == ABSENT and not text:
                rows.append((value, BY_DATE, True))
            else:
                rows.append((value, meaning, bool(text)))
        judging.mean(connection, column, ("value",), rows)


def _meaning(table: Keyed[str, T], text: str) -> T | None:
    """What `text` means: spelled as listed, or the same without any accents, or whatever the list says of others."""
    if not text:
        return None
    if (key := spelling(text)) in table:
        return table[key]
    if key == fold(text):
        meanings = {meaning for listed, meaning in table.items() if fold(listed) == key}
        if len(meanings) == 1:
            return meanings.pop()
    return table.get(ANY_OTHER)


def readings(connection: duckdb.DuckDBPyConnection, mapping: Mapping, parts: Sequence[Part]) -> dict[str, Reading]:
    """How each column of dates is read; see `dates.decide`."""
    present = [date for date in DATES if any(date in part.layout.columns for part in parts)]
    return {date: dates.decide(connection, date, _title(parts, date), mapping.date_formats) for date in present}


def check(connection: duckdb.DuckDBPyConnection, parts: Sequence[Part], read: Keyed[str, Reading]) -> None:
    """Raise UserError when most cells of the id column are no ids, or more than one date in ten is unreadable."""
    good, bad = judging.ids(connection)
    if bad > good:
        title = _title(parts, "dossier_id")
        raise UserError(
            Text(
                f"Cột “{title}” phần lớn không phải mã hồ sơ (phải có chữ số, không có khoảng trắng); sửa [columns] "
                "trong tệp ánh xạ.",
                f"Most of the column “{title}” are no dossier ids (a digit, no blanks); mend [columns] in the mapping.",
            )
        )
    for column in read:
        unreadable, stated, example = judging.unreadable(connection, column)
        dates.check_readable(_title(parts, column), unreadable, stated, example)
