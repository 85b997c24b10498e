"""Quản trị: who may do what, and who did what?"""

from cchc import ui
from cchc.access import granted, record
from cchc.text import Text, number
from pages.administration import keys, lines, roles


def render(view: ui.View) -> None:
    """The roles and keys given in this area, with forms for more, and the record of what was done."""
    rules = [each for each in granted.read(view.data) if view.person.may("administrator", each.rule.area)]
    _, count = record.lines(view.data, most=0)
    ui.heading(
        view,
        Text("Ai được làm gì, ai đã làm gì?", "Who may do what, and who did what?"),
        Text(
            f"{number(len(rules), 'vi')} quyền được cấp ở đây; nhật ký có {number(count, 'vi')} dòng.",
            f"{number(len(rules), 'en')} roles were given here; the record has {number(count, 'en')} lines.",
        ),
        shown=roles.mode_said(),
    )
    roles.given(view, rules)
    keys.offered(view)
    lines.shown(view)
