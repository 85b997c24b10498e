"""Dossiers that one office took in and another decides: since 2025 any counter may receive (Nghị định 118/2025)."""

from collections.abc import Mapping

import pandas as pd

from cchc.figures.filters import Filters
from cchc.figures.query import Run
from cchc.findings import summary
from cchc.store.snapshots import Snapshot
from cchc.text import Text, number, percent

FIGURES = ("received", "resolved", "late", "late_rate", "open_overdue")


def elsewhere(run: Run, snapshot: Snapshot, filters: Filters) -> pd.DataFrame:
    """FIGURES by the unit responsible and the receiving one, where they differ and anything was received, resolved or
    is overdue; most received first. Empty where dossiers do not say who received them."""
    if "receiving_unit" not in snapshot.labels:
        return pd.DataFrame(columns=["unit", "receiving_unit", *FIGURES])
    rows = run(FIGURES, filters, by=["unit", "receiving_unit"], parts=True)
    other = rows["receiving_unit"].notna() & (rows["receiving_unit"] != rows["unit"])
    some = rows[["received", "resolved", "open_overdue"]].any(axis=1)
    return rows[other & some].sort_values(["received", "late"], ascending=False, kind="stable")


def by_office(rows: pd.DataFrame) -> pd.DataFrame:
    """The pairs of `elsewhere` as one row for each unit responsible: FIGURES with their parts, and in `counters` what
    each receiving unit took in for it within the period, by id, most first. Most received first."""
    pairs = dict(iter(rows.groupby("unit", sort=False)))
    offices = pd.concat(
        [summary.total(each, FIGURES).assign(unit=unit) for unit, each in pairs.items()], ignore_index=True
    )
    taken = [
        {unit: count for unit, count in zip(each["receiving_unit"], each["received"], strict=True) if count}
        for each in pairs.values()
    ]
    offices["counters"] = pd.Series(taken, dtype=object)
    return offices.sort_values(["received", "late"], ascending=False, kind="stable")


def said(rows: pd.DataFrame, received: int, names: Mapping[str, str]) -> Text:
    """How many of so many received dossiers were taken in elsewhere, and between whom most often."""
    count = int(rows["received"].sum())
    share = [percent(count / received if received else 0, language) for language in ("vi", "en")]
    most = _most(rows, names)
    return Text(
        f"{number(count, 'vi')} hồ sơ ({share[0]}) tiếp nhận ở nơi khác nơi giải quyết{most.vi}",
        f"{number(count, 'en')} dossiers ({share[1]}) were received elsewhere than where they are decided{most.en}",
    )


def _most(rows: pd.DataFrame, names: Mapping[str, str]) -> Text:
    """Between whom most often, as a clause; of several pairs with as many none is named."""
    most = int(rows["received"].max())
    pairs = rows[rows["received"] == most]
    vi, en = (number(most, language) for language in ("vi", "en"))
    if not most:
        return Text("", "")
    if len(pairs) > 1:
        alike = [number(len(pairs), language) for language in ("vi", "en")]
        return Text(
            f"; nhiều nhất là {vi} hồ sơ từ một nơi nộp đến một nơi giải quyết ({alike[0]} cặp bằng nhau)",
            f"; the most from one counter to one office is {en} ({alike[1]} pairs tie)",
        )
    at, by = names[pairs.iloc[0]["receiving_unit"]], names[pairs.iloc[0]["unit"]]
    return Text(f"; nhiều nhất là {vi} hồ sơ nộp tại {at} do {by} giải quyết", f"; most, {en}, at {at} for {by}")
