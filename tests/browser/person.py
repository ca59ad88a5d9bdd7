"""Somebody in front of a browser: sees pages, counts clicks, and looks every page over."""

import re
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from playwright.sync_api import Browser, Error, Page, Response, expect

from tests.support.axe import COLORS, EVERYTHING, axe_faults

NARROWEST = 320
PATIENCE_MS = 30_000
JOB_PATIENCE_MS = 60_000
LOOK_AGAIN_MS = 300

LOOKED_OVER: set[tuple[int, str]] = set()

# Every kind of element of a page with what axe looks at: who opens the same page looks at the same.
PARTS = """() => {
  const kind = (part) => `${part?.tagName} ${part?.className?.baseVal ?? part?.className}`;
  const seen = [...document.querySelectorAll("body, body *")].map((part) => [
    kind(part), kind(part.parentElement), part.getAttribute("role"), part.type, part.disabled,
    part.hasAttribute("aria-label"), part.hasAttribute("id"),
  ].join(" "));
  return [...new Set(seen)].sort().join("\\n");
}"""


@dataclass(frozen=True, slots=True)
class Look:
    """How somebody looks at the product."""

    width: int = 1280
    script: bool = True
    touch: bool = False  # a thumb, and no keys
    axe: bool = True  # look over with axe what the page says to a screen reader

    @property
    def name(self) -> str:
        return f"{self.width} px {'with' if self.script else 'without'} script"


DESK, PHONE = Look(1280), Look(390)
LOOKS = (DESK, PHONE, Look(1280, script=False), Look(390, script=False))


class Person:
    """One person, one browser. `clicks` counts what the person pressed."""

    def __init__(self, browser: Browser, address: str, look: Look) -> None:
        self.address, self.look = address, look
        self.clicks, self.complaints = 0, []
        self.context = browser.new_context(
            viewport={"width": look.width, "height": 900},
            java_script_enabled=look.script,
            has_touch=look.touch,
            is_mobile=look.touch,
            reduced_motion="reduce",
            accept_downloads=True,
        )
        self.context.set_default_timeout(PATIENCE_MS)
        self.page: Page = self.context.new_page()
        self.page.on("console", self._listen)
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("response", self._watch)
        self.seen: set[str] = set()

    def _listen(self, said: Any) -> None:
        if said.type == "error":
            self.complaints.append(f"{self.page.url}: {said.text}")

    def _watch(self, response: Response) -> None:
        if response.status >= 500:
            self.complaints.append(f"{response.status} at {response.url}")

    def leave(self) -> None:
        self.context.close()

    def open(self, path: str) -> None:
        """Type an address."""
        self.page.goto(self.address + path)
        self._settle()

    def sign_in(self, name: str) -> None:
        """Choose a persona of the demo."""
        self.open("/sign-in")
        self.press(name)
        expect(self.page.locator("h1")).to_contain_text("Good to see you")
        self.clicks = 0

    def press(self, words: str, *, within: str = "body") -> None:
        """Press the first button or link that says these words."""
        place = self.page.locator(within)
        words_there = re.compile(re.escape(words))
        either = place.get_by_role("button", name=words_there).or_(
            place.get_by_role("link", name=words_there)
        )
        either.locator("visible=true").first.click()
        self.clicks += 1
        self._settle()

    def _settle(self) -> None:
        self.page.wait_for_load_state("load")
        if self.look.script:
            self.page.wait_for_selector("html[data-enhanced]", state="attached")

    def reads(self, *words: str) -> None:
        """Wait until the page says all of this."""
        for said in words:
            expect(self.page.locator("main")).to_contain_text(said)

    def waits_for(self, *words: str) -> None:
        """Look until the page says this: a worker is at it. Pages that load anew are left to it."""
        main = self.page.locator("main")
        for said in words:
            for _ in range(JOB_PATIENCE_MS // LOOK_AGAIN_MS):
                try:
                    expect(main).to_contain_text(said, timeout=LOOK_AGAIN_MS)
                    break
                except AssertionError:
                    with suppress(Error):  # the page was about to load anew by itself
                        if not self.page.locator("meta[http-equiv=refresh]").count():
                            self.page.reload()
            expect(main).to_contain_text(said)
        self._settle()

    def look_over(self) -> None:
        """Check the page once: nothing too wide, and axe finds nothing, in light and dark."""
        place = re.sub(r"[0-9]+|R-[A-Z0-9]+", "…", self.page.url.partition("?")[0])
        if place in self.seen:
            return
        self.seen.add(place)
        self._nothing_is_too_wide()
        if self.look.script and self.look.axe and self._has_new_parts():
            for scheme, rules in (("light", EVERYTHING), ("dark", COLORS)):
                self.page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
                faults = axe_faults(self.page, rules)
                where = f"{self.page.url} in {scheme} at {self.look.name}"
                assert faults == [], f"{where}: {faults}"

    def _has_new_parts(self) -> bool:
        """Whether nobody of this process looked at a page of just these parts at this width."""
        parts = (self.look.width, str(self.page.evaluate(PARTS)))
        is_new = parts not in LOOKED_OVER
        LOOKED_OVER.add(parts)
        return is_new

    def _nothing_is_too_wide(self) -> None:
        for width in {NARROWEST, self.look.width}:
            self.page.set_viewport_size({"width": width, "height": 900})
            wide = self.page.evaluate("document.documentElement.scrollWidth")
            assert wide <= width, f"{self.page.url} is {wide} px wide at {width} px"
        self.page.set_viewport_size({"width": self.look.width, "height": 900})

    @property
    def path(self) -> str:
        """Where the person is, without the host."""
        return self.page.url.removeprefix(self.address)
