/**
 * Anchor cards: a scale point's key rates, 0 is "not assessed", within the criterion that holds the focus.
 * @module
 */

import { find, hit, startsAt } from "../lib/dom.js";

export function listenToAnchors() {
  document.addEventListener("keydown", (event) => {
    if (event.metaKey || event.ctrlKey || event.altKey || !/^[0-9]$/.test(event.key)) return;
    if (startsAt(event, "textarea, select, input:not([type=radio])")) return;
    const criterion = hit(event, ".criterion");
    const radio = /** @type {HTMLInputElement | null} */ (
      criterion && find(`input[type=radio][value="${event.key}"]`, criterion)
    );
    if (!radio || radio.disabled) return;
    event.preventDefault();
    radio.checked = true;
    radio.focus();
    radio.dispatchEvent(new Event("change", { bubbles: true }));
  });
}
