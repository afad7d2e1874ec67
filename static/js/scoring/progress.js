/**
 * Coaching, what evidence is needed for, the ticks and the counts in the footer.
 *
 * Which points need evidence, and every sentence, comes from the server (hiring/scoring).
 * @module
 */

import { find, make, need } from "../lib/dom.js";
import { fill } from "../lib/values.js";

/** @import { Value } from "./draft.js" */
/** @import { ScoreForm } from "./form.js" */

/**
 * @typedef {"lacking" | "rated" | "not_assessed" | "open"} Tick
 * @typedef {object} Texts
 * @property {string} needs_evidence
 * @property {string} one_character
 * @property {string} too_long
 * @property {string} left
 * @property {string} unseen
 * @property {string} saved_again
 * @property {string} undone
 * @property {string} running
 * @property {string} unexplained
 * @property {string} evidence_needed
 * @property {string} evidence_asked
 * @property {string} saved
 * @property {string} revealed
 * @property {string} counted
 * @property {string} lacking
 * @property {string} notes
 * @property {Record<Tick, string>} ticks
 * @property {Record<string, string>} tick_signs
 * @property {Record<string, string>} values
 */

/** @typedef {{ most: number, least: number }} Limits of a text, and of evidence */

/** @type {Record<Tick, string>} */
const CLASSES = { lacking: "tick-due", rated: "tick-done", not_assessed: "tick-na", open: "" };

/**
 * Whether evidence is more than a character or two signs.
 * @param {string} evidence
 * @param {number} least letters or digits that it has at least
 */
export function tells(evidence, least) {
  return (evidence.match(/[\p{L}\p{N}]/gu) ?? []).length >= least;
}

/**
 * A hint as long as the words that it quotes are still there: it is the server's, and the text may have moved on.
 * @param {string} hint
 * @param {string} evidence
 */
export function stillSaid(hint, evidence) {
  const quoted = /^“(.+?)”/.exec(hint)?.[1] ?? "";
  const plain = (/** @type {string} */ text) => text.toLowerCase().replace(/’/g, "'").replace(/\s+/g, " ");
  return quoted && plain(evidence).includes(plain(quoted)) ? hint : "";
}

const NEAR = 500; // characters left from which a text says how many

/**
 * What is to be said of a text's length: that it is too long, or that little room is left, or nothing.
 * @param {string} text
 * @param {Limits} limits
 * @param {Pick<Texts, "too_long" | "left">} texts
 * @returns {{ over: boolean, text: string }}
 */
export function lengthOf(text, { most }, texts) {
  const left = most - [...text].length;
  const told = (/** @type {number} */ number) => number.toLocaleString("en");
  if (left < 0) return { over: true, text: fill(texts.too_long, { over: told(-left), most: told(most) }) };
  return { over: false, text: left <= NEAR ? fill(texts.left, { left: told(left) }) : "" };
}

/**
 * The state of a criterion's tick.
 * @param {{ point: number | null, not_assessed: string, evidence: string }} mark
 * @param {number[]} needing the points that need evidence
 * @param {number} [least] letters or digits that evidence has at least
 * @returns {Tick}
 */
export function tickOf(mark, needing, least = 1) {
  if (mark.point !== null) {
    return needing.includes(mark.point) && !tells(mark.evidence, least) ? "lacking" : "rated";
  }
  return mark.not_assessed ? "not_assessed" : "open";
}

export class Progress {
  /**
   * @param {ScoreForm} form
   * @param {Texts} texts
   * @param {Record<string, string>} names
   * @param {Record<string, string>} coaching what the server said of the evidence it stores
   * @param {Limits} limits
   */
  constructor(form, texts, names, coaching, limits) {
    this.limits = limits;
    this.form = form;
    this.texts = texts;
    this.names = names;
    this.coaching = coaching;
  }

  /** @param {HTMLElement} box */
  #facts(box) {
    const item = box.dataset.item ?? "";
    const mark = this.form.mark(item);
    const needing = (box.dataset.evidenceFor ?? "").split(" ").map(Number);
    return { item, mark, needing, tick: tickOf(mark, needing, this.limits.least) };
  }

  /**
   * Say at a criterion what its evidence is needed for, and what it lacks.
   * @param {HTMLElement} box
   */
  decorate(box) {
    const { item, mark, needing, tick } = this.#facts(box);
    const lacks = tick === "lacking";
    const evidence = need(".evidence", box);
    evidence.classList.toggle("field-need", lacks);
    need(".hint", evidence).textContent =
      mark.point !== null && needing.includes(mark.point)
        ? fill(this.texts.evidence_needed, { point: mark.point })
        : fill(this.texts.evidence_asked, { low: needing[0], high: needing[needing.length - 1] });
    const coaching = stillSaid(this.coaching[item] ?? "", mark.evidence);
    const missing = mark.evidence ? this.texts.one_character : this.texts.needs_evidence;
    const length = lengthOf(mark.evidence, this.limits, this.texts);
    if (length.text) this.#note(box, length.text, length.over ? "needed" : "coach");
    else if (lacks) this.#note(box, fill(missing, { point: mark.point }), "needed");
    else this.#note(box, coaching, "coach");
  }

  /** Say at the note for the debrief how much room is left. */
  #decorateSummary() {
    const box = this.form.boxes.summary;
    const { value } = /** @type {HTMLTextAreaElement} */ (need("textarea", box));
    const length = lengthOf(value, this.limits, this.texts);
    this.#note(box, length.text, length.over ? "needed" : "coach");
  }

  /**
   * @param {HTMLElement} box
   * @param {string} text
   * @param {"needed" | "coach"} className
   */
  #note(box, text, className) {
    const line = need("[data-note]", box);
    if (line.textContent?.trim() === text) return;
    line.replaceChildren(...(text ? [make("span", { className, textContent: text })] : []));
  }

  /**
   * What keeps a part from being saved before it is sent: a text that is too long.
   * @param {Value} value
   */
  fault(value) {
    const text = typeof value === "string" ? value : (value && "evidence" in value && value.evidence) || "";
    const length = lengthOf(text, this.limits, this.texts);
    return length.over ? length.text : "";
  }

  /** Say it at every criterion. */
  decorateAll() {
    for (const box of this.form.criteria) this.decorate(box);
  }

  /** Bring ticks and counts up to date. */
  paint() {
    this.#decorateSummary();
    const facts = this.form.criteria.map((box) => this.#facts(box));
    for (const { item, mark, tick } of facts) {
      const mine = find(`[data-tick="${item}"]`);
      if (!mine) continue;
      mine.className = `tick ${CLASSES[tick]}`.trim();
      need("[data-tick-name]", mine).textContent =
        `${fill(this.texts.ticks[tick], { name: this.names[item] })} `;
      const sign = need("[data-tick-mark]", mine);
      sign.textContent = String(mark.point ?? this.texts.tick_signs[tick]);
      sign.toggleAttribute("aria-hidden", false);
    }
    const answered = facts.filter(({ tick }) => tick !== "open").length;
    const count = facts.filter(({ tick }) => tick === "lacking").length;
    need("[data-count]").textContent = fill(this.texts.counted, { answered, all: facts.length });
    need("[data-lacking]").textContent = count ? fill(this.texts.lacking, { count }) : "";
  }
}
