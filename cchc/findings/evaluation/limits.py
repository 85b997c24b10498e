"""What a model cannot be judged on from dossiers, said in a sentence each: on its page, and with its verdict."""

import datetime
from collections.abc import Sequence

from cchc.figures.periods import Period
from cchc.findings.evaluation.design import WEEKS_BEFORE, WEEKS_OF_SERIES, Design
from cchc.findings.trends import Marker
from cchc.rules.service_models import ServiceModel
from cchc.text import LANGUAGES, Text, date, number, quoted


def diluted(model: ServiceModel) -> tuple[Text, ...]:
    """Why the effect may be larger than any comparison of whole days shows; belongs to the verdict."""
    if "open" in model.promises:
        return ()
    said = []
    if model.hours:
        said.append(
            Text(
                f"Tác dụng được so theo cả ngày, không riêng {hours(model).vi}, nên trong khung giờ đó có thể lớn hơn.",
                f"The effect is compared over whole days, not {hours(model).en} alone, so it may be larger then.",
            )
        )
    if model.turns:
        said.append(
            Text(
                "Các đơn vị luân phiên, nhưng tác dụng được so theo thứ chung của mọi đơn vị, kể cả khi không đến "
                "lượt, nên thực tế có thể lớn hơn.",
                "Units take turns, but the effect is compared on the same weekdays for all of them, their turn or "
                "not, so it may be larger.",
            )
        )
    return tuple(said)


def one_phase(design: Design) -> tuple[Text, ...]:
    """From or up to which change of units the effect is compared, where that leaves days out; belongs to the
    verdict."""
    weeks, phase, said = WEEKS_OF_SERIES if design.kind == "weekday" else WEEKS_BEFORE, design.phase, []
    if phase.start > max(design.data_start, design.first_week - datetime.timedelta(weeks=weeks)):
        said.append(
            Text(
                f"Chỉ so từ ngày {date(phase.start, 'vi')}: đơn vị hành chính thay đổi ngày đó, nên không so với trước "
                "đó.",
                f"Days are compared from {date(phase.start, 'en')} on: units changed that day, so nothing before it is "
                "compared.",
            )
        )
    if phase.end < design.as_of:
        said.append(
            Text(
                f"Chỉ so đến hết ngày {date(phase.end, 'vi')}: sau đó đơn vị hành chính thay đổi, nên không so tiếp.",
                f"Days are compared up to {date(phase.end, 'en')}: units changed after it, so nothing since is "
                "compared.",
            )
        )
    return tuple(said)


def limits(model: ServiceModel) -> tuple[Text, ...]:
    """What a reader must know of how the model is counted, and what no dossier shows."""
    said = []
    if model.end:
        day, source = model.end.day, quoted(model.end.source)
        said.append(
            Text(
                f"Mô hình kết thúc ngày {date(day, 'vi')}, trang này tính đến hết ngày đó. Nguồn: {source.vi}.",
                f"The model ended on {date(day, 'en')}; this page counts up to that day. Source, in Vietnamese: "
                f"{source.en}.",
            )
        )
    if model.hours:
        said.append(
            Text(
                f"Chỉ hồ sơ nhận {hours(model).vi} là của mô hình; hồ sơ không ghi giờ nhận thì không biết, được đếm "
                "riêng.",
                f"Only dossiers received {hours(model).en} are the model's; of those without an hour it is not known, "
                "and they are counted apart.",
            )
        )
    if model.promise == "minutes":
        minutes = number(model.minutes, "vi"), number(model.minutes, "en")
        said.append(
            Text(
                f"Cam kết trả trong {minutes[0]} phút được tính theo đồng hồ từ lúc tiếp nhận, trong cùng ngày; hồ sơ "
                "không ghi giờ thì không xét.",
                f"The promise of {minutes[1]} minutes is counted by the clock from receipt, within the day; dossiers "
                "without an hour are not judged.",
            )
        )
    if "open" in model.promises:
        said.append(
            Text(
                "Hồ sơ chỉ cho biết được nhận khi nào, không cho biết nơi ngồi tiếp dân, bao nhiêu lượt người đến hay "
                "ai được hướng dẫn; những việc đó không xét ở đây.",
                "A dossier shows when it was received, not where the desk stood, how many people came or who was "
                "helped; that is not judged here.",
            )
        )
    return tuple(said)


def beside(design: Design, markers: Sequence[Marker]) -> list[Text]:
    """What else happened in the days judged, and that no comparison tells it from a model in the same place."""
    span = Period(design.before.start, design.phase.end)
    there = [each for each in markers if span.start <= each.day <= span.end and each.name != design.model.name]
    if not there:
        return []
    vi, en = (", ".join(f"{each.name[language]} ({date(each.day, language)})" for each in there)
              for language in LANGUAGES)  # fmt: skip
    told = [Text(f"Trong những ngày được xét còn có: {vi}.", f"The days judged also saw: {en}.")]
    if design.kind != "access":
        told.append(_NOT_APART)
    return told


_NOT_APART = Text(
    "Việc gì tác động như nhau đến hai bên được so thì đã trừ; việc chỉ tác động đến bên có mô hình thì không tách ra "
    "được.",
    "What bore alike on both sides of the comparison is taken off; what bore on the side with the model alone cannot "
    "be told from it.",
)


def hours(model: ServiceModel) -> Text:
    """From when to when, inside a sentence; empty where a model is for the whole day."""
    if not model.hours:
        return Text("", "")
    first, last = f"{model.hours.first:%H:%M}", f"{model.hours.last:%H:%M}"
    return Text(f"từ {first} đến {last}", f"from {first} to {last}")
