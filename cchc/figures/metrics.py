"""Every figure the product shows, declared once: what is counted, over what, which way is better."""

import datetime
from dataclasses import dataclass
from typing import Literal

from cchc.rules.references import References, Target
from cchc.schema import CHANNELS, MINIMUM, SOON, Direction
from cchc.store.counts import COUNTS
from cchc.text import Language, Text, number, percent

Format = Literal["count", "rate", "days"]

NO_NOTE = Text("", "")

# Stocks at a moment are sums of daily changes: up to the end of the period, or up to the day before it.
STOCKS_AT_END = {
    "open": "open_change", "open_within": "within_change", "open_overdue": "overdue_change", "due_soon": "soon_change",
}  # fmt: skip
STOCKS_AT_START = {"carried_in": "open_change"}
_BY_DUE_DATE = frozenset((
    "early", "on_day", "late", "open_within", "open_overdue", "due_soon", "due", "due_on_time", "due_missed",
))  # fmt: skip


@dataclass(frozen=True)
class Metric:
    """A figure. `numerator` and `denominator` are sums of ledger columns or stocks, never SQL; `quantile` marks a
    figure of processing times that is not additive and is read from the dossiers. `minimum` is the denominator
    below which a rate is greyed and not ranked."""

    name: str
    label: Text
    numerator: tuple[str, ...]
    denominator: tuple[str, ...] = ()
    direction: Direction = "neither"
    format: Format = "count"
    minimum: int = MINIMUM
    quantile: float | None = None
    note: Text = NO_NOTE
    source: Text = NO_NOTE

    @property
    def is_rate(self) -> bool:
        return self.format == "rate"

    @property
    def needs_due(self) -> bool:
        """Whether it can be told only of dossiers that have a due date."""
        return not _BY_DUE_DATE.isdisjoint(self.numerator)

    def show(self, value: float | None, language: Language) -> str:
        """The value as a reader writes it: a count, a percentage with two decimals, days with one."""
        if self.format == "rate":
            return percent(value, language)
        return number(value, language, 1 if self.format == "days" else 0)

    def show_line(self, value: float | None, language: Language) -> str:
        """A mean or a limit of the value: those of small counts lie between whole numbers, and say so."""
        if self.format == "count" and value is not None and abs(value) < 100:
            return number(value, language, 1)
        return self.show(value, language)

    def show_target(self, value: float | None, language: Language) -> str:
        """A target as papers set it: with no more decimals than it has, at most two."""
        if value is None or self.format != "rate":
            return self.show(value, language)
        decimals = next((n for n in (0, 1) if round(value * 100, n) == round(value * 100, 6)), 2)
        return percent(value, language, decimals)

    def formula(self, language: Language) -> str:
        """Numerator over denominator in words."""
        if self.quantile is not None:
            share = percent(self.quantile, language, 0)
            return Text(f"phân vị {share} của thời gian giải quyết", f"{share} quantile of processing times")[language]
        top = " + ".join(_term(name, language) for name in self.numerator)
        if not self.denominator:
            return top
        bottom = " + ".join(_term(name, language) for name in self.denominator)
        return f"({top}) / ({bottom})" if len(self.numerator) + len(self.denominator) > 2 else f"{top} / {bottom}"


def _term(name: str, language: Language) -> str:
    label = METRICS[name].label if name in METRICS else COUNTS[name].label
    return label[language].lower()


_ENDED = ("early", "on_day", "late")
_RESOLVED = ("resolved",)
_RECEIVED = ("received",)
_FORM_06A = Text("Biểu II.06a/VPCP/KSTT, Thông tư 01/2020/TT-VPCP", "Form II.06a/VPCP/KSTT, Circular 01/2020/TT-VPCP")
_QD_766 = Text("Quyết định 766/QĐ-TTg ngày 23/6/2022", "Decision 766/QĐ-TTg of 23/6/2022")
_SOFTWARE = Text("Quy tắc đếm theo ngày của phần mềm một cửa", "Day-by-day counting of the one-stop software")
_8_HOURS = Text(
    "Chỉ đạo của các tỉnh về thời hạn tiếp nhận hồ sơ trực tuyến",
    "Provinces' orders on when online dossiers are accepted",
)
_PLAN = Text("Kế hoạch của mô hình", "The plan of the service model")
_OURS = Text("Cách tính của phần mềm này", "This product's own counting")
_CEPEJ = Text("Hướng dẫn thống kê tư pháp của CEPEJ", "CEPEJ guidelines on judicial statistics")


def _count(name: str, direction: Direction = "neither", *, source: Text, note: Text = NO_NOTE) -> Metric:
    return Metric(name, COUNTS[name].label, (name,), direction=direction, source=source, note=note)


# One metric a paragraph: name, label, what is counted over what, direction, format; then source and note.
# fmt: off
_DECLARED = (
    _count("received", source=_FORM_06A,
           note=Text("Hồ sơ tiếp nhận trong kỳ, không gồm hồ sơ kỳ trước chuyển sang và hồ sơ không được tiếp nhận.",
                     "Dossiers received in the period, without those carried in and those not accepted.")),
    Metric("carried_in", Text("Kỳ trước chuyển sang", "Carried in"), ("carried_in",), source=_FORM_06A,
           note=Text("Hồ sơ tiếp nhận trước kỳ và chưa kết thúc khi kỳ bắt đầu.",
                     "Dossiers received before the period and not ended when it begins.")),
    Metric("handled", Text("Tổng phải giải quyết", "Handled"), ("carried_in", "received"), source=_FORM_06A,
           note=Text("Kỳ trước chuyển sang cộng tiếp nhận; luôn bằng đã giải quyết cộng đang giải quyết.",
                     "Carried in plus received; always equal to resolved plus open.")),
    _count("resolved", source=_FORM_06A,
           note=Text("Hồ sơ kết thúc trong kỳ, gồm cả hồ sơ trả lại, rút.",
                     "Dossiers ended in the period, withdrawn and returned ones included.")),
    _count("early", "up", source=_SOFTWARE,
           note=Text("Kết thúc vào ngày trước ngày hẹn trả.", "Finished on a day before the due date.")),
    _count("on_day", "up", source=_SOFTWARE,
           note=Text("Kết thúc đúng ngày hẹn trả, hoặc không có hẹn trả.",
                     "Finished on the due date, or without a due date.")),
    Metric("on_time", Text("Trước và đúng hạn", "On time"), ("early", "on_day", "withdrawn"), direction="up",
           source=_FORM_06A,
           note=Text("Trước hạn, đúng hạn và trả lại, rút: mọi hồ sơ đã giải quyết trừ quá hạn.",
                     "Early, on day and withdrawn: every resolved dossier that is not late.")),
    _count("late", "down", source=_SOFTWARE,
           note=Text("Kết thúc sau ngày hẹn trả (hoặc sau giờ hẹn trả, nếu khu vực tính đến phút).",
                     "Finished after the due date (or the due time, where an area counts by the minute).")),
    _count("withdrawn", source=_FORM_06A,
           note=Text("Hồ sơ trả lại hoặc công dân rút, tính vào ngày kết thúc; biểu 06a in chung ở cột đúng hạn.",
                     "Returned or withdrawn dossiers, on their end date; form 06a prints them in the on-day column.")),
    _count("undated", source=_SOFTWARE,
           note=Text("Hồ sơ giải quyết xong không có hẹn trả; đã tính trong đúng hạn.",
                     "Finished dossiers without a due date; already counted in on day.")),
    Metric("open", Text("Đang giải quyết", "Open"), ("open",), source=_FORM_06A,
           note=Text("Hồ sơ chưa kết thúc vào cuối kỳ, gồm cả chờ bổ sung.",
                     "Dossiers not ended at the end of the period, those waiting for supplement included.")),
    Metric("open_within", Text("Đang giải quyết trong hạn", "Open within deadline"), ("open_within",),
           source=_FORM_06A,
           note=Text("Đang giải quyết và chưa qua ngày hẹn trả vào cuối kỳ; chờ bổ sung luôn tính là trong hạn.",
                     "Open and not past due at the end of the period; waiting for supplement is always within.")),
    Metric("open_overdue", Text("Đang giải quyết quá hạn", "Open and overdue"), ("open_overdue",), direction="down",
           source=_FORM_06A,
           note=Text("Đang giải quyết và đã qua ngày hẹn trả vào cuối kỳ.",
                     "Open and past the due date at the end of the period.")),
    Metric("due_soon", Text("Sắp đến hạn", "Due soon"), ("due_soon",), source=_OURS,
           note=Text(f"Đang giải quyết trong hạn mà chỉ còn tối đa {SOON} ngày làm việc đến ngày hẹn trả, vào cuối kỳ "
                     "(muộn nhất là ngày chốt số liệu); không gồm chờ bổ sung.",
                     f"Open within the deadline with at most {SOON} working days left to the due date, at the end of "
                     "the period (at the latest on the data date); without those waiting for supplement.")),
    Metric("clearance_rate", Text("Tỷ lệ giải quyết so với tiếp nhận", "Clearance rate"), _RESOLVED, _RECEIVED, "up",
           "rate", source=_CEPEJ,
           note=Text("Dưới 100 % thì tồn đọng tăng lên.", "Below 100% the backlog grows.")),
    Metric("early_rate", Text("Tỷ lệ trước hạn", "Early rate"), ("early",), _RESOLVED, "up", "rate", source=_SOFTWARE),
    Metric("on_day_rate", Text("Tỷ lệ đúng hạn", "On-day rate"), ("on_day",), _RESOLVED, "neither", "rate",
           source=_SOFTWARE),
    Metric("on_time_rate", Text("Tỷ lệ trước và đúng hạn", "On-time rate"), ("early", "on_day", "withdrawn"),
           _RESOLVED, "up", "rate", source=_FORM_06A,
           note=Text("Trên số hồ sơ đã giải quyết; hồ sơ trả lại, rút tính là đúng hạn.",
                     "Of resolved dossiers; withdrawn ones count as on time.")),
    Metric("late_rate", Text("Tỷ lệ quá hạn", "Late rate"), ("late",), _RESOLVED, "down", "rate", source=_SOFTWARE),
    Metric("on_time_rate_766", Text("Tỷ lệ đúng hạn theo QĐ 766", "On-time rate (Decision 766)"),
           ("early", "on_day", "withdrawn", "open_within"), ("resolved", "open"), "up", "rate", source=_QD_766,
           note=Text("Tính cả hồ sơ đang giải quyết trong hạn, trên tổng đã và đang giải quyết.",
                     "Counts open dossiers within their deadline too, of all resolved and open ones.")),
    Metric("open_overdue_rate", Text("Tỷ lệ quá hạn trong số đang giải quyết", "Overdue share of open"),
           ("open_overdue",), ("open",), "down", "rate", source=_SOFTWARE),
    _count("due", source=_OURS,
           note=Text("Hồ sơ có ngày hẹn trả rơi vào kỳ và đã qua khi chốt số liệu, xong hay chưa; hẹn trước ngày tiếp "
                     "nhận thì tính vào ngày tiếp nhận. Không gồm hồ sơ không có hẹn trả và hồ sơ chờ bổ sung.",
                     "Dossiers whose due date lies in the period and is past at the data date, ended or not; one due "
                     "before it was received counts on the day of receipt. Without those that have no due date or "
                     "wait for supplement.")),
    _count("due_on_time", "up", source=_OURS,
           note=Text("Đến hạn trong kỳ và đã kết thúc không muộn hơn ngày hẹn trả (hoặc giờ hẹn trả, nếu khu vực tính "
                     "đến phút), gồm cả trả lại, rút trước hạn.",
                     "Due in the period and ended no later than the due date (or the due time, where an area counts by "
                     "the minute), withdrawn before it or not.")),
    Metric("due_on_time_rate", Text("Tỷ lệ đúng hạn theo ngày đến hạn", "On-time rate by due date"), ("due_on_time",),
           ("due",), "up", "rate", source=_OURS,
           note=Text("Trên số hồ sơ đến hạn trong kỳ. Hồ sơ quá hạn bị tính là trễ ngay khi qua hạn dù chưa xong, kể "
                     "cả khi sau đó trả lại, rút: để hồ sơ quá hạn nằm lại không làm tỷ lệ này đẹp lên.",
                     "Of dossiers due in the period. One past its due date counts as missed at once, ended or not, "
                     "withdrawn later or not: leaving late dossiers open does not make this rate look better.")),
    _count("online", "up", source=_FORM_06A,
           note=Text("Hồ sơ tiếp nhận trong kỳ nộp qua mạng.",
                     "Dossiers received in the period that were filed online.")),
    _count("counter", source=_FORM_06A,
           note=Text("Hồ sơ tiếp nhận trong kỳ nộp tại quầy.",
                     "Dossiers received in the period at the counter.")),
    _count("postal", source=_FORM_06A,
           note=Text("Hồ sơ tiếp nhận trong kỳ nộp qua bưu chính công ích.",
                     "Dossiers received in the period that came by public post.")),
    Metric("online_rate", Text("Tỷ lệ trực tuyến", "Online rate"), ("online",), CHANNELS, "up", "rate",
           source=_QD_766,
           note=Text("Trên hồ sơ tiếp nhận trong kỳ biết rõ hình thức nộp; không gồm kỳ trước chuyển sang.",
                     "Of dossiers received in the period whose channel is known; those carried in are left out.")),
    Metric("counter_rate", Text("Tỷ lệ trực tiếp", "Counter rate"), ("counter",), CHANNELS, "neither", "rate",
           source=_FORM_06A),
    Metric("postal_rate", Text("Tỷ lệ bưu chính", "Postal rate"), ("postal",), CHANNELS, "neither", "rate",
           source=_FORM_06A),
    Metric("components_digitised_rate", Text("Tỷ lệ số hóa thành phần hồ sơ", "Components digitised rate"),
           ("components_digitised",), ("components_known",), "up", "rate", source=_QD_766,
           note=Text("Hồ sơ tiếp nhận trong kỳ; hồ sơ không rõ thì không tính vào tử số lẫn mẫu số.",
                     "Of dossiers received in the period; unknown ones are in neither numerator nor denominator.")),
    Metric("result_digitised_rate", Text("Tỷ lệ số hóa kết quả", "Result digitised rate"), ("result_digitised",),
           ("result_known",), "up", "rate", source=_QD_766,
           note=Text("Hồ sơ giải quyết xong trong kỳ, không gồm trả lại, rút và hồ sơ không rõ.",
                     "Of dossiers finished in the period without withdrawn ones; unknown ones are left out.")),
    Metric("online_payment_rate", Text("Tỷ lệ thanh toán trực tuyến", "Online payment rate"), ("paid_online",),
           ("fee_due",), "up", "rate", source=_QD_766,
           note=Text("Hồ sơ tiếp nhận trong kỳ có nghĩa vụ tài chính.",
                     "Of dossiers received in the period with a fee due.")),
    Metric("satisfaction_rate", Text("Tỷ lệ hài lòng", "Satisfaction rate"), ("satisfied",), ("rated",), "up", "rate",
           source=_QD_766,
           note=Text("Được 4 hoặc 5 điểm trên hồ sơ giải quyết xong trong kỳ có điểm đánh giá, không gồm trả lại, rút. "
                     "Quyết định 766 chấm hài lòng theo quá hạn và phản ánh: con số này không phải điểm đó.",
                     "Rated 4 or 5, of dossiers finished in the period with a rating, withdrawn ones left out. "
                     "Decision 766 scores satisfaction by late dossiers and petitions: this is not that score.")),
    Metric("accepted_in_time_rate", Text("Tỷ lệ tiếp nhận trong 8 giờ làm việc", "Accepted within 8 working hours"),
           ("accepted_in_time",), ("submitted",), "up", "rate", source=_8_HOURS,
           note=Text("Từ lúc nộp trực tuyến đến lúc tiếp nhận, trên hồ sơ trực tuyến tệp có ghi lúc nộp. Tám giờ làm "
                     "việc là một ngày làm việc: nộp ngoài 7:00–11:30 và 13:30–17:00 thì tính từ lúc mở cửa, hạn là "
                     "giờ đó của ngày làm việc kế tiếp.",
                     "From online filing to receipt, of online dossiers whose time of filing is known. Eight working "
                     "hours are a working day: what is filed outside 7:00-11:30 and 13:30-17:00 counts from opening, "
                     "and is due at that hour of the next working day.")),
    _count("same_day", "up", source=_SOFTWARE,
           note=Text("Giải quyết xong ngay trong ngày tiếp nhận; không gồm trả lại, rút.",
                     "Finished on the day of receipt; withdrawn ones left out.")),
    Metric("same_day_rate", Text("Tỷ lệ giải quyết trong ngày", "Same-day rate"), ("same_day",), _ENDED, "up", "rate",
           source=_SOFTWARE),
    Metric("mean_days", Text("Số ngày giải quyết bình quân", "Mean days"), ("minutes",), _ENDED, "down", "days",
           source=_QD_766,
           note=Text("Ngày dương lịch từ lúc tiếp nhận đến lúc kết thúc; không gồm trả lại, rút.",
                     "Calendar days from receipt to end; withdrawn ones left out.")),
    Metric("median_days", Text("Số ngày giải quyết trung vị", "Median days"), ("minutes",), _ENDED, "down", "days",
           quantile=0.5, source=_SOFTWARE,
           note=Text("Một nửa số hồ sơ giải quyết xong nhanh hơn số ngày này.",
                     "Half of the dossiers took fewer days than this.")),
    Metric("p90_days", Text("Số ngày giải quyết của 90 % hồ sơ", "90th percentile of days"), ("minutes",), _ENDED,
           "down", "days", quantile=0.9, source=_SOFTWARE,
           note=Text("Chín phần mười số hồ sơ giải quyết xong nhanh hơn số ngày này.",
                     "Nine in ten dossiers took fewer days than this.")),
    _count("model_received", source=_PLAN,
           note=Text("Hồ sơ của thủ tục trong danh mục, tiếp nhận vào ngày của mô hình tại đơn vị tham gia.",
                     "Dossiers of listed procedures received on the model's day at a participating unit.")),
    _count("model_due", source=_PLAN,
           note=Text("Trừ hồ sơ chờ bổ sung, trả lại, rút, hồ sơ chưa đến hạn cam kết (kể cả khi đã có kết quả) và hồ "
                     "sơ chỉ ghi ngày, không ghi giờ nên không rõ có đúng cam kết hay không (model_unknown).",
                     "Without dossiers waiting, withdrawn, due on a day to come (even if the result is there), or with "
                     "a date but no hour, so that it is not known whether the promise was kept (model_unknown).")),
    _count("model_kept", "up", source=_PLAN,
           note=Text("Trả kết quả (hoặc nộp trực tuyến) đúng như mô hình cam kết.",
                     "The result came (or the dossier was filed online) as the model promises.")),
    Metric("model_kept_rate", Text("Tỷ lệ thực hiện đúng cam kết", "Promise kept rate"), ("model_kept",),
           ("model_due",), "up",
           "rate", source=_PLAN),
)
# fmt: on

METRICS: dict[str, Metric] = {metric.name: metric for metric in _DECLARED}

# What stands beside a metric on the page that asks for it. Their dossiers can be listed; no other page offers them.
# fmt: off
_BESIDE = (
    _count("due_missed", "down", source=_OURS,
           note=Text("Đến hạn trong kỳ mà đến hạn chưa kết thúc, nay đã xong hay chưa.",
                     "Due in the period and not ended by then, whether it has ended since or not.")),
    _count("model_broken", "down", source=_PLAN,
           note=Text("Đã đến hạn theo cam kết mà không thực hiện đúng.", "The promise was due and not kept.")),
    _count("model_unknown", source=_PLAN,
           note=Text("Tệp chỉ ghi ngày tiếp nhận hoặc ngày kết thúc, không ghi giờ (hoặc ghi 00:00:00), mà cam kết "
                     "tính theo giờ: không rõ đúng hay không, không tính vào đã đến hạn.",
                     "The export has the date of receipt or end without its hour (or 00:00:00) and the promise is by "
                     "the hour: whether it was kept is not known, and it is not counted as due.")),
    _count("next_day_received", source=_PLAN,
           note=Text("Tiếp nhận theo mô hình sau giờ chốt, hẹn trả vào đầu ngày làm việc kế tiếp.",
                     "Received under the model after the cut-off, promised for early on the next working day.")),
    _count("next_day_due", source=_PLAN),
    _count("next_day_kept", "up", source=_PLAN),
)
# Columns 5 and 9 of form II.06a, which published sheets print and no page offers.
_OF_FORMS = (
    Metric("counter_or_postal", Text("Trực tiếp, bưu chính", "Counter or postal"), ("counter", "postal"),
           source=_FORM_06A),
    Metric("on_day_or_withdrawn", Text("Đúng hạn, cả trả lại, rút", "On day or withdrawn"), ("on_day", "withdrawn"),
           source=_FORM_06A),
)
# fmt: on
FIGURES: dict[str, Metric] = METRICS | {metric.name: metric for metric in (*_BESIDE, *_OF_FORMS)}


# What a reader chooses from: by subject, rates first.
# fmt: off
GROUPS: dict[str, tuple[Text, tuple[str, ...]]] = {
    "deadlines": (Text("Thời hạn", "Deadlines"), (
        "on_time_rate", "due_on_time_rate", "on_time_rate_766", "early_rate", "on_day_rate", "late_rate",
        "open_overdue_rate", "on_time", "early", "on_day", "late", "undated", "due", "due_on_time", "open_overdue",
        "open_within", "due_soon")),
    "volume": (Text("Khối lượng", "Volume"), (
        "clearance_rate", "received", "resolved", "open", "carried_in", "handled", "withdrawn")),
    "channels": (Text("Hình thức nộp", "Channels"), (
        "online_rate", "counter_rate", "postal_rate", "online", "counter", "postal")),
    "digitisation": (Text("Số hóa, phục vụ", "Digitisation and service"), (
        "components_digitised_rate", "result_digitised_rate", "online_payment_rate", "satisfaction_rate")),
    "models": (Text("Mô hình", "Service models"), (
        "model_kept_rate", "model_received", "model_due", "model_kept")),
    "time": (Text("Thời gian giải quyết", "Time taken"), (
        "same_day_rate", "accepted_in_time_rate", "mean_days", "median_days", "p90_days", "same_day")),
}
# fmt: on


def in_group(name: str) -> Text:
    """A metric with its subject before it, for a list that has no headings."""
    [subject] = [title for title, names in GROUPS.values() if name in names]
    label = METRICS[name].label
    return Text(f"{subject.vi} · {label.vi}", f"{subject.en} · {label.en}")


def target_for(metric: str, references: References, day: datetime.date, unit: str = "") -> Target | None:
    """The target in force on `day`: the unit's own first, then its level's, then everybody's; None if none is set."""
    level = references.units[unit].level if unit in references.units else ""
    valid = [t for t in references.targets if t.metric == metric and t.valid_from <= day <= t.valid_to]
    for wanted in ((unit, ""), ("", level), ("", "")):
        for target in valid:
            if (target.unit, target.level) == wanted:
                return target
    return None
