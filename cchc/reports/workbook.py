"""A meeting as a workbook: every figure it looked at, sheet by sheet, with native charts."""

import datetime

from cchc.charts.deadlines import OUTCOMES
from cchc.entered.meetings import MEASURES
from cchc.figures.metrics import METRICS, Metric
from cchc.findings import agenda
from cchc.findings.agenda import CHARTS, Brief, Half, Outcome, Part, Value, heads, words
from cchc.findings.compliance import common_target, in_full
from cchc.findings.summary import STATES, Headline
from cchc.reports import tabular
from cchc.reports.tabular import COUNT, DAY, DAYS, POINTS, RATE, Column, Drawn, Figure, Table
from cchc.statistics.compare import Z95, Z998, Funnel
from cchc.text import Language, Text, capital, date, percent

_FORMS = {"rate": RATE, "count": COUNT, "days": DAYS}
# A chart of a list holds its first rows; the table has all.
_MOST = 20


def write(brief: Brief, language: Language) -> bytes:
    """The meeting as a .xlsx file; its figures are those of the page, text from data is text."""
    return _Book(brief, language).write()


class _Book:
    """The sheets of one meeting in one language."""

    def __init__(self, brief: Brief, language: Language) -> None:
        self.brief, self.language = brief, language
        self.names = brief.unit_names

    def t(self, text: Text) -> str:
        return text[self.language]

    def write(self) -> bytes:
        tables = [self._summary(), self._cards(), self._units()]
        tables += [self._earlier()] if self.brief.earlier else []
        tables += [self._promised()] if self.brief.promised else []
        tables += [self._flow(), self._outcomes()]
        tables += [self._funnel(self.brief.comparison.funnel)] if self.brief.comparison.funnel else []
        tables += [self._half(few) for few in self.brief.halves]
        return tabular.write(self.brief.meeting.title, self._about(), tables)

    def _about(self) -> list[tuple[str, str]]:
        snapshot, language = self.brief.snapshot, self.language
        demo = Text("; dữ liệu minh họa", "; demo data")[language] if snapshot.demo else ""
        as_of = f"{self.t(Text('chốt đến', 'as of'))} {date(snapshot.as_of, language)}"
        now = f"{datetime.datetime.now():%d/%m/%Y %H:%M}"
        lacking = self.brief.lacking
        held = f"{self.brief.meeting.title}, {date(self.brief.meeting.held_on, language)}"
        return [
            (self.t(Text("Cuộc họp", "Meeting")), held),
            (self.t(Text("Bộ lọc", "Filters")), self.brief.filters.describe(snapshot.references, language) + demo),
            (self.t(Text("Bản số liệu", "Snapshot")), f"{snapshot.id} ({as_of})"),
            (self.t(Text("Lập lúc", "Made at")), now),
            *([(self.t(Text("Lưu ý", "Note")), capital(self.t(lacking)))] if lacking else []),
        ]

    def _column(self, head: Text, width: float, form: str = "") -> Column:
        return Column(self.t(head), width, form)

    # --- Words ---

    def _summary(self) -> Table:
        """What was found, how units are ordered, and what people wrote."""
        rows: list[tuple[str, str]] = [
            (self.t(Text("Kết luận từ số liệu", "Findings")), self.t(words.answer(self.brief)))
        ]
        rows += [(self.t(Text("Mô hình", "Model")), self.t(each)) for each in words.of_models(self.brief)]
        rows += [(self.t(words.ORDERING), self.t(each)) for each in words.method(self.brief.agenda)]
        noted = self.t(Text("Ghi chú", "Notes"))
        rows += [(noted, line) for line in self.brief.meeting.notes.split("\n") if line.strip()]
        columns = [self._column(Text("Mục", "Item"), 26), self._column(Text("Nội dung", "Content"), 120)]
        return Table(self.t(Text("Cuộc họp", "Meeting")), self.brief.meeting.title, columns, rows)

    # --- Commitments ---

    def _earlier(self) -> Table:
        columns = [
            self._column(heads.SUBJECT, 28), self._column(heads.PROMISE, 44), self._column(heads.MEASURE, 30),
            self._column(heads.WANTED, 20), self._column(heads.OFFICE, 30), self._column(heads.DUE, 12, DAY),
            self._column(heads.OUTCOME, 18), self._column(Text("Ghi nhận", "Remark"), 26),
            *self._measured(heads.THEN), *self._measured(heads.SINCE),
        ]  # fmt: skip
        rows = [self._outcome(each) for each in self.brief.earlier]
        name = Text("Cam kết trước", "Earlier commitments")
        return Table(self.t(name), self.t(agenda.title(self.brief, "earlier")), columns, rows)

    def _measured(self, when: Text) -> list[Column]:
        """The value at some time, what it is made of, its period."""
        parts = (Text("giá trị", "value"), Text("tử số", "numerator"), Text("mẫu số", "denominator"))
        columns = [Column(f"{self.t(when)}: {self.t(part)}", 14, COUNT) for part in parts]
        return [*columns, Column(f"{self.t(when)}: {self.t(Text('kỳ', 'period'))}", 18)]

    def _outcome(self, outcome: Outcome) -> list[tabular.Value]:
        promised = outcome.commitment
        return [
            self.t(outcome.subject), promised.what, self.t(outcome.metric.label), words.wanted(promised, self.language),
            promised.who, promised.due, self.t(words.verdict(outcome)), self.t(words.beside(outcome)),
            *self._value(outcome.metric, outcome.then), *self._value(outcome.metric, outcome.now),
        ]  # fmt: skip

    def _value(self, metric: Metric, value: Value | None) -> list[tabular.Value]:
        if value is None:
            return [None, None, None, None]
        counts = (value.top, value.bottom) if metric.is_rate else (None, None)
        return [Figure(value.value, _FORMS[metric.format]), *counts, value.period.label(self.language)]

    def _promised(self) -> Table:
        columns = [
            self._column(heads.SUBJECT, 28), self._column(heads.PROMISE, 50), self._column(heads.MEASURE, 30),
            self._column(heads.WANTED, 20), self._column(heads.TARGET, 12), self._column(heads.OFFICE, 30),
            self._column(heads.DUE, 12, DAY),
        ]  # fmt: skip
        rows: list[list[tabular.Value]] = [
            [
                self.t(self.brief.subject(each)), each.what, self.t(MEASURES[each.metric].label),
                words.wanted(each, self.language), Figure(each.target, _FORMS[MEASURES[each.metric].format]),
                each.who, each.due,
            ]
            for each in self.brief.promised
        ]  # fmt: skip
        name = Text("Cam kết mới", "New commitments")
        return Table(self.t(name), self.t(agenda.title(self.brief, "promised")), columns, rows)

    # --- Figures of all ---

    def _cards(self) -> Table:
        columns = [
            self._column(heads.FIGURE, 34), self._column(heads.VALUE, 14), self._column(heads.TOP, 12, COUNT),
            self._column(heads.BOTTOM, 12, COUNT), self._column(heads.BEFORE, 14), self._column(heads.CHANGE, 18),
            self._column(heads.YEAR_BEFORE, 14), self._column(heads.CHANGE, 18), self._column(heads.TARGET, 12),
            self._column(heads.OUTCOME, 18),
        ]  # fmt: skip
        name = Text("Kết quả chung", "All figures")
        rows = [self._headline(each) for each in self.brief.headlines]
        return Table(self.t(name), self.t(agenda.subtitle(self.brief, "cards")), columns, rows)

    def _headline(self, figure: Headline) -> list[tabular.Value]:
        metric = figure.metric
        form = _FORMS[metric.format]
        counts = (figure.numerator, figure.denominator) if metric.is_rate else (None, None)

        def shown(value: float | None) -> tabular.Value:
            return None if value is None else Figure(value, form)

        return [
            self.t(figure.label), shown(figure.value), *counts,
            shown(figure.previous), figure.change_text(figure.previous, self.language),
            shown(figure.year_before), figure.change_text(figure.year_before, self.language),
            shown(figure.target), self.t(STATES[figure.state]) if figure.state else None,
        ]  # fmt: skip

    def _flow(self) -> Table:
        names = ("received", "resolved", "open_within", "open_overdue")
        columns = [self._column(heads.MONTH, 24), *(self._column(METRICS[name].label, 16, COUNT) for name in names)]
        rows: list[list[tabular.Value]] = [
            [f"{row['period']:%m/%Y}", *(int(row[name]) for name in names)]
            for row in self.brief.flow.frame.to_dict("records")
        ]
        moved, kept = Text("Tiếp nhận, giải quyết", "Received, resolved"), Text("Tồn đọng cuối tháng", "Backlog")
        charts = [
            Drawn("courses", self.t(moved), 0, [(1, "other"), (2, "text")], COUNT),
            Drawn("columns", self.t(kept), 0, [(3, "open"), (4, "late")], COUNT),
        ]
        title = self.t(agenda.title(self.brief, "flow"))
        return Table(self.t(Text("Theo tháng", "By month")), title, columns, rows, charts)

    # --- Units ---

    def _units(self) -> Table:
        """Every unit in the order of the agenda."""
        found = self.brief.agenda
        change = Text(f"{heads.CHANGE.vi} (điểm %)", f"{heads.CHANGE.en} (points)")
        low, high = (
            Text(f"{heads.USUAL.vi} ({part.vi})", f"{heads.USUAL.en} ({part.en})")
            for part in (Text("từ", "from"), Text("đến", "to"))
        )
        columns = [
            self._column(heads.UNIT, 34), self._column(heads.NOW, 12, RATE), self._column(heads.BEFORE, 12, RATE),
            self._column(heads.TOP, 12, COUNT), self._column(heads.BOTTOM, 12, COUNT),
            self._column(change, 13, POINTS), *(self._column(each, 13, RATE) for each in (low, high)),
            self._column(heads.TARGET, 12, RATE), self._column(heads.WHY, 48),
        ]  # fmt: skip
        rows: list[list[tabular.Value]] = [
            [
                self.names[line.unit], line.value, line.previous, line.top, line.bottom, 100 * line.difference,
                line.low, line.high, line.target, self.t(words.standing(line, found.metric)),
            ]
            for line in found.lines
        ]  # fmt: skip
        drawn = Drawn("bars", self.t(found.metric.label), 0, [(1, "text"), (2, "open")], RATE, min(len(rows), _MOST))
        return Table(self.t(agenda.UNITS), self.t(words.compared_with(found)), columns, rows, [drawn] if rows else [])

    def _outcomes(self) -> Table:
        frame = self.brief.comparison.rows
        rows: list[list[tabular.Value]] = [
            [
                self.names[row["unit"]], *(int(row[name]) for name in OUTCOMES), int(row["resolved"]),
                row["on_time_rate"], row["late_rate"],
            ]
            for row in frame.to_dict("records")
        ]  # fmt: skip
        counts = [self._column(METRICS[name].label, 13, COUNT) for name in (*OUTCOMES, "resolved")]
        rates = [self._column(METRICS[name].label, 13, RATE) for name in ("on_time_rate", "late_rate")]
        title = self.t(CHARTS["outcomes"])
        values = list(enumerate(OUTCOMES, start=1))
        drawn = Drawn("stacked", title, 0, values, COUNT, min(len(rows), _MOST))
        columns = [self._column(heads.UNIT, 34), *counts, *rates]
        return Table(self.t(Text("Đúng hạn, quá hạn", "On time, late")), title, columns, rows, [drawn] if rows else [])

    def _half(self, few: Half) -> Table:
        by, frame = few.by, few.frame
        names = self.names if by == "unit" else self.brief.procedure_names
        late = frame[frame["late"] > 0].sort_values(["late", by], ascending=[False, True])
        total = late["late"].sum()
        rows: list[list[tabular.Value]] = [
            [names[row[by]], int(row["late"]), row["late"] / total] for row in late.to_dict("records")
        ]
        head = heads.UNIT if by == "unit" else heads.PROCEDURE
        columns = [self._column(head, 60), self._column(heads.LATE, 14, COUNT), self._column(heads.SHARE, 12, RATE)]
        name = (
            Text("Quá hạn theo đơn vị", "Late by unit")
            if by == "unit"
            else Text("Quá hạn theo thủ tục", "Late by procedure")
        )
        part: Part = "half_unit" if by == "unit" else "half_procedure"
        drawn = Drawn("bars", self.t(heads.LATE), 0, [(1, "late")], COUNT, min(len(rows), _MOST))
        return Table(self.t(name), self.t(agenda.title(self.brief, part)), columns, rows, [drawn])

    def _funnel(self, limits: Funnel) -> Table:
        """Units by size, each with the limits for its size: points and the lines through them."""
        compared = self.brief.comparison
        frame = compared.peers[compared.peers["resolved"] > 0].sort_values("resolved", kind="stable")
        target = common_target(compared, self.brief.snapshot, self.brief.filters)
        (low, high), (lowest, highest) = (limits.limits(frame["resolved"], each) for each in (Z95, Z998))
        rows: list[list[tabular.Value]] = [
            [
                self.names[row["unit"]], int(row["resolved"]), row["on_time_rate"], limits.overall,
                *(float(end[place]) for end in (lowest, low, high, highest)), target,
                self.t(in_full(row["standing"], row["z"])),
            ]
            for place, row in enumerate(frame.to_dict("records"))
        ]  # fmt: skip
        side = (Text("Giới hạn dưới", "Lower limit"), Text("Giới hạn trên", "Upper limit"))
        ends = [f"{self.t(side[up])} {percent(share, self.language, 1)}"
                for up, share in ((0, 0.998), (0, 0.95), (1, 0.95), (1, 0.998))]  # fmt: skip
        columns = [
            self._column(heads.UNIT, 34), self._column(METRICS["resolved"].label, 13, COUNT),
            self._column(METRICS["on_time_rate"].label, 13, RATE), self._column(Text("Mức chung", "Overall"), 13, RATE),
            *(Column(end, 13, RATE) for end in ends), self._column(heads.TARGET, 12, RATE),
            self._column(Text("So với các đơn vị khác", "Among all units"), 50),
        ]  # fmt: skip
        values = [(2, "withdrawn"), (3, "text"), *((column, "other") for column in (4, 5, 6, 7))]
        values += [(8, "target")] if target is not None else []
        drawn = Drawn("plane", self.t(CHARTS["funnel"]), 1, values, RATE, lines=frozenset(range(3, 9)))
        title = self.t(agenda.title(self.brief, "funnel"))
        return Table(self.t(Text("So với mức chung", "Against overall")), title, columns, rows, [drawn])
