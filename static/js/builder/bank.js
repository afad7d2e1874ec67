/**
 * The question bank beside the stages: filtered while somebody types or chooses.
 * @module
 */

import { filterFields } from "./sender.js";

/** @import { Htmx } from "./sender.js" */

const PAUSE = 250; // milliseconds without a key until the search is asked

/**
 * @param {HTMLElement} root
 * @param {Htmx} htmx
 */
export function listenToBank(root, htmx) {
  /** @param {string} [page] */
  const show = (page) => {
    const query = new URLSearchParams(filterFields().map((field) => [field.name, field.value]));
    if (page) query.set("b_page", page);
    const url = `${root.dataset.bankUrl}?${query}`;
    void htmx.ajax("GET", url, { source: root, target: "#bank-list", swap: "innerHTML" });
  };
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let typing;
  document.addEventListener("input", (event) => {
    if (/** @type {Element} */ (event.target).id !== "b_q") return;
    clearTimeout(typing);
    typing = setTimeout(show, PAUSE);
  });
  document.addEventListener("change", (event) => {
    const field = /** @type {HTMLInputElement} */ (event.target);
    if (field.id !== "b_q" && field.form?.id === "bank-filter") show();
  });
  document.addEventListener("submit", (event) => {
    if (/** @type {Element} */ (event.target).id !== "bank-filter") return;
    event.preventDefault();
    const button = /** @type {HTMLButtonElement | null} */ (event.submitter);
    show(button?.name === "b_page" ? button.value : undefined);
  });
}
