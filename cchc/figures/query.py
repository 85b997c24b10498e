"""Metrics by dimensions and periods: one SQL statement over the ledger, one DataFrame."""

import datetime
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol, cast

import duckdb
import numpy as np
import pandas as pd

from cchc.figures import ratios, trust
from cchc.figures.filters import Filters
from cchc.figures.metrics import FIGURES, METRICS, STOCKS_AT_END, STOCKS_AT_START, Metric
from cchc.figures.periods import Grain, Period, between, containing
from cchc.figures.ratios import Values
from cchc.schema import BESIDE, COLUMNS, DIMENSIONS, SOON
from cchc.store import density, lookup, snapshots, tables
from cchc.store.counts import COUNTS
from cchc.store.snapshots import Snapshot
from cchc.text import Text, UserError, fold

# First day of the period a day belongs to. Reporting periods close on the 14th: 14 days back they are calendar ones.
_BUCKETS: dict[Grain, str] = {
    "day": "day",
    "week": "date_trunc('week', day)",
    "month": "date_trunc('month', day)",
    "quarter": "date_trunc('quarter', day)",
    "half": "date_trunc('quarter', day) - to_months(((quarter(day) + 1) % 2 * 3)::int)",
    "year": "date_trunc('year', day)",
    "month_15": "date_trunc('month', day - 14)::date + 14",
    "quarter_15": "date_trunc('quarter', day - 14 + interval 1 month) - interval 1 month + interval 14 day",
    "half_15": "date_trunc('quarter', day - 14 + interval 1 month)"
    " - to_months(((quarter(day - 14 + interval 1 month) + 1) % 2 * 3 + 1)::int) + interval 14 day",
    "year_15": "date_trunc('year', day - 14 + interval 1 month) - interval 1 month + interval 14 day",
}
_DAY, _INTO_NEXT_HALF = datetime.timedelta(days=1), datetime.timedelta(days=17)
_NO_DAY = Period(datetime.date(1900, 1, 1), datetime.date(1900, 1, 1))
# `listed` holds the ids of the service models that list a dossier's procedure for its unit, or nothing.
_SPLITS = (*DIMENSIONS, *BESIDE, "listed")
# Sums of the ledger from the fewest rows to the most.
_HALVES, _WEEKS = ("unit_halves", "procedure_days", "halves"), ("weekday_weeks", "unit_weeks", "weeks")
# Which dossiers stand behind one unit of a count; every other count is a sum of these.
_OPEN = "received_on <= $end and (ended_on is null or ended_on > $end)"
RECORDS: dict[str, str] = {
    **{name: count.behind("between $start and $end") for name, count in COUNTS.items()},
    "carried_in": "received_on < $start and (ended_on is null or ended_on >= $start)",
    "open": _OPEN,
    "open_overdue": f"{_OPEN} and overdue_on <= $end",
    "due_soon": f"{_OPEN} and status <> 'waiting' and (overdue_on is null or overdue_on > $end) and due_on <= $soon",
    "open_within": f"{_OPEN} and (overdue_on is null or overdue_on > $end)",
}
_FIRST = (
    "dossier_id", "unit", "procedure", "field", "channel", "received_at", "due_at", "promised_on", "finished_at",
    "returned_at", "status", "outcome",
)  # fmt: skip
# Whatever else of a dossier is listed follows.
RECORD_COLUMNS = (*_FIRST, *(column.name for column in COLUMNS if column.heading and column.name not in _FIRST))
# What a service model promised, beside those: no list as a file has them.
_OF_MODEL = ("received_on", "model", "model_due", "model_kept", "model_unknown")
_DAYS_LATE = "date_diff('day', due_on, coalesce(ended_on, $end))"
# Sorted by name in Vietnamese order, which the ranks hold.
_RANKED = {"unit": "units", "procedure": "procedures"}
_RECORD_SORTS = {name: name for name in RECORD_COLUMNS} | {
    **{key: f"{table}.rank" for key, table in _RANKED.items()},
    "received_at": "file_index {0}, file_row_number",
    "days_late": _DAYS_LATE,
}


class Run(Protocol):
    """`run` bound to a snapshot: what findings are given to ask with."""

    def __call__(
        self,
        metrics: Sequence[str],
        filters: Filters,
        by: Sequence[str] = (),
        grain: Grain | None = None,
        parts: bool = False,
    ) -> pd.DataFrame: ...

    def __hash__(self) -> int: ...


def run(
    snapshot: Snapshot,
    metrics: Sequence[str],
    filters: Filters,
    by: Sequence[str] = (),
    grain: Grain | None = None,
    parts: bool = False,
) -> pd.DataFrame:
    """Metrics by dimensions and periods.

    Returns one row per period (with `grain`) and combination of `by`, columns: `period` (first day), the
    dimensions as ids, then the metrics by name; counts are integers, rates fractions 0-1 or NaN, days floats.
    Periods without dossiers are rows; grouped by unit alone, units there are then are too. What lies before the
    coverage of the snapshot is in no figure; those of a period wholly before it are NaN, counts too. With `parts`, each
    ratio is followed by `<name>_n` and `<name>_d`, its numerator and denominator; `undated_n` of `undated_d` resolved
    dossiers have no due date, where a metric rests on due dates; `ended` units are gone by the last day (see `trust`).
    Raises UserError for an unknown metric, dimension or grain.
    """
    chosen = [_metric(name) for name in metrics]
    _check(by, grain)
    names = ratios.needed(chosen, parts)
    covered = _covered(snapshot, filters)
    found = _found_rows(snapshot, names, covered, by, grain)
    periods = between(grain, filters.start, filters.end) if grain else [filters.period]
    if grain:
        keys, counted = ratios.by_period(found, names, by, [period.start for period in periods])
    else:
        keys, counted = ratios.at_once(found, names, by)
    result = pd.DataFrame(keys | ratios.figures(chosen, counted, parts))
    for metric in (each for each in chosen if each.quantile is not None):
        result[metric.name] = _quantile(snapshot, result, metric, covered, by, grain)
    unknown = sum(min(period.end, filters.end) < snapshot.start for period in periods)
    told = _without_unknown(result, list(keys), unknown, len(periods))
    is_of_units = parts and grain is None and list(by) == ["unit"]
    return trust.marked(told, snapshot.references, min(filters.end, snapshot.as_of)) if is_of_units else told


def _covered(snapshot: Snapshot, filters: Filters) -> Filters:
    """The same question without the days of which the data does not say everything; where that is all of them, about a
    day on which there is nothing."""
    if filters.end < snapshot.start:
        return filters.over(_NO_DAY)
    return filters.over(Period(max(filters.start, snapshot.start), filters.end))


def _without_unknown(result: pd.DataFrame, keys: list[str], unknown: int, periods: int) -> pd.DataFrame:
    """Figures of the first `unknown` of the `periods`, in the order of which rows stand, are not 0 but not known."""
    if not unknown:
        return result
    known = np.arange(len(result)) >= len(result) // periods * unknown
    figures = [name for name in result.columns if name not in keys]
    return result.assign(**{name: result[name].where(known) for name in figures})


def _metric(name: str) -> Metric:
    if name not in FIGURES:
        raise UserError(
            Text(
                f"Không có chỉ số {name}; các chỉ số: {', '.join(METRICS)}.",
                f"There is no metric {name}; the metrics are: {', '.join(METRICS)}.",
            )
        )
    return FIGURES[name]


def _check(by: Sequence[str], grain: str | None) -> None:
    wrong = [name for name in by if name not in _SPLITS] + ([grain] if grain and grain not in _BUCKETS else [])
    if wrong or len(set(by)) < len(by):
        given, dimensions = ", ".join(wrong or by), ", ".join((*DIMENSIONS, *BESIDE))
        raise UserError(
            Text(
                f"Không chia được theo {given}; chiều: {dimensions}; kỳ: {', '.join(_BUCKETS)}.",
                f"Cannot split by {given}; dimensions: {dimensions}; grains: {', '.join(_BUCKETS)}.",
            )
        )


def _execute(
    snapshot: Snapshot, sql: str, values: dict[str, object], sums: Iterable[str] = ()
) -> duckdb.DuckDBPyConnection:
    return snapshots.connect(snapshot, sums).cursor().execute(sql, values)


def _found_rows(
    snapshot: Snapshot, names: Sequence[str], filters: Filters, by: Sequence[str], grain: Grain | None
) -> dict[str, Values]:
    """One row per period and combination of `by` that has any dossier, in the order of `by`; those open before the
    first period have no period."""
    rows, values, sums = _rows(snapshot, names, filters, by, grain)
    if grain:
        keys, totals = ["period", *by], {column: f"sum({column})" for column in map(ratios.column_of, names)}
    else:
        keys, totals = list(by), {name: _total(name) for name in names}
    outputs = ", ".join([*keys, *(f"{total} as {name}" for name, total in totals.items())])
    groups = f" group by {', '.join(keys)}" if keys else ""
    order = f" order by {', '.join(by)}" if by else ""
    sql = f"select {outputs} from ({rows}){groups}{order}"
    return cast(dict[str, Values], _execute(snapshot, sql, values, sums).fetchnumpy())


def _total(name: str) -> str:
    if name in STOCKS_AT_START:
        return f"sum({STOCKS_AT_START[name]}) filter (where period is null)"
    return f"sum({ratios.column_of(name)})"


def _rows(
    snapshot: Snapshot, names: Sequence[str], filters: Filters, by: Sequence[str], grain: Grain | None
) -> tuple[str, dict[str, object], set[str]]:
    """Changes in and before the periods, those before with period null and without flows; the bound values; the tables
    of sums they come from."""
    condition, values = filters.where()
    columns = dict.fromkeys(ratios.column_of(name) for name in names)
    stocks = [column for column in columns if column in STOCKS_AT_END.values()]
    keys = "".join(f", {name}" for name in by)
    bucket = f"({_BUCKETS[grain]})::date" if grain else "true"
    nothing = "null::date" if grain else "null::boolean"
    before = "".join(f", {c if c in stocks else f'0 as {c}'}" for c in columns)
    inside = "".join(f", {c}" for c in columns)
    slices = [(slice_, nothing, before) for slice_ in _before(snapshot, filters, by) if stocks]
    slices += [(slice_, bucket, inside) for slice_ in _inside(snapshot, filters, by, grain)]
    found = []
    for number, ((table, first, last), period, figures) in enumerate(slices):
        values |= {f"first{number}": first, f"last{number}": last}
        if table == "ledger":
            kind, rows = _ledger({*by, *filters.chosen}, f"$files{number}")
            values[f"files{number}"] = snapshots.files(snapshot, kind, first, last)
        found.append(
            f"select {period} as period{keys}{figures} from {rows if table == 'ledger' else table}"
            f" where day between $first{number} and $last{number} and {condition}"
        )
    if tuple(by) == ("unit",):
        chosen, _ = filters.where(("unit", "level"))
        values["there"] = snapshot.references.there(filters.start, filters.end)
        zeros = "".join(f", 0 as {column}" for column in columns)
        found.append(f"select {nothing} as period, unit{zeros} from units where {chosen} and unit in $there")
    return " union all ".join(found), values, {table for (table, *_), *_ in slices} - {"ledger"}


def _ledger(keys: set[str], files: str) -> tuple[str, str]:
    """What is read of parts whose `files` these are, and SQL for their ledger: for a question the published one is not
    split by, made of the dossiers."""
    if keys.isdisjoint(BESIDE):
        return "ledger", f"ledger_in({files})"
    return "dossiers", f"({tables.ledger_by(sorted(keys), f'dossiers_in({files})')})"


# A table and the first and last day to read of it.
_Slice = tuple[str, datetime.date, datetime.date]


def _before(snapshot: Snapshot, filters: Filters, by: Sequence[str]) -> list[_Slice]:
    """What was open when the period starts: the stock at the start of that half month and the days since."""
    start = filters.start
    if not {"weekday", *BESIDE}.isdisjoint((*by, *filters.chosen)):
        return [("ledger", datetime.date.min, start - _DAY)]
    half = density.half_of(min(start, snapshot.as_of))
    since: list[_Slice] = [(_daily(filters, by), half, start - _DAY)] if half < start else []
    return [("stocks", half, half), *since]


def _inside(snapshot: Snapshot, filters: Filters, by: Sequence[str], grain: Grain | None) -> list[_Slice]:
    """The coarsest tables that can answer: whole weeks or half months of their own, other days from a daily one."""
    start, end = filters.start, filters.end
    daily, table = _daily(filters, by), _coarsest(filters, by, grain)
    if table is None:
        return [(daily, start, end)]
    (at_start, after_start), (at_end, after_end) = (_cell(grain, day) for day in (start, end))
    first = start if at_start == start else after_start
    last = end if end >= snapshot.as_of or after_end == end + _DAY else at_end - _DAY
    if first > last:
        return [(daily, start, end)]
    slices = [(daily, start, first - _DAY), (table, first, last), (daily, last + _DAY, end)]
    return [each for each in slices if each[1] <= each[2]]


def _daily(filters: Filters, by: Sequence[str]) -> str:
    return _first(("days", "procedure_days"), filters, by) or "ledger"


def _coarsest(filters: Filters, by: Sequence[str], grain: Grain | None) -> str | None:
    if grain == "day":
        return None
    return _first(_WEEKS if grain == "week" else _HALVES, filters, by)


def _first(names: Sequence[str], filters: Filters, by: Sequence[str]) -> str | None:
    """The first of the tables that keeps every key the question restricts or splits by."""
    return next((name for name in names if tables.SUMS[name].keys.issuperset({*by, *filters.chosen})), None)


def _cell(grain: Grain | None, day: datetime.date) -> tuple[datetime.date, datetime.date]:
    """The first day of the week or half month that holds `day`, and that of the next."""
    if grain == "week":
        week = containing("week", day)
        return week.start, week.end + _DAY
    return (half := density.half_of(day)), density.half_of(half + _INTO_NEXT_HALF)


def _quantile(
    snapshot: Snapshot, result: pd.DataFrame, metric: Metric, filters: Filters, by: Sequence[str], grain: Grain | None
) -> pd.Series:
    """Days of a quantile for each row of `result`: quantiles are not additive and read the dossiers."""
    condition, values = filters.where()
    keys = ([f"({_BUCKETS[grain]})::date as period"] if grain else []) + list(by)
    sql = (
        f"with ended as (select *, ended_on as day from dossiers_in($files) where {RECORDS['minutes']} and {condition})"
        f" select {''.join(f'{key}, ' for key in keys)} quantile_cont(minutes, {metric.quantile}) / 1440 as days"
        " from ended group by all"
    )
    values["files"] = snapshots.files(snapshot, "dossiers", filters.start, filters.end)
    found = _execute(snapshot, sql, values | {"start": filters.start, "end": filters.end}).df()
    names = (["period"] if grain else []) + list(by)
    days = result[names].merge(found, on=names, how="left")["days"] if names else found["days"].reindex(result.index)
    return days.astype("float64")


@dataclass(frozen=True)
class Page:
    """One page of a list of dossiers: the rows, and how many there are in all."""

    rows: pd.DataFrame
    total: int


def records(
    snapshot: Snapshot,
    filters: Filters,
    metric: str,
    *,
    search: str = "",
    sort: str = "received_at",
    descending: bool = False,
    offset: int = 0,
    limit: int = 50,
) -> Page:
    """The dossiers behind a number: as many as the metric counts (its numerator, for a rate).

    Rows hold RECORD_COLUMNS, what a service model promised, and days_late (calendar days from the due date to the end
    of the dossier or of the period). `search` finds part of a dossier id, or of a unit's or procedure's name without
    diacritics.
    Raises UserError for an unknown metric or sort column.
    """
    if sort not in _RECORD_SORTS:
        raise UserError(Text(f"Không sắp xếp được theo {sort}.", f"Cannot sort by {sort}."))
    found, values = _found(snapshot, filters, metric, search)
    joined = f" join {_RANKED[sort]} using ({sort})" if sort in _RANKED else ""
    # Rows lie in the order of receipt, then of ids: their place sorts like both, and reads neither.
    turn = "desc" if descending else "asc"
    order = f"{_RECORD_SORTS[sort].format(turn)} {turn} nulls last, file_index, file_row_number"
    columns = ", ".join(f"found.{name}" for name in (*RECORD_COLUMNS, *_OF_MODEL))
    sql = (
        f"with {found} select {columns}, {_DAYS_LATE} as days_late from found{joined}"
        f" order by {order} limit {limit:d} offset {offset:d}"
    )
    rows = _execute(snapshot, sql, values).df()
    return Page(rows, _count(snapshot, filters, metric) if not search else _matches(snapshot, found, values))


def record(snapshot: Snapshot, dossier_id: str) -> pd.DataFrame:
    """The dossier of that number as a row of `records`, on the data date; no row if there is none."""
    columns = ", ".join((*RECORD_COLUMNS, *_OF_MODEL, f"{_DAYS_LATE} as days_late"))
    files, where = lookup.near(snapshot, dossier_id)
    sql = f"select {columns} from dossiers_in($files) where dossier_id = $id and {where}"
    return _execute(snapshot, sql, {"files": files, "id": dossier_id, "end": snapshot.as_of}).df()


def _count(snapshot: Snapshot, filters: Filters, metric: str) -> int:
    """The dossiers behind a metric, from the sums: reading as many again only to count them takes longer."""
    # Days are added up over dossiers; those are the denominator.
    part = "_d" if _metric(metric).format == "days" else "_n"
    row = run(snapshot, [metric], filters, parts=True).fillna(0).iloc[0]
    return int(row[f"{metric}{part}" if _metric(metric).denominator else metric])


def _matches(snapshot: Snapshot, statement: str, values: dict[str, object]) -> int:
    [(count,)] = _execute(snapshot, f"with {statement} select count(*) from found", values).fetchall()
    return int(count)


def _found(snapshot: Snapshot, filters: Filters, metric: str, search: str) -> tuple[str, dict[str, object]]:
    condition, values = filters.where()
    counted = " or ".join(f"({RECORDS[name]})" for name in _metric(metric).numerator)
    # Nothing is known after the data date, and an open dossier is not later than that; nor before the coverage.
    end = min(filters.end, snapshot.as_of)
    values |= {"start": _covered(snapshot, filters).start, "end": end, "covered_from": snapshot.start}
    values["soon"] = snapshot.references.calendar.reach(end, SOON)
    # Every parameter has to occur in the statement, also where a count does not depend on it.
    bound = "$start is not null and $end >= $covered_from and $soon is not null"
    values["files"] = snapshots.files(snapshot, "dossiers", _covered(snapshot, filters).start, end)
    sql = f"found as (select * from dossiers_in($files) where ({counted}) and {condition} and {bound}"
    if words := fold(search):
        known = snapshot.references
        values["search"] = words
        values["found_units"] = [u.id for u in known.units.values() if words in fold(u.name)]
        values["found_procedures"] = [p.id for p in known.procedures.values() if words in fold(p.name)]
        sql += (
            " and (contains(lower(dossier_id), $search) or unit = any($found_units::varchar[])"
            " or procedure = any($found_procedures::varchar[]))"
        )
    return f"{sql})", values


def due_soon(snapshot: Snapshot, filters: Filters) -> pd.DataFrame:
    """How many dossiers are due soon at the end of the period, by unit, procedure and due date: columns unit,
    procedure, due_on, due_soon."""
    found, values = _found(snapshot, filters, "due_soon", "")
    sql = f"with {found} select unit, procedure, due_on, count(*) as due_soon from found group by all order by all"
    return _execute(snapshot, sql, values).df()


def misses(snapshot: Snapshot) -> pd.DataFrame:
    """How many of the dossiers due in the last year were open with so many working days left and then missed their
    deadline: columns procedure, field, days_left, watched, missed."""
    return _execute(snapshot, "select * from misses", {}, ("misses",)).df()
