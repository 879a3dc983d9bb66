// Keeps the pages that scan without a network: each is asked for in the
// network first, and comes from here when that gives no answer.
const CACHE = 'door-1';
const PATIENCE_MS = 3000;

self.addEventListener('install', () => self.skipWaiting());
self.addEventListener('activate', (event) => event.waitUntil(self.clients.claim()));

// A page says what it needs; it is told when all is kept.
self.addEventListener('message', (event) => {
  event.waitUntil((async () => {
    const cache = await caches.open(CACHE);
    for (const address of event.data.keep) {
      const response = await fetch(address, { cache: 'no-cache' });
      if (response.ok && !response.redirected) await cache.put(address, response);
      else if (!await cache.match(address)) {
        event.ports[0].postMessage({ kept: false });
        return;
      }
    }
    event.ports[0].postMessage({ kept: true });
  })().catch(async () => {
    const cache = await caches.open(CACHE);
    const found = await Promise.all(event.data.keep.map((a) => cache.match(a)));
    event.ports[0].postMessage({ kept: found.every(Boolean) });
  }));
});

// The page of a door whose network is gone leads to the kept one, if it is.
async function answerOther(cache, request) {
  try {
    return await fetch(request);
  } catch (error) {
    const offline = `${new URL(request.url).pathname}/offline`;
    if (request.mode === 'navigate' && await cache.match(offline))
      return Response.redirect(offline);
    throw error;
  }
}

async function answer(request) {
  const cache = await caches.open(CACHE);
  const kept = await cache.match(request);
  if (!kept) return answerOther(cache, request);
  const patience = new Promise((resolve) => setTimeout(resolve, PATIENCE_MS, kept));
  const fresh = fetch(request).then((response) =>
    response.status >= 500 ? kept : response, () => kept);
  return Promise.race([fresh, patience]);
}

self.addEventListener('fetch', (event) => {
  if (event.request.method === 'GET' &&
    new URL(event.request.url).origin === location.origin)
    event.respondWith(answer(event.request));
});
