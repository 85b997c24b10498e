"""Lists and tables as files: CSV and XLSX with filters, snapshot and time on every sheet."""

import csv
import datetime
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import pandas as pd
import xlsxwriter

from cchc import schema
from cchc.figures import query, trust
from cchc.figures.filters import LEVEL_NAMES, WEEKDAY_NAMES, Filters
from cchc.figures.metrics import FIGURES, METRICS, Format
from cchc.figures.periods import Grain, containing
from cchc.findings import due_soon, sources
from cchc.findings.reconcile import (
    FIGURE_COLUMNS,
    FINDING_COLUMNS,
    Finding,
    Reconciliation,
    answer,
    figure_rows,
    finding_rows,
)
from cchc.store.snapshots import Snapshot
from cchc.text import Language, Text, UserError, capital, date, harmless, number

# A worksheet holds 1,048,576 rows; a list longer than this is for a query, not for reading.
MOST_ROWS = 1_000_000

# What browsers call the files of office programs.
MEDIA_TYPES = {
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
_HEADINGS = {column.name: column.heading for column in schema.COLUMNS if column.heading} | {
    "field": Text("Lĩnh vực", "Field"),
    "promised_on": Text("Hẹn theo mô hình", "Promised by the model"),
    "outcome": Text("So với thời hạn", "Outcome"),
    "days_late": Text("Số ngày quá hạn", "Days late"),
}
COLUMNS: dict[str, Text] = {name: _HEADINGS[name] for name in (*query.RECORD_COLUMNS, "days_late")}
# What a list of dossiers due soon says besides.
SOON_COLUMNS = {
    "days_left": due_soon.LEFT,
    "share": due_soon.USUAL,
    "low": Text("Thường trễ, thấp nhất (95 %)", "Usually miss, low (95%)"),
    "high": Text("Thường trễ, cao nhất (95 %)", "Usually miss, high (95%)"),
}
_WIDTHS = {
    "dossier_id": 22,
    "unit": 28,
    "receiving_unit": 28,
    "procedure": 48,
    "field": 18,
    "channel": 14,
    "days_late": 10,
}
_USUAL_WIDTH = 16
_NOT_SAID = Text("Không ghi", "Not stated")
_YES_OR_NO = {True: Text("Có", "Yes"), False: Text("Không", "No")}


def columns_of(snapshot: Snapshot) -> dict[str, Text]:
    """The COLUMNS a list of this snapshot has: those of schema.BESIDE only where its dossiers say anything there."""
    return {name: text for name, text in COLUMNS.items() if name not in schema.BESIDE or name in snapshot.labels}


def readable(rows: pd.DataFrame, snapshot: Snapshot, language: Language) -> pd.DataFrame:
    """Rows of `query.records` with names for ids, in the order of `columns_of`; times stay times, days_late is empty
    unless positive."""
    names = _names(snapshot, language)
    shown = rows[list(columns_of(snapshot))].copy()
    days = [None if pd.isna(day) else day.date() for day in rows["promised_on"]]
    shown["promised_on"] = pd.Series(days, rows.index, dtype=object)
    for column in (name for name in shown if name in names):
        shown[column] = rows[column].map(names[column]).astype(object).where(rows[column].notna(), "")
    for column in (name for name in schema.NUMBERS if name in COLUMNS):
        shown[column] = rows[column].astype("Int64")
    # An open dossier has no outcome yet: its status says where it stands.
    shown["outcome"] = shown["outcome"].where(shown["outcome"] != "", shown["status"])
    counted = (rows["days_late"] > 0) & ~rows["status"].isin(("waiting", "withdrawn"))
    shown["days_late"] = rows["days_late"].where(counted).astype("Int64")
    return shown


def readable_soon(rows: pd.DataFrame, snapshot: Snapshot, filters: Filters, language: Language) -> pd.DataFrame:
    """The same of dossiers due soon at the end of the period, with SOON_COLUMNS; shares as fractions."""
    end = pd.Timestamp(min(filters.end, snapshot.as_of))
    known = due_soon.with_chances(snapshot, rows.assign(due_on=rows["due_at"].dt.normalize()), end)
    told = {name: known[name].to_numpy() for name in SOON_COLUMNS}
    return readable(rows, snapshot, language).assign(**told)


def _names(snapshot: Snapshot, language: Language) -> dict[str, dict[Any, str]]:
    known = snapshot.references
    texts: dict[str, Mapping[Any, Text]] = {
        "field": known.fields,
        "channel": schema.CHANNEL_NAMES,
        "level": LEVEL_NAMES,
        "weekday": WEEKDAY_NAMES,
        "status": schema.STATUS_NAMES,
        "outcome": {name: METRICS[name].label for name in schema.OUTCOMES},
        **dict.fromkeys(schema.FLAGS, _YES_OR_NO),
    }
    return {
        **{key: {unit.id: unit.name for unit in known.units.values()} for key in ("unit", "receiving_unit")},
        **{name: {label: label for label in snapshot.labels.get(name, ())} for name in schema.LABELS},
        "procedure": {each.id: each.name for each in known.procedures.values()},
        **{column: {key: text[language] for key, text in names.items()} for column, names in texts.items()},
    }


def to_csv(snapshot: Snapshot, filters: Filters, metric: str, search: str, language: Language) -> bytes:
    """The list behind a metric as UTF-8 CSV (with BOM, for Excel), after lines that say what it is."""
    return _csv(_dossiers(snapshot, filters, metric, search, language))


def to_xlsx(snapshot: Snapshot, filters: Filters, metric: str, search: str, language: Language) -> bytes:
    """The list behind a metric as a workbook: what it is in the first rows, frozen headings, real dates."""
    return _xlsx(_dossiers(snapshot, filters, metric, search, language))


def named(
    frame: pd.DataFrame,
    by: Sequence[str],
    grain: Grain | None,
    snapshot: Snapshot,
    filters: Filters,
    language: Language,
) -> pd.DataFrame:
    """The result of `query.run` for `filters` with names for ids and labels for periods (see `Filters.counted`);
    metrics stay numbers."""
    shown = frame.copy()
    names = _names(snapshot, language)
    for column in by:
        shown[column] = frame[column].map(names[column]).astype(object).fillna(_NOT_SAID[language])
    if grain:
        periods = [containing(grain, day.date()) for day in frame["period"]]
        shown["period"] = [filters.counted(period, snapshot, language) for period in periods]
    return shown


def figures_to_csv(frame: pd.DataFrame, snapshot: Snapshot, filters: Filters, language: Language) -> bytes:
    """A table of `named` figures as CSV; rates as fractions, days as numbers; with their parts it says where due dates
    are missing."""
    return _csv(_figures(frame, snapshot, filters, language))


def figures_to_xlsx(frame: pd.DataFrame, snapshot: Snapshot, filters: Filters, language: Language) -> bytes:
    """A table of `named` figures as a workbook; rates are numbers shown as percentages."""
    return _xlsx(_figures(frame, snapshot, filters, language))


DIMENSION_NAMES = {
    "period": Text("Kỳ", "Period"),
    "unit": Text("Đơn vị", "Unit"),
    "field": Text("Lĩnh vực", "Field"),
    "level": Text("Cấp", "Level"),
    "channel": Text("Hình thức nộp", "Channel"),
    "procedure": Text("Thủ tục", "Procedure"),
    "weekday": Text("Thứ trong tuần (ngày tiếp nhận)", "Weekday of receipt"),
    **{name: _HEADINGS[name] for name in schema.BESIDE},
}
_NUMBER_FORMATS: dict[Format, str] = {"rate": "0.00%", "count": "#,##0", "days": "#,##0.0"}


@dataclass(frozen=True)
class _Sheet:
    """A table to write: its name, lines above it, headings with widths and number formats, rows."""

    name: str
    about: list[list[str]]
    heads: list[str]
    widths: Sequence[int]
    formats: Sequence[str | None]
    rows: pd.DataFrame
    foot: str
    # Columns of sentences, wrapped in their cells.
    wrapped: frozenset[int] = frozenset()


def reconciliation_to_xlsx(
    result: Reconciliation, findings: Sequence[Finding], chosen: str, snapshot: Snapshot, language: Language
) -> bytes:
    """Two sheets: the findings shown (`chosen` says in words which), and every published figure beside the records."""
    known = snapshot.references
    about = _about(snapshot, f"{known.dataset.name[language]}, {chosen}", language)
    about.insert(0, [Text("Kết luận", "Conclusion")[language], answer(result)[language]])
    listed, figures = finding_rows(result, findings, known, language), figure_rows(result, known, language)
    return _xlsx(
        _Sheet(
            Text("Phát hiện", "Findings")[language], about, [text[language] for text in FINDING_COLUMNS.values()],
            (14, 24, 60, 40, 12, 18, 14, 12, 30), [None] * len(FINDING_COLUMNS), listed, snapshot.id,
            frozenset({1, 2, 3, 8}),
        ),
        _Sheet(
            Text("Số đã công bố", "Published figures")[language], about,
            [text[language] for text in FIGURE_COLUMNS.values()],
            (24, 56, 12, 14, 12, 12, 22, 30), [None] * len(FIGURE_COLUMNS), figures, snapshot.id, frozenset({1, 7}),
        ),
    )  # fmt: skip


def _dossiers(snapshot: Snapshot, filters: Filters, metric: str, search: str, language: Language) -> _Sheet:
    rows = _all(snapshot, filters, metric, search, language)
    columns = columns_of(snapshot) | (SOON_COLUMNS if metric == due_soon.METRIC else {})
    lines = [[FIGURES[metric].label[language], number(len(rows), language)]]
    if search:
        lines.append([Text("Tìm", "Search")[language], search])
    return _Sheet(
        Text("Hồ sơ", "Dossiers")[language],
        [
            *lines,
            *_about(snapshot, filters.describe(snapshot.references, language), language),
            *_noted(snapshot, filters, language),
        ],
        [text[language] for text in columns.values()],
        [_WIDTHS.get(name, _USUAL_WIDTH) for name in columns],
        [_NUMBER_FORMATS["rate"] if name in ("share", "low", "high") else None for name in columns],
        rows,
        snapshot.id,
    )


def _figures(frame: pd.DataFrame, snapshot: Snapshot, filters: Filters, language: Language) -> _Sheet:
    labels = {name: metric.label for name, metric in METRICS.items()} | DIMENSION_NAMES
    shown = frame[[name for name in frame if name in labels]]
    formats = [_NUMBER_FORMATS[METRICS[name].format] if name in METRICS else None for name in shown]
    about = _about(snapshot, filters.describe(snapshot.references, language), language)
    return _Sheet(
        Text("Số liệu", "Figures")[language],
        [*about, *_noted(snapshot, filters, language, trust.lacking_in(frame))],
        [labels[str(name)][language] for name in shown],
        [16 if each else 32 for each in formats],
        formats,
        shown,
        snapshot.id,
    )


def _csv(sheet: _Sheet) -> bytes:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    for line in [*sheet.about, [], sheet.heads]:
        writer.writerow([harmless(cell) for cell in line])
    for row in sheet.rows.itertuples(index=False):
        writer.writerow([harmless(cell_text(value)) for value in row])
    return out.getvalue().encode("utf-8-sig")


def _xlsx(*tables: _Sheet) -> bytes:
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True, "default_date_format": "dd/mm/yyyy hh:mm"})
    for table in tables:
        _write(book, table)
    book.close()
    return out.getvalue()


def _write(book: Any, table: _Sheet) -> None:
    sheet = book.add_worksheet(table.name)
    bold = book.add_format({"bold": True, "text_wrap": True, "bottom": 1})
    # Beside a sentence of several lines a number stands on the first.
    plain = book.add_format({"valign": "top"}) if table.wrapped else None
    wrap = book.add_format({"valign": "top", "text_wrap": True})
    day = book.add_format({"num_format": "dd/mm/yyyy"})
    for place, line in enumerate(table.about):
        for column, cell in enumerate(line):
            sheet.write_string(place, column, cell)
    head = len(table.about) + 1
    formats = [book.add_format({"num_format": each}) if each else None for each in table.formats]
    for column, (text, width) in enumerate(zip(table.heads, table.widths, strict=True)):
        sheet.write_string(head, column, text, bold)
        sheet.set_column(column, column, width)
    for place, row in enumerate(table.rows.itertuples(index=False), start=head + 1):
        cells: tuple[Any, ...] = row
        for column, value in enumerate(cells):
            if pd.isna(value):
                continue
            if isinstance(value, str):
                sheet.write_string(place, column, value, wrap if column in table.wrapped else plain)
            elif isinstance(value, datetime.datetime):
                sheet.write_datetime(place, column, value)
            elif isinstance(value, datetime.date):
                sheet.write_datetime(place, column, value, day)
            else:
                sheet.write_number(place, column, float(value), formats[column] or plain)
    sheet.freeze_panes(head + 1, 1)
    sheet.autofilter(head, 0, head + len(table.rows), len(table.heads) - 1)
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(head)
    sheet.set_footer(f"&L{table.foot}&R&P/&N")


def _all(snapshot: Snapshot, filters: Filters, metric: str, search: str, language: Language) -> pd.DataFrame:
    soon = metric == due_soon.METRIC
    sort = "due_at" if soon else "received_at"
    found = query.records(snapshot, filters, metric, search=search, sort=sort, limit=MOST_ROWS)
    if found.total > MOST_ROWS:
        raise UserError(
            Text(
                f"Danh sách có {number(found.total, 'vi')} hồ sơ, tệp chỉ chứa được {number(MOST_ROWS, 'vi')}; "
                "hãy chọn kỳ ngắn hơn.",
                f"The list has {number(found.total, 'en')} dossiers and a file holds {number(MOST_ROWS, 'en')}; "
                "choose a shorter period.",
            )
        )
    if soon:
        return readable_soon(found.rows, snapshot, filters, language)
    return readable(found.rows, snapshot, language)


def _about(snapshot: Snapshot, shown: str, language: Language) -> list[list[str]]:
    now = f"{datetime.datetime.now():%d/%m/%Y %H:%M}"
    demo = Text("; dữ liệu minh họa", "; demo data")[language] if snapshot.demo else ""
    as_of = f"{Text('chốt đến', 'as of')[language]} {date(snapshot.as_of, language)}"
    return [
        [Text("Bộ lọc", "Filters")[language], shown + demo],
        [Text("Bản số liệu", "Snapshot")[language], f"{snapshot.id} ({as_of})"],
        [Text("Lập lúc", "Made at")[language], now],
    ]


def _noted(snapshot: Snapshot, filters: Filters, language: Language, undated: Text | None = None) -> list[list[str]]:
    """Which months of a system are not there, and what is to be known of due dates, one line each."""
    notes = (sources.lacking(partial(query.run, snapshot), snapshot, filters), undated)
    return [[Text("Lưu ý", "Note")[language], capital(each[language])] for each in notes if each]


def cell_text(value: object) -> str:
    """A cell of `readable` as text: times as dd/MM/yyyy HH:mm:ss, days as dd/MM/yyyy, nothing for missing values."""
    if isinstance(value, datetime.date) and not pd.isna(value):
        return f"{value:%d/%m/%Y %H:%M:%S}" if isinstance(value, datetime.datetime) else f"{value:%d/%m/%Y}"
    return "" if pd.isna(value) else str(value)  # type: ignore[call-overload]
