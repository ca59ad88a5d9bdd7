// The one entry. Every page works without it; each part loads only where its attribute stands.
const parts = [
  ["form[data-search]", () => import("./search.js")],
  ["form[data-hearts]", () => import("./heart.js")],
  ["[data-hotkey], [data-inbox-link]", () => import("./hotkeys.js")],
  ["[data-dialog]", () => import("./dialog.js")],
  ["[data-toast]", () => import("./toast.js")],
  ["[data-copy]", () => import("./copy.js")],
  ["form [data-preview]", () => import("./preview.js")],
  [".chips--scroll, .submenu", () => import("./rows.js")],
  ["[data-look-again]", () => import("./look-again.js")],
  ["[data-bulk]", () => import("./bulk.js")],
  ["[data-present]", () => import("./present.js")],
  ["[data-focus]", () => import("./focus.js")],
  ["[data-offline-proof]", () => import("./offline-proof.js")],
  ["[data-rooms]", () => import("./rooms.js")],
  ["[data-pocket]", () => import("./itinerary.js")],
  ["[data-signed-out]", () => import("./itinerary-forget.js")],
  ["[data-people-search], [data-counted]", () => import("./recognize.js")],
];

const wanted = parts.filter(([selector]) => document.querySelector(selector));
const started = wanted.map(([, load]) => load().then((part) => part.start()));
Promise.all(started).then(() => { document.documentElement.dataset.enhanced = ""; });

for (const button of document.querySelectorAll("[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => print());
}
