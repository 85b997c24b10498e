"""Whether anything may be concluded from a figure: enough dossiers, and known due dates or hours where it rests on
them."""

import datetime
from collections.abc import Mapping
from typing import Any

import pandas as pd

from cchc.figures.metrics import METRICS, Metric
from cchc.rules.references import References
from cchc.schema import UNDATED_MOST, UNDATED_NOTED
from cchc.text import Text, number, percent

# A row or a frame of `query.run(..., parts=True)`.
Parts = Mapping[Any, Any] | pd.Series | pd.DataFrame


def marked(rows: pd.DataFrame, references: References, last: datetime.date) -> pd.DataFrame:
    """Rows by unit, with `ended` where any of them is no longer there on the last day: units are held against those of
    one day."""
    units = references.units
    ended = rows["unit"].map(lambda unit: unit in units and units[unit].valid_to < last).astype(bool)
    return rows.assign(ended=ended) if ended.any() else rows


def is_there(parts: Parts) -> Any:
    """Whether the unit of a row is there on the last day of the period; one truth value a row."""
    if isinstance(parts, pd.DataFrame):
        return ~parts["ended"].astype(bool) if "ended" in parts else pd.Series(data=True, index=parts.index)
    return not parts.get("ended", False)


def is_dated(metric: Metric, parts: Parts) -> Any:
    """Whether so few of the dossiers resolved lack a due date that the metric says something; one truth value a row.
    Such dossiers count as on time."""
    if metric.needs_due:
        return parts["undated_n"] <= UNDATED_MOST * parts["undated_d"]
    return pd.Series(data=True, index=parts.index) if isinstance(parts, pd.DataFrame) else True


def is_judged(metric: Metric, parts: Parts) -> Any:
    """Whether the metric may be held against a target, ranked, compared or praised; one truth value a row."""
    told = is_dated(metric, parts) & is_there(parts)
    return told & (parts[f"{metric.name}_d"] >= metric.minimum) if metric.denominator else told


def caution(metric: Metric, parts: Mapping[Any, Any] | pd.Series) -> Text | None:
    """Why the metric of this row is not judged, or what is to be known beside it; None where nothing is."""
    if not is_there(parts):
        return Text("đã kết thúc trong kỳ", "ended in the period")
    if metric.denominator and parts[f"{metric.name}_d"] < metric.minimum:
        return Text(f"dưới {metric.minimum} hồ sơ", f"fewer than {metric.minimum} dossiers")
    return lacking(metric, parts)


def remark(metric: Metric, parts: Mapping[Any, Any] | pd.Series) -> Text | None:
    """The caution as a table or a chart of ranked rows says it."""
    known = caution(metric, parts)
    if known is None or is_judged(metric, parts):
        return known
    return Text(f"{known.vi}, không xếp hạng", f"{known.en}, not ranked")


def lacking(metric: Metric, parts: Mapping[Any, Any] | pd.Series) -> Text | None:
    """Which share of the dossiers resolved has no due date, as a clause; None where it is too small to be noted, or the
    metric does not rest on due dates."""
    if not metric.needs_due or parts["undated_n"] < UNDATED_NOTED * parts["undated_d"] or not parts["undated_n"]:
        return None
    vi, en = (percent(parts["undated_n"] / parts["undated_d"], language) for language in ("vi", "en"))
    known = Text(f"{vi} hồ sơ đã giải quyết không có ngày hẹn trả", f"{en} of resolved dossiers have no due date")
    if is_dated(metric, parts):
        return known
    return Text(f"{known.vi}, không đánh giá", f"{known.en}, not judged")


def lacking_in(rows: pd.DataFrame) -> Text | None:
    """The same of a table of such rows: of all together, else of the row that lacks most, which it says; None where
    neither is to be noted, or nothing in it rests on due dates."""
    if "undated_n" not in rows or not (resolved := rows["undated_d"]).sum():
        return None
    late, most = METRICS["late"], (rows["undated_n"] / resolved.where(resolved > 0)).argmax()
    if known := lacking(late, rows[["undated_n", "undated_d"]].sum()):
        return known
    known = lacking(late, rows.iloc[most])
    return known and Text(f"có dòng {known.vi}", f"in one row {known.en}")


def is_timed(parts: Mapping[Any, Any] | pd.Series) -> bool:
    """Whether so few promises by the hour are of dossiers without an hour that the rate of kept ones says something."""
    return bool(parts["model_unknown"] <= UNDATED_MOST * (parts["model_due"] + parts["model_unknown"]))


def untimed(parts: Mapping[Any, Any] | pd.Series) -> Text | None:
    """How many promises are not judged because a date stands without its hour, as a clause; None where all are."""
    if not (count := parts["model_unknown"]):
        return None
    share = count / (parts["model_due"] + count)
    return Text(
        f"{number(count, 'vi')} hồ sơ ({percent(share, 'vi')}) chỉ ghi ngày, không ghi giờ nên không xét",
        f"{number(count, 'en')} {'dossier' if count == 1 else 'dossiers'} ({percent(share, 'en')}) "
        f"{'has a date but no hour and is' if count == 1 else 'have a date but no hour and are'} left out",
    )
