"""The table of published figures of a dataset: the one staff keep in the data folder, else that of its references."""

from pathlib import Path

from cchc import disk
from cchc.access import people, record
from cchc.entered.published.reading import read_kept, refuse
from cchc.entered.published.statements import Table
from cchc.rules.references import checked_id
from cchc.store.snapshots import Snapshot
from cchc.text import Text, UserError

# The folder of these tables in the data folder.
SHELF = "published"
_MEANWHILE = Text(
    "Bảng vừa được người khác lưu; mở lại trang, xem bảng mới rồi sửa lại.",
    "Somebody else has just saved this table; open the page again, look at it and repeat the change.",
)


def is_own(data: Path, dataset: str) -> bool:
    """Whether staff keep a table of their own."""
    return _path(data, dataset).exists()


def load(data: Path, snapshot: Snapshot) -> Table:
    """The table in force; an empty one when nobody published a figure. Raises UserError when it cannot be read."""
    shipped = snapshot.folder / "references" / "published.csv"
    path = _path(data, snapshot.dataset)
    path = path if path.exists() else shipped
    return read_kept(path, snapshot.references) if path.exists() else Table(())


def save(data: Path, snapshot: Snapshot, table: Table, instead_of: str) -> None:
    """Keep `table` as the dataset's own, in place of the one with the digest `instead_of`, all of it or nothing.

    Raises UserError when a figure speaks of days without data, or when somebody else kept another table meanwhile, and
    Refused unless an editor of the area acts.
    """
    people.require("editor", snapshot.dataset)
    check_covered(table, snapshot)
    path = _path(data, snapshot.dataset)
    with disk.replaced(path, lambda: _digest(data, snapshot) == instead_of, _MEANWHILE) as fresh:
        fresh.write_text(table.to_csv(snapshot.dataset), encoding="utf-8")
        record.add(data, "published", snapshot.dataset, f"{len(table.figures)}")


def _digest(data: Path, snapshot: Snapshot) -> str:
    """The digest of the table in force; a table that cannot be read shows as an empty one and may be replaced."""
    try:
        return load(data, snapshot).digest
    except UserError:
        return Table(()).digest


def forget(data: Path, dataset: str) -> None:
    """Go back to the table that came with the references. Raises UserError when the own one cannot be removed, and
    Refused unless an editor of the area acts."""
    people.require("editor", dataset)
    path = _path(data, dataset)
    record.add(data, "published", dataset, "0")
    try:
        path.unlink(missing_ok=True)
    except OSError as error:
        raise disk.unwritable(path) from error


def check_covered(table: Table, snapshot: Snapshot) -> None:
    """Raise UserError naming the first figure about dossiers of days the records know nothing of."""
    for each in table.figures:
        if not each.meaning.of_dossiers:
            continue
        late = each.period.start > snapshot.as_of
        if late or each.period.end < snapshot.start:
            days = f"{snapshot.start:%d/%m/%Y}", f"{snapshot.as_of:%d/%m/%Y}"
            refuse(
                each.row,
                "from" if late else "to",
                f"không có số liệu của kỳ {each.period.label('vi')}; số liệu có từ {days[0]} đến {days[1]}",
                f"there is no data for {each.period.label('en')}; the data goes from {days[0]} to {days[1]}",
            )


def _path(data: Path, dataset: str) -> Path:
    return data / SHELF / f"{checked_id(dataset)}.csv"
