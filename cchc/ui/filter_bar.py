"""The filter bar: one row that says and changes which period and which dossiers a page is about."""

from dataclasses import replace
from typing import Any

import streamlit as st

from cchc.figures import filters
from cchc.figures.filters import LEVEL_NAMES, WEEKDAY_NAMES
from cchc.figures.periods import KINDS, Kind, Period, between, containing
from cchc.rules.boundaries import BOUNDARIES
from cchc.schema import CHANNEL_NAMES
from cchc.text import Text, capital, collation_key
from cchc.ui.choices import Group, choose
from cchc.ui.view import PageInfo, View


def filter_bar(view: View, page: PageInfo) -> None:
    """The period, unless the page has one of its own, which dossiers, and by which units; all of it in the link."""
    with st.container(horizontal=True, key="filter-bar", vertical_alignment="center", gap="small"):
        if not page.own_period:
            _period_choice(view)
        _dossier_choice(view)
        if view.snapshot.references.changes():
            _units_choice(view, page)
        if view.filters.chosen:
            st.button(
                view.t(Text("Bỏ lọc", "Clear filters")), icon=":material/filter_alt_off:", type="tertiary",
                on_click=lambda: view.go(filters.defaults(view.snapshot).over(view.filters.period)),
            )  # fmt: skip


def _units_choice(view: View, page: PageInfo) -> None:
    """Whose figures: those of the units of each day, or of today's with all they follow."""
    names = {
        "then": Text("Đơn vị từng thời điểm", "Units of each day"),
        "now": Text("Đơn vị hiện nay", "Units of today"),
    }
    if page.each_day:
        st.caption(view.t(Text("Tính theo đơn vị của từng ngày", "By the units of each day")))
        return
    st.session_state["boundaries"] = view.filters.boundaries
    st.segmented_control(
        view.t(Text("Theo đơn vị", "By units")),
        BOUNDARIES,
        format_func=lambda boundaries: view.t(names[boundaries]),
        key="boundaries",
        on_change=lambda: view.go(replace(view.filters, boundaries=st.session_state["boundaries"])),
        required=True,
        label_visibility="collapsed",
    )


def _period_choice(view: View) -> None:
    period = view.filters.period
    later = period.following()
    st.button(
        "‹",
        key="earlier",
        help=view.t(Text("Kỳ trước", "Previous period")),
        disabled=period.previous().end < view.snapshot.start,
        on_click=lambda: view.go(view.filters.over(period.previous())),
    )
    with st.popover(capital(period.label(view.language)), icon=":material/calendar_month:"):
        _kind_choice(view)
        _dates_choice(view)
    st.button(
        "›",
        key="later",
        help=view.t(Text("Kỳ sau", "Next period")),
        disabled=later.start > view.snapshot.as_of,
        on_click=lambda: view.go(view.filters.over(later)),
    )


def _kind_choice(view: View) -> None:
    period = view.filters.period
    st.session_state["kind"] = period.kind
    snapshot = view.snapshot

    def kind_chosen() -> None:
        kind: Kind = st.session_state["kind"]
        if kind == "custom":
            return
        wanted = containing(kind, min(period.end, snapshot.as_of))
        if wanted.end > snapshot.as_of and wanted.previous().start >= snapshot.start:
            wanted = wanted.previous()
        view.go(view.filters.over(wanted))

    kinds = [kind for kind in KINDS if kind != "custom" or period.kind == "custom"]
    st.selectbox(
        view.t(Text("Loại kỳ", "Kind of period")),
        kinds,
        format_func=lambda kind: view.t(KINDS[kind]),
        key="kind",
        on_change=kind_chosen,
    )
    if period.kind in ("custom", "day"):
        return
    options = between(period.kind, snapshot.start, snapshot.as_of)[::-1]
    if period not in options:
        options = [period, *options]
    st.session_state["period"] = period
    st.selectbox(
        view.t(Text("Kỳ", "Period")),
        options,
        format_func=lambda period: capital(period.label(view.language)),
        key="period",
        on_change=lambda: view.go(view.filters.over(st.session_state["period"])),
    )


def _dates_choice(view: View) -> None:
    st.session_state["dates"] = (view.filters.start, view.filters.end)

    def chosen() -> None:
        dates: Any = st.session_state["dates"]
        if len(dates) == 2:
            view.go(view.filters.over(Period(*dates)))

    st.date_input(
        view.t(Text("Từ ngày – đến ngày", "From – to")),
        key="dates",
        format="DD/MM/YYYY",
        on_change=chosen,
        min_value=min(view.snapshot.start, view.filters.start),
        max_value=max(view.snapshot.as_of, view.filters.end),
    )


def _dossier_choice(view: View) -> None:
    count = len(view.filters.chosen)
    label = view.t(Text("Bộ lọc", "Filters")) + (f" ({count})" if count else "")

    def chosen(group: str, ids: list[str]) -> None:
        values = [int(each) for each in ids] if group == "weekdays" else ids
        named = [view.groups[each] for each in ids if group == "groups"]
        view.go(view.filters.with_groups(named) if group == "groups" else view.filters.with_choice(group, values))

    with st.popover(label, icon=":material/filter_alt:"):
        choose(view, _groups(view), "choices", chosen)


def _groups(view: View) -> list[Group]:
    levels = {unit.level for unit in view.snapshot.references.units.values()}
    options: dict[str, tuple[Text, dict[str, str]]] = {
        "units": (Text("Đơn vị", "Units"), _sorted(view.unit_names())),
        "levels": (Text("Cấp", "Levels"), {key: view.t(name) for key, name in LEVEL_NAMES.items() if key in levels}),
        "fields": (Text("Lĩnh vực", "Fields"), _sorted(view.field_names())),
        "procedures": (Text("Thủ tục", "Procedures"), _sorted(view.procedure_names())),
        "channels": (Text("Hình thức nộp", "Channels"), {key: view.t(name) for key, name in CHANNEL_NAMES.items()}),
        "weekdays": (
            Text("Thứ trong tuần (ngày tiếp nhận)", "Weekday of receipt"),
            {str(day): view.t(name) for day, name in WEEKDAY_NAMES.items()},
        ),
    }
    options |= _beside(view)
    named = {group.id: group.name for group in view.groups.values()}
    chosen = [group.id for group in view.filters.groups]
    saved = [Group("groups", view.t(Text("Nhóm đơn vị", "Groups of units")), _sorted(named), chosen, "none")]
    return (saved if named else []) + [
        Group(attribute, view.t(label), names, [str(each) for each in getattr(view.filters, attribute)])
        for attribute, (label, names) in options.items()
    ]


def _beside(view: View) -> dict[str, tuple[Text, dict[str, str]]]:
    """Counters, systems, desks and service levels, where the area's dossiers name any."""
    units, labels = view.snapshot.references.units, view.snapshot.labels
    there = {
        "receiving_units": (Text("Nơi tiếp nhận", "Received at"),
                            {id_: units[id_].name for id_ in labels.get("receiving_unit", ())}),
        "sources": (Text("Hệ thống", "System"), {name: name for name in labels.get("source", ())}),
        "desks": (Text("Phòng ban", "Desk"), {name: name for name in labels.get("desk", ())}),
        "service_levels": (Text("Mức độ dịch vụ", "Service level"),
                           {name: name for name in labels.get("service_level", ())}),
    }  # fmt: skip
    return {attribute: (text, _sorted(names)) for attribute, (text, names) in there.items() if names}


def _sorted(names: dict[str, str]) -> dict[str, str]:
    return dict(sorted(names.items(), key=lambda item: collation_key(item[1])))
