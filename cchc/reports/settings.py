"""What areas declare about their papers and staff write over it: letterheads, scores, classes (`reports.toml`)."""

import tomllib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from cchc.config import REFERENCE
from cchc.entered import office
from cchc.reports.paper import ROOM, Letterhead
from cchc.text import Text, UserError

_FILE = "reports.toml"


@dataclass(frozen=True)
class Settings:
    """The tables of the file: those of the area, and the shared ones it does not have. `path` is the area's file, or
    the shared one where it has none; `own` the letterheads that staff wrote on the page, which come first."""

    tables: Mapping[str, Any]
    path: Path
    own: Mapping[tuple[str, str], office.Lines]

    @contextmanager
    def checking(self, key: str) -> Iterator[Mapping[str, Any]]:
        """A table, to be read; what is missing in it or of the wrong kind becomes a UserError naming file and table."""
        try:
            yield self.tables[key]
        except (AttributeError, KeyError, TypeError, ValueError) as error:
            raise _wrong(self.path, f"[{key}] {error}") from error

    def letterhead(self, kind: str) -> Letterhead:
        """The letterhead of `[paper]`, with what `[paper.<kind>]` says otherwise; of each, what staff wrote."""
        found = {
            **self.tables["paper"], **self._own("", ""), **self.tables["paper"].get(kind, {}), **self._own(kind, ""),
        }  # fmt: skip
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
            signer=str(found.get("signer", "")),
        )

    def of_unit(self, head: Letterhead, kind: str, unit: str) -> Letterhead:
        """The letterhead of one commune with what staff wrote for it."""
        own = {**self._own("", unit), **self._own(kind, unit)}
        changes: dict[str, Any] = {part: tuple(it) if isinstance(it, list) else it for part, it in own.items()}
        return replace(head, **changes)

    def _own(self, kind: str, unit: str) -> dict[str, Any]:
        parts = self.own.get((kind, unit), {})
        return {part: _single(part, lines) if part in office.SINGLE else [*lines] for part, lines in parts.items()}


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
    settings = Settings(tables, own or REFERENCE / _FILE, office.letterheads(data, dataset))
    with settings.checking("paper") as papers:
        for kind in ("", *(name for name, value in papers.items() if isinstance(value, dict))):
            settings.letterhead(kind)
    return settings


def _tables(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except ValueError as error:  # an error of TOML or of the encoding is a ValueError
        raise _wrong(path, str(error)) from error


def _single(part: str, lines: Sequence[str]) -> str:
    """A part of one line; one that was emptied is a place to fill, as that of the signer always is."""
    return " ".join(lines) or ("" if part == "signer" else ROOM)


def _lines(table: Mapping[str, Any], key: str) -> tuple[str, ...]:
    if not isinstance(table[key], list):
        raise ValueError(f"{key} = {table[key]}")
    return tuple(map(str, table[key]))


def _wrong(path: Path, what: str) -> UserError:
    place = f"{path.parent.name}/{path.name}"
    return UserError(
        Text(f"{place} sai: {what}; sửa tệp đó rồi thử lại.", f"{place} is wrong: {what}; mend that file.")
    )
