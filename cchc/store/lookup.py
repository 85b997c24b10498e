"""Dossiers by their number or a part of it, in the whole of a snapshot: no period, no filter."""

import re
import unicodedata
from collections.abc import Mapping
from typing import Any

import duckdb
import pandas as pd

from cchc.store import snapshots
from cchc.store.snapshots import Snapshot

# What separates the parts of a number, which people leave out or write otherwise.
_BETWEEN = " -./_\u2010\u2011\u2012\u2013\u2014"


def find(snapshot: Snapshot, text: str, most: int = 20) -> pd.DataFrame:
    """The dossiers whose number holds `text`, whatever its case, dashes, blanks and wrapping signs.

    Returns dossier_id, unit, procedure, received_at and status of `most` dossiers at most, those of exactly that number
    first, then the newest; none for a text without letters and digits.
    """
    words = re.findall(r"[^\W_]+", unicodedata.normalize("NFKC", text).lower())
    if not words:
        return _found(snapshot, "false", {}, "", most)
    parts = {f"part{place}": word for place, word in enumerate(words)}
    whole = "".join(words)
    # The parts by themselves are found without rewriting every number of the snapshot; a number written in one piece
    # needs that, and only where it stands in none as it is.
    held = " and ".join(f"contains(lower(dossier_id), ${name})" for name in parts)
    found = _found(snapshot, held, parts, whole, most)
    return found if len(found) or len(words) > 1 else _found(snapshot, "true", {}, whole, most)


def _found(snapshot: Snapshot, held: str, parts: Mapping[str, str], whole: str, most: int) -> pd.DataFrame:
    bare = "translate(lower(dossier_id), $between, '')"
    sql = (
        "select dossier_id, unit, procedure, received_at, status from dossiers"
        f" where {held} and contains({bare}, $whole)"
        f" order by {bare} = $whole desc, received_at desc, dossier_id limit {most:d}"
    )
    return _cursor(snapshot).execute(sql, {**parts, "whole": whole, "between": _BETWEEN}).df()


def one(snapshot: Snapshot, dossier_id: str) -> dict[str, Any] | None:
    """Everything stored of a dossier, its verdicts too, by column; None if the snapshot does not have it."""
    sql = "select * exclude file_row_number from dossiers where dossier_id = $id"
    rows = _cursor(snapshot).execute(sql, {"id": dossier_id}).df().to_dict("records")
    return {str(name): value for name, value in rows[0].items()} if rows else None


def _cursor(snapshot: Snapshot) -> duckdb.DuckDBPyConnection:
    return snapshots.connect(snapshot).cursor()
