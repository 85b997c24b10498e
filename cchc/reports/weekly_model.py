"""What a report says about a weekly service model: who, what, since when, what was promised and kept, what changed."""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import pandas as pd

from cchc.figures import trust
from cchc.figures.filters import LEVEL_NAMES, Filters
from cchc.figures.periods import Period, containing
from cchc.findings import evaluation
from cchc.findings.evaluation import Evaluation, Quarters
from cchc.findings.evaluation.promises import COUNTS
from cchc.reports import effect, paragraphs, scope
from cchc.reports.asked import Asked
from cchc.reports.paper import Annex, Block, Box, Piece, Prose, Table, say
from cchc.reports.paragraphs import Change
from cchc.reports.phrases import FEW, FEW_NOTE, days, listed, named, share, two_digits
from cchc.reports.promised import Form, clock, promised
from cchc.rules.service_models import Promise, ServiceModel
from cchc.schema import LEVELS, MINIMUM
from cchc.statistics.compare import wilson
from cchc.store.coverage import is_covered
from cchc.text import NOT_AVAILABLE, Text, UserError, capital, collation_key, date, number, percent, within

# A promise is well kept where even the low end of the interval is this high.
_WELL_KEPT = 0.95
# Units named as those with most broken promises.
_NAMED = 3


@dataclass(frozen=True)
class Reported:
    """One model in the period of a report: from its start, or the period's, to the period's end or the data's."""

    asked: Asked
    model: ServiceModel
    evaluation: Evaluation
    period: Period

    @property
    def filters(self) -> Filters:
        """The report's question about the participants, since the model is in force."""
        chosen = replace(self.asked.filters.over(self.period), levels=())
        return replace(chosen, units=tuple(sorted(self.evaluation.design.participants)))

    @property
    def days_name(self) -> str:
        """The period as a title says it, with the days since the model is in force."""
        return scope.named_days(self.asked.filters.period, self.period)

    @property
    def day(self) -> str:
        return self.evaluation.design.days.vi

    @cached_property
    def cells(self) -> pd.DataFrame:
        """day, unit and the counts of the model, of the model days in the period."""
        cells = self.evaluation.promises.by_day_and_unit
        days = cells["day"].dt.date
        inside: pd.DataFrame = cells[(days >= self.period.start) & (days <= self.period.end)]
        return inside

    @cached_property
    def units(self) -> pd.DataFrame:
        """unit and the counts of the model, of the model days in the period."""
        sums: pd.DataFrame = self.cells.groupby("unit")[list(COUNTS)].sum()
        return sums.reindex(self.asked.in_order(self.evaluation.design.participants), fill_value=0).reset_index()

    @cached_property
    def total(self) -> pd.Series:
        return self.units[list(COUNTS)].sum()

    @property
    def complete(self) -> bool:
        """Whether the period is all there is of the model so far."""
        return self.period == self.evaluation.design.after


def reported(asked: Asked, form: Form, id_: str) -> Reported:
    """The area's model with that id of paper, in the period asked about.

    Raises UserError where there is none, or nothing of it in the period.
    """
    references = asked.snapshot.references
    model = next((each for each in form.models(references) if form.id_of(each, references) == id_), None)
    if model is None:
        known = asked.snapshot.references.dataset.name
        raise UserError(
            Text(
                f"{known.vi} không có mô hình loại này; mô hình được khai trong service_models.toml của khu vực.",
                f"{known.en} has no model of this kind; models are declared in the area's service_models.toml.",
            )
        )
    until = min(asked.until, model.end.day) if model.end else asked.until
    start = max(model.start.day, asked.filters.start)
    if model.end and start > until:
        raise UserError(
            Text(
                f"{model.name.vi} kết thúc ngày {date(model.end.day, 'vi')}, trước kỳ báo cáo; chọn kỳ sớm hơn.",
                f"{model.name.en} ended on {date(model.end.day, 'en')}, before the period; choose an earlier one.",
            )
        )
    if start > until:
        raise UserError(
            Text(
                f"{model.name.vi} bắt đầu ngày {date(model.start.day, 'vi')}, sau kỳ báo cáo; chọn kỳ muộn hơn.",
                f"{model.name.en} begins on {date(model.start.day, 'en')}, after the period; choose a later one.",
            )
        )
    if asked.filters.units and not set(asked.filters.units) & set(model.units):
        raise UserError(
            Text(
                f"Đơn vị đã chọn không tham gia {model.name.vi}; bỏ lọc đơn vị hoặc chọn đơn vị trong mô hình.",
                f"The chosen unit takes no part in {model.name.en}; choose one that does, or clear the filter.",
            )
        )
    found = evaluation.evaluate(asked.run, asked.snapshot, asked.filters, model)
    if isinstance(found, Text):
        raise UserError(found)
    return Reported(asked, model, found, Period(start, until))


# --- What the model is ---


def described(report: Reported) -> list[Prose]:
    """Since when, where, for which procedures, and what is promised."""
    model = report.model
    taking_part = [report.asked.snapshot.references.units[unit] for unit in report.evaluation.design.participants]
    places = []
    for level in LEVELS:
        units = [named(unit.name) for unit in taking_part if unit.level == level]
        few = f" ({', '.join(units)})" if len(units) <= _FEW else ""
        places += [f"{two_digits(len(units))} đơn vị {within(LEVEL_NAMES[level].vi)}{few}"] if units else []
    return [
        say(
            f"Mô hình “{model.name.vi}” được thực hiện vào {report.day} hằng tuần từ ngày "
            f"{date(model.start.day, 'vi')} tại {listed(places)}."
        ),
        say(f"Thủ tục áp dụng: {listed([_listed(report, level) for level in _with_list(report)])}."),
        say(promised(model)),
    ]


_FEW = 6


def _with_list(report: Reported) -> list[str]:
    listings = {listing.level for listing in report.model.listings}
    return [level for level in LEVELS if level in listings]


def _listed(report: Reported, level: str) -> str:
    known = report.asked.snapshot.references
    listings = [each for each in report.model.listings if each.level == level]
    procedures = [p for p in known.procedures.values() if any(each.covers(p.id, p.field) for each in listings)]
    fields = sorted({known.fields[p.field].vi.lower() for p in procedures}, key=collation_key)
    named = f"{two_digits(len(fields))} lĩnh vực ({', '.join(fields)})"
    whole, place = all(each.fields and not each.procedures for each in listings), within(LEVEL_NAMES[level].vi)
    return f"{place} {named}" if whole else f"{place} {two_digits(len(procedures))} TTHC thuộc {named}"


def _starts(model: ServiceModel) -> list[Prose]:
    """Where the start comes from, and what other documents say it is."""
    said = [say(f"Ngày bắt đầu {date(model.start.day, 'vi')} theo: {model.start.source}.")]
    if model.alternative_starts:
        others = "; ".join(f"{date(each.day, 'vi')}: {each.source}" for each in model.alternative_starts)
        said.append(say(f"Ngày bắt đầu ghi ở văn bản khác: {others}."))
    return said


# --- What came of it ---


def kept(report: Reported) -> list[Prose]:
    """What was received under the model and whether its promise was kept."""
    total, day = report.total, report.day
    if not total["model_received"]:
        return [say(f"Vào {day} hằng tuần, các đơn vị không phát sinh hồ sơ thuộc danh mục của mô hình.")]
    count = number(total["model_received"], "vi")
    first = f"Vào {day} hằng tuần, các đơn vị đã tiếp nhận {count} hồ sơ thuộc danh mục của mô hình"
    if report.model.promise == "online":
        done = f", trong đó {_share(total, 'model_kept', 'model_due')} nộp trực tuyến."
        return [say(first + done)]
    if report.model.promise == "open":
        return [say(f"{first}.")]
    if not total["model_due"]:
        return [say(f"{first}. Chưa có hồ sơ nào phải trả theo cam kết.")]
    wrong = total["model_broken"]
    broken = f"{number(wrong, 'vi')} hồ sơ không đúng" if wrong else "không có hồ sơ không đúng"
    said = [
        say(
            f"{first}. Trong số hồ sơ phải trả theo cam kết, {_share(total, 'model_kept', 'model_due')} được trả kết "
            f"quả đúng cam kết; {broken} cam kết."
        )
    ]
    if untimed := trust.untimed(total):
        judged = "" if trust.is_timed(total) else "; tỷ lệ đúng cam kết không dùng để đánh giá"
        said.append(say(f"Lưu ý: {untimed.vi}{judged}."))
    if total["next_day_due"]:
        said.append(
            say(
                f"Riêng hồ sơ tiếp nhận sau {clock(report.model.cut_off)}: "
                f"{_share(total, 'next_day_kept', 'next_day_due')} được trả trước {clock(report.model.deadline)} ngày "
                "làm việc tiếp theo."
            )
        )
    return said


def _share(row: pd.Series, part: str, whole: str) -> str:
    return f"{number(row[part], 'vi')}/{number(row[whole], 'vi')} hồ sơ ({share(row[part], row[whole])})"


def by_month(report: Reported) -> Table:
    """The model's counts by month."""
    months = [containing("month", day).counted(report.period, "vi") for day in report.cells["day"].dt.date]
    sums = report.cells.assign(month=months).groupby("month", sort=False)[list(COUNTS)].sum()
    rows = [
        (place, capital(str(name)), *_cells(report, row)) for place, (name, row) in enumerate(sums.iterrows(), start=1)
    ]
    return _table(report, "Tháng", [*rows, ("", "Tổng cộng", *_cells(report, report.total))])


def by_unit(report: Reported, title: str) -> Annex:
    """A supplement with the model's counts of every participant."""
    names = report.asked.snapshot.references.units
    rows = [
        (place, names[str(row["unit"])].name, *_cells(report, row))
        for place, (_, row) in enumerate(report.units.iterrows(), start=1)
    ]
    table = _table(report, "Đơn vị", [*rows, ("", "Tổng cộng", *_cells(report, report.total))])
    few = any(FEW in str(cell) for row in table.rows for cell in row)
    due = (say(_DUE_NOTE),) if report.model.is_timed else ()
    judged = effect.in_full(report.evaluation, report.asked.markers)
    notes = (*due, *((say(FEW_NOTE),) if few else ()), *judged, *_starts(report.model))
    return Annex(title, (table, *notes))


_DUE_NOTE = (
    "Hồ sơ phải trả theo cam kết không tính hồ sơ chờ bổ sung, trả lại, rút và hồ sơ chưa đến hạn. Dấu * còn đặt ở nơi "
    "nhiều hồ sơ không ghi giờ nên không đánh giá được cam kết theo giờ."
)


# What the counts of a model are called in a table, by what the model promises: nothing is due of an online one.
_TIMED = ("Phải trả theo cam kết", "Đúng cam kết", "Không đúng cam kết", "Tỷ lệ đúng cam kết")
_HEADS: dict[Promise, tuple[str, ...]] = {
    "online": ("Nộp trực tuyến", "Nộp trực tiếp, bưu chính", "Tỷ lệ trực tuyến"),
    "open": (),
    "minutes": _TIMED,
    "same_day": _TIMED,
}


def _table(report: Reported, head: str, rows: list[tuple[Piece | int, ...]]) -> Table:
    heads = ("TT", head, "Hồ sơ tiếp nhận", *_HEADS[report.model.promise])
    widths = (6, 34, 12, *(12 for _ in heads[4:]), *(14 for _ in heads[3:4]))
    return Table(heads, widths, tuple(rows), frozenset({len(rows) - 1}))


def _cells(report: Reported, row: pd.Series) -> tuple[Piece | int, ...]:
    due = row["model_due"]
    few = "" if due >= MINIMUM and trust.is_timed(row) else FEW
    rate = percent(row["model_kept"] / due, "vi") + few if due else NOT_AVAILABLE
    if report.model.promise == "open":
        return (int(row["model_received"]),)
    due_at_all = ("model_due",) if report.model.is_timed else ()
    shown = ("model_received", *due_at_all, "model_kept", "model_broken")
    return (*(int(row[name]) for name in shown), rate)


def quarters(report: Reported) -> list[Block]:
    """The Thursday report's own table: online dossiers in the quarter before that of the start, and in it."""
    found = report.evaluation.quarters
    if found is None:
        return []
    names = report.asked.snapshot.references.units
    rows: list[tuple[Piece | int, ...]]
    first, second = map(capital, found.names("vi"))
    by_unit = found.by_unit.set_index("unit").loc[report.asked.in_order(found.by_unit["unit"])].reset_index()
    rows = [
        (
            place,
            names[row["unit"]].name,
            *(int(row[name]) for name in ("total", "first", "second")),
            signed(row["increase"]),
        )
        for place, row in enumerate(by_unit.to_dict("records"), start=1)
    ]
    sums = found.by_unit[["total", "first", "second", "increase"]].sum()
    rows.append(
        ("", "Tổng cộng", *(int(sums[name]) for name in ("total", "first", "second")), signed(sums["increase"]))
    )
    heads = (
        "TT",
        "Cơ quan, đơn vị (trong mô hình)",
        "Tổng số hồ sơ trực tuyến",
        first,
        second,
        f"Tăng so với {within(first)}",
    )
    table = Table(
        heads, (6, 34, 16, 14, 14, 16), tuple(rows), frozenset({len(rows) - 1}), over=(Box("Trong đó", 0, 3, 2),)
    )
    return [say(_of_quarters(report, found)), table]


def _of_quarters(report: Reported, quarters: Quarters) -> str:
    """What the table counts, and why its sum is not that of the model's time beside it."""
    first, second = quarters.first, quarters.second
    counted = f"tính {within(days(Period(first.start, second.end)))}"
    if first.end + datetime.timedelta(days=1) < second.start:
        counted = (
            f"{within(days(second))}, so với cùng số ngày đầu của quý trước ({within(days(first))}) vì số liệu chưa "
            "trọn quý"
        )
    return (
        f"Số hồ sơ trực tuyến của các đơn vị trong mô hình theo quý, {counted}, kể cả thời gian trước khi thực hiện mô "
        f"hình (khác với số hồ sơ {within(days(report.period))} nêu trên), cụ thể:"
    )


def signed(value: float) -> str:
    """A difference with its sign."""
    return number(value, "vi", signed=True)


# --- Judgements ---


def compared(report: Reported, earlier: Period) -> tuple[list[Prose], list[Change]]:
    """The model's time against an earlier one, as sentences and as changes; nothing where no data covers that one."""
    if not is_covered(earlier, report.asked.snapshot):
        return [], []
    who = "" if report.model.is_timed else "các đơn vị trong mô hình, "
    return paragraphs.compared(report.asked, earlier, report.filters, _before(report, earlier), who=who)


def _before(report: Reported, earlier: Period) -> str:
    """What the weeks before the start are called; nothing of another period, which has a name of its own."""
    if earlier != report.evaluation.design.before or earlier.days % 7:
        return ""
    return f"{two_digits(earlier.days // 7)} tuần trước khi thực hiện mô hình"


def assessment(report: Reported, changes: Sequence[Change]) -> tuple[list[Prose], list[Prose]]:
    """What the figures of the model and of its participants praise, and what they are concerned about."""
    good = [*_strengths(report), *paragraphs.strengths(report.asked, report.filters, changes)]
    bad = [*_weaknesses(report), *paragraphs.weaknesses(report.asked, report.filters, changes)]
    return paragraphs.sentences(good), paragraphs.sentences(bad)


def _strengths(report: Reported) -> list[str]:
    """Sentences of praise that the figures of the model carry."""
    total, found = report.total, []
    low = float(wilson(total["model_kept"], total["model_due"])[0])
    if total["model_due"] >= MINIMUM and low >= _WELL_KEPT and trust.is_timed(total):
        found.append(
            f"{_share(total, 'model_kept', 'model_due')} thuộc danh mục tiếp nhận vào {report.day} "
            + ("nộp trực tuyến" if report.model.promise == "online" else "được trả kết quả đúng cam kết của mô hình")
        )
    if report.evaluation.conclusion.state == "improved" and report.evaluation.conclusion.is_firm:
        found.append(f"Mô hình {within(effect.concluded(report.evaluation))}")
    return found


def _weaknesses(report: Reported) -> list[str]:
    """Sentences of concern that the figures of the model carry: broken promises and where, what nobody used."""
    total, found = report.total, []
    if report.evaluation.conclusion.state in ("worsened", "less", "moved"):
        found.append(f"Kết quả đánh giá tác động của mô hình: {within(effect.concluded(report.evaluation))}")
    if broken := int(total["model_broken"]):
        names = report.asked.snapshot.references.units
        some = report.units[report.units["model_broken"] > 0].sort_values("model_broken", ascending=False)
        # Of units with as many none is named before the others.
        worst = some[some["model_broken"].rank(method="max", ascending=False) <= _NAMED]
        places = [f"{named(names[row['unit']].name)} ({number(row['model_broken'], 'vi')})"
                  for row in worst.to_dict("records")]  # fmt: skip
        where = f", nhiều nhất ở {listed(places)}" if places else f", ở {two_digits(len(some))} đơn vị"
        online = report.model.promise == "online"
        what = "nộp trực tiếp, qua bưu chính" if online else "chưa thực hiện đúng cam kết của mô hình"
        found.append(f"{number(broken, 'vi')} hồ sơ thuộc danh mục tiếp nhận vào {report.day} {what}{where}")
    if never := len(report.evaluation.promises.never):
        found.append(
            f"{two_digits(never)} thủ tục trong danh mục chưa có hồ sơ nào vào {report.day} từ khi bắt đầu mô hình"
        )
    if unused := int((report.units["model_received"] == 0).sum()):
        found.append(f"{two_digits(unused)} đơn vị không tiếp nhận hồ sơ nào của mô hình")
    return found
