"""References of a dataset that has none, made from what the export names; a later export may add to them."""

import tomllib
from collections.abc import Iterable, Sequence
from pathlib import Path

from cchc.importing.mapping import Mapping, spelling
from cchc.importing.matching import Matcher, Spelling, name_new, slug, write_table
from cchc.rules import references
from cchc.rules.references import FIRST_DAY, LAST_DAY, References

_FLAG = "from_export"
_OTHER = ("khac", "Khác", "Other")


def made_from_export(folder: Path) -> bool:
    """Whether these references were created from an export, so that the next one may add to them."""
    return bool(tomllib.loads((folder / "dataset.toml").read_text(encoding="utf-8")).get(_FLAG))


def write(
    dataset: str,
    mapping: Mapping,
    base: Path | None,
    units: Sequence[Spelling],
    procedures: Sequence[Spelling],
    into: Path,
) -> Path:
    """Write into `into` the references of `base` (None = there are none yet), with what the export names besides.

    Returns `into`.
    """
    into.mkdir(parents=True)
    old = None
    if base is not None:
        references.freeze(base, into)
        old = references.read(into)
    else:
        (into / "dataset.toml").write_text(_about(dataset, mapping), encoding="utf-8")
    by_unit = Matcher(old.units.values() if old else (), mapping.units, mapping.office_words)
    new_units = name_new(units, by_unit)
    new_procedures = name_new(procedures, Matcher(old.procedures.values() if old else (), mapping.procedures))
    fields = _fields(old, [each.field for each in new_procedures])
    ids = {spelling(name): id_ for id_, name in fields.items()}
    write_table(into / "fields.csv", ("field", "name_vi", "name_en"), _field_rows(old, fields))
    write_table(
        into / "units.csv",
        ("unit", "name", "level", "parent", "valid_from", "valid_to", "aliases"),
        (
            *_old_units(old),
            *((u.id, u.name, mapping.level, "", FIRST_DAY, LAST_DAY, _joined(u.aliases)) for u in new_units),
        ),
    )
    write_table(
        into / "procedures.csv",
        ("procedure", "name", "field", "days", "levels", "aliases", "fee"),
        (
            *_old_procedures(old),
            *(
                (p.id, p.name, ids.get(spelling(p.field), _OTHER[0]), "", "", _joined(p.aliases), "")
                for p in new_procedures
            ),
        ),
    )
    return into


def _about(dataset: str, mapping: Mapping) -> str:
    return (
        f'id = "{dataset}"\nlate_by = "{mapping.late_by}"\n{_FLAG} = true\n\n'
        f'[name]\nvi = "{dataset}"\nen = "{dataset}"\n'
    )


def _fields(old: References | None, added: Iterable[str]) -> dict[str, str]:
    """Names of fields by id: those there were, those found, and one for procedures without any."""
    names = {id_: name.vi for id_, name in old.fields.items()} if old else {}
    names.setdefault(_OTHER[0], _OTHER[1])
    known = {spelling(name) for name in names.values()}
    for name in sorted(set(added)):
        if name and spelling(name) not in known:
            known.add(spelling(name))
            names[slug(name, set(names))] = name
    return names


def _field_rows(old: References | None, names: dict[str, str]) -> Iterable[tuple[str, str, str]]:
    for id_, name in names.items():
        english = old.fields[id_].en if old and id_ in old.fields else _OTHER[2] if id_ == _OTHER[0] else name
        yield id_, name, english


def _old_units(old: References | None) -> list[tuple[object, ...]]:
    units = old.units.values() if old else ()
    return [(u.id, u.name, u.level, u.parent, u.valid_from, u.valid_to, _joined(u.aliases)) for u in units]


def _old_procedures(old: References | None) -> list[tuple[object, ...]]:
    return [
        (p.id, p.name, p.field, "" if p.days is None else p.days, _joined(p.levels), _joined(p.aliases),
         "yes" if p.fee else "")
        for p in (old.procedures.values() if old else ())
    ]  # fmt: skip


def _joined(texts: Sequence[str]) -> str:
    return ";".join(text.replace(";", ",") for text in texts)
