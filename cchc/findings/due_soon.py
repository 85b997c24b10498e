"""Which open dossiers are due soon, and how often such dossiers missed their deadlines until now."""

import math
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

import pandas as pd

from cchc.figures import query
from cchc.figures.filters import Filters
from cchc.figures.periods import Period
from cchc.schema import MINIMUM, SOON
from cchc.statistics import chances
from cchc.store.snapshots import Snapshot
from cchc.text import Language, Text, both, date, number, percent

METRIC = "due_soon"
# What is known of a dossier due soon beside its own columns.
LEFT = Text("Còn (ngày làm việc)", "Working days left")
USUAL = Text("Loại này thường trễ", "Such dossiers usually miss")
MEANING = Text(
    "“Thường trễ”: trong các hồ sơ cùng thủ tục đến hạn 12 tháng qua mà khi còn chừng ấy ngày làm việc vẫn chưa xong, "
    "bao nhiêu phần trăm rốt cuộc trễ hạn; thủ tục ít hồ sơ thì nghiêng về mức của lĩnh vực và của cả khu vực. "
    "Dòng nhỏ là khoảng 95 %. Tính đến hết ngày chốt số liệu.",
    "“Usually miss”: of the dossiers of the same procedure due in the last 12 months that were still open with as many "
    "working days left, the share that missed in the end; procedures with few dossiers lean on their field and on the "
    "whole area. The small line is the 95% range. Counted to the end of the data date.",
)


def on_data_date(snapshot: Snapshot, filters: Filters) -> Filters:
    """The same dossiers on the data date, whatever the period: what is due soon is a list of things to do now."""
    return filters.over(Period(snapshot.as_of, snapshot.as_of))


@lru_cache(maxsize=32)
def usual(snapshot: Snapshot) -> pd.DataFrame:
    """How often deadlines are missed, by procedure and working days left: columns procedure, days_left, share, low,
    high (0-1), a row for every procedure of the area. Days of which fewer than MINIMUM dossiers are known in all have
    no rows. To be read, not changed."""
    counted = query.misses(snapshot)
    known = snapshot.references.procedures.values()
    fields = pd.DataFrame({"procedure": [each.id for each in known], "field": [each.field for each in known]})
    every = fields.merge(pd.DataFrame({"days_left": range(SOON + 1)}), how="cross")
    every = every.merge(counted, how="left", on=["procedure", "field", "days_left"]).fillna({"watched": 0, "missed": 0})
    for level, keys in (("all", ["days_left"]), ("field", ["field", "days_left"])):
        sums = every.groupby(keys)[["watched", "missed"]].transform("sum")
        every = every.assign(**{f"{level}_watched": sums["watched"], f"{level}_missed": sums["missed"]})
    every = every[every["all_watched"] >= MINIMUM]
    above = chances.overall(every["all_missed"], every["all_watched"])
    above = chances.pooled(every["field_missed"], every["field_watched"], above)
    low, high = chances.interval(every["missed"], every["watched"], above)
    share = chances.pooled(every["missed"], every["watched"], above)
    return every.assign(share=share, low=low, high=high)[["procedure", "days_left", "share", "low", "high"]]


def with_chances(snapshot: Snapshot, rows: pd.DataFrame, day: pd.Timestamp) -> pd.DataFrame:
    """`rows` of dossiers due soon (columns procedure, due_on) and on `day` the working days left to each and how often
    such dossiers miss: columns days_left, share, low, high (missing where too little is known)."""
    calendar, today = snapshot.references.calendar, day.date()
    left = {due: calendar.left(today, due.date()) for due in rows["due_on"].dropna().unique()}
    dated = rows.assign(days_left=rows["due_on"].map(left).astype("int64"))
    return dated.merge(usual(snapshot), how="left", on=["procedure", "days_left"])


@lru_cache(maxsize=200)
def groups(snapshot: Snapshot, filters: Filters, by: str) -> pd.DataFrame:
    """What is due soon at the end of the period by `unit` or `procedure`: columns `by`, due_soon, next_day (no more
    than one working day left), expected (dossiers that would miss as usual), share, low, high; most expected first. To
    be read, not changed."""
    day = pd.Timestamp(min(filters.end, snapshot.as_of))
    rows = with_chances(snapshot, query.due_soon(snapshot, filters), day)
    weighted = {name: rows[name] * rows["due_soon"] for name in ("share", "low", "high")}
    rows = rows.assign(next_day=rows["due_soon"].where(rows["days_left"] <= 1, 0), **weighted)
    columns = ["due_soon", "next_day", *weighted]
    found = rows.groupby(by, as_index=False)[columns].sum()
    unknown = found[by].isin(rows.loc[rows["share"].isna(), by])
    known = found[list(weighted)].mask(unknown)
    found = found.assign(expected=known["share"], **{name: known[name] / found["due_soon"] for name in weighted})
    return found.sort_values(["expected", "due_soon"], ascending=False, ignore_index=True)


def span(row: Mapping[Any, Any], language: Language) -> str:
    """The 95 % range of a share as it stands below it; nothing where it is not known."""
    low, high = (number(row[end] * 100, language, 2) for end in ("low", "high"))
    return "" if pd.isna(row["share"]) else f"{low}–{high}"


def answer(snapshot: Snapshot, filters: Filters) -> Text:
    """How many dossiers are due soon on the data date, up to when, and how many of them would miss as usual."""
    found = groups(snapshot, on_data_date(snapshot, filters), "unit")
    count, expected = int(found["due_soon"].sum()), float(found["expected"].sum(skipna=False))
    until = snapshot.references.calendar.reach(snapshot.as_of, SOON)

    def words(language: Language) -> str:
        last, today = date(until, language), date(snapshot.as_of, language)
        if not count:
            return Text(
                f"Chốt đến {today}, không có hồ sơ nào chưa xong mà đến hạn chậm nhất {last}.",
                f"As of {today} no open dossier is due by {last}.",
            )[language]
        said = Text(
            f"Chốt đến {today}, {number(count, 'vi')} hồ sơ chưa xong đến hạn chậm nhất {last} ({SOON} ngày làm việc)",
            f"As of {today} {number(count, 'en')} open dossiers are due by {last} ({SOON} working days)",
        )[language]
        return f"{said}; {_outlook(count, expected, language)}."

    return both(words)


def _outlook(count: int, expected: float, language: Language) -> str:
    if math.isnan(expected):
        return Text(
            "chưa đủ dữ liệu để biết loại này thường trễ bao nhiêu", "too little is known of how many such usually miss"
        )[language]
    share = percent(expected / count, language)
    if expected < 0.5:
        return Text(f"lâu nay loại này hầu như không trễ ({share})", f"such have hardly ever missed ({share})")[
            language
        ]
    shown = number(expected, language, 0 if expected >= 10 else 1)
    return Text(
        f"cứ như lâu nay thì khoảng {shown} hồ sơ trong đó sẽ trễ ({share})",
        f"as things have been, about {shown} of them will miss ({share})",
    )[language]
