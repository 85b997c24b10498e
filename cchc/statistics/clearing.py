"""How long a backlog lasts at the present pace."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy import special


@dataclass(frozen=True)
class Clearing:
    """Periods until nothing is left, with the ends of the 95 % interval; infinite where it is never."""

    expected: float
    low: float
    high: float


def periods(backlog: float, outflow: ArrayLike) -> Clearing:
    """How many more periods like those seen clear `backlog` (above 0); `outflow` is what left in each of them less what
    came, two or more.

    The mean outflow has Student's interval (1908); the backlog is known, so that of backlog / outflow is the same read
    the other way (Fieller 1954 without error above the line): without an end where the outflow may be none.
    """
    flows = np.asarray(outflow, dtype=np.float64)
    mean, error = flows.mean(), flows.std(ddof=1) / np.sqrt(flows.size)
    half = special.stdtrit(flows.size - 1, 0.975) * error
    slow, usual, fast = (backlog / pace if pace > 0 else np.inf for pace in (mean - half, mean, mean + half))
    return Clearing(float(usual), float(fast), float(slow))
