"""The monthly report: what Mỹ Hào wrote, counts found slowly, and what its registers know and do not know."""

import csv
import datetime
import io
import shutil
import unicodedata
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter

from cchc import reports
from cchc.entered import registers
from cchc.entered.registers import INTERNAL, LATE, PETITIONS, REGISTERS, REVIEWS, SCORES, TASKS, Register
from cchc.figures import query
from cchc.reports.paper import Paper
from cchc.reports.phrases import share, written
from cchc.store.snapshots import Snapshot
from cchc.text import UserError, number, percent
from tests import building, slow
from tests.building import DATASET
from tests.reports.asking import HOSTILE, asked, document, rows, texts, varied

pytestmark = pytest.mark.slow

MONTHLY = "bao-cao-thang"
SUBJECT = (
    "Tình hình, kết quả thực hiện công tác cải cách thủ tục hành chính tháng 11 năm 2024 trên địa bàn thị xã Mỹ Hào"
)
MARCH = ("2024-03-01", "2024-03-31")


@pytest.fixture
def snapshot(tmp_path: Path) -> Snapshot:
    return building.publish(tmp_path / "data", varied())


def keep(shown: Snapshot, register: Register, lines: str) -> None:
    """Staff keep these lines, written as in the template."""
    data = shown.folder.parents[2]
    head = registers.to_csv(register).decode("utf-8-sig")
    kept = registers.parse(register, (head + lines).encode(), "sổ.csv")
    registers.write(data, shown.dataset, register, kept, registers.version(data, shown.dataset, register))


def said(shown: Snapshot, *period: str, **chosen: Any) -> list[str]:
    return texts(document(MONTHLY, asked(shown, *(period or MARCH), **chosen)))


# --- The form ---


def test_the_form_is_that_of_my_hao(my_hao: Snapshot) -> None:
    """Báo cáo tháng 11 năm 2024 của UBND thị xã Mỹ Hào: its headings, its sentences, its zeros."""
    found = said(my_hao, "2024-11-01", "2024-11-30")
    order = [
        "BÁO CÁO",
        SUBJECT,
        "Kính gửi: Văn phòng UBND tỉnh Hưng Yên.",
        "I. KẾT QUẢ THỰC HIỆN",
        "1. Về cải cách việc quy định TTHC",
        "- Đã đánh giá tác động đối với 00 TTHC.",
        "- Đã thẩm định đối với 00 TTHC.",
        "1.2. Kết quả cắt giảm, đơn giản hóa quy định, TTHC",
        "+ Số lượng TTHC nội bộ đã công bố: 00 TTHC.",
        "+ Số lượng TTHC nội bộ đã được phê duyệt phương án cắt giảm, đơn giản hóa: 00 TTHC.",
        "+ Số lượng TTHC nội bộ đã thực thi phương án cắt giảm, đơn giản hóa: 00 TTHC.",
        "2. Kết quả tiếp nhận và xử lý phản ánh, kiến nghị",
        "II. ĐÁNH GIÁ CHUNG",
        "1. Đánh giá chung",
        "2. Tồn tại, hạn chế và khó khăn, vướng mắc",
        "3. Nguyên nhân",
        "III. NHIỆM VỤ TRỌNG TÂM CỦA THÁNG TIẾP THEO",
        "IV. KIẾN NGHỊ VÀ ĐỀ XUẤT",
    ]
    places = [found.index(text) for text in order]
    assert places == sorted(places)
    whole = " ".join(found)
    assert "Thực hiện Công văn số 323/VPUB-PVHCC&KSTT ngày 07/9/2023" in whole
    assert (
        "Tổng số PAKN đã tiếp nhận: 0; số PAKN đã xử lý đúng hạn: 0; số PAKN đã xử lý quá hạn: 0; "
        "số PAKN đang xử lý: 0."
    ) in whole


def test_its_counts_are_those_of_a_slow_count(snapshot: Snapshot) -> None:
    question = building.filters(snapshot, *MARCH)
    [counts] = slow.run(varied(), snapshot.references, snapshot.as_of, question, []).values()
    whole = " ".join(said(snapshot))
    for text in (
        f"tiếp nhận trên địa bàn: {counts['received']} hồ sơ",
        f"kỳ trước chuyển sang: {counts['carried_in']} hồ sơ",
        f"đang giải quyết tính đến ngày 31/3/2024: {counts['open']} hồ sơ",
        f", trong đó {counts['open_overdue']} hồ sơ đã quá hạn",
        f"{counts['online']}/{counts['received']} hồ sơ, chiếm " + share(counts["online"], counts["received"]),
        f"theo ngày đến hạn: trong {counts['due']} hồ sơ đến hạn trong kỳ, "
        + percent(counts["due_on_time_rate"], "vi").replace(" %", "%"),
        f"{counts['due_missed']} hồ sơ trễ; tỷ lệ chính thức là " + share(counts["on_time"], counts["resolved"]),
    ):
        assert text in whole


def test_the_supplement_sums_up_to_the_whole(snapshot: Snapshot) -> None:
    printed = rows(document(MONTHLY, asked(snapshot, *MARCH)), "Trực tuyến", "Quá hạn")
    for column in (2, 3, 5, 6, 7, 8):
        *parts, total = (int(row[column].replace(".", "")) for row in printed)
        assert sum(parts) == total
    assert [row[1] for row in printed] == [
        "Sở Tư pháp",
        "Bộ phận Một cửa huyện Trà Cú",
        "Thị trấn Định An",
        "Xã An Quảng Hữu",
        "Xã Đại An",
        "Tổng cộng",
    ]


def test_a_part_of_the_dossiers_is_named_as_one(snapshot: Snapshot) -> None:
    assert not any("của mục này chỉ tính" in text for text in said(snapshot))
    [sentence] = [
        text for text in said(snapshot, channels=("online",), units=("A", "B")) if "của mục này chỉ tính" in text
    ]
    assert sentence == "Số liệu của mục này chỉ tính hồ sơ nộp trực tuyến; các mục khác tính cho mọi hồ sơ."


# --- Registers ---


def test_what_no_register_knows_is_a_place_to_fill_and_never_none(snapshot: Snapshot) -> None:
    made = reports.find(MONTHLY).prepare(asked(snapshot, *MARCH))
    assert isinstance(made, Paper)
    unknown = [blank for blank in made.blanks if "sổ" in blank.what]
    assert len(unknown) == 8
    assert not any(" 00 TTHC" in text for text in said(snapshot))


def test_the_registers_fill_the_report(snapshot: Snapshot) -> None:
    keep(
        snapshot,
        PETITIONS,
        "01/03/2024,15/03/2024,5,2,1,2\n16/03/2024,31/03/2024,4,3,0,3\n01/04/2024,30/04/2024,9,9,9,9\n",
    )
    keep(
        snapshot,
        REVIEWS,
        "05/03/2024,Đánh giá tác động,3,\n20/03/2024,Đánh giá tác động,9,Số 1/QĐ\n05/02/2024,Thẩm định,7,\n",
    )
    keep(snapshot, INTERNAL, "31/03/2024,đã công bố,12,\n")
    whole = " ".join(said(snapshot))
    assert "đã tiếp nhận: 9; số PAKN đã xử lý đúng hạn: 5; số PAKN đã xử lý quá hạn: 1; số PAKN đang xử lý: 3." in whole
    assert "Đã đánh giá tác động đối với 12 TTHC." in whole
    assert "Đã thẩm định đối với … (số liệu chưa có trong sổ) TTHC." in whole  # that of February is not of March
    assert "nội bộ đã công bố: 12 TTHC." in whole


def test_24_of_26_tasks_of_the_plan(thanh_ha: Snapshot) -> None:
    """Thanh Hà, 2023: “24/26 nhiệm vụ”; the names of its tasks are not published and say so."""
    found = document(MONTHLY, asked(thanh_ha, "2023-12-01", "2023-12-31"))
    whole = " ".join(texts(found))
    assert "đã hoàn thành 24/26 nhiệm vụ của kế hoạch năm 2023 (đạt 92,31%), còn 02 nhiệm vụ đang triển khai" in whole
    listed = rows(found, "Nhiệm vụ", "Tình trạng")
    assert len(listed) == 26
    assert sum(row[5] == "Đã hoàn thành" for row in listed) == 24
    # In June only what was done by then counts, and the tasks of another year do not.
    assert "đã hoàn thành 14/26 nhiệm vụ" in " ".join(said(thanh_ha, "2023-06-01", "2023-06-30"))


def test_a_task_past_its_date_is_said_to_be_late(snapshot: Snapshot) -> None:
    keep(
        snapshot,
        TASKS,
        "2024,Việc A,Phòng Nội vụ,15/03/2024,\n2024,Việc B,,,01/04/2024\n2024,Việc C,,,01/03/2024\n2023,Việc D,,,\n",
    )
    whole = " ".join(said(snapshot))
    assert "đã hoàn thành 01/03 nhiệm vụ" in whole
    assert "trong đó 01 nhiệm vụ đã quá thời hạn" in whole
    assert "- Việc A; chủ trì: Phòng Nội vụ; thời hạn 15/3/2024." in whole
    assert "Việc D" not in whole


def test_registers_come_back_as_they_were_kept(tmp_path: Path) -> None:
    lines = {
        "phan-anh": "01/03/2024,31/03/2024,1,2,3,4\r\n",
        "ra-soat": "31/03/2024,Thẩm định,0,\r\n",
        "noi-bo": '31/03/2024,Đã công bố,2,"Số 1, ngày 2"\r\n',
        "diem-766": '01/03/2024,31/03/2024,,1.1,"5,5",\r\n',
        "nguoi-nhan": "van-phong@tinh.example,bao-cao-thang,A\r\n",
        "qua-han": "HS-1,Thiếu người,Số 5/TXL,02/04/2024,10/04/2024\r\n",
        "nhiem-vu": "2024,'=cmd|' /C calc'!A0,<b>Phòng</b>,31/03/2024,\r\n",
    }
    for id_, register in REGISTERS.items():
        content = registers.to_csv(register) + lines[id_].encode()
        kept = registers.parse(register, content, "a.csv")
        registers.write(tmp_path, DATASET, register, kept, registers.version(tmp_path, DATASET, register))
        assert registers.read(tmp_path, DATASET, register) == kept
        assert registers.to_csv(register, kept) == content
    [task] = registers.read(tmp_path, DATASET, TASKS)
    assert task["task"] == "=cmd|' /C calc'!A0"


@pytest.mark.parametrize(
    "content",
    [
        b"\xef\xbb\xbfT\xe1\xbb\xab ng\xc3\xa0y;\xc4\x90\xe1\xba\xbfn ng\xc3\xa0y;received;On time;late;open\r\n"
        b"1/3/2024;2024-03-31;1;2;3;4\r\n;;;;;\r\n"[3:].replace(b"On time", "Xử lý đúng hạn".encode()),
        "open,late,on_time,received,end,start,Ghi chú\n4,3,2,1,31/03/2024,01/03/2024,bỏ qua\n\n".encode(),
    ],
    ids=["semicolons, both languages, no mark", "ids, another order, one column more"],
)
def test_a_template_filled_by_any_program_is_read(content: bytes) -> None:
    [row] = registers.parse(PETITIONS, content, "a.csv")
    assert [row[name] for name in ("received", "on_time", "late", "open")] == [1, 2, 3, 4]
    assert [str(row[name]) for name in ("start", "end")] == ["2024-03-01", "2024-03-31"]


FILLED = """Từ ngày,Đến ngày,Tiếp nhận,Xử lý đúng hạn,Xử lý quá hạn,Đang xử lý

01/03/2024,31/03/2024,1,2,3,4
"""
TASK = """Năm kế hoạch,Nhiệm vụ,Cơ quan chủ trì,Thời hạn,Ngày hoàn thành
2024,Rà soát thủ tục Đất đai,Phòng Nội vụ
2024,"Số hóa, \'=1+1",,31/12/2024,,
"""


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "cp1258"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_a_file_in_any_usual_encoding_and_delimiter_is_taken(tmp_path: Path, encoding: str, delimiter: str) -> None:
    path = tmp_path / "so.csv"
    for register, text in ((PETITIONS, FILLED), (TASKS, TASK)):
        expected = registers.parse(register, text.encode(), "so.csv")
        rows = csv.reader(io.StringIO(text))
        out = io.StringIO()
        csv.writer(out, delimiter=delimiter).writerows(rows)
        # Windows-1258 has the tones as marks of their own.
        content = as_windows_1258(out.getvalue()) if encoding == "cp1258" else out.getvalue().encode(encoding)
        path.write_bytes(content)
        assert registers.take(register, path) == expected
    assert [row["task"] for row in expected] == ["Rà soát thủ tục Đất đai", "Số hóa, '=1+1"]
    assert expected[0]["lead"] == "Phòng Nội vụ"


def as_windows_1258(text: str) -> bytes:
    """The text as Windows writes it: letters that have no code of their own lose their tone to a mark behind them."""
    written = b""
    for letter in text:
        try:
            written += letter.encode("cp1258")
        except UnicodeEncodeError:
            base, *marks = unicodedata.normalize("NFD", letter)
            tone = next(mark for mark in marks if mark in "\u0300\u0301\u0303\u0309\u0323")
            rest = unicodedata.normalize("NFC", base + "".join(mark for mark in marks if mark != tone))
            written += (rest + tone).encode("cp1258")
    return written


def test_a_workbook_is_taken_with_its_days_and_numbers(tmp_path: Path) -> None:
    path = tmp_path / "so.xlsx"
    book = xlsxwriter.Workbook(path)
    sheet, day = book.add_worksheet(), book.add_format({"num_format": "dd/mm/yyyy"})
    sheet.write_row(0, 0, [column.label.vi for column in SCORES.columns])
    sheet.write_datetime(1, 0, datetime.datetime(2024, 3, 1), day)
    sheet.write_row(1, 1, ["31/03/2024", "Xã Đại An", "1.1", 5.5])
    sheet.write_datetime(3, 0, datetime.datetime(2024, 3, 1), day)
    sheet.write_row(3, 1, ["31/03/2024", "", "1.2", 4, "Số 2"])
    book.close()
    first, second = registers.take(SCORES, path)
    march = {"start": datetime.date(2024, 3, 1), "end": datetime.date(2024, 3, 31)}
    assert first == march | {"unit": "Xã Đại An", "criterion": "1.1", "points": 5.5, "document": None}
    assert second == march | {"unit": None, "criterion": "1.2", "points": 4.0, "document": "Số 2"}


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"", "tệp trống"),
        (b"<html><table>", "không có bảng nào"),
        (b"%PDF-1.4", "không phải CSV"),
        (b"PK\x03\x04 cut off", "hỏng"),
        ("Ngày,Việc,Số TTHC,Văn bản\n31/03/2024,Thẩm định,hai,\n".encode("utf-16"), "so.xlsx, dòng 2: “Số TTHC” = hai"),
        ("Ngày,Việc,Số TTHC,Văn bản\n1,Thẩm định,2,\n1,\"Thẩm\n".encode(), "dòng 3 có dấu ngoặc kép"),
        ("Ngày,Việc,Số TTHC,Văn bản\n1,Thẩm định,2,".encode() + b"\xff\n", "UTF-8"),
        ("Ngày,Việc\n".encode(), "thiếu cột “Số TTHC”"),
        (b"day,kind,count,document\n" + b"2024-03-01,reviewed,1,\n" * 5001, "5.000"),
        (b"x" * 3_000_000, "quá lớn"),
    ],
    ids=range(10),
)  # fmt: skip
def test_a_file_that_cannot_be_taken_is_one_sentence(tmp_path: Path, content: bytes, expected: str) -> None:
    path = tmp_path / "so.xlsx"
    path.write_bytes(content)
    with pytest.raises(UserError) as error:
        registers.take(REVIEWS, path)
    assert expected in error.value.text.vi
    assert len(error.value.text.en.splitlines()) == 1


@pytest.mark.parametrize(
    ("register", "content", "expected"),
    [
        (TASKS, b"\xff\xfe\x00", "UTF-8"),
        (TASKS, "Năm kế hoạch,Nhiệm vụ\n".encode(), "thiếu cột “Cơ quan chủ trì”"),
        (REVIEWS, "Ngày,Việc,Số TTHC,Văn bản\n31/03/2024,Thẩm định,hai,\n".encode(), "dòng 2: “Số TTHC” = hai"),
        (REVIEWS, "Ngày,Việc,Số TTHC,Văn bản\n31/03/2024,Thẩm định,-1,\n".encode(), "“Số TTHC” = -1"),
        (REVIEWS, "Ngày,Việc,Số TTHC,Văn bản\n\n31/03/2024,Khác,1,\n".encode(), "dòng 3: “Việc” = Khác"),
        (REVIEWS, "Ngày,Việc,Số TTHC,Văn bản\n31/02/2024,Thẩm định,1,\n".encode(), "“Ngày” = 31/02/2024"),
        (REVIEWS, "Ngày,Việc,Số TTHC,Văn bản\n31/03/24,Thẩm định,1,\n".encode(), "“Ngày” = 31/03/24"),
        (REVIEWS, "Ngày,Việc,Số TTHC,Văn bản\n,Thẩm định,1,\n".encode(), "“Ngày” để trống"),
        (TASKS, b'year,task,lead,due,done\n2024,"' + b"x" * 200_000 + b'",,,\n', "CSV"),
        (TASKS, b"year,task,lead,due,done\n2024," + b"x" * 501 + b",,,\n", "không quá 500"),
        (TASKS, b"year,task,lead,due,done\n" + b"2024,x,,,\n" * 5001, "5.000"),
        (TASKS, b"x" * 3_000_000, "quá lớn"),
    ],
    ids=range(12),
)
def test_a_malformed_register_is_one_sentence(snapshot, tmp_path, register, content: bytes, expected: str) -> None:
    with pytest.raises(UserError) as error:
        registers.parse(register, content, "so.csv")
    assert expected in error.value.text.vi
    assert error.value.text.en
    # Kept so by another program, the report says so and is not made.
    path = tmp_path / "data" / "registers" / DATASET / f"{register.id}.csv"
    path.parent.mkdir(parents=True)
    path.write_bytes(content)
    with pytest.raises(UserError) as error:
        reports.find(MONTHLY).prepare(asked(snapshot, *MARCH))
    assert f"{register.id}.csv" in error.value.text.vi
    # And what staff save next takes its place.
    registers.write(tmp_path / "data", DATASET, register, (), registers.version(tmp_path / "data", DATASET, register))
    assert registers.read(tmp_path / "data", DATASET, register) == ()


def test_nobody_overwrites_what_somebody_else_just_wrote(snapshot: Snapshot, tmp_path: Path) -> None:
    data, row = tmp_path / "data", {"year": 2024, "task": "A", "lead": None, "due": None, "done": None}
    known = registers.version(data, DATASET, TASKS)
    registers.write(data, DATASET, TASKS, [row], known)
    with pytest.raises(UserError, match="somebody else"):
        registers.write(data, DATASET, TASKS, [row, row], known)
    assert registers.read(data, DATASET, TASKS) == (row,)
    with pytest.raises(UserError, match="is empty"):
        registers.write(data, DATASET, TASKS, [row | {"task": None}], registers.version(data, DATASET, TASKS))
    assert registers.read(data, DATASET, TASKS) == (row,)


def test_a_place_that_cannot_be_written_is_one_sentence(snapshot: Snapshot, tmp_path: Path) -> None:
    shutil.rmtree(tmp_path / "data" / "entered")
    (tmp_path / "data" / "entered").write_text("a file where the folder should be")
    with pytest.raises(UserError, match="cannot be written"):
        registers.write(tmp_path / "data", DATASET, TASKS, (), registers.version(tmp_path / "data", DATASET, TASKS))


def test_hostile_words_of_a_register_are_text(snapshot: Snapshot) -> None:
    keep(snapshot, TASKS, "".join(f'2024,"{name}",,,\n' for name in HOSTILE))
    found = said(snapshot)
    for name in ("=cmd|' /C calc'!A0", "<script>alert(1)</script> & Xã &amp; “Đại” ‑ Ấp"):
        assert name in found


def test_the_figures_are_written_as_the_page_writes_them(my_hao: Snapshot) -> None:
    question = asked(my_hao, "2024-11-01", "2024-11-30")
    row = question.run(["received", "components_digitised_rate"], question.filters).iloc[0]
    whole = " ".join(texts(document(MONTHLY, question)))
    assert f"{number(row['received'], 'vi')} hồ sơ" in whole
    assert written(percent(row["components_digitised_rate"], "vi")) in whole


def test_late_dossiers_are_listed_with_reason_and_apology(snapshot: Snapshot) -> None:
    question = asked(snapshot, *MARCH)
    late = query.records(snapshot, question.filters, "late").rows
    overdue = query.records(snapshot, question.filters, "open_overdue").rows
    first = late["dossier_id"].iloc[0]
    empty = document(MONTHLY, question)
    assert f"- Số hồ sơ quá hạn đã có thư xin lỗi: … (số thư xin lỗi)/{len(late) + len(overdue)} hồ sơ." in texts(empty)
    keep(snapshot, LATE, f"{first},Chờ xác minh,Số 5/TXL,02/04/2024,10/04/2024\r\nKHAC,Khác,,,\r\n")
    found = document(MONTHLY, question)
    listed = rows(found, "Mã hồ sơ", "Thư xin lỗi")
    assert {row[1] for row in listed} >= {*late["dossier_id"], *overdue["dossier_id"]}
    assert len(listed) == len(late) + len(overdue) + 2
    days = [int(row[6]) for row in listed if row[6]]
    assert days[: len(late)] == sorted(days[: len(late)], reverse=True)
    [row] = [row for row in listed if row[1] == first]
    assert row[7:] == ["Chờ xác minh", "Số 5/TXL; 02/4/2024; gia hạn đến 10/4/2024"]
    said_of_it = f"đã có thư xin lỗi: 1/{len(late) + len(overdue)} hồ sơ; 1 hồ sơ được gia hạn."
    assert said_of_it in " ".join(texts(found))
    assert any(text.startswith("(Danh sách hồ sơ quá hạn tại Phụ lục") for text in texts(found))


def test_where_nothing_is_late_there_is_no_list(snapshot: Snapshot) -> None:
    found = document(MONTHLY, asked(snapshot, "2024-03-01", "2024-03-05", units=("A",), channels=("online",)))
    assert "Thư xin lỗi" not in " ".join(texts(found))
