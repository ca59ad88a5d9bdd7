"""What axe-core finds wrong with the page in a browser."""

from collections.abc import Sequence

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

EVERYTHING = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice")
COLORS = ("color-contrast", "link-in-text-block")  # what another color scheme can break
QUICKLY = {
    "resultTypes": ["violations"],  # it need not describe each element that is fine
    "preload": False,  # our style sheets come from the same place and are read as they are
}


def axe_faults(page: Page, rules: Sequence[str] = EVERYTHING) -> list[tuple[str, str]]:
    """Return the rule and the first element of each fault; nothing when there is none."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(Axe().axe_script)
    found = page.evaluate(
        "options => axe.run(options).then((all) => all.violations)",
        QUICKLY | {"runOnly": list(rules)},
    )
    return [(fault["id"], fault["nodes"][0]["html"]) for fault in found]
