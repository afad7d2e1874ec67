/**
 * Small controls that say in their attributes what they do.
 * @module
 */

import { make, need, on } from "../lib/dom.js";

export function listenToControls() {
  on("click", "button.chip[aria-pressed]", (chip) => {
    chip.setAttribute("aria-pressed", String(chip.getAttribute("aria-pressed") !== "true"));
  });
  on("click", "[data-open]", (button) => {
    /** @type {HTMLDialogElement | null} */ (document.getElementById(button.dataset.open ?? ""))?.showModal();
  });
  on("click", "[data-close]", (button) => button.closest("dialog")?.close());
  on("click", "[data-toggle]", (button) => {
    const opens = button.getAttribute("aria-expanded") !== "true";
    button.setAttribute("aria-expanded", String(opens));
    need(`#${button.dataset.toggle}`).hidden = !opens;
  });
  // A filter answers as soon as a choice is made; its button stays for those without scripts.
  on("change", "form[data-autosubmit] select, form[data-autosubmit] input", (field) => {
    /** @type {HTMLInputElement} */ (field).form?.requestSubmit();
  });
  // The gallery's example of a change of the problem; the scoring form stores its own.
  on("click", "[data-inject]", (button) => {
    const open = need(".inject-open", button.closest(".inject") ?? undefined);
    const time = new Date().toTimeString().slice(0, 5);
    need(".stamp", open).replaceChildren(make("span", { textContent: `Revealed ${time}` }));
    button.hidden = true;
    open.hidden = false;
    open.tabIndex = -1;
    open.focus();
  });
}
