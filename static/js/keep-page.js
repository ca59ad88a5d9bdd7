// Keeps a page and what it is made of on a shelf, from which its worker hands it out without a network.
export async function keepPage(shelf, worker, page) {
  if (!("serviceWorker" in navigator)) return false;
  try {
    await navigator.serviceWorker.register(worker);
    const parts = performance.getEntriesByType("resource").map((entry) => entry.name);
    const linked = [...document.querySelectorAll("link[href], script[src]")].map((part) => part.href || part.src);
    const ours = [...parts, ...linked].filter((url) => new URL(url).origin === location.origin);
    await (await caches.open(shelf)).addAll([...new Set([page, ...ours].map((url) => new URL(url, location).href))]);
    return true;
  } catch {
    return false; // Without a network it stays as it was kept before.
  }
}
