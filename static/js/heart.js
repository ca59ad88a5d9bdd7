// A heart fills where it stands: what it would send, sent without leaving the page.
import { announce } from "./announce.js";

export function start() {
  document.addEventListener("submit", (event) => {
    if (!event.target.matches("form[data-hearts]")) return;
    event.preventDefault();
    press(event.target, event.submitter);
  });
}

async function press(form, button) {
  const body = new FormData(form);
  body.set(button.name, button.value);
  body.set("request_key", crypto.randomUUID());
  show(button, button.value === "1");
  button.disabled = true;
  try {
    const answer = await fetch(button.formAction, { method: "POST", body, headers: { Accept: "application/json" }, keepalive: true });
    if (answer.status !== 204) throw new Error(String(answer.status));
    announce(button.value === "1" ? "Taken off your wish list" : "Saved to your wish list");
    button.disabled = false;
    button.focus();
  } catch {
    show(button, body.get(button.name) !== "1");
    button.disabled = false;
    form.removeAttribute("data-hearts");
    form.requestSubmit(button);
  }
}

function show(button, isSaved) {
  button.setAttribute("aria-pressed", String(isSaved));
  button.value = isSaved ? "0" : "1";
}
