/**
 * The form's fields, read and written in the shape that the server stores.
 * @module
 */

import { find, findAll, need } from "../lib/dom.js";

/** @import { Asked, Items, Mark, Value } from "./draft.js" */

const NOT_ASSESSED = "0"; // the choice beside the points of the scale

export class ScoreForm {
  /** @param {HTMLFormElement} element */
  constructor(element) {
    this.element = element;
    /** @type {Record<string, HTMLElement>} */
    this.boxes = Object.fromEntries(
      findAll("[data-item]", element).map((box) => [box.dataset.item ?? "", box]),
    );
    this.criteria = findAll("[data-evidence-for]", element);
  }

  /** @param {string} name */
  field(name) {
    const field = this.element.elements.namedItem(name);
    return /** @type {(HTMLInputElement & HTMLSelectElement & HTMLTextAreaElement) | null} */ (field);
  }

  /**
   * A field that the page always has.
   * @param {string} name
   */
  #have(name) {
    const field = this.field(name);
    if (!field) throw new Error(`The form has no field ${name}.`);
    return field;
  }

  /** @param {string} name */
  radios(name) {
    return /** @type {HTMLInputElement[]} */ (findAll(`input[name="${name}"]`, this.element));
  }

  /** @param {string} name */
  chosen(name) {
    return this.radios(name).find((radio) => radio.checked)?.value ?? null;
  }

  /**
   * Whether the page shows an item: the stage's other questions have items too, and are not asked.
   * @param {string} item
   */
  shows(item) {
    return item[0] === "q" ? Boolean(this.asked(item)) : item in this.boxes;
  }

  /**
   * The question that the page shows for a listed one.
   * @param {string} item
   */
  asked(item) {
    const field = find(`[data-asked="${item}"]`, this.element);
    return field ? Number(/** @type {HTMLInputElement} */ (field).value) : null;
  }

  /**
   * Whether "not assessed" is chosen, with or without a reason.
   * @param {string} item
   */
  isSkipped(item) {
    return this.chosen(item) === NOT_ASSESSED;
  }

  /**
   * @param {string} item
   * @returns {Mark}
   */
  mark(item) {
    const choice = this.chosen(item);
    const skipped = choice === NOT_ASSESSED;
    return {
      point: choice && !skipped ? Number(choice) : null,
      not_assessed: skipped ? this.#have(`${item}-why`).value : "",
      evidence: this.#have(`${item}-ev`).value.trim(),
    };
  }

  /**
   * @param {string} item
   * @param {Items} stored
   * @returns {Value}
   */
  read(item, stored) {
    if (item === "summary") return this.#have("summary").value.trim();
    if (item === "recommendation") return this.chosen("recommendation");
    return item[0] === "q" ? this.#readAsked(item, stored) : this.mark(item);
  }

  /**
   * @param {string} item
   * @param {Items} stored
   * @returns {Asked}
   */
  #readAsked(item, stored) {
    const shown = this.asked(item) ?? 0;
    const known = /** @type {Asked | undefined} */ (stored[item])?.question ?? shown;
    return {
      // Another question changes the page, so its own button posts it, and never this script.
      question: this.field(`${item}-asked`) ? shown : known,
      used_alternative: Boolean(this.field(`${item}-alt`)?.checked),
    };
  }

  /**
   * @param {string} item
   * @param {Value} value
   */
  write(item, value) {
    if (item === "summary") {
      this.#have("summary").value = String(value ?? "");
    } else if (item === "recommendation") {
      for (const radio of this.radios("recommendation")) radio.checked = radio.value === value;
    } else if (item[0] === "q") {
      const box = this.field(`${item}-alt`);
      if (box) box.checked = /** @type {Asked} */ (value).used_alternative;
    } else if (this.boxes[item]) {
      this.#writeMark(item, /** @type {Mark} */ (value));
    }
  }

  /**
   * @param {string} item
   * @param {Mark} mark
   */
  #writeMark(item, mark) {
    const choice = mark.point ?? (mark.not_assessed ? NOT_ASSESSED : null);
    for (const radio of this.radios(item)) radio.checked = choice !== null && radio.value === String(choice);
    this.#have(`${item}-why`).value = mark.not_assessed;
    const evidence = this.#have(`${item}-ev`);
    // Somebody may be typing a space at its end: the same words are left alone.
    if (evidence.value.trim() !== mark.evidence) evidence.value = mark.evidence;
  }

  /**
   * What a save without this script would be made from.
   * @param {{ revision: number, items: Items }} stored
   */
  rebase({ revision, items }) {
    this.#have("revision").value = String(revision);
    this.#have("base").value = JSON.stringify(items);
  }

  /**
   * The item that a field belongs to.
   * @param {Event} event
   */
  itemOf(event) {
    const target = /** @type {HTMLInputElement} */ (event.target);
    const alternative = /^(q\d+)-alt$/.exec(target.name ?? "");
    if (alternative) return alternative[1];
    return /** @type {HTMLElement | null} */ (target.closest("[data-item]"))?.dataset.item ?? "";
  }

  /**
   * The token against forged requests: signing in again changes the cookie, and not the page.
   */
  token() {
    return document.cookie.match(/(?:^|; )csrftoken=([^;]+)/)?.[1] ?? this.#have("csrfmiddlewaretoken").value;
  }

  /**
   * Put the focus where somebody goes on with an item.
   * @param {string} item
   */
  lead(item) {
    const box = this.boxes[item];
    if (!box) return;
    const choice = this.chosen(item);
    const evidence = find("textarea", box);
    const reason = this.field(`${item}-why`);
    if (choice === NOT_ASSESSED && reason) {
      reason.focus();
    } else if (choice && evidence) {
      box.scrollIntoView({ block: "start" });
      evidence.focus({ preventScroll: true });
    } else {
      enter(box);
    }
  }
}

/**
 * Bring a criterion into view, with the focus on what is chosen, or on its first choice.
 * @param {HTMLElement} box
 */
export function enter(box) {
  const radio = find("input[type=radio]:checked", box) ?? need("input[type=radio]", box);
  const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
  radio.focus({ preventScroll: true });
  box.scrollIntoView({ block: "start", behavior: calm ? "auto" : "smooth" });
}
