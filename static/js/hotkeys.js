// Keys named in the page: data-hotkey on what they press, J and K along a list, ? for the sheet.
// They can be turned off, and never fire while somebody types or holds another key.
const STORE = "laurel-hotkeys";
const TYPING = "input:not([type=checkbox]):not([type=radio]), textarea, select, [contenteditable]";

export function start() {
  if (localStorage.getItem(STORE) === "off") document.documentElement.dataset.hotkeys = "off";
  document.addEventListener("keydown", press);
  for (const button of document.querySelectorAll("[data-hotkeys-switch]")) offerSwitch(button);
}

const isOff = () => document.documentElement.dataset.hotkeys === "off";

function press(event) {
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) return send(event);
  if (isOff() || event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
  if (event.repeat) return; // a key held down would answer the next request, too
  if (event.target.matches(TYPING) || document.querySelector("dialog[open]")) return;
  const done = event.key === "?" ? showSheet() : walk(event.key) || trigger(event.key);
  if (done) event.preventDefault();
}

// Ctrl+Enter sends what was written, as it does in letters.
function send(event) {
  if (!isOff() && event.target.matches("textarea")) event.target.form?.requestSubmit();
}

function trigger(key) {
  const target = document.querySelector(`[data-hotkey="${CSS.escape(key.toLowerCase())}"]`);
  if (!target || !target.checkVisibility()) return false;
  if (target.matches("input")) target.focus();
  else target.click();
  return true;
}

function walk(key) {
  const step = { j: 1, k: -1 }[key.toLowerCase()];
  const links = [...document.querySelectorAll("[data-inbox-link]")];
  if (!step || !links.length) return false;
  const here = links.findIndex((link) => link.hasAttribute("aria-current"));
  const next = links[here + step];
  if (next) next.click();
  return true;
}

function showSheet() {
  const sheet = document.createElement("dialog");
  sheet.className = "dialog";
  const title = document.createElement("h2");
  title.className = "dialog__title";
  title.id = "shortcuts-title";
  title.textContent = "Keyboard shortcuts";
  sheet.setAttribute("aria-labelledby", title.id);
  const list = document.createElement("dl");
  list.className = "key-values";
  for (const [key, words] of known()) list.append(row(key, words));
  const close = document.createElement("button");
  close.type = "button";
  close.className = "button";
  close.textContent = "Close";
  close.addEventListener("click", () => sheet.close());
  const body = document.createElement("div");
  body.className = "dialog__body";
  body.append(title, list, close);
  sheet.append(body);
  sheet.addEventListener("close", () => sheet.remove());
  document.body.append(sheet);
  sheet.showModal();
  return true;
}

function known() {
  const found = [...document.querySelectorAll("[data-hotkey]")]
    .filter((target) => target.checkVisibility())
    .map((target) => [target.dataset.hotkey.toUpperCase(), wordsOf(target)]);
  if (document.querySelector("[data-inbox-link]")) found.push(["J", "Next"], ["K", "Previous"]);
  return [...new Map(found), ["?", "This list"]];
}

function wordsOf(target) {
  if (target.matches("input")) return target.labels[0]?.textContent ?? target.name;
  const copy = target.cloneNode(true);
  for (const key of copy.querySelectorAll("kbd")) key.remove();
  return copy.textContent.trim();
}

function row(key, words) {
  const pair = document.createElement("div");
  const term = document.createElement("dt");
  const cap = document.createElement("kbd");
  cap.className = "kbd";
  cap.textContent = key;
  term.append(cap);
  const meaning = document.createElement("dd");
  meaning.textContent = words;
  pair.append(term, meaning);
  return pair;
}

function offerSwitch(button) {
  const label = () => { button.textContent = isOff() ? "Turn shortcuts on" : "Turn shortcuts off"; };
  button.hidden = false;
  label();
  button.addEventListener("click", () => {
    const next = isOff() ? "on" : "off";
    localStorage.setItem(STORE, next);
    document.documentElement.dataset.hotkeys = next;
    label();
  });
}
