"""What a leader must know first: headline figures with their changes, months in a row, and units in order."""

import datetime
import math
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

import pandas as pd

from cchc.figures import ratios, trust
from cchc.figures.filters import Filters
from cchc.figures.metrics import METRICS, Metric, target_for
from cchc.figures.periods import Grain, Kind, Period, containing
from cchc.figures.query import Run
from cchc.schema import MINIMUM
from cchc.store.coverage import is_covered, is_touched, is_unfinished, is_whole
from cchc.store.snapshots import Snapshot
from cchc.text import LANGUAGES, NOT_AVAILABLE, Language, Text, both, date, moved, number, points

Frame = pd.DataFrame
State = Literal["met", "close", "missed"]
# A rate this near below its target is "close": said so on the card, never silently counted as met.
CLOSE = 0.01
STATES: dict[State, Text] = {
    "met": Text("đạt chỉ tiêu", "target met"),
    "close": Text("sát chỉ tiêu", "close to target"),
    "missed": Text("chưa đạt chỉ tiêu", "target missed"),
}
# The figures a leader looks at first.
HEADLINES = (
    "on_time_rate", "due_on_time_rate", "open_overdue", "online_rate", "received", "mean_days",
    "result_digitised_rate", "satisfaction_rate",
)  # fmt: skip
# What few exports tell: where not one dossier says anything, it is left out instead of standing there empty.
_SELDOM_TOLD = frozenset({"satisfaction_rate"})
# The grid of units: what needs attention is read from the same figures.
GRID = (
    "on_time_rate", "received", "resolved", "late", "due_on_time_rate", "open_overdue", "online_rate",
    "result_digitised_rate", "mean_days", "satisfaction_rate",
)  # fmt: skip
# What is overdue is told as of now, whatever period the flows are of.
STOCK = "open_overdue"
# What the chart of received, resolved and backlog shows.
FLOW = ("received", "resolved", "open_within", "open_overdue")
# The last months up to a period, from the same one a year ago on.
MONTHS = 13
_SPARK = 12


@dataclass(frozen=True)
class Headline:
    """One figure of a period, with its values in the period before and a year before; None where the data does
    not cover that period. `spark` ends with this period."""

    metric: Metric
    value: float
    numerator: float | None
    denominator: float | None
    previous: float | None
    year_before: float | None
    target: float | None
    state: State | None
    spark: tuple[float, ...]
    # False where nothing may be concluded from the figure; `caution` says why, or what is to be known beside it.
    is_judged: bool = True
    caution: Text | None = None
    # The day a stock is told of; None for a flow.
    day: datetime.date | None = None
    # How many days of the period are known where it is not over: it is compared with as many. 0 where it is.
    so_far: int = 0

    @property
    def label(self) -> Text:
        """What it counts; of a stock, on which day too."""
        if self.day is None:
            return self.metric.label
        vi, en = (date(self.day, language) for language in LANGUAGES)
        return Text(f"{self.metric.label.vi}, đến {vi}", f"{self.metric.label.en}, on {en}")

    @property
    def against(self) -> tuple[Text, Text]:
        """What `previous` and `year_before` are, as a short label each."""
        vi, en = (number(self.so_far, language) for language in LANGUAGES)
        days = Text(f" ({vi} ngày)", f" ({en} days)") if self.so_far and self.day is None else Text("", "")
        previous = Text(f"kỳ trước{days.vi}", f"previous{days.en}")
        if self.day is not None:
            ended, same = Text("cuối kỳ trước", "end of previous"), Text("kỳ trước, cùng ngày", "previous, same day")
            previous = same if self.so_far else ended
        return previous, Text(f"năm trước{days.vi}", f"year before{days.en}")

    def change(self, other: float | None) -> float | None:
        """The difference of this value and another, both as they are shown; None where one of them is missing."""
        if other is None or pd.isna(other) or pd.isna(self.value):
            return None
        return moved(self.value, other, {"rate": 4, "days": 1, "count": 0}[self.metric.format])

    def change_text(self, other: float | None, language: Language) -> str:
        """The change from another value: points for rates, days for days, per cent for counts; but a small count
        changes by dossiers, because 1 to 14 is no 1,300 per cent anyone should read."""
        difference = self.change(other)
        if difference is None or other is None:
            return NOT_AVAILABLE
        if self.metric.format == "rate":
            return points(difference, language)
        if self.metric.format == "days":
            return number(difference, language, 1, signed=True) + Text(" ngày", " days")[language]
        if other < MINIMUM:
            return number(difference, language, signed=True)
        return number(difference / other * 100, language, 1, signed=True) + Text(" %", "%")[language]

    def better(self, other: float | None) -> bool | None:
        """Whether this is an improvement on another value; None without a difference or a direction, or where nothing
        may be concluded."""
        difference = self.change(other)
        if not self.is_judged or not difference or self.metric.direction == "neither":
            return None
        return (difference > 0) == (self.metric.direction == "up")


def state_of(metric: Metric, value: float, target: float | None) -> State | None:
    """Where a value stands against its target; None without a target or a value."""
    if target is None or pd.isna(value):
        return None
    # As far as it is shown: 0.99 against 1 is one point, whatever floats make of it.
    short = round(target - value if metric.direction != "down" else value - target, 6)
    return "met" if short <= 0 else "close" if short <= CLOSE else "missed"


def headlines(run: Run, snapshot: Snapshot, filters: Filters, names: Sequence[str]) -> list[Headline]:
    """The named metrics of the period with change against the previous one and the year before, and a spark line; of
    those seldom told only the first of all and what any period of the line tells."""
    now, before, last_year, line = _compared(run, snapshot, filters, names)
    shown = [name for name in names if name in (names[0], *told(line, names))]
    # A period without due dates has no point, as it has none in a chart.
    lines = {name: tuple(map(float, line[name].where(trust.is_dated(METRICS[name], line)))) for name in shown}
    found = [_headline(snapshot, filters, name, now, before, last_year, lines[name]) for name in shown]
    return [_today(run, snapshot, filters, each) if each.metric.name == STOCK else each for each in found]


def today(snapshot: Snapshot, filters: Filters) -> Filters:
    """The question about what is open now: on the data date, while no later period of the kind is whole; of an earlier
    period, on its own last day."""
    day = snapshot.as_of
    if not filters.end < day < filters.period.following().end:
        return filters
    return filters.over(Period(day, day))


def overdue_now(run: Run, snapshot: Snapshot, filters: Filters) -> pd.DataFrame:
    """Columns unit and open_overdue, on the day of `today`."""
    asked = today(snapshot, filters)
    if asked == filters:  # the grid of the period says so already
        return in_two_periods(run, snapshot, filters, GRID, ["unit"])[0][["unit", STOCK]]
    return run([STOCK], asked, by=["unit"])


def units_now(run: Run, snapshot: Snapshot, filters: Filters) -> Frame:
    """The grid of units in the period, lowest on-time rate first, with what is overdue now (see `today`)."""
    units, _ = in_two_periods(run, snapshot, filters, GRID, ["unit"])
    now = overdue_now(run, snapshot, filters).set_index("unit")[STOCK]
    return worst_first(units.assign(**{STOCK: units["unit"].map(now)}), "on_time_rate")


def _today(run: Run, snapshot: Snapshot, filters: Filters, figure: Headline) -> Headline:
    """The stock of a period as it is now, still held against the ends of the periods before."""
    asked = today(snapshot, filters)
    if asked == filters:
        return replace(figure, day=min(filters.end, snapshot.as_of))
    value = float(overdue_now(run, snapshot, filters)[STOCK].sum())
    last = value if figure.is_judged else math.nan
    return replace(figure, value=value, spark=(*figure.spark[:-1], last), day=asked.end)


def told(frame: pd.DataFrame, names: Sequence[str]) -> list[str]:
    """The names in their order, without those seldom told that have no value in any row of `frame`."""
    return [name for name in names if name not in _SELDOM_TOLD or frame[name].notna().any()]


def headline(run: Run, snapshot: Snapshot, filters: Filters, name: str) -> Headline:
    """One metric of the period with its change against the previous one, and nothing else."""
    now, before = in_two_periods(run, snapshot, filters, [name])
    return _headline(snapshot, filters, name, now.iloc[0], None if before is None else before.iloc[0])


def _headline(
    snapshot: Snapshot,
    filters: Filters,
    name: str,
    now: pd.Series,
    before: pd.Series | None,
    last_year: pd.Series | None = None,
    spark: tuple[float, ...] = (),
) -> Headline:
    metric, value, period = METRICS[name], float(now[name]), filters.period
    if not is_touched(period, snapshot):  # nothing is known of the period, and nothing has changed since
        before = last_year = None
    target = target_for(name, snapshot.references, filters.end, filters.units[0] if len(filters.units) == 1 else "")
    judged = bool(trust.is_judged(metric, now))
    before, last_year = (None if row is None or not trust.is_dated(metric, row) else row for row in (before, last_year))
    return Headline(
        metric,
        value,
        float(now[f"{name}_n"]) if metric.denominator else None,
        float(now[f"{name}_d"]) if metric.denominator else None,
        None if before is None else float(before[name]),
        None if last_year is None else float(last_year[name]),
        target.value if target else None,
        state_of(metric, value, target.value if target else None) if judged else None,
        spark,
        judged,
        trust.caution(metric, now),
        so_far=(snapshot.as_of - period.start).days + 1 if is_unfinished(period, snapshot) else 0,
    )


# How many periods of a kind make a year: then one question over a row of periods answers every comparison.
_YEAR: dict[Kind, int] = {
    "month": 12, "quarter": 4, "half": 2, "year": 1,
    "month_15": 12, "quarter_15": 4, "half_15": 2, "year_15": 1,
}  # fmt: skip


def _compared(
    run: Run, snapshot: Snapshot, filters: Filters, names: Sequence[str]
) -> tuple[pd.Series, pd.Series | None, pd.Series | None, pd.DataFrame]:
    """The metrics now, in the previous period and a year before (None if not covered), and in the last periods."""
    year, last_year = _YEAR.get(filters.period.kind), filters.year_before(snapshot.as_of)
    periods = spark_periods(filters.period, MONTHS)
    line = _line(run, filters, names, periods)
    # Before the data begins nothing is known, which is not 0; of the period itself what there is is shown.
    known = [is_covered(period, snapshot) for period in periods[:-1]] + [True]
    shown = line[known].reindex(line.index).tail(_SPARK)
    # Of days chosen freely the line is of months, of a period that is not over of whole ones: neither is compared.
    if periods[-1] != filters.period or is_unfinished(filters.period, snapshot):
        now, before = _totals(run, snapshot, filters, names)
        return now.iloc[0], None if before is None else before.iloc[0], _covered(run, snapshot, last_year, names), shown
    return (
        line.iloc[-1],
        line.iloc[-2] if is_covered(periods[-2], snapshot) else None,
        _covered(run, snapshot, last_year, names) if year is None
        else line.iloc[-1 - year] if is_covered(last_year.period, snapshot) else None,
        shown,
    )  # fmt: skip


def _totals(
    run: Run, snapshot: Snapshot, filters: Filters, names: Sequence[str]
) -> tuple[pd.DataFrame, pd.DataFrame | None]:
    """The metrics in the period and in the previous one, None where the data does not cover that."""
    if not set(names) <= set(GRID):
        return in_two_periods(run, snapshot, filters, names)
    # A page that shows these shows the grid too: its units add up to them.
    now, before = in_two_periods(run, snapshot, filters, GRID, ["unit"])
    return total(now, names), None if before is None else total(before, names)


def _line(run: Run, filters: Filters, names: Sequence[str], periods: Sequence[Period]) -> pd.DataFrame:
    """The metrics in periods that follow each other. Months also answer the chart of the flow, in the same question."""
    grain = _grain(periods[-1])
    asked = tuple(dict.fromkeys((*names, *FLOW))) if grain == "month" else tuple(names)
    return run(asked, filters.over(Period(periods[0].start, periods[-1].end)), grain=grain, parts=True)


@dataclass(frozen=True)
class Flow:
    """The metrics of FLOW by month; `incomplete` are the first days of those the data does not cover whole."""

    frame: pd.DataFrame
    incomplete: frozenset[datetime.date]


def flow(run: Run, snapshot: Snapshot, filters: Filters, months: int, beside: Sequence[str] = ()) -> Flow:
    """Received, resolved and backlog of the last months up to the period, none before the data begins. `beside` names
    the headlines shown on the same page, so that one question answers both."""
    periods = spark_periods(containing("month", filters.end), months)
    frame = _line(run, filters, beside, periods)
    begun = [period.end >= snapshot.start for period in periods[:-1]] + [True]
    incomplete = frozenset(period.start for period in periods if not is_whole(period, snapshot))
    return Flow(frame.loc[begun, ["period", *FLOW]].reset_index(drop=True), incomplete)


def in_two_periods(
    run: Run, snapshot: Snapshot, filters: Filters, names: Sequence[str], by: Sequence[str] = ()
) -> tuple[Frame, Frame | None]:
    """Metrics with their parts, in the period and in the previous one; None where the data does not cover that."""
    previous, kind = filters.previous(snapshot.as_of), filters.period.kind
    if not is_covered(previous.period, snapshot):
        return run(names, filters, by=by, parts=True), None
    if kind != (grain := _grain(filters.period)) or is_unfinished(filters.period, snapshot):
        return run(names, filters, by=by, parts=True), run(names, previous, by=by, parts=True)
    both = run(names, filters.over(Period(previous.start, filters.end)), by=by, grain=grain, parts=True)
    now, before = (both[both["period"] == pd.Timestamp(start)] for start in (filters.start, previous.start))
    return now.drop(columns="period").reset_index(drop=True), before.drop(columns="period").reset_index(drop=True)


def total(frame: pd.DataFrame, names: Sequence[str]) -> pd.DataFrame:
    """One row for all rows of `frame` (from `run(..., parts=True)`), ratios as ratios of sums."""
    sums = frame.select_dtypes("number").sum().to_frame().T
    for name in names:
        if METRICS[name].denominator:
            parts = (sums[f"{name}_{part}"].to_numpy(dtype=float) for part in "nd")
            sums[name] = ratios.ratio(METRICS[name], *parts)
    return sums


def spark_periods(period: Period, count: int = _SPARK) -> list[Period]:
    """`count` periods of the same kind ending with this one, oldest first; custom days count as months."""
    kind: Kind = _grain(period)
    found = [containing(kind, period.end)]
    while len(found) < count:
        found.insert(0, found[0].previous())
    return found


def _grain(period: Period) -> Grain:
    grains: dict[Kind, Grain] = {
        "day": "day",
        "week": "week",
        "quarter": "quarter",
        "half": "half",
        "year": "year",
        "month_15": "month_15",
        "quarter_15": "quarter_15",
        "half_15": "half_15",
        "nine_15": "month_15",  # no row of nine months after nine months fits into years
        "year_15": "year_15",
    }
    return grains.get(period.kind, "month")


def _covered(run: Run, snapshot: Snapshot, filters: Filters, names: Sequence[str]) -> pd.Series | None:
    return run(names, filters, parts=True).iloc[0] if is_covered(filters.period, snapshot) else None


def answer(figure: Headline, snapshot: Snapshot, filters: Filters) -> Text:
    """The headline figure as one sentence: value, counts and change against the previous period; or that the data
    says nothing about the period."""
    if not is_touched(filters.period, snapshot):
        known = Period(snapshot.start, snapshot.as_of)
        return Text(
            f"Số liệu chỉ có {_span(known, 'vi')}, không có {filters.period.label('vi')}; chọn kỳ khác.",
            f"The data covers {_span(known, 'en')} and not {filters.period.label('en')}; choose another period.",
        )
    if not figure.denominator:
        return Text(
            "Không có hồ sơ nào được giải quyết trong kỳ và bộ lọc này; chọn kỳ khác hoặc bỏ lọc.",
            "No dossier was resolved in this period and selection; choose another period or clear the filters.",
        )

    def words(language: Language) -> str:
        rate, resolved = figure.metric.show(figure.value, language), number(figure.denominator, language)
        change = ""
        if figure.previous is not None:
            moved = figure.change_text(figure.previous, language)
            before = filters.previous(snapshot.as_of).period.inside(language)
            change = Text(f" ({moved} so với {before})", f" ({moved} against {before})")[language]
        state = f", {STATES[figure.state][language]}" if figure.state else ""
        state += f" ({figure.caution[language]})" if figure.caution else ""
        return Text(
            f"Trong {resolved} hồ sơ đã giải quyết, {rate} trước hạn hoặc đúng hạn{change}{state}.",
            f"{rate} of {resolved} resolved dossiers were on time{change}{state}.",
        )[language]

    return both(words)


def _span(period: Period, language: Language) -> str:
    first, last = date(period.start, language), date(period.end, language)
    return Text(f"từ {first} đến {last}", f"{first} to {last}")[language]


def worst_first(frame: pd.DataFrame, name: str) -> pd.DataFrame:
    """Rows by a rate, worst first; rates that are not judged are not ranked and stand last."""
    metric = METRICS[name]
    ranked = trust.is_judged(metric, frame)
    order = frame.assign(_last=~ranked).sort_values(["_last", name], ascending=[True, metric.direction != "down"])
    return order.drop(columns="_last")


def short_of_target(by_unit: pd.DataFrame, snapshot: Snapshot, filters: Filters) -> list[dict[Hashable, Any]]:
    """The rows of all units below their own on-time target, lowest rate first, with the target in `target` and in
    `state` whether it is close; rates that are not judged (see `trust`) are left out."""
    metric, short = METRICS["on_time_rate"], []
    for row in by_unit.to_dict("records"):
        target = target_for(metric.name, snapshot.references, filters.end, row["unit"])
        state = state_of(metric, row[metric.name], target.value if target else None)
        if target and state != "met" and trust.is_judged(metric, row):
            short.append(row | {"target": target.value, "state": state})
    return sorted(short, key=lambda row: float(row[metric.name]))


def close_among(short: Sequence[Mapping[Any, Any]]) -> Text:
    """How many of several units below their target are close to it, as an aside; nothing where none is."""
    close = sum(row["state"] == "close" for row in short)
    if not close or len(short) == 1:
        return Text("", "")
    vi, en = number(close, "vi"), number(close, "en")
    return Text(f" ({vi} đơn vị sát chỉ tiêu)", f" ({en} close to it)")
