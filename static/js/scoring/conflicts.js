/**
 * The same part changed in two windows: shows both, and lets a person choose.
 * @module
 */

import { find, need } from "../lib/dom.js";
import { fill } from "../lib/values.js";

/** @import { Asked, Conflicts, Mark, Value } from "./draft.js" */
/** @import { ScoreForm } from "./form.js" */

/**
 * A value as its author would read it.
 * @param {string} item
 * @param {Value} value
 * @param {Record<string, string>} words
 * @param {(choice: string) => string} recommendation
 */
export function told(item, value, words, recommendation) {
  if (item === "summary") return value ? `“${value}”` : words.nothing;
  if (item === "recommendation") return recommendation(String(value)) || words.nothing;
  if (item[0] === "q") {
    return /** @type {Asked} */ (value).used_alternative ? words.alternative : words.as_listed;
  }
  const { point, not_assessed, evidence } = /** @type {Mark} */ (value);
  const rating = point ?? (not_assessed ? words.not_assessed : words.no_rating);
  return evidence ? `${rating}, “${evidence}”` : `${rating}`;
}

/**
 * Show a box for each item in conflict.
 * @param {ScoreForm} form
 * @param {Conflicts} conflicts
 * @param {Record<string, string>} words
 * @param {(item: string, mine: boolean) => void} choose
 */
export function showConflicts(form, conflicts, words, choose) {
  const label = (/** @type {string} */ choice) =>
    form
      .radios("recommendation")
      .find((radio) => radio.value === choice)
      ?.parentElement?.textContent?.trim() ?? "";
  const template = /** @type {HTMLTemplateElement} */ (need("#conflict-template"));
  for (const [item, { stored, yours }] of Object.entries(conflicts)) {
    const home = form.boxes[item] ?? form.element;
    find(".conflict", home)?.remove();
    const box = /** @type {HTMLElement} */ (template.content.firstElementChild?.cloneNode(true));
    const say = (/** @type {string} */ selector, /** @type {Value} */ value) => {
      const line = need(selector, box);
      line.textContent = fill(line.textContent ?? "", { value: told(item, value, words, label) });
    };
    say("[data-there]", stored);
    say("[data-here]", yours);
    for (const [selector, mine] of /** @type {const} */ ([
      ["[data-mine]", true],
      ["[data-theirs]", false],
    ])) {
      need(selector, box).addEventListener("click", () => {
        box.remove();
        choose(item, mine);
        find("input:checked, input, textarea", home)?.focus();
      });
    }
    if (home === form.element) home.prepend(box);
    else home.append(box);
  }
}
