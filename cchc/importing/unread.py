"""What of a file was not read, or read in another way than it may seem, as sentences for the reader."""

from collections.abc import Iterator, Sequence

from cchc.importing import headings
from cchc.importing import mapping as mappings
from cchc.importing.headings import Head, Layout
from cchc.importing.mapping import Mapping
from cchc.importing.parts import Part
from cchc.importing.reading import Export
from cchc.text import Text, number


def notes(export: Export, layouts: dict[int, Layout], mapping: Mapping, parts: Sequence[Part]) -> Iterator[Text]:
    """The sentences for one file whose sheets of `layouts` became `parts`."""
    for name in export.left_out:
        yield Text(f"Không đọc tệp {name} vì không phải bảng.", f"The file {name} was not read because it is no table.")
    for head in (head for n, head in enumerate(export.heads) if n not in layouts):
        vi, en = (f" ({number(head.height, 'vi')} hàng)", f" ({number(head.height, 'en')} rows)")
        size = Text(vi, en) if head.height else Text("", "")
        yield Text(
            f"Không đọc trang tính {head.name()}{size.vi} vì không có cột của hồ sơ.",
            f"The sheet {head.name()}{size.en} was not read because it has no columns of dossiers.",
        )
    for head in (export.heads[n] for n, layout in layouts.items() if not layout.first):
        yield Text(
            f"{head.name()} không có hàng tiêu đề nên được đọc tiếp theo các cột của bảng ngay trước.",
            f"{head.name()} has no headings, so it was read on by the columns of the table before it.",
        )
    for head in (head for head in export.hidden if headings.locate(head.rows, mapping).fits(mapping)):
        rows = head.height - 1
        yield Text(
            f"Không đọc trang tính ẩn {head.name()}, trong đó có hồ sơ (khoảng {number(rows, 'vi')} hàng); nếu cần, bỏ "
            "ẩn trang đó rồi kiểm tra lại.",
            f"The hidden sheet {head.name()} was not read, and it holds dossiers (about {number(rows, 'en')} rows); "
            "show the sheet and check again if they are wanted.",
        )
    counters = set(map(mappings.heading, mapping.columns.get("receiving_unit", ())))
    taken = (layout.titles.get("unit", "") for layout in layouts.values())
    for title in dict.fromkeys(title for title in taken if mappings.heading(title) in counters):
        yield Text(
            f"Tệp không ghi cơ quan giải quyết nên hồ sơ được tính cho nơi tiếp nhận (cột “{title}”).",
            f"The file names no office that decides, so dossiers are booked on the receiving unit (column “{title}”).",
        )
    titled = ((layout.groups or {}).get("titled") for layout in layouts.values())
    for unit in dict.fromkeys(filter(None, titled)):
        yield Text(
            f"Tệp không có cột đơn vị; hồ sơ thuộc đơn vị ghi trên hàng tiêu đề ({unit}) hoặc ở hàng nhóm ngay trên.",
            f"The file has no column of units; dossiers belong to the one named above the headings ({unit}) or in the "
            "group row above them.",
        )
    for part in parts:
        yield from _of_rows(part)


def _of_rows(part: Part) -> Iterator[Text]:
    where = Head(part.file, part.sheet, ()).name()
    if part.hidden:
        yield Text(
            f"{where} có {number(part.hidden, 'vi')} hàng bị ẩn (do lọc hoặc ẩn tay); các hàng này vẫn được đọc.",
            f"{where} has {number(part.hidden, 'en')} rows hidden by a filter or by hand; they were read all the same.",
        )
    if part.groups:
        yield Text(
            f"{where} có {number(part.groups, 'vi')} hàng nhóm đứng riêng; hồ sơ không ghi đơn vị thì thuộc đơn vị ghi "
            "ở hàng nhóm ngay trên.",
            f"{where} has {number(part.groups, 'en')} group rows; dossiers without a unit belong to the one that "
            "the group row above them names.",
        )
