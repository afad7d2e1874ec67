/**
 * Taking changes of stages and questions back, and making them again, as far as this window's session goes.
 *
 * Every state of the stages is known to the page in whole, so going back is one change like any other. It is not
 * offered past somebody else's change: that would take theirs back too.
 * @module
 */

import { find, on, startsAt } from "../lib/dom.js";
import { say } from "./sender.js";

/** @import { Sender } from "./sender.js" */

/** @typedef {{ stages: string, said: string, revision: string }} Step */
/** @typedef {{ undo: Step[], redo: Step[] }} Steps */

const MOST = 60;

/** The stages as they are drawn, and the revision they were drawn at. */
function drawn() {
  const { shape = "", revision = "" } = find("#builder-head")?.dataset ?? {};
  return { shape, revision };
}

/** What the page said of the last change; empty where it was refused. */
function lastSaid() {
  const line = find("#builder-said");
  // By what stands in it: the line's own classes are those of before until the page has settled.
  if (!line || find("[data-refused]", line)) return "";
  return (line.textContent ?? "").trim().split(/\.\s/)[0];
}

/**
 * The steps after a change: what can be undone grows by it, and what was undone is gone.
 * @param {Steps} steps
 * @param {Step} step
 * @returns {Steps}
 */
export function after(steps, step) {
  return { undo: [...steps.undo, step].slice(-MOST), redo: [] };
}

/**
 * The steps after going one back or forth.
 * @param {Steps} steps
 * @param {"undo" | "redo"} way
 * @param {{ stages: string, revision: string }} left what was drawn before, and the revision there is now
 * @returns {Steps}
 */
export function gone(steps, way, { stages, revision }) {
  const other = way === "undo" ? "redo" : "undo";
  const rest = steps[way].slice(0, -1);
  const step = steps[way][steps[way].length - 1];
  const moved = [...steps[other], { ...step, stages, revision }];
  // What lies below was valid up to the revision that this step has replaced.
  const below = rest.length ? [...rest.slice(0, -1), { ...rest[rest.length - 1], revision }] : rest;
  return way === "undo" ? { undo: below, redo: moved } : { undo: moved, redo: below };
}

export class Undo {
  /**
   * @param {Sender} sender
   * @param {string} key
   */
  constructor(sender, key) {
    this.sender = sender;
    this.key = `loopwright-undo-${key}`;
  }

  /** @returns {Steps} */
  get steps() {
    return JSON.parse(sessionStorage.getItem(this.key) ?? '{"undo":[],"redo":[]}');
  }

  /** @param {Steps} steps */
  set steps(steps) {
    sessionStorage.setItem(this.key, JSON.stringify(steps));
    this.show();
  }

  /**
   * Begin to remember.
   * @param {string} seed the step that takes back what another page has just changed, if any
   */
  listen(seed = "") {
    if (seed) this.steps = after(this.steps, JSON.parse(seed));
    this.sender.watch = (before) => this.#changed(before);
    on("click", "[data-undo]", () => void this.go("undo"));
    on("click", "[data-redo]", () => void this.go("redo"));
    document.addEventListener("keydown", (event) => {
      if (!(event.ctrlKey || event.metaKey) || startsAt(event, "input, textarea")) return;
      const way = event.key === "y" || (event.key === "Z" && event.shiftKey) ? "redo" : "undo";
      if (!["z", "Z", "y"].includes(event.key)) return;
      event.preventDefault();
      void this.go(way);
    });
    document.addEventListener("htmx:oobAfterSwap", () => this.show());
    this.show();
  }

  /** @param {{ shape: string, revision: string }} before */
  #changed(before) {
    const now = drawn();
    if (now.revision === before.revision || now.shape === before.shape || this.going) return;
    const said = lastSaid();
    if (said) this.steps = after(this.steps, { stages: before.shape, said, revision: now.revision });
  }

  /**
   * One step back or forth.
   * @param {"undo" | "redo"} way
   */
  async go(way) {
    const list = this.steps[way];
    const step = list[list.length - 1];
    if (!step || this.going) return;
    const before = drawn();
    if (step.revision !== before.revision) {
      say("Not undone: somebody else changed this loop since, and that would go too.");
      this.steps = { undo: [], redo: [] };
      return;
    }
    this.going = true;
    const said = `${way === "undo" ? "Undone" : "Done again"}: ${step.said}.`;
    try {
      await this.sender.send({ operation: "reshape", stages: step.stages, said: said.slice(0, 300) });
      const { revision } = drawn();
      if (revision !== before.revision) {
        this.steps = gone(this.steps, way, { stages: before.shape, revision });
      }
    } finally {
      this.going = false;
    }
  }

  /** Switch the buttons on or off, and let them say what they would do. */
  show() {
    for (const way of /** @type {const} */ (["undo", "redo"])) {
      const button = /** @type {HTMLButtonElement | null} */ (find(`[data-${way}]`));
      if (!button) continue;
      const list = this.steps[way];
      button.disabled = !list.length;
      button.title = list.length ? list[list.length - 1].said : "";
    }
  }
}
