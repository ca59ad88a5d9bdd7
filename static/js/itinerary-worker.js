// Answers for itineraries when there is no network: with the one that was opened last.
const KEPT = "laurel-itinerary";
const NOTE = "data-offline-note hidden";

addEventListener("install", () => skipWaiting());
addEventListener("activate", (event) => event.waitUntil(clients.claim()));
addEventListener("fetch", (event) => {
  const { request } = event;
  if (request.method !== "GET" || new URL(request.url).origin !== location.origin) return;
  event.respondWith(fetch(request).catch((error) => kept(request, error)));
});

async function kept(request, error) {
  const found = await (await caches.open(KEPT)).match(request, { ignoreVary: true });
  if (!found) throw error;
  if (request.mode !== "navigate") return found;
  const said = (await found.text()).replace(NOTE, "data-offline-note");
  return new Response(said, { headers: found.headers });
}
