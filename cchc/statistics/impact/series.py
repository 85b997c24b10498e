"""Did a weekly series change its level or its slope when the model started."""

import datetime
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd
from scipy.special import stdtr, stdtrit

from cchc.schema import MINIMUM
from cchc.statistics.impact.choices import NEARLY, Floats
from cchc.statistics.impact.estimates import Caveat, Estimate, TooThin
from cchc.statistics.impact.phases import phases, start_caveats, too_short

_POINTS_BEFORE, _POINTS_AFTER = 8, 3
_POINTS_FOR_DEPENDENCE = 12
_ROUNDS = 50
_CLOSE_TO_ONE = 0.99
_WEEK = pd.Timedelta(weeks=1)


@dataclass(frozen=True)
class InterruptedSeries:
    """`level`: the jump in the first week after the start; `slope`: by how much the change a week became steeper.

    `method`: ordinary least squares below 12 points, otherwise generalised with `rho`, the dependence of a week on the
    one before. `fitted`: period, phase, value, fitted, and `expected` had the first slope gone on.
    """

    level: Estimate
    slope: Estimate
    method: Literal["ols", "glsar"]
    rho: float
    fitted: pd.DataFrame


def interrupted_series(
    series: pd.Series, start: datetime.date, sizes: pd.Series | None = None
) -> InterruptedSeries | TooThin:
    """Segmented regression of a weekly series, indexed by the first day of each week (weeks without a value: NaN).

    `sizes`, of the same weeks, are the denominators of a series of rates: where the median week has fewer dossiers than
    a rate needs, every estimate says so.
    Eight points before the start and three after it are needed (three: Cochrane EPOC). Such intervals are too narrow
    (Turner 2021, BMC Medical Research Methodology 21:181), and every estimate says so.
    """
    known = series[np.isfinite(series.astype(float))].astype(float).sort_index()
    periods = pd.Series(known.index, index=known.index)
    short = too_short(periods, start, _POINTS_BEFORE, _POINTS_AFTER)
    if short:
        return short
    phase = phases(periods, start)
    week = ((periods - periods.iloc[0]) / _WEEK).to_numpy(float)
    after = (phase == "after").to_numpy(float)
    since = np.where(after, week - week[after > 0].min(), 0.0)
    design = np.column_stack([np.ones_like(week), week, after, since]).astype(np.float64)
    used = (phase != "across").to_numpy(bool)
    fit = _fit(design[used], np.asarray(known, np.float64)[used])
    if fit.error.max() < NEARLY:
        return TooThin("no_variation", 1, 2)
    caveats: tuple[Caveat, ...] = (
        "too_narrow",
        "no_comparison",
        *(() if used.sum() >= _POINTS_FOR_DEPENDENCE else ("short_series",)),
        *(("gaps",) if (np.diff(week) > 1).any() else ()),
        *(("small_weeks",) if sizes is not None and sizes.reindex(known.index)[used].median() < MINIMUM else ()),
        *start_caveats(periods, start),
    )
    jump, bend = (fit.estimate(at, int(used.sum()), caveats) for at in (2, 3))
    lines = {"fitted": design @ fit.values, "expected": design[:, :2] @ fit.values[:2]}
    fitted = pd.DataFrame({"period": periods, "phase": phase, "value": known, **lines}).reset_index(drop=True)
    return InterruptedSeries(jump, bend, "glsar" if used.sum() >= _POINTS_FOR_DEPENDENCE else "ols", fit.rho, fitted)


@dataclass(frozen=True)
class _Fit:
    values: Floats
    error: Floats
    freedom: int
    rho: float

    def estimate(self, at: int, n: int, caveats: tuple[Caveat, ...]) -> Estimate:
        value, error = float(self.values[at]), float(self.error[at])
        half = float(stdtrit(self.freedom, 0.975)) * error
        p = float(2 * stdtr(self.freedom, -abs(value) / error))
        return Estimate(value, value - half, value + half, n, "interrupted_series", caveats, p)


def _fit(design: Floats, values: Floats) -> _Fit:
    """Least squares; from twelve points on, with errors that depend on the one before (Yule-Walker, repeated until the
    dependence no longer changes, as GLSAR of statsmodels does)."""
    fit = _least_squares(design, values, 0.0)
    if len(values) < _POINTS_FOR_DEPENDENCE:
        return fit
    for _ in range(_ROUNDS):
        rho = _dependence(values - design @ fit.values)
        converged = abs(rho - fit.rho) < NEARLY
        fit = _least_squares(design[1:] - rho * design[:-1], values[1:] - rho * values[:-1], rho)
        if converged:
            break
    return fit


def _least_squares(design: Floats, values: Floats, rho: float) -> _Fit:
    inverse = np.linalg.pinv(design)
    found = inverse @ values
    residuals = values - design @ found
    freedom = len(values) - design.shape[1]
    error = np.sqrt(residuals @ residuals / freedom * (inverse**2).sum(axis=1))
    return _Fit(found, error, freedom, rho)


def _dependence(residuals: Floats) -> float:
    """Autocorrelation of neighbours, adjusted for the number of pairs; kept off 1, where nothing could be told."""
    centred = residuals - residuals.mean()
    variance = float(centred @ centred) / len(centred)
    if variance < NEARLY**2:
        return 0.0
    return float(np.clip(centred[1:] @ centred[:-1] / (len(centred) - 1) / variance, -_CLOSE_TO_ONE, _CLOSE_TO_ONE))
