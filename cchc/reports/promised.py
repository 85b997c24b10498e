"""What a service model promises, as a paper says it, and which paper that is."""

import datetime
from dataclasses import dataclass

from cchc.findings.evaluation.limits import hours
from cchc.rules.references import References
from cchc.rules.service_models import Promise, ServiceModel
from cchc.text import number


@dataclass(frozen=True)
class Form:
    """A form of paper on models with one of these promises; the model `first` comes before others that an area has."""

    kind: str
    first: str
    promises: frozenset[Promise]

    def models(self, references: References) -> list[ServiceModel]:
        """The models of an area in this form, in its order but for the first."""
        return sorted(
            (each for each in references.models if each.promise in self.promises), key=lambda m: m.id != self.first
        )

    def id_of(self, model: ServiceModel, references: References) -> str:
        """The id of the paper on a model: that of the form for the area's first, its own for each other."""
        return self.kind if model == self.models(references)[0] else f"mo-hinh-{model.id}"


def promised(model: ServiceModel) -> str:
    """What is promised to whom, as one sentence or two."""
    when = "trong ngày của mô hình"
    when = f"{when} ({hours(model).vi})" if model.hours else when
    online = " Hồ sơ được hướng dẫn nộp trực tuyến." if model.is_online_too else ""
    if model.promise == "online":
        return f"Hồ sơ thuộc danh mục tiếp nhận {when} được hướng dẫn nộp trực tuyến."
    if model.promise == "open":
        return f"Hồ sơ thuộc danh mục được tiếp nhận thêm {when}, không hẹn giờ trả kết quả."
    if model.promise == "minutes":
        minutes = number(model.minutes, "vi")
        return f"Hồ sơ đủ thành phần tiếp nhận {when} được trả kết quả trong {minutes} phút.{online}"
    cut_off, deadline = clock(model.cut_off), clock(model.deadline)
    return (
        f"Hồ sơ đủ thành phần tiếp nhận {when} được trả kết quả ngay trong ngày; hồ sơ tiếp nhận sau "
        f"{cut_off} được trả kết quả trước {deadline} ngày làm việc tiếp theo.{online}"
    )


def clock(time: datetime.time) -> str:
    """A time of the day: "15 giờ 30"."""
    return f"{time.hour} giờ {time.minute:02}" if time.minute else f"{time.hour} giờ"
