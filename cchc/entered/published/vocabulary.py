"""What a published figure can be about: the product's metrics, their changes, facts of a service model, registers."""

import re
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache
from typing import Literal

from cchc.figures.filters import WEEKDAY_NAMES
from cchc.figures.metrics import FIGURES, METRICS
from cchc.text import Text, fold, within

Unit = Literal["count", "percent", "point", "days", "date"]
# A ratio is a share of one published figure in another that is no metric of ours, as tasks done of all tasks.
Kind = Literal["count", "rate", "days", "ratio", "change", "growth", "model", "start", "listed", "register"]

UNITS: dict[Unit, Text] = {
    "count": Text("số đếm", "count"),
    "percent": Text("%", "%"),
    "point": Text("điểm %", "pp"),
    "days": Text("ngày", "days"),
    "date": Text("ngày tháng", "date"),
}
# Counts of registers that hold no dossiers; nothing but the published table knows them.
REGISTERS = {
    "tasks": Text("Nhiệm vụ được giao", "Tasks"),
    "tasks_done": Text("Nhiệm vụ đã hoàn thành", "Tasks done"),
    "petitions_received": Text("Phản ánh, kiến nghị tiếp nhận", "Petitions received"),
    "petitions_on_time": Text("Phản ánh, kiến nghị xử lý đúng hạn", "Petitions handled on time"),
    "petitions_late": Text("Phản ánh, kiến nghị xử lý quá hạn", "Petitions handled late"),
    "petitions_open": Text("Phản ánh, kiến nghị đang xử lý", "Petitions open"),
    "procedures_impact_assessed": Text("Thủ tục đã đánh giá tác động", "Procedures with an impact assessment"),
    "procedures_appraised": Text("Thủ tục đã thẩm định", "Procedures appraised"),
    "internal_procedures_published": Text("Thủ tục nội bộ đã công bố", "Internal procedures published"),
    "internal_procedures_cut_approved": Text(
        "Thủ tục nội bộ được duyệt phương án cắt giảm", "Internal procedures approved to be cut"
    ),
    "internal_procedures_cut_done": Text("Thủ tục nội bộ đã cắt giảm", "Internal procedures cut"),
}
_DAYS = {name.en.lower(): (day, name) for day, name in WEEKDAY_NAMES.items()}
_UNIT_OF: dict[str, Unit] = {"count": "count", "rate": "percent", "days": "days"}
_GROWTH = re.compile(r"(?P<base>\w+?)_growth(_vs_\w+)?")
_OF_MODEL = re.compile(rf"(?P<day>{'|'.join(_DAYS)})_(?P<what>dossiers|start)")


@dataclass(frozen=True)
class Meaning:
    """What a name in the column `metric` stands for. `base` is the count or rate it is made of, `weekday` that of the
    service model it speaks of (0 = none)."""

    name: str
    label: Text
    unit: Unit
    kind: Kind
    base: str
    weekday: int = 0

    @property
    def of_dossiers(self) -> bool:
        """Whether it is a figure of a period that only records of that period can confirm."""
        return self.kind in ("count", "rate", "days", "change", "model")


def meaning(name: str) -> Meaning | None:
    """What `name` stands for; None if it is no name of a published figure."""
    if metric := FIGURES.get(name):
        return Meaning(name, metric.label, _UNIT_OF[metric.format], metric.format, name)
    if name in REGISTERS:
        return Meaning(name, REGISTERS[name], "count", "register", name)
    if name == "listed_procedures":
        label = Text("Số thủ tục trong danh mục mô hình", "Procedures listed for the model")
        return Meaning(name, label, "count", "listed", name)
    return _of_model(name) or _derived(name)


def _of_model(name: str) -> Meaning | None:
    if not (found := _OF_MODEL.fullmatch(name)):
        return None
    weekday, day = _DAYS[found["day"]]
    if found["what"] == "dossiers":
        label = Text(f"Hồ sơ theo mô hình {day.vi}", f"Dossiers under the {day.en} model")
        return Meaning(name, label, "count", "model", "model_received", weekday)
    return Meaning(
        name, Text(f"Ngày bắt đầu mô hình {day.vi}", f"Start of the {day.en} model"), "date", "start", name, weekday
    )


def _derived(name: str) -> Meaning | None:
    rate, count = METRICS.get(name.removesuffix("_change")), name.removesuffix("_rate")
    if name.endswith("_change") and rate and rate.is_rate:
        label = Text(f"Thay đổi của {within(rate.label.vi)}", f"Change of the {within(rate.label.en)}")
        return Meaning(name, label, "point", "change", rate.name)
    counted = {key: metric.label for key, metric in METRICS.items() if metric.format == "count"} | REGISTERS
    if name.endswith("_rate") and count in counted:
        label = Text(f"Tỷ lệ {within(counted[count].vi)}", f"Share of {within(counted[count].en)}")
        return Meaning(name, label, "percent", "ratio", count)
    growth = _GROWTH.fullmatch(name)
    if growth and growth["base"] in counted:
        what = counted[growth["base"]]
        noun = "" if growth["base"] in REGISTERS else "số hồ sơ "
        label = Text(f"Mức tăng {noun}{within(what.vi)}", f"Increase: {within(what.en)}")
        return Meaning(name, label, "percent", "growth", growth["base"])
    return None


@cache
def names() -> dict[str, Text]:
    """Every name a figure may have, and what it is called; of increases only those without a name of their base."""
    found = [*METRICS, "counter_or_postal", "on_day_or_withdrawn", *REGISTERS, "listed_procedures", "tasks_done_rate"]
    found += [f"{day}_{what}" for day in _DAYS for what in ("dossiers", "start")]
    found += [f"{name}_change" for name, metric in METRICS.items() if metric.is_rate]
    found += [f"{name}_growth" for name, metric in METRICS.items() if metric.format == "count"]
    return {name: about.label for name in found if (about := meaning(name))}


def find(text: str) -> Meaning | None:
    """What a cell means that holds a name, or its label in words; None if it is neither."""
    return meaning(text) or meaning(text.lower()) or meaning(_by_label().get(fold(text), ""))


@cache
def _by_label() -> dict[str, str]:
    return {fold(text): name for name, label in names().items() for text in (label.vi, label.en)}


def closest(text: str) -> str:
    """The known name spelled most like `text`, or whose label is; "" when none is close."""
    like = get_close_matches(text, names(), 1) or get_close_matches(fold(text), _by_label(), 1)
    return _by_label().get(like[0], like[0]) if like else ""
