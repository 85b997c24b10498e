"""What a service model promises, as a paper says it."""

import datetime

from cchc.findings.evaluation.limits import hours
from cchc.rules.service_models import ServiceModel
from cchc.text import number


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
