"""Which comparison the roll-out of a service model allows, over which days, between whom."""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

import pandas as pd

from cchc.figures import trust
from cchc.figures.filters import Filters, day_name, day_names
from cchc.figures.metrics import METRICS, Metric
from cchc.figures.periods import Grain, Period, containing
from cchc.figures.query import Run
from cchc.findings.trends.dated import TWO_LEVELS
from cchc.rules.references import References
from cchc.rules.service_models import ServiceModel, StartDate
from cchc.store.coverage import is_covered
from cchc.store.snapshots import Snapshot
from cchc.text import Text, date, number

Kind = Literal["units", "staggered", "weekday", "access"]

# What is compared with: a quarter of a year, as the reports do. A series is judged by a year, so that its seasons show.
WEEKS_BEFORE = 13
WEEKS_OF_SERIES = 52
_DAY = datetime.timedelta(days=1)
_FEWEST_OTHERS = 2


@dataclass(frozen=True)
class Design:
    """How a model is evaluated from one of its start dates on.

    `kind`: units with the model against units without it; staggered, against those that had not begun yet; or, where
    all began at once, its weekday against the others; access, where it only receives at another time, how much is
    received in all. `treated` are the units judged together, `apart` those that take
    part at a level where nobody is without the model, `others` the units without it at the level of `treated`.
    `first_week` begins on the Monday of the first model day: before it no model day, after it one a week.
    `none_chosen`: nothing the reader chose takes part, so all participants are judged.
    `phase`: the days compared, over which no participant follows another unit: effects are never judged across it.
    """

    model: ServiceModel
    references: References
    outcome: Metric
    kind: Kind
    filters: Filters
    none_chosen: bool
    treated: tuple[str, ...]
    apart: tuple[str, ...]
    others: tuple[str, ...]
    snapshot: Snapshot
    first_week: datetime.date
    phase: Period

    @property
    def participants(self) -> tuple[str, ...]:
        return (*self.treated, *self.apart)

    @property
    def nets_units(self) -> bool:
        """Whether each unit's change is net of what changed anyway: of others, or of its own unlisted dossiers."""
        return bool(self.others) or self.kind == "weekday"

    @property
    def data_start(self) -> datetime.date:
        return self.snapshot.start

    @property
    def as_of(self) -> datetime.date:
        """The last day counted: the end of the data, or of the model."""
        return _last_day(self.snapshot, self.model)

    @property
    def days(self) -> Text:
        """The model's weekdays: "thứ Hai và thứ Tư"."""
        return day_names(*self.model.weekdays)

    @property
    def first_covered_week(self) -> datetime.date:
        """The Monday of the first week of the phase that the data covers from its first working day on."""
        week, is_cut = containing("week", self.phase.start), self.phase.start > self.data_start
        whole = week.start == self.phase.start if is_cut else is_covered(week, self.snapshot)
        return week.start if whole else week.end + _DAY

    def first_week_of(self, unit: str) -> datetime.date:
        """The Monday of the week in which a participant began."""
        return containing("week", self.model.starts[unit]).start

    @property
    def start(self) -> StartDate:
        return self.model.start

    @property
    def first_model_day(self) -> datetime.date:
        """The first model day from the start on: two dates before the same one mean the same start."""
        return self.model.first_day

    @property
    def label(self) -> Text:
        """What the outcome is called: where it is held against the dossiers received, not as the metric is."""
        return _LABELS.get(self.outcome.name, self.outcome.label)

    @property
    def before(self) -> Period:
        """The quarter of a year before the start, as far as there is data of the phase."""
        return self.before_start(self.start.day)

    @property
    def after(self) -> Period:
        """From the start to the end of the data."""
        return Period(self.start.day, self.as_of)

    def before_start(self, start: datetime.date) -> Period:
        """The quarter of a year before a start."""
        last = start - _DAY
        return Period(min(last, max(start - datetime.timedelta(weeks=WEEKS_BEFORE), self.phase.start)), last)

    @property
    def complete_weeks(self) -> Period:
        """The whole weeks of the phase from a quarter of a year before the first model day on that the data covers to
        their end."""
        last = containing("week", self.phase.end)
        first = max(self.first_week - datetime.timedelta(weeks=WEEKS_BEFORE), self.first_covered_week)
        return Period(first, max(first, last.end if last.end <= self.phase.end else last.start - _DAY))

    def of(self, units: tuple[str, ...], period: Period) -> Filters:
        """The reader's question about these units in another period."""
        asked, known = self.filters.over(period), self.references.units
        levels = {known[unit].level for unit in units}
        if set(units) < {id_ for id_, unit in known.items() if unit.level in levels}:
            return replace(asked, units=tuple(sorted(units)))
        # All units of some levels are asked for by level: sums that do not know units answer that.
        return replace(asked, levels=tuple(sorted(levels)) if set(units) < set(known) else ())


def starts(model: ServiceModel) -> tuple[StartDate, ...]:
    """Every start the documents name, the one in force first."""
    return (model.start, *model.alternative_starts)


def allowed(
    snapshot: Snapshot, filters: Filters, model: ServiceModel, since: datetime.date | None = None
) -> Design | Text:
    """How to evaluate `model` with the data there is, had it begun on `since` (one of its start dates; None: the one
    in force); or one sentence that says why it cannot be, naming table and line.

    Units and levels chosen in the filters leave other participants out; units without the model stay, as they are
    what is compared with.
    """
    model = model.starting(next((each for each in starts(model) if each.day == since), model.start))
    if reason := _impossible(snapshot, model):
        return Text(f"{model.place.vi}: {reason.vi}.", f"{model.place.en}: {reason.en}.")
    known = snapshot.references
    chosen = _chosen(known, filters, model)
    wanted = chosen or list(model.units)
    phase = _phase(snapshot, model, wanted)
    level, others = _level(known, model, wanted)
    kind = _kind(model, others)
    treated = [unit for unit in wanted if kind != "units" or known.units[unit].level == level]
    first_day = model.first_day
    return Design(
        model=model,
        references=known,
        outcome=METRICS[model.outcome],
        kind=kind,
        filters=replace(filters, units=(), levels=()),
        none_chosen=not chosen,
        treated=tuple(treated),
        apart=tuple(unit for unit in wanted if unit not in treated),
        others=others if kind == "units" else (),
        snapshot=snapshot,
        first_week=containing("week", first_day).start,
        phase=phase,
    )


def _last_day(snapshot: Snapshot, model: ServiceModel) -> datetime.date:
    return min(model.end.day, snapshot.as_of) if model.end else snapshot.as_of


def _phase(snapshot: Snapshot, model: ServiceModel, wanted: Sequence[str]) -> Period:
    """The days around the first on which one of these units ran the model, up to the next ones on which they, or all
    units as the district level ended, followed others: what the units did before was done by other units."""
    known = snapshot.references
    changed = {day for unit in wanted for day in known.changes(unit)} | {TWO_LEVELS} & {*known.changes()}
    first_day = min(max(model.starts[unit], known.units[unit].valid_from) for unit in wanted)
    start = max([snapshot.start, *(day for day in changed if day <= first_day)])
    end = min([_last_day(snapshot, model), *(day - _DAY for day in changed if day > first_day)])
    return Period(start, max(start, end))


def _kind(model: ServiceModel, others: Sequence[str]) -> Kind:
    if "open" in model.promises:
        return "access"
    if len(others) >= _FEWEST_OTHERS:
        return "units"
    return "staggered" if len(set(model.starts.values())) > 1 else "weekday"


def _impossible(snapshot: Snapshot, model: ServiceModel) -> Text | None:
    metric = METRICS.get(model.outcome)
    if metric is None or not metric.is_rate:
        return Text(
            f"outcome = {model.outcome} không phải tên một tỷ lệ; các tỷ lệ có ở trang Định nghĩa",
            f"outcome = {model.outcome} is not the name of a rate; the rates are on the page of definitions",
        )
    if model.start.day > snapshot.as_of:
        start, as_of = model.start.day, snapshot.as_of
        return Text(
            f"mô hình bắt đầu ngày {date(start, 'vi')}, sau ngày chốt số liệu {date(as_of, 'vi')}, nên chưa có gì để "
            "đánh giá",
            f"the model starts on {date(start, 'en')}, after the data ends ({date(as_of, 'en')}): nothing to evaluate "
            "yet",
        )
    if model.first_day > snapshot.as_of:
        day = day_name(*model.weekdays)
        return Text(
            f"chưa có {day.vi} nào từ ngày bắt đầu đến hết số liệu",
            f"there is no {day.en} between the start and the end of the data",
        )
    return None


def never_occurs(design: Design, weeks: pd.DataFrame) -> Text | None:
    """Why a model for a day nobody files on cannot be evaluated, from the dossiers received by week and weekday."""
    if weeks.loc[weeks["weekday"].isin(design.model.weekdays), "received"].sum():
        return None
    place, day, asked = design.model.place, day_name(*design.model.weekdays), design.filters
    if asked.fields or asked.channels or asked.procedures or asked.weekdays or _is_part(design):
        return Text(
            f"Trong phần đang chọn không có hồ sơ nào tiếp nhận vào {day.vi} ở các đơn vị tham gia; bỏ lọc để xem mô "
            "hình có tác dụng không.",
            f"In this selection no participating unit received anything on a {day.en}; clear the filters to see "
            "whether the model worked.",
        )
    return Text(
        f"{place.vi}: không có hồ sơ nào tiếp nhận vào {day.vi} ở các đơn vị tham gia, nên không có gì để đánh giá.",
        f"{place.en}: no participating unit received anything on a {day.en}, so there is nothing to evaluate.",
    )


def read_weeks(run: Run, design: Design) -> pd.DataFrame:
    """Dossiers of participants by week, weekday and whether listed: period, weekday, listed, received, top, bottom.

    From a year before the first model day to the end of the phase; the last week may be incomplete.
    """
    first = design.first_week - datetime.timedelta(weeks=WEEKS_OF_SERIES)
    first = max(first, containing("week", design.phase.start).start)
    asked = design.of(design.participants, Period(first, max(first, design.phase.end)))
    frame = read_outcome(run, design, asked, by=["weekday", "listed"], grain="week")
    return frame.assign(listed=is_listed(frame, design))


def is_listed(frame: pd.DataFrame, design: Design) -> list[bool]:
    """Whether each row's procedures are on the model's list."""
    return [design.model.id in str(ids).split() for ids in frame["listed"]]


# Counted by the day of the end, a week whose model day is a holiday holds only what earlier ones left over, and the
# next week none of it. What is promised for the day of receipt is therefore held against the dossiers received.
_OF_RECEIVED = {"same_day_rate": "same_day"}
_LABELS = {
    "same_day_rate": Text(
        "Tỷ lệ hồ sơ nhận vào có kết quả ngay trong ngày", "Share of dossiers received that end the same day"
    )
}


def read_outcome(
    run: Run, design: Design, filters: Filters, by: Sequence[str], grain: Grain | None = None
) -> pd.DataFrame:
    """The keys, numerator and denominator of the outcome as top and bottom, and received; of days before the coverage
    there are none."""
    name = design.outcome.name
    if name in _OF_RECEIVED:
        top = _OF_RECEIVED[name]
        frame = run([top, "received"], filters, by=by, grain=grain).fillna({top: 0, "received": 0})
        return frame.rename(columns={top: "top"}).assign(bottom=frame["received"])
    frame = run(["received", name], filters, by=by, grain=grain, parts=True)
    # What lacks due dates says nothing about an outcome that rests on them, as if there were no dossiers.
    dated = trust.is_dated(design.outcome, frame)
    frame = frame.assign(**{part: frame[part].where(dated, 0) for part in (f"{name}_n", f"{name}_d")})
    frame = frame.fillna({"received": 0})
    return frame.rename(columns={f"{name}_n": "top", f"{name}_d": "bottom"}).drop(columns=name)


def _chosen(references: References, filters: Filters, model: ServiceModel) -> list[str]:
    """The participants among what the filters ask for."""
    chosen = [unit for unit in model.units if not filters.units or unit in filters.units]
    return [unit for unit in chosen if not filters.levels or references.units[unit].level in filters.levels]


def _level(references: References, model: ServiceModel, wanted: list[str]) -> tuple[str, tuple[str, ...]]:
    """The level at which most of the units take part while enough others do not, and those others."""
    best: tuple[int, str, tuple[str, ...]] = (0, "", ())
    there = references.there(model.start.day, model.start.day)
    for level in dict.fromkeys(references.units[unit].level for unit in wanted):
        others = tuple(u for u in there if references.units[u].level == level and u not in model.units)
        count = sum(references.units[unit].level == level for unit in wanted)
        if len(others) >= _FEWEST_OTHERS and count > best[0]:
            best = (count, level, others)
    return best[1], best[2]


def _is_part(design: Design) -> bool:
    """Whether the reader looks at some of the participants only."""
    return len(design.participants) < len(design.model.units)


def explain(design: Design) -> Text:
    """Which design the roll-out decides, and why; first, whether the units chosen take part at all."""
    said = _comparison(design)
    return Text(f"{_NONE_CHOSEN.vi} {said.vi}", f"{_NONE_CHOSEN.en} {said.en}") if design.none_chosen else said


def _comparison(design: Design) -> Text:
    day = day_name(*design.model.weekdays)
    if design.kind == "units":
        k, m = number(len(design.treated), "vi"), number(len(design.others), "vi")
        own = _OWN_START if len(set(design.model.starts.values())) > 1 else Text("", "")
        chosen = Text(" đang chọn", " of the selection") if _is_part(design) else Text("", "")
        return Text(
            f"{k} đơn vị cùng cấp{chosen.vi} thực hiện và {m} đơn vị không thực hiện, nên so mức thay đổi của hai "
            f"nhóm: phần chung là của mọi việc khác diễn ra cùng lúc, phần chênh lệch là của mô hình.{own.vi}",
            f"{k} units of one level{chosen.en} run the model and {m} do not, so the changes of the two groups are "
            "compared: what both share is due to everything else that happened, what differs is due to the model."
            f"{own.en}",
        )
    if design.kind == "staggered":
        return Text(
            "Mọi đơn vị đều tham gia nhưng bắt đầu vào những ngày khác nhau, nên mỗi đơn vị được so với các đơn vị "
            "lúc đó chưa bắt đầu.",
            "Every unit takes part but they began on different days, so each is compared with those that had not "
            "begun by then.",
        )
    if design.kind == "access":
        return Text(
            f"Mô hình mở thêm thời gian tiếp nhận nên trước đó không có gì cùng lúc để so; vì vậy so số hồ sơ mỗi tuần "
            f"của cùng các thủ tục, vào {day.vi}, vào các ngày khác và tất cả, trước với sau.",
            f"The model receives at a time when nothing was received before, so there is nothing of that time to "
            f"compare with; instead the dossiers a week of the same procedures are compared, on {day.en}, on other "
            "days and in all, before with after.",
        )
    return Text(
        f"Không có đơn vị cùng cấp nào đứng ngoài mô hình để so sánh; vì vậy so {day.vi} với các ngày khác, thủ tục "
        "trong danh mục với thủ tục ngoài danh mục, trước với sau, và xem chuỗi tuần có gãy khúc không.",
        f"No unit of the same level is without the model to compare with; instead {day.en} is compared with the other "
        "days, listed procedures with unlisted ones, before with after, and the weekly series is searched for a break.",
    )


_NONE_CHOSEN = Text(
    "Đơn vị đang chọn không thực hiện mô hình, nên trang này tính mọi đơn vị thực hiện.",
    "The units chosen do not run the model, so this page counts all that do.",
)
_OWN_START = Text(
    " Các đơn vị bắt đầu vào những ngày khác nhau; mỗi đơn vị được tính từ ngày của mình.",
    " Units began on different days; each is judged from its own.",
)
