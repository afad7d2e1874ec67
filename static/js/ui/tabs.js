/**
 * Tabs: arrows move, Home and End jump.
 * @module
 */

import { findAll, on } from "../lib/dom.js";

/**
 * The place that a key leads to among so many tabs; undefined for another key.
 * @param {string} key
 * @param {number} from
 * @param {number} count
 */
export function placeAfter(key, from, count) {
  /** @type {Record<string, number>} */
  const places = { ArrowRight: from + 1, ArrowLeft: from - 1, Home: 0, End: count - 1 };
  return key in places ? (places[key] + count) % count : undefined;
}

/** @param {HTMLElement} tab */
const tabsBeside = (tab) => findAll("[role=tab]", tab.closest("[role=tablist]") ?? undefined);

/** @param {HTMLElement} chosen */
function show(chosen) {
  for (const tab of tabsBeside(chosen)) {
    tab.setAttribute("aria-selected", String(tab === chosen));
    tab.tabIndex = tab === chosen ? 0 : -1;
    const panel = document.getElementById(tab.getAttribute("aria-controls") ?? "");
    panel?.toggleAttribute("data-off", tab !== chosen);
  }
}

export function listenToTabs() {
  on("click", "[role=tab]", show);
  on("keydown", "[role=tab]", (tab, event) => {
    const tabs = tabsBeside(tab);
    const key = /** @type {KeyboardEvent} */ (event).key;
    const to = placeAfter(key, tabs.indexOf(tab), tabs.length);
    if (to === undefined) return;
    event.preventDefault();
    show(tabs[to]);
    tabs[to].focus();
  });
}
