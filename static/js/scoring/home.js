/**
 * The list of interviews: says what is on this device only, and sends it when it can. The form keeps it (device.js)
 * when it could not be sent before somebody closed it.
 * @module
 */

import { find, findAll, make, need, readJson } from "../lib/dom.js";
import { fill, same } from "../lib/values.js";
import { PREFIX } from "./device.js";
import { keepPages } from "./offline.js";
import { Server, verdictOn } from "./server.js";

/** @import { Entry, Kept } from "./device.js" */

/**
 * What the page hands over; hiring/scoring/home.py writes it.
 * @typedef {object} Page
 * @property {number} user
 * @property {string} worker
 * @property {{ one: string, many: string, sending: string, look: string, sent: string, words: string, discard: string, phone: string, computer: string }} says
 */

/** @typedef {{ key: string, version: number, kept: Kept }} Waiting */

/**
 * Everything of one person that this device keeps, as far as it is known where it belongs.
 * @param {Pick<Storage, "getItem" | "key" | "length">} storage
 * @param {number} user
 * @returns {Waiting[]}
 */
export function waitingOn(storage, user) {
  const prefix = `${PREFIX}.${user}.`;
  /** @type {Waiting[]} */
  const found = [];
  for (let index = 0; index < storage.length; index++) {
    const key = storage.key(index) ?? "";
    if (!key.startsWith(prefix)) continue;
    try {
      const kept = JSON.parse(storage.getItem(key) ?? "{}");
      if (kept.where) found.push({ key, version: Number(key.split(".").pop()), kept });
    } catch {
      // Not what the form writes: left alone.
    }
  }
  return found;
}

/**
 * What somebody wrote of it, in their words.
 * @param {Kept} kept
 */
export function textsOf({ changes }) {
  return Object.values(changes)
    .map(({ value }) => (value && typeof value === "object" && "evidence" in value ? value.evidence : value))
    .filter((text) => typeof text === "string" && text !== "")
    .map(String);
}

/**
 * The changes that may be sent in one request: those made from the oldest revision.
 * @param {Record<string, Entry>} changes
 */
export function oldest(changes) {
  const revision = Math.min(...Object.values(changes).map((entry) => entry.revision));
  const chosen = Object.entries(changes).filter(([, entry]) => entry.revision === revision);
  const tried = chosen.flatMap(([item, entry]) => (entry.tried ? [[item, entry.tried]] : []));
  return {
    revision,
    changes: Object.fromEntries(chosen.map(([item, entry]) => [item, entry.value])),
    tried: Object.fromEntries(tried),
  };
}

/**
 * Send what is kept of one card; returns whether all of it is stored.
 * @param {Waiting} waiting
 * @param {Server} server
 * @param {Storage} storage
 */
export async function send({ key, kept }, server, storage) {
  /** @param {(now: Kept) => void} edit */
  const change = (edit) => {
    const now = JSON.parse(storage.getItem(key) ?? '{"changes":{},"reveals":[]}');
    edit(now);
    if (Object.keys(now.changes).length || now.reveals.length) storage.setItem(key, JSON.stringify(now));
    else storage.removeItem(key);
  };
  const left = { ...kept.changes };
  while (Object.keys(left).length) {
    const batch = oldest(left);
    const answer = await server.post(kept.where?.save ?? "", batch);
    if (verdictOn(answer) !== "stored") return false;
    for (const [item, value] of Object.entries(batch.changes)) {
      delete left[item];
      change((now) => {
        // A form open in another tab may have written on meanwhile: that stays.
        if (same(now.changes[item]?.value, value)) delete now.changes[item];
      });
    }
  }
  for (const reveal of kept.reveals) {
    const ago = reveal.at ? Math.max(0, (Date.now() - reveal.at) / 1000) : 0;
    const answer = await server.post(kept.where?.reveal ?? "", { ...reveal, ago });
    if (verdictOn(answer) !== "stored") return false;
    change((now) => {
      now.reveals = now.reveals.filter((one) => !same(one, reveal));
    });
  }
  return true;
}

/**
 * @param {HTMLElement} bar
 * @param {Page} page
 */
function start(bar, { user, says, worker }) {
  const token = () => document.cookie.match(/(?:^|; )csrftoken=([^;]+)/)?.[1] ?? bar.dataset.token ?? "";
  const device = matchMedia("(max-width: 600px)").matches ? says.phone : says.computer;
  let busy = false;
  let sent = false;

  /** @param {boolean} tried */
  const show = (tried) => {
    const waiting = waitingOn(localStorage, user);
    const count = waiting.reduce(
      (sum, { kept }) => sum + Object.keys(kept.changes).length + kept.reveals.length,
      0,
    );
    bar.hidden = !count && !sent;
    const sentence = count === 0 ? says.sent : count === 1 ? says.one : says.many;
    need("[data-here]", bar).textContent = fill(sentence, { count, device });
    need("[data-why]", bar).textContent = count ? (tried ? says.look : says.sending) : "";
    need("ul", bar).replaceChildren(
      ...waiting.map(({ key, kept }) => {
        const link = make("a", { href: kept.where?.page ?? "", textContent: kept.where?.title ?? "" });
        // Where the card is closed to its author there is still a way to keep the words, or to let them go.
        const quotes = textsOf(kept).map((text) => {
          const quote = make("p", { className: "quote", textContent: text });
          quote.dir = "auto";
          return quote;
        });
        const drop = make("button", { className: "btn btn-sm", type: "button", textContent: says.discard });
        drop.addEventListener("click", () => {
          localStorage.removeItem(key);
          show(tried);
        });
        const more = make("details", { className: "more" }, make("summary", { textContent: says.words }));
        more.append(...quotes, drop);
        return tried ? make("li", {}, link, more) : make("li", {}, link);
      }),
    );
    return count;
  };

  const sendAll = async () => {
    if (busy || !show(false)) return;
    busy = true;
    for (const waiting of waitingOn(localStorage, user)) {
      try {
        const server = new Server({ user, version: waiting.version }, token);
        if (await send(waiting, server, localStorage)) sent = true;
      } catch {
        break; // no network: it stays, and goes when there is one
      }
    }
    busy = false;
    show(navigator.onLine);
  };
  addEventListener("online", () => void sendAll());
  void sendAll();
  const today = findAll("[data-offline-page]").map(
    (link) => /** @type {HTMLAnchorElement} */ (link).pathname,
  );
  void keepPages(worker, [location.pathname, ...today]);
}

if (typeof document !== "undefined") {
  const bar = find("[data-on-device]");
  const page = readJson("home-data");
  if (bar && page) start(bar, page);
}
