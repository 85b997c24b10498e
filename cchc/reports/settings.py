"""What an area declares about its papers: letterhead, bands of scores, criteria and classes (`reports.toml`)."""

import tomllib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cchc.config import REFERENCE
from cchc.reports.paper import Letterhead
from cchc.text import Text, UserError

_FILE = "reports.toml"


@dataclass(frozen=True)
class Settings:
    """The tables of the file: those of the area, and the shared ones it does not have. `path` is the area's file, or
    the shared one where it has none."""

    tables: Mapping[str, Any]
    path: Path

    @contextmanager
    def checking(self, key: str) -> Iterator[Mapping[str, Any]]:
        """A table, to be read; what is missing in it or of the wrong kind becomes a UserError naming file and table."""
        try:
            yield self.tables[key]
        except (AttributeError, KeyError, TypeError, ValueError) as error:
            raise _wrong(self.path, f"[{key}] {error}") from error

    def letterhead(self, kind: str) -> Letterhead:
        """The letterhead of `[paper]`, with what `[paper.<kind>]` says otherwise."""
        found = {**self.tables["paper"], **self.tables["paper"].get(kind, {})}
        return Letterhead(
            parent=_lines(found, "parent"),
            issuer=_lines(found, "issuer"),
            name=str(found["name"]),
            symbol=str(found["symbol"]),
            place=str(found["place"]),
            to=_lines(found, "to"),
            copies=_lines(found, "copies"),
            signs=_lines(found, "signs"),
            receiver=str(found["receiver"]),
            basis=_lines(found, "basis"),
            below=_lines(found, "below"),
        )


def read(data: Path, dataset: str) -> Settings:
    """Settings of a dataset: its own file (in the data folder, else the one that ships) over the shared one.

    Raises UserError naming the file and the key where one is missing or of the wrong kind.
    """
    own = next(
        (path for folder in (data / "reference", REFERENCE) if (path := folder / dataset / _FILE).exists()), None
    )
    tables = _tables(REFERENCE / _FILE)
    if own is not None:
        theirs = _tables(own)
        tables |= theirs | {"paper": tables["paper"] | theirs.get("paper", {})}
    settings = Settings(tables, own or REFERENCE / _FILE)
    with settings.checking("paper") as papers:
        for kind in ("", *(name for name, value in papers.items() if isinstance(value, dict))):
            settings.letterhead(kind)
    return settings


def _tables(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except ValueError as error:  # an error of TOML or of the encoding is a ValueError
        raise _wrong(path, str(error)) from error


def _lines(table: Mapping[str, Any], key: str) -> tuple[str, ...]:
    if not isinstance(table[key], list):
        raise ValueError(f"{key} = {table[key]}")
    return tuple(map(str, table[key]))


def _wrong(path: Path, what: str) -> UserError:
    place = f"{path.parent.name}/{path.name}"
    return UserError(
        Text(f"{place} sai: {what}; sửa tệp đó rồi thử lại.", f"{place} is wrong: {what}; mend that file.")
    )
