"""What a dossier is: columns, types, allowed values and the dimensions every figure can be split by."""

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

# Microseconds: what DuckDB and pandas both hold without a conversion; times are local wall clock, no zone.
_TIME = pa.timestamp("us")

DOSSIER = pa.schema(
    [
        pa.field("dossier_id", pa.string(), nullable=False),
        pa.field("unit", pa.string(), nullable=False),
        pa.field("procedure", pa.string(), nullable=False),
        pa.field("channel", pa.string(), nullable=False),
        pa.field("received_at", _TIME, nullable=False),
        pa.field("due_at", _TIME),
        pa.field("finished_at", _TIME),
        pa.field("returned_at", _TIME),
        pa.field("status", pa.string(), nullable=False),
        pa.field("components_digitised", pa.bool_()),
        pa.field("result_digitised", pa.bool_()),
        pa.field("fee_due", pa.bool_()),
        pa.field("paid_online", pa.bool_()),
        pa.field("rating", pa.int8()),
        # The as-of date of the export that holds this version: a later export replaces an earlier one.
        pa.field("exported_on", pa.date32(), nullable=False),
    ]
)

# A rate over fewer dossiers is shown greyed, and neither ranked nor judged.
MINIMUM = 20
# Which way a figure is better.
Direction = Literal["up", "down", "neither"]
# Whether a dossier without a due date is late cannot be known, and it counts as on time: from the first share of such
# dossiers on a figure says so, above the second nothing is concluded from it.
UNDATED_NOTED, UNDATED_MOST = 0.01, 0.05

DIMENSIONS = ("unit", "field", "level", "channel", "procedure", "weekday")
