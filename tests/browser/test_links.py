"""Any view is a link: opened cold, reloaded, stale or hostile, it shows the right page with the right figures."""

from collections.abc import Callable
from pathlib import Path
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from playwright.sync_api import Page, expect

import pages
from cchc.figures import query
from cchc.figures.filters import strict
from cchc.store.snapshots import Snapshot
from cchc.text import number
from tests import building
from tests.browser.conftest import Server
from tests.browser.looking import is_well, main_texts, opens_from_menu, parameters, rows, slug, waits_for_parameter

Open = Callable[..., Page]
SLUGS = [page.slug for page in pages.PAGES]
QUESTION = "dataset=tra-cu&start=2023-01-01&end=2023-03-31&unit=29461&unit=29473&channel=online"


def said(data: Path) -> str:
    """How the page must describe QUESTION."""
    snapshot = building.current(data, "tra-cu")
    return strict(QUESTION, snapshot).describe(snapshot.references, "vi")


# --- Cold ---


def test_a_deep_link_is_the_first_thing_a_visitor_asks(server: Server, open_page: Open) -> None:
    for wanted in SLUGS:
        opens_cold(server, open_page, wanted)


# A page that is a module, and one that is a folder with parts.
@pytest.mark.parametrize("wanted", ["dinh-nghia", "tong-quan"])
def test_a_deep_link_is_the_first_thing_a_fresh_server_is_asked(
    fresh_server: Callable[..., Server], open_page: Open, wanted: str
) -> None:
    opens_cold(fresh_server(), open_page, wanted)


def opens_cold(server: Server, open_page: Open, wanted: str) -> None:
    page = is_well(open_page(f"/{wanted}?{QUESTION}", server))
    assert slug(page) == wanted
    assert parameters(page)["unit"] == ["29461", "29473"]
    [info] = [each for each in pages.PAGES if each.slug == wanted]
    if info.filtered:
        expect(page.get_by_text(said(server.data)).first).to_be_visible()
    assert page.locator(".question").inner_text() in Path(info.render.__code__.co_filename).read_text(encoding="utf-8")


@pytest.mark.parametrize("stem", ["compliance", "records"])
def test_a_file_of_a_page_never_runs_by_itself(fresh_server: Callable[..., Server], open_page: Open, stem: str) -> None:
    """With a folder named pages beside the script, the first request would run it without the shell."""
    server = fresh_server()
    page = open_page(f"/{stem}?{QUESTION}", server)
    # Whatever is answered to an unknown address, it comes from the shell: menu, dataset, a title.
    expect(page.locator("h1")).to_be_visible()
    expect(page.locator(".st-key-dataset")).to_have_count(1)
    expect(page.get_by_test_id("stException")).to_have_count(0)
    is_well(open_page(f"/tuan-thu?{QUESTION}", server))
    assert "Traceback" not in server.log.read_text(encoding="utf-8")


def test_the_address_without_a_slug_opens_the_overview(open_page: Open) -> None:
    page = is_well(open_page("/"))
    expect(page.locator(".card").first).to_be_visible()


# --- Round trip ---


def test_a_filter_goes_into_the_address_and_a_reload_shows_the_same_figures(open_page: Open, tra_cu: Snapshot) -> None:
    page = is_well(open_page("/tuan-thu?dataset=tra-cu&start=2023-01-01&end=2023-03-31"))
    before = main_texts(page)
    page.locator(".st-key-filter-bar [data-testid=stPopoverButton]").last.click()
    units = page.locator(".st-key-choices details[data-name=units]")
    units.locator("summary").click()
    units.locator("label", has_text="Xã Ngọc Biên").locator("input").check()
    [unit] = [each.id for each in tra_cu.references.units.values() if each.name == "Xã Ngọc Biên"]
    waits_for_parameter(page, "unit", unit)
    page.keyboard.press("Escape")

    expect(page.locator(".st-key-choices")).to_be_hidden()
    expect(rows(page, "units")).to_have_count(1)
    narrowed = main_texts(page)
    assert narrowed != before
    page.reload()
    assert main_texts(is_well(page)) == narrowed
    resolved = query.run(tra_cu, ["resolved"], strict(page.url.split("?")[1], tra_cu))["resolved"].iloc[0]
    assert any(number(int(resolved), "vi") in text for text in narrowed)


def test_the_next_period_goes_into_the_address_and_back_brings_the_figures_back(open_page: Open) -> None:
    page = is_well(open_page("/tong-quan?dataset=tra-cu&start=2023-02-01&end=2023-02-28"))
    cards = page.locator(".card .value").all_inner_texts()
    page.locator(".st-key-earlier").get_by_role("button").click()
    waits_for_parameter(page, "start", "2023-01-01")
    assert parameters(page)["end"] == ["2023-01-31"]
    expect(page.locator(".card .value").first).not_to_have_text(cards[0])
    page.go_back()
    expect(page.locator(".card .value")).to_have_text(cards)
    assert parameters(page)["start"] == ["2023-02-01"]


def test_filters_stay_on_every_page_of_the_menu(open_page: Open) -> None:
    page = is_well(open_page(f"/tong-quan?{QUESTION}"))
    for wanted in ("ho-so", "dinh-nghia", "tuan-thu"):
        opens_from_menu(page, wanted)
        assert parameters(page)["unit"] == ["29461", "29473"]
        assert parameters(page)["start"] == ["2023-01-01"]


def test_the_small_diagram_opens_the_large_one_with_the_same_question(open_page: Open) -> None:
    page = is_well(open_page("/tong-quan?dataset=thanh-ha&start=2022-07-01&end=2022-07-31&level=commune"))
    tiles = page.locator(".place .tiles i")
    expect(tiles).to_have_count(20)
    assert tiles.first.bounding_box()["width"] > 10
    page.locator(".place a").click()
    page.wait_for_url("**/so-do?*")
    asked = parameters(is_well(page))
    assert (asked["dataset"], asked["start"], asked["level"]) == (["thanh-ha"], ["2022-07-01"], ["commune"])


def test_another_area_keeps_the_period_and_drops_the_units(open_page: Open) -> None:
    page = is_well(open_page(f"/dinh-nghia?{QUESTION}"))
    asked = parameters(page)
    page.locator(".st-key-dataset [role=combobox]").click()
    page.get_by_role("option", name="Thanh Hà").click()
    waits_for_parameter(page, "dataset", "thanh-ha")
    assert parameters(page) == {"dataset": ["thanh-ha"], "start": asked["start"], "end": asked["end"]}
    is_well(page)


@pytest.mark.parametrize("path", ["/", f"/dinh-nghia?{QUESTION}"])
def test_a_copied_link_says_area_page_and_period_and_another_the_snapshot_too(open_page: Open, path: str) -> None:
    page = is_well(open_page(path))
    shown = page.locator("h1").inner_text(), page.locator(".st-key-filter-bar").inner_text()
    named = {"dataset", "start", "end"}
    for label, wanted in (("Sao chép liên kết", named), ("Liên kết giữ nguyên số", named | {"snapshot"})):
        button = page.locator(".st-key-toolbar").get_by_role("button", name=label)
        button.click()
        expect(page.locator(".st-key-toolbar").get_by_role("button", name="Đã sao chép")).to_be_visible()
        link = page.evaluate("navigator.clipboard.readText()")
        assert wanted <= parse_qs(urlsplit(link).query).keys()
        assert urlsplit(link).path.strip("/")
        button.wait_for()
    opened = is_well(open_page(link.removeprefix(page.evaluate("location.origin"))))
    assert (opened.locator("h1").inner_text(), opened.locator(".st-key-filter-bar").inner_text()) == shown


# --- Stale and hostile ---


def test_a_stale_link_opens_with_what_is_left_and_says_what_it_dropped(open_page: Open) -> None:
    page = is_well(open_page("/tuan-thu?dataset=tra-cu&unit=29461&unit=11111&start=2023-99-99&end=2023-03-31"))
    alerts = page.get_by_test_id("stAlert")
    expect(alerts).to_have_count(2)
    assert all(any(word in text for text in alerts.all_inner_texts()) for word in ("11111", "2023-99-99"))
    expect(page.locator(".js-plotly-plot").first).to_be_visible()


HOSTILE = (
    "<script>document.title='pwned'</script>",
    "<img src=x onerror=\"document.title='pwned'\">",
    "**b** [l](http://a.invalid) :red[red] ![](http://a.invalid/x.png)",
    "'; drop table dossiers; --",
    "$\\frac{1}{2}$ http://a.invalid www.a.invalid",
)


def test_a_hostile_link_is_shown_as_text(open_page: Open) -> None:
    names = ("dataset", "snapshot", "field", "start", "channel", "weekday", "search", "metric", "sort", "page", "lang")
    page = is_well(open_page("/ho-so?" + urlencode(dict.fromkeys(names, HOSTILE[0]) | {"unit": HOSTILE}, doseq=True)))
    assert "pwned" not in page.title()
    alerts = page.get_by_test_id("stAlertContentWarning")
    expect(alerts).to_have_count(len(HOSTILE) + 6)
    # An invisible joiner keeps addresses from becoming links.
    said = " ".join(alerts.all_inner_texts()).replace("\u2060", "")
    assert [value for value in HOSTILE if value[:25] not in said] == []
    assert [each.inner_html() for each in alerts.locator("script, img, strong, a, .katex").all()] == []
