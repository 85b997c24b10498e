"""Who files what, where, when and how: the receptions of a demo dataset, with their deadlines."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property

import numpy as np
import numpy.typing as npt

from cchc.demo.plans import TET, Plan, Stretch
from cchc.rules.references import References
from cchc.rules.worktime import Calendar
from cchc.schema import CHANNELS

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]
Days = npt.NDArray[np.datetime64]

ONLINE, COUNTER, POSTAL = (CHANNELS.index(name) for name in ("online", "counter", "postal"))
# Seconds after midnight: opening, lunch and closing of one-stop shops, and the hour from which work done the same
# day is due the next working day (15:00 in the certification and civil status procedures).
OPENS, LUNCH, REOPENS, CLOSES = (int(hour * 3600) for hour in (7, 11.5, 13.5, 17))
SAME_DAY_UNTIL = 15 * 3600
# What is filed this late is worked on from the next working day.
LAST_START = CLOSES - 1800
_WEEKDAYS = np.array([1.2, 1.1, 1.0, 0.95, 0.75, 0.5, 0.5])
# Months in which people need papers: before the school year, after the harvest; assumed.
_MONTHS = np.array([1.0, 0.9, 1.1, 1.05, 1.0, 1.05, 1.1, 1.15, 1.0, 0.95, 0.95, 0.9])
_MODEL_DAY_TASTE = 3.0
_MODEL_DAY_VOLUME = 1.3


@dataclass(frozen=True)
class Workdays:
    """The working days of a calendar, numbered from 0; everything here counts in these numbers."""

    days: Days

    @classmethod
    def of(cls, calendar: Calendar, start: date, end: date) -> "Workdays":
        return cls(np.array([day for day in calendar.days(start, end) if calendar.is_working(day)], "datetime64[D]"))

    @cached_property
    def weekday(self) -> Ints:
        """1 Monday to 7 Sunday."""
        # 1970-01-01 was a Thursday.
        return (self.days.astype(np.int64) + 3) % 7 + 1

    def first(self, day: date) -> int:
        """Number of the first working day on or after `day`."""
        return int(np.searchsorted(self.days, np.datetime64(day)))

    def last(self, day: date) -> int:
        """Number of the last working day on or before `day`."""
        return int(np.searchsorted(self.days, np.datetime64(day), side="right")) - 1

    def rhythm(self) -> Floats:
        """Relative volume of each working day: weekday, month, the lull around Tết."""
        months = (self.days.astype("datetime64[M]").astype(np.int64)) % 12
        weights: Floats = _WEEKDAYS[self.weekday - 1] * _MONTHS[months]
        for tet in TET:
            distance = (self.days - np.datetime64(tet)).astype(np.int64)
            weights *= np.where((distance >= -7) & (distance < 0), 0.65, 1.0)
            weights *= np.where((distance >= 0) & (distance < 21), 0.75, 1.0)
        return weights


@dataclass
class Receptions:
    """Columns of equal length. Units and procedures are positions in the references, channels in CHANNELS; days are
    numbers of working days, times seconds after midnight. `model` marks what a weekly model covers."""

    unit: Ints
    procedure: Ints
    day: Ints
    second: Ints
    channel: Ints
    days: Ints
    due_day: Ints
    due_second: Ints
    model: Bools

    def __len__(self) -> int:
        return len(self.unit)

    @property
    def start_day(self) -> Ints:
        """The first day on which the dossier can be finished."""
        return self.day + (self.second > LAST_START)


@dataclass(frozen=True)
class Area:
    """The references of one dataset as arrays, in the order of its units and procedures."""

    references: References
    workdays: Workdays

    @cached_property
    def units(self) -> list[str]:
        return list(self.references.units)

    @cached_property
    def procedures(self) -> list[str]:
        return list(self.references.procedures)

    @cached_property
    def levels(self) -> npt.NDArray[np.str_]:
        return np.array([unit.level for unit in self.references.units.values()])

    @cached_property
    def statutory_days(self) -> Ints:
        return np.array([procedure.days or 0 for procedure in self.references.procedures.values()])

    @cached_property
    def scope(self) -> Bools:
        """Shape (units, procedures, working days): what a weekly model covers, and when."""
        covered = np.zeros((len(self.units), len(self.procedures), len(self.workdays.days)), bool)
        for row in self.references.scope_table.to_pylist():
            days = self.workdays.weekday == row["weekday"]
            days &= (self.workdays.days >= np.datetime64(row["valid_from"])) & (
                self.workdays.days <= np.datetime64(row["valid_to"])
            )
            covered[self.units.index(row["unit"]), self.procedures.index(row["procedure"])] |= days
        return covered

    def open_during(self, start: date, end: date) -> Bools:
        """Which units exist from `start` to `end`."""
        return np.array([each.valid_from <= start and end <= each.valid_to for each in self.references.units.values()])

    def weights(self, of: Mapping[str, float], default: float, names: Sequence[str]) -> Floats:
        """`of` as an array in the order of `names`."""
        return np.array([of.get(name, default) for name in names], float)


def pick(rng: np.random.Generator, weights: Floats, count: int) -> Ints:
    """Positions of exactly `count` different items, likelier where `weights` is larger, never where it is 0.

    Raises ValueError when fewer items have a weight (Efraimidis and Spirakis: smallest exponential / weight).
    """
    if count > np.count_nonzero(weights):
        raise ValueError(f"{count} wanted, {np.count_nonzero(weights)} can be had")
    with np.errstate(divide="ignore"):
        keys = rng.exponential(size=len(weights)) / weights
    return np.argpartition(keys, count - 1)[:count] if count else np.zeros(0, np.int64)


def apportion(total: int, weights: Floats) -> Ints:
    """`total` split in whole numbers proportional to `weights` (largest remainders)."""
    shares = total * weights / weights.sum()
    counts: Ints = np.floor(shares).astype(np.int64)
    counts[np.argsort(counts - shares, kind="stable")[: total - counts.sum()]] += 1
    return counts


def receive(plan: Plan, area: Area, rng: np.random.Generator) -> Receptions:
    """All receptions of `plan`, with the exact counts each of its stretches asks for."""
    parts = [_stretch(plan, stretch, area, rng) for stretch in plan.stretches]
    columns = [np.concatenate(column) for column in zip(*parts, strict=True)]
    return complete(*columns, area=area, rng=rng)


def complete(
    unit: Ints, procedure: Ints, day: Ints, channel: Ints, *, area: Area, rng: np.random.Generator
) -> Receptions:
    """Receptions with hours and deadlines added."""
    second = np.where(channel == ONLINE, _online_hours(len(unit), rng), _counter_hours(len(unit), rng))
    days = area.statutory_days[procedure]
    due_day, due_second = deadlines(day, second, days)
    return Receptions(
        unit, procedure, day, second, channel, days, due_day, due_second, area.scope[unit, procedure, day]
    )


def deadlines(day: Ints, second: Ints, days: Ints) -> tuple[Ints, Ints]:
    """Day and time each dossier is due: the same clock time `days` working days later, moved to the next opening when
    it came outside hours; with 0 days at closing time, the next working day when it came after 15:00."""
    after = second >= CLOSES
    clock = np.where(after, OPENS, np.where((second >= LUNCH) & (second < REOPENS), REOPENS, second))
    due_day = np.where(days == 0, day + (second > SAME_DAY_UNTIL), day + after + days)
    return due_day, np.where(days == 0, CLOSES, clock)


def _stretch(plan: Plan, stretch: Stretch, area: Area, rng: np.random.Generator) -> tuple[Ints, Ints, Ints, Ints]:
    first, last = area.workdays.first(stretch.start), area.workdays.last(stretch.end)
    elapsed = np.linspace(0, 1, last - first + 1)
    rhythm = area.workdays.rhythm()[first : last + 1] * np.exp(stretch.growth * elapsed)
    rhythm *= rng.lognormal(sigma=0.1, size=len(rhythm))
    busier = area.weights(stretch.busier, 1, area.units) * area.weights(plan.sizes, 1, area.units)
    # The same unlikeness in every stretch; without one every size stays as it is.
    busier *= np.random.default_rng(len(area.units)).lognormal(sigma=plan.spread, size=len(area.units))
    busier *= area.open_during(stretch.start, stretch.end)
    parts = []
    for level, total in stretch.received.items():
        mix = area.weights((plan.mixes | stretch.mixes)[level], 0, area.procedures)
        for place, count in enumerate(apportion(total, np.where(area.levels == level, busier, 0))):
            taste = mix * rng.lognormal(sigma=0.15, size=len(mix))
            volume = rhythm * np.where(area.scope[place, :, first : last + 1].any(axis=0), _MODEL_DAY_VOLUME, 1)
            parts.append((
                np.full(count, place),
                rng.choice(len(taste), count, p=taste / taste.sum()),
                rng.choice(len(volume), count, p=volume / volume.sum()) + first,
            ))  # fmt: skip
    unit, procedure, day = (np.concatenate(column) for column in zip(*parts, strict=True))
    if stretch.model is not None:
        day = _meet_model(stretch.model, unit, procedure, day, area, (first, last), rng)
    return unit, procedure, day, _channels(plan, stretch, area, unit, procedure, day, rng)


def _meet_model(
    wanted: int, unit: Ints, procedure: Ints, day: Ints, area: Area, span: tuple[int, int], rng: np.random.Generator
) -> Ints:
    """`day` with as few dossiers as needed moved between model days and others, so that `wanted` are covered."""
    inside = area.scope[unit, procedure, day]
    excess = int(inside.sum()) - wanted
    ever = area.scope[unit, procedure].any(axis=1)
    moved = pick(rng, (inside if excess > 0 else ever & ~inside).astype(float), abs(excess))
    model_days = area.scope[:, :, span[0] : span[1] + 1].any(axis=(0, 1))
    rhythm = area.workdays.rhythm()[span[0] : span[1] + 1] * (model_days if excess < 0 else ~model_days)
    day = day.copy()
    day[moved] = rng.choice(len(rhythm), len(moved), p=rhythm / rhythm.sum()) + span[0]
    return day


def _channels(
    plan: Plan, stretch: Stretch, area: Area, unit: Ints, procedure: Ints, day: Ints, rng: np.random.Generator
) -> Ints:
    """Channel of each dossier, online exactly as often as the stretch says."""
    taste = area.weights(plan.online_taste, 1, area.units)[unit]
    # Certification needs the paper in hand, so it moves online last.
    taste *= np.where(area.statutory_days[procedure] == 0, 0.8, 1.3)
    taste *= np.exp(stretch.online_growth * (day - day.min()) / max(1, np.ptp(day)))
    taste *= np.where(area.scope[unit, procedure, day], _MODEL_DAY_TASTE, 1)
    channel = np.full(len(unit), COUNTER)
    fixed = np.zeros(len(unit), bool)
    for name, count in stretch.online_of.items():
        own = unit == area.units.index(name)
        channel[pick(rng, taste * own, count)] = ONLINE
        fixed |= own
    channel[pick(rng, taste * ~fixed, stretch.online - sum(stretch.online_of.values()))] = ONLINE
    channel[pick(rng, (channel == COUNTER).astype(float), stretch.postal)] = POSTAL
    return channel


def _counter_hours(count: int, rng: np.random.Generator) -> Ints:
    """Seconds after midnight within office hours, busiest in the middle of the morning."""
    morning = OPENS + rng.beta(1.8, 2.4, count) * (LUNCH - OPENS)
    afternoon = REOPENS + rng.beta(1.6, 2.2, count) * (CLOSES - REOPENS)
    return np.where(rng.random(count) < 0.62, morning, afternoon).astype(np.int64)


def _online_hours(count: int, rng: np.random.Generator) -> Ints:
    """Seconds after midnight between 07:00 and 20:00, mostly in office hours."""
    anytime = OPENS + rng.random(count) * (20 * 3600 - OPENS)
    return np.where(rng.random(count) < 0.85, _counter_hours(count, rng), anytime).astype(np.int64)
