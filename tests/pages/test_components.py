"""What the components and charts of the pages are handed: only what a browser can read."""

import ast
import math
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from google.protobuf.message import Message
from streamlit.testing.v1 import AppTest

from cchc.config import ROOT
from cchc.ui import assets, view
from tests.pages.test_pages import component_data, strictly, walk
from tests.test_architecture import PRODUCT, name, tree

pytestmark = pytest.mark.slow

SCRIPTS = [path for folder in ("pages", "cchc/ui") for path in (ROOT / folder).rglob("*.js")]
COMPONENTS = sorted(str(path) for path in SCRIPTS if path.with_suffix(".css").exists())
NOTHING = {
    "NaN": math.nan, "infinity": math.inf, "minus infinity": -math.inf, "null": None, "NaN of NumPy": np.float64("nan"),
    "infinity of NumPy": np.float32("inf"), "no date of NumPy": np.datetime64("NaT"),
    "no span of NumPy": np.timedelta64("NaT"), "NA of pandas": pd.NA, "NaT of pandas": pd.NaT,
}  # fmt: skip
# Plotly writes NumPy's missing date as some date, in JSON a browser reads: charts are made of pandas' own.
DRAWN = {name: value for name, value in NOTHING.items() if not isinstance(value, np.datetime64)}
values = pytest.mark.parametrize("value", NOTHING.values(), ids=NOTHING)


def sent(script: Callable[..., None], *about: Any) -> Message:
    """What the one element a script draws sends to the browser."""
    app = AppTest.from_function(script, args=about, default_timeout=60).run()
    assert [each.value for each in app.exception] == []
    [element] = [each for each in walk(app._tree) if each.type in ("bidi_component", "plotly_chart")]
    proto: Message = element.proto
    return proto


def drawn_component(component: str, data: object) -> None:
    from pathlib import Path

    from cchc.ui import assets

    assets.component(component, Path(component).stem)(key="one", data=data)


def drawn_chart(value: object) -> None:
    from types import SimpleNamespace

    from cchc.text import Text
    from cchc.ui.elements import chart

    view = SimpleNamespace(t=lambda text: text.vi)
    trace = {"type": "scatter", "x": [1, 2], "y": [value, 2.5], "customdata": [["a", value], ["b", 1]]}
    chart(view, {"data": [trace], "layout": {}}, Text("Hình", "Figure"), "one")  # type: ignore[arg-type]


@values
@pytest.mark.parametrize("component", COMPONENTS, ids=lambda path: Path(path).stem)
def test_what_is_not_there_reaches_a_component_as_null(component: str, value: object) -> None:
    data = {"rows": [{"cells": [{"value": value}, {"value": 0.5}]}], "scale": value, "parts": (value, "NaN")}
    assert strictly(component_data(sent(drawn_component, component, data))) == {
        "rows": [{"cells": [{"value": None}, {"value": 0.5}]}], "scale": None, "parts": [None, "NaN"],
    }  # fmt: skip


@pytest.mark.parametrize("value", DRAWN.values(), ids=DRAWN)
def test_what_is_not_there_reaches_a_chart_as_null(value: object) -> None:
    [trace] = strictly(sent(drawn_chart, value).spec)["data"]  # type: ignore[attr-defined]
    assert (trace["y"], trace["customdata"]) == ([None, 2.5], [["a", None], ["b", 1]])


@pytest.mark.parametrize("component", COMPONENTS, ids=lambda path: Path(path).stem)
def test_numbers_of_numpy_reach_a_component_as_they_are(component: str) -> None:
    data = [np.float64(0.1), np.int64(2**40), np.bool_(True), np.str_("Xã"), 7, "", False]
    assert strictly(component_data(sent(drawn_component, component, data))) == [0.1, 2**40, True, "Xã", 7, "", False]


@pytest.mark.parametrize("value", [{1}, object(), pd.Timestamp("2024-01-01"), pd.DataFrame({"a": [1]})], ids=type)
def test_what_json_has_no_word_for_is_a_bug_of_the_page(value: object) -> None:
    with pytest.raises(TypeError, match=type(value).__name__):
        assets.component(view.__file__, "table")(key="one", data={"rows": value})


@pytest.mark.parametrize(
    ("word", "door"), [("st.components", "cchc/ui/assets.py"), ("st.plotly_chart", "cchc/ui/elements.py")]
)
def test_there_is_one_door_for_components_and_one_for_charts(word: str, door: str) -> None:
    def uses(path: Path) -> bool:
        return any(isinstance(node, ast.Attribute) and ast.unparse(node) == word for node in ast.walk(tree(path)))

    assert [name(path) for path in PRODUCT if uses(path)] == [door]
