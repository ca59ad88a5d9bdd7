// Slides by keys, in full screen, and new ones as they are captured. Links do the same without it.
const LOOK_AGAIN_MS = 10_000;
const FORTH = ["ArrowRight", "ArrowDown", "PageDown", " ", "Enter"];
const BACK = ["ArrowLeft", "ArrowUp", "PageUp"];

export function start() {
  document.addEventListener("keydown", press);
  document.addEventListener("click", follow);
  offerFullScreen(document.querySelector("[data-present-full]"));
  setInterval(lookAgain, LOOK_AGAIN_MS);
}

const deck = () => document.querySelector("[data-present]");
const slides = () => [...deck().querySelectorAll(".slide")];

function here() {
  const all = slides();
  const top = (slide) => Math.abs(slide.getBoundingClientRect().top);
  return all.reduce((best, slide, index) => (top(slide) < top(all[best]) ? index : best), 0);
}

function go(index) {
  const all = slides();
  const slide = all[Math.min(Math.max(index, 0), all.length - 1)];
  const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
  slide.scrollIntoView({ behavior: calm ? "instant" : "smooth", block: "start" });
  slide.focus({ preventScroll: true });
  history.replaceState(null, "", `#${slide.id}`);
}

function press(event) {
  if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
  const onControl = event.target.closest("a, button") && [" ", "Enter"].includes(event.key);
  if (onControl) return;
  if (event.key === "Escape") return end(event);
  const step = BACK.includes(event.key) || (event.key === " " && event.shiftKey) ? -1 : FORTH.includes(event.key) ? 1 : 0;
  const edge = { Home: 0, End: slides().length - 1 }[event.key];
  if (!step && edge === undefined) return;
  event.preventDefault();
  go(edge ?? here() + step);
}

function follow(event) {
  const link = event.target.closest('a[rel="next"], a[rel="prev"]');
  if (!link) return;
  event.preventDefault();
  go(slides().findIndex((slide) => `#${slide.id}` === link.hash));
}

// The browser leaves full screen by itself on Escape; a second one ends the presentation.
function end(event) {
  if (document.fullscreenElement) return;
  event.preventDefault();
  location.assign(document.querySelector("[data-present-end]").href);
}

function offerFullScreen(button) {
  if (!document.fullscreenEnabled) return;
  button.hidden = false;
  button.addEventListener("click", async () => {
    await document.documentElement.requestFullscreen();
    go(here());
  });
  document.addEventListener("fullscreenchange", () => { button.hidden = Boolean(document.fullscreenElement); });
}

async function lookAgain() {
  if (document.visibilityState !== "visible") return;
  try {
    const answer = await fetch(location.pathname);
    if (!answer.ok || answer.redirected) return;
    take(new DOMParser().parseFromString(await answer.text(), "text/html"));
  } catch {
    // Offline for a moment: the slides that are here stay.
  }
}

// Slides that are there keep their place on the screen; only their links and the count are renewed.
function take(page) {
  const fresh = [...page.querySelectorAll(".slide")];
  if (!fresh.length) return;
  const known = new Map(slides().map((slide) => [slide.id, slide]));
  const added = fresh.filter((slide) => !known.has(slide.id));
  const gone = [...known.keys()].some((id) => !fresh.some((slide) => slide.id === id));
  if (!added.length && !gone) return;
  const shown = slides()[here()];
  for (const slide of fresh) {
    const old = known.get(slide.id);
    old?.querySelector(".slide__way").replaceWith(slide.querySelector(".slide__way"));
    deck().append(old ?? slide);
    known.delete(slide.id);
  }
  for (const slide of known.values()) slide.remove();
  (shown.isConnected ? shown : slides()[0]).scrollIntoView({ behavior: "instant" });
  if (added.length) document.querySelector("[data-present-said]").textContent = `${added.length} new`;
}
