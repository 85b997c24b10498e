"""Tables of the screen: cells, rows and columns, what a click on them does, and metrics by one dimension."""

from collections import Counter
from collections.abc import Callable, Container, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any, Literal

import pandas as pd
import streamlit as st

from cchc.exports import DIMENSION_NAMES
from cchc.figures import trust
from cchc.figures.filters import Filters
from cchc.figures.metrics import METRICS, target_for
from cchc.findings import compliance
from cchc.findings.summary import state_of
from cchc.text import Text, collation_key, date, number, tied
from cchc.ui import assets
from cchc.ui.view import Reader, View

_TABLE = assets.component(__file__, "table")
# The parts of a cell in the order in which table.js is told them. Text and value are each cell's own; of the others
# each column says what is usual in it.
_OWN = 2
PARTS = ("text", "value", "title", "tone", "below", "counts", "bar", "line")


@dataclass(frozen=True)
class Cell:
    """One cell: its text, and what it is sorted by (None stands last in any order).

    `tone` are classes of table.css, `below` a smaller second line, `title` what hovering tells, `bar` a share of the
    width, `line` the heights of the points of a small line (see charts.lines), and `counts` the number whose dossiers a
    click on the text asks for.
    """

    text: str
    value: object = None
    tone: str = ""
    below: str = ""
    title: str = ""
    bar: float | None = None
    counts: str = ""
    line: tuple[int | None, ...] = ()

    @classmethod
    def of(cls, text: str, tone: str = "", below: str = "") -> "Cell":
        """A text sorted as it is written."""
        return cls(text, text, tone, below)

    @classmethod
    def named(cls, name: str, title: str = "") -> "Cell":
        """A name sorted as Vietnamese dictionaries do."""
        return cls(name, collation_key(name), title=title)


@dataclass(frozen=True)
class Row:
    """One row: a click on one with an id tells that id, a total stays first in any order."""

    cells: Sequence[Cell]
    id: str | None = None
    total: bool = False
    muted: bool = False


@dataclass(frozen=True)
class Column:
    """One column: its heading and what hovering that tells; where the rows are one page of many, the key a click on
    the heading tells and how they are ordered by it ("asc", "desc" or not at all)."""

    label: str
    align: Literal["left", "right"] = "left"
    help: str = ""
    key: str = ""
    sorted: str = ""


def columns(view: Reader, heads: Sequence[Text], right: Container[int] = ()) -> list[Column]:
    """A column for each heading, aligned to the right at the places of `right`."""
    return [Column(view.t(head), "right" if place in right else "left") for place, head in enumerate(heads)]


@dataclass(frozen=True)
class Clicks:
    """What a click calls: on a row its id; on a cell that counts something the row's id and what it counts; on a
    heading the column's key, where the rows are one page of many: without it the rows shown are sorted."""

    row: Callable[[str], None] | None = None
    cell: Callable[[str | None, str], None] | None = None
    heading: Callable[[str], None] | None = None


_NONE = Clicks()


def show_rows(columns: Sequence[Column], rows: Sequence[Row], key: str, clicks: Clicks = _NONE) -> None:
    """A table of ready texts."""

    def on_row() -> None:
        chosen = st.session_state[key].get("row")
        if chosen and clicks.row:
            clicks.row(chosen)

    def on_cell() -> None:
        chosen = st.session_state[key].get("cell")
        if chosen and clicks.cell:
            clicks.cell(chosen["row"], chosen["counts"])

    def on_heading() -> None:
        chosen = st.session_state[key].get("sort")
        if chosen and clicks.heading:
            clicks.heading(chosen)

    _TABLE(
        key=key,
        data=_sent(columns, rows) | {"clickable": clicks.row is not None, "ordered": clicks.heading is not None},
        on_row_change=on_row,
        on_cell_change=on_cell,
        on_sort_change=on_heading,
    )


# Decimals that tell two figures apart when they are sorted.
_FINE = 6


def _sent(columns: Sequence[Column], rows: Sequence[Row]) -> dict[str, Any]:
    """Columns and rows as table.js reads them: what most cells of a column say beside text and value is said once, as
    what is `usual` there; what a cell does not say beyond that is left out, and names are sorted by their places."""
    keys = {cell.value for row in rows for cell in row.cells if isinstance(cell.value, tuple)}
    places: dict[object, int] = {key: place for place, key in enumerate(sorted(keys))}
    parts = [[_parts(cell, places) for cell in row.cells] for row in rows]
    usual = [_usual([cells[place] for cells in parts]) for place in range(len(columns))]
    return {
        "columns": [vars(column) | {"usual": said} for column, said in zip(columns, usual, strict=True)],
        "rows": [
            {name: said for name in ("id", "total", "muted") if (said := getattr(row, name))}
            | {"cells": [_left(cell, said) for cell, said in zip(cells, usual, strict=True)]}
            for row, cells in zip(rows, parts, strict=True)
        ],
    }


def _parts(cell: Cell, places: Mapping[object, int]) -> list[object]:
    """What a cell says in each of PARTS, "" for nothing; a bar that is as long as the value says is "="."""
    value = places.get(cell.value, cell.value)
    bar = "" if cell.bar is None else "=" if cell.bar == value else cell.bar
    parts = [cell.text, value, cell.title, cell.tone, cell.below, cell.counts, bar, cell.line or ""]
    return [tied(part) if isinstance(part, str) else _short(part) for part in parts]


def _short(part: object) -> object:
    if not isinstance(part, float):
        return part
    return int(part) if part.is_integer() else round(part, _FINE)


def _usual(cells: Sequence[list[object]]) -> list[object]:
    """What most cells of a column say in each part; text and value are each cell's own."""
    every = list(zip(*cells, strict=True))
    return [None] * _OWN + [Counter(said).most_common(1)[0][0] for said in every[_OWN:]]


def _left(cell: list[object], usual: Sequence[object]) -> list[object]:
    """A cell without what is usual in its column, null there, and without an end of such parts."""
    own = [None if place >= _OWN and part == usual[place] else part for place, part in enumerate(cell)]
    while own and own[-1] is None:
        own.pop()
    return own


# --- Metrics by one dimension ---


# Bars of rates closer together than this are all alike.
_ALIKE = 0.1


@dataclass(frozen=True)
class Split:
    """Metrics by one dimension: the names of its values by id, the rows in their order, and the total above them, both
    from `view.run(..., parts=True)`. `needed` says by metric and id why a cell needs attention (its row "" is the
    total): where it is given, such cells are shaded and no other stands out. `lines` are small lines by id, under
    `lines_of`; `days` the questions of metrics told on another day than the others."""

    by: str
    names: Mapping[str, str]
    metrics: Sequence[str]
    rows: pd.DataFrame
    total: pd.DataFrame
    needed: Mapping[tuple[str, str], Text] | None = None
    lines: Mapping[str, tuple[int | None, ...]] = field(default_factory=dict)
    lines_of: Text | None = None
    days: Mapping[str, Filters] = field(default_factory=dict)

    @cached_property
    def unlike(self) -> frozenset[str]:
        """The rates that are not all alike: their bars are worth drawing."""
        rates = [name for name in self.metrics if METRICS[name].is_rate]
        spread = self.rows[rates].max() - self.rows[rates].min()
        return frozenset(name for name in rates if spread[name] >= _ALIKE)


def table(view: View, split: Split, key: str) -> None:
    """A split as a table: the total first and bold, then the rows in their order.

    Rates with their intervals (`<name>_low`, `_high`) show them below, and units with their standing
    (`compliance.comparison`) show it after their name. Rates over too few dossiers are greyed and stand last in any
    order. A click on a row narrows the filters to it, one on a count lists its dossiers.
    """
    heads = [DIMENSION_NAMES[split.by]]
    if "standing" in split.rows:
        heads.append(Text("So với mức chung", "Against overall"))
    if split.lines_of:
        heads.append(split.lines_of)
    shown = columns(view, heads)
    shown += [Column(_head(view, split, m), "right", view.t(METRICS[m].note)) for m in split.metrics]
    rows = [_row(view, split, split.total.iloc[0].to_dict())]
    rows += [_row(view, split, row, str(row[split.by])) for row in split.rows.to_dict("records")]

    def counted(value: str | None, metric: str) -> None:
        asked = split.days.get(metric, view.filters)
        view.open_records(asked.narrow(split.by, value) if value else asked, metric)

    show_rows(shown, rows, key, Clicks(lambda value: view.narrow(split.by, value), counted))


def _row(view: View, split: Split, row: Mapping[Any, Any], id_: str = "") -> Row:
    cells = [Cell.named(split.names[id_] if id_ else view.t(Text("Tổng cộng", "All")))]
    if "standing" in split.rows:
        cells.append(_standing(view, row) if id_ else Cell(""))
    if split.lines_of:
        cells.append(Cell("", line=split.lines.get(id_, ())))
    cells += [_cell(view, split, row, id_, name) for name in split.metrics]
    return Row(cells, id_ or None, total=not id_)


def _head(view: View, split: Split, name: str) -> str:
    """The heading of a metric, with the day it is told of where that is another than the others'."""
    label = view.t(METRICS[name].label)
    return f"{label} ({date(split.days[name].end, view.language)})" if name in split.days else label


def figure_cell(view: View, row: Mapping[Any, Any], name: str) -> Cell:
    """A figure as it is written and sorted, a ratio with its parts; over too few dossiers it is greyed and stands last
    in any order. `row` comes from `view.run(..., parts=True)`."""
    metric, value = METRICS[name], row[name]
    cell = Cell(metric.show(value, view.language), None if pd.isna(value) else float(value))
    if not metric.denominator:
        return cell
    top, bottom = row[f"{name}_n"], row[f"{name}_d"]
    counts = f"{number(top, view.language)} / {number(bottom, view.language)}"
    if not bottom:
        lacking = trust.lacking(metric, row)
        nothing = lacking or Text("Không có hồ sơ nào để tính", "No dossier to compute it from")
        return replace(cell, title=view.t(nothing), tone="muted" if lacking else "")
    known = trust.remark(metric, row)
    cell = replace(cell, title=f"{counts}: {view.t(known)}" if known else counts)
    if trust.is_judged(metric, row):
        return cell
    return replace(cell, tone="muted", value=None)


def _cell(view: View, split: Split, row: Mapping[Any, Any], unit: str, name: str) -> Cell:
    metric, value, cell = METRICS[name], row[name], figure_cell(view, row, name)
    if why := (split.needed or {}).get((name, unit)):
        cell = replace(cell, tone="needed", title=f"{cell.title}: {view.t(why)}" if cell.title else view.t(why))
    if not metric.denominator:
        return replace(cell, counts=name) if value else cell
    if pd.isna(value):
        return cell
    if name in split.unlike:
        cell = replace(cell, bar=float(value))
    if split.needed is None and not cell.tone and _falls_short(view, row, unit, name):
        cell = replace(cell, tone="late")
    if f"{name}_low" in row:
        ends = (number(row[f"{name}_{end}"] * 100, view.language, 2) for end in ("low", "high"))
        return replace(cell, below="–".join(ends))
    return replace(cell, below=cell.title.partition(":")[0]) if name == compliance.BESIDE else cell


def _falls_short(view: View, row: Mapping[Any, Any], unit: str, name: str) -> bool:
    """Whether a rate misses its target for more than chance: clearly below the others, where rows are held against all
    of them; else by all of its interval, where there is one."""
    metric = METRICS[name]
    target = target_for(name, view.snapshot.references, view.filters.end, unit)
    if state_of(metric, float(row[name]), target.value if target else None) != "missed":
        return False
    if "standing" in row and unit:
        return bool(name == compliance.METRIC.name and row["standing"] == "different" and row["z"] < 0)
    best = row.get(f"{name}_high" if metric.direction == "up" else f"{name}_low", row[name])
    return state_of(metric, float(best), target.value if target else None) == "missed"


def _standing(view: View, row: Mapping[Any, Any]) -> Cell:
    """How a unit stands among all; sorted by its distance from the overall rate, units not judged last."""
    standing, z = row["standing"], float(row["z"])
    # Nothing to say is said by nothing, so that what stands out does.
    text = "" if standing == "none" else view.t(compliance.short(standing, z))
    tone = "muted" if standing not in ("different", "look") else "met" if z > 0 else "late"
    return Cell(
        text,
        None if standing in compliance.UNJUDGED else z,
        f"{tone} nowrap",
        title=view.t(compliance.in_full(standing, z)),
    )
