"""What findings say: one sentence each, with its numbers, that a chairman understands."""

from collections.abc import Callable, Sequence
from fractions import Fraction

from cchc.entered.published.statements import Figure, shown
from cchc.entered.published.vocabulary import meaning
from cchc.figures.filters import WEEKDAY_NAMES
from cchc.figures.periods import Period
from cchc.findings.reconcile.quantities import Quantity, counted
from cchc.findings.reconcile.records import Recount
from cchc.rules.references import References
from cchc.text import Language, Text, both, capital, date, number, within


def _sentence(say: Callable[[Language], str]) -> Text:
    return both(lambda language: capital(say(language)))


def document(id_: str, references: References) -> Text:
    """What a document is called; its id where the references do not name it."""
    found = references.documents.get(id_)
    return found.name if found else Text(id_, id_)


def _place(figure: Figure, references: References, language: Language) -> str:
    return f"{figure.period.label(language)}, {figure.scope.label(references, language)}"


def _whole(value: Fraction | int, language: Language) -> str:
    return number(float(value), language)


def share(figure: Figure, top: Figure, bottom: Figure, exact: Fraction, references: References) -> Text:
    """A percentage that is not what its own counts give."""

    def say(language: Language) -> str:
        place, label = _place(figure, references, language), within(figure.meaning.label[language])
        right, printed = shown(float(exact), figure, language), figure.show(language)
        counts = top.show(language), bottom.show(language)
        return Text(
            f"{place}: {counts[0]} trên {counts[1]} là {right}, không phải {printed} ({label}).",
            f"{place}: {counts[0]} of {counts[1]} is {right}, not {printed} ({label}).",
        )[language]

    return _sentence(say)


def granularity(figures: Sequence[Figure], size: int, other: Recount | None, references: References) -> Text:
    """Percentages that no whole number of dossiers gives; `other` is what the records give, over another count."""
    first = figures[0]
    near = first.printed.nearest(size)
    noun = Text(" hồ sơ", " dossiers") if first.meaning.kind == "rate" else Text("", "")

    def say(language: Language) -> str:
        place, of, what = _place(first, references, language), number(size, language), noun[language]
        printed = Text(" hay ", " or ")[language].join(figure.show(language) for figure in figures)
        is_ = Text("là", "is")[language]
        nearest = ", ".join(
            f"{number(float(value * size / 100), language)}{what} {is_} {shown(float(value), first, language)}"
            for value in near
        )
        text = Text(
            f"{place}: không số nào trong {of}{what} cho được {printed} ({nearest})",
            f"{place}: no number out of {of}{what} gives {printed} ({nearest})",
        )[language]
        if not other or other.denominator is None:
            return f"{text}."
        counts = number(other.numerator, language), number(other.denominator, language)
        return (
            text
            + Text(
                f"; tỷ lệ đúng nếu tính {counts[0]} trên {counts[1]} hồ sơ đã giải quyết, cần ghi rõ mẫu số.",
                f"; it is right as {counts[0]} of {counts[1]} resolved dossiers: the denominator should be said.",
            )[language]
        )

    return _sentence(say)


def cut_off(figures: Sequence[Figure], exact: Sequence[Fraction], references: References) -> Text:
    """Percentages of one document that were cut off instead of rounded."""

    def say(language: Language) -> str:
        name = document(figures[0].document, references)[language]
        pairs = ", ".join(
            f"{figure.show(language)} ({shown(float(figure.printed.rounded(value)), figure, language)})"
            for figure, value in zip(figures, exact, strict=True)
        )
        return Text(
            f"{name} cắt bỏ chữ số lẻ thay vì làm tròn (trong ngoặc là số làm tròn): {pairs}.",
            f"{name} cuts digits off instead of rounding (rounded in brackets): {pairs}.",
        )[language]

    return _sentence(say)


def hundred(figures: Sequence[Figure], total: Fraction, explained: bool, references: References) -> Text:
    """Shares that do not add up to 100, by rounding or by more than that."""
    first = max(figures, key=lambda figure: figure.printed.decimals)

    def say(language: Language) -> str:
        place = _place(first, references, language)
        terms = " + ".join(figure.show(language).rstrip(" %") for figure in figures)
        added, off = (
            shown(float(total), first, language),
            number(float(abs(total - 100)), language, first.printed.decimals),
        )
        if explained:
            return Text(
                f"{place}: {terms} = {added}; lệch {off} điểm % chỉ do làm tròn hoặc cắt số lẻ.",
                f"{place}: {terms} = {added}; the {off} pp are rounding or cutting off.",
            )[language]
        return Text(
            f"{place}: {terms} = {added}, không phải 100 %; làm tròn không giải thích được {off} điểm %.",
            f"{place}: {terms} = {added} and not 100%; rounding does not explain {off} pp.",
        )[language]

    return _sentence(say)


def parts(whole: Quantity, split: Sequence[Quantity], references: References) -> Text:
    """Parts that do not add up to their total."""
    low, high = sum(part.least for part in split), sum(part.most for part in split)

    def say(language: Language) -> str:
        terms = " + ".join(_range(part.least, part.most, language) for part in split)
        name, total = _name(whole, references, language), _range(whole.least, whole.most, language)
        added = _range(low, high, language)
        return Text(
            f"{name}: các phần cộng lại là {added} ({terms}), tổng công bố là {total}.",
            f"{name}: the parts add up to {added} ({terms}), the published total is {total}.",
        )[language]

    return _sentence(say)


def _range(low: int, high: int, language: Language) -> str:
    if low >= high:
        return number(low, language)
    return f"{number(low, language)}–{number(high, language)}"


def _name(quantity: Quantity, references: References, language: Language) -> str:
    """A count with its place: "quá hạn, cấp xã, quý I/2023"."""
    key = quantity.key
    return f"{_counted(key.metric, language)}, {key.scope.label(references, language)}, {key.period.label(language)}"


def _counted(metric: str, language: Language) -> str:
    found = meaning(metric)
    return within(found.label[language]) if found else metric


def subset(part: Quantity, whole: Quantity, references: References) -> Text:
    """A part that is larger than what contains it."""

    def say(language: Language) -> str:
        place, what = _name(whole, references, language), _apart(part, whole, references, language)
        most, least = number(whole.most, language), number(part.least, language)
        proof = _proof(whole, language), _proof(part, language)
        return Text(
            f"{place}: có nhiều nhất {most}{proof[0]}, nhưng riêng {what} đã có ít nhất {least}{proof[1]}.",
            f"{place}: there are at most {most}{proof[0]}, but {what} alone has at least {least}{proof[1]}.",
        )[language]

    return _sentence(say)


def _apart(part: Quantity, whole: Quantity, references: References, language: Language) -> str:
    """What sets a part apart from the whole: "quý I/2023", "trực tuyến"."""
    narrow, wide, words = part.key, whole.key, []
    if narrow.metric != wide.metric:
        words.append(_counted(narrow.metric, language))
    if narrow.scope != wide.scope:
        words.append(
            narrow.scope.label(references, language).removeprefix(f"{wide.scope.label(references, language)}, ")
        )
    if narrow.period != wide.period:
        words.append(narrow.period.label(language))
    return ", ".join(words)


def _proof(quantity: Quantity, language: Language) -> str:
    """The percentages a count follows from: " (0,01 % của 40.800)"; nothing for a count that was published."""
    sizes = {figure.id: figure for figure in quantity.over}
    direct = [figure for figure in quantity.claims if counted(figure.meaning.base) == quantity.key.metric]
    of = Text("của", "of")[language]
    terms = [
        f"{figure.show(language)} {of} {sizes[figure.denominator].show(language)}"
        for figure in direct or quantity.claims
        if figure.denominator in sizes
    ]
    return f" ({' + '.join(terms)})" if terms else ""


def over_hundred(figure: Figure, references: References) -> Text:
    """A share of more than everything."""
    return _sentence(
        lambda language: Text(
            f"{figure.label(references, 'vi')}: {figure.show('vi')} là hơn toàn bộ.",
            f"{figure.label(references, 'en')}: {figure.show('en')} is more than all there is.",
        )[language]
    )


def increase(figure: Figure, top: Figure, bottom: Figure, ratio: Fraction, is_ratio: bool) -> Text:
    """An increase that is not one, or another one."""

    def say(language: Language) -> str:
        growth, share_, printed = (
            shown(float(ratio - 100), figure, language), shown(float(ratio), figure, language), figure.show(language)
        )  # fmt: skip
        counts = top.show(language), bottom.show(language)
        rest = Text(
            f"{printed} là tỷ lệ so với kỳ gốc, không phải mức tăng" if is_ratio else f"không phải {printed}",
            f"{printed} is the ratio to the base, not the increase" if is_ratio else f"not {printed}",
        )[language]
        return Text(
            f"{counts[0]} bằng {share_} của {counts[1]}, tức là tăng {growth}; {rest}.",
            f"{counts[0]} is {share_} of {counts[1]}, an increase of {growth}; {rest}.",
        )[language]

    return _sentence(say)


def lengths(figure: Figure, top: Figure, bottom: Figure) -> Text:
    """An increase from a period of another length."""
    daily = [float(each.printed.value) / each.period.days for each in (top, bottom)]

    def say(language: Language) -> str:
        days = [number(each.period.days, language) for each in (top, bottom)]
        names = [each.period.label(language) for each in (top, bottom)]
        per_day = [number(value, language, 1) for value in daily]
        printed = figure.show(language)
        return Text(
            f"Mức tăng {printed} so {days[0]} ngày ({names[0]}) với {days[1]} ngày ({names[1]}); bình quân mỗi "
            f"ngày là {per_day[0]} so với {per_day[1]}.",
            f"The increase of {printed} sets {days[0]} days ({names[0]}) against {days[1]} days ({names[1]}); a "
            f"day it is {per_day[0]} against {per_day[1]}.",
        )[language]

    return _sentence(say)


def change(figure: Figure, now: Figure, before: Figure | None, references: References) -> Text:
    """A change in points that the two rates do not have, or that leaves no possible rate before."""

    def say(language: Language) -> str:
        name, printed = figure.label(references, language), figure.show(language)
        if before is None:
            return Text(
                f"{name}: {printed} đến {now.show(language)} là không thể, kỳ trước sẽ ngoài 0–100 %.",
                f"{name}: {printed} up to {now.show(language)} is impossible, the rate before is not in 0–100%.",
            )[language]
        right = shown(float(now.printed.value - before.printed.value), figure, language)
        return Text(
            f"{name}: từ {before.show(language)} đến {now.show(language)} là {right}, không phải {printed}.",
            f"{name}: from {before.show(language)} to {now.show(language)} it is {right}, not {printed}.",
        )[language]

    return _sentence(say)


def start(figure: Figure, day: Period, signed: Period | None, first: Period, references: References) -> Text:
    """A weekly model that cannot start then; `first` is the first day it could, `signed` when its plan was signed if
    that was later."""
    wanted, found = WEEKDAY_NAMES[figure.meaning.weekday], WEEKDAY_NAMES[day.end.isoweekday()]
    names = within(found.vi), within(wanted.vi)
    off_day = day.start == day.end and day.end.isoweekday() != figure.meaning.weekday

    def say(language: Language) -> str:
        source, printed = document(figure.document, references)[language], figure.show(language)
        first_day, wrong = date(first.start, language), []
        if off_day:
            vi, en = f"đó là {names[0]}, không phải {names[1]}", f"that is a {found.en}, not a {wanted.en}"
            wrong.append(Text(vi, en)[language])
        if signed:
            when = date(signed.start, language)
            vi, en = f"trước ngày ký kế hoạch ({when})", f"before the plan was signed ({when})"
            wrong.append(Text(vi, en)[language])
        why = Text(", lại ", ", and ")[language].join(wrong)
        return Text(
            f"{source} ghi mô hình bắt đầu {printed}: {why}; {names[1]} đầu tiên có thể là {first_day}.",
            f"{source} says the model starts on {printed}: {why}; the first possible {wanted.en} is {first_day}.",
        )[language]

    return _sentence(say)


def differing(figures: Sequence[Figure], references: References) -> Text:
    """Two values for one thing."""
    named = len({figure.document for figure in figures}) > 1

    def say(language: Language) -> str:
        name = figures[0].label(references, language)
        writes = Text("ghi", "says")[language]
        if named:
            said = ", ".join(
                f"{document(f.document, references)[language]} {writes} {f.show(language)}" for f in figures
            )
            return f"{name}: {said}."
        values = Text(" và ", " and ")[language].join(figure.show(language) for figure in figures)
        source = document(figures[0].document, references)[language]
        return f"{name}: {source} {writes} {values}."

    return _sentence(say)


def listing(split: Sequence[Figure], units: tuple[int, int], total: Figure, references: References) -> Text:
    """A table by unit that leaves most of them out and is no breakdown of the total beside it."""
    added = sum(int(figure.printed.value) for figure in split)
    spans = list(dict.fromkeys(figure.period for figure in split))

    def say(language: Language) -> str:
        source, label = document(total.document, references)[language], within(total.meaning.label[language])
        names = ", ".join(span.label(language) for span in spans)
        value, whole, period = number(added, language), total.show(language), total.period.label(language)
        return Text(
            f"{source}: bảng theo đơn vị ({label}) chỉ có {units[0]} trên {units[1]} đơn vị, cộng lại là {value} "
            f"({names}); đó không phải chi tiết của tổng {whole} ({period}).",
            f"{source}: the table by unit ({label}) has only {units[0]} of {units[1]} units, in all {value} "
            f"({names}); it does not break down the total of {whole} ({period}).",
        )[language]

    return _sentence(say)


def records(figures: Sequence[Figure], again: Sequence[Recount], references: References) -> Text:
    """Figures that the records do not give."""
    first = figures[0]

    def value(figure: Figure, recount: Recount, language: Language) -> str:
        if recount.days:
            return date(recount.days.start, language)
        return shown(float(recount.value), figure, language)

    def say(language: Language) -> str:
        printed = ", ".join(figure.show(language) for figure in figures)
        found = ", ".join(value(figure, each, language) for figure, each in zip(figures, again, strict=True))
        top, bottom = again[0].numerator, again[0].denominator
        of = Text("trên", "of")[language]
        counts = f" ({number(top, language)} {of} {number(bottom, language)})" if bottom else ""
        name = first.label(references, language)
        source = (
            Text("danh mục mô hình", "the list of the model") if first.meaning.kind in ("start", "listed") else None
        )
        source = source or Text("hồ sơ", "the records")
        return Text(
            f"{name}: công bố {printed}, tính lại từ {source.vi} là {found}{counts}.",
            f"{name}: published {printed}, recomputed from {source.en} {found}{counts}.",
        )[language]

    return _sentence(say)


def outside(whole: Figure, parts: Sequence[Figure], references: References) -> Text:
    """An overall rate that lies among none of those it is made of."""
    ordered = sorted(parts, key=lambda part: part.printed.value)

    def say(language: Language) -> str:
        name, printed, count = whole.label(references, language), whole.show(language), number(len(parts), language)
        least, most = ordered[0].show(language), ordered[-1].show(language)
        return Text(
            f"{name}: {printed} nằm ngoài khoảng từ {least} đến {most} của {count} phần hợp thành.",
            f"{name}: {printed} is outside the range of {least} to {most} of the {count} parts it is made of.",
        )[language]

    return _sentence(say)


def disordered(lesser: Figure, greater: Figure, references: References) -> Text:
    """A median above the 90th percentile."""

    def say(language: Language) -> str:
        place, names = (
            _place(lesser, references, language),
            [within(f.meaning.label[language]) for f in (lesser, greater)],
        )
        values = lesser.show(language), greater.show(language)
        return Text(
            f"{place}: {names[0]} là {values[0]}, không thể lớn hơn {names[1]} là {values[1]}.",
            f"{place}: {names[0]} is {values[0]} and cannot exceed {names[1]} of {values[1]}.",
        )[language]

    return _sentence(say)


def carried(left: Quantity, taken: Quantity, references: References) -> Text:
    """What is open at the end of a period and what the next one carries in."""

    def say(language: Language) -> str:
        names = [_name(part, references, language) for part in (left, taken)]
        values = [_range(each.least, each.most, language) for each in (left, taken)]
        return Text(
            f"{names[0]} là {values[0]}, nhưng {names[1]} là {values[1]}.",
            f"{names[0]}: {values[0]}, but {names[1]}: {values[1]}.",
        )[language]

    return _sentence(say)
