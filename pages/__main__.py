"""What runs for every look at the dashboard: the shell, and the page of the link in it."""

from cchc import ui
from pages import MODELS, PAGES

ui.run(PAGES, MODELS)
