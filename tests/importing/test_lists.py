"""Lists in which a unit, a procedure or a field is written on the first row of each block alone."""

from collections.abc import Sequence
from pathlib import Path

import pytest

from cchc import importing
from cchc.importing import doubts
from cchc.text import UserError
from tests.containers import WRITERS
from tests.exports import AS_OF, DATASET, MOT_CUA, dossier, read, table, write_csv

pytestmark = pytest.mark.slow

UNITS = ("Xã Hòa Bình", "Xã Kim Sơn", "Phường 7")
PROCEDURES = ("Chứng thực", "Khai sinh", "Kết hôn")
FIELDS = ("Chứng thực", "Hộ tịch", "Đất đai")
WRITTEN = {"unit": UNITS, "procedure_name": PROCEDURES, "field": FIELDS}


@pytest.fixture
def data(tmp_path: Path) -> Path:
    return tmp_path / "data"


def listed(blank: Sequence[int] = (), columns: Sequence[str] = ()) -> list[dict[str, str]]:
    """Eight dossiers of each unit, procedure and field; the rows `blank` leave `columns` empty."""
    rows = []
    for n in range(24):
        written = {column: names[n // 8] for column, names in WRITTEN.items()}
        row = {**dossier(n, channel="1", status="10"), **written}
        row |= dict.fromkeys(columns, "") if n in blank else {}
        rows.append({MOT_CUA[name]: cell for name, cell in row.items()})
    return rows


BELOW = [n for n in range(24) if n % 8]


@pytest.mark.parametrize("kind", ["csv", "xlsx", "page"])
def test_a_cell_of_the_first_row_of_each_block_stands_for_its_block_after_a_yes(
    tmp_path: Path, data: Path, kind: str
) -> None:
    plain = read(write_csv(tmp_path / "plain.csv", listed()), data=data).dossiers
    name, write = WRITERS[kind]
    for n, columns in enumerate([["unit"], ["procedure", "procedure_name"], ["field"], ["procedure", *WRITTEN]]):
        folder = tmp_path / str(n)
        folder.mkdir()
        found = read(write(folder / name, table(listed(BELOW, columns))), data=data)
        assert (found.dossiers, found.kinds) == (plain, {})
        assert [name for name in doubts.of(found.report) if name != "as-of"] == ["blocks"]
        said = doubts.of(found.report)["blocks"].fault
        assert all(f"“{MOT_CUA[column]}”" in said.vi and "21" in said.en for column in columns)


@pytest.mark.parametrize(
    "blank",
    [
        [n for n in range(24) if n % 4],  # a unit comes again within its block: some cells are lacking
        [0, *BELOW],  # nothing stands above the first rows
        [n for n in range(24) if n % 8 == 3],  # a few cells are lacking
        range(1, 24),  # one block is no list of blocks
    ],
    ids=["repeated", "first row blank", "few blank", "one alone"],
)
def test_lacking_units_are_not_taken_from_the_row_above(tmp_path: Path, data: Path, blank: Sequence[int]) -> None:
    found = read(write_csv(tmp_path / "x.csv", listed(blank, ["unit"])), data=data)
    assert found.kinds == {"no_unit": len(blank)}
    assert "blocks" not in doubts.of(found.report)


def test_blocks_are_not_published_without_a_yes(tmp_path: Path, data: Path) -> None:
    file = write_csv(tmp_path / "x.csv", listed(BELOW, ["unit"]))
    with importing.read_export([file], DATASET, AS_OF, mapping=None, data=data) as prepared:
        with pytest.raises(UserError, match="--accept blocks"):
            prepared.publish(["as-of"])
        assert prepared.publish(["blocks", "as-of"])[0].manifest["dossiers"] == 24
