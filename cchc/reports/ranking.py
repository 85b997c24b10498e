"""Which units of an area stand first, and which really differ from the others: never by chance, never by a hair."""

from collections.abc import Mapping, Sequence

import pandas as pd

from cchc.figures import trust
from cchc.figures.filters import Filters
from cchc.figures.metrics import METRICS
from cchc.findings import compliance
from cchc.reports.asked import Asked
from cchc.reports.phrases import listed, named, share
from cchc.rules.boundaries import Unit
from cchc.text import rounded

_METRIC = METRICS["on_time_rate"]
_MOST = 3


def places(frame: pd.DataFrame, units: Mapping[str, Unit]) -> dict[str, int]:
    """The place of every unit among those of its level by the on-time rate as printed, so that equal print is an equal
    place; units of too few dossiers, and those alone on their level, have none. `frame` has a row a unit."""
    judged = [row for row in frame.to_dict("records") if trust.is_judged(_METRIC, row)]
    shown = {str(row["unit"]): rounded(float(row[_METRIC.name]), 4) for row in judged}
    found = {}
    for unit, own in shown.items():
        peers = [rate for other, rate in shown.items() if units[other].level == units[unit].level]
        if len(peers) > 1:
            found[unit] = 1 + sum(rate > own for rate in peers)
    return found


def outstanding(asked: Asked, filters: Filters) -> tuple[list[str], list[str]]:
    """Sentences that name who is clearly better and who is clearly worse than the other units, at most three each,
    farthest first: those beyond the 99.8 % limits of the funnel; nothing where nobody is."""
    metrics = ("resolved", "late", "on_time_rate", "late_rate")
    found = compliance.comparison(asked.run, filters, metrics)
    if found.funnel is None or len(found.rows) < 2:
        return [], []
    clear = found.rows[found.rows["standing"] == "different"]
    high = clear[clear["z"] > 0].sort_values("z", ascending=False)
    low = clear[clear["z"] < 0].sort_values("z")
    return _sentence(asked, high, "cao hơn"), _sentence(asked, low, "thấp hơn")


def _sentence(asked: Asked, rows: pd.DataFrame, how: str) -> list[str]:
    if rows.empty:
        return []
    names = asked.snapshot.references.units
    shown: Sequence[str] = [
        f"{named(names[str(row['unit'])].name)} ({share(row['on_time_rate_n'], row['on_time_rate_d'])})"
        for row in rows.head(_MOST).to_dict("records")
    ]
    more = f" và {len(rows) - _MOST} đơn vị khác" if len(rows) > _MOST else ""
    said = ", ".join(shown) if more else listed(shown)
    return [f"Tỷ lệ trước và đúng hạn {how} rõ rệt so với các đơn vị khác: {said}{more}"]
