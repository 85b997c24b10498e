"""What needs attention in the period shown: units, overdue dossiers, procedures."""

import pandas as pd

from cchc.figures import trust
from cchc.figures.filters import Filters
from cchc.figures.metrics import METRICS
from cchc.figures.query import Run
from cchc.findings import compliance
from cchc.findings.attention.notice import MOST, Notice
from cchc.findings.summary import GRID, in_two_periods, overdue_now, short_of_target, today
from cchc.store.snapshots import Snapshot
from cchc.text import LANGUAGES, Text, date, number, percent


def notices(run: Run, snapshot: Snapshot, filters: Filters) -> list[Notice]:
    """At most seven sentences, worst first: missing due dates, units short of the on-time target, overdue dossiers
    still open, the procedures that make most of the late dossiers. Rates that are not judged are
    left out."""
    by_unit, _ = in_two_periods(run, snapshot, filters, GRID, ["unit"])
    found = [
        *_undated(by_unit, filters),
        *_below_target(by_unit, snapshot, filters),
        *_overdue(run, snapshot, filters),
        *_late_procedures(run, snapshot, filters),
    ]
    return found[:MOST]


def _undated(by_unit: pd.DataFrame, filters: Filters) -> list[Notice]:
    metric, together = METRICS["on_time_rate"], by_unit[["undated_n", "undated_d"]].sum()
    lacking = trust.lacking(metric, together)
    if lacking is None or trust.is_dated(metric, together):
        return []
    sentence = Text(f"{lacking.vi} đúng hạn, quá hạn.", f"{lacking.en} by deadlines.")
    return [Notice(sentence, "ho-so", filters, "undated")]


def _below_target(by_unit: pd.DataFrame, snapshot: Snapshot, filters: Filters) -> list[Notice]:
    metric, notices = METRICS["on_time_rate"], []
    missed = [row for row in short_of_target(by_unit, snapshot, filters) if row["state"] == "missed"]
    for row in missed[:3]:
        unit = snapshot.references.units[row["unit"]].name
        late, resolved, rate = row["late"], row["on_time_rate_d"], row["on_time_rate"]
        notices.append(
            Notice(
                Text(
                    f"{unit}: {percent(rate, 'vi')} trước và đúng hạn, {number(late, 'vi')} trên "
                    f"{number(resolved, 'vi')} hồ sơ quá hạn; chỉ tiêu {metric.show_target(row['target'], 'vi')}.",
                    f"{unit}: {percent(rate, 'en')} on time, {number(late, 'en')} of "
                    f"{number(resolved, 'en')} dossiers late; target {metric.show_target(row['target'], 'en')}.",
                ),
                "ho-so",
                filters.narrow("unit", row["unit"]),
                "late",
                "on_time_rate",
            )
        )
    return notices


def _overdue(run: Run, snapshot: Snapshot, filters: Filters) -> list[Notice]:
    by_unit, asked = overdue_now(run, snapshot, filters), today(snapshot, filters)
    total = int(by_unit["open_overdue"].sum())
    if not total:
        return []
    vi, en = (date(min(asked.end, snapshot.as_of), language) for language in LANGUAGES)
    are = "dossiers are" if total > 1 else "dossier is"
    where = _most_of_them(by_unit[by_unit["open_overdue"] > 0].set_index("unit")["open_overdue"], snapshot)
    return [
        Notice(
            Text(
                f"Đến {vi}, {number(total, 'vi')} hồ sơ đang giải quyết đã quá hạn{where.vi}.",
                f"On {en} {number(total, 'en')} open {are} overdue{where.en}.",
            ),
            "ho-so",
            asked,
            "open_overdue",
        )
    ]


def _most_of_them(counts: pd.Series, snapshot: Snapshot) -> Text:
    """The unit with most of what is counted; where several have as many, none of them is singled out."""
    first = counts[counts == counts.max()]
    if len(first) > 1:
        return Text(f", ở {number(len(counts), 'vi')} đơn vị", f", at {number(len(counts), 'en')} units")
    unit, most = snapshot.references.units[str(first.index[0])].name, int(first.iloc[0])
    return Text(f"; nhiều nhất ở {unit} ({number(most, 'vi')})", f"; the most at {unit} ({number(most, 'en')})")


def _late_procedures(run: Run, snapshot: Snapshot, filters: Filters) -> list[Notice]:
    late = run(["late"], filters, by=["procedure"], parts=True)
    few = compliance.most_late(late, "procedure")
    total = int(late["late"].sum())
    if not few or total < METRICS["late"].minimum:
        return []
    name = snapshot.references.procedures[few[0]].name
    count = int(late.set_index("procedure")["late"][few[0]])
    return [
        Notice(
            Text(
                f"{number(len(few), 'vi')} thủ tục chiếm ít nhất một nửa số hồ sơ quá hạn; nhiều nhất: {name} "
                f"({number(count, 'vi')} trên {number(total, 'vi')}).",
                f"{number(len(few), 'en')} {'procedures make' if len(few) > 1 else 'procedure makes'} at least half of "
                f"the late dossiers; most: {name} ({number(count, 'en')} of {number(total, 'en')}).",
            ),
            "tuan-thu",
            filters,
            "late",
        )
    ]
