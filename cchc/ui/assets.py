"""Styles, and components Streamlit does not have: files that lie beside the module that uses them."""

import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import orjson
import pandas as pd
import streamlit as st
from starlette.requests import Request
from starlette.responses import FileResponse, Response
from starlette.routing import Route

from cchc.config import ROOT

_FOLDERS, _KINDS = ("cchc/ui", "pages"), (".js", ".css")
_FOR_GOOD = {"Cache-Control": "public, immutable, max-age=31536000"}
# Streamlit sends the code of a component along with its data every time; the browser fetches it once instead.
_LOADER = """
const at = (name) => new URL(`parts/${name}`, window.location.href);
const rules = fetch(at("$css")).then((answer) => answer.text());
export default async function ({ data, parentElement, ...component }) {
  const [{ default: draw }, text] = await Promise.all([import(at("$js")), rules]);
  if (!parentElement.querySelector("style.own")) {
    const style = document.createElement("style");
    style.className = "own";
    style.textContent = text;
    parentElement.prepend(style);
  }
  const end = draw({ ...component, parentElement, data: JSON.parse(new TextDecoder().decode(data)) });
  parentElement.querySelector(".host").dataset.drawn = "";
  return end;
}
"""


def text(module: str, name: str) -> str:
    """A file beside a module, which passes its `__file__`."""
    return Path(module).with_name(name).read_text(encoding="utf-8")


def route() -> Route:
    """The route of the server at which the browser fetches the scripts and styles of components, once for good."""
    every = (path for folder in _FOLDERS for path in (ROOT / folder).rglob("*"))
    files = {path.name: path for path in every if path.suffix in _KINDS}

    def served(request: Request) -> Response:
        path = files.get(request.path_params["name"])
        return FileResponse(path, headers=_FOR_GOOD) if path else Response(status_code=404)

    return Route("/parts/{name}", served)


def component(module: str, name: str) -> Callable[..., Any]:
    """What draws `<name>.js` beside a module in the style of `<name>.css`, called with a `key`, its `data` and what
    answers its events.

    Whatever of the data is missing or infinite reaches the browser as null. Raises TypeError for what JSON has no word
    for.
    """
    loader = _LOADER
    for kind in _KINDS:
        mark = hashlib.sha256(text(module, f"{name}{kind}").encode()).hexdigest()[:12]
        loader = loader.replace(f"${kind[1:]}", f"{name}{kind}?{mark}")
    mount = st.components.v2.component(f"cchc_{name}", html='<div class="host"></div>', js=loader)

    def draw(*, data: object = None, **settings: Any) -> Any:
        # Streamlit writes NaN and Infinity as they are, and no browser reads the whole text then.
        return mount(data=orjson.dumps(data, default=_plain), **settings)

    return draw


def _plain(value: Any) -> Any:
    """A single value of NumPy or pandas as Python has it, None where it is missing."""
    if pd.api.types.is_scalar(value) and pd.isna(value):
        return None
    if isinstance(value, np.generic):
        return value.item()
    raise TypeError(f"no component can be handed {type(value).__name__}")
