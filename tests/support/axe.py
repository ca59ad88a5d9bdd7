"""What axe-core finds wrong with the page in a browser."""

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

OPTIONS = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    "resultTypes": ["violations"],  # it need not describe each element that is fine
    "preload": False,  # our style sheets come from the same place and are read as they are
}


def axe_faults(page: Page) -> list[tuple[str, str]]:
    """Return the rule and the first element of each fault; nothing when there is none."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(Axe().axe_script)
    found = page.evaluate("options => axe.run(options).then((all) => all.violations)", OPTIONS)
    return [(fault["id"], fault["nodes"][0]["html"]) for fault in found]
