"""Is a model's weekday quicker, or does it only get other dossiers: like compared with like, and a bound for the rest.

A day may look quicker because easy dossiers moved to it. Between procedures this is seen and taken out: every procedure
is compared with itself. Within a procedure nobody sees which dossiers are easy, so the effect is bounded as Lee does
(2009, Review of Economic Studies 76): as many dossiers as the day drew from the others are taken for the easiest.
"""

import datetime
import math

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.special import stdtr, stdtrit

from cchc.statistics.impact.choices import NEARLY, Floats
from cchc.statistics.impact.estimates import Bound, Caveat, Estimate, TooThin
from cchc.statistics.impact.phases import phases

# Model day listed, model day not listed, other days listed, other days not listed.
CELLS = [(True, True), (True, False), (False, True), (False, False)]
SIGNS = np.array([1.0, -1.0, -1.0, 1.0])
_EIGHT = np.concatenate([-SIGNS, SIGNS])


def like_with_like(
    cells: pd.DataFrame, start: datetime.date, caveats: tuple[Caveat, ...]
) -> tuple[Estimate | TooThin, Bound | TooThin]:
    """The triple difference with every kind of dossier compared with itself, and its bound if the model day drew easy
    dossiers of each kind.

    `cells`: period, model_day, listed, kind, top, bottom. The estimate is the triple interaction of a regression of the
    rates, weighted by dossiers, with a level for each kind; weeks left out one at a time show its variance.
    """
    tops, bottoms, after = _arrays(cells, start)
    tops, bottoms = _left_out_once(tops, after), _left_out_once(bottoms, after)
    triples = _triples(tops, bottoms)
    if triples is None:
        thin = TooThin("no_overlap", 0, 1)
        return thin, thin
    error, freedom = _error(triples, after)
    if error < NEARLY:
        thin = TooThin("no_variation", 1, 2)
        return thin, thin
    value, half = float(triples[0]), float(stdtrit(freedom, 0.975)) * error
    p = float(2 * stdtr(freedom, -abs(value) / error))
    n = int(bottoms[0].sum())
    estimate = Estimate(value, value - half, value + half, n, "triple_difference", caveats, p)
    return estimate, _bound(triples, tops.sum(axis=-1), bottoms.sum(axis=-1), after)


def _arrays(cells: pd.DataFrame, start: datetime.date) -> tuple[Floats, Floats, NDArray[np.bool_]]:
    """Numerators and denominators of weeks by cells by kinds, and which weeks are after the start."""
    days = cells["period"]
    used = cells[(phases(days, start) != "across").to_numpy()]
    week, periods = pd.factorize(used["period"], sort=True)
    kind, kinds = pd.factorize(used["kind"])
    place = np.array([CELLS.index(cell) for cell in zip(used["model_day"], used["listed"], strict=True)], dtype=int)
    arrays = []
    for name in ("top", "bottom"):
        full = np.zeros((len(periods), len(CELLS), len(kinds)))
        np.add.at(full, (week, place, kind), used[name].to_numpy(float))
        arrays.append(full)
    return arrays[0], arrays[1], np.asarray(periods >= pd.Timestamp(start))


def _left_out_once(weekly: Floats, after: NDArray[np.bool_]) -> Floats:
    """The sums before and after (second axis): of all weeks first, then without each of them."""
    sums = np.stack([weekly[~after].sum(axis=0), weekly[after].sum(axis=0)])
    without = np.tile(sums, (1 + len(weekly), 1, 1, 1))
    without[np.arange(1, 1 + len(weekly)), after.astype(int)] -= weekly
    return without


def _triples(tops: Floats, bottoms: Floats) -> Floats | None:
    """The triple difference of each set of sums; None if no kind has dossiers on all sides: then nothing is alike."""
    n, top = (part.reshape(len(part), len(_EIGHT), -1) for part in (bottoms, tops))
    of_kind = np.maximum(n.sum(axis=1), 1.0)
    normal = -np.einsum("rkg,rlg->rkl", n / of_kind[:, None], n)
    diagonal = np.arange(len(_EIGHT))
    normal[:, diagonal, diagonal] += n.sum(axis=-1)
    right = top.sum(axis=-1) - np.einsum("rkg,rg->rk", n, top.sum(axis=1) / of_kind)
    inverse = np.linalg.pinv(normal, rcond=1e-9, hermitian=True)
    if np.abs((normal @ inverse) @ _EIGHT - _EIGHT).max() > 1e-6:
        return None
    return np.asarray((inverse @ right[..., None])[..., 0] @ _EIGHT)


def _error(values: Floats, after: NDArray[np.bool_]) -> tuple[float, float]:
    """Standard error and Welch's degrees of freedom of the first value, from those without each week."""
    apart = (values[1:] - values[0]) ** 2
    counts = [int((~after).sum()), int(after.sum())]
    parts = [
        float(apart[side].sum()) * (weeks - 1) / weeks for side, weeks in zip((~after, after), counts, strict=True)
    ]
    variance = sum(parts)
    smaller = sum(part**2 / (weeks - 1) for part, weeks in zip(parts, counts, strict=True))
    return math.sqrt(variance), variance**2 / smaller if smaller else 1.0


def _bound(triples: Floats, tops: Floats, bottoms: Floats, after: NDArray[np.bool_]) -> Bound:
    """The triple differences less what drawing dossiers could have feigned: at the low end as if all drawn had been
    successes, at the high end as if none had."""
    ends = []
    for drawn_succeed, side in ((True, -1), (False, 1)):
        values = triples - _feigned(tops[:, 1], bottoms, drawn_succeed)
        error, freedom = _error(values, after)
        ends.append(float(values[0]) + side * float(stdtrit(freedom, 0.95)) * error)
    return Bound(float(triples[0]), *ends)


def _feigned(tops: Floats, bottoms: Floats, drawn_succeed: bool) -> Floats:
    """What the dossiers drawn to the model day did to the difference of listed rates since the start. Drawn are as many
    as the day has beyond its former share of the week; never more than could have been of the assumed kind."""
    day, other = CELLS.index((True, True)), CELLS.index((False, True))
    before, since = bottoms[:, 0], bottoms[:, 1]
    share = before[:, day] / (before[:, day] + before[:, other])
    drawn = np.maximum(since[:, day] - share * (since[:, day] + since[:, other]), 0.0)
    candidates = tops[:, day] if drawn_succeed else since[:, day] - tops[:, day]
    drawn = np.minimum(drawn, np.minimum(candidates, since[:, day] - 1.0))
    won = drawn if drawn_succeed else 0.0
    stayed = (tops[:, day] - won) / (since[:, day] - drawn)
    back = (tops[:, other] + won) / (since[:, other] + drawn)
    return np.asarray(tops[:, day] / since[:, day] - stayed + back - tops[:, other] / since[:, other])
