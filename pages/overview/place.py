"""Where deadlines are kept, at a glance: the diagram of the area, small, as a link to the large one."""

import html

from cchc import ui
from cchc.addresses import link
from cchc.findings import territory
from cchc.findings.territory import Territory
from cchc.text import Text
from cchc.ui.elements import markup


def picture(view: ui.View, area: Territory, drawn: str) -> None:
    """The small diagram `drawn` of on-time rates, from where to where they reach, and the page with every name."""
    title = Text("Sơ đồ địa bàn", "Diagram of the area")
    ui.section(view, title, territory.answer(area, view.unit_names()))
    target = html.escape(link("so-do", view.params()))
    opened = html.escape(view.t(Text("Xem tên và số liệu từng xã", "See the name and figures of each commune")))
    markup(f'<div class="place"><a href="{target}" target="_self">{drawn}<b>{opened} →</b></a></div>')
