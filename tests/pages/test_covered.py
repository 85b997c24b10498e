"""What was received before the data begins changes nothing that is read: no page, no paper, no list, no answer."""

import datetime
import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

import pages
from cchc import reports
from cchc.figures import query
from cchc.figures.metrics import FIGURES
from cchc.figures.periods import GRAINS, Period
from cchc.findings import agenda, attention, trends
from cchc.reports import Asked
from cchc.store.snapshots import Snapshot
from cchc.text import UserError
from tests import building
from tests.building import DATASET, Dossier, dossier, numbered, run_of
from tests.pages import test_pages
from tests.pages.test_pages import Open, drawn, texts
from tests.reports import asking

pytestmark = pytest.mark.slow

open_page = test_pages.open_page
DAY = datetime.timedelta(days=1)
FIRST = date(2023, 10, 2)
UNITS = ("A", "B", "D", "C")
SPANS = {
    "last month": {"start": "2024-05-01", "end": "2024-05-31"},
    "two months": {"start": "2023-10-01", "end": "2023-11-30"},
    "a half-year the data begins in": {"start": "2023-07-01", "end": "2023-12-31"},
    "before the data": {"start": "2023-05-01", "end": "2023-05-31"},
}
RATES = ("on_time_rate", "online_rate")


def dense() -> Iterator[Dossier]:
    """Four dossiers every weekday to the end of May 2024, some late, some open."""
    days = [FIRST + n * DAY for n in range((building.AS_OF - FIRST).days + 1)]
    for n, day in enumerate(day for day in days if day.weekday() < 5):
        for m, unit in enumerate(UNITS):
            ended = day + ((n * 3 + m) % 9) * DAY
            yield dossier(
                unit=unit,
                procedure="birth" if (n + m) % 3 else "copy",
                channel="online" if (n * m) % 4 else "counter",
                received_at=day,
                due_at=day + 5 * DAY,
                **({"finished_at": ended} if ended <= building.AS_OF else {}),
            )


def carried(**given: Any) -> list[Dossier]:
    """Forty dossiers of 2019 to 2021, and one whose year was mistyped."""
    old = [date(2019, 1, 7) + 25 * n * DAY for n in range(40)]
    return [dossier(unit=UNITS[n % 4], received_at=day, due_at=day + 9 * DAY, **given) for n, day in enumerate(old)] + [
        dossier(received_at="1923-05-07", due_at="1923-05-16", **given)
    ]


@pytest.fixture(scope="module")
def clean(tmp_path_factory: pytest.TempPathFactory) -> Snapshot:
    return building.publish(tmp_path_factory.mktemp("clean") / "data", numbered(dense()))


@pytest.fixture(scope="module")
def ended(tmp_path_factory: pytest.TempPathFactory) -> Snapshot:
    """The same, and what was carried over but ended before the data begins."""
    rows = numbered([*dense(), *carried(finished_at=FIRST - 20 * DAY)])
    return building.publish(tmp_path_factory.mktemp("ended") / "data", rows)


@pytest.fixture(scope="module")
def still_open(tmp_path_factory: pytest.TempPathFactory) -> Snapshot:
    """The same, and what was carried over is open to this day."""
    return building.publish(tmp_path_factory.mktemp("open") / "data", numbered([*dense(), *carried()]))


def data_of(snapshot: Snapshot) -> Path:
    return snapshot.folder.parents[2]


def plain(said: list[str], snapshot: Snapshot) -> list[str]:
    """Without the name of the snapshot, which has more dossiers in it, and the names of files to download."""
    return [re.sub(r"\b[0-9a-f]{32,}\b", "", text.replace("\\", "").replace(snapshot.id, "ID")) for text in said]


def test_both_begin_on_the_day_the_dense_one_begins(clean: Snapshot, ended: Snapshot, still_open: Snapshot) -> None:
    assert clean.start == ended.start == still_open.start == FIRST


@pytest.mark.parametrize("span", SPANS)
@pytest.mark.parametrize("slug", [page.slug for page in pages.PAGES if page.slug not in ("du-lieu", "quan-tri")])
def test_every_page_reads_the_same(open_page: Open, clean: Snapshot, ended: Snapshot, slug: str, span: str) -> None:
    read = [
        plain(texts(drawn(open_page(slug, data_of(each), dataset=DATASET, **SPANS[span]))), each)
        for each in (clean, ended)
    ]
    assert read[0] == read[1]


@pytest.mark.parametrize("metric", ["received", "on_time_rate", "mean_days"])
def test_every_trend_reads_the_same(open_page: Open, clean: Snapshot, ended: Snapshot, metric: str) -> None:
    read = [
        plain(texts(drawn(open_page("xu-huong", data_of(each), dataset=DATASET, metric=metric))), each)
        for each in (clean, ended)
    ]
    assert read[0] == read[1]


def lines(question: Asked, kind: str) -> list[str]:
    """Every text of a paper, or the sentence that says why there is none."""
    try:
        made = reports.find(kind).prepare(question)
    except UserError as error:
        return [error.text.vi]
    name = str(made)
    return re.sub(r"0x[0-9a-f]+|row_number=\d+", "", name).replace(question.snapshot.id, "ID").split("', '")


@pytest.mark.parametrize("span", SPANS)
@pytest.mark.parametrize("kind", reports.KINDS)
def test_every_paper_reads_the_same(clean: Snapshot, ended: Snapshot, kind: str, span: str) -> None:
    days = SPANS[span]
    one, other = (lines(asking.asked(each, days["start"], days["end"]), kind) for each in (clean, ended))
    assert one == other


def asked_of(snapshot: Snapshot, span: str) -> Any:
    return building.filters(snapshot, SPANS[span]["start"], SPANS[span]["end"])


@pytest.mark.parametrize("span", SPANS)
def test_every_answer_and_every_list_is_the_same(clean: Snapshot, ended: Snapshot, span: str) -> None:
    for grain in (None, *GRAINS):
        one, other = (
            query.run(each, list(FIGURES), asked_of(each, span), by=["unit"], grain=grain, parts=True)
            for each in (clean, ended)
        )
        pd.testing.assert_frame_equal(one, other)
    for metric in FIGURES:
        totals = [query.records(each, asked_of(each, span), metric).total for each in (clean, ended)]
        assert totals[0] == totals[1], metric


@pytest.mark.parametrize("span", SPANS)
def test_alerts_and_the_agenda_are_the_same(clean: Snapshot, ended: Snapshot, span: str) -> None:
    for name in RATES:
        one, other = (agenda.agenda(run_of(each), each, asked_of(each, span), name) for each in (clean, ended))
        assert str(one) == str(other)
    said = [[notice.sentence for notice in attention.alerts(run_of(each), each, asked_of(each, span))]
            for each in (clean, ended)]  # fmt: skip
    assert said[0] == said[1]


def test_what_is_still_open_is_carried_in_and_received_in_no_period(clean: Snapshot, still_open: Snapshot) -> None:
    flows = ["received", "resolved", "late", "online", "withdrawn", "model_due", "same_day"]
    for span in ("last month", "two months", "a half-year the data begins in"):
        one, other = (query.run(each, [*flows, "carried_in", "open", "open_overdue"], asked_of(each, span)).iloc[0]
                      for each in (clean, still_open))  # fmt: skip
        assert list(one[flows]) == list(other[flows])
        assert (
            list(other[["carried_in", "open", "open_overdue"]] - one[["carried_in", "open", "open_overdue"]])
            == [41] * 3
        )
    series = [
        trends.selected(run_of(each), each, asked_of(each, "last month"), "received") for each in (clean, still_open)
    ]
    assert series[0].periods == series[1].periods
    assert series[0].periods[0] == Period(date(2023, 10, 1), date(2023, 10, 31))


def test_a_form_carries_them_in_on_the_first_day_covered(clean: Snapshot, still_open: Snapshot) -> None:
    """Form II.06a of October 2023: column 6, and the control sheet compares nothing with the day before."""
    for each, expected in ((clean, 0), (still_open, 41)):
        book = asking.workbook("bieu-06a", asking.asked(each, "2023-10-01", "2023-10-31"))
        values = [cell.value for sheet in book for row in sheet.iter_rows() for cell in row]
        assert "(6) = đang giải quyết vào cuối ngày 30/09/2023" not in values
        total = query.run(each, ["carried_in"], building.filters(each, "2023-10-01", "2023-10-31"))
        assert total["carried_in"].iloc[0] == expected
