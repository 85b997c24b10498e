"""Weekly service models: who takes part, with which procedures, since when, and what they promise."""

import datetime
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal

from cchc.schema import LEVELS
from cchc.text import Text

Promise = Literal["online", "same_day"]
_FOREVER = datetime.date(9999, 12, 31)
_CUT_OFF = datetime.time(15, 30)
_DEADLINE = datetime.time(9, 0)
# The id is the address of the model's page.
_ID = re.compile("[a-z0-9]+(-[a-z0-9]+)*")


@dataclass(frozen=True)
class StartDate:
    """A start date found in a document; documents contradict each other, so each keeps its source."""

    day: datetime.date
    source: str


@dataclass(frozen=True)
class UnitStart:
    """A unit that joined the model on another day than the model's start."""

    unit: str
    start: StartDate


@dataclass(frozen=True)
class Listing:
    """Procedures of one level that the model covers, by their own ids or by whole fields, while valid."""

    level: str
    procedures: tuple[str, ...]
    fields: tuple[str, ...]
    valid_from: datetime.date
    valid_to: datetime.date

    def covers(self, procedure: str, field: str) -> bool:
        return procedure in self.procedures or field in self.fields


@dataclass(frozen=True)
class ServiceModel:
    """One weekly model: `promise` "online" is kept by filing online; "same_day" by a result the same day, or
    by `deadline` of the next working day for a dossier received after `cut_off` (Kế hoạch 112/KH-UBND Thanh Hà).

    `outcome` is the metric the model is meant to move; `place` names its table and line in the file."""

    id: str
    name: Text
    weekday: int
    start: StartDate
    alternative_starts: tuple[StartDate, ...]
    units: tuple[str, ...]
    unit_starts: tuple[UnitStart, ...]
    listings: tuple[Listing, ...]
    promise: Promise
    outcome: str
    place: Text
    cut_off: datetime.time = _CUT_OFF
    deadline: datetime.time = _DEADLINE

    @property
    def starts(self) -> dict[str, datetime.date]:
        """The day each participating unit began: its own, or the model's."""
        own = {each.unit: each.start.day for each in self.unit_starts}
        return {unit: own.get(unit, self.start.day) for unit in self.units}

    def starting(self, start: StartDate) -> "ServiceModel":
        """The same model, had it begun on another of the documents' dates."""
        return replace(self, start=start)


@dataclass(frozen=True)
class WrongModel:
    """A model that cannot be used: one sentence says why, naming its table and line. `id` is "" if it has none."""

    id: str
    name: Text
    why: Text


def wrong(model: ServiceModel, reason: Text) -> WrongModel:
    """`model` as one that cannot be used for that reason."""
    return _wrong(model.id, model.name, model.place, reason)


def read(path: Path) -> tuple[tuple[ServiceModel, ...], tuple[WrongModel, ...]]:
    """Models of a `service_models.toml` with `[[model]]` tables, and those that cannot be used; none if the file
    does not exist. One wrong table leaves the others, and whatever does not need it, as they are."""
    if not path.exists():
        return (), ()
    try:
        text = path.read_text(encoding="utf-8")
        tables = list(tomllib.loads(text).get("model", []))
    except (OSError, TypeError, ValueError) as error:  # an error of TOML or of the encoding is a ValueError
        return (), (_wrong("", Text(path.name, path.name), *_unreadable(path.name, error)),)
    models: dict[str, ServiceModel] = {}
    refused = []
    for table, place in zip(tables, _places(path.name, text, len(tables)), strict=True):
        read_ = _model(table, place)
        if isinstance(read_, WrongModel):
            refused.append(read_)
        elif read_.id in models:
            taken = models[read_.id].place
            reason = Text(f"id {read_.id} đã có ở {taken.vi}", f"id {read_.id} is taken by {taken.en}")
            refused.append(_wrong("", read_.name, read_.place, reason))
        else:
            models[read_.id] = read_
    return tuple(models.values()), tuple(refused)


def _wrong(id_: str, name: Text, place: Text, reason: Text) -> WrongModel:
    why = Text(
        f"{place.vi}: mô hình không dùng được vì {reason.vi}; sửa bảng đó rồi công bố lại số liệu.",
        f"{place.en}: the model cannot be used because {reason.en}; mend that table and publish again.",
    )
    return WrongModel(id_, name, why)


def _unreadable(file: str, error: Exception) -> tuple[Text, Text]:
    found = re.search(r"line (\d+)", str(error))
    place = Text(f"{file}, dòng {found[1]}", f"{file}, line {found[1]}") if found else Text(file, file)
    return place, Text("tệp không phải TOML", "the file is not TOML")


def _places(file: str, text: str, count: int) -> list[Text]:
    """Table and line of each model; tomllib gives no lines, so they are those of the `[[model]]` headings."""
    lines = [n for n, line in enumerate(text.splitlines(), start=1) if re.match(r"\s*\[\[\s*model\s*\]\]", line)]
    if len(lines) != count:  # written as an inline array, or inside a long text
        lines = [1] * count
    return [
        Text(f"{file}, [[model]] {n}, dòng {line}", f"{file}, [[model]] {n}, line {line}")
        for n, line in enumerate(lines, start=1)
    ]


def _model(table: Any, place: Text) -> ServiceModel | WrongModel:
    try:
        return _checked(table, place)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        about = table if isinstance(table, dict) else {}
        id_, name = str(about.get("id", "")), about.get("name")
        named = name if isinstance(name, dict) else {}
        title = Text(str(named.get("vi", id_)), str(named.get("en", id_)))
        return _wrong(id_ if _ID.fullmatch(id_) else "", title, place, _reason(error))


def _reason(error: Exception) -> Text:
    if isinstance(error, KeyError):
        return Text(f"thiếu khóa {error.args[0]}", f"the key {error.args[0]} is missing")
    if isinstance(error, ValueError):
        return Text(f"{error} không hợp lệ", f"{error} is not valid")
    return Text("một khóa không đúng kiểu", "a key is not of the right kind")


def _checked(table: Mapping[str, Any], place: Text) -> ServiceModel:
    weekday, promise, id_ = table["weekday"], table["promise"], str(table["id"])
    if weekday not in range(1, 8):
        raise ValueError(f"weekday = {weekday}")
    if promise not in ("online", "same_day"):
        raise ValueError(f"promise = {promise}")
    if not _ID.fullmatch(id_):
        raise ValueError(f"id = {id_}")
    start, units = _start(table), tuple(map(str, table["units"]))
    unit_starts = tuple(UnitStart(str(each["unit"]), _start(each)) for each in table.get("unit_start", []))
    for each in unit_starts:
        if each.unit not in units or each.start.day < start.day:
            raise ValueError(f"unit_start: {each.unit}, {each.start.day}")
    if not units:
        raise ValueError("units = []")
    if twice := sorted({unit for unit in units if units.count(unit) > 1}):  # would weigh twice in every mean
        raise ValueError(f"units: {', '.join(twice)} (2 ×)")
    return ServiceModel(
        id=id_,
        name=Text(table["name"]["vi"], table["name"]["en"]),
        weekday=weekday,
        start=start,
        alternative_starts=tuple(_start(each) for each in table.get("alternative", [])),
        units=units,
        unit_starts=unit_starts,
        listings=tuple(_listing(each, start.day) for each in table["listing"]),
        promise=promise,
        outcome=str(table["outcome"]),
        place=place,
        cut_off=_time(table.get("cut_off", _CUT_OFF), "cut_off"),
        deadline=_time(table.get("deadline", _DEADLINE), "deadline"),
    )


def _start(table: Mapping[str, Any]) -> StartDate:
    return StartDate(_day(table["start"], "start"), str(table["source"]))


def _listing(table: Mapping[str, Any], start: datetime.date) -> Listing:
    if table["level"] not in LEVELS:
        raise ValueError(f"level = {table['level']}")
    return Listing(
        level=str(table["level"]),
        procedures=tuple(table.get("procedures", ())),
        fields=tuple(table.get("fields", ())),
        valid_from=_day(table.get("valid_from", start), "valid_from"),
        valid_to=_day(table.get("valid_to", _FOREVER), "valid_to"),
    )


def _day(value: object, key: str) -> datetime.date:
    if type(value) is not datetime.date:  # TOML's dates with a time are dates to Python as well
        raise ValueError(f"{key} = {value}")
    return value


def _time(value: object, key: str) -> datetime.time:
    if not isinstance(value, datetime.time):
        raise ValueError(f"{key} = {value}")
    return value
