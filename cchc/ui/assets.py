"""Styles, and components Streamlit does not have: files that lie beside the module that uses them."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import orjson
import pandas as pd
import streamlit as st


def text(module: str, name: str) -> str:
    """A file beside a module, which passes its `__file__`."""
    return Path(module).with_name(name).read_text(encoding="utf-8")


def component(module: str, name: str) -> Callable[..., Any]:
    """What draws `<name>.js` beside a module in the style of `<name>.css`, called with a `key`, its `data` and what
    answers its events.

    Whatever of the data is missing or infinite reaches the browser as null. Raises TypeError for what JSON has no word
    for.
    """
    mount = st.components.v2.component(
        f"cchc_{name}", html='<div class="host"></div>', css=text(module, f"{name}.css"), js=text(module, f"{name}.js")
    )

    def draw(*, data: object, **settings: Any) -> Any:
        # Streamlit writes NaN and Infinity as they are, and no browser reads the whole text then.
        return mount(data=orjson.loads(orjson.dumps(data, default=_plain)), **settings)

    return draw


def _plain(value: Any) -> Any:
    """A single value of NumPy or pandas as Python has it, None where it is missing."""
    if pd.api.types.is_scalar(value) and pd.isna(value):
        return None
    if isinstance(value, np.generic):
        return value.item()
    raise TypeError(f"no component can be handed {type(value).__name__}")
