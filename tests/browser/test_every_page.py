"""Every page, opened once in Vietnamese and light and once in English and dark: read, heard, checked and printed."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext

import pages
from cchc.rules.references import References
from cchc.store import snapshots
from cchc.store.snapshots import Snapshot
from cchc.text import Language
from tests import wording
from tests.browser.checking import NAMES, wrong
from tests.browser.conftest import Server
from tests.browser.looking import is_well, texts
from tests.browser.printing import ACROSS, UPRIGHT, Printed, bare, printed

QUARTER = "dataset=tra-cu&start=2023-01-01&end=2023-03-31"
QUESTIONS = {page.slug: QUARTER for page in pages.PAGES} | {"thu-nam": "dataset=tra-cu", "thu-sau": "dataset=thanh-ha"}
KINDS = ("heads", "letters", "sentences")
Papers = dict[str, Printed]


@dataclass(frozen=True)
class Seen:
    """A page as it was read, heard, checked and printed."""

    words: set[str]
    names: set[str]
    wrong: list[str]
    paper: Printed


@dataclass(frozen=True)
class Walk:
    """All pages by their slugs, in one language."""

    language: Language
    pages: dict[str, Seen]


@pytest.fixture(scope="module", params=[("vi", "light"), ("en", "dark")], ids=lambda each: each[0])
def walk(
    request: pytest.FixtureRequest, profile: BrowserContext, server: Server, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Walk]:
    language, scheme = request.param
    folder = tmp_path_factory.mktemp("papers")
    page = profile.new_page()
    page.set_viewport_size({"width": 1280, "height": 800})
    page.emulate_media(color_scheme=scheme)
    seen = {}
    for slug, question in QUESTIONS.items():
        page.goto(f"{server.url}/{slug}?{question}&lang={language}")
        is_well(page)
        # Long names on the axes of charts are cut short; their hovers and the tables have them whole.
        axes = {
            each for part in ("text", "tspan") for each in page.locator(f".js-plotly-plot {part}").all_text_contents()
        }
        read, names = set(texts(page)) - axes, set(page.evaluate(NAMES))
        seen[slug] = Seen(read, names, wrong(page), printed(page, folder / f"{slug}.pdf"))
    yield Walk(language, seen)
    page.close()


@pytest.fixture(scope="module")
def papers(walk: Walk) -> Papers:
    return {slug: seen.paper for slug, seen in walk.pages.items()}


@pytest.fixture(scope="module")
def known(demo_data: Path) -> list[References]:
    found = (snapshots.current(demo_data, dataset) for dataset in snapshots.datasets(demo_data))
    return [each.references for each in found if each]


def test_every_text_on_every_page_is_in_the_language_of_the_link(walk: Walk, known: list[References]) -> None:
    left = {slug: wording.left_over(seen.words, walk.language, known) for slug, seen in walk.pages.items()}
    assert {slug: words for slug, words in left.items() if words} == {}


def test_every_name_a_screen_reader_says_is_in_the_language_of_the_page(walk: Walk, known: list[References]) -> None:
    left = {slug: wording.left_over(seen.names, walk.language, known) for slug, seen in walk.pages.items()}
    assert {slug: names for slug, names in left.items() if names} == {}
    earlier = {"vi": {"Kỳ trước", "Kỳ sau", "Thanh bên"}, "en": {"Previous period", "Next period", "Sidebar"}}
    assert earlier[walk.language] <= walk.pages["tuan-thu"].names


def test_a_checker_of_wcag_finds_nothing_wrong_on_any_page(walk: Walk) -> None:
    assert [f"{slug}: {each}" for slug, seen in walk.pages.items() for each in seen.wrong] == []


def test_every_column_and_every_letter_of_a_chart_is_on_the_paper(papers: Papers) -> None:
    cut = []
    for slug, paper in papers.items():
        whole = "".join(paper.sheets)
        cut += [(slug, each) for kind in KINDS for each in paper.wanted[kind] if each not in whole]
    assert cut == []
    having = {kind: {slug for slug, paper in papers.items() if paper.wanted[kind]} for kind in KINDS}
    assert having["heads"] >= {"tuan-thu", "ho-so", "thu-nam", "bao-cao"}
    assert having["sentences"] >= {"tong-quan"}
    assert having["letters"] >= {"tong-quan", "tuan-thu", "thu-nam"}


def test_nothing_that_is_only_pressed_or_chosen_is_on_the_paper(papers: Papers) -> None:
    assert {slug: paper.wanted["controls"] for slug, paper in papers.items() if paper.wanted["controls"]} == {}


def test_only_what_has_more_columns_than_a_narrow_sheet_has_room_for_lies_across(papers: Papers) -> None:
    assert {slug for slug, paper in papers.items() if ACROSS in paper.sizes} == {"bao-cao"}
    assert all(len(set(paper.sizes)) == 1 and paper.sizes[0] in (UPRIGHT, ACROSS) for paper in papers.values())


def test_no_heading_is_the_last_of_a_sheet(papers: Papers) -> None:
    assert [
        (slug, sheet[-60:])
        for slug, paper in papers.items()
        for sheet in paper.sheets[:-1]
        if sheet.endswith(tuple(paper.wanted["titles"]))
    ] == []


def test_no_sheet_is_empty(papers: Papers) -> None:
    assert {
        slug: [bool(sheet) for sheet in paper.sheets] for slug, paper in papers.items() if not all(paper.sheets)
    } == {}


def test_no_empty_box_stands_between_a_heading_and_what_it_heads(papers: Papers) -> None:
    assert {slug: paper.wanted["parted"] for slug, paper in papers.items() if paper.wanted["parted"]} == {}


def test_no_closed_fold_and_no_heading_of_controls_is_on_the_paper(papers: Papers) -> None:
    form = "".join(papers["bao-cao"].sheets)
    assert "Tổngsố" in form
    assert not [each for each in ("Sổtheodõi", "Registersof", "▶", "▸", "Kiểmtra") if each in form]


def test_a_list_that_is_longer_than_the_page_says_so_on_the_paper(papers: Papers, walk: Walk) -> None:
    [said] = [each for each in walk.pages["ho-so"].words if re.search(r"1–50 (trong|of)", each)]
    assert bare(said) in "".join(papers["ho-so"].sheets)


def test_every_sheet_of_a_long_table_begins_with_its_heads(papers: Papers) -> None:
    paper = papers["ho-so"]
    assert len(paper.sheets) > 2
    assert [sheet for sheet in paper.sheets[1:] if not sheet.startswith(paper.wanted["heads"][0])] == []


def test_every_sheet_says_what_is_shown_from_which_snapshot_and_its_number(
    papers: Papers, walk: Walk, tra_cu: Snapshot
) -> None:
    for slug, paper in papers.items():
        for place, foot in enumerate(paper.feet):
            assert foot.endswith(f"{place + 1}/{len(paper.feet)}"), slug
            # A page about something else than the filters names the area alone.
            assert foot.startswith(
                (paper.wanted["shown"][0], bare(tra_cu.references.dataset.name[walk.language]) + "–")
            ), slug
            assert bare(tra_cu.id) in foot or slug == "thu-sau"
            assert "TràCú" in foot or slug == "thu-sau"
