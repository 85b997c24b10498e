"""Weekly service models: who takes part, with which procedures, since when, and what they promise."""

import datetime
import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal

from cchc.schema import LEVELS
from cchc.text import Text

Promise = Literal["online", "same_day", "minutes", "open"]
_PROMISES: tuple[Promise, ...] = ("same_day", "minutes", "online", "open")
# A result by a time; what a dossier is judged by where a model promises several things.
TIMED: tuple[Promise, ...] = ("same_day", "minutes")
_FOREVER = datetime.date(9999, 12, 31)
_CUT_OFF = datetime.time(15, 30)
_DEADLINE = datetime.time(9, 0)
_DAY = datetime.timedelta(days=1)
_MOST_MINUTES = 480
_HOURS = re.compile(r"(\d{1,2}:\d\d)\s*[-–]\s*(\d{1,2}:\d\d)")
# The id is the address of the model's page.
_ID = re.compile("[a-z0-9]+(-[a-z0-9]+)*")


@dataclass(frozen=True)
class StartDate:
    """A start date found in a document; documents contradict each other, so each keeps its source."""

    day: datetime.date
    source: str


@dataclass(frozen=True)
class EndDate:
    """The last day of a model, with the document that says so."""

    day: datetime.date
    source: str


@dataclass(frozen=True)
class Hours:
    """Between which times a dossier must be received, both included, to be the model's."""

    first: datetime.time
    last: datetime.time


@dataclass(frozen=True)
class Turn:
    """When it is a unit's turn in a rota: weekdays (1 Monday - 7 Sunday) or single days."""

    unit: str
    weekdays: tuple[int, ...]
    days: tuple[datetime.date, ...]


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
    """One weekly model: on `weekdays` (1 Monday - 7 Sunday), where `hours` is given only between these, where `turns`
    are given only when it is the unit's turn, up to `end`.

    Of `promises`, "online" is kept by filing online; "same_day" by a result the same day, or by `deadline` of the next
    working day for a dossier received after `cut_off` (Kế hoạch 112/KH-UBND Thanh Hà); "minutes" by a result within so
    many `minutes`, the same day; "open" only says that dossiers are received at a time when they were not before.

    `outcome` is the metric the model is meant to move; `place` names its table and line in the file."""

    id: str
    name: Text
    weekdays: tuple[int, ...]
    start: StartDate
    alternative_starts: tuple[StartDate, ...]
    units: tuple[str, ...]
    unit_starts: tuple[UnitStart, ...]
    listings: tuple[Listing, ...]
    promises: tuple[Promise, ...]
    outcome: str
    place: Text
    cut_off: datetime.time = _CUT_OFF
    deadline: datetime.time = _DEADLINE
    minutes: int = 0
    hours: Hours | None = None
    end: EndDate | None = None
    turns: tuple[Turn, ...] = ()

    @property
    def promise(self) -> Promise:
        """What each of its dossiers is judged by: a result by a time, else filing online; "open" judges none."""
        return next(each for each in _PROMISES if each in self.promises)

    @property
    def is_online_too(self) -> bool:
        """Whether filing online is promised beside something else."""
        return "online" in self.promises and self.promise != "online"

    @property
    def is_timed(self) -> bool:
        """Whether a result is promised by a time."""
        return self.promise in TIMED

    @property
    def first_day(self) -> datetime.date:
        """Its first day from the start on, wherever that is; may be after the end."""
        weekly = self.weekdays if not self.turns else {day for turn in self.turns for day in turn.weekdays}
        days = [self.start.day + (day - self.start.day.isoweekday()) % 7 * _DAY for day in weekly]
        return min([*days, *(day for turn in self.turns for day in turn.days if day >= self.start.day)])

    def spans(self, unit: str) -> Iterator[tuple[int, datetime.date, datetime.date]]:
        """Weekday, first and last day of each time the model runs at a unit that takes part."""
        first, last = self.starts[unit], self.end.day if self.end else _FOREVER
        turns = [turn for turn in self.turns if turn.unit == unit]
        weekly = self.weekdays if not turns else [day for turn in turns for day in turn.weekdays]
        yield from ((weekday, first, last) for weekday in weekly)
        days = (day for turn in turns for day in turn.days)
        yield from ((day.isoweekday(), day, day) for day in days if first <= day <= last)

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
    id_ = str(table["id"])
    if not _ID.fullmatch(id_):
        raise ValueError(f"id = {id_}")
    start, units, promises = _start(table), _units(table), _promises(table)
    turns = _turns(table, units)
    model = ServiceModel(
        id=id_,
        name=Text(table["name"]["vi"], table["name"]["en"]),
        weekdays=_weekdays(table, turns),
        start=start,
        alternative_starts=tuple(_start(each) for each in table.get("alternative", [])),
        units=units,
        unit_starts=_unit_starts(table, units, start),
        listings=tuple(_listing(each, start.day) for each in table["listing"]),
        promises=promises,
        # Nothing need be moved where the doors are open longer; what is received then must not be worse served.
        outcome=str(table["outcome"] if "open" not in promises else table.get("outcome", "on_time_rate")),
        place=place,
        cut_off=_time(table.get("cut_off", _CUT_OFF), "cut_off"),
        deadline=_time(table.get("deadline", _DEADLINE), "deadline"),
        minutes=_minutes(table, promises),
        hours=_hours(table),
        end=_end(table),
        turns=turns,
    )
    if model.end and model.first_day > model.end.day:
        raise ValueError(f"end = {model.end.day}")
    return model


def _units(table: Mapping[str, Any]) -> tuple[str, ...]:
    units = tuple(map(str, table["units"]))
    if not units:
        raise ValueError("units = []")
    if twice := sorted({unit for unit in units if units.count(unit) > 1}):  # would weigh twice in every mean
        raise ValueError(f"units: {', '.join(twice)} (2 ×)")
    return units


def _unit_starts(table: Mapping[str, Any], units: tuple[str, ...], start: StartDate) -> tuple[UnitStart, ...]:
    unit_starts = tuple(UnitStart(str(each["unit"]), _start(each)) for each in table.get("unit_start", []))
    for each in unit_starts:
        if each.unit not in units or each.start.day < start.day:
            raise ValueError(f"unit_start: {each.unit}, {each.start.day}")
    return unit_starts


def _promises(table: Mapping[str, Any]) -> tuple[Promise, ...]:
    """`promise = "online"`, or `promises` with several of which one at most is a result by a time."""
    said = table["promises"] if "promises" in table else [table["promise"]]
    if not said or any(each not in _PROMISES for each in said):
        raise ValueError(f"promise = {', '.join(map(str, said))}")
    if len(set(said)) < len(said) or all(each in said for each in TIMED):
        raise ValueError(f"promises = {', '.join(said)}")
    return tuple(said)


def _minutes(table: Mapping[str, Any], promises: tuple[Promise, ...]) -> int:
    if "minutes" not in promises:
        return 0
    minutes = table["minutes"]
    if type(minutes) is not int or not 1 <= minutes <= _MOST_MINUTES:
        raise ValueError(f"minutes = {minutes}")
    return minutes


def _hours(table: Mapping[str, Any]) -> Hours | None:
    """Of `hours = "7:30-11:30"`."""
    if "hours" not in table:
        return None
    said = table["hours"]
    if not (found := _HOURS.fullmatch(said)):
        raise ValueError(f"hours = {said}")
    first, last = (datetime.datetime.strptime(each, "%H:%M").time() for each in found.groups())
    if not first < last:
        raise ValueError(f"hours = {said}")
    return Hours(first, last)


def _end(table: Mapping[str, Any]) -> EndDate | None:
    """Of `end = {day = 2024-10-30, source = "…"}`; no start may be after it."""
    if "end" not in table:
        return None
    end = EndDate(_day(table["end"]["day"], "end"), str(table["end"]["source"]))
    for each in (table, *table.get("alternative", []), *table.get("unit_start", [])):
        if each["start"] > end.day:
            raise ValueError(f"end = {end.day} < start = {each['start']}")
    return end


def _turns(table: Mapping[str, Any], units: tuple[str, ...]) -> tuple[Turn, ...]:
    """Of `rota = [{unit = "…", weekdays = [2]}, {unit = "…", days = [2026-01-17]}]`: every unit has its turn."""
    turns = tuple(
        Turn(str(each["unit"]), _days_of_week(each.get("weekdays", [])),
             tuple(_day(day, "rota") for day in each.get("days", [])))
        for each in table.get("rota", [])
    )  # fmt: skip
    of = [turn.unit for turn in turns if turn.weekdays or turn.days]
    if turns and sorted(of) != sorted(units):
        raise ValueError(f"rota: {', '.join(sorted({*of} ^ {*units}) or of)}")
    return turns


def _weekdays(table: Mapping[str, Any], turns: tuple[Turn, ...]) -> tuple[int, ...]:
    """`weekday = 5`, `weekdays = [1, 3]`, or those of the rota."""
    if turns:
        return tuple(sorted({d for turn in turns for d in (*turn.weekdays, *(day.isoweekday() for day in turn.days))}))
    weekdays = _days_of_week(table["weekdays"]) if "weekdays" in table else _days_of_week([table["weekday"]])
    if not weekdays:
        raise ValueError("weekdays = []")
    return weekdays


def _days_of_week(said: Any) -> tuple[int, ...]:
    for each in said:
        if each not in range(1, 8):
            raise ValueError(f"weekday = {each}")
    return tuple(sorted({*said}))


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
