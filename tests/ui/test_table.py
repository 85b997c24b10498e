"""What the browser is told of a table is all of it, said once where a column says the same."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from cchc.ui.table import PARTS, Cell, Column, Row, _sent

words = st.sampled_from(["", "a", "Xã Đại An", "="])
shares = st.one_of(st.none(), st.sampled_from([0.0, 1.0, 0.5, 0.25]))
heights = st.lists(st.one_of(st.none(), st.integers(4, 26)), max_size=3).map(tuple)
values = st.one_of(shares, st.integers(0, 3))
cells = st.builds(Cell, words, values, words, words, words, bar=shares, counts=words, line=heights)


def read(cell: list[Any], usual: list[Any]) -> dict[str, Any]:
    """A cell as table.js reads it: what is not said is what is usual."""
    told = cell + [None] * (len(PARTS) - len(cell))
    parts = (common if own is None else own for own, common in zip(told, usual, strict=True))
    said = dict(zip(PARTS, parts, strict=True))
    return said | {"bar": said["value"] if said["bar"] == "=" else said["bar"]}


@given(st.lists(st.tuples(cells, cells, cells), min_size=1, max_size=5))
def test_every_part_of_every_cell_reaches_the_browser(rows: list[tuple[Cell, ...]]) -> None:
    sent = _sent([Column("")] * 3, [Row(row) for row in rows])
    usual = [column["usual"] for column in sent["columns"]]
    for row, told in zip(rows, sent["rows"], strict=True):
        for cell, own, common in zip(row, told["cells"], usual, strict=True):
            said = read(own, common)
            wanted = {name: getattr(cell, name) for name in PARTS}
            nothing = {name for name, part in wanted.items() if part is None or part in ("", ())}
            assert {name for name, part in said.items() if part is None or part in ("", ())} == nothing
            assert {name: said[name] for name in PARTS if name not in nothing} == {
                name: part for name, part in wanted.items() if name not in nothing
            }
