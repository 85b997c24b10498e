"""The list of late dossiers of a report: how late each is, why, and whether a letter of apology went out."""

from collections.abc import Iterator, Mapping

import pandas as pd

from cchc.entered import registers
from cchc.entered.registers import LATE, Row
from cchc.figures import query
from cchc.reports.asked import Asked
from cchc.reports.paper import Annex, Blank, Piece, Prose, Table, say
from cchc.text import NOT_AVAILABLE, date, number

_PARTS = {"late": "Hồ sơ giải quyết quá hạn", "open_overdue": "Hồ sơ đang giải quyết đã quá hạn"}
# So many stand in each part, those longest late first; a longer list is a file, not a supplement.
MOST = 50
_HEADS = (
    "TT", "Mã hồ sơ", "Đơn vị", "Thủ tục", "Ngày hẹn trả", "Ngày kết thúc", "Số ngày quá hạn", "Lý do", "Thư xin lỗi",
)  # fmt: skip
_WIDTHS = (6, 24, 20, 36, 17, 17, 12, 22, 22)


def annex(asked: Asked) -> list[Annex]:
    """The supplement: those resolved late in the period, then those open and overdue at its end, with what the register
    knows of each (Nghị định 61/2018/NĐ-CP: a letter of apology with a new date); none where nothing was late.

    Raises UserError where the register cannot be read.
    """
    known = _known(asked)
    rows: list[tuple[Piece | int, ...]] = []
    bold, notes = [], []
    for letter, (metric, title) in zip("AB", _PARTS.items(), strict=True):
        page = query.records(asked.snapshot, asked.filters, metric, sort="days_late", descending=True, limit=MOST)
        if not page.total:
            continue
        bold.append(len(rows))
        rows.append((letter, "", "", f"{title}: {number(page.total, 'vi')} hồ sơ", *[""] * (len(_HEADS) - 4)))
        rows += _lines(asked, page.rows, known)
        if page.total > len(page.rows):
            notes.append(
                say(
                    f"Phần {letter} ghi {MOST} hồ sơ quá hạn lâu nhất trong {number(page.total, 'vi')} hồ sơ; danh "
                    "sách đầy đủ tải ở trang Hồ sơ."
                )
            )
    if not rows:
        return []
    table = Table(_HEADS, _WIDTHS, tuple(rows), frozenset(bold), texts=len(_HEADS), whole=False)
    return [Annex("Danh sách hồ sơ quá hạn, lý do và thư xin lỗi", (table, *notes), landscape=True)]


def apologies(asked: Asked) -> list[Prose]:
    """How many of the late dossiers have a letter of apology, in one sentence; a place to fill where the register has
    no line about any of them."""
    late = [str(each) for metric in _PARTS for each in _ids(asked, metric)]
    if not late:
        return []
    known = _known(asked)
    said = [known[each] for each in late if each in known]
    written = sum(bool(row["apology"] or row["apologised"]) for row in said)
    count: Piece = number(written, "vi") if said else Blank("số thư xin lỗi")
    extended = sum(row["extended"] is not None for row in said)
    more = f"; {number(extended, 'vi')} hồ sơ được gia hạn" if extended else ""
    return [say("- Số hồ sơ quá hạn đã có thư xin lỗi: ", count, f"/{number(len(late), 'vi')} hồ sơ{more}.")]


def _ids(asked: Asked, metric: str) -> pd.Series:
    return query.records(asked.snapshot, asked.filters, metric, limit=registers.MOST_ROWS).rows["dossier_id"]


def _known(asked: Asked) -> Mapping[str, Row]:
    return {str(row["dossier"]): row for row in registers.read(asked.data, asked.snapshot.dataset, LATE)}


def _lines(asked: Asked, rows: pd.DataFrame, register: Mapping[str, Row]) -> Iterator[tuple[Piece | int, ...]]:
    units, procedures = asked.snapshot.references.units, asked.snapshot.references.procedures
    for place, row in enumerate(rows.to_dict("records"), start=1):
        kept = register.get(str(row["dossier_id"]), {})
        yield (
            f"{place}",
            str(row["dossier_id"]),
            units[row["unit"]].name,
            procedures[row["procedure"]].name,
            _day(row["due_at"]),
            _day(row["finished_at"]),
            number(row["days_late"], "vi"),
            str(kept.get("reason") or "") or Blank("lý do"),
            _letter(kept),
        )


def _day(value: pd.Timestamp) -> str:
    return NOT_AVAILABLE if pd.isna(value) else date(value.date(), "vi")


def _letter(kept: Row) -> str:
    """The letter's number and day, and the new deadline, as far as the register says them."""
    sent, extended = kept.get("apologised"), kept.get("extended")
    parts = (
        str(kept.get("apology") or ""),
        date(sent, "vi") if sent else "",  # type: ignore[arg-type]
        f"gia hạn đến {date(extended, 'vi')}" if extended else "",  # type: ignore[arg-type]
    )
    return "; ".join(filter(None, parts)) or NOT_AVAILABLE
