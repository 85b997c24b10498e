"""Targets that every unit meets always: they no longer tell anybody from anybody."""

from collections.abc import Iterable, Mapping

import numpy as np

from cchc.findings.trends import Trend
from cchc.text import Text, number

# Every month of a year, by at least so many units that there is somebody to tell apart.
_MONTHS, _FEWEST = 12, 3


def met_by_all(trends: Mapping[str, Mapping[str, Trend]]) -> list[Text]:
    """A sentence for every metric of which each unit met its target in each of the last twelve months."""
    return [said for by_unit in trends.values() if (said := _met_by_all([t for u, t in by_unit.items() if u]))]


def _met_by_all(units: Iterable[Trend]) -> Text | None:
    judged = [trend for trend in units if trend.target is not None and not np.isnan(trend.year).all()]
    if len(judged) < _FEWEST or not all(map(_always_meets, judged)):
        return None
    metric, wanted = judged[0].metric, {trend.target for trend in judged}
    shown = [metric.show_target(wanted.pop(), lang) if len(wanted) == 1 else "" for lang in ("vi", "en")]
    vi, en = (number(len(judged), language) for language in ("vi", "en"))
    return Text(
        f"Chỉ tiêu {shown[0]} về {metric.label.vi.lower()}: cả {vi} đơn vị đều đạt trong từng tháng của 12 tháng qua, "
        "nên không còn cho biết đơn vị nào làm tốt hơn.",
        f"The target {shown[1]} for {metric.label.en.lower()} was met by all {en} units in each of the last 12 months, "
        "so that it no longer tells which of them does better.",
    )


def _always_meets(trend: Trend) -> bool:
    return not np.isnan(trend.year).any() and trend.states(_MONTHS) == ["met"] * _MONTHS
