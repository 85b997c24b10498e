"""The day the district level ended: what a series owes to work that came from there, on a fixed list of procedures."""

import datetime
from dataclasses import replace

import pandas as pd

from cchc.figures import trust
from cchc.figures.filters import Filters
from cchc.figures.metrics import METRICS, Metric
from cchc.figures.periods import Period, between
from cchc.figures.query import Run
from cchc.findings.trends.dated import TWO_LEVELS
from cchc.findings.trends.wording import count_of
from cchc.store.coverage import is_whole
from cchc.store.snapshots import Snapshot
from cchc.text import Language, Text, both, number, percent, within

_DAY = datetime.timedelta(days=1)
_MONTHS = 12
# What others took in so small a part is a slip of the pen.
_HARDLY = 0.05
_CAME = Text(
    "Từ ngày 01/07/2025 không còn cấp huyện, một phần việc chuyển về đây: trong {all} hồ sơ tiếp nhận {months} sau "
    "ngày đó có {moved} ({share}) thuộc {procedures} thủ tục mà {months} trước hầu như chỉ cấp huyện nhận.",
    "Since 01/07/2025 there is no district level, and some of its work came here: of {all} dossiers received in the "
    "{months} after that day, {moved} ({share}) are of procedures ({procedures}) that hardly any unit but the "
    "districts received in the {months} before.",
)
_SAME = Text(
    " So cùng danh mục, không kể các thủ tục đó: {label} {before} trong {months} trước, {after} trong {months} sau. "
    "Phần việc của thủ tục trước đó cả huyện và xã cùng nhận không tách ra được.",
    " On the same list, without these: {label} {before} in the {months} before, {after} in the {months} after. "
    "What came of procedures that both levels had received before cannot be told apart.",
)


def from_districts(run: Run, snapshot: Snapshot, filters: Filters, name: str) -> Text | None:
    """How much of what the selected units or levels received since the end of the district level is of procedures that
    hardly any but the districts had received, and the metric `name` without these, in as many whole months (at most
    12) before and after, unless nothing may be concluded from it. None where nothing came, or the data up to the
    filters' end holds no month on both sides."""
    spans = _spans(snapshot, filters)
    if spans is None or not (filters.units or filters.levels):  # of a whole area nothing moves
        return None
    before, after = (filters.over(span) for span in spans)
    received = pd.DataFrame({n: _received(run, asked) for n, asked in enumerate((before, after))}).fillna(0)
    new = received[(received[1] > 0) & (received[0] <= _HARDLY * received[1])].index
    moved = _of_districts(run, before).intersection(new)
    if moved.empty or not received[0].sum():
        return None
    kept = tuple(sorted(received.index.difference(moved)))
    same = [run([name], replace(asked, procedures=kept), parts=True).iloc[0] for asked in (before, after)]
    every, came, metric = received[1].sum(), received[1][moved].sum(), METRICS[name]
    comparable = all(trust.is_judged(metric, row) for row in same)
    said = Text(_CAME.vi + _SAME.vi, _CAME.en + _SAME.en) if comparable else _CAME
    months = count_of("month", len(between("month", spans[1].start, spans[1].end)))
    return both(
        lambda lang: said[lang].format(
            all=number(every, lang), moved=number(came, lang), share=percent(came / every, lang),
            months=months[lang], procedures=number(len(moved), lang), label=within(metric.label[lang]),
            before=_with_parts(metric, same[0], lang), after=_with_parts(metric, same[1], lang),
        )
    )  # fmt: skip


def _with_parts(metric: Metric, row: pd.Series, language: Language) -> str:
    value = metric.show(row[metric.name], language)
    if not metric.is_rate:
        return value
    top, bottom = (number(row[f"{metric.name}_{part}"], language) for part in "nd")
    return f"{value} ({top} / {bottom})"


def _spans(snapshot: Snapshot, filters: Filters) -> tuple[Period, Period] | None:
    if not snapshot.start < TWO_LEVELS <= filters.end:
        return None
    months = between("month", snapshot.start, filters.end)
    whole = [month for month in months if month.end <= filters.end and is_whole(month, snapshot)]
    before = [month for month in whole if month.start < TWO_LEVELS]
    after = [month for month in whole if month.start >= TWO_LEVELS]
    count = min(len(before), len(after), _MONTHS)
    if not count:
        return None
    return Period(before[-count].start, before[-1].end), Period(after[0].start, after[count - 1].end)


def _of_districts(run: Run, before: Filters) -> pd.Index:
    """The procedures that hardly any unit of the area but its districts received."""
    area = replace(before, units=(), levels=(), groups=())
    districts = _received(run, replace(area, levels=("district",)))
    every = _received(run, area).reindex(districts.index)
    return districts[districts >= (1 - _HARDLY) * every].index


def _received(run: Run, filters: Filters) -> pd.Series:
    """Dossiers received by procedure, of those with any."""
    rows = run(["received"], filters, by=["procedure"]).set_index("procedure")["received"]
    return rows[rows > 0]
