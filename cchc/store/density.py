"""Since when the dossiers of a snapshot are all there: what was declared, or the first day receipts are dense from."""

import datetime
from bisect import bisect_left
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate
from pathlib import Path
from typing import Any

import duckdb

from cchc.store import months, tables

# How many dossiers were received on a day.
Receipts = Mapping[datetime.date, int]

_DAY = datetime.timedelta(days=1)
_YEAR, _HALF = 365, 14
# Half of what is usual later is dense; what is open at a day was mostly received in the few weeks before it.
_DENSE = 0.5
# Days of the usual receipts that may be missing, as over Tết; a whole month that is missing is more.
_LONGEST_LULL = 21
# So few dossiers that are missing prove nothing: small communes have months without any.
_FEW = 10
_RECEIVED = "select cast(received_at as date), count(*) from {} group by all"


@dataclass(frozen=True)
class Coverage:
    """The first day of which the data says everything; before it are only dossiers carried over, and slips of the pen.
    `declared` by an export, or else found by `first_dense_day`."""

    start: datetime.date
    declared: bool = False


def of(receipts: Receipts, declared: str) -> Coverage:
    """What is covered, from dossiers received by day and the declared first day in ISO form ("": none was)."""
    if declared:
        return Coverage(datetime.date.fromisoformat(declared), declared=True)
    return Coverage(first_dense_day(receipts))


def receipts_in(rows: tables.Rows, table: str) -> Receipts:
    """Dossiers received by day, from a table with a column `received_at`."""
    return dict(rows.execute(_RECEIVED.format(table)).fetchall())


def read(folder: Path, manifest: Mapping[str, Any]) -> Coverage:
    """What the snapshot in `folder` covers. One published before manifests said so is looked through by the rule."""
    written = manifest.get("coverage")
    if written is None:
        return _found(folder)
    return Coverage(datetime.date.fromisoformat(written["start"]), written["declared"])


def beyond_the_rule(receipts: Receipts, coverage: Coverage) -> list[str]:
    """What the dossiers alone do not say of the figures they give: a declared coverage other than the one found."""
    return [] if coverage.start == first_dense_day(receipts) else [f"coverage={coverage.start.isoformat()}"]


def written(coverage: Coverage) -> dict[str, Any]:
    """How a manifest says it."""
    return {"start": coverage.start.isoformat(), "declared": coverage.declared}


@lru_cache(maxsize=256)
def _found(folder: Path) -> Coverage:
    with duckdb.connect() as connection:
        tables.stored(connection, months.dossiers_of(folder)).create_view("dossiers")
        return Coverage(first_dense_day(receipts_in(connection, "dossiers")))


def first_dense_day(receipts: Receipts) -> datetime.date:
    """The first day of receipt in the first half month from which dossiers come in densely.

    Half months are the 1st to the 14th and the 15th to the end. From the last one that takes in half of what the
    busiest does they are looked through backwards. One is dense where it and the sparser ones after it took in at least
    half of what the year that follows takes in a day on average. The search ends where more is missing than three weeks
    of that, and ten dossiers. Where receipts begin within a half month, it is judged from the first of them; where the
    search comes to the first of all and no more than ten are missing, they are covered too.
    """
    days = sorted(receipts)
    so_far = [0, *accumulate(receipts[day] for day in days)]

    def received(start: datetime.date, end: datetime.date) -> int:
        """From `start` up to the day before `end`."""
        return so_far[bisect_left(days, end)] - so_far[bisect_left(days, start)]

    halves: Counter[datetime.date] = Counter()
    for day in days:
        halves[half_of(day)] += receipts[day]
    start = half = max(each for each, count in halves.items() if count >= _DENSE * max(halves.values()))
    missing = 0.0
    while half > days[0]:
        end, half = half, max(half_of(half - _DAY), days[0])
        until = min(start + _YEAR * _DAY, max(start + _HALF * _DAY, days[-1] + _DAY))
        wanted = _DENSE * received(start, until) / (until - start).days
        missing += wanted * (end - half).days - received(half, end)
        if missing <= 0:
            start, missing = half, 0.0
        elif missing > max(_FEW, wanted * _LONGEST_LULL):
            break
    else:
        if missing <= _FEW:
            start = days[0]
    return days[bisect_left(days, start)]


def half_of(day: datetime.date) -> datetime.date:
    """The first day of the half month that holds `day`."""
    return day.replace(day=1 if day.day < 15 else 15)
