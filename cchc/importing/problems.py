"""What can be wrong with a row, in words, and the list of what was."""

import csv
import datetime
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from cchc import disk, schema
from cchc.importing.made import Made
from cchc.importing.made import describe as describe_made
from cchc.importing.matching import Unknown
from cchc.importing.since import Since
from cchc.importing.stored import Fates, Replaced
from cchc.importing.swapping import Swapped
from cchc.store.origin import Counts
from cchc.text import Language, Text, date, harmless, number, percent

PROBLEMS = pa.schema(
    [
        pa.field("file", pa.dictionary(pa.int32(), pa.string())),
        pa.field("sheet", pa.dictionary(pa.int32(), pa.string())),
        pa.field("row", pa.int64()),
        pa.field("column", pa.dictionary(pa.int32(), pa.string())),
        pa.field("value", pa.string()),
        pa.field("kind", pa.dictionary(pa.int32(), pa.string())),
        pa.field("rejected", pa.bool_()),
    ]
)


@dataclass(frozen=True)
class Kind:
    """One way a row can be wrong. `column` is the one whose value is shown; `rejected` False = kept but suspicious."""

    name: str
    column: str
    rejected: bool
    reason: Text


def unreadable_kind(time: str) -> str:
    """The name of the kind of a date in this column that cannot be read."""
    return f"unreadable_{time.removesuffix('_at')}"


def _unreadable(time: str) -> Kind:
    label = schema.BY_NAME[time].label
    reason = Text(f"không đọc được {label.vi}", f"the {label.en} cannot be read")
    return Kind(unreadable_kind(time), time, True, reason)


def _no_flag(flag: str) -> Kind:
    reason = Text("không hiểu giá trị có/không, coi như không rõ", "neither yes nor no; taken as unknown")
    return Kind(f"unknown_{flag}", flag, False, reason)


def _no_number(number: str) -> Kind:
    column = schema.BY_NAME[number]
    reason = Text(
        f"không phải {column.label.vi} từ {column.least} đến {column.most} hay từ có trong ánh xạ, coi như không rõ",
        f"neither a {column.label.en} from {column.least} to {column.most} nor a word of the mapping; taken as unknown",
    )
    return Kind(f"unknown_{number}", number, False, reason)


def _no_label(label: str) -> Kind:
    name = schema.BY_NAME[label].label
    reason = Text(
        f"ô {name.vi} không phải một tên ngắn hoặc có thông tin cá nhân (không hiện lại ở đây), coi như không rõ",
        f"the {name.en} is no short name or holds personal data (not shown here); taken as unknown",
    )
    return Kind(f"unknown_{label}", "", False, reason)


KINDS = (
    Kind("not_a_dossier", "", True, Text("không phải hàng hồ sơ: không có mã hồ sơ và không có ngày nào",
                                         "not a dossier row: neither an id nor any date")),
    Kind("no_id", "dossier_id", True, Text("không có mã hồ sơ", "no dossier id")),
    Kind("bad_id", "dossier_id", True, Text("mã hồ sơ phải có chữ số, không có khoảng trắng, không quá 64 ký tự",
                                            "a dossier id has a digit, no blanks and at most 64 characters")),
    Kind("no_unit", "unit", True, Text("không ghi đơn vị", "no unit")),
    Kind("unknown_unit", "unit", True, Text("đơn vị không có trong danh mục", "the unit is not in the references")),
    Kind("no_procedure", "procedure", True, Text("không ghi thủ tục", "no procedure")),
    Kind("unknown_procedure", "procedure", True, Text("thủ tục không có trong danh mục",
                                                      "the procedure is not in the references")),
    Kind("personal", "", True, Text(
        "ô đơn vị, thủ tục hoặc lĩnh vực là họ tên người, hoặc có số điện thoại, thư điện tử, số định danh (không hiện "
        "lại ở đây); nếu là tên đơn vị, ghi kèm chữ “Xã”, “Phường”...",
        "a person's name, telephone number, e-mail address or identity number as unit, procedure or field (not shown "
        "here); if it is a unit, write “Xã”, “Phường” or the like before it")),
    Kind("no_channel", "channel", False, Text("không ghi hình thức nộp, coi như không rõ",
                                              "no channel; taken as unknown")),
    Kind("unknown_channel", "channel", True, Text("hình thức nộp không có trong ánh xạ",
                                                  "the mapping does not know this channel")),
    Kind("no_status", "status", True, Text("không ghi trạng thái", "no status")),
    Kind("unknown_status", "status", True, Text("trạng thái không có trong ánh xạ",
                                                "the mapping does not know this status")),
    Kind("no_received", "received_at", True, Text("không có ngày tiếp nhận", "no date received")),
    *map(_unreadable, schema.TIMES),
    Kind("received_after_as_of", "received_at", True, Text("ngày tiếp nhận sau ngày chốt số liệu",
                                                           "received after the as-of date")),
    Kind("finished_after_as_of", "finished_at", True, Text("ngày kết thúc sau ngày chốt số liệu",
                                                           "finished after the as-of date")),
    Kind("returned_after_as_of", "returned_at", True, Text("ngày trả kết quả sau ngày chốt số liệu",
                                                           "returned after the as-of date")),
    Kind("finished_before_received", "finished_at", True, Text("ngày kết thúc trước ngày tiếp nhận",
                                                               "finished on a day before it was received")),
    Kind("returned_before_received", "returned_at", True, Text("ngày trả kết quả trước ngày tiếp nhận",
                                                               "returned on a day before it was received")),
    Kind("ended_without_date", "status", True, Text("trạng thái đã xong hoặc đã rút nhưng không có ngày kết thúc",
                                                    "done or withdrawn but without an end date")),
    Kind("open_with_date", "status", True, Text("trạng thái chưa xong nhưng đã có ngày kết thúc",
                                                "not yet done but with an end date")),
    Kind("conflicting", "dossier_id", True, Text(
        "mã hồ sơ này có hai hàng khác nhau trong cùng một tệp; nếu số hồ sơ bắt đầu lại ở mỗi đơn vị hoặc mỗi năm thì "
        "chọn như vậy ở mục Các cột của tệp, hoặc khai id trong ánh xạ",
        "two different rows of one file have this dossier id; if numbers begin again in each unit or year, say so "
        "under Columns of the file, or by id in the mapping"
    )),
    Kind("finished_earlier_that_day", "finished_at", False, Text("giờ kết thúc trước giờ tiếp nhận trong cùng ngày",
                                                                 "finished before it was received, on the same day")),
    Kind("due_before_received", "due_at", False, Text("ngày hẹn trả trước ngày tiếp nhận",
                                                      "due on a day before it was received")),
    Kind("due_far_off", "due_at", False, Text(
        "ngày hẹn trả trước ngày tiếp nhận hơn một năm hoặc sau ngày ấy hơn ba năm, coi như không có ngày hẹn trả",
        "due more than a year before it was received, or three years after; taken as no due date")),
    Kind("lone_received", "received_at", False, Text("ngày tiếp nhận lẻ loi, cách mọi hồ sơ khác hơn một năm",
                                                     "received more than a year before all others")),
    *map(_no_flag, schema.FLAGS),
    *map(_no_number, schema.NUMBERS),
    Kind("unknown_receiving_unit", "receiving_unit", False, Text(
        "nơi tiếp nhận không có trong danh mục đơn vị, coi như không rõ",
        "the receiving unit is not in the references; taken as unknown")),
    *map(_no_label, schema.LABELS),
    # These three are found while a row is split into cells, before it can be judged.
    Kind("too_few_cells", "", True, Text("hàng có ít ô hơn tiêu đề", "the row has fewer cells than the headings")),
    Kind("too_many_cells", "", True, Text("hàng có nhiều ô hơn tiêu đề", "the row has more cells than the headings")),
    Kind("broken_quotes", "", True, Text("dấu ngoặc kép của hàng bị hỏng", "the quotation marks are broken")),
)  # fmt: skip
BY_NAME = {kind.name: kind for kind in KINDS}
# Every kind has a bit; the faults of a row are their sum.
BITS = {kind.name: 1 << n for n, kind in enumerate(KINDS)}
REJECTING = sum(BITS[kind.name] for kind in KINDS if kind.rejected)

_HEADINGS = (
    Text("Tệp", "File"), Text("Trang tính", "Sheet"), Text("Hàng", "Row"), Text("Cột", "Column"),
    Text("Giá trị", "Value"), Text("Lý do", "Reason"), Text("Xử lý", "Result"),
)  # fmt: skip
# More spellings than this are the sign of a wrong column, not of work for one evening.
_MOST_UNKNOWN = 20
_RESULT = {True: Text("loại", "rejected"), False: Text("giữ, cần xem lại", "kept, to be checked")}


@dataclass(frozen=True)
class Report:
    """What an import found. `problems` has the schema PROBLEMS; `notes` are sentences for the reader.

    `names` are those of units and procedures by id. `created_references` says that units and procedures were made from
    the file, because the dataset has no others.
    """

    dataset: str
    as_of: datetime.date
    mapping: str
    counts: Counts
    problems: pa.Table
    dropped_columns: tuple[str, ...]
    unknown: tuple[Unknown, ...]
    created_references: bool
    made: tuple[Made, ...]
    notes: tuple[Text, ...]
    # Kept rows without a due date, and the headings taken for it.
    undated: int = 0
    due_titles: tuple[str, ...] = ()
    # Columns of which blank cells stand for what is written above them, each as a clause.
    filled: tuple[Text, ...] = ()
    # Rejected rows that end a list, such as its signatures.
    footers: int = 0
    # Headings of columns that are there and wholly blank; when the last thing happened to a kept dossier.
    empty: tuple[str, ...] = ()
    last_event: datetime.date | None = None
    # Columns of dates in which day and month seem to have been swapped.
    swapped: tuple[Swapped, ...] = ()
    # What it does to the dossiers already there; those that would give way to another dossier, in words too.
    fates: Fates = field(default_factory=Fates)
    replaced: Replaced = field(default_factory=Replaced)
    names: Mapping[str, str] = field(default_factory=dict)
    # What the data will cover; None where no dossier is left.
    since: Since | None = None

    @property
    def lacking_due(self) -> Text:
        """How many of the kept rows have no due date, as a clause."""
        share = self.undated / self.counts.kept
        return Text(
            f"{number(self.undated, 'vi')} trong {number(self.counts.kept, 'vi')} hồ sơ được giữ "
            f"({percent(share, 'vi')}) không có ngày hẹn trả",
            f"{number(self.undated, 'en')} of {number(self.counts.kept, 'en')} kept dossiers "
            f"({percent(share, 'en')}) have no due date",
        )

    def _undated(self) -> list[Text]:
        """The same as a sentence that says why, as far as it is known; none where all have one."""
        if not self.undated:
            return []
        titles = ", ".join(f"“{title}”" for title in self.due_titles)
        why = (
            Text(
                f"ô của cột {titles} trống, ghi là không có, là công thức chưa tính hoặc quá xa ngày tiếp nhận",
                f"{titles} is blank, says there is none, is not computed or lies too far from the day of receipt",
            )
            if titles
            else Text("không cột nào được nhận là ngày hẹn trả", "no column is taken for it")
        )
        return [Text(f"{self.lacking_due.vi}: {why.vi}.", f"{self.lacking_due.en}: {why.en}.")]

    def by_kind(self) -> dict[str, int]:
        """How many problems there are of each kind."""
        counted = pc.value_counts(self.problems["kind"].cast(pa.string())).to_pylist()
        return {str(each["values"]): int(each["counts"]) for each in counted}

    def describe_problems(self) -> list[Text]:
        """What was wrong, a sentence a kind, the most frequent first; where no list of the rows is shown."""
        counted = sorted(self.by_kind().items(), key=lambda kind: -kind[1])
        return [
            Text(
                f"{number(count, 'vi')} hàng {_RESULT[BY_NAME[name].rejected].vi}: {BY_NAME[name].reason.vi}.",
                f"{number(count, 'en')} rows {_RESULT[BY_NAME[name].rejected].en}: {BY_NAME[name].reason.en}.",
            )
            for name, count in counted
        ]

    def describe(self) -> list[Text]:
        """What became of the rows, then the notes, each a sentence for the reader."""
        counts = self.counts
        parts = (
            (counts.kept, "giữ", "kept"), (counts.rejected, "loại", "rejected"),
            (counts.not_received, "chưa tiếp nhận", "not received"),
            (counts.duplicates, "trùng hoàn toàn", "exact duplicates"),
            (counts.superseded, "đã được bản mới hơn thay", "superseded by a later file"),
        )  # fmt: skip
        vi = ", ".join(f"{name} {number(count, 'vi')}" for count, name, _ in parts if count)
        en = ", ".join(f"{number(count, 'en')} {name}" for count, _, name in parts if count)
        read = Text(f"Đọc {number(counts.read, 'vi')} hàng: {vi}.", f"Read {number(counts.read, 'en')} rows: {en}.")
        dropped = ", ".join(self.dropped_columns)
        left_out = Text(f"Cột không nhập: {dropped}.", f"Columns left out: {dropped}.")
        unknown = [each.advice for each in self.unknown[:_MOST_UNKNOWN]]
        if (more := len(self.unknown) - _MOST_UNKNOWN) > 0:
            unknown.append(
                Text(f"Còn {number(more, 'vi')} cách viết lạ nữa.", f"{number(more, 'en')} more unknown spellings.")
            )
        as_of_vi, as_of_en = date(self.as_of, "vi"), date(self.as_of, "en")
        what = Text(
            f"Khu vực {self.dataset}, số liệu chốt đến {as_of_vi}, kiểu tệp {self.mapping}.",
            f"Dataset {self.dataset}, data as of {as_of_en}, mapping {self.mapping}.",
        )
        return [
            what,
            *(self.since.describe() if self.since else []),
            read,
            *self.fates.describe(),
            *describe_made(self.made),
            *self._undated(),
            *self.notes,
            *unknown,
            *([left_out] if dropped else []),
        ]

    def first_problems(self, limit: int) -> list["Problem"]:
        """The first problems in the order of the rows, for a preview."""
        return list(as_problems(self.problems.slice(0, limit)))


@dataclass(frozen=True)
class Problem:
    """One thing wrong with one row; `value` is that of `column`, a heading of the file."""

    file: str
    sheet: str
    row: int
    column: str
    value: str
    reason: Text
    rejected: bool
    kind: str


def as_problems(table: pa.Table) -> Iterator[Problem]:
    """The rows of a table of schema PROBLEMS, one Problem each."""
    for batch in table.to_batches(max_chunksize=10_000):
        for row in batch.to_pylist():
            yield Problem(**row, reason=BY_NAME[row["kind"]].reason)


def write(table: pa.Table, path: Path, language: Language) -> None:
    """Write problems as CSV in the reader's language, with a byte order mark so that Excel reads the accents."""
    with disk.writing(path), path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(heading[language] for heading in _HEADINGS)
        for each in as_problems(table):
            cells: tuple[Any, ...] = (
                each.file, each.sheet, each.row, each.column, each.value,
                each.reason[language], _RESULT[each.rejected][language],
            )  # fmt: skip
            writer.writerow(harmless(str(cell)) for cell in cells)
