"""Dossiers by their number or a part of it, in the whole of a snapshot: no period, no filter."""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from typing import Any

import duckdb
import pandas as pd

from cchc.store import pieces, snapshots, tables
from cchc.store.snapshots import Snapshot

# Letters and digits with nothing but signs between them: looking for them so takes a sixth of the time that leaving the
# signs out of every number takes.
_HOLDS = "regexp_matches(lower(dossier_id), $spaced) and regexp_full_match(lower(dossier_id), $whole) = $exactly"
_COLUMNS = "dossier_id, unit, procedure, received_at, status"
# What papers and letters write before a number, with marks or without.
_CALLED = re.compile(
    r"^\W*(((m[aã]|s[oố])( s[oố])? )?h[oồ] s[oơ]( s[oố])?|mã( số)?|số|dossier( number| no)?)\W+(?=.*\d)"
)
# No number is longer.
_LONGEST = 64
# So many stretches are looked through first, then twice as many each time: what many numbers hold is soon found, and
# what few hold is in few stretches.
_FIRST = 2


def find(snapshot: Snapshot, text: str, most: int = 20) -> pd.DataFrame:
    """The dossiers whose number holds `text`, whatever its case, dashes, blanks, wrapping signs and what it is
    called in front ("Mã hồ sơ: ").

    Each part of the text has to stand in the number in one piece, and all of them in their order with nothing but
    signs between; a text in one piece that stands so in no number may have such signs within. Returns dossier_id, unit,
    procedure, received_at and status of `most` dossiers at most, those of exactly that number first, then the newest,
    of one time the highest number; none for a text without letters and digits.
    """
    called = re.sub(r"\s+", " ", unicodedata.normalize("NFKC", text).lower())
    words = re.findall(r"[^\W_]+", _CALLED.sub("", called))
    if not 0 < sum(map(len, words)) <= _LONGEST:
        return pd.DataFrame(columns=_COLUMNS.split(", "))
    search = _Search(snapshot, words, most)
    found = search.rows(apart=True)
    return found if len(found) or len(words) > 1 else search.rows(apart=False)


class _Search:
    """The dossiers whose number holds parts with nothing but signs between them, `most` of them."""

    def __init__(self, snapshot: Snapshot, parts: Sequence[str], most: int) -> None:
        self.snapshot, self.parts, self.most = snapshot, parts, most
        self.cursor = snapshots.connect(snapshot, (pieces.TABLE,)).cursor()
        self.found = pieces.find(self.cursor, parts)

    def rows(self, apart: bool) -> pd.DataFrame:
        """Those whose number has each part as it is (`apart`), or at least so but for signs within."""
        exact, within = self.found.exact, self.found.within
        if apart:
            exact, within = exact & self.found.apart, within & self.found.apart
        rows = self._read(sorted(exact, reverse=True), self.most, apart, exactly=True)
        left, size = sorted(within, reverse=True), _FIRST
        while left and len(rows) < self.most:
            more = self._read(left[:size], self.most - len(rows), apart, exactly=False)
            rows = pd.concat([rows, more], ignore_index=True)
            left, size = left[size:], 2 * size
        return rows

    def _read(self, stretches: Sequence[int], most: int, apart: bool, exactly: bool) -> pd.DataFrame:
        parts = {f"part{place}": part for place, part in enumerate(self.parts if apart else ())}
        held = "".join(f"contains(lower(dossier_id), ${name}) and " for name in parts)
        files, where = among(self.snapshot, stretches)
        sql = (
            f"select {_COLUMNS} from dossiers_in($files) where {held}{_HOLDS} and {where}"
            f" order by file_index desc, file_row_number desc limit {most:d}"
        )
        signs = f"[{pieces.BETWEEN}]*"
        spaced = signs.join("".join(self.parts))
        values = {**parts, "files": files, "spaced": spaced, "whole": f"{signs}{spaced}{signs}", "exactly": exactly}
        return self.cursor.execute(sql, values).df()


def among(snapshot: Snapshot, stretches: Iterable[int]) -> tuple[list[str], str]:
    """The files of dossiers that have these stretches, and the rows of these alone as a condition in constant SQL."""
    places = sorted(map(pieces.place, stretches))
    every = snapshots.files(snapshot, "dossiers")
    chosen = sorted({part for part, _ in places}) or [0]
    rows = tables.ROWS
    held = [
        f"(file_index = {chosen.index(part)} and file_row_number between {n * rows} and {(n + 1) * rows - 1})"
        for part, n in places
    ]
    return [every[part] for part in chosen], f"({' or '.join(held) or 'false'})"


def near(snapshot: Snapshot, dossier_id: str) -> tuple[list[str], str]:
    """Where the dossier of that number can only be; see `among`."""
    asked = {"id": dossier_id, "between": pieces.BETWEEN}
    [(bare,)] = _cursor(snapshot).execute("select translate(lower($id), $between, '')", asked).fetchall()
    return among(snapshot, _Search(snapshot, [bare], 1).found.exact)


def one(snapshot: Snapshot, dossier_id: str) -> dict[str, Any] | None:
    """Everything stored of a dossier, its verdicts too, by column; None if the snapshot does not have it."""
    files, where = near(snapshot, dossier_id)
    places = "file_index, file_row_number"
    sql = f"select * exclude ({places}) from dossiers_in($files) where dossier_id = $id and {where}"
    rows = _cursor(snapshot).execute(sql, {"id": dossier_id, "files": files}).df().to_dict("records")
    return {str(name): value for name, value in rows[0].items()} if rows else None


def _cursor(snapshot: Snapshot) -> duckdb.DuckDBPyConnection:
    return snapshots.connect(snapshot).cursor()
