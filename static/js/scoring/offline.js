/**
 * The form and the list of interviews without a network: asks the service worker to keep them, and keeps beside
 * them what the server stored since, so that a form opened without a network shows the newest words.
 * @module
 */

/** @import { State } from "./draft.js" */

const CACHES = "loopwright-pages-"; // the worker names them; static/js/scoring/worker.js
const SNAPSHOT = "?as-stored";

/** @typedef {State & { card: number, saved: string, coaching: Record<string, string> }} Stored */

/**
 * Let the worker keep pages for the time without a network. Does nothing where the browser has no workers.
 * @param {string} worker its address
 * @param {string[]} pages
 */
export async function keepPages(worker, pages) {
  if (!("serviceWorker" in navigator)) return;
  try {
    await navigator.serviceWorker.register(worker, { scope: "/" });
    const ready = await navigator.serviceWorker.ready;
    ready.active?.postMessage({ keep: pages });
  } catch {
    // Forbidden, or private browsing: the form works as it did, with a network.
  }
}

/** The cache of the person whose pages are kept here; none before the first page is. */
async function pages() {
  if (typeof caches === "undefined") return null;
  const name = (await caches.keys()).find((one) => one.startsWith(CACHES));
  return name ? caches.open(name) : null;
}

/**
 * Keep what the server stores now beside the page.
 * @param {Stored} state
 */
export async function remember(state) {
  try {
    const cache = await pages();
    await cache?.put(location.pathname + SNAPSHOT, new Response(JSON.stringify(state)));
  } catch {
    // Full, or forbidden: the page is then kept as it was loaded.
  }
}

/**
 * What the server stored after the page was kept, if this page comes from there.
 * @param {{ card: number, revision: number }} page
 * @returns {Promise<Stored | null>}
 */
export async function recall(page) {
  try {
    const cache = await pages();
    const found = await cache?.match(location.pathname + SNAPSHOT);
    return found ? newer(page, await found.json()) : null;
  } catch {
    return null;
  }
}

/**
 * A stored state, where it is a later one of the very card that the page shows.
 * @param {{ card: number, revision: number }} page ``card`` is 0 before the card is begun
 * @param {Stored} stored
 */
export function newer(page, stored) {
  const one = page.card === 0 || page.card === stored.card;
  return one && stored.revision > page.revision ? stored : null;
}
