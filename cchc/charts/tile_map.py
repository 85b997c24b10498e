"""The diagram of communes: one tile each, coloured by what it shows, hatched where it differs from the others."""

import math
import textwrap
from collections.abc import Mapping, Sequence
from html import escape
from itertools import pairwise

from cchc.charts.base import PALETTE, STEPS, STRONG, Figure, Theme, behind, figure
from cchc.charts.scale import Scale, round_step
from cchc.findings.compliance import in_full
from cchc.findings.territory import Cell, Shown, Territory, Value
from cchc.text import Language, Text, capital, number, percent

_ROW = 62
_GAP = 0.94
_MARGINS = {"l": 0, "r": 0, "t": 44, "pad": 0}
# Pixels below the tiles for the button and the slider.
PLAYER = 160
_FEW = Text("Không xét: ít hồ sơ hoặc thiếu dữ liệu", "Not judged: few dossiers or no data")
# Of a unit that keeps deadlines less, or more, than chance lets one expect.
_HATCHES = ("/", ".")
_MARKED = {
    "/": Text("bảo đảm thời hạn kém mức thường thấy", "keeps deadlines less than is usual"),
    ".": Text("tốt hơn mức thường thấy", "more than is usual"),
}
# Their names in the style of the small tiles, which are so many pixels wide at most.
_SMALL_MARKS = {"/": "less", ".": "more"}
_LARGEST = 34
_PACE = 900
_LETTERS, _LINES = 9, 3
# Colours tell rates apart from this many points on: below it, what differs may be a dossier or two.
_FINEST = {"rate": 0.01, "days": 0.5, "count": 1.0}
# What most names begin with says nothing on a tile, except where it tells two apart.
_KINDS = {"Xã ": "", "Phường ": "", "Thị trấn ": "TT "}


def tile_map(
    area: Territory, names: Mapping[str, str], chosen: Sequence[str], theme: Theme, language: Language
) -> Figure | None:
    """Every commune as a tile with its name and value, in at most seven classes with round borders; hatched where it
    stands outside the funnel; with a frame where it is among those `chosen`. A click narrows to it. With months, a
    slider and a button to play them. None without a commune."""
    cells = _with_nowhere(area)
    if not cells:
        return None
    drawing = Drawing(area, cells, scale_of(area), names, frozenset(chosen), theme, language)
    columns, rows = _size(cells)
    below = PLAYER if area.months else 4
    hidden: Figure = {"visible": False, "fixedrange": True}
    drawn = figure(
        drawing.traces(area.months[-1] if area.months else area.shown),
        theme,
        language,
        rows * _ROW + _MARGINS["t"] + below,
        margin=_MARGINS | {"b": below},
        barmode="overlay",
        bargap=0,
        showlegend=True,
        legend={"orientation": "h", "x": 0, "y": 1, "yanchor": "bottom", "itemclick": False, "itemdoubleclick": False},
        uniformtext={"mode": "hide", "minsize": 9},
        xaxis=hidden | {"range": [-0.5, columns - 0.5]},
        yaxis=hidden | {"range": [rows, 0]},
    )
    if area.months:
        labels = [shown.period.label(language) for shown in area.months]
        drawn["frames"] = [
            {"name": label, "data": drawing.traces(shown)} for label, shown in zip(labels, area.months, strict=True)
        ]
        drawn["layout"] |= player(labels, theme, language)
    return drawn


def tile_picture(area: Territory, names: Mapping[str, str], theme: Theme, language: Language) -> str:
    """The same tiles small and without letters, with what the colours and marks in use mean, as HTML; a tile says its
    commune and value to a mouse. Empty where all would look alike."""
    cells = _with_nowhere(area)
    drawing = Drawing(area, cells, scale_of(area), names, frozenset(), theme, language)
    if not drawing.tells:
        return ""
    columns, _ = _size(cells)
    look = f"grid-template-columns:repeat({columns},1fr);max-width:{columns * _LARGEST}px"
    tiles = "".join(drawing.small(unit) for unit in cells)
    return f'<div class="tiles" style="{look}" aria-hidden="true">{tiles}</div>{drawing.legend()}'


def scale_of(area: Territory) -> Scale | None:
    """The scale of all that is judged, in any month; None where nothing is."""
    every = [value for shown in (area.shown, *area.months) for value, _ in shown.judged]
    return Scale.of(every, area.metric) if every else None


def _size(cells: Mapping[str, Cell]) -> tuple[int, int]:
    """How many columns and rows there are."""
    columns, rows = (max(cell[axis] for cell in cells.values()) + 1 for axis in (0, 1))
    return columns, rows


def _with_nowhere(area: Territory) -> dict[str, Cell]:
    """The cells, those of which is not known where they lie in rows of their own below an empty one."""
    width = max((column for column, _ in area.cells.values()), default=5) + 1
    below = max((row for _, row in area.cells.values()), default=-2) + 2
    nowhere = {unit: (n % width, below + n // width) for n, unit in enumerate(area.nowhere)}
    return area.cells | nowhere


class Drawing:
    """The tiles of one diagram, of which only the values change from month to month."""

    def __init__(
        self,
        area: Territory,
        cells: dict[str, Cell],
        scale: Scale | None,
        names: Mapping[str, str],
        chosen: frozenset[str],
        theme: Theme,
        language: Language,
    ) -> None:
        self.area, self.cells, self.scale, self.names = area, cells, scale, names
        self.chosen, self.colour, self.language = chosen, PALETTE[theme], language
        self.classes = _classes(scale)

    def traces(self, shown: Shown) -> list[Figure]:
        """A trace a class, lowest first, and one for communes that are not judged."""
        place = {unit: self.class_of(value) for unit, value in shown.values.items()}
        return [
            self._trace(shown, [unit for unit in place if place[unit] == at], name, colour)
            for at, (name, colour) in enumerate(self.named())
        ]

    @property
    def tells(self) -> bool:
        """Whether two communes that are judged look unlike each other."""
        judged = {self.class_of(shown) for shown in self.area.shown.values.values() if shown.is_judged}
        return len(judged) > 1 or any(self.hatch(unit, self.area.shown) for unit in self.cells)

    def small(self, unit: str) -> str:
        """The tile of a commune, as HTML."""
        (column, row), shown = self.cells[unit], self.area.shown.values[unit]
        _, colour = self.named()[self.class_of(shown)]
        said = escape(f"{self.names[unit]}: {self.area.metric.show(shown.value, self.language)}")
        return self._small(
            colour, self.hatch(unit, self.area.shown), f' title="{said}"', f";grid-area:{row + 1}/{column + 1}"
        )

    def legend(self) -> str:
        """What the colours and marks of the small tiles mean."""
        used = {self.class_of(shown) for shown in self.area.shown.values.values()}
        marks = {self.hatch(unit, self.area.shown) for unit in self.cells}
        items = [(self._small(colour), name) for n, (name, colour) in enumerate(self.named()) if n in used]
        items += [(self._small("ground", mark), name[self.language]) for mark, name in _MARKED.items() if mark in marks]
        return f'<div class="legend">{"".join(f"<span>{tile}{escape(name)}</span>" for tile, name in items)}</div>'

    def _small(self, colour: str, mark: str = "", said: str = "", place: str = "") -> str:
        ink = self.colour["ground" if colour in STRONG else "text"]
        look = f"background-color:{self.colour[colour]}{place}"
        if mark not in _SMALL_MARKS:
            return f'<i style="{look}"{said}></i>'
        return f'<i class="{_SMALL_MARKS[mark]}" style="{look};color:{ink}"{said}></i>'

    def named(self) -> list[tuple[str, str]]:
        """The classes, lowest first, and last what is not judged: name and colour."""
        few = [(_FEW[self.language], "ground")]
        if self.scale is None:
            return few
        borders = [[self.scale.show(border, self.language) for border in pair] for pair in self.classes]
        return [*zip(map(" – ".join, borders), _spread_over(len(borders)), strict=True), *few]

    def escaped(self, unit: str) -> str:
        """The name of a commune as a figure may hold it."""
        return escape(self.names[unit])

    def class_of(self, shown: Value) -> int:
        """The place of a value among those named."""
        if not shown.is_judged:
            return len(self.classes)
        return next((n for n, (_, high) in enumerate(self.classes) if shown.value < high), len(self.classes) - 1)

    def _trace(self, shown: Shown, units: list[str], name: str, colour: str) -> Figure:
        ink = self.colour["ground" if colour in STRONG else "text"]
        values = [shown.values[unit].value for unit in units]
        return {
            "type": "bar",
            "name": name,
            "x": [self.cells[unit][0] for unit in units],
            "y": [_GAP] * len(units),
            "base": [self.cells[unit][1] for unit in units],
            "width": _GAP,
            "marker": {
                "color": self.colour[colour],
                "pattern": {
                    "shape": [self.hatch(unit, shown) for unit in units], "fillmode": "overlay", "fgcolor": ink,
                    "fgopacity": 0.35, "size": 10, "solidity": 0.1,
                },
                "line": {
                    "color": self.colour["text"],
                    "width": [2.5 if unit in self.chosen else 0.5 for unit in units],
                },
            },
            "text": [self._label(unit, value) for unit, value in zip(units, values, strict=True)],
            "textposition": "inside",
            "insidetextanchor": "middle",
            "textangle": 0,
            "insidetextfont": {"color": ink, "size": 13},
            "showlegend": True,
            "customdata": [
                [unit, self.area.metric.name, self.sentence(unit, shown)] for unit in units
            ],
            "hovertemplate": "%{customdata[2]}<extra></extra>",
            **behind(
                self.area.metric.label[self.language], rows=[self.escaped(unit) for unit in units], values=values
            ),
        }  # fmt: skip

    def _label(self, unit: str, value: float) -> str:
        name = self.names[unit]
        kind = next((kind for kind in _KINDS if name.startswith(kind)), "")
        lines = textwrap.wrap(
            _KINDS.get(kind, "") + name.removeprefix(kind), _LETTERS, max_lines=_LINES, placeholder="…"
        )
        metric = self.area.metric
        # One decimal: on a phone the second would leave no room for any.
        short = percent(value, self.language, 1) if metric.is_rate else metric.show(value, self.language)
        return "<br>".join([*map(escape, lines), short])

    def hatch(self, unit: str, shown: Shown) -> str:
        """The pattern of a commune that stands outside the funnel, empty for all others and in other periods than the
        one that was judged."""
        standing, z = self.area.standing(unit, shown) or ("none", 0)
        return _HATCHES[int(z > 0)] if standing in ("different", "look") else ""

    def sentence(self, unit: str, shown: Shown) -> str:
        """What a tile says to a mouse, escaped."""
        metric, language, (value, of, is_judged) = self.area.metric, self.language, shown.values[unit]
        said = [f"<b>{self.escaped(unit)}</b>", shown.period.label(language)]
        said.append(f"{metric.label[language]}: {metric.show(value, language)}")
        if not math.isnan(of):
            said.append(Text("trên {} hồ sơ", "of {} dossiers")[language].format(number(of, language)))
        if not is_judged:
            said.append(_FEW[language])
        elif standing := self.area.standing(unit, shown):
            said.append(capital(in_full(*standing)[language]))
        return "<br>".join(said)


def _classes(scale: Scale | None) -> list[tuple[float, float]]:
    """Classes with round borders, seven at most, none so narrow that it tells apart what does not differ."""
    if scale is None:
        return []
    step = round_step(max((scale.high - scale.low) / len(STEPS), scale.step, _FINEST[scale.metric.format]))
    first, last = math.floor(scale.low / step + 1e-9), math.ceil(scale.high / step - 1e-9)
    last = max(last, first + 1)
    if scale.metric.is_rate:  # there is nothing above all of them
        most = round(1 / step)
        first, last = min(first, most - 1), min(last, most)
    return list(pairwise(round(n * step, 10) for n in range(first, last + 1)))


def _spread_over(count: int) -> list[str]:
    """So many of the steps from little to much, as far from each other as they can be."""
    if count == 1:
        return [STEPS[len(STEPS) // 2]]
    return [STEPS[round(n * (len(STEPS) - 1) / (count - 1))] for n in range(count)]


def player(labels: list[str], theme: Theme, language: Language) -> Figure:
    """A button that plays the months and a slider that stops at one."""
    at_once = {"mode": "immediate", "frame": {"duration": 0, "redraw": True}, "transition": {"duration": 0}}
    playing = {"fromcurrent": True, "frame": {"duration": _PACE, "redraw": True}, "transition": {"duration": 0}}
    colour = PALETTE[theme]
    buttons = [
        {"label": Text("▶ Chạy", "▶ Play")[language], "method": "animate", "args": [None, playing]},
        {"label": Text("■ Dừng", "■ Stop")[language], "method": "animate", "args": [[None], at_once]},
    ]
    return {
        "updatemenus": [
            {
                "type": "buttons", "direction": "left", "showactive": False, "x": 0, "xanchor": "left", "y": 0,
                "yanchor": "top", "pad": {"t": 14}, "buttons": buttons, "bgcolor": colour["ground"],
                "bordercolor": colour["other"], "font": {"color": colour["text"]},
            }
        ],
        "sliders": [
            {
                "active": len(labels) - 1, "x": 0, "len": 1, "y": 0, "yanchor": "top",
                "pad": {"t": 58, "l": 36, "r": 36},  # room for half of the first and of the last label
                "currentvalue": {"visible": True, "xanchor": "right", "font": {"size": 15, "color": colour["text"]}},
                "font": {"size": 10, "color": colour["muted"]}, "bgcolor": colour["grid"],
                "bordercolor": colour["other"], "tickcolor": colour["other"],
                "steps": [{"label": each, "method": "animate", "args": [[each], at_once]} for each in labels],
            }
        ],
    }  # fmt: skip
