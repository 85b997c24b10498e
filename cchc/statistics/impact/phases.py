"""Which periods lie before a start and which after, and what units did in them."""

import datetime

import numpy as np
import pandas as pd

from cchc.statistics.impact.estimates import Caveat, TooThin


def phases(periods: pd.Series, start: datetime.date) -> pd.Series:
    """before, after or across for each first day of a period; across is the one that holds the start but does not
    begin with it, so it belongs to neither side."""
    days, day = periods.to_numpy(), np.datetime64(start)
    found = np.where(days >= day, "after", "before").astype(object)
    if _is_inside(periods, start):
        found[days == days[days < day].max()] = "across"
    return pd.Series(found, index=periods.index)


def _is_inside(periods: pd.Series, start: datetime.date) -> bool:
    days, day = periods.to_numpy(), np.datetime64(start)
    return bool((days < day).any() and (days > day).any() and not (days == day).any())


def start_caveats(periods: pd.Series, start: datetime.date) -> tuple[Caveat, ...]:
    """Says so if a period was left out because the start falls inside it."""
    return ("start_inside_period",) if _is_inside(periods, start) else ()


def too_short(periods: pd.Series, start: datetime.date, before: int = 1, after: int = 1) -> TooThin | None:
    """Why these periods are too few for a comparison that needs so many on each side; None if they are enough."""
    phase = phases(periods, start)
    count = {side: periods[phase == side].nunique() for side in ("before", "after")}
    if count["before"] < before:
        return TooThin("no_before" if before == 1 else "few_points_before", count["before"], before)
    if count["after"] < after:
        return TooThin("no_after" if after == 1 else "few_points_after", count["after"], after)
    return None


def two_sides(panel: pd.DataFrame, start: datetime.date) -> pd.DataFrame:
    """One row a unit: top_before, bottom_before, top_after, bottom_after (sums); `change` of the rate, after less
    before (NaN without dossiers on a side); `noise`, the binomial variance of that change."""
    phase = phases(panel["period"], start)
    sums = panel.groupby(["unit", phase.rename("phase")])[["top", "bottom"]].sum().unstack(fill_value=0)
    columns = {f"{part}_{side}": (part, side) for side in ("before", "after") for part in ("top", "bottom")}
    sides = pd.DataFrame({name: sums.get(key, 0) for name, key in columns.items()}, index=sums.index)
    counts = sides.to_numpy(float)
    tops, bottoms = counts[:, ::2], counts[:, 1::2]
    known = bottoms > 0
    rates = np.divide(tops, bottoms, out=np.full(tops.shape, np.nan), where=known)
    # Unbiased: n - 1, as in the variance of a sample.
    noise = (rates * (1 - rates) / np.maximum(bottoms - 1, 1)).sum(axis=1)
    return sides.assign(change=rates[:, 1] - rates[:, 0], noise=noise)
