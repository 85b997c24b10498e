"""Weekly service models: who takes part, and when a promise is due and kept."""

from datetime import date, time
from pathlib import Path

import duckdb
import pytest

from cchc.config import REFERENCE
from cchc.rules import references, service_models
from tests import building
from tests.building import dossier

pytestmark = pytest.mark.slow

MODEL = """[[model]]
id = "thu-sau"
name = {vi = "Ngày thứ Sáu không chờ", en = "Waiting-free Friday"}
weekday = 5
promise = "same_day"
outcome = "model_kept_rate"
start = 2024-01-05
source = "Kế hoạch"
units = ["A"]
[[model.listing]]
level = "commune"
procedures = ["birth"]
"""


def judged(data: Path, as_of: date = building.AS_OF, models: str | None = None, **given: object) -> dict[str, object]:
    """What the snapshot says about one dossier's service model."""
    files = {} if models is None else {"service_models": models}
    folder = building.reference_folder(data / "reference", **files)
    snapshot = building.publish(data, [dossier(**given)], as_of, folder)
    [row] = duckdb.read_parquet(building.rows_of(snapshot)).fetchall()
    columns = duckdb.read_parquet(building.rows_of(snapshot)).columns
    found = dict(zip(columns, row, strict=True))
    return {name: found[name] for name in ("model", "model_due", "model_kept")}


FRIDAY = "2024-03-08"
OUTSIDE = {"model": None, "model_due": False, "model_kept": False}
OPEN = {"model": "thu-sau", "model_due": False, "model_kept": False}
BROKEN = {"model": "thu-sau", "model_due": True, "model_kept": False}
KEPT = {"model": "thu-sau", "model_due": True, "model_kept": True}


# --- The same-day promise: Kế hoạch 112/KH-UBND ---


@pytest.mark.parametrize(
    ("received", "finished", "expected"),
    [
        ("2024-03-08T08:00:00", "2024-03-08T16:59:59", KEPT),
        ("2024-03-08T08:00:00", "2024-03-08T23:59:59", KEPT),
        ("2024-03-08T08:00:00", "2024-03-09T00:00:00", BROKEN),
        ("2024-03-08T15:29:59", "2024-03-11T08:00:00", BROKEN),
        # 15:30:00 still means the same day; a second later means the next working day, by 09:00:00.
        ("2024-03-08T15:30:00", "2024-03-08T17:00:00", KEPT),
        ("2024-03-08T15:30:00", "2024-03-11T08:00:00", BROKEN),
        ("2024-03-08T15:30:01", "2024-03-08T17:00:00", KEPT),
        ("2024-03-08T15:30:01", "2024-03-10T12:00:00", KEPT),
        ("2024-03-08T15:30:01", "2024-03-11T08:59:59", KEPT),
        ("2024-03-08T15:30:01", "2024-03-11T09:00:00", KEPT),
        ("2024-03-08T15:30:01", "2024-03-11T09:00:01", BROKEN),
        ("2024-03-08T15:30:01", "2024-03-12T08:00:00", BROKEN),
        # Before a weekend with a local day off after it, and before a Saturday worked.
        ("2024-03-22T16:00:00", "2024-03-26T09:00:00", KEPT),
        ("2024-03-22T16:00:00", "2024-03-26T09:00:01", BROKEN),
        ("2024-03-29T16:00:00", "2024-03-30T09:00:00", KEPT),
        ("2024-03-29T16:00:00", "2024-03-30T09:00:01", BROKEN),
        ("2024-03-29T16:00:00", "2024-04-01T08:00:00", BROKEN),
        # Before holidays: 29/4 to 1/5 off; 4/5, a Saturday, makes up for 29/4.
        ("2024-04-26T16:00:00", "2024-05-02T09:00:00", KEPT),
        ("2024-04-26T16:00:00", "2024-05-02T09:00:01", BROKEN),
        ("2024-05-03T16:00:00", "2024-05-04T09:00:00", KEPT),
        ("2024-05-03T16:00:00", "2024-05-06T08:00:00", BROKEN),
        ("2024-02-02T16:00:00", "2024-02-05T09:00:00", KEPT),
        # A Friday of Tết.
        ("2024-02-09T16:00:00", "2024-02-15T09:00:00", KEPT),
        ("2024-02-09T16:00:00", "2024-02-15T09:00:01", BROKEN),
    ],
)
def test_the_same_day_promise_is_kept_to_the_second(tmp_path: Path, received: str, finished: str, expected) -> None:
    assert judged(tmp_path, received_at=received, finished_at=finished) == expected


def test_the_promise_before_tet_reaches_over_tet(tmp_path: Path) -> None:
    models = MODEL.replace("2024-01-05", "2023-09-29")
    given = {"as_of": date(2025, 3, 1), "models": models, "received_at": "2025-01-24T15:30:01"}
    assert judged(tmp_path, finished_at="2025-02-03T09:00:00", **given) == KEPT
    assert judged(tmp_path, finished_at="2025-02-03T09:00:01", **given) == BROKEN


@pytest.mark.parametrize("status", ["waiting", "withdrawn"])
def test_an_incomplete_or_withdrawn_dossier_is_outside_the_promise(tmp_path: Path, status: str) -> None:
    end = {"returned_at": "2024-03-20"} if status == "withdrawn" else {}
    assert judged(tmp_path, received_at=FRIDAY, status=status, **end) == OPEN


@pytest.mark.parametrize(
    ("received", "as_of", "expected"),
    [
        ("2024-03-08T12:00:00", "2024-03-08", BROKEN),
        ("2024-03-08T15:30:01", "2024-03-08", OPEN),
        ("2024-03-08T15:30:01", "2024-03-10", OPEN),
        ("2024-03-08T15:30:01", "2024-03-11", BROKEN),
        ("2024-03-22T15:30:01", "2024-03-25", OPEN),
        ("2024-03-22T15:30:01", "2024-03-26", BROKEN),
    ],
)
def test_an_open_dossier_is_judged_once_its_promise_is_due(tmp_path: Path, received: str, as_of: str, expected) -> None:
    assert judged(tmp_path, date.fromisoformat(as_of), received_at=received) == expected


@pytest.mark.parametrize(
    "given",
    [
        {"received_at": "2024-03-07"},  # a Thursday, and copy is not a Thursday's procedure
        {"received_at": "2023-12-29"},  # before the model began
        {"unit": "C"},  # does not take part
        {"procedure": "title"},  # listed for the district only
        {"unit": "D"},  # the district's list has other procedures
    ],
)
def test_other_days_units_and_procedures_are_outside_the_model(tmp_path: Path, given) -> None:
    assert judged(tmp_path, **{"received_at": FRIDAY, "procedure": "copy"} | given) == OUTSIDE


def test_a_listing_is_valid_up_to_its_last_day(tmp_path: Path) -> None:
    given = {"unit": "D", "procedure": "title"}
    assert judged(tmp_path, received_at="2024-04-26", **given)["model"] == "thu-sau"
    assert judged(tmp_path, received_at="2024-05-03", **given) == OUTSIDE


def test_a_model_may_have_its_own_hours(tmp_path: Path) -> None:
    models = MODEL.replace('units = ["A"]', 'units = ["A"]\ncut_off = 14:00:00\ndeadline = 10:30:00')
    for received, finished, expected in (
        ("2024-03-08T14:00:00", "2024-03-11T08:00:00", BROKEN),
        ("2024-03-08T14:00:01", "2024-03-11T10:30:00", KEPT),
        ("2024-03-08T14:00:01", "2024-03-11T10:30:01", BROKEN),
    ):
        assert judged(tmp_path, models=models, received_at=received, finished_at=finished) == expected


# --- The online promise ---


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ({"channel": "online"}, True),
        ({"channel": "counter"}, False),
        ({"channel": "postal"}, False),
        ({"channel": "online", "status": "waiting"}, True),
        ({"channel": "counter", "returned_at": "2024-03-20", "status": "withdrawn"}, False),
        ({"channel": "online", "finished_at": "2024-05-01"}, True),
    ],
)
def test_the_online_promise_is_kept_by_filing_online(tmp_path: Path, given, kept: bool) -> None:
    found = judged(tmp_path, received_at="2024-03-07", **given)
    assert found == {"model": "thu-nam", "model_due": True, "model_kept": kept}


# --- A dossier is one dossier ---


@pytest.mark.parametrize(
    ("models", "kept", "why"),
    [
        (MODEL + '[[model.listing]]\nlevel = "commune"\nfields = ["civil"]\n', [], "A, birth, 2024-01-05"),
        (MODEL + MODEL.replace("thu-sau", "thu-sau-2"), ["thu-sau"], "thu-sau, thu-sau-2"),
        (MODEL + MODEL, ["thu-sau"], "thu-sau"),
    ],
    ids=["two listings of one model", "two models on one day", "one model twice"],
)
def test_a_dossier_covered_twice_is_counted_once_and_the_later_model_is_set_apart(
    tmp_path: Path, models: str, kept: list[str], why: str
) -> None:
    folder = building.reference_folder(tmp_path / "reference", service_models=models)
    snapshot = building.publish(tmp_path, [dossier(received_at=FRIDAY)], references=folder)
    assert snapshot.manifest["dossiers"] == 1
    assert duckdb.read_parquet(building.rows_of(snapshot)).shape[0] == 1
    assert [model.id for model in snapshot.references.models] == kept
    [wrong] = snapshot.references.wrong_models
    assert why in wrong.why.vi


def test_a_unit_that_joined_later_is_covered_from_its_own_start(tmp_path: Path) -> None:
    given = {"unit": "B", "procedure": "copy"}
    assert judged(tmp_path, received_at="2024-02-02", **given) == OUTSIDE
    assert judged(tmp_path, received_at="2024-02-09", **given)["model"] == "thu-sau"


# --- The file ---


def test_a_model_is_read_with_everything_it_says(tmp_path: Path) -> None:
    path = tmp_path / "service_models.toml"
    path.write_text(
        MODEL + "valid_from = 2024-02-01\nvalid_to = 2024-12-31\n"
        '[[model.alternative]]\nstart = 2023-12-29\nsource = "Báo cáo"\n'
        '[[model.unit_start]]\nunit = "A"\nstart = 2024-03-01\nsource = "Kế hoạch của xã"\n', encoding="utf-8",
    )  # fmt: skip
    [model], wrong = service_models.read(path)
    assert wrong == ()
    assert (model.id, model.weekdays, model.promise, model.units) == ("thu-sau", (5,), "same_day", ("A",))
    assert (model.cut_off, model.deadline) == (time(15, 30), time(9))
    assert (model.start.day, model.start.source) == (date(2024, 1, 5), "Kế hoạch")
    assert [(a.day, a.source) for a in model.alternative_starts] == [(date(2023, 12, 29), "Báo cáo")]
    assert model.starts == {"A": date(2024, 3, 1)}
    assert model.place.vi == "service_models.toml, [[model]] 1, dòng 1"
    earlier = model.starting(model.alternative_starts[0])
    assert (earlier.start.source, earlier.id) == ("Báo cáo", model.id)
    [listing] = model.listings
    assert (listing.valid_from, listing.valid_to) == (date(2024, 2, 1), date(2024, 12, 31))
    assert listing.covers("birth", "civil")
    assert not listing.covers("marriage", "civil")


def test_no_file_means_no_models(tmp_path: Path) -> None:
    assert service_models.read(tmp_path / "service_models.toml") == ((), ())


@pytest.mark.parametrize(
    ("old", "new", "named"),
    [
        ("weekday = 5", "weekday = 8", "8"),
        ("weekday = 5", "weekday = 0", "0"),
        ("weekday = 5", 'weekday = "Friday"', "Friday"),
        ('promise = "same_day"', 'promise = "soon"', "soon"),
        ('units = ["A"]\n', "", "units"),
        ('source = "Kế hoạch"\n', "", "source"),
        ('en = "Waiting-free Friday"', 'fr = "x"', "en"),
        ("start = 2024-01-05", "", "start"),
        ('level = "commune"\n', "", "level"),
        ('level = "commune"', 'level = "village"', "village"),
        ("start = 2024-01-05", 'start = "1/5/2024"', "1/5/2024"),
        ("start = 2024-01-05", "start = 2024-01-05T08:00:00", "start"),
        ('units = ["A"]', "units = []", "units"),
        ('units = ["A"]', 'units = ["A", "B", "A"]', "units: A (2 ×)"),
        ('units = ["A"]', 'units = ["A"]\ncut_off = "15h30"', "15h30"),
        ('id = "thu-sau"', 'id = "../Thứ Sáu"', "Thứ Sáu"),
        ('name = {vi = "Ngày thứ Sáu không chờ", en = "Waiting-free Friday"}', "name = 5", ""),
        ('units = ["A"]', 'units = ["A"]\nunit_start = [{unit = "B", start = 2024-02-02, source = "x"}]', "B"),
        ('units = ["A"]', 'units = ["A"]\nunit_start = [{unit = "A", start = 2023-02-02, source = "x"}]', "2023-02-02"),
    ],
)
def test_a_wrong_model_is_named_with_its_table_and_line_and_the_others_stay(
    tmp_path: Path, old: str, new: str, named: str
) -> None:
    path = tmp_path / "service_models.toml"
    assert old in MODEL
    path.write_text("# Hai mô hình\n" + MODEL.replace("thu-sau", "thu-tu") + MODEL.replace(old, new), encoding="utf-8")
    [model], [wrong] = service_models.read(path)
    assert model.id == "thu-tu"
    assert wrong.id in ("thu-sau", "")
    assert "service_models.toml, [[model]] 2, dòng 14" in wrong.why.vi
    assert "service_models.toml, [[model]] 2, line 14" in wrong.why.en
    for language in ("vi", "en"):
        assert named in wrong.why[language]


@pytest.mark.parametrize("text", [b"[[model]]\n[[model\n", b"model = 5\n", b'[[model]]\nid = "\xff"\n'])
def test_a_file_that_cannot_be_read_is_one_wrong_model(tmp_path: Path, text: bytes) -> None:
    path = tmp_path / "service_models.toml"
    path.write_bytes(text)
    models, [wrong] = service_models.read(path)
    assert models == ()
    assert (wrong.id, "service_models.toml" in wrong.why.vi) == ("", True)
    if b"[[model\n" in text:
        assert "dòng 2" in wrong.why.vi
        assert "line 2" in wrong.why.en


def test_the_shipped_models_are_the_documents_ones() -> None:
    [thursday] = references.read(REFERENCE / "tra-cu").models
    assert (thursday.weekdays, thursday.promise, thursday.start.day) == ((4,), "online", date(2023, 6, 1))
    assert len(thursday.units) == 6  # five communes and the district's one-stop
    [friday] = references.read(REFERENCE / "thanh-ha").models
    assert (friday.weekdays, friday.promise, friday.start.day) == ((5,), "same_day", date(2023, 9, 29))
    assert (friday.cut_off, friday.deadline, len(friday.units)) == (time(15, 30), time(9), 21)
    assert references.read(REFERENCE / "my-hao").models == ()
