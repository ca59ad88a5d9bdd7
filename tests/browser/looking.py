"""A page at each width, with what axe says of it, and whether the Tab key comes everywhere."""

from tests.browser.person import Person

WIDTHS = (320, 390, 1280)
MOST_KEYS = 400

# The next Tab goes on from what had the focus last, even where it has it no more.
FROM_THE_TOP = """() => {
  document.body.tabIndex = -1;
  document.body.focus();
  document.body.removeAttribute("tabindex");
  scrollTo(0, 0);
}"""
# Marks what has the focus; says what is wrong with it.
FOCUSED = """() => {
  const part = document.activeElement;
  if (!part || part === document.body) return "none";
  if (part === window.before) return "";  // a day has a stop for its month, and one for its year
  window.before = part;
  if ("reached" in part.dataset) return "again";
  part.dataset.reached = "";
  if (part.type === "radio" && part.name)
    document.getElementsByName(part.name).forEach((one) => { one.dataset.reached = ""; });
  const box = part.getBoundingClientRect();
  const near = [part.nextElementSibling, ...(part.labels ?? [])];
  for (let one = part, far = 0; one && far < 5; one = one.parentElement, far++) near.push(one);
  const marked = near.filter(Boolean).some((one) => ["", "::before", "::after"].some((side) => {
    const style = getComputedStyle(one, side || null);
    return style.outlineStyle !== "none" && parseFloat(style.outlineWidth) > 0;
  }));
  const seen = box.bottom > 0 && box.top < innerHeight;
  const fault = marked ? (seen ? "" : "out of sight") : "no mark";
  return fault && `${fault}: ${part.outerHTML.slice(0, 120)}`;
}"""
NOT_REACHED = """() => [...document.querySelectorAll(
    "main :is(a[href], button, input, select, textarea, summary)")]
  .filter((part) => part.checkVisibility({ visibilityProperty: true }) && part.type !== "hidden"
    && !part.disabled && part.tabIndex >= 0 && !("reached" in part.dataset))
  .map((part) => part.outerHTML.slice(0, 120))"""


def look_at(person: Person) -> None:
    person.look_over()
    for width in WIDTHS:
        person.page.set_viewport_size({"width": width, "height": 900})
        wide = person.page.evaluate("document.documentElement.scrollWidth")
        assert wide <= width, f"{person.page.url} is {wide} px wide at {width} px"
    faults = keyboard_faults(person)
    assert faults == [], "\n".join((person.page.url, *faults))


def keyboard_faults(person: Person) -> list[str]:
    """What the Tab key does not reach, or reaches without a mark or out of sight."""
    found = []
    person.page.evaluate(FROM_THE_TOP)
    for _ in range(MOST_KEYS):
        person.page.keyboard.press("Tab")
        said = person.page.evaluate(FOCUSED)
        if said in {"none", "again"}:
            break
        found += [said] if said else []
    return found + person.page.evaluate(NOT_REACHED)
