"""Exports as the software of 2026 writes them come in without a mapping of one's own; what they lack is unknown."""

import datetime
import re
from collections.abc import Sequence
from pathlib import Path

import pytest

from cchc import importing, reports
from cchc.figures import query
from cchc.figures.filters import Filters, from_params
from cchc.importing import mapping, matching
from cchc.store import verifying
from cchc.store.snapshots import Snapshot
from tests.exports import DATASET, read, write_csv, write_references
from tests.reports import asking

pytestmark = pytest.mark.slow

AS_OF = datetime.date(2026, 8, 31)
Row = dict[str, str]


@pytest.fixture
def data(tmp_path: Path) -> Path:
    return tmp_path / "data"


def igate(number: int, **changes: str) -> Row:
    """A dossier under the headings of the province's export: no channel, no procedure code; received on 3/8, due on
    7/8, finished on the 4th for even numbers and on the 10th for odd ones."""
    return {
        "Số hồ sơ": f"H57.132-260803-{number:04}",
        "Tên thủ tục hành chính": "Đăng ký khai sinh",
        "Tên lĩnh vực": "Hộ tịch",
        "Phòng ban": "Văn phòng",
        "Ngày tiếp nhận": "08:30 03/08/2026",
        "Ngày hẹn trả": "17:00 07/08/2026",
        "Ngày kết thúc xử lý": f"10:00 {10 if number % 2 else 4:02}/08/2026",
        "Cơ quan/đơn vị": "UBND xã Phú Lộc",
        "Chủ hồ sơ": "Nguyễn Văn Mẫu",
        "Số điện thoại": "0900000000",
        "Cán bộ xử lý hiện tại": "Trần Thị Mẫu",
        "Trạng thái hồ sơ": "Đã trả kết quả",
        **changes,
    }


def published(data: Path, file: Path, mapping: Path | None = None) -> Snapshot:
    with importing.read_export([file], DATASET, AS_OF, mapping=mapping, data=data) as prepared:
        return prepared.publish()[0]


def asked(snapshot: Snapshot, metrics: Sequence[str], by: Sequence[str] = ()) -> list[Row]:
    filters = Filters(DATASET, snapshot.id, datetime.date(2026, 8, 1), AS_OF)
    return query.run(snapshot, metrics, filters, by=by).to_dict("records")


def test_the_export_of_the_province_comes_in_without_a_mapping_of_ones_own(tmp_path: Path, data: Path) -> None:
    file = write_csv(tmp_path / "igate.csv", [igate(number) for number in range(30)])
    snapshot = published(data, file)
    [row] = asked(snapshot, ["received", "late", "on_time_rate", "online", "counter", "postal", "online_rate"])
    assert (row["received"], row["late"], row["on_time_rate"]) == (30, 15, 0.5)
    # How they were filed is not known: counted as received, in neither part of the rate.
    assert (row["online"], row["counter"], row["postal"]) == (0, 0, 0)
    assert row["online_rate"] != row["online_rate"]
    [split] = asked(snapshot, ["received", "late"], by=["channel"])
    assert (split["channel"], split["received"], split["late"]) == ("unknown", 30, 15)
    assert verifying.verify(data, DATASET) == {snapshot.id: []}
    text = b"".join(path.read_bytes() for path in snapshot.folder.rglob("*") if path.is_file())
    assert "Mẫu".encode() not in text
    assert b"0900000000" not in text


def test_a_known_channel_beside_unknown_ones_makes_the_whole_rate(tmp_path: Path, data: Path) -> None:
    channels = ["Ứng dụng VNeID"] * 12 + ["Trực tiếp tại Bộ phận một cửa"] * 10 + [""] * 8
    rows = [igate(number) | {"Kênh": channel} for number, channel in enumerate(channels)]
    mapping = tmp_path / "kenh.toml"
    mapping.write_text('based_on = "mot-cua"\nblanks = {channel = "unknown"}\n[columns]\nchannel = ["Kênh"]\n')
    snapshot = published(data, write_csv(tmp_path / "kenh.csv", rows), mapping)
    [row] = asked(snapshot, ["received", "online_rate", "counter_rate"])
    assert (row["received"], row["online_rate"], row["counter_rate"]) == (30, 12 / 22, 10 / 22)
    split = {each["channel"]: each["received"] for each in asked(snapshot, ["received"], by=["channel"])}
    assert split == {"online": 12, "counter": 10, "unknown": 8}


@pytest.mark.parametrize("channel", [None, "", "-"])
def test_a_channel_nobody_wrote_is_not_taken_for_the_counter(tmp_path: Path, data: Path, channel: str | None) -> None:
    extra = {} if channel is None else {"Hình thức nộp": channel}
    found = read(write_csv(tmp_path / "x.csv", [igate(n) | extra for n in range(9)]), data=data, as_of=AS_OF)
    assert {row["channel"] for row in found.dossiers.values()} == {"unknown"}
    assert found.report.counts.kept == 9


STATUSES = {
    "done": ["Đã trả kết quả", "Chờ trả kết quả", "Hoàn thành", "Đã hoàn thành", "Đã có kết quả", "releasing"],
    "waiting": [
        "Chờ thực hiện nghĩa vụ tài chính", "Đã phát hành thông báo thuế", "CHO_BO_SUNG", "DANG_TAM_DUNG",
    ],
    "open": ["Đang xử lý", "Đã chuyển thông tin thuế", "DA_TIEP_NHAN", "Chưa trả kết quả", "Đã ký Giấy chứng nhận",
             "Trễ hạn", "Quá hạn", "Trong hạn"],
}  # fmt: skip


@pytest.mark.parametrize(("word", "status"), [(word, status) for status, words in STATUSES.items() for word in words])
def test_the_words_of_the_software_for_a_status_are_known(tmp_path: Path, data: Path, word: str, status: str) -> None:
    end = {} if status == "done" else {"Ngày kết thúc xử lý": ""}
    found = read(write_csv(tmp_path / "x.csv", [igate(1, **{"Trạng thái hồ sơ": word}, **end)]), data=data, as_of=AS_OF)
    assert [row["status"] for row in found.dossiers.values()] == [status]


@pytest.mark.parametrize("word", ["Chưa trả kết quả", "Đã ký Giấy chứng nhận", "Trễ hạn", "Đúng hạn"])
def test_a_word_said_before_and_after_the_end_means_what_the_date_says(tmp_path: Path, data: Path, word: str) -> None:
    found = read(write_csv(tmp_path / "x.csv", [igate(1, **{"Trạng thái hồ sơ": word})]), data=data, as_of=AS_OF)
    assert [row["status"] for row in found.dossiers.values()] == ["done"]


CHANNELS = {
    "online": [
        "Trực tuyến toàn trình", "Trực tuyến một phần", "Ứng dụng VNeID", "Cổng dịch vụ công quốc gia",
        "Nộp trực tuyến", "Dịch vụ công trực tuyến",
    ],
    "counter": ["Trực tiếp tại bộ phận một cửa", "Trực tiếp", "Nộp trực tiếp tại quầy"],
    "postal": ["Qua dịch vụ bưu chính công ích", "Bưu chính"],
    "unknown": ["Không xác định", "Không rõ"],
}  # fmt: skip


@pytest.mark.parametrize(("word", "channel"), [(word, name) for name, words in CHANNELS.items() for word in words])
def test_the_words_of_the_software_for_a_channel_are_known(tmp_path: Path, data: Path, word: str, channel: str) -> None:
    file = write_csv(tmp_path / "x.csv", [igate(1) | {"Hình thức nộp": word}])
    assert [row["channel"] for row in read(file, data=data, as_of=AS_OF).dossiers.values()] == [channel]


@pytest.mark.parametrize(
    "cell",
    [
        "H57.132-260803-0007 - Số phiếu: 26.10229",
        "H57.132-260803-0007 – Số phiếu 26.10229",
        "H57.132-260803-0007 (Số phiếu: 26.10229)",
        "H57.132-260803-0007\nSố phiếu: 26.10229",
        "H57.132-260803-0007 ; 26.10229",
        "Số hồ sơ: H57.132-260803-0007",
        " H57.132-260803-0007  - Nguyễn Văn Mẫu",
    ],
)
def test_a_composed_code_is_the_number_of_the_dossier(tmp_path: Path, data: Path, cell: str) -> None:
    rows = [igate(n) for n in range(20, 24)] + [igate(7, **{"Số hồ sơ": cell})]
    found = read(write_csv(tmp_path / "x.csv", rows), data=data, as_of=AS_OF)
    assert "H57.132-260803-0007" in found.dossiers
    assert found.report.counts.rejected == 0


@pytest.mark.parametrize("cell", ["Nguyễn Văn Mẫu", "Phường 1 - Số phiếu: 2", "Nguyễn Văn Mẫu - 0900000000"])
def test_words_before_a_number_are_no_composed_code(tmp_path: Path, data: Path, cell: str) -> None:
    rows = [igate(n) for n in range(20, 24)] + [igate(7, **{"Số hồ sơ": cell})]
    found = read(write_csv(tmp_path / "x.csv", rows), data=data, as_of=AS_OF)
    assert found.kinds == {"bad_id": 1}


RATINGS = {
    "Rất hài lòng": 5, "Hài lòng": 4, "Bình thường": 3, "Không hài lòng": 2, "Rất không hài lòng": 1, "rat hai long": 5,
    "5": 5, "4,0": 4, "3.0": 3, "5 sao": 5, "Chưa đánh giá": None, "": None,
}  # fmt: skip


def test_words_of_satisfaction_are_ratings_from_1_to_5(tmp_path: Path, data: Path) -> None:
    rows = [igate(n) | {"Mức độ hài lòng": word} for n, word in enumerate(RATINGS)]
    found = read(write_csv(tmp_path / "x.csv", rows), data=data, as_of=AS_OF)
    ratings = [found.dossiers[row["Số hồ sơ"]]["rating"] for row in rows]
    assert ratings == list(RATINGS.values())
    assert found.kinds == {}


def test_a_column_without_any_rating_is_said_in_one_sentence(tmp_path: Path, data: Path) -> None:
    rows = [igate(n) | {"Đánh giá": f"Anh Mẫu nói câu thứ {n}"} for n in range(20)]
    found = read(write_csv(tmp_path / "x.csv", rows), data=data, as_of=AS_OF)
    assert found.kinds == {}
    [said] = [text for text in found.report.describe() if "“Đánh giá”" in text.vi]
    assert "Mẫu" not in said.vi
    assert {row["rating"] for row in found.dossiers.values()} == {None}


def test_lateness_is_booked_on_the_office_that_decides(tmp_path: Path, data: Path) -> None:
    rows = [
        {title: cell for title, cell in igate(n).items() if title != "Cơ quan/đơn vị"}
        | {"Đơn vị tiếp nhận": "Xã Tiếp Nhận", "Cơ quan giải quyết": "Xã Giải Quyết"}
        for n in range(6)
    ]
    snapshot = published(data, write_csv(tmp_path / "x.csv", rows))
    names = {unit.id: unit.name for unit in snapshot.references.units.values()}
    split = {
        names[row["unit"]]: (row["received"], row["late"]) for row in asked(snapshot, ["received", "late"], ["unit"])
    }
    assert split == {"Xã Giải Quyết": (6, 3), "Xã Tiếp Nhận": (0, 0)}


TWO_OFFICES = {"Đơn vị tiếp nhận": "UBND xã Tiếp Nhận", "Cơ quan giải quyết": "Xã Giải Quyết"}


def of_two_offices(number: int, **changes: str) -> Row:
    """The same dossier, taken at one counter and decided by another office."""
    return {title: cell for title, cell in igate(number).items() if title != "Cơ quan/đơn vị"} | TWO_OFFICES | changes


def test_the_counter_the_system_and_the_desk_are_kept_and_can_be_asked_by(tmp_path: Path, data: Path) -> None:
    counters = ["UBND xã Tiếp Nhận", "Xã Tiếp Nhận", "xã tiếp nhận", "Xã Giải Quyết", "Xã Giải Quyết", ""]
    systems = ["Hệ thống của Bộ", "HỆ THỐNG CỦA BỘ", "Hệ thống của Bộ", "Hệ thống của tỉnh", "", ""]
    rows = [
        of_two_offices(n, **{"Đơn vị tiếp nhận": counter, "Hệ thống": system})
        for n, (counter, system) in enumerate(zip(counters, systems, strict=True))
    ]
    snapshot = published(data, write_csv(tmp_path / "x.csv", rows))
    names = {unit.id: unit.name for unit in snapshot.references.units.values()}
    assert sorted(names.values()) == ["Xã Giải Quyết", "Xã Tiếp Nhận"]
    split = {names.get(row["receiving_unit"]): (row["received"], row["late"])
             for row in asked(snapshot, ["received", "late"], by=["receiving_unit"])}  # fmt: skip
    assert split == {"Xã Tiếp Nhận": (3, 1), "Xã Giải Quyết": (2, 1), None: (1, 1)}
    split = {row["source"]: row["received"] for row in asked(snapshot, ["received"], by=["source"])}
    assert {source: received for source, received in split.items() if isinstance(source, str)} == {
        "Hệ thống của Bộ": 3, "Hệ thống của tỉnh": 1,
    }  # fmt: skip
    assert [row["desk"] for row in asked(snapshot, ["received"], by=["desk"])] == ["Văn phòng"]
    [taken] = [id_ for id_, name in names.items() if name == "Xã Tiếp Nhận"]
    params = {"start": ["2026-08-01"], "end": ["2026-08-31"], "receiving_unit": [taken], "source": ["Hệ thống của Bộ"]}
    chosen, dropped = from_params(params, snapshot)
    assert (dropped, query.run(snapshot, ["received"], chosen)["received"].iloc[0]) == ([], 3)
    assert query.records(snapshot, chosen, "received").total == 3
    assert chosen.describe(snapshot.references, "vi").endswith("tiếp nhận tại Xã Tiếp Nhận, Hệ thống của Bộ")
    assert verifying.verify(data, DATASET) == {snapshot.id: []}


def test_units_made_for_counters_are_listed_before_publishing(tmp_path: Path, data: Path) -> None:
    found = read(write_csv(tmp_path / "x.csv", [of_two_offices(n) for n in range(4)]), data=data, as_of=AS_OF)
    made = {each.name: each.rows for each in found.report.made if each.kind == "unit"}
    assert made == {"UBND xã Tiếp Nhận": 4, "Xã Giải Quyết": 4}


def test_a_counter_nobody_wrote_down_is_asked_about_and_the_dossier_is_kept(tmp_path: Path, data: Path) -> None:
    write_references(data)
    rows = [of_two_offices(n, **{"Cơ quan giải quyết": "Xã Một", "Đơn vị tiếp nhận": "Xã Mốt"}) for n in range(4)]
    rows[0] |= {"Đơn vị tiếp nhận": "UBND xã Một"}
    found = read(write_csv(tmp_path / "x.csv", rows), data=data, as_of=AS_OF)
    assert [row["receiving_unit"] for row in found.dossiers.values()] == ["101", None, None, None]
    assert (found.kinds, [each.spelling for each in found.report.unknown]) == (
        {"unknown_receiving_unit": 3}, ["Xã Mốt"],
    )  # fmt: skip


@pytest.mark.parametrize("named", [{}, {"Tên đơn vị": "Xã Giải Quyết"}])
def test_the_counter_stands_in_for_the_office_only_where_an_export_names_no_other(
    tmp_path: Path, data: Path, named: Row
) -> None:
    rows = [{k: v for k, v in of_two_offices(n).items() if k != "Cơ quan giải quyết"} | named for n in range(4)]
    found = read(write_csv(tmp_path / "x.csv", rows), data=data, as_of=AS_OF)
    booked = {row["unit"] for row in found.dossiers.values()}
    assert booked == ({"xa-giai-quyet"} if named else {"ubnd-xa-tiep-nhan"})
    assert {row["receiving_unit"] for row in found.dossiers.values()} == ({"ubnd-xa-tiep-nhan"} if named else {None})
    said = [text for text in found.report.describe() if "tính cho nơi tiếp nhận" in text.vi]
    assert len(said) == (0 if named else 1)


PERSONAL = [
    "0900000000",
    "Nguyễn Văn Mẫu",
    "Văn phòng - Nguyễn Văn Mẫu",
    "mau@example.vn",
    "Hồ sơ 001099000001",
    "x" * 101,
]


@pytest.mark.parametrize("column", ["Hệ thống", "Phòng ban"])
@pytest.mark.parametrize("cell", PERSONAL)
def test_a_cell_about_a_person_is_no_label_and_is_shown_nowhere(
    tmp_path: Path, data: Path, column: str, cell: str
) -> None:
    rows = [igate(n) | {column: cell if n == 3 else "Văn phòng"} for n in range(9)]
    file = write_csv(tmp_path / "x.csv", rows)
    found = read(file, data=data, as_of=AS_OF, publish=True)
    name = "source" if column == "Hệ thống" else "desk"
    assert [row[name] for row in found.dossiers.values()] == ["Văn phòng"] * 3 + [None] + ["Văn phòng"] * 5
    assert (found.report.counts.kept, found.kinds) == (9, {f"unknown_{name}": 1})
    importing.write_problems(found.report, tmp_path / "problems.csv", "vi")
    said = " ".join(text.vi + text.en for text in found.report.describe())
    assert cell not in said + (tmp_path / "problems.csv").read_text(encoding="utf-8-sig")


ADDRESSES = [f"Thôn {n}, xã Phú Lộc" for n in range(61)]
OFFICERS = [f"{family} Thị Mẫu" for family in ("Nguyễn", "Trần", "Lê", "Phạm", "Huỳnh", "Hoàng", "Phan", "Vũ", "Võ")]


@pytest.mark.parametrize(
    "values", [ADDRESSES, OFFICERS, [f"Bút phê {n}" for n in range(20)]], ids=["many", "names", "text"]
)
@pytest.mark.parametrize("column", ["Hệ thống", "Phòng ban"])
def test_a_column_that_is_no_list_of_labels_is_not_read_and_one_sentence_says_so(
    tmp_path: Path, data: Path, column: str, values: list[str]
) -> None:
    several = 1 if len(values) == 20 else 3
    rows = [igate(n) | {column: values[n % len(values)]} for n in range(len(values) * several)]
    found = read(write_csv(tmp_path / "x.csv", rows), data=data, as_of=AS_OF, publish=True)
    assert {row["source" if column == "Hệ thống" else "desk"] for row in found.dossiers.values()} == {None}
    assert (found.report.counts.kept, found.kinds) == (len(rows), {})
    [said] = [text for text in found.report.describe() if f"“{column}”" in text.vi]
    assert not any(value in said.vi + said.en for value in values)


def test_sixty_rooms_are_a_list_of_labels(tmp_path: Path, data: Path) -> None:
    rows = [igate(n, **{"Phòng ban": f"Phòng số {n % 60}"}) for n in range(180)]
    found = read(write_csv(tmp_path / "x.csv", rows), data=data, as_of=AS_OF)
    assert len({row["desk"] for row in found.dossiers.values()}) == 60


def test_a_mapping_says_of_a_whole_file_which_system_it_comes_from(tmp_path: Path, data: Path) -> None:
    mapping = tmp_path / "bo.toml"
    mapping.write_text('based_on = "mot-cua"\n[constants]\nsource = "Hệ thống của Bộ"\n', encoding="utf-8")
    file = write_csv(tmp_path / "x.csv", [igate(n) for n in range(3)])
    found = read(file, data=data, as_of=AS_OF, mapping=mapping)
    assert {row["source"] for row in found.dossiers.values()} == {"Hệ thống của Bộ"}


def test_form_06a_still_adds_up_and_says_what_it_cannot_split(tmp_path: Path, data: Path) -> None:
    channels = ["Trực tuyến"] * 4 + ["Bưu chính"] * 3 + ["Không rõ"] * 5
    rows = [igate(n) | {"Hình thức nộp": channel} for n, channel in enumerate(channels)]
    snapshot = published(data, write_csv(tmp_path / "x.csv", rows))
    book = reports.find("bieu-06a").prepare(asking.asked(snapshot, datetime.date(2026, 8, 1), AS_OF, data))
    last = book.sheets[0].lines[-1].cells
    assert [getattr(cell, "value", cell) for cell in last[2:6]] == [12, 4, 3, 0]
    assert any("5 hồ sơ không rõ hình thức nộp" in note for note in book.sheets[0].notes)
    assert {line.cells[4].value for line in book.sheets[-1].lines} == {"Đúng"}


def opencps(number: int, **changes: str) -> Row:
    return {
        "dossierNo": f"CPS-{number:04}",
        "serviceCode": "1.004227",
        "serviceName": "Đăng ký khai sinh",
        "domainName": "Hộ tịch",
        "govAgencyCode": "H57.132",
        "govAgencyName": "UBND xã Phú Lộc",
        "applicantName": "Nguyễn Văn Mẫu",
        "receiveDate": "03/08/2026 08:30:00",
        "dueDate": "07/08/2026 17:00:00",
        "extendDate": "",
        "releaseDate": "10/08/2026 10:00:00",
        "online": "true",
        "dossierStatus": "done",
        **changes,
    }


def test_an_export_of_opencps_is_due_when_its_extension_ends(tmp_path: Path, data: Path) -> None:
    rows = [opencps(n, extendDate="12/08/2026 17:00:00" if n < 3 else "", online=str(n < 4).lower()) for n in range(10)]
    snapshot = published(data, write_csv(tmp_path / "opencps.csv", rows))
    [row] = asked(snapshot, ["received", "early", "late", "online", "counter"])
    assert (row["received"], row["early"], row["late"], row["online"], row["counter"]) == (10, 3, 7, 4, 6)


def test_an_extension_that_cannot_be_read_is_never_left_out_silently(tmp_path: Path, data: Path) -> None:
    rows = [opencps(n) for n in range(20)] + [opencps(30, extendDate="sau này")]
    found = read(write_csv(tmp_path / "opencps.csv", rows), data=data, as_of=AS_OF)
    assert found.kinds == {"unreadable_extended": 1}
    assert found.report.counts.rejected == 1


@pytest.mark.parametrize(
    ("cell", "closest", "line"),
    [
        ({"Hình thức nộp": "Trực tuyến toàn phần"}, "trực tuyến", '[channel] online = ["Trực tuyến toàn phần"]'),
        ({"Trạng thái hồ sơ": "Đã trả kết quả xong"}, "đã trả kết quả", '[status] done = ["Đã trả kết quả xong"]'),
    ],
)
def test_an_unknown_word_is_shown_with_the_closest_known_one(
    tmp_path: Path, data: Path, cell: Row, closest: str, line: str
) -> None:
    rows = [igate(n) | {"Hình thức nộp": "Trực tuyến"} for n in range(9)] + [igate(10) | {"Hình thức nộp": "1"} | cell]
    found = read(write_csv(tmp_path / "x.csv", rows), data=data, as_of=AS_OF)
    [unknown] = found.report.unknown
    assert unknown.rows == 1
    assert closest in unknown.closest.casefold()
    for language in ("vi", "en"):
        assert line in unknown.advice[language]


@pytest.mark.parametrize(
    ("word", "meaning"),
    [
        ("Chưa giải quyết", ""), ("Không giải quyết", ""), ("Chưa tiếp nhận", ""), ("Đã hủy", ""), ("Đã duyệt", ""),
        ("Đang trình ký", ""), ("Hồ sơ mới", ""), ("Chờ ký", ""), ("Dang trinh ky", ""),
        ("Chờ bổ sung hồ sơ", "waiting"), ("Đã trả kết quả cho công dân", "done"), ("DANG_XU_LY_HO_SO", "open"),
        ("Đang giai quyêt", "open"), ("Đang giải quuyết", "open"),
    ],
)  # fmt: skip
def test_what_is_offered_for_a_word_is_never_another_stage(word: str, meaning: str) -> None:
    words = mapping.read("mot-cua").words("status")
    [unknown] = matching.strange_words("status", {word: 1}, words)
    assert unknown.closest_id == meaning


@pytest.mark.parametrize("column", ["Hình thức nộp", "Trạng thái hồ sơ"])
def test_a_word_nothing_is_close_to_comes_with_the_meanings_it_may_have(
    tmp_path: Path, data: Path, column: str
) -> None:
    rows = [igate(n) | {"Hình thức nộp": "Trực tuyến"} for n in range(9)]
    rows.append(igate(10) | {"Hình thức nộp": "1", column: "Qua Zalo OA"})
    [unknown] = read(write_csv(tmp_path / "x.csv", rows), data=data, as_of=AS_OF).report.unknown
    assert unknown.closest == ""
    table = {"Hình thức nộp": "channel", "Trạng thái hồ sơ": "status"}[column]
    advice = unknown.advice
    meanings = re.findall(r"[a-z_]+", advice.vi.partition(f"[{table}] ")[2].partition(" =")[0])
    for meaning in meanings:
        mapping.build("x", {"based_on": "mot-cua", table: {meaning: ["Qua Zalo OA"]}})
    assert len(meanings) >= 4
    assert advice.en.endswith(advice.vi.rpartition(": ")[2])


def test_a_procedure_nobody_knows_by_its_name_is_listed_with_heading_and_cell(tmp_path: Path, data: Path) -> None:
    write_references(data)
    rows = [igate(n, **{"Cơ quan/đơn vị": "Xã Một", "Tên thủ tục hành chính": "Sao y tại chỗ"}) for n in range(3)]
    found = read(write_csv(tmp_path / "x.csv", rows), data=data, as_of=AS_OF)
    listed = {(each.column, each.value) for each in found.report.first_problems(9) if each.kind == "unknown_procedure"}
    assert listed == {("Tên thủ tục hành chính", "Sao y tại chỗ")}
