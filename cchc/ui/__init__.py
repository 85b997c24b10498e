"""What the pages are made of, each name used by two pages or more: the view, elements and tables."""

from cchc.ui.elements import (
    FILES,
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
    section,
)
from cchc.ui.table import Cell, Clicks, Column, Row, Split, columns, figure_cell, show_rows, table
from cchc.ui.view import View, fragment, run_on
