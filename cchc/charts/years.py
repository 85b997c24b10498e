"""This year against the years before, month by month."""

from cchc.charts.base import PALETTE, Figure, Theme, axis, behind, figure, hover
from cchc.charts.labels import spread
from cchc.charts.scale import Scale
from cchc.figures.periods import Period
from cchc.findings.trends import Trend, period_name, shown
from cchc.text import Language, Text

_HEIGHT, _TOP, _BOTTOM = 320, 12, 40
# Newest first: this year, last year, and all before it.
_STYLES = (("early", "solid", 2.6), ("text", "solid", 1.6), ("other", "dot", 1.4))
_Months = list[tuple[Period, float, bool]]


def years(trend: Trend, theme: Theme, language: Language) -> Figure | None:
    """A series of months as one line a year, the newest strongest, each named at its end; a month that is not over is
    hollow. None where there is no other year to compare with."""
    months: _Months = [(each, float(value), True) for each, value in zip(trend.periods, trend.values, strict=True)]
    if trend.unfinished:
        months.append((trend.unfinished.period, trend.unfinished.value, False))
    if len({period.end.year for period, _, _ in months}) < 2:
        return None
    scale = Scale.of([value for _, value, _ in months], trend.metric)
    found = sorted({period.end.year for period, _, _ in months}, reverse=True)
    by_year = {year: [each for each in months if each[0].end.year == year] for year in found}
    return figure(
        [_line(trend, of_year, age, theme, language) for age, of_year in enumerate(by_year.values())],
        theme,
        language,
        _HEIGHT,
        margin={"l": 8, "r": 52, "t": _TOP, "b": _BOTTOM, "pad": 4},
        annotations=[*_names(by_year, scale, theme), *scale.start(theme, language)],
        xaxis=axis(theme, range=[0.6, 12.4], tickvals=list(range(1, 13)), showgrid=False),
        yaxis=scale.axis(theme, language),
    )


def _line(trend: Trend, months: _Months, age: int, theme: Theme, language: Language) -> Figure:
    name, dash, width = _STYLES[min(age, len(_STYLES) - 1)]
    colour, open_ = PALETTE[theme][name], Text("tháng chưa trọn", "month not over")[language]
    texts = [
        f"<b>{period_name(period, language)}</b><br>{shown(trend, value, language)}" + ("" if whole else f"<br>{open_}")
        for period, value, whole in months
    ]
    return {
        "type": "scatter",
        "mode": "lines+markers",
        "x": [period.end.month for period, _, _ in months],
        "y": [value for _, value, _ in months],
        "name": f"{months[0][0].end.year}",
        "line": {"color": colour, "dash": dash, "width": width},
        "marker": {
            "color": colour,
            "size": 7 if age == 0 else 4,
            "symbol": ["circle" if whole else "circle-open" for _, _, whole in months],
        },
        "cliponaxis": False,
        **hover(texts),
        **behind(rows=[f"{period.end:%m}" for period, _, _ in months]),
    }


def _names(by_year: dict[int, _Months], scale: Scale, theme: Theme) -> list[Figure]:
    """The years at the right, level with the ends of their lines and apart from one another."""
    height = _HEIGHT - _TOP - _BOTTOM
    ends = [of_year[-1][1] for of_year in by_year.values()]
    wanted = [scale.down(value, height) for value in ends]
    inks = ["early_text", *["muted"] * (len(ends) - 1)]
    return [
        {
            "x": 1, "xref": "paper", "xanchor": "left", "xshift": 6, "y": value, "yshift": at - place,
            "text": f"{year}", "showarrow": False, "font": {"size": 12, "color": PALETTE[theme][ink]},
        }
        for year, value, ink, at, place in zip(
            by_year, ends, inks, wanted, spread(wanted, 16, height), strict=True
        )
    ]  # fmt: skip
