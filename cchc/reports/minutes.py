"""The draft of a meeting's minutes (biên bản), laid out as Nghị định 30/2020/NĐ-CP, Mẫu 1.10, has them."""

from collections.abc import Sequence
from dataclasses import replace

from cchc.entered.meetings import MEASURES, Commitment
from cchc.findings import agenda
from cchc.findings.agenda import Brief, Line, Outcome, heads, words
from cchc.findings.summary import STATES, Headline
from cchc.reports import decree30, settings
from cchc.reports.paper import Annex, Blank, Block, Heading, Letterhead, Paper, Piece, Table, say
from cchc.reports.phrases import dated
from cchc.text import NOT_AVAILABLE, Language, date, number, within

KIND = "bien-ban"
# So many units stand in the text; all are in the annex.
_MOST = 10


def write(brief: Brief, language: Language) -> bytes:
    """The minutes as a .docx file, in Vietnamese whatever the reader's `language`."""
    return decree30.write(paper(brief), working=True)


def paper(brief: Brief) -> Paper:
    """What the figures and the store know is written; what only those present know is left blank, marked yellow."""
    return Paper(
        head=letterhead(brief),
        subject=brief.meeting.title,
        body=(
            *_present(brief),
            *_numbered(
                _earlier(brief), _figures(brief), _models(brief), _units(brief), _discussed(), _conclusions(brief),
                _promised(brief),
            ),
            say("Cuộc họp kết thúc vào ", Blank("giờ, phút"), f", {dated(brief.meeting.held_on)}./."),
        ),
        annexes=(_annex(brief),),
        origin=words.origin(brief).vi,
        demo=brief.snapshot.demo,
        form="minutes",
    )  # fmt: skip


def _numbered(*sections: list[Block]) -> list[Block]:
    """The sections in a row, their headings numbered; an empty one is left out."""
    found: list[Block] = []
    for place, (heading, *blocks) in enumerate(filter(None, sections), start=1):
        found += [
            replace(heading, text=f"{place}. {heading.text}") if isinstance(heading, Heading) else heading,
            *blocks,
        ]
    return found


def letterhead(brief: Brief) -> Letterhead:
    """What stands around the minutes. Raises UserError where the area declares it wrongly."""
    head = settings.read(brief.data, brief.meeting.dataset).letterhead(KIND)
    kind, _, office = head.symbol.partition("-")
    return replace(head, symbol=f"BB-{office}" if kind != "BB" else head.symbol)


def _present(brief: Brief) -> list[Block]:
    return [
        say("Thời gian bắt đầu: ", Blank("giờ, phút"), f", {dated(brief.meeting.held_on)}."),
        say("Địa điểm: ", Blank("nơi họp")),
        say("Thành phần tham dự: ", Blank("thành viên Ban chỉ đạo, đại diện các đơn vị")),
        say("Chủ trì (chủ tọa): ", Blank("họ và tên, chức vụ")),
        say("Thư ký (người ghi biên bản): ", Blank("họ và tên, chức vụ")),
        say("Nội dung (theo diễn biến cuộc họp):"),
    ]


def _earlier(brief: Brief) -> list[Block]:
    blocks: list[Block] = [Heading(2, "Kết quả thực hiện cam kết của các cuộc họp trước")]
    if not brief.earlier:
        return [*blocks, say("Không có cam kết nào của cuộc họp trước cần xem xét.")]
    rows = tuple(_outcome(place, each) for place, each in enumerate(brief.earlier, start=1))
    titles = ("TT", *(each.vi for each in (heads.SUBJECT, heads.PROMISE, heads.THEN, heads.SINCE, heads.OUTCOME)))
    return [
        *blocks,
        say(f"{words.kept(brief.earlier).vi} ({within(agenda.MEASURED.vi)})."),
        Table(titles, (8, 20, 32, 15, 15, 15), rows, texts=6, whole=False),
    ]


def _outcome(place: int, outcome: Outcome) -> tuple[Piece | int, ...]:
    promised = outcome.commitment
    wanted, by = words.wanted(promised, "vi"), words.promised_by(outcome, "vi")
    what = f"{promised.what}. {outcome.metric.label.vi}: {wanted}. {by}."
    values = (" ".join(_measured(outcome, value)) for value in (outcome.then, outcome.now))
    verdict = "; ".join(filter(None, (words.verdict(outcome).vi, words.beside(outcome).vi)))
    return (f"{place}", outcome.subject.vi, what, *values, verdict)


def _measured(outcome: Outcome, value: agenda.Value | None) -> list[str]:
    shown, below = words.measured(outcome.metric, value, "vi")
    return [shown, f"({below})"] if below else [shown]


def _figures(brief: Brief) -> list[Block]:
    period = brief.filters.period.label("vi")
    return [
        Heading(2, f"Kết quả giải quyết hồ sơ {period}"),
        *(say(f"- {_headline(each)}") for each in brief.headlines),
    ]


def _headline(figure: Headline) -> str:
    metric = figure.metric
    said = f"{figure.label.vi}: {words.shown(metric, figure.value, 'vi')}"
    if metric.is_rate and figure.denominator is not None:
        said += f" ({number(figure.numerator, 'vi')} trên {number(figure.denominator, 'vi')} hồ sơ)"
    days = f"{figure.so_far} ngày đầu của " if figure.so_far and figure.day is None else ""
    changes = ((figure.previous, f"{days}kỳ trước"), (figure.year_before, f"{days}cùng kỳ năm trước"))
    parts = [
        f"so với {when} {figure.change_text(other, 'vi')}"
        for other, when in changes
        if figure.change_text(other, "vi") != NOT_AVAILABLE
    ]
    if figure.state and figure.target is not None:
        parts.append(f"{STATES[figure.state].vi} ({words.target_shown(metric, figure.target, 'vi')})")
    if figure.caution:
        parts.append(figure.caution.vi)
    return "; ".join([said, *parts]) + "."


def _models(brief: Brief) -> list[Block]:
    if not brief.models:
        return []
    said = (say(f"- {each.vi}") for each in words.of_models(brief))
    return [Heading(2, f"Kết quả các mô hình, {within(words.models_until(brief).vi)}"), *said]


def _discussed() -> list[Block]:
    return [Heading(2, "Ý kiến thảo luận"), say(Blank("ý kiến của các thành viên, các đơn vị"))]


def _units(brief: Brief) -> list[Block]:
    first = brief.agenda.group("first")
    blocks: list[Block] = [Heading(2, "Đơn vị cần bàn"), say(words.answer(brief).vi)]
    if not first:
        return blocks
    more = [say(f"({_MOST} đơn vị đầu trong {len(first)}; danh sách đầy đủ ở phụ lục)")] if len(first) > _MOST else []
    return [*blocks, *more, _table(brief, first[:_MOST], short=True)]


def _table(brief: Brief, lines: Sequence[Line], short: bool) -> Table:
    """Units with their rates; a `short` one leaves what is usual for each to the annex."""
    metric = brief.agenda.metric
    rows = tuple(
        (
            f"{place}", brief.unit_names[line.unit], words.standing(line, metric).vi,
            metric.show(line.value, "vi"), f"{number(line.top, 'vi')} / {number(line.bottom, 'vi')}",
            metric.show(line.previous, "vi"), words.difference(line, "vi"),
            *(() if short else (words.usual(line, "vi"),)),
        )
        for place, line in enumerate(lines, start=1)
    )  # fmt: skip
    more = () if short else (heads.USUAL,)
    titles = (heads.UNIT, heads.WHY, heads.NOW, heads.PARTS, heads.BEFORE, heads.CHANGE, *more)
    widths = (8, 24, 26, 14, 16, 14, 18, *(() if short else (24,)))
    return Table(("TT", *(each.vi for each in titles)), widths, rows, texts=3, whole=False)


def _conclusions(brief: Brief) -> list[Block]:
    noted = [line for line in brief.meeting.notes.split("\n") if line.strip()]
    said = [say(line) for line in noted] or [say(Blank("kết luận của chủ trì"))]
    return [Heading(2, "Kết luận"), *said]


def _promised(brief: Brief) -> list[Block]:
    heading = Heading(2, "Cam kết của các đơn vị")
    if not brief.promised:
        return [heading, say(Blank("nội dung cam kết, đơn vị, thời hạn; hoặc: không có cam kết mới"))]
    rows = tuple(_commitment(brief, place, each) for place, each in enumerate(brief.promised, start=1))
    titles = ("TT", *(each.vi for each in (heads.SUBJECT, heads.PROMISE, heads.WANTED, heads.OFFICE, heads.DUE)))
    return [heading, Table(titles, (8, 20, 30, 22, 20, 17), rows, texts=6, whole=False)]


def _commitment(brief: Brief, place: int, promised: Commitment) -> tuple[Piece | int, ...]:
    wanted = f"{MEASURES[promised.metric].label.vi} {words.wanted(promised, 'vi')}"
    return (f"{place}", brief.subject(promised).vi, promised.what, wanted, promised.who, date(promised.due, "vi"))


def _annex(brief: Brief) -> Annex:
    about = words.compared_with(brief.agenda).vi
    return Annex(
        "Số liệu từng đơn vị", (say(f"{about}."), _table(brief, brief.agenda.lines, short=False)), landscape=True
    )
