// Answers for the addresses of vouchers when there is no network: with the page that was kept.
const KEPT = "laurel-vouchers";
const PAGE = new URL("offline", registration.scope).href;

addEventListener("install", () => skipWaiting());
addEventListener("activate", (event) => event.waitUntil(clients.claim()));
addEventListener("fetch", (event) => {
  const { request } = event;
  if (request.method !== "GET" || new URL(request.url).origin !== location.origin) return;
  event.respondWith(fetch(request).catch((error) => kept(request, error)));
});

async function kept(request, error) {
  const shelf = await caches.open(KEPT);
  const found = await shelf.match(request.mode === "navigate" ? PAGE : request);
  if (!found) throw error;
  return found;
}
