"""Fields and procedures whose dossiers count for those alone who may list them: few people stand behind a number."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Sensitive:
    """What an area declares so, by ids, and whether its references are those of a part that is without it."""

    fields: tuple[str, ...] = ()
    procedures: tuple[str, ...] = ()
    withheld: bool = False

    def has(self, procedure: str, field: str) -> bool:
        """Whether a procedure of a field is one of these."""
        return procedure in self.procedures or field in self.fields

    def unknown(self, fields: Iterable[str], procedures: Iterable[str]) -> list[str]:
        """What is neither a field nor a procedure there is: misspelt, it would show what it was to keep back."""
        return sorted({*self.fields} - {*fields} | {*self.procedures} - {*procedures})


def read(told: dict[str, Any]) -> Sensitive:
    """The table `sensitive` of an area. Raises ValueError where it says what cannot be meant."""
    lists = {name: told.get(name, []) for name in ("fields", "procedures")}
    withheld = told.get("withheld", False)
    is_list = all(isinstance(ids, list) and all(isinstance(id_, str) for id_ in ids) for ids in lists.values())
    if not is_list or not isinstance(withheld, bool) or told.keys() - {*lists, "withheld"}:
        raise ValueError(f"sensitive = {told}")
    return Sensitive(tuple(lists["fields"]), tuple(lists["procedures"]), withheld)
