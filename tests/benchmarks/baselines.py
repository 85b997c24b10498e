"""The same figures without this product: SQL as written by hand, and pandas, on the same Parquet files."""

import inspect
from typing import Any

import duckdb
import pandas as pd

from cchc.figures import query
from cchc.figures.filters import Filters
from cchc.figures.metrics import FIGURES, STOCKS_AT_END, STOCKS_AT_START
from cchc.store import months
from cchc.store.snapshots import Snapshot
from tests.benchmarks.questions import Call

_STOCKS = STOCKS_AT_END | STOCKS_AT_START
_TRUNCATED = {"month": "month", "quarter": "quarter", "year": "year", "week": "week", "day": "day"}


def by_hand(call: Call, connection: duckdb.DuckDBPyConnection) -> pd.DataFrame:
    """What somebody who knows the ledger writes: one SELECT with GROUP BY, no rows for what did not happen."""
    if call.name == "records":
        return _records_by_hand(call, connection)
    asked = _asked(call)
    filters: Filters = asked["filters"]
    keys = [*(["period"] if asked["grain"] else []), *asked["by"]]
    inside = f"day >= '{filters.start}'"
    # Day-sized reporting periods have no DATE_TRUNC; months cost the same.
    bucket = f"date_trunc('{_TRUNCATED.get(asked['grain'], 'month')}', day)"
    sums = {
        name: f"sum({_STOCKS[name]})" if name in STOCKS_AT_END
        else f"sum({_STOCKS[name]}) filter (where not {inside})" if name in STOCKS_AT_START
        else f"sum({name}) filter (where {inside})"
        for name in _needed(asked["metrics"])
    }  # fmt: skip
    outputs = ", ".join(_formula(name, sums) for name in asked["metrics"])
    since = "" if any(name in _STOCKS for name in sums) else f" and {inside}"
    selected = "".join(f"{bucket} as period, " if key == "period" else f"{key}, " for key in keys)
    grouped = f" group by {', '.join(keys)} order by {', '.join(keys)}" if keys else ""
    condition, values = filters.where()
    files, of_sums = _files(call, filters, asked)
    only = " and ".join([f"{column} = '{value}'" for column, _, value in of_sums] + [condition])
    sql = (
        f"select {selected}{outputs} from read_parquet({files}) where day <= '{filters.end}'{since} and {only}{grouped}"
    )
    return connection.cursor().execute(sql, values).df()


def with_pandas(call: Call) -> pd.DataFrame:
    """The same with pandas: read the columns and days needed, filter, group, sum."""
    if call.name == "records":
        return _records_with_pandas(call)
    asked = _asked(call)
    filters: Filters = asked["filters"]
    names = _needed(asked["metrics"])
    columns = list(dict.fromkeys(_STOCKS.get(name, name) for name in names))
    chosen = _chosen(filters)
    since = [] if any(name in _STOCKS for name in names) else [("day", ">=", filters.start)]
    files, of_sums = _files(call, filters, asked)
    frame = pd.read_parquet(
        files,
        columns=list(dict.fromkeys(["day", *asked["by"], *chosen, *columns])),
        filters=[("day", "<=", filters.end), *since, *of_sums, *((c, "in", list(v)) for c, v in chosen.items())],
    )
    keys: list[Any] = list(asked["by"])
    if asked["grain"]:
        keys.insert(0, pd.to_datetime(frame["day"]).dt.to_period("M"))
    flows = frame[frame["day"] >= filters.start]
    sums = pd.concat({name: (frame if name in _STOCKS else flows)[_STOCKS.get(name, name)] for name in names}, axis=1)
    if keys:
        sums = sums.groupby([frame[key] if isinstance(key, str) else key for key in keys]).sum()
    else:
        sums = sums.sum().to_frame().T
    for metric in (FIGURES[name] for name in asked["metrics"]):
        top = sums[list(metric.numerator)].sum(axis=1)
        sums[f"={metric.name}"] = top / sums[list(metric.denominator)].sum(axis=1) if metric.denominator else top
    return sums


def _asked(call: Call) -> dict[str, Any]:
    bound = inspect.signature(query.run).bind(*call.arguments, **call.named)
    bound.apply_defaults()
    return bound.arguments


def _needed(metrics: list[str]) -> list[str]:
    chosen = [FIGURES[name] for name in metrics]
    return list(dict.fromkeys(name for metric in chosen for name in (*metric.numerator, *metric.denominator)))


def _formula(name: str, sums: dict[str, str]) -> str:
    metric = FIGURES[name]
    top, bottom = (" + ".join(sums[each] for each in part) for part in (metric.numerator, metric.denominator))
    return f"({top}) / ({bottom}) as {name}" if bottom else f"{top} as {name}"


def _chosen(filters: Filters) -> dict[str, tuple[Any, ...]]:
    by_column = {"unit": filters.units, "field": filters.fields, "level": filters.levels,
                 "channel": filters.channels, "procedure": filters.procedures, "weekday": filters.weekdays}  # fmt: skip
    return {column: values for column, values in by_column.items() if values}


def _files(call: Call, filters: Filters, asked: dict[str, Any]) -> tuple[list[str], list[tuple[str, str, str]]]:
    """The smaller files that can answer, half months or days, and which rows of them are meant."""
    snapshot: Snapshot = call.arguments[0]
    whole = filters.start.day in (1, 15) and (filters.period.kind not in ("week", "day", "custom"))
    coarse = whole and not filters.weekdays and "weekday" not in asked["by"] and asked["grain"] not in ("week", "day")
    by_procedure = filters.procedures or filters.weekdays or {"procedure", "weekday"} & set(asked["by"])
    if by_procedure and not coarse:
        return _parts(snapshot, "ledger"), []
    return _parts(snapshot, "sums"), [("sum", "=", "halves" if coarse else "days")]


def _parts(snapshot: Snapshot, table: str) -> list[str]:
    return [str(folder / f"{table}.parquet") for folder in months.folders(snapshot.folder)]


def _records_by_hand(call: Call, connection: duckdb.DuckDBPyConnection) -> pd.DataFrame:
    snapshot, filters, _ = call.arguments
    condition, values = filters.where()
    files = _parts(snapshot, "dossiers")
    where = f"read_parquet({files}) where received_on between '{filters.start}' and '{filters.end}'"
    connection.cursor().execute(f"select count(*) from {where} and {condition}", values).fetchall()
    columns = ", ".join(query.RECORD_COLUMNS)
    order = "order by received_at, dossier_id limit 50"
    return connection.cursor().execute(f"select {columns} from {where} and {condition} {order}", values).df()


def _records_with_pandas(call: Call) -> pd.DataFrame:
    snapshot, filters, _ = call.arguments
    days = [("received_on", ">=", filters.start), ("received_on", "<=", filters.end)]
    chosen = [(column, "in", list(values)) for column, values in _chosen(filters).items()]
    columns = [*query.RECORD_COLUMNS, "received_on"]
    frame = pd.read_parquet(_parts(snapshot, "dossiers"), columns=columns, filters=[*days, *chosen])
    return frame.sort_values(["received_at", "dossier_id"]).head(50)
