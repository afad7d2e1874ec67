/**
 * The keyboard: j and k go from criterion to criterion, e to the evidence, Escape back to the anchors. From
 * within a text Alt with an arrow does what j and k do, and Ctrl (or Command) with Enter asks to submit.
 * @module
 */

import { find, hit, startsAt } from "../lib/dom.js";
import { enter } from "./form.js";

/** @import { ScoreForm } from "./form.js" */

/**
 * Where j or k leads from a place in the list; -1 where it leads nowhere.
 * @param {string} key
 * @param {number} from -1 outside the list
 * @param {number} length
 */
export function step(key, from, length) {
  const to = key === "j" ? from + 1 : Math.max(from, 1) - 1;
  return to < length && !(key === "k" && from === 0) ? to : -1;
}

/**
 * The choice of a recommendation that a digit stands for: 1 to 4 from no to yes, 0 for none.
 * @param {string} key
 * @param {number} length how many choices there are, the last of them for none
 */
export function recommended(key, length) {
  if (!/^[0-9]$/.test(key)) return -1;
  const at = key === "0" ? length - 1 : Number(key) - 1;
  return at < length ? at : -1;
}

/**
 * @param {ScoreForm} form
 * @param {() => void} submit asks as the button does
 */
export function listenToKeys(form, submit) {
  const stops = [...form.criteria, form.boxes.recommendation].filter(Boolean);
  document.addEventListener("keydown", (event) => {
    if (find("dialog[open]") || event.isComposing) return;
    const here = hit(event, ".criterion");
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      submit();
      return;
    }
    if (event.altKey && (event.key === "ArrowDown" || event.key === "ArrowUp")) {
      const next = step(event.key === "ArrowDown" ? "j" : "k", here ? stops.indexOf(here) : -1, stops.length);
      event.preventDefault();
      if (stops[next]) enter(stops[next]);
      return;
    }
    if (event.metaKey || event.ctrlKey || event.altKey) return;
    if (startsAt(event, "textarea, select, input:not([type=radio], [type=checkbox])")) {
      if (event.key !== "Escape" || !here) return;
      event.preventDefault();
      enter(here);
    } else if (event.key === "j" || event.key === "k") {
      event.preventDefault();
      const to = step(event.key, here ? stops.indexOf(here) : -1, stops.length);
      if (stops[to]) enter(stops[to]);
    } else if (here && here === form.boxes.recommendation && recommended(event.key, 5) >= 0) {
      const radios = form.radios("recommendation");
      const radio = radios[recommended(event.key, radios.length)];
      event.preventDefault();
      radio?.click();
      radio?.focus();
    } else if (event.key === "e" && here) {
      const evidence = find("textarea", here);
      if (!evidence) return;
      event.preventDefault();
      evidence.focus();
    }
  });
}
