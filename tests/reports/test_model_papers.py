"""The reports on weekly models: the figures their districts published, counts found slowly, and no unfounded praise."""

import datetime
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from cchc import reports
from cchc.entered import office
from cchc.figures import query
from cchc.figures.periods import Period
from cchc.findings import evaluation
from cchc.reports import paragraphs
from cchc.reports.paper import Paper
from cchc.reports.phrases import written
from cchc.store.snapshots import Snapshot
from cchc.text import UserError, number, percent
from tests import building, slow
from tests.building import Dossier, dossier, numbered
from tests.models_2026 import table
from tests.reports.asking import HOSTILE, asked, document, rows, texts

pytestmark = pytest.mark.slow

THURSDAY, FRIDAY = "bao-cao-thu-nam", "bao-cao-thu-sau"


def friday_world() -> list[Dossier]:
    """Fridays of D, A and B around the start of the small area's model: kept, broken, after the cut-off, unlisted."""
    found = []
    for week in range(12):
        day = date(2024, 1, 5) + pd.Timedelta(weeks=week).to_pytimedelta()
        end = day if week % 3 else day + pd.Timedelta(days=4).to_pytimedelta()
        for unit in ("A", "B"):
            found += [
                dossier(unit=unit, received_at=day, due_at=day, finished_at=end),
                dossier(unit=unit, received_at=building.at(day, "16:00"), finished_at=building.at(day, "16:30")),
                dossier(unit=unit, received_at=day, procedure="title", finished_at=end),
            ]
        found.append(dossier(unit="D", received_at=day, procedure="title", finished_at=day))
    return numbered(found)


@pytest.fixture
def snapshot(tmp_path: Path) -> Snapshot:
    return building.publish(tmp_path / "data", friday_world())


# --- What the districts published ---


def test_the_thursday_report_says_what_the_district_reported(tra_cu: Snapshot) -> None:
    """Báo cáo 03/BC-TCT ngày 12/7/2023, where its figures can be true."""
    found = document(THURSDAY, asked(tra_cu, "2023-06-01", "2023-07-10"))
    said = " ".join(texts(found))
    for text in (
        "a) Năm 2022:", "90.461 hồ sơ", "8.253 hồ sơ",
        "trước hạn đạt 37,14%, đúng hạn đạt 62,71%, quá hạn chiếm 0,15%",
        "82.208 hồ sơ", "8.204/90.461 hồ sơ", "b) Quý I năm 2023:", "15.482 hồ sơ", "2.138/15.482 hồ sơ, chiếm 13,81%",
        "c) 05 tháng đầu năm 2023:", "42.282 hồ sơ", "10.157/42.282 hồ sơ, chiếm 24,02%", "4.061 hồ sơ",
        "tiếp nhận 171 hồ sơ", "tiếp nhận 3.890 hồ sơ", "3.175/4.061 hồ sơ, chiếm 78,18%",
        "cấp huyện 05 lĩnh vực", "cấp xã 07 lĩnh vực",
    ):  # fmt: skip
        assert text in said
    assert rows(found, "Quý II/2023") == [
        ["1", "Bộ phận Một cửa huyện Trà Cú", "97", "19", "78", "+59"],
        ["2", "Thị trấn Trà Cú", "35", "2", "33", "+31"],
        ["3", "Xã An Quảng Hữu", "274", "1", "273", "+272"],
        ["4", "Xã Lưu Nghiệp Anh", "747", "3", "744", "+741"],
        ["5", "Xã Ngọc Biên", "383", "8", "375", "+367"],
        ["6", "Xã Tân Hiệp", "122", "1", "121", "+120"],
        ["", "Tổng cộng", "1.658", "34", "1.624", "+1.590"],
    ]
    [table] = [each for each in found.tables if "Trong đó" in [cell.text for cell in each.rows[0].cells]]
    heads = [[cell.text for cell in row.cells] for row in table.rows[:2]]
    # As in the document; a cell over several stands in the place of each.
    assert heads[0][2:5] == ["Tổng số hồ sơ trực tuyến", "Trong đó", "Trong đó"]
    assert heads[1][2:5] == ["Tổng số hồ sơ trực tuyến", "Quý I/2023", "Quý II/2023"]
    assert [row._tr.xpath("./w:trPr/w:tblHeader") != [] for row in table.rows[:3]] == [True, True, False]


def test_the_friday_report_says_what_the_district_reported(thanh_ha: Snapshot) -> None:
    found = document(FRIDAY, asked(thanh_ha, "2023-09-29", "2023-12-31"))
    said = " ".join(texts(found))
    for text in (
        "2.192 hồ sơ thuộc danh mục", "cấp huyện 14 TTHC thuộc 04 lĩnh vực", "cấp xã 21 TTHC thuộc 02 lĩnh vực",
        "sau 15 giờ 30 được trả kết quả trước 9 giờ", "25/9/2023", "Ngày bắt đầu 29/9/2023 theo: ",
    ):  # fmt: skip
        assert text in said
    assert rows(found, "Phải trả theo cam kết")[-1][2] == "2.192"


def test_a_quarter_the_data_does_not_end_is_set_against_as_many_days_of_the_one_before(tmp_path: Path) -> None:
    days = [date(2023, 9, 25) + datetime.timedelta(days=n) for n in range(148)]
    online = [dossier(unit=unit, received_at=day, due_at=day, finished_at=day, channel="online")
              for n, day in enumerate(days) for unit in ("D", "A")[: 1 + n % 2]]  # fmt: skip
    as_of = days[-1]
    assert as_of == date(2024, 2, 19)
    shown = building.publish(tmp_path / "data", numbered(online), as_of=as_of)
    found = document(THURSDAY, asked(shown, "2024-02-01", "2024-02-29"))
    heads = ("Quý IV/2023 (01/10–19/11)", "Quý I/2024 (01/01–19/02)")
    table = {row[1]: row[2:] for row in rows(found, *heads)}
    frame = pd.DataFrame(online)
    received = frame["received_at"].dt.date
    for unit, name in shown.references.units.items():
        if unit in ("D", "A"):
            mine = received[frame["unit"] == unit]
            first, second = (
                int(((mine >= date(*start)) & (mine <= date(*end))).sum())
                for start, end in (((2023, 10, 1), (2023, 11, 19)), ((2024, 1, 1), (2024, 2, 19)))
            )
            change = f"{second - first:+}" if second != first else "0"
            assert table[name.name] == [str(first + second), str(first), str(second), change]
    said = " ".join(texts(found))
    assert "từ ngày 01/01/2024 đến ngày 19/02/2024, so với cùng số ngày đầu của quý trước (từ ngày 01/10/2023" in said


def test_a_month_of_which_the_report_counts_some_days_only_says_which(snapshot: Snapshot) -> None:
    found = document(FRIDAY, asked(snapshot, "2024-01-10", "2024-03-15"))
    months = [row[1] for row in rows(found, "Tháng")]
    assert months == ["Tháng 1/2024 (10/01–31/01)", "Tháng 2/2024", "Tháng 3/2024 (01/03–15/03)", "Tổng cộng"]


@pytest.mark.parametrize("kind", [THURSDAY, FRIDAY])
def test_the_verdict_is_that_of_the_models_page(tra_cu: Snapshot, thanh_ha: Snapshot, kind: str) -> None:
    shown = {THURSDAY: tra_cu, FRIDAY: thanh_ha}[kind]
    question = asked(shown, shown.as_of.replace(day=1), shown.as_of)
    [model] = shown.references.models
    anytime = question.filters.over(Period(shown.start, shown.as_of))
    page = evaluation.evaluate(question.run, shown, anytime, model)
    assert isinstance(page, evaluation.Evaluation)
    said = " ".join(texts(document(kind, question)))
    assert written(page.verdict.vi[1:]) in said
    assert written(page.shift.sentence.vi) in said
    # Intervals stand once, in the supplement: nothing of them is in the text that is signed.
    made = reports.find(kind).prepare(question)
    assert isinstance(made, Paper)
    body = " ".join(map(str, made.body))
    assert "Đánh giá tác động" in body
    assert "khoảng tin cậy" not in body
    assert said.count(written(page.verdict.vi[1:])) == 1


def test_the_supplement_holds_the_figures_of_the_screen(tra_cu: Snapshot) -> None:
    question = asked(tra_cu, "2023-06-01", "2023-06-30")
    units = tra_cu.references.units
    found = query.run(
        tra_cu,
        ["received", "online", "online_rate", "resolved", "early", "on_day", "withdrawn", "late", "on_time_rate"],
        replace(question.filters, units=tra_cu.references.models[0].units),
        by=["unit"],
    )
    expected = {
        units[row["unit"]].name: [
            *(number(row[name], "vi") for name in ("received", "online")), written(percent(row["online_rate"], "vi")),
            *(number(row[name], "vi") for name in ("resolved", "early")),
            number(row["on_day"] + row["withdrawn"], "vi"),
            number(row["late"], "vi"), written(percent(row["on_time_rate"], "vi")),
        ]
        for row in found.to_dict("records")
    }  # fmt: skip
    printed = rows(document(THURSDAY, question), "Tỷ lệ trực tuyến")
    assert {row[1]: row[2:-1] for row in printed[:-1]} == expected
    assert [row[0] for row in printed] == ["1", "2", "3", "4", "5", "6", ""]


# --- Counted slowly ---


@pytest.mark.parametrize(
    ("start", "end"), [("2024-01-05", "2024-05-31"), ("2024-02-01", "2024-02-29"), ("2023-01-01", "2024-02-10")]
)
def test_promises_are_those_of_the_models_days_in_the_period(snapshot: Snapshot, start: str, end: str) -> None:
    question = asked(snapshot, start, end)
    from_start = replace(question.filters, start=max(question.filters.start, date(2024, 1, 5)))
    counted = slow.run(friday_world(), snapshot.references, snapshot.as_of, from_start, ["unit"])
    names = snapshot.references.units
    expected = {
        names[unit].name: [str(int(each[name] or 0)) for name in ("model_received", "model_due", "model_kept")]
        for (unit,), each in counted.items() if unit in "DAB"
    }  # fmt: skip
    printed = rows(document(FRIDAY, question), "Đơn vị", "Phải trả theo cam kết")
    assert {row[1]: row[2:5] for row in printed[:-1]} == expected
    assert [int(each) for each in printed[-1][2:5]] == [sum(int(row[n]) for row in expected.values()) for n in range(3)]


# --- Judgements stand on figures ---


def row(top: int, bottom: int) -> pd.Series:
    parts = {"on_time_rate_n": top, "on_time_rate_d": bottom, "undated_n": 0, "undated_d": bottom}
    return pd.Series({"on_time_rate": top / bottom} | parts)


def test_a_change_is_praised_or_blamed_only_when_it_is_one() -> None:
    clear, unclear = (
        paragraphs.change("on_time_rate", row(800, 1000), row(990, 1000), 1),
        paragraphs.change("on_time_rate", row(24, 30), row(27, 30), 0),
    )
    assert clear is not None
    assert unclear is not None
    assert (clear.clear, clear.better) == (True, True)
    assert not unclear.clear
    assert str(clear) == "tỷ lệ trước và đúng hạn tăng 19,00 điểm %, từ 80,00% lên 99,00%"
    fall = paragraphs.change("on_time_rate", row(990, 1000), row(800, 1000), -1)
    assert fall is not None
    assert (fall.clear, fall.better) == (True, False)
    assert paragraphs.change("on_time_rate", row(8, 10), row(990, 1000), 1) is None
    # What is really higher than usual, and still lower than the period before, is neither praised nor blamed.
    mixed = paragraphs.change("on_time_rate", row(990, 1000), row(980, 1000), 1)
    assert mixed is not None
    assert not mixed.clear


def test_without_late_dossiers_nothing_is_said_of_them(tmp_path: Path) -> None:
    on_time = [each | {"finished_at": each["received_at"]} for each in friday_world()]
    shown = building.publish(tmp_path / "data", on_time)
    limits = " ".join(section(document(FRIDAY, asked(shown, "2024-01-05", "2024-03-31")), "* Hạn chế:", "4."))
    assert "quá hạn" not in limits
    assert "chưa thực hiện đúng cam kết" not in limits
    assert "… (hạn chế khác và nguyên nhân)" in limits


def test_broken_promises_are_named_with_the_units_that_broke_most(snapshot: Snapshot) -> None:
    found = document(FRIDAY, asked(snapshot, "2024-01-05", "2024-03-31"))
    limits = section(found, "* Hạn chế:", "4.")
    broken = rows(found, "Không đúng cam kết")[-1][5]
    [said] = [each for each in limits if "cam kết" in each]
    assert said.startswith(f"- {broken} hồ sơ thuộc danh mục tiếp nhận vào thứ Sáu chưa thực hiện đúng cam kết")
    assert "nhiều nhất ở xã Đại An (4)" in said


def section(found: Any, first: str, last: str) -> list[str]:
    """The paragraphs from one heading to the next that begins so."""
    said = texts(found)
    start = next(place for place, text in enumerate(said) if text.startswith(first))
    end = next(place for place, text in enumerate(said) if place > start and text.startswith(last))
    return said[start + 1 : end]


def test_rates_over_few_dossiers_are_marked_and_not_judged(snapshot: Snapshot) -> None:
    found = document(FRIDAY, asked(snapshot, "2024-01-05", "2024-01-31"))
    assert all(cells[-1].endswith("*") for cells in rows(found, "Tỷ lệ đúng cam kết"))
    assert any("dưới 20 hồ sơ" in text for text in texts(found))


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        (THURSDAY, {"khó khăn, hạn chế khác và nguyên nhân", "đề xuất, kiến nghị", "phương hướng, nhiệm vụ"}),
        (FRIDAY, {"hạn chế khác và nguyên nhân", "phương hướng, nhiệm vụ"}),
    ],
)
def test_what_no_record_knows_is_left_to_people(tmp_path: Path, kind: str, expected: set[str]) -> None:
    thursday = dossier(unit="A", received_at="2024-03-07")
    shown = building.publish(tmp_path / "data", numbered([thursday, *friday_world()]))
    made = reports.find(kind).prepare(asked(shown, "2024-02-01", "2024-05-31"))
    assert isinstance(made, Paper)
    assert expected <= {blank.what for blank in made.blanks}


def test_every_model_of_an_area_has_one_paper_with_what_people_wrote_into_that_one(tmp_path: Path) -> None:
    saturday = table("Thứ Bảy vì dân", 'weekday = 6\nstart = 2024-01-06\npromise = "open"\n', "thu-bay")
    tuesday = table(
        "Thứ Ba trực tuyến", 'weekday = 2\nstart = 2024-01-02\npromise = "online"\noutcome = "online_rate"\n', "thu-ba"
    )
    models = building._FILES["service_models.toml"].replace("{{", "{").replace("}}", "}") + saturday + tuesday
    references = building.reference_folder(tmp_path / "area", service_models=models)
    days = [dossier(unit="A", received_at=f"2024-03-{day:02}") for day in (2, 5, 7, 9)]
    data = tmp_path / "data"
    shown = building.publish(data, numbered([*days, *friday_world()]), references=references)
    question = asked(shown, "2024-03-01", "2024-03-31", data=data)
    papers = {id_: kind for id_, kind in reports.kinds(shown).items() if kind.parts and id_ != "bao-cao-thang"}
    assert list(papers) == [FRIDAY, THURSDAY, "mo-hinh-thu-bay", "mo-hinh-thu-ba"]
    made = {id_: kind.prepare(question) for id_, kind in papers.items()}
    subjects = [paper.subject for paper in made.values() if isinstance(paper, Paper)]
    for model in shown.references.models:
        assert sum(f"“{model.name.vi}”" in subject for subject in subjects) == 1
    period = question.filters.period
    part = papers["mo-hinh-thu-bay"].parts[0].id
    office.keep_narrative(data, shown.dataset, "mo-hinh-thu-bay", "", period, {part: ("Trực sáng.",)},
                          office.seen_narrative(data, shown.dataset, period))  # fmt: skip
    again = asked(shown, "2024-03-01", "2024-03-31", data=data)  # what was written is read once a question
    said = {id_: "- Trực sáng." in texts(document(id_, again)) for id_ in papers}
    assert said == {id_: id_ == "mo-hinh-thu-bay" for id_ in papers}


# --- What cannot be reported ---


@pytest.mark.parametrize(
    ("kind", "start", "chosen", "said"),
    [
        (FRIDAY, "2023-12-01", {}, "bắt đầu ngày 05/01/2024"),
        (THURSDAY, "2024-03-01", {"units": ("B",)}, "không tham gia"),
        (FRIDAY, "2030-01-01", {}, "nằm ngoài số liệu"),
    ],
)
def test_what_cannot_be_reported_is_one_sentence(tmp_path: Path, kind, start, chosen, said) -> None:
    early = [dossier(unit="A", received_at="2023-12-05"), *friday_world()]
    shown = building.publish_whole(tmp_path / "data", numbered(early))
    day = date.fromisoformat(start)
    with pytest.raises(UserError) as error:
        reports.find(kind).prepare(asked(shown, day, day.replace(day=31), **chosen))
    assert said in error.value.text.vi
    assert all(error.value.text[language] for language in ("vi", "en"))


@pytest.mark.parametrize("kind", [THURSDAY, FRIDAY])
def test_an_area_without_such_a_model_says_so(tmp_path: Path, kind: str) -> None:
    references = building.reference_folder(tmp_path / "area", service_models="")
    shown = building.publish(tmp_path / "data", friday_world(), references=references)
    with pytest.raises(UserError) as error:
        reports.find(kind).prepare(asked(shown, "2024-03-01", "2024-03-31"))
    assert "không có mô hình loại này" in error.value.text.vi


def test_hostile_names_are_text_everywhere(tmp_path: Path) -> None:
    name = HOSTILE[1]
    units = f'unit,name,level,parent\nD,"{HOSTILE[0]}",district,\nA,"{name}",commune,D\nB,Xã B,commune,D\n'
    models = (
        building._FILES["service_models.toml"]
        .replace("Ngày thứ Sáu không chờ", "<w:p>Ngày & thứ Sáu")
        .replace("{{", "{")
        .replace("}}", "}")
    )
    references = building.reference_folder(tmp_path / "area", units=units, service_models=models)
    shown = building.publish(tmp_path / "data", friday_world(), references=references)
    said = texts(document(FRIDAY, asked(shown, "2024-01-05", "2024-05-31")))
    assert name in said
    assert HOSTILE[0] in said
    assert any("“<w:p>Ngày & thứ Sáu”" in text for text in said)
