"""What a page is given: the question of the link, the language, and cached answers."""

import datetime
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property, lru_cache, wraps
from pathlib import Path
from threading import Lock
from typing import Any

import pandas as pd
import streamlit as st
from cachetools import LRUCache, cached
from streamlit.navigation.page import StreamlitPage

from cchc import config
from cchc.access import pace, record
from cchc.access.people import LOCAL, Person, Refused, Role
from cchc.access.record import What
from cchc.addresses import Address
from cchc.charts import Theme
from cchc.entered import comments
from cchc.entered.comments import Thread
from cchc.figures import filters as filtering
from cchc.figures import query
from cchc.figures.filters import Filters
from cchc.figures.periods import Grain, Period
from cchc.figures.query import Page, Run
from cchc.findings import attention, trends
from cchc.findings.trends import Marker, Step, Trend
from cchc.rules.service_models import ServiceModel
from cchc.store.snapshots import Snapshot
from cchc.text import Language, Text

# Parameters of the list of dossiers a click asked for, until the next run of the shell.
RECORDS = "records-asked"
_PAGES = "pages"


@dataclass(frozen=True)
class PageInfo:
    """One page: its address, its name in the menu, its icon and what draws it; a page with a period of its own does
    not offer the filter bar's, and one that no filter changes does not offer the bar. One of `each_day` is always by
    the units of each day. It is for those with the role it `needs` in the area, over all of it where it is `whole`.
    `begin` draws what takes the first data of all where nothing is published yet."""

    slug: str
    title: Text
    icon: str
    render: Callable[["View"], None]
    own_period: bool = False
    filtered: bool = True
    each_day: bool = False
    needs: Role = "reader"
    whole: bool = False
    begin: Callable[["Reader"], None] | None = None


@dataclass(frozen=True)
class ModelPages:
    """The pages of service models: their icon, what draws one, the page they follow in the menu, and what comes
    before a model's id where the id alone is the address of another page."""

    after: Address
    prefix: str
    icon: str
    render: Callable[["View", ServiceModel], None]


@dataclass(frozen=True)
class ModelAt:
    """A service model a reader may see: its id, its page, and the area to see it in with that area's name."""

    id: str
    page: PageInfo
    dataset: str
    area: Text


@dataclass(frozen=True)
class Reader:
    """Who looks and where the data would be, whether or not there is anything to look at."""

    data: Path
    language: Language
    default_language: Language
    theme: Theme
    person: Person

    def t(self, text: Text) -> str:
        """The text in the reader's language."""
        return text[self.language]

    def elsewhere(self, dataset: str) -> dict[str, str]:
        """The query parameters of a link to another area, which has other units and other periods."""
        language = {"lang": self.language} if self.language != self.default_language else {}
        return {"dataset": dataset} | language


@dataclass(frozen=True)
class View(Reader):
    """One look at one snapshot. Pages read everything from here and change it only through `go`."""

    snapshot: Snapshot
    current_id: str
    filters: Filters
    slug: str
    models: tuple[ModelAt, ...] = ()
    groups: Mapping[str, filtering.Group] = field(default_factory=dict)
    dated: tuple[Marker, ...] = ()

    def may(self, role: Role) -> bool:
        """Whether who looks has at least this role over all of this area."""
        return self.person.may(role, self.snapshot.dataset)

    @cached_property
    def commented(self) -> Mapping[str, Sequence[Thread]]:
        """The open threads of comments on what this view asks that its reader may see, by metric."""
        every = comments.threads(self.data, self.snapshot.dataset, self.person)
        return comments.open_about(every, self.snapshot.dataset, comments.question(self.filters, self.snapshot))

    def noted(self, what: What, about: str, make: Callable[[], bytes]) -> Callable[[], bytes]:
        """`make`, with a line in the record whenever somebody takes the file away."""
        data = config.settings().data  # of the installation, also for those who see a part of it

        def made() -> bytes:
            if not self.person.is_still:
                raise Refused("officer")
            record.add(data, what, self.snapshot.dataset, about, self.person)
            return make()

        return made

    def opens(self, page: PageInfo) -> bool:
        """Whether a page is for who looks."""
        has = self.person.may if page.whole else self.person.may_for_some
        return has(page.needs, self.snapshot.dataset)

    def run(
        self,
        metrics: Sequence[str],
        filters: Filters | None = None,
        by: Sequence[str] = (),
        grain: Grain | None = None,
        parts: bool = False,
    ) -> pd.DataFrame:
        """`query.run` on this snapshot, remembered by snapshot id."""
        return run_on(self.snapshot)(metrics, filters or self.filters, by, grain, parts)

    def trends(
        self,
        filters: Filters,
        metrics: tuple[str, ...] = attention.WATCHED,
        step: Step = "month",
        rebase: tuple[datetime.date, ...] = (),
    ) -> dict[str, dict[str, Trend]]:
        """`trends.by_unit` on this snapshot, remembered by snapshot id."""
        return _judged(self.snapshot, filters, metrics, step, rebase)

    def records(self, metric: str, search: str, sort: str, descending: bool, offset: int, limit: int) -> Page:
        """One page of the dossiers behind a metric. Raises TooOften for one search too many in a minute."""
        if search:
            self.count_search()
        return query.records(
            self.snapshot,
            self.filters,
            metric,
            search=search,
            sort=sort,
            descending=descending,
            offset=offset,
            limit=limit,
        )

    def count_search(self) -> None:
        """Raises TooOften for one search too many in a minute; whoever sits at the machine itself may search on."""
        if self.person != LOCAL:
            pace.knock("search", self.person.id)

    def param(self, name: str, default: str, allowed: Sequence[str] = ()) -> str:
        """A parameter of this page's own in the link; the default when it is absent or not one of `allowed`."""
        value = st.query_params.get(name, default)
        return value if not allowed or value in allowed else default

    def listed(self, name: str, allowed: Sequence[str]) -> list[str]:
        """A repeatable parameter of this page's own in the link, only values of `allowed`, in their order."""
        values = st.query_params.get_all(name)
        return [each for each in allowed if each in values]

    def params(self, filters: Filters | None = None, **own: str) -> dict[str, str | list[str]]:
        """The query parameters of a link to these filters, with parameters of the target page's own."""
        found: dict[str, str | list[str]] = dict(
            (filters or self.filters).to_params(self.snapshot, self.snapshot.id == self.current_id)
        )
        if self.language != self.default_language:
            found["lang"] = self.language
        return {**found, **own}

    def params_at(self, model: ModelAt) -> Mapping[str, str | list[str]]:
        """The query parameters of a link to a model's page, in the area shown or in its own."""
        return self.params() if model.dataset == self.snapshot.dataset else self.elsewhere(model.dataset)

    def over(self, period: Period) -> "View":
        """The same look at another period."""
        return replace(self, filters=self.filters.over(period))

    def go(self, filters: Filters | None = None, **own: str | list[str]) -> None:
        """Change the link of this page; to be called from a widget's callback, before the page runs again."""
        # Another selection starts again at the first page of a list.
        dropped = (*filtering.PARAMETERS, "page")
        kept = {name: st.query_params.get_all(name) for name in st.query_params if name not in dropped}
        st.query_params.from_dict({**self.params(filters), **kept, **own})

    def open_records(self, filters: Filters, metric: str) -> None:
        """Show the dossiers behind a number; to be called from a callback, the shell then changes the page."""
        st.session_state[RECORDS] = self.params(filters, metric=metric)

    def look_up(self, dataset: str, **asked: str) -> None:
        """Have the page of dossiers `find` a number, or show a `dossier` of an area; to be called from a callback."""
        here = dataset == self.snapshot.dataset
        st.session_state[RECORDS] = (self.params() if here else self.elsewhere(dataset)) | asked

    def narrow(self, dimension: str, value: str | int) -> None:
        """Narrow this view to one value of a dimension, as a click on a bar or a row does."""
        self.go(self.filters.narrow(dimension, value))

    def unit_names(self) -> dict[str, str]:
        return {unit.id: unit.name for unit in self.snapshot.references.units.values()}

    def procedure_names(self) -> dict[str, str]:
        return {each.id: each.name for each in self.snapshot.references.procedures.values()}

    def field_names(self) -> dict[str, str]:
        return {key: self.t(text) for key, text in self.snapshot.references.fields.items()}

    def describe(self) -> str:
        """The sentence that says what is shown."""
        return self.filters.describe(self.snapshot.references, self.language)


def register(pages: Iterable[tuple[str, StreamlitPage]]) -> None:
    """Keep the pages of this session by their addresses, for links."""
    st.session_state[_PAGES] = dict(pages)


def page_at(address: str) -> StreamlitPage:
    """The page of an address; those of service models are known by theirs too."""
    found: StreamlitPage = st.session_state[_PAGES][address]
    return found


def _bytes(answer: pd.DataFrame) -> int:
    """About what an answer takes in memory, with its question."""
    return int(answer.memory_usage(index=True, deep=True).sum()) + _QUESTION


# What all answers together may take, and what a question does beside its answer, in bytes.
_REMEMBERED, _QUESTION = 256 * 2**20, 4096


# A snapshot never changes and is a key by its folder, so a remembered figure is never one of other data. Streamlit's
# own cache would pickle every question and every answer, which takes longer than most questions.
@cached(LRUCache(_REMEMBERED, getsizeof=_bytes), lock=Lock())
def answered(
    snapshot: Snapshot,
    metrics: tuple[str, ...],
    filters: Filters,
    by: tuple[str, ...],
    grain: Grain | None,
    parts: bool,
) -> pd.DataFrame:
    """`query.run`, remembered for all readers of this server."""
    return query.run(snapshot, metrics, filters, by, grain, parts)


@lru_cache(maxsize=100)
def run_on(snapshot: Snapshot) -> Run:
    """`query.run` on a snapshot, remembered; the same for whoever asks, so what is worked out with it can be too."""

    def run(
        metrics: Sequence[str],
        filters: Filters,
        by: Sequence[str] = (),
        grain: Grain | None = None,
        parts: bool = False,
    ) -> pd.DataFrame:
        found = answered(snapshot, tuple(metrics), filters, tuple(by), grain, parts)
        return found.copy(deep=False)  # copied on writing, so nobody changes what others are given

    return run


# What all judged series together may take, and one of them, in bytes.
_JUDGED, _SERIES = 64 * 2**20, 4096


@cached(LRUCache(_JUDGED, getsizeof=lambda judged: _SERIES * sum(map(len, judged.values()))), lock=Lock())
def _judged(
    snapshot: Snapshot, filters: Filters, names: tuple[str, ...], step: Step, rebase: tuple[datetime.date, ...]
) -> dict[str, dict[str, Trend]]:
    return trends.by_unit(run_on(snapshot), snapshot, filters, names, step, rebase)


def fragment(draw: Callable[..., None]) -> Callable[..., None]:
    """A part of a page that is drawn beside the others, and anew by itself: for whoever still has the roles they had
    when the page was drawn. Its first argument is the view."""

    @st.fragment(parallel=True)
    @wraps(draw)
    def drawn(view: View, *given: Any) -> None:
        if not view.person.is_still:
            st.rerun()
        draw(view, *given)

    return drawn
