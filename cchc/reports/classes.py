"""The assessment of units for emulation: declared criteria, points, class, and the evidence behind each; no persons.

A class is lowered only when even the upper end of what chance allows is below it, so small communes are not punished
for being small. The interval of a weighted sum of rates is put together from theirs (Zou & Donner 2008).
"""

import math
from collections.abc import Sequence
from typing import Literal

from xlsxwriter.utility import xl_col_to_name

from cchc.reports import criteria
from cchc.reports.asked import Asked
from cchc.reports.criteria import FIRST, TOO_FEW, Evidence, Scheme, Standing, Standings
from cchc.reports.sheet import Book, Cell, Formula, Line, Sheet, signatures
from cchc.schema import MINIMUM
from cchc.text import Text, rounded

KIND = "xep-loai"
NOT_ASKED = "không áp dụng"
_SUMS = ("Điểm tối đa được tính", "Điểm quy đổi về 100", "Cận trên 95 %", "Xếp loại")
_NOTE = (
    "Điểm quy đổi tính trên các tiêu chí đánh giá được. Xếp loại theo cận trên của khoảng tin cậy 95 %: đơn vị "
    f"ít hồ sơ không bị hạ loại chỉ vì may rủi; tiêu chí dưới {MINIMUM} hồ sơ không tính điểm. Chỉ đánh giá đơn vị, "
    "không đánh giá cá nhân."
)


def notice(asked: Asked) -> Text:
    """That criteria and bands are declared, and by whom."""
    source = criteria.scheme(asked, KIND).source
    return Text(
        f"Tiêu chí, điểm và mức xếp loại khai báo cho từng khu vực (reports.toml). {source}",
        "Criteria, points and bands are declared for each area (reports.toml); those shipped are assumed, because the "
        "plan that ties the model to emulation names none.",
    )


def build(asked: Asked) -> Book:
    """Points and class of each unit, and the evidence. Raises UserError where the criteria cannot be meant."""
    known = criteria.scheme(asked, KIND)
    found = criteria.standings(asked, known)
    proof = criteria.evidence(asked, found, known.source, MINIMUM)
    return Book("Đánh giá, xếp loại đơn vị", (_classes(asked, known, found, proof), proof.sheet), asked.origin,
                asked.snapshot.demo)  # fmt: skip


def _judged(standing: Sequence[Standing]) -> list[Standing]:
    return [each for each in standing if each.is_enough]


def _out_of(standing: Sequence[Standing]) -> float:
    return sum(each.criterion.points for each in _judged(standing))


def _score(standing: Sequence[Standing]) -> float:
    return 100 * sum(each.points for each in _judged(standing)) / _out_of(standing)


def _upper(standing: Sequence[Standing]) -> float:
    gained = math.sqrt(sum((each.most - each.points) ** 2 for each in _judged(standing)))
    return min(100.0, _score(standing) + 100 * gained / _out_of(standing))


def _is_judged(scheme: Scheme, standing: Sequence[Standing]) -> bool:
    """Whether enough of the criteria can be judged."""
    return _out_of(standing) > 0 and _out_of(standing) >= scheme.coverage * scheme.points


def _classes(asked: Asked, scheme: Scheme, standings: Standings, proof: Evidence) -> Sheet:
    """The whole area, then the units that can be judged, best first, then the others by name."""
    judged = [unit for unit in standings if unit and _is_judged(scheme, standings[unit])]
    others = [unit for unit in standings if unit and unit not in judged]
    order = ["", *sorted(judged, key=lambda unit: -rounded(_score(standings[unit]), 2)), *others]
    columns, after = scheme.carried, FIRST + len(scheme.carried)
    most = sum(each.points for each in columns)
    total = Formula(f"SUM(C{{0}}:{xl_col_to_name(after - 1)}{{0}})", most, (0,))
    lines = [Line(("", "Điểm tối đa", *(each.points for each in columns), total, 100, 100, None), "sum")]
    lines += [_line(asked, scheme, place, unit, standings[unit], proof) for place, unit in enumerate(order)]
    return Sheet(
        name="Xếp loại",
        above=criteria.above("ĐÁNH GIÁ, XẾP LOẠI ĐƠN VỊ PHỤC VỤ BÌNH XÉT THI ĐUA", asked, after + len(_SUMS)),
        heads=criteria.heads(columns, _SUMS),
        lines=tuple(lines),
        widths=(5, 34, *[15.0] * len(columns), 13, 13, 13, 22),
        formats=("", "", *["0.00"] * (len(columns) + 3), ""),
        centred=(0, after + 3),
        notes=(_NOTE, f"Nguồn: {scheme.source}"),
        signs=signatures(asked.letterhead(KIND).place, 4, 3),
    )


def _line(asked: Asked, scheme: Scheme, place: int, unit: str, standing: list[Standing], proof: Evidence) -> Line:
    cells: list[Cell] = [
        proof.point(each, at) if each.is_enough else each.why if each.cases else NOT_ASKED
        for at, each in enumerate(standing)
    ]
    name, number = criteria.name_of(asked, unit), str(place) if unit else ""
    kind: Literal["row", "total"] = "row" if unit else "total"
    first, last, out_of, score, upper = (
        xl_col_to_name(FIRST + column) for column in (0, *(len(standing) + extra for extra in range(-1, 3)))
    )
    row = f"{first}{{0}}:{last}{{0}}"
    known_of = Formula(f"SUMPRODUCT(ISNUMBER({row})*{first}{{1}}:{last}{{1}})", _out_of(standing), (place + 1, 0))
    if not _is_judged(scheme, standing):
        return Line((number, name, *cells, known_of, None, None, TOO_FEW), kind)
    gained = proof.gained(unit, len(standing))
    return Line(
        (
            number,
            name,
            *cells,
            known_of,
            Formula(f"100*SUM({row})/{out_of}{{0}}", _score(standing), (place + 1,)),
            Formula(f"MIN(100,{score}{{0}}+100*SQRT({gained})/{out_of}{{0}})", _upper(standing), (place + 1,)),
            # The whole area is there to compare with: only units are classed.
            Formula(scheme.band_formula(f"{upper}{{0}}"), scheme.band(_upper(standing)), (place + 1,))
            if unit
            else None,
        ),
        kind,
    )
