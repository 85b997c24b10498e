"""A table for other software: whole numbers where dossiers are counted, ids as they are, moments as ISO 8601."""

import io
from collections.abc import Iterable, Mapping, Sequence

import orjson
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
from pandas.api.types import is_numeric_dtype

from cchc.figures.metrics import FIGURES, METRICS
from cchc.text import harmless

KINDS = {"json": "application/json", "csv": "text/csv", "parquet": "application/vnd.apache.parquet"}
_DAYS = ("period",)
_DATED = ("resolved", "undated")


def with_undated(metrics: Sequence[str]) -> list[str]:
    """The metrics asked for and, where one rests on due dates, the counts that tell whether it may be judged: how many
    of the dossiers resolved have none (see `trust.is_dated`)."""
    asked = [METRICS[name] for name in metrics if name in METRICS]
    return list(dict.fromkeys((*metrics, *(_DATED if any(each.needs_due for each in asked) else ()))))


def counted(result: pd.DataFrame, metrics: Iterable[str]) -> pd.DataFrame:
    """A result of `query.run` whose counts stay whole numbers beside those that are not known."""
    counts = [name for name in dict.fromkeys(metrics) if FIGURES[name].format == "count"]
    return result.astype(dict.fromkeys(counts, "Int64"))


def written(table: pd.DataFrame) -> pd.DataFrame:
    """The same with every moment as text, one of `_DAYS` as a day."""
    moments = table.select_dtypes("datetime").columns
    forms = {name: "%Y-%m-%d" if name in _DAYS or name.endswith("_on") else "%Y-%m-%dT%H:%M:%S" for name in moments}
    return table.assign(**{name: table[name].dt.strftime(form) for name, form in forms.items()})


def rows(table: pd.DataFrame, indent: int = 0) -> str:
    """The rows as a JSON list of objects; null for what is not known."""
    return written(table).to_json(
        orient="records", double_precision=15, force_ascii=False, indent=indent or None, default_handler=str
    )


def to_csv(table: pd.DataFrame) -> str:
    """The rows as CSV under the names of the columns; no cell starts a formula, nothing for what is not known."""
    shown = written(table)
    texts = [str(name) for name in shown if not is_numeric_dtype(shown[name])]
    safe = {name: shown[name].map(lambda cell: harmless(cell) if isinstance(cell, str) else cell) for name in texts}
    return shown.assign(**safe).to_csv(index=False, lineterminator="\n")


def write(table: pd.DataFrame, form: str, about: Mapping[str, object]) -> bytes:
    """The table in a form of KINDS; in JSON it is `rows` beside what is said `about` it."""
    if form == "csv":
        return to_csv(table).encode()
    if form == "json":
        return orjson.dumps({**about, "rows": orjson.Fragment(rows(table))})
    out = io.BytesIO()
    pq.write_table(pa.Table.from_pandas(table, preserve_index=False).replace_schema_metadata(), out)
    return out.getvalue()
