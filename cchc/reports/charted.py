"""Charts by name in an office's own Word file: native ones, drawn as those of slides are, with their figures behind."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any

import pandas as pd
from docx.document import Document
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.opc.packuri import PackURI
from docx.opc.part import Part
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls
from docx.shared import Cm, Emu, Length, Pt
from pptx import Presentation

from cchc.charts.scale import Scale
from cchc.figures.metrics import METRICS
from cchc.figures.periods import Period, containing
from cchc.reports import native
from cchc.reports.asked import Asked
from cchc.reports.native import Series
from cchc.reports.paper import Prose, say
from cchc.store.coverage import is_whole
from cchc.text import Text, within

# What a name of a chart stands for, each in a paragraph of its own: {{p bieu_do_tiep_nhan }}.
CHARTS = {
    "bieu_do_tiep_nhan": Text(
        "biểu đồ hồ sơ tiếp nhận, đã giải quyết của 12 tháng đến cuối kỳ",
        "a chart of what was received and resolved in the 12 months up to the end of the period",
    ),
    "bieu_do_dung_han": Text(
        "biểu đồ tỷ lệ trước và đúng hạn của 12 tháng đến cuối kỳ",
        "a chart of the on-time rate in the 12 months up to the end of the period",
    ),
    "bieu_do_truc_tuyen": Text(
        "biểu đồ tỷ lệ trực tuyến của 12 tháng đến cuối kỳ",
        "a chart of the online rate in the 12 months up to the end of the period",
    ),
    "bieu_do_don_vi": Text(
        "biểu đồ tỷ lệ trước và đúng hạn của từng đơn vị trong kỳ, thấp nhất ở trên",
        "a chart of the on-time rate of each unit in the period, the lowest first",
    ),
}
_MONTHS, _MOST_UNITS = 12, 25
_WIDTH, _HEIGHT, _BAR, _LETTERS = Cm(16), Cm(8), Pt(17), Pt(8)
_CHART = "http://schemas.openxmlformats.org/drawingml/2006/chart"
_DRAWING = "http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing"
_FORMATS = {"rate": "0.00%", "count": "#,##0"}


def blocks(document: Document, asked: Asked, names: Iterable[str]) -> dict[str, tuple[Any, Prose | None]]:
    """Of each of these names the paragraph with its chart, whose parts are put into the document, and what must be
    said below; a chart without figures is that sentence alone (None)."""
    slides = Presentation()
    found: dict[str, tuple[Any, Prose | None]] = {}
    for name in names:
        slide = slides.slides.add_slide(slides.slide_layouts[6])
        drawn, height, note = _DRAWN[name](asked, slide)
        shown = _paragraph(_embedded(document, drawn), height, CHARTS[name].vi) if drawn else None
        found[name] = (shown, note)
    return found


# --- What is drawn ---

_Drawn = tuple[Any, Length, Prose | None]


def _by_month(asked: Asked, slide: Any, metrics: Sequence[str]) -> _Drawn:
    """Months the data covers whole, the last ones up to the end of the period."""
    months = [containing("month", asked.until)]
    while len(months) <= _MONTHS:
        months.append(months[-1].previous())
    shown = [each for each in reversed(months) if is_whole(each, asked.snapshot)][-_MONTHS:]
    if not shown:
        return None, _HEIGHT, say("(Số liệu chưa có tháng nào trọn vẹn.)")
    over = asked.filters.over(Period(shown[0].start, shown[-1].end))
    figures = asked.run(metrics, over, grain="month").set_index("period")
    values = [[_known(figures[name].get(pd.Timestamp(each.start)), name) for each in shown] for name in metrics]
    series = [
        Series(METRICS[name].label.vi, those, colour)
        for name, those, colour in zip(metrics, values, ("early", "other"), strict=False)
    ]
    names = [f"T{each.start.month}/{each.start:%y}" for each in shown]
    metric = METRICS[metrics[0]]
    place, form, alt = (0, 0, _WIDTH, _HEIGHT), _FORMATS[metric.format], " / ".join(each.name for each in series)
    if metric.format == "count":
        return _small(native.columns(slide, place, names, series, form, alt, stacked=False), form), _HEIGHT, None
    known = [value for value in values[0] if value is not None]
    if not known:
        return None, _HEIGHT, say(f"(Không có số liệu về {within(metric.label.vi)}.)")
    scale = Scale.of(known, metric)
    return _small(native.courses(slide, place, names, series, form, alt, scale), scale.form), _HEIGHT, None


def _small(chart: Any, form: str) -> Any:
    """A chart of months as narrow as a page: their names beside each other, in one line each."""
    months, values = chart.category_axis.tick_labels, chart.value_axis.tick_labels
    months.font.size, values.number_format, values.number_format_is_linked = _LETTERS, form, False
    chart.category_axis._element.txPr.bodyPr.set("rot", "0")
    return chart


def _known(value: float | None, name: str) -> float | None:
    """A figure of a month; of a month without dossiers nothing where it is a rate, else 0."""
    if value is None or value != value:
        return 0.0 if METRICS[name].format == "count" else None
    return float(value)


def _by_unit(asked: Asked, slide: Any) -> _Drawn:
    metric = METRICS["on_time_rate"]
    figures = asked.run([metric.name], asked.filters, by=["unit"]).dropna().sort_values(metric.name, kind="stable")
    if figures.empty:
        return None, _HEIGHT, say("(Không có hồ sơ đã giải quyết trong kỳ.)")
    shown = figures.head(_MOST_UNITS)
    names = [asked.snapshot.references.units[unit].name for unit in shown["unit"]]
    series = [Series(metric.label.vi, [float(value) for value in shown[metric.name]], "early")]
    height = Emu(_HEIGHT // 3 + _BAR * len(shown))
    chart = native.bars(slide, (0, 0, _WIDTH, height), names, series, _FORMATS["rate"], metric.label.vi, labelled=0)
    left = len(figures) - len(shown)
    note = say(f"({len(shown)} đơn vị có tỷ lệ thấp nhất trong {len(figures)} đơn vị.)") if left else None
    return chart, height, note


_DRAWN: dict[str, Callable[[Asked, Any], _Drawn]] = {
    "bieu_do_tiep_nhan": lambda asked, slide: _by_month(asked, slide, ("received", "resolved")),
    "bieu_do_dung_han": lambda asked, slide: _by_month(asked, slide, ("on_time_rate",)),
    "bieu_do_truc_tuyen": lambda asked, slide: _by_month(asked, slide, ("online_rate",)),
    "bieu_do_don_vi": _by_unit,
}


# --- Parts of the file ---


def _embedded(document: Document, chart: Any) -> str:
    """The chart and its workbook as parts of the document; the id the document knows it by."""
    package, drawn = document.part.package, chart.part
    book = drawn.chart_workbook.xlsx_part
    part = Part(_free(package, "/word/charts/chart{}.xml"), drawn.content_type, drawn.blob, package)
    id_: str = document.part.relate_to(part, RELATIONSHIP_TYPE.CHART)
    held = Part(_free(package, "/word/embeddings/chart{}.xlsx"), book.content_type, book.blob, package)
    [inside] = [rel for rel, each in drawn.rels.items() if each.reltype == RELATIONSHIP_TYPE.PACKAGE]
    part.load_rel(RELATIONSHIP_TYPE.PACKAGE, held, inside)
    return id_


def _free(package: Any, name: str) -> PackURI:
    taken = {str(part.partname) for part in package.iter_parts()}
    number = next(n for n in range(1, len(taken) + 2) if name.format(n) not in taken)
    return PackURI(name.format(number))


def _paragraph(id_: str, height: Length, alt: str) -> Any:
    found = parse_xml(
        f'<w:p {nsdecls("w", "a", "r")} xmlns:wp="{_DRAWING}" xmlns:c="{_CHART}"><w:pPr><w:jc w:val="center"/></w:pPr>'
        f'<w:r><w:drawing><wp:inline distT="0" distB="0" distL="0" distR="0"><wp:extent cx="{_WIDTH}" cy="{height}"/>'
        f'<wp:docPr id="1" name="{id_}"/><wp:cNvGraphicFramePr/><a:graphic><a:graphicData uri="{_CHART}">'
        f'<c:chart r:id="{id_}"/></a:graphicData></a:graphic></wp:inline></w:drawing></w:r></w:p>'
    )
    [about] = found.iter(f"{{{_DRAWING}}}docPr")
    about.set("descr", alt)
    return found
