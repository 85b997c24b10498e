"""Words that must not be on a screen in the other language."""

import re
import unicodedata
from collections.abc import Iterable

from cchc.figures.metrics import METRICS
from cchc.findings import reconcile
from cchc.rules.references import References
from cchc.text import Language, quoted

# Words no Vietnamese sentence has, and no name of a place.
ENGLISH = set(
    """the of and with from this that which for was were are is not
    dossier dossiers unit units field fields level levels channel channels procedure procedures weekday counter postal
    late early received resolved overdue withdrawn backlog dataset snapshot period month months quarter year week day
    days previous before filter filters choose clear close show hide copy print light dark select search find press
    enter apply none all any nothing download upload uploaded browse drag drop limit per file files page pages data
    published rate rates target targets value values error warning running stop results options
    monday tuesday wednesday thursday friday saturday sunday january february march june july""".split()
)
VIETNAMESE = (
    "hồ sơ|đơn vị|thủ tục|lĩnh vực|tháng|quý|năm|ngày|tuần|quá hạn|đúng hạn|trước hạn|chỉ tiêu|số liệu|tỷ lệ|tất cả|"
    "bộ lọc|bỏ lọc|trực tuyến|trực tiếp|bưu chính|khu vực|tệp|dữ liệu|minh họa|xem|không|chọn|đang|đến|của|trong|"
    "tiếp nhận|giải quyết|kết quả|toàn bộ|tải|tìm|kỳ|nền|sao chép|thứ hai|chủ nhật|cấp"
)


def left_over(texts: Iterable[str], language: Language, known: Iterable[References]) -> set[str]:
    """What of `texts` is in the other language, but for names, ids and sources that come from the data."""
    ours = {f"{name}" for references in known for name in _named(references, language)} | {"English", "Tiếng Việt"}
    ours.add(", ".join(reconcile.COLUMNS))  # the headings of a file are the same in every language
    names = sorted((unicodedata.normalize("NFC", name) for name in ours), key=len, reverse=True)
    found = set()
    for text in texts:
        clean = unicodedata.normalize("NFC", " ".join(text.replace("\\", "").split()))
        if clean in METRICS:  # a metric's name in links and files is the same in every language
            continue
        for name in names:
            clean = clean.replace(name, " ")
        if _foreign(clean, language):
            found.add(clean)
    return found


def _foreign(text: str, language: Language) -> bool:
    if language == "vi":
        return bool(ENGLISH & set(re.findall(r"(?<![\w./-])[a-z]+(?![\w./-])", text.lower())))
    return bool(re.search(rf"\b(?:{VIETNAMESE})\b", text.lower()))


def _named(references: References, language: Language) -> Iterable[str]:
    """What comes from the data; the words of a Vietnamese paper stand on an English page as a quotation only."""
    yield from (unit.name for unit in references.units.values())
    yield from (procedure.name for procedure in references.procedures.values())
    yield from (quoted(target.source)[language] for target in references.targets)
    for model in references.models:
        yield from (quoted(start.source)[language] for start in (model.start, *model.alternative_starts))
    yield from (references.dataset.name["vi"], references.dataset.name["en"])
