"""Working days of Vietnam 2022-2026: weekends, holidays, swapped days and make-up Saturdays."""

from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cchc.config import REFERENCE
from cchc.rules.worktime import Calendar, Override, read_overrides
from cchc.text import UserError

CALENDAR = Calendar(read_overrides(REFERENCE / "holidays.toml"))
DAYS = st.dates(date(2022, 1, 1), date(2026, 12, 31))
DAY = timedelta(days=1)


def days(year: int, text: str) -> set[date]:
    """ "2/9 24-26/1" as days of a year."""
    found = set()
    for part in text.split():
        span, month = part.split("/")
        first, _, last = span.partition("-")
        found |= {date(year, int(month), day) for day in range(int(first), int(last or first) + 1)}
    return found


# Weekdays off, and Saturdays worked for them.
OFF = {
    2022: "3/1 31/1 1-4/2 11/4 2-3/5 1-2/9",
    2023: "2/1 20/1 23-26/1 1-3/5 1/9 4/9",
    2024: "1/1 8-9/2 12-14/2 18/4 29-30/4 1/5 2-3/9",
    2025: "1/1 27-31/1 7/4 30/4 1-2/5 1-2/9",
    2026: "1-2/1 16-20/2 27/4 30/4 1/5 31/8 1-2/9 24/11",
}
WORKED = {2022: "", 2023: "", 2024: "4/5", 2025: "26/4", 2026: "10/1 22/8"}


@pytest.mark.parametrize("year", OFF)
def test_the_weekdays_off_of_a_year_are_the_announced_ones(year: int) -> None:
    weekdays = [day for day in CALENDAR.days(date(year, 1, 1), date(year, 12, 31)) if day.weekday() < 5]
    assert {day for day in weekdays if not CALENDAR.is_working(day)} == days(year, OFF[year])


@pytest.mark.parametrize("year", WORKED)
def test_a_weekend_day_is_worked_only_to_make_up_for_another(year: int) -> None:
    weekend = [day for day in CALENDAR.days(date(year, 1, 1), date(year, 12, 31)) if day.weekday() >= 5]
    assert {day for day in weekend if CALENDAR.is_working(day)} == days(year, WORKED[year])


@pytest.mark.parametrize(
    ("day", "following"),
    [
        ("2024-03-06", "2024-03-07"),
        ("2024-03-08", "2024-03-11"),
        ("2025-01-24", "2025-02-03"),  # the Friday before Tết
        ("2022-01-28", "2022-02-07"),
        ("2024-05-03", "2024-05-04"),  # a make-up Saturday
        ("2025-04-25", "2025-04-26"),
        ("2026-01-01", "2026-01-05"),  # the swap that the general calendar misses
        ("2026-01-09", "2026-01-10"),
        ("2023-12-29", "2024-01-02"),
    ],
)
def test_the_next_working_day_skips_what_is_not_worked(day: str, following: str) -> None:
    assert CALENDAR.next_working_day(date.fromisoformat(day)) == date.fromisoformat(following)


@given(DAYS, st.integers(0, 90))
def test_the_table_says_what_the_calendar_says(start: date, length: int) -> None:
    rows = CALENDAR.table(start, start + timedelta(days=length)).to_pylist()
    assert [row["day"] for row in rows] == [start + timedelta(days=n) for n in range(length + 1)]
    for row in rows:
        assert row["ordinal"] == row["day"].toordinal()
        assert row["weekday"] == row["day"].isoweekday()
        assert row["working"] == CALENDAR.is_working(row["day"])
        assert row["next_working_day"] == CALENDAR.next_working_day(row["day"])


def test_no_days_make_an_empty_table() -> None:
    assert CALENDAR.table(date(2024, 1, 2), date(2024, 1, 1)).num_rows == 0


def test_an_override_wins_over_the_calendar_in_both_directions() -> None:
    local = Calendar((Override(date(2024, 3, 5), False, "x"), Override(date(2024, 2, 10), True, "x")))
    assert not local.is_working(date(2024, 3, 5))
    assert local.is_working(date(2024, 2, 10))
    assert local.is_working(date(2024, 3, 6))


@pytest.mark.parametrize(
    "content",
    ["day = [", "[[day]]\nday = 2024-01-01\nworking = false\n", '[[day]]\nworking = true\nsource = "x"\n', "day = 5\n"],
)
def test_a_wrong_holiday_file_is_named_in_the_error(tmp_path: Path, content: str) -> None:
    path = tmp_path / "holidays.toml"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(UserError) as caught:
        read_overrides(path)
    assert "holidays.toml" in caught.value.text.vi
    assert "holidays.toml" in caught.value.text.en
