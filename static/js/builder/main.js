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

const PRESENT = 20_000; // milliseconds between two words of presence

/** @import { Htmx } from "./sender.js" */

/**
 * Say now and then that this draft is open here, and show who else has it open.
 * @param {HTMLElement} root
 * @param {Htmx} htmx
 */
function stayPresent(root, htmx) {
  const now = () => {
    if (document.hidden) return;
    const { revision } = find("#builder-head")?.dataset ?? {};
    // Requests of one element wait for each other; this one is to hold no change up.
    const context = {
      source: "#presence",
      target: "#presence",
      swap: "innerHTML",
      values: { revision },
    };
    void htmx.ajax("POST", root.dataset.presenceUrl ?? "", context);
  };
  now();
  setInterval(now, PRESENT);
}

/**
 * A question opens beside the stages; without scripts, and with a modifier key, its link leads to the bank.
 * @param {Htmx} htmx
 */
function openQuestions(htmx) {
  on("click", "[data-question-url]", (link, event) => {
    const { ctrlKey, metaKey, shiftKey } = /** @type {MouseEvent} */ (event);
    const dialog = /** @type {HTMLDialogElement | null} */ (find("#d-question"));
    if (!dialog || ctrlKey || metaKey || shiftKey) return;
    event.preventDefault();
    void htmx
      .ajax("GET", link.dataset.questionUrl ?? "", {
        source: dialog,
        target: "#d-question-body",
        swap: "innerHTML",
      })
      .then(() => dialog.showModal());
  });
}

/** An address that names a dialog opens it: other pages lead here to write something. */
function openNamed() {
  const dialog = location.hash.startsWith("#d-") ? find(location.hash) : null;
  if (dialog instanceof HTMLDialogElement) dialog.showModal();
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

/** What was done or refused is also said where one works, while its own line is out of sight. */
function sayInSight() {
  const toast = find("#builder-toast");
  /** @type {number | undefined} */
  let hiding;
  document.addEventListener("htmx:oobAfterSwap", (event) => {
    if (!toast || /** @type {CustomEvent} */ (event).detail.target.id !== "builder-head") return;
    const line = find("#builder-said");
    const text = (line?.textContent ?? "").trim().replace(/\s+/g, " ");
    const { bottom = 0 } = line?.getBoundingClientRect() ?? {};
    clearTimeout(hiding);
    toast.hidden = !text || bottom > 0;
    toast.textContent = text;
    const refused = line !== null && find("[data-refused]", line) !== null;
    hiding = window.setTimeout(() => (toast.hidden = true), refused ? 15_000 : 5_000);
  });
}

const root = find("#builder");
const { htmx } = /** @type {{ htmx?: Htmx }} */ (/** @type {unknown} */ (window));
if (root && htmx) {
  const sender = new Sender(root, htmx);
  sender.listen();
  listenToBank(root, htmx);
  keepBelowBand(root);
  openQuestions(htmx);
  openNamed();
  if ("editable" in root.dataset) {
    stayPresent(root, htmx);
    sayInSight();
    arrange(sender);
    new Undo(sender, root.dataset.changeUrl ?? "").listen(root.dataset.undoSeed);
  }
}
