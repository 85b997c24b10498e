"""Every kind of report, for the area and for each unit, written to one folder with a list of what is there and why."""

import csv
import io
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from cchc import disk
from cchc.reports import pdf
from cchc.reports.asked import Asked
from cchc.text import Text, UserError, harmless

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


def write(asked: Asked, makers: Sequence[Maker], folder: Path, each_unit: bool, as_pdf: bool) -> list[Filed]:
    """Write every report into `folder`, and the list of them last; written again it holds the same files.

    Raises UserError where the folder cannot be written to, a PDF cannot be made, or there is no report at all.
    """
    with disk.writing(folder):
        folder.mkdir(parents=True, exist_ok=True)
    filed = [each for maker in makers for each in _of_kind(asked, maker, folder, each_unit, as_pdf)]
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


def _of_kind(asked: Asked, maker: Maker, folder: Path, each_unit: bool, as_pdf: bool) -> Iterator[Filed]:
    yield _one(asked, maker, folder, "", "", as_pdf)
    for unit in asked.units if each_unit else ():
        own = replace(asked, filters=replace(asked.filters, units=(unit.id,)))
        yield _one(own, maker, folder, unit.id, unit.name, as_pdf)


def _one(asked: Asked, maker: Maker, folder: Path, unit: str, name: str, as_pdf: bool) -> Filed:
    kind, named, made = maker
    try:
        content = made(asked)
    except UserError as error:
        return Filed(kind, unit, name, (), error.text.vi)
    # Two communes of a province may have one name.
    path = folder / (f"{unit}-{named(asked)}" if unit else named(asked))
    files = {path: content}
    if as_pdf:
        files[path.with_suffix(".pdf")] = pdf.convert(content, path.suffix.lstrip("."))
    for each, written in files.items():
        with disk.written_whole(each) as fresh:
            fresh.write_bytes(written)
    return Filed(kind, unit, name, tuple(files))


def _manifest(filed: Sequence[Filed]) -> bytes:
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(_HEADS)
    for each in filed:
        names = [*(path.name for path in each.files), "", ""][:2]
        digest = disk.digest(each.files[0]) if each.files else ""
        writer.writerow([harmless(cell) for cell in (each.kind, each.unit, each.name, *names, digest, each.note)])
    return out.getvalue().encode("utf-8-sig")
