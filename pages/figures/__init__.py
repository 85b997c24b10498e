"""Tra cứu: any figure, by any split, over any period."""

from cchc import ui
from cchc.text import Text
from pages.figures import table


def render(view: ui.View) -> None:
    """The metrics a reader chooses, split as chosen, as a table and as files; the answer is what they are in all, or
    who is highest and lowest where several are side by side."""
    asked = table.asked(view)
    lines = table.lines(view, asked)
    ui.heading(
        view, Text("Cần con số nào, chia theo gì?", "Which figure, split by what?"), table.answer(view, asked, lines)
    )
    table.figure_choice(view, asked)
    table.draw(view, asked, lines)
