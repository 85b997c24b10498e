"""An estimate of units' points under Quyết định 766/QĐ-TTg: what dossiers tell, what staff enter, what is missing."""

from xlsxwriter.utility import xl_col_to_name

from cchc.entered import registers
from cchc.entered.registers import SCORES, Row
from cchc.reports import criteria
from cchc.reports.asked import Asked
from cchc.reports.criteria import FIRST, TOO_FEW, Criterion, Evidence, Scheme, Standing
from cchc.reports.paper import Box
from cchc.reports.sheet import Book, Cell, Formula, Line, Sheet, signatures
from cchc.schema import MINIMUM
from cchc.text import Text, UserError, fold, number

KIND = "diem-766"
MISSING, OPEN = "chưa có", "Chưa xác định"
_SOURCES = {True: "tính từ hồ sơ", False: "cán bộ nhập vào sổ"}
Entered = dict[tuple[str, str], float]


def notice(asked: Asked) -> Text:
    """How much of the points figures carry, and what becomes of the rest."""
    known = criteria.scheme(asked, KIND)
    carried, total = sum(each.points for each in known.carried), known.points
    return Text(
        f"Ước tính: hồ sơ cho biết {number(carried, 'vi')} trên {number(total, 'vi')} điểm. Phần còn lại lấy từ sổ "
        "dưới đây; chưa nhập thì ghi “chưa có”, không cho điểm tối đa. Mức xếp loại là giả định, sửa được.",
        f"An estimate: dossiers tell {number(carried, 'en')} of {number(total, 'en')} points. The rest comes from the "
        "register below; what is not entered is marked as missing and gets no points. The bands are assumed.",
    )


def build(asked: Asked) -> Book:
    """Points by unit; the evidence behind each; the criteria with where their points come from.

    Raises UserError where the criteria or the register cannot be meant.
    """
    known = criteria.scheme(asked, KIND)
    entered = _entered(asked, known)
    found = criteria.standings(asked, known)
    proof = criteria.evidence(asked, found, known.source)
    sheets = (_points(asked, known, entered, found, proof), proof.sheet, _criteria(asked, known, entered))
    return Book("Ước tính điểm theo Quyết định 766/QĐ-TTg", sheets, asked.origin, asked.snapshot.demo)


def _entered(asked: Asked, scheme: Scheme) -> Entered:
    """The points staff entered for the period by unit ("" for all) and criterion; the last row of several holds."""
    rows = registers.of_period(asked.data, asked.snapshot.dataset, SCORES, asked.filters.period)
    return dict(_read(asked, scheme, row) for row in sorted(rows, key=lambda row: str(row["end"])))


def _read(asked: Asked, scheme: Scheme, row: Row) -> tuple[tuple[str, str], float]:
    units = {fold(text): unit.id for unit in asked.snapshot.references.units.values() for text in (unit.name, unit.id)}
    unit = units.get(fold(str(row["unit"]))) if row["unit"] else ""
    criterion = next((each for each in scheme.criteria if each.code == row["criterion"] and not each.metric), None)
    points = float(str(row["points"]))
    if unit is None:
        raise _wrong(Text(f"không có đơn vị {row['unit']}", f"there is no unit {row['unit']}"))
    if criterion is None:
        codes = ", ".join(each.code for each in scheme.criteria if not each.metric)
        raise _wrong(
            Text(
                f"mã tiêu chí {row['criterion']} không phải một trong {codes}", f"{row['criterion']} is none of {codes}"
            )
        )
    if points > criterion.points:
        most = number(criterion.points, "vi")
        raise _wrong(
            Text(f"tiêu chí {criterion.code} có nhiều nhất {most} điểm", f"{criterion.code} has at most {most} points")
        )
    return (unit, criterion.code), points


def _wrong(reason: Text) -> UserError:
    return UserError(
        Text(f"Sổ “{SCORES.title.vi}”: {reason.vi}; sửa rồi thử lại.", f"“{SCORES.title.en}”: {reason.en}; mend it.")
    )


def _points(asked: Asked, scheme: Scheme, entered: Entered, standings: criteria.Standings, proof: Evidence) -> Sheet:
    """A column for each criterion some unit has points under, the most points first."""
    codes = {code for _, code in entered}
    columns = [each for each in scheme.criteria if each.metric or each.code in codes]
    after = FIRST + len(columns)
    last = xl_col_to_name(after - 1)
    lines = [_most(scheme, columns, last)]
    for place, (unit, standing) in enumerate(standings.items()):
        cells = [_cell(unit, each, standing, entered, proof) for each in columns]
        lines.append(_line(asked, scheme, unit, place, cells, columns, standing))
    return Sheet(
        name="Điểm theo đơn vị",
        above=criteria.above(
            "ƯỚC TÍNH ĐIỂM THEO BỘ CHỈ SỐ QUYẾT ĐỊNH 766/QĐ-TTg", asked, FIRST + len(columns) + len(_SUMS)
        ),
        heads=criteria.heads(columns, _SUMS),
        lines=tuple(lines),
        widths=(5, 34, *[13.0] * len(columns), 11, 11, 11, 13, 17),
        formats=("", "", *["0.00"] * (len(columns) + 4), ""),
        centred=(0, after + 4),
        notes=(_NOTE, f"Nguồn: {scheme.source}"),
        signs=signatures(asked.letterhead(KIND).place, 4, 3),
    )


_NOTE = (
    "“chưa có”: hồ sơ không cho biết và cán bộ chưa nhập, nên không có điểm. Xếp loại chỉ ghi khi phần chưa có không "
    f"làm thay đổi được; đơn vị dưới {MINIMUM} hồ sơ: {TOO_FEW.lower()}."
)
_SUMS = ("Điểm đã có", "Tối đa của phần đã có", "Điểm chưa có", "Cao nhất có thể", "Xếp loại")


def _most(scheme: Scheme, columns: list[Criterion], last: str) -> Line:
    most: list[Cell] = [each.points for each in columns]
    shown = sum(each.points for each in columns)
    top = scheme.points
    cells = [Formula(f"SUM(C{{0}}:{last}{{0}})", shown, (0,)), None, top - shown, top, None]
    return Line(("", "Điểm tối đa", *most, *cells), "sum")


def _cell(unit: str, criterion: Criterion, standing: list[Standing], entered: Entered, proof: Evidence) -> Cell:
    for place, each in enumerate(standing):
        if each.criterion == criterion:
            return proof.point(each, place) if each.cases and each.is_dated else MISSING
    return entered.get((unit, criterion.code), entered.get(("", criterion.code), MISSING))


def _line(
    asked: Asked, scheme: Scheme, unit: str, place: int, cells: list[Cell], columns: list[Criterion],
    standing: list[Standing],
) -> Line:  # fmt: skip
    """Sums, what they are out of, and the band where what is missing cannot change it."""
    values = [cell.value if isinstance(cell, Formula) else cell for cell in cells]
    points = sum(value for value in values if isinstance(value, int | float))
    judged = sum(each.points for each, value in zip(columns, values, strict=True) if isinstance(value, int | float))
    missing = scheme.points - judged
    line = place + 1
    last, *sums = (xl_col_to_name(FIRST + len(columns) + offset) for offset in range(-1, 4))
    got, out_of, left, most = sums
    total = f"{most}{{1}}"
    low, high = scheme.band(points), scheme.band(points + missing)
    both = [scheme.band_formula(f"{column}{{0}}") for column in (got, most)]
    band: Cell = Formula(f'IF({both[0]}={both[1]},{both[0]},"{OPEN}")', low if low == high else OPEN, (line,))
    if not any(each.is_enough for each in standing):
        band = TOO_FEW
    return Line(
        (
            str(place) if unit else "",
            criteria.name_of(asked, unit),
            *cells,
            Formula(f"SUM(C{{0}}:{last}{{0}})", points, (line,)),
            Formula(f"SUMPRODUCT(ISNUMBER(C{{0}}:{last}{{0}})*C{{1}}:{last}{{1}})", judged, (line, 0)),
            Formula(f"{total}-{out_of}{{0}}", missing, (line, 0)),
            Formula(f"{got}{{0}}+{left}{{0}}", points + missing, (line,)),
            band,
        ),
        "row" if unit else "total",
    )


def _criteria(asked: Asked, scheme: Scheme, entered: Entered) -> Sheet:
    """Every criterion, and where its points come from."""
    codes = {code for _, code in entered}
    lines = [
        Line((each.code, each.name, each.points, _SOURCES[bool(each.metric)] if each.metric or each.code in codes
              else MISSING))
        for each in scheme.criteria
    ]  # fmt: skip
    total = Formula("SUM(C{0}:C{1})", scheme.points, (0, len(lines) - 1))
    return Sheet(
        name="Tiêu chí",
        above=criteria.above("TIÊU CHÍ VÀ NGUỒN CỦA ĐIỂM", asked, 4),
        heads=tuple(Box(text, 0, column) for column, text in enumerate(("Mã", "Tiêu chí", "Điểm tối đa", "Nguồn"))),
        lines=(*lines, Line(("", "Tổng số", total, ""), "total")),
        widths=(8, 52, 14, 26),
        formats=("", "", "0.00", ""),
        centred=(0,),
        notes=(f"Nguồn: {scheme.source}",),
    )
