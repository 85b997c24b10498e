"""Calendar periods, the official ones from the 15th to the 14th, and what they are compared with."""

from datetime import date, timedelta

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from cchc.figures.periods import KINDS, Period, between, containing

DAYS = st.dates(date(1950, 1, 1), date(2150, 12, 31))
NAMED = [kind for kind in KINDS if kind != "custom"]
# Nine months of reporting leave 15/9 to 14/12 to no period.
COVERING = [kind for kind in NAMED if kind != "nine_15"]
DAY = timedelta(days=1)


def period(start: str, end: str) -> Period:
    return Period(date.fromisoformat(start), date.fromisoformat(end))


@given(st.sampled_from(COVERING), DAYS)
def test_the_period_containing_a_day_contains_it(kind, day: date) -> None:
    found = containing(kind, day)
    assert found.start <= day <= found.end
    assert found.kind == kind


@given(st.sampled_from(COVERING), DAYS)
def test_every_day_of_a_period_belongs_to_that_period_alone(kind, day: date) -> None:
    found = containing(kind, day)
    assert containing(kind, found.start) == found == containing(kind, found.end)
    assert containing(kind, found.start - DAY).end == found.start - DAY
    assert containing(kind, found.end + DAY).start == found.end + DAY


@given(st.sampled_from(COVERING), DAYS, st.integers(0, 800))
def test_periods_between_two_days_cover_them_without_gaps(kind, first: date, length: int) -> None:
    last = first + timedelta(days=length)
    found = between(kind, first, last)
    assert found[0].start <= first
    assert found[-1].start <= last <= found[-1].end
    assert [p.start for p in found[1:]] == [p.end + DAY for p in found[:-1]]


@pytest.mark.parametrize(
    ("first", "last", "vi", "en"),
    [
        ("2024-01-01", "2024-12-31", "quý II/2024", "Q2 2024"),
        ("2024-01-01", "2024-05-10", "quý II/2024 (01/04–10/05)", "Q2 2024 (01/04–10/05)"),
        ("2024-04-02", "2024-12-31", "quý II/2024 (02/04–30/06)", "Q2 2024 (02/04–30/06)"),
        ("2024-06-30", "2024-06-30", "quý II/2024 (30/06–30/06)", "Q2 2024 (30/06–30/06)"),
        ("2024-07-01", "2024-12-31", "quý II/2024", "Q2 2024"),
    ],
)
def test_a_period_of_which_only_some_days_are_counted_is_called_by_these(first, last, vi: str, en: str) -> None:
    quarter = period("2024-04-01", "2024-06-30")
    assert (quarter.counted(period(first, last), "vi"), quarter.counted(period(first, last), "en")) == (vi, en)


@given(st.sampled_from(NAMED), DAYS)
def test_a_period_knows_its_kind_and_so_do_the_ones_it_is_compared_with(kind, day: date) -> None:
    found = containing(kind, day)
    assert found.kind == kind
    assert found.previous().kind == kind
    assert found.year_before().kind == kind


@given(st.sampled_from(COVERING), DAYS)
def test_the_previous_period_ends_on_the_day_before(kind, day: date) -> None:
    found = containing(kind, day)
    assert found.previous().end == found.start - DAY


@given(st.sampled_from(NAMED), DAYS)
def test_a_year_before_is_a_year_before(kind, day: date) -> None:
    found = containing(kind, day)
    before = found.year_before()
    assert timedelta(days=363) <= found.start - before.start <= timedelta(days=367)
    assert abs(found.days - before.days) <= 1
    if kind == "week":
        assert before.start.weekday() == 0
    elif (found.start.month, found.start.day) != (2, 29):
        assert (before.start.month, before.start.day) == (found.start.month, found.start.day)


def _months_from(day: date, count: int) -> list[date]:
    """Every day of `count` months that begin on `day`, told off one by one."""
    days, began = [], 0
    while True:
        began += day.day == days[0].day if days else 0
        if began == count:
            return days
        days.append(day)
        day += DAY


def _month_back(day: date) -> date:
    """The same day of the month before, looked for day by day."""
    found = day - DAY
    while found.day != day.day:
        found -= DAY
    return found


@given(DAYS, st.sampled_from([1, 15]), st.integers(1, 30))
def test_whole_months_are_compared_with_as_many_whole_months(day: date, first: int, count: int) -> None:
    start = day.replace(day=first)
    found = Period(start, _months_from(start, count)[-1])
    before = start
    for _ in range(count):
        before = _month_back(before)
    last_year = start
    for _ in range(12):
        last_year = _month_back(last_year)
    earlier, later = _months_from(before, count), _months_from(found.end + DAY, count)
    if found.kind != "nine_15":  # the first nine months stand beside those of the year before
        assert found.previous() == Period(before, earlier[-1]) == Period(before, start - DAY)
        assert found.following() == Period(later[0], later[-1])
    year = _months_from(last_year, count)
    assert found.year_before() == Period(year[0], year[-1])


@given(DAYS, st.integers(1, 400))
def test_any_other_days_are_compared_with_as_many_days_before(start: date, length: int) -> None:
    found = Period(start, start + timedelta(days=length))
    assume(found.kind == "custom" and not (start.day in (1, 15) and (found.end + DAY).day == start.day))
    assert found.previous() == Period(start - timedelta(days=length + 1), start - DAY)
    assert found.following() == Period(found.end + DAY, found.end + timedelta(days=length + 1))
    assert found.year_before().start.year == start.year - 1


@given(st.sampled_from(NAMED), DAYS)
def test_what_follows_a_period_is_the_next_of_its_kind(kind, day: date) -> None:
    found = containing(kind, day)
    assert found.following().kind == kind
    assert found.following().previous() == found


@pytest.mark.parametrize(
    ("kind", "day", "start", "end"),
    [
        # Monthly from the 15th of the month before to the 14th.
        ("month_15", "2024-01-14", "2023-12-15", "2024-01-14"),
        ("month_15", "2024-01-15", "2024-01-15", "2024-02-14"),
        ("month_15", "2024-02-29", "2024-02-15", "2024-03-14"),
        ("month_15", "2023-12-31", "2023-12-15", "2024-01-14"),
        # Quarter I 15/12 to 14/3; II, III, IV from the 15th of the last month of the quarter before.
        ("quarter_15", "2023-12-15", "2023-12-15", "2024-03-14"),
        ("quarter_15", "2024-03-14", "2023-12-15", "2024-03-14"),
        ("quarter_15", "2024-03-15", "2024-03-15", "2024-06-14"),
        ("quarter_15", "2024-06-15", "2024-06-15", "2024-09-14"),
        ("quarter_15", "2024-12-14", "2024-09-15", "2024-12-14"),
        ("half_15", "2024-01-01", "2023-12-15", "2024-06-14"),
        ("half_15", "2024-06-15", "2024-06-15", "2024-12-14"),
        ("nine_15", "2023-12-15", "2023-12-15", "2024-09-14"),
        ("nine_15", "2024-09-14", "2023-12-15", "2024-09-14"),
        ("year_15", "2023-12-15", "2023-12-15", "2024-12-14"),
        ("year_15", "2024-12-14", "2023-12-15", "2024-12-14"),
        ("year_15", "2024-12-15", "2024-12-15", "2025-12-14"),
        ("week", "2024-03-03", "2024-02-26", "2024-03-03"),
        ("week", "2024-01-01", "2024-01-01", "2024-01-07"),
        ("month", "2024-02-10", "2024-02-01", "2024-02-29"),
        ("month", "2023-02-10", "2023-02-01", "2023-02-28"),
        ("quarter", "2024-05-31", "2024-04-01", "2024-06-30"),
        ("half", "2024-06-30", "2024-01-01", "2024-06-30"),
        ("half", "2024-07-01", "2024-07-01", "2024-12-31"),
        ("year", "2024-07-01", "2024-01-01", "2024-12-31"),
        ("day", "2024-02-29", "2024-02-29", "2024-02-29"),
    ],
)
def test_periods_run_as_the_law_and_the_calendar_say(kind, day: str, start: str, end: str) -> None:
    assert containing(kind, date.fromisoformat(day)) == period(start, end)


@pytest.mark.parametrize(
    ("days", "previous", "year_before"),
    [
        (("2024-03-01", "2024-03-31"), ("2024-02-01", "2024-02-29"), ("2023-03-01", "2023-03-31")),
        (("2024-02-01", "2024-02-29"), ("2024-01-01", "2024-01-31"), ("2023-02-01", "2023-02-28")),
        (("2024-01-01", "2024-03-31"), ("2023-10-01", "2023-12-31"), ("2023-01-01", "2023-03-31")),
        (("2024-01-01", "2024-12-31"), ("2023-01-01", "2023-12-31"), ("2023-01-01", "2023-12-31")),
        (("2023-12-15", "2024-01-14"), ("2023-11-15", "2023-12-14"), ("2022-12-15", "2023-01-14")),
        (("2023-12-15", "2024-03-14"), ("2023-09-15", "2023-12-14"), ("2022-12-15", "2023-03-14")),
        (("2023-12-15", "2024-06-14"), ("2023-06-15", "2023-12-14"), ("2022-12-15", "2023-06-14")),
        (("2023-12-15", "2024-09-14"), ("2022-12-15", "2023-09-14"), ("2022-12-15", "2023-09-14")),
        (("2024-02-26", "2024-03-03"), ("2024-02-19", "2024-02-25"), ("2023-02-27", "2023-03-05")),
        (("2024-02-29", "2024-02-29"), ("2024-02-28", "2024-02-28"), ("2023-02-28", "2023-02-28")),
        (("2024-02-29", "2024-03-09"), ("2024-02-19", "2024-02-28"), ("2023-02-28", "2023-03-09")),
        # Two months, five months, and two reporting months, at either end of a leap year's February.
        (("2025-01-01", "2025-02-28"), ("2024-11-01", "2024-12-31"), ("2024-01-01", "2024-02-29")),
        (("2024-01-01", "2024-02-29"), ("2023-11-01", "2023-12-31"), ("2023-01-01", "2023-02-28")),
        (("2023-01-01", "2023-05-31"), ("2022-08-01", "2022-12-31"), ("2022-01-01", "2022-05-31")),
        (("2025-02-15", "2025-04-14"), ("2024-12-15", "2025-02-14"), ("2024-02-15", "2024-04-14")),
        # As far as a month has run.
        (("2025-01-01", "2025-02-17"), ("2024-11-14", "2024-12-31"), ("2024-01-01", "2024-02-17")),
    ],
)
def test_a_period_is_compared_with_the_one_before_and_a_year_before(days, previous, year_before) -> None:
    found = period(*days)
    assert found.previous() == period(*previous)
    assert found.year_before() == period(*year_before)


@pytest.mark.parametrize(
    ("days", "until", "previous", "year_before"),
    [
        (("2023-06-01", "2023-06-30"), "2023-06-15", ("2023-05-01", "2023-05-15"), ("2022-06-01", "2022-06-15")),
        (("2023-03-01", "2023-03-31"), "2023-03-30", ("2023-02-01", "2023-02-28"), ("2022-03-01", "2022-03-30")),
        (("2023-04-01", "2023-06-30"), "2023-05-31", ("2023-01-01", "2023-02-28"), ("2022-04-01", "2022-05-31")),
        (("2024-01-01", "2024-12-31"), "2024-02-29", ("2023-01-01", "2023-02-28"), ("2023-01-01", "2023-02-28")),
        (("2023-05-15", "2023-06-14"), "2023-06-10", ("2023-04-15", "2023-05-10"), ("2022-05-15", "2022-06-10")),
        (("2023-06-12", "2023-06-18"), "2023-06-14", ("2023-06-05", "2023-06-07"), ("2022-06-13", "2022-06-15")),
        (("2023-06-05", "2023-06-24"), "2023-06-15", ("2023-05-16", "2023-05-26"), ("2022-06-05", "2022-06-15")),
        (("2023-06-01", "2023-06-30"), "2023-06-30", ("2023-05-01", "2023-05-31"), ("2022-06-01", "2022-06-30")),
        (("2023-06-01", "2023-06-30"), "2023-05-15", ("2023-05-01", "2023-05-31"), ("2022-06-01", "2022-06-30")),
    ],
)
def test_a_period_that_is_not_over_is_compared_with_as_much_of_another(days, until, previous, year_before) -> None:
    found, day = period(*days), date.fromisoformat(until)
    assert found.alike(found.previous(), day) == period(*previous)
    assert found.alike(found.year_before(), day) == period(*year_before)


@pytest.mark.parametrize(
    ("days", "vi", "en"),
    [
        (("2023-06-01", "2023-06-30"), "tháng 6/2023", "June 2023"),
        (("2023-01-01", "2023-03-31"), "quý I/2023", "Q1 2023"),
        (("2023-10-01", "2023-12-31"), "quý IV/2023", "Q4 2023"),
        (("2023-01-01", "2023-06-30"), "6 tháng đầu năm 2023", "first half of 2023"),
        (("2023-01-01", "2023-05-31"), "5 tháng đầu năm 2023", "first 5 months of 2023"),
        (("2023-02-01", "2023-05-31"), "từ 01/02/2023 đến 31/05/2023", "01/02/2023 to 31/05/2023"),
        (("2023-07-01", "2023-12-31"), "6 tháng cuối năm 2023", "second half of 2023"),
        (("2023-01-01", "2023-12-31"), "năm 2023", "year 2023"),
        (("2023-05-15", "2023-06-14"), "từ 15/05/2023 đến 14/06/2023", "15/05/2023 to 14/06/2023"),
        (("2023-06-01", "2023-06-01"), "ngày 01/06/2023", "01/06/2023"),
        (("2024-12-30", "2025-01-05"), "tuần 1/2025 (30/12–05/01)", "week 1/2025 (30/12–05/01)"),
        (("2023-06-02", "2023-06-20"), "từ 02/06/2023 đến 20/06/2023", "02/06/2023 to 20/06/2023"),
    ],
)
def test_a_period_is_named_as_officials_name_it(days, vi: str, en: str) -> None:
    assert period(*days).label("vi") == vi
    assert period(*days).label("en") == en


def test_days_count_both_ends() -> None:
    assert period("2024-02-28", "2024-03-01").days == 3
