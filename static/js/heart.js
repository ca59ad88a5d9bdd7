// A heart fills where it stands: the same form, sent without leaving the page.
import { announce } from "./announce.js";

export function start() {
  document.addEventListener("submit", (event) => {
    const form = event.target.closest("form[data-heart]");
    if (!form) return;
    event.preventDefault();
    press(form, event.submitter ?? form.querySelector("button"));
  });
}

async function press(form, button) {
  const body = new FormData(form);
  body.set(button.name, button.value);
  show(button, button.value === "1");
  button.disabled = true;
  try {
    const answer = await fetch(form.action, { method: "POST", body, headers: { Accept: "application/json" }, keepalive: true });
    if (answer.status !== 204) throw new Error(String(answer.status));
    announce(button.value === "1" ? "Taken off your wish list" : "Saved to your wish list");
    form.elements.request_key.value = crypto.randomUUID();
    button.disabled = false;
    button.focus();
  } catch {
    show(button, body.get(button.name) !== "1");
    button.disabled = false;
    button.removeAttribute("type");
    form.removeAttribute("data-heart");
    form.requestSubmit(button);
  }
}

function show(button, isSaved) {
  button.setAttribute("aria-pressed", String(isSaved));
  button.value = isSaved ? "0" : "1";
}
