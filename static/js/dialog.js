// Links with data-dialog open over the page: the dialog they name, or the page they lead to.
let isOpening = false;

export function start() {
  document.addEventListener("click", (event) => {
    const link = event.target.closest("a[data-dialog]");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey || event.button !== 0) return;
    event.preventDefault();
    if (!isOpening) openOnce(link);
  });
}

async function openOnce(link) {
  isOpening = true;
  try {
    await open(link);
  } finally {
    isOpening = false;
  }
}

async function open(link) {
  const dialog = document.getElementById(link.dataset.dialog) ?? (await fetched(link.href));
  if (!dialog) return location.assign(link.href);
  if (!dialog.open) dialog.showModal();
  (dialog.querySelector("input[type=radio], textarea") ?? dialog.querySelector(".dialog__title, h1, h2"))?.focus();
}

async function fetched(href) {
  try {
    const answer = await fetch(href);
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const content = page.querySelector("[data-dialog-content]");
    return answer.ok && content ? wrapped(content) : null;
  } catch {
    return null;
  }
}

function wrapped(content) {
  const dialog = document.createElement("dialog");
  dialog.className = "dialog";
  dialog.setAttribute("closedby", "any");
  const heading = content.querySelector("h1, h2");
  if (heading) {
    heading.id ||= "fetched-dialog-title";
    heading.tabIndex = -1;
    dialog.setAttribute("aria-labelledby", heading.id);
  }
  const body = document.createElement("div");
  body.className = "dialog__body";
  body.append(document.adoptNode(content));
  const back = content.querySelector("[data-dialog-close]");
  if (back) back.addEventListener("click", (event) => { event.preventDefault(); dialog.close(); });
  else body.append(closer(dialog));
  dialog.append(body);
  dialog.addEventListener("close", () => dialog.remove());
  document.body.append(dialog);
  return dialog;
}

function closer(dialog) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "button button--quiet";
  button.textContent = "Close";
  button.addEventListener("click", () => dialog.close());
  return button;
}
