"""The references of one reporting area: units, procedures, fields, targets, service models, holidays."""

import datetime
import re
import shutil
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import pairwise, product
from operator import itemgetter
from pathlib import Path
from typing import Literal, NamedTuple

import pyarrow as pa

from cchc import disk
from cchc.config import REFERENCE
from cchc.rules import boundaries, lines, sensitive, service_models, worktime
from cchc.rules.boundaries import Succession, Unit
from cchc.rules.lines import FIRST_DAY, LAST_DAY, Line
from cchc.rules.sensitive import Sensitive
from cchc.rules.service_models import ServiceModel, WrongModel
from cchc.rules.worktime import Calendar
from cchc.text import Text, UserError, collation_key

_OWN = ("dataset.toml", "units.csv")
_SHARED = ("procedures.csv", "fields.csv", "targets.csv", "holidays.toml")
_OPTIONAL = ("service_models.toml", "published.csv", "documents.csv", "successors.csv", "map.geojson")
_ID = re.compile("[a-z0-9]+(-[a-z0-9]+)*")
_LONGEST_ID = 64
# The last second of hours that are all of the day.
WHOLE_DAY = 86_400


@dataclass(frozen=True)
class Dataset:
    """One reporting area. `late_by` is "date" (as the official software) or "minute"."""

    id: str
    name: Text
    late_by: Literal["date", "minute"]
    note: Text
    sensitive: Sensitive
    unnamed_others: bool


@dataclass(frozen=True)
class Procedure:
    """An administrative procedure (TTHC); `days` is its statutory time in working days, 0 = the same day."""

    id: str
    name: str
    field: str
    days: int | None
    levels: tuple[str, ...]
    aliases: tuple[str, ...]
    fee: bool


@dataclass(frozen=True)
class Target:
    """A target for a metric, for one level or unit if named (empty means every), with the paper that sets it."""

    metric: str
    level: str
    unit: str
    value: float
    valid_from: datetime.date
    valid_to: datetime.date
    source: str


@dataclass(frozen=True)
class Document:
    """A paper that publishes figures; its kind is plan, report or news, `day` the date on it (None if it has none)."""

    id: str
    name: Text
    kind: str
    day: datetime.date | None


@dataclass(frozen=True)
class References:
    """Everything figures of one dataset refer to, as read from one folder. Models that cannot be used are kept apart
    with the reason: they are no cause to refuse everything else."""

    dataset: Dataset
    units: dict[str, Unit]
    procedures: dict[str, Procedure]
    fields: dict[str, Text]
    targets: tuple[Target, ...]
    models: tuple[ServiceModel, ...]
    wrong_models: tuple[WrongModel, ...]
    calendar: Calendar
    documents: dict[str, Document]
    successions: tuple[Succession, ...]
    # Which unit of today stands for each unit there ever was; empty where units are those of each day.
    stands: Mapping[str, str] = field(default_factory=dict)

    @property
    def kept_back(self) -> list[str]:
        """The procedures whose dossiers count for those alone who may list them."""
        told = self.dataset.sensitive
        return [each.id for each in self.procedures.values() if told.has(each.id, each.field)]

    def as_of_today(self, today: datetime.date) -> "References":
        """The same with the units of `today` in place of all they follow; see `boundaries.as_of_today`. A target of a
        unit that ended is that of its heir; models, which name units of their own day, are left out."""
        units, stands = boundaries.as_of_today(self.units, self.successions, today)
        targets = tuple(replace(each, unit=stands.get(each.unit, each.unit)) for each in self.targets)
        return replace(self, units=units, models=(), targets=targets, stands=stands)

    def there(self, first: datetime.date, last: datetime.date) -> list[str]:
        """The units there are on some day from `first` to `last`; where units of today stand for those they follow,
        also before they began."""
        not_over = [unit for unit in self.units.values() if first <= unit.valid_to]
        return [unit.id for unit in not_over if self.stands or unit.valid_from <= last]

    def changes(self, unit: str = "") -> tuple[datetime.date, ...]:
        """The days on which units followed others, oldest first; for one unit, those on which it or what it stands for
        did."""
        ours = [
            each.day
            for each in self.successions
            if not unit or unit in (self.stands.get(side, side) for side in (each.old, each.new))
        ]
        return tuple(sorted(set(ours)))

    @cached_property
    def units_table(self) -> pa.Table:
        """unit, name, level, parent, rank (place of the name in Vietnamese order): one row per unit."""
        units = list(self.units.values())
        columns = {"unit": "id", "name": "name", "level": "level", "parent": "parent"}
        table = {column: pa.array([getattr(unit, at) for unit in units], pa.string()) for column, at in columns.items()}
        return pa.table(table | {"rank": _ranks([unit.name for unit in units])})

    @cached_property
    def stands_table(self) -> pa.Table:
        """unit, shown, level: which unit of today stands for each (see `as_of_today`), and of which level that is."""
        columns = {
            "unit": list(self.stands),
            "shown": list(self.stands.values()),
            "level": [self.units[shown].level for shown in self.stands.values()],
        }
        return pa.table({name: pa.array(column, pa.string()) for name, column in columns.items()})

    @cached_property
    def procedures_table(self) -> pa.Table:
        """procedure, name, field, rank (place of the name in Vietnamese order): one row per procedure."""
        procedures = list(self.procedures.values())
        columns = {"procedure": "id", "name": "name", "field": "field"}
        table = {column: pa.array([getattr(p, at) for p in procedures], pa.string()) for column, at in columns.items()}
        return pa.table(table | {"rank": _ranks([each.name for each in procedures])})

    @cached_property
    def scope_table(self) -> pa.Table:
        """model, unit, procedure, weekday, valid_from, valid_to, promise, cut_off, deadline, opens, closes, within:
        one row for each unit and procedure a service model covers and each weekday, or single day of a rota, it does;
        cut_off, deadline and the hours it is for in seconds after midnight, within in minutes."""
        rows = [row for model in self.models for row in self.scope(model)]
        types = {
            "model": pa.string(), "unit": pa.string(), "procedure": pa.string(), "weekday": pa.int8(),
            "valid_from": pa.date32(), "valid_to": pa.date32(), "promise": pa.string(),
            "cut_off": pa.int32(), "deadline": pa.int32(), "opens": pa.int32(), "closes": pa.int32(),
            "within": pa.int32(),
        }  # fmt: skip
        return pa.table(
            {key: pa.array([row[n] for row in rows], type_) for n, (key, type_) in enumerate(types.items())}
        )

    @cached_property
    def listed_table(self) -> pa.Table:
        """unit, procedure, listed: one row for each unit and procedure on the list of a service model, on any day and
        at any time; listed is the model's id, or the ids of several with a blank between them."""
        lists: dict[tuple[object, object], list[str]] = {}
        for model in self.models:
            for _, unit, procedure, *_ in self.scope(model):
                lists.setdefault((unit, procedure), []).append(model.id)
        columns = {
            "unit": [unit for unit, _ in lists],
            "procedure": [procedure for _, procedure in lists],
            "listed": [" ".join(dict.fromkeys(ids)) for ids in lists.values()],
        }
        return pa.table({name: pa.array(column, pa.string()) for name, column in columns.items()})

    def scope(self, model: ServiceModel) -> Iterator[tuple[object, ...]]:
        """The rows of `scope_table` for one model."""
        hours = (_seconds(model.hours.first), _seconds(model.hours.last)) if model.hours else (0, WHOLE_DAY)
        promised = (model.promise, _seconds(model.cut_off), _seconds(model.deadline), *hours, model.minutes)
        for unit in model.units:
            listings = [each for each in model.listings if each.level == self.units[unit].level]
            for (weekday, first, last), listing in product(model.spans(unit), listings):
                valid = (max(first, listing.valid_from), min(last, listing.valid_to))
                for procedure in self.procedures.values():
                    if listing.covers(procedure.id, procedure.field):
                        yield (model.id, unit, procedure.id, weekday, *valid, *promised)


def checked_id(dataset: str) -> str:
    """The id of an area, fit to name its folders. Raises UserError where it could lead to another folder."""
    if not _is_id(dataset):
        shown = dataset if len(dataset) <= _LONGEST_ID else f"{dataset[:_LONGEST_ID]}…"
        raise UserError(
            Text(
                f"Mã khu vực “{shown}” chỉ được gồm chữ thường không dấu, chữ số và gạch nối, tối đa {_LONGEST_ID} ký "
                "tự, ví dụ tra-cu.",
                f"The dataset id “{shown}” may only have a-z, digits and hyphens, at most {_LONGEST_ID} characters, "
                "for example tra-cu.",
            )
        )
    return dataset


def _is_id(dataset: str) -> bool:
    return bool(_ID.fullmatch(dataset)) and len(dataset) <= _LONGEST_ID


def find(dataset: str, folders: tuple[Path, ...]) -> Path | None:
    """The first of `folders` that holds references of `dataset`, as a path; None if there are none.

    Raises UserError when they say that they are those of another area.
    """
    name = checked_id(dataset)
    found = next((folder / name for folder in folders if (folder / name / "dataset.toml").exists()), None)
    if found and (said := _dataset(found / "dataset.toml").id) != dataset:
        raise UserError(
            Text(
                f"{found / 'dataset.toml'} ghi id = “{said}”, khác tên thư mục {dataset}; sửa id thành {dataset}.",
                f"{found / 'dataset.toml'} says id = “{said}”, not the name of its folder; change the id to {dataset}.",
            )
        )
    return found


def areas(folder: Path) -> list[str]:
    """Names of the folders in `folder` that hold the references of an area, in alphabetical order."""
    return sorted(path.parent.name for path in folder.glob("*/dataset.toml"))


def read(folder: Path) -> References:
    """References of one dataset; files the dataset does not have are taken from the folder shared by all.

    Raises UserError naming file and line when a value cannot be meant or points to something unknown.
    """
    dataset = _dataset(folder / "dataset.toml")
    fields = {each.id: each.name for each in lines.by_id(_file(folder, "fields.csv"), _field).values()}
    units = boundaries.read_units(_file(folder, "units.csv"))
    procedures = lines.by_id(_file(folder, "procedures.csv"), lambda r: _procedure(r, fields))
    models, wrong_models = service_models.read(folder / "service_models.toml")
    references = References(
        dataset=dataset,
        units=units,
        procedures=procedures,
        fields=fields,
        targets=tuple(lines.read(_file(folder, "targets.csv"), _target)),
        models=models,
        wrong_models=wrong_models,
        calendar=Calendar(worktime.read_overrides(_file(folder, "holidays.toml"))),
        documents=_documents(folder / "documents.csv"),
        successions=boundaries.read_successions(folder / "successors.csv", units),
    )
    if unknown := dataset.sensitive.unknown(fields, procedures):
        raise _wrong_dataset(folder / "dataset.toml", f"sensitive: {', '.join(unknown)}")
    return _with_usable_models(references)


def _dataset(path: Path) -> Dataset:
    try:
        about = tomllib.loads(path.read_text(encoding="utf-8"))
        late_by = about.get("late_by", "date")
        if late_by not in ("date", "minute"):
            raise ValueError(f"late_by = {late_by}")
        name, note = about["name"], about.get("note", {})
        if not _is_id(about["id"]):
            raise ValueError(f"id = {about['id']}")
        noted = Text(note.get("vi", ""), note.get("en", ""))
        told, unnamed = sensitive.read(about.get("sensitive", {})), about.get("unnamed_others", False)
        if not isinstance(unnamed, bool):
            raise ValueError(f"unnamed_others = {unnamed}")
        return Dataset(about["id"], Text(name["vi"], name["en"]), late_by, noted, told, unnamed)
    except OSError as error:
        raise UserError(disk.not_readable(path)) from error
    except (AttributeError, KeyError, TypeError, ValueError) as error:  # a TOMLDecodeError is a ValueError
        raise _wrong_dataset(path, str(error)) from error


def _wrong_dataset(path: Path, why: str) -> UserError:
    return UserError(
        Text(f"{path.name} trong {path.parent} sai: {why}.", f"{path.name} in {path.parent} is wrong: {why}.")
    )


def freeze(folder: Path, into: Path) -> None:
    """Copy every reference file `folder` uses, shared ones included, so that `read(into)` gives the same."""
    into.mkdir(parents=True, exist_ok=True)
    for name in (*_OWN, *_SHARED, *(n for n in _OPTIONAL if (folder / n).exists())):
        shutil.copyfile(_file(folder, name), into / name)


def _file(folder: Path, name: str) -> Path:
    return folder / name if name not in _SHARED or (folder / name).exists() else REFERENCE / name


class _Field(NamedTuple):
    id: str
    name: Text


def _field(row: Line) -> _Field:
    return _Field(row["field"], Text(row["name_vi"], row["name_en"]))


def _procedure(row: Line, fields: dict[str, Text]) -> Procedure:
    if row["field"] not in fields:
        raise ValueError(f"field = {row['field']}")
    return Procedure(
        row["procedure"], row["name"], row["field"], int(row["days"]) if row.get("days") else None,
        lines.listed(row.get("levels", "")), lines.listed(row.get("aliases", "")), lines.is_yes(row, "fee"),
    )  # fmt: skip


def _target(row: Line) -> Target:
    return Target(
        row["metric"], row.get("level", ""), row.get("unit", ""), float(row["value"]),
        lines.day(row.get("valid_from", ""), FIRST_DAY), lines.day(row.get("valid_to", ""), LAST_DAY), row["source"],
    )  # fmt: skip


def _documents(path: Path) -> dict[str, Document]:
    return lines.by_id(path, _document) if path.exists() else {}


def _document(row: Line) -> Document:
    kind = row["kind"]
    if kind not in ("plan", "report", "news"):
        raise ValueError(f"kind = {kind}")
    day = lines.day(row.get("day", ""), None)
    return Document(row["document"], Text(row["name_vi"], row["name_en"]), kind, day)


def _with_usable_models(references: References) -> References:
    """The references with the models that name something unknown, or claim what an earlier one covers, set apart."""
    models: list[ServiceModel] = []
    refused = list(references.wrong_models)
    for model in references.models:
        reason = _unknown(references, model) or _covered_twice(references, [*models, model])
        if reason:
            refused.append(service_models.wrong(model, reason))
        else:
            models.append(model)
    return replace(references, models=tuple(models), wrong_models=tuple(refused))


def _unknown(references: References, model: ServiceModel) -> Text | None:
    procedures = [p for listing in model.listings for p in listing.procedures if p not in references.procedures]
    fields = [f for listing in model.listings for f in listing.fields if f not in references.fields]
    kinds = {
        Text("đơn vị", "units"): [u for u in model.units if u not in references.units],
        Text("thủ tục", "procedures"): procedures,
        Text("lĩnh vực", "fields"): fields,
    }
    if named := [(kind, ", ".join(unknown)) for kind, unknown in kinds.items() if unknown]:
        return Text(
            "danh mục không có " + "; ".join(f"{kind.vi} {names}" for kind, names in named),
            "the references have no " + "; ".join(f"{kind.en} {names}" for kind, names in named),
        )
    if not any(references.scope(model)):
        return Text("không thủ tục nào được nêu thuộc đơn vị tham gia", "no listed procedure is of a unit taking part")
    return None


def _covered_twice(references: References, models: list[ServiceModel]) -> Text | None:
    """A dossier belongs to one model at most: two rows for one unit, procedure and day would count it twice."""
    where = itemgetter("unit", "procedure", "weekday")
    table = replace(references, models=tuple(models)).scope_table
    rows = sorted(table.to_pylist(), key=lambda row: (*where(row), row["valid_from"]))
    for one, other in pairwise(rows):
        if where(one) == where(other) and other["valid_from"] <= one["valid_to"]:
            both = f"{one['model']}, {other['model']}"
            place = f"{other['unit']}, {other['procedure']}, {other['valid_from']}"
            return Text(f"hai danh mục ({both}) cùng gồm {place}", f"two listings ({both}) cover {place}")
    return None


def _ranks(names: list[str]) -> pa.Array:
    places = {name: place for place, name in enumerate(sorted(set(names), key=collation_key))}
    return pa.array([places[name] for name in names], pa.int32())


def _seconds(time: datetime.time) -> int:
    return time.hour * 3600 + time.minute * 60 + time.second
