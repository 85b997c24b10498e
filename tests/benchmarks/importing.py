"""Rows a second of an import, against the bare readers of the same file."""

import time
from collections.abc import Callable
from pathlib import Path

import duckdb
import pandas as pd
import python_calamine
import xlsxwriter

from cchc.importing import read_export
from tests.benchmarks.generate import AS_OF, DATASET
from tests.benchmarks.report import Report

_CSV_RATIO, _XLSX_RATIO = 0.35, 0.7
_XLSX_ROWS = 200_000


def measure(report: Report, source: Path, data: Path) -> None:
    """A CSV and a workbook of generated dossiers, read and judged but not published."""
    csv, xlsx = data / "export.csv", data / "export.xlsx"
    duckdb.sql(f"copy (select * exclude exported_on from '{source}') to '{csv}' (header, delimiter ',')")
    [(rows,)] = duckdb.sql(f"select count(*) from '{source}'").fetchall()
    _workbook(source, xlsx)
    target = data / "import"
    (target / "reference").mkdir(parents=True)
    (data / DATASET).rename(target / "reference" / DATASET)
    ours = _seconds(lambda: _prepared(csv, target))
    duck = _seconds(lambda: duckdb.sql(f"select * from read_csv('{csv}', all_varchar = true)").to_arrow_table())
    pandas = _seconds(lambda: pd.read_csv(csv, dtype=str))
    book = _seconds(lambda: _prepared(xlsx, target))
    calamine = _seconds(lambda: _read(xlsx))
    report.table("Importing", ("", "rows/s", "of budget", "of DuckDB alone", "of pandas alone", "of calamine alone"))
    csv_share = f"{duck / ours / _CSV_RATIO:.2f}"
    report.row(
        f"CSV, {rows:,} rows", f"{rows / ours:,.0f}", csv_share, f"{duck / ours:.2f}", f"{pandas / ours:.2f}", ""
    )
    share = calamine / book
    report.row(
        f"XLSX, {_XLSX_ROWS:,} rows", f"{_XLSX_ROWS / book:,.0f}", f"{share / _XLSX_RATIO:.2f}", "", "", f"{share:.2f}"
    )


def _prepared(path: Path, data: Path) -> None:
    read_export([path], DATASET, AS_OF, mapping="cchc", data=data).close()


def _read(path: Path) -> int:
    return len(python_calamine.CalamineWorkbook.from_path(str(path)).get_sheet_by_index(0).to_python())


def _workbook(source: Path, path: Path) -> None:
    relation = duckdb.sql(f"select columns(* exclude exported_on)::varchar from '{source}' limit {_XLSX_ROWS}")
    with xlsxwriter.Workbook(path, {"constant_memory": True}) as book:
        sheet = book.add_worksheet()
        for number, row in enumerate([tuple(relation.columns), *relation.fetchall()]):
            sheet.write_row(number, 0, row)


def _seconds(work: Callable[[], object]) -> float:
    before = time.perf_counter()
    work()
    return time.perf_counter() - before
