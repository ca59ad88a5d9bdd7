// Results follow the filters as they are typed: the same address, of which only the results are taken.
import { announce } from "./announce.js";
import { showHere } from "./rows.js";

const REST_MS = 150;
const PATIENCE_MS = 300;
let running;

export function start() {
  for (const form of document.querySelectorAll("form[data-search]")) follow(form);
  addEventListener("popstate", () => { if (here() !== shown) location.reload(); });
}

// A jump within the page, as "Skip to the main content", is no other address.
const here = () => location.pathname + location.search;
let shown = here();

function follow(form) {
  let timer;
  const soon = () => {
    clearTimeout(timer);
    timer = setTimeout(() => show(addressOf(form)), REST_MS);
  };
  form.addEventListener("input", soon);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    clearTimeout(timer);
    show(addressOf(form));
  });
}

function addressOf(form) {
  const url = new URL(form.action, location.href);
  const given = [...new FormData(form)].filter(([, value]) => value.trim() !== "");
  url.search = new URLSearchParams(given).toString();
  return url;
}

async function show(url) {
  running?.abort(); // only the last question counts, however slow the answers to others are
  const mine = running = new AbortController();
  const region = document.querySelector("[data-results]");
  const busy = setTimeout(() => region.setAttribute("aria-busy", "true"), PATIENCE_MS);
  try {
    const answer = await fetch(url, { signal: mine.signal });
    if (!answer.ok) throw new Error(String(answer.status));
    swap(region, new DOMParser().parseFromString(await answer.text(), "text/html"));
    history.replaceState(null, "", url);
    shown = here();
  } catch (error) {
    if (error.name !== "AbortError") location.assign(url);
  } finally {
    clearTimeout(busy);
    if (running === mine) region.removeAttribute("aria-busy");
  }
}

function swap(region, page) {
  const fresh = page.querySelector("[data-results]");
  if (!fresh) throw new Error("The answer has no results region.");
  region.replaceChildren(...fresh.childNodes);
  markFields(page);
  showHere(region);
  const said = [...region.querySelectorAll("[data-results-said], [data-results-count]")];
  announce(said.map((part) => part.textContent.trim()).join(" "));
}

// What is typed stays as it is; which of it can't be read is as the answer says.
function markFields(page) {
  for (const field of document.querySelectorAll("form[data-search] input[id]")) {
    const fresh = page.getElementById(field.id);
    for (const name of ["aria-invalid", "aria-describedby"]) {
      if (fresh?.hasAttribute(name)) field.setAttribute(name, fresh.getAttribute(name));
      else if (fresh) field.removeAttribute(name);
    }
  }
}
