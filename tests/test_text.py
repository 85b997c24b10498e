"""Numbers, percentages, points and dates as a reader writes them; Vietnamese order; search without diacritics."""

import math
import unicodedata
from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest
from babel.numbers import format_decimal
from hypothesis import given
from hypothesis import strategies as st

from cchc import text
from cchc.text import Text, UserError, collation_key, fold, moved, number, percent, points, quoted, tied

NAN = float("nan")


@pytest.mark.parametrize(
    ("value", "decimals", "vi", "en"),
    [
        (52447, 0, "52.447", "52,447"),
        (0, 0, "0", "0"),
        (999, 0, "999", "999"),
        (1234567, 0, "1.234.567", "1,234,567"),
        (-52447, 0, "−52.447", "−52,447"),
        (3.14159, 1, "3,1", "3.1"),
        (2.0, 1, "2,0", "2.0"),
        (1234.5, 2, "1.234,50", "1,234.50"),
        (-0.04, 1, "0,0", "0.0"),
        (-0.0, 0, "0", "0"),
        (None, 0, "–", "–"),
        (NAN, 0, "–", "–"),
        (math.inf, 0, "–", "–"),
        (0.5, 0, "1", "1"),
        (-2.5, 0, "−3", "−3"),
        (1.005, 2, "1,01", "1.01"),
        (None, 2, "–", "–"),
    ],
)
def test_a_number_has_the_readers_separators(value: float | None, decimals: int, vi: str, en: str) -> None:
    assert number(value, "vi", decimals) == vi
    assert number(value, "en", decimals) == en


@pytest.mark.parametrize(
    ("value", "shown"), [(12, "+12"), (-12, "−12"), (0, "0"), (0.3, "0"), (-0.3, "0"), (0.5, "+1"), (1234, "+1.234")]
)
def test_a_signed_number_says_plus_or_minus_but_zero_has_no_sign(value: float, shown: str) -> None:
    assert number(value, "vi", signed=True) == shown


@pytest.mark.parametrize(
    ("fraction", "vi", "en"),
    [
        (0.8709, "87,09 %", "87.09%"),
        (1.0, "100,00 %", "100.00%"),
        (0.0, "0,00 %", "0.00%"),
        (45_679 / 52_447, "87,10 %", "87.10%"),  # rounded, where the published report cut off
        (1.485, "148,50 %", "148.50%"),
        (12.345678, "1.234,57 %", "1,234.57%"),
        (153 / 160, "95,63 %", "95.63%"),  # 95.625: a half goes up, as offices and Excel round it
        (None, "–", "–"),
        (NAN, "–", "–"),
        (math.inf, "–", "–"),
    ],
)
def test_a_fraction_is_shown_in_per_cent_with_two_decimals(fraction: float | None, vi: str, en: str) -> None:
    assert percent(fraction, "vi") == vi
    assert percent(fraction, "en") == en


def test_all_of_them_is_100_per_cent_without_decimals_when_asked() -> None:
    assert percent(1.0, "vi", 0) == "100 %"
    assert percent(1.0, "en", 0) == "100%"


@pytest.mark.parametrize(
    ("difference", "vi", "en"),
    [
        (0.0123, "+1,23 điểm %", "+1.23 pp"),
        (-0.0123, "−1,23 điểm %", "−1.23 pp"),
        (0.0, "0,00 điểm %", "0.00 pp"),
        (-0.00001, "0,00 điểm %", "0.00 pp"),
        (0.00005, "+0,01 điểm %", "+0.01 pp"),
        (None, "–", "–"),
        (NAN, "–", "–"),
    ],
)
def test_rates_differ_in_points(difference: float | None, vi: str, en: str) -> None:
    assert points(difference, "vi") == vi
    assert points(difference, "en") == en


def half_up(exact: Fraction, decimals: int) -> Fraction:
    """Rounded with whole numbers only, a half away from zero."""
    whole = math.floor(abs(exact) * 10**decimals + Fraction(1, 2))
    return Fraction(whole if exact >= 0 else -whole, 10**decimals)


def read(shown: str) -> Fraction:
    """A Vietnamese number with its sign, as a reader takes it."""
    plain = shown.split(" ", maxsplit=1)[0].replace(".", "").replace(",", ".").replace("−", "-").replace("+", "")
    return Fraction(plain)


counts = st.tuples(st.integers(0, 10**7), st.integers(1, 10**7))
# Ratios whose percentages end in a half at the second decimal.
halves = st.tuples(st.integers(0, 20_000), st.sampled_from((160, 2_000, 20_000, 200_000)))


@given(counts | halves, st.integers(0, 3))
def test_the_share_of_any_two_counts_is_rounded_as_on_paper(parts: tuple[int, int], decimals: int) -> None:
    part, whole = parts
    assert read(percent(part / whole, "vi", decimals)) == half_up(Fraction(part * 100, whole), decimals)


@given(counts | halves, counts | halves)
def test_a_change_is_the_difference_of_what_is_shown(now: tuple[int, int], before: tuple[int, int]) -> None:
    values = [part / whole for part, whole in (now, before)]
    shown = [read(percent(value, "vi")) for value in values]
    assert read(points(moved(*values, 4), "vi")) == shown[0] - shown[1]


def test_nothing_moves_from_or_to_what_is_not_there() -> None:
    assert math.isnan(moved(NAN, 0.5, 4))
    assert math.isnan(moved(0.5, NAN, 4))


def test_days_are_written_day_month_year_in_both_languages() -> None:
    assert text.date(date(2023, 6, 1), "vi") == text.date(date(2023, 6, 1), "en") == "01/06/2023"
    assert text.date(None, "vi") == "–"


@given(st.integers(-(10**12), 10**12))
def test_a_count_can_be_read_back(count: int) -> None:
    shown = number(count, "vi")
    assert int(shown.replace(".", "").replace("−", "-")) == count


@given(st.floats(-1e9, 1e9), st.integers(0, 3))
def test_a_number_is_shown_to_its_last_decimal(value: float, decimals: int) -> None:
    shown = number(value, "en", decimals).replace(",", "").replace("−", "-")
    assert math.isclose(float(shown), value, abs_tol=0.51 * 10**-decimals, rel_tol=1e-12)


@given(st.floats(-1e12, 1e12), st.integers(0, 3))
def test_a_number_is_written_as_babel_writes_it(value: float, decimals: int) -> None:
    pattern = "#,##0." + "0" * decimals if decimals else "#,##0"
    for language, locale in (("vi", "vi_VN"), ("en", "en_GB")):
        exact = half_up(Fraction(f"{abs(value):.15g}"), decimals)
        written = format_decimal(Decimal(exact.numerator) / exact.denominator, format=pattern, locale=locale)
        assert number(abs(value), language, decimals) == written


# --- Names ---

# As in a Vietnamese dictionary: letters in the order of the alphabet first, tones (ngang huyền hỏi ngã sắc nặng) last.
ORDERED = [
    "10 Đại lộ", "An", "An Lạc", "An Quảng Hữu", "àn", "ản", "ãn", "án", "ạn", "Ăn", "Ân", "Ấp", "Ba", "Bà", "Bả",
    "Bã", "Bá", "Bạ", "Cẩm Xá", "Dân Tiến", "Dị Sử", "Đại An", "Đại Phước", "Định An", "Em", "Êm", "Hàm Tân",
    "Hòa Phong", "Long Hiệp", "Ngãi Xuyên", "Ngọc Biên", "On", "Ôn", "Ơn", "Tân Hiệp", "Tân Sơn", "Tập Sơn",
    "Thanh Sơn", "Trà Cú", "Un", "Ưn", "Xuân Dục", "Yên",
]  # fmt: skip


def test_names_sort_in_vietnamese_order() -> None:
    names = [name for name in ORDERED if " " in name or len(name) > 2]
    backwards = names[::-1]
    assert sorted(backwards, key=collation_key) == names


@pytest.mark.parametrize("ordered", [
    list("aăâbcdđeêghiklmnoôơpqrstuưvxy"),
    ["a", "à", "ả", "ã", "á", "ạ", "ă", "ằ", "ẳ", "ẵ", "ắ", "ặ", "â", "ầ", "ẩ", "ẫ", "ấ", "ậ", "b"],
    ["ba", "bà", "bả", "bã", "bá", "bạ", "bác", "bằng"],
    ["Dân Tiến", "Dị Sử", "Đại An"],
    ["an", "án", "ang"],
    ["Hòa", "Hóa", "Hoan"],
    ["Xã 2", "Xã A"],
    ["Xã An", "Xã An Hòa", "Xã Ân"],
])  # fmt: skip
def test_letters_come_before_tones(ordered: list[str]) -> None:
    backwards = ordered[::-1]
    assert sorted(backwards, key=collation_key) == ordered


@given(st.lists(st.sampled_from(ORDERED), min_size=2, max_size=6))
def test_the_order_does_not_depend_on_case_or_on_how_letters_are_composed(names: list[str]) -> None:
    expected = [collation_key(name) for name in names]
    assert [collation_key(unicodedata.normalize("NFD", name)) for name in names] == expected
    assert [collation_key(name.upper()) for name in names] == expected


@given(st.text(max_size=20))
def test_anything_can_be_sorted_and_folded(anything: str) -> None:
    assert collation_key(anything) <= collation_key(anything + "a")
    assert fold(fold(anything)) == fold(anything)


@pytest.mark.parametrize(
    ("name", "folded"),
    [
        ("Trà Cú", "tra cu"),
        ("Đại An", "dai an"),
        ("ĐƯỜNG", "duong"),
        ("  Thị   trấn\tĐịnh An ", "thi tran dinh an"),
        (unicodedata.normalize("NFD", "Ngãi Xuyên"), "ngai xuyen"),
        ("ẰẲẴẮẶ ượ", "aaaaa uo"),
        ("", ""),
        ("H59-240823-0001", "h59-240823-0001"),
    ],
)
def test_folding_leaves_plain_letters(name: str, folded: str) -> None:
    assert fold(name) == folded


def test_the_words_of_a_vietnamese_paper_are_a_quotation_in_english() -> None:
    said = "Tin ngày 17/02/2024: “từ tháng 10/2023”"
    assert quoted(said) == Text(said, "“Tin ngày 17/02/2024: ‘từ tháng 10/2023’”")


def test_a_text_speaks_both_languages_and_an_error_carries_it() -> None:
    said = Text("Xin chào", "Hello")
    assert (said["vi"], said["en"]) == ("Xin chào", "Hello")
    error = UserError(said)
    assert error.text is said
    assert str(error) == "Hello"


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("chỉ tiêu 80 %", "chỉ tiêu 80~%"), ("+30,4 điểm % (95 %)", "+30,4~điểm~% (95~%)"),
        ("2.134 hồ sơ trong 13 tuần", "2.134~hồ sơ trong 13 tuần"), ("còn 3 ngày làm việc", "còn 3~ngày làm việc"),
        ("rose by 30.4 pp, 95% sure", "rose by 30.4~pp, 95% sure"),
        ("1 dossier", "1~dossier"), ("12 dossiers", "12~dossiers"),
        ("hồ sơ số 5, điểm thi 7", "hồ sơ số 5, điểm thi 7"), ("ngày 12 tháng 5", "ngày 12 tháng 5"), ("", ""),
    ],
)  # fmt: skip
def test_a_number_is_never_parted_from_its_unit(text: str, wanted: str) -> None:
    assert tied(text) == wanted.replace("~", "\u00a0")
    assert tied(tied(text)) == tied(text)
