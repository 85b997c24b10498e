"""What an import finds that would flatter the figures, each published only after an explicit yes."""

import datetime
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass

from cchc.importing.covering import LONGEST_SILENCE
from cchc.importing.problems import Report
from cchc.schema import UNDATED_MOST
from cchc.text import LANGUAGES, Text, UserError, both, capital, date, number, percent

# A larger share of rejected rows is the sign of a wrong file or mapping.
REJECTED_MOST = 0.05
_REJECTED = Text("{} trong {} hàng bị loại ({})", "{} of {} rows are rejected ({})")
_EMPTY = Text("cột {} có trong tệp nhưng trống ở cả {} hàng", "the column {} is there but blank in all {} rows")
_LATER = Text(
    "ngày chốt {} muộn hơn {} ngày so với việc cuối cùng ghi trong tệp ({})",
    "the as-of date {} is {} days after the last event in the file ({})",
)
_ALMOST_EMPTY = Text(
    "số liệu khai là có từ ngày {} nhưng từ ngày {} hồ sơ mới được tiếp nhận đều",
    "the data is declared to cover {} on, but receipts are dense only from {} on",
)
_MOVED = Text(
    "số liệu đang có từ ngày {}, sau lần nhập này có từ ngày {}", "the data covers {} on, and after this import {} on"
)


@dataclass(frozen=True)
class Doubt:
    """What was found, with its number, and how to mend it; both clauses without a full stop."""

    fault: Text
    mend: Text


def _undated(report: Report) -> Doubt | None:
    if not report.undated or report.undated / report.counts.kept <= UNDATED_MOST:
        return None
    return Doubt(
        report.lacking_due,
        Text(
            "không biết hồ sơ nào quá hạn mà vẫn tính là đúng hạn; sửa cột ngày hẹn trả trong tệp hoặc ánh xạ",
            "which are late is not known, and they count as on time; mend the due date column of the file or mapping",
        ),
    )


def _replaced(report: Report) -> Doubt | None:
    if not report.replaced.count:
        return None
    return Doubt(
        report.replaced.describe(report.names),
        Text(
            "nếu số hồ sơ bắt đầu lại ở mỗi đơn vị hoặc mỗi năm, chọn như vậy ở mục Các cột của tệp trên trang Dữ "
            'liệu, hoặc ghi id = ["unit", "id"] hoặc id = ["year", "id"] ở đầu tệp ánh xạ, để giữ cả hai',
            "if dossier numbers begin again in each unit or year, say so under Columns of the file on the page Data, "
            'or write id = ["unit", "id"] or id = ["year", "id"] at the head of the mapping, to keep both',
        ),
    )


def _rejected(report: Report) -> Doubt | None:
    rejected, rows = report.counts.rejected - report.footers, report.counts.read - report.footers
    if rejected <= REJECTED_MOST * rows:
        return None
    return Doubt(
        both(
            lambda language: _REJECTED[language].format(
                number(rejected, language), number(rows, language), percent(rejected / rows, language)
            )
        ),
        Text(
            "mọi con số thiếu các hồ sơ ấy; sửa tệp hoặc ánh xạ theo danh sách vấn đề",
            "every figure lacks these dossiers; mend the file or the mapping by the list of problems",
        ),
    )


def _filled(report: Report) -> Doubt | None:
    if not report.filled:
        return None
    return Doubt(
        both(lambda language: "; ".join(each[language] for each in report.filled)),
        Text(
            "nếu không phải, hồ sơ bị tính cho đơn vị hoặc thủ tục khác; xem các hàng đầu, hoặc ghi đủ từng hàng rồi "
            "kiểm tra lại",
            "if not so, dossiers count for another unit or procedure; see the first rows, or write it on every row",
        ),
    )


def _empty(report: Report) -> Doubt | None:
    if not report.empty:
        return None
    titles = ", ".join(f"“{title}”" for title in report.empty)
    return Doubt(
        both(lambda language: _EMPTY[language].format(titles, number(report.counts.read, language))),
        Text(
            "những gì cột ấy phải nói thì không biết, không phải là không có; kiểm tra lại cách xuất tệp",
            "what it should say is not known, which does not mean there is none; see how the file was exported",
        ),
    )


def _as_of(report: Report) -> Doubt | None:
    last = report.last_event
    if last is None or (days := (report.as_of - last).days) <= LONGEST_SILENCE:
        return None
    return Doubt(
        both(
            lambda language: _LATER[language].format(
                date(report.as_of, language), number(days, language), date(last, language)
            )
        ),
        Text(
            "hồ sơ chưa giải quyết bị coi là quá hạn đến ngày chốt, tháng thiếu số liệu thành số 0; ghi ngày xuất tệp",
            "open dossiers count as overdue up to it, and months without data as zero; say the day of the export",
        ),
    )


def _swapped(report: Report) -> Doubt | None:
    if not report.swapped:
        return None
    return Doubt(
        both(lambda language: "; ".join(each.describe()[language] for each in report.swapped)),
        Text(
            "nếu vậy, hồ sơ bị tính sai tháng; xuất lại tệp từ phần mềm và nhập ngay, không mở rồi lưu bằng Excel",
            "if so, dossiers are counted in wrong months; export the file again and import it as it is, not saved by "
            "Excel",
        ),
    )


def _coverage(report: Report) -> Doubt | None:
    since = report.since
    if since is None:
        return None
    if (since.dense - since.coverage.start).days > LONGEST_SILENCE and since.coverage.start != since.was:
        return Doubt(
            _said(_ALMOST_EMPTY, since.coverage.start, since.dense),
            Text(
                "các tháng ở giữa thành số 0; ghi đúng ngày số liệu bắt đầu",
                "the months between become zero; say the day the data really begins",
            ),
        )
    if since.was in (None, since.coverage.start):
        return None
    return Doubt(
        _said(_MOVED, since.was, since.coverage.start),
        Text(
            "chỉ các kỳ từ ngày mới trở đi được tính và so sánh; ghi đúng ngày số liệu bắt đầu",
            "only periods from the new day on are counted and compared; say the day the data really begins",
        ),
    )


def _said(words: Text, *days: datetime.date) -> Text:
    return both(lambda language: words[language].format(*(date(day, language) for day in days)))


# By the name that `--accept` takes.
_DOUBTS: Mapping[str, Callable[[Report], Doubt | None]] = {
    "undated": _undated, "replaced": _replaced, "rejected": _rejected, "blocks": _filled, "empty": _empty,
    "swapped": _swapped, "as-of": _as_of, "coverage": _coverage,
}  # fmt: skip
NAMES = tuple(_DOUBTS)


def of(report: Report) -> dict[str, Doubt]:
    """What of this import needs a yes, by name."""
    return {name: doubt for name, found in _DOUBTS.items() if (doubt := found(report))}


def open_question(report: Report, accepted: Collection[str]) -> Text | None:
    """Why this import is not published yet, as one sentence; None once everything it needs a yes to is accepted."""
    left = {name: doubt for name, doubt in of(report).items() if name not in accepted}
    if not left:
        return None
    options = " ".join(f"--accept {name}" for name in left)
    vi, en = (
        capital("; ".join(f"{doubt.fault[language]}: {doubt.mend[language]}" for doubt in left.values()))
        for language in LANGUAGES
    )
    return Text(f"{vi}, hoặc thêm {options} để vẫn công bố.", f"{en}, or add {options} to publish all the same.")


def check(report: Report, accepted: Collection[str]) -> None:
    """Raises UserError where something needs a yes and has none."""
    if question := open_question(report, accepted):
        raise UserError(question)
