"""The pages and papers of models with hours, minutes, turns, several promises or an end, counted a second time."""

import itertools
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import cast

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from cchc.figures import filters, query
from cchc.figures.periods import Period, containing
from cchc.findings import evaluation
from cchc.findings.evaluation import Evaluation
from cchc.reports import weekly_model
from cchc.reports.promised import Form
from cchc.rules.service_models import Promise
from cchc.store import snapshots
from cchc.store.snapshots import Snapshot
from pages.model.facts import dossiers
from tests import building, models_2026, slow
from tests.building import Dossier, dossier, numbered, run_of
from tests.pages import test_pages
from tests.pages.test_pages import Open, drawn
from tests.reports.asking import asked
from tests.rules.test_models_of_2026 import KINDS

pytestmark = pytest.mark.slow
open_page = test_pages.open_page

# Of models that share a weekday each has procedures of its own.
LISTS = dict.fromkeys(("rota", "ended", "online-in-hours"), 'procedures = ["title"]')


def world() -> list[Dossier]:
    """Twenty weeks of dossiers at three communes, some without an hour; on weekends only since the models began."""
    random, rows = np.random.default_rng(3), []
    days = (date(2023, 12, 4) + timedelta(days=n) for n in range(140))
    for day, unit, procedure in itertools.product(days, "ABC", ("birth", "copy", "title")):
        if day.isoweekday() > 5 and (day < date(2024, 2, 1) or unit == "C"):
            continue
        for _ in range(random.poisson(3)):
            hour = int(random.choice([0, 8, 9, 10, 14, 15])) if random.random() < 0.2 else int(random.integers(8, 16))
            received = datetime(day.year, day.month, day.day, hour, int(random.integers(1, 60)) if hour else 0)
            ended = received + timedelta(minutes=int(random.choice([15, 40, 90, 1500])) + (0 if hour else 600))
            channel = str(random.choice(["online", "counter"]))
            rows.append(
                dossier(unit=unit, procedure=procedure, received_at=received, finished_at=ended, channel=channel)
            )
    return numbered(rows)


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("models")
    text = "".join(
        models_2026.table(id_, f"start = 2024-02-01\n{keys}", id_, LISTS.get(id_, 'procedures = ["birth", "copy"]'))
        for id_, keys in KINDS.items()
    )
    area = building.reference_folder(folder / "reference", service_models=text)
    building.publish(folder, world(), date(2024, 4, 21), area)
    return folder


@pytest.fixture(scope="module")
def snapshot(data: Path) -> Snapshot:
    return snapshots.current(data, "tra-cu")


def evaluated(snapshot: Snapshot, id_: str) -> Evaluation:
    [model] = [each for each in snapshot.references.models if each.id == id_]
    found = evaluation.evaluate(run_of(snapshot), snapshot, filters.defaults(snapshot), model)
    assert isinstance(found, Evaluation)
    return found


@pytest.mark.parametrize("kind", KINDS)
def test_the_counts_of_a_model_are_those_of_its_dossiers_one_by_one(snapshot: Snapshot, kind: str) -> None:
    judged = [slow.judged(row, snapshot.references, snapshot.as_of) for row in world()]
    mine = [row for row in judged if row["model"] == kind]
    found = evaluated(snapshot, kind)
    total = found.promises.total.iloc[0]
    due = [row for row in mine if row["model_due"]]
    assert mine
    assert (total["model_received"], total["model_due"]) == (len(mine), len(due))
    assert total["model_kept"] == sum(row["model_kept"] for row in due)
    by_month = evaluation.by_period(found.promises, "month").set_index("period")["model_received"]
    for month, count in by_month.items():
        assert count == sum(row["received_on"].replace(day=1) == month.date() for row in mine)
    online = [row for row in mine if row["channel"] == "online"]
    assert found.promises.online == ((len(online), len(mine)) if kind == "several-days" else None)
    if kind == "open":
        listed = [r for r in judged if kind in r["listed"].split() and r["received_on"] >= found.design.first_week]
        assert (found.access.received, found.access.listed) == (len(mine), len(listed))


@pytest.mark.parametrize("kind", KINDS)
def test_every_count_of_the_promise_opens_exactly_its_dossiers(snapshot: Snapshot, kind: str) -> None:
    found = evaluated(snapshot, kind)
    promises = found.promises
    counts = {
        "received": "all_received",
        **dict.fromkeys(("model_received", "model_due", "model_kept", "model_broken")),
    }
    units = [row for _, row in promises.by_unit.iterrows()]
    months = [row for _, row in evaluation.by_period(promises, "month").iterrows()]
    for metric, counted in counts.items():
        behind = dossiers(found, metric)
        asked = [
            (behind, promises.total.iloc[0]),
            *((behind.narrow("unit", row["unit"]), row) for row in units),
            *((behind.over(_within(behind.period, row["period"].date())), row) for row in months),
        ]
        for question, row in asked:
            assert query.records(snapshot, question, metric, limit=1).total == row[counted or metric], metric


def _within(whole: Period, day: date) -> Period:
    month = containing("month", day)
    return Period(max(month.start, whole.start), min(month.end, whole.end))


def test_a_model_of_extra_hours_is_not_said_to_work_because_more_came(snapshot: Snapshot) -> None:
    found = evaluated(snapshot, "open")
    assert found.answer.state in ("unsure", "not_shown", "moved")
    assert found.access.sentence in found.answer.conditions


@pytest.mark.parametrize(("place", "kind"), list(enumerate(KINDS)))
def test_every_model_has_a_page_that_says_what_cannot_be_judged(
    open_page: Open, data: Path, snapshot: Snapshot, place: int, kind: str
) -> None:
    language = ("vi", "en")[place % 2]
    app = cast(AppTest, drawn(open_page(kind, data, lang=language)))
    said = " ".join(each.value for each in app.markdown).replace("\u2060", "").replace("\\", "")
    for sentence in evaluated(snapshot, kind).limits:
        assert sentence[language][-40:].replace("\u00a0", " ") in said.replace("\u00a0", " ")


@pytest.mark.parametrize("kind", KINDS)
def test_a_paper_says_what_each_model_promised_and_counts_it(snapshot: Snapshot, kind: str) -> None:
    [model] = [each for each in snapshot.references.models if each.id == kind]
    form = Form(kind, kind, frozenset({cast(Promise, model.promise)}))
    report = weekly_model.reported(asked(snapshot, "2024-01-01", "2024-04-21"), form, kind)
    table = weekly_model.by_month(report)
    assert {len(row) for row in table.rows} == {len(table.heads)}
    assert len(table.widths) == len(table.heads)
    assert table.rows[-1][2] == int(evaluated(snapshot, kind).promises.total["model_received"].iloc[0])
    assert weekly_model.described(report)
    assert weekly_model.kept(report)
