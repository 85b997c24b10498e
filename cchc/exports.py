"""Lists of dossiers as files a reader can keep: CSV and XLSX with filters, snapshot and time on the sheet."""

import csv
import datetime
import io

import pandas as pd
import xlsxwriter

from cchc import query
from cchc.filters import CHANNEL_NAMES, Filters
from cchc.metrics import METRICS
from cchc.snapshots import Snapshot
from cchc.text import Language, Text, UserError, date, number

# A worksheet holds 1,048,576 rows; a list longer than this is for a query, not for reading.
MOST_ROWS = 1_000_000

COLUMNS: dict[str, Text] = {
    "dossier_id": Text("Mã hồ sơ", "Dossier"),
    "unit": Text("Đơn vị", "Unit"),
    "procedure": Text("Thủ tục", "Procedure"),
    "field": Text("Lĩnh vực", "Field"),
    "channel": Text("Hình thức nộp", "Channel"),
    "received_at": Text("Tiếp nhận", "Received"),
    "due_at": Text("Hẹn trả", "Due"),
    "finished_at": Text("Kết thúc xử lý", "Finished"),
    "returned_at": Text("Trả kết quả", "Returned"),
    "status": Text("Tình trạng", "Status"),
    "outcome": Text("Kết quả so với hạn", "Outcome"),
    "days_late": Text("Số ngày quá hạn", "Days late"),
}
STATUS_NAMES = {
    "open": Text("Đang giải quyết", "Open"),
    "waiting": Text("Chờ bổ sung", "Waiting for supplement"),
    "done": Text("Đã giải quyết", "Done"),
    "withdrawn": Text("Trả lại, rút", "Withdrawn"),
}
_TIMES = ("received_at", "due_at", "finished_at", "returned_at")


def readable(rows: pd.DataFrame, snapshot: Snapshot, language: Language) -> pd.DataFrame:
    """Rows of `query.records` with names for ids, in the order of COLUMNS; times stay times, days_late is empty
    unless positive."""
    known = snapshot.references
    named = {
        "unit": {unit.id: unit.name for unit in known.units.values()},
        "procedure": {each.id: each.name for each in known.procedures.values()},
        "field": {key: text[language] for key, text in known.fields.items()},
        "channel": {key: text[language] for key, text in CHANNEL_NAMES.items()},
        "status": {key: text[language] for key, text in STATUS_NAMES.items()},
        "outcome": {name: METRICS[name].label[language] for name in ("early", "on_day", "late", "withdrawn")},
    }
    shown = rows[list(COLUMNS)].copy()
    for column, names in named.items():
        shown[column] = rows[column].map(names).astype(object).where(rows[column].notna(), "")
    # An open dossier has no outcome yet: its status says where it stands.
    shown["outcome"] = shown["outcome"].where(shown["outcome"] != "", shown["status"])
    shown["days_late"] = (
        rows["days_late"].where((rows["days_late"] > 0) & (rows["outcome"] != "withdrawn")).astype("Int64")
    )
    return shown


def to_csv(snapshot: Snapshot, filters: Filters, metric: str, search: str, language: Language) -> bytes:
    """The list behind a metric as UTF-8 CSV (with BOM, for Excel), after lines that say what it is."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    shown = _all(snapshot, filters, metric, search, language)
    for line in _about(snapshot, filters, metric, len(shown), language):
        writer.writerow([_harmless(cell) for cell in line])
    writer.writerow([text[language] for text in COLUMNS.values()])
    for row in shown.itertuples(index=False):
        writer.writerow([_harmless(cell_text(value)) for value in row])
    return out.getvalue().encode("utf-8-sig")


def to_xlsx(snapshot: Snapshot, filters: Filters, metric: str, search: str, language: Language) -> bytes:
    """The list behind a metric as a workbook: what it is in the first rows, frozen headings, real dates."""
    shown = _all(snapshot, filters, metric, search, language)
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True, "default_date_format": "dd/mm/yyyy hh:mm"})
    sheet = book.add_worksheet(Text("Hồ sơ", "Dossiers")[language])
    bold = book.add_format({"bold": True, "text_wrap": True, "bottom": 1})
    about = _about(snapshot, filters, metric, len(shown), language)
    for place, line in enumerate(about):
        for column, cell in enumerate(line):
            sheet.write_string(place, column, cell)
    head = len(about)
    for column, (text, width) in enumerate(
        zip(COLUMNS.values(), (22, 28, 48, 18, 14, 16, 16, 16, 16, 16, 16, 10), strict=True)
    ):
        sheet.write_string(head, column, text[language], bold)
        sheet.set_column(column, column, width)
    for place, row in enumerate(shown.itertuples(index=False), start=head + 1):
        for column, value in enumerate(row):
            if isinstance(value, datetime.datetime):
                sheet.write_datetime(place, column, value)
            elif isinstance(value, int):
                sheet.write_number(place, column, value)
            elif isinstance(value, str):
                sheet.write_string(place, column, value)
    sheet.freeze_panes(head + 1, 1)
    sheet.autofilter(head, 0, head + len(shown), len(COLUMNS) - 1)
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(head)
    sheet.set_footer(f"&L{snapshot.id}&R&P/&N")
    book.close()
    return out.getvalue()


def _all(snapshot: Snapshot, filters: Filters, metric: str, search: str, language: Language) -> pd.DataFrame:
    found = query.records(snapshot, filters, metric, search=search, limit=MOST_ROWS)
    if found.total > MOST_ROWS:
        raise UserError(
            Text(
                f"Danh sách có {number(found.total, 'vi')} hồ sơ, tệp chỉ chứa được {number(MOST_ROWS, 'vi')}; "
                "hãy chọn kỳ ngắn hơn.",
                f"The list has {number(found.total, 'en')} dossiers and a file holds {number(MOST_ROWS, 'en')}; "
                "choose a shorter period.",
            )
        )
    return readable(found.rows, snapshot, language)


def _about(snapshot: Snapshot, filters: Filters, metric: str, count: int, language: Language) -> list[list[str]]:
    now = f"{datetime.datetime.now():%d/%m/%Y %H:%M}"
    demo = Text("; dữ liệu minh họa", "; demo data")[language] if snapshot.demo else ""
    lines = [
        [METRICS[metric].label[language], number(count, language)],
        [Text("Bộ lọc", "Filters")[language], filters.describe(snapshot.references, language) + demo],
        [
            Text("Bản số liệu", "Snapshot")[language],
            f"{snapshot.id} ({Text('chốt đến', 'as of')[language]} {date(snapshot.as_of, language)})",
        ],
        [Text("Lập lúc", "Made at")[language], now],
    ]
    return [*lines, []]


def cell_text(value: object) -> str:
    """A cell of `readable` as text: times as dd/MM/yyyy HH:mm:ss, nothing for missing values."""
    if isinstance(value, datetime.datetime) and not pd.isna(value):
        return f"{value:%d/%m/%Y %H:%M:%S}"
    return "" if pd.isna(value) else str(value)  # type: ignore[call-overload]


def _harmless(cell: str) -> str:
    """A cell that a spreadsheet cannot take for a formula."""
    return f"'{cell}" if cell.startswith(("=", "+", "-", "@", "\t", "\r")) else cell
