"""Builders: a question put to a report, a varied month of dossiers, and files read back."""

import datetime
import io
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

import docx
import openpyxl
from docx.document import Document
from docx.oxml.ns import qn
from openpyxl.workbook import Workbook

from cchc import reports
from cchc.reports import Asked
from cchc.store.snapshots import Snapshot
from tests import building
from tests.building import Dossier, dossier, filters, numbered

NOW = datetime.datetime(2024, 6, 3, 8, 30)
# Names as hostile as an export can hold: a formula, markup, an ampersand, a control character, a lone accent.
HOSTILE = ("=cmd|' /C calc'!A0", "<script>alert(1)</script> & Xã &amp; “Đại” ‑ Ấp", "+1+1\x0b\x00 Xã Ế\u0301")


def asked(snapshot: Snapshot, start: date | str, end: date | str, data: Path | None = None, **chosen: Any) -> Asked:
    """What the page or the command would ask a report."""
    return Asked(
        run=building.run_of(snapshot),
        snapshot=snapshot,
        filters=filters(snapshot, start, end, **chosen),
        data=data or snapshot.folder.parents[2],
        address="http://may-chu:8501",
        at=NOW,
    )


def workbook(kind: str, question: Asked, formulas: bool = False) -> Workbook:
    """The file of a report, read back: the values in its cells, or the formulas."""
    made = reports.find(kind, question.snapshot).prepare(question)
    return openpyxl.load_workbook(io.BytesIO(reports.to_file(made)), data_only=not formulas)


def document(kind: str, question: Asked) -> Document:
    """The file of a report, read back."""
    return docx.Document(io.BytesIO(reports.to_file(reports.find(kind, question.snapshot).prepare(question))))


def texts(found: Document) -> list[str]:
    """Every paragraph of a document, first those outside tables; blanks that hold a line together are blanks."""
    cells = [cell for table in found.tables for row in table.rows for cell in row.cells]
    paragraphs = [*found.paragraphs, *(each for cell in cells for each in cell.paragraphs)]
    return [each.text.replace("\u00a0", " ") for each in paragraphs]


def rows(found: Document, *heads: str) -> list[list[str]]:
    """The rows below the headings of the first table that has headings of these names, in its last row of headings."""
    headed = [(each, sum(1 for _ in each._tbl.iter(qn("w:tblHeader")))) for each in found.tables]
    table, above = next(
        (each, n) for each, n in headed if n and {*heads} <= {cell.text for cell in each.rows[n - 1].cells}
    )
    return [[cell.text.replace("\u00a0", " ") for cell in row.cells] for row in table.rows[above:]]


def varied(units: Sequence[str] = ("D", "A", "B")) -> list[Dossier]:
    """Dossiers of every outcome, channel and field around March 2024: before, inside, across its ends, still open."""
    rows = []
    for number, unit in enumerate(units):
        rows += [
            dossier(unit=unit, received_at="2024-02-20", due_at="2024-03-05", finished_at="2024-03-04"),
            dossier(unit=unit, received_at="2024-02-21", due_at="2024-02-28"),
            dossier(
                unit=unit, received_at="2024-03-01", due_at="2024-03-05", finished_at="2024-03-05", channel="online"
            ),
            dossier(
                unit=unit, received_at="2024-03-04", due_at="2024-03-06", finished_at="2024-03-08", procedure="copy"
            ),
            dossier(
                unit=unit, received_at="2024-03-05", finished_at="2024-03-06", status="withdrawn", channel="postal"
            ),
            dossier(unit=unit, received_at="2024-03-15", due_at="2024-04-10", procedure="title", channel="online"),
            dossier(
                unit=unit, received_at="2024-03-18", due_at="2024-03-20", finished_at="2024-04-02", procedure="copy"
            ),
            dossier(unit=unit, received_at="2024-03-28", status="waiting", procedure="title"),
        ] + [dossier(unit=unit, received_at="2024-03-07", finished_at="2024-03-07", procedure="marriage")] * number
    return numbered(rows)
