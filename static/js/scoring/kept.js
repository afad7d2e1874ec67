/**
 * A submitted scorecard: offers what this device kept when another window submitted first.
 * The scoring form keeps unsaved parts under the same keys (device.js).
 * @module
 */

import { find, make, need, readJson } from "../lib/dom.js";
import { capitalised, fill, same } from "../lib/values.js";
import { keyOf } from "./device.js";

/** @import { Entry } from "./device.js" */
/** @import { Asked, Items, Mark, Value } from "./draft.js" */

/**
 * What the page hands over; hiring/scoring/views.py writes it.
 * @typedef {object} Page
 * @property {number} user
 * @property {number} interview
 * @property {number} version
 * @property {Items} items
 * @property {Record<string, string>} names
 * @property {Record<string, string>} recommendations
 * @property {Record<string, string>} reasons
 * @property {Record<string, string>} values
 */

/**
 * What was kept and differs from what was submitted. Of every version that was written on this device, oldest
 * first: what was written last stands.
 * @param {(Record<string, Entry> | undefined)[]} versions
 * @param {Items} submitted
 * @returns {Record<string, Entry>}
 */
export function leftovers(versions, submitted) {
  /** @type {Record<string, Entry>} */
  const all = Object.assign({}, ...versions);
  return Object.fromEntries(
    Object.entries(all).filter(
      ([item, entry]) => entry?.value !== undefined && !same(entry.value, submitted[item]),
    ),
  );
}

/**
 * A kept value in words.
 * @param {string} item
 * @param {Value} value
 * @param {Page} page
 */
export function worded(item, value, { values, recommendations, reasons }) {
  if (item === "summary") return String(value ?? "");
  if (item === "recommendation") return recommendations[String(value)] ?? "";
  if (item[0] === "q") {
    return capitalised(/** @type {Asked} */ (value).used_alternative ? values.alternative : values.as_listed);
  }
  const { point, not_assessed } = /** @type {Mark} */ (value);
  if (point !== null) return capitalised(fill(values.rated, { point }));
  if (!not_assessed) return capitalised(values.no_rating);
  return capitalised(fill(values.reason, { reason: reasons[not_assessed]?.toLowerCase() ?? "" }));
}

/**
 * @param {HTMLElement} home
 * @param {Page} page
 */
function start(home, page) {
  const prefix = keyOf(page);
  const keys = () =>
    Object.keys(localStorage)
      .filter((key) => key.startsWith(prefix))
      .sort((a, b) => Number(a.slice(prefix.length)) - Number(b.slice(prefix.length)));
  const read = (/** @type {string} */ key) => {
    try {
      return JSON.parse(localStorage.getItem(key) ?? "{}").changes;
    } catch {
      return {};
    }
  };
  const drop = () => {
    for (const key of keys()) localStorage.removeItem(key);
  };
  const found = keys().map((key) => /** @type {const} */ ([key, localStorage.getItem(key) ?? ""]));
  const kept = leftovers(keys().map(read), page.items);
  if (!Object.keys(kept).length) {
    drop();
    return;
  }

  const list = need("[data-kept-list]", home);
  for (const [item, { value }] of Object.entries(kept)) {
    const name = make("b", { textContent: page.names[item] ?? capitalised(page.values.not_asked) });
    const text = worded(item, value, page) || capitalised(page.values.nothing);
    const row = make("div", {}, make("dt", {}, name), make("dd", { textContent: text }));
    const evidence = item[0] === "c" ? /** @type {Mark} */ (value).evidence : "";
    if (evidence) row.append(make("dd", { className: "quote", textContent: evidence }));
    list.append(row);
  }

  const show = (/** @type {boolean} */ offered) => {
    need("[data-kept-body]", home).hidden = !offered;
    need("[data-kept-gone]", home).hidden = offered;
    need(offered ? "[data-kept-discard]" : "[data-kept-undo]", home).focus();
  };
  find("[data-kept-amend]", home)?.addEventListener("submit", () => {
    // The person has seen both: the next version starts from what is submitted, and these go on top of it.
    const changes = Object.fromEntries(
      Object.entries(kept).map(([item, { value }]) => [item, { value, revision: Number.MAX_SAFE_INTEGER }]),
    );
    drop();
    localStorage.setItem(keyOf(page, page.version + 1), JSON.stringify({ changes, reveals: [] }));
  });
  need("[data-kept-discard]", home).addEventListener("click", () => {
    drop();
    show(false);
  });
  need("[data-kept-undo]", home).addEventListener("click", () => {
    for (const [key, text] of found) localStorage.setItem(key, text);
    show(true);
  });
  home.hidden = false;
}

/** A browser that forbids storage kept nothing. */
function storageWorks() {
  try {
    return Boolean(localStorage);
  } catch {
    return false;
  }
}

if (typeof document !== "undefined") {
  const home = find("[data-kept]");
  const page = readJson("kept-data");
  if (home && page && storageWorks()) start(home, page);
}
