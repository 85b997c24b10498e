"""One dossier wherever it lies: found by its number or a part of it, in every area; every date, verdict and version."""

from collections.abc import Iterator
from typing import Any

import streamlit as st

from cchc import exports, ui
from cchc.figures import query
from cchc.findings import dossier
from cchc.schema import STATUS_NAMES
from cchc.store import lookup, snapshots
from cchc.store.snapshots import Snapshot
from cchc.text import Text, UserError, date, number

# Of each area.
_MOST = 20
# Further back nobody looks, and each is a file to read.
_VERSIONS = 12


def found(view: ui.View, text: str) -> None:
    """The dossiers of all areas whose number holds the text, each a link to its card; the card itself if it is one.

    Raises TooOften for one search too many in a minute.
    """
    view.count_search()
    by_area = [(snapshot, _rows(snapshot, text)) for snapshot in _areas(view)]
    hits = [(snapshot, row) for snapshot, rows in by_area for row in rows]
    more = any(len(rows) == _MOST for _, rows in by_area)
    if len(hits) == 1:
        [(snapshot, row)] = hits
        if snapshot is not view.snapshot:  # the menu is that of the area shown: it is drawn anew with the dossier's
            view.look_up(snapshot.dataset, dossier=str(row["dossier_id"]))
            st.rerun()
        draw(view, str(row["dossier_id"]))
        return
    counted = Text(
        f"{number(len(hits), 'vi')} hồ sơ có mã chứa “{text}”{', có thể còn nữa' if more else ''}.",
        f"{number(len(hits), 'en')} dossiers have “{text}” in their number{', and there may be more' if more else ''}.",
    )
    nothing = Text(
        f"Không có hồ sơ nào có mã chứa “{text}” trong mọi kỳ của mọi khu vực; hãy thử một phần của mã.",
        f"No dossier of any period and area has “{text}” in its number; try a part of it.",
    )
    ui.heading(
        view,
        Text("Hồ sơ này ở đâu?", "Where is this dossier?"),
        counted if hits else nothing,
        Text("mọi khu vực, mọi kỳ", "all areas, all periods"),
    )
    columns = ui.columns(view, (exports.COLUMNS["dossier_id"], Text("Khu vực", "Area"), exports.COLUMNS["unit"],
                                exports.COLUMNS["received_at"], exports.COLUMNS["status"]))  # fmt: skip
    rows = [
        ui.Row(
            [
                ui.Cell.of(str(row["dossier_id"]), "nowrap"),
                ui.Cell.named(view.t(snapshot.references.dataset.name)),
                ui.Cell.named(_unit(snapshot, row)),
                ui.Cell(date(row["received_at"].date(), view.language), str(row["received_at"])),
                ui.Cell.of(view.t(STATUS_NAMES[str(row["status"])])),
            ],
            f"{place}",
        )
        for place, (snapshot, row) in enumerate(hits)
    ]

    def opened(place: str) -> None:
        snapshot, row = hits[int(place)]
        view.look_up(snapshot.dataset, dossier=str(row["dossier_id"]))

    if hits:
        ui.show_rows(columns, rows, "found-dossiers", ui.Clicks(opened))


def _areas(view: ui.View) -> Iterator[Snapshot]:
    """The snapshot shown, then the current ones of the other areas; one that is damaged says so on its own page."""
    yield view.snapshot
    for dataset in snapshots.datasets(view.data):
        if dataset != view.snapshot.dataset:
            try:
                other = snapshots.current(view.data, dataset)
            except UserError:
                continue
            if other is not None:
                yield other


def _rows(snapshot: Snapshot, text: str) -> list[dict[str, Any]]:
    rows = lookup.find(snapshot, text, _MOST).to_dict("records")
    return [{str(key): value for key, value in row.items()} for row in rows]


def _unit(snapshot: Snapshot, row: dict[str, Any]) -> str:
    return snapshot.references.units[str(row["unit"])].name


def draw(view: ui.View, dossier_id: str) -> None:
    """The card of a dossier: its verdict as the answer, then everything known of it, then its earlier versions."""
    snapshot = view.snapshot
    row = lookup.one(snapshot, dossier_id)
    area = snapshot.references.dataset.name
    if row is None:
        why = Text(
            f"Bản số liệu này của {area.vi} không có hồ sơ {dossier_id}.",
            f"This snapshot of {area.en} has no dossier {dossier_id}.",
        )
        ui.heading(view, Text("Hồ sơ này ở đâu?", "Where is this dossier?"), why, area)
        return
    shown = Text(f"{area.vi}, mọi kỳ", f"{area.en}, all periods")
    ui.heading(view, Text(f"Hồ sơ {dossier_id}", f"Dossier {dossier_id}"), dossier.answer(row, snapshot), shown)
    _facts(view, dossier_id, row)
    _versions(view, dossier_id)


def _facts(view: ui.View, dossier_id: str, row: dict[str, Any]) -> None:
    snapshot = view.snapshot
    [listed] = exports.readable(query.record(snapshot, dossier_id), snapshot, view.language).to_dict("records")
    facts = [(exports.COLUMNS[str(name)], exports.cell_text(value)) for name, value in listed.items()]
    model = dossier.model_of(row, snapshot)
    if model is not None:
        facts = [(head, text) for head, text in facts if head != exports.COLUMNS["promised_on"]]
        facts += [
            (Text("Mô hình", "Service model"), view.t(model.name)),
            (Text("Cam kết", "Promise"), view.t(dossier.promised(row, snapshot))),
            (Text("Thực hiện cam kết", "Promise kept"), view.t(dossier.kept(row, snapshot))),
        ]
    columns = ui.columns(view, (Text("Mục", "Item"), Text("Nội dung", "Content")))
    ui.show_rows(
        columns, [ui.Row([ui.Cell.of(view.t(head)), ui.Cell.of(text)]) for head, text in facts if text], "card"
    )


def _versions(view: ui.View, dossier_id: str) -> None:
    title = Text("Trong các bản số liệu của khu vực", "In the snapshots of the area")
    ui.section(view, title, Text("Mới nhất trước", "Newest first"))
    columns = ui.columns(view, (Text("Số liệu chốt đến", "Data as of"), exports.COLUMNS["outcome"]))
    missing = Text("Chưa có hồ sơ này.", "Not there yet.")
    rows = []
    for version in snapshots.published(view.data, view.snapshot.dataset)[:_VERSIONS]:
        row = lookup.one(version, dossier_id)
        as_of = ui.Cell(date(version.as_of, view.language), version.as_of.isoformat())
        rows.append(ui.Row([as_of, ui.Cell.of(view.t(dossier.verdict(row, version) if row else missing))]))
    ui.show_rows(columns, rows, "versions")
