"""Answers are remembered up to so many bytes, whatever their number, and are those of the question."""

from pathlib import Path

import pandas as pd
from cachetools import LRUCache, cached

from cchc.figures import query
from cchc.figures.filters import Filters, defaults
from cchc.figures.periods import between
from cchc.ui import view
from tests import building
from tests.building import dossier, numbered


def test_what_is_remembered_is_bounded_in_bytes_and_equal_to_asking_anew(tmp_path: Path) -> None:
    rows = [dossier(unit=unit, received_at=f"2024-{month:02}-05") for unit in "ABC" for month in range(1, 6)]
    snapshot = building.publish(tmp_path, numbered(rows))
    asked: list[Filters] = []

    def ask(*question: object) -> pd.DataFrame:
        asked.append(defaults(snapshot))
        return view.answered.__wrapped__(*question)  # type: ignore[attr-defined]

    room = 5 * (view._QUESTION + 1000)
    store: LRUCache[object, pd.DataFrame] = LRUCache(room, getsizeof=view._bytes)
    remember = cached(store)(ask)
    months = between("month", snapshot.start, snapshot.as_of)
    for filters in [defaults(snapshot).over(month) for month in months] * 2:
        for by in ((), ("unit",), ("unit", "channel")):
            found = remember(snapshot, ("received", "on_time_rate"), filters, by, None, False)
            assert found.equals(query.run(snapshot, ("received", "on_time_rate"), filters, by))
            assert store.currsize == sum(map(view._bytes, store.values())) <= room
            again = len(asked)
            assert remember(snapshot, ("received", "on_time_rate"), filters, by, None, False) is found
            assert len(asked) == again
    assert len(asked) > len(store) > 0
    assert view.answered.cache.maxsize == view._REMEMBERED  # type: ignore[attr-defined]
