"""Paths and settings from the environment; nothing else reads it."""

import os
from dataclasses import dataclass
from pathlib import Path

from cchc.text import Language

ROOT = Path(__file__).resolve().parent.parent
REFERENCE = ROOT / "data" / "reference"
MAPPINGS = Path(__file__).resolve().parent / "mappings"


@dataclass(frozen=True)
class Settings:
    """Where the data lives, which language speaks first, where the dashboard answers (for links in files), and the
    server and sender of letters."""

    data: Path
    language: Language
    address: str
    smtp: str
    sender: str

    @property
    def snapshots(self) -> Path:
        return self.data / "snapshots"

    @property
    def reference(self) -> Path:
        return self.data / "reference"


def settings() -> Settings:
    """Settings of this process: CCHC_DATA (default: the data folder of the repository), CCHC_LANG (vi or en),
    CCHC_ADDRESS (default: where `make run` opens the dashboard), CCHC_SMTP (smtp://user:password@host:port, without it
    nothing is sent) and CCHC_SMTP_FROM (the address letters come from)."""
    return Settings(
        data=Path(os.environ.get("CCHC_DATA") or ROOT / "data"),
        language="en" if os.environ.get("CCHC_LANG", "vi").lower().startswith("en") else "vi",
        address=os.environ.get("CCHC_ADDRESS", "http://localhost:8501").rstrip("/"),
        smtp=os.environ.get("CCHC_SMTP", ""),
        sender=os.environ.get("CCHC_SMTP_FROM", ""),
    )
