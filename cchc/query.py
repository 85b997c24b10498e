"""Metrics by dimensions and periods: one SQL statement over the ledger, one DataFrame."""

from collections.abc import Sequence
from dataclasses import dataclass

import duckdb
import pandas as pd

from cchc import snapshots
from cchc.filters import Filters
from cchc.metrics import METRICS, STOCKS_AT_END, STOCKS_AT_START, Metric
from cchc.periods import Grain, between
from cchc.schema import CHANNELS, DIMENSIONS
from cchc.snapshots import Snapshot
from cchc.text import Text, UserError, fold

# First day of the period a day belongs to. Reporting periods close on the 14th: 14 days back they are calendar ones.
_BUCKETS: dict[Grain, str] = {
    "day": "day",
    "week": "date_trunc('week', day)",
    "month": "date_trunc('month', day)",
    "quarter": "date_trunc('quarter', day)",
    "half": "date_trunc('quarter', day) - to_months(((quarter(day) + 1) % 2 * 3)::int)",
    "year": "date_trunc('year', day)",
    "month_15": "date_trunc('month', day - 14) + 14",
    "quarter_15": "date_trunc('quarter', day - 14 + interval 1 month) - interval 1 month + interval 14 day",
}
_MONTHLY: tuple[Grain | None, ...] = (None, "month", "quarter", "half", "year")

# Which dossiers stand behind one unit of a count; every other count is a sum of these.
_IN_PERIOD = "between $start and $end"
_OPEN = "received_on <= $end and (ended_on is null or ended_on > $end)"
RECORDS: dict[str, str] = {
    "received": f"received_on {_IN_PERIOD}",
    **{channel: f"received_on {_IN_PERIOD} and channel = '{channel}'" for channel in CHANNELS},
    "components_digitised": f"received_on {_IN_PERIOD} and components_digitised",
    "components_known": f"received_on {_IN_PERIOD} and components_digitised is not null",
    "paid_online": f"received_on {_IN_PERIOD} and fee_due and paid_online",
    "fee_due": f"received_on {_IN_PERIOD} and fee_due and paid_online is not null",
    "model_received": f"received_on {_IN_PERIOD} and model is not null",
    "model_due": f"received_on {_IN_PERIOD} and model_due",
    "model_kept": f"received_on {_IN_PERIOD} and model_due and model_kept",
    "resolved": f"ended_on {_IN_PERIOD}",
    **{
        outcome: f"ended_on {_IN_PERIOD} and outcome = '{outcome}'"
        for outcome in ("early", "on_day", "late", "withdrawn")
    },
    "undated": f"ended_on {_IN_PERIOD} and outcome = 'on_day' and due_on is null",
    "same_day": f"ended_on {_IN_PERIOD} and outcome <> 'withdrawn' and ended_on = received_on",
    "minutes": f"ended_on {_IN_PERIOD} and outcome <> 'withdrawn'",
    "result_digitised": f"ended_on {_IN_PERIOD} and outcome <> 'withdrawn' and result_digitised",
    "result_known": f"ended_on {_IN_PERIOD} and outcome <> 'withdrawn' and result_digitised is not null",
    "carried_in": "received_on < $start and (ended_on is null or ended_on >= $start)",
    "open": _OPEN,
    "open_overdue": f"{_OPEN} and overdue_on <= $end",
    "open_within": f"{_OPEN} and (overdue_on is null or overdue_on > $end)",
}
RECORD_COLUMNS = (
    "dossier_id",
    "unit",
    "procedure",
    "field",
    "channel",
    "received_at",
    "due_at",
    "finished_at",
    "returned_at",
    "status",
    "outcome",
)
_DAYS_LATE = "date_diff('day', due_on, coalesce(ended_on, $end))"
_RECORD_SORTS = {name: f"found.{name}" for name in RECORD_COLUMNS} | {
    "unit": "units.name",
    "procedure": "procedures.name",
    "days_late": _DAYS_LATE,
}


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
    Periods without dossiers are rows; grouped by unit alone, units without dossiers are too. With `parts`, each
    ratio is followed by `<name>_n` and `<name>_d`, its numerator and denominator.
    Raises UserError for an unknown metric, dimension or grain.
    """
    chosen = [_metric(name) for name in metrics]
    _check(by, grain)
    wanted = dict.fromkeys(name for metric in chosen for name in (*metric.numerator, *metric.denominator))
    sums = _sums(snapshot, list(wanted), filters, by, grain)
    for metric in chosen:
        if metric.quantile is not None:
            sums = _with_quantile(snapshot, sums, metric, filters, by, grain)
    keys = (["period"] if grain else []) + list(by)
    result = sums[keys].copy()
    for metric in chosen:
        result[metric.name] = _value(sums, metric)
        if parts and metric.denominator:
            result[f"{metric.name}_n"] = sums[list(metric.numerator)].sum(axis=1)
            result[f"{metric.name}_d"] = sums[list(metric.denominator)].sum(axis=1)
    return result


def _metric(name: str) -> Metric:
    if name not in METRICS:
        raise UserError(
            Text(
                f"Không có chỉ số {name}; các chỉ số: {', '.join(METRICS)}.",
                f"There is no metric {name}; the metrics are: {', '.join(METRICS)}.",
            )
        )
    return METRICS[name]


def _check(by: Sequence[str], grain: str | None) -> None:
    wrong = [name for name in by if name not in DIMENSIONS] + ([grain] if grain and grain not in _BUCKETS else [])
    if wrong or len(set(by)) < len(by):
        given = ", ".join(wrong or by)
        raise UserError(
            Text(
                f"Không chia được theo {given}; chiều: {', '.join(DIMENSIONS)}; kỳ: {', '.join(_BUCKETS)}.",
                f"Cannot split by {given}; dimensions: {', '.join(DIMENSIONS)}; grains: {', '.join(_BUCKETS)}.",
            )
        )


def _value(sums: pd.DataFrame, metric: Metric) -> pd.Series:
    if metric.quantile is not None:
        return sums[metric.name] / 1440
    top = sums[list(metric.numerator)].sum(axis=1)
    if not metric.denominator:
        return top.astype("int64")
    bottom = sums[list(metric.denominator)].sum(axis=1)
    # Zero over zero is "not available", never 0: a unit without dossiers has no rate.
    ratio = top.astype("float64") / bottom.where(bottom > 0)
    return ratio / 1440 if metric.format == "days" else ratio


def _execute(snapshot: Snapshot, sql: str, values: dict[str, object]) -> duckdb.DuckDBPyConnection:
    return snapshots.connect(snapshot).cursor().execute(sql, values)


def _sums(
    snapshot: Snapshot, names: list[str], filters: Filters, by: Sequence[str], grain: Grain | None
) -> pd.DataFrame:
    sql, values = _statement(snapshot, names, filters, by, grain)
    return _execute(snapshot, sql, values).df()


def _statement(
    snapshot: Snapshot, names: list[str], filters: Filters, by: Sequence[str], grain: Grain | None
) -> tuple[str, dict[str, object]]:
    condition, values = filters.where()
    stocks = STOCKS_AT_START | STOCKS_AT_END
    columns = dict.fromkeys(stocks.get(name, name) for name in names)
    with_stocks = any(name in stocks for name in names)
    source = _source(snapshot, filters, by, grain, values)
    keys = "".join(f", {name}" for name in by)
    bucket = f"({_BUCKETS[grain]})::date" if grain else "$start"
    sums = "".join(f", sum({column})::bigint as {column}" for column in columns)
    since = "" if with_stocks else "and day >= $start"
    periods = [period.start for period in between(grain, filters.start, filters.end)] if grain else [filters.start]
    values |= {"start": filters.start, "end": filters.end, "periods": periods}
    running = f"over (partition by {', '.join(by)} order by period)" if by else "over (order by period)"
    outputs = "".join(f", {_output(name, running)} as {name}" for name in names)
    match = "".join(f" and cells.{name} is not distinct from spine.{name}" for name in by)
    spine_keys = "".join(f", {name}" for name in by)
    before = "(select null::date as period union all select unnest($periods::date[]))"
    return (
        f"with cells as (select case when day >= $start then {bucket} end as period{keys}{sums}"
        f" from {source} where day <= $end {since} and {condition} group by all),"
        f" groups as ({_groups(by, filters, values)}),"
        f" spine as (select period{spine_keys} from {before} cross join groups),"
        f" filled as (select spine.*{''.join(f', coalesce(cells.{c}, 0) as {c}' for c in columns)} from spine"
        f" left join cells on cells.period is not distinct from spine.period{match}),"
        f" running as (select period{keys}{outputs} from filled)"
        f" select {'period' if grain else ''}{keys if grain else keys.removeprefix(',')}"
        f"{',' if grain or by else ''} {', '.join(names)} from running where period is not null"
        f" order by {', '.join([*(['period'] if grain else []), *by]) or '1'}"
    ), values


def _output(name: str, running: str) -> str:
    if name in STOCKS_AT_END:
        return f"sum({STOCKS_AT_END[name]}) {running.replace('order by period', 'order by period nulls first')}::bigint"
    if name in STOCKS_AT_START:
        column = STOCKS_AT_START[name]
        upto = running.replace("order by period", "order by period nulls first")
        return f"(sum({column}) {upto})::bigint - {column}"
    return name


def _groups(by: Sequence[str], filters: Filters, values: dict[str, object]) -> str:
    if not by:
        return "select 1 as everything"
    found = f"select distinct {', '.join(by)} from cells"
    if tuple(by) != ("unit",):
        return found
    # Units without a single dossier are rows too, unless the filters leave them out.
    condition = " and ".join(f"{c} = any(${a})" for c, a in (("unit", "units"), ("level", "levels")) if a in values)
    return f"{found} union select unit from units where {condition or 'true'}"


def _source(
    snapshot: Snapshot, filters: Filters, by: Sequence[str], grain: Grain | None, values: dict[str, object]
) -> str:
    """The coarsest table that can answer: whole months from `months`, days (and weekdays) from `ledger`."""
    if filters.weekdays or "weekday" in by:
        return "ledger"
    month_ends = filters.end >= snapshot.as_of or filters.end == between("month", filters.end, filters.end)[0].end
    if grain in _MONTHLY and filters.start.day == 1 and month_ends:
        return "months"
    values["month"] = filters.start.replace(day=1)
    return (
        "(select * from months where day < $month union all by name"
        " select * exclude (weekday, model) from ledger where day >= $month)"
    )


def _with_quantile(
    snapshot: Snapshot, sums: pd.DataFrame, metric: Metric, filters: Filters, by: Sequence[str], grain: Grain | None
) -> pd.DataFrame:
    """`sums` with a column of minutes named as the metric: quantiles are not additive and read the dossiers."""
    condition, values = filters.where()
    keys = ([f"({_BUCKETS[grain]})::date as period"] if grain else []) + list(by)
    sql = (
        f"with ended as (select *, ended_on as day from dossiers where {RECORDS['minutes']} and {condition})"
        f" select {''.join(f'{key}, ' for key in keys)} quantile_cont(minutes, {metric.quantile}) as {metric.name}"
        " from ended group by all"
    )
    found = _execute(snapshot, sql, values | {"start": filters.start, "end": filters.end}).df()
    names = (["period"] if grain else []) + list(by)
    if not names:
        return sums.assign(**{metric.name: found[metric.name].astype("float64").reindex(sums.index)})
    return sums.merge(found, on=names, how="left")


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

    Rows hold RECORD_COLUMNS and days_late (calendar days from the due date to the end of the dossier or of the
    period). `search` finds part of a dossier id, or of a unit's or procedure's name without diacritics.
    Raises UserError for an unknown metric or sort column.
    """
    if sort not in _RECORD_SORTS:
        raise UserError(Text(f"Không sắp xếp được theo {sort}.", f"Cannot sort by {sort}."))
    found, values = _found(snapshot, filters, metric, search)
    [(total,)] = _execute(snapshot, f"with {found} select count(*) from found", values).fetchall()
    columns = ", ".join(f"found.{name}" for name in RECORD_COLUMNS)
    direction = "desc" if descending else "asc"
    sql = (
        f"with {found} select {columns}, {_DAYS_LATE} as days_late from found"
        " join units on units.unit = found.unit join procedures on procedures.procedure = found.procedure"
        f" order by {_RECORD_SORTS[sort]} {direction} nulls last, found.dossier_id limit {limit:d} offset {offset:d}"
    )
    return Page(_execute(snapshot, sql, values).df(), int(total))


def _found(snapshot: Snapshot, filters: Filters, metric: str, search: str) -> tuple[str, dict[str, object]]:
    condition, values = filters.where()
    counted = " or ".join(f"({RECORDS[name]})" for name in _metric(metric).numerator)
    values |= {"start": filters.start, "end": filters.end}
    # Every parameter has to occur in the statement, also where a count does not depend on it.
    sql = f"found as (select * from dossiers where ({counted}) and {condition} and $start <= $end"
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
