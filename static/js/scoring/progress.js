/**
 * Coaching, what evidence is needed for, the ticks and the counts in the footer.
 *
 * Which points need evidence, and every sentence, comes from the server (hiring/scoring).
 * @module
 */

import { find, make, need } from "../lib/dom.js";
import { fill } from "../lib/values.js";

/** @import { ScoreForm } from "./form.js" */

/**
 * @typedef {"lacking" | "rated" | "not_assessed" | "open"} Tick
 * @typedef {object} Texts
 * @property {string} needs_evidence
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

/** @type {Record<Tick, string>} */
const CLASSES = { lacking: "tick-due", rated: "tick-done", not_assessed: "tick-na", open: "" };

/**
 * The state of a criterion's tick.
 * @param {{ point: number | null, not_assessed: string, evidence: string }} mark
 * @param {number[]} needing the points that need evidence
 * @returns {Tick}
 */
export function tickOf(mark, needing) {
  if (mark.point !== null) return needing.includes(mark.point) && !mark.evidence ? "lacking" : "rated";
  return mark.not_assessed ? "not_assessed" : "open";
}

export class Progress {
  /**
   * @param {ScoreForm} form
   * @param {Texts} texts
   * @param {Record<string, string>} names
   * @param {Record<string, string>} coaching what the server said of the evidence it stores
   */
  constructor(form, texts, names, coaching) {
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
    return { item, mark, needing, tick: tickOf(mark, needing) };
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
    const coaching = mark.evidence ? (this.coaching[item] ?? "") : "";
    const text = lacks ? fill(this.texts.needs_evidence, { point: mark.point }) : coaching;
    const line = need("[data-note]", box);
    if (line.textContent?.trim() === text) return;
    const className = lacks ? "needed" : "coach";
    line.replaceChildren(...(text ? [make("span", { className, textContent: text })] : []));
  }

  /** Say it at every criterion. */
  decorateAll() {
    for (const box of this.form.criteria) this.decorate(box);
  }

  /** Bring ticks and counts up to date. */
  paint() {
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
