"""Names on charts: cut where there is no room, and still told apart."""

import textwrap
from html import escape

from hypothesis import given
from hypothesis import strategies as st

from cchc.charts.base import apart, wrapped

OFFICE = "Chi nhánh Văn phòng Đăng ký đất đai khu vực thị trấn, huyện {} thuộc Sở Nông nghiệp và Môi trường tỉnh {}"


def test_a_name_with_room_is_whole_and_a_longer_one_keeps_its_beginning_and_its_end() -> None:
    assert wrapped("Bộ phận Một cửa huyện Trà Cú", 40) == "Bộ phận Một cửa huyện Trà Cú"
    assert wrapped("Bộ phận Một cửa huyện Trà Cú", 22) == "Bộ phận Một cửa huyện<br>Trà Cú"
    assert wrapped(OFFICE.format("Trà Cú", "Trà Vinh"), 22) == "Chi nhánh Văn phòng<br>… trường tỉnh Trà Vinh"
    assert wrapped("A & B <b>", 22) == "A &amp; B &lt;b&gt;"


@given(st.lists(st.text("ab &<", min_size=1, max_size=40), max_size=8), st.integers(6, 12))
def test_two_names_never_read_alike_and_one_that_is_cut_begins_and_ends_like_the_whole(names, width) -> None:
    labels = apart(names, width)
    spoken = {name: tuple(textwrap.wrap(name, width)) for name in names}
    for name, label in zip(names, labels, strict=True):
        if "…" not in label:
            assert label == "<br>".join(map(escape, spoken[name]))
        same = {other for other, read in zip(names, labels, strict=True) if read == label}
        assert len({spoken[other] for other in same}) == 1


def test_offices_that_begin_and_end_alike_are_written_in_full() -> None:
    names = [OFFICE.format(place, "Trà Vinh") for place in ("Trà Cú", "Cầu Kè", "Trà Cú")]
    labels = apart(names, 22)
    assert labels[0] == labels[2] != labels[1]
    assert all("huyện" in label and "…" not in label for label in labels)
