"""What the ledger counts, declared once: its columns, the dossiers behind a number and the words for both follow."""

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from cchc.text import Text

LEDGER = Path(__file__).parent / "ledger.sql"
_LONGEST_LINE = 120
# The lines between these two in ledger.sql are written from COUNTS.
_MARKED = re.compile(r"(    -- Written from counts\.py by `make format`:\n).*?(    -- What is open\b)", re.DOTALL)


@dataclass(frozen=True)
class Count:
    """A column of the ledger: the dossiers that had an event that day and meet a condition, plain SQL over the columns
    of dossiers.sql. `adds` names a column whose values are added up over these dossiers, which are counted otherwise.
    """

    name: str
    event: Literal["received", "ended", "deadline"]
    label: Text
    condition: str = ""
    adds: str = ""

    def behind(self, days: str) -> str:
        """The condition, as SQL, of the dossiers counted on `days`: what follows a day, as `= date '2024-03-04'`."""
        return " and ".join([f"{self.event}_on {days}", *([self.condition] if self.condition else [])])

    def column(self) -> str:
        """The column of the ledger, as SQL over its events."""
        chosen = " and ".join([f"event = '{self.event}'", *([self.condition] if self.condition else [])])
        if self.adds:
            return f"cast(coalesce(sum(case when {chosen} then {self.adds} end), 0) as bigint)"
        return f"count(case when {chosen} then 1 end)"


_FINISHED = "outcome <> 'withdrawn'"
# fmt: off
_DECLARED = (
    Count("received", "received", Text("Tiếp nhận", "Received")),
    Count("online", "received", Text("Trực tuyến", "Online"), "channel = 'online'"),
    Count("counter", "received", Text("Trực tiếp", "Counter"), "channel = 'counter'"),
    Count("postal", "received", Text("Bưu chính công ích", "Postal"), "channel = 'postal'"),
    Count("components_digitised", "received",
          Text("Hồ sơ có thành phần đã số hóa", "Dossiers with digitised components"), "components_digitised"),
    Count("components_known", "received",
          Text("Hồ sơ tiếp nhận biết rõ có số hóa hay không", "Received dossiers known to be digitised or not"),
          "components_digitised is not null"),
    Count("paid_online", "received", Text("Hồ sơ đã thanh toán trực tuyến", "Dossiers paid online"),
          "fee_due and paid_online"),
    Count("fee_due", "received", Text("Hồ sơ có nghĩa vụ tài chính", "Dossiers with a fee due"),
          "fee_due and paid_online is not null"),
    Count("submitted", "received", Text("Hồ sơ trực tuyến biết lúc nộp", "Online dossiers with a known time of filing"),
          "accept_due"),
    Count("accepted_in_time", "received", Text("Tiếp nhận trong 8 giờ làm việc", "Accepted within 8 working hours"),
          "accept_due and accepted"),
    Count("model_received", "received", Text("Tiếp nhận theo mô hình", "Received under the model"),
          "model is not null"),
    Count("model_due", "received", Text("Đã đến hạn theo cam kết", "Promise due"), "model_due"),
    Count("model_kept", "received", Text("Thực hiện đúng cam kết", "Promise kept"), "model_due and model_kept"),
    Count("model_broken", "received", Text("Không giữ cam kết", "Promise broken"), "model_due and not model_kept"),
    Count("model_unknown", "received", Text("Không rõ giờ nên không xét cam kết", "Hour not known, promise not judged"),
          "model_unknown"),
    Count("next_day_received", "received", Text("Tiếp nhận sau giờ chốt", "Received after the cut-off"),
          "promised_on > received_on"),
    Count("next_day_due", "received", Text("Hẹn ngày kế tiếp: đã đến hạn", "Next day: due"),
          "promised_on > received_on and model_due"),
    Count("next_day_kept", "received", Text("Hẹn ngày kế tiếp: đúng hẹn", "Next day: kept"),
          "promised_on > received_on and model_due and model_kept"),
    Count("resolved", "ended", Text("Đã giải quyết", "Resolved")),
    Count("early", "ended", Text("Trước hạn", "Early"), "outcome = 'early'"),
    Count("on_day", "ended", Text("Đúng hạn", "On day"), "outcome = 'on_day'"),
    Count("late", "ended", Text("Quá hạn", "Late"), "outcome = 'late'"),
    Count("withdrawn", "ended", Text("Trả lại, rút", "Withdrawn"), "outcome = 'withdrawn'"),
    Count("undated", "ended", Text("Không có hẹn trả", "Undated"), "outcome = 'on_day' and due_on is null"),
    Count("same_day", "ended", Text("Giải quyết trong ngày", "Same day"), f"{_FINISHED} and ended_on = received_on"),
    Count("result_digitised", "ended", Text("Hồ sơ có kết quả đã số hóa", "Dossiers with a digitised result"),
          f"{_FINISHED} and result_digitised"),
    Count("result_known", "ended",
          Text("Hồ sơ giải quyết xong biết rõ kết quả có số hóa hay không",
               "Finished dossiers known to have a digitised result or not"),
          f"{_FINISHED} and result_digitised is not null"),
    Count("satisfied", "ended", Text("Hồ sơ được chấm 4 hoặc 5 điểm", "Dossiers rated 4 or 5"),
          f"{_FINISHED} and rating >= 4"),
    Count("rated", "ended", Text("Hồ sơ giải quyết xong có điểm đánh giá", "Finished dossiers with a rating"),
          f"{_FINISHED} and rating is not null"),
    Count("due", "deadline", Text("Đến hạn trong kỳ", "Due in the period")),
    Count("due_on_time", "deadline", Text("Đến hạn, xong đúng hạn", "Due and ended in time"), "deadline_met"),
    Count("due_missed", "deadline", Text("Đến hạn mà trễ hạn", "Due and missed"), "not deadline_met"),
    Count("minutes", "ended", Text("Tổng thời gian giải quyết", "Total processing time"), _FINISHED, adds="minutes"),
)
# fmt: on
COUNTS: dict[str, Count] = {count.name: count for count in _DECLARED}


def written(ledger: str) -> str:
    """The text of ledger.sql with a column for every count."""
    columns = "".join(f"    {_fitting(count.column(), count.name)},\n" for count in COUNTS.values())
    return _MARKED.sub(lambda marked: f"{marked[1]}{columns}{marked[2]}", ledger)


def _fitting(column: str, name: str) -> str:
    whole = f"{column} as {name}"
    return whole if len(whole) + len("    ,") <= _LONGEST_LINE else f"{column}\n        as {name}"


if __name__ == "__main__":
    LEDGER.write_text(written(LEDGER.read_text(encoding="utf-8")), encoding="utf-8")
