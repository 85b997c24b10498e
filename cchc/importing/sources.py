"""Which kind of file an export is, told by its first bytes and never by its name."""

from pathlib import Path

from cchc.importing.parts import unreadable
from cchc.importing.reading import Csv, Export, Parquet
from cchc.importing.workbook import Workbook

_ZIP, _OLE, _PARQUET = b"PK", b"\xd0\xcf\x11\xe0", b"PAR1"
_MARKUP = (b"<html", b"<!doctype", b"<table", b"<?xml", b"<head", b"<meta", b"<style")
_OTHER = (b"%PDF", b"Rar!", b"7z\xbc\xaf", b"\x1f\x8b", b"{\\rtf", b"\x89PNG", b"\xff\xd8\xff")


def open_export(path: Path) -> Export:
    """The file, opened as what it is. Raises UserError when it is nothing that can hold a table."""
    try:
        with path.open("rb") as file:
            start = file.read(512)
    except OSError as error:
        raise unreadable(path.name, f"{error.strerror}", f"{error.strerror}") from error
    if not start:
        raise unreadable(path.name, "tệp trống", "it is empty")
    if start.startswith(_PARQUET):
        return Parquet(path)
    if start.startswith((_ZIP, _OLE)):
        return Workbook(path)
    if start.startswith(_OTHER):
        raise unreadable(path.name, "không phải CSV, Excel hay Parquet", "it is neither CSV nor Excel nor Parquet")
    if start.removeprefix(b"\xef\xbb\xbf").lstrip().lower().startswith(_MARKUP):
        raise unreadable(
            path.name,
            "đây là trang web (HTML) được lưu với đuôi Excel; mở bằng Excel rồi lưu lại thành XLSX",
            "it is a web page (HTML) saved under an Excel name; open it in Excel and save it as XLSX",
        )
    return Csv(path)
