// A preview follows its form as it is filled in: the same address, of which only the preview is taken.
import { announce } from "./announce.js";

const REST_MS = 400;
const PATIENCE_MS = 300;
let running;

export function start() {
  const region = document.querySelector("[data-preview]");
  const form = region.closest("form");
  let timer;
  form.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(() => show(form, region), REST_MS);
  });
  form.addEventListener("submit", (event) => {
    clearTimeout(timer);
    if (event.submitter?.value !== "preview") return;
    event.preventDefault();
    show(form, region);
  });
}

async function show(form, region) {
  running?.abort();
  const mine = new AbortController();
  running = mine;
  const busy = setTimeout(() => region.setAttribute("aria-busy", "true"), PATIENCE_MS);
  try {
    const body = new URLSearchParams(new FormData(form));
    body.set("step", "preview");
    const answer = await fetch(form.action, { method: "POST", body, signal: mine.signal });
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const fresh = page.querySelector("[data-preview]");
    if (!fresh) throw new Error(String(answer.status));
    region.replaceChildren(...fresh.childNodes);
    announce(region.querySelector("[data-preview-said]")?.textContent ?? "");
  } catch (error) {
    if (error.name !== "AbortError") say(region);
  } finally {
    clearTimeout(busy);
    if (running === mine) region.removeAttribute("aria-busy");
  }
}

// What stood there may be out of date, and nothing that was typed may be lost.
function say(region) {
  const line = document.createElement("p");
  line.textContent = "The preview can't be worked out right now. Go on writing; it tries again.";
  region.replaceChildren(line);
  announce(line.textContent);
}
