"""Where data comes from: published snapshots, a check of their files, and upload with a preview before publishing."""

import datetime
import time
from collections.abc import Sequence
from typing import Any

import streamlit as st

from cchc import disk, importing, ui
from cchc.rules import worktime
from cchc.store import snapshots, verifying
from cchc.importing import Prepared, Report, doubts, drafts, made
from cchc.importing import mapping as mappings
from cchc.store.snapshots import Snapshot
from cchc.text import Text, UserError, capital, date, number
from cchc.ui.view import Reader
from pages.data import mapping_editor, understood, uploads
from pages.data.mapping_editor import Edited

_PREPARED = "prepared-import"
_DONE = "published-import"
_PREVIEW, _FEW, _TALLEST = 200, 10, 420
_TONES = ("", "", "", "named", "named", "wide", "nowrap")
_ACCEPT = "accept-"
_FOUND = "auto"
_AS_OF = "upload-as-of"
_PROPOSED = "proposed-as-of"
_EARLIEST = datetime.date(1990, 1, 1)


def snapshot_list(view: ui.View) -> None:
    """Every snapshot of the area, newest data first; a click shows the figures as they were then."""
    published = snapshots.published(view.data, view.snapshot.dataset)
    heads = (
        Text("Chốt đến ngày", "As of"),
        Text("Có từ ngày", "Covers from"),
        Text("Mã bản số liệu", "Snapshot"),
        Text("Tình trạng", "State"),
        Text("Công bố lúc", "Published at"),
        Text("Hồ sơ", "Dossiers"),
        Text("Tệp nguồn", "Source files"),
        Text("Nguyên vẹn", "Whole"),
    )

    def opened(chosen: str) -> None:
        params = {**view.params(), "snapshot": chosen}
        st.query_params.from_dict(params)

    rows = [_snapshot_row(view, each) for each in published]
    ui.show_rows(ui.columns(view, heads, right={5}), rows, "snapshots", ui.Clicks(opened))


def _snapshot_row(view: ui.View, snapshot: Snapshot) -> ui.Row:
    origin = snapshot.manifest["origin"]
    files = ", ".join(source["name"] for source in origin["sources"])
    if snapshot.demo:
        files = view.t(Text("dữ liệu minh họa", "demo data"))
    published_at = datetime.datetime.fromisoformat(snapshot.manifest["published_at"])
    whole = not snapshots.check(snapshot)
    state = view.t(_state(view, snapshot))
    cells = [
        ui.Cell(date(snapshot.as_of, view.language), snapshot.as_of.isoformat()),
        ui.Cell(date(snapshot.start, view.language), snapshot.start.isoformat()),
        ui.Cell.of(snapshot.id),
        ui.Cell.of(state),
        ui.Cell(f"{published_at:%d/%m/%Y %H:%M}", published_at.isoformat()),
        ui.Cell(number(snapshot.manifest["dossiers"], view.language), snapshot.manifest["dossiers"]),
        ui.Cell.of(files),
        ui.Cell(view.t(Text("có", "yes") if whole else Text("HỎNG", "DAMAGED")), whole),
    ]
    return ui.Row(cells, snapshot.id)


def _state(view: ui.View, snapshot: Snapshot) -> Text:
    at = snapshots.retracted(view.data, snapshot.dataset).get(snapshot.id)
    if at:
        return Text(f"đã thu hồi {date(at.date(), 'vi')}", f"retracted {date(at.date(), 'en')}")
    return Text("hiện hành", "current") if snapshot.id == view.current_id else Text("", "")


def verification(view: ui.View) -> None:
    """A button that checks every checksum and identity of every snapshot again."""
    if not st.button(view.t(Text("Kiểm tra lại mọi tệp", "Check every file again")), icon=":material/verified:"):
        return
    findings = verifying.verify(view.data, view.snapshot.dataset)
    wrong = [text for texts in findings.values() for text in texts]
    for text in wrong:
        st.error(ui.plain(view.t(text)))
    if not wrong:
        count = number(len(findings), view.language)
        st.success(view.t(Text(f"Cả {count} bản số liệu đều nguyên vẹn.", f"All {count} snapshots are whole.")))


def form(view: Reader, dataset: str) -> None:
    """Choose files for `dataset` ("" = one to be named), check them, look at what was found, then publish; nothing is
    written before that."""
    chosen = st.file_uploader(
        view.t(
            Text(
                "Tệp xuất từ phần mềm một cửa (CSV, Excel, ODS, trang web, Parquet, ZIP), kèm tệp ánh xạ .toml nếu có",
                "Files exported by the one-stop software (CSV, Excel, ODS, web page, Parquet, ZIP), with a .toml mapping "
                "if there is one",
            )
        ),
        accept_multiple_files=True,
        key="upload-files",
        on_change=_restart,
    )
    if proposed := st.session_state.pop(_PROPOSED, None):
        st.session_state[_AS_OF] = proposed
    with st.container(horizontal=True, key="upload-settings", vertical_alignment="bottom"):
        dataset = st.text_input(
            view.t(Text("Mã khu vực (chữ thường không dấu, số, gạch nối)", "Area id (a-z, digits, hyphens)")),
            dataset,
            key="upload-dataset",
            on_change=_forget,
        )
        covers_from = st.date_input(
            view.t(Text("Số liệu có từ ngày (để trống: tự tìm)", "Data covers from (blank: found)")),
            None,
            min_value=_EARLIEST,
            max_value=worktime.today(),
            key="upload-covers-from",
            format="DD/MM/YYYY",
            on_change=_forget,
        )
        as_of = st.date_input(
            view.t(Text("Số liệu chốt đến ngày (để trống: lấy theo tệp)", "Data as of (blank: as the file says)")),
            None,
            max_value=worktime.today(),
            key=_AS_OF,
            format="DD/MM/YYYY",
            on_change=_forget,
        )
        mapping = st.selectbox(
            view.t(Text("Kiểu tệp", "Kind of export")),
            [_FOUND, *importing.mappings()],
            key="upload-mapping",
            format_func=lambda name: view.t(Text("Tự nhận biết", "Recognise")) if name == _FOUND else name,
            on_change=_restart,
        )
    kind, dataset = None if mapping == _FOUND else mapping, dataset.strip()
    edited = mapping_editor.edited(view, chosen, dataset, kind) if chosen else None
    if edited:
        mapping_editor.columns(view, edited, dataset)
    check = Text("Kiểm tra tệp", "Check the files")
    pressed = st.button(view.t(check), type="primary", disabled=not chosen, icon=":material/fact_check:")
    if pressed or (chosen and mapping_editor.asks_again()):
        _prepare(view, chosen, dataset, (covers_from, as_of), kind, edited)
    if prepared := st.session_state.get(_PREPARED):
        _preview(view, prepared, edited)
    # Where the button was that published it: whoever pressed that looks there.
    if published := st.session_state.pop(_DONE, None):
        st.success(ui.plain(view.t(published)), icon=":material/check_circle:")


def _forget() -> None:
    """A preview never outlives the choice it was made from."""
    if prepared := st.session_state.pop(_PREPARED, None):
        prepared.close()
    for name in doubts.NAMES:
        st.session_state.pop(f"{_ACCEPT}{name}", None)


def _restart() -> None:
    _forget()
    mapping_editor.restart()


def _prepare(
    view: Reader,
    files: Sequence[Any],
    dataset: str,
    span: tuple[datetime.date | None, datetime.date | None],
    kind: str | None,
    edited: Edited | None,
) -> None:
    _forget()
    mapping_editor.checked()
    covers_from, as_of = span
    working = st.empty()
    with working.container(horizontal=True, vertical_alignment="center"):
        bar = st.progress(0.0)
        # Whatever is clicked ends this run of the page, and with it the check, which leaves nothing behind.
        st.button(view.t(Text("Dừng", "Stop")), key="stop-check", icon=":material/stop_circle:")

    began = time.monotonic()

    def show(done: float, what: Text) -> None:
        left = uploads.time_left(time.monotonic() - began, done)
        bar.progress(done, ui.plain(f"{view.t(what)}{view.t(left)}"))

    try:
        with uploads.on_disk(files) as (exports, own):
            changed = mappings.build(dataset, edited.tables) if edited and edited.changed else None
            prepared = importing.read_export(
                exports,
                dataset,
                as_of,
                mapping=changed or own or kind,
                data=view.data,
                progress=show,
                covers_from=covers_from,
            )
        st.session_state[_PREPARED] = prepared
        if as_of is None:
            st.session_state[_PROPOSED] = prepared.report.as_of
            st.rerun()
    except UserError as error:
        st.error(ui.plain(view.t(error.text)), icon=":material/error:")
    working.empty()


def _preview(view: Reader, prepared: Prepared, edited: Edited | None) -> None:
    report = prepared.report
    asked = {each.advice for each in report.unknown} if edited else set()
    for text in (text for text in report.describe() if text not in asked):
        st.markdown(ui.plain(view.t(text)))
    if edited:
        understood.unknown_words(view, prepared, edited)
    understood.first_rows(view, prepared)
    _made_table(view, report)
    _problem_table(view, report)

    accepted = _accepted(view, report)

    def publish() -> None:
        try:
            snapshot, new = prepared.publish(accepted)
            if edited and edited.changed:
                drafts.save(view.data, report.dataset, edited.tables)
        except UserError as error:
            st.session_state["import-error"] = error.text
            return
        _forget()
        done, same = (
            Text("Đã công bố bản", "Published"),
            Text("Không có gì mới; bản hiện hành vẫn là", "Nothing new; still"),
        )
        said = done if new else same
        st.session_state[_DONE] = Text(f"{said.vi} {snapshot.id}.", f"{said.en} {snapshot.id}.")
        st.query_params.from_dict(view.elsewhere(snapshot.dataset))

    if error := st.session_state.pop("import-error", None):
        st.error(ui.plain(view.t(error)), icon=":material/error:")
    st.button(
        view.t(Text("Công bố", "Publish")),
        type="primary",
        on_click=publish,
        disabled=doubts.open_question(report, accepted) is not None,
        icon=":material/publish:",
    )


def _accepted(view: Reader, report: Report) -> list[str]:
    """A box to tick for everything that needs a yes before publishing, and the names of those ticked."""
    ticked = []
    for name, doubt in doubts.of(report).items():
        fault, mend = view.t(doubt.fault), view.t(doubt.mend)
        st.warning(ui.plain(f"{capital(fault)}: {mend}."), icon=":material/warning:")
        if st.checkbox(ui.plain(_yes(view, doubt)), key=f"{_ACCEPT}{name}"):
            ticked.append(name)
    return ticked


def _yes(view: Reader, doubt: doubts.Doubt) -> str:
    all_the_same = Text("Vẫn công bố, dù", "Publish although")
    return f"{view.t(all_the_same)} {view.t(doubt.fault)}"


def _made_table(view: Reader, report: Report) -> None:
    """Everything the import would make, with the rows it stands in."""
    if not report.made:
        return
    heads = (Text("Loại", "Kind"), Text("Tên", "Name"), Text("Hàng", "Rows"), Text("Giống với", "Looks like"))
    rows = []
    for each in report.made:
        kind, count = view.t(made.LABELS[each.kind]), ui.Cell(number(each.rows, view.language), each.rows)
        rows.append(ui.Row([ui.Cell.of(kind), ui.Cell.of(each.name), count, ui.Cell.of(each.alike)]))
    with st.expander(view.t(Text("Những gì sẽ được tạo mới trong danh mục", "What would be made in the references"))):
        ui.show_rows(ui.columns(view, heads, right={2}), rows, "made")


def _problem_table(view: Reader, report: Report) -> None:
    total = report.problems.num_rows
    if not total:
        ui.note(view, Text("Không có hàng nào có vấn đề.", "No row has a problem."))
        return
    heads = (
        Text("Tệp", "File"),
        Text("Trang tính", "Sheet"),
        Text("Hàng", "Row"),
        Text("Cột", "Column"),
        Text("Giá trị", "Value"),
        Text("Lý do", "Reason"),
        Text("Xử lý", "Result"),
    )
    rows = []
    for each in report.first_problems(_PREVIEW):
        result = Text("loại", "rejected") if each.rejected else Text("giữ, cần xem lại", "kept, to be checked")
        texts = (
            each.file,
            each.sheet,
            number(each.row, view.language),
            each.column,
            each.value,
            view.t(each.reason),
            view.t(result),
        )
        rows.append(ui.Row([ui.Cell.of(text, tone) for text, tone in zip(texts, _TONES, strict=True)]))
    shown = number(len(rows), view.language)
    st.caption(
        view.t(Text(f"{shown} trong {number(total, 'vi')} vấn đề", f"{shown} of {number(total, 'en')} problems"))
    )
    # What is to be done comes below, and must be in reach.
    with st.container(height=_TALLEST if len(rows) > _FEW else "content", border=False):
        ui.show_rows(ui.columns(view, heads), rows, "problems")

    def whole_list() -> bytes:
        with disk.scratch() as folder:
            path = folder / "problems.csv"
            importing.write_problems(report, path, view.language)
            return path.read_bytes()

    st.download_button(
        view.t(Text("Tải danh sách vấn đề", "Download the problems")),
        whole_list,
        "problems.csv",
        "text/csv",
        icon=":material/download:",
        on_click="ignore",
    )
