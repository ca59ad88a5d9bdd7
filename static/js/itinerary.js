// Keeps the itinerary that is open, and no other, for when there is no network.
import { keepPage } from "./keep-page.js";
import { KEPT } from "./itinerary-forget.js";

export async function start() {
  const room = document.querySelector("[data-pocket]");
  if (!room.querySelector("[data-offline-note]").hidden) return; // it was handed out without a network
  const page = location.pathname;
  if ("caches" in window) await caches.delete(KEPT);
  if (await keepPage(KEPT, room.dataset.worker, page)) {
    const note = room.querySelector("[data-kept]");
    if (note) note.hidden = false;
  }
}
