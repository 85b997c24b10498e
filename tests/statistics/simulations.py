"""Worlds in which the truth is known: communes by week with and without a model, weekdays between which dossiers move.

Sizes are those at which the plain comparison finds +5 points in about half of the draws, and +10 on Fridays in four of
five.
"""

from collections.abc import Mapping, Sequence
from datetime import date

import numpy as np
import pandas as pd
from numpy.typing import NDArray

Floats = NDArray[np.float64]

BEFORE, AFTER = 13, 18
WEEKS = pd.date_range("2023-03-06", periods=BEFORE + AFTER, freq="W-MON")
START = WEEKS[BEFORE].date()
UNITS = [f"xa-{n:02}" for n in range(18)]
TREATED = UNITS[:5]
STAGGERED = (0, 2, 2, 4, 6)  # weeks after the start


def communes(
    random: np.random.Generator,
    effect: float = 0.0,
    drift: float = 0.0,
    tiny: bool = False,
    own: float = 0.03,
    week: float = 0.06,
    delays: Sequence[int] = (0, 0, 0, 0, 0),
) -> pd.DataFrame:
    """unit, period, top, bottom: 18 communes of 20 to 100 dossiers a week, few of them in the two weeks of Tết; common
    shocks, weekly ones that linger (AR 0.4), and a change of its own in every commune at the start. The five treated
    gain `effect` from their start on and drift away from the others by `drift` a week all along; `tiny`: the first of
    them has 2 dossiers a week."""
    units, weeks = len(UNITS), np.arange(len(WEEKS))
    sizes = random.integers(20, 100, units).astype(float)
    sizes[0] = 2 if tiny else sizes[0]
    starts = BEFORE + np.array([*delays, *[0] * (units - len(delays))])
    since = weeks >= starts[:, None]
    bottoms = random.poisson(sizes[:, None] * np.where((weeks >= 2) & (weeks <= 3), 0.2, 1.0))
    shocks = np.zeros((units, len(weeks)))
    fresh = random.normal(0, week, shocks.shape)
    for at in weeks:
        shocks[:, at] = fresh[:, at] if not at else 0.4 * shocks[:, at - 1] + np.sqrt(1 - 0.4**2) * fresh[:, at]
    rates = random.uniform(0.2, 0.5, (units, 1)) + random.normal(0, 0.03, len(weeks)) + shocks
    rates = rates + since * random.normal(0, own, (units, 1))
    rates[:5] += effect * since[:5] + drift * (weeks - BEFORE)
    tops = random.binomial(bottoms, np.clip(rates, 0, 1))
    frame = pd.DataFrame(
        {
            "unit": np.repeat(UNITS, len(weeks)),
            "period": np.tile(WEEKS, units),
            "top": tops.ravel(),
            "bottom": bottoms.ravel(),
        }
    )
    return frame[frame["bottom"] > 0]


def starts_of(delays: Sequence[int]) -> Mapping[str, date]:
    return {unit: WEEKS[BEFORE + delay].date() for unit, delay in zip(TREATED, delays, strict=True)}


FRIDAYS = pd.date_range("2023-07-03", periods=2 * BEFORE, freq="W-MON")
FRIDAYS_START = FRIDAYS[BEFORE].date()
_THURSDAY, _FRIDAY = 3, 4


def weekdays(
    random: np.random.Generator, effect: float = 0.0, moved: float = 0.0, easy: float = 0.0, seen: bool = False
) -> pd.DataFrame:
    """period, model_day, listed, kind, top, bottom of 26 weeks: 130 listed and 60 unlisted dossiers a day, half of them
    easy (95 % end the same day) and half hard (5 %). Since the start listed Friday dossiers gain `effect`, and `moved`
    of Thursday's listed ones go to Friday, the part `easy` of them chosen among the easy. With `seen`, easy and hard
    are procedures of their own."""
    days = random.poisson(
        np.array([65, 30])[:, None], (len(FRIDAYS), 5, 2, 2)
    )  # week, day, listed or not, hard or easy
    for of_week in days[BEFORE:, :, 0]:
        thursday = of_week[_THURSDAY]
        chosen = min(round(easy * moved * thursday.sum()), int(thursday[1]))
        left = thursday - [0, chosen]
        at_random = random.multivariate_hypergeometric(left, round((1 - easy) * moved * thursday.sum()))
        gone = at_random + np.array([0, chosen])
        of_week[_THURSDAY], of_week[_FRIDAY] = thursday - gone, of_week[_FRIDAY] + gone
    rates = np.broadcast_to(np.array([0.05, 0.95]), days.shape).copy()
    rates[BEFORE:, _FRIDAY, 0] += [2 * effect, 0]  # on hard ones alone: an easy one can hardly gain
    tops = random.binomial(days, rates)
    week, day, unlisted, is_easy = (part.ravel() for part in np.indices(days.shape))
    kind = np.where(unlisted == 1, "other", np.where(seen & (is_easy == 1), "easy", "listed"))
    frame = pd.DataFrame(
        {
            "period": FRIDAYS[week],
            "model_day": day == _FRIDAY,
            "listed": unlisted == 0,
            "kind": kind,
            "top": tops.ravel(),
            "bottom": days.ravel(),
        }
    )
    return frame.groupby(["period", "model_day", "listed", "kind"], as_index=False).sum()
