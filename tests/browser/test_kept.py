"""A page as one file: without server and network it says what the page said, and nothing in it ever runs."""

import re
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from cchc.entered import meetings
from cchc.entered.meetings import Meeting
from tests import building
from tests.browser.conftest import Server
from tests.browser.looking import is_well, main_texts, texts
from tests.building import dossier, numbered

pytestmark = pytest.mark.slow

Open = Callable[..., Page]
Keep = Callable[[Page], Page]
HOSTILE = "Xã <img src=x onerror=document.title='pwned'></style><script>document.title='pwned'</script>"


@pytest.fixture
def kept(browser: Browser, tmp_path: Path) -> Iterator[Keep]:
    """`kept(page)` is its file opened in a browser that has no network; nothing may be asked for."""
    asked: list[str] = []
    with closing(browser.new_context(locale="vi-VN")) as context:
        context.set_offline(True)

        def opened(page: Page) -> Page:
            with page.expect_download() as download:
                page.locator(".st-key-toolbar").get_by_role("button", name="Lưu trang thành tệp").click()
            path = tmp_path / download.value.suggested_filename
            assert path.suffix == ".html"
            download.value.save_as(path)
            alone = context.new_page()
            alone.on("request", lambda sent: sent.url.startswith(("file:", "data:")) or asked.append(sent.url))
            alone.goto(path.as_uri())
            return alone

        yield opened
    assert asked == []


def figures(said: list[str]) -> set[str]:
    """What says a number."""
    return {text for text in said if re.search(r"\d", text)}


@pytest.mark.parametrize(
    "path",
    [
        "/tuan-thu?dataset=tra-cu&start=2023-01-01&end=2023-03-31",
        "/tong-quan?dataset=tra-cu&unit=29461&unit=29473",
        "/thu-nam?dataset=tra-cu",
    ],
)
def test_the_file_says_every_figure_of_the_page(open_page: Open, kept: Keep, path: str) -> None:
    page = is_well(open_page(path, width=1440, height=1000))
    alone = kept(page)
    pressed = ".st-key-filter-bar, [data-testid=stMain] :is([data-testid=stButtonGroup], [data-testid=stPopover])"
    buttons = " ".join(page.locator(pressed).all_inner_texts())
    wanted = {text for text in figures(main_texts(page)) if text not in buttons}
    assert len(wanted) > 40
    assert wanted - figures(texts(alone, "main")) == set()
    assert alone.title() == page.title()
    assert alone.locator("figure svg").count() == page.locator(".js-plotly-plot").count()
    foot = alone.locator("footer").inner_text()
    assert all(part in foot for part in ("Nguồn: hồ sơ của Huyện Trà Cú", "DỮ LIỆU MINH HỌA", "snapshot=2023-07-10-"))


def test_the_file_has_both_themes_and_no_control(open_page: Open, kept: Keep) -> None:
    alone = kept(is_well(open_page("/tuan-thu?dataset=tra-cu&start=2023-01-01&end=2023-03-31", scheme="dark")))
    colours = []
    for scheme in ("light", "dark"):
        alone.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
        colours.append(alone.evaluate("getComputedStyle(document.documentElement).backgroundColor"))
    assert colours == ["rgb(255, 255, 255)", "rgb(18, 23, 28)"]
    assert alone.locator("button, input, select, a[href], script").count() == 0
    alone.set_viewport_size({"width": 390, "height": 800})
    assert alone.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_nothing_that_a_thing_is_called_runs_in_the_file(
    fresh_server: Callable[..., Server], open_page: Open, kept: Keep, tmp_path: Path
) -> None:
    units = f'unit,name,level,parent\nD,Huyện,district,\nA,"{HOSTILE}",commune,D\n'
    references = building.reference_folder(
        tmp_path / "references", units=units, targets="metric,level,unit,value,source\n", service_models=""
    )
    ended = {"due_at": "2024-03-05", "finished_at": "2024-03-06"}
    data = tmp_path / "data"
    shown = building.publish_whole(data, numbered([dossier(**ended)] * 30), references=references)
    asked = "start=2024-03-01&end=2024-03-31"
    held = Meeting(shown.dataset, "Họp", building.AS_OF, shown.id, asked, "on_time_rate", notes=f"Ghi: {HOSTILE}")
    meetings.save(data, held)
    server = fresh_server(data)
    for path in (f"/tuan-thu?{asked}", "/hop?meeting=1"):
        alone = kept(is_well(open_page(path, server)))
        expect(alone.get_by_text("<script>document.title='pwned'</script>").first).to_be_visible()
        assert "pwned" not in alone.title()
        assert alone.locator("script, [onerror], img:not([src^='data:'])").count() == 0
    expect(alone.locator("pre")).to_have_text(f"Ghi: {HOSTILE}")
