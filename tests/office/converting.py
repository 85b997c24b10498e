"""LibreOffice without a window: files opened, computed anew and written in another format."""

import subprocess
from pathlib import Path

import pytest

from tests.office.find_office import COMMAND, find

# Formulas are worked out again, whatever values a file brings along.
_SETTINGS = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry">
<item oor:path="/org.openoffice.Office.Calc/Formula/Load">
<prop oor:name="OOXMLRecalcMode" oor:op="fuse"><value>0</value></prop></item>
</oor:items>
"""


def converted(file: Path, ending: str) -> Path:
    """The file as LibreOffice writes it with another ending, beside it in a folder of that name."""
    office = find()
    if office is None:
        pytest.fail(f"no LibreOffice found; run: sudo {COMMAND}")
    profile = file.parent / "profile"
    (profile / "user").mkdir(parents=True, exist_ok=True)
    (profile / "user" / "registrymodifications.xcu").write_text(_SETTINGS, encoding="utf-8")
    into = file.parent / ending
    command = [office, "--headless", f"-env:UserInstallation={profile.as_uri()}", "--convert-to", ending]
    subprocess.run([*command, "--outdir", str(into), str(file)], check=True, capture_output=True, timeout=300)
    return into / f"{file.stem}.{ending}"
