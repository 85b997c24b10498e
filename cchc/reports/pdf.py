"""Papers and forms as PDF, where LibreOffice is on the machine; it is never required."""

import shutil
import subprocess

from cchc import disk
from cchc.text import Text, UserError

_NAMES = ("soffice", "libreoffice")
_PATIENCE = 180  # seconds


def found() -> bool:
    """Whether this machine can make them."""
    return _office() is not None


def convert(content: bytes, ending: str) -> bytes:
    """A .docx or .xlsx file as PDF (1.7, fonts embedded), laid out by LibreOffice.

    Raises UserError where there is no LibreOffice, or it does not come to an end.
    """
    office = _office()
    if office is None:
        raise UserError(
            Text(
                "Máy này không có LibreOffice nên không lập được PDF; cài LibreOffice hoặc in ra PDF từ Word, Excel.",
                "There is no LibreOffice on this machine, so no PDF; install it, or print to PDF from Word or Excel.",
            )
        )
    with disk.scratch() as folder:
        (folder / f"paper.{ending}").write_bytes(content)
        profile = f"-env:UserInstallation={(folder / 'profile').as_uri()}"  # one of its own: several may run at once
        command = [office, "--headless", profile, "--convert-to", "pdf", "--outdir", str(folder)]
        try:
            subprocess.run(
                [*command, str(folder / f"paper.{ending}")], check=True, capture_output=True, timeout=_PATIENCE
            )  # fmt: skip
            return (folder / "paper.pdf").read_bytes()
        except (subprocess.SubprocessError, FileNotFoundError) as error:
            raise UserError(
                Text(
                    "LibreOffice không lập được PDF của tệp này; tải tệp Word, Excel rồi in ra PDF.",
                    "LibreOffice could not make the PDF; download the Word or Excel file and print it to PDF.",
                )
            ) from error


def _office() -> str | None:
    return next((path for name in _NAMES if (path := shutil.which(name))), None)
