"""What the columns of an export are taken for, with a few examples; cells of persons are never among them."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from cchc.importing import headings, persons
from cchc.importing import mapping as mappings
from cchc.importing.headings import Head, Layout
from cchc.importing.mapping import BLANKS, UNREAD, Mapping, clean, heading
from cchc.importing.sources import open_export
from cchc.schema import BY_NAME
from cchc.text import Text, fold

_EXAMPLES = 3
# Fewer known headings than this may be cells of a row of data, and those are not shown.
_ENOUGH = 3
_PERSONAL = re.compile(
    r"\b(chu ho so|ho (va )?ten|ten (cong dan|to chuc|nguoi|khach)|nguoi (nop|yeu cau|dai dien|duoc|nhan|thu ly|xu ly)"
    r"|nguoi ky|cong dan|khach hang|can bo|chuyen vien|dien thoai|sdt|so dt|di dong|dia chi|noi o|cccd|cmnd|cmt"
    r"|can cuoc|chung minh|ho chieu|dinh danh ca nhan|e-?mail|thu dien tu|ngay sinh|nam sinh|gioi tinh|ghi chu|noi dung"
    r"|trich yeu|mo ta|y kien|applicant|contact|phone|address|birth|note|full ?name)\b"
)


@dataclass(frozen=True)
class Found:
    """A column of an export: its heading, the column of a dossier it is taken for ("" = none) with examples of its
    cells, or why it is not read."""

    title: str
    column: str
    examples: tuple[str, ...]
    reason: Text


def heads(files: Sequence[Path]) -> list[Head]:
    """The first rows of every sheet of the files. Raises UserError when one cannot be read."""
    found: list[Head] = []
    for path in files:
        export = open_export(path)
        try:
            found += export.heads
        finally:
            export.close()
    return found


def likeliest(first_rows: Sequence[Head], own: Mapping | None) -> Mapping:
    """The mapping that an import would take; else the one that knows most headings, so that the others can be said."""
    known = [*([own] if own else []), *map(mappings.read, mappings.shipped())]
    return max(
        known, key=lambda mapping: max(_fit(headings.locate(head.rows, mapping), mapping, own) for head in first_rows)
    )


def _fit(layout: Layout, mapping: Mapping, own: Mapping | None) -> tuple[bool, bool, int]:
    fits = layout.fits(mapping)
    return fits, fits and mapping is own, len(layout.columns)


def look(first_rows: Sequence[Head], mapping: Mapping) -> list[Found]:
    """The columns of every sheet in which some are known, each heading once; none where the headings are not found."""
    found: dict[str, Found] = {}
    for head in first_rows:
        layout = headings.locate(head.rows, mapping)
        if len(layout.columns) >= _ENOUGH:
            for each in _columns(head, layout, mapping):
                found.setdefault(each.title, each)
    return list(found.values())


def missing(columns: Sequence[Found], mapping: Mapping) -> list[tuple[str, ...]]:
    """The columns, alternatives of one another, that neither the columns found nor the mapping give: those without
    which nothing is read, and the due date, without which every dossier counts as on time."""
    layout = Layout({each.column: 0 for each in columns if each.column}, {}, 0, 0, ())
    dated = layout.columns.keys() & {"due_at", "extended_at"}
    return [*layout.missing(mapping), *([] if dated else [("due_at",)])]


def _columns(head: Head, layout: Layout, mapping: Mapping) -> Iterator[Found]:
    titles = {index: layout.titles[column] for column, index in layout.columns.items()}
    for column, index in sorted(layout.columns.items(), key=lambda item: item[1]):
        yield Found(titles[index], column, _examples(head, layout.first, index, titles[index]), Text("", ""))
    for title in layout.dropped:
        if title == persons.HIDDEN:  # no heading but a cell about somebody
            continue
        yield Found(title, "", (), _why(title, layout, mapping))


def _examples(head: Head, first: int, index: int, title: str) -> tuple[str, ...]:
    cells = [clean(str(row[index])) for row in head.rows[first:] if len(row) > index]
    different = tuple(dict.fromkeys(cell for cell in cells if cell.lower() not in BLANKS))
    if _is_about_persons(title) or persons.are_names(different):
        return ()
    return tuple(cell for cell in different if not persons.is_personal(cell))[:_EXAMPLES]


def _is_about_persons(title: str) -> bool:
    """Whether a heading says that its cells are about a person, or free text."""
    return bool(_PERSONAL.search(fold(title)))


def _why(title: str, layout: Layout, mapping: Mapping) -> Text:
    if heading(title) in map(heading, mapping.columns.get(UNREAD, ())):
        return Text("không đọc, theo ánh xạ", "not read, as the mapping says")
    for column, aliases in mapping.columns.items():
        if column in layout.titles and heading(title) in map(heading, aliases):
            label, taken = BY_NAME[column].label, layout.titles[column]
            return Text(f"{label.vi} đã lấy từ “{taken}”", f"the {label.en} is taken from “{taken}”")
    if _is_about_persons(title):
        return Text("dữ liệu cá nhân hoặc ghi chú: không đọc", "personal data or free text: not read")
    return Text("không phải cột của hồ sơ", "no column of a dossier")
