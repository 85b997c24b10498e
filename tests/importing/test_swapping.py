"""A spreadsheet of another country swaps day and month where it can: the check says so and asks before publishing."""

import datetime
from collections.abc import Callable, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from cchc import importing
from cchc.importing import doubts
from cchc.text import UserError
from tests.exports import dossier, table, write_csv, write_references, write_sheets

FIRST = datetime.datetime(2023, 1, 2, 8, 15)
DAYS = [FIRST + timedelta(days=3 * number) for number in range(60)]


def swapped(day: datetime.datetime) -> datetime.datetime | None:
    """What a spreadsheet set to month/day makes of a date written day/month; None where that is no date to it."""
    return day.replace(day=day.month, month=day.day) if day.day <= 12 else None


def real_dates(day: datetime.datetime) -> Any:
    return swapped(day) or f"{day:%d/%m/%Y %H:%M:%S}"


def iso(day: datetime.datetime) -> Any:
    return f"{swapped(day) or f'{day:%d/%m/%Y %H:%M:%S}'}"


def shown_as(form: str) -> Callable[[datetime.datetime], Any]:
    """Saved as text again: what was turned is written as the spreadsheet shows dates, what was not as it stood."""

    def written(day: datetime.datetime) -> Any:
        turned = swapped(day)
        return f"{turned:{form}}" if turned else f"{day:%d/%m/%Y %H:%M:%S}"

    return written


def number(day: datetime.datetime) -> Any:
    turned = swapped(day)
    if turned is None:
        return f"{day:%d/%m/%Y}"
    return str((turned - datetime.datetime(1899, 12, 30)).days)


def us_text(day: datetime.datetime) -> Any:
    """A source that writes month/day, opened where day/month is usual."""
    return swapped(day) or f"{day:%m/%d/%Y %H:%M}"


def rows(written: Callable[[datetime.datetime], Any]) -> list[list[Any]]:
    listed = [dossier(n, due_at="", finished_at="", status="open") for n in range(len(DAYS))]
    places = list(listed[0])
    cells: Sequence[list[Any]] = table(listed)[1:]
    for row, day in zip(cells, DAYS, strict=True):
        row[places.index("received_at")] = written(day)
    return [places, *cells]


def checked(tmp_path: Path, cells: list[list[Any]], workbook: bool) -> importing.Prepared:
    data = tmp_path / "data"
    write_references(data)
    if workbook:
        file = write_sheets(tmp_path / "tep.xlsx", {"Hồ sơ": cells})
    else:
        file = write_csv(tmp_path / "tep.csv", [dict(zip(cells[0], map(str, row), strict=True)) for row in cells[1:]])
    return importing.read_export([file], "thu-nghiem", datetime.date(2023, 12, 31), mapping="cchc", data=data)


@pytest.mark.parametrize(
    ("written", "workbook"),
    [
        (real_dates, True),
        (iso, False),
        (shown_as("%d/%m/%Y %H:%M"), False),
        (shown_as("%d-%m-%Y %H:%M:%S"), False),
        (number, True),
        (number, False),
        (us_text, True),
    ],
    ids=["dates in a workbook", "iso text", "without seconds", "dashes", "numbers", "numbers as text", "month first"],
)
def test_day_and_month_swapped_by_a_spreadsheet_is_asked_about(tmp_path: Path, written: Any, workbook: bool) -> None:
    with checked(tmp_path, rows(written), workbook) as found:
        [column] = found.report.swapped
        early = sum(1 for day in DAYS if day.day <= 12)
        assert (column.turned, column.kept) == (early, len(DAYS) - early) == (24, 36)
        asked = doubts.of(found.report)["swapped"].fault
        assert asked.vi.startswith("cột “received_at”: 24 ngày một kiểu viết đều từ mùng 1 đến 12, 36 ngày")
        assert "column “received_at”: 24 dates of one form" in asked.en
        assert f"row {column.examples[0][0]} “" in asked.en
        with pytest.raises(UserError) as error:
            found.publish(["as-of", "rejected", "undated"])
        assert "--accept swapped" in error.value.text.vi
        assert found.publish(["as-of", "rejected", "undated", "swapped"])[1]


@pytest.mark.parametrize(
    ("written", "workbook"),
    [
        (lambda day: f"{day:%d/%m/%Y}", False),
        (lambda day: f"{day.day}/{day.month}/{day.year}", False),
        (lambda day: f"{day:%m/%d/%Y}", False),
        (lambda day: day, True),
        # Dates and text mixed, but not by the day.
        (lambda day: day if day.toordinal() % 2 else f"{day:%d/%m/%Y}", True),
        (lambda day: f"{day:%d/%m/%Y %H:%M}" if day.toordinal() % 3 else f"{day:%d/%m/%Y}", False),
    ],
)
def test_dates_as_they_should_be_are_not_asked_about(tmp_path: Path, written: Any, workbook: bool) -> None:
    with checked(tmp_path, rows(written), workbook) as found:
        assert found.report.swapped == ()


def test_a_handful_of_dates_proves_nothing(tmp_path: Path) -> None:
    cells = table([dossier(1), dossier(2, received_at="14/01/2023", due_at="2023-01-15", finished_at="15/01/2023")])
    with checked(tmp_path, cells, False) as found:
        assert found.report.swapped == ()


def test_only_dates_are_shown_of_what_was_swapped(tmp_path: Path) -> None:
    cells = rows(iso)
    for row in cells[1:6]:
        row[cells[0].index("received_at")] = f"{row[cells[0].index('received_at')]} Trần Thị Mẫu 0900000001"
    with checked(tmp_path, cells, False) as found:
        assert "Mẫu" not in str([each.describe() for each in found.report.swapped])
