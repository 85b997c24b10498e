"""Weekly service models: who takes part, with which procedures, since when, and what they promise."""

import datetime
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from cchc.text import Text, UserError

Promise = Literal["online", "same_day"]
_FOREVER = datetime.date(9999, 12, 31)
_CUT_OFF = datetime.time(15, 30)
_DEADLINE = datetime.time(9, 0)


@dataclass(frozen=True)
class StartDate:
    """A start date found in a document; documents contradict each other, so each keeps its source."""

    day: datetime.date
    source: str


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
    by `deadline` of the next working day for a dossier received after `cut_off` (Kế hoạch 112/KH-UBND Thanh Hà)."""

    id: str
    name: Text
    weekday: int
    start: StartDate
    alternative_starts: tuple[StartDate, ...]
    units: tuple[str, ...]
    listings: tuple[Listing, ...]
    promise: Promise
    outcome: str
    cut_off: datetime.time = _CUT_OFF
    deadline: datetime.time = _DEADLINE


def read(path: Path) -> tuple[ServiceModel, ...]:
    """Models of a `service_models.toml` with `[[model]]` tables; none if the file does not exist.

    Raises UserError naming the table when the file is not TOML, a key is missing or a value cannot be meant.
    """
    if not path.exists():
        return ()
    try:
        tables = tomllib.loads(path.read_text(encoding="utf-8")).get("model", [])
    except tomllib.TOMLDecodeError as error:
        raise UserError(
            Text(f"Tệp mô hình {path} không phải TOML: {error}.", f"The model file {path} is not TOML: {error}.")
        ) from error
    return tuple(_model(table, f"{path.name}, [[model]] {n}") for n, table in enumerate(tables, start=1))


def _model(table: Mapping[str, Any], where: str) -> ServiceModel:
    try:
        weekday, promise = int(table["weekday"]), table["promise"]
        if weekday not in range(1, 8):
            raise ValueError(f"weekday {weekday}")
        if promise not in ("online", "same_day"):
            raise ValueError(f"promise {promise}")
        return ServiceModel(
            id=str(table["id"]),
            name=Text(table["name"]["vi"], table["name"]["en"]),
            weekday=weekday,
            start=StartDate(table["start"], str(table["source"])),
            alternative_starts=tuple(StartDate(a["start"], str(a["source"])) for a in table.get("alternative", [])),
            units=tuple(table["units"]),
            listings=tuple(_listing(each, table["start"]) for each in table["listing"]),
            promise=promise,
            outcome=str(table["outcome"]),
            cut_off=table.get("cut_off", _CUT_OFF),
            deadline=table.get("deadline", _DEADLINE),
        )
    except (KeyError, TypeError, ValueError) as error:
        raise UserError(
            Text(
                f"Mô hình trong {where} sai ở {error}; sửa khóa đó rồi thử lại.",
                f"The model in {where} is wrong at {error}; mend that key and try again.",
            )
        ) from error


def _listing(table: Mapping[str, Any], start: datetime.date) -> Listing:
    return Listing(
        level=str(table["level"]),
        procedures=tuple(table.get("procedures", ())),
        fields=tuple(table.get("fields", ())),
        valid_from=table.get("valid_from", start),
        valid_to=table.get("valid_to", _FOREVER),
    )
