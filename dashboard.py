"""The entry of the dashboard, for `streamlit run dashboard.py`."""

import gc
import sys
from functools import partial
from pathlib import Path

import streamlit as st
from starlette.middleware import Middleware
from starlette.responses import FileResponse
from starlette.routing import Route
from streamlit.file_util import get_static_dir
from streamlit.runtime.scriptrunner import get_script_run_ctx
from streamlit.web.server.starlette.starlette_websocket import is_host_allowed

import pages
from cchc import charts, config, disk
from cchc.access import modes, place
from cchc.access.arrival import Arrival
from cchc.access.gate import Gate
from cchc.api import routes
from cchc.entered import sheets
from cchc.feeds import serving
from cchc.store import sights
from cchc.text import UserError
from cchc.ui import assets, shell
from cchc.ui.shell import guide, meter, signing_in, waiting

try:
    access = signing_in.in_force()
    modes.check_address(access, st.get_option("server.address"))
    place.ready(config.settings().data)
    sheets.ready(config.settings().data)
except UserError as error:
    sys.stderr.write(error.text[config.settings().language] + "\n")
    sys.exit(2)
signing_in.serve()


def script(file: Path) -> Route:
    """A script that a page fetches by itself, when it is needed."""
    return Route(f"/{file.name}", lambda _: FileResponse(file))


# Beside a folder named pages, the first request to a fresh server would run a page's file alone, without this entry,
# or answer a good link with "page not found". The script is therefore one that has no such folder beside it.
app = st.App(
    Path(pages.__file__).with_name("__main__.py"),
    routes=[
        script(Path(charts.__file__).with_name("picture.js")),
        script(Path(shell.__file__).with_name("keep.js")),
        script(Path(shell.__file__).with_name("wall.js")),
        script(Path(shell.__file__).with_name("guiding.js")),
        assets.route(),
        guide.route(),
        serving.route(access),
        *meter.routes(),
        *routes.routes(access),
    ],
    middleware=[
        Middleware(Gate, knows=is_host_allowed, access=access, may_send=signing_in.may_send),
        Middleware(meter.Sessions),
        Middleware(
            Arrival,
            pages={page.slug: page.title for page in pages.PAGES},
            files=Path(get_static_dir()) / "static",
            said=partial(waiting.said, pages.PAGES, pages.MODELS, pages.first_words),
        ),
    ],
    secrets={"auth": dict(access.oidc)} if access.oidc else None,
)

if get_script_run_ctx(suppress_warning=True):  # a test runs this file as a script
    shell.run(pages.PAGES, pages.MODELS)
else:
    disk.sweep(config.settings().data)
    sights.forget(config.settings().data)
    # What is loaded by now stays: whenever Python collects garbage, it need not be looked through again.
    gc.freeze()
