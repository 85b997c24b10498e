"""Whether a model worked: one plain sentence in the text of its report, and all it hangs on in a supplement, once."""

from collections.abc import Sequence

from cchc.findings.evaluation import Evaluation, verdicts
from cchc.findings.evaluation.design import Kind
from cchc.findings.trends import Marker
from cchc.reports.paper import Prose, say
from cchc.statistics.impact import Estimate
from cchc.text import date, within

_AGAINST: dict[Kind, str] = {
    "units": "so với đơn vị không thực hiện",
    "staggered": "so với đơn vị chưa thực hiện",
    "weekday": "so với ngày khác và thủ tục ngoài danh mục",
    "access": "",
}


def stated(judged: Evaluation) -> Prose:
    """The conclusion over all data since the start, without its interval and conditions."""
    return say(
        f"Đánh giá tác động, tính từ khi bắt đầu đến ngày {_until(judged)}: {within(concluded(judged))} (độ chắc chắn "
        "và điều kiện của kết luận này nêu tại phụ lục kèm theo)."
    )


def concluded(judged: Evaluation) -> str:
    """What was concluded and, where it worked, by how much: "Có tác dụng, tỷ lệ trực tuyến tăng thêm 30,4 điểm % …"."""
    answer, design = judged.conclusion, judged.design
    if answer.state != "improved" or not isinstance(answer.estimate, Estimate):
        return answer.claim.vi
    size = verdicts.moved(answer.estimate, "vi")
    return f"{answer.claim.vi}, {within(design.outcome.label.vi)} {size} {_AGAINST[design.kind]}".rstrip()


def in_full(judged: Evaluation, markers: Sequence[Marker]) -> list[Prose]:
    """The conclusion in the words of the model's page, with interval and conditions, what else of the `markers`
    happened in the days judged, and whether dossiers only moved from other days."""
    return [
        say(f"Đánh giá tác động, tính đến ngày {_until(judged)}: {within(judged.verdict.vi)}"),
        *(say(each.vi) for each in judged.beside(markers)),
        say(judged.shift.sentence.vi),
    ]


def _until(judged: Evaluation) -> str:
    return date(judged.design.phase.end, "vi")
