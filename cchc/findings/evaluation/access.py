"""A model that receives dossiers at a time when nobody could file before: how many come, and what other days lost."""

from dataclasses import dataclass

import pandas as pd

from cchc.figures.periods import Period
from cchc.figures.query import Run
from cchc.findings.evaluation.answers import BEFORE_AFTER, Answer, State
from cchc.findings.evaluation.design import Design, is_listed
from cchc.findings.evaluation.promises import Promises
from cchc.findings.evaluation.verdicts import why_thin
from cchc.findings.evaluation.weekdays import Shift, by_kind_of_day
from cchc.statistics.impact import Movement, TooThin
from cchc.text import Text, date, number, percent


@dataclass(frozen=True)
class Access:
    """What was received of the listed procedures since the start: `by_unit` has unit, received (in the model's time)
    and listed (at any time since its own start); `by_week` period, top and bottom (the same two), from a quarter of a
    year before."""

    by_unit: pd.DataFrame
    by_week: pd.DataFrame
    sentence: Text

    @property
    def most_first(self) -> pd.DataFrame:
        """`by_unit`, those that receive most first."""
        return self.by_unit.sort_values(["received", "listed"], ascending=False)

    @property
    def received(self) -> int:
        return int(self.by_unit["received"].sum())

    @property
    def listed(self) -> int:
        return int(self.by_unit["listed"].sum())


def access(run: Run, design: Design, promises: Promises) -> Access:
    """The dossiers of the model and those of the same procedures on any day."""
    days = Period(design.complete_weeks.start, design.as_of)
    rows = run(["received"], design.of(design.participants, days), by=["unit", "listed"], grain="week")
    rows = rows[is_listed(rows, design)]
    first_weeks = {unit: max(design.first_week, design.first_week_of(unit)) for unit in design.participants}
    is_since = rows["period"] >= pd.to_datetime(rows["unit"].map(first_weeks))
    listed = rows[is_since].groupby("unit")["received"].sum()
    by_unit = promises.by_unit[["unit", "model_received"]].rename(columns={"model_received": "received"})
    by_unit = by_unit.assign(listed=[int(listed.get(unit, 0)) for unit in by_unit["unit"]])
    top = promises.by_week.set_index("period")["model_received"].rename("top")
    by_week = rows.groupby("period")["received"].sum().rename("bottom").to_frame().join(top).fillna({"top": 0})
    return Access(by_unit, by_week.reset_index(), _sentence(design, by_unit))


def _sentence(design: Design, by_unit: pd.DataFrame) -> Text:
    received, listed = int(by_unit["received"].sum()), int(by_unit["listed"].sum())
    start = design.first_week
    is_staggered = len({design.first_week_of(unit) for unit in design.participants}) > 1
    own = (
        Text("; đơn vị bắt đầu sau thì từ tuần của mình", "; of units that began later, since their own week")
        if is_staggered else Text("", "")
    )  # fmt: skip
    if not listed:
        return Text(
            f"Từ tuần {date(start, 'vi')} chưa nhận hồ sơ nào của các thủ tục trong danh mục.",
            f"Nothing of the listed procedures was received since the week of {date(start, 'en')}.",
        )
    return Text(
        f"{number(received, 'vi')} hồ sơ được nhận trong thời gian của mô hình, bằng "
        f"{percent(received / listed, 'vi', 1)} của {number(listed, 'vi')} hồ sơ cùng thủ tục nhận vào mọi ngày từ "
        f"tuần {date(start, 'vi')}{own.vi}.",
        f"{number(received, 'en')} dossiers were received in the model's time, {percent(received / listed, 'en', 1)} "
        f"of the {number(listed, 'en')} of the same procedures received on any day since the week of "
        f"{date(start, 'en')}{own.en}.",
    )


# What came before cannot be told from anything else that changed at the time, so growth alone is no proof.
_STATES: dict[Movement, State] = {"grew": "unsure", "moved": "moved", "not_shown": "not_shown"}


def answer(access: Access, shift: Shift, design: Design) -> Answer:
    """Whether more is filed in all, or only at another time."""
    displacement = shift.displacement
    if isinstance(displacement, TooThin):
        return Answer("thin", why_thin(displacement), (access.sentence,))
    doubts = (BEFORE_AFTER,) if displacement.movement == "grew" else ()
    return Answer(_STATES[displacement.movement], by_kind_of_day(design, displacement), (access.sentence, *doubts))
