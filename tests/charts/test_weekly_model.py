"""Figures of a service model: valid and legible, and what they draw is what was estimated."""

from datetime import date, timedelta
from typing import Any

import numpy as np
import pandas as pd
import pytest

from cchc import charts
from cchc.charts import PALETTE, Figure, Judged, Line, Start, Theme
from cchc.statistics import impact
from cchc.statistics.impact import Effect, Estimate, TooThin
from cchc.text import LANGUAGES, Language, Text, number
from tests.charts.test_deadlines import BOTH, HOSTILE, THEMES, are_sound, contrast, painted, written

START = Start(date(2023, 9, 29), date(2023, 9, 25))
MONDAYS = pd.date_range("2023-06-26", periods=27, freq="W-MON")
THIN = TooThin("few_controls", 1, 2)


def estimate(value: float, low: float, high: float) -> Estimate:
    return Estimate(value, low, high, 240, "difference_in_differences")


def weeks(rate: float = 0.5) -> pd.DataFrame:
    return pd.DataFrame({"period": MONDAYS, "top": [int(100 * rate) + n for n in range(27)], "bottom": [130] * 27})


LINES = [
    Line(Text("thứ Sáu", "Fridays"), "early", weeks()),
    Line(Text("các ngày khác", "other days"), "other", weeks(0.2)),
]
JUDGED = [
    Judged("Tất cả", estimate(0.3, 0.14, 0.44), "tất cả", whole=True),
    Judged(HOSTILE["A"], estimate(-0.15, -0.25, -0.04), HOSTILE["A"]),
    Judged("Xã Tân Hiệp", estimate(0.02, -0.09, 0.12), "chưa rõ"),
    Judged("Xã Đại An", THIN, "chưa đủ"),
]
DISTRIBUTION = np.array([0.3, *np.linspace(-0.2, 0.2, 300), 0.31, -0.3])
EFFECTS = [
    Effect(pd.Timestamp("2023-05-01") + pd.Timedelta(weeks=event), event, estimate(0.1 * (event >= 0), -0.05, 0.2))
    for event in range(-6, 5)
    if event != -1
]


def promised() -> pd.DataFrame:
    rows = [
        {
            "unit": unit, "period": day, "model_received": 9, "model_due": 0 if unit == "C" and n == 1 else 8,
            "model_kept": 0 if unit == "C" and n == 1 else 8 - n % 3,
            "model_unknown": 0,
            "model_broken": 0 if unit == "C" and n == 1 else n % 3,
        }
        for unit in "ABC"
        for n, day in enumerate(MONDAYS[:5])
    ]  # fmt: skip
    return pd.DataFrame(rows)


def profile() -> pd.DataFrame:
    columns = {
        f"{name}_{side}": [0.1 * (n + 1) for n in range(5)]
        for name in ("share", "rate")
        for side in ("before", "after")
    } | {f"{name}_{side}": [40] * 5 for name in ("received", "top", "bottom") for side in ("before", "after")}
    return pd.DataFrame({"weekday": range(1, 6), **columns})


def series() -> impact.InterruptedSeries:
    values = [0.6 + 0.01 * (n % 3) + 0.2 * (n >= 13) for n in range(27)]
    found = impact.interrupted_series(pd.Series(values, index=MONDAYS), START.week)
    assert isinstance(found, impact.InterruptedSeries)
    return found


def figures(theme: Theme, language: Language) -> dict[str, Figure]:
    by_week = promised().groupby("period").sum(numeric_only=True).reset_index()
    made = {
        "weekly rates": charts.weekly_rates(LINES, START, date(2023, 12, 27), theme, language),
        "intervals": charts.intervals(JUDGED, "up", theme, language),
        "chance": charts.chance(DISTRIBUTION, "up", theme, language),
        "course": charts.course(EFFECTS, "up", theme, language),
        "series": charts.broken_series(series(), START, theme, language),
        "profile": charts.weekday_profile(profile(), (5,), Text("tỷ lệ", "rate"), theme, language),
        "promise weeks": charts.promise_weeks(by_week, theme, language),
        "promise grid": charts.promise_grid(promised(), HOSTILE, theme, language),
    }
    return {name: figure for name, figure in made.items() if figure is not None}


# --- Every figure ---


@pytest.mark.parametrize(("theme", "language"), BOTH)
def test_every_figure_is_one_plotly_accepts_and_holds_no_markup_of_a_name(theme: Theme, language: Language) -> None:
    made = figures(theme, language)
    assert len(made) == 8
    are_sound(made)


@pytest.mark.parametrize("theme", THEMES)
def test_what_is_painted_and_written_stands_out_from_the_ground(theme: Theme) -> None:
    ground, made = PALETTE[theme]["ground"], figures(theme, "vi")
    shown = {colour for figure in made.values() for colour in painted(figure) if colour.startswith("#")}
    assert {colour for colour in shown if contrast(colour, ground) < 3} == set()
    # Numbers in a grid stand on its own colours.
    on_ground = [f | {"data": [each for each in f["data"] if each["type"] != "heatmap"]} for f in made.values()]
    said = {colour for figure in on_ground for colour in written(figure)}
    assert {colour for colour in said if contrast(colour, ground) < 4.5} == set()


@pytest.mark.parametrize("language", LANGUAGES)
def test_numbers_have_the_separators_of_the_language(language: Language) -> None:
    for figure in figures("light", language).values():
        assert figure["layout"]["separators"] == {"vi": ",.", "en": ".,"}[language]


def test_there_is_no_picture_of_nothing() -> None:
    empty = weeks().assign(top=0, bottom=0)
    nothing = promised().assign(model_received=0, model_due=0, model_kept=0, model_broken=0)
    assert charts.weekly_rates([Line(Text("a", "b"), "early", empty)], START, date(2023, 12, 31), "light", "vi") is None
    assert charts.intervals([JUDGED[-1]], "up", "light", "vi") is None
    assert charts.course([Effect(MONDAYS[0], 0, THIN)], "up", "light", "vi") is None
    assert charts.weekday_profile(profile().iloc[:0], (5,), Text("a", "b"), "light", "vi") is None
    assert charts.promise_weeks(nothing, "light", "vi") is None
    assert charts.promise_grid(nothing, HOSTILE, "light", "vi") is None


# --- Weeks ---


@pytest.mark.parametrize(("as_of", "hatched"), [(date(2023, 12, 31), []), (date(2023, 12, 27), ["2023-12-25"])])
def test_only_a_week_the_data_does_not_cover_is_hatched(as_of: date, hatched: list[str]) -> None:
    figure = charts.weekly_rates(LINES, START, as_of, "light", "vi")
    assert figure is not None
    shown = [trace["x"] for trace in figure["data"] if trace.get("marker", {}).get("pattern")]
    assert shown == [hatched] * bool(hatched)


def test_the_start_stands_between_its_week_and_the_one_before_under_its_own_date() -> None:
    for figure in (
        charts.weekly_rates(LINES, START, date(2023, 12, 31), "light", "vi"),
        figures("light", "vi")["series"],
    ):
        assert figure is not None
        [line] = figure["layout"]["shapes"]
        assert "2023-09-18" < line["x0"] < "2023-09-25"
        assert any("29/09/2023" in note["text"] for note in figure["layout"]["annotations"])


def test_lines_and_bars_draw_the_counts_of_their_weeks() -> None:
    figure = charts.weekly_rates(LINES, START, date(2023, 12, 31), "light", "vi")
    assert figure is not None
    lines = [trace for trace in figure["data"] if trace["type"] == "scatter"]
    assert [line["y"][0] for line in lines] == [pytest.approx(50 / 130), pytest.approx(20 / 130)]
    bars = [trace["y"] for trace in figure["data"] if trace["type"] == "bar"]
    assert [sum(both) for both in zip(*bars, strict=True)] == [130] * 27


def test_dates_on_an_axis_of_weeks_are_few_and_mondays() -> None:
    for length in (1, 5, 27, 130):
        days = list(pd.date_range("2022-01-03", periods=length, freq="W-MON"))
        frame = pd.DataFrame({"period": days, "top": 1, "bottom": 2})
        figure = charts.weekly_rates([Line(Text("a", "b"), "early", frame)], START, date(2030, 1, 1), "light", "vi")
        assert figure is not None
        shown = [date.fromisoformat(each) for each in figure["layout"]["xaxis"]["tickvals"]]
        assert 1 <= len(shown) <= 6
        assert all(day.isoweekday() == 1 for day in shown)
        assert shown[-1] == days[-1].date()


# --- Estimates ---


def test_colour_says_improved_worsened_or_not_shown() -> None:
    for better, order in (("up", ["early", "late", "withdrawn"]), ("down", ["late", "early", "withdrawn"])):
        figure = charts.intervals(JUDGED, better, "light", "vi")
        assert figure is not None
        [points] = figure["data"]
        assert points["marker"]["color"] == [PALETTE["light"][tone] for tone in order]
        assert points["x"] == [pytest.approx(value) for value in (30, -15, 2)]
        assert points["error_x"]["array"] == [pytest.approx(each) for each in (14, 11, 10)]
        assert points["error_x"]["arrayminus"] == [pytest.approx(each) for each in (16, 10, 11)]


def test_a_row_without_an_estimate_says_so_in_its_place() -> None:
    figure = charts.intervals(JUDGED, "up", "light", "vi")
    assert figure is not None
    said = {note["y"]: note["text"] for note in figure["layout"]["annotations"] if note["xanchor"] == "right"}
    assert said == {0: "<b>+30,0 điểm %</b>", 1: "−15,0 điểm %", 2: "+2,0 điểm %", 3: "chưa đủ dữ liệu"}
    assert figure["data"][0]["y"] == [0, 1, 2]


def test_every_choice_is_in_the_picture_of_chance_and_the_real_one_is_marked() -> None:
    figure = charts.chance(DISTRIBUTION, "up", "light", "vi")
    near, far = figure["data"]
    assert sum(near["y"]) + sum(far["y"]) == len(DISTRIBUTION)
    assert sum(far["y"]) == 3  # 0.3 itself, 0.31 and -0.3
    assert far["marker"]["color"] == PALETTE["light"]["early"]
    assert figure["layout"]["shapes"][0]["x0"] == pytest.approx(30)
    assert any("+30,0 điểm %" in note["text"] for note in figure["layout"]["annotations"])


def test_weeks_before_the_start_are_grey_and_the_base_is_hollow() -> None:
    figure = charts.course(EFFECTS, "up", "light", "vi")
    assert figure is not None
    weeks_, base = figure["data"]
    colours = dict(zip(weeks_["x"], weeks_["marker"]["color"], strict=True))
    assert {colours[event] for event in range(-6, -1)} == {PALETTE["light"]["other"]}
    assert PALETTE["light"]["other"] not in {colours[event] for event in range(5)}
    assert (base["x"], base["y"], base["marker"]["symbol"]) == ([-1], [0], "circle-open")
    axis = figure["layout"]["xaxis"]
    names = dict(zip(axis["tickvals"], axis["ticktext"], strict=True))
    assert all(name == number(event + (event >= 0), "vi", signed=True) for event, name in names.items())
    assert "0" not in names.values()


def test_zero_is_on_every_axis_of_points() -> None:
    for value in (0.001, 0.3, -0.02, -0.9):
        rows = [Judged("Xã", estimate(value, value - 0.0005, value + 0.0005), "")]
        figure = charts.intervals(rows, "up", "light", "vi")
        assert figure is not None
        low, high = figure["layout"]["xaxis"]["range"]
        assert low < 0 < high or low < value * 100 < high
        assert low <= 0 <= high
        assert 0 in figure["layout"]["xaxis"]["tickvals"]
        assert len(figure["layout"]["xaxis"]["tickvals"]) <= 9


# --- Weekdays and promises ---


def test_the_models_day_lies_on_a_band() -> None:
    figure = charts.weekday_profile(profile(), (4,), Text("tỷ lệ", "rate"), "light", "vi")
    assert figure is not None
    [band] = figure["layout"]["shapes"]
    assert (band["x0"], band["x1"]) == (2.5, 3.5)
    assert figure["data"][0]["x"][3] == "Thứ Năm"
    assert charts.weekday_profile(profile(), (7,), Text("a", "b"), "light", "vi")["layout"]["shapes"] == []  # type: ignore[index]


def test_bars_of_promises_add_up_and_say_how_many_were_broken() -> None:
    by_week = promised().groupby("period").sum(numeric_only=True).reset_index()
    figure = charts.promise_weeks(by_week, "light", "vi")
    assert figure is not None
    sums = [sum(parts) for parts in zip(*(trace["y"] for trace in figure["data"]), strict=True)]
    assert sums == by_week["model_received"].tolist()
    notes = {note["x"]: note["text"] for note in figure["layout"]["annotations"]}
    assert notes == {
        f"{day:%Y-%m-%d}": f"<b>{broken}</b>"
        for day, broken in zip(by_week["period"], by_week["model_broken"], strict=True)
        if broken
    }


@pytest.mark.parametrize("theme", THEMES)
def test_numbers_in_the_grid_can_be_read_on_each_of_its_colours(theme: Theme) -> None:
    figure = charts.promise_grid(promised(), HOSTILE, theme, "vi")
    assert figure is not None
    [cells] = figure["data"]
    coloured = [colour for _, colour in cells["colorscale"][1:]]
    assert [colour for colour in coloured if contrast(colour, cells["textfont"]["color"]) < 4.5] == []


def test_the_grid_is_empty_only_where_nothing_was_due() -> None:
    figure = charts.promise_grid(promised(), HOSTILE, "light", "vi")
    assert figure is not None
    [cells] = figure["data"]
    assert [[value for value in row if value is not None] for row in cells["z"][:2]] == [[0, 1, 2, 0, 1]] * 2
    assert cells["z"][2] == [0, None, 2, 0, 1]
    assert cells["text"][0] == ["", "1", "2", "", "1"]
    assert figure["layout"]["yaxis"]["tickvals"] == [0, 1, 2]


def test_a_chart_of_units_grows_with_their_number() -> None:
    def height(count: int) -> Any:
        figure = charts.intervals(
            [Judged(f"Xã {n}", estimate(0.1, 0, 0.2), "") for n in range(count)], "up", "light", "vi"
        )
        assert figure is not None
        return figure["layout"]["height"]

    assert height(120) - height(119) == height(3) - height(2) > 20
    assert START.week + timedelta(days=4) == START.day
