// Shows the cards without a net. Keeps styles, scripts and one page an engagement that is about nobody; no page that is
// about somebody, no answer, no reply of the server. What waits to be sent lies with the pages (outbox.js).
"use strict";
const CACHE = "sayso-1";
const SAYING = /^\/e\/([^/]+)\/(?:cards|say)\/$/;

self.addEventListener("install", () => self.skipWaiting());

self.addEventListener("activate", (event) => event.waitUntil((async () => {
  for (const name of await caches.keys()) if (name !== CACHE) await caches.delete(name);
  await self.clients.claim();
})()));

self.addEventListener("message", (event) => {
  if (event.data?.shell) event.waitUntil(keep(event.data));
});

// What a page names is fetched unless it lies here; what no page names any more goes. The page comes last: without its
// scripts it would send words to a server that cannot be reached, and lose them.
async function keep({ keep: urls, shell }) {
  const cache = await caches.open(CACHE);
  const here = new URL(shell, self.location.origin);
  const known = new Map((await cache.keys()).map((request) => [request.url, request]));
  const fresh = [];
  let page = null;
  if (!known.has(here.href)) {
    page = await fetch(here.href, { credentials: "same-origin", redirect: "error" });
    if (!page.ok) return;
    const text = await page.clone().text();
    urls = [...urls, ...[...text.matchAll(/(?:src|href)="(\/static\/[^"]+)"/g)].map((found) => new URL(found[1].replaceAll("&amp;", "&"), self.location.origin).href)];
  }
  for (const url of new Set(urls)) {
    if (!new URL(url).pathname.startsWith("/static/") || known.has(url)) continue;
    const reply = await fetch(url);
    if (!reply.ok) return;
    await cache.put(url, reply);
    fresh.push(url);
  }
  if (page) {
    await cache.put(here.href, page);
    fresh.push(here.href);
  }
  const paths = new Set(fresh.map((url) => new URL(url).pathname));
  for (const request of known.values()) if (paths.has(new URL(request.url).pathname)) await cache.delete(request);
}

self.addEventListener("fetch", (event) => {
  const { request } = event;
  if (request.method !== "GET") return;
  const url = new URL(request.url);
  if (url.origin !== self.location.origin) return;
  if (url.pathname.startsWith("/static/")) event.respondWith(caches.match(request).then((kept) => kept ?? fetch(request)));
  else if (request.mode === "navigate" && SAYING.test(url.pathname)) event.respondWith(page(request, url));
});

async function page(request, url) {
  try {
    return await fetch(request);
  } catch (error) {
    const cache = await caches.open(CACHE);
    const shell = await cache.match(`/e/${SAYING.exec(url.pathname)[1]}/offline/`, { ignoreSearch: true });
    if (shell) return shell;
    throw error;
  }
}
