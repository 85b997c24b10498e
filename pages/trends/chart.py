"""Trends on the screen: what to look at, its control chart, the small charts of all units, and the icons of a table."""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, cast

import streamlit as st

from cchc import charts, ui
from cchc.figures.metrics import GROUPS, METRICS, in_group
from cchc.figures.periods import KINDS
from cchc.findings import trends
from cchc.findings.together import Side
from cchc.findings.trends import Marker, Step, Trend
from cchc.store.snapshots import Snapshot
from cchc.text import Text, capital, date, number, tied
from cchc.ui import assets, choices
from cchc.ui.elements import markup
from pages.trends import noted

_TILES = assets.component(__file__, "tiles")
# More small charts than this are drawn without the line below them, so that all stand on one screen.
_MANY = 40
_TOLD = 4
_ALL = Text("Tất cả đơn vị", "All units")
_LINES = {"beside": Text("Cạnh nhau", "Side by side"), "sum": Text("Cộng gộp", "Taken together")}


@dataclass(frozen=True)
class Asked:
    """What the link asks this page for."""

    metric: str
    step: Step
    rebase: tuple[datetime.date, ...]


def trend_asked(view: ui.View) -> Asked:
    """The metric, the step (month or week) and the days of new limits in the link; what cannot be read is left out."""
    step = cast(Step, view.param("grain", "month", trends.STEPS))
    days = {day for text in st.query_params.get_all("rebase") if (day := _day(text, view.snapshot))}
    return Asked(view.param("metric", "on_time_rate", tuple(METRICS)), step, tuple(sorted(days)))


def _day(text: str, snapshot: Snapshot) -> datetime.date | None:
    try:
        day = datetime.date.fromisoformat(text)
    except ValueError:
        return None
    return day if snapshot.start <= day <= snapshot.as_of else None


def trend_of(view: ui.View, asked: Asked) -> Trend:
    """The series of what the filters select."""
    return trends.selected(view.run, view.snapshot, view.filters, asked.metric, asked.step, asked.rebase)


# --- Choosing ---


def trend_choice(view: ui.View, asked: Asked, sides: Sequence[Side], beside: bool) -> None:
    """The controls of the page in one row: which figure, months or weeks, where limits start afresh unless units are
    seen side by side, what is, and whether it is taken together instead."""
    st.session_state["trend-metric"] = asked.metric
    with st.container(horizontal=True, key="trend-choice", vertical_alignment="center"):
        st.selectbox(
            view.t(Text("Chỉ số", "Figure")),
            [name for _, names in GROUPS.values() for name in names],
            key="trend-metric",
            label_visibility="collapsed",
            width=400,
            format_func=lambda name: view.t(in_group(name)),
            on_change=lambda: view.go(metric=st.session_state["trend-metric"]),
        )
        ui.choice(view, "grain", Text("Kỳ", "Periods"), {step: KINDS[step] for step in trends.STEPS})
        count = f" ({number(len(asked.rebase), view.language)})" if asked.rebase else ""
        choices.compare(view, sides)
        noted.offer(view)
        # What comes and goes stands last: a list that moves is drawn anew, closed while somebody ticks in it.
        if not beside:
            with st.popover(view.t(Text("Tính lại giới hạn", "New limits")) + count, icon=":material/restart_alt:"):
                _rebase_choice(view, asked)
        if len(sides) > 1:
            ui.choice(view, "lines", Text("Cạnh nhau hay cộng gộp", "Side by side or together"), _LINES)


def _rebase_choice(view: ui.View, asked: Asked) -> None:
    chosen = {day.isoformat() for day in asked.rebase}
    options = {day: date(datetime.date.fromisoformat(day), view.language) for day in sorted(chosen)}
    for marker in trends.markers(view.snapshot, view.filters):
        options[marker.day.isoformat()] = f"{view.t(marker.name)}, {date(marker.day, view.language)}"
    why = Text(
        "Từ ngày cách làm đã đổi, trung bình và giới hạn được tính riêng.",
        "From a day when the way of working changed, mean and limits are reckoned afresh.",
    )
    st.caption(view.t(why))
    for day, label in options.items():
        st.session_state[f"rebase-{day}"] = day in chosen
        turned = sorted(chosen ^ {day})
        st.checkbox(ui.plain(label), key=f"rebase-{day}", on_change=partial(view.go, rebase=turned))
    st.session_state["rebase-day"] = None

    def added() -> None:
        day: Any = st.session_state["rebase-day"]
        if day:
            view.go(rebase=sorted({*chosen, day.isoformat()}))

    st.date_input(
        view.t(Text("Ngày khác", "Another day")),
        key="rebase-day",
        format="DD/MM/YYYY",
        min_value=view.snapshot.start,
        max_value=view.snapshot.as_of,
        on_change=added,
    )


# --- The control chart ---


def draw(view: ui.View, asked: Asked, trend: Trend) -> None:
    """The control chart with its finding; where a rate is at its best, its bad dossiers and the gaps between them."""
    ui.section(view, trends.title(trend), trends.subtitle(trend), trends.trial(trend))
    if trend.undated and not trend.periods:
        ui.note(view, trends.answer(trend))
        return
    markers = trends.markers(view.snapshot, view.filters, view.dated)
    rebased = _rebased(asked, markers)
    drawn = charts.misses if trend.at_best else charts.control
    ui.chart(view, drawn(trend, markers, rebased, view.theme, view.language), trends.answer(trend), "control")
    if not trend.at_best:
        markup(charts.legend(trend, view.theme, view.language))
    _offer(view, asked, trend)
    told = trends.signals_told(trend, markers)
    if told:
        st.markdown("\n".join(f"- {ui.plain(view.t(text))}" for text in told[:_TOLD]))
    if told[_TOLD:]:
        ui.details(view, Text("Các dấu hiệu trước đó", "Earlier signals"), told[_TOLD:])
    found = trends.gaps(view.run, view.filters, trend, asked.rebase)
    if found is not None and found.days:
        ui.section(view, trends.gaps_title(trend, found), trends.GAPS_SUBTITLE)
        ui.chart(view, charts.gaps(found, trend, view.theme, view.language), trends.gaps_title(trend, found), "gaps")


def _offer(view: ui.View, asked: Asked, trend: Trend) -> None:
    """New limits where the series runs on another level; nobody gets them unasked."""
    if trend.shifted is None:
        return
    since = trend.periods[trend.shifted]
    when = trends.period_name(since, "vi"), trends.period_name(since, "en")
    days = [*(day.isoformat() for day in asked.rebase), since.start.isoformat()]
    st.button(
        view.t(Text(f"Tính lại giới hạn từ {when[0]}", f"Set limits afresh from {when[1]}")),
        icon=":material/restart_alt:",
        key="rebase-offer",
        on_click=partial(view.go, rebase=days),
    )


def _rebased(asked: Asked, markers: Sequence[Marker]) -> list[Marker]:
    names = {marker.day: marker.name for marker in markers}
    again = Text("tính lại giới hạn từ", "new limits from")
    return [
        Marker(day, Text(f"{names[day].vi}: {again.vi}", f"{names[day].en}: {again.en}") if day in names else again)
        for day in asked.rebase
    ]


def trend_details(view: ui.View, trend: Trend) -> None:
    """Folded away: the table behind the chart, and how the chart is read and reckoned."""
    with st.expander(view.t(Text("Số liệu của biểu đồ", "The figures of the chart"))):
        heads = (trends.step_name(trend.grain), *trends.TABLE_HEADS)
        columns = ui.columns(view, heads, right=range(1, len(heads) - 1))
        shown = [replace(column, label=capital(column.label)) for column in columns]
        rows = [ui.Row([ui.Cell(text, value) for text, value in row]) for row in trends.table(trend, view.language)]
        ui.show_rows(shown, rows, "trend-table")
    ui.details(view, Text("Cách đọc và cách tính", "How to read it, how it is computed"), trends.explained(trend))


# --- All units ---


def trend_tiles(view: ui.View, asked: Asked) -> None:
    """A small chart of every unit there is at the end of the period, what is really worse first; a click shows that
    unit alone, another all of them."""
    everything = view.filters.with_choice("units", ())
    last = min(view.filters.end, view.snapshot.as_of)
    there = {"", *view.filters.units, *view.snapshot.references.there(last, last)}
    every = view.trends(everything, (asked.metric,), asked.step, asked.rebase)[asked.metric]
    found = {unit: trend for unit, trend in every.items() if unit in there}
    names = view.unit_names()
    ordered = trends.ranked(found, names)
    ui.section(
        view,
        trends.summed_up(found[unit] for unit in ordered),
        Text(
            "Xấu đi thật đứng trước; mỗi ô có thang riêng; chọn một ô để chỉ xem đơn vị đó",
            "Really worse first; each on a scale of its own; choose one to see that unit alone",
        ),
    )
    whole = [("", view.t(_ALL))] if "" in found else []
    tiles = [
        _tile(view, unit, name, found[unit]) for unit, name in [*whole, *((unit, names[unit]) for unit in ordered)]
    ]

    def chosen() -> None:
        unit = st.session_state["tiles"].get("tile")
        if unit is not None:
            again = view.filters.units == (unit,)
            view.go(everything if again or not unit else view.filters.narrow("unit", unit))

    used = {kind for tile in tiles for kind in (tile["icon"]["kind"], tile["target"]["kind"]) if kind}
    data = {"tiles": tiles, "icons": charts.icon_images(used, view.theme), "dense": len(tiles) > _MANY}
    _TILES(key="tiles", data=data, on_tile_change=chosen)


def _tile(view: ui.View, unit: str, name: str, trend: Trend) -> dict[str, Any]:
    value = trends.shown(trend, float(trend.values[-1]), view.language) if trend.is_current else ""
    reach = trends.assured(trend)
    return {
        "id": unit,
        "text": name,
        "value": tied(value),
        "title": f"{name}: {view.t(trends.verdict(trend))}",
        "icon": {"kind": charts.icon_kind(trend), "title": view.t(trends.verdict(trend))},
        "target": {"kind": trend.assurance or "", "title": view.t(reach) if reach else ""},
        "image": charts.tile(trend, view.theme),
        "chosen": unit in view.filters.units if unit else not view.filters.units,
        "muted": trend.variation is None,
    }


# --- Months of a year ---


def years(view: ui.View, asked: Asked) -> None:
    """This year against the years before, where there are any."""
    monthly = trends.selected(view.run, view.snapshot, view.filters, asked.metric)
    figure = charts.years(monthly, view.theme, view.language)
    if figure is None:
        return
    label = METRICS[asked.metric].label
    title = Text(f"{label.vi}: cùng tháng các năm", f"{label.en}: the same months of other years")
    ui.section(view, title, Text("Mỗi đường là một năm; năm nay đậm nhất", "One line a year; this year strongest"))
    ui.chart(view, figure, title, "years")
