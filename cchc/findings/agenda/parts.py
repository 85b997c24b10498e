"""The parts of a meeting in the order they are spoken of, each with the finding it shows as its title."""

from typing import Literal, get_args

from cchc.findings import compliance
from cchc.findings.agenda import words
from cchc.findings.agenda.brief import CHARTS, Brief, Half
from cchc.findings.agenda.units import GROUPS
from cchc.store.coverage import incomplete
from cchc.text import LANGUAGES, Text

# One thing to look at: on the page a section, on the wall a screen, in a deck a slide or more.
Part = Literal[
    "earlier", "cards", "models", "first", "improved", "unchanged", "unjudged", "flow", "funnel", "outcomes",
    "half_unit", "half_procedure", "promised", "notes",
]  # fmt: skip
PARTS: tuple[Part, ...] = get_args(Part)
UNITS = Text("Từng đơn vị", "Unit by unit")
MEASURED = Text("Kết quả tính từ hồ sơ, không theo báo cáo của đơn vị", "Measured by figures, not by reports")


def parts(brief: Brief) -> list[Part]:
    """What this meeting has to look at; a part with nothing in it is left out, but for who is to be discussed."""
    charts = brief.meeting.charts
    has: dict[Part, bool] = {
        "earlier": bool(brief.earlier),
        "cards": True,
        "models": bool(brief.models),
        "first": True,
        "improved": bool(brief.agenda.group("improved")),
        "unchanged": bool(brief.agenda.group("unchanged")),
        "unjudged": bool(brief.agenda.group("unjudged")),
        "flow": "flow" in charts,
        "funnel": "funnel" in charts and brief.comparison.funnel is not None,
        "outcomes": "outcomes" in charts and bool(brief.comparison.rows["resolved"].any()),
        "half_unit": "half" in charts and half(brief, "unit") is not None,
        "half_procedure": "half" in charts and half(brief, "procedure") is not None,
        "promised": bool(brief.promised),
        "notes": bool(brief.meeting.notes),
    }
    return [part for part in PARTS if has[part]]


def half(brief: Brief, by: str) -> Half | None:
    """The few units, or procedures, that make half of the late dossiers; None where nothing is late."""
    return next((each for each in brief.halves if each.by == by), None)


def title(brief: Brief, part: Part) -> Text:
    """What a part shows, as a finding where there is one."""
    if part in GROUPS:
        return words.counted(brief.agenda, part)
    if part in ("half_unit", "half_procedure"):
        by = part.removeprefix("half_")
        few = half(brief, by)
        return compliance.half_title(by, len(few.few)) if few else CHARTS["half"]
    if part == "earlier":
        return words.kept(brief.earlier)
    if part == "funnel":
        return compliance.funnel_title(brief.comparison, brief.unit_names)
    if part == "outcomes":
        short = compliance.short_title(brief.comparison.rows, brief.snapshot, brief.filters)
        return short or CHARTS["outcomes"]
    return _TITLES[part]


def _period(brief: Brief) -> Text:
    period = brief.filters.period
    unfinished = incomplete(period, brief.snapshot)
    vi, en = (f"; {unfinished[language]}" if unfinished else "" for language in LANGUAGES)
    return Text(f"Kỳ {period.label('vi')}{vi}", f"Period: {period.label('en')}{en}")


_TITLES: dict[Part, Text] = {
    "cards": Text("Kết quả chung", "The figures of all"),
    "models": Text("Các mô hình có tác dụng không?", "Did the models work?"),
    "flow": CHARTS["flow"],
    "promised": Text("Cam kết của cuộc họp này", "Commitments of this meeting"),
    "notes": Text("Kết luận", "Conclusions"),
}


def subtitle(brief: Brief, part: Part) -> Text:
    """Unit, period and n of a part."""
    if part in GROUPS:
        return words.compared_with(brief.agenda)
    if part == "earlier":
        return Text(
            "Giá trị lúc cam kết và trong kỳ này; không đạt đứng trước",
            "The value when promised and in this period; what was missed stands first",
        )
    if part == "funnel":
        return compliance.reading(brief.comparison)
    texts: dict[Part, Text] = {
        "cards": _period(brief),
        "models": words.models_until(brief),
        "flow": words.flow_told(brief),
        "outcomes": Text(
            "Phần trăm hồ sơ đã giải quyết; số bên phải là tỷ lệ quá hạn",
            "Per cent of resolved dossiers; the figure at the right is the late rate",
        ),
        "promised": MEASURED,
    }  # fmt: skip
    late = Text("Số hồ sơ quá hạn và tỷ trọng", "Late dossiers and their share")
    return texts.get(part, late if part.startswith("half") else Text("", ""))
