"""What must hold of dossiers that come in their own columns, and not through the check of an import."""

import datetime
from collections.abc import Callable, Sequence
from pathlib import Path

import duckdb

from cchc.rules import references
from cchc.rules.references import References
from cchc.schema import CHANNELS, DOSSIER, STATUSES, UNKNOWN
from cchc.store import tables
from cchc.store.tables import Rows, Source
from cchc.text import Text, UserError, number

_ENDED = "('done', 'withdrawn')"


def _words(words: tuple[str, ...]) -> str:
    return ", ".join(f"'{word}'" for word in words)


_RULES = {
    Text("thiếu giá trị bắt buộc", "lack a value that must be there"): " or ".join(
        f"{field.name} is null" for field in DOSSIER if not field.nullable
    ),
    Text("có hình thức nộp hoặc trạng thái lạ", "have an unknown channel or status"): (
        f"channel not in ({_words((*CHANNELS, UNKNOWN))}) or status not in ({_words(STATUSES)})"
    ),
    Text("có trạng thái không khớp với ngày kết thúc", "have a status that does not fit their end"): (
        f"(status in {_ENDED}) <> (coalesce(finished_at, returned_at) is not null)"
    ),
    Text("kết thúc trước ngày tiếp nhận", "end before the day they were received"): (
        "cast(coalesce(finished_at, returned_at) as date) < cast(received_at as date)"
    ),
    Text("nằm sau ngày chốt số liệu", "lie after the data date"): (
        "cast(received_at as date) > date '{0}' or cast(coalesce(finished_at, returned_at) as date) > date '{0}'"
        " or exported_on > date '{0}'"
    ),
}


def opener(paths: Sequence[Path]) -> Callable[[Path], Source]:
    """What opens the dossiers in Parquet files of this machine, and in folders of such files, by DuckDB."""
    files = [file for path in paths for file in (sorted(path.rglob("*.parquet")) if path.is_dir() else [path])]

    def opened(spill: Path) -> Source:
        try:
            source = tables.open_source(files, spill)
            given = source.connection.view("given")
        except duckdb.Error as error:
            why = str(error).splitlines()[0]
            raise UserError(
                Text(f"Không đọc được hồ sơ trong các tệp: {why}", f"The files cannot be read as dossiers: {why}")
            ) from error
        kinds = source.connection.from_arrow(DOSSIER.empty_table()).types
        if wrong := [name for name, is_, kind in zip(given.columns, given.types, kinds, strict=True) if is_ != kind]:
            raise not_canonical(wrong)
        return source

    return opened


def not_canonical(columns: Sequence[str]) -> UserError:
    """That these columns are missing, or of another type."""
    return UserError(
        Text(
            f"Tệp không đúng các cột của hồ sơ: {', '.join(columns)}; xem docs/van-hanh.md.",
            f"The files do not have the columns of a dossier: {', '.join(columns)}; see docs/van-hanh.md.",
        )
    )


def checked(
    opener: Callable[[Path], Source], references_folder: Path, as_of: datetime.date
) -> Callable[[Path], Source]:
    """The same opener; what it opens is checked before anything is made of it."""
    known = references.read(references_folder)

    def opened(spill: Path) -> Source:
        source = opener(spill)
        check(source.rows, known, as_of)
        return source

    return opened


def check(rows: Rows, references: References, as_of: datetime.date) -> None:
    """Raises UserError with the first thing that does not hold of the dossiers `given`, and of how many: what an import
    would reject is not published by another way."""
    counts = ", ".join(f"count(case when {wrong.format(as_of)} then 1 end)" for wrong in _RULES.values())
    [(total, ids, *found)] = rows.execute(
        f"select count(*), count(distinct dossier_id), {counts} from given"
    ).fetchall()
    for what, count in zip(_RULES, found, strict=True):
        if count:
            raise _refused(count, what)
    if total != ids:
        raise _refused(total - ids, Text("trùng mã với hồ sơ khác", "have the number of another dossier"))
    for column, known in (("unit", references.units), ("procedure", references.procedures)):
        names = [name for (name,) in rows.execute(f"select distinct {column} from given").fetchall()]
        if strangers := sorted(set(names) - set(known)):
            listed = ", ".join(strangers[:5])
            raise UserError(
                Text(
                    f"Danh mục của {references.dataset.id} không có: {listed}; bổ sung rồi chạy lại.",
                    f"The references of {references.dataset.id} do not have: {listed}; add them and run it again.",
                )
            )


def _refused(count: int, what: Text) -> UserError:
    return UserError(
        Text(
            f"{number(count, 'vi')} hồ sơ {what.vi}; sửa tệp nguồn rồi chạy lại.",
            f"{number(count, 'en')} dossiers {what.en}; mend the source files and run it again.",
        )
    )
