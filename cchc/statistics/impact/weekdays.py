"""A model for one weekday where no unit is without it: its day against the other days, before and after."""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd

from cchc.schema import MINIMUM
from cchc.statistics.impact import weeks
from cchc.statistics.impact.estimates import Bound, Caveat, Estimate, TooThin
from cchc.statistics.impact.mix import CELLS, SIGNS, like_with_like
from cchc.statistics.impact.phases import phases, start_caveats, too_short

_WEEKS_BEFORE, _WEEKS_AFTER = 8, 4  # of a triple difference
_WEEKS_A_SIDE = 2  # of a displacement: fewer do not vary

Movement = Literal["grew", "moved", "not_shown"]


@dataclass(frozen=True)
class TripleDifference:
    """`estimate` of the triple difference, every kind of dossier compared with itself; `raw`: of the eight rates as
    they are; `bound`: if the model day drew easy dossiers; `cells`: phase, model_day, listed, top, bottom, rate (eight
    rows); `weekly`: period, phase, difference: the double difference of each week, NaN where a cell has no dossiers."""

    estimate: Estimate | TooThin
    raw: Estimate | TooThin
    bound: Bound | TooThin
    cells: pd.DataFrame
    weekly: pd.DataFrame


@dataclass(frozen=True)
class WeekdayShare:
    """Share of one weekday (1 Monday - 7 Sunday) of all dossiers before and after, and its change."""

    weekday: int
    before: Estimate | TooThin
    after: Estimate | TooThin
    change: Estimate | TooThin


@dataclass(frozen=True)
class Displacement:
    """Changes of weekly means, in dossiers a week: of the `total`, on the `model_day`, on the `other_days`; `shares`
    per weekday that has dossiers; `weekly`: period, phase, model_day, other_days, total."""

    total: Estimate | TooThin
    model_day: Estimate | TooThin
    other_days: Estimate | TooThin
    shares: tuple[WeekdayShare, ...]
    weekly: pd.DataFrame

    @property
    def movement(self) -> Movement:
        """grew: more dossiers in all; moved: more on the model day, fewer on others, not shown to be more in all."""
        total, model_day, other_days = (
            "not_shown" if isinstance(each, TooThin) else each.verdict("up")
            for each in (self.total, self.model_day, self.other_days)
        )
        if total == "improved":
            return "grew"
        return "moved" if (model_day, other_days) == ("improved", "worsened") else "not_shown"


def triple_difference(cells: pd.DataFrame, start: datetime.date) -> TripleDifference:
    """(Model day - other days) of listed procedures less the same of unlisted ones, after less before.

    `cells`: period (first day of the week), model_day, listed (bool), kind, top, bottom; dossiers of one `kind` are as
    hard as each other but for what nobody sees. Rates are ratios of sums over the weeks of a phase, as everywhere.
    Eight weeks before and four after in which every cell has dossiers are needed.
    """
    sums = cells.groupby(["period", "model_day", "listed"])[["top", "bottom"]].sum()
    tops, bottoms = (sums[part].unstack(["model_day", "listed"]).reindex(columns=CELLS).fillna(0.0) for part in sums)
    phase = phases(pd.Series(tops.index, index=tops.index), start)
    rates = tops / bottoms.where(bottoms > 0)
    weekly = pd.DataFrame({"period": tops.index, "phase": phase.to_numpy(), "difference": rates.to_numpy() @ SIGNS})
    caveats: tuple[Caveat, ...] = ("independent_weeks", *start_caveats(weekly["period"], start))
    raw = _triple(tops, bottoms, phase, caveats)
    estimate, bound = (raw, raw) if isinstance(raw, TooThin) else like_with_like(cells, start, raw.caveats)
    return TripleDifference(estimate, raw, bound, _eight(tops, bottoms, phase), weekly)


def _triple(
    tops: pd.DataFrame, bottoms: pd.DataFrame, phase: pd.Series, caveats: tuple[Caveat, ...]
) -> Estimate | TooThin:
    levels = []
    for side, need in (("before", _WEEKS_BEFORE), ("after", _WEEKS_AFTER)):
        top, bottom = (part[phase == side].to_numpy(float) for part in (tops, bottoms))
        have = int((bottom > 0).sum(axis=0).min())
        if have < need:
            return TooThin("few_points_before" if side == "before" else "few_points_after", have, need)
        levels.append(weeks.ratios(top, bottom, SIGNS))
    n = int(bottoms[phase != "across"].to_numpy().sum())
    sums = bottoms[phase != "across"].groupby(phase[phase != "across"]).sum()
    caveats = (*caveats, "small_denominator") if (sums < MINIMUM).to_numpy().any() else caveats
    return weeks.change(levels[0], levels[1], n, "triple_difference", caveats)


def _eight(tops: pd.DataFrame, bottoms: pd.DataFrame, phase: pd.Series) -> pd.DataFrame:
    sums = [
        pd.DataFrame({"top": tops[phase == side].sum(), "bottom": bottoms[phase == side].sum()}).reset_index()
        for side in ("before", "after")
    ]
    eight = pd.concat(sums, keys=["before", "after"], names=["phase", None]).reset_index(level="phase")
    return eight.assign(rate=eight["top"] / eight["bottom"].where(eight["bottom"] > 0)).reset_index(drop=True)


def displacement(counts: pd.DataFrame, weekdays: Sequence[int], start: datetime.date) -> Displacement | TooThin:
    """Whether a model for `weekdays` (1 Monday - 7 Sunday) brought more dossiers or only moved them.

    `counts`: period (first day of the week), weekday, count; leave out weeks the data does not cover to their end.
    Two weeks on each side are needed.
    """
    by_day = counts.groupby(["period", "weekday"])["count"].sum().unstack(fill_value=0).astype(float)
    periods = pd.Series(by_day.index, index=by_day.index)
    short = too_short(periods, start, _WEEKS_A_SIDE, _WEEKS_A_SIDE)
    if short:
        return short
    phase = phases(periods, start)
    total = by_day.sum(axis=1)
    model_day = by_day.loc[:, by_day.columns.isin(list(weekdays))].sum(axis=1)
    weekly = pd.DataFrame(
        {"period": periods, "phase": phase, "model_day": model_day, "other_days": total - model_day, "total": total}
    ).reset_index(drop=True)
    caveats: tuple[Caveat, ...] = ("no_comparison", "independent_weeks", *start_caveats(periods, start))
    totals, days, others = (_means(weekly, name, caveats) for name in ("total", "model_day", "other_days"))
    shares = tuple(_share(by_day[day], total, phase, caveats) for day in by_day.columns[by_day.sum() > 0])
    return Displacement(totals, days, others, shares, weekly)


def _means(weekly: pd.DataFrame, name: str, caveats: tuple[Caveat, ...]) -> Estimate | TooThin:
    before, after = (weekly.loc[weekly["phase"] == side, name].to_numpy(float) for side in ("before", "after"))
    n = int(before.sum() + after.sum())
    return weeks.change(weeks.mean(before), weeks.mean(after), n, "weekly_mean", caveats)


def _share(day: pd.Series, total: pd.Series, phase: pd.Series, caveats: tuple[Caveat, ...]) -> WeekdayShare:
    weekday = int(str(day.name))
    levels: list[weeks.Level] = []
    shares: list[Estimate] = []
    for side in ("before", "after"):
        top, bottom = (part[phase == side].to_numpy(float) for part in (day, total))
        have = int((bottom > 0).sum())
        if have < _WEEKS_A_SIDE:
            thin = TooThin("few_points_before" if side == "before" else "few_points_after", have, _WEEKS_A_SIDE)
            return WeekdayShare(weekday, thin, thin, thin)
        levels.append(weeks.ratios(top[:, None], bottom[:, None], np.ones(1)))
        shares.append(weeks.share(levels[-1], int(top.sum()), int(bottom.sum())))
    n = shares[0].n + shares[1].n
    return WeekdayShare(weekday, shares[0], shares[1], weeks.change(levels[0], levels[1], n, "weekday_share", caveats))
