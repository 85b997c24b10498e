"""Styles, and components Streamlit does not have: files that lie beside the module that uses them."""

from pathlib import Path
from typing import Any

import streamlit as st


def text(module: str, name: str) -> str:
    """A file beside a module, which passes its `__file__`."""
    return Path(module).with_name(name).read_text(encoding="utf-8")


def component(module: str, name: str) -> Any:
    """What `<name>.js` beside a module draws, in the style of `<name>.css`."""
    return st.components.v2.component(
        f"cchc_{name}", html='<div class="host"></div>', css=text(module, f"{name}.css"), js=text(module, f"{name}.js")
    )
