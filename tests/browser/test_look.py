"""What a reader sees: one language, light or dark, a telephone, a sheet of paper, an empty answer."""

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

import pages
from cchc.charts import PALETTE
from cchc.figures.filters import strict
from cchc.store.snapshots import Snapshot
from cchc.text import LANGUAGES, Language
from tests import building
from tests.browser.conftest import Server, settled
from tests.browser.looking import (
    is_well,
    loose_units,
    main_texts,
    meeting_words,
    opens_from_menu,
    parameters,
    texts,
    waits_for_parameter,
)
from tests.browser.printing import bare, printed

Open = Callable[..., Page]
SLUGS = [page.slug for page in pages.PAGES]
QUARTER = "dataset=tra-cu&start=2023-01-01&end=2023-03-31"


# --- Language ---


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_document_names_its_language_for_those_who_listen(open_page: Open, language: Language) -> None:
    page = is_well(open_page(f"/tong-quan?dataset=tra-cu&lang={language}"))
    expect(page.locator("html")).to_have_attribute("lang", language)


def test_english_is_one_click_away_and_stays_on_every_page(open_page: Open) -> None:
    page = is_well(open_page(f"/tuan-thu?{QUARTER}"))
    page.get_by_text("English", exact=True).click()
    waits_for_parameter(page, "lang", "en")
    for page_info in pages.PAGES[:2]:
        expect(page.get_by_role("link", name=page_info.title.en, exact=True)).to_be_visible()
    opens_from_menu(page, "ho-so")
    assert parameters(page)["lang"] == ["en"]
    assert parameters(page)["start"] == ["2023-01-01"]
    page.get_by_text("Tiếng Việt", exact=True).click()
    expect(page.get_by_role("link", name=pages.PAGES[1].title.vi, exact=True)).to_be_visible()


# --- Light and dark ---


def ground(page: Page) -> str:
    """The colour behind the page, as #RRGGBB."""
    rgb = page.evaluate("getComputedStyle(document.querySelector('[data-testid=stApp]')).backgroundColor")
    return "#" + "".join(f"{int(part):02X}" for part in rgb.removeprefix("rgb(").removesuffix(")").split(","))


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_page_follows_the_scheme_of_the_machine(open_page: Open, scheme) -> None:
    page = is_well(open_page(f"/tuan-thu?{QUARTER}", scheme=scheme))
    assert ground(page) == PALETTE[scheme]["ground"]
    chart = page.locator(".st-key-outcomes .js-plotly-plot")
    colours = chart.evaluate("(chart) => chart.data.map((trace) => trace.marker.color)")
    assert PALETTE[scheme]["late"] in colours


def test_the_button_turns_every_page_dark_and_it_stays_so(open_page: Open) -> None:
    page = is_well(open_page(f"/tong-quan?{QUARTER}"))
    assert ground(page) == PALETTE["light"]["ground"]
    with page.expect_navigation():
        page.locator(".st-key-toolbar button").last.click()
    is_well(page)
    assert ground(page) == PALETTE["dark"]["ground"]
    assert parameters(page)["start"] == ["2023-01-01"]
    opens_from_menu(page, "tuan-thu")
    assert ground(page) == PALETTE["dark"]["ground"]
    page = is_well(open_page("/"))  # another tab, without a slug
    assert ground(page) == PALETTE["dark"]["ground"]
    with page.expect_navigation():
        page.locator(".st-key-toolbar button").last.click()
    assert ground(is_well(page)) == PALETTE["light"]["ground"]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_what_is_chosen_among_others_is_written_to_be_read(open_page: Open, scheme) -> None:
    """The colour of fills is too near the ground for letters."""
    page = is_well(open_page(f"/bao-cao?{QUARTER}", scheme=scheme))
    chosen = page.locator("button[aria-checked=true] p")
    assert chosen.count() >= 2
    for place in range(chosen.count()):
        expect(chosen.nth(place)).to_have_css("color", _rgb(PALETTE[scheme]["early_text"]))


def _rgb(colour: str) -> str:
    return f"rgb({', '.join(str(int(colour[place : place + 2], 16)) for place in (1, 3, 5))})"


# --- Widths ---


# Charts are drawn anew a moment after the window changed.
_DRAWN = """(width) => [...document.querySelectorAll(".js-plotly-plot .main-svg")].every(
  (chart) => chart.getBoundingClientRect().width <= width)"""


def test_a_telephone_neither_scrolls_sideways_nor_cuts_anything_and_letters_four_times_as_large_do_not_either(
    open_page: Open,
) -> None:
    wider: dict[str, list[str]] = {}
    for slug in SLUGS:
        page = open_page(f"/{slug}?{QUARTER}", width=390)
        expect(page.locator("h1")).to_be_visible()
        settled(page)
        wider[slug] = [*meeting_words(page), *loose_units(page)]
        for width in (390, 320):  # a screen of 1280 pixels at 400 %
            page.set_viewport_size({"width": width, "height": 800})
            page.wait_for_function(_DRAWN, arg=width)
            widest = page.evaluate("document.documentElement.scrollWidth")
            if max(widest, page.get_by_test_id("stMain").evaluate("(each) => each.scrollWidth")) > width:
                wider[slug].append(f"scrolls at {width}")
            for part in page.locator(".card, .js-plotly-plot, h1, .st-key-filter-bar").all():
                box = part.bounding_box()
                if box and (box["x"] < 0 or box["x"] + box["width"] > width):
                    wider[slug].append(f"{part} at {width}")
    assert {slug: found for slug, found in wider.items() if found} == {}


@pytest.mark.parametrize("width", [390, 1440])
def test_headings_and_first_column_of_a_long_table_stay_in_sight(open_page: Open, width: int) -> None:
    page = is_well(open_page(f"/ho-so?{QUARTER}", width=width, height=844))
    table = page.locator(".st-key-records .host")
    expect(table.locator("tbody tr")).to_have_count(50)
    before = table.locator("thead th").first.bounding_box(), table.locator("tbody th").first.bounding_box()
    table.evaluate("(host) => host.scrollTo(host.scrollWidth, host.scrollHeight)")
    head, last = table.locator("thead th").first.bounding_box(), table.locator("tbody th").last.bounding_box()
    frame = table.bounding_box()
    assert head == before[0]
    assert None not in (frame, head, last, before[1])
    assert last["x"] == before[1]["x"]
    assert frame["height"] <= 844
    assert head["y"] + head["height"] <= last["y"] + 1 <= frame["y"] + frame["height"]


def test_what_a_row_comes_to_is_read_on_a_telephone_without_scrolling_sideways(open_page: Open) -> None:
    page = is_well(open_page("/thu-nam?dataset=tra-cu", width=390, height=844))
    units = page.locator(".st-key-units-table")
    page.get_by_test_id("stExpander").filter(has=units).locator("summary").click()
    promises, periods = page.locator(".st-key-promise-units"), page.locator(".st-key-promise-periods")
    for table, first, second in (
        (units, "Đơn vị", "Kết luận"),
        (promises, "Đơn vị", "Tỷ lệ đúng"),
        (periods, "Kỳ", "Tỷ lệ đúng"),
    ):
        heads = table.locator("thead th")
        expect(heads.first).to_be_visible()
        assert [" ".join(text.split()) for text in heads.all_inner_texts()[:2]] == [first, second]
        box = heads.nth(1).bounding_box()
        assert box is not None
        assert box["x"] + box["width"] <= 390
    # A line of letters is some 23 pixels high: no word stands alone on one while there is room beside it.
    assert max(units.locator("tbody td:nth-child(2)").evaluate_all(_HEIGHTS)) < 80
    # What was found lies between a label and what it rests on, and next to no other's.
    [above, below] = page.locator(".seen .big").all()
    assert below.locator(".label").bounding_box()["y"] - above.locator(".below").bounding_box()["y"] >= 20

    page = is_well(open_page("/tong-quan?dataset=tra-cu", width=390, height=844))
    rate = page.locator(".st-key-grid thead th").nth(2)
    expect(rate).to_contain_text("Tỷ lệ trước và đúng hạn")
    box = rate.bounding_box()
    assert box is not None
    assert box["x"] + box["width"] <= 390


_HEIGHTS = "(cells) => cells.map((cell) => cell.clientHeight)"
# Where things stand: the menu, what is left for the page, the band that holds the arrow, the filters.
_PLACES = """() => Object.fromEntries(Object.entries({
  menu: "[data-testid=stSidebar]", page: "[data-testid=stMain]", filters: ".st-key-filter-bar",
}).map(([name, found]) => [name, document.querySelector(found).getBoundingClientRect().toJSON()]))"""


def folded(page: Page) -> Page:
    """The page with its menu folded away by its own arrow, if it is not already."""
    if page.locator("[data-testid=stSidebar][data-collapsed=false]").count():
        # The arrow shows only under the mouse.
        page.get_by_test_id("stSidebarHeader").hover()
        page.get_by_test_id("stSidebarCollapseButton").get_by_role("button").click()
    expect(page.get_by_test_id("stExpandSidebarButton")).to_be_visible()
    page.wait_for_function("() => document.querySelector('[data-testid=stSidebar]').getBoundingClientRect().right <= 1")
    return page


@pytest.mark.parametrize("width", [390, 700, 768, 1440])
def test_a_folded_menu_leaves_the_whole_width_to_the_page_and_every_filter_in_reach(
    open_page: Open, width: int
) -> None:
    page = folded(is_well(open_page(f"/tuan-thu?{QUARTER}", width=width, height=900)))
    places = page.evaluate(_PLACES)
    assert (round(places["page"]["x"]), round(places["page"]["width"])) == (0, width)
    reached(page)


@pytest.mark.parametrize("width", [768, 1440])
def test_an_open_menu_stands_beside_the_page_and_every_filter_is_in_reach(open_page: Open, width: int) -> None:
    page = folded(is_well(open_page(f"/tuan-thu?{QUARTER}", width=width, height=900)))
    page.get_by_test_id("stExpandSidebarButton").click()
    page.wait_for_function("() => document.querySelector('[data-testid=stSidebar]').getBoundingClientRect().x >= 0")
    places = page.evaluate(_PLACES)
    assert round(places["menu"]["right"]) == round(places["page"]["x"]) == 288
    assert round(places["page"]["right"]) == width
    reached(page)


def reached(page: Page) -> None:
    """A mouse reaches the filters from their upper edge to their lower."""
    covered = page.locator(".st-key-filter-bar").evaluate(
        """(bar) => [...bar.querySelectorAll("button")].filter((each) => each.checkVisibility()).flatMap((button) => {
          const {left, right, top, bottom} = button.getBoundingClientRect();
          const above = [top + 2, bottom - 2].map((y) => document.elementFromPoint((left + right) / 2, y));
          return above.every((each) => bar.contains(each)) ? [] : [button.innerText];
        })"""
    )
    assert covered == []


def test_streamlits_own_menu_is_out_of_the_way(open_page: Open) -> None:
    page = is_well(open_page("/"))
    for part in ("stAppDeployButton", "stMainMenu", "stStatusWidget", "stToolbarActions"):
        expect(page.locator(f"[data-testid={part}]:visible")).to_have_count(0)


# --- Paper ---


def test_on_paper_there_is_no_menu_and_the_filters_and_the_snapshot_are_named(
    open_page: Open, tra_cu: Snapshot
) -> None:
    question = f"{QUARTER}&unit=29461"
    page = is_well(open_page(f"/tuan-thu?{question}"))
    page.emulate_media(media="print")
    for hidden in ("[data-testid=stSidebar]", ".st-key-filter-bar", ".st-key-toolbar", "[data-testid=stHeader]"):
        expect(page.locator(hidden).first).to_be_hidden()
    printed = " ".join(texts(page))
    assert strict(question, tra_cu).describe(tra_cu.references, "vi") in printed
    # The foot of every sheet is drawn by the printer's margin box, which is no part of the page.
    foot = page.evaluate("getComputedStyle(document.documentElement).getPropertyValue('--sheet')")
    assert tra_cu.id in foot.replace("\\2d ", "-")
    expect(page.locator(".js-plotly-plot").first).to_be_visible()
    assert len(page.pdf(format="A4")) > 10_000


# How many lines the names at the side of a table take.
_LINES = """(names) => Math.max(...names.map((name) => {
  const range = document.createRange();
  range.selectNodeContents(name);
  return new Set([...range.getClientRects()].map((line) => Math.round(line.top))).size;
}))"""


def test_a_diagram_and_a_table_of_a_whole_province_are_read_on_paper(
    open_page: Open, province: Server, tmp_path: Path
) -> None:
    known, month = building.current(province.data, "hung-yen").references, "start=2026-10-01&end=2026-10-31"
    page = is_well(open_page(f"/so-do?dataset=hung-yen&{month}", province, width=1440))
    [sheet] = printed(page, tmp_path / "diagram.pdf").sheets
    units = [known.units[each] for each in known.there(date(2026, 10, 1), date(2026, 10, 31))]
    communes = [bare(unit.name.split(" ", 1)[1]) for unit in units if unit.level == "commune"]
    assert len(communes) == 104
    assert [name for name in communes if name not in sheet] == []
    # On the screen it is as tall again as it was.
    page.wait_for_function("() => document.querySelector('.js-plotly-plot')._fullLayout.height > 900")

    page = is_well(open_page(f"/tong-quan?dataset=hung-yen&{month}", province, width=1440))
    assert all(printed(page, tmp_path / "table.pdf").sheets)
    page.set_viewport_size({"width": 703, "height": 900})
    page.emulate_media(media="print")
    assert page.locator(".st-key-units tbody th").evaluate_all(_LINES) <= 2


# --- Extremes ---


@pytest.mark.parametrize("question", ["start=2030-01-01&end=2030-01-31", "start=2023-06-01&end=2023-06-01&unit=29461"])
def test_nothing_and_one_day_of_one_unit_look_right_too(open_page: Open, question: str) -> None:
    for slug in ("tong-quan", "tuan-thu"):
        page = is_well(open_page(f"/{slug}?dataset=tra-cu&{question}"))
        said = " ".join(main_texts(page))
        assert not {"nan", "NaN", "None", "NaT", "undefined", "[object"} & set(said.split())
        expect(page.get_by_test_id("stAlertContentError")).to_have_count(0)


def test_the_list_of_dossiers_shows_all_its_columns_on_a_laptop_whatever_an_area_says_of_them(
    open_page: Open, province: Server
) -> None:
    page = is_well(open_page("/ho-so?dataset=hung-yen&start=2026-10-01&end=2026-10-31", province, width=1440))
    host = page.locator(".st-key-records .host")
    assert host.evaluate("(host) => host.scrollWidth - host.clientWidth") <= 0
    unit = host.locator("tbody tr").first.locator("td").first
    expect(unit.locator(".below")).not_to_be_empty()
