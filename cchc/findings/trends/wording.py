"""What a series says, in words a chairman reads: its signals, its verdict, whether the target is in reach."""

from collections.abc import Iterable, Mapping, Sequence
from functools import partial
from typing import get_args

from cchc.figures.metrics import Format
from cchc.figures.periods import Grain, Period
from cchc.findings.summary import Headline
from cchc.findings.trends.dated import Marker, happened, meanwhile
from cchc.findings.trends.series import Gaps
from cchc.findings.trends.trend import Trend
from cchc.statistics import spc
from cchc.statistics.spc import Signal
from cchc.text import NOT_AVAILABLE, Language, Text, both, capital, collation_key, number, within

_STEPS: dict[Grain, Text] = {
    "month": Text("tháng", "month"),
    "month_15": Text("kỳ báo cáo", "reporting month"),
    "week": Text("tuần", "week"),
}
_WORDS = [
    Text(vi, en)
    for vi, en in zip(
        "không một hai ba bốn năm sáu bảy tám chín mười".split(),
        "no one two three four five six seven eight nine ten".split(),
        strict=True,
    )
]
_SIDES: dict[tuple[str, int], Text] = {
    ("outside", 1): Text("cao hơn giới hạn trên", "above the upper limit"),
    ("outside", -1): Text("thấp hơn giới hạn dưới", "below the lower limit"),
    ("trend", 1): Text("tăng liên tục", "rising all the time"),
    ("trend", -1): Text("giảm liên tục", "falling all the time"),
    ("two_in_three", 1): Text("sát giới hạn trên", "close to the upper limit"),
    ("two_in_three", -1): Text("sát giới hạn dưới", "close to the lower limit"),
    ("run", 1): Text("liền trên trung bình", "in a row above the mean"),
    ("run", -1): Text("liền dưới trung bình", "in a row below the mean"),
}
_UNITS: dict[Format, Text] = {
    "rate": Text("Tỷ lệ phần trăm", "Per cent"),
    "days": Text("Số ngày", "Days"),
    "count": Text("Số hồ sơ", "Dossiers"),
}
_ORDER: tuple[spc.Rule, ...] = get_args(spc.Rule)
_MEANINGS: dict[spc.Meaning, Text] = {
    "concern": Text("Xấu đi thật", "Really worse"),
    "neutral": Text("Thay đổi thật", "Really changed"),
    "improvement": Text("Tốt lên thật", "Really better"),
    "common": Text("Dao động bình thường", "Ordinary variation"),
}
_SIGNS: dict[spc.Meaning, Text] = {
    "concern": Text("Dấu hiệu xấu", "Bad signal"),
    "neutral": Text("Dấu hiệu thay đổi", "Signal of change"),
    "improvement": Text("Dấu hiệu tốt", "Good signal"),
    "common": Text("Dao động bình thường", "Ordinary variation"),
}
# A chart signals one point in some hundreds without a cause; among many units that is someone nearly every month.
_HINTS: dict[spc.Meaning, Text] = {
    meaning: Text(f"{sign.vi}, chưa chắc là thật", f"{sign.en}, not sure to be real")
    for meaning, sign in _SIGNS.items()
}
_ASSURANCES: dict[spc.Assurance, Text] = {
    "passing": Text(
        "cứ như hiện nay thì {0} nào cũng đạt chỉ tiêu {1}", "as things are, every {0} meets the target of {1}"
    ),
    "failing": Text(
        "cứ như hiện nay thì không {0} nào đạt chỉ tiêu {1}", "as things are, no {0} meets the target of {1}"
    ),
    "hit_or_miss": Text(
        "cứ như hiện nay thì chưa chắc {0} nào cũng đạt chỉ tiêu {1}",
        "as things are, not every {0} is sure to meet the target of {1}",
    ),
}


def count_of(grain: Grain, count: int) -> Text:
    """So many periods: "bảy tháng", "seven months"; in digits from 11."""
    said = _WORDS[count] if count < len(_WORDS) else both(partial(number, count))
    return Text(f"{said.vi} {_STEPS[grain].vi}", f"{said.en} {_STEPS[grain].en}{'s' * (count != 1)}")


def signal_name(meaning: spc.Meaning) -> Text:
    """What a point of a chart is: a good or a bad signal, or none."""
    return _SIGNS[meaning]


def step_name(grain: Grain) -> Text:
    """One period: "tháng", "month"."""
    return _STEPS[grain]


def period_name(period: Period, language: Language) -> str:
    """A period where there is little room: "tháng 6/2023", "tuần 26/2023", "15/05–14/06/2023"."""
    if period.kind == "week":
        return period.label(language).split(" (")[0]
    if period.kind == "month_15":
        return f"{period.start:%d/%m}–{period.end:%d/%m/%Y}"
    return period.label(language)


def shown(trend: Trend, value: float, language: Language) -> str:
    """A value of the series with its unit."""
    return trend.metric.show(value, language) + _unit(trend, language)


def line_shown(trend: Trend, value: float, language: Language) -> str:
    """A mean or a limit of the series with its unit."""
    return trend.metric.show_line(value, language) + _unit(trend, language)


def _unit(trend: Trend, language: Language) -> str:
    return Text(" ngày", " days")[language] if trend.metric.format == "days" else ""


def target_of(trend: Trend, language: Language) -> str:
    """The target of the series as papers set it; "–" without one."""
    return trend.metric.show_target(trend.target, language)


def told(trend: Trend, signal: Signal) -> Text:
    """A signal as words: "bảy tháng liền trên trung bình (tháng 1/2023 đến tháng 7/2023)"."""
    return both(partial(_told, trend, signal))


def _told(trend: Trend, signal: Signal, language: Language) -> str:
    names = [period_name(trend.periods[point], language) for point in signal.points]
    side = _SIDES[signal.rule, signal.side][language]
    if trend.at_best:
        bad = bad_name(trend)
        side = Text(f"nhiều hồ sơ {bad.vi} hơn mức ngẫu nhiên", f"had more dossiers {bad.en} than chance brings")[
            language
        ]
    if signal.rule == "outside" and len(names) == 1:
        return f"{names[0]} {side}"
    count = count_of(trend.grain, len(names))[language]
    if signal.rule == "two_in_three" and len(names) == 2:
        step = _STEPS[trend.grain]
        both = Text(f"hai trong ba {step.vi}", f"two of three {step.en}s")[language]
        return f"{both} {side} ({names[0]} {Text('và', 'and')[language]} {names[1]})"
    if signal.rule == "two_in_three":
        between = Text(f"trong khoảng {names[0]} đến {names[-1]}", f"between {names[0]} and {names[-1]}")[language]
        return f"{count} {between} {side}"
    in_a_row = Text(" liền", " in a row")[language] if signal.rule == "outside" else ""
    return f"{count}{in_a_row} {side} ({names[0]} {Text('đến', 'to')[language]} {names[-1]})"


def changed(trend: Trend) -> Text:
    """Why the last period is really different: the signal it belongs to, or over how many periods it holds."""
    if signal := trend.last_signal:
        return told(trend, signal)
    side, span = trend.last_change or (0, 0)
    than = (
        Text("cao hơn hẳn mức trước đó", "well above the level before") if side > 0
        else Text("thấp hơn hẳn mức trước đó", "well below the level before")
    )  # fmt: skip
    first, last = trend.periods[-max(span, 1)], trend.periods[-1]
    if span <= 1:
        return Text(f"{period_name(last, 'vi')} {than.vi}", f"{period_name(last, 'en')} {than.en}")
    count = count_of(trend.grain, span)
    return Text(
        f"{count.vi} liền {than.vi} ({period_name(first, 'vi')} đến {period_name(last, 'vi')})",
        f"{count.en} in a row {than.en} ({period_name(first, 'en')} to {period_name(last, 'en')})",
    )


def beside_change(trend: Trend, markers: Sequence[Marker]) -> list[Text]:
    """What happened in the periods over which the answer finds a change, as a sentence; none where nothing did or
    none is found."""
    signal, (side, span) = trend.last_signal, trend.last_change or (0, 0)
    if trend.variation is None or not (signal or side):
        return []
    points = signal.points if signal else range(-max(span, 1), 0)
    said = happened(markers, Period(trend.periods[points[0]].start, trend.periods[points[-1]].end))
    return [Text(f"{said.vi}.", f"{said.en}.")] if said.vi else []


def verdict(trend: Trend) -> Text:
    """What the last period says, for an icon and a small chart: the meaning and why, or why it is not judged."""
    step = _STEPS[trend.grain]
    if trend.undated:
        return sentence(trend.undated)
    if trend.latest is None or not trend.is_current:
        return Text(f"Không có hồ sơ trong {step.vi} gần nhất", f"No dossier in the latest {step.en}")
    if trend.is_small:
        least = trend.metric.minimum
        return Text(f"Dưới {least} hồ sơ: không đánh giá", f"Fewer than {least} dossiers: not judged")
    if trend.variation is None:
        have, need = count_of(trend.grain, trend.chart.last_size), count_of(trend.grain, spc.FEWEST + 1)
        return Text(f"Chưa đủ số liệu: mới có {have.vi}, cần {need.vi}", f"Not enough data: {have.en}, not {need.en}")
    meaning, why = _meant(trend), changed(trend)
    if not trend.variation[1] and not trend.last_signal:
        return meaning
    return Text(f"{meaning.vi}: {why.vi}", f"{meaning.en}: {why.en}")


def _meant(trend: Trend) -> Text:
    """A real change by its direction; otherwise what the last point is a signal of, or ordinary variation."""
    meaning = trend.variation[0] if trend.variation else "common"
    signal = trend.last_signal
    return (
        _HINTS[spc.meaning(signal.side, trend.metric.direction)]
        if meaning == "common" and signal
        else _MEANINGS[meaning]
    )


def sentence(clause: Text) -> Text:
    """A clause as it begins a sentence."""
    return Text(capital(clause.vi), capital(clause.en))


def assured(trend: Trend) -> Text | None:
    """Whether the target is in reach, in words; None where it cannot be said."""
    if trend.assurance is None or trend.target is None:
        return None
    step, text = _STEPS[trend.grain], _ASSURANCES[trend.assurance]

    def words(language: Language) -> str:
        return text[language].format(step[language], target_of(trend, language))

    return both(words)


def answer(trend: Trend) -> Text:
    """The last value and its change, whether that is real, and what it means for the target."""
    if trend.undated:
        said = sentence(trend.undated)
        return Text(f"{said.vi}.", f"{said.en}.")
    if trend.latest is None or not trend.periods:
        return Text(
            "Chưa có kỳ nào trọn vẹn có số liệu trong lựa chọn này; chọn kỳ khác hoặc bỏ lọc.",
            "There is no whole period with data in this selection; choose another period or clear the filters.",
        )
    return both(partial(_answer, trend))


def _answer(trend: Trend, language: Language) -> str:
    metric, period = trend.metric, trend.periods[-1]
    label = metric.label[language]
    value = Headline(metric, float(trend.values[-1]), None, None, None, None, None, None, ())
    said = f"{capital(label)}, {period_name(period, language)}: {shown(trend, value.value, language)}"
    if len(trend.periods) > 1:
        against = period_name(trend.periods[-2], language)
        change = value.change_text(float(trend.values[-2]), language)
        said += f" ({change} {Text('so với', 'against')[language]} {against})"
    parts = [within(verdict(trend)[language])]
    if trend.variation and trend.variation[0] == "common" and not trend.last_signal:
        mean = line_shown(trend, float(trend.chart.limits.centre[-1]), language)
        parts[0] += Text(f" quanh trung bình {mean}", f" around the mean of {mean}")[language]
    if reach := assured(trend):
        parts.append(reach[language])
    if level := new_level(trend):
        parts.append(level[language])
    return f"{said}. {capital('; '.join(parts))}."


def new_level(trend: Trend) -> Text | None:
    """That a series runs on another level since a period, and what to do about it; None where it does not."""
    if trend.shifted is None:
        return None
    since = trend.periods[trend.shifted]
    return Text(
        f"từ {period_name(since, 'vi')} ở một mức khác, nên tính lại giới hạn từ đó",
        f"on another level since {period_name(since, 'en')}, limits should be set afresh from there",
    )


def title(trend: Trend) -> Text:
    """The finding of the chart: the figure, and what its last period says, without the rule it fired."""
    label = trend.metric.label
    said = _meant(trend) if trend.variation else verdict(trend)
    return Text(f"{label.vi}: {within(said.vi)}", f"{label.en}: {within(said.en)}")


def subtitle(trend: Trend) -> Text:
    """Unit of measure, n, and what is drawn."""
    count = count_of(trend.grain, len(trend.periods))
    if trend.at_best:
        bad, step = bad_name(trend), _STEPS[trend.grain]
        return Text(
            f"Số hồ sơ {bad.vi}, {count.vi}; hầu hết các {step.vi} không có hồ sơ nào; đường kẻ là mức nhiều nhất do "
            "ngẫu nhiên",
            f"Dossiers {bad.en}, {count.en}; most {step.en}s are without one; the line is the most chance would bring",
        )
    unit = _UNITS[trend.metric.format]
    return Text(
        f"{unit.vi}, {count.vi}; dải nhạt là mức dao động bình thường",
        f"{unit.en}, {count.en}; the pale band is ordinary variation",
    )


def signals_told(trend: Trend, markers: Sequence[Marker] = ()) -> list[Text]:
    """Every signal of the series in words, the newest first, each with what happened in the periods it spans."""
    newest = sorted(trend.chart.signals, key=lambda signal: (-signal.points[-1], _ORDER.index(signal.rule)))
    spans = [Period(trend.periods[signal.points[0]].start, trend.periods[signal.points[-1]].end) for signal in newest]
    said = [(told(trend, signal), meanwhile(markers, span)) for signal, span in zip(newest, spans, strict=True)]
    return [Text(f"{each.vi}{more.vi}", f"{each.en}{more.en}") for each, more in said]


TABLE_HEADS = (
    Text("Giá trị", "Value"),
    Text("Số hồ sơ", "Dossiers"),
    Text("Trung bình", "Mean"),
    Text("Giới hạn dưới", "Lower limit"),
    Text("Giới hạn trên", "Upper limit"),
    Text("Đánh giá", "Verdict"),
)


def table(trend: Trend, language: Language) -> list[list[tuple[str, float | str | None]]]:
    """The figures behind the chart, newest period first: its name and TABLE_HEADS, each as text and as what it sorts
    by. Dossiers are the denominator; "–" for a metric that has none."""
    limits, meanings = trend.chart.limits, trend.meanings()
    rows: list[list[tuple[str, float | str | None]]] = []
    for place in reversed(range(len(trend.periods))):
        period = trend.periods[place]
        of = float(trend.denominators[place]) if trend.metric.denominator else None
        lines = [float(line[place]) for line in (limits.centre, limits.lower, limits.upper)]
        said = _SIGNS[meanings[place]][language] if lines[0] == lines[0] else NOT_AVAILABLE
        rows.append(
            [
                (period_name(period, language), period.start.isoformat()),
                (shown(trend, float(trend.values[place]), language), float(trend.values[place])),
                (number(of, language), of),
                *((trend.metric.show_line(line, language), line if line == line else None) for line in lines),
                (said, said),
            ]
        )
    return rows


def ranked(trends: Mapping[str, Trend], names: Mapping[str, str]) -> list[str]:
    """Units by what their last period says: really worse, changed, really better, as ever, not judged; then by name."""
    meanings = list(_MEANINGS)

    def place(unit: str) -> tuple[int, int, object]:
        trend = trends[unit]
        rule = trend.last_signal.rule if trend.variation and trend.last_signal else None
        meaning = meanings.index(trend.variation[0]) if trend.variation else len(meanings)
        return meaning, _ORDER.index(rule) if rule else len(_ORDER), collation_key(names[unit])

    return sorted((unit for unit in trends if unit), key=place)


def summed_up(trends: Iterable[Trend]) -> Text:
    """How many units got really worse, better, or vary as ever: the title of the small charts."""
    meanings = [trend.variation[0] if trend.variation else None for trend in trends]
    if not meanings:
        return Text("Từng đơn vị: chưa có số liệu", "Unit by unit: no data")

    def words(language: Language) -> str:
        names = {**_MEANINGS, "common": Text("Chưa thấy thay đổi", "No change shown")}
        counted = [(names[each][language].lower(), meanings.count(each)) for each in _MEANINGS]
        parts = [f"{number(count, language)} {name}" for name, count in counted if count]
        if unknown := meanings.count(None):
            parts.append(f"{number(unknown, language)} {Text('chưa đánh giá được', 'not judged')[language]}")
        return ", ".join(parts)

    return Text(f"Từng đơn vị: {words('vi')}", f"Unit by unit: {words('en')}")


def trial(trend: Trend) -> Text | None:
    """The badge of limits that may still move; None where they are settled, or where there are none."""
    if not trend.chart.on_trial:
        return None
    size = trend.chart.last_size
    return Text(f"giới hạn tạm tính, n = {size}", f"trial limits, n = {size}")


def bad_name(trend: Trend) -> Text:
    """What a dossier is called that keeps a rate from being as good as it can be."""
    late = trend.metric.name in ("on_time_rate", "late_rate")
    return Text("quá hạn", "late") if late else Text("không đạt", "missing")


def gaps_title(trend: Trend, gaps: Gaps) -> Text:
    """How many good dossiers have come since the last bad one, as the title of their chart."""
    bad = bad_name(trend)
    if not gaps.since:
        return Text(f"Hồ sơ gần nhất là hồ sơ {bad.vi}", f"The latest dossier was {bad.en}")
    return Text(
        f"Đã {number(gaps.since, 'vi')} hồ sơ liền không có hồ sơ {bad.vi}",
        f"{number(gaps.since, 'en')} dossiers in a row without one {bad.en}",
    )
