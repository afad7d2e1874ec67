/**
 * The loop builder. Every change is a plain form that works without scripts; here forms are sent one after
 * another, and only what changed is drawn again.
 * @module
 */

import { find, on } from "../lib/dom.js";
import { arrange } from "./arranging.js";
import { listenToBank } from "./bank.js";
import { Sender } from "./sender.js";
import { Undo } from "./undo.js";

/** @import { Htmx } from "./sender.js" */

/**
 * A question opens beside the stages; without scripts, and with a modifier key, its link leads to the bank.
 * @param {HTMLElement} root
 * @param {Htmx} htmx
 */
function openQuestions(root, htmx) {
  on("click", "[data-question-url]", (link, event) => {
    const { ctrlKey, metaKey, shiftKey } = /** @type {MouseEvent} */ (event);
    const dialog = /** @type {HTMLDialogElement | null} */ (find("#d-question"));
    if (!dialog || ctrlKey || metaKey || shiftKey) return;
    event.preventDefault();
    void htmx
      .ajax("GET", link.dataset.questionUrl ?? "", {
        source: root,
        target: "#d-question-body",
        swap: "innerHTML",
      })
      .then(() => dialog.showModal());
  });
}

/**
 * The columns beside the stages stay in view below the band, however high it is.
 * @param {HTMLElement} root
 */
function keepBelowBand(root) {
  const measured = new ResizeObserver(([entry]) => {
    root.style.setProperty("--band", `${Math.ceil(entry.borderBoxSize[0].blockSize)}px`);
  });
  const watch = () => {
    const band = find("#band");
    measured.disconnect();
    if (band) measured.observe(band);
  };
  watch();
  document.addEventListener("htmx:oobAfterSwap", (event) => {
    if (/** @type {CustomEvent} */ (event).detail.target.id === "band") watch();
  });
}

const root = find("#builder");
const { htmx } = /** @type {{ htmx?: Htmx }} */ (/** @type {unknown} */ (window));
if (root && htmx) {
  const sender = new Sender(root, htmx);
  sender.listen();
  listenToBank(root, htmx);
  keepBelowBand(root);
  openQuestions(root, htmx);
  if ("editable" in root.dataset) {
    arrange(sender);
    new Undo(sender, root.dataset.changeUrl ?? "").listen();
  }
}
