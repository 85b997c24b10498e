"""What a commitment is about: its name, and which dossiers measure it."""

from collections.abc import Iterable, Mapping
from pathlib import Path

from cchc.entered import groups
from cchc.entered.meetings import About, Commitment
from cchc.figures.filters import Filters, Group
from cchc.figures.query import Run
from cchc.findings import summary
from cchc.rules.boundaries import Unit
from cchc.rules.references import Procedure
from cchc.store.snapshots import Snapshot
from cchc.text import Text, collation_key

ABOUT: dict[About, Text] = {
    "unit": Text("Đơn vị", "A unit"),
    "group": Text("Nhóm đơn vị", "A group of units"),
    "field": Text("Lĩnh vực", "A field"),
    "procedure": Text("Thủ tục", "A procedure"),
    "model": Text("Mô hình", "A service model"),
    "area": Text("Toàn địa bàn", "The whole area"),
}


def choices(about: About, snapshot: Snapshot, data: Path) -> Mapping[str, Text]:
    """The names of what a commitment may be about, by id, in the order of the Vietnamese alphabet."""
    return dict(sorted(_names(about, snapshot, data).items(), key=lambda item: collation_key(item[1].vi)))


def _names(about: About, snapshot: Snapshot, data: Path) -> Mapping[str, Text]:
    references = snapshot.references
    if about == "area":
        return {"": ABOUT["area"]}
    if about == "field":
        return references.fields
    if about == "model":
        return {each.id: each.name for each in references.models}
    named: Iterable[Unit | Procedure | Group]
    if about == "group":
        named = groups.read(data, snapshot.dataset).values()
    else:
        named = (references.units if about == "unit" else references.procedures).values()
    return {each.id: Text(each.name, each.name) for each in named}


def name(promised: Commitment, data: Path, *snapshots: Snapshot) -> Text:
    """What the commitment is about, by the names of the first of the snapshots that has one, and of today's groups; its
    id where none has."""
    for snapshot in snapshots:
        if found := _names(promised.about, snapshot, data).get(promised.subject):
            return found
    return Text(promised.subject, promised.subject)


def measured_by(promised: Commitment, question: Filters, snapshot: Snapshot, data: Path) -> Filters | None:
    """The question of a meeting about the dossiers of the commitment alone, whatever units, or fields and procedures,
    the meeting looked at; of a model, about the days of the week it runs (see `parts`). None where the subject is no
    longer known."""
    id_, about = promised.subject, promised.about
    if id_ not in _names(about, snapshot, data):
        return None
    everything = question.with_choice("fields", ()).with_choice("procedures", ())
    if about in ("field", "procedure"):
        return everything.narrow(about, id_)
    everywhere = (everything if about == "model" else question).with_choice("units", ()).with_choice("levels", ())
    if about == "unit":
        return everywhere.narrow("unit", id_)
    if about == "group":
        return everywhere.with_groups([groups.read(data, snapshot.dataset)[id_]])
    if about == "model":
        [model] = (each for each in snapshot.references.models if each.id == id_)
        return everywhere.with_choice("weekdays", model.weekdays)
    return everywhere


def parts(run: Run, promised: Commitment, question: Filters) -> Mapping[str, float]:
    """The metric of the commitment with its parts, as in a row of `run(..., parts=True)`."""
    names = [promised.metric]
    if promised.about != "model":
        frame = run(names, question, parts=True)
    else:
        listed = run(names, question, by=["listed"], parts=True)
        frame = summary.total(listed[[promised.subject in str(ids).split() for ids in listed["listed"]]], names)
    return {str(column): value for column, value in frame.iloc[0].to_dict().items()}
