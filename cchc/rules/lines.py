"""The lines of a reference table, each read by one function; what is wrong with one is said by file and line."""

import csv
import datetime
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Protocol, TypeVar

from cchc import disk
from cchc.text import Text, UserError

FIRST_DAY = datetime.date(1900, 1, 1)
LAST_DAY = datetime.date(9999, 12, 31)
Line = dict[str, str]
T = TypeVar("T")


class Identified(Protocol):
    """A line that something else refers to by an id."""

    @property
    def id(self) -> str: ...


I = TypeVar("I", bound=Identified)  # noqa: E741


def numbered(path: Path, build: Callable[[Line], T]) -> Iterator[tuple[int, T]]:
    """Every line of the CSV file `path` under its heading, with its number, as `build` reads it.

    Raises UserError when the file cannot be read, naming file and column when `build` asks for one that is not there,
    or file and line when it raises KeyError or ValueError otherwise.
    """
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            rows = list(enumerate(csv.DictReader(file), start=2))
    except (OSError, UnicodeError, csv.Error) as error:
        raise UserError(disk.not_readable(path)) from error
    for line, row in rows:
        try:
            yield line, build({key: (value or "").strip() for key, value in row.items() if key is not None})
        except (KeyError, ValueError) as error:
            if isinstance(error, KeyError) and error.args[0] not in row:
                raise UserError(_no_column(path, error.args[0])) from error
            raise UserError(
                Text(
                    f"{path.name}, dòng {line}: {error} không hợp lệ; sửa dòng đó rồi thử lại.",
                    f"{path.name}, line {line}: {error} is not valid; mend that line and try again.",
                )
            ) from error


def _no_column(path: Path, column: str) -> Text:
    return Text(
        f"{path.name} thiếu cột {column}; thêm cột đó rồi thử lại.",
        f"{path.name} has no column {column}; add it and try again.",
    )


def read(path: Path, build: Callable[[Line], T]) -> Iterator[T]:
    """Every line of a file, as `numbered` reads them."""
    return (built for _, built in numbered(path, build))


def by_id(path: Path, build: Callable[[Line], I]) -> dict[str, I]:
    """The lines of a file by their id. Raises UserError naming both lines where two have the same one."""
    return {id_: built for id_, (_, built) in numbered_by_id(path, build).items()}


def numbered_by_id(path: Path, build: Callable[[Line], I]) -> dict[str, tuple[int, I]]:
    """The same, each with the number of its line."""
    found: dict[str, tuple[int, I]] = {}
    for line, each in numbered(path, build):
        if each.id in found:
            raise UserError(clash(path, found[each.id][0], line, Text(f"mã {each.id}", f"the id {each.id}")))
        found[each.id] = line, each
    return found


def clash(path: Path, one: int, other: int, shared: Text) -> Text:
    """What to say of two lines of a file that both have what only one may have."""
    return Text(
        f"{path.name}, dòng {one} và dòng {other} cùng có {shared.vi}; sửa một trong hai dòng rồi thử lại.",
        f"{path.name}, lines {one} and {other} both have {shared.en}; mend one of them and try again.",
    )


def day(text: str, default: T) -> datetime.date | T:
    """A date in ISO form; `default` for an empty cell. Raises ValueError for anything else."""
    try:
        return datetime.date.fromisoformat(text) if text else default
    except ValueError as error:  # Python's own words are English, and the sentence may be Vietnamese
        raise ValueError(f"{text} (≠ YYYY-MM-DD)") from error


def is_yes(row: Line, column: str) -> bool:
    """Whether a cell says yes; an empty one or no column at all says no. Raises ValueError for any other word: read as
    no it would be lost."""
    if (said := row.get(column, "")) not in ("yes", "no", ""):
        raise ValueError(f"{column} = {said} (≠ yes, no)")
    return said == "yes"


def listed(text: str) -> tuple[str, ...]:
    """The parts of a cell between semicolons."""
    return tuple(part.strip() for part in text.split(";") if part.strip())
