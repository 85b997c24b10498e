"""Tồn đọng: in how many weeks what is open is cleared at the present pace, with its interval, or that it is not."""

import math
from collections.abc import Sequence

from cchc.figures.filters import Filters
from cchc.figures.periods import Period, between
from cchc.figures.query import Run
from cchc.findings import trends
from cchc.findings.trends import Marker
from cchc.statistics import clearing
from cchc.statistics.clearing import Clearing
from cchc.store.snapshots import Snapshot
from cchc.text import Language, Text, both, date, number

# A quarter of a year: longer ago is not the present pace; fewer weeks than these say nothing of it.
_WEEKS, _FEWEST = 13, 8


def answer(run: Run, snapshot: Snapshot, filters: Filters, markers: Sequence[Marker] = ()) -> Text:
    """When the backlog of the last whole week up to the period's end or the data date is cleared, as a sentence; and
    what of the `markers` happened in the weeks whose pace that is."""
    weeks = _weeks(snapshot, filters)
    if len(weeks) < _FEWEST:
        return Text(
            f"Chưa đủ {_FEWEST} tuần trọn số liệu để biết bao giờ giải quyết hết tồn đọng.",
            f"There are not {_FEWEST} whole weeks of data to tell when the backlog is cleared.",
        )
    span = filters.over(Period(weeks[0].start, weeks[-1].end))
    frame = run(["received", "resolved", "open"], span, grain="week")
    left = int(frame["open"].iloc[-1])
    day = weeks[-1].end
    if not left:
        return both(lambda language: Text("Đến {} không còn hồ sơ tồn đọng.", "On {} no dossier is open.")[language]
                    .format(date(day, language)))  # fmt: skip
    came, went = (float(frame[name].mean()) for name in ("received", "resolved"))
    if not went:
        return Text(
            f"{len(weeks)} tuần gần đây không giải quyết hồ sơ nào; tồn đọng {number(left, 'vi')} hồ sơ không giảm.",
            f"Nothing was resolved in {len(weeks)} weeks; the backlog of {number(left, 'en')} does not shrink.",
        )
    found = clearing.periods(left, frame["resolved"] - frame["received"])

    def said(language: Language) -> str:
        backlog = Text("Tồn đọng {} hồ sơ (đến {}, bằng {} tuần giải quyết)",
                       "The backlog of {} dossiers ({}, {} weeks of work)")[language]  # fmt: skip
        pace = Text("nhịp {} tuần gần đây, mỗi tuần nhận {} và giải quyết {},",
                    "the pace of the last {} weeks, {} received and {} resolved a week,")[language]  # fmt: skip
        return _sentence(found, language).format(
            backlog.format(number(left, language), date(day, language), number(left / went, language, 1)),
            pace.format(len(weeks), number(came, language), number(went, language)),
            *(_whole(each, language) for each in (found.expected, found.low, found.high)),
        )

    happened = trends.happened(markers, span.period)
    return both(lambda language: said(language) + (f" {happened[language]}." if happened[language] else ""))


def _sentence(time: Clearing, language: Language) -> str:
    if math.isinf(time.low):
        never = "{0}: cứ {1} thì không giảm; nhận nhiều hơn giải quyết, không phải do ngẫu nhiên."
        return Text(never, "{0} does not shrink at {1} and that is no chance: more comes in than goes out.")[language]
    if math.isinf(time.high):
        return Text(
            "{0}: cứ {1} thì chưa biết bao giờ giải quyết hết, vì số nhận và số giải quyết không khác nhau rõ; "
            "sớm nhất là {3} tuần (khoảng tin cậy 95 %).",
            "{0}: at {1} nobody can tell when it is cleared, as no more goes out than comes in beyond chance; "
            "{3} weeks at the earliest (95% interval).",
        )[language]
    return Text(
        "{0}: cứ {1} thì giải quyết hết trong khoảng {2} tuần (khoảng tin cậy 95 %: {3} đến {4} tuần).",
        "{0} is cleared in about {2} weeks at {1} with a 95% interval of {3} to {4} weeks.",
    )[language]


def _whole(weeks: float, language: Language) -> str:
    """Weeks begun count: nothing is cleared before the week is over."""
    return "" if math.isinf(weeks) else number(math.ceil(weeks), language)


def _weeks(snapshot: Snapshot, filters: Filters) -> list[Period]:
    """The last whole weeks the data covers, oldest first."""
    end = min(filters.end, snapshot.as_of)
    if end < snapshot.start:
        return []
    found = between("week", snapshot.start, end)
    return [week for week in found if snapshot.start <= week.start and week.end <= end][-_WEEKS:]
