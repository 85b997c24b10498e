"""What a dossier is: columns, types, allowed values and the dimensions every figure can be split by."""

from dataclasses import dataclass
from typing import Literal

import pyarrow as pa

from cchc.text import Text

# How a dossier is filed; what an export does not say is a value of its own, in no part of a rate by channel.
CHANNELS = ("online", "counter", "postal")
UNKNOWN = "unknown"
CHANNEL_NAMES = {
    "online": Text("Trực tuyến", "Online"),
    "counter": Text("Trực tiếp", "Counter"),
    "postal": Text("Bưu chính công ích", "Postal"),
    UNKNOWN: Text("Không rõ hình thức nộp", "Channel unknown"),
}
LEVELS = ("province", "district", "commune")
STATUSES = ("open", "waiting", "done", "withdrawn")
STATUS_NAMES = {
    "open": Text("Đang giải quyết", "Open"),
    "waiting": Text("Chờ bổ sung", "Waiting for supplement"),
    "done": Text("Đã giải quyết", "Done"),
    "withdrawn": Text("Trả lại, rút", "Withdrawn"),
}
OUTCOMES = ("early", "on_day", "late", "withdrawn")

Kind = Literal["id", "name", "choice", "time", "flag", "number", "label"]
# Microseconds: what DuckDB and pandas both hold without a conversion; times are local wall clock, no zone.
_TYPES: dict[Kind, pa.DataType] = {
    "id": pa.string(), "name": pa.string(), "choice": pa.string(), "time": pa.timestamp("us"), "flag": pa.bool_(),
    "number": pa.int8(), "label": pa.string(),
}  # fmt: skip


@dataclass(frozen=True)
class Column:
    """A column of a dossier: its kind of value, what sentences call it (`label`), and its heading in lists (None = it
    stands in none).

    A name is an id or a spelling of the references, a choice a word the mapping knows, a flag yes or no, a number a
    whole one from `least` to `most` (127 or less), a label one of the few short names an export has for something. No
    kind holds free text, so that no column can name a person; an id leads to one, and lists that hold it are not for
    publication. What is not `kept` only helps while an export is read. A `later` column came when snapshots were
    already published: dossiers that say nothing in it keep the snapshot id they had.
    """

    name: str
    kind: Kind
    label: Text
    heading: Text | None = None
    nullable: bool = True
    least: int = 0
    most: int = 127
    kept: bool = True
    later: bool = False


# What an export may tell of a dossier; of two headings that fit, the first column here gets its own first. The unit is
# the office that decides; the counter that took the dossier is a unit too. The last four are not kept: an extended
# deadline takes the place of the first one, the others name things while references are created.
# fmt: off
COLUMNS = (
    Column("dossier_id", "id", Text("mã hồ sơ", "dossier id"), Text("Mã hồ sơ", "Dossier"), nullable=False),
    Column("unit", "name", Text("đơn vị", "unit"), Text("Đơn vị", "Unit"), nullable=False),
    Column("procedure", "name", Text("thủ tục", "procedure"), Text("Thủ tục", "Procedure"), nullable=False),
    Column("channel", "choice", Text("hình thức nộp", "channel"), Text("Hình thức nộp", "Channel"), nullable=False),
    Column("received_at", "time", Text("ngày tiếp nhận", "date received"), Text("Tiếp nhận", "Received"),
           nullable=False),
    Column("due_at", "time", Text("ngày hẹn trả", "due date"), Text("Hẹn trả", "Due")),
    Column("finished_at", "time", Text("ngày kết thúc", "date finished"), Text("Kết thúc xử lý", "Finished")),
    Column("returned_at", "time", Text("ngày trả kết quả", "date returned"), Text("Trả kết quả", "Returned")),
    Column("status", "choice", Text("trạng thái", "status"), Text("Tình trạng", "Status"), nullable=False),
    Column("components_digitised", "flag", Text("số hóa thành phần hồ sơ", "components digitised")),
    Column("result_digitised", "flag", Text("số hóa kết quả", "result digitised")),
    Column("fee_due", "flag", Text("có nghĩa vụ tài chính", "fee due")),
    Column("paid_online", "flag", Text("thanh toán trực tuyến", "paid online")),
    Column("rating", "number", Text("điểm đánh giá", "rating"), least=1, most=5),
    Column("receiving_unit", "name", Text("nơi tiếp nhận", "receiving unit"), Text("Nơi tiếp nhận", "Received at"),
           later=True),
    Column("submitted_at", "time", Text("lúc nộp trực tuyến", "time of online filing"), later=True),
    Column("source", "label", Text("hệ thống", "system"), Text("Hệ thống", "System"), later=True),
    Column("desk", "label", Text("phòng ban", "desk"), Text("Phòng ban", "Desk"), later=True),
    Column("service_level", "label", Text("mức độ dịch vụ công", "service level"),
           Text("Mức độ dịch vụ", "Service level"), later=True),
    Column("extended_at", "time", Text("ngày gia hạn đến", "deadline extended to"), kept=False),
    Column("unit_name", "name", Text("tên đơn vị", "unit name"), kept=False),
    Column("procedure_name", "name", Text("tên thủ tục", "procedure name"), kept=False),
    Column("field", "name", Text("lĩnh vực", "field"), kept=False),
)
# fmt: on
BY_NAME = {column.name: column for column in COLUMNS}


def of_kind(kind: Kind) -> tuple[str, ...]:
    """The names of the columns of this kind, in their order."""
    return tuple(column.name for column in COLUMNS if column.kind == kind)


TIMES, FLAGS, NUMBERS, LABELS = of_kind("time"), of_kind("flag"), of_kind("number"), of_kind("label")

DOSSIER = pa.schema(
    [
        *(pa.field(column.name, _TYPES[column.kind], column.nullable) for column in COLUMNS if column.kept),
        # The as-of date of the export that holds this version: a later export replaces an earlier one.
        pa.field("exported_on", pa.date32(), nullable=False),
    ]
)

# A rate over fewer dossiers is shown greyed, and neither ranked nor judged.
MINIMUM = 20
# A deadline so many working days off is near.
SOON = 3
# Which way a figure is better.
Direction = Literal["up", "down", "neither"]
# Whether a dossier without a due date is late cannot be known, and it counts as on time: from the first share of such
# dossiers on a figure says so, above the second nothing is concluded from it.
UNDATED_NOTED, UNDATED_MOST = 0.01, 0.05

DIMENSIONS = ("unit", "field", "level", "channel", "procedure", "weekday")
# What stands beside the office responsible, and is asked of the dossiers: the ledger is not split by it.
BESIDE = tuple(column.name for column in COLUMNS if column.later and column.kind in ("name", "label"))
