"""Builders: an area of many units with long and hostile names, two meetings of it, and what is handed out at them."""

import io
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
from pptx import Presentation

from cchc.entered import meetings
from cchc.entered.meetings import Commitment, Meeting
from cchc.findings import agenda
from cchc.findings.agenda import Brief
from cchc.reports import pack
from cchc.text import Language
from tests import building
from tests.building import DATASET, dossier, numbered

# Hostile as an export can be, but for what the references themselves refuse.
HOSTILE = ("=cmd|' /C calc'!A0", "<script>alert(1)</script> & Xã &amp; “Đại”", "@SUM(1+1)*cmd|' /C calc'!A0")
LONG = "Bộ phận Tiếp nhận và Trả kết quả của Ủy ban nhân dân xã Nguyễn Văn Thành Nghĩa Hưng số"
NOTES = "\n".join(("Kết luận của chủ trì: các đơn vị rà soát hồ sơ quá hạn.", *HOSTILE, "Một ý rất dài. " * 60))
APRIL, MAY = "start=2024-04-01&end=2024-04-30", "start=2024-05-01&end=2024-05-31"


def units(count: int) -> dict[str, str]:
    """Names by id: three hostile ones, every fifth a long one."""
    names = {f"{n}": f"Xã Đông Hưng {n}" if n % 5 else f"{LONG} {n}" for n in range(1, count + 1)}
    return names | {f"{n}": name for n, name in enumerate(HOSTILE, start=1)}


def publish(data: Path, count: int) -> Path:
    """Dossiers of April and May 2024 in `count` units: some worse, some better, some as before, one with few."""
    rows = [dossier(unit="1", received_at="2024-03-04", due_at="2024-03-11", finished_at="2024-03-05")]
    for n in range(1, count + 1):
        for month, late in ((4, n * 3 % 7), (5, n * 3 % 11 if n % 4 else 0)):
            received, due, early, after = (date(2024, month, day) for day in (3, 10, 9, 12))
            for place in range(60 if n != 4 else 5):
                finished = after if place < late * 2 else early
                rows.append(dossier(unit=f"{n}", received_at=received, due_at=due, finished_at=finished))
    lines = "".join(f'{unit},"{name}",commune,D\n' for unit, name in units(count).items())
    listed = f"unit,name,level,parent\nD,Bộ phận Một cửa huyện Trà Cú,district,\n{lines}"
    targets = "metric,level,unit,value,source\non_time_rate,,,0.95,Kế hoạch của tỉnh\n"
    folder = building.reference_folder(data.parent / f"{data.name}-references", units=listed, targets=targets)
    snapshot = building.publish(data, numbered(rows), date(2024, 5, 31), folder)
    first = hold(data, snapshot.id, "Họp tháng 5", date(2024, 5, 10), APRIL)
    for n in range(1, 9):
        promise(data, first, f"{n}", n)
    second = hold(data, snapshot.id, HOSTILE[0], date(2024, 6, 10), MAY, NOTES)
    for n in range(1, 7):
        promise(data, second, f"{n}", n)
    return data


def hold(data: Path, snapshot: str, title: str, day: date, question: str, notes: str = "") -> Meeting:
    charts = tuple(agenda.CHARTS)
    return meetings.save(data, Meeting(DATASET, title, day, snapshot, question, "on_time_rate", charts, notes))


def promise(data: Path, meeting: Meeting, unit: str, place: int) -> Commitment:
    """Of several metrics, in few words and in many; the last is of a unit that is in no list."""
    metric, target = (("on_time_rate", 0.98), ("open_overdue", 3), ("mean_days", 2.5))[place % 3]
    what = "Trả đúng hẹn" if place % 2 else f"{HOSTILE[0]} " + "Rà soát toàn bộ hồ sơ quá hạn, báo cáo hằng tuần. " * 4
    about = {"subject": unit if place != 6 else "không còn", "metric": metric, "target": target, "who": HOSTILE[1]}
    return meetings.save(data, Commitment(meeting.id, what=what, due=date(2024, 7, 31 - place), **about))


def brief(data: Path, meeting: int) -> Brief:
    """What the page would show of a meeting."""
    return agenda.brief(data, meetings.get(data, meeting), building.run_of)


def slides(found: Brief, language: Language = "vi") -> Any:
    return Presentation(io.BytesIO(pack.write("pptx", found, language)))


def workbook(found: Brief, language: Language = "vi") -> Any:
    return openpyxl.load_workbook(io.BytesIO(pack.write("xlsx", found, language)))
