// Recognizing: people as they are typed, a counter below the words, and prompts to begin with.
import { announce } from "./announce.js";

const REST_MS = 200;
let running;

export function start() {
  for (const input of document.querySelectorAll("[data-people-search]")) followSearch(input);
  for (const field of document.querySelectorAll("[data-counted]")) count(field);
}

function followSearch(input) {
  let timer;
  input.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(() => find(input), REST_MS);
  });
}

async function find(input) {
  const region = document.querySelector("[data-people-found]");
  const url = new URL(input.dataset.peopleSearch, location.href);
  url.searchParams.set("q", input.value.trim());
  for (const box of region.querySelectorAll("input:checked")) url.searchParams.append("to", box.value);
  running?.abort();
  running = new AbortController();
  try {
    const answer = await fetch(url, { signal: running.signal });
    if (!answer.ok) return;
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const fresh = page.querySelector("[data-people-found]");
    if (!fresh) return;
    const ticked = new Set([...region.querySelectorAll("input:checked")].map((box) => box.value));
    region.replaceChildren(...fresh.childNodes);
    for (const box of region.querySelectorAll("input")) if (ticked.has(box.value)) box.checked = true;
    announce(region.querySelector("[data-people-said]")?.textContent ?? "");
  } catch (error) {
    if (error.name !== "AbortError") throw error; // the Find button still works
  }
}

function count(field) {
  const words = field.querySelector("textarea");
  const said = field.querySelector("[data-count]");
  const least = Number(field.dataset.least);
  const most = Number(field.dataset.most);
  const show = () => {
    const length = [...words.value.trim()].length;
    said.textContent = length < least ? `${least - length} more to go` : `${most - length} left`;
  };
  field.querySelector("[data-prompts]").hidden = false;
  for (const prompt of field.querySelectorAll("[data-prompt]")) {
    prompt.addEventListener("click", () => {
      const before = words.value && !/\s$/.test(words.value) ? `${words.value} ` : words.value;
      words.value = before + prompt.dataset.prompt;
      words.focus();
      show();
    });
  }
  words.addEventListener("input", show);
  show();
}
