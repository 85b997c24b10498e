"""What a question of other software may say: the parameters of a page's link, and those of the answer."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from cchc.figures.filters import PARAMETERS
from cchc.figures.metrics import FIGURES
from cchc.figures.periods import GRAINS
from cchc.figures.query import RECORD_COLUMNS
from cchc.rules.boundaries import BOUNDARIES
from cchc.schema import BESIDE, CHANNEL_NAMES, DIMENSIONS, LEVELS
from cchc.text import LANGUAGES, Text, UserError, number

FORMATS = ("json", "csv", "parquet")
# What a page says where it shows all of a period at once.
WHOLE = "whole"
# Dossiers on a page, as the page of the dashboard has them, and the most that one answer holds.
PAGE_ROWS, MOST_ROWS = "50", 10_000
_MOST_PAGES = 1_000_000
# What a link says once; it may say everything else several times.
_ONCE = ("dataset", "snapshot", "start", "end", "boundaries")
_VALUES: dict[str, Sequence[str]] = {
    "level": LEVELS, "channel": tuple(CHANNEL_NAMES), "weekday": tuple("1234567"), "boundaries": BOUNDARIES,
}  # fmt: skip


@dataclass(frozen=True)
class Parameter:
    """A parameter: what it says, its `values` or the whole numbers from 1 to `most` where not every text is one,
    whether it may be said `many` times, and whether it has to be."""

    name: str
    about: Text
    values: Sequence[str] = ()
    most: int = 0
    many: bool = False
    needed: bool = False


_OF_LINK = Text("Như trong địa chỉ của một trang", "As in the link of a page")
_DATASET = Parameter("dataset", Text("Mã khu vực", "Id of the area"), needed=True)
_LINK = [Parameter(name, _OF_LINK, _VALUES.get(name, ()), many=name not in _ONCE) for name in PARAMETERS[1:]]
_ANSWER = [
    Parameter("format", Text("Dạng trả lời; không ghi thì theo Accept", "Form of the answer; else by Accept"), FORMATS),
    Parameter("lang", Text("Ngôn ngữ của câu báo lỗi", "Language of what is said of a mistake"), LANGUAGES),
]
_METRIC = Text("Chỉ số", "Metric")
OF: Mapping[str, Mapping[str, Parameter]] = {
    name: {each.name: each for each in parameters}
    for name, parameters in {
        "figures": [
            _DATASET,
            Parameter("metric", _METRIC, tuple(FIGURES), many=True, needed=True),
            Parameter("by", Text("Chia theo", "Split by"), (*DIMENSIONS, *BESIDE), many=True),
            Parameter("grain", Text("Chia theo kỳ", "Split by periods"), (WHOLE, *GRAINS)),
            *_LINK,
            *_ANSWER,
        ],
        "dossiers": [
            _DATASET,
            Parameter("metric", Text("Hồ sơ của chỉ số nào; không ghi thì tiếp nhận (received)",
                                     "The dossiers of which metric; else those received"), tuple(FIGURES)),
            Parameter("search", Text("Tìm trong mã hồ sơ, tên đơn vị, tên thủ tục",
                                     "Find in dossier ids and names of units and procedures")),
            Parameter("sort", Text("Sắp theo cột; không ghi thì ngày tiếp nhận", "Sort by a column; else by receipt"),
                      (*RECORD_COLUMNS, "days_late")),
            Parameter("order", Text("Tăng hay giảm", "Ascending or descending"), ("asc", "desc")),
            Parameter("page", Text("Trang thứ mấy, từ 1", "Which page, from 1"), most=_MOST_PAGES),
            Parameter("size", Text("Số hồ sơ một trang; không ghi thì 50", "Dossiers on a page; else 50"),
                      most=MOST_ROWS),
            *_LINK,
            *_ANSWER,
        ],
        "snapshots": [Parameter("dataset", Text("Mã khu vực; không ghi thì mọi khu vực", "Id of the area; else all")),
                      *_ANSWER],
    }.items()
}  # fmt: skip


@dataclass(frozen=True)
class Asked:
    """A question: the values of the parameters it says, each one that its description allows; those of the `link` are
    for `filters` to judge."""

    given: Mapping[str, Sequence[str]] = field(default_factory=dict)

    def one(self, name: str, default: str = "") -> str:
        """The value of a parameter that is said once."""
        return next(iter(self.given.get(name, ())), default)

    def all(self, name: str) -> list[str]:
        """The values of one that may be said several times, each once."""
        return list(dict.fromkeys(self.given.get(name, ())))

    @property
    def link(self) -> dict[str, Sequence[str]]:
        """What a page's link would say of it."""
        return {name: values for name, values in self.given.items() if name in PARAMETERS}


def read(name: str, given: Mapping[str, Sequence[str]]) -> Asked:
    """The question of these parameters to what has that name. Raises UserError where one is missing, unknown, said too
    often or says what it cannot."""
    for parameter in OF[name].values():
        if parameter.needed and not any(given.get(parameter.name, ())):
            needed = f"{parameter.name}=…"
            raise UserError(Text(f"Thiếu tham số {needed}", f"The parameter {needed} is missing"))
    for said, values in given.items():
        if said not in OF[name]:
            raise UserError(
                Text(
                    f"Không có tham số {said[:60]}; các tham số: {', '.join(OF[name])}.",
                    f"There is no parameter {said[:60]}; the parameters are: {', '.join(OF[name])}.",
                )
            )
        _check(OF[name][said], values)
    return Asked(given)


def _check(parameter: Parameter, values: Sequence[str]) -> None:
    if len(values) > 1 and not parameter.many:
        raise UserError(
            Text(f"Tham số {parameter.name} chỉ ghi một lần.", f"The parameter {parameter.name} is said once only.")
        )
    for value in values:
        if parameter.values and value not in parameter.values:
            allowed = ", ".join(parameter.values)
            raise UserError(
                Text(
                    f"{parameter.name} không thể là {value[:60]}; chọn trong: {allowed}.",
                    f"{parameter.name} cannot be {value[:60]}; choose of: {allowed}.",
                )
            )
        if parameter.most and not (value.isascii() and value.isdecimal() and 1 <= int(value[:9]) <= parameter.most):
            raise UserError(
                Text(
                    f"{parameter.name} là số từ 1 đến {number(parameter.most, 'vi')}, không phải {value[:60]}.",
                    f"{parameter.name} is a number from 1 to {number(parameter.most, 'en')}, not {value[:60]}.",
                )
            )
