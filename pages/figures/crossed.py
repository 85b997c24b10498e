"""The same figures with periods across: a table a metric, one row for each value of the split."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import pandas as pd

from cchc import exports, ui
from cchc.figures.metrics import METRICS
from cchc.findings import trends
from cchc.text import Text, capital, collation_key, number

# More columns than these nobody reads.
_MOST = 24


def tables(
    view: ui.View, parted: pd.DataFrame, by: Sequence[str], picture: Callable[[str], None] | None = None
) -> None:
    """A table of the last periods for every metric, names in Vietnamese order, below a `picture` of it if there is one.
    `parted` comes from `exports.named` and has the parts of ratios."""
    periods = list(dict.fromkeys(parted["period"]))
    shown = periods[-_MOST:]
    found: dict[tuple[str, ...], dict[str, Mapping[Any, Any]]] = {}
    for row in parted.to_dict("records"):
        found.setdefault(tuple(str(row[name]) for name in by), {})[row["period"]] = row
    keys = sorted(found, key=lambda names: [collation_key(name) for name in names])
    heads = [ui.Column(view.t(exports.DIMENSION_NAMES[name])) for name in by]
    for metric in (name for name in METRICS if name in parted):
        ui.section(view, METRICS[metric].label, _left_out(len(periods)))
        if picture:
            picture(metric)
        columns = [*heads, *(ui.Column(capital(period), "right") for period in shown)]
        rows = [
            ui.Row([
                *map(ui.Cell.named, names),
                *(ui.figure_cell(view, found[names][period], metric) if period in found[names] else ui.Cell("")
                  for period in shown),
            ])
            for names in keys
        ]  # fmt: skip
        ui.show_rows(columns, rows, f"crossed-{metric}")


def years(view: ui.View, trend: trends.Trend) -> None:
    """The months of a series across, a row a year, the newest first."""
    values = dict(zip(trend.periods, map(float, trend.values), strict=True))
    if trend.unfinished:
        values[trend.unfinished.period] = trend.unfinished.value
    found: dict[int, dict[int, float]] = {}
    for period, value in values.items():
        found.setdefault(period.end.year, {})[period.end.month] = value
    heads = [ui.Column(view.t(Text("Năm", "Year"))), *(ui.Column(f"{month}", "right") for month in range(1, 13))]
    rows = [ui.Row([ui.Cell(f"{year}", year), *(_month(view, trend, found[year].get(month)) for month in range(1, 13))])
            for year in sorted(found, reverse=True)]  # fmt: skip
    ui.show_rows(heads, rows, f"years-table-{trend.metric.name}")


def _month(view: ui.View, trend: trends.Trend, value: float | None) -> ui.Cell:
    return ui.Cell("") if value is None else ui.Cell(trend.metric.show(value, view.language), value)


def _left_out(periods: int) -> Text | None:
    if periods <= _MOST:
        return None
    return Text(
        f"{_MOST} kỳ gần nhất trong {number(periods, 'vi')} kỳ; tệp tải về có đủ",
        f"The last {_MOST} of {number(periods, 'en')} periods; the files hold all",
    )
