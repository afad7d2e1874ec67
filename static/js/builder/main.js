/**
 * The loop builder. Every change is a plain form that works without scripts; here forms are sent one after
 * another, and only what changed is drawn again.
 * @module
 */

import { find } from "../lib/dom.js";
import { arrange } from "./arranging.js";
import { listenToBank } from "./bank.js";
import { Sender } from "./sender.js";

/** @import { Htmx } from "./sender.js" */

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
  if ("editable" in root.dataset) arrange(sender);
}
