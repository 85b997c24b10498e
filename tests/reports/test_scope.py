"""What a paper is about is on the paper: days, territory, dossiers, office, what asks for it, its supplements."""

import dataclasses
import datetime
import io
from itertools import pairwise
from pathlib import Path
from typing import Any

import docx
import openpyxl
import pytest
from docx.document import Document

from cchc import reports
from cchc.figures.periods import Period
from cchc.reports import alerts, scope
from cchc.reports.paper import Paper, annex_name
from cchc.rules.boundaries import Boundaries
from cchc.store.snapshots import Snapshot
from tests import building
from tests.reports.asking import asked, document, texts, varied
from tests.reports.test_decree30 import yellow

pytestmark = pytest.mark.slow

MONTHLY, THURSDAY, FRIDAY = "bao-cao-thang", "bao-cao-thu-nam", "bao-cao-thu-sau"
PAPERS = [kind.id for kind in reports.KINDS.values() if kind.ending == "docx"]


@pytest.fixture
def snapshot(tmp_path: Path) -> Snapshot:
    return building.publish(tmp_path / "data", varied())


def body(found: Document) -> list[str]:
    return [each.text.replace("\u00a0", " ") for each in found.paragraphs if each.text]


@pytest.mark.parametrize(
    ("start", "end", "chosen", "title"),
    [
        ("2024-03-01", "2024-03-31", {}, "tháng 3 năm 2024 trên địa bàn huyện Trà Cú"),
        (
            "2024-02-15", "2024-03-14", {},
            "tháng 3 năm 2024 (từ ngày 15/02/2024 đến ngày 14/3/2024) trên địa bàn huyện Trà Cú",
        ),
        ("2024-03-04", "2024-03-20", {}, "từ ngày 04/3/2024 đến ngày 20/3/2024 trên địa bàn huyện Trà Cú"),
        (
            "2024-05-01", "2024-06-30", {},
            "từ ngày 01/5/2024 đến ngày 31/5/2024 trên địa bàn huyện Trà Cú",
        ),
        (
            "2024-04-01", "2024-06-30", {},
            "quý II năm 2024 (từ ngày 01/4/2024 đến ngày 31/5/2024) trên địa bàn huyện Trà Cú",
        ),
        ("2024-03-01", "2024-03-31", {"units": ("A",)}, "tháng 3 năm 2024 trên địa bàn xã Đại An"),
        (
            "2024-03-01", "2024-03-31", {"units": ("D",)},
            "tháng 3 năm 2024 tại Bộ phận Một cửa huyện Trà Cú",
        ),
        (
            "2024-03-01", "2024-03-31", {"units": ("A", "B")},
            "tháng 3 năm 2024 tại 02 đơn vị (xã Đại An và xã An Quảng Hữu) trên địa bàn huyện Trà Cú",
        ),
        (
            "2024-03-01", "2024-03-31", {"levels": ("commune",)},
            "tháng 3 năm 2024 tại các đơn vị cấp xã trên địa bàn huyện Trà Cú",
        ),
        (
            "2024-03-01", "2024-03-31", {"channels": ("online",), "weekdays": (5,)},
            "tháng 3 năm 2024 trên địa bàn huyện Trà Cú (hồ sơ nộp trực tuyến, tiếp nhận vào thứ Sáu)",
        ),
    ],
)  # fmt: skip
def test_title_and_first_sentence_say_days_place_and_dossiers(
    snapshot: Snapshot, start: str, end: str, chosen: dict[str, Any], title: str
) -> None:
    said = body(document(MONTHLY, asked(snapshot, start, end, **chosen)))
    assert said[1] == f"Tình hình, kết quả thực hiện công tác cải cách thủ tục hành chính {title}"
    [opening] = [text for text in said if "báo cáo kết quả thực hiện" in text]
    assert opening.endswith(f"báo cáo kết quả thực hiện {title} như sau:")
    place = title.rsplit(" năm 2024 ", maxsplit=1)[-1].split(" (", maxsplit=1)[0]
    if chosen.get("units") == ("A",):
        assert f"tiếp nhận {place}: " in " ".join(said)


def test_a_paper_on_one_commune_is_that_communes(snapshot: Snapshot) -> None:
    question = asked(snapshot, "2024-03-01", "2024-03-31", units=("A",))
    found = document(MONTHLY, question)
    everything = texts(found)
    for line in (
        "ỦY BAN NHÂN DÂN", "XÃ ĐẠI AN", "Đại An, ngày … tháng … năm …", "Kính gửi: UBND huyện Trà Cú", "CHỦ TỊCH",
        "- Như trên;", "TM. ỦY BAN NHÂN DÂN",
    ):  # fmt: skip
        assert line in everything
    assert "huyện Trà Cú" not in " ".join(everything).replace("UBND huyện Trà Cú", "").split("Số liệu:")[0]
    # No supplement compares units: the only one lists the commune's own late dossiers.
    supplements = [after for text, after in pairwise(everything) if text.startswith("Phụ lục")]
    assert supplements == ["DANH SÁCH HỒ SƠ QUÁ HẠN, LÝ DO VÀ THƯ XIN LỖI"]
    name = reports.find(MONTHLY).file_name(question)
    assert name == "bao-cao-thang-tra-cu-xa-dai-an-2024-03-01-2024-03-31.docx"
    whole = reports.find(MONTHLY).file_name(asked(snapshot, "2024-03-01", "2024-03-31"))
    assert whole == "bao-cao-thang-tra-cu-2024-03-01-2024-03-31.docx"


@pytest.mark.parametrize(
    ("name", "place", "office"),
    [
        ("Xã Đại An", "Đại An", "UBND xã Đại An"),
        ("Thị trấn Trà Cú", "Trà Cú", "UBND thị trấn Trà Cú"),
        ("Phường 1", "1", "UBND Phường 1"),
    ],
)
def test_the_office_of_a_commune(snapshot: Snapshot, name: str, place: str, office: str) -> None:
    unit = dataclasses.replace(snapshot.references.units["A"], name=name)
    head = scope.letterhead_of(unit, asked(snapshot, "2024-03-01", "2024-03-31").letterhead(MONTHLY))
    assert (head.place, head.name, head.issuer[1]) == (place, office, name.upper())


@pytest.mark.parametrize(
    ("first", "last", "covered", "said"),
    [
        ("2023-06-01", "2023-06-30", "2023-06-30", "tháng 6 năm 2023"),
        ("2023-11-15", "2023-12-14", "2023-12-14", "tháng 12 năm 2023 (từ ngày 15/11/2023 đến ngày 14/12/2023)"),
        ("2023-07-01", "2023-07-31", "2023-07-10", "tháng 7 năm 2023 (từ ngày 01/07/2023 đến ngày 10/07/2023)"),
        ("2023-07-03", "2023-07-20", "2023-07-10", "từ ngày 03/07/2023 đến ngày 10/07/2023"),
    ],
)
def test_a_period_says_its_days_where_its_name_does_not(first: str, last: str, covered: str, said: str) -> None:
    start, end, until = map(datetime.date.fromisoformat, (first, last, covered))
    assert scope.named_days(Period(start, end), Period(start, until)) == said


# --- Every kind of paper ---


@pytest.fixture(scope="module")
def made(demo_data: Path) -> dict[str, Paper]:
    """Every kind of paper, of a demo area that has it."""
    found = {}
    for kind in PAPERS:
        shown = building.current(demo_data, "tra-cu" if kind == THURSDAY else "thanh-ha")
        paper = reports.find(kind).prepare(asked(shown, shown.as_of.replace(day=1), shown.as_of))
        assert isinstance(paper, Paper)
        found[kind] = paper
    return found


@pytest.mark.parametrize("kind", PAPERS)
def test_every_supplement_is_pointed_to_in_the_text(made: dict[str, Paper], kind: str) -> None:
    paper = made[kind]
    said = " ".join(map(str, paper.body))
    for place in range(len(paper.annexes)):
        assert annex_name(place, len(paper.annexes)) in said


@pytest.mark.parametrize("kind", PAPERS)
def test_every_title_says_when_and_where(made: dict[str, Paper], kind: str) -> None:
    assert "trên địa bàn huyện" in made[kind].subject
    assert "năm 2023" in made[kind].subject or "/2023" in made[kind].subject


@pytest.mark.parametrize("kind", PAPERS)
def test_what_asks_for_a_paper_is_that_of_the_area_or_a_place_to_fill(made: dict[str, Paper], kind: str) -> None:
    paper = made[kind]
    said = " ".join(map(str, paper.body))
    assert all(each in said for each in paper.head.basis)
    assert ("… (căn cứ lập báo cáo)" in said) == (not paper.head.basis)


def test_any_kind_of_paper_may_have_a_basis(snapshot: Snapshot) -> None:
    own = snapshot.folder.parents[2] / "reference" / snapshot.dataset
    own.mkdir(parents=True, exist_ok=True)
    (own / "reports.toml").write_text(
        '[paper]\nname = "UBND huyện"\nbasis = ["Thực hiện Quyết định số 1", "Căn cứ Kế hoạch số 2"]\n'
    )
    said = body(document(MONTHLY, asked(snapshot, "2024-03-01", "2024-03-31")))
    place = said.index("Thực hiện Quyết định số 1;")
    assert said[place + 1] == "Căn cứ Kế hoạch số 2;"
    assert said[place + 2].startswith("UBND huyện báo cáo")


def test_an_area_that_declares_no_office_has_yellow_places_for_it(snapshot: Snapshot) -> None:
    own = snapshot.folder.parents[2] / "reference" / snapshot.dataset
    own.mkdir(parents=True, exist_ok=True)
    (own / "reports.toml").write_text("")
    question = asked(snapshot, "2024-03-01", "2024-03-31")
    paper = reports.find(MONTHLY).prepare(question)
    assert isinstance(paper, Paper)
    marked = yellow(document(MONTHLY, question))
    assert len(marked) == len(paper.blanks)
    assert marked.count("…") >= 4  # issuer, place, addressee, the office in the first sentence


def test_a_model_of_filing_online_speaks_of_nothing_due_or_kept(made: dict[str, Paper]) -> None:
    paper = made[THURSDAY]
    everything = " ".join(
        str(part)
        for block in (*paper.body, *(block for annex in paper.annexes for block in annex.blocks))
        for part in ([*block.heads] if hasattr(block, "heads") else [block])
    )
    for word in ("cam kết", "đến hạn", "phải trả"):
        assert word not in everything.lower()
    assert "Nộp trực tiếp, bưu chính" in everything
    assert "kể cả thời gian trước khi thực hiện mô hình" in everything


def head_of(name: str, content: bytes) -> str:
    """What stands at the head of a paper: title and first sentences, the cells above a table, a line."""
    stream = io.BytesIO(content)
    if name.endswith(".docx"):
        found = [each.text for each in docx.Document(stream).paragraphs][:10]
    elif name.endswith(".xlsx"):
        rows = openpyxl.load_workbook(stream).worksheets[0].iter_rows(max_row=6, values_only=True)
        found = [str(cell) for row in rows for cell in row if cell]
    else:
        found = content.decode("utf-8-sig").splitlines()[1:2]
    return "\n".join(found).replace("\u00a0", " ")


@pytest.mark.parametrize(("seen_by", "said"), [("then", False), ("now", True)])
def test_every_paper_says_at_its_head_that_units_are_those_of_today(
    tmp_path: Path, seen_by: Boundaries, said: bool
) -> None:
    found = building.publish_merged(tmp_path / "data").under(seen_by)
    days = ("2024-04-01", "2024-04-30")
    question = asked(found, *days, boundaries=seen_by)
    kinds = [kind for kind in reports.KINDS.values() if not kind.each_day]
    papers = {f"{kind.id}.{kind.ending}": reports.to_file(kind.prepare(question)) for kind in kinds}
    crossings = alerts.since(question, None)
    assert crossings
    for ending in alerts.ENDINGS:
        papers[f"alerts{ending}"] = alerts.to_file(question, None, crossings, ending, "vi")
    assert {name for name in papers if ("theo đơn vị hiện nay" in head_of(name, papers[name])) is not said} == set()
