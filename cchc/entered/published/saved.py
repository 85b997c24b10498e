"""The table of published figures of a dataset: the one staff keep, else that of its references."""

from pathlib import Path

from cchc.access import people
from cchc.entered import sheets
from cchc.entered.published.reading import read_kept, refuse
from cchc.entered.published.statements import Table
from cchc.rules.references import checked_id
from cchc.store.snapshots import Snapshot
from cchc.text import Text, UserError

_MEANWHILE = Text(
    "Bảng vừa được người khác lưu; mở lại trang, xem bảng mới rồi sửa lại.",
    "Somebody else has just saved this table; open the page again, look at it and repeat the change.",
)


def is_own(data: Path, dataset: str) -> bool:
    """Whether staff keep a table of their own."""
    return bool(sheets.read(data, _name(dataset)))


def load(data: Path, snapshot: Snapshot) -> Table:
    """The table in force; an empty one when nobody published a figure. Raises UserError when it cannot be read."""
    name = _name(snapshot.dataset)
    return _in_force(sheets.read(data, name).get(name), snapshot)


def save(data: Path, snapshot: Snapshot, table: Table, instead_of: str) -> None:
    """Keep `table` as the dataset's own, in place of the one with the digest `instead_of`, all of it or nothing.

    Raises UserError when a figure speaks of days without data, or when somebody else kept another table meanwhile, and
    Refused unless an editor of the area acts.
    """
    people.require("editor", snapshot.dataset)
    check_covered(table, snapshot)
    content, dataset = table.to_csv(snapshot.dataset).encode(), snapshot.dataset
    sheets.write(
        data, _name(dataset), content, "published", dataset, f"{len(table.figures)}",
        lambda held: _digest(held, snapshot) == instead_of, _MEANWHILE,
    )  # fmt: skip


def _in_force(held: bytes | None, snapshot: Snapshot) -> Table:
    """The table that is held, else that of the references."""
    shipped = snapshot.folder / "references" / "published.csv"
    if held is None and not shipped.exists():
        return Table(())
    return read_kept(shipped.read_bytes() if held is None else held, snapshot.references)


def _digest(held: bytes | None, snapshot: Snapshot) -> str:
    """The digest of the table in force; a table that cannot be read shows as an empty one and may be replaced."""
    try:
        return _in_force(held, snapshot).digest
    except UserError:
        return Table(()).digest


def forget(data: Path, dataset: str) -> None:
    """Go back to the table that came with the references. Raises UserError when the store cannot be written to, and
    Refused unless an editor of the area acts."""
    sheets.write(data, _name(dataset), None, "published", dataset, "0")


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


def _name(dataset: str) -> str:
    return f"published/{checked_id(dataset)}.csv"
