// The service worker of the scoring form. The server puts SETTINGS before it (hiring/scoring/offline.py).
//
// It keeps the pages that the server marks as one person's own (their scoring form before it is submitted, their
// list of interviews) and the files these need, and answers from there only when the network does not. Pages with
// other people's words carry no mark and are never kept. What is kept goes when the person signs out, when
// somebody else signs in, and when the address answers with a page that is not marked any more.

/** @type {{ version: string, mark: string, login: string, logout: string, files: string, pages: string }} */
const { version, mark, login, logout, files, pages } = /** @type {any} */ (globalThis).SETTINGS;
const worker = /** @type {any} */ (globalThis);
const KEPT = new RegExp(pages);
const PAGES = "loopwright-pages-";
const FILES = `loopwright-files-${version}`;
const IMPORTED = /(?:from|import)\s*\(?\s*["'](\.{1,2}\/[^"']+)["']/g;
const LINKED = /(?:src|href)="([^"#?]+\.(?:js|css|svg|woff2))(?:\?[^"#]*)?["#]/g;
const STYLED = /url\(\s*["']?([^"')#]+)["']?\s*\)/g;

/** @param {string} user */
const nameFor = (user) => `${PAGES}${version}-${user}`;

/** @param {(name: string) => boolean} goes */
async function drop(goes) {
  for (const name of await caches.keys()) if (goes(name)) await caches.delete(name);
}

const dropPages = () => drop((name) => name.startsWith(PAGES));

/**
 * Keep a page that is marked, and forget one that is not any more.
 * @param {string} url
 * @param {Response} answer
 */
async function keep(url, answer) {
  const { pathname } = new URL(url);
  const user = answer.headers.get(mark);
  if (!user || !answer.ok || answer.redirected) {
    for (const name of await caches.keys()) {
      if (!name.startsWith(PAGES) || answer.status >= 500) continue;
      const cache = await caches.open(name);
      await cache.delete(pathname);
      await cache.delete(`${pathname}?as-stored`);
    }
    return;
  }
  await drop((name) => name.startsWith(PAGES) && name !== nameFor(user));
  const cache = await caches.open(nameFor(user));
  await cache.put(pathname, answer);
}

/**
 * Keep a file and everything that it names, and that they name.
 * @param {string} url
 * @param {Set<string>} seen
 */
async function keepFiles(url, seen) {
  if (seen.has(url) || !new URL(url).pathname.startsWith(files)) return;
  seen.add(url);
  const answer = await fetch(url);
  if (!answer.ok) return;
  const cache = await caches.open(FILES);
  await cache.put(url, answer.clone());
  const kind = answer.headers.get("Content-Type") ?? "";
  if (!/javascript|css/.test(kind)) return;
  const text = await answer.text();
  for (const [, next] of text.matchAll(kind.includes("css") ? STYLED : IMPORTED)) {
    if (!next.startsWith("data:")) await keepFiles(new URL(next, url).href, seen);
  }
}

/** @param {string[]} wanted */
async function keepAll(wanted) {
  /** @type {Set<string>} */
  const seen = new Set();
  for (const page of wanted) {
    try {
      const url = new URL(page, worker.location.origin);
      if (url.origin !== worker.location.origin || !KEPT.test(url.pathname)) continue;
      const answer = await fetch(url, { credentials: "same-origin", headers: { Accept: "text/html" } });
      const text = await answer.clone().text();
      await keep(url.href, answer);
      if (!answer.headers.get(mark)) continue;
      for (const [, file] of text.matchAll(LINKED)) await keepFiles(new URL(file, url).href, seen);
    } catch {
      // Without a network there is nothing to keep just now; the next page asks again.
    }
  }
}

/** @param {any} event a page is asked for */
async function page(event) {
  const { request } = event;
  try {
    const answer = await fetch(request);
    event.waitUntil(keep(request.url, answer.clone()));
    return answer;
  } catch (error) {
    const kept = await match((name) => name.startsWith(PAGES), new URL(request.url).pathname);
    if (kept) return kept;
    throw error;
  }
}

/** @param {Request} request */
async function file(request) {
  try {
    return await fetch(request);
  } catch (error) {
    const kept = await match((name) => name === FILES, request.url);
    if (kept) return kept;
    throw error;
  }
}

/**
 * @param {(name: string) => boolean} where
 * @param {string} url
 */
async function match(where, url) {
  for (const name of await caches.keys()) {
    const found = where(name) && (await (await caches.open(name)).match(url));
    if (found) return found;
  }
  return null;
}

worker.addEventListener("install", () => worker.skipWaiting());
worker.addEventListener("activate", (/** @type {any} */ event) => {
  const old = (/** @type {string} */ name) =>
    (name.startsWith(PAGES) && !name.startsWith(`${PAGES}${version}-`)) ||
    (name.startsWith("loopwright-files-") && name !== FILES);
  event.waitUntil(drop(old).then(() => worker.clients.claim()));
});
worker.addEventListener("message", (/** @type {any} */ event) => {
  if (Array.isArray(event.data?.keep)) event.waitUntil(keepAll(event.data.keep.slice(0, 30)));
});
worker.addEventListener("fetch", (/** @type {any} */ event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (url.origin !== worker.location.origin) return;
  if (request.method !== "GET") {
    // Signed out: nothing of the person stays for whoever takes the device next.
    if (url.pathname === logout) event.waitUntil(dropPages());
  } else if (url.pathname.startsWith(login)) {
    // The session is over, or somebody else is about to sign in.
    event.waitUntil(dropPages());
  } else if (request.mode === "navigate" && KEPT.test(url.pathname)) {
    event.respondWith(page(event));
  } else if (url.pathname.startsWith(files)) {
    event.respondWith(file(request));
  }
});
