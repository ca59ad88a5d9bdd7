"""All kinds of generated art on one page, to be looked at, and their fingerprints.

Run `python -m tests.support.contact_sheet art.html` and open the page. After a change that is meant
to look different, run `python -m tests.support.contact_sheet --hashes` and commit the new prints.
"""

from __future__ import annotations

import hashlib
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from marketplace.web.art import draw, stage_colors
from marketplace.web.art.badges import METALS
from marketplace.web.art.merchandise import OBJECTS
from marketplace.web.art.scenes import MOODS

HASHES = Path(__file__).parent.parent / "web" / "art_hashes.json"

CARDS = (
    "atlas-outdoor",
    "harvest-market",
    "kite-cinema",
    "lumen-books",
    "northwind-coffee",
    "orbit-electronics",
    "paper-lane",
    "city-florist",
    "river-kitchen",
    "north-sports",
    "open-ticket",
    "little-theater",
)
MEDALS = (
    "handshake",
    "target",
    "heart",
    "plane",
    "graduation-cap",
    "megaphone",
    "crown",
    "users",
    "trophy",
    "rocket",
)


class Sample(NamedTuple):
    kind: str
    slug: str
    options: dict[str, str | int | bool]

    @property
    def label(self) -> str:
        told = " ".join(f"{name}={value}" for name, value in self.options.items())
        return f"{self.kind} {self.slug} {told}".strip()

    def svg(self) -> str:
        return draw(self.kind, self.slug, **self.options)


def samples() -> Iterator[Sample]:
    for scene, moods in MOODS.items():
        for mood in moods:
            yield Sample("scene", f"{scene}-{mood}", {"scene": scene, "mood": mood})
    for slug in ("somewhere", "elsewhere"):
        yield Sample("scene", slug, {"scene": "unknown"})
    for slug in CARDS:
        yield Sample("gift_card", slug, {})
    metals = list(METALS)
    for index, icon in enumerate(MEDALS):
        look = {"metal": metals[index % 5], "icon": icon, "level": index % 5 + 1}
        yield Sample("badge", f"medal-{icon}", look)
    yield Sample("badge", "medal-handshake", {"icon": "handshake", "locked": True})
    for thing in (*OBJECTS, "ticket", "camera"):
        yield Sample("merchandise", f"shop-{thing}", {"object": thing})
    for icon in ("heart", "inbox", "plane", "search"):
        yield Sample("empty", f"no-{icon}", {"icon": icon})
    yield Sample("brand", "laurel", {})
    yield Sample("brand", "laurel", {"hue": 262})
    yield Sample("guilloche", "certificate", {})


def fingerprint(svg: str) -> str:
    return hashlib.sha256(svg.encode()).hexdigest()[:16]


def page() -> str:
    """One HTML page; pictures that must not be cropped stand on their tinted stage."""
    figures = "".join(
        f'<figure style="{_stage(sample)}">{sample.svg()}'
        f"<figcaption>{sample.label}</figcaption></figure>"
        for sample in samples()
    )
    return (
        "<!doctype html><meta charset=utf-8><title>Art</title><style>"
        "body{margin:12px;display:grid;gap:10px;grid-template-columns:repeat(5,1fr);"
        "font:11px sans-serif}figure{margin:0;border-radius:12px;overflow:hidden}"
        "svg{display:block;width:100%;aspect-ratio:8/5}figcaption{padding:4px 8px;background:#fff}"
        f"</style>{figures}"
    )


def _stage(sample: Sample) -> str:
    start, end = stage_colors(sample.slug)
    return f"background:linear-gradient(135deg,{start},{end})"


def main(target: str) -> None:
    if target == "--hashes":
        prints = {sample.label: fingerprint(sample.svg()) for sample in samples()}
        HASHES.write_text(json.dumps(prints, indent=1) + "\n")
    else:
        Path(target).write_text(page())


if __name__ == "__main__":
    main(sys.argv[1])
