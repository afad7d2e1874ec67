/**
 * Says under the rows of a draft profile what the weights sum to, while they are typed.
 * @module
 */

import { find, findAll } from "./lib/dom.js";

/**
 * What the weights sum to, and what to do about it.
 * @param {number[]} weights
 */
export function sentence(weights) {
  const rounded = (/** @type {number} */ value) => Math.round(value * 10000) / 10000;
  const sum = weights.reduce((total, weight) => total + weight, 0);
  const off = rounded(1 - sum);
  if (Math.abs(off) < 1e-6) return "The weights sum to 1.";
  return `The weights sum to ${rounded(sum)}. ${off > 0 ? "Add" : "Take away"} ${Math.abs(off)} to reach 1.`;
}

/** @param {HTMLInputElement} field */
function isDeleted(field) {
  const tick = find(`input[name='${field.name.replace(/-weight$/, "-DELETE")}']`);
  return /** @type {HTMLInputElement | null} */ (tick)?.checked ?? false;
}

/** The weights of the rows that stay; the empty row that new ones are copied from is none. */
function fields() {
  const all = /** @type {HTMLInputElement[]} */ (findAll("input[name$='-weight']"));
  return all.filter((field) => !field.name.includes("__prefix__") && !isDeleted(field));
}

function start() {
  const line = find("[data-weight-sum]");
  const [first] = fields();
  if (!line || !first) return;
  first.closest("[id$='-group']")?.append(line);
  const say = () => {
    line.hidden = false;
    line.textContent = sentence(fields().map((field) => Number.parseFloat(field.value) || 0));
  };
  document.addEventListener("input", say);
  document.addEventListener("change", say);
}

if (typeof document !== "undefined") start();
