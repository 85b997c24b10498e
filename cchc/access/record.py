"""The record of who did what: append-only, each line holding the hash of the one before, no word about citizens."""

import csv
import datetime
import hashlib
import io
import json
from collections.abc import Iterator
from dataclasses import astuple, dataclass, fields
from pathlib import Path
from typing import TYPE_CHECKING, Literal, get_args

from cchc.access.people import Person, acting
from cchc.text import Text, harmless, number

if TYPE_CHECKING:
    from sqlalchemy import Connection

What = Literal[
    "sign_in", "refused", "publish", "retract", "make_current", "export", "paper", "register", "published", "mapping",
    "template", "meeting", "restore", "grant", "token", "key", "lock", "comment",
]  # fmt: skip
WHAT: tuple[What, ...] = get_args(What)
WHAT_NAMES: dict[What, Text] = {
    "sign_in": Text("Đăng nhập", "Signed in"),
    "refused": Text("Bị từ chối", "Was refused"),
    "publish": Text("Công bố số liệu", "Published data"),
    "retract": Text("Thu hồi bản số liệu", "Retracted a snapshot"),
    "make_current": Text("Đổi bản hiện hành", "Made a snapshot current"),
    "export": Text("Xuất danh sách hồ sơ", "Exported dossiers"),
    "paper": Text("Lập văn bản", "Made a paper"),
    "register": Text("Sửa sổ theo dõi", "Changed a register"),
    "published": Text("Sửa số liệu đã công bố", "Changed published figures"),
    "mapping": Text("Sửa ánh xạ cột", "Changed a mapping"),
    "template": Text("Sửa mẫu văn bản", "Changed a template"),
    "meeting": Text("Sửa cuộc họp, cam kết", "Changed a meeting"),
    "restore": Text("Khôi phục bản sao lưu", "Restored a backup"),
    "grant": Text("Sửa quyền", "Changed roles"),
    "token": Text("Tạo, thu lại địa chỉ theo dõi", "Made or withdrew an address to follow"),
    "key": Text("Tạo, thu lại khóa cho phần mềm khác", "Made or withdrew a key for other software"),
    "lock": Text("Khóa, mở lại báo cáo", "Locked or reopened a paper"),
    "comment": Text("Viết ý kiến về số liệu", "Commented on a figure"),
}
HEADINGS = {
    "at": Text("Thời điểm", "When"),
    "who": Text("Người thực hiện", "Who"),
    "address": Text("Từ địa chỉ", "From"),
    "what": Text("Việc", "What"),
    "area": Text("Khu vực", "Area"),
    "about": Text("Nội dung", "About"),
}
_LONGEST = 500
# Whoever comes again within so many seconds is the same visit: every tab and reload signs in.
_VISIT = 3600
# So many of the newest lines are looked through for the same one.
_LATEST = 20


@dataclass(frozen=True)
class Line:
    """One line: its number from 1 on, the moment (local time, ISO 8601), who, from where, what, in which area, about
    what in ids and counts, and the hash that chains it to the line before."""

    number: int
    at: str
    who: str
    address: str
    what: What
    area: str
    about: str
    hash: str

    def expected(self, before: str) -> str:
        """The hash it has to have after a line with the hash `before`."""
        return hashlib.sha256(json.dumps([before, *astuple(self)[:-1]], ensure_ascii=False).encode()).hexdigest()


def add(data: Path, what: What, area: str = "", about: str = "", person: Person | None = None) -> None:
    """Write one line about `person`, or about who acts now. Raises UserError when the store cannot be written to."""
    from cchc.access.database import changing

    person = person or acting()  # which may read the store, so not while it is being changed
    with changing(data) as connection:
        added(connection, person, what, area, about)


def once(data: Path, person: Person, what: What, area: str = "", about: str = "") -> None:
    """Write the same about a person, once a visit: who signs in with every tab, or asks again what was refused, is in
    it once."""
    since = (datetime.datetime.now() - datetime.timedelta(seconds=_VISIT)).isoformat(timespec="seconds")
    latest, _ = lines(data, what, person.id, most=_LATEST, area=area)
    if not any((line.who, line.about) == (person.id, about[:_LONGEST]) and line.at >= since for line in latest):
        add(data, what, area, about, person)


def added(connection: "Connection", person: Person, what: What, area: str = "", about: str = "") -> None:
    """The same about a person inside a transaction that changes something else too."""
    from sqlalchemy import insert, select

    from cchc.access.database import RECORD

    last = connection.execute(select(RECORD.c.number, RECORD.c.hash).order_by(RECORD.c.number.desc()).limit(1)).first()
    count, before = (last.number, last.hash) if last else (0, "")
    at = datetime.datetime.now().isoformat(timespec="seconds")
    # What is chained is what the store gives back.
    who, address, area, about = (each.replace("\x00", "") for each in (person.id, person.address, area, about))
    line = Line(count + 1, at, who, address, what, area, about[:_LONGEST], "")
    row = dict(zip(RECORD.c.keys(), (*astuple(line)[:-1], line.expected(before)), strict=True))
    connection.execute(insert(RECORD), row)


def lines(data: Path, what: str = "", who: str = "", most: int = 500, area: str = "") -> tuple[list[Line], int]:
    """The newest lines, of one kind, by people whose id holds `who` and about one area where asked, and how many such
    there are."""
    from sqlalchemy import func, select

    from cchc.access.database import RECORD, reading

    asked = [RECORD.c.what == what] if what else []
    asked += [RECORD.c.area == area] if area else []
    part = who.lower().replace("\x00", "")
    asked += [func.lower(RECORD.c.who).contains(part, autoescape=True)] if part else []
    with reading(data) as connection:
        if connection is None:
            return [], 0
        count = connection.execute(select(func.count()).select_from(RECORD).where(*asked)).scalar_one()
        rows = connection.execute(select(RECORD).where(*asked).order_by(RECORD.c.number.desc()).limit(most))
        return [Line(*row) for row in rows], count


def as_csv(data: Path, area: str = "") -> str:
    """Every line, or those about one area, as CSV, oldest first, with hashes; no cell starts a formula."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(each.name for each in fields(Line))
    for line in _every(data):
        if area in ("", line.area):
            writer.writerow(harmless(each) if isinstance(each, str) else each for each in astuple(line))
    return out.getvalue()


def broken(data: Path) -> list[Text]:
    """Where the chain is broken: the first line that was changed, added out of turn, or follows one that is gone."""
    before = ""
    for count, line in enumerate(_every(data), start=1):
        if line.number != count or line.hash != line.expected(before):
            vi, en = number(count, "vi"), number(count, "en")
            return [
                Text(
                    f"Nhật ký bị sửa hoặc mất dòng ở dòng {vi}; đối chiếu với bản sao lưu.",
                    f"The record was changed, or a line is gone, at line {en}; compare it with a backup.",
                )
            ]
        before = line.hash
    return []


def _every(data: Path) -> Iterator[Line]:
    from sqlalchemy import select

    from cchc.access.database import RECORD, reading

    with reading(data) as connection:
        if connection is not None:
            for row in connection.execute(select(RECORD).order_by(RECORD.c.number)):
                yield Line(*row)
