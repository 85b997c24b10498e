"""Effects where units start at different times."""

import datetime
import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd
from scipy.special import stdtr, stdtrit

from cchc.statistics.impact.choices import MUCH, NEARLY, Floats
from cchc.statistics.impact.estimates import Caveat, Estimate, TooThin
from cchc.statistics.impact.events import Cell, Effect, Grid, Mask, cells_of, too_few
from cchc.statistics.impact.extrapolated import lines_of
from cchc.statistics.impact.phases import phases, too_short


@dataclass(frozen=True)
class GroupTime:
    """`groups`: per start date, the effects on the units that started then, oldest first. `by_event`: per event the
    mean over the groups that have it, each weighted by its number of units. `overall`: the mean over all periods since
    each group's start, so weighted (Callaway and Sant'Anna's average over groups)."""

    groups: dict[datetime.date, tuple[Effect, ...] | TooThin]
    by_event: dict[int, Estimate | TooThin]
    overall: Estimate | TooThin


def group_time(
    panel: pd.DataFrame,
    starts: Mapping[str, datetime.date],
    against: Literal["not_yet", "never"] = "not_yet",
    beyond_trend: bool = False,
) -> GroupTime | TooThin:
    """Effects per start and period (Callaway and Sant'Anna 2021): the base is the last period before each start, the
    controls are the units of `panel` that never start and, with `not_yet`, those that have not started by then.

    A mean over several groups or periods has an interval of Student's t. Whoever is a control many times counts with
    the sum of its residuals, and the spread of treated and controls together stands for that of a treated group,
    however small.
    `beyond_trend`: what is counted is not the change since the base but that from the line through each unit's periods
    before the start, as if every unit's trend had gone on.
    """
    grid = Grid.of(panel)
    own = np.array([starts.get(unit) for unit in grid.units], dtype=object)
    # Periods by units: whether the unit may serve as a control in that period.
    free = np.array([_free(grid.periods, day, against) for day in own]).T
    groups: dict[datetime.date, tuple[Effect, ...] | TooThin] = {}
    cells: list[list[Cell]] = []
    for day in sorted({day for day in own if day is not None}):
        group = own == day
        short = too_short(grid.periods, day)
        lines = lines_of(grid, day) if beyond_trend else None
        found = [] if short else cells_of(grid, group, free & ~group, day, lines)
        groups[day] = short or tuple(Effect(cell.period, cell.event, cell.estimate("group_time")) for cell in found)
        cells.append(found)
    if not groups:
        return TooThin("no_treated", 0, 1)
    events = sorted({cell.event for found in cells for cell in found})
    by_event = {event: _mean([[cell for cell in found if cell.event == event] for found in cells]) for event in events}
    return GroupTime(groups, by_event, _mean([[cell for cell in found if cell.event >= 0] for found in cells]))


def _free(periods: pd.Series, start: datetime.date | None, against: str) -> Mask:
    """In which periods a unit with this start may serve as a control."""
    if start is None:
        return np.full(len(periods), True)
    return (phases(periods, start) == "before").to_numpy(bool) & (against == "not_yet")


def _mean(groups: list[list[Cell]]) -> Estimate | TooThin:
    """The mean effect over the cells of each group that can be compared, and over the groups by their units."""
    held = [cells for cells in groups if cells]
    compared = [[cell for cell in cells if not too_few(cell.treated, cell.others)] for cells in held]
    usable = [cells for cells in compared if cells]
    if sum(map(len, usable)) < 2:
        return (usable or held)[0][0].estimate("group_time") if held else TooThin("no_after", 0, 1)
    units = sum(_units(cells) for cells in usable)
    value, of_treated, of_others = 0.0, 0.0, np.zeros_like(usable[0][0].changes)
    for cells in usable:
        of_treated += _units(cells) / units**2 * _spread(cells)
        for cell in cells:
            m, share = int(cell.others.sum()), int(cell.treated.sum()) / len(cells) / units
            treated, others = cell.changes[cell.treated], cell.changes[cell.others]
            value += share * float(treated.mean() - others.mean())
            of_others[cell.others] += share * (others - others.mean()) / math.sqrt(m * (m - 1))
    error = math.sqrt(of_treated + float(of_others @ of_others))
    if error < NEARLY:
        return TooThin("no_variation", 1, 2)
    every = [cell for cells in usable for cell in cells]
    freedom = min(int(cell.treated.sum() + cell.others.sum()) - 2 for cell in every)
    half = float(stdtrit(freedom, 0.975)) * error
    left_out: tuple[Caveat, ...] = ("units_left_out",) if len(usable) < len(held) else ()
    caveats = tuple(dict.fromkeys([*(caveat for cell in every for caveat in cell.caveats), *left_out]))
    n = sum(cells[0].n_base + sum(cell.n - cell.n_base for cell in cells) for cells in usable)
    p = float(2 * stdtr(freedom, -abs(value) / error))
    return Estimate(value, value - half, value + half, n, "group_time", caveats, p)


def _spread(cells: list[Cell]) -> float:
    """The variance between units of a unit's mean change over the cells it is in: of treated and others together, or,
    where their own dossiers let the treated vary much more, what the others vary between themselves and those add."""
    treated, others = (np.any([getattr(cell, side) for cell in cells], axis=0) for side in ("treated", "others"))
    squares = np.mean([_from_mean(cell) for cell in cells], axis=0) ** 2
    times = np.sum([cell.treated | cell.others for cell in cells], axis=0)
    squares[times > 0] *= (len(cells) / times[times > 0]) ** 2
    # The base is one and the same in every cell; what comes after is drawn anew.
    noise = cells[0].noise_base + np.mean([cell.noise - cell.noise_base for cell in cells], axis=0) / len(cells)
    k, m = int(treated.sum()), int(others.sum())
    pooled = float(squares[treated | others].sum()) / (k + m - 2)
    between = max(0.0, float(squares[others].sum()) / (m - 1) - float(noise[others].mean()))
    noisy = between + float(noise[treated].mean())
    return noisy if noisy > MUCH * pooled else pooled


def _from_mean(cell: Cell) -> Floats:
    """Every unit's change less the mean of its side; 0 for units on neither side."""
    away = np.zeros_like(cell.changes)
    for side in (cell.treated, cell.others):
        away[side] = cell.changes[side] - cell.changes[side].mean()
    return away


def _units(cells: list[Cell]) -> float:
    """How many treated units a group has, on average over its cells: some may lack dossiers in a period."""
    return sum(int(cell.treated.sum()) for cell in cells) / len(cells)
