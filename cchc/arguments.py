"""The command line and its reader: what is wrong with a command, a terminal of any alphabet, one who reads no more."""

import argparse
import codecs
import io
import os
import re
import signal
import sys
import unicodedata
from collections.abc import Callable, Sequence
from functools import wraps
from typing import NoReturn, TextIO

from cchc.text import Text, UserError

# What argparse says, in Vietnamese; what it says else stays as it is rather than being lost.
_SAID = {
    r"the following arguments are required: (.*)": r"thiếu \1",
    r"unrecognized arguments: (.*)": r"không có tham số \1",
    r"argument (.*): invalid choice: (.*) \(choose from (.*)\)": r"\1 không thể là \2; chọn một trong: \3",
    r"argument (.*): expected (?:one|at least one) argument": r"\1 cần một giá trị",
    r"argument (.*): invalid fromisoformat value: (.*)": r"\1 phải là ngày viết YYYY-MM-DD, không phải \2",
    r"argument (.*): invalid \w+ value: (.*)": r"\1 không hiểu được giá trị \2",
    r"ambiguous option: (.*) could match (.*)": r"\1 có thể là \2; hãy viết đủ",
}


class Parser(argparse.ArgumentParser):
    """Raises UserError where argparse would print and exit."""

    def error(self, message: str) -> NoReturn:
        raise UserError(
            Text(
                f"Lệnh sai: {_vietnamese(message)}. Xem: python -m cchc --help",
                f"Wrong command: {message}. See: python -m cchc --help",
            )
        )


# What has no letter of ASCII within.
_PLAIN = str.maketrans({"đ": "d", "Đ": "D", "“": '"', "”": '"', "–": "-", "−": "-", "…": "...", "\u00a0": " "})


def say_in_any_alphabet(*streams: TextIO) -> None:
    """Let these streams write letters their encoding lacks without their marks: a terminal set to ASCII is no error."""
    codecs.register_error("without-marks", _without_marks)
    for stream in streams:
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="without-marks")


def _without_marks(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeEncodeError):
        raise error
    letters = unicodedata.normalize("NFD", error.object[error.start : error.end].translate(_PLAIN))
    return "".join(each for each in letters if each.isascii()), error.end


Main = Callable[..., int]


def ends_with_its_reader(main: Main) -> Main:
    """`main`, but quiet where nobody reads on, as behind `| head`: it ends with the status of a program that a broken
    pipe ends, once everything it opened is closed."""

    @wraps(main)
    def run(arguments: Sequence[str] | None = None) -> int:
        try:
            try:
                return main(arguments)
            finally:
                sys.stdout.flush()
        except BrokenPipeError:
            if _is_read(sys.stdout):  # it was another pipe
                raise
            # Python writes what is left when it ends.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            return 128 + signal.SIGPIPE

    return run


def _is_read(stream: TextIO) -> bool:
    try:
        stream.flush()
    except BrokenPipeError:
        return False
    return True


def _vietnamese(message: str) -> str:
    for said, meant in _SAID.items():
        if found := re.fullmatch(said, message, re.DOTALL):
            return found.expand(meant)
    return message
