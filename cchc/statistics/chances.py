"""How often something happens in many small groups: shares drawn towards those of the larger group they belong to."""

import numpy as np
from numpy.typing import ArrayLike
from scipy import special

from cchc.statistics.compare import Floats

# What the larger group says counts like so many cases of one's own: a small group says little alone, of a large one
# almost nothing is changed.
STRENGTH = 20


def overall(hits: ArrayLike, cases: ArrayLike) -> Floats:
    """The shares of groups that belong to no larger one, never 0 or 1 (Jeffreys: half a case each way)."""
    return (np.asarray(hits, dtype=np.float64) + 0.5) / (np.asarray(cases, dtype=np.float64) + 1)


def pooled(hits: ArrayLike, cases: ArrayLike, above: ArrayLike) -> Floats:
    """The shares of groups whose larger ones have the shares `above`: the mean of a beta distribution."""
    yes, no = _beta(hits, cases, above)
    return yes / (yes + no)


def interval(hits: ArrayLike, cases: ArrayLike, above: ArrayLike) -> tuple[Floats, Floats]:
    """Low and high ends of the 95 % intervals of `pooled`: quantiles of that beta distribution."""
    yes, no = _beta(hits, cases, above)
    return special.betaincinv(yes, no, 0.025), special.betaincinv(yes, no, 0.975)


def _beta(hits: ArrayLike, cases: ArrayLike, above: ArrayLike) -> tuple[Floats, Floats]:
    hit, n, prior = (np.asarray(each, dtype=np.float64) for each in (hits, cases, above))
    return hit + STRENGTH * prior, n - hit + STRENGTH * (1 - prior)
