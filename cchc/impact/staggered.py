"""Effects where units start at different times."""

import datetime
import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd
from scipy.special import stdtr, stdtrit

from cchc.impact.choices import NEARLY
from cchc.impact.estimates import Estimate, TooThin
from cchc.impact.events import Cell, Effect, Grid, Mask, cells_of, too_few
from cchc.impact.phases import phases, too_short


@dataclass(frozen=True)
class GroupTime:
    """`groups`: per start date, the effects on the units that started then, oldest first. `by_event`: per event the
    mean over the groups that have it, each weighted by its number of units."""

    groups: dict[datetime.date, tuple[Effect, ...] | TooThin]
    by_event: dict[int, Estimate | TooThin]


def group_time(
    panel: pd.DataFrame, starts: Mapping[str, datetime.date], against: Literal["not_yet", "never"] = "not_yet"
) -> GroupTime | TooThin:
    """Effects per start and period (Callaway and Sant'Anna 2021): the base is the last period before each start, the
    controls are the units of `panel` that never start and, with `not_yet`, those that have not started by then.

    A mean over several groups has a normal interval. Whoever is a control of many groups counts with the sum of its
    residuals, and the spread of treated and controls together stands for that of a treated group, however small.
    """
    grid = Grid.of(panel)
    own = np.array([starts.get(unit) for unit in grid.units], dtype=object)
    # Periods by units: whether the unit may serve as a control in that period.
    free = np.array([_free(grid.periods, day, against) for day in own]).T
    groups: dict[datetime.date, tuple[Effect, ...] | TooThin] = {}
    cells: list[Cell] = []
    for day in sorted({day for day in own if day is not None}):
        group = own == day
        short = too_short(grid.periods, day)
        found = [] if short else cells_of(grid, group, free & ~group, day)
        groups[day] = short or tuple(Effect(cell.period, cell.event, cell.estimate("group_time")) for cell in found)
        cells += found
    if not groups:
        return TooThin("no_treated", 0, 1)
    events = sorted({cell.event for cell in cells})
    return GroupTime(groups, {event: _mean([cell for cell in cells if cell.event == event]) for event in events})


def _free(periods: pd.Series, start: datetime.date | None, against: str) -> Mask:
    """In which periods a unit with this start may serve as a control."""
    if start is None:
        return np.full(len(periods), True)
    return (phases(periods, start) == "before").to_numpy(bool) & (against == "not_yet")


def _mean(cells: list[Cell]) -> Estimate | TooThin:
    """The mean effect over the groups that can be compared in this event."""
    usable = [cell for cell in cells if not too_few(cell.treated, cell.others)]
    if len(usable) < 2:
        return (usable or cells)[0].estimate("group_time")
    sizes = [(int(cell.treated.sum()), int(cell.others.sum())) for cell in usable]
    value, of_treated, of_others = 0.0, 0.0, np.zeros_like(usable[0].changes)
    for cell, (k, m) in zip(usable, sizes, strict=True):
        share = k / sum(k for k, _ in sizes)
        treated, others = cell.changes[cell.treated], cell.changes[cell.others]
        value += share * float(treated.mean() - others.mean())
        of_treated += share**2 / k * float(treated.var() * k + others.var() * m) / (k + m - 2)
        of_others[cell.others] += share * (others - others.mean()) / math.sqrt(m * (m - 1))
    error = math.sqrt(of_treated + float(of_others @ of_others))
    if error < NEARLY:
        return TooThin("no_variation", 1, 2)
    freedom = min(k + m - 2 for k, m in sizes)
    half = float(stdtrit(freedom, 0.975)) * error
    caveats = tuple(dict.fromkeys(caveat for cell in usable for caveat in cell.caveats))
    p = float(2 * stdtr(freedom, -abs(value) / error))
    return Estimate(value, value - half, value + half, sum(cell.n for cell in usable), "group_time", caveats, p)
