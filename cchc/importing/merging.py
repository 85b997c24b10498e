"""What becomes of rows of one dossier, within an export and beside the dossiers already there."""

import datetime
from collections.abc import Iterable, Sequence
from pathlib import Path

import duckdb
import pyarrow as pa

from cchc.importing.judging import (
    CANONICAL,
    DUPLICATE,
    KEPT,
    NOT_RECEIVED_YET,
    REJECTED,
    SUPERSEDED,
    identity,
    only_row,
)
from cchc.importing.problems import BITS
from cchc.importing.stored import Fates, Replaced
from cchc.rules.boundaries import Succession, heirs
from cchc.store import months, tables

# The file is read once and thrown away: no compression, no index, no dictionary of nearly unique ids.
_COPY = "format parquet, compression uncompressed, write_bloom_filter false, dictionary_size_limit 5000"
_EXAMPLES = 3
_COUNTED = f"fate in ({KEPT}, {NOT_RECEIVED_YET})"
_SAME = " and ".join(f"stored.{c} is not distinct from judged.{c}" for c in CANONICAL.split(", "))


def _order_sheets(connection: duckdb.DuckDBPyConnection) -> None:
    """Sheets of one file are exports of different days, whatever their order: the last one is the one whose dossiers
    were received last, of equal ones the one in which the last dossier ended."""
    parts, files = only_row(connection, "select count(distinct part), count(distinct file) from judged")
    if parts > files:
        kept = f"filter (fate = {KEPT})"
        last = f"max(received_at) {kept} nulls first, max(coalesce(finished_at, returned_at)) {kept} nulls first"
        connection.execute(
            f"""update judged set file = turns.turn
            from (
                select part, row_number() over (order by min(file), {last}, part) as turn
                from judged group by part
            ) as turns
            where judged.part = turns.part"""
        )


def settle_repeats(connection: duckdb.DuckDBPyConnection) -> None:
    """Set the fate of rows that share a dossier id: identical ones of a file are kept once, different ones of a file
    are all rejected, and the last file that has the dossier supersedes the earlier ones. A sheet is as a file."""
    if not _any_repeats(connection):
        return
    _order_sheets(connection)
    connection.execute(
        f"""create table repeated as
        select
            judged.rowid as row, file, dossier_id,
            row_number() over (partition by file, dossier_id order by part, line) as nth,
            row({CANONICAL}, fate) as content, fate
        from judged
        semi join (
            select file, dossier_id from judged where dossier_id is not null
            group by file, dossier_id having count(*) > 1
        ) as twice using (file, dossier_id)"""
    )
    connection.execute(
        f"""update judged set faults = faults | {BITS["conflicting"]}, fate = {REJECTED}
        where rowid in (
            select row from repeated semi join (
                select file, dossier_id from repeated group by file, dossier_id having count(distinct content) > 1
            ) as differing using (file, dossier_id))"""
    )
    connection.execute(
        f"""update judged set fate = {DUPLICATE}
        where fate in ({KEPT}, {NOT_RECEIVED_YET}) and rowid in (select row from repeated where nth > 1)"""
    )
    connection.execute(
        f"""update judged set fate = {SUPERSEDED}
        from (
            select dossier_id, max(file) as last from judged where fate in ({KEPT}, {NOT_RECEIVED_YET})
            group by dossier_id having min(file) < max(file)
        ) as later
        where judged.dossier_id = later.dossier_id and judged.file < later.last
            and fate in ({KEPT}, {NOT_RECEIVED_YET})"""
    )


def _any_repeats(connection: duckdb.DuckDBPyConnection) -> bool:
    """Whether two rows may share a dossier id: sorting hashes takes a fifth of the time of grouping the ids by it."""
    hashes = connection.sql("select hash(dossier_id) as id from judged where dossier_id is not null").fetchnumpy()["id"]
    hashes.sort()
    return bool((hashes[1:] == hashes[:-1]).any())


def show_stored(
    connection: duckdb.DuckDBPyConnection, stored: Sequence[Path], was: Sequence[str], key: Sequence[str]
) -> list[Path]:
    """Make the views stored, of the dossiers in these folders of published parts under ids made of `key` where they
    `was` stored under others, and met, of those received in the months whose dossiers this import may change.

    Returns the folders of the other months, which stay as they are.
    """
    is_renamed = tuple(was) != tuple(key)
    replaced = f"replace ({identity(key)} as dossier_id)" if is_renamed else ""
    _show(connection, "stored", stored, replaced)
    # Under another id each is another dossier.
    changed = "stored" if is_renamed else "stored semi join judged using (dossier_id)"
    touched = connection.execute(
        f"""select date_trunc('month', received_at)::date from {changed}
        union select date_trunc('month', received_at)::date from judged where fate = {KEPT}"""
    ).fetchall()
    kept = [place for place, part in zip(stored, months.kept(stored), strict=True) if (part.month,) not in touched]
    _show(connection, "met", [part for part in stored if part not in kept], replaced)
    return kept


def _show(connection: duckdb.DuckDBPyConnection, view: str, stored: Sequence[Path], replaced: str) -> None:
    if stored:
        rows = tables.completed(connection, tables.stored(connection, tables.dossiers_of(stored)))
        rows.project(f"* {replaced}").create_view(view)
    else:
        connection.execute(
            f"create view {view} as select {CANONICAL}, date '1970-01-01' as exported_on from judged limit 0"
        )


def replaced(connection: duckdb.DuckDBPyConnection, successions: Iterable[Succession]) -> Replaced:
    """The dossiers that would give way to one of the same id but of another unit, procedure or day of receipt, be they
    stored or in an earlier file of this import; to be asked before `merge`. The unit that follows another has its
    dossiers, and one that it follows had them."""
    follow = heirs(successions)
    pairs = sorted(follow | {(new, old) for old, new in follow})
    sides = {side: pa.array([pair[n] for pair in pairs], pa.string()) for n, side in enumerate(("heir_of", "heir"))}
    connection.register("heirs", pa.table(sides))
    found = connection.sql(
        f"""
        select old.*, new.unit as new_unit, new.procedure as new_procedure, new.received_on as new_received_on
        from (
            select dossier_id, unit, procedure, cast(received_at as date) as received_on from met
            union all
            select dossier_id, cast(unit as varchar), cast(procedure as varchar), cast(received_at as date)
            from judged where fate = {SUPERSEDED}
        ) as old
        join (
            select dossier_id, cast(unit as varchar) as unit, cast(procedure as varchar) as procedure,
                cast(received_at as date) as received_on
            from judged where fate = {KEPT}
        ) as new using (dossier_id)
        left join heirs on heirs.heir_of = old.unit and heirs.heir = new.unit
        where (old.unit <> new.unit and heirs.heir is null) or old.procedure <> new.procedure
            or old.received_on <> new.received_on
        order by dossier_id"""
    )
    rows = found.to_arrow_table()
    return Replaced(rows.num_rows, tuple(tuple(row.values()) for row in rows.slice(0, _EXAMPLES).to_pylist()))


def merge(connection: duckdb.DuckDBPyConnection, as_of: datetime.date, into: Path) -> Fates:
    """Write the dossiers of the new snapshot, but those of untouched months, to the Parquet file `into`: the kept rows,
    and the stored dossiers that no row of the export replaces. An older export never replaces a newer one's dossier,
    and a dossier the export says was not received is dropped. Returns what becomes of the stored ones."""
    day = f"date '{as_of.isoformat()}'"
    fates = _fates(connection, day)
    connection.execute(
        f"""update judged set fate = {SUPERSEDED}
        where {_COUNTED} and dossier_id in (select dossier_id from met where exported_on > {day})"""
    )
    query = f"""
        select {CANONICAL}, {day} as exported_on from judged where fate = {KEPT}
        union all
        select {CANONICAL}, exported_on from met anti join (
            select dossier_id from judged where {_COUNTED}
        ) as replaced using (dossier_id)"""
    connection.execute(f"copy ({query}) to ? ({_COPY})", [str(into)])
    return fates


def _fates(connection: duckdb.DuckDBPyConnection, day: str) -> Fates:
    [(stored, met, newer, gone, same, kept)] = connection.execute(
        f"""with met as (
            select exported_on > {day} as newer, fate = {KEPT} as kept, {_SAME} as same
            from met as stored join judged using (dossier_id) where {_COUNTED}
        )
        select
            (select count(*) from stored), count(*), count(*) filter (newer), count(*) filter (not newer and not kept),
            count(*) filter (not newer and kept and same),
            (select count(*) from judged where fate = {KEPT}) - count(*) filter (kept)
        from met"""
    ).fetchall()
    return Fates(absent=stored - met, same=same, changed=met - newer - gone - same, gone=gone, newer=newer, new=kept)
