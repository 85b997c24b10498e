"""The model's weekday against the other days: where nobody is without the model, and what it did to the other days."""

from dataclasses import dataclass

import pandas as pd

from cchc.figures.query import Run
from cchc.findings.evaluation import verdicts
from cchc.findings.evaluation.design import WEEKS_BEFORE, Design, is_listed, read_outcome
from cchc.statistics import impact
from cchc.statistics.impact import Displacement, Estimate, InterruptedSeries, Movement, TooThin, TripleDifference
from cchc.text import Language, Text, both, capital, number

_DAYS = pd.Timedelta(days=6)


@dataclass(frozen=True)
class Corner:
    """Two of the eight rates behind a triple difference: dossiers of the model day or of the others, of listed
    procedures or the others, as (top, bottom) before and since."""

    model_day: bool
    listed: bool
    before: tuple[int, int]
    after: tuple[int, int]

    @property
    def change(self) -> float | None:
        """Of the rate, as a fraction; None where a side has no dossier."""
        (top, bottom), (top_since, bottom_since) = self.before, self.after
        return top_since / bottom_since - top / bottom if bottom and bottom_since else None


@dataclass(frozen=True)
class WeekdayResult:
    """The triple difference over a quarter of a year before and all weeks since; the interrupted series of the model
    day's listed procedures over a year before; and a sentence on the series."""

    triple: TripleDifference
    series: InterruptedSeries | TooThin
    break_: Text

    @property
    def corners(self) -> list[Corner]:
        """The rates behind the triple difference: the model day first, listed procedures first."""
        cells = self.triple.cells
        found = []
        for model_day, listed in ((True, True), (True, False), (False, True), (False, False)):
            chosen = cells[(cells["model_day"] == model_day) & (cells["listed"] == listed)]
            before, after = (
                (int(side["top"].sum()), int(side["bottom"].sum()))
                for side in (chosen[chosen["phase"] == phase] for phase in ("before", "after"))
            )
            found.append(Corner(model_day, listed, before, after))
        return found


@dataclass(frozen=True)
class Shift:
    """Dossiers a week by weekday before and since, and in one sentence whether the model only moved them."""

    displacement: Displacement | TooThin
    sentence: Text


def against_other_days(run: Run, weeks: pd.DataFrame, design: Design) -> WeekdayResult:
    """Model day less other days, listed less unlisted procedures, since less before, every procedure compared with
    itself; and the break of the series."""
    whole = complete(weeks, design)
    triple = impact.triple_difference(_by_procedure(run, design), design.first_week)
    days = model_days(whole, design)
    series = impact.interrupted_series(days["rate"], design.first_week, days["bottom"])
    return WeekdayResult(triple, series, _break(series))


def _by_procedure(run: Run, design: Design) -> pd.DataFrame:
    """period, model_day, listed, kind, top, bottom of whole weeks; a kind is a procedure at a level."""
    asked = design.of(design.participants, design.complete_weeks)
    frame = read_outcome(run, design, asked, by=["weekday", "listed", "procedure", "level"], grain="week")
    return frame.assign(
        model_day=frame["weekday"].isin(design.model.weekdays),
        listed=is_listed(frame, design),
        kind=frame["procedure"] + " " + frame["level"],
    )


def model_days(weeks: pd.DataFrame, design: Design) -> pd.DataFrame:
    """top, bottom and rate of listed procedures on the model day, by week."""
    on_day = weeks["weekday"].isin(design.model.weekdays)
    sums = weeks[weeks["listed"] & on_day].groupby("period")[["top", "bottom"]].sum()
    return sums.assign(rate=sums["top"] / sums["bottom"].where(sums["bottom"] > 0))


def by_week(weeks: pd.DataFrame, design: Design) -> tuple[pd.DataFrame, pd.DataFrame]:
    """period, top, bottom of listed procedures on the model day, and on the other days; the last week may be
    incomplete."""
    listed = weeks[weeks["listed"] & (weeks["period"] >= pd.Timestamp(design.complete_weeks.start))]
    on_day = listed["weekday"].isin(design.model.weekdays)
    ours, others = (
        rows.groupby("period")[["top", "bottom"]].sum().reset_index() for rows in (listed[on_day], listed[~on_day])
    )
    return ours, others


def shift(weeks: pd.DataFrame, design: Design) -> Shift:
    """Whether more is filed since the start, or only on another day of the week; of the same procedures where a model
    only receives at another time."""
    weeks = weeks[weeks["listed"]] if design.kind == "access" else weeks
    counts = _recent(complete(weeks, design), design).rename(columns={"received": "count"})
    found = impact.displacement(counts, design.model.weekdays, design.first_model_day)
    return Shift(found, _moved(design, found))


def profile(weeks: pd.DataFrame, design: Design) -> pd.DataFrame:
    """One row a weekday that has dossiers: received, top, bottom, share and rate, each with _before and _after; whole
    weeks from a quarter of a year before the start, that of the first model day left out where it is not a Monday."""
    weeks = weeks[weeks["listed"]] if design.kind == "access" else weeks
    recent = _recent(complete(weeks, design), design)
    start = pd.Timestamp(design.first_model_day)
    before, after = recent[recent["period"] + _DAYS < start], recent[recent["period"] >= start]
    sides = []
    for side, rows in (("before", before), ("after", after)):
        sums = rows.groupby("weekday")[["received", "top", "bottom"]].sum()
        sums = sums.assign(
            share=sums["received"] / max(int(sums["received"].sum()), 1),
            rate=sums["top"] / sums["bottom"].where(sums["bottom"] > 0),
        )
        sides.append(sums.add_suffix(f"_{side}"))
    both = sides[0].join(sides[1], how="outer")
    return both[(both["received_before"].fillna(0) + both["received_after"].fillna(0)) > 0].reset_index()


def complete(weeks: pd.DataFrame, design: Design) -> pd.DataFrame:
    """The weeks of the phase that the data covers from their first working day to their end."""
    whole = weeks["period"] + _DAYS <= pd.Timestamp(design.phase.end)
    return weeks[whole & (weeks["period"] >= pd.Timestamp(design.first_covered_week))]


def _recent(weeks: pd.DataFrame, design: Design) -> pd.DataFrame:
    return weeks[weeks["period"] >= pd.Timestamp(design.first_week) - pd.Timedelta(weeks=WEEKS_BEFORE)]


def _break(series: InterruptedSeries | TooThin) -> Text:
    if isinstance(series, TooThin):
        return verdicts.thin(series)
    return Text(
        f"So với đà trước đó, mức nhảy khi bắt đầu là {verdicts.change(series.level, 'vi')}; từ đó mỗi tuần thay đổi "
        f"thêm {verdicts.change(series.slope, 'vi')}.",
        f"Against the earlier course the jump at the start is {verdicts.change(series.level, 'en')}; since then every "
        f"week adds {verdicts.change(series.slope, 'en')}.",
    )


_MOVEMENTS: dict[Movement, Text] = {
    "grew": Text("Hồ sơ tăng thật, không chỉ dời ngày", "There are more dossiers, not only moved ones"),
    "moved": Text("Có dấu hiệu chỉ dời ngày nộp", "Dossiers seem to have moved from other days"),
    "not_shown": Text("Chưa thấy hồ sơ dồn từ ngày khác sang", "No move from other days is shown"),
}


def _moved(design: Design, displacement: Displacement | TooThin) -> Text:
    if isinstance(displacement, TooThin):
        return verdicts.thin(displacement)
    day = design.days
    head = _MOVEMENTS[displacement.movement]
    share = next((each.change for each in displacement.shares if (each.weekday,) == design.model.weekdays), None)
    if displacement.movement == "not_shown" and isinstance(share, Estimate) and share.low > 0:
        head = Text(
            f"{capital(day.vi)} chiếm phần lớn hơn, {verdicts.change(share, 'vi')}, nhưng tổng số "
            "không thấy tăng, nên có thể một phần chỉ là dời ngày nộp",
            f"{day.en} hold a larger share, {verdicts.change(share, 'en')}, but no growth of the total is shown, so "
            "part of it may be filing on another day",
        )
    said = by_kind_of_day(design, displacement)
    return Text(f"{head.vi}: {said.vi}", f"{head.en}: {said.en}")


def by_kind_of_day(design: Design, displacement: Displacement) -> Text:
    """How many dossiers a week more or fewer on the model's days, the others and all, as the end of a sentence."""
    day = design.days
    total, model_day, others = (
        _a_week(each) for each in (displacement.total, displacement.model_day, displacement.other_days)
    )
    return Text(
        f"so với trước, mỗi tuần {day.vi} {model_day.vi}, các ngày khác {others.vi}, tất cả các ngày "
        f"{total.vi} (trong ngoặc: khoảng tin cậy 95 %).",
        f"against before, {day.en} {model_day.en}, other days {others.en}, all days {total.en} a week (in "
        "brackets: 95% confidence intervals).",
    )


def _a_week(estimate: Estimate | TooThin) -> Text:
    if isinstance(estimate, TooThin):
        return Text("chưa đủ dữ liệu", "too little data")

    def said(language: Language) -> str:
        value, low, high = (
            number(each, language, 0, signed=True) for each in (estimate.value, estimate.low, estimate.high)
        )
        return Text(f"{value} hồ sơ ({low} đến {high})", f"{value} dossiers ({low} to {high})")[language]

    return both(said)
