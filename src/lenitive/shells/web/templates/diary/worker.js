"use strict";
const SHELL = "lenitive-" + {{ version|json }};
const FILES = {{ files|json }};
self.addEventListener("install", (event) => {
  event.waitUntil(caches.open(SHELL).then((shell) => shell.addAll(FILES)).then(() => self.skipWaiting()));
});
self.addEventListener("activate", (event) => {
  event.waitUntil(
    caches.keys()
      .then((names) => Promise.all(names.filter((name) => name !== SHELL).map((name) => caches.delete(name))))
      .then(() => self.clients.claim()),
  );
});
self.addEventListener("fetch", (event) => {
  const request = event.request;
  if (request.method !== "GET") return;
  if (request.mode === "navigate") {
    // A page that the phone keeps is that page; any other is the offline diary.
    const kept = FILES.includes(new URL(request.url).pathname) ? caches.match(request, { ignoreSearch: true }) : Promise.resolve();
    event.respondWith(fetch(request).catch(() => kept.then((found) => found || caches.match({{ offline|json }}))));
  } else if (FILES.includes(new URL(request.url).pathname)) {
    event.respondWith(caches.match(request).then((found) => found || fetch(request)));
  }
});
