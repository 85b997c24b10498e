"""Official forms and reports: the same figures as on the screen, as files that an office signs and sends."""

import csv
import io
import re
import zipfile
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Literal

from cchc.entered import locked, registers
from cchc.entered.registers import Register
from cchc.reports import alerts, classes, decree30, form_book, forms, friday, monthly, pdf, score766, sheet, thursday
from cchc.reports.asked import Asked
from cchc.reports.criteria import WHOLE
from cchc.reports.narrative import Part
from cchc.reports.paper import Paper
from cchc.reports.sheet import Book
from cchc.store.snapshots import Snapshot
from cchc.text import Text, UserError, fold, harmless

__all__ = [
    "KINDS", "Asked", "Kind", "Made", "alerts", "content", "find", "kinds", "of_each_unit", "place", "to_file",
    "to_pdf",
]  # fmt: skip

Made = Book | Paper
_LONGEST_PART = 60


@dataclass(frozen=True)
class Kind:
    """One kind of report: its id, its name in a list, what it is, its file, and what makes it. `notice` is what a
    reader must know before using it, `registers` the tables staff keep for it, `parts` what they write into it;
    with `each_day` it is by the units of each day whatever is asked."""

    id: str
    title: Text
    about: Text
    ending: Literal["xlsx", "docx"]
    build: Callable[[Asked], Made]
    notice: Callable[[Asked], Text | None] = lambda asked: None
    registers: tuple[Register, ...] = ()
    parts: tuple[Part, ...] = ()
    each_day: bool = False

    def prepare(self, asked: Asked) -> Made:
        """The report as its parts, to look at and to write. Raises UserError where it cannot be made."""
        asked.require_dossiers()
        return self.build(asked.by_each_day() if self.each_day else asked)

    def file_name(self, asked: Asked) -> str:
        """The name a file of this kind is offered under: of what, of which part of it, of which days."""
        words = re.sub("[^a-z0-9]+", "-", fold(asked.part)).strip("-")[:_LONGEST_PART]
        parts = (self.id, asked.snapshot.dataset, words.strip("-"), asked.filters.start, asked.filters.end)
        return "-".join(str(part) for part in parts if part) + f".{self.ending}"

    def check_name(self, path: Path, each_unit: bool = False) -> None:
        """Raises UserError where a file of this kind, or the ZIP file of those of `each_unit`, would get the ending of
        another."""
        ending = "zip" if each_unit else self.ending
        if path.suffix.lower() != f".{ending}":
            raise UserError(
                Text(
                    f"{self.id} là tệp .{ending}; hãy đặt tên tệp ra như vậy, không phải {path.name}.",
                    f"{self.id} is a .{ending} file; name it so, not {path.name}.",
                )
            )


def _of_form(editions: forms.Editions) -> Kind:
    """A form that a file declares."""
    *_, last = editions
    build = partial(form_book.build, editions=editions)
    return Kind(last.id, last.title, last.about, "xlsx", build, partial(_notice, editions=editions))


def _notice(asked: Asked, editions: forms.Editions) -> Text | None:
    return forms.edition(editions, asked.filters.period).notice(asked.filters.period)


def _broken(id_: str, error: UserError) -> Kind:
    """A form whose file is wrong: said where it is asked for, and nowhere else."""

    def build(asked: Asked) -> Made:
        raise error

    return Kind(id_, Text(id_, id_), error.text, "xlsx", build)


KINDS: dict[str, Kind] = {
    kind.id: kind
    for kind in (
        *(_of_form(editions) for editions in forms.shared().values()),
        Kind(
            monthly.KIND,
            Text("Báo cáo tháng", "Monthly report"),
            Text(
                "Báo cáo công tác cải cách thủ tục hành chính của kỳ, cùng các sổ theo dõi kèm theo.",
                "The report on the reform of procedures, with the registers that go with it.",
            ),
            "docx",
            monthly.build,
            registers=(registers.PETITIONS, registers.REVIEWS, registers.INTERNAL, registers.TASKS, registers.LATE),
            parts=monthly.PARTS,
        ),
        Kind(
            score766.KIND,
            Text("Điểm 766", "Decision 766"),
            Text(
                f"Ước tính điểm từng đơn vị theo bộ chỉ số của Quyết định 766/QĐ-TTg; {WHOLE.lower()} đứng trên cùng.",
                "An estimate of each unit's points under Decision 766/QĐ-TTg, the whole area first.",
            ),
            "xlsx",
            score766.build,
            score766.notice,
            registers=(registers.SCORES,),
        ),
        Kind(
            classes.KIND,
            Text("Xếp loại đơn vị", "Classes of units"),
            Text(
                "Đánh giá, xếp loại đơn vị phục vụ bình xét thi đua, kèm bằng chứng của từng điểm.",
                "The assessment of units for emulation, with the evidence behind every point.",
            ),
            "xlsx",
            classes.build,
            classes.notice,
        ),
        Kind(
            friday.KIND,
            Text("Mô hình trong ngày", "Same-day model"),
            Text(
                "Báo cáo kết quả mô hình hẹn trả kết quả trong ngày, như “Ngày thứ Sáu không chờ”.",
                "The report on a model that promises results the same day, such as the waiting-free Friday.",
            ),
            "docx",
            friday.build,
            parts=friday.PARTS,
            each_day=True,
        ),
        Kind(
            thursday.KIND,
            Text("Mô hình trực tuyến", "Online model"),
            Text(
                "Báo cáo kết quả mô hình nộp hồ sơ trực tuyến, như “Ngày thứ Năm chuyển đổi số”.",
                "The report on a model that promotes filing online, such as the digital Thursday.",
            ),
            "docx",
            thursday.build,
            parts=thursday.PARTS,
            each_day=True,
        ),
    )
}


def kinds(snapshot: Snapshot, data: Path | None = None) -> dict[str, Kind]:
    """The kinds of an area by id: one more for each service model beside the first of its form, and for each form in
    its folder below `data`, which takes the place of a shared one of its name."""
    references = snapshot.declared
    found = dict(KINDS)
    papers = KINDS.keys() - forms.shared().keys()
    for id_, form in forms.of_area(data, snapshot.dataset, papers).items() if data else ():
        found[id_] = _broken(id_, form) if isinstance(form, UserError) else _of_form(form)
    for paper, build in ((friday.FORM, friday.build), (thursday.FORM, thursday.build)):
        for model in paper.models(references)[1:]:
            name = model.name
            about = Text(f"Báo cáo kết quả mô hình “{name.vi}”.", f"The report on the model “{name.en}”.")
            id_ = paper.id_of(model, references)
            found[id_] = replace(KINDS[paper.kind], id=id_, title=name, about=about, build=partial(build, kind=id_))
    return found


def find(kind: str, snapshot: Snapshot | None = None, data: Path | None = None) -> Kind:
    """The kind with that id, of those of an area where one is given. Raises UserError when there is none."""
    there = kinds(snapshot, data) if snapshot else KINDS
    if kind not in there:
        raise UserError(
            Text(
                f"Không có loại báo cáo {kind}; các loại: {', '.join(there)}.",
                f"There is no kind of report {kind}; the kinds are: {', '.join(there)}.",
            )
        )
    return there[kind]


def to_file(made: Made, working: bool = False) -> bytes:
    """The report as the file that is sent; a `working` paper says on every page where its figures come from."""
    return decree30.write(made, working) if isinstance(made, Paper) else sheet.write(made)


def to_pdf(made: Made) -> bytes:
    """The same as PDF. Raises UserError where this machine cannot make it (see `pdf.found`)."""
    return pdf.convert(to_file(made), "docx" if isinstance(made, Paper) else "xlsx")


def place(kind: Kind, asked: Asked) -> locked.Place | None:
    """Where a lock on this report would stand; None where it is about a mere selection, of which nothing is kept."""
    if asked.desk is None:
        return None
    filters = asked.filters
    return locked.Place(asked.snapshot.dataset, kind.id, asked.desk, filters.period, filters.boundaries)


def content(kind: Kind, asked: Asked) -> bytes:
    """The file of a report: as it was locked where it is, else made now. Raises UserError where it cannot be made."""
    kept = locked.in_force(asked.data, place(kind, asked))
    return locked.content(asked.data, kept).file if kept else to_file(kind.prepare(asked))


def of_each_unit(kind: Kind, asked: Asked) -> bytes:
    """A ZIP file with the report of every unit the filters leave, made as if that unit alone were chosen, and in
    `danh-sach.csv` one line a unit: its file, or why there is none.

    Raises UserError where no unit has one.
    """
    written, listed = io.BytesIO(), [("don_vi", "ten", "tep", "ghi_chu")]
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as archive:
        for unit in asked.units:
            own = replace(asked, filters=replace(asked.filters, units=(unit.id,)))
            try:
                written_out = content(kind, own)
            except UserError as error:
                listed.append((unit.id, unit.name, "", error.text.vi))
                continue
            # Two communes of a province may have one name.
            name = f"{unit.id}-{kind.file_name(own)}"
            archive.writestr(name, written_out)
            listed.append((unit.id, unit.name, name, ""))
        if not archive.namelist():
            raise UserError(
                Text(
                    "Không đơn vị nào có báo cáo này trong kỳ; chọn kỳ khác hoặc bỏ lọc.",
                    "No unit has this report in the period; choose another period or clear the filters.",
                )
            )
        table = io.StringIO(newline="")
        csv.writer(table).writerows([tuple(map(harmless, row)) for row in listed])
        archive.writestr("danh-sach.csv", table.getvalue().encode("utf-8-sig"))
    return written.getvalue()
