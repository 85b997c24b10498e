"""Every kind of report, for the area and for each unit, written to one folder with a list of what is there and why."""

import csv
import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from cchc import disk
from cchc.reports import pdf
from cchc.reports.asked import Asked
from cchc.rules.boundaries import Unit
from cchc.text import Progress, Text, UserError, harmless, silent

MANIFEST = "danh-muc.csv"
_HEADS = ("loai", "don_vi", "ten_don_vi", "tep", "pdf", "sha256", "ghi_chu")


@dataclass(frozen=True)
class Filed:
    """One report: its kind, the unit it is about ("" = everything asked about), its files in the folder, or why there
    is none."""

    kind: str
    unit: str
    name: str
    files: tuple[Path, ...]
    note: str = ""


# What makes one: its kind, its file name and its content.
Maker = tuple[str, Callable[[Asked], str], Callable[[Asked], bytes]]


def write(
    asked: Asked, makers: Sequence[Maker], folder: Path, each_unit: bool, as_pdf: bool, progress: Progress = silent
) -> list[Filed]:
    """Write every report into `folder`, and the list of them last; written again it holds the same files.

    Raises UserError where the folder cannot be written to, a PDF cannot be made, or there is no report at all.
    """
    with disk.writing(folder):
        folder.mkdir(parents=True, exist_ok=True)
    orders = [(maker, unit) for maker in makers for unit in (None, *(asked.units if each_unit else ()))]
    filed = []
    for done, (maker, unit) in enumerate(orders):
        about = f"{maker[0]} {unit.name if unit else ''}"
        progress(done / len(orders), Text(about, about))
        filed.append(_one(asked, maker, folder, unit, as_pdf))
    if not any(each.files for each in filed):
        raise UserError(
            Text(
                "Không lập được báo cáo nào trong kỳ này; chọn kỳ khác.",
                "No report can be made of this period; choose another.",
            )
        )
    with disk.written_whole(folder / MANIFEST) as fresh:
        fresh.write_bytes(_manifest(filed))
    return filed


def _one(asked: Asked, maker: Maker, folder: Path, unit: Unit | None, as_pdf: bool) -> Filed:
    """The report of one unit, of all that is asked about where there is none."""
    kind, named, made = maker
    own, name = (unit.id, unit.name) if unit else ("", "")
    about = replace(asked, filters=replace(asked.filters, units=(own,))) if unit else asked
    try:
        content = made(about)
    except UserError as error:
        return Filed(kind, own, name, (), error.text.vi)
    # Two communes of a province may have one name.
    path = folder / (f"{own}-{named(about)}" if own else named(about))
    files = {path: content}
    if as_pdf:
        files[path.with_suffix(".pdf")] = pdf.convert(content, path.suffix.lstrip("."))
    for each, written in files.items():
        with disk.written_whole(each) as fresh:
            fresh.write_bytes(written)
    return Filed(kind, own, name, tuple(files))


def _manifest(filed: Sequence[Filed]) -> bytes:
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(_HEADS)
    for each in filed:
        names = [*(path.name for path in each.files), "", ""][:2]
        digest = disk.digest(each.files[0]) if each.files else ""
        writer.writerow([harmless(cell) for cell in (each.kind, each.unit, each.name, *names, digest, each.note)])
    return out.getvalue().encode("utf-8-sig")
