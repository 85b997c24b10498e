"""Figures of trends are valid, legible on both grounds, harmless whatever a name holds, and draw what was judged."""

import base64
import math
import re
import xml.etree.ElementTree as ElementTree
from dataclasses import replace
from datetime import date, timedelta
from html.parser import HTMLParser
from itertools import pairwise
from typing import Any, get_args

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from cchc import charts
from cchc.charts import PALETTE, Figure, Theme
from cchc.charts.control import POINTS
from cchc.charts.scale import Scale
from cchc.figures.metrics import METRICS
from cchc.figures.periods import Period, containing
from cchc.findings.trends import Gaps, Marker, Trend, Unfinished
from cchc.statistics import spc
from cchc.statistics.spc import Assurance, Meaning
from cchc.text import LANGUAGES, Language, Text
from tests.charts.test_deadlines import BOTH, THEMES, are_sound, contrast, painted, written

HOSTILE = Text("<script>alert(1)</script> & <b>mô hình</b>", '"><img src=x> & <i>model</i>')
SVG = "{http://www.w3.org/2000/svg}"


def months(count: int, first: date = date(2022, 1, 1)) -> tuple[Period, ...]:
    found = [containing("month", first)]
    while len(found) < count:
        found.append(containing("month", found[-1].end + timedelta(days=1)))
    return tuple(found[:count])


def trend(name: str, values: list[float], **given: Any) -> Trend:
    periods = months(len(values))
    told = {
        "unit": "A", "grain": "month", "denominators": np.full(len(values), 100.0), "unfinished": None,
        "target": None, "latest": periods[-1] if periods else None,
    }  # fmt: skip
    made = Trend(metric=METRICS[name], periods=periods, values=np.array(values, float), **{**told, **given})
    return replace(made, newest=made.change())


def rate(tops: list[int], **given: Any) -> Trend:
    """An on-time rate over 100 dossiers a month."""
    return trend("on_time_rate", [top / 100 for top in tops], tops=np.array(tops, float), **given)


CALM = [90, 92, 91, 90, 93, 91, 90, 92, 91, 92, 90, 91, 92, 90]
NEXT = containing("month", date(2023, 7, 1))


def signalling(**given: Any) -> Trend:
    """A rate that varies as ever, collapses, recovers, and is not over."""
    return rate([*CALM, 60, 92, 100, 91], **{"unfinished": Unfinished(NEXT, 0.88, 40), "target": 0.95, **given})


def at_best(**given: Any) -> Trend:
    return rate([100] * 12 + [99, 100, 80], **given)


def some_gaps(lengths: list[int] | None = None) -> Gaps:
    lengths = [30, 200, 12, 90, 45, 60, 900] if lengths is None else lengths
    days = tuple(date(2022, 3, 1) + timedelta(days=40 * n) for n in range(len(lengths)))
    return Gaps(days, spc.g(lengths), 310)


MARKERS = [Marker(date(2022, 6, 3), HOSTILE), Marker(date(2023, 2, 3), Text("Thứ Năm", "Thursday"))]
REBASED = [Marker(date(2023, 1, 1), Text("tính lại giới hạn từ", "new limits from"))]


def figures(theme: Theme, language: Language) -> dict[str, Figure]:
    """Every kind of figure."""
    days = trend("mean_days", [2.0, 3.0] * 7, target=9.0)
    made = {
        "control": charts.control(signalling(starts=[9]), MARKERS, REBASED, theme, language),
        "control of few": charts.control(rate([90, 91]), [], [], theme, language),
        "control of days": charts.control(days, MARKERS, [], theme, language),
        "control of counts": charts.control(trend("received", [5.0, 0.0] * 8), [], [], theme, language),
        "misses": charts.misses(at_best(unfinished=Unfinished(NEXT, 0.9, 20)), MARKERS, REBASED, theme, language),
        "gaps": charts.gaps(some_gaps(), at_best(), theme, language),
        "years": charts.years(signalling(), theme, language),
    }
    return {name: figure for name, figure in made.items() if figure is not None}


# --- Every figure ---


@pytest.mark.parametrize(("theme", "language"), BOTH)
def test_every_figure_is_one_plotly_accepts_and_holds_no_markup_of_a_name(theme: Theme, language: Language) -> None:
    made = figures(theme, language)
    assert len(made) == 7
    are_sound(made)


@pytest.mark.parametrize("theme", THEMES)
def test_what_is_painted_and_written_stands_out_from_the_ground(theme: Theme) -> None:
    ground = PALETTE[theme]["ground"]
    made = figures(theme, "vi").values()
    assert [colour for figure in made for colour in painted(figure) if contrast(colour, ground) < 3] == []
    assert [colour for figure in made for colour in written(figure) if contrast(colour, ground) < 4.5] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_numbers_on_axes_and_beside_lines_are_written_as_the_language_does(language: Language) -> None:
    figure = charts.control(signalling(), [], [], "light", language)
    shown = [*figure["layout"]["yaxis"]["ticktext"], *(note["text"] for note in figure["layout"]["annotations"])]
    assert any("%" in text for text in shown)
    assert all((" %" in text) == (language == "vi") for text in shown if "%" in text)


def test_there_is_no_picture_of_nothing() -> None:
    nothing = rate([])
    assert charts.control(nothing, MARKERS, [], "light", "vi") is None
    assert charts.years(nothing, "light", "vi") is None
    assert charts.gaps(some_gaps([]), at_best(), "light", "vi") is None
    assert charts.tile(nothing, "light") == ""
    assert charts.tile(rate([50]), "light") == ""


# --- Control chart ---


def markers_of(figure: Figure) -> dict[str, Figure]:
    return {trace["name"]: trace for trace in figure["data"] if trace.get("mode") == "markers"}


def test_points_that_fired_a_rule_differ_in_colour_and_in_shape() -> None:
    marks = markers_of(charts.control(signalling(), [], [], "light", "vi"))
    assert marks.keys() == {"Dao động bình thường", "Dấu hiệu tốt", "Dấu hiệu xấu"}
    looks = [(mark["marker"]["color"], mark["marker"]["symbol"]) for mark in marks.values()]
    assert len({colour for colour, _ in looks}) == 3
    assert marks["Dấu hiệu xấu"]["marker"]["symbol"] != marks["Dấu hiệu tốt"]["marker"]["symbol"]
    assert marks["Dấu hiệu xấu"]["y"] == [0.6]
    assert sum(len(mark["y"]) for mark in marks.values()) == 18


def test_an_unfinished_period_is_hollow_and_stands_apart() -> None:
    figure = charts.control(signalling(), [], [], "light", "vi")
    [hollow] = [trace for trace in figure["data"] if trace.get("marker", {}).get("symbol") == "circle-open"]
    assert hollow["y"] == [0.91, 0.88]
    assert hollow["line"]["dash"] == "dot"
    assert "chưa trọn" in hollow["customdata"][1]
    assert not any(0.88 in trace["y"] for trace in markers_of(figure).values())


def test_limits_of_each_segment_are_drawn_over_its_points_alone() -> None:
    judged = signalling(starts=[9])
    figure = charts.control(judged, [], REBASED, "light", "vi")
    bands = [trace for trace in figure["data"] if trace.get("fill") == "tonexty"]
    assert [len(trace["x"]) for trace in bands] == [9, 9]
    for trace, first in zip(bands, (0, 9), strict=True):
        assert trace["y"] == judged.chart.limits.upper[first : first + 9].tolist()


def test_without_limits_no_line_is_drawn() -> None:
    figure = charts.control(rate([90, 91, 92]), [], [], "light", "vi")
    assert [trace.get("fill") for trace in figure["data"]] == [None, None]
    assert figure["layout"]["annotations"] == [] or "trục" in figure["layout"]["annotations"][0]["text"]


def test_a_start_lies_between_the_points_it_parts_and_is_named() -> None:
    figure = charts.control(signalling(), MARKERS, REBASED, "light", "vi")
    lines = {shape["x0"]: shape["line"]["dash"] for shape in figure["layout"]["shapes"] if shape["x0"] not in (0, 1)}
    assert lines == {"2022-06-03": "dot", "2023-01-01": "solid", "2023-02-03": "dot"}
    [rebased] = [note["text"] for note in figure["layout"]["annotations"] if "01/01/2023" in note["text"]]
    assert rebased.startswith("tính lại giới hạn từ")
    days = [day for trace in markers_of(figure).values() for day in trace["x"]]
    assert max(day for day in days if day < "2023-01-01") == "2022-12-16"
    assert min(day for day in days if day > "2023-01-01") == "2023-01-16"


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_long_name_of_a_start_gives_way_and_its_day_never(language: Language) -> None:
    model = Text("Ngày thứ Năm chuyển đổi số", "Digital Thursday of all one-stop shops")
    again = Text(f"{model.vi}: tính lại giới hạn từ", f"{model.en}: new limits from")
    for name in (again, Text(f"{again.vi} {again.vi}", f"{again.en} {again.en}")):
        figure = charts.control(signalling(), [], [Marker(date(2023, 1, 1), name)], "light", language)
        assert [note["text"] for note in figure["layout"]["annotations"] if note["text"].endswith("01/01/2023")]


def test_a_start_outside_the_months_shown_is_not_drawn() -> None:
    early, late = Marker(date(2021, 6, 1), HOSTILE), Marker(date(2024, 6, 1), HOSTILE)
    shapes = charts.control(rate(CALM), [early, late], [], "light", "vi")["layout"]["shapes"]
    assert shapes == []


@pytest.mark.parametrize(("target", "drawn", "text"), [(0.95, 1, "95 %"), (0.2, 0, "20 % ↓")])
def test_a_target_far_off_is_named_and_does_not_press_the_series_flat(target: float, drawn: int, text: str) -> None:
    figure = charts.control(rate(CALM, target=target), [], [], "light", "vi")
    dashed = [shape for shape in figure["layout"]["shapes"] if shape["line"]["dash"] == "dash"]
    assert len(dashed) == drawn
    assert any(note["text"].endswith(text) for note in figure["layout"]["annotations"])
    assert figure["layout"]["yaxis"]["range"][0] > 0.5


def test_names_of_lines_do_not_overlap() -> None:
    """Mean, limits and target within a hair of one another."""
    tops = [9000, 9001] * 8
    parts = {"tops": np.array(tops, float), "denominators": np.full(16, 10_000.0)}
    close = trend("on_time_rate", [top / 10_000 for top in tops], target=0.9, **parts)
    figure = charts.control(close, [], [], "light", "vi")
    layout = figure["layout"]
    low, high = layout["yaxis"]["range"]
    height = layout["height"] - layout["margin"]["t"] - layout["margin"]["b"]
    names = [note for note in layout["annotations"] if note.get("xanchor") == "left" and note.get("xshift")]
    places = sorted((high - note["y"]) / (high - low) * height - note["yshift"] for note in names)
    assert len(places) == 4
    assert all(lower - upper >= 30 for upper, lower in pairwise(places))


def test_the_legend_names_what_is_on_the_chart_and_nothing_else() -> None:
    said = re.sub(r"<[^>]+>", "|", charts.legend(signalling(), "light", "vi"))
    assert [part for part in said.split("|") if part] == [
        "Dao động bình thường", "Dấu hiệu tốt", "Dấu hiệu xấu", "Tháng chưa trọn, không đánh giá",
    ]  # fmt: skip
    neutral = trend("received", [*[5.0, 6.0] * 8, 50.0])
    assert "Signal of change" in charts.legend(neutral, "dark", "en")
    images = re.findall(r"base64,([^\"]+)", charts.legend(signalling(), "light", "vi"))
    for image in images:
        ElementTree.fromstring(base64.b64decode(image))


# --- Scale ---


@example([0.375, 0.1875], "mean_days")
@given(
    st.lists(st.floats(0, 1), min_size=1, max_size=20) | st.lists(st.floats(0.99, 1), min_size=1),
    st.sampled_from(["on_time_rate", "mean_days", "received"]),
)
def test_a_scale_holds_every_value_at_round_ticks_of_different_names(values: list[float], name: str) -> None:
    metric = METRICS[name]
    values = [round(value * 1000) for value in values] if metric.format == "count" else values
    scale = Scale.of(values, metric)
    axis = scale.axis("light", "vi")
    low, high = axis["range"]
    assert low - 1e-9 <= min(values)
    assert max(values) <= high + 1e-9
    assert low == 0 or low > 0.3 * max(values)
    assert 2 <= len(axis["tickvals"]) <= 13
    if max(values) - min(values) > 1e-4:
        assert len(set(axis["ticktext"])) == len(axis["ticktext"])
    if metric.format == "count":
        assert all(float(tick).is_integer() for tick in axis["tickvals"])
    assert bool(scale.start("light", "vi")) == (low != 0)


# --- Bad dossiers, and the good ones between them ---


def test_misses_are_the_bad_dossiers_of_each_month_and_what_chance_does_not_bring_stands_out() -> None:
    bars, most = charts.misses(at_best(), [], [], "light", "vi")["data"]
    assert bars["y"] == [0] * 12 + [1, 0, 20]
    colours = bars["marker"]["color"]
    assert [place for place, colour in enumerate(colours) if colour == PALETTE["light"]["late"]] == [14]
    # 21 late of 1,500: in a month of 100 chance brings at most 6 (binomial, 0.135 %).
    assert set(most["y"]) == {6}
    down = trend("late_rate", [0.0] * 12 + [0.01, 0, 0.2], tops=np.array([0.0] * 12 + [1, 0, 20]))
    assert charts.misses(down, [], [], "light", "vi")["data"][0]["y"] == bars["y"]


def test_an_unfinished_month_of_misses_is_hatched_and_no_other() -> None:
    bars = charts.misses(at_best(unfinished=Unfinished(NEXT, 0.9, 20)), [], [], "light", "vi")["data"][0]
    assert bars["marker"]["pattern"]["shape"] == [""] * 15 + ["/"]
    assert bars["y"][-1] == 2


def test_gaps_end_with_what_has_come_since_the_last_bad_dossier() -> None:
    found = some_gaps()
    data = charts.gaps(found, at_best(), "light", "vi")["data"]
    assert data[0]["y"] == [30, 200, 12, 90, 45, 60, 900]
    assert data[-1]["y"] == [900, 310]
    assert data[-1]["marker"]["symbol"] == "circle-open"
    assert {trace["name"] for trace in data[1:-1]} == {"trung vị", "giới hạn trên"}


# --- Years ---


def test_each_year_is_a_line_named_at_its_end_and_the_newest_is_the_strongest() -> None:
    figure = charts.years(signalling(), "light", "vi")
    this, last = figure["data"]
    assert (this["name"], last["name"]) == ("2023", "2022")
    assert this["line"]["width"] > last["line"]["width"]
    assert last["x"] == list(range(1, 13))
    assert this["x"] == [1, 2, 3, 4, 5, 6, 7]
    assert this["marker"]["symbol"][-1] == "circle-open"
    assert {note["text"] for note in figure["layout"]["annotations"]} >= {"2022", "2023"}


def test_one_year_alone_is_compared_with_nothing() -> None:
    assert charts.years(rate([50, 60, 55, 70, 65, 80]), "light", "vi") is None


# --- Small charts ---

SERIES = st.lists(st.integers(0, 100), min_size=2, max_size=40)


@given(SERIES, st.none() | st.floats(0, 1), st.none() | st.floats(0, 1), st.sampled_from(THEMES))
def test_a_small_chart_stays_inside_its_frame(tops, target, unfinished, theme) -> None:
    later = containing("month", months(len(tops))[-1].end + timedelta(days=1))
    ended = None if unfinished is None else Unfinished(later, unfinished, 9)
    svg = ElementTree.fromstring(charts.tile(rate(tops, target=target, unfinished=ended), theme))
    _, _, width, height = map(float, svg.attrib["viewBox"].split())
    for element in svg:
        numbers = element.attrib.get("points", "").replace(",", " ").split()
        pairs = [*zip(map(float, numbers[::2]), map(float, numbers[1::2]), strict=True)]
        if "cx" in element.attrib:
            pairs.append((float(element.attrib["cx"]), float(element.attrib["cy"])))
        if "y1" in element.attrib:
            pairs += [(float(element.attrib[f"x{n}"]), float(element.attrib[f"y{n}"])) for n in (1, 2)]
        assert all(0 <= x <= width and 0 <= y <= height for x, y in pairs), element.attrib


def test_a_small_chart_marks_its_signals_its_last_point_and_what_is_not_over() -> None:
    svg = ElementTree.fromstring(charts.tile(signalling(), "light"))
    line = next(svg.iter(f"{SVG}polyline"))
    assert len(line.attrib["points"].split()) == 18
    colours = PALETTE["light"]
    fills = [element.attrib.get("fill") for element in svg if element.tag != f"{SVG}polyline"]
    assert fills.count(colours["late"]) == 1
    assert fills[-1] == colours["ground"]
    assert colours["target"] in [element.attrib.get("stroke") for element in svg]


def test_a_small_chart_is_light() -> None:
    """120 of them stand on one screen."""
    assert len(charts.tile(rate([90, 95, 100] * 12), "light")) < 2500


# --- Icons ---

KINDS: list[tuple[Meaning | Assurance, int]] = [
    *((meaning, side) for meaning in get_args(Meaning) for side in ((0,) if meaning == "common" else (1, -1))),
    *((assurance, 0) for assurance in get_args(Assurance)),
]


@pytest.mark.parametrize("theme", THEMES)
def test_every_verdict_has_an_icon_that_differs_in_more_than_its_colour(theme: Theme) -> None:
    shapes = []
    for kind, side in KINDS:
        svg = ElementTree.fromstring(charts.icon(kind, theme, side))
        colours = {element.attrib[key] for element in svg for key in ("fill", "stroke") if key in element.attrib}
        strong = colours - {"none", PALETTE[theme]["ground"]}
        assert all(contrast(colour, PALETTE[theme]["ground"]) >= 3 for colour in strong)
        shapes.append(re.sub(r"#\w{6}", "", charts.icon(kind, theme, side)))
    assert len(set(shapes)) == len(KINDS) == 10


def test_points_and_icons_mean_the_same_colours() -> None:
    for meaning, (colour, _, _) in POINTS.items():
        assert PALETTE["light"][colour] in charts.icon(meaning, "light", 1)


class _Images(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)


def test_a_legend_holds_pictures_and_words_only() -> None:
    parser = _Images()
    parser.feed(charts.legend(signalling(), "dark", "en"))
    assert set(parser.tags) == {"div", "span", "img"}


def test_nothing_drawn_is_not_a_number() -> None:
    for figure in figures("light", "vi").values():
        for trace in figure["data"]:
            assert not any(isinstance(y, float) and math.isnan(y) for y in trace["y"])
