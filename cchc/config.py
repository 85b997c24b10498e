"""Paths and settings from the environment; nothing else reads it."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from cchc.text import Language

ROOT = Path(__file__).resolve().parent.parent
REFERENCE = ROOT / "data" / "reference"
MAPPINGS = Path(__file__).resolve().parent / "mappings"

_SECRETS = {
    "client_secret": "CCHC_CLIENT_SECRET", "cookie_secret": "CCHC_COOKIE_SECRET", "secret": "CCHC_PROXY_SECRET",
}  # fmt: skip


@dataclass(frozen=True)
class Settings:
    """Where the data lives, which language speaks first, where the dashboard answers (for links in files), and the
    server and sender of letters. What may hold a password is shown nowhere."""

    data: Path
    language: Language
    address: str
    smtp: str = field(repr=False)
    sender: str
    # The file that says how people sign in, and the secrets that need not stand in it, by their names there.
    access: Path | None = None
    secrets: Mapping[str, str] = field(default_factory=dict, repr=False)
    # The database of what people write; "" is a file of SQLite in the data folder.
    store: str = field(default="", repr=False)

    @property
    def snapshots(self) -> Path:
        return self.data / "snapshots"

    @property
    def reference(self) -> Path:
        return self.data / "reference"


def settings() -> Settings:
    """Settings of this process: CCHC_DATA (default: the data folder of the repository), CCHC_LANG (vi or en),
    CCHC_ADDRESS (default: where `make run` opens the dashboard), CCHC_SMTP (smtp://user:password@host:port, without it
    nothing is sent), CCHC_SMTP_FROM (the address letters come from), CCHC_ACCESS (how people sign in; default: nobody
    does, and this machine alone is served) and its secrets CCHC_CLIENT_SECRET, CCHC_COOKIE_SECRET,
    CCHC_PROXY_SECRET, CCHC_STORE (postgresql+psycopg://user:password@host/database, where what people write is kept;
    default: a file in the data folder)."""
    return Settings(
        data=Path(os.environ.get("CCHC_DATA") or ROOT / "data"),
        language="en" if os.environ.get("CCHC_LANG", "vi").lower().startswith("en") else "vi",
        address=os.environ.get("CCHC_ADDRESS", "http://localhost:8501").rstrip("/"),
        smtp=os.environ.get("CCHC_SMTP", ""),
        sender=os.environ.get("CCHC_SMTP_FROM", ""),
        access=Path(given) if (given := os.environ.get("CCHC_ACCESS")) else None,
        secrets={name: given for name, key in _SECRETS.items() if (given := os.environ.get(key))},
        store=os.environ.get("CCHC_STORE", ""),
    )
