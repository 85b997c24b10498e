"""Other software gets what a page would show, in its form, within the limits of its key, and a sentence otherwise."""

import datetime
import io
import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from urllib.parse import urlencode

import anyio
import pandas as pd
import pytest
import schemathesis
from httpx import ASGITransport, AsyncClient, Response
from hypothesis import HealthCheck, given, settings
from limits import RateLimitItemPerMinute
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
    unsupported_method,
)
from starlette.applications import Starlette

from cchc.access import keys, pace, people, place, record
from cchc.access.modes import Access
from cchc.access.people import Role
from cchc.api import formats, routes
from cchc.entered import groups
from cchc.figures import query
from cchc.schema import BESIDE, DIMENSIONS
from cchc.store import retraction, snapshots
from cchc.store.snapshots import Snapshot
from tests import building
from tests.building import DATASET, PROCEDURES, UNITS, dossier, numbered
from tests.store.test_sights import never_held_others

pytestmark = pytest.mark.slow

Get = Callable[..., Response]
GUARDED = Access("oidc")
HOSTILE = "=HYPERLINK(1)"
ROWS = numbered(
    dossier(unit=unit, procedure=procedure, channel=channel, received_at=f"2024-03-{day:02}T08:30:00",
            due_at="2024-03-20", finished_at=f"2024-03-{12 + day:02}", desk=HOSTILE, receiving_unit=counter)
    for day, unit in enumerate(UNITS, start=4)
    for procedure in PROCEDURES
    for channel in ("online", "counter")
    for counter in (None, "A")
)  # fmt: skip
UNTIL = datetime.date.today() + datetime.timedelta(days=30)
MARCH = {"dataset": DATASET, "start": "2024-03-01", "end": "2024-03-31"}


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("api") / "data"
    building.publish_whole(folder, ROWS)
    return folder


@pytest.fixture(scope="module")
def snapshot(data: Path) -> Snapshot:
    return building.current(data, DATASET)


@pytest.fixture(autouse=True)
def _nobody_knocks_too_often(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pace, "_LIMITS", {what: RateLimitItemPerMinute(10**6, namespace="api") for what in pace.MOST})


@pytest.fixture
def get(data: Path, monkeypatch: pytest.MonkeyPatch) -> Get:
    """`get(name, parameters, key, access, headers)` asks a server of this data, one where people sign in unless said
    otherwise."""
    monkeypatch.setenv("CCHC_DATA", str(data))
    return answer


def application(access: Access = GUARDED) -> Starlette:
    return Starlette(routes=routes.routes(access))


def answer(
    name: str, params: object = (), key: str = "", access: Access = GUARDED, headers: dict[str, str] | None = None
) -> Response:
    async def sent() -> Response:
        transport = ASGITransport(application(access), client=("10.1.2.3", 5))
        async with AsyncClient(transport=transport, base_url="https://cchc.example") as client:
            said = {"Authorization": f"Bearer {key}"} if key else {}
            asked = params if isinstance(params, str) else urlencode(params, doseq=True)
            return await client.get(f"/api/v1/{name}?{asked}", headers=said | (headers or {}))

    return anyio.run(sent)


def made(data: Path, role: Role = "reader", units: tuple[str, ...] = (), area: str = DATASET) -> str:
    """A new key, the only one."""
    for each in keys.listed(data):
        keys.withdraw(data, each.id)
    return keys.make(data, "LGSP của tỉnh", role, area, UNTIL, units)


def tables(get: Get, name: str, params: dict[str, object], **how: object) -> dict[str, pd.DataFrame]:
    """The same answer in every form, as tables of text; the text of nothing is nothing."""
    found = {}
    for form, read in {
        "json": lambda content: pd.DataFrame(json.loads(content)["rows"]),
        "csv": lambda content: pd.read_csv(io.BytesIO(content), dtype=str),
        "parquet": lambda content: pd.read_parquet(io.BytesIO(content)),
    }.items():
        got = get(name, params | {"format": form}, **how)
        assert got.status_code == 200, got.text
        found[form] = read(got.content)
    return found


def plain(table: pd.DataFrame) -> list[list[object]]:
    def cell(value: object) -> object:
        if pd.isna(value):
            return None
        if isinstance(value, datetime.datetime):
            return value.isoformat().removesuffix("T00:00:00")
        text = str(value).removeprefix("'").removesuffix("T00:00:00")
        try:
            return round(float(text), 9)
        except ValueError:
            return text

    return [list(map(str, table)), *([cell(value) for value in row] for row in table.itertuples(index=False))]


QUESTIONS: list[dict[str, object]] = [
    {"metric": ["received", "on_time_rate", "median_days"]},
    {"metric": "resolved", "by": ["unit", "channel"]},
    {"metric": ["received", "open"], "by": "procedure", "grain": "week"},
    {"metric": "received", "by": "desk", "unit": ["A", "B"], "weekday": "3"},
    {"metric": ["online_rate", "mean_days"], "grain": "month_15", "level": "commune", "boundaries": "now"},
    {"metric": "received", "start": "2020-01-01", "end": "2024-05-31", "grain": "year"},
]


def test_a_link_gives_in_every_form_what_the_page_works_out(get: Get, snapshot: Snapshot) -> None:
    key = made(snapshot.folder.parents[2])
    for question in QUESTIONS:
        asked = MARCH | question
        listed = {name: [value] if isinstance(value, str) else list(value) for name, value in asked.items()}
        by, grain = listed.pop("by", []), listed.pop("grain", [None])[0]
        metrics = listed.pop("metric")
        under = snapshot.under("now" if "boundaries" in listed else "then")
        link = groups.asked(snapshot.folder.parents[2], urlencode(listed, doseq=True), under)
        expected = plain(query.run(under, formats.with_undated(metrics), link, by, grain))
        for form, table in tables(get, "figures", asked, key=key).items():
            assert plain(table) == expected, (form, question)


def test_an_answer_says_what_it_is_about(get: Get, data: Path, snapshot: Snapshot) -> None:
    got = get("figures", MARCH | {"metric": "received"}, made(data))
    said = got.json()
    assert said == {
        "dataset": DATASET, "snapshot": snapshot.id, "as_of": "2024-05-31", "start": "2024-03-01",
        "end": "2024-03-31", "demo": False, "retracted": False, "withheld": False,
        "rows": [{"received": len(ROWS)}],
    }  # fmt: skip
    told = {name: got.headers[name] for name in ("CCHC-Snapshot", "CCHC-As-Of", "CCHC-Demo", "Cache-Control")}
    assert told == {
        "CCHC-Snapshot": snapshot.id, "CCHC-As-Of": "2024-05-31", "CCHC-Demo": "False", "Cache-Control": "no-store",
    }  # fmt: skip


def test_the_form_is_what_accept_names_first_and_format_goes_before(get: Get, data: Path) -> None:
    asked, key = MARCH | {"metric": "received"}, made(data)
    for accept, kind in {
        "": "application/json", "*/*": "application/json", "text/html, text/csv;q=0.8": "text/csv",
        "application/vnd.apache.parquet": "application/vnd.apache.parquet",
    }.items():  # fmt: skip
        got = get("figures", asked, key, headers={"Accept": accept})
        assert got.headers["Content-Type"].partition(";")[0] == kind
    assert get("figures", asked | {"format": "json"}, key, headers={"Accept": "text/csv"}).json()


def test_a_list_is_every_dossier_once_however_it_is_cut(get: Get, data: Path, snapshot: Snapshot) -> None:
    key = made(data, "officer")
    asked = MARCH | {"metric": "resolved", "sort": "finished_at", "order": "desc", "channel": "online"}
    pages = [tables(get, "dossiers", asked | {"size": 7, "page": page}, key=key) for page in range(1, 7)]
    whole = query.records(
        snapshot, building.filters(snapshot, "2024-03-01", "2024-03-31", channels=("online",)), "resolved",
        sort="finished_at", descending=True, limit=1000,
    )  # fmt: skip
    expected = plain(whole.rows[[*query.RECORD_COLUMNS, "days_late"]])
    assert len(expected) == len(ROWS) // 2 + 1
    for form in ("json", "csv", "parquet"):
        assert [row for page in pages for row in plain(page[form])[1:]] == expected[1:]
    assert get("dossiers", asked, key).json()["total"] == whole.total


def test_no_cell_of_a_csv_starts_a_formula(get: Get, data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    from cchc.__main__ import main

    key = made(data, "officer")
    texts = [get(name, MARCH | asked | {"format": "csv"}, key).text
             for name, asked in (("dossiers", {}), ("figures", {"metric": "received", "by": "desk"}))]  # fmt: skip
    main(["--data", str(data), "query", "received", "--dataset", DATASET, "--by", "desk", "--format", "csv",
          "--filters", "start=2024-03-01"])  # fmt: skip
    for text in (*texts, capsys.readouterr().out):
        assert f"'{HOSTILE}" in text
        assert f",{HOSTILE}" not in text.replace(f"\n{HOSTILE}", f",{HOSTILE}")


@pytest.mark.parametrize("units", [("A",), ("B", "C")])
def test_a_limited_key_gets_what_an_area_without_other_units_gives(
    get: Get, data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, units: tuple[str, ...]
) -> None:
    alone = never_held_others(tmp_path / "alone", ROWS, set(units))
    splits = [[], *([each] for each in (*DIMENSIONS, *BESIDE))]
    questions = [("figures", {"metric": ["received", "late", "median_days"], "by": by, "grain": grain})
                 for by in splits for grain in ("whole", "week")]  # fmt: skip
    questions += [("dossiers", {"metric": "received", "search": text}) for text in ("", "H59", "đại an", "khai sinh")]
    questions += [("figures", {"metric": "received", "unit": unit}) for unit in UNITS]
    questions += [("snapshots", {})]
    key = made(data, "officer", units)

    def said(got: Response) -> object:
        rows = got.json()
        kept = [{name: value for name, value in row.items() if name != "snapshot"} for row in rows.get("rows", [])]
        return got.status_code, rows.get("total"), rows.get("error"), kept

    limited = [said(get(name, asked if name == "snapshots" else MARCH | asked, key)) for name, asked in questions]
    monkeypatch.setenv("CCHC_DATA", str(tmp_path / "alone"))
    never = [said(get(name, asked if name == "snapshots" else MARCH | asked, access=Access()))
             for name, asked in questions]  # fmt: skip
    assert alone.manifest["dossiers"] == len([row for row in ROWS if row["unit"] in units])
    assert limited == never


def test_a_reader_gets_figures_and_no_dossier_and_the_refusal_is_written_down_once(get: Get, data: Path) -> None:
    key = made(data)
    assert get("figures", MARCH | {"metric": "received"}, key).status_code == 200
    before = record.lines(data)[1]
    for _ in range(3):
        refused = get("dossiers", MARCH | {"search": "Nguyễn Văn A"}, key)
        assert (refused.status_code, refused.json().keys()) == (403, {"error"})
    [line], count = record.lines(data, most=1)
    assert count == before + 1
    assert (line.who, line.address, line.what, line.area) == ("api:LGSP của tỉnh", "10.1.2.3", "refused", DATASET)
    assert line.about == "api: dossiers"


def test_every_list_of_dossiers_is_a_line_in_the_record_without_what_was_searched(get: Get, data: Path) -> None:
    key = made(data, "officer")
    assert get("dossiers", MARCH | {"search": "Nguyễn Văn A"}, key).json()["total"] == 0
    [line], _ = record.lines(data, most=1)
    assert (line.who, line.what) == ("api:LGSP của tỉnh", "export")
    assert line.about == "api: cchc-tra-cu-received-2024-03-01-2024-03-31, 0"
    assert record.broken(data) == []


def test_without_a_key_in_force_nobody_learns_anything(get: Get, data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    over, withdrawn = made(data), made(data)
    current = made(data)
    asked = MARCH | {"metric": "received"}
    got = [get(name, each, key, access, headers)
           for name in ("figures", "dossiers", "snapshots")
           for each in (asked, asked | {"dataset": "nowhere"}, {"x": "1"})
           for access in (GUARDED, replace(GUARDED, mode="proxy", names={"id": "X-User"}))
           for key, headers in (("", {}), (over, {}), (withdrawn, {}), (current[:-1], {}), ("", {"X-User": "an"}),
                                ("", {"Authorization": f"Basic {current}"}), ("", {"Cookie": "_streamlit_user=1"}))
           ]  # fmt: skip
    got += [get("figures", asked, withdrawn, Access())]  # one that is sent counts on the machine itself too
    assert {(each.status_code, each.content, each.headers["WWW-Authenticate"]) for each in got} == {
        (401, got[0].content, "Bearer")
    }
    assert get("figures", asked, current).status_code == 200
    monkeypatch.setattr(keys, "_today", lambda: UNTIL + datetime.timedelta(days=1))
    assert get("figures", asked, current).content == got[0].content
    held = b"".join(each.read_bytes() for each in place.store_file(data).parent.iterdir())
    assert current.encode() not in held


def test_an_area_that_is_not_the_keys_is_said_in_the_words_of_one_that_is_not_there(get: Get, data: Path) -> None:
    building.publish(data, numbered([dossier()] * 3),
                     references=building.reference_folder(data / "reference" / "my-hao", "my-hao"))  # fmt: skip
    key = made(data, "officer")
    for name in ("figures", "dossiers", "snapshots"):
        there, nowhere = (get(name, {"dataset": area} | ({} if name == "snapshots" else {"metric": "received"}), key)
                          for area in ("my-hao", "nowhere"))  # fmt: skip
        assert there.status_code == nowhere.status_code == 404
        assert there.text.replace("my-hao", "nowhere") == nowhere.text
    assert {row["dataset"] for row in get("snapshots", {}, key).json()["rows"]} == {DATASET}
    every = made(data, area=people.EVERY_AREA)
    assert {row["dataset"] for row in get("snapshots", {}, every).json()["rows"]} == {DATASET, "my-hao"}


LARGE = f"dataset={DATASET}&metric=received&grain=day&start=1900-01-01&end=2199-12-31&by=unit&by=field&by=procedure"
WRONG = [
    ("figures", "metric=received", "dataset"),
    ("figures", f"dataset={DATASET}", "metric"),
    ("figures", f"dataset={DATASET}&metric=on_tiem", "on_tiem"),
    ("figures", f"dataset={DATASET}&metric=received&by=listed", "listed"),
    ("figures", f"dataset={DATASET}&metric=received&grain=decade", "decade"),
    ("figures", f"dataset={DATASET}&metric=received&unit=29999", "29999"),
    ("figures", f"dataset={DATASET}&metric=received&unit=%00' or true --", "or true"),
    ("figures", f"dataset={DATASET}&metric=received&start=31/12/2023", "31/12/2023"),
    ("figures", f"dataset={DATASET}&metric=received&start=2024-05-02&end=2024-01-01", "2024-05-02"),
    ("figures", f"dataset={DATASET}&dataset=x&metric=received", "dataset"),
    ("figures", f"dataset={DATASET}&metric=received&shape=years", "shape"),
    ("figures", f"dataset={DATASET}&metric=received&format=xml", "xml"),
    ("figures", f"dataset={DATASET}&metric=received&group=gone", "gone"),
    ("figures", LARGE, "5"),
    ("dossiers", f"dataset={DATASET}&page=0", "page"),
    ("dossiers", f"dataset={DATASET}&size=99999999999999999999", "size"),
    ("dossiers", f"dataset={DATASET}&size=²", "size"),
    ("dossiers", f"dataset={DATASET}&sort=days_late;drop table x", "sort"),
    ("snapshots", "start=2024-01-01", "start"),
]  # fmt: skip


def test_a_question_that_is_wrong_gets_one_sentence_in_the_readers_language(get: Get, data: Path) -> None:
    key = made(data, "officer")
    before = record.lines(data)[1]
    for name, asked, named in WRONG:
        said = (("&lang=vi", "en"), ("&lang=en", "vi"), ("", "fr, en-GB;q=0.9"))
        vi, en, heard = (get(name, asked + lang, key, headers={"Accept-Language": accept}) for lang, accept in said)
        assert {each.status_code for each in (vi, en, heard)} == {400}, asked
        assert heard.json() == en.json() != vi.json()
        assert all(named in each.json()["error"] for each in (vi, en)), en.text
    for asked in ("snapshot=2024-05-31-0", "snapshot=../current"):
        assert get("figures", f"dataset={DATASET}&metric=received&{asked}", key).status_code == 404
    assert record.lines(data)[1] == before


def test_a_snapshot_that_was_taken_back_is_marked_and_a_damaged_one_gives_nothing(
    get: Get, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CCHC_DATA", str(tmp_path))
    first = building.publish_whole(tmp_path, ROWS[:9], datetime.date(2024, 4, 30))
    second = building.publish_whole(tmp_path, ROWS)
    retraction.retract(tmp_path, DATASET, second.id)
    rows = get("snapshots", {"dataset": DATASET}, access=Access()).json()["rows"]
    marks = [(row["snapshot"], row["current"], row["retracted"], row["dossiers"]) for row in rows]
    assert marks == [(second.id, False, True, len(ROWS)), (first.id, True, False, 9)]
    asked = MARCH | {"metric": "received"}
    assert get("figures", asked | {"snapshot": second.id}, access=Access()).json()["retracted"] is True
    file = building.file_of(snapshots.whole(first), "dossiers.parquet")
    file.chmod(0o644)
    file.write_bytes(b"")
    got = get("figures", asked, access=Access())
    assert (got.status_code, str(tmp_path) in got.text) == (503, False)


CHECKS = (
    not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance,
    unsupported_method,
)  # fmt: skip


def test_the_description_is_what_the_server_does(get: Get, data: Path) -> None:
    """Whatever the description allows gets an answer that the description has."""
    schema = schemathesis.openapi.from_asgi("/api/v1/openapi.json", application())
    key, answered = made(data, "officer"), set()
    for operation in (each.ok() for each in schema.get_all_operations()):

        @settings(max_examples=20, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)
        @given(case=operation.as_strategy())
        def every_case(case: schemathesis.Case) -> None:
            if case.query.get("dataset"):  # else hardly any names one there is
                case.query["dataset"] = DATASET
            got = case.call(headers={"Authorization": f"Bearer {key}"})
            answered.add((case.operation.label, got.status_code))
            case.validate_response(got, checks=CHECKS)

        every_case()
    assert {name for name, status in answered if status == 200} == {
        f"GET /api/v1/{name}" for name in ("figures", "dossiers", "snapshots")
    }
