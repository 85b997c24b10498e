"""What runs over time in a meeting, as slides with charts of PowerPoint itself: months, trends, the weeks of models."""

import datetime
from collections.abc import Sequence

import pandas as pd
from pptx.util import Inches

from cchc.charts.scale import Scale
from cchc.figures.metrics import METRICS
from cchc.figures.periods import Period, containing
from cchc.findings import trends
from cchc.findings.agenda import Brief
from cchc.findings.evaluation import Evaluation
from cchc.findings.trends import Marker
from cchc.reports.native import Mark, Series, columns, courses
from cchc.reports.slides import LEFT, ROOM, TOP, WHOLE, Deck
from cchc.text import Language, Text, date, number, within

_UPPER, _LOWER = (LEFT, TOP, ROOM, Inches(2.75)), (LEFT, Inches(4.42), ROOM, Inches(2.4))
_RATE, _COUNT, _DAYS = "0.00%", "#,##0", "0.0"
_FORMS = {"rate": _RATE, "count": _COUNT, "days": _DAYS}


def flow(deck: Deck, brief: Brief, title: str, about: str, language: Language) -> None:
    """Received and resolved by month above, the backlog below."""
    frame = brief.flow.frame
    months = [containing("month", period.date()) for period in frame["period"]]
    slide, names = deck.slide(title, about), [f"{month.start:%m/%Y}" for month in months]
    above, below = (
        [Series(METRICS[name].label[language], [int(value) for value in frame[name]], colour) for name, colour in shown]
        for shown in (
            (("resolved", "text"), ("received", "other")),
            (("open_within", "open"), ("open_overdue", "late")),
        )
    )
    courses(slide, _UPPER, names, above, _COUNT, title, marks=marks(months, brief.markers, language))
    columns(slide, _LOWER, names, below, _COUNT, title)


def trend(deck: Deck, brief: Brief, language: Language) -> None:
    """The figure of the meeting by month with its mean and limits, as on the page of trends."""
    found = trends.selected(brief.run, brief.snapshot, brief.filters, brief.agenda.metric.name)
    if not found.periods:
        return
    title, limits = trends.title(found)[language], found.chart.limits
    values = [Series(found.metric.label[language], [*map(float, found.values)], "early")]
    values += [
        Series(name[language], [None if level != level else float(level) for level in line], "other", is_thin=True)
        for name, line in (
            (Text("Giới hạn trên", "Upper limit"), limits.upper),
            (Text("Trung bình", "Mean"), limits.centre),
            (Text("Giới hạn dưới", "Lower limit"), limits.lower),
        )
    ]
    names = [f"{period.start:%m/%Y}" for period in found.periods]
    count = number(len(found.periods), language)
    about = Text(
        f"{count} tháng; nét đứt là trung bình và giới hạn của dao động bình thường",
        f"{count} months; the dashed lines are the mean and the limits of ordinary variation",
    )
    slide = deck.slide(title, about[language])
    courses(
        slide, WHOLE, names, values, _FORMS[found.metric.format], title,
        Scale.of(_known(values), found.metric), marks(found.periods, brief.markers, language),
    )  # fmt: skip


def model(deck: Deck, brief: Brief, evaluation: Evaluation, language: Language) -> None:
    """The rates that prove what a model came to, week by week."""
    found, design = evaluation.weekly, evaluation.design
    weeks = sorted({week for _, frame in found.lines for week in frame["period"]})
    lines = [
        Series(name[language], _rates(frame, weeks), tone, is_thin=tone == "other")
        for (name, frame), tone in zip(found.lines, ("early", "other"), strict=False)
    ]
    if not _known(lines):
        return
    vi, en = (f"Bắt đầu mô hình {date(design.start.day, 'vi')}", f"Model starts {date(design.start.day, 'en')}")
    others = [each for each in brief.markers if each.name != design.model.name]
    shown = [Marker(design.first_week, Text(vi, en), says_when=True), *others]
    periods = [containing("week", week.date()) for week in weeks]
    said = f"{design.model.name[language]}: {within(evaluation.conclusion.claim[language])}"
    slide = deck.slide(said, found.title[language])
    courses(
        slide, WHOLE, [date(period.start, language) for period in periods], lines, _RATE, found.title[language],
        Scale.of(_known(lines), design.outcome), marks(periods, shown, language),
    )  # fmt: skip


def marks(periods: Sequence[Period], markers: Sequence[Marker], language: Language) -> list[Mark]:
    """Where days stand on an axis that gives each of `periods` as much room, oldest first."""
    found = []
    for marker in sorted(markers, key=lambda marker: marker.day):
        place = next((n for n, each in enumerate(periods) if each.start <= marker.day <= each.end), None)
        if place is None:
            continue
        days = (periods[place].end - periods[place].start) / datetime.timedelta(days=1) + 1
        share = (place + (marker.day - periods[place].start).days / days) / len(periods)
        said = marker.name[language] if marker.says_when else f"{marker.name[language]} {date(marker.day, language)}"
        found.append(Mark(share, said))
    return found


def _rates(frame: pd.DataFrame, weeks: Sequence[pd.Timestamp]) -> list[float | None]:
    rates = (frame["top"] / frame["bottom"].where(frame["bottom"] > 0)).set_axis(frame["period"]).reindex(list(weeks))
    return [None if rate != rate else float(rate) for rate in rates]


def _known(series: Sequence[Series]) -> list[float]:
    return [value for each in series for value in each.values if value is not None]
