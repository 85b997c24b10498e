"""What each page really asks: its queries, recorded while the page runs, for many different filters."""

import random
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any
from unittest import mock

from streamlit.testing.v1 import AppTest
from streamlit.util import calc_hash

from cchc import config
from cchc.figures import query
from cchc.figures.filters import Filters, defaults
from cchc.figures.periods import Kind, Period, between
from cchc.findings import evaluation
from cchc.schema import CHANNELS
from cchc.store.snapshots import Snapshot
from cchc.ui import view
from pages import PAGES

_KINDS: tuple[Kind, ...] = ("month", "month", "quarter", "half", "year", "month_15", "quarter_15", "week", "custom")
_FILTERS = 18


@dataclass(frozen=True)
class Call:
    """One call of `query.run` or `query.records`, to be repeated at will."""

    name: str
    arguments: tuple[Any, ...]
    named: dict[str, Any]

    def __call__(self) -> Any:
        return getattr(query, self.name)(*self.arguments, **self.named)


@dataclass(frozen=True)
class Visit:
    """A page drawn for one question: what it asked, and seconds of the script with nothing and with all remembered."""

    slug: str
    filters: Filters
    calls: tuple[Call, ...]
    first: float
    again: float


def filters(snapshot: Snapshot, seed: int = 1) -> list[Filters]:
    """Different questions, always the same ones: every kind of period; all dossiers, or some units, fields, ..."""
    rng = random.Random(seed)
    known = snapshot.references
    choices: list[dict[str, tuple[str, ...]]] = [
        {},
        {"units": (rng.choice(list(known.units)),)},
        {"units": tuple(rng.sample(list(known.units), 5))},
        {"fields": (rng.choice(list(known.fields)),)},
        {"levels": ("commune",)},
        {"channels": (CHANNELS[0],), "fields": tuple(rng.sample(list(known.fields), 2))},
    ]
    found = []
    for number in range(_FILTERS):
        kind = _KINDS[number % len(_KINDS)]
        periods = between(kind if kind != "custom" else "week", snapshot.start, snapshot.as_of)[1:-1]
        period = rng.choice(periods)
        if kind == "custom":
            period = Period(period.start, min(period.end + (period.end - period.start) * 9, snapshot.as_of))
        found.append(replace(defaults(snapshot).over(period), **choices[number % len(choices)]))
    return found


def visits(snapshot: Snapshot, asked: list[Filters], data: Path) -> Iterator[Visit]:
    """Every page of the menu drawn by Streamlit for every question."""
    settings = replace(config.settings(), data=data, language="vi")
    with mock.patch.object(config, "settings", return_value=settings):
        app = AppTest.from_file(str(config.ROOT / "dashboard.py"), default_timeout=120).run()
        for slug in (*(page.slug for page in PAGES), *(model.id for model in snapshot.references.models)):
            # What a click in the menu sends: AppTest itself can only go to pages that are files.
            app._page_hash = calc_hash(slug)
            for each in asked:
                app.query_params.clear()
                for name, values in each.to_params(snapshot).items():
                    app.query_params[name] = values
                view.answered.cache_clear()
                evaluation.from_each_start.cache_clear()
                with _recorded() as calls:
                    first = _drawn(app)
                yield Visit(slug, each, tuple(calls), first, _drawn(app))


def _drawn(app: AppTest) -> float:
    before = time.perf_counter()
    app.run()
    assert not app.exception, app.exception
    return time.perf_counter() - before


@contextmanager
def _recorded() -> Iterator[list[Call]]:
    calls: list[Call] = []
    inside = False

    def record(name: str, real: Any, *arguments: Any, **named: Any) -> Any:
        nonlocal inside
        call = Call(name, arguments, named)
        # A page may be drawn twice in one run; what it asks is asked of DuckDB once, what a call asks is part of it.
        if not inside and call not in calls:
            calls.append(call)
        outermost, inside = not inside, True
        try:
            return real(*arguments, **named)
        finally:
            inside = not outermost

    with (
        mock.patch.object(query, "run", partial(record, "run", query.run)),
        mock.patch.object(query, "records", partial(record, "records", query.records)),
    ):
        yield calls
