"""What runs for every look at the dashboard: the shell, and the page of the link in it."""

from cchc.ui import shell
from pages import MODELS, PAGES

shell.run(PAGES, MODELS)
