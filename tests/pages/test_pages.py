"""Every page draws itself for every dataset, in both languages, from any link."""

import html
import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import numpy as np
import pytest
from google.protobuf.message import Message
from streamlit.runtime.context import ContextProxy
from streamlit.testing.v1 import AppTest
from streamlit.util import calc_hash

import pages
from cchc.config import ROOT
from cchc.entered import sheets
from cchc.figures import query
from cchc.figures.metrics import GROUPS, METRICS
from cchc.findings import due_soon
from cchc.findings.evaluation.answers import HEADS
from cchc.schema import CHANNELS, LEVELS
from cchc.store import snapshots
from cchc.text import LANGUAGES, Language, collation_key, number
from cchc.ui.table import PARTS
from tests import building, wording
from tests.building import dossier, numbered
from tests.findings import test_sources, test_trends
from tests.pages.reading import answer, captions, headings, question

pytestmark = pytest.mark.slow

SLUGS = [page.slug for page in pages.PAGES]
DATASETS = ("tra-cu", "thanh-ha", "my-hao")
Open = Callable[..., AppTest]
# An official paper is in Vietnamese whatever the reader's language.
MARKUP = re.compile(r'<style>.*?</style>|<article [^>]*lang="vi">.*?</article>|<[^>]+>', re.DOTALL)


@pytest.fixture
def open_page(monkeypatch: pytest.MonkeyPatch) -> Open:
    """`open_page(slug, data, **parameters)` is dashboard.py after one run, with that page as the one of the link."""

    def visit(slug: str, data: Path, **parameters: str | list[str]) -> AppTest:
        # A test cannot enter an address: the page asked for becomes the one without a slug.
        ordered = sorted(pages.PAGES, key=lambda page: page.slug != slug)
        monkeypatch.setattr(pages, "PAGES", tuple(ordered))
        monkeypatch.setenv("CCHC_DATA", str(data))
        app = AppTest.from_file(str(ROOT / "dashboard.py"), default_timeout=120)
        if slug not in SLUGS:  # the page of a model: what a click in the menu sends
            app._page_hash = calc_hash(slug)
        for name, value in parameters.items():
            app.query_params[name] = value
        return app.run()

    return visit


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with a few real dossiers of three units."""
    data = tmp_path_factory.mktemp("small")
    rows = [
        dossier(unit="A", received_at="2024-04-02", due_at="2024-04-05", finished_at="2024-04-09"),
        dossier(unit="A", received_at="2024-05-02", due_at="2024-05-06", finished_at="2024-05-03", channel="online"),
        dossier(unit="B", received_at="2024-05-03", due_at="2024-05-06"),
        dossier(unit="D", received_at="2024-05-31", procedure="title"),
    ]
    building.publish(data, numbered(rows))
    return data


@pytest.fixture(scope="module")
def merged(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder of an area where two communes became one and a third was split, with dossiers before and after."""
    data = tmp_path_factory.mktemp("merged")
    building.publish_merged(data)
    return data


def drawn(app: AppTest) -> AppTest:
    """The page, which must have drawn itself without a bug and without an error sentence, in JSON a browser reads."""
    assert [each.value for each in app.exception] == []
    assert [each.value for each in app.error] == []
    assert answer(app)
    for each in walk(app._tree):
        if each.type == "bidi_component":
            strictly(component_data(each.proto))
        elif each.type == "plotly_chart":
            strictly(each.proto.spec)
    return app


# --- Every page ---


@pytest.mark.slow
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("dataset", DATASETS)
def test_every_page_draws_itself(open_page: Open, demo_data: Path, dataset: str, language: Language) -> None:
    for slug in SLUGS:
        app = drawn(open_page(slug, demo_data, dataset=dataset, lang=language))
        assert [each.value for each in app.warning] == []


@pytest.mark.parametrize(
    ("boundaries", "units", "language"),
    [("then", [], "en"), ("then", ["A", "M"], "vi"), ("now", [], "vi"), ("now", ["A", "N~O"], "en")],
)
def test_every_page_draws_itself_by_the_units_of_each_day_and_by_those_of_today(
    open_page: Open, merged: Path, boundaries: str, units: list[str], language: Language
) -> None:
    link = {"unit": units, "boundaries": boundaries, "lang": language, "start": "2024-02-01", "end": "2024-04-30"}
    for slug in (*SLUGS, "thu-sau"):
        app = drawn(open_page(slug, merged, **link))
        assert [each.value for each in app.warning] == []


def test_figures_by_units_of_today_name_today_only_and_keep_the_link(open_page: Open, merged: Path) -> None:
    link = {"boundaries": "now", "unit": "A", "start": "2024-02-01", "end": "2024-02-29", "lang": "vi"}
    app = drawn(open_page("tuan-thu", merged, **link))
    said = " ".join(texts(app))
    assert all(each in said for each in ("Xã Mới", "gộp từ 2 đơn vị cũ"))
    assert "Xã A" not in said
    assert app.query_params["boundaries"] == "now"


@pytest.mark.parametrize("slug", SLUGS)
@pytest.mark.parametrize(
    "parameters",
    [
        pytest.param({}, marks=pytest.mark.check), {"unit": "A"}, {"unit": ["A", "B"], "channel": "online"},
        {"unit": "C"}, {"level": "district"},
        {"start": "2024-05-02", "end": "2024-05-02"}, {"start": "2024-05-15", "end": "2024-06-14"},
        {"start": "2030-01-01", "end": "2030-12-31"}, {"start": "1900-01-01", "end": "2200-12-31"},
        {"start": "2010-01-01", "end": "2010-01-31"}, {"weekday": "7"}, {"field": "land", "procedure": "birth"},
    ],
    ids=lambda parameters: " ".join(f"{name}={value}" for name, value in parameters.items()) or "all",
)  # fmt: skip
def test_a_page_draws_itself_whatever_is_chosen(open_page: Open, small: Path, slug: str, parameters) -> None:
    """One unit, one day, nothing at all, years without data: no bug, no nan, no error."""
    app = drawn(open_page(slug, small, dataset="tra-cu", **parameters))
    shown = " ".join(texts(app))
    assert not re.search(r"\bnan\b|\bNaT\b|\bNone\b|\binf\b", shown)


@pytest.mark.parametrize("slug", ["xu-huong", "tra-cuu"])
def test_what_a_link_asks_to_compare_and_is_not_shown_is_said(open_page: Open, demo_data: Path, slug: str) -> None:
    """Six places have lines; what is no place of the area, and the seventh, do not vanish in silence."""
    snapshot = snapshots.current(demo_data, "tra-cu")
    assert snapshot is not None
    units = sorted(snapshot.references.units)[:8]
    strange = "<b>99999</b>"
    said = " ".join(texts(drawn(open_page(slug, demo_data, dataset="tra-cu", beside=[*units, strange]))))
    said = said.replace("\\", "").replace("\u00a0", " ")
    assert "Khu vực này không có đơn vị hay nhóm nào mang mã: " in said
    assert "99999" in said
    assert "So sánh được nhiều nhất 6 nơi; chưa hiện: " in said
    quiet = " ".join(texts(drawn(open_page(slug, demo_data, dataset="tra-cu", beside=units[:6]))))
    quiet = quiet.replace("\\", "").replace("\u00a0", " ")
    assert "So sánh được nhiều nhất" not in quiet
    assert "Khu vực này không có" not in quiet


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_rate_by_due_date_and_satisfaction_stand_wherever_figures_do(
    open_page: Open, demo_data: Path, language: Language
) -> None:
    """On cards, beside the official rate with the reason why it differs, in the definitions and in look-ups."""
    due, satisfaction = (METRICS[name].label[language] for name in ("due_on_time_rate", "satisfaction_rate"))
    cards, compliance = (texts(drawn(open_page(slug, demo_data, lang=language))) for slug in ("tong-quan", "tuan-thu"))
    assert {due, satisfaction} <= set(cards)
    assert due in compliance
    assert any({"vi": "tỷ lệ chính thức là", "en": "the official rate is"}[language] in text for text in compliance)
    for slug, chosen in (("dinh-nghia", []), ("tra-cuu", ["due_on_time_rate", "satisfaction_rate"])):
        assert {due, satisfaction} <= set(texts(drawn(open_page(slug, demo_data, lang=language, metric=chosen))))


def test_definitions_stand_by_subject_with_rates_first_as_lists_of_figures_do(open_page: Open, demo_data: Path) -> None:
    said = texts(drawn(open_page("dinh-nghia", demo_data)))
    wanted = [name for _, names in GROUPS.values() for name in names]
    assert [text for text in said if text in wanted] == wanted
    assert {subject.vi for subject, _ in GROUPS.values()} <= set(said)


def test_the_link_of_missed_dossiers_opens_exactly_those(open_page: Open, demo_data: Path) -> None:
    month = {"dataset": "my-hao", "start": "2024-11-01", "end": "2024-11-30"}
    snapshot = building.current(demo_data, "my-hao")
    asked = building.filters(snapshot, month["start"], month["end"])
    missed = number(query.run(snapshot, ["due_missed"], asked)["due_missed"].iloc[0], "vi")
    assert any(
        f"Xem {missed} hồ sơ đến hạn mà trễ" in text for text in texts(open_page("tuan-thu", demo_data, **month))
    )
    listed = drawn(open_page("ho-so", demo_data, metric="due_missed", **month))
    assert answer(listed) == f"Đến hạn mà trễ hạn: {missed} hồ sơ."


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_list_of_what_is_due_soon_opens_exactly_those_nearest_first(
    open_page: Open, demo_data: Path, language: Language
) -> None:
    """Whatever period the overview shows: the list is that of the data date."""
    snapshot = building.current(demo_data, "tra-cu")
    today = snapshot.as_of.isoformat()
    asked = building.filters(snapshot, today, today)
    count = int(query.run(snapshot, ["due_soon"], asked)["due_soon"].iloc[0])
    overview = texts(drawn(open_page("tong-quan", demo_data, dataset="tra-cu", lang=language)))
    said = {"vi": f"Xem {count} hồ sơ, hạn gần nhất trước", "en": f"See the {count} dossiers, nearest due date first"}
    assert any(said[language] in text for text in overview)
    assert any(f" {count} " in text and snapshot.as_of.strftime("%d/%m/%Y") in text for text in overview)
    link = {"dataset": "tra-cu", "lang": language, "metric": "due_soon", "start": today, "end": today}
    opened = drawn(open_page("ho-so", demo_data, **link))
    sent = [told(each.proto) for each in opened.get("bidi_component") if each.proto.bytes]
    [listed] = [each for each in sent if len(each.get("rows", [])) > 1]
    wanted = query.records(snapshot, asked, "due_soon", sort="due_at").rows["dossier_id"]
    assert [row["cells"][0]["text"] for row in listed["rows"]] == list(wanted)
    assert due_soon.USUAL[language] in [column["label"] for column in listed["columns"]]


@pytest.mark.parametrize(("by", "heading"), [("", "Lĩnh vực"), ("procedure", "Thủ tục"), ("nonsense", "Lĩnh vực")])
def test_deadlines_are_split_as_the_link_says(open_page: Open, small: Path, by: str, heading: str) -> None:
    app = drawn(open_page("tuan-thu", small, dataset="tra-cu", **({"by": by} if by else {})))
    shown = texts(app)
    other = {"Lĩnh vực": "Thủ tục", "Thủ tục": "Lĩnh vực"}[heading]
    # The filters and the choice name both, the head of the table only the one it is split by.
    assert shown.count(heading) > shown.count(other)


@pytest.mark.parametrize("slug", SLUGS)
def test_a_page_draws_120_units(open_page: Open, tmp_path: Path, slug: str) -> None:
    units = "unit,name,level,parent\nD,Bộ phận Một cửa,district,\n"
    units += "".join(f"{n},Xã {n},commune,D\n" for n in range(120))
    references = building.reference_folder(tmp_path / "references", units=units, service_models="", targets="")
    rows = [dossier(unit=f"{n}", due_at="2024-05-06", finished_at=f"2024-05-{n % 9 + 1:02}") for n in range(120)]
    building.publish(tmp_path / "data", numbered(rows), references=references)
    drawn(open_page(slug, tmp_path / "data"))


@pytest.mark.parametrize("slug", SLUGS)
def test_without_any_data_a_page_takes_the_first(open_page: Open, tmp_path: Path, slug: str) -> None:
    for language, title in (("vi", "Chưa có số liệu"), ("en", "There is no data yet")):
        app = open_page(slug, tmp_path / "nothing", lang=language)
        assert len(app.exception) == len(app.error) == 0
        assert answer(app).startswith(title)
        assert app.text_input(key="upload-dataset").value == ""
        assert "python \\-m cchc demo" in app.markdown[0].value
        assert not (tmp_path / "nothing").exists()


def test_real_data_comes_before_demo_data(open_page: Open, small: Path, own_demo_data: Path) -> None:
    references = building.reference_folder(own_demo_data / "reference" / "z-real", dataset="z-real")
    building.publish(own_demo_data, numbered([dossier()] * 100), references=references)
    app = drawn(open_page("tong-quan", own_demo_data))
    assert app.selectbox(key="dataset").value == "z-real"


# --- Service models ---

TUESDAY = """
[[model]]
id = "thu-ba"
name = {vi = "Ngày thứ Ba gần dân", en = "Open Tuesday"}
weekday = 2
promise = "online"
outcome = "online_rate"
start = 2024-03-05
source = "Kế hoạch"
units = ["A"]
[[model.listing]]
level = "commune"
fields = ["land"]
"""


def with_models(data: Path, models: str, dataset: str = "tra-cu") -> Path:
    """`data` with a small area that has these models."""
    folder = building.reference_folder(data / "reference" / dataset, dataset=dataset, service_models=models)
    rows = [dossier(unit=unit, received_at=f"2024-{m:02}-05") for unit in "ABC" for m in (1, 2, 3, 4, 5)]
    building.publish(data, numbered(rows), references=folder)
    return data


def menu(app: AppTest) -> list[str]:
    """The menu as it reads."""
    [links] = [each.value for each in app.sidebar.get("html") if each.value.startswith('<nav class="menu"')]
    return [html.unescape(label) for label in re.findall(r"</span>([^<]*)</a>", links)]


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_third_model_on_another_weekday_is_one_more_table_and_has_a_page(
    open_page: Open, tmp_path: Path, language: Language
) -> None:
    shipped = building.reference_folder(tmp_path / "shipped") / "service_models.toml"
    data = with_models(tmp_path / "data", shipped.read_text(encoding="utf-8") + TUESDAY)
    app = drawn(open_page("thu-ba", data, lang=language))
    name = {"vi": "Ngày thứ Ba gần dân", "en": "Open Tuesday"}[language]
    assert name in question(app)
    shown = [label.split(" ·")[0] for label in menu(app)[2:5]]
    assert shown == [model.name[language] for model in snapshots.current(data, "tra-cu").references.models]
    assert shown[2] == name


def test_every_model_is_in_the_menu_with_its_area_and_its_link_says_where_it_is(
    open_page: Open, demo_data: Path
) -> None:
    app = drawn(open_page("thu-sau", demo_data, dataset="tra-cu"))
    assert "Huyện Thanh Hà" in answer(app)
    every = ["Ngày thứ Năm chuyển đổi số · Huyện Trà Cú (Trà Vinh)",
             "Ngày thứ Sáu không chờ · Huyện Thanh Hà (Hải Dương)"]  # fmt: skip
    assert menu(app)[2:4] == every
    there = drawn(app.button(key="area-thanh-ha").click().run())
    assert there.query_params["dataset"] == "thanh-ha"
    assert menu(there)[2:4] == every[::-1]


@pytest.mark.slow
@pytest.mark.parametrize(("dataset", "model"), [("tra-cu", "thu-nam"), ("thanh-ha", "thu-sau")])
@pytest.mark.parametrize("key", ["procedure", "field", "unit", "level", "channel", "weekday"])
def test_the_page_of_a_model_draws_single_values_of_every_filter_from_the_busiest_to_those_without_dossiers(
    open_page: Open, demo_data: Path, dataset: str, model: str, key: str
) -> None:
    snapshot = snapshots.current(demo_data, dataset)
    known = snapshot.references
    values: Mapping[str, Iterable[str]] = {
        "procedure": known.procedures, "field": known.fields, "unit": known.units, "level": LEVELS,
        "channel": CHANNELS, "weekday": map(str, range(1, 8)),
    }  # fmt: skip
    whole = building.filters(snapshot, snapshot.start, snapshot.as_of)
    received = query.run(snapshot, ["received"], whole, by=[key]).set_index(key)["received"]
    busiest = list(map(str, received.sort_values(ascending=False).index))
    never = [value for value in values[key] if value not in busiest]
    # Neighbours are alike: seven at even distances, the least of all, and one that nobody ever asked for.
    for n, value in enumerate({*busiest[:: -(-len(busiest) // 7)], *busiest[-1:], *never[:1]}):
        drawn(open_page(model, demo_data, dataset=dataset, lang=LANGUAGES[n % 2], **{key: value}))


@pytest.mark.slow
@pytest.mark.parametrize(("dataset", "model"), [("tra-cu", "thu-nam"), ("thanh-ha", "thu-sau")])
def test_the_overview_says_of_a_model_what_its_page_says_and_leads_there(
    open_page: Open, demo_data: Path, dataset: str, model: str
) -> None:
    answered = drawn(open_page(model, demo_data, dataset=dataset))
    for seen_from in DATASETS:
        overview = drawn(open_page("tong-quan", demo_data, dataset=seen_from))
        [cards] = [each.value for each in overview.get("html") if 'class="models"' in each.value]
        [card] = [each for each in cards.split('<div class="card model">') if f'href="{model}?' in each]
        assert seen_from != dataset or f"{model}?" in card
        for claim in (answer(answered), answered.markdown[0].value):
            assert re.sub(r"\\(.)|\u2060", r"\1", claim) in html.unescape(card)


ROLL_OUTS = {
    "one tiny commune": ("D1",), "some": ("X01", "X02", "X03"), "all": tuple(f"X{n:02}" for n in range(1, 9)),
    "all but one": tuple(f"X{n:02}" for n in range(1, 8)), "the district alone": ("H",),
}  # fmt: skip


@pytest.mark.slow
@pytest.mark.parametrize("promise", ["online", "same_day"])
@pytest.mark.parametrize("weeks", [2, 26])
@pytest.mark.parametrize("staggered", [False, True])
def test_the_page_of_a_model_draws_whatever_its_roll_out_and_its_data(
    open_page: Open, tmp_path: Path, promise: str, weeks: int, staggered: bool
) -> None:
    # Three of five in turn: each roll-out meets either promise, either length and either kind of start.
    turn = 4 * (promise == "online") + 2 * (weeks == 2) + staggered
    for place, (name, units) in enumerate(ROLL_OUTS.items()):
        if (place + turn) % 5 > 2:
            continue
        data = generated(tmp_path / str(place), units, promise, weeks, staggered)
        for n, chosen in enumerate(({}, {"unit": "D1"} if place % 2 else {"procedure": "copy"})):
            app = open_page("thu-nam", data, lang=LANGUAGES[(n + place) % 2], **chosen)
            assert not app.exception, (name, chosen, app.exception)
            drawn(app)


def generated(data: Path, units: Sequence[str], promise: str, weeks: int, staggered: bool) -> Path:
    """Eight communes of one to twenty dossiers a week, a tiny one (`D1`) and their district, the model half way."""
    as_of, random = date(2024, 5, 31), np.random.default_rng(weeks)
    communes = [*(f"X{n:02}" for n in range(1, 9)), "D1"]
    start = as_of - timedelta(weeks=weeks // 2)
    later = [
        f'[[model.unit_start]]\nunit = "{unit}"\nstart = {start + timedelta(weeks=1 + n % 3)}\nsource = "Kế hoạch"\n'
        for n, unit in enumerate(units[1:])
    ]
    outcome = "online_rate" if promise == "online" else "same_day_rate"
    model = (
        f'[[model]]\nid = "thu-nam"\nname = {{vi = "Thứ Năm", en = "Thursday"}}\nweekday = 4\npromise = "{promise}"\n'
        f'outcome = "{outcome}"\nstart = {start}\nsource = "Kế hoạch"\nunits = {list(units)}\n'
        f'[[model.alternative]]\nstart = {start - timedelta(days=9)}\nsource = "Báo cáo"\n'
        + "".join(later if staggered else [])
        + "".join(f'[[model.listing]]\nlevel = "{level}"\nfields = ["civil"]\n' for level in ("district", "commune"))
    )
    table = "unit,name,level,parent\nH,Huyện,district,\n" + "".join(f"{id_},Xã {id_},commune,H\n" for id_ in communes)
    folder = building.reference_folder(
        data / "reference", units=table, service_models=model, targets="metric,level,unit,value,source\n"
    )
    rows = []
    for place, unit in enumerate([*communes, "H"]):
        for week in range(weeks):
            for _ in range(random.poisson(0.5 if unit == "D1" else 1 + 3 * place)):
                day = as_of - timedelta(days=int(random.integers(7)) + 7 * week)
                rows.append(
                    dossier(
                        unit=unit,
                        received_at=day,
                        procedure=str(random.choice(["birth", "marriage", "copy"])),
                        channel=str(random.choice(["online", "counter"])),
                        finished_at=min(day + timedelta(days=int(random.integers(3))), as_of),
                    )
                )
    building.publish(data, numbered(rows), references=folder)
    return data


def test_a_wrong_model_is_said_on_its_page_and_the_other_pages_go_on(open_page: Open, tmp_path: Path) -> None:
    data = with_models(tmp_path / "data", TUESDAY.replace('units = ["A"]', 'units = ["A", "Z"]') + MONDAY)
    said = answer(drawn(open_page("thu-ba", data)))
    assert re.search(r"service_models\.toml, .*model.* 1, dòng 2.* đơn vị Z", said)
    for slug in [*SLUGS, "thu-hai"]:
        app = drawn(open_page(slug, data))
        shown = [each.split(" ·")[0] for each in menu(app) if "Ngày thứ" in each]
        assert shown == ["Ngày thứ Hai", "Ngày thứ Ba gần dân"]
    assert any("dòng 2" in each.value for each in drawn(open_page("du-lieu", data)).info)


def test_a_file_of_models_that_cannot_be_read_is_said_on_the_page_of_a_model_of_another_area(
    open_page: Open, tmp_path: Path
) -> None:
    with_models(tmp_path / "data", TUESDAY)
    data = with_models(tmp_path / "data", TUESDAY.replace("promise =", "promise =="), "thanh-ha")
    said = answer(drawn(open_page("thu-ba", data, dataset="thanh-ha")))
    assert "dòng 6" in said
    assert "không thực hiện mô hình" not in said


@pytest.mark.slow
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    ("dataset", "slug", "parameters"),
    [
        ("tra-cu", "thu-nam", {}), ("tra-cu", "thu-nam", {"since": "2023-05-04"}), ("thanh-ha", "thu-sau", {}),
        ("thanh-ha", "thu-sau", {"since": "2023-10-06", "field": "ho-tich"}),
    ],
)  # fmt: skip
def test_a_model_page_answers_in_one_language(
    open_page: Open, demo_data: Path, dataset: str, slug: str, parameters: dict[str, str], language: Language
) -> None:
    app = drawn(open_page(slug, demo_data, dataset=dataset, lang=language, **parameters))
    assert [each.value for each in app.warning] == []
    assert any(head[language] in answer(app) for head in HEADS.values())
    known = [snapshots.current(demo_data, dataset).references for dataset in DATASETS]
    said = texts(app)
    assert len(said) > 60
    assert wording.left_over(said, language, known) == set()


@pytest.mark.parametrize("slug", ["thu-nam", "thu-sau"])
@pytest.mark.parametrize(
    "parameters",
    [
        {}, {"unit": "A"}, {"unit": "C"}, {"channel": "online"}, {"level": "district"}, {"weekday": "7"},
        {"field": "land", "procedure": "birth"}, {"start": "2030-01-01", "end": "2030-12-31"}, {"since": "1999-01-01"},
        {"since": "x"},
    ],
    ids=lambda parameters: " ".join(f"{name}={value}" for name, value in parameters.items()) or "all",
)  # fmt: skip
def test_a_model_page_says_so_where_the_data_is_too_thin(
    open_page: Open, tmp_path: Path, slug: str, parameters
) -> None:
    models = (building.reference_folder(tmp_path / "shipped") / "service_models.toml").read_text(encoding="utf-8")
    data = with_models(tmp_path / "data", models.replace("model_kept_rate", "same_day_rate"))
    app = drawn(open_page(slug, data, **parameters))
    shown = " ".join(texts(app))
    assert not re.search(r"\bnan\b|\bNaT\b|\bNone\b|\binf\b", shown)
    assert re.search(r"Chưa đủ dữ liệu|không có hồ sơ nào", shown)


def test_a_click_on_a_broken_promise_leads_to_its_dossiers(open_page: Open, demo_data: Path) -> None:
    app = drawn(open_page("thu-sau", demo_data, dataset="thanh-ha"))
    [link] = [each for each in anchors(app) if "metric=model_broken" in each]
    asked = dict(parse_qsl(urlsplit(link).query))
    listed = drawn(open_page("ho-so", demo_data, **asked))
    assert "Không giữ cam kết: 34 hồ sơ" in answer(listed)
    shown = " ".join(texts(listed))
    assert "Hẹn theo mô hình" in shown
    assert "Hẹn trả" not in shown


def test_procedures_nobody_used_are_counted_apart_from_the_entries_of_levels(open_page: Open, demo_data: Path) -> None:
    shown = texts(drawn(open_page("thu-nam", demo_data, dataset="tra-cu")))
    [said] = [each.replace("\\", "") for each in shown if "chưa cấp nào dùng" in each]
    count, named, rest = re.fullmatch(r"(\d+) thủ tục [^:]*: (.*); và (\d+) thủ tục khác\.", said).groups()
    assert int(count) == len(named.split("; ")) + int(rest)


def test_an_address_no_page_has_is_one_sentence(open_page: Open, small: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    address = "http://localhost:8501/cchc/thu-x"
    monkeypatch.setattr(ContextProxy, "url", property(lambda context: address))
    app = drawn(open_page("thu-x", small))
    assert question(app) == "Không có trang này"
    assert "thu-x" in answer(app)
    assert "thu-x" not in " ".join(menu(app))
    assert "Hồ sơ có được" in question(drawn(open_page("tong-quan", small)))


MONDAY = TUESDAY.replace("thu-ba", "thu-hai").replace("Ngày thứ Ba gần dân", "Ngày thứ Hai").replace("= 2\n", "= 1\n")


@pytest.mark.parametrize("id_", ["du-lieu", "overview", "model"])
def test_a_models_address_is_never_that_of_another_page_nor_the_stem_of_a_file(
    open_page: Open, tmp_path: Path, id_: str
) -> None:
    data = with_models(tmp_path / "data", TUESDAY.replace("thu-ba", id_))
    assert "gần dân" in question(drawn(open_page(f"mo-hinh-{id_}", data)))
    assert "gần dân" not in question(drawn(open_page("du-lieu", data)))


# --- Comparing units ---


def test_the_ranked_table_says_who_differs_and_how_sure_each_rate_is(open_page: Open, tmp_path: Path) -> None:
    """Unit 0 is late in half of its dossiers, 1 has ten dossiers only; the others are alike."""
    units = "unit,name,level,parent\n" + "".join(f"{n},Xã {n},commune,\n" for n in range(24))
    references = building.reference_folder(tmp_path / "references", units=units, service_models="", targets="")
    sizes = {0: (40, 80), 1: (10, 10)} | {n: (6 + n % 3, 120 + n) for n in range(2, 24)}
    rows = [
        dossier(unit=f"{unit}", due_at="2024-05-06", finished_at="2024-05-07" if n < late else "2024-05-03")
        for unit, (late, resolved) in sizes.items()
        for n in range(resolved)
    ]
    building.publish(tmp_path / "data", numbered(rows), references=references)
    app = drawn(open_page("tuan-thu", tmp_path / "data"))
    assert "Xã 0 (thấp hơn) khác biệt rõ" in headings(app)
    tables = [told(each.proto) for each in app.get("bidi_component") if each.proto.bytes]
    [ranked] = [each for each in tables if each.get("columns", [{}])[0].get("label") == "Đơn vị"]
    cells = {row["id"]: {c["label"]: cell for c, cell in zip(ranked["columns"], row["cells"], strict=True)}
             for row in ranked["rows"]}  # fmt: skip
    assert [row["id"] for row in ranked["rows"]][:2] == [None, "0"]
    assert ranked["rows"][-1]["id"] == "1"
    standing = {unit: row["So với mức chung"] for unit, row in cells.items()}
    assert (standing["0"]["text"], standing["1"]["text"], standing[None]["text"]) == ("▼ khác biệt", "ít hồ sơ", "")
    assert {standing[f"{n}"]["text"] for n in range(2, 24)} == {""}
    assert cells["0"]["Tỷ lệ trước và đúng hạn"]["below"] == "39,30–60,70"  # Wilson, 40 of 80
    assert cells["0"]["Tỷ lệ đúng hạn theo ngày đến hạn"]["below"] == "40 / 80"
    # Not ranked by any click on a heading either.
    assert cells["1"]["Tỷ lệ trước và đúng hạn"]["value"] is cells["1"]["So với mức chung"]["value"] is None


def test_a_looked_up_rate_says_its_parts_and_is_greyed_over_few_dossiers(open_page: Open, tmp_path: Path) -> None:
    rows = [
        dossier(unit=unit, received_at="2024-05-02", due_at="2024-05-06", finished_at="2024-05-03")
        for unit, count in (("A", 30), ("B", 4))
        for _ in range(count)
    ]
    building.publish(tmp_path, numbered(rows))
    app = drawn(open_page("tra-cuu", tmp_path, metric=["received", "on_time_rate"], by="unit", lang="en"))
    tables = [told(each.proto) for each in app.get("bidi_component") if each.proto.bytes]
    [table] = [each for each in tables if each.get("columns", [{}])[-1].get("label") == "On-time rate"]
    assert [each["label"] for each in table["columns"]] == ["Unit", "Received", "On-time rate"]
    many, few = (row["cells"][-1] for row in table["rows"] if row["cells"][1]["text"] in ("30", "4"))
    assert (many["text"], many["title"], "tone" in many) == ("100.00%", "30 / 30", False)
    assert (few["text"], few["tone"], few["value"]) == ("100.00%", "muted", None)
    assert few["title"] == "4 / 4: fewer than 20\u00a0dossiers, not ranked"


# --- Stale links ---


@pytest.mark.parametrize(
    ("parameters", "named"),
    [
        ({"unit": "99999"}, "99999"), ({"start": "2024-13-45"}, "2024"), ({"dataset": "nowhere"}, "nowhere"),
        ({"snapshot": "2020-01-01-000000000000"}, "2020"), ({"channel": "pigeon"}, "pigeon"), ({"weekday": "8"}, "8"),
        ({"snapshot": "../tra-cu/2024"}, "2024"), ({"dataset": "../../etc"}, "etc"), ({"unit": "A'; drop"}, "drop"),
    ],
    ids=str,
)  # fmt: skip
def test_a_stale_link_opens_and_says_what_it_dropped(open_page: Open, small: Path, parameters, named) -> None:
    app = drawn(open_page("tuan-thu", small, **{"dataset": "tra-cu", **parameters}))
    [said] = app.warning
    assert named in said.value


@pytest.mark.parametrize(
    "parameters",
    [
        {"metric": "nonsense"}, {"sort": "1; drop table"}, {"order": "sideways"}, {"page": "-1"}, {"page": "many"},
        {"page": "9" * 30}, {"page": "²"}, {"search": "'; drop table dossiers; --"}, {"search": "\\"}, {"search": "%"},
        {"search": "x" * 5000}, {"lang": "tlh"}, {"metric": "mean_days"}, {"metric": "p90_days"},
    ],
    ids=lambda parameters: str(parameters)[:40],
)  # fmt: skip
def test_a_list_opens_whatever_its_own_parameters_say(open_page: Open, small: Path, parameters) -> None:
    drawn(open_page("ho-so", small, dataset="tra-cu", **parameters))


def test_a_page_of_the_list_that_is_gone_shows_one_that_is_there(open_page: Open, tmp_path: Path) -> None:
    """Pagination and rows speak of the same page."""
    building.publish(tmp_path / "data", numbered([dossier()] * 120))
    app = drawn(open_page("ho-so", tmp_path / "data", start="2024-03-01", end="2024-03-31", page="9"))
    assert any("H59-0120" in text for text in texts(app))


@pytest.mark.parametrize("language", LANGUAGES)
def test_names_from_data_are_shown_as_they_are(open_page: Open, tmp_path: Path, language: Language) -> None:
    name = "Xã <b>*Đại*</b> [An](http://x) :red[x] $x$"
    units = f"unit,name,level,parent\nA,{name},commune,\n"
    references = building.reference_folder(tmp_path / "references", units=units, service_models="", targets="")
    rows = [dossier(due_at="2024-05-06", finished_at="2024-05-09")] * 40
    building.publish(tmp_path / "data", numbered(rows), references=references)
    for slug in SLUGS:
        app = drawn(open_page(slug, tmp_path / "data", lang=language, unit="A"))
        for element in [*app.caption, *app.markdown, *app.info]:
            assert not re.search(r"(?<!\\)(<b>|\*Đại|\[An|:red\[|\$x)", element.value), (slug, element.value)
        for element in app.get("html"):
            assert "<b>*" not in element.value


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_name_of_a_model_is_text_on_every_page_and_fetches_no_picture(
    open_page: Open, tmp_path: Path, language: Language
) -> None:
    name = "Thứ Hai ![i](http://x.example/i.png) :material/face: $x$ :red[a]"
    model = TUESDAY.replace("Ngày thứ Ba gần dân", name).replace("Open Tuesday", name)
    assert name in model
    data = with_models(tmp_path / "data", model)
    for slug in SLUGS:
        app = drawn(open_page(slug, data, lang=language))
        for said in (e.value for e in [*app.caption, *app.markdown, *app.info]):
            assert not re.search(r"(?<!\\)(!\[i|:material/face|\$x|:red\[)", said), (slug, said)
        assert any(label.startswith(f"{name} · ") for label in menu(app))


# --- Areas ---


@pytest.mark.slow
@pytest.mark.parametrize("language", LANGUAGES)
def test_the_first_page_is_of_an_area_that_runs_models_and_a_trial_does_not_take_it_over(
    open_page: Open, own_demo_data: Path, language: Language
) -> None:
    """The list of areas has the same order, Vietnamese among equals: Hưng Yên's Mỹ Hào runs no model."""
    app = drawn(open_page("tong-quan", own_demo_data, lang=language))
    choice = app.selectbox(key="dataset")
    assert (choice.value, choice.proto.options[-1]) == ("thanh-ha", area_name(own_demo_data, "my-hao", language))
    building.publish(
        own_demo_data, [dossier()], references=building.reference_folder(own_demo_data.parent / "trial", "a-trial")
    )
    app = drawn(open_page("tong-quan", own_demo_data, lang=language))
    choice = app.selectbox(key="dataset")
    assert choice.value == "thanh-ha"
    last = [area_name(own_demo_data, each, language) for each in ("thanh-ha", "tra-cu", "my-hao", "a-trial")]
    assert list(choice.proto.options) == last


def area_name(data: Path, dataset: str, language: Language) -> str:
    return building.current(data, dataset).references.dataset.name[language]


# --- Damage ---


def test_a_damaged_dataset_does_not_take_the_others_down(open_page: Open, own_demo_data: Path) -> None:
    damaged = building.current(own_demo_data, "my-hao")
    for file in (damaged.folder / "references").iterdir():
        file.chmod(0o644)
        file.write_bytes(b"\xff\x00" + file.read_bytes())
    for slug in SLUGS:
        drawn(open_page(slug, own_demo_data, dataset="tra-cu"))


# --- Language ---


def strings(message: Message) -> Iterator[str]:
    """What an element shows as text; ids, scripts and data apart."""
    hidden = {
        "id", "js_content", "css_content", "html_content", "component_name", "page_script_hash", "query_string",
        "icon", "page", "spec", "url", "json", "form_id", "config", "type", "element_type", "arrow_data", "default",
        "key", "format", "min", "max",
    }  # fmt: skip
    for field, value in message.ListFields():
        if field.name in hidden:
            continue
        for each in value if field.is_repeated else [value]:
            if isinstance(each, Message):
                yield from strings(each)
            elif isinstance(each, str):
                yield each


def parsed(part: Any, shown: set[str]) -> Iterator[str]:
    """Texts under the keys in `shown` of a component's or a figure's data."""
    if isinstance(part, dict):
        for key, value in part.items():
            if key in shown:
                yield from spoken(value)
            else:
                yield from parsed(value, shown)
    elif isinstance(part, list):
        for each in part:
            yield from parsed(each, shown)


def spoken(part: Any) -> Iterator[str]:
    if isinstance(part, str):
        yield part
    elif isinstance(part, list | dict):
        for each in part.values() if isinstance(part, dict) else part:
            yield from spoken(each)


def texts(app: AppTest) -> list[str]:
    """Every text of the page: elements, tables, menus, figures with their hovers."""
    found: list[str] = []
    for element in walk(app._tree):
        proto = getattr(element, "proto", None)
        if not isinstance(proto, Message):
            continue
        if element.type == "bidi_component":
            keys = {"label", "text", "below", "title", "help", "texts", "copy", "copied", "print", "turn", "caption"}
            found += parsed(told(proto), keys)
        elif element.type == "dataframe":
            found += parsed(json.loads(proto.columns), {"label"})
        elif element.type == "plotly_chart":
            hovers = {"name", "text", "customdata", "title"}
            shown = parsed(json.loads(proto.spec), hovers)
            # A name from data that is cut short beside its bar stands whole in the hover.
            found += [MARKUP.sub(" ", text) for text in shown if not re.search("…( |$)", text)]
            found += strings(proto)
        else:
            found += [MARKUP.sub(" ", text) for text in strings(proto)]
    return [text.replace("\u00a0", " ") for text in found]


def anchors(app: AppTest) -> list[str]:
    """Where the sentences of a page that lead on lead to."""
    lists = [each.value for each in app.main.get("html") if each.value.startswith('<ul class="links"')]
    return [html.unescape(to) for each in lists for to in re.findall('href="([^"]*)"', each)]


def component_data(proto: Message) -> str:
    data: bytes = proto.bytes  # type: ignore[attr-defined]
    return data.decode()


def told(proto: Message) -> Any:
    """What a component of ours was given, the cells of a table by the names of their parts."""
    data = json.loads(component_data(proto))
    for row in data.get("rows", ()) if isinstance(data, dict) else ():
        row["cells"] = [
            _whole(cell, column["usual"]) for cell, column in zip(row["cells"], data["columns"], strict=True)
        ]
        row.setdefault("id", None)
    return data


def _whole(cell: list[Any], usual: list[Any]) -> dict[str, Any]:
    """A cell of a table by the names of its parts, those that say nothing left out."""
    told = [*cell, *[None] * (len(PARTS) - len(cell))]
    parts = [common if own is None else own for own, common in zip(told, usual, strict=True)]
    named = {name: part for name, part in zip(PARTS, parts, strict=True) if part not in ("", None)}
    if named.get("bar") == "=":
        named["bar"] = named["value"]
    return {"text": "", "value": None} | named


def strictly(text: str) -> Any:
    """JSON as a browser reads it: ValueError for NaN and Infinity, which Python's own reader takes."""

    def refuse(word: str) -> None:
        raise ValueError(f"no browser reads {word}: {text[:200]}")

    return json.loads(text, parse_constant=refuse)


def walk(block: Any) -> Iterator[Any]:
    yield block
    for child in getattr(block, "children", {}).values():
        yield from walk(child)


@pytest.mark.slow
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("slug", SLUGS)
def test_a_page_speaks_one_language(open_page: Open, demo_data: Path, slug: str, language: Language) -> None:
    known = [snapshots.current(demo_data, dataset).references for dataset in DATASETS]
    quarter = {"start": "2023-01-01", "end": "2023-03-31"}
    said = texts(drawn(open_page(slug, demo_data, dataset="tra-cu", lang=language, **quarter)))
    assert len(said) > 30
    assert wording.left_over(said, language, known) == set()


# --- Trends ---


@pytest.fixture(scope="module")
def long(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with seventeen whole months of four units; one of them collapses in the last."""
    data = tmp_path_factory.mktemp("long")
    building.publish_whole(data, test_trends.world())
    return data


def component(app: AppTest, key: str) -> dict[str, Any]:
    """What a component of ours was given."""
    protos = [element.proto for element in walk(app._tree) if getattr(element, "type", "") == "bidi_component"]
    [found] = [data for proto in protos if key in (data := told(proto))]
    return found


@pytest.mark.parametrize(
    "parameters",
    [
        {"metric": "received"}, {"metric": "median_days"}, {"metric": "clearance_rate", "grain": "week"},
        {"metric": "nonsense"}, {"grain": "day"}, {"rebase": "2023-09-01"}, {"rebase": ["2023-06-01", "2024-01-01"]},
        {"rebase": "tomorrow"}, {"rebase": ["1900-01-01", "2200-01-01", ""]}, {"unit": "B", "lang": "en"},
        {"start": "2024-02-15", "end": "2024-03-14"}, {"grain": "week", "unit": "P", "rebase": "2024-05-20"},
    ],
    ids=lambda parameters: " ".join(f"{name}={value}" for name, value in parameters.items()),
)  # fmt: skip
def test_trends_open_whatever_their_own_parameters_say(open_page: Open, long: Path, parameters) -> None:
    shown = " ".join(texts(drawn(open_page("xu-huong", long, **parameters))))
    assert not re.search(r"\bnan\b|\bNaT\b|\bNone\b|\binf\b", shown)


def test_a_link_to_a_trend_opens_its_figure_its_months_and_its_new_limits(open_page: Open, long: Path) -> None:
    app = drawn(open_page("xu-huong", long, metric="online_rate", grain="week", rebase=["2024-01-01", "2023-06-01"]))
    assert app.selectbox(key="trend-metric").value == "online_rate"
    assert app.checkbox(key="rebase-2024-01-01").value
    assert app.checkbox(key="rebase-2023-06-01").value
    assert not app.checkbox(key="rebase-2024-02-01").value  # offered: a model started then
    assert headings(app)[0].startswith("Tỷ lệ trực tuyến")
    assert any("tuần; dải nhạt" in each for each in captions(app))


def test_another_figure_and_new_limits_are_one_choice_away(open_page: Open, long: Path) -> None:
    app = drawn(open_page("xu-huong", long, unit="A"))
    assert "xấu đi thật" in headings(app)[0]
    drawn(app.selectbox(key="trend-metric").set_value("received").run())
    assert headings(app)[0].startswith("Tiếp nhận")
    drawn(app.checkbox(key="rebase-2024-02-01").check().run())
    assert "mới có bốn tháng" in headings(app)[0]


def test_trial_limits_say_so_beside_the_finding(open_page: Open, long: Path) -> None:
    app = drawn(open_page("xu-huong", long, unit="A", rebase="2023-09-01"))
    assert "giới hạn tạm tính, n = 9" in headings(app)[0]


def test_every_unit_has_a_small_chart_and_the_worst_stands_first(open_page: Open, long: Path) -> None:
    data = component(drawn(open_page("xu-huong", long, unit="A")), "tiles")
    tiles = data["tiles"]
    assert [tile["id"] for tile in tiles[:2]] == ["", "A"]
    assert {tile["id"] for tile in tiles} == {"", *building.UNITS}
    assert [tile["id"] for tile in tiles if tile["chosen"]] == ["A"]
    assert tiles[1]["icon"]["kind"] == "concern-1"
    assert "thấp hơn giới hạn dưới" in tiles[1]["title"]
    assert {tile["icon"]["kind"] for tile in tiles} - {""} <= data["icons"].keys()
    assert all(tile["icon"]["title"] for tile in tiles)
    assert [bool(tile["image"]) for tile in tiles if tile["id"] == "C"] == [False]


def test_where_nothing_is_late_in_most_months_each_late_dossier_and_the_ones_between_are_shown(open_page, long) -> None:
    app = drawn(open_page("xu-huong", long, unit="B"))
    said = " ".join([*headings(app), *captions(app)])
    assert "Đã 280 hồ sơ liền không có hồ sơ quá hạn" in said
    assert "hầu hết các tháng không có hồ sơ nào" in said


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_rule_is_explained_where_it_is_used(open_page: Open, long: Path, language: Language) -> None:
    said = " ".join(texts(drawn(open_page("xu-huong", long, lang=language))))
    rules = {"vi": ("Ngoài giới hạn", "Hai trong ba", "Một phía", "tạm tính", "Tính lại giới hạn"),
             "en": ("Outside", "Two in three", "Run", "on trial", "New limits")}  # fmt: skip
    assert [rule for rule in rules[language] if rule not in said] == []


def test_the_grid_of_the_overview_shades_only_what_really_got_worse_and_draws_a_year(
    open_page: Open, long: Path
) -> None:
    table = component(drawn(open_page("tong-quan", long)), "columns")
    labels = [column["label"] for column in table["columns"]]
    place, days = map(labels.index, ("Tỷ lệ trước và đúng hạn", "Số ngày giải quyết bình quân"))
    cells = {row["id"]: row["cells"] for row in table["rows"]}
    shaded = {(id_, n) for id_, row in cells.items() for n, cell in enumerate(row) if cell.get("tone") == "needed"}
    assert shaded == {(id_, n) for id_ in ("A", None) for n in (place, days)}
    assert "Xấu đi thật" in cells["A"][place]["title"]
    assert not any(cell.get("tone") == "late" for row in cells.values() for cell in row)
    lines = {id_: row[1].get("line", ()) for id_, row in cells.items()}
    assert [len(lines[id_]) for id_ in ("A", "B", None)] == [12, 12, 12]
    # All on one scale, on which the last month of this unit is the lowest.
    assert max(lines["A"]) == lines["A"][-1] == 26


def test_bars_of_rates_that_are_all_alike_are_not_drawn(open_page: Open, tmp_path: Path) -> None:
    """Online rates differ by unit, on-time rates do not."""
    rows = [
        dossier(unit=unit, channel="online" if n < share else "counter", received_at="2024-05-02", due_at="2024-05-08",
                finished_at="2024-05-06")
        for unit, share in (("A", 5), ("B", 25)) for n in range(30)
    ]  # fmt: skip
    building.publish_whole(tmp_path, numbered(rows))
    table = component(drawn(open_page("tong-quan", tmp_path)), "columns")
    barred = {
        column["label"]
        for row in table["rows"]
        for column, cell in zip(table["columns"], row["cells"], strict=True)
        if "bar" in cell
    }
    assert barred == {"Tỷ lệ trực tuyến"}


# --- Published figures ---


@pytest.mark.slow
@pytest.mark.parametrize("language", LANGUAGES)
def test_the_check_of_reports_says_the_verdict_first_and_each_finding_as_a_sentence(
    open_page: Open, demo_data: Path, language: Language
) -> None:
    said = " ".join(texts(drawn(open_page("doi-soat", demo_data, dataset="tra-cu", lang=language))))
    verdict = {"vi": "45 trên 56 số đã công bố khớp, 11 số mâu thuẫn", "en": "45 of 56 published figures agree"}
    share = {"vi": "2.138 trên 15.482 là 13,81", "en": "2,138 of 15,482 is 13.81"}
    assert said.replace("\\", "").index(verdict[language]) < said.index(share[language])
    chosen = drawn(open_page("doi-soat", demo_data, dataset="thanh-ha", lang=language, document="thanh-ha-ke-hoach"))
    assert "25/09/2023" in " ".join(texts(chosen))
    assert "17/02/2024 cuts" not in " ".join(texts(chosen))
    assert "cắt bỏ chữ số lẻ thay vì" not in " ".join(texts(chosen))


HEAD = "id,area,scope,from,to,metric,value,unit,numerator_id,denominator_id,document\n"
PUBLISHED = "a,tra-cu,A,2024-05-01,2024-05-31,received,1,count,,,<b>báo cáo</b>\n"


def uploaded(app: AppTest, content: bytes, name: str = "bang.csv") -> AppTest:
    app.file_uploader(key="published-file").set_value((name, content, "text/csv")).run()
    return app.button(key="save-uploaded").click().run()


def test_a_table_uploaded_is_checked_and_one_with_a_wrong_cell_changes_nothing(open_page: Open, tmp_path: Path) -> None:
    data = tmp_path / "data"
    rows = [dossier(unit="A", received_at="2024-05-02"), dossier(unit="B", received_at="2024-05-03")]
    building.publish(data, numbered(rows))
    app = drawn(open_page("doi-soat", data))
    assert "Chưa có số đã công bố nào" in answer(app)
    app = drawn(uploaded(app, (HEAD + PUBLISHED).encode()))
    assert app.success[0].value.startswith("Đã lưu 1 số")
    assert "1 trên 1 số đã công bố khớp" in answer(app)
    assert "<b>" not in " ".join(each.value for each in app.markdown).replace("\\<b\\>", "")
    kept = sheets.every(data)
    wrong = PUBLISHED.replace("received", "recieved")
    for content, said in [((HEAD + wrong).encode(), "received"), (b"", "tr"), (b"\x00\x01\x02", "bang")]:
        app = uploaded(app, content)
        assert [each.value for each in app.exception] == []
        assert said in app.error[0].value
        assert sheets.every(data) == kept
        assert "1 trên 1 số đã công bố khớp" in answer(app)
    app = app.button(key="go-back").click().run()
    assert sheets.every(data) == {}
    assert "Chưa có số đã công bố nào" in answer(app)


def test_a_table_that_cannot_be_read_any_more_is_said_and_may_be_replaced(open_page: Open, tmp_path: Path) -> None:
    data = tmp_path / "data"
    building.publish(data, numbered([dossier(unit="A", received_at="2024-05-02")]))
    (data / "published").mkdir()
    (data / "published" / "tra-cu.csv").write_text(HEAD + PUBLISHED.replace(",A,", ",Xã Cũ,"), encoding="utf-8")
    app = drawn(open_page("doi-soat", data))
    assert "Xã Cũ" in app.info[0].value
    app = drawn(uploaded(app, (HEAD + PUBLISHED).encode()))
    assert "1 trên 1 số đã công bố khớp" in answer(app)


def test_the_table_is_edited_on_the_page_and_a_wrong_cell_keeps_the_edits_and_the_old_table(
    open_page: Open, tmp_path: Path
) -> None:
    data = tmp_path / "data"
    building.publish(data, numbered([dossier(unit="A", received_at="2024-05-02")]))
    app = uploaded(open_page("doi-soat", data), (HEAD + PUBLISHED).encode())
    before = sheets.every(data)
    shown = app.data_editor[0].value.iloc[0]
    assert (shown["from"], shown["value"], shown["scope"]) == ("01/05/2024", "1", "A")
    key = app.data_editor[0].key

    def edit(**cells: str) -> AppTest:
        app.session_state[key] = {"edited_rows": {0: cells}, "added_rows": [], "deleted_rows": []}
        return app.run().button(key="save-edited").click().run()

    said = edit(value="12,5")
    assert "Dòng 2, cột giá trị" in said.error[0].value
    assert sheets.every(data) == before
    assert drawn(edit(value="2")).success[0].value.startswith("Đã lưu 1 số")
    assert b",2,count," in sheets.every(data)["published/tra-cu.csv"]


def test_who_received_for_whom_and_which_systems_have_not_arrived_is_shown(tmp_path: Path, open_page: Open) -> None:
    building.publish_whole(tmp_path, numbered(test_sources.rows()), test_sources.AS_OF)
    app = drawn(open_page("tuan-thu", tmp_path, start="2024-03-01", end="2024-03-31"))
    said = "\n".join(texts(app))
    assert f"thiếu số liệu tháng 3/2024 của {test_sources.MINISTRY}" in said
    assert "tiếp nhận ở nơi khác nơi giải quyết" in said
    assert "thiếu tháng 3/2024 đến tháng 4/2024" in "\n".join(texts(drawn(open_page("du-lieu", tmp_path))))


def test_units_named_in_the_link_are_side_by_side_and_the_answer_says_who_is_highest(
    demo_data: Path, open_page: Open
) -> None:
    asked = {"dataset": "thanh-ha", "metric": "on_time_rate", "start": "2023-01-01", "end": "2023-12-31", "lang": "en"}
    app = drawn(open_page("tra-cuu", demo_data, **asked, beside=["10840", "10816", "10846"]))
    assert "Xã Tân An lowest" in answer(app)
    tables = [told(e.proto) for e in walk(app._tree) if getattr(e, "type", "") == "bidi_component"]
    [shown] = [each for each in tables if len(each.get("columns", ())) == 13]
    assert [row["cells"][0]["text"] for row in shown["rows"]] == ["Xã Hồng Lạc", "Xã Tân An", "Xã Thanh Hải"]
    summed = drawn(open_page("tra-cuu", demo_data, **asked, beside=["10840", "10816"], shape="listed"))
    assert answer(summed).startswith("On-time rate: 99.")


def test_years_stand_below_their_chart_with_its_figures(demo_data: Path, open_page: Open) -> None:
    asked = {"dataset": "thanh-ha", "metric": "received", "grain": "month", "shape": "years"}
    app = drawn(open_page("tra-cuu", demo_data, **asked))
    tables = [told(e.proto) for e in walk(app._tree) if getattr(e, "type", "") == "bidi_component"]
    [shown] = [each for each in tables if each.get("columns", [{}])[0].get("label") == "Năm"]
    snapshot = building.current(demo_data, "thanh-ha")
    for row in shown["rows"]:
        year = row["cells"][0]["text"]
        rows = building.run_of(snapshot)(
            ["received"], building.filters(snapshot, f"{year}-01-01", f"{year}-12-31"), grain="month"
        )
        assert [cell["text"] for cell in row["cells"][1:]] == [number(each, "vi") for each in rows["received"]]


def test_periods_stand_across_with_the_figures_of_the_list_and_names_in_vietnamese_order(
    small: Path, open_page: Open
) -> None:
    asked = {"metric": ["received", "on_time_rate"], "by": "unit", "grain": "month", "start": "2024-04-01"}
    app = drawn(open_page("tra-cuu", small, **asked, end="2024-05-31", shape="crossed", lang="en"))
    snapshot = building.current(small, building.DATASET)
    rows = building.run_of(snapshot)(
        ["received"], building.filters(snapshot, "2024-04-01", "2024-05-31"), by=["unit"], grain="month"
    )
    names = {unit.id: unit.name for unit in snapshot.references.units.values()}
    wanted: dict[str, list[str]] = {}
    for row in rows.to_dict("records"):
        wanted.setdefault(names[row["unit"]], []).append(number(row["received"], "en"))
    tables = [told(e.proto) for e in walk(app._tree) if getattr(e, "type", "") == "bidi_component"]
    [first, second] = [each for each in tables if each.get("columns", [{}])[-1].get("label") == "May 2024"]
    assert [column["label"] for column in first["columns"]] == ["Unit", "April 2024 (02/04–30/04)", "May 2024"]
    cells = {row["cells"][0]["text"]: [cell["text"] for cell in row["cells"][1:]] for row in first["rows"]}
    assert cells == wanted
    assert list(cells) == [row["cells"][0]["text"] for row in second["rows"]] == sorted(wanted, key=collation_key)
