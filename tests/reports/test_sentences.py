"""Sentences of papers under a pencil: shares, changes and parts of every paper are worked out again from its print."""

import math
import re
from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cchc.figures.periods import Period
from cchc.reports import paragraphs, phrases
from tests import building
from tests.building import dossier, numbered
from tests.reports.asking import asked, document, texts

NUMBER = r"(\d[\d.]*(?:,\d+)?)"


def read(shown: str) -> Fraction:
    return Fraction(shown.replace(".", "").replace(",", "."))


def half_up(exact: Fraction, decimals: int = 2) -> Fraction:
    return Fraction(math.floor(exact * 10**decimals + Fraction(1, 2)), 10**decimals)


# A space before %, 0 of 0, a share of nothing, a change by 0, a month with a zero, words of the language behind.
_WRONG = re.compile(
    r"\d[ \u00a0]%|\b0/0\b|chiếm –|\(–\)|(?:tăng|giảm) 0(?:,0+)?[ %]|\d\d/0[3-9]/\d{4}|\bNone\b|\bnan\b"
)


def faults(text: str) -> list[str]:
    """What a reader with a pencil finds wrong in printed text."""
    found = _WRONG.findall(text)
    for size, before, after in re.findall(rf"{NUMBER} điểm.%, từ {NUMBER}% (?:lên|xuống) {NUMBER}%", text):
        found += [f"{size} of {before} and {after}"] * (abs(read(after) - read(before)) != read(size))
    counts = rf"{NUMBER} hồ sơ(?: \({NUMBER}%\))?, từ {NUMBER} (?:lên|xuống) {NUMBER}"
    for size, share, before, after in re.findall(counts, text):
        found += [f"{size} of {before} and {after}"] * (abs(read(after) - read(before)) != read(size))
        if share:
            found += [f"{share} of {size}/{before}"] * (half_up(read(size) * 100 / read(before)) != read(share))
    for part, whole, share in re.findall(rf"{NUMBER}/{NUMBER} hồ sơ[^0-9;.]*? \(?{NUMBER}%", text):
        found += [f"{share} of {part}/{whole}"] * (half_up(read(part) * 100 / read(whole)) != read(share))
    splits = r"(?:trong đó|đã giải quyết,) ((?:không có hồ sơ )?trước (?:và đúng )?hạn[^.;]*?)(?:\. |;|\.$|$)"
    for split in re.findall(splits, text):
        parts = [read(each) for each in re.findall(rf"{NUMBER}%", split.split(" (tỷ lệ")[0])]
        found += [f"{split} is not 100 %"] * (sum(parts) != 100)
    return found


MONTHLY, THURSDAY, FRIDAY = "bao-cao-thang", "bao-cao-thu-nam", "bao-cao-thu-sau"


@pytest.mark.slow
@pytest.mark.parametrize(
    ("area", "kind", "start", "end", "chosen"),
    [
        ("tra_cu", MONTHLY, "2023-06-01", "2023-06-30", {}),
        ("tra_cu", MONTHLY, "2023-06-01", "2023-06-30", {"channels": ("online",)}),
        ("tra_cu", MONTHLY, "2023-06-01", "2023-06-30", {"units": ("29464",)}),
        ("tra_cu", MONTHLY, "2023-01-01", "2023-03-31", {}),
        ("tra_cu", MONTHLY, "2023-07-01", "2023-07-31", {}),
        ("thanh_ha", MONTHLY, "2023-11-15", "2023-12-14", {}),
        ("thanh_ha", MONTHLY, "2023-10-01", "2023-12-31", {}),
        ("thanh_ha", MONTHLY, "2023-01-01", "2023-12-31", {}),
        ("my_hao", MONTHLY, "2024-11-01", "2024-11-30", {}),
        ("tra_cu", THURSDAY, "2023-06-01", "2023-07-10", {}),
        ("thanh_ha", FRIDAY, "2023-09-25", "2023-12-31", {}),
        ("thanh_ha", FRIDAY, "2023-10-01", "2023-10-31", {}),
    ],
)
def test_nothing_printed_is_refuted_by_a_pencil(
    request: pytest.FixtureRequest, area: str, kind: str, start: str, end: str, chosen: dict[str, Any]
) -> None:
    said = texts(document(kind, asked(request.getfixturevalue(area), start, end, **chosen)))
    assert len(said) > 20
    assert [fault for text in said for fault in faults(text)] == []


# --- Sentences of change, by what happened ---


def month(number: int, received: int, online: int, late: int) -> list[dict[str, Any]]:
    """Dossiers received and resolved in one month of 2024."""
    return [
        dossier(
            received_at=f"2024-{number:02}-05",
            due_at=f"2024-{number:02}-10",
            finished_at=f"2024-{number:02}-{11 if place < late else 9:02}",
            channel="online" if place < online else "counter",
        )
        for place in range(received)
    ]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("before", "now", "expected"),
    [
        (
            (40, 20, 2),
            (50, 20, 1),
            [
                "hồ sơ tiếp nhận tăng 10 hồ sơ (25,00%), từ 40 lên 50",
                "hồ sơ giải quyết quá hạn giảm 1 hồ sơ, từ 2 xuống 1",
                "hồ sơ trực tuyến không đổi (20 hồ sơ)",
                "tỷ lệ trước và đúng hạn tăng 3,00 điểm %, từ 95,00% lên 98,00%",
                "tỷ lệ trực tuyến giảm 10,00 điểm %, từ 50,00% xuống 40,00%",
            ],
        ),
        (
            (30, 0, 0),
            (30, 0, 0),
            [
                "hồ sơ tiếp nhận không đổi (30 hồ sơ)",
                "không phát sinh hồ sơ giải quyết quá hạn ở cả hai kỳ",
                "không phát sinh hồ sơ trực tuyến ở cả hai kỳ",
                "tỷ lệ trước và đúng hạn không đổi (100%)",
                "tỷ lệ trực tuyến không đổi (0%)",
                "không có hồ sơ quá hạn",
                "Không phát sinh hồ sơ tiếp nhận trực tuyến trong 30 hồ sơ tiếp nhận",
            ],
        ),
        (
            (30, 30, 30),
            (25, 0, 0),
            [
                "hồ sơ trực tuyến giảm 30 hồ sơ (100%), từ 30 xuống 0",
                "hồ sơ giải quyết quá hạn giảm 30 hồ sơ (100%), từ 30 xuống 0",
                "tỷ lệ trước và đúng hạn tăng 100,00 điểm %, từ 0% lên 100%",
            ],
        ),
        ((0, 0, 0), (30, 3, 30), ["hồ sơ tiếp nhận tăng 30 hồ sơ, từ 0 lên 30", "quá hạn chiếm 100% (30 hồ sơ)"]),
        ((30, 3, 0), (0, 0, 0), ["hồ sơ tiếp nhận giảm 30 hồ sơ (100%), từ 30 xuống 0"]),
    ],
)
def test_a_month_against_the_one_before(
    tmp_path: Path, before: tuple[int, int, int], now: tuple[int, int, int], expected: list[str]
) -> None:
    carried = [dossier(received_at="2024-01-03", due_at="2024-06-10")]  # so that no month is empty
    shown = building.publish_whole(
        tmp_path / "data", numbered([*carried, *month(1, 1, 1, 0), *month(3, *before), *month(4, *now)])
    )
    said = texts(document(MONTHLY, asked(shown, "2024-04-01", "2024-04-30")))
    whole = " ".join(said)
    for text in expected:
        assert text in whole
    assert "So với kỳ trước (tháng 3 năm 2024): " in whole
    assert [fault for text in said for fault in faults(text)] == []


@pytest.mark.slow
def test_a_month_that_is_not_over_is_compared_with_as_many_days_and_with_others_by_the_week(tmp_path: Path) -> None:
    rows = numbered([dossier(received_at="2024-01-03"), *month(3, 62, 31, 0), *month(4, 20, 20, 0)])
    shown = building.publish_whole(tmp_path / "data", rows, as_of=date(2024, 4, 14))
    april = asked(shown, "2024-04-01", "2024-04-30")
    whole = " ".join(texts(document(MONTHLY, april)))
    assert "(từ ngày 01/3/2024 đến ngày 14/3/2024): hồ sơ tiếp nhận giảm 42 hồ sơ (67,74%), từ 62 xuống 20" in whole
    assert "mỗi tuần" not in whole
    [said], _ = paragraphs.compared(april, Period(date(2024, 3, 1), date(2024, 3, 31)), april.filters)
    assert "Bình quân mỗi tuần có 10,0 hồ sơ trực tuyến, so với 7,0 hồ sơ mỗi tuần trước đó." in str(said)
    assert "hồ sơ tiếp nhận giảm" not in str(said)


@pytest.mark.slow
def test_a_year_earlier_is_the_same_period_and_never_the_period_before(tra_cu: Any) -> None:
    [said] = [t for t in texts(document(MONTHLY, asked(tra_cu, "2023-06-01", "2023-06-30"))) if "6 năm 2022" in t]
    assert said.startswith("- So với cùng kỳ năm trước (tháng 6 năm 2022): ")
    assert "kỳ trước" not in said


# --- Any numbers ---


@given(st.lists(st.integers(0, 10**6), min_size=1, max_size=5).filter(any))
def test_printed_shares_add_up_and_none_is_a_hundredth_off(parts: list[int]) -> None:
    said, mark = phrases.shares(parts)
    printed = [read(each.rstrip("%")) for each in said]
    assert sum(printed) == 100
    exact = [Fraction(part * 100, sum(parts)) for part in parts]
    assert all(abs(shown - true) < Fraction(1, 100) for shown, true in zip(printed, exact, strict=True))
    assert bool(mark) == (printed != [half_up(each) for each in exact])


def test_three_thirds_say_that_they_are_rounded() -> None:
    assert phrases.shares([1, 1, 1]) == (["33,34%", "33,33%", "33,33%"], " (tỷ lệ làm tròn để cộng đủ 100%)")
    assert phrases.shares([0, 7, 0]) == (["0%", "100%", "0%"], "")


@given(st.integers(0, 10**6), st.integers(0, 10**6))
def test_a_change_of_a_count_is_right_in_every_case(now: int, before: int) -> None:
    said = phrases.counted("hồ sơ tiếp nhận", now, before)
    assert faults(said) == []
    assert ("không đổi" in said) == (now == before > 0)
    assert ("không phát sinh" in said) == (now == before == 0)
    assert ("tăng" in said, "giảm" in said) == (now > before, now < before)


parts = st.integers(20, 10**6).flatmap(lambda whole: st.tuples(st.integers(0, whole), st.just(whole)))


@given(parts, parts, st.sampled_from([-1, 0, 1]))
def test_a_change_of_a_rate_is_right_in_every_case(now: tuple[int, int], before: tuple[int, int], side: int) -> None:
    rows = [
        pd.Series({"online_rate_n": top, "online_rate_d": bottom, "undated_n": 0, "undated_d": bottom})
        for top, bottom in (before, now)
    ]
    found = paragraphs.change("online_rate", *rows, side)
    assert found is not None
    said = phrases.written(str(found))
    assert faults(said) == []
    printed = [half_up(Fraction(top * 100, bottom)) for top, bottom in (now, before)]
    assert ("không đổi" in said) == (printed[0] == printed[1])
    assert ("tăng" in said, "giảm" in said) == (printed[0] > printed[1], printed[0] < printed[1])
    assert found.clear == ((printed[0] > printed[1]) - (printed[0] < printed[1]) == side != 0)


# --- How papers write ---


@pytest.mark.parametrize(
    ("screen", "paper"),
    [
        ("đạt 37,14 %, tăng 1,20 điểm %", "đạt 37,14%, tăng 1,20 điểm %"),
        ("ngày 28/09/2023 và 04/05/2023", "ngày 28/9/2023 và 04/5/2023"),
        ("ngày 01/02/2024, 12/01/2024, 15/11/2024", "ngày 01/02/2024, 12/01/2024, 15/11/2024"),
        ("mã 101/09/20231", "mã 101/09/20231"),
        ("“%” và x %", "“%” và x %"),
    ],
)
def test_percentages_and_days_are_written_as_in_documents(screen: str, paper: str) -> None:
    assert phrases.written(screen) == paper


@pytest.mark.parametrize(
    ("name", "inside"),
    [
        ("Xã Thanh Hải", "xã Thanh Hải"),
        ("Thị trấn Trà Cú", "thị trấn Trà Cú"),
        ("Phường 1", "Phường 1"),
        ("Sở Tư pháp", "Sở Tư pháp"),
        ("Bộ phận Một cửa huyện Trà Cú", "Bộ phận Một cửa huyện Trà Cú"),
        ("Xãm", "Xãm"),
        ("", ""),
    ],
)
def test_a_place_inside_a_sentence_has_a_small_letter(name: str, inside: str) -> None:
    assert phrases.named(name) == inside
