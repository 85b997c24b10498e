"""From sums of ledger columns to figures: every period of every group, stocks that run on, ratios."""

import datetime
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from cchc.figures.metrics import STOCKS_AT_END, STOCKS_AT_START, Metric

Values = NDArray[Any]
_MINUTES = 1440  # of a day
# Dossiers that count as on time because nobody knows when they were due, among those resolved.
_UNDATED = ("undated", "resolved")
# Columns of keys and columns of counts, by name.
Counted = tuple[dict[str, Any], dict[str, Values]]


def column_of(name: str) -> str:
    """The column of the ledger that a count adds up: a stock is the sum of its daily changes."""
    return (STOCKS_AT_START | STOCKS_AT_END).get(name, name)


def at_once(sums: Mapping[str, Values], names: Sequence[str], by: Sequence[str]) -> Counted:
    """The keys and the counts of one period, a row for each row of sums by keys and count."""
    return {key: _plain(sums[key]) for key in by}, {name: _integers(sums[name]) for name in names}


def by_period(
    sums: Mapping[str, Values], names: Sequence[str], by: Sequence[str], starts: Sequence[datetime.date]
) -> Counted:
    """The keys and the counts of every period of every group, periods that begin on `starts`, oldest first.

    `sums` holds `period` (masked: before the first), the keys and sums by column, in the order of the keys; a group
    is any combination of keys that has a row. Stocks run on from period to period.
    """
    days = np.array(starts, dtype="datetime64[us]")
    group, first = _groups(sums, by)
    # By column, period (number 0 is the time before the first one) and group.
    place = np.where(np.ma.getmaskarray(sums["period"]), 0, np.searchsorted(days, sums["period"], "right"))
    columns = list(dict.fromkeys(map(column_of, names)))
    changes = np.zeros((len(columns), len(days) + 1, len(first)), dtype="int64")
    for number, column in enumerate(columns):
        changes[number, place, group] = _integers(sums[column])
    so_far = changes.cumsum(axis=1)

    def counts(name: str) -> Values:
        number = columns.index(column_of(name))
        if name in STOCKS_AT_START:
            return so_far[number, :-1].ravel()
        return (so_far if name in STOCKS_AT_END else changes)[number, 1:].ravel()

    again = np.tile(first, len(days))
    keys: dict[str, Any] = {"period": np.repeat(days, len(first))}
    keys |= {key: pd.Series(_plain(sums[key])).array.take(again) for key in by}
    return keys, {name: counts(name) for name in names}


def needed(metrics: Sequence[Metric], parts: bool) -> list[str]:
    """The counts that `figures` makes these metrics of."""
    names = [name for metric in metrics for name in (*metric.numerator, *metric.denominator)]
    judged = _UNDATED if parts and any(metric.needs_due for metric in metrics) else ()
    return list(dict.fromkeys((*names, *judged)))


def figures(metrics: Sequence[Metric], counts: Mapping[str, Values], parts: bool) -> dict[str, Values]:
    """The metrics by name: counts as they are, rates 0-1 and days or NaN; with `parts` also `<name>_n` and `<name>_d`,
    and `undated_n` of `undated_d` where due dates matter. A metric that is no ratio of sums is left NaN."""
    found: dict[str, Values] = {}
    if parts and any(metric.needs_due for metric in metrics):
        found |= {"undated_n": counts[_UNDATED[0]], "undated_d": counts[_UNDATED[1]]}
    for metric in metrics:
        top = _sum(counts, metric.numerator)
        if not metric.denominator:
            found[metric.name] = top
            continue
        bottom = _sum(counts, metric.denominator)
        found[metric.name] = ratio(metric, top, bottom) if metric.quantile is None else np.full(len(bottom), np.nan)
        if parts:
            found |= {f"{metric.name}_n": top, f"{metric.name}_d": bottom}
    return found


def ratio(metric: Metric, top: Values, bottom: Values) -> Values:
    """A rate 0-1 or a mean in days from its parts; zero over zero is "not available" (NaN), never 0: a unit without
    dossiers has no rate."""
    found: Values = np.divide(top, bottom, out=np.full(np.shape(bottom), np.nan), where=bottom > 0)
    return found / _MINUTES if metric.format == "days" else found


def _groups(sums: Mapping[str, Values], by: Sequence[str]) -> tuple[Values, Values]:
    """The number of each row's group, counted from 0, and the first row of each group; rows stand in their order."""
    if not by:
        return np.zeros(len(sums["period"]), dtype="int64"), np.zeros(1, dtype="int64")
    starts = np.zeros(len(sums["period"]), dtype=bool)
    starts[:1] = True
    for name in by:
        values = _plain(sums[name])
        starts[1:] |= values[1:] != values[:-1]
    return np.cumsum(starts) - 1, np.flatnonzero(starts)


def _plain(keys: Values) -> Values:
    """Keys as they are, None where there is none."""
    if not np.ma.is_masked(keys):
        return np.ma.getdata(keys)
    plain: Values = np.ma.getdata(keys).astype(object)
    plain[np.ma.getmaskarray(keys)] = None
    return plain


def _integers(sums: Values) -> Values:
    """Sums as whole numbers; a sum over nothing is 0."""
    return np.asarray(np.ma.filled(sums, 0), dtype="int64")


def _sum(counts: Mapping[str, Values], names: Sequence[str]) -> Values:
    return np.asarray(sum(counts[name] for name in names))
