"""What every page must keep to, found by reading its HTML."""

import re
from collections import Counter
from collections.abc import Iterator
from xml.etree.ElementTree import Element

import html5lib

from tests.support.known_html import learn, read_known

# These say that the parser repaired something that browsers and the standard accept.
HARMLESS = {"expected-doctype-but-got-start-tag"}
UNLABELED = {"hidden", "submit", "button", "image", "reset"}
PRODUCT = "Laurel"


def lint_page(html: str, *, title_has: str | None = None) -> list[str]:
    """Return what is wrong with a page, in words; nothing when it is fine."""
    root, found = _read(html)
    for rule in RULES:
        found += rule(root)
    if title_has and title_has not in _title(root):
        found.append(f"The title {_title(root)!r} lacks {title_has!r}.")
    return found


def _read(html: str) -> tuple[Element, list[str]]:
    """The root of a page, and what the parser had to repair in it."""
    if (known := read_known(html)) is not None:
        return known, []
    parser = html5lib.HTMLParser(namespaceHTMLElements=False)
    root = parser.parse(html)
    if not parser.errors:
        learn(html)
    return root, [
        f"HTML at {place}: {code} {facts}"
        for place, code, facts in parser.errors
        if code not in HARMLESS
    ]


def _all(root: Element, *names: str) -> list[Element]:
    return [element for element in root.iter() if element.tag in names]


def _text(element: Element) -> str:
    return " ".join("".join(element.itertext()).split())


def _title(root: Element) -> str:
    return " ".join(_text(title) for title in root.iterfind(".//head/title"))


def _shown(element: Element) -> str:
    facts = "".join(f" {name}={value!r}" for name, value in list(element.attrib.items())[:3])
    return f"<{element.tag}{facts}>"


def one_heading_named_in_the_title(root: Element) -> Iterator[str]:
    headings = _all(root, "h1")
    if len(headings) != 1:
        yield f"The page has {len(headings)} h1 headings instead of one."
        return
    wanted = {f"{_text(headings[0])} · {PRODUCT}", f"Error: {_text(headings[0])} · {PRODUCT}"}
    if _title(root) not in wanted:
        yield f"The title {_title(root)!r} is not the h1 {_text(headings[0])!r} and the product."


def no_heading_level_is_skipped(root: Element) -> Iterator[str]:
    last = 0
    for heading in _all(root, "h1", "h2", "h3", "h4", "h5", "h6"):
        level = int(heading.tag[1])
        if last and level > last + 1:
            yield f"h{level} {_text(heading)!r} follows an h{last}."
        last = level


def ids_are_unique_and_found(root: Element) -> Iterator[str]:
    ids = Counter(element.attrib["id"] for element in root.iter() if "id" in element.attrib)
    yield from (
        f"The id {name!r} stands {times} times." for name, times in ids.items() if times > 1
    )
    for element in root.iter():
        for name in ("for", "aria-labelledby", "aria-describedby", "popovertarget", "form"):
            for wanted in element.attrib.get(name, "").split():
                if wanted not in ids:
                    yield f"{_shown(element)} names {wanted!r} by {name}, which is not on the page."


def every_input_has_a_label(root: Element) -> Iterator[str]:
    labeled = {label.attrib.get("for") for label in _all(root, "label")}
    wrapped = {id(field) for label in _all(root, "label") for field in label.iter()}
    for field in _all(root, "input", "select", "textarea"):
        if field.attrib.get("type") in UNLABELED or id(field) in wrapped:
            continue
        named = {"aria-label", "aria-labelledby"} & field.attrib.keys()
        if not named and field.attrib.get("id") not in labeled:
            yield f"{_shown(field)} has no label."


def writing_forms_carry_their_keys(root: Element) -> Iterator[str]:
    for form in _all(root, "form"):
        if form.attrib.get("method", "get").lower() != "post":
            continue
        hidden = {
            field.attrib.get("name")
            for field in _all(form, "input")
            if field.attrib.get("type") == "hidden" and field.attrib.get("value")
        }
        for name in ("csrf_token", "request_key"):
            if name not in hidden:
                yield f"{_shown(form)} lacks the hidden field {name}."


def nothing_is_inline(root: Element) -> Iterator[str]:
    for element in root.iter():
        for name in element.attrib:
            if name == "style" or re.match(r"on[a-z]+$", name):
                yield f"{_shown(element)} has the attribute {name}."
        if element.tag == "style" or (element.tag == "script" and _text(element)):
            yield f"{_shown(element)} is inline."


def buttons_say_what_they_do(root: Element) -> Iterator[str]:
    for button in _all(root, "button"):
        if button.attrib.get("type") not in {"submit", "button", "reset"}:
            yield f"{_shown(button)} {_text(button)!r} has no type."
        if not _text(button) and not button.attrib.get("aria-label"):
            yield f"{_shown(button)} has no words."


def links_lead_somewhere(root: Element) -> Iterator[str]:
    for link in _all(root, "a"):
        href = link.attrib.get("href", "")
        if href in {"", "#"} or href.startswith("javascript:"):
            yield f"The link {_text(link)!r} leads nowhere."
        if not _text(link) and not link.attrib.get("aria-label"):
            yield f"The link to {href!r} has no words."


def pictures_have_alt(root: Element) -> Iterator[str]:
    yield from (
        f"{_shown(image)} has no alt." for image in _all(root, "img") if "alt" not in image.attrib
    )


def the_frame_is_complete(root: Element) -> Iterator[str]:
    if not root.attrib.get("lang"):
        yield "The page does not name its language."
    if len(_all(root, "main")) != 1:
        yield "The page needs exactly one main."


RULES = (
    one_heading_named_in_the_title,
    no_heading_level_is_skipped,
    ids_are_unique_and_found,
    every_input_has_a_label,
    writing_forms_carry_their_keys,
    nothing_is_inline,
    buttons_say_what_they_do,
    links_lead_somewhere,
    pictures_have_alt,
    the_frame_is_complete,
)
