"""A meeting as slides: its parts in the order they are spoken of, with native charts and tables."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import pandas as pd
from pptx.enum.dml import MSO_LINE
from pptx.util import Inches

from cchc.charts import measure
from cchc.charts.changes import TONES
from cchc.charts.deadlines import OUTCOMES
from cchc.charts.scale import Scale
from cchc.entered.meetings import MEASURES
from cchc.figures.metrics import METRICS
from cchc.findings import agenda
from cchc.findings.agenda import Brief, Line, Outcome, Part, heads, words
from cchc.findings.compliance import UNJUDGED, common_target
from cchc.findings.summary import STATES, Headline
from cchc.reports import courses, minutes
from cchc.reports.native import Points, Series, bars, plane
from cchc.reports.paper import to_fill
from cchc.reports.slides import DEEP, LEFT, ROOM, TOP, WHOLE, Cell, Deck, Grid, Place
from cchc.statistics.compare import Z95, Z998
from cchc.text import NOT_AVAILABLE, Language, Text, date, number, percent

# So many bars on a slide, so many slides of them; so many points of a name's letters leave a chart its room.
_BARS, _PAGES, _NAME, _LETTER = 14, 2, 190, 12
_RATE, _COUNT = "0.00%", "#,##0"
_INK = {"improved": "early_text", "worsened": "late_text", "met": "early_text", "missed": "late_text"}


def write(brief: Brief, language: Language) -> bytes:
    """The meeting as a .pptx file; its figures are those of the page, text from data is text."""
    return _Slides(brief, language).deck.save()


class _Slides:
    """The slides of one meeting in one language."""

    def __init__(self, brief: Brief, language: Language) -> None:
        self.brief, self.language = brief, language
        self.names = brief.unit_names
        self.deck = Deck(brief.meeting.title, words.origin(brief)[language], language, self._defined())
        self.cover()
        draws: dict[Part, Callable[[str, str], None]] = {
            "earlier": self.earlier, "cards": self.cards, "models": self.models, "first": self.first,
            "improved": self.improved, "unchanged": self.unchanged, "unjudged": self.unjudged,
            "flow": self.flow, "funnel": self.funnel, "outcomes": self.outcomes,
            "half_unit": self.half_unit, "half_procedure": self.half_procedure, "promised": self.promised,
            "notes": self.notes,
        }  # fmt: skip
        for part in agenda.parts(brief):
            draws[part](self.t(agenda.title(brief, part)), self.t(agenda.subtitle(brief, part)))
        self.units(self.t(agenda.UNITS), self.t(words.compared_with(brief.agenda)), brief.agenda.lines)
        self.deck.prose(self.t(words.ORDERING), "", [self.t(each) for each in words.method(brief.agenda)], 18)

    def t(self, text: Text) -> str:
        return text[self.language]

    def heads(self, *texts: Text) -> list[str]:
        return [self.t(text) for text in texts]

    def cover(self) -> None:
        head, day = minutes.letterhead(self.brief), date(self.brief.meeting.held_on, self.language)
        names = (" ".join(head.issuer), head.place)
        office = [names[0]] if all(isinstance(to_fill(each), str) for each in names) else []
        held = self.t(Text(f"{head.place}, ngày {day}", f"{head.place}, {day}")) if office else day
        self.deck.cover(self.brief.meeting.title, [*office, held, self.t(words.answer(self.brief))])

    def _defined(self) -> str:
        """What the figure units are compared by means, and where that comes from: for who speaks."""
        metric, language = self.brief.agenda.metric, self.language
        source = self.t(Text(f"Nguồn: {metric.source.vi}.", f"Source: {metric.source.en}."))
        return "\n".join(
            filter(None, (f"{self.t(metric.label)} = {metric.formula(language)}.", self.t(metric.note), source))
        )

    # --- Commitments ---

    def earlier(self, title: str, about: str) -> None:
        titles = self.heads(
            heads.SUBJECT, heads.PROMISE, heads.WANTED, heads.THEN, heads.SINCE, heads.OUTCOME, heads.WHO
        )  # fmt: skip
        rows = [self._outcome(each) for each in self.brief.earlier]
        self.deck.table(title, about, Grid(titles, (15, 24, 15, 14, 14, 13, 17), rows))

    def _outcome(self, outcome: Outcome) -> list[Cell]:
        language, promised = self.language, outcome.commitment
        verdict = _lines(self.t(words.verdict(outcome)), self.t(words.beside(outcome)))
        return [
            Cell(self.t(outcome.subject)), Cell(promised.what),
            Cell(_lines(words.wanted(promised, language), self.t(outcome.metric.label))),
            *(Cell(_lines(*words.measured(outcome.metric, value, language))) for value in (outcome.then, outcome.now)),
            Cell(verdict, _INK.get(outcome.verdict, "text"), bold=True),
            Cell(_lines(promised.who, date(promised.due, language))),
        ]  # fmt: skip

    def promised(self, title: str, about: str) -> None:
        titles = self.heads(heads.SUBJECT, heads.PROMISE, heads.WANTED, heads.WHO)
        rows = [
            [
                Cell(self.t(self.brief.subject(each))), Cell(each.what),
                Cell(f"{words.wanted(each, self.language)}\n{self.t(MEASURES[each.metric].label)}"),
                Cell(f"{each.who}\n{date(each.due, self.language)}"),
            ]
            for each in self.brief.promised
        ]  # fmt: skip
        self.deck.table(title, about, Grid(titles, (22, 40, 20, 24), rows))

    def notes(self, title: str, about: str) -> None:
        self.deck.prose(title, about, [line for line in self.brief.meeting.notes.split("\n") if line.strip()])

    # --- Figures of all ---

    def cards(self, title: str, about: str) -> None:
        titles = self.heads(heads.FIGURE, heads.VALUE, heads.PARTS, heads.BEFORE, heads.YEAR_BEFORE, heads.TARGET)
        rows = [self._headline(each) for each in self.brief.headlines]
        self.deck.table(title, about, Grid(titles, (30, 14, 20, 18, 18, 22), rows, frozenset({1, 2, 3, 4})))
        courses.trend(self.deck, self.brief, self.language)

    def _headline(self, figure: Headline) -> list[Cell]:
        metric, language = figure.metric, self.language
        counts = state = NOT_AVAILABLE
        if metric.is_rate and figure.denominator is not None:
            counts = f"{number(figure.numerator, language)} / {number(figure.denominator, language)}"
        if figure.state and figure.target is not None:
            state = f"{self.t(STATES[figure.state])} ({words.target_shown(metric, figure.target, language)})"
        return [
            Cell(self.t(figure.label)), Cell(words.shown(metric, figure.value, language), bold=True), Cell(counts),
            *(Cell(figure.change_text(other, language), _better(figure, other))
              for other in (figure.previous, figure.year_before)),
            Cell(state, _INK.get(figure.state or "", "text")),
        ]  # fmt: skip

    def models(self, title: str, about: str) -> None:
        self.deck.prose(title, about, [self.t(each) for each in words.of_models(self.brief)], 18)
        for evaluation in self.brief.models:
            courses.model(self.deck, self.brief, evaluation, self.language)

    def flow(self, title: str, about: str) -> None:
        courses.flow(self.deck, self.brief, title, about, self.language)

    # --- Units ---

    def first(self, title: str, about: str) -> None:
        lines = self.brief.agenda.group("first")
        if not lines:
            self.deck.prose(title, about, [self.t(words.moved(self.brief.agenda))], 24)
            return
        self._changes(title, about, lines)

    def improved(self, title: str, about: str) -> None:
        self._changes(title, about, self.brief.agenda.group("improved"))

    def unchanged(self, title: str, about: str) -> None:
        self._listed(title, about, self.brief.agenda.group("unchanged"))

    def unjudged(self, title: str, about: str) -> None:
        self._listed(title, about, self.brief.agenda.group("unjudged"))

    def _listed(self, title: str, about: str, lines: Sequence[Line]) -> None:
        """Units of which there is little to say, as running text."""
        metric = self.brief.agenda.metric
        said = (f"{self.names[line.unit]} ({metric.show(line.value, self.language)})" for line in lines)
        self.deck.prose(title, about, ["; ".join(said)], 18)

    def _changes(self, title: str, about: str, lines: Sequence[Line]) -> None:
        """Now above, before below, blue for really better, orange for really worse; the worst where there are many."""
        drawn = [line for line in lines if line.bottom]
        pages = _split(drawn[: _PAGES * _BARS], _BARS)
        about += self.t(words.only(min(len(drawn), _PAGES * _BARS), len(drawn)))
        for place, some in enumerate(pages, start=1):
            now = Series(
                self.t(heads.NOW), [line.value for line in some], "withdrawn",
                [TONES[line.change] for line in some],
            )  # fmt: skip
            series = [now]
            if self.brief.agenda.before:
                before = [line.previous if line.has_before else None for line in some]
                series.append(Series(self.t(heads.BEFORE), before, "grid"))
            slide = self.deck.slide(_counted(title, place, len(pages)), about)
            bars(slide, _place(len(some)), [self._short(line.unit) for line in some], series, _RATE, title, labelled=0)

    def units(self, title: str, about: str, lines: Sequence[Line]) -> None:
        """Units as a table: rate, counts, change, why."""
        metric, language = self.brief.agenda.metric, self.language
        titles = self.heads(heads.UNIT, heads.NOW, heads.PARTS, heads.BEFORE, heads.CHANGE, heads.USUAL, heads.WHY)
        rows = [
            [
                Cell(self.names[line.unit]),
                Cell(metric.show(line.value, language), "text" if line.is_judged else "muted", bold=True),
                Cell(f"{number(line.top, language)} / {number(line.bottom, language)}"),
                Cell(metric.show(line.previous, language)),
                Cell(words.difference(line, language), _INK.get(line.change or "", "text")),
                Cell(words.usual(line, language)),
                Cell(words.standing(line, metric)[language]),
            ]
            for line in lines
        ]
        if rows:
            grid = Grid(titles, (26, 12, 14, 11, 15, 20, 32), rows, frozenset({1, 2, 3, 4, 5}), size=12)
            self.deck.table(title, about, grid)

    def outcomes(self, title: str, about: str) -> None:
        every = self.brief.comparison.rows
        every = every[every["resolved"] > 0]
        rows = every.head(_BARS)
        series = [Series(self.t(METRICS[name].label), [int(value) for value in rows[name]], name) for name in OUTCOMES]
        rates = [percent(rate, self.language) for rate in rows["late_rate"]]
        names = [f"{self._short(unit)} ({rate})" for unit, rate in zip(rows["unit"], rates, strict=True)]
        about = self.t(
            Text(
                "Phần trăm hồ sơ đã giải quyết; trong ngoặc là tỷ lệ quá hạn",
                "Per cent of resolved dossiers; the late rate in brackets",
            )
        )
        slide = self.deck.slide(title, about + self.t(words.only(len(rows), len(every))))
        bars(slide, _place(len(rows)), names, series, _COUNT, title, stacked=True)

    def half_unit(self, title: str, about: str) -> None:
        self._half(title, about, "unit", self.names, _NAME)

    def half_procedure(self, title: str, about: str) -> None:
        self._half(title, about, "procedure", self.brief.procedure_names, 2 * _NAME)

    def _half(self, title: str, about: str, by: str, names: dict[str, str], room: float) -> None:
        few = agenda.half(self.brief, by)
        if few is None:
            return
        late = few.frame[few.frame["late"] > 0].sort_values(["late", by], ascending=[False, True])
        rows, total = late.head(_BARS), late["late"].sum()
        tones = ["late" if each in few.few else "open" for each in rows[by]]
        counts = Series(self.t(METRICS["late"].label), [int(value) for value in rows["late"]], "open", tones)
        slide = self.deck.slide(title, about + self.t(words.only(len(rows), len(late))))
        shares = [percent(late / total, self.language, 0) for late in rows["late"]]
        shown = [f"{_cut(names[each], room)} ({share})" for each, share in zip(rows[by], shares, strict=True)]
        bars(slide, _place(len(rows)), shown, [counts], _COUNT, title, labelled=0)

    def _short(self, unit: str) -> str:
        return _cut(self.names[unit], _NAME)

    # --- The funnel ---

    def funnel(self, title: str, about: str) -> None:
        compared = self.brief.comparison
        limits = compared.funnel
        if limits is None:
            return
        rows = compared.peers[~compared.peers["standing"].isin(UNJUDGED)]
        # LibreOffice draws no series that a longer one follows: lines have as many points as there may be units.
        ends = rows["resolved"].min() * 0.9, rows["resolved"].max() * 1.05
        sizes = np.geomspace(*ends, max(30, len(rows)))
        target = common_target(compared, self.brief.snapshot, self.brief.filters)
        levels = [(limits.overall, Text("Mức chung", "Overall"), "text", MSO_LINE.SOLID)]
        if target is not None:
            levels.append((target, heads.TARGET, "target", MSO_LINE.DASH))
        lines = [
            Points(f"{self.t(name)} {percent(rate, self.language)}", [*sizes], [rate] * len(sizes), colour, dash)
            for rate, name, colour, dash in levels
        ]
        for quantile, share, dash in ((Z95, 0.95, MSO_LINE.ROUND_DOT), (Z998, 0.998, MSO_LINE.SOLID)):
            head = self.t(Text("Giới hạn", "Limits")) + f" {percent(share, self.language, 1)}"
            for side, ys in zip(("↓", "↑"), limits.limits(sizes, quantile), strict=True):
                lines.append(Points(f"{head} {side}", [*sizes], [*ys], "other", dash))
        rates = [rate for line in lines for rate in line.ys] + [*rows["on_time_rate"]]
        scale = Scale.of(rates, METRICS["on_time_rate"])
        slide = self.deck.slide(title, about)
        plane(slide, WHOLE, [*lines, *self._clouds(rows)], (_COUNT, _RATE), scale, title)

    def _clouds(self, rows: pd.DataFrame) -> list[Points]:
        """The points of units by where they stand; those outside the limits have their names beside them."""
        outside = rows["standing"].isin(["different", "look"])
        clouds = []
        for named, colour, some in (
            (Text("Trong giới hạn", "Within the limits"), "withdrawn", rows[~outside]),
            (Text("Thấp hơn mức chung", "Below overall"), "late", rows[outside & (rows["z"] < 0)]),
            (Text("Cao hơn mức chung", "Above overall"), "early", rows[outside & (rows["z"] > 0)]),
        ):
            loud = some.assign(far=some["z"].abs()).nlargest(_NAMED, "far").index if colour != "withdrawn" else ()
            names = [self._short(unit) if place in loud else "" for place, unit in some["unit"].items()]
            if len(some):
                xs, ys = [int(n) for n in some["resolved"]], [float(rate) for rate in some["on_time_rate"]]
                clouds.append(
                    Points(
                        self.t(named), xs, ys, colour, names=names, about=[self.names[unit] for unit in some["unit"]]
                    )
                )
        return sorted(clouds, key=lambda cloud: -len(cloud.xs))


# So many points of one side have their names beside them; the table has all.
_NAMED = 6


def _lines(*texts: str) -> str:
    return "\n".join(filter(None, texts))


def _place(rows: int) -> Place:
    """Where a chart of so many bars stands: a few are no thicker than many."""
    return LEFT, TOP, ROOM, min(DEEP, Inches(1.0 + 0.5 * rows))


def _better(figure: Headline, other: float | None) -> str:
    return {True: "early_text", False: "late_text", None: "text"}[figure.better(other)]


def _split(rows: Sequence[Any], most: int) -> list[Sequence[Any]]:
    """The rows on as few slides as hold them, each about as full as the others."""
    size = -(-len(rows) // max(-(-len(rows) // most), 1))
    return [rows[first : first + size] for first in range(0, len(rows), size)] if rows else []


def _counted(title: str, place: int, count: int) -> str:
    return f"{title} ({place}/{count})" if count > 1 else title


def _cut(name: str, room: float) -> str:
    """A name on two lines of `room` points; of a longer one its start and its end, because long names often begin alike
    (tables have them whole)."""
    broken = measure.lines(name, _LETTER, room)
    if len(broken) <= 2:
        return name
    most = len(broken[0]) + len(broken[1])
    start, end = name[: most * 3 // 5], name[-most * 2 // 5 + 3 :]
    return f"{start.rpartition(' ')[0] or start} … {end.partition(' ')[2] or end}"
