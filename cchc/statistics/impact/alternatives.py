"""The same difference in other ways: by dossiers, without one of the units compared with, from false starts."""

import datetime
from collections.abc import Collection

import numpy as np
import pandas as pd

from cchc.statistics.impact.choices import Floats

_WEEKS_A_SIDE = 4  # of a false start: fewer are mostly chance


def by_dossiers(changes: pd.DataFrame) -> float:
    """The change of the treated as one body less that of the others as one, every dossier counting once (a fraction),
    from `changes` of `differences` of units with dossiers on both sides."""
    sums = changes.groupby("treated")[["top_before", "bottom_before", "top_after", "bottom_after"]].sum()
    change = sums["top_after"] / sums["bottom_after"] - sums["top_before"] / sums["bottom_before"]
    return float(change[True] - change[False])


def without_one(changes: pd.DataFrame) -> Floats:
    """The difference of mean changes with each of the untreated units (at least two) left out in turn (fractions)."""
    others = changes.loc[~changes["treated"], "change"].to_numpy(float)
    ours = float(changes.loc[changes["treated"], "change"].mean())
    return np.asarray(ours - (others.sum() - others) / (len(others) - 1))


def false_starts(panel: pd.DataFrame, treated: Collection[str], start: datetime.date) -> Floats:
    """The difference of mean changes had the model begun in each earlier week with four weeks on either side, up to the
    real start (fractions, earliest first); empty where the weeks do not allow one. `panel`: unit, period (Monday), top,
    bottom; a unit without dossiers on a side of a false start takes no part in it."""
    earlier = panel[panel["period"] + pd.Timedelta(days=6) < pd.Timestamp(start)]
    sums = earlier.groupby(["period", "unit"])[["top", "bottom"]].sum()
    weekly = [sums[part].unstack("unit").fillna(0.0) for part in ("top", "bottom")]
    places = np.arange(_WEEKS_A_SIDE - 1, len(weekly[0]) - _WEEKS_A_SIDE)
    if not len(places):
        return np.empty(0)
    (top, tops), (bottom, bottoms) = (
        (each[places], each[-1]) for each in (w.to_numpy().cumsum(axis=0) for w in weekly)
    )
    with np.errstate(divide="ignore", invalid="ignore"):
        changes = pd.DataFrame((tops - top) / (bottoms - bottom) - top / bottom, columns=weekly[0].columns)
    ours = changes.columns.isin(list(treated))
    return (changes.loc[:, ours].mean(axis=1) - changes.loc[:, ~ours].mean(axis=1)).dropna().to_numpy(float)
