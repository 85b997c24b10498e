"""Styles, and components Streamlit does not have: the files that lie beside this one."""

from pathlib import Path
from typing import Any

import streamlit as st

HERE = Path(__file__).parent


def text(name: str) -> str:
    """A file of this folder."""
    return (HERE / name).read_text(encoding="utf-8")


def component(name: str) -> Any:
    """What `<name>.js` draws, in the style of `<name>.css`."""
    return st.components.v2.component(
        f"cchc_{name}", html='<div class="host"></div>', css=text(f"{name}.css"), js=text(f"{name}.js")
    )
