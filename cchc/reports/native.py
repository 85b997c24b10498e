"""Charts of PowerPoint itself, which a reader can edit; names from data never become formulas in their workbooks."""

import io
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import xlsxwriter
from pptx.chart.data import CategoryChartData, XyChartData
from pptx.enum.chart import (
    XL_CHART_TYPE,
    XL_LABEL_POSITION,
    XL_LEGEND_POSITION,
    XL_MARKER_STYLE,
    XL_TICK_LABEL_POSITION,
)
from pptx.enum.dml import MSO_LINE
from pptx.enum.shapes import MSO_CONNECTOR
from pptx.enum.text import PP_ALIGN
from pptx.oxml.ns import qn
from pptx.oxml.xmlchemy import OxmlElement
from pptx.util import Pt

from cchc.charts import measure
from cchc.charts.labels import HALF, stacked
from cchc.charts.scale import Scale
from cchc.reports.slides import FONT, Place, rgb
from cchc.text import legible

_SMALL = 11
# So many names below a chart over time stand side by side.
_MOST_NAMES = 12
# Points of the legend, of a line of names above a plot and of what stands below it; the left of a plot and its width.
_LEGEND, _LINE, _FOOT, _PLOT = 30, 15, 26, (0.06, 0.93)


@dataclass(frozen=True)
class Series:
    """Values of one name in a colour of the palette, `tones` in colours of their own point by point; of a line,
    whether it is thin and dashed, beside what it is about."""

    name: str
    values: Sequence[float | None]
    colour: str
    tones: Sequence[str] = ()
    is_thin: bool = False


@dataclass(frozen=True)
class Mark:
    """What is named above a chart over time, and where its line stands from left (0) to right (1)."""

    share: float
    name: str


def bars(
    slide: Any,
    place: Place,
    names: Sequence[str],
    series: Sequence[Series],
    form: str,
    alt: str,
    stacked: bool = False,
    labelled: int | None = None,
) -> Any:
    """Horizontal bars from zero, the first name at the top; `stacked` to 100 %. The series numbered `labelled` has its
    values beside its bars."""
    kind = XL_CHART_TYPE.BAR_STACKED_100 if stacked else XL_CHART_TYPE.BAR_CLUSTERED
    chart = _categories(slide, place, kind, names, series, form, alt)
    chart.category_axis.reverse_order = True
    # Figures stand below, although names run from the top: where the axis crosses is stored in the other one.
    chart.value_axis._element.find(qn("c:crosses")).set("val", "max")
    chart.category_axis.tick_label_position = XL_TICK_LABEL_POSITION.LOW
    ticks = chart.value_axis.tick_labels
    ticks.number_format, ticks.number_format_is_linked = "0%" if stacked else form, False
    chart.value_axis.minimum_scale = 0
    if form.endswith("%"):  # room for the figure beside a bar of 100 %
        chart.value_axis.maximum_scale, chart.value_axis.major_unit = 1.12, 0.2
    plot = chart.plots[0]
    plot.gap_width, plot.overlap = 45, 100 if stacked else 0
    if labelled is not None:
        labels = plot.series[labelled].data_labels
        labels.show_value, labels.number_format, labels.number_format_is_linked = True, form, False
        labels.position = XL_LABEL_POSITION.OUTSIDE_END
        labels.font.size, labels.font.name = Pt(_SMALL), FONT
    return chart


def columns(
    slide: Any, place: Place, names: Sequence[str], series: Sequence[Series], form: str, alt: str, stacked: bool = True
) -> Any:
    """Columns over time, one on the other."""
    kind = XL_CHART_TYPE.COLUMN_STACKED if stacked else XL_CHART_TYPE.COLUMN_CLUSTERED
    chart = _categories(slide, place, kind, names, series, form, alt)
    chart.plots[0].gap_width = 40
    return chart


def courses(
    slide: Any,
    place: Place,
    names: Sequence[str],
    series: Sequence[Series],
    form: str,
    alt: str,
    scale: Scale | None = None,
    marks: Sequence[Mark] = (),
) -> Any:
    """Lines over time, on the upright axis `scale` where there is one; `marks` are lines of the slide over the chart,
    with their names above it."""
    chart = _categories(slide, place, XL_CHART_TYPE.LINE_MARKERS, names, series, form, alt)
    for each, drawn in zip(series, chart.plots[0].series, strict=True):
        drawn.smooth = False
        drawn.format.line.width = Pt(1.25 if each.is_thin else 2.25)
        drawn.format.line.color.rgb = rgb(each.colour)
        drawn.format.line.dash_style = MSO_LINE.DASH if each.is_thin else MSO_LINE.SOLID
        drawn.marker.style = XL_MARKER_STYLE.NONE if each.is_thin else XL_MARKER_STYLE.CIRCLE
        drawn.marker.size = 6
        drawn.marker.format.fill.solid()
        drawn.marker.format.fill.fore_color.rgb = rgb(each.colour)
    if scale:
        axis = chart.value_axis
        axis.minimum_scale, axis.maximum_scale, axis.major_unit = scale.low, scale.high, scale.step
        axis.tick_labels.number_format, axis.tick_labels.number_format_is_linked = scale.form, False
    chart.category_axis.tick_labels.font.size = Pt(_SMALL)
    chart.category_axis._element.txPr.bodyPr.set("rot", "0")  # many names would be slanted, and cut
    if len(names) > _MOST_NAMES:
        skip = OxmlElement("c:tickLblSkip")
        skip.set("val", str(-(-len(names) // _MOST_NAMES)))
        chart.category_axis._element.find(qn("c:noMultiLvlLbl")).addprevious(skip)
    if marks:
        _marked(slide, place, chart, marks)
    return chart


def _marked(slide: Any, place: Place, chart: Any, marks: Sequence[Mark]) -> None:
    """The chart's plot where it is known to stand, and the lines and names of `marks` over it."""
    left, top, wide, high = place
    room = wide * _PLOT[1]
    wides = [Pt(measure.width(mark.name, _SMALL)) * 1.1 / room for mark in marks]
    levels = stacked([mark.share for mark in marks], wides, [1] * len(marks))
    above = Pt(_LEGEND + _LINE * (max(levels) + 1))
    _plot_at(chart, _PLOT[0], above / high, _PLOT[1], 1 - (above + Pt(_FOOT)) / high)
    for mark, share, level in zip(marks, wides, levels, strict=True):
        x = int(left + wide * _PLOT[0] + room * mark.share)
        line = slide.shapes.add_connector(MSO_CONNECTOR.STRAIGHT, x, top + above, x, top + high - Pt(_FOOT))
        line.line.color.rgb, line.line.width, line.line.dash_style = rgb("muted"), Pt(1.25), MSO_LINE.ROUND_DOT
        line.name = legible(mark.name)
        breadth = int(share * room) + 1
        box = slide.shapes.add_textbox(
            x - breadth if mark.share > HALF else x, top + above - Pt(_LINE * (level + 1)), breadth, Pt(_LINE)
        )
        frame = box.text_frame
        frame.margin_left = frame.margin_right = frame.margin_top = frame.margin_bottom = 0
        frame.word_wrap = False
        paragraph = frame.paragraphs[0]
        paragraph.alignment = PP_ALIGN.RIGHT if mark.share > HALF else PP_ALIGN.LEFT
        run = paragraph.add_run()
        run.text, run.font.size, run.font.name, run.font.color.rgb = legible(mark.name), Pt(_SMALL), FONT, rgb("muted")


def _plot_at(chart: Any, *inner: float) -> None:
    """The inside of the plot at these shares of the chart (left, top, width, height): programs would place it each in
    their own way."""
    layout, manual = OxmlElement("c:layout"), OxmlElement("c:manualLayout")
    said = {
        "layoutTarget": "inner",
        "xMode": "edge",
        "yMode": "edge",
        **dict(zip("xywh", map(str, inner), strict=True)),
    }
    for name, value in said.items():
        part = OxmlElement(f"c:{name}")
        part.set("val", value)
        manual.append(part)
    layout.append(manual)
    area = chart._chartSpace.chart.plotArea
    for old in area.findall(qn("c:layout")):
        area.remove(old)
    area.insert(0, layout)


def _categories(
    slide: Any, place: Place, kind: Any, names: Sequence[str], series: Sequence[Series], form: str, alt: str
) -> Any:
    data = CategoryChartData(number_format=form)
    data.categories = [legible(name) for name in names]
    for each in series:
        data.add_series(each.name, each.values)
    frame = slide.shapes.add_chart(kind, *place, data)
    _described(frame, alt)
    chart = frame.chart
    chart.part.chart_workbook.update_from_xlsx_blob(_workbook(names, series, form))
    _dressed(chart, len(series) > 1)
    for number, each in enumerate(series):
        drawn = chart.plots[0].series[number]
        drawn.format.fill.solid()
        drawn.format.fill.fore_color.rgb = rgb(each.colour)
        for point, tone in enumerate(each.tones):
            if tone != each.colour:
                filled = drawn.points[point].format.fill
                filled.solid()
                filled.fore_color.rgb = rgb(tone)
    return chart


def _workbook(names: Sequence[str], series: Sequence[Series], form: str) -> bytes:
    """The figures behind a chart as python-pptx lays them out, every name written as text."""
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True})
    sheet = book.add_worksheet("Sheet1")
    style = book.add_format({"num_format": form})
    for row, name in enumerate(names, start=1):
        sheet.write_string(row, 0, legible(name))
    for column, each in enumerate(series, start=1):
        sheet.write_string(0, column, each.name)
        for row, value in enumerate(each.values, start=1):
            if value is not None:
                sheet.write_number(row, column, value, style)
    book.close()
    return out.getvalue()


@dataclass(frozen=True)
class Points:
    """Points or, where `dash` is named, a line through them; `names` stand beside those that have one, `about` says in
    the workbook which point is which."""

    name: str
    xs: Sequence[float]
    ys: Sequence[float]
    colour: str
    dash: Any = None
    names: Sequence[str] = ()
    about: Sequence[str] = ()


def plane(slide: Any, place: Place, series: Sequence[Points], forms: tuple[str, str], scale: Scale, alt: str) -> Any:
    """Points and lines over two numbers; `forms` are the number formats across and up, `scale` is the upright axis
    with its round numbers."""
    data = XyChartData()
    for each in series:
        added = data.add_series(each.name, number_format=forms[1])
        for x, y in zip(each.xs, each.ys, strict=True):
            added.add_data_point(x, y)
    frame = slide.shapes.add_chart(XL_CHART_TYPE.XY_SCATTER, *place, data)
    _described(frame, alt)
    chart = frame.chart
    chart.part.chart_workbook.update_from_xlsx_blob(_plane_workbook(series, forms))
    _dressed(chart, legend=True)
    for axis, form in zip((chart.category_axis, chart.value_axis), forms, strict=True):
        axis.tick_labels.number_format, axis.tick_labels.number_format_is_linked = form, False
    chart.value_axis.minimum_scale, chart.value_axis.maximum_scale = scale.low, scale.high
    chart.value_axis.major_unit = scale.step
    chart.category_axis.minimum_scale = 0
    for drawn, each in zip(chart.plots[0].series, series, strict=True):
        _drawn(drawn, each)
    return chart


def _plane_workbook(series: Sequence[Points], forms: tuple[str, str]) -> bytes:
    """The points behind a chart as python-pptx lays them out, series below series, with what each point is beside."""
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True})
    sheet = book.add_worksheet("Sheet1")
    across, up = (book.add_format({"num_format": form}) for form in forms)
    head = 0
    for each in series:
        sheet.write_string(head, 1, each.name)
        for row, (x, y) in enumerate(zip(each.xs, each.ys, strict=True), start=head + 1):
            sheet.write_number(row, 0, x, across)
            sheet.write_number(row, 1, y, up)
        for row, name in enumerate(each.about, start=head + 1):
            sheet.write_string(row, 2, legible(name))
        head += len(each.xs) + 2
    book.close()
    return out.getvalue()


def _drawn(drawn: Any, points: Points) -> None:
    if points.dash is not None:
        drawn.marker.style = XL_MARKER_STYLE.NONE
        drawn.format.line.width, drawn.format.line.dash_style = Pt(1.5), points.dash
        drawn.format.line.color.rgb = rgb(points.colour)
        return
    drawn.format.line.fill.background()
    drawn.marker.style, drawn.marker.size = XL_MARKER_STYLE.CIRCLE, 8
    drawn.marker.format.fill.solid()
    drawn.marker.format.fill.fore_color.rgb = rgb(points.colour)
    drawn.marker.format.line.fill.background()
    for point, name in enumerate(points.names):
        if name:
            label = drawn.points[point].data_label
            label.position = XL_LABEL_POSITION.RIGHT
            label.text_frame.text = legible(name)
            label.text_frame.paragraphs[0].runs[0].font.size = Pt(_SMALL)


def _described(frame: Any, alt: str) -> None:
    """What the chart shows, for those who cannot see it."""
    about = frame._element.nvGraphicFramePr.cNvPr
    about.set("descr", legible(alt))
    about.set("name", legible(alt)[:100])


def _dressed(chart: Any, legend: bool) -> None:
    # python-pptx numbers axes below zero, which the schema does not know; LibreOffice knows no more than 31 bits.
    for id_ in chart._chartSpace.iter(qn("c:axId"), qn("c:crossAx")):
        id_.set("val", str(abs(int(id_.get("val")))))
    chart.font.size, chart.font.name = Pt(12), FONT
    chart.font.color.rgb = rgb("text")
    chart.has_title = False
    chart.has_legend = legend
    if legend:
        chart.legend.position, chart.legend.include_in_layout = XL_LEGEND_POSITION.TOP, False
    for axis in (chart.category_axis, chart.value_axis):
        axis.format.line.color.rgb = rgb("grid")
    chart.value_axis.has_major_gridlines = True
    chart.value_axis.major_gridlines.format.line.color.rgb = rgb("grid")
    chart.category_axis.has_major_gridlines = False
