"""What crossed a limit or a target since an earlier snapshot: as lines, as a CSV file, as a paper."""

import csv
import io
from collections.abc import Sequence
from functools import partial

from cchc.figures import filters, query
from cchc.figures.metrics import METRICS
from cchc.findings import attention, news
from cchc.findings.attention import Crossing
from cchc.findings.evaluation import Evaluation, evaluations
from cchc.reports import decree30
from cchc.reports.asked import Asked
from cchc.reports.paper import Blank, Heading, Link, Paper, Prose, say
from cchc.reports.phrases import two_digits
from cchc.store.snapshots import Snapshot
from cchc.text import Language, Text, UserError, date, harmless, legible

KIND = "canh-bao"
ENDINGS = (".csv", ".docx")
_DEMO = Text("Dữ liệu minh họa", "Demo data")
_KINDS = {"change": Text("xấu đi thật", "really worse"), "target": Text("chưa đạt chỉ tiêu", "short of its target")}
_HEADS = (
    Text("Đơn vị", "Unit"), Text("Chỉ số", "Figure"), Text("Cảnh báo", "Alert"), Text("Từ ngày", "From"),
    Text("Đến ngày", "To"), Text("Giá trị", "Value"), Text("Trung bình hoặc chỉ tiêu", "Mean or target"),
    Text("Nội dung", "Sentence"), Text("Liên kết", "Link"), Text("Bản số liệu", "Snapshot"),
)  # fmt: skip


def since(asked: Asked, earlier: Snapshot | None) -> list[Crossing]:
    """What crossed in the last whole month of the snapshot asked and had not in that of an earlier one; all that is
    beyond its bounds where there is no earlier one."""
    return attention.since(asked.run, asked.snapshot, asked.filters, earlier)


def file_name(asked: Asked) -> str:
    """The name of the paper `made` writes: of which data, not of which period."""
    return f"{KIND}-{asked.snapshot.dataset}-{asked.snapshot.as_of}.docx"


def made(asked: Asked) -> bytes:
    """The paper of what crossed since the snapshot before this one. Raises UserError where nothing did: nobody is sent
    an alert about nothing."""
    earlier = news.before(asked.data, asked.snapshot)
    crossings = since(asked, earlier)
    if not crossings:
        raise UserError(
            Text(
                "Không có số liệu nào mới xấu đi thật hoặc chưa đạt chỉ tiêu.",
                "No figure has become really worse or fallen short of its target.",
            )
        )
    return to_file(asked, earlier, crossings, ".docx", "vi")


def lines(asked: Asked, crossings: Sequence[Crossing], language: Language) -> list[str]:
    """Each crossing as a sentence, and its evidence below; demo data says that it is one."""
    said = [text for each in crossings for text in (legible(each.sentence[language]), f"  {_link(asked, each)}")]
    return [_DEMO[language], *said] if said and asked.snapshot.demo else said


def to_file(
    asked: Asked, earlier: Snapshot | None, crossings: Sequence[Crossing], ending: str, language: Language
) -> bytes:
    """The crossings as a .csv file, or as a paper in Vietnamese (.docx); they say so where there are none."""
    return (
        _csv(asked, crossings, language)
        if ending == ".csv"
        else decree30.write(_paper(asked, earlier, crossings), True)
    )


def _csv(asked: Asked, crossings: Sequence[Crossing], language: Language) -> bytes:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow([head[language] for head in _HEADS])
    counted = asked.filters.counted_by(asked.snapshot.references)
    demo = _DEMO[language].lower() if asked.snapshot.demo else ""
    about = ", ".join(filter(None, (demo, counted[language] if counted else "")))
    snapshot = asked.snapshot.id + (f" ({about})" if about else "")
    for each in crossings:
        sentence = legible(each.sentence[language])
        unit = asked.snapshot.references.units[each.unit].name if each.unit else sentence.partition(":")[0]
        texts = (unit, METRICS[each.metric].label[language], _KINDS[each.kind][language])
        days = (each.period.start.isoformat(), each.period.end.isoformat())
        cells = (*texts, *days, f"{each.value:.6g}", f"{each.bound:.6g}", sentence, _link(asked, each), snapshot)
        writer.writerow([harmless(legible(cell)) for cell in cells])
    return out.getvalue().encode("utf-8-sig")


def _paper(asked: Asked, earlier: Snapshot | None, crossings: Sequence[Crossing]) -> Paper:
    worse, targets = ([each for each in crossings if each.kind == kind] for kind in _KINDS)
    after = f" so với bản số liệu chốt đến ngày {date(earlier.as_of, 'vi')}" if earlier else ""
    return Paper(
        head=asked.letterhead(KIND),
        subject=f"Các số liệu mới xấu đi thật, chưa đạt chỉ tiêu {asked.territory}",
        body=(
            say(
                f"Theo số liệu chốt đến ngày {date(asked.snapshot.as_of, 'vi')}{after}, tháng gần nhất có đủ số liệu "
                f"{_new(len(worse), len(targets))}."
            ),
            Heading(2, "1. Xấu đi thật"),
            *_listed(asked, worse),
            Heading(2, "2. Chưa đạt chỉ tiêu"),
            *_listed(asked, targets),
            Heading(2, "3. Các mô hình"),
            *_of_models(_judged_anew(asked, earlier)),
            Heading(2, "4. Nguyên nhân, biện pháp"),
            say("- ", Blank("nguyên nhân, biện pháp khắc phục"), "./."),
        ),
        annexes=(),
        origin=asked.origin,
        demo=asked.snapshot.demo,
    )


def _judged_anew(asked: Asked, earlier: Snapshot | None) -> list[Evaluation]:
    """The models of which something else is said than in an earlier snapshot, in the same words as on their pages."""
    before = evaluations(partial(query.run, earlier), earlier, filters.defaults(earlier)) if earlier else []
    known = {each.design.model.id: each.conclusion.state for each in before}
    now = evaluations(asked.run, asked.snapshot, asked.filters)
    return [each for each in now if known.get(each.design.model.id) != each.conclusion.state]


def _of_models(anew: Sequence[Evaluation]) -> list[Prose]:
    if not anew:
        return [say("Không có mô hình nào có kết luận khác trước.")]
    return [say(f"- {each.named.vi}") for each in anew]


def _new(worse: int, targets: int) -> str:
    if not worse and not targets:
        return "không phát sinh số liệu xấu đi thật hoặc chưa đạt chỉ tiêu"
    return f"mới có {two_digits(worse)} số liệu xấu đi thật và {two_digits(targets)} số liệu chưa đạt chỉ tiêu"


def _listed(asked: Asked, crossings: Sequence[Crossing]) -> list[Prose]:
    if not crossings:
        return [say("Không có số liệu nào.")]
    return [say(f"- {each.sentence.vi} (", Link("xem số liệu", _link(asked, each)), ")") for each in crossings]


def _link(asked: Asked, crossing: Crossing) -> str:
    return asked.link("xu-huong", crossing.filters, metric=crossing.metric)
