"""Hồ sơ: which dossiers exactly stand behind a number?"""

from cchc import ui
from cchc.metrics import FIGURES, METRICS
from cchc.text import Text, number

_COUNTS = [name for name, metric in METRICS.items() if metric.format == "count"]


def render(view: ui.View) -> None:
    """The dossiers a metric counts under the filters: as many rows as the number, searched, sorted, exported."""
    metric = view.param("metric", "received", tuple(FIGURES))
    counted = FIGURES[metric]
    listed = ui.record_list(view, metric)
    ui.heading(
        view,
        Text("Con số này gồm những hồ sơ nào?", "Which dossiers stand behind the number?"),
        Text(
            f"{counted.label.vi}: {number(listed.total, 'vi')} hồ sơ.",
            f"{counted.label.en}: {number(listed.total, 'en')} dossiers.",
        ),
    )
    ui.record_controls(view, metric, _COUNTS if metric in _COUNTS else [metric, *_COUNTS])
    ui.record_table(view, listed, metric)
    ui.record_exports(view, metric)
