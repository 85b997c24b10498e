"""A cluster of communes has a name: one choice in every filter, link, paper and command, whoever asks."""

import json
from pathlib import Path

import pytest

from cchc.__main__ import main
from cchc.entered import backup, groups
from cchc.figures import query
from cchc.figures.filters import Filters, Group, from_params
from cchc.findings.agenda.outcomes import freeze
from cchc.store.snapshots import Snapshot
from cchc.text import LANGUAGES, UserError
from tests import building
from tests.building import DATASET, dossier
from tests.pages import test_pages
from tests.pages.test_pages import Open, drawn, texts

open_page = test_pages.open_page
MARCH = {"start": ["2024-03-01"], "end": ["2024-03-31"]}


@pytest.fixture
def snapshot(tmp_path: Path) -> Snapshot:
    rows = [dossier(dossier_id=f"{unit}{n}", unit=unit, received_at="2024-03-04") for unit in "ABCD" for n in range(3)]
    return building.publish(tmp_path, rows)


def asked(tmp_path: Path, snapshot: Snapshot, **params: list[str]) -> Filters:
    found, dropped = from_params({**MARCH, **params}, snapshot, groups.read(tmp_path, DATASET))
    assert dropped == []
    return found


def test_a_group_is_its_units_in_every_figure_and_itself_in_words_and_links(tmp_path: Path, snapshot: Snapshot) -> None:
    coast, inland = (
        groups.save(tmp_path, DATASET, *each) for each in (("Ven biển", ("A", "B")), ("Bên trong", ("B", "C")))
    )
    one, both = asked(tmp_path, snapshot, group=[coast.id]), asked(tmp_path, snapshot, group=[coast.id, inland.id])
    for found, units in ((one, ("A", "B")), (both, ("A", "B", "C"))):
        by_hand = building.filters(snapshot, "2024-03-01", "2024-03-31", units=units)
        assert found.units == units
        assert query.run(snapshot, ["received"], found).equals(query.run(snapshot, ["received"], by_hand))
        params = found.to_params(snapshot)
        assert "unit" not in params
        assert from_params(params, snapshot, groups.read(tmp_path, DATASET)) == (found, [])
    more = asked(tmp_path, snapshot, group=[coast.id], unit=["C"])
    assert (more.units, more.to_params(snapshot)["unit"]) == (("A", "B", "C"), ["C"])
    for language in LANGUAGES:
        assert "Ven biển, Thị trấn Định An" in more.describe(snapshot.references, language)
        assert "Ven biển" not in more.narrow("unit", "A").describe(snapshot.references, language)
    assert more.with_groups([inland]).units == ("B", "C")
    assert more.with_groups([]).units == ("C",)


def test_a_link_to_a_group_that_is_gone_is_one_sentence_and_its_id_is_never_another_group(
    tmp_path: Path, snapshot: Snapshot
) -> None:
    gone = groups.save(tmp_path, DATASET, "Ven biển", ("A", "B"))
    groups.forget(tmp_path, DATASET, gone.id)
    again = groups.save(tmp_path, DATASET, "Ven biển", ("C", "D"))
    assert again.id != gone.id
    found, dropped = from_params({**MARCH, "group": [gone.id]}, snapshot, groups.read(tmp_path, DATASET))
    assert (found.units, found.groups, len(dropped)) == ((), (), 1)
    assert gone.id in dropped[0].vi


def test_a_unit_of_a_group_that_the_area_no_longer_has_is_left_out_and_said(tmp_path: Path, snapshot: Snapshot) -> None:
    held = {"x": Group("x", "Ven biển", ("A", "Z"))}
    found, dropped = from_params({**MARCH, "group": ["x"]}, snapshot, held)
    assert (found.units, [group.units for group in found.groups], len(dropped)) == (("A",), [("A",)], 1)


@pytest.mark.parametrize(
    ("name", "units"),
    [("", ("A", "B")), ("  ", ("A", "B")), ("VEN BIEN", ("A", "B")), ("x" * 61, ("A", "B")), ("Một xã", ("A",))],
)
def test_a_group_without_a_name_of_its_own_or_of_one_unit_is_refused_and_nothing_changes(
    tmp_path: Path, name: str, units: tuple[str, ...]
) -> None:
    groups.save(tmp_path, DATASET, "Ven biển", ("A", "B"))
    before = groups.read(tmp_path, DATASET)
    with pytest.raises(UserError):
        groups.save(tmp_path, DATASET, name, units)
    assert groups.read(tmp_path, DATASET) == before


def test_groups_are_in_the_backup_and_in_the_commands(tmp_path: Path, snapshot: Snapshot, capsys) -> None:
    group = groups.save(tmp_path, DATASET, '=Cụm "1"; <b>', ("A", "B"))
    before = groups.read(tmp_path, DATASET)
    backup.write(tmp_path, tmp_path / "backup.zip")
    groups.forget(tmp_path, DATASET, group.id)
    backup.restore(tmp_path, tmp_path / "backup.zip")
    assert groups.read(tmp_path, DATASET) == before
    arguments = ["--data", str(tmp_path), "query", "received", "--dataset", DATASET, "--format", "json", "--filters"]
    assert main([*arguments, f"group={group.id}&start=2024-03-01&end=2024-03-31"]) == 0
    assert json.loads(capsys.readouterr().out) == [{"received": 6}]
    assert main([*arguments, "group=none"]) == 2


def test_a_meeting_keeps_the_units_whatever_becomes_of_the_group(tmp_path: Path, snapshot: Snapshot) -> None:
    group = groups.save(tmp_path, DATASET, "Ven biển", ("A", "B"))
    question = freeze(asked(tmp_path, snapshot, group=[group.id]), snapshot)
    assert "group" not in question
    assert "unit=A&unit=B" in question


def test_a_group_is_made_of_the_units_chosen_and_taken_away_on_the_page(
    open_page: Open, tmp_path: Path, snapshot: Snapshot
) -> None:
    march = {"dataset": DATASET, "start": "2024-03-01", "end": "2024-03-31"}
    app = drawn(open_page("tra-cuu", tmp_path, **march, unit=["A", "B"]))
    app.text_input(key="group-name").set_value("Ven biển")
    drawn(app.button(key="group-save").click().run())
    [group] = groups.read(tmp_path, DATASET).values()
    assert (group.name, group.units) == ("Ven biển", ("A", "B"))
    for slug in ("tong-quan", "xu-huong", "tra-cuu"):
        app = drawn(open_page(slug, tmp_path, **march, group=group.id))
        assert "Ven biển" in " ".join(texts(app))
        assert [each.value for each in app.warning] == []
    drawn(app.button(key=f"forget-{group.id}").click().run())
    assert groups.read(tmp_path, DATASET) == {}
