"""The addresses of the pages, which the menu, links on the screen, links in papers and the tests share."""

from collections.abc import Mapping
from typing import Literal, get_args
from urllib.parse import urlencode

Address = Literal[
    "tong-quan", "tuan-thu", "xu-huong", "so-do", "ho-so", "tra-cuu", "doi-soat", "bao-cao", "hop", "du-lieu",
    "quan-tri", "dinh-nghia",
]  # fmt: skip
# In the order of the menu. Service models have pages too, whose addresses come from their ids.
ADDRESSES: tuple[Address, ...] = get_args(Address)


def link(address: str, params: Mapping[str, str | list[str]]) -> str:
    """A page with its parameters, as a link on another page names it."""
    return f"{address}?{urlencode(params, doseq=True)}"
