"""Which references an import is judged by, which of them it makes, and which spellings they do not know."""

import datetime
from collections import Counter
from collections.abc import Mapping as Keyed
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb

from cchc.importing import creating, judging, made, matching, values
from cchc.importing.made import Made
from cchc.importing.mapping import Mapping
from cchc.importing.matching import Matcher, Spelling, Unknown
from cchc.importing.parts import Part
from cchc.rules import boundaries, references
from cchc.rules.references import References


@dataclass(frozen=True)
class Naming:
    """The folder of references and what is in it; spellings they do not know; what was made for this import, where
    they were `created` from exports."""

    folder: Path
    references: References
    unknown: tuple[Unknown, ...]
    made: tuple[Made, ...]
    created: bool


def settle(
    connection: duckdb.DuckDBPyConnection,
    dataset: str,
    mapping: Mapping,
    parts: Sequence[Part],
    as_of: datetime.date,
    there: Path | None,
    into: Path,
) -> Naming:
    """Tell the judge what every spelling of unit, counter and procedure means by the references `there` (None = none
    yet); what they lack is made `into` another folder unless somebody wrote them. A cell with a telephone number, an
    e-mail address or an identity number is never made into anything, nor listed."""
    units, procedures = (values.units(connection, mapping, parts), values.procedures(connection, mapping, parts))
    counters = values.counters(connection, mapping, parts)
    judging.set_fields_apart(connection, values.personal_fields(connection))
    created = None
    if there is None or creating.made_from_export(there):
        created = creating.write(dataset, mapping, there, _usable([*units, *counters]), _usable(procedures), into)
    folder = created.folder if created else there
    assert folder is not None
    known = references.read(folder)
    by_unit = Matcher(known.units.values(), mapping.units, mapping.office_words, as_of)
    by_procedure = Matcher(known.procedures.values(), mapping.procedures)
    unit_rows, unknown_units = _resolve_units(connection, "unit", units, by_unit, known)
    counter_rows, unknown_counters = _resolve_units(connection, "receiving_unit", counters, by_unit, known)
    judging.set_apart(connection, "unit", [each.raw for each in units if each.is_personal])
    listed = {each.spelling for each in unknown_units}
    unknown_units += [each for each in unknown_counters if each.spelling not in listed]
    procedure_rows, unknown_procedures = _resolve(connection, "procedure", procedures, by_procedure)
    new: list[Made] = []
    if created:
        field_rows = Counter[str]()
        for id_, rows in procedure_rows.items():
            field_rows[known.procedures[id_].field] += rows
        fields = Matcher(())
        new = [
            *made.listed("unit", created.units, {**counter_rows, **unit_rows},
                         (u.name for u in known.units.values()), by_unit),
            *made.listed("procedure", created.procedures, procedure_rows,
                         (p.name for p in known.procedures.values()), by_procedure),
            *made.listed("field", created.fields, field_rows, (f.vi for f in known.fields.values()), fields),
        ]  # fmt: skip
    return Naming(folder, known, (*unknown_units, *unknown_procedures), tuple(new), created is not None)


def _usable(spellings: Sequence[Spelling]) -> list[Spelling]:
    return [each for each in spellings if each.rows and not each.is_personal]


def _resolve_units(
    connection: duckdb.DuckDBPyConnection,
    column: str,
    spellings: Sequence[Spelling],
    matcher: Matcher,
    names: References,
) -> tuple[Keyed[str, int], list[Unknown]]:
    """The same as `_resolve` for a column of units, whose codes and names may be those of others before and after a
    change: by the day a dossier was received. Without any spelling nothing is told."""
    rows: list[tuple[object, ...]] = []
    counted: dict[str, int] = {}
    unknown: dict[str, Unknown] = {}
    for first, last in boundaries.spans(names.units.values()):
        ids, missing = matching.resolve("unit", spellings, matcher.on(first))
        rows += [(*each.raw, first, last, ids.get(each), bool(each.texts)) for each in spellings]
        unknown |= {each.spelling: each for each in missing}
        counted |= _rows(ids)
    if spellings:
        judging.mean(connection, column, ("value", "name", "first", "last"), rows)
    return counted, list(unknown.values())


def _resolve(
    connection: duckdb.DuckDBPyConnection,
    dimension: matching.Dimension,
    spellings: Sequence[Spelling],
    matcher: Matcher,
) -> tuple[Keyed[str, int], list[Unknown]]:
    """The rows of every id found, and the spellings that mean none."""
    ids, unknown = matching.resolve(dimension, spellings, matcher)
    rows = [(*each.raw, ids.get(each), bool(each.texts)) for each in spellings]
    judging.mean(connection, dimension, ("value", "name"), rows)
    judging.set_apart(connection, dimension, [s.raw for s in spellings if s.is_personal and s not in ids])
    return _rows(ids), unknown


def _rows(ids: Keyed[Spelling, str]) -> Counter[str]:
    counted = Counter[str]()
    for each, id_ in ids.items():
        counted[id_] += each.rows
    return counted
