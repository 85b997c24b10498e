"""What a leader must know first: headline figures with their changes, and the few places that need attention."""

import datetime
from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from typing import Any, Literal, Protocol

import pandas as pd

from cchc import compare
from cchc.filters import Filters
from cchc.metrics import METRICS, MINIMUM, Metric, target_for
from cchc.periods import Grain, Kind, Period, containing
from cchc.snapshots import Snapshot
from cchc.text import NOT_AVAILABLE, Language, Text, number, percent, points

Frame = pd.DataFrame
State = Literal["met", "close", "missed"]
# A rate this near below its target is "close": said so on the card, never silently counted as met.
CLOSE = 0.01
STATES: dict[State, Text] = {
    "met": Text("đạt chỉ tiêu", "target met"),
    "close": Text("sát chỉ tiêu", "close to target"),
    "missed": Text("chưa đạt chỉ tiêu", "target missed"),
}
# The grid of units: what needs attention is read from the same figures.
GRID = (
    "received", "resolved", "on_time_rate", "late", "open_overdue", "online_rate", "result_digitised_rate", "mean_days",
)  # fmt: skip
_SPARK = 12
_LONGEST_HOLIDAY = 14
_DAY = datetime.timedelta(days=1)
_MOST = 7


class Run(Protocol):
    """`query.run` bound to a snapshot."""

    def __call__(
        self,
        metrics: Sequence[str],
        filters: Filters,
        by: Sequence[str] = (),
        grain: Grain | None = None,
        parts: bool = False,
    ) -> pd.DataFrame: ...


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

    def change(self, other: float | None) -> float | None:
        """The difference from another value as far as it is shown; None where one of them is missing."""
        if other is None or pd.isna(other) or pd.isna(self.value):
            return None
        return round(self.value - other, {"rate": 4, "days": 1, "count": 0}[self.metric.format])

    def change_text(self, other: float | None, language: Language) -> str:
        """The change from another value: points for rates, days for days, per cent for counts; but a small count
        changes by dossiers, because 1 to 14 is no 1,300 per cent anyone should read."""
        difference = self.change(other)
        if difference is None or other is None:
            return NOT_AVAILABLE
        if self.metric.format == "rate":
            return points(difference, language)
        if self.metric.format == "days":
            return number(difference, language, 1, signed=True) + {"vi": " ngày", "en": " days"}[language]
        if other < MINIMUM:
            return number(difference, language, signed=True)
        return number(difference / other * 100, language, 1, signed=True) + {"vi": " %", "en": "%"}[language]

    def better(self, other: float | None) -> bool | None:
        """Whether this is an improvement on another value; None without a difference or a direction."""
        difference = self.change(other)
        if not difference or self.metric.direction == "neither":
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
    """The named metrics of the period with change against the previous one and the year before, and a spark line."""
    now, before, last_year, line = _compared(run, snapshot, filters, names)
    unit = filters.units[0] if len(filters.units) == 1 else ""
    found = []
    for name in names:
        metric = METRICS[name]
        target = target_for(name, snapshot.references, filters.end, unit)
        value = float(now[name])
        found.append(
            Headline(
                metric,
                value,
                float(now[f"{name}_n"]) if metric.denominator else None,
                float(now[f"{name}_d"]) if metric.denominator else None,
                None if before is None else float(before[name]),
                None if last_year is None else float(last_year[name]),
                target.value if target else None,
                state_of(metric, value, target.value if target else None),
                tuple(float(v) for v in line[name]) if name in line else (),
            )
        )
    return found


# How many periods of a kind make a year: then one question over a row of periods answers every comparison.
_YEAR: dict[Kind, int] = {
    "month": 12, "quarter": 4, "half": 2, "year": 1,
    "month_15": 12, "quarter_15": 4, "half_15": 2, "year_15": 1,
}  # fmt: skip


def _compared(
    run: Run, snapshot: Snapshot, filters: Filters, names: Sequence[str]
) -> tuple[pd.Series, pd.Series | None, pd.Series | None, pd.DataFrame]:
    """The metrics now, in the previous period and a year before (None if not covered), and in the last periods."""
    kind, grain = filters.period.kind, _grain(filters.period)
    year = _YEAR.get(kind)
    history = spark_periods(filters.period, max(_SPARK, year + 1) if year else _SPARK)
    span = filters.over(Period(history[0].start, filters.end))
    # Before the data begins nothing is known, which is not 0; of the period itself what there is is shown.
    known = [is_covered(period, snapshot) for period in history[:-1]] + [True]
    before, last_year = filters.previous(), filters.year_before()
    if kind != grain:  # days chosen freely: the line is of months, and answers nothing else
        line = run([name for name in names if METRICS[name].quantile is None], span, grain=grain)
        now = run(names, filters, parts=True).iloc[0]
        found = [_covered(run, snapshot, each, names) for each in (before, last_year)]
        return now, found[0], found[1], line[known].reindex(line.index)
    line = run(names, span, grain=grain, parts=True)
    return (
        line.iloc[-1],
        line.iloc[-2] if is_covered(before.period, snapshot) else None,
        _covered(run, snapshot, last_year, names) if year is None
        else line.iloc[-1 - year] if is_covered(last_year.period, snapshot) else None,
        line[known].reindex(line.index).tail(_SPARK),
    )  # fmt: skip


def total(frame: pd.DataFrame, names: Sequence[str]) -> pd.DataFrame:
    """One row for all rows of `frame` (from `run(..., parts=True)`), ratios as ratios of sums."""
    sums = frame.select_dtypes("number").sum().to_frame().T
    for name in names:
        if METRICS[name].denominator:
            scale = 1440 if METRICS[name].format == "days" else 1
            sums[name] = sums[f"{name}_n"] / sums[f"{name}_d"].where(sums[f"{name}_d"] > 0) / scale
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
    return run(names, filters).iloc[0] if is_covered(filters.period, snapshot) else None


def is_covered(period: Period, snapshot: Snapshot) -> bool:
    """Whether the data reaches back to the period's start, but for days nobody worked (1 January)."""
    gap = (snapshot.start - period.start).days
    calendar = snapshot.references.calendar
    return gap <= 0 or (gap < _LONGEST_HOLIDAY and calendar.next_working_day(period.start - _DAY) >= snapshot.start)


def answer(figure: Headline, filters: Filters) -> Text:
    """The headline figure as one sentence: value, counts and change against the previous period."""
    if not figure.denominator:
        return Text(
            "Không có hồ sơ nào được giải quyết trong kỳ và bộ lọc này; chọn kỳ khác hoặc bỏ lọc.",
            "No dossier was resolved in this period and selection; choose another period or clear the filters.",
        )

    def words(language: Language) -> str:
        parts = _ANSWER[language]
        change = (
            ""
            if figure.previous is None
            else parts[1].format(
                figure.change_text(figure.previous, language), filters.period.previous().label(language)
            )
        )
        state = f", {STATES[figure.state][language]}" if figure.state else ""
        return parts[0].format(
            figure.metric.show(figure.value, language), number(figure.denominator, language), change, state
        )

    return Text(words("vi"), words("en"))


_ANSWER: dict[Language, tuple[str, str]] = {
    "vi": ("Trong {1} hồ sơ đã giải quyết, {0} trước hạn hoặc đúng hạn{2}{3}.", " ({0} so với {1})"),
    "en": ("{0} of {1} resolved dossiers were on time{2}{3}.", " ({0} against {1})"),
}


def worst_first(frame: pd.DataFrame, name: str) -> pd.DataFrame:
    """Rows by a rate, worst first; rates over too few dossiers are not ranked and stand last."""
    metric = METRICS[name]
    ranked = frame[f"{name}_d"] >= metric.minimum
    order = frame.assign(_last=~ranked).sort_values(["_last", name], ascending=[True, metric.direction != "down"])
    return order.drop(columns="_last")


def short_of_target(by_unit: pd.DataFrame, snapshot: Snapshot, filters: Filters) -> list[dict[Hashable, Any]]:
    """The rows of units that miss their own on-time target, lowest rate first, with the target in `target`; rates
    over too few dossiers are not judged."""
    metric, missed = METRICS["on_time_rate"], []
    for row in by_unit.to_dict("records"):
        target = target_for(metric.name, snapshot.references, filters.end, row["unit"])
        state = state_of(metric, row[metric.name], target.value if target else None)
        if target and state == "missed" and row["on_time_rate_d"] >= metric.minimum:
            missed.append(row | {"target": target.value})
    return sorted(missed, key=lambda row: float(row[metric.name]))


@dataclass(frozen=True)
class Notice:
    """One sentence that needs attention, and where its evidence is: page, filters and the metric counted there.
    `about` is the rate it speaks of, where it speaks of one."""

    sentence: Text
    slug: str
    filters: Filters
    metric: str
    about: str = ""


def attention(run: Run, snapshot: Snapshot, filters: Filters) -> list[Notice]:
    """At most seven sentences, worst first: units short of the on-time target, overdue dossiers still open, the
    largest falls, the procedures that make most of the late dossiers. Rates over fewer than 20 are left out."""
    by_unit = run(GRID, filters, by=["unit"], parts=True)
    found = [
        *_below_target(by_unit, snapshot, filters),
        *_overdue(by_unit, snapshot, filters),
        *_falls(run, by_unit, snapshot, filters),
        *_late_procedures(run, snapshot, filters),
    ]
    return found[:_MOST]


def _below_target(by_unit: pd.DataFrame, snapshot: Snapshot, filters: Filters) -> list[Notice]:
    metric, notices = METRICS["on_time_rate"], []
    for row in short_of_target(by_unit, snapshot, filters)[:3]:
        unit = snapshot.references.units[row["unit"]].name
        late, resolved, rate = row["late"], row["on_time_rate_d"], row["on_time_rate"]
        notices.append(
            Notice(
                Text(
                    f"{unit}: {percent(rate, 'vi')} trước và đúng hạn, {number(late, 'vi')} trên "
                    f"{number(resolved, 'vi')} hồ sơ quá hạn; chỉ tiêu {metric.show_target(row['target'], 'vi')}.",
                    f"{unit}: {percent(rate, 'en')} on time, {number(late, 'en')} of "
                    f"{number(resolved, 'en')} dossiers late; target {metric.show_target(row['target'], 'en')}.",
                ),
                "ho-so",
                filters.narrow("unit", row["unit"]),
                "late",
                "on_time_rate",
            )
        )
    return notices


def _overdue(by_unit: pd.DataFrame, snapshot: Snapshot, filters: Filters) -> list[Notice]:
    total = int(by_unit["open_overdue"].sum())
    if not total:
        return []
    worst = by_unit.sort_values("open_overdue", ascending=False).iloc[0]
    unit = snapshot.references.units[worst["unit"]].name
    most = int(worst["open_overdue"])
    return [
        Notice(
            Text(
                f"{number(total, 'vi')} hồ sơ đang giải quyết đã quá hạn; nhiều nhất ở {unit} ({number(most, 'vi')}).",
                f"{number(total, 'en')} open dossiers are overdue; most of them at {unit} ({number(most, 'en')}).",
            ),
            "ho-so",
            filters,
            "open_overdue",
        )
    ]


def _falls(run: Run, by_unit: pd.DataFrame, snapshot: Snapshot, filters: Filters) -> list[Notice]:
    previous = filters.previous()
    if not is_covered(previous.period, snapshot):
        return []
    before = run(["on_time_rate", "online_rate"], previous, by=["unit"], parts=True)
    both = by_unit.merge(before, on="unit", suffixes=("", "_before"))
    notices = []
    labels = {"on_time_rate": Text("trước và đúng hạn", "on time"), "online_rate": Text("trực tuyến", "online")}
    for name, label in labels.items():
        minimum = METRICS[name].minimum
        enough = both[(both[f"{name}_d"] >= minimum) & (both[f"{name}_d_before"] >= minimum)]
        fall = (enough[name] - enough[f"{name}_before"]).sort_values()
        if fall.empty or fall.iloc[0] > -CLOSE:
            continue
        row = enough.loc[fall.index[0]]
        unit = snapshot.references.units[row["unit"]].name
        change = float(fall.iloc[0])
        notices.append(
            Notice(
                Text(
                    f"{unit}: tỷ lệ {label.vi} giảm nhiều nhất, {points(change, 'vi')} so với "
                    f"{previous.period.label('vi')} (còn {percent(row[name], 'vi')}).",
                    f"{unit}: the {label.en} rate fell most, {points(change, 'en')} against "
                    f"{previous.period.label('en')} (now {percent(row[name], 'en')}).",
                ),
                "tuan-thu" if name == "on_time_rate" else "ho-so",
                filters.narrow("unit", row["unit"]),
                "late" if name == "on_time_rate" else "received",
                name,
            )
        )
    return notices


def _late_procedures(run: Run, snapshot: Snapshot, filters: Filters) -> list[Notice]:
    late = run(["late"], filters, by=["procedure"])
    few = compare.fewest_that_make_half(late, "procedure", "late")
    total = int(late["late"].sum())
    if not few or total < METRICS["late"].minimum:
        return []
    name = snapshot.references.procedures[few[0]].name
    count = int(late.set_index("procedure")["late"][few[0]])
    return [
        Notice(
            Text(
                f"{number(len(few), 'vi')} thủ tục chiếm một nửa số hồ sơ quá hạn; nhiều nhất: {name} "
                f"({number(count, 'vi')} trên {number(total, 'vi')}).",
                f"{number(len(few), 'en')} procedures make half of the late dossiers; most: {name} "
                f"({number(count, 'en')} of {number(total, 'en')}).",
            ),
            "tuan-thu",
            filters,
            "late",
        )
    ]
