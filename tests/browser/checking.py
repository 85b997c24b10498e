"""What a checker of WCAG (axe) finds wrong on a page, and what a screen reader says there."""

from pathlib import Path

import axe_playwright_python
from playwright.sync_api import Page

AXE = Path(axe_playwright_python.__file__).with_name("axe.min.js").read_text(encoding="utf-8")
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
# What each rule found wrong is told by the place and what is wrong there.
CHECK = """async (rules) => (await axe.run({runOnly: rules})).violations.flatMap((rule) =>
  rule.nodes.map((node) => `${rule.id}: ${node.target.join(" ")} ${node.html.slice(0, 150)} ${node.failureSummary}`))"""
NAMES = """() => {
  const said = [], words = ["aria-label", "title", "alt", "placeholder"];
  const walk = (node) => {
    if (node.nodeType === Node.ELEMENT_NODE && !node.matches("article[lang=vi]"))
      said.push(...words.map((name) => node.getAttribute(name)).filter(Boolean));
    if (node.shadowRoot) walk(node.shadowRoot);
    node.childNodes.forEach(walk);
  };
  walk(document.body);
  return said;
}"""


def wrong(page: Page) -> list[str]:
    """What the checker finds wrong on a page as it stands."""
    page.evaluate(AXE)
    found: list[str] = page.evaluate(CHECK, RULES)
    return found
