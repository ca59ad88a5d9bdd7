// Whoever is signed out leaves no itinerary on this device.
export const KEPT = "laurel-itinerary";

export async function start() {
  if ("caches" in window) await caches.delete(KEPT);
}
