// A row that scrolls sideways starts where one is, not at its beginning.
export function start() {
  showHere(document);
}

export function showHere(part) {
  for (const here of part.querySelectorAll(".chips--scroll [aria-current], .submenu [aria-current]")) {
    const row = here.closest(".chips--scroll, .submenu");
    const [at, frame] = [here.getBoundingClientRect(), row.getBoundingClientRect()];
    row.scrollLeft += at.left - frame.left - (frame.width - at.width) / 2;
  }
}
