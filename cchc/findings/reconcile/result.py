"""A table of published figures after all checks: findings worst first, and how each figure stands."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from cchc.entered.published.statements import Figure, Table
from cchc.figures.query import Run
from cchc.findings.reconcile import counts, facts, percentages, ranges, sentences
from cchc.findings.reconcile.case import Case
from cchc.findings.reconcile.findings import SEVERITIES, Finding, Severity, Standing
from cchc.findings.reconcile.records import Recount, disagreeing, recount
from cchc.store.snapshots import Snapshot
from cchc.text import Language, Text, both, number

EVERY_CHECK = (
    percentages.share, percentages.granularity, percentages.hundred, percentages.over_hundred, percentages.growth,
    percentages.change, counts.parts, counts.subset, counts.listing, ranges.overall,
    ranges.quantiles, ranges.carried, facts.starts, facts.differing,
)  # fmt: skip
# A difference from the records below this (points of a rate, per cent of a count) is looked at, not called wrong:
# records are entered late and corrected.
SMALL = {"percent": Fraction(1, 10), "point": Fraction(1, 10), "count": Fraction(1), "days": Fraction(1, 10)}


@dataclass(frozen=True)
class Reconciliation:
    """A table of published figures after all checks: findings worst first, what the records say of each figure, and
    how each figure stands."""

    table: Table
    findings: tuple[Finding, ...]
    again: Mapping[str, Recount]
    standings: Mapping[str, Standing]

    def count(self, standing: Standing) -> int:
        """How many figures stand so."""
        return sum(each == standing for each in self.standings.values())


def reconcile(run: Run, snapshot: Snapshot, table: Table) -> Reconciliation:
    """Every check of a table of published figures, against itself and against the records of a snapshot."""
    case = Case(table, snapshot.references, recount(run, snapshot, table))
    found = [finding for check in EVERY_CHECK for finding in check(case)]
    found += _records(
        case, {figure.id for finding in found if finding.severity != "note" for figure in finding.disputed}
    )
    order: Sequence[Severity] = tuple(SEVERITIES)
    found.sort(key=lambda finding: (order.index(finding.severity), -finding.gap))
    return Reconciliation(table, tuple(found), case.again, _standings(case, found))


def _records(case: Case, explained: set[str]) -> Iterator[Finding]:
    """Figures the records contradict and no other check has found; those of one percentage and its rest together."""
    groups: dict[object, list[tuple[Figure, Recount]]] = {}
    for figure, again in disagreeing(case.table, case.again):
        if figure.id not in explained:
            denominator = again.denominator if figure.meaning.kind == "rate" else figure.id
            groups.setdefault((figure.document, figure.scope, figure.period, denominator), []).append((figure, again))
    for pairs in groups.values():
        pairs.sort(key=lambda pair: pair[0].printed.value)
        figures, again_ = tuple(figure for figure, _ in pairs), [again for _, again in pairs]
        gap = max(_gap(figure, again) for figure, again in pairs)
        severity: Severity = "check" if gap < SMALL.get(figures[0].meaning.unit, 0) else "wrong"
        sentence = sentences.records(figures, again_, case.references)
        yield Finding("records", severity, figures, figures, sentence, {}, True, gap, True)


def _gap(figure: Figure, again: Recount) -> Fraction:
    """How far a figure is from the records: in per cent of a count, otherwise in its own unit."""
    difference = abs(figure.printed.value - again.value)
    return 100 * difference / max(again.value, Fraction(1)) if figure.meaning.unit == "count" else difference


def _standings(case: Case, findings: Sequence[Finding]) -> dict[str, Standing]:
    standings: dict[str, Standing] = {}
    for figure in case.table.figures:
        compared = figure.id in case.examined or figure.id in case.again
        standings[figure.id] = "agree" if compared else "unchecked"
    for finding in reversed(findings):  # the worst is said last
        if finding.severity != "note":
            standings |= {figure.id: finding.severity for figure in finding.disputed}
    return standings


def selected(findings: Sequence[Finding], document: str, check: str) -> list[Finding]:
    """The findings about one document ("" = any) of one check ("" = any)."""
    return [
        each for each in findings
        if document in ("", *each.documents)
        and (check in ("", each.check) or (check == "records" and each.in_records))
    ]  # fmt: skip


def answer(result: Reconciliation) -> Text:
    """How many published figures agree, contradict or are to be looked at, as one sentence."""
    total = len(result.table.figures)
    if not total:
        return Text(
            "Chưa có số đã công bố nào để đối soát; tải lên một bảng ở cuối trang.",
            "There is no published figure yet; upload a table at the foot of the page.",
        )
    agree, wrong = result.count("agree"), result.count("wrong")
    doubtful, unchecked = result.count("check"), result.count("unchecked")
    vi = [f"{number(agree, 'vi')} trên {number(total, 'vi')} số đã công bố khớp"]
    en = [f"{number(agree, 'en')} of {number(total, 'en')} published figures agree"]
    vi.append(f"{number(wrong, 'vi')} số mâu thuẫn" if wrong else "không số nào mâu thuẫn")
    en.append(f"{number(wrong, 'en')} contradict others" if wrong else "none contradicts")
    if doubtful:
        vi.append(f"{number(doubtful, 'vi')} số cần xem lại")
        en.append(f"{number(doubtful, 'en')} should be looked at")
    if unchecked:
        vi.append(f"{number(unchecked, 'vi')} số không có gì để đối chiếu")
        en.append(f"{number(unchecked, 'en')} have nothing to be compared with")
    return Text(", ".join(vi) + ".", ", ".join(en) + ".")


def counted(findings: Sequence[Finding]) -> Text:
    """How many findings there are of each severity: "7 mâu thuẫn, 3 cần xem lại"."""

    def say(language: Language) -> str:
        counts = {severity: sum(each.severity == severity for each in findings) for severity in SEVERITIES}
        return ", ".join(
            f"{number(count, language)} {SEVERITIES[severity][language].lower()}"
            for severity, count in counts.items()
            if count
        )

    return both(say)
