"""Dossiers that one office took in and another decides: since 2025 any counter may receive (Nghị định 118/2025)."""

from collections.abc import Mapping

import pandas as pd

from cchc.figures.filters import Filters
from cchc.figures.query import Run
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


def said(rows: pd.DataFrame, received: int, names: Mapping[str, str]) -> Text:
    """How many of so many received dossiers were taken in elsewhere, and between whom most often."""
    count = int(rows["received"].sum())
    first = rows.iloc[0]
    at, by, most = names[first["receiving_unit"]], names[first["unit"]], int(first["received"])
    share = [percent(count / received if received else 0, language) for language in ("vi", "en")]
    pair = [number(most, language) for language in ("vi", "en")]
    return Text(
        f"{number(count, 'vi')} hồ sơ ({share[0]}) tiếp nhận ở nơi khác nơi giải quyết; nhiều nhất là {pair[0]} hồ sơ "
        f"nộp tại {at} do {by} giải quyết",
        f"{number(count, 'en')} dossiers ({share[1]}) were received elsewhere than where they are decided; most, "
        f"{pair[1]}, at {at} for {by}",
    )
