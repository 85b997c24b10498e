"""The sheet of totals by field that communes get (columns 3 to 13 of form II.06a): recognised, so that nobody takes it
for a list of dossiers, and read as the figures it publishes."""

import datetime
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from cchc import disk
from cchc.importing import headings, stated
from cchc.importing.headings import DEPTH, Head, Layout
from cchc.importing.mapping import clean
from cchc.importing.sources import open_export
from cchc.text import Text, UserError, fold

FIRST, LAST = 3, 13
# What the headings of columns 3 to 13 say, accents aside, whatever stands above and around it.
_WORDS = (
    "tong", "truc tuyen", "truc tiep", "ky truoc", "tong", "truoc han", "dung han", "qua han", "tong", "trong han",
    "qua han",
)  # fmt: skip
_HEADING_ROWS = 4
# "(3)", "3", "(3)=(4)+(5)+(6)".
_NUMBER = re.compile(r"\(?(\d{1,2})\)?(?:\s*=[\s\d()+]*)?(?:\.0)?")
_COUNT = re.compile(r"[\d.,-]+")
_UNIT = re.compile(r"(?:Đơn vị|Cơ quan)(?: lập)? báo cáo\s*:\s*(.+?)\s*(?:-?\s*Đơn vị nhận.*)?$", re.IGNORECASE)
_TOTAL = re.compile(r"(tong( so| cong)?|cong)\b")
_ORDINAL = re.compile(r"(?:[IVXLC]+|\d+|[A-ZĐ])[.)]?(?:\.0)?")
_MOST_ROWS = 1000


@dataclass(frozen=True)
class Totals:
    """What the sheet says: rows of (line, field or "" for the total, cells of columns 3 to 13); the period and the unit
    that reports where the rows above say so ("" = not); what else stands there."""

    rows: tuple[tuple[int, str, tuple[str, ...]], ...]
    period: tuple[datetime.date, datetime.date] | None
    unit: str
    above: tuple[str, ...]


def check(heads: Sequence[Head]) -> None:
    """Raise UserError where dossiers are expected and every sheet of a file that says anything is one of totals."""
    filled = [head for head in heads if any(any(row) for row in head.rows)]
    if not filled or not all(_locate(head.rows) for head in filled):
        return
    where = filled[0].name()
    raise UserError(
        Text(
            f"{where} là biểu tổng hợp theo lĩnh vực (cột 3 đến 13 của biểu II.06a), không phải danh sách hồ sơ nên "
            "không nhập được; tải lên ở trang Đối soát báo cáo, mục “Tải lên một bảng”, để kiểm tra các số trong đó.",
            f"{where} holds totals by field (columns 3 to 13 of form II.06a), no list of dossiers, and cannot be "
            "imported; upload it on the page Check of reports under “Upload a table”, to have its figures checked.",
        )
    )


def read(path: Path) -> Totals | None:
    """The totals in a file, of its first such sheet; None where it has none. Raises UserError when it is unreadable."""
    export = open_export(path)
    try:
        for number, head in enumerate(export.heads):
            if place := _locate(head.rows):
                first, column = place
                width = max(map(len, head.rows))
                # With a stroke at the end no name is a word of SQL.
                layout = Layout({f"c{n}_": n for n in range(width)}, {}, first, width, ())
                with disk.scratch() as folder:
                    [part] = export.load({number: layout}, folder, lambda _: None)
                    rows = [(row.pop("line"), list(row.values())) for row in part.table().to_pylist()[:_MOST_ROWS]]
                return Totals(tuple(_said(rows, column)), *_above(head.rows[:first]))
        return None
    finally:
        export.close()


def _locate(rows: Sequence[Sequence[str]]) -> tuple[int, int] | None:
    """The index of the first row below the headings, and that of column 3."""
    for at, row in enumerate(rows[:DEPTH]):
        numbers = [int(found[1]) if (found := _NUMBER.fullmatch(clean(cell))) else 0 for cell in row]
        for start in (n for n, number in enumerate(numbers) if number == FIRST):
            columns = numbers[start : start + LAST - FIRST + 1]
            if columns == list(range(FIRST, LAST + 1)) and _are_counts(rows[at + 1 :], start):
                return at + 1, start
    said = fold(" ".join(cell for row in rows[:DEPTH] for cell in row))
    if not all(word in said for word in _WORDS):  # spares nearly every list of dossiers the search below
        return None
    for end in range(1, min(len(rows), DEPTH) + 1):
        for depth in range(1, min(_HEADING_ROWS, end) + 1):
            titles = [fold(" ".join(path)) for path in headings.titles_of(rows[end - depth : end])]
            for start in range(len(titles) - len(_WORDS) + 1):
                if all(word in title for word, title in zip(_WORDS, titles[start:], strict=False)):
                    return end, start
    return None


def _are_counts(rows: Sequence[Sequence[str]], start: int) -> bool:
    """Whether numbers stand below: the columns of a list of dossiers are numbered in the same way."""
    cells = [cell for row in rows for cell in map(clean, row[start : start + LAST - FIRST + 1]) if cell]
    return 2 * sum(1 for cell in cells if _COUNT.fullmatch(cell)) >= len(cells)


def _said(rows: Sequence[tuple[int, list[str]]], column: int) -> Iterator[tuple[int, str, tuple[str, ...]]]:
    """Rows with a number in columns 3 to 13, under the name that stands before them."""
    for line, row in rows:
        cells = tuple(clean(cell or "") for cell in row[column : column + LAST - FIRST + 1])
        names = [text for cell in row[:column] if (text := clean(cell or "")) and not _ORDINAL.fullmatch(text)]
        if names and any(cell[:1].isdigit() for cell in cells):
            yield line, "" if _TOTAL.match(fold(names[0])) else names[0], cells


def _above(rows: Sequence[Sequence[str]]) -> tuple[tuple[datetime.date, datetime.date] | None, str, tuple[str, ...]]:
    """The period and the unit that stand above the headings, and every text there."""
    texts = tuple(clean(cell) for row in rows for cell in row if cell)
    unit = next((said[1].strip(" .-") for text in texts if (said := _UNIT.search(text))), "")
    return next((period for text in texts if (period := stated.period(fold(text)))), None), unit, texts
