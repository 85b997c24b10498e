"""References of a dataset that has none, made from what the export names; a later export may add to them."""

import tomllib
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from cchc.importing.mapping import Mapping
from cchc.importing.matching import Matcher, New, Spelling, name_new, write_table
from cchc.rules import references
from cchc.rules.lines import FIRST_DAY, LAST_DAY
from cchc.rules.references import References

_FLAG = "from_export"
_OTHER = ("khac", "Khác", "Other")


@dataclass(frozen=True)
class Created:
    """References written for an export, and what of them was not there before."""

    folder: Path
    units: Sequence[New]
    procedures: Sequence[New]
    fields: Sequence[New]


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
) -> Created:
    """Write into `into` the references of `base` (None = there are none yet), with what the export names besides."""
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
    fields, new_fields = _fields(old, new_procedures)
    write_table(into / "fields.csv", ("field", "name_vi", "name_en"), _field_rows(old, fields))
    write_table(
        into / "units.csv",
        ("unit", "name", "level", "parent", "valid_from", "valid_to", "aliases", *(("code",) if _coded(old) else ())),
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
                (p.id, p.name, fields.find(p.field) or _OTHER[0], "", "", _joined(p.aliases), "")
                for p in new_procedures
            ),
        ),
    )
    return Created(into, new_units, new_procedures, new_fields)


def _about(dataset: str, mapping: Mapping) -> str:
    return (
        f'id = "{dataset}"\nlate_by = "{mapping.late_by}"\n{_FLAG} = true\n\n'
        f'[name]\nvi = "{dataset}"\nen = "{dataset}"\n'
    )


def _fields(old: References | None, procedures: Sequence[New]) -> tuple[Matcher, list[New]]:
    """The fields there are with those of new procedures and one for procedures without any, and which of them are
    new."""
    there = {id_: name.vi for id_, name in old.fields.items()} if old else {}
    fields = Matcher(New(id_, name, (), "") for id_, name in ({_OTHER[0]: _OTHER[1]} | there).items())
    named = Counter(each.field for each in procedures if each.field)
    new = name_new([Spelling((name, ""), (name,), rows) for name, rows in named.items()], fields)
    for each in new:
        fields.add(each)
    return fields, new


def _field_rows(old: References | None, fields: Matcher) -> Iterable[tuple[str, str, str]]:
    for id_, field in fields.known.items():
        english = old.fields[id_].en if old and id_ in old.fields else _OTHER[2] if id_ == _OTHER[0] else field.name
        yield id_, field.name, english


def _old_units(old: References | None) -> list[tuple[object, ...]]:
    units = old.units.values() if old else ()
    codes = _coded(old)
    return [
        (u.id, u.name, u.level, u.parent, u.valid_from, u.valid_to, _joined(u.aliases), *((u.code,) if codes else ()))
        for u in units
    ]


def _coded(old: References | None) -> bool:
    """Whether any unit has a code that its key does not say."""
    return any(unit.code != unit.id.partition("@")[0] for unit in old.units.values()) if old else False


def _old_procedures(old: References | None) -> list[tuple[object, ...]]:
    return [
        (p.id, p.name, p.field, "" if p.days is None else p.days, _joined(p.levels), _joined(p.aliases),
         "yes" if p.fee else "")
        for p in (old.procedures.values() if old else ())
    ]  # fmt: skip


def _joined(texts: Sequence[str]) -> str:
    return ";".join(text.replace(";", ",") for text in texts)
