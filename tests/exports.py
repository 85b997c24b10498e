"""Small exports for tests of the importer: rows as dicts, written in every format, read through the real importer."""

import csv
import datetime
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import xlsxwriter

from cchc import importing
from cchc.importing import Report

AS_OF = datetime.date(2023, 12, 31)
DATASET = "thu-nghiem"
Row = Mapping[str, str]

MOT_CUA = {
    "dossier_id": "Mã hồ sơ", "unit": "Đơn vị xử lý", "procedure": "Mã TTHC", "procedure_name": "Tên thủ tục",
    "field": "Lĩnh vực", "channel": "Hình thức nộp", "received_at": "Ngày tiếp nhận", "due_at": "Ngày hẹn trả",
    "finished_at": "Ngày kết thúc", "returned_at": "Ngày trả kết quả", "status": "Trạng thái",
}  # fmt: skip


def dossier(number: int = 1, **changes: str) -> dict[str, str]:
    """A clean row in canonical columns; `changes` replace cells."""
    return {
        "dossier_id": f"H59-230105-{number:04}",
        "unit": "Xã Một",
        "procedure": "2.000815",
        "channel": "counter",
        "received_at": "2023-01-05 08:30:00",
        "due_at": "2023-01-10 17:00:00",
        "finished_at": "2023-01-09 09:15:00",
        "returned_at": "",
        "status": "done",
        **changes,
    }


def dossiers(count: int, **changes: str) -> list[dict[str, str]]:
    return [dossier(number, **changes) for number in range(1, count + 1)]


def write_csv(path: Path, rows: Sequence[Row], *, delimiter: str = ",", encoding: str = "utf-8") -> Path:
    with path.open("w", encoding=encoding, newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]), delimiter=delimiter)
        writer.writeheader()
        writer.writerows(rows)
    return path


def write_lines(path: Path, *lines: str) -> Path:
    path.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    return path


def write_sheets(path: Path, sheets: Mapping[str, Iterable[Sequence[Any]]], *, text: bool = False) -> Path:
    """An XLSX; datetime values become real date cells, and with `text` no text becomes a formula."""
    options = {"default_date_format": "dd/mm/yyyy hh:mm:ss", "strings_to_formulas": not text}
    with xlsxwriter.Workbook(path, options) as book:
        for name, rows in sheets.items():
            sheet = book.add_worksheet(name)
            for number, row in enumerate(rows):
                sheet.write_row(number, 0, row)
    return path


def write_rows(path: Path, rows: Sequence[Sequence[str]]) -> Path:
    """A CSV as Excel saves a sheet: every row as wide as the widest."""
    width = max(map(len, rows))
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        csv.writer(file, delimiter=";").writerows([*row, *[""] * (width - len(row))] for row in rows)
    return path


def table(rows: Sequence[Row]) -> list[list[str]]:
    """Headings and cells of `rows`, for `write_sheets`."""
    return [list(rows[0]), *(list(row.values()) for row in rows)]


def write_mapping(path: Path, text: str) -> Path:
    path.write_text(text, encoding="utf-8")
    return path


@dataclass(frozen=True)
class Read:
    """What an import came to: its report, and the staged dossiers by id."""

    report: Report
    dossiers: dict[str, dict[str, Any]]

    @property
    def kinds(self) -> dict[str, int]:
        return self.report.by_kind()


def read(
    *files: Path,
    data: Path,
    mapping: str | Path | None = None,
    as_of: datetime.date = AS_OF,
    dataset: str = DATASET,
    publish: bool = False,
    accept: Sequence[str] = ("as-of", "coverage"),
) -> Read:
    """Run the importer over `files` and, if asked, publish, whatever they cover: the as-of date is long after them."""
    with importing.read_export(files, dataset, as_of, mapping=mapping, data=data) as prepared:
        with duckdb.connect() as connection:
            rows = connection.read_parquet(str(prepared.dossiers))
            found = [dict(zip(rows.columns, row, strict=True)) for row in rows.fetchall()]
        if publish:
            prepared.publish(accept)
        assert len({row["dossier_id"] for row in found}) == len(found)
        return Read(prepared.report, {row["dossier_id"]: row for row in found})


def write_references(data: Path, dataset: str = DATASET, late_by: str = "date") -> Path:
    """References with the units Xã Một (101), Xã Hai (102), district 100, and two procedures."""
    folder = data / "reference" / dataset
    folder.mkdir(parents=True)
    (folder / "dataset.toml").write_text(
        f'id = "{dataset}"\nlate_by = "{late_by}"\n[name]\nvi = "Thử nghiệm"\nen = "Test"\n', encoding="utf-8"
    )
    write_lines(
        folder / "units.csv",
        "unit,name,level,parent,valid_from,valid_to,aliases",
        "100,Bộ phận Một cửa huyện Một,district,,,,",
        "101,Xã Một,commune,100,,,UBND xã Một",
        "102,Xã Hòa Bình,commune,100,,,",
        "103,Thị trấn Một,commune,100,,,",
    )
    write_lines(
        folder / "procedures.csv",
        "procedure,name,field,days,levels,aliases,fee",
        "2.000815,Chứng thực bản sao từ bản chính,chung-thuc,0,,Chứng thực bản sao,yes",
        "1.001193,Đăng ký khai sinh,ho-tich,0,,,",
    )
    write_lines(
        folder / "fields.csv", "field,name_vi,name_en", "chung-thuc,Chứng thực,Certification", "ho-tich,Hộ tịch,Civil"
    )
    return folder
