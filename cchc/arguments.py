"""The parser of the command line: what is wrong with a command is said in the reader's language."""

import argparse
import re
from typing import NoReturn

from cchc.text import Text, UserError

# What argparse says, in Vietnamese; what it says else stays as it is rather than being lost.
_SAID = {
    r"the following arguments are required: (.*)": r"thiếu \1",
    r"unrecognized arguments: (.*)": r"không có tham số \1",
    r"argument (.*): invalid choice: (.*) \(choose from (.*)\)": r"\1 không thể là \2; chọn một trong: \3",
    r"argument (.*): expected (?:one|at least one) argument": r"\1 cần một giá trị",
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


def _vietnamese(message: str) -> str:
    for said, meant in _SAID.items():
        if found := re.fullmatch(said, message, re.DOTALL):
            return found.expand(meant)
    return message
