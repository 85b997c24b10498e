"""A mapping while it is changed: tables as TOML has them, every change a new one, and the file an area keeps it in."""

import json
import re
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Literal

from cchc import disk
from cchc.access import people, record
from cchc.importing import mapping as mappings
from cchc.importing.mapping import Mapping, Tables, heading, spelling
from cchc.rules import references

SHELF = "mappings"
Listing = Literal["channel", "status", "units", "procedures"]
# A day as officials write it, with every time that may follow or precede it; of two digits or four where the year may
# have two.
DAYS = ("dd/MM/yyyy", "MM/dd/yyyy", "yyyy/MM/dd", "dd/MM/yy", "MM/dd/yy")
_BARE = re.compile(r"[A-Za-z0-9_-]+")
_WIDTH = 110


def started(mapping: str | Path) -> Tables:
    """A draft that says what a shipped mapping or a TOML file says. Raises UserError as `mapping.tables`."""
    return {"based_on": mapping} if mapping in mappings.shipped() else mappings.tables(mapping)


def reads(draft: Tables, title: str, column: str) -> Tables:
    """The draft in which the heading `title` is that of `column`, before any other; `mapping.UNREAD`: of none."""
    return _listed(draft, "columns", title, column, heading)


def means(draft: Tables, listing: Listing, text: str, meaning: str) -> Tables:
    """The draft in which the spelling `text` of a channel, status, unit or procedure means `meaning`."""
    return _listed(draft, listing, text, meaning, spelling)


def dated(draft: Tables, day: str) -> Tables:
    """The draft in which dates are written as `day` (of DAYS), alone or with a time; "" leaves that to the base."""
    rest = {key: value for key, value in draft.items() if key != "date_formats"}
    return rest | {"date_formats": _formats(day)} if day else rest


def day_of(draft: Tables) -> str:
    """What `dated` was given; "" for a draft whose formats are others, or that has none."""
    formats = draft.get("date_formats")
    return next((day for day in DAYS if formats == _formats(day)), "")


def keyed(draft: Tables, key: Sequence[str]) -> Tables:
    """The draft in which a stored id is made of `key` (of `mapping.KEY`); of the id alone where that is all."""
    rest = {name: value for name, value in draft.items() if name != "id"}
    return {"id": list(key)} | rest if key != ("id",) else rest


def _formats(day: str) -> list[str]:
    whole = day if "yyyy" in day else day.replace("yy", "yyyy")
    written = [each.replace("/", mark) for each in dict.fromkeys((day, whole)) for mark in "/-."]
    first = [f"{time} {each}" for each in dict.fromkeys((day, whole)) for time in ("HH:mm:ss", "HH:mm")]
    return [f"{each}{time}" for each in written for time in mappings.TIMES] + first


def _listed(draft: Tables, table: str, text: str, under: str, alike: Callable[[str], str]) -> Tables:
    lists = {key: [each for each in texts if alike(each) != alike(text)] for key, texts in draft.get(table, {}).items()}
    lists[under] = [text, *lists.get(under, ())]
    return {**draft, table: {key: texts for key, texts in lists.items() if texts}}


def written(draft: Tables) -> str:
    """The draft as the text of a TOML file."""
    plain = [f"{_key(key)} = {_value(value)}\n" for key, value in draft.items() if not isinstance(value, dict)]
    tables = [
        f"\n[{_key(name)}]\n" + "".join(f"{_key(key)} = {_value(value)}\n" for key, value in table.items())
        for name, table in draft.items()
        if isinstance(table, dict)
    ]
    return "".join([*plain, *tables]).lstrip("\n")


def _key(key: str) -> str:
    return key if _BARE.fullmatch(key) else _value(key)


def _value(value: object) -> str:
    """A text, truth value, number or list of these; JSON writes them as TOML does, but for one control character."""
    if isinstance(value, list):
        items = [_value(each) for each in value]
        line = f"[{', '.join(items)}]"
        return line if len(line) <= _WIDTH else "[\n" + "".join(f"    {item},\n" for item in items) + "]"
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007F")


def saved(data: Path, dataset: str) -> Mapping | None:
    """The mapping an area keeps, None where it keeps none. Raises UserError when it cannot be meant."""
    path = place(data, dataset)
    return mappings.read(path) if path.is_file() else None


def save(data: Path, dataset: str, draft: Tables) -> Path:
    """Keep the draft as the mapping of an area, in place of the one there was; returns its file.

    Raises UserError when the id of the area or the draft cannot be meant, or the place cannot be written to, and
    Refused unless an editor of the area acts.
    """
    references.checked_id(dataset)
    people.require("editor", dataset)
    mappings.build(dataset, draft)
    path = place(data, dataset)
    with disk.locked(path), disk.written_whole(path) as fresh:
        fresh.write_text(written(draft), encoding="utf-8")
        record.add(data, "mapping", dataset)
    return path


def place(data: Path, dataset: str) -> Path:
    """Where an area keeps its mapping."""
    return data / SHELF / f"{dataset}.toml"
