"""What the pages are made of, each name used by two pages or more: the view, elements and tables."""

from cchc.ui.elements import (
    bigs,
    cards,
    chart,
    choice,
    details,
    downloads,
    flow,
    heading,
    links,
    note,
    paragraphs,
    plain,
    saying_why,
    section,
)
from cchc.ui.table import Cell, Clicks, Column, Row, Split, columns, figure_cell, show_rows, table
from cchc.ui.view import View, fragment, run_on
