"""The monthly report on the reform of administrative procedures, in the form of thị xã Mỹ Hào's."""

import datetime
from collections.abc import Sequence

import pandas as pd

from cchc.entered import registers
from cchc.entered.registers import INTERNAL, PETITIONS, REVIEWS, TASKS, Register, Row
from cchc.figures.filters import Filters
from cchc.figures.metrics import METRICS
from cchc.figures.periods import Period
from cchc.findings import cohort, trends
from cchc.reports import lateness, paragraphs, year
from cchc.reports.asked import Asked
from cchc.reports.narrative import Part, told
from cchc.reports.paper import Annex, Blank, Block, Heading, Paper, Piece, Prose, Table, say, see
from cchc.reports.paragraphs import Change
from cchc.reports.phrases import share, two_digits, written
from cchc.store.coverage import is_covered
from cchc.text import NOT_AVAILABLE, Text, capital, date, number, within

KIND = "bao-cao-thang"
HIGHLIGHTS = Part("noi-bat", Text("kết quả nổi bật khác", "other notable results"))
DIFFICULTIES = Part("kho-khan", Text("tồn tại, khó khăn, vướng mắc khác", "other shortcomings and difficulties"))
CAUSES = Part("nguyen-nhan", Text("nguyên nhân", "causes"))
TASKS_AHEAD = Part("nhiem-vu", Text("nhiệm vụ trọng tâm khác", "other main tasks"))
PROPOSALS = Part("kien-nghi", Text("kiến nghị, đề xuất", "proposals"))
PARTS = (HIGHLIGHTS, DIFFICULTIES, CAUSES, TASKS_AHEAD, PROPOSALS)


def build(asked: Asked) -> Paper:
    """The report of the period, with what the registers know of it.

    Raises UserError where a register cannot be read.
    """
    head, where = asked.letterhead(KIND), asked.territory
    tasks = _tasks(asked)
    figures, listed = [*year.annex(asked), *_by_unit(asked)], _list(asked, tasks)
    late = lateness.annex(asked)
    annexes = (*figures, *late, *listed)
    changes, compared = _compared(asked)
    which = f" (hồ sơ {asked.dossiers})" if asked.dossiers else ""
    return Paper(
        head=head,
        subject=f"Tình hình, kết quả thực hiện công tác cải cách thủ tục hành chính {asked.period_name} {where}{which}",
        body=(
            *paragraphs.opening(head, f"báo cáo kết quả thực hiện {asked.period_name} {where}{which} như sau:"),
            Heading(1, "I. Kết quả thực hiện"),
            *_rules(asked),
            *_petitions(asked),
            *_dossiers(asked, compared),
            *([see(0, len(figures) - 1, len(annexes), "Số liệu chi tiết")] if figures else []),
            *([see(len(figures), len(figures), len(annexes), "Danh sách hồ sơ quá hạn")] if late else []),
            *_plan(asked, tasks),
            *([see(len(annexes) - 1, len(annexes) - 1, len(annexes), "Danh mục nhiệm vụ")] if listed else []),
            *_assessment(asked, changes),
            Heading(1, f"III. Nhiệm vụ trọng tâm của {_next(asked.filters)}"),
            *_coming(tasks, asked.until),
            *told(asked, KIND, TASKS_AHEAD),
            Heading(1, "IV. Kiến nghị và đề xuất"),
            *told(asked, KIND, PROPOSALS, end="./."),
        ),
        annexes=annexes,
        origin=asked.origin,
        demo=asked.snapshot.demo,
    )


def _by_unit(asked: Asked) -> list[Annex]:
    if len(asked.filters.units) == 1:
        return []
    return [paragraphs.by_unit(asked, asked.filters, "Kết quả tiếp nhận, giải quyết hồ sơ theo đơn vị")]


def _next(filters: Filters) -> str:
    return "tháng tiếp theo" if filters.period.kind in ("month", "month_15") else "kỳ tiếp theo"


def _rows(asked: Asked, register: Register) -> list[Row]:
    """What a register says of the period; it is kept for the whole area, and nothing of a part of it is known."""
    if asked.filters.units or asked.filters.levels:
        return []
    return registers.of_period(asked.data, asked.snapshot.dataset, register, asked.filters.period)


# --- I. What was done ---


def _rules(asked: Asked) -> list[Block]:
    reviews, steps = _rows(asked, REVIEWS), _rows(asked, INTERNAL)
    return [
        Heading(2, "1. Về cải cách việc quy định TTHC"),
        Heading(3, "1.1. Kết quả đánh giá tác động và thẩm định TTHC trong dự án, dự thảo văn bản quy phạm pháp luật "
                   "(QPPL) có quy định TTHC"),
        say("- Đã đánh giá tác động đối với ", _sum(reviews, "kind", "assessed"), " TTHC."),
        say("- Đã thẩm định đối với ", _sum(reviews, "kind", "appraised"), " TTHC."),
        Heading(3, "1.2. Kết quả cắt giảm, đơn giản hóa quy định, TTHC"),
        say("- Kết quả rà soát, đơn giản hóa TTHC nội bộ theo Quyết định số 1085/QĐ-TTg ngày 15 tháng 9 năm 2022 của "
            "Thủ tướng Chính phủ:"),
        say("+ Số lượng TTHC nội bộ đã công bố: ", _sum(steps, "step", "published"), " TTHC."),
        say("+ Số lượng TTHC nội bộ đã được phê duyệt phương án cắt giảm, đơn giản hóa: ",
            _sum(steps, "step", "approved"), " TTHC."),
        say("+ Số lượng TTHC nội bộ đã thực thi phương án cắt giảm, đơn giản hóa: ",
            _sum(steps, "step", "carried_out"), " TTHC."),
        say("- Kết quả rà soát, đánh giá TTHC theo kế hoạch: đã rà soát ", _sum(reviews, "kind", "reviewed"),
            " TTHC; kiến nghị cắt giảm, đơn giản hóa ", _sum(reviews, "kind", "simplified"), " TTHC."),
    ]  # fmt: skip


def _sum(rows: Sequence[Row], key: str, wanted: str) -> Piece:
    """How many of that kind the register says; a place to fill in where it says nothing, which is not none."""
    counts = [int(str(row["count"])) for row in rows if row[key] == wanted]
    return two_digits(sum(counts)) if counts else Blank("số liệu chưa có trong sổ")


def _petitions(asked: Asked) -> list[Block]:
    rows = _rows(asked, PETITIONS)

    def total(name: str) -> Piece:
        return number(sum(int(str(row[name])) for row in rows), "vi") if rows else Blank()

    # What is open is a stock: that of the last row, not a sum.
    still = number(int(str(max(rows, key=lambda row: str(row["end"]))["open"])), "vi") if rows else Blank()
    missing: tuple[Piece, ...] = () if rows else (" ", Blank("sổ phản ánh, kiến nghị chưa có dòng nào nằm trong kỳ"))
    return [
        Heading(2, "2. Kết quả tiếp nhận và xử lý phản ánh, kiến nghị"),
        say(
            "Tình hình tiếp nhận và xử lý phản ánh, kiến nghị (PAKN) về quy định và hành vi hành chính: Tổng số PAKN "
            "đã tiếp nhận: ", total("received"), "; số PAKN đã xử lý đúng hạn: ", total("on_time"),
            "; số PAKN đã xử lý quá hạn: ", total("late"), "; số PAKN đang xử lý: ", still, ".", *missing,
        ),
    ]  # fmt: skip


def _dossiers(asked: Asked, compared: Sequence[Prose]) -> list[Block]:
    asked_for = ["carried_in", "open", "open_overdue", *paragraphs.DIGITAL, *cohort.OF_DUE]
    row = asked.run(asked_for, asked.filters, parts=True).iloc[0]
    until = date(asked.until, "vi")
    shares = "; ".join(
        f"{within(METRICS[name].label.vi)}: {share(row[f'{name}_n'], row[f'{name}_d'])} "
        f"({number(row[f'{name}_n'], 'vi')}/{number(row[f'{name}_d'], 'vi')} hồ sơ)"
        for name in paragraphs.DIGITAL
        if row[f"{name}_d"]
    )
    return [
        Heading(2, "3. Kết quả tiếp nhận, giải quyết hồ sơ TTHC"),
        *([say(f"Số liệu của mục này chỉ tính hồ sơ {asked.dossiers}; các mục khác tính cho mọi hồ sơ.")]
          if asked.dossiers else []),
        *paragraphs.received(asked, asked.filters),
        say(
            f"- {capital(_stock('kỳ trước chuyển sang', row['carried_in']))}; "
            f"{_stock(f'đang giải quyết tính đến ngày {until}', row['open'])}{_overdue(row)}."
        ),
        say(f"- {cohort.TITLE.vi}: {written(within(cohort.answer(row).vi))}"),
        *([say(f"- Trên môi trường điện tử, {shares}.")] if shares else []),
        *lateness.apologies(asked),
        *compared,
        *year.so_far(asked),
    ]  # fmt: skip


def _stock(what: str, count: float) -> str:
    return f"hồ sơ {what}: {number(count, 'vi')} hồ sơ" if count else f"không có hồ sơ {what}"


def _overdue(row: pd.Series) -> str:
    if not row["open"]:
        return ""
    late = row["open_overdue"]
    return f", trong đó {number(late, 'vi')} hồ sơ đã quá hạn" if late else ", không có hồ sơ quá hạn"


def _compared(asked: Asked) -> tuple[list[Change], list[Prose]]:
    """The changes against the period before; the sentences on them and on the same period a year earlier."""
    changes: list[Change] = []
    said: list[Prose] = []
    rates = ("on_time_rate", "online_rate", *paragraphs.DIGITAL)
    as_of = asked.snapshot.as_of
    previous, year_before = asked.filters.previous(as_of).period, asked.filters.year_before(as_of).period
    names = {previous: "kỳ trước", year_before: "cùng kỳ năm trước"} if previous != year_before else {previous: ""}
    for earlier, called in names.items():
        if is_covered(earlier, asked.snapshot):
            prose, found = paragraphs.compared(asked, earlier, asked.filters, called, rates)
            said += [say("- ", *each.pieces) for each in prose]
            if earlier == previous:
                changes = found
                happened = trends.happened(asked.markers, Period(earlier.start, asked.until)).vi
                said += [say(f"- {happened}.")] if happened else []
    return changes, said


# --- The plan ---


def _tasks(asked: Asked) -> list[Row]:
    """The tasks of the plan of the period's year, which is that of the whole area."""
    if asked.filters.units or asked.filters.levels:
        return []
    kept = registers.read(asked.data, asked.snapshot.dataset, TASKS)
    return [row for row in kept if row["year"] == asked.filters.end.year]


def _is_done(row: Row, day: datetime.date) -> bool:
    return isinstance(row["done"], datetime.date) and row["done"] <= day


def _plan(asked: Asked, tasks: Sequence[Row]) -> list[Block]:
    title = Heading(2, "4. Kết quả thực hiện kế hoạch cải cách hành chính")
    if not tasks:
        return [title, say(Blank("số nhiệm vụ đã hoàn thành trên tổng số nhiệm vụ của kế hoạch năm"))]
    done = sum(_is_done(row, asked.until) for row in tasks)
    left = len(tasks) - done
    overdue = sum(not _is_done(row, asked.until) and _is_past(row, asked.until) for row in tasks)
    going_on = f", còn {two_digits(left)} nhiệm vụ đang triển khai" if left else ""
    late = f", trong đó {two_digits(overdue)} nhiệm vụ đã quá thời hạn" if overdue else ""
    return [
        title,
        say(
            f"Tính đến ngày {date(asked.until, 'vi')}, đã hoàn thành {two_digits(done)}/{two_digits(len(tasks))} nhiệm "
            f"vụ của kế hoạch năm {asked.filters.end.year} (đạt {share(done, len(tasks))}){going_on}{late}."
        ),
    ]


def _is_past(row: Row, day: datetime.date) -> bool:
    return isinstance(row["due"], datetime.date) and row["due"] < day


def _coming(tasks: Sequence[Row], day: datetime.date) -> list[Prose]:
    """The tasks still to do, those due first."""
    left = [row for row in tasks if not _is_done(row, day)]
    ordered = sorted(left, key=lambda row: str(row["due"] or "9999"))
    return [say(f"- {row['task']}{_when(row)}.") for row in ordered]


def _when(row: Row) -> str:
    lead = f"; chủ trì: {row['lead']}" if row["lead"] else ""
    due = f"; thời hạn {date(row['due'], 'vi')}" if isinstance(row["due"], datetime.date) else ""
    return f"{lead}{due}"


def _list(asked: Asked, tasks: Sequence[Row]) -> list[Annex]:
    if not tasks:
        return []
    rows = tuple(
        (place, str(row["task"]), str(row["lead"] or ""), _day(row["due"]), _day(row["done"]), _state(row, asked.until))
        for place, row in enumerate(tasks, start=1)
    )
    heads = ("TT", "Nhiệm vụ", "Cơ quan chủ trì", "Thời hạn", "Hoàn thành", "Tình trạng")
    title = f"Nhiệm vụ của kế hoạch cải cách hành chính năm {asked.filters.end.year}"
    return [Annex(title, (Table(heads, (6, 56, 26, 14, 14, 20), rows, texts=6),), landscape=True)]


def _day(value: object) -> str:
    return date(value, "vi") if isinstance(value, datetime.date) else NOT_AVAILABLE


def _state(row: Row, day: datetime.date) -> str:
    if _is_done(row, day):
        return "Đã hoàn thành"
    return "Quá thời hạn" if _is_past(row, day) else "Đang triển khai"


# --- II. Assessment ---


def _assessment(asked: Asked, changes: Sequence[Change]) -> list[Block]:
    return [
        Heading(1, "II. Đánh giá chung"),
        Heading(2, "1. Đánh giá chung"),
        *paragraphs.sentences(paragraphs.strengths(asked, asked.filters, changes)),
        *told(asked, KIND, HIGHLIGHTS),
        Heading(2, "2. Tồn tại, hạn chế và khó khăn, vướng mắc"),
        *paragraphs.sentences(paragraphs.weaknesses(asked, asked.filters, changes)),
        *told(asked, KIND, DIFFICULTIES),
        Heading(2, "3. Nguyên nhân"),
        *told(asked, KIND, CAUSES),
    ]
