"""Every figure is valid, legible on both grounds, harmless whatever a name holds, and counts what its frame counts."""

import math
import re
import tomllib
import xml.etree.ElementTree as ElementTree
from collections.abc import Iterator
from datetime import date
from itertools import pairwise
from typing import Any, get_args

import numpy as np
import pandas as pd
import plotly.graph_objects as go
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cchc import charts
from cchc.charts import LIGHT, PALETTE, Figure, Theme
from cchc.charts.labels import beside, spread
from cchc.config import ROOT
from cchc.figures.metrics import METRICS
from cchc.figures.periods import Period
from cchc.findings.compliance import Comparison
from cchc.text import LANGUAGES, Language
from tests.building import compared

THEMES: tuple[Theme, ...] = get_args(Theme)
HOSTILE = {"A": "<script>alert(1)</script>", "B": '"><b>Xã</b> & <i>', "C": "Thị trấn Định An"}
BOTH = [(theme, language) for theme in THEMES for language in LANGUAGES]


def outcome_frame(ids: str | list[str] = "ABC") -> pd.DataFrame:
    rows = [
        {"unit": each, "early": 90 - n % 7, "on_day": 5, "withdrawn": 2, "late": n % 7, "resolved": 97}
        for n, each in enumerate(ids)
    ]
    frame = pd.DataFrame(rows, columns=["unit", "early", "on_day", "withdrawn", "late", "resolved"])
    return frame.assign(on_time_rate_d=frame["resolved"], undated_n=0, undated_d=frame["resolved"])


def month_frame(months: int = 13) -> pd.DataFrame:
    starts = pd.date_range("2023-01-01", periods=months, freq="MS")
    counts = range(10, 10 + months)
    return pd.DataFrame(
        {"period": starts, "received": counts, "resolved": counts, "open_within": counts, "open_overdue": counts}
    )


USUAL = {f"{n}": f"Phường {n}" for n in range(20)}


def funnel_units(**counts: tuple[int, int]) -> Comparison:
    """Units that differ little, and A far below, B far above, C too small to be judged; late and resolved."""
    given = {"A": (60, 300), "B": (8, 6000), "C": (3, 4)} | counts
    return compared({unit: (9 + n % 5, 300 + 10 * n) for n, unit in enumerate(USUAL)} | given)


def figures(theme: Theme, language: Language, names: dict[str, str] = HOSTILE) -> dict[str, Figure]:
    """Every kind of figure."""
    december = Period(date(2023, 12, 1), date(2023, 12, 31))
    made = {
        "flow": charts.flow(month_frame(), {december.start}, theme, language),
        "flow of one month": charts.flow(month_frame(1), (), theme, language),
        "outcomes": charts.outcomes(outcome_frame(), names, "unit", theme, language),
        "pareto": charts.pareto(outcome_frame(), names, "unit", ["C"], theme, language),
        "funnel": charts.funnel(funnel_units(), names | USUAL, 0.98, theme, language),
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


def are_sound(figures: dict[str, Figure]) -> None:
    """Plotly takes every trace of them, and no name in them is read as markup."""
    for name, figure in figures.items():
        assert len(go.Figure(figure).data) == len(figure["data"]), name
        markup = {tag for text in strings(figure) for tag in re.findall(r"<[^>]*>", text)}
        assert markup <= {"<b>", "</b>", "<br>", "<extra>", "</extra>"}, name
        assert not any("<b>Xã" in text for text in strings(figure)), name


# --- Every figure ---


@pytest.mark.parametrize(("theme", "language"), BOTH)
def test_every_figure_is_one_plotly_accepts_and_holds_no_markup_of_a_name(theme: Theme, language: Language) -> None:
    made = figures(theme, language)
    assert len(made) == 5
    are_sound(made)


@pytest.mark.parametrize("theme", THEMES)
def test_what_is_painted_stands_out_from_the_ground(theme: Theme) -> None:
    ground = PALETTE[theme]["ground"]
    used = set().union(*(painted(figure) for figure in figures(theme, "vi").values()))
    assert used
    assert {colour: round(contrast(colour, ground), 2) for colour in used if contrast(colour, ground) < 3} == {}


@pytest.mark.parametrize("theme", THEMES)
def test_what_is_written_can_be_read_on_the_ground(theme: Theme) -> None:
    ground = PALETTE[theme]["ground"]
    made = figures(theme, "vi").values()
    assert {figure["layout"]["hoverlabel"]["bgcolor"] for figure in made} == {ground}
    used = set().union(*(written(figure) for figure in made))
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


def test_a_colour_of_the_dark_stands_for_one_of_paper() -> None:
    """A picture of a chart drawn for the dark is drawn in the colours of paper."""
    dark = PALETTE["dark"]
    assert {name: LIGHT[colour] for name, colour in dark.items()} == PALETTE["light"]


@pytest.mark.parametrize("theme", THEMES)
def test_the_page_around_a_figure_has_its_colours(theme: Theme) -> None:
    settings = tomllib.loads((ROOT / ".streamlit" / "config.toml").read_text(encoding="utf-8"))["theme"][theme]
    said = {
        "backgroundColor": "ground", "textColor": "text", "codeTextColor": "text", "linkColor": "early_text",
        "redColor": "late", "redTextColor": "late_text", "greenColor": "early", "greenTextColor": "early_text",
        "blueColor": "early", "blueTextColor": "early_text",
    }  # fmt: skip
    assert {key: settings[key] for key in said} == {key: PALETTE[theme][meaning] for key, meaning in said.items()}
    series = ("early", "on_day", "late", "online", "counter", "postal", "target", "withdrawn")
    assert settings["chartCategoricalColors"] == [PALETTE[theme][meaning] for meaning in series]


@pytest.mark.parametrize("language", LANGUAGES)
def test_numbers_have_the_separators_of_the_language(language: Language) -> None:
    for figure in figures("light", language).values():
        assert figure["layout"]["separators"] == {"vi": ",.", "en": ".,"}[language]


def test_there_is_no_picture_of_nothing() -> None:
    nothing = month_frame()
    nothing[["received", "resolved", "open_within", "open_overdue"]] = 0
    assert charts.flow(nothing, (), "light", "vi") is None
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
    assert [text.strip() for text in figure["data"][-1]["text"]] == ["0,00 %", "1,03 %", "2,06 %"]
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


def test_a_bar_of_too_few_dossiers_is_faded_and_says_why() -> None:
    frame = outcome_frame().assign(early=[90, 9, 90], resolved=[97, 19, 97], on_time_rate_d=[97, 19, 97])
    figure = charts.outcomes(frame, HOSTILE, "unit", "light", "vi")
    for trace in figure["data"][:4]:
        assert [opacity < 1 for opacity in trace["marker"]["opacity"]] == [False, True, False]
        assert ["không xếp hạng" in point[2] for point in trace["customdata"]] == [False, True, False]


def test_neighbours_with_names_of_two_lines_have_more_room() -> None:
    long = "Bộ phận Một cửa huyện Trà Cú"
    heights = [
        charts.outcomes(outcome_frame(), dict(zip("ABC", names, strict=True)), "unit", "light", "vi")["layout"][
            "height"
        ]
        for names in (["Xã A", "Xã B", "Xã C"], [long, "Xã B", long], [long, long, "Xã C"])
    ]
    assert heights[0] < heights[1] < heights[2]


# --- Few that make half ---


def test_bars_of_the_few_stand_largest_first_and_apart_from_the_others() -> None:
    bars, _ = charts.pareto(outcome_frame(), HOSTILE, "unit", ["C"], "light", "vi")["data"]
    assert bars["x"] == [2, 1]
    assert [point[0] for point in bars["customdata"]] == ["C", "B"]
    assert bars["marker"]["color"][0] != bars["marker"]["color"][1]


def test_the_share_beside_a_bar_is_of_all_late_dossiers_even_of_those_not_drawn() -> None:
    names = {f"{n}": f"Thủ tục {n}" for n in range(40)}
    frame = pd.DataFrame({"procedure": list(names), "late": [10] * 40})
    bars, _ = charts.pareto(frame, names, "procedure", ["0"], "light", "vi")["data"]
    assert len(bars["x"]) < 40
    assert all("2 %" in text or "3 %" in text for text in bars["text"])


def test_names_stand_above_their_bars_and_nothing_overlaps() -> None:
    names = {"A": "Xã A", "B": "Chứng thực bản sao từ bản chính giấy tờ, văn bản do cơ quan cấp", "C": "Xã C"}
    frame = pd.DataFrame({"unit": list("ABC"), "late": [9, 5, 3]})
    figure = charts.pareto(frame, names, "unit", ["A"], "light", "vi")
    bars, above = figure["data"]
    edge = 0.0
    for middle, foot, name in zip(bars["y"], above["y"], above["text"], strict=True):
        top = middle - bars["width"] / 2
        assert 0 <= top - foot <= 3
        assert foot - 15 * (1 + name.count("<br>")) >= edge
        edge = middle + bars["width"] / 2
    assert edge <= figure["layout"]["height"] == figure["layout"]["yaxis"]["range"][0]


# --- Funnel ---


def points(figure: Figure) -> dict[str, dict[str, Any]]:
    """Unit to what is drawn for it."""
    [trace] = [trace for trace in figure["data"] if trace["mode"] == "markers"]
    marker = trace["marker"]
    drawn = zip(trace["customdata"], trace["x"], trace["y"], marker["color"], marker["symbol"], strict=True)
    return {data[0]: {"data": data, "x": x, "y": y, "colour": c, "symbol": s} for data, x, y, c, s in drawn}


def funnel(found: Comparison, target: float | None = None, **room: float) -> Figure:
    names = {unit: f"Xã {unit}" for unit in found.peers["unit"]}
    figure = charts.funnel(found, names, target, "light", "vi", **room)
    assert figure is not None
    return figure


def test_every_unit_stands_in_the_funnel_at_its_size_and_rate() -> None:
    found = funnel_units()
    drawn = points(funnel(found))
    for unit in found.peers.to_dict("records"):
        point = drawn[unit["unit"]]
        assert point["x"] == pytest.approx(math.log10(unit["resolved"]))  # 4 and 6,000 dossiers are far apart
        assert point["data"][:2] == [unit["unit"], "late"]
        if unit["standing"] != "few":
            assert point["y"] == unit["on_time_rate"]


def test_colour_says_worse_or_better_and_only_of_units_that_differ() -> None:
    drawn = points(funnel(funnel_units()))
    assert drawn["A"]["colour"] == PALETTE["light"]["late"]
    assert drawn["B"]["colour"] == PALETTE["light"]["early"]
    assert {drawn[unit]["colour"] for unit in [*USUAL, "C"]} == {PALETTE["light"]["withdrawn"]}
    assert (drawn["A"]["symbol"], drawn["C"]["symbol"]) == ("circle", "triangle-down-open")


def test_a_unit_of_few_dossiers_does_not_press_the_others_together() -> None:
    """C keeps one deadline of four; it is shown at the edge, its true rate in the hover."""
    figure = funnel(funnel_units())
    low, _ = figure["layout"]["yaxis"]["range"]
    assert low > 0.6
    assert points(figure)["C"]["y"] == low
    assert "25,00 %" in points(figure)["C"]["data"][2]


def test_hollow_grey_is_for_units_that_cannot_be_judged() -> None:
    units = {unit: (9 + n % 5, 300 + 10 * n) for n, unit in enumerate(USUAL)}
    found = compared(units | {"A": (60, 300), "B": (0, 100), "C": (3, 15)}, chosen=("7", "B", "C"))
    standings = dict(zip(found.peers["unit"], found.peers["standing"], strict=True))
    assert (standings["A"], standings["B"], standings["C"]) == ("different", "unsure", "few")
    assert {unit for unit, point in points(funnel(found)).items() if "open" in point["symbol"]} == {"B", "C"}


def test_only_units_that_differ_are_named() -> None:
    names = {note["text"] for note in funnel(funnel_units())["layout"]["annotations"]}
    assert {name for name in names if name.startswith("Xã")} == {"Xã A", "Xã B"}


def test_a_chosen_unit_is_named_and_the_others_are_grey() -> None:
    units = {unit: (9 + n % 5, 300 + 10 * n) for n, unit in enumerate(USUAL)} | {"A": (60, 300)}
    figure = funnel(compared(units, chosen=("7",)))
    drawn = points(figure)
    assert {drawn[unit]["colour"] for unit in units if unit != "7"} == {PALETTE["light"]["withdrawn"]}
    assert drawn["7"]["colour"] == PALETTE["light"]["text"]
    names = {note["text"] for note in figure["layout"]["annotations"]}
    assert {name for name in names if name.startswith("Xã")} == {"Xã 7"}


def test_sizes_stand_on_a_plain_axis_unless_they_are_far_apart() -> None:
    near = funnel(compared({unit: (9 + n % 5, 300 + 10 * n) for n, unit in enumerate(USUAL)}))
    assert points(near)["3"]["x"] == 330
    for figure in (near, funnel(funnel_units())):
        axis = figure["layout"]["xaxis"]
        texts = [text.replace(".", "") for text in axis["ticktext"]]
        sizes = [10**place if figure is not near else place for place in axis["tickvals"]]
        assert 2 <= len(texts) <= 8
        assert [int(text) for text in texts] == pytest.approx(sizes)


def test_a_point_lies_outside_the_drawn_limits_if_and_only_if_the_funnel_says_so() -> None:
    found = funnel_units()
    figure = funnel(found)
    lines = [trace for trace in figure["data"] if trace["mode"] == "lines"][:4]
    assert found.funnel is not None
    for unit, verdict in zip(found.peers.to_dict("records"), found.funnel.verdicts, strict=True):
        at = [np.interp(math.log10(unit["resolved"]), line["x"], line["y"]) for line in lines]
        beyond = [not low <= unit["on_time_rate"] <= high for low, high in (at[:2], at[2:])]
        assert beyond == [verdict == "different", verdict != "none"], unit["unit"]


# As large as on a desk, and as on a wall of 1920 x 1080: 24 / 13 times as large, letters of 24 pixels, 750 high.
@pytest.mark.parametrize("room", [{}, {"height": 750 * 13 / 24, "letters": 13}])
@pytest.mark.parametrize("target", [None, 0.95, 0.975, 1.0])
def test_the_lines_of_a_funnel_are_named_at_their_ends_without_overlap(
    target: float | None, room: dict[str, float]
) -> None:
    figure = funnel(funnel_units(), target, **room)
    layout = (charts.enlarged(figure, 24 / 13, 24, 750) if room else figure)["layout"]
    ends = [note for note in layout["annotations"] if note.get("xref") == "paper" and note["x"] == 1]
    said = " ".join(note["text"] for note in ends)
    for word in ("khác biệt<br>99,8 %", "cần xem<br>95 %", "mức chung", *(["chỉ tiêu"] if target else [])):
        assert word in said
    tall = layout["height"] - layout["margin"]["t"] - layout["margin"]["b"]
    heights = sorted(note["y"] * tall for note in ends)
    two_lines = 2 * 1.3 * ends[0]["font"]["size"]
    assert ends[0]["font"]["size"] == (24 if room else 11)
    assert all(higher - lower >= two_lines for lower, higher in pairwise(heights))
    assert 0 <= heights[0] <= heights[-1] <= tall


def test_there_is_no_funnel_of_too_few_units() -> None:
    assert charts.funnel(compared({"A": (3, 100)}), {"A": "Xã A"}, None, "light", "vi") is None


# --- Labels ---

SPOTS = st.lists(st.tuples(st.floats(0, 220), st.floats(0, 380)), max_size=40)


@given(SPOTS, st.floats(1, 8), st.data())
def test_names_do_not_overlap_on_a_phone_nor_on_any_wider_screen(spots, wider: float, data) -> None:
    texts = [data.draw(st.sampled_from(["Xã A", "Thị trấn Định An", "Bộ phận Một cửa<br>huyện Trà Cú"])) for _ in spots]
    stay_apart(spots, texts, wider)


@pytest.mark.parametrize("spots", [[(18, 0), (36, 0)], [(0, 0), (2, 2)], [(50, 50), (60, 52), (70, 50), (80, 48)]])
def test_names_of_near_neighbours_do_not_meet_when_the_screen_widens(spots: list[tuple[float, float]]) -> None:
    for wider in (1, 1.5, 2, 3, 5, 8):
        stay_apart(spots, ["Xã A"] * len(spots), wider)


def stay_apart(spots: list[tuple[float, float]], texts: list[str], wider: float) -> None:
    """Names placed on a plot of 220 by 380 pixels, looked at on one so many times wider."""
    level = 100.0
    boxes = []
    for (x, y), text, label in zip(spots, texts, beside(spots, texts, 220, 380, [level]), strict=True):
        if label is not None:
            lines = text.split("<br>")
            across, tall = 6.5 * max(map(len, lines)), 14 * len(lines)
            left = x * wider + 9 if label.right else x * wider - 9 - across
            boxes.append((left, y + label.drop - tall / 2, left + across, y + label.drop + tall / 2))
    for n, (left, top, right, bottom) in enumerate(boxes):
        assert left >= 0
        assert right <= 220 * wider
        assert 0 <= top <= bottom <= 380
        assert not top < level < bottom
        assert not any(left < x * wider < right and top < y < bottom for x, y in spots)
        for other in boxes[:n]:
            assert right <= other[0] or other[2] <= left or bottom <= other[1] or other[3] <= top


def test_a_name_stands_right_beside_its_point_where_there_is_room() -> None:
    [first, second] = beside([(20, 50), (200, 200)], ["Xã A", "Xã B"], 220, 380)
    assert first is not None
    assert second is not None
    assert (first.right, first.drop, second.right, second.drop) == (True, 0, False, 0)


@given(st.lists(st.floats(0, 380), max_size=8))
def test_labels_spread_to_a_gap_keep_their_order_and_stay_where_they_can(wanted: list[float]) -> None:
    found = spread(wanted, 30, 380)
    order = sorted(range(len(wanted)), key=lambda place: wanted[place])
    gaps = [found[after] - found[before] for before, after in pairwise(order)]
    assert all(gap >= 30 - 1e-9 for gap in gaps)
    assert all(0 <= place <= 380 for place in found)
    if all(wanted[after] - wanted[before] >= 30 for before, after in pairwise(order)):
        assert found == wanted


# --- Flow ---


@pytest.mark.parametrize("most", range(7))
def test_ticks_of_small_counts_are_whole_numbers(most: int) -> None:
    frame = month_frame().assign(received=most, resolved=0, open_within=most, open_overdue=1)
    layout = charts.flow(frame, (), "light", "vi")["layout"]
    for axis, ticks, highest in ((layout["yaxis"], 5, most), (layout["yaxis2"], 4, most + 1)):
        assert axis.get("dtick", math.ceil(highest / ticks)) >= 1
        assert ("dtick" in axis) == (highest <= ticks)


def test_months_the_data_does_not_cover_whole_are_hatched_hollow_and_said_and_no_other() -> None:
    months = {date(2023, 2, 1), date(2023, 12, 1)}
    spec = charts.flow(month_frame(), months, "light", "en")
    assert {trace["type"] for trace in spec["data"]} == {"bar", "scatter"}
    for trace in spec["data"]:
        marks = trace["marker"]["pattern"]["shape"] if trace["type"] == "bar" else trace["marker"]["symbol"]
        other = [day for day, mark in zip(trace["x"], marks, strict=True) if mark not in ("", "circle")]
        assert other == [day for day in trace["x"] if date.fromisoformat(day) in months]
        said = [day for day, text in zip(trace["x"], trace["customdata"], strict=True) if "not whole" in text]
        assert said == other


@pytest.mark.parametrize("months", [1, 13, 24])
def test_the_axis_of_the_flow_names_no_month_but_those_shown(months: int) -> None:
    frame = month_frame(months)
    first, last = map(pd.Timestamp, charts.flow(frame, (), "light", "vi")["layout"]["xaxis"]["range"])
    months_begun = pd.date_range(first, last, freq="MS")
    assert list(months_begun) == list(frame["period"])


def test_flow_and_backlog_have_each_their_own_scale_from_zero() -> None:
    layout = charts.flow(month_frame(), (), "light", "vi")["layout"]
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
