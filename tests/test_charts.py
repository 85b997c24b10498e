"""Every figure is valid, legible on both grounds, harmless whatever a name holds, and counts what its frame counts."""

import math
import re
import xml.etree.ElementTree as ElementTree
from collections.abc import Iterator
from datetime import date
from itertools import pairwise
from typing import Any, get_args

import pandas as pd
import plotly.graph_objects as go
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cchc import charts
from cchc.charts import PALETTE, Figure, Theme
from cchc.metrics import METRICS
from cchc.periods import Period
from cchc.text import LANGUAGES, Language

THEMES: tuple[Theme, ...] = get_args(Theme)
HOSTILE = {"A": "<script>alert(1)</script>", "B": '"><b>Xã</b> & <i>', "C": "Thị trấn Định An"}
BOTH = [(theme, language) for theme in THEMES for language in LANGUAGES]


def outcome_frame(ids: str | list[str] = "ABC") -> pd.DataFrame:
    rows = [
        {"unit": each, "early": 90 - n % 7, "on_day": 5, "withdrawn": 2, "late": n % 7, "resolved": 97}
        for n, each in enumerate(ids)
    ]
    return pd.DataFrame(rows, columns=["unit", "early", "on_day", "withdrawn", "late", "resolved"])


def month_frame(months: int = 13) -> pd.DataFrame:
    starts = pd.date_range("2023-01-01", periods=months, freq="MS")
    counts = range(10, 10 + months)
    return pd.DataFrame(
        {"period": starts, "received": counts, "resolved": counts, "open_within": counts, "open_overdue": counts}
    )


def figures(theme: Theme, language: Language, names: dict[str, str] = HOSTILE) -> dict[str, Figure]:
    """Every kind of figure."""
    december = Period(date(2023, 12, 1), date(2023, 12, 31))
    made = {
        "flow": charts.flow(month_frame(), december, theme, language),
        "flow of one month": charts.flow(month_frame(1), None, theme, language),
        "outcomes": charts.outcomes(outcome_frame(), names, "unit", theme, language),
        "pareto": charts.pareto(outcome_frame(), names, "unit", ["C"], theme, language),
    }
    return {name: figure for name, figure in made.items() if figure is not None}


def strings(part: Any) -> Iterator[str]:
    if isinstance(part, str):
        yield part
    elif isinstance(part, dict):
        for value in part.values():
            yield from strings(value)
    elif isinstance(part, list | tuple):
        for value in part:
            yield from strings(value)


def found(part: Any, key: str) -> Iterator[Any]:
    """Every value under `key`, at any depth."""
    if isinstance(part, dict):
        if key in part:
            yield part[key]
        for value in part.values():
            yield from found(value, key)
    elif isinstance(part, list | tuple):
        for value in part:
            yield from found(value, key)


def contrast(one: str, other: str) -> float:
    """Contrast ratio of two colours, 1-21 (WCAG 2.2)."""
    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def luminance(colour: str) -> float:
    channels = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def painted(figure: Figure) -> set[str]:
    """The colours of bars, lines and points."""
    colours: set[str] = set()
    for trace in figure["data"]:
        for part in (trace.get("marker", {}).get("color"), trace.get("line", {}).get("color")):
            colours |= {part} if isinstance(part, str) else set(part or [])
    return colours


def written(figure: Figure) -> set[str]:
    """The colours of letters and digits."""
    fonts = [*found(figure, "font"), *found(figure, "tickfont"), *found(figure, "textfont")]
    colours = [font["color"] for font in fonts if "color" in font]
    return {each for colour in colours for each in ([colour] if isinstance(colour, str) else colour)}


def bars(figure: Figure) -> list[Figure]:
    return [trace for trace in figure["data"] if trace["type"] == "bar"]


# --- Every figure ---


@pytest.mark.parametrize(("theme", "language"), BOTH)
def test_every_figure_is_one_plotly_accepts(theme: Theme, language: Language) -> None:
    made = figures(theme, language)
    assert len(made) == 4
    for name, figure in made.items():
        assert len(go.Figure(figure).data) == len(figure["data"]), name


@pytest.mark.parametrize(("theme", "language"), BOTH)
def test_no_name_is_read_as_markup(theme: Theme, language: Language) -> None:
    for name, figure in figures(theme, language).items():
        markup = {tag for text in strings(figure) for tag in re.findall(r"<[^>]*>", text)}
        assert markup <= {"<b>", "</b>", "<br>", "<extra>", "</extra>"}, name
        assert not any("<b>Xã" in text for text in strings(figure)), name


@pytest.mark.parametrize("theme", THEMES)
def test_what_is_painted_stands_out_from_the_ground(theme: Theme) -> None:
    ground = PALETTE[theme]["ground"]
    used = set().union(*(painted(figure) for figure in figures(theme, "vi").values()))
    assert used
    assert {colour: round(contrast(colour, ground), 2) for colour in used if contrast(colour, ground) < 3} == {}


@pytest.mark.parametrize("theme", THEMES)
def test_what_is_written_can_be_read_on_the_ground(theme: Theme) -> None:
    ground = PALETTE[theme]["ground"]
    used = set().union(*(written(figure) for figure in figures(theme, "vi").values()))
    used |= {colour for name, colour in PALETTE[theme].items() if name in ("text", "muted") or name.endswith("_text")}
    assert {colour: round(contrast(colour, ground), 2) for colour in used if contrast(colour, ground) < 4.5} == {}


@pytest.mark.parametrize("theme", THEMES)
def test_every_meaning_has_a_colour_of_its_own_that_stands_out(theme: Theme) -> None:
    """One meaning a colour: what a reader learned on one chart holds on the next."""
    meanings = "early on_day late withdrawn open target online counter postal".split()
    colours = [PALETTE[theme][meaning] for meaning in meanings]
    assert len(set(colours)) == len(meanings)
    assert [name for name in meanings if contrast(PALETTE[theme][name], PALETTE[theme]["ground"]) < 3] == []


def test_both_themes_name_the_same_colours() -> None:
    assert PALETTE["light"].keys() == PALETTE["dark"].keys()


@pytest.mark.parametrize("language", LANGUAGES)
def test_numbers_have_the_separators_of_the_language(language: Language) -> None:
    for figure in figures("light", language).values():
        assert figure["layout"]["separators"] == {"vi": ",.", "en": ".,"}[language]


def test_there_is_no_picture_of_nothing() -> None:
    nothing = month_frame()
    nothing[["received", "resolved", "open_within", "open_overdue"]] = 0
    assert charts.flow(nothing, None, "light", "vi") is None
    assert charts.outcomes(outcome_frame([]), {}, "unit", "light", "vi") is None
    unresolved = outcome_frame().assign(early=0, on_day=0, withdrawn=0, late=0, resolved=0)
    assert charts.outcomes(unresolved, HOSTILE, "unit", "light", "vi") is None


# --- Outcomes ---


def test_each_bar_of_outcomes_is_whole_and_starts_at_zero() -> None:
    figure = charts.outcomes(outcome_frame(), HOSTILE, "unit", "light", "vi")
    for shares in zip(*(trace["x"] for trace in bars(figure)), strict=True):
        assert sum(shares) == pytest.approx(1)
    assert figure["layout"]["barmode"] == "stack"
    assert figure["layout"]["xaxis"]["range"] == [0, 1]


def test_a_click_on_any_part_of_a_bar_knows_the_unit_and_what_was_counted() -> None:
    figure = charts.outcomes(outcome_frame("CAB"), HOSTILE, "unit", "light", "vi")
    assert {trace["customdata"][0][1] for trace in bars(figure)} == {"early", "on_day", "withdrawn", "late"}
    for trace in bars(figure):
        assert [point[0] for point in trace["customdata"]] == ["C", "A", "B"]
        assert {METRICS[point[1]].label.vi for point in trace["customdata"]} == {trace["name"]}


def test_the_late_rate_beside_a_bar_is_that_of_its_unit() -> None:
    figure = charts.outcomes(outcome_frame(), HOSTILE, "unit", "light", "vi")
    assert figure["data"][-1]["text"] == ["0,00 %", "1,03 %", "2,06 %"]
    assert figure["data"][-1]["y"] == figure["data"][0]["y"]


def test_a_unit_that_resolved_nothing_has_no_bar() -> None:
    frame = outcome_frame()
    frame.loc[1, ["early", "on_day", "withdrawn", "late", "resolved"]] = 0
    figure = charts.outcomes(frame, HOSTILE, "unit", "light", "vi")
    assert [point[0] for point in figure["data"][0]["customdata"]] == ["A", "C"]
    assert not any(math.isnan(share) for trace in figure["data"] for share in trace["x"])


def test_a_chart_grows_with_the_number_of_units() -> None:
    names = {f"{n}": f"Xã {n}" for n in range(120)}
    frames = [outcome_frame(list(names)[:size]) for size in (1, 18, 120)]
    heights = [charts.outcomes(frame, names, "unit", "light", "vi")["layout"]["height"] for frame in frames]
    assert all(taller - lower >= 15 * 17 for lower, taller in pairwise(heights))


# --- Few that make half ---


def test_bars_of_the_few_stand_largest_first_and_apart_from_the_others() -> None:
    [bars] = charts.pareto(outcome_frame(), HOSTILE, "unit", ["C"], "light", "vi")["data"]
    assert bars["x"] == [2, 1]
    assert [point[0] for point in bars["customdata"]] == ["C", "B"]
    assert bars["marker"]["color"][0] != bars["marker"]["color"][1]


def test_the_share_beside_a_bar_is_of_all_late_dossiers_even_of_those_not_drawn() -> None:
    names = {f"{n}": f"Thủ tục {n}" for n in range(40)}
    frame = pd.DataFrame({"procedure": list(names), "late": [10] * 40})
    [bars] = charts.pareto(frame, names, "procedure", ["0"], "light", "vi")["data"]
    assert len(bars["x"]) < 40
    assert all("2 %" in text or "3 %" in text for text in bars["text"])


# --- Flow ---


def test_an_incomplete_month_is_hatched_and_no_other() -> None:
    december = Period(date(2023, 12, 1), date(2023, 12, 31))
    backlog = bars(charts.flow(month_frame(), december, "light", "vi"))
    assert backlog
    for trace in backlog:
        shapes = trace["marker"]["pattern"]["shape"]
        assert [day for day, shape in zip(trace["x"], shapes, strict=True) if shape] == ["2023-12-01"]


def test_flow_and_backlog_have_each_their_own_scale_from_zero() -> None:
    layout = charts.flow(month_frame(), None, "light", "vi")["layout"]
    axes = [layout[name] for name in layout if name.startswith("yaxis")]
    assert [axis["rangemode"] for axis in axes] == ["tozero"] * 2
    (low, high), (lower, upper) = sorted(axis["domain"] for axis in axes)
    assert 0 <= low < high < lower < upper <= 1


# --- Sparks ---

VALUES = st.lists(st.floats(-1e9, 1e9) | st.just(math.nan), max_size=15).map(tuple)


@given(VALUES, st.sampled_from(THEMES))
def test_a_spark_stays_inside_its_frame_and_marks_its_last_value(values: tuple[float, ...], theme: Theme) -> None:
    drawn = charts.spark(values, theme)
    known = [value for value in values if not math.isnan(value)]
    if len(known) < 2:
        assert drawn == ""
        return
    svg = ElementTree.fromstring(drawn)
    line, mark = list(svg)
    points = [tuple(float(part) for part in point.split(",")) for point in line.attrib["points"].split()]
    assert len(points) == len(known)
    assert all(0 <= x <= 120 and 0 <= y <= 30 for x, y in points)
    assert (float(mark.attrib["cx"]), float(mark.attrib["cy"])) == points[-1]
    highest = min(range(len(points)), key=lambda n: points[n][1])
    assert known[highest] == pytest.approx(max(known), rel=0.01, abs=(max(known) - min(known)) / 100)
