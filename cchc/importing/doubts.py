"""What an import finds that would flatter the figures, each published only after an explicit yes."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass

from cchc.importing.problems import Report
from cchc.schema import UNDATED_MOST
from cchc.text import Text, UserError


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
            'nếu mã hồ sơ chỉ duy nhất trong một đơn vị hoặc một năm, ghi id = ["unit", "id"] hoặc id = ["year", "id"] '
            "ở đầu tệp ánh xạ để giữ cả hai",
            'if ids begin again in each unit or year, write id = ["unit", "id"] or id = ["year", "id"] at the head of '
            "the mapping to keep both",
        ),
    )


# By the name that `--accept` takes.
_DOUBTS: Mapping[str, Callable[[Report], Doubt | None]] = {"undated": _undated, "replaced": _replaced}
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
    vi, en = ("; ".join(f"{d.fault[language]}: {d.mend[language]}" for d in left.values()) for language in ("vi", "en"))
    return Text(f"{vi}, hoặc thêm {options} để vẫn công bố.", f"{en}, or add {options} to publish all the same.")


def check(report: Report, accepted: Collection[str]) -> None:
    """Raises UserError where something needs a yes and has none."""
    if question := open_question(report, accepted):
        raise UserError(question)
