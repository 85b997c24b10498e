"""A column of a register: what its cells mean, and how they are written."""

import datetime
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from cchc.text import Text, UserError, fold, harmless, legible

Value = str | int | float | datetime.date | None


@dataclass(frozen=True)
class Column:
    """One column: its name in the file, its heading, what it holds. `choices` are the ids of a choice with their words;
    an optional column may be empty; a text has at most `longest` characters."""

    name: str
    label: Text
    kind: Literal["date", "count", "number", "text", "choice"]
    choices: Mapping[str, Text] | None = None
    optional: bool = False
    longest: int = 500


def cell(column: Column, row: Sequence[str], place: int, where: Text) -> Value:
    """What the cell at that place of a row means. Raises UserError that begins with `where` when it cannot be meant."""
    text = legible(row[place]).strip() if place < len(row) else ""
    if text.startswith("'") and harmless(text[1:]) == text:  # as a spreadsheet keeps it from being a formula
        text = text[1:]
    if not text:
        if column.optional:
            return None
        raise wrong(where, Text(f"“{column.label.vi}” để trống", f"“{column.label.en}” is empty"))
    try:
        return _READERS[column.kind](column, text)
    except ValueError as error:
        shown, wanted = text[:60], _WANTED[column.kind](column)
        reason = Text(
            f"“{column.label.vi}” = {shown} không hợp lệ, cần {wanted.vi}",
            f"“{column.label.en}” = {shown} is not valid; wanted: {wanted.en}",
        )
        raise wrong(where, reason) from error


def _date(column: Column, text: str) -> datetime.date:
    if "/" in text:
        day = datetime.datetime.strptime(text, "%d/%m/%Y").date()
    else:
        day = datetime.date.fromisoformat(text[:10])
    if not 1900 <= day.year <= 2200:
        raise ValueError(text)
    return day


def _count(column: Column, text: str) -> int:
    value = int(text)
    if not 0 <= value < 10**9:
        raise ValueError(text)
    return value


def _number(column: Column, text: str) -> float:
    value = float(text.replace(",", "."))
    if not 0 <= value < 10**9:
        raise ValueError(text)
    return value


def _text(column: Column, text: str) -> str:
    if len(text) > column.longest:
        raise ValueError(text)
    return text


def _choice(column: Column, text: str) -> str:
    for id_, words in (column.choices or {}).items():
        if fold(text) in (fold(id_), fold(words.vi), fold(words.en)):
            return id_
    raise ValueError(text)


def _one_of(column: Column) -> Text:
    words = (column.choices or {}).values()
    return Text("một trong: " + ", ".join(each.vi for each in words), "one of: " + ", ".join(each.en for each in words))


_WANTED: dict[str, Callable[[Column], Text]] = {
    "date": lambda column: Text("ngày viết dd/mm/yyyy", "a date as dd/mm/yyyy"),
    "count": lambda column: Text("số nguyên từ 0", "a whole number from 0"),
    "number": lambda column: Text("số từ 0", "a number from 0"),
    "text": lambda column: Text(f"không quá {column.longest} chữ", f"at most {column.longest} characters"),
    "choice": _one_of,
}
_READERS: dict[str, Callable[[Column, str], Value]] = {
    "date": _date,
    "count": _count,
    "number": _number,
    "text": _text,
    "choice": _choice,
}


def written(column: Column, value: Value) -> str:
    """A value as a cell that `cell` reads and no spreadsheet takes for a formula."""
    if isinstance(value, datetime.date):
        return f"{value:%d/%m/%Y}"
    if isinstance(value, float):
        return f"{value:g}".replace(".", ",")
    if column.choices and value in column.choices:
        return column.choices[str(value)].vi
    return "" if value is None else harmless(str(value))


def wrong(where: str | Text, reason: Text) -> UserError:
    """What to say of a place that cannot be meant."""
    place = Text(where, where) if isinstance(where, str) else where
    return UserError(
        Text(f"{place.vi}: {reason.vi}; sửa rồi thử lại.", f"{place.en}: {reason.en}; mend it and try again.")
    )
