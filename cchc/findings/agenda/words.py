"""What the agenda and the commitments of a meeting say, in words a chairman reads."""

import math
from collections.abc import Sequence
from functools import partial

from cchc.entered.meetings import MEASURES, Commitment, Reminder
from cchc.figures.metrics import Format, Metric
from cchc.figures.periods import Period, containing
from cchc.findings import sources
from cchc.findings.agenda.brief import Brief
from cchc.findings.agenda.outcomes import VERDICTS, Outcome, Value, Verdict
from cchc.findings.agenda.units import Agenda, Change, Group, Line
from cchc.findings.trends import meanwhile
from cchc.findings.trends.rules import REALLY
from cchc.statistics import spc
from cchc.store.coverage import incomplete
from cchc.text import LANGUAGES, NOT_AVAILABLE, Language, Text, both, capital, date, number, percent, points, within

GROUPS: dict[Group, Text] = {
    "first": Text("Cần lưu ý", "To be discussed first"),
    "improved": Text("Tốt lên thật", "Really better"),
    "unchanged": Text("Chưa thấy thay đổi", "No change shown"),
    "unjudged": Text("Chưa so sánh được", "Not compared"),
}
NOBODY: dict[Group, Text] = {
    "first": Text(
        "Không đơn vị nào thấp hơn chỉ tiêu quá 1 điểm % hoặc xấu đi thật.",
        "No unit is more than 1 pp short of its target or really worse.",
    ),
    "improved": Text("Chưa đơn vị nào tốt lên thật.", "No unit is really better."),
    "unchanged": Text("Không có đơn vị nào.", "There is no unit."),
    "unjudged": Text("Không có đơn vị nào.", "There is no unit."),
}
CHANGES: dict[Change, Text] = {
    "improved": Text("tốt lên thật", "really better"),
    "worsened": Text("xấu đi thật", "really worse"),
    "unchanged": Text("chưa thấy thay đổi", "no change shown"),
}
VERDICT_NAMES: dict[Verdict, Text] = {
    "met": Text("đạt", "met"),
    "missed": Text("không đạt", "missed"),
    "pending": Text("chưa đạt, còn hạn", "not yet, still time"),
    "few": Text("chưa đánh giá được", "cannot be judged"),
    "unknown": Text("chưa có số liệu", "no figures yet"),
}
# Read without colour too.
VERDICT_MARKS: dict[Verdict, str] = {"met": "✓", "missed": "✗", "pending": "…", "few": "?", "unknown": "?"}
_UNITS: dict[Format, Text] = {
    "days": Text(" ngày", " days"),
    "count": Text(" hồ sơ", " dossiers"),
    "rate": Text("", ""),
}
# So many names stand in a sentence; what is more is a number.
_NAMED = 3


def shown(metric: Metric, value: float, language: Language) -> str:
    """A figure with its unit."""
    text = metric.show(value, language)
    return text if text == NOT_AVAILABLE else text + _UNITS[metric.format][language]


def wanted(commitment: Commitment, language: Language) -> str:
    """What a commitment must reach: "ít nhất 98 %", "nhiều nhất 2,0 ngày"."""
    metric = MEASURES[commitment.metric]
    at = Text("ít nhất", "at least") if metric.direction == "up" else Text("nhiều nhất", "at most")
    return f"{at[language]} {target_shown(metric, commitment.target, language)}"


def target_shown(metric: Metric, target: float, language: Language) -> str:
    """A target as papers set it: 98 %, 99,5 %, 2,0 ngày."""
    if metric.is_rate:
        return metric.show_target(target, language)
    return shown(metric, target, language)


def measured(metric: Metric, value: Value | None, language: Language) -> tuple[str, str]:
    """A value, and below it its counts and its period: "96,20 %", "1.020 / 1.060, tháng 6/2023"."""
    if value is None:
        return NOT_AVAILABLE, ""
    period = value.period.label(language)
    counts = f"{number(value.top, language)} / {number(value.bottom, language)}, " if metric.is_rate else ""
    return shown(metric, value.value, language), counts + period


def difference(line: Line, language: Language) -> str:
    """The change of a unit against the period before, in points; "–" without one."""
    return NOT_AVAILABLE if math.isnan(line.difference) else points(line.difference, language)


def usual(line: Line, language: Language) -> str:
    """Between which rates a period of the unit is no change: "91,20 % đến 99,90 %"; "–" where that is not known."""
    if math.isnan(line.low):
        return NOT_AVAILABLE
    return f"{percent(line.low, language)} {Text('đến', 'to')[language]} {percent(line.high, language)}"


def reason(line: Line, metric: Metric) -> Text:
    """Why a unit stands in its group, where the name of the group does not say it."""
    parts: list[Text] = []
    if line.caution and not line.is_judged:
        return line.caution
    if line.state == "missed" and line.target is not None:
        at = (target_shown(metric, line.target, "vi"), target_shown(metric, line.target, "en"))
        unsure = Text("", "") if line.sure else Text(" (có thể do ngẫu nhiên)", " (may be chance)")
        parts.append(Text(f"chưa đạt chỉ tiêu {at[0]}{unsure.vi}", f"target of {at[1]} missed{unsure.en}"))
    elif line.state == "close":
        parts.append(Text("sát chỉ tiêu", "close to target"))
    if line.group == "first" and line.change in ("improved", "worsened"):
        parts.append(CHANGES[line.change])
    elif line.change is None:
        parts.append(Text("chưa đủ kỳ trước để so", "too few periods before to compare with"))
    if line.caution:
        parts.append(line.caution)
    return Text("; ".join(part.vi for part in parts), "; ".join(part.en for part in parts))


def standing(line: Line, metric: Metric) -> Text:
    """The group of a unit and why it stands there, as one clause."""
    group, why = GROUPS[line.group], reason(line, metric)
    return Text(group.vi + (f": {why.vi}" if why.vi else ""), group.en + (f": {why.en}" if why.en else ""))


def listed(lines: Sequence[Line], names: dict[str, str], metric: Metric, language: Language) -> str:
    """The first units by name with their rate, the others as a number: "A (91,20 %), B (93,00 %) và 4 đơn vị khác"."""
    said = ", ".join(f"{names[line.unit]} ({metric.show(line.value, language)})" for line in lines[:_NAMED])
    more = number(len(lines) - _NAMED, language)
    return said + (Text(f" và {more} đơn vị khác", f" and {more} more")[language] if len(lines) > _NAMED else "")


def answer(brief: Brief) -> Text:
    """The agenda as one sentence or two: who is to be discussed, who got better, how many did not change."""
    return both(partial(_answer, brief))


def _answer(brief: Brief, language: Language) -> str:
    agenda = brief.agenda
    first = agenda.group("first")
    if first:
        count = number(len(first), language)
        said = Text(f"{count} đơn vị cần lưu ý: ", f"{count} to be discussed first: ")[language]
        said += f"{listed(first, brief.unit_names, agenda.metric, language)}."
    elif brief.lacking and all(line.group == "unjudged" for line in agenda.lines):
        said = f"{capital(brief.lacking[language])}."
    else:
        said = NOBODY["first"][language]
    return f"{said} {moved(agenda)[language]}"


def of_models(brief: Brief) -> list[Text]:
    """What each model came to with all its conditions, in the words of its page, and what else happened meanwhile."""
    return [
        Text(*(" ".join([each.named[language], *(more[language] for more in each.beside(brief.markers)[:1])])
               for language in LANGUAGES))
        for each in brief.models
    ]  # fmt: skip


def flow_told(brief: Brief) -> Text:
    """What the chart of months shows, and what happened in them."""
    months = brief.flow.frame["period"]
    span = Period(months.iloc[0].date(), containing("month", months.iloc[-1].date()).end)
    shown = Text("Số hồ sơ; tồn đọng tính vào cuối tháng", "Dossiers; the backlog stands at each month's end")
    more = meanwhile(brief.markers, span)
    return Text(shown.vi + more.vi, shown.en + more.en)


def models_until(brief: Brief) -> Text:
    """Over which days models are judged, whatever period the meeting looks at."""
    vi, en = (date(brief.snapshot.as_of, language) for language in LANGUAGES)
    return Text(f"Tính từ khi bắt đầu mô hình đến ngày {vi}", f"From the start of each model to {en}")


def moved(agenda: Agenda) -> Text:
    """How many units have really changed, in whatever group they stand."""

    def words(language: Language) -> str:
        counts = [
            (name[language], sum(line.change == change for line in agenda.lines)) for change, name in CHANGES.items()
        ]
        return ", ".join(f"{number(count, language)} {name}" for name, count in counts if count)

    if not agenda.compared:
        return Text("Chưa đơn vị nào đủ số liệu để so sánh.", "No unit has enough data to be compared.")
    return Text(
        f"So với mức thường của từng đơn vị: {words('vi')} (trong {number(agenda.compared, 'vi')} đơn vị so được).",
        f"Against what is usual for each unit: {words('en')} (of {number(agenda.compared, 'en')} units compared).",
    )


def counted(agenda: Agenda, group: Group) -> Text:
    """A group as its number of units: "15 đơn vị tốt lên thật"; or that it is empty."""
    count = len(agenda.group(group))
    if not count:
        return NOBODY[group]

    def head(language: Language) -> str:
        units = Text("đơn vị", "unit" if count == 1 else "units")[language]
        return f"{number(count, language)} {units} {within(GROUPS[group][language])}"

    return both(head)


def grouped(agenda: Agenda) -> Text:
    """All groups as their numbers of units."""
    found = [counted(agenda, group) for group in GROUPS if agenda.group(group)]
    return Text(", ".join(each.vi for each in found), ", ".join(each.en for each in found))


def only(shown: int, count: int) -> Text:
    """What follows a subtitle where not all rows have room; nothing where they have."""
    if shown == count:
        return Text("", "")
    return Text(f"; {number(shown, 'vi')} dòng đầu trong {number(count, 'vi')}", f"; the first {shown} of {count}")


def compared_with(agenda: Agenda) -> Text:
    """What stands below the heading of the agenda: the figure, what it is compared with."""
    label = agenda.metric.label
    return Text(
        f"{label.vi}, so với mức thường của từng đơn vị; xấu nhất đứng trước",
        f"{label.en}, against what is usual for each unit; worst first",
    )


ORDERING = Text("Cách sắp xếp", "How units are ordered")


def method(agenda: Agenda) -> tuple[Text, ...]:
    """How units are put in order, one paragraph each."""
    least = agenda.metric.minimum
    return (
        Text(
            "Cần lưu ý: chưa đạt chỉ tiêu (thấp hơn quá 1 điểm %), hoặc xấu đi thật. Tỷ lệ xấu "
            "nhất đứng trước. “Có thể do ngẫu nhiên”: khoảng tin cậy 95 % của tỷ lệ còn chứa chỉ tiêu.",
            "To be discussed first: short of the target by more than 1 point, or really worse; "
            "the worst rate first. “May be chance”: the 95% interval of the rate still holds the target.",
        ),
        *REALLY,
        Text(
            f"Chưa thấy thay đổi không có nghĩa là không thay đổi: có thể còn ít hồ sơ hoặc ít kỳ. Đơn vị dưới {least} "
            f"hồ sơ trong kỳ, hoặc chưa có {spc.FEWEST} kỳ trước đó, thì không so sánh.",
            f"No change shown does not mean no change: dossiers or periods may be too few. Units with fewer than "
            f"{least} dossiers in the period, or fewer than {spc.FEWEST} periods before it, are not compared.",
        ),
    )


def kept(outcomes: Sequence[Outcome]) -> Text:
    """Commitments by what became of them: "4 cam kết: 1 không đạt, 2 chưa đạt nhưng còn hạn, 1 đạt"."""

    def words(language: Language) -> str:
        counts = [(VERDICT_NAMES[each][language], sum(o.verdict == each for o in outcomes)) for each in VERDICTS]
        total = number(len(outcomes), language)
        head = Text(f"{total} cam kết", f"{total} commitments" if len(outcomes) > 1 else "1 commitment")[language]
        said = f"{head}: " + "; ".join(f"{number(count, language)} {name}" for name, count in counts if count)
        sent = sum(len(each.reminders) for each in outcomes)
        reminded = Text(f"; đã đôn đốc {sent} lần", f"; reminders sent: {sent}")
        return said + (reminded[language] if sent else "")

    return both(words)


def verdict(outcome: Outcome) -> Text:
    """What became of a commitment, with its mark."""
    mark, name = VERDICT_MARKS[outcome.verdict], VERDICT_NAMES[outcome.verdict]
    return Text(f"{mark} {name.vi}", f"{mark} {name.en}")


def beside(outcome: Outcome) -> Text:
    """Below the verdict: why there is no figure, or whether the figure has really changed; and how often the office was
    reminded. Nothing where none of it can be said."""
    about = outcome.why or (CHANGES[outcome.change] if outcome.change else None)
    parts = [part for part in (about, _reminded(outcome.reminders)) if part]
    if len(parts) == 1:
        return parts[0]
    return Text("; ".join(part.vi.rstrip(".") for part in parts), "; ".join(part.en.rstrip(".") for part in parts))


def _reminded(reminders: Sequence[Reminder]) -> Text | None:
    """How often an office was reminded, when last, and what it answered."""
    if not reminders:
        return None
    last, times = reminders[-1], len(reminders)

    def words(language: Language) -> str:
        sent = date(last.sent_on, language)
        once = Text(f"đã đôn đốc ngày {sent}", f"reminded on {sent}")
        often = Text(f"đã đôn đốc {times} lần, gần nhất {sent}", f"reminded {times} times, last on {sent}")
        said = (once if times == 1 else often)[language]
        if not last.answer:
            return said + Text(", chưa trả lời", ", no answer yet")[language]
        day = f" {date(last.answered_on, language)}" if last.answered_on else ""
        return f"{said}, {Text('trả lời', 'answered')[language]}{day}: {last.answer}"

    return both(words)


def promised_by(outcome: Outcome, language: Language) -> str:
    """Who answers for it and by when."""
    return f"{outcome.commitment.who}, {date(outcome.commitment.due, language)}"


def origin(brief: Brief) -> Text:
    """Where the figures of a meeting come from, at the foot of what is handed out."""
    snapshot = brief.snapshot
    absent = sources.lacking(brief.run, snapshot, brief.filters)

    def words(language: Language) -> str:
        shown, as_of = brief.filters.describe(snapshot.references, language), date(snapshot.as_of, language)
        closed = Text(f"số liệu chốt đến {as_of}", f"data as of {as_of}")[language]
        kind = Text("bản số liệu", "snapshot")[language]
        demo = [Text("Dữ liệu minh họa", "Demo data")[language]] if snapshot.demo else []
        remarks = (incomplete(brief.filters.period, snapshot), absent, brief.lacking)
        aside = [each[language] for each in remarks if each]
        return " · ".join([*demo, shown, closed, *aside, f"{kind} {snapshot.id}"])

    return both(words)
