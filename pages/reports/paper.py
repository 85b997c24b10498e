"""Official forms and reports on the screen: which one, what to know about it, the file, and the paper itself."""

import datetime
import html
from functools import partial

import streamlit as st

from cchc import config, reports, ui
from cchc.entered import locked
from cchc.entered.locked import Place
from cchc.entered.registers import RECIPIENTS
from cchc.exports import MEDIA_TYPES
from cchc.reports import Asked, Kind, Made, pdf
from cchc.reports.paper import (
    Blank,
    Block,
    Box,
    Heading,
    Link,
    Paper,
    Piece,
    Prose,
    Table,
    annex_name,
    to_fill,
    to_sign,
)
from cchc.reports.phrases import FEW, written
from cchc.reports.sheet import DEMO, Book, Cell, Formula, Sheet
from cchc.text import Text, UserError, number
from cchc.ui import assets
from pages.reports import letterhead, locking, narrative, own, registers

_STYLE = assets.text(__file__, "reports.css")


def report_choice(view: ui.View) -> Kind:
    """The kind of report the link asks for, and the control that changes it."""
    kinds = reports.kinds(view.snapshot, view.data)
    titles = {id_: kind.title for id_, kind in kinds.items()}
    return kinds[ui.choice(view, "report", Text("Loại báo cáo", "Kind of report"), titles, st.pills)]


def report(view: ui.View, kind: Kind) -> None:
    """The report of this view: what to know, the file to download, the registers it draws on and the paper as it will
    be; or why there is none."""
    asked = _asked(view)
    where, name = reports.place(kind, asked), kind.file_name(asked)
    if kept := locked.in_force(view.data, where):
        _draw(view, locking.show(view, kind, kept, name))
    else:
        _made_now(view, kind, asked, where)
    locking.history(view)


def _made_now(view: ui.View, kind: Kind, asked: Asked, where: Place | None) -> None:
    try:
        made = kind.prepare(asked)
    except UserError as error:
        ui.note(view, error.text)
        registers.tables(view, kind.registers)
        return
    body = _paper(made) if isinstance(made, Paper) else _form(made)
    look = f'<article class="paper {kind.ending}" lang="vi">{body}</article>'
    st.markdown(ui.plain(view.t(kind.about)))
    if known := kind.notice(asked):
        ui.note(view, known)
    with st.container(horizontal=True, key="downloads", vertical_alignment="center"):
        _downloads(view, kind, asked, made)
        locking.offer(view, kind, where, made, look)
        if isinstance(made, Paper) and made.blanks:
            st.caption(view.t(_blanks(len(made.blanks))))
    letterhead.form(view, kind, asked)
    narrative.form(view, kind, asked)
    if isinstance(made, Paper):
        own.form(view, kind, asked, made)
    registers.tables(view, (*kind.registers, RECIPIENTS))
    _draw(view, look)


def _draw(view: ui.View, look: str) -> None:
    if view.language != "vi":
        st.caption("Official papers are in Vietnamese; this is the file as it will be.")
    st.html(f"<style>{_STYLE}</style>")
    st.html(look)


def _downloads(view: ui.View, kind: Kind, asked: Asked, made: Made) -> None:
    name = kind.file_name(asked)
    st.download_button(
        view.t(_DOWNLOAD[kind.ending]), view.noted("paper", name, partial(reports.to_file, made)), name,
        MEDIA_TYPES[kind.ending], icon=":material/download:", type="primary", on_click="ignore",
    )  # fmt: skip
    if pdf.found():
        st.download_button(
            view.t(Text("Tải PDF", "Download as PDF")), view.noted("paper", name, partial(reports.to_pdf, made)),
            f"{name.removesuffix(kind.ending)}pdf", "application/pdf", on_click="ignore",
        )  # fmt: skip
    if isinstance(made, Paper):
        st.download_button(
            view.t(_WORKING), view.noted("paper", name, partial(reports.to_file, made, working=True)),
            f"ban-lam-viec-{name}", MEDIA_TYPES["docx"], help=view.t(_ABOUT_WORKING), on_click="ignore",
        )  # fmt: skip
        own.download(view, kind, asked, made, name)
    if len(asked.units) > 1:
        st.download_button(
            view.t(_EACH_UNIT), view.noted("paper", name, partial(reports.of_each_unit, kind, asked)),
            name.removesuffix(kind.ending) + "zip",
            "application/zip", help=view.t(_ABOUT_EACH_UNIT), on_click="ignore",
        )  # fmt: skip


_DOWNLOAD = {
    "docx": Text("Tải bản trình ký", "Download for signing"),
    "xlsx": Text("Tải tệp Excel", "Download as Excel"),
}


_EACH_UNIT = Text("Mỗi đơn vị một tệp (ZIP)", "A file for each unit (ZIP)")
_ABOUT_EACH_UNIT = Text(
    "Cùng báo cáo này của từng đơn vị, và danh sách ai có, ai không có và vì sao",
    "This report of every unit, and a list of who has one, who has none and why",
)
_WORKING = Text("Tải bản làm việc", "Download as working copy")
_ABOUT_WORKING = Text(
    "Chân mỗi trang ghi kỳ, bản số liệu và lúc lập; bản trình ký không có dòng này.",
    "Every page says at its foot the period, the snapshot and when it was made; a copy for signing does not.",
)


def _blanks(count: int) -> Text:
    return Text(
        f"{count} chỗ tô vàng là phần số liệu không biết: cán bộ điền trước khi trình ký.",
        f"{count} places marked yellow are what no record knows: fill them in before signing.",
    )


def _asked(view: ui.View) -> Asked:
    opened = st.context.url
    return Asked(
        run=view.run,
        snapshot=view.snapshot,
        filters=view.filters,
        data=view.data,
        address=opened.rsplit("/", 1)[0] if opened else config.settings().address,
        at=datetime.datetime.now(),
    )


# --- A form ---


def _form(book: Book) -> str:
    """The first sheet open, what stands above it included; the others folded."""
    first, *others = book.sheets
    folded = "".join(f"<details><summary>{html.escape(each.name)}</summary>{_sheet(each)}</details>" for each in others)
    notes = "".join(f"<p><em>{html.escape(text)}</em></p>" for text in (*first.notes, *book.last_notes))
    return f"<div class='above'>{_above(first)}</div>{_sheet(first)}{notes}{folded}"


def _above(sheet: Sheet) -> str:
    """Texts that stand under each other, in columns from left to right."""
    columns: dict[int, list[Box]] = {}
    for box in sheet.above:
        columns.setdefault(box.column, []).append(box)
    return "".join(
        "<div>"
        + "".join(f'<p class="{box.align}{" bold" if box.bold else ""}">{html.escape(box.text)}</p>' for box in boxes)
        + "</div>"
        for _, boxes in sorted(columns.items())
    )


def _sheet(sheet: Sheet) -> str:
    heads = "".join(_heads(sheet.heads, row) for row in range(sheet.first_line - sheet.first_head))
    lines = "".join(
        f'<tr class="{line.kind}">{"".join(_cell(sheet, *each) for each in enumerate(line.cells))}</tr>'
        for line in sheet.lines
    )
    return f"<div class='wide'><table><thead>{heads}</thead><tbody>{lines}</tbody></table></div>"


def _heads(boxes: tuple[Box, ...], row: int) -> str:
    cells = "".join(
        f'<th scope="{"colgroup" if box.columns > 1 else "col"}" colspan="{box.columns}" rowspan="{box.rows}">'
        f"{_escape(box.text).replace('+', '<wbr>+')}</th>"
        for box in boxes
        if box.row == row
    )
    return f"<tr>{cells}</tr>"


def _cell(sheet: Sheet, column: int, cell: Cell) -> str:
    value = cell.value if isinstance(cell, Formula) else cell
    if isinstance(value, int | float):
        form = sheet.formats[column]
        decimals = len(form.partition(".")[2].rstrip("%"))
        shown = number(value * 100, "vi", decimals) + " %" if form.endswith("%") else number(value, "vi", decimals)
        mark = FEW if isinstance(cell, Formula) and cell.few else ""
        return f'<td class="number">{shown}{mark}</td>'
    # A word in the place of a number stands where numbers do.
    look = "center" if column in sheet.centred else "number" if sheet.formats[column] else ""
    return f'<td class="{look}">{_piece(value or "")}</td>'


# --- A paper ---


def _paper(paper: Paper) -> str:
    head = paper.head
    office = "".join(
        [f"<div>{_piece(to_fill(line.upper()))}</div>" for line in head.parent]
        + [f"<b>{_piece(to_fill(line.upper()))}</b>" for line in head.issuer]
    )
    to = "".join(f"<div>{_piece(to_fill(each))}</div>" for each in head.to)
    attached = f"(Kèm theo Báo cáo số: {head.number}/{head.symbol} {head.dated} của {head.name})"
    return (
        f"<header><div>{office}<hr><div>Số: {_escape(f'{head.number}/{head.symbol}')}</div></div>"
        "<div><b>CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM</b><b>Độc lập - Tự do - Hạnh phúc</b><hr>"
        f"<i>{_piece(to_fill(head.place))}, {head.dated}</i></div></header>"
        f"<h3>BÁO CÁO</h3><h4>{_piece(to_fill(paper.subject))}</h4>"
        + (f"<h4>{_escape(DEMO)}</h4>" if paper.demo else "")
        + (f"<div class='to'><span>Kính gửi:</span><div>{to}</div></div>" if to else "")
        + "".join(map(_block, paper.body))
        + _end(paper)
        + "".join(
            f"<section><h3>{annex_name(place, len(paper.annexes))}</h3><h4>{_escape(annex.title)}</h4>"
            f"<p><i>{_escape(attached)}</i></p>{''.join(map(_block, annex.blocks))}</section>"
            for place, annex in enumerate(paper.annexes)
        )
        + f"<footer><i>{_escape(paper.origin)}</i></footer>"
    )


def _end(paper: Paper) -> str:
    copies = "".join(f"<div>- {_piece(to_fill(each))}</div>" for each in paper.head.copies)
    head = paper.head
    signs = "".join(f"<b>{_piece(to_fill(sign.upper()))}</b>" for sign in head.signs)
    signs += "<br><br>" + "".join(f"<b>{_piece(to_fill(office.upper()))}</b>" for office in head.below)
    signs += f"<b>{_piece(to_sign(head.signer))}</b>"
    return f"<div class='end'><div><b><i>Nơi nhận:</i></b>{copies}</div><div>{signs}</div></div>"


def _block(block: Block) -> str:
    if isinstance(block, Heading):
        text = block.text.upper() if block.level == 1 else block.text
        return f'<h5 class="level{block.level}">{_escape(text)}</h5>'
    if isinstance(block, Prose):
        return f"<p>{''.join(map(_piece, block.pieces))}</p>"
    return _table(block)


def _table(table: Table) -> str:
    heads = "".join(_heads(table.boxes, row) for row in range(2 if table.over else 1))
    rows = "".join(
        f'<tr class="{"total" if place in table.bold else ""}">'
        + "".join(
            f'<td class="{"number" if column >= table.texts else "" if column else "center"}">'
            f"{number(cell, 'vi') if isinstance(cell, int) else _piece(cell)}</td>"
            for column, cell in enumerate(row)
        )
        + "</tr>"
        for place, row in enumerate(table.rows)
    )
    return f"<div class='wide'><table><thead>{heads}</thead><tbody>{rows}</tbody></table></div>"


def _piece(piece: Piece) -> str:
    if isinstance(piece, Blank):
        return f"<mark>{_escape(str(piece))}</mark>"
    if isinstance(piece, Link):
        return f'<a href="{html.escape(piece.address)}">{_escape(piece.text)}</a>'
    return _escape(piece)


def _escape(text: str) -> str:
    return html.escape(written(text))
