// A toast over the page goes by itself, but never while somebody points at it or is inside it.
// On a phone it stands in the page and stays: nothing jumps while somebody reads.
const STAY_MS = 30_000;

export function start() {
  for (const toast of document.querySelectorAll("[data-toasts] [data-toast]")) watch(toast);
}

function watch(toast) {
  let timer;
  const leave = () => toast.remove();
  const wait = () => {
    clearTimeout(timer);
    timer = setTimeout(leave, STAY_MS);
  };
  const stay = () => clearTimeout(timer);
  const close = toast.querySelector("[data-toast-close]");
  close.hidden = false;
  close.addEventListener("click", leave);
  if (getComputedStyle(toast.parentElement).position === "static") return;
  for (const name of ["pointerenter", "focusin"]) toast.addEventListener(name, stay);
  for (const name of ["pointerleave", "focusout"]) toast.addEventListener(name, wait);
  wait();
}
