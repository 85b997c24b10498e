"""Hồ sơ: which dossiers exactly stand behind a number?"""

from cchc import ui
from cchc.figures.metrics import FIGURES, GROUPS, METRICS, STOCKS_AT_END
from cchc.text import LANGUAGES, Text, date, number
from pages.records import card, listing

_COUNTS = [name for _, names in GROUPS.values() for name in names if METRICS[name].format == "count"]


def render(view: ui.View) -> None:
    """The dossiers a metric counts under the filters: as many rows as the number, searched, sorted, exported."""
    if number_asked := view.param("dossier", ""):
        card.draw(view, number_asked)
        return
    if text := view.param("find", ""):
        card.found(view, text)
        return
    metric = view.param("metric", "received", tuple(FIGURES))
    counted = FIGURES[metric]
    listed = listing.record_list(view, metric)
    at = _day(view) if metric in STOCKS_AT_END else Text("", "")
    ui.heading(
        view,
        Text("Con số này gồm những hồ sơ nào?", "Which dossiers stand behind the number?"),
        Text(
            f"{counted.label.vi}{at.vi}: {number(listed.total, 'vi')} hồ sơ.",
            f"{counted.label.en}{at.en}: {number(listed.total, 'en')} dossiers.",
        ),
    )
    listing.record_controls(view, metric, _COUNTS if metric in _COUNTS else [metric, *_COUNTS])
    listing.record_table(view, listed, metric)
    listing.record_exports(view, metric)


def _day(view: ui.View) -> Text:
    """The day a stock is counted on: the last of the period, or the data date if that is earlier."""
    vi, en = (date(min(view.filters.end, view.snapshot.as_of), language) for language in LANGUAGES)
    return Text(f" đến hết ngày {vi}", f" at the end of {en}")
