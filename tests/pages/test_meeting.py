"""The page of meetings: what is frozen stays, what is promised is measured, and two who write see each other."""

import io
import re
import shutil
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import docx
import pytest
from streamlit.testing.v1 import AppTest

from cchc import disk
from cchc.__main__ import main
from cchc.entered import meetings
from cchc.entered.meetings import Commitment, Meeting
from cchc.findings import agenda
from cchc.reports import pack
from cchc.store import snapshots
from cchc.store.snapshots import Snapshot
from cchc.text import LANGUAGES, Language
from tests import building, wording
from tests.building import DATASET, dossier, numbered
from tests.pages import test_pages
from tests.pages.reading import question
from tests.pages.test_pages import Open, drawn, texts
from tests.reports import asking

pytestmark = pytest.mark.slow

open_page = test_pages.open_page
MAY, JUNE = "start=2024-05-01&end=2024-05-31", {"start": "2024-06-01", "end": "2024-06-30"}
EVIL = "<b>*Họp*</b> [x](http://x) :red[x] $x$ =1+1"


def resolved(unit: str, month: int, late: int, count: int = 60) -> list[building.Dossier]:
    """`count` dossiers of a unit resolved in a month of 2024, `late` of them late."""
    received, due, early, after = (date(2024, month, day) for day in (3, 10, 9, 12))
    about = {"unit": unit, "received_at": received, "due_at": due}
    return [dossier(**about, finished_at=after if n < late else early) for n in range(count)]


ROWS = [row for month in (3, 4, 5) for unit in "ABD" for row in resolved(unit, month, 9 if unit == "A" else month % 2)]


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Figures up to May and up to June; a meeting of each, the first with two commitments and notes."""
    data = tmp_path_factory.mktemp("meetings")
    may = building.publish(data, numbered(ROWS), date(2024, 5, 31))
    june = building.publish(data, numbered([*ROWS, *resolved("A", 6, 0), *resolved("B", 6, 20)]), date(2024, 6, 30))
    first = hold(data, may, notes="Dòng một\nDòng hai", title="Họp tháng 6")
    promise(data, first)
    promise(data, first, subject="B", what="Giữ vững", due=date(2024, 6, 30))
    hold(data, june, held_on=date(2024, 7, 9), question="start=2024-06-01&end=2024-06-30", title=EVIL, notes=EVIL)
    return data


@pytest.fixture
def data(published: Path, tmp_path: Path) -> Path:
    """A copy of it, to write to."""
    return shutil.copytree(published, tmp_path / "copy")


def hold(data: Path, snapshot: Snapshot, **given: Any) -> Meeting:
    about = {"title": "Họp", "held_on": date(2024, 6, 10), "question": MAY, "metric": "on_time_rate"}
    known = {"dataset": snapshot.dataset, "snapshot": snapshot.id, "charts": tuple(agenda.CHARTS)}
    return meetings.save(data, Meeting(**{**about, **known, **given}))


def promise(data: Path, meeting: Meeting, **given: Any) -> Commitment:
    about = {"subject": "A", "what": "Trả đúng hẹn", "metric": "on_time_rate", "target": 0.98, "who": "UBND xã"}
    return meetings.save(data, Commitment(**{"meeting": meeting.id, "due": date(2024, 8, 31), **about, **given}))


def shown(app: AppTest) -> str:
    """What the page says; files to download are kept under numbers of their own."""
    said = (text for text in texts(drawn(app)) if not re.fullmatch("[0-9a-f]{32}", text))
    return " ".join(" ".join(said).replace("\\", "").split())


def sound(app: AppTest) -> AppTest:
    """The wall, which must have drawn itself without a bug."""
    assert [each.value for each in (*app.exception, *app.error)] == []
    return app


def heading(app: AppTest) -> str:
    """The title of a screen on the wall."""
    [found] = [each.value for each in sound(app).get("html") if each.value.startswith("<h1")]
    return found


def press(app: AppTest, label: str) -> AppTest:
    """The page after a click on the button with that label."""
    [button] = [each for each in app.button if each.label == label]
    return drawn(button.click().run())


# --- The list, and a new meeting ---


def test_the_list_says_what_was_promised_last_and_what_came_of_it(open_page: Open, published: Path) -> None:
    said = shown(open_page("hop", published))
    assert "2 cam kết: 1 không đạt; 1 đạt" in said
    for text in ("85,00 %", "51 / 60, tháng 5/2024", "100,00 %", "60 / 60, tháng 6/2024", "✓ đạt"):
        assert text in said
    assert "Họp tháng 6" in said


@pytest.mark.parametrize("about", [{}, {"meeting": "1"}], ids=["list", "meeting"])
def test_a_promise_with_nothing_to_measure_since_is_shown_beside_the_others(
    open_page: Open, tmp_path: Path, about: dict[str, str]
) -> None:
    meeting = hold(tmp_path, building.publish(tmp_path, numbered(ROWS), date(2024, 5, 31)))
    for metric in meetings.MEASURES:
        promise(tmp_path, meeting, metric=metric, target=0.5, what=f"Làm tốt {metric}")
    building.publish(tmp_path, numbered([*ROWS, *resolved("B", 7, 0)]), date(2024, 7, 31))
    said = shown(open_page("hop", tmp_path, dataset=DATASET, **about))
    assert all(f"Làm tốt {metric}" in said for metric in meetings.MEASURES)


def test_a_meeting_is_made_from_what_is_shown(open_page: Open, data: Path) -> None:
    app = drawn(open_page("hop", data, dataset=DATASET, unit=["A", "B"], level="commune", **JUNE))
    app.text_input[0].set_value("Họp bất thường")
    app = press(app, "Tạo cuộc họp")
    [made] = [each for each in meetings.held(data, DATASET) if each.title == "Họp bất thường"]
    assert question(app) == "Họp bất thường"
    assert app.query_params["meeting"] == str(made.id)
    snapshot, asked = agenda.thaw(data, made)
    assert (snapshot.id, made.held_on) == (snapshots.current_id(data, DATASET), date.today())
    assert (asked.units, asked.levels) == (("A", "B"), ("commune",))
    assert (asked.start, asked.end) == (date(2024, 6, 1), date(2024, 6, 30))


def test_without_a_title_nothing_is_made(open_page: Open, data: Path) -> None:
    app = drawn(open_page("hop", data))
    app.text_input[0].set_value("  ")
    [button] = [each for each in app.button if each.label == "Tạo cuộc họp"]
    app = button.click().run()
    assert "còn trống" in app.error[0].value
    assert len(meetings.held(data, DATASET)) == 2


def test_before_the_first_meeting_the_page_says_what_it_is_for(open_page: Open, tmp_path: Path) -> None:
    building.publish(tmp_path / "data", numbered(ROWS))
    said = shown(open_page("hop", tmp_path / "data"))
    assert "Chưa có cuộc họp nào" in said
    assert not (tmp_path / "data" / "meetings").exists()


# --- One meeting ---


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_meeting_shows_the_figures_of_its_day_under_any_link(
    open_page: Open, published: Path, language: Language
) -> None:
    """Its own snapshot and filters, whatever else the link says; and the address then says so too."""
    said = shown(open_page("hop", published, meeting="1", lang=language))
    strange = open_page("hop", published, meeting="1", unit="D", start="2024-03-01", end="2024-03-31", lang=language)
    assert shown(strange) == said
    assert strange.query_params["snapshot"] == meetings.get(published, 1).snapshot
    assert "unit" not in strange.query_params
    assert {"vi": "1 đơn vị cần lưu ý", "en": "1 to be discussed first"}[language] in said


@pytest.mark.parametrize("meeting", ["99", "abc", "-1", "9" * 30, "²", "1; drop table meeting"])
def test_a_meeting_that_does_not_exist_is_said(open_page: Open, published: Path, meeting: str) -> None:
    app = drawn(open_page("hop", published, meeting=meeting))
    assert len(app.warning) == 1
    assert "Lần trước" in question(app)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    "where", [{"meeting": "1"}, {"meeting": "2"}, *({"meeting": "2", "screen": f"{n}"} for n in range(1, 13))], ids=str
)
def test_a_meeting_speaks_one_language(open_page: Open, published: Path, where, language: Language) -> None:
    said = texts(sound(open_page("hop", published, lang=language, **where)))
    known = snapshots.current(published, DATASET).references
    ours = {EVIL, "Trả đúng hẹn", "Giữ vững", "Họp tháng 6", "UBND xã", "Dòng một", "Dòng hai"}
    left = wording.left_over(said, language, [known])
    assert {text for text in left if not any(written in text for written in ours) and "Họp" not in text} == set()


def test_what_people_wrote_is_text(open_page: Open, published: Path) -> None:
    app = drawn(open_page("hop", published, meeting="2"))
    assert question(app) == EVIL
    for element in [*app.caption, *app.markdown]:
        assert not re.search(r"(?<!\\)(<b>|\*Họp|:red\[|\$x)", element.value)
    for screen in range(1, 13):
        for element in open_page("hop", published, meeting="2", screen=str(screen)).get("html"):
            assert "<b>*" not in element.value


def test_a_snapshot_that_is_gone_is_said_and_what_was_written_stays(open_page: Open, data: Path) -> None:
    gone = meetings.get(data, 1).snapshot
    disk.remove(data / "snapshots" / DATASET / gone)
    app = drawn(open_page("hop", data, meeting="1"))
    said = shown(app)
    assert f"Bản số liệu {gone} của cuộc họp này không còn" in said
    assert "Trả đúng hẹn" in said
    assert app.text_area[0].value == "Dòng một\nDòng hai"
    assert "85,00 %" not in said
    assert "không còn nguyên vẹn" in shown(open_page("hop", data))
    assert "Mọi cuộc họp" in said, "there is a way back"
    assert "Trình chiếu" not in said
    assert gone in shown(open_page("hop", data, meeting="1", screen="3"))


def test_an_old_meeting_looks_the_same_after_ten_imports(open_page: Open, data: Path) -> None:
    """All of it but the commitments by today's figures, which the last imports changed."""
    before = figures_of(open_page("hop", data, meeting="1"))
    for day in range(1, 11):
        rows = [*ROWS, *resolved("A", 6, day), *resolved("A", 5, 30 + day)]
        building.publish(data, numbered(rows), date(2024, 6, 20 + day))
    assert len(snapshots.published(data, DATASET)) == 12
    assert figures_of(open_page("hop", data, meeting="1")) == before
    now = shown(open_page("tong-quan", data, start="2024-05-01", end="2024-05-31"))
    assert "51 trên 60" not in now


def test_a_meeting_keeps_its_figures_when_upgrades_publish_them_again(
    open_page: Open, data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Twice, and its snapshot was not the current one; a backup of before names the snapshot as it was."""
    before = figures_of(open_page("hop", data, meeting="1"))
    monkeypatch.setenv("CCHC_DATA", str(data))
    with monkeypatch.context() as earlier:
        earlier.setattr(snapshots, "LAYOUT_VERSION", 0)
        old = building.publish(data, numbered(ROWS), date(2024, 5, 31))
        building.publish(data, numbered([*ROWS, *resolved("A", 6, 9)]), date(2024, 6, 20))
    meetings.save(data, replace(meetings.get(data, 1), snapshot=old.id))
    assert main(["backup", "--out", str(tmp_path / "out")]) == 0
    for version in (snapshots.LAYOUT_VERSION, snapshots.LAYOUT_VERSION + 1):
        monkeypatch.setattr(snapshots, "LAYOUT_VERSION", version)
        assert main(["rebuild"]) == 0
        assert figures_of(open_page("hop", data, meeting="1")) == before
    assert main(["restore", str(tmp_path / "out")]) == 0
    assert figures_of(open_page("hop", data, meeting="1")) == before


def figures_of(app: AppTest) -> str:
    """What a meeting shows of its day: all down to the agenda's table."""
    said = shown(app)
    return said[said.index("Họp tháng 6") : said.index("Kết luận, ghi chú")]


# --- Writing ---


def test_notes_are_stored_and_come_back(open_page: Open, data: Path) -> None:
    app = drawn(open_page("hop", data, meeting="1"))
    app.text_area[0].set_value("Kết luận\r\nmới")
    app = press(app, "Lưu ghi chú")
    assert [each.value.replace("\\", "") for each in app.toast] == ["Đã lưu ghi chú."]  # wherever the page stands
    assert meetings.get(data, 1).notes == "Kết luận\nmới"
    assert app.text_area[0].value == "Kết luận\nmới"
    assert drawn(open_page("hop", data, meeting="1")).text_area[0].value == "Kết luận\nmới"


def theirs(data: Path, **changed: Any) -> None:
    meetings.save(data, replace(meetings.get(data, 1), **changed))


@pytest.mark.parametrize(("chosen", "kept"), [("Lưu bản của tôi", "Của tôi"), ("Lấy bản của họ", "Của họ")])
def test_two_who_take_notes_see_both_texts_and_choose(open_page: Open, data: Path, chosen: str, kept: str) -> None:
    app = drawn(open_page("hop", data, meeting="1"))
    theirs(data, notes="Của họ")
    app.text_area[0].set_value("Của tôi")
    [save] = [each for each in app.button if each.label == "Lưu ghi chú"]
    app = save.click().run()
    assert "chưa được ghi" in app.error[0].value
    assert meetings.get(data, 1).notes == "Của họ"
    assert app.text_area[0].value == "Của tôi"
    assert app.code[0].value == "Của họ"
    app = press(app, chosen)
    assert meetings.get(data, 1).notes == app.text_area[0].value == kept


def test_notes_nobody_typed_into_are_simply_the_newest(open_page: Open, data: Path) -> None:
    app = drawn(open_page("hop", data, meeting="1"))
    theirs(data, notes="Của họ")
    assert drawn(app.run()).text_area[0].value == "Của họ"
    app.text_area[0].set_value("Của tôi")
    theirs(data, title="Tên khác")
    assert press(app.run(), "Lưu ghi chú").text_area[0].value == "Của tôi"
    assert meetings.get(data, 1).notes == "Của tôi"
    assert meetings.get(data, 1).title == "Tên khác"


def fill(app: AppTest, **typed: str) -> AppTest:
    for name, value in typed.items():
        [field] = [each for each in app.text_input if each.key.startswith(f"{name}-")]
        field.set_value(value)
    return app


def test_a_commitment_may_be_about_a_procedure_or_the_whole_area(open_page: Open, data: Path) -> None:
    def chosen(app: AppTest, start: str, value: str) -> AppTest:
        [control] = [each for each in app.selectbox if each.key.startswith(start)]
        return drawn(control.set_value(value).run(timeout=60))

    app = chosen(drawn(open_page("hop", data, meeting="2")), "about-", "procedure")
    app = chosen(app, "procedure-", "birth")
    app = press(fill(app, what="Rút ngắn thời gian", who="Phòng Tư pháp"), "Lưu cam kết")
    app = chosen(app, "about-", "area")
    press(fill(app, what="Không để quá hạn", who="UBND huyện"), "Lưu cam kết")
    made = meetings.commitments(data, [meetings.get(data, 2)])
    assert {(each.about, each.subject, each.what) for each in made} >= {
        ("procedure", "birth", "Rút ngắn thời gian"), ("area", "", "Không để quá hạn"),
    }  # fmt: skip
    said = shown(open_page("hop", data, meeting="2"))
    assert "Đăng ký khai sinh" in said
    assert "Toàn địa bàn" in said


def test_a_commitment_is_added_with_the_figure_it_starts_from(open_page: Open, data: Path) -> None:
    app = drawn(open_page("hop", data, meeting="2"))
    [unit] = [each for each in app.selectbox if each.key.startswith("unit-")]
    assert unit.value == "B", "who is to be discussed first stands first"
    assert "Hiện là 66,67 %, 40 / 60" in shown(app)
    app = press(fill(app, what="Trả đúng hẹn", who="UBND xã An Quảng Hữu"), "Lưu cam kết")
    [made] = meetings.commitments(data, [meetings.get(data, 2)])
    assert (made.subject, made.what, made.metric, made.target) == ("B", "Trả đúng hẹn", "on_time_rate", 0.98)
    assert "Trả đúng hẹn" in shown(app)


NAMED = {"what": "x", "who": "Ông Ba"}


@pytest.mark.parametrize(("typed", "said"), [({"what": "", "who": "UBND"}, "còn trống"), (NAMED, "tên người")])
def test_a_commitment_that_cannot_be_stored_says_why(open_page: Open, data: Path, typed, said: str) -> None:
    app = fill(drawn(open_page("hop", data, meeting="2")), **typed)
    [save] = [each for each in app.button if each.label == "Lưu cam kết"]
    assert said in save.click().run().error[0].value
    assert meetings.commitments(data, [meetings.get(data, 2)]) == []


def opened(app: AppTest, promised: Commitment) -> AppTest:
    """The page with this commitment in its form, as after a click on its row."""
    app.session_state["commitment-edited"] = (promised, f"{promised.id}-{promised.version}")
    return drawn(app.run())


def test_a_change_to_a_commitment_somebody_else_changed_is_told_and_nothing_typed_is_lost(
    open_page: Open, data: Path
) -> None:
    promised = meetings.commitments(data, [meetings.get(data, 1)])[1]
    app = fill(opened(open_page("hop", data, meeting="1"), promised), what="Của tôi")
    changed = meetings.save(data, replace(promised, what="Của họ"))
    [save] = [each for each in app.button if each.label == "Lưu cam kết"]
    app = save.click().run()
    assert "chưa được ghi" in app.error[0].value
    assert changed in meetings.commitments(data, [meetings.get(data, 1)])
    [field] = [each for each in app.text_input if each.key.startswith("what-")]
    assert field.value == "Của tôi"
    app = press(app, "Lưu cam kết")
    assert {each.what for each in meetings.commitments(data, [meetings.get(data, 1)])} == {"Của tôi", "Giữ vững"}


def test_reminders_are_written_answered_counted_and_seen_at_the_next_meeting(open_page: Open, data: Path) -> None:
    promised = meetings.commitments(data, [meetings.get(data, 1)])[0]
    app = opened(open_page("hop", data, meeting="1"), promised)
    [sent] = [each for each in app.date_input if each.key.startswith("sent-")]
    sent.set_value(meetings.get(data, 1).held_on + timedelta(days=1))
    app = press(fill(app, how="Công văn 12/VP <b>"), "Lưu đôn đốc")
    assert "chưa trả lời" in shown(app)
    [kept] = meetings.reminders(data, [promised])[promised.id]
    app = opened(open_page("hop", data, meeting="1"), promised)
    [which] = [each for each in app.selectbox if each.key.startswith("reminder-")]
    app = press(fill(drawn(which.set_value(kept.id).run()), answer="Xong tuần sau"), "Lưu đôn đốc")
    [kept] = meetings.reminders(data, [promised])[promised.id]
    assert (kept.how, kept.answer) == ("Công văn 12/VP <b>", "Xong tuần sau")
    # At the next meeting, on the page and in its minutes, but not in a meeting before it was sent.
    second, held = meetings.get(data, 2), meetings.get(data, 1).held_on
    for day, there in ((held + timedelta(days=30), True), (held, False)):
        second = meetings.save(data, replace(second, held_on=day))
        said = shown(open_page("hop", data, meeting="2"))
        minutes = " ".join(asking.texts(docx.Document(io.BytesIO(pack.write("docx", brief_of(data, 2), "vi")))))
        for text in (said, minutes):
            assert ("trả lời: Xong tuần sau" in text) == there
        assert ("; đã đôn đốc 1 lần" in minutes) == there


def brief_of(data: Path, meeting: int) -> agenda.Brief:
    return agenda.brief(data, meetings.get(data, meeting), building.run_of)


def test_a_commitment_is_removed_and_then_the_meeting_can_be(open_page: Open, data: Path) -> None:
    app = drawn(open_page("hop", data, meeting="1"))
    [remove] = [each for each in app.button if each.label == "Xóa cuộc họp"]
    assert "còn cam kết" in remove.click().run().error[0].value
    for promised in meetings.commitments(data, [meetings.get(data, 1)]):
        app = press(opened(app, promised), "Xóa")
    app = press(app, "Xóa cuộc họp")
    assert meetings.get(data, 1) is None
    assert "Lần trước" in question(app)


def test_a_unit_that_a_merger_removed_is_named_by_its_meeting_and_said(open_page: Open, data: Path) -> None:
    promised = meetings.commitments(data, [meetings.get(data, 1)])[1]
    known = snapshots.get(data, DATASET, meetings.get(data, 1).snapshot).references
    lines = "".join(f'{u.id},"{u.name}",{u.level},{u.parent or ""}\n' for u in known.units.values() if u.id != "A")
    merged = building.reference_folder(data / "merged", units=f"unit,name,level,parent\n{lines}", targets="")
    rows = [*(row for row in ROWS if row["unit"] != "A"), *resolved("B", 6, 0)]
    building.publish(data, numbered(rows), date(2024, 6, 30), merged)
    said = shown(open_page("hop", data))
    assert promised.subject == "A"
    assert "Đơn vị này không còn trong danh mục." in said
    assert "Xã Đại An" in shown(open_page("hop", data, meeting="1"))


@pytest.mark.parametrize("ending", ["pptx", "xlsx", "docx"])
def test_every_file_can_be_asked_for(open_page: Open, published: Path, ending: str) -> None:
    keys = [each.key for each in drawn(open_page("hop", published, meeting="2")).get("download_button")]
    assert f"pack-{ending}" in " ".join(map(str, keys))


# --- The wall ---


def test_the_wall_shows_one_part_a_screen_and_ends_where_it_ends(open_page: Open, published: Path) -> None:
    titles = [heading(open_page("hop", published, meeting="2", screen=str(screen))) for screen in range(1, 14)]
    assert titles[-1] == titles[-2], "beyond the last screen is the last"
    assert len(set(titles)) >= 8
    assert any("2 cam kết" in title for title in titles)


@pytest.mark.parametrize("screen", ["0", "-3", "abc", "99999999", "²"])
def test_a_screen_that_does_not_exist_is_the_nearest(open_page: Open, published: Path, screen: str) -> None:
    assert heading(open_page("hop", published, meeting="1", screen=screen))
