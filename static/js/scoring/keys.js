/**
 * The keyboard: j and k go from criterion to criterion, e to the evidence, Escape back to the anchors.
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

/** @param {ScoreForm} form */
export function listenToKeys(form) {
  const stops = [...form.criteria, form.boxes.recommendation].filter(Boolean);
  document.addEventListener("keydown", (event) => {
    if (event.metaKey || event.ctrlKey || event.altKey || find("dialog[open]")) return;
    const here = hit(event, ".criterion");
    if (startsAt(event, "textarea, select, input:not([type=radio], [type=checkbox])")) {
      if (event.key !== "Escape" || !here) return;
      event.preventDefault();
      enter(here);
    } else if (event.key === "j" || event.key === "k") {
      event.preventDefault();
      const to = step(event.key, here ? stops.indexOf(here) : -1, stops.length);
      if (stops[to]) enter(stops[to]);
    } else if (event.key === "e" && here) {
      const evidence = find("textarea", here);
      if (!evidence) return;
      event.preventDefault();
      evidence.focus();
    }
  });
}
