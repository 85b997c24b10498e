"""Text that programs put around a value is no part of it, in any column of any file."""

from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from cchc.importing.rows import bare
from tests.exports import Row, dossiers, read, table, write_csv, write_sheets

pytestmark = pytest.mark.slow

GUARDS: dict[str, Callable[[str], str]] = {
    "formula": '="{}"'.format,
    "apostrophe": "'{}".format,
    "quotes": '"{}"'.format,
    "zero-width": "\u200b{}\u200d".format,
    "byte order mark": "\ufeff{}".format,
    "soft hyphen": "\u00ad".join,
    "direction": "\u202a{}\u202c".format,
    "letter mark": "\u061c{}\ufe0f".format,
    "narrow space": "\u202f{}\u3000".format,
    "wide digits": lambda text: text.translate({ord(digit): ord(digit) + 0xFEE0 for digit in "0123456789-/:"}),
    "both": '\u200b="\ufeff{}"'.format,
}


@pytest.fixture
def data(tmp_path: Path) -> Path:
    return tmp_path / "data"


def guarded(rows: list[dict[str, str]], guard: Callable[[str], str]) -> list[Row]:
    return [{guard(column): guard(cell) if cell else "" for column, cell in row.items()} for row in rows]


@pytest.mark.parametrize("guard", GUARDS)
@pytest.mark.parametrize("kind", ["csv", "xlsx", "parquet"])
def test_a_guard_around_every_value_changes_nothing(tmp_path: Path, data: Path, kind: str, guard: str) -> None:
    rows = dossiers(30, unit="Xã Ea H'leo", rating="4", fee_due="yes")
    plain = read(write_csv(tmp_path / "plain.csv", rows), data=data, publish=True)
    wrapped, path = guarded(rows, GUARDS[guard]), tmp_path / f"x.{kind}"
    if kind == "csv":
        write_csv(path, wrapped)
    elif kind == "xlsx":
        write_text_sheet(path, wrapped)
    else:
        pq.write_table(pa.Table.from_pylist([dict(row) for row in wrapped]), path)
    found = read(path, data=data, publish=True)
    assert found.dossiers == plain.dossiers
    assert (found.kinds, found.report.counts.kept) == ({}, 30)


def write_text_sheet(path: Path, rows: list[Row]) -> Path:
    """A workbook where ="1" is a text and no formula."""
    return write_sheets(path, {"S": table(rows)}, text=True)


def test_guards_as_a_csv_program_writes_them(tmp_path: Path, data: Path) -> None:
    rows = dossiers(30)
    path = write_csv(tmp_path / "x.csv", rows)
    plain = read(path, data=data)
    head, *lines = path.read_text().splitlines()
    path.write_text("\n".join([head, *('="' + line.replace(",", '",="') + '"' for line in lines)]))
    assert read(path, data=data).dossiers == plain.dossiers


@pytest.mark.parametrize(
    ("text", "is_bare"),
    [("Ea H'leo", "Ea H'leo"), ('="a ""b"""', 'a "b"'), ("''1'", "1"), ('=""', ""), ("'", ""), ("= 1", "= 1"),
     ('"A" và "B"', '"A" và "B"'), ("‘230601", "230601"), (' ="1" ', "1"), ("", "")],
)  # fmt: skip
def test_only_what_stands_around_a_whole_value_is_taken_off(text: str, is_bare: str) -> None:
    assert bare(text) == is_bare
