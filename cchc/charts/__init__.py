"""Figures from DataFrames, as plain Plotly dictionaries or SVG."""

from cchc.charts.base import LIGHT, PALETTE, Figure, Theme
from cchc.charts.changes import changes
from cchc.charts.control import control, legend
from cchc.charts.deadlines import MOST_BARS, flow, outcomes, pareto
from cchc.charts.funnel import funnel
from cchc.charts.icons import as_image, icon, icon_images, icon_kind
from cchc.charts.impact import Judged, chance, course, intervals
from cchc.charts.outline_map import outline_map
from cchc.charts.picture import TURNED, taken
from cchc.charts.promises import promise_grid, promise_weeks
from cchc.charts.rare import gaps, misses
from cchc.charts.sparks import lines, spark
from cchc.charts.tile_map import tile_map, tile_picture
from cchc.charts.tiles import tile
from cchc.charts.together import together
from cchc.charts.wall import enlarged
from cchc.charts.weekly_model import Line, Start, broken_series, weekday_profile, weekly_rates
from cchc.charts.years import years
