"""Every kind of weekly model there is in 2026 is one table, and its dossiers are judged as a slow reading says."""

import itertools
from datetime import date, datetime, timedelta
from pathlib import Path

import duckdb
import numpy as np
import pytest

from cchc.rules import references, service_models
from tests import building, models_2026, slow
from tests.building import dossier, numbered
from tests.models_2026 import TABLES, WITHOUT


def read(tmp_path: Path, text: str) -> references.References:
    return references.read(building.reference_folder(tmp_path, service_models=text))


def test_of_twenty_real_models_nineteen_are_a_table_and_the_rest_says_what_is_missing(tmp_path: Path) -> None:
    for name, keys in TABLES.items():
        known = read(tmp_path, models_2026.table(name, keys))
        assert [(model.id, known.wrong_models) for model in known.models] == [("mo-hinh", ())], name
        assert known.scope_table.num_rows, name
    assert len(TABLES) == 19
    assert all(WITHOUT.values())


WRONG = {
    'weekday = 2\nhours = "11:30"\n': "11:30",
    'weekday = 2\nhours = "11:30-7:30"\n': "11:30-7:30",
    'weekday = 2\nhours = "7:30-25:00"\n': "25:00",
    "weekdays = []\n": "weekdays",
    "weekdays = [6, 8]\n": "8",
    'weekday = 2\nend = {day = 2023-12-31, source = "x"}\n': "2023-12-31",
    'weekday = 2\nend = {day = 2024-01-08, source = "x"}\n': "2024-01-08",  # before its first Tuesday
    "weekday = 2\nend = {day = 2024-12-31}\n": "source",
    'rota = [{unit = "A", weekdays = [2]}]\n': "B",
    'rota = [{unit = "A", weekdays = [2]}, {unit = "B"}]\n': "B",
    'rota = [{unit = "A", weekdays = [2]}, {unit = "B", days = ["2024-01-09"]}]\n': "rota",
}
PROMISES = {
    'promise = "minutes"\n': "minutes",
    'promise = "minutes"\nminutes = 0\n': "0",
    'promise = "minutes"\nminutes = 600\n': "600",
    "promises = []\n": "promise",
    'promises = ["same_day", "minutes"]\nminutes = 5\n': "same_day, minutes",
    'promises = ["online", "online"]\n': "online, online",
    'promises = ["online", "soon"]\n': "soon",
}


@pytest.mark.parametrize(
    ("keys", "named"),
    [
        *((f'start = 2024-01-03\npromise = "open"\n{keys}', named) for keys, named in WRONG.items()),
        *((f'start = 2024-01-03\nweekday = 2\noutcome = "online_rate"\n{keys}', named)
          for keys, named in PROMISES.items()),
    ],
)  # fmt: skip
def test_what_cannot_be_meant_is_said_with_the_key(tmp_path: Path, keys: str, named: str) -> None:
    path = tmp_path / "service_models.toml"
    path.write_text(models_2026.table("x", keys), encoding="utf-8")
    models, [wrong] = service_models.read(path)
    assert models == ()
    assert named in wrong.why.vi
    assert named in wrong.why.en


KINDS = {
    "several-days": 'weekdays = [1, 4]\npromises = ["same_day", "online"]\noutcome = "same_day_rate"\n',
    "hours": 'weekday = 3\nhours = "7:30-11:30"\npromise = "same_day"\noutcome = "same_day_rate"\n',
    "minutes": 'weekdays = [2, 5]\npromise = "minutes"\nminutes = 30\noutcome = "same_day_rate"\n',
    "open": 'weekdays = [6, 7]\nhours = "8:00-11:00"\npromise = "open"\n',
    "online-in-hours": 'weekday = 4\nhours = "13:00-16:00"\npromise = "online"\noutcome = "online_rate"\n',
    "rota": 'rota = [{unit = "A", weekdays = [2]}, {unit = "B", days = [2024-03-06, 2024-03-15]}]\n'
    'promise = "minutes"\nminutes = 60\noutcome = "same_day_rate"\n',
    "ended": 'weekday = 1\nend = {day = 2024-03-18, source = "Tin"}\npromise = "same_day"\noutcome = "same_day_rate"\n',
}


@pytest.mark.slow
@pytest.mark.parametrize("kind", KINDS)
def test_every_dossier_is_judged_as_a_slow_reading_of_the_table_says(tmp_path: Path, kind: str) -> None:
    random = np.random.default_rng(7)
    text = models_2026.table("x", f"start = 2024-02-01\n{KINDS[kind]}")
    folder = building.reference_folder(tmp_path / "reference", service_models=text)
    rows = []
    days = (date(2024, 2, 26) + timedelta(days=n) for n in range(28))
    for day, unit, hour in itertools.product(days, "ABC", (0, 7, 8, 11, 13, 16, 20)):
        received = datetime(day.year, day.month, day.day, hour, int(random.choice([0, 30])) if hour else 0)
        # Of midnight the hour is not known: what ends then ends by daylight.
        lasts = int(random.choice([0, 20, 30, 31, 60, 61, 300, 1500, 4000])) + (0 if hour else 600)
        ended = received + timedelta(minutes=lasts)
        bare = random.random() < 0.15
        ends = {"finished_at": datetime(ended.year, ended.month, ended.day) if bare else ended}
        channel = str(random.choice(["online", "counter", "postal"]))
        rows.append(
            dossier(unit=unit, received_at=received, channel=channel, **(ends if random.random() < 0.85 else {}))
        )
    rows = numbered(rows)
    snapshot = building.publish(tmp_path / "data", rows, references=folder)
    columns = ("model", "model_due", "model_kept", "model_unknown")
    found = duckdb.read_parquet(building.rows_of(snapshot)).project(f"dossier_id, {', '.join(columns)}")
    judged = {id_: values for id_, *values in found.fetchall()}
    seen = set()
    for row in rows:
        expected = slow.judged(row, snapshot.references, snapshot.as_of)
        wanted = [expected[column] for column in columns]
        if expected["model"] and not expected["model_due"]:
            wanted[2] = judged[row["dossier_id"]][2]  # what is not due is neither kept nor broken
        assert judged[row["dossier_id"]] == wanted, row
        seen.add(expected["model"])
    assert seen == {"mo-hinh", None}
