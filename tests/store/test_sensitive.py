"""Whoever may not list sensitive dossiers gets nothing that one of them has changed, in any table and any file."""

import json
import re
import tempfile
from itertools import combinations
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cchc.access.people import Grant, Person
from cchc.figures import query
from cchc.schema import DIMENSIONS
from cchc.store import sights, snapshots
from cchc.store.snapshots import Snapshot
from cchc.text import LANGUAGES, UserError
from tests import building
from tests.building import DATASET, PROCEDURES, UNITS, Dossier, dossier, numbered

pytestmark = pytest.mark.slow

DECLARED = 'fields = ["land"]\nprocedures = ["birth"]'
KEPT_BACK = {"title", "birth"}
READER = Person("r", "", (Grant("reader", DATASET),))
WORKS_FOR_A = Person("a", "", (Grant("reader", DATASET), Grant("officer", DATASET, frozenset("A"))))
ONLY_B = Person("b", "", (Grant("reader", DATASET, frozenset("B")),))
PEOPLE = (READER, WORKS_FOR_A, ONLY_B)
SPAN = ("2023-11-01", "2024-05-31")
# Of a publication, not of its dossiers: names of parts hold a hash of the id of the whole.
OF_PUBLISHING = ("id", "published_at", "checksum", "files")


def declaring(data: Path, told: str) -> Path:
    """The references of the small area with a declaration."""
    folder = building.reference_folder(data / "reference" / DATASET)
    with (folder / "dataset.toml").open("a", encoding="utf-8") as file:
        file.write(f"\n[sensitive]\n{told}\n")
    return folder


def published(data: Path, rows: list[Dossier]) -> Snapshot:
    references = declaring(data, DECLARED)
    origin = building.origin(len(rows), covers_from="2023-11-01")
    return snapshots.publish(building.table(rows), references, building.AS_OF, origin, data)[0]


def seen(data: Path, who: Person) -> Snapshot | None:
    return snapshots.current(sights.folder(data, who, "reader", DATASET), DATASET)


def everything(snapshot: Snapshot | None) -> dict[str, Any]:
    """All that lies in the folder of a snapshot: whatever anybody works out of it follows from this."""
    if snapshot is None:
        return {}
    held: dict[str, Any] = {}
    for path in sorted(each for each in snapshot.folder.rglob("*") if each.is_file()):
        name = re.sub(r"^(parts/\d{4}-\d\d)-\w+", r"\1", path.relative_to(snapshot.folder).as_posix())
        if path.suffix == ".parquet":
            # Stocks of one day come in any order.
            rows = pd.read_parquet(path)
            held[name] = rows.sort_values([*rows]).to_csv(index=False)
        elif name == "manifest.json":
            told = json.loads(path.read_text(encoding="utf-8"))
            told["parts"] = list(told["parts"].values())
            held |= {f"{name} {key}": value for key, value in told.items() if key not in OF_PUBLISHING}
        else:
            held[name] = path.read_bytes()
    return held


def for_their_eyes(row: Dossier, who: Person) -> bool:
    return row["procedure"] not in KEPT_BACK or (who == WORKS_FOR_A and row["unit"] == "A")


@building.examples(4)
@given(one=building.worlds(), other=building.worlds(), who=st.sampled_from(PEOPLE))
def test_two_worlds_that_differ_in_sensitive_dossiers_alone_are_one_to_whoever_may_not_list_them(
    one, other, who: Person
) -> None:
    common = [row for row in one[0] if row["unit"] and for_their_eyes(row, who)]
    worlds = [
        [row for row in one[0] if row["unit"]],
        [*common, *({**row, "dossier_id": f"X-{row['dossier_id']}", "exported_on": building.AS_OF}
                    for row in other[0] if row["unit"] and not for_their_eyes(row, who))],
        common,
    ]  # fmt: skip
    held = []
    for rows in worlds:
        if not rows:
            return
        with tempfile.TemporaryDirectory() as place:
            published(Path(place), rows)
            held.append(everything(seen(Path(place), who)))
    assert held[0] == held[1] == held[2]


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Every unit has dossiers of every procedure, sensitive ones in every month, one to four of them."""
    folder = tmp_path_factory.mktemp("sensitive")
    rows = [
        dossier(unit=unit, procedure=procedure, received_at=f"2024-0{month}-{4 + turn:02}",
                channel=("online", "counter")[turn % 2], finished_at=f"2024-0{month}-1{turn}")
        for place, unit in enumerate(UNITS)
        for month in (3, 4)
        for procedure in PROCEDURES
        for turn in range(1 + place % 4)
    ]  # fmt: skip
    published(folder, numbered(rows))
    return folder


def counts(snapshot: Snapshot) -> dict[str, float]:
    """Every count of every split by up to two dimensions, over the whole and by months."""
    asked, found = building.filters(snapshot, *SPAN), {}
    splits = [list(by) for most in range(3) for by in combinations(DIMENSIONS, most)]
    for by in splits:
        for grain in (None, "month"):
            frame = query.run(snapshot, ["received", "resolved", "open"], asked, by, grain)
            keys = [*(["period"] if grain else []), *by]
            for row in frame.to_dict("records"):
                place = ", ".join(f"{key}={row[key]}" for key in keys)
                found |= {f"{metric}({place})": row[metric] for metric in ("received", "resolved", "open")}
    return found


def test_no_count_nor_sum_nor_difference_of_two_tells_how_many_sensitive_dossiers_there_are(data: Path) -> None:
    """By force: what a reader can add and take away stays the same however many there are, so it tells of none."""
    limited = seen(data, READER)
    assert limited
    told = counts(limited)
    whole = counts(building.current(data, DATASET))
    assert told.keys() <= whole.keys() | {place for place in told if told[place] == 0}
    sensitive = [place for place in whole if "procedure=birth" in place or "field=land" in place]
    assert {told.get(place, 0) for place in sensitive} == {0}
    with tempfile.TemporaryDirectory() as place:
        others = [row for row in rows_of(data) if row["procedure"] not in KEPT_BACK]
        published(Path(place), others)
        never = seen(Path(place), READER)
        assert never
        without = counts(never)
    assert told == without
    # Equal counts have equal sums and differences, of two or of any number; said once by force all the same.
    few = sorted(told)[:300]
    assert all(told[a] - told[b] == without[a] - without[b] for a, b in combinations(few, 2))


def rows_of(data: Path) -> list[Dossier]:
    files = building.rows_of(building.current(data, DATASET))
    frame = pd.concat([pd.read_parquet(file) for file in files])[building.DOSSIER.names]
    return [
        {name: None if pd.isna(value) else value for name, value in row.items()}
        for row in frame.astype(object).to_dict("records")
    ]


def test_who_may_list_them_has_them_in_every_figure(data: Path) -> None:
    whole = building.current(data, DATASET)
    asked = building.filters(whole, *SPAN)
    officer = seen(data, Person("o", "", (Grant("officer", DATASET),)))
    assert officer
    assert query.run(officer, ["received"], asked).equals(query.run(whole, ["received"], asked))
    own = seen(data, WORKS_FOR_A)
    assert own
    by_unit = [
        query.run(each, ["received"], building.filters(each, *SPAN), ["unit", "procedure"]) for each in (whole, own)
    ]
    full, part = (frame.set_index(["unit", "procedure"])["received"].to_dict() for frame in by_unit)
    assert part == {key: n for key, n in full.items() if key[0] == "A" or key[1] not in KEPT_BACK}


def test_every_figure_says_what_it_is_without_to_those_alone_for_whom_something_is_left_out(data: Path) -> None:
    for who, withheld in ((READER, True), (WORKS_FOR_A, True), (ONLY_B, True),
                          (Person("o", "", (Grant("officer", DATASET, frozenset("A")),)), False)):  # fmt: skip
        snapshot = seen(data, who)
        assert snapshot
        said = [building.filters(snapshot, *SPAN).describe(snapshot.references, each) for each in LANGUAGES]
        if not withheld:
            assert not any("không gồm" in text or "without" in text for text in said)
            continue
        assert "không gồm hồ sơ đất đai và “Đăng ký khai sinh”" in said[0]
        assert "without dossiers of land and “Đăng ký khai sinh”" in said[1]
        assert not (snapshot.folder / "references" / "published.csv").exists()


@pytest.mark.parametrize(
    "wrong",
    ['fields = ["lnad"]', 'procedures = ["x"]', 'fields = "land"', "withheld = 1", "field = []", 'fields = [["a"]]'],
)
def test_a_declaration_that_names_nothing_is_refused_rather_than_keep_nothing_back(tmp_path: Path, wrong: str) -> None:
    with pytest.raises(UserError) as refused:
        building.publish(tmp_path, [dossier()], references=declaring(tmp_path, wrong))
    assert "sensitive" in refused.value.text.vi
    assert snapshots.datasets(tmp_path) == []
