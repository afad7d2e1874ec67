/**
 * Sends the builder's changes one after another, so that nobody conflicts with themselves.
 *
 * The server answers each with the parts of the page that changed, refusals included.
 * @module
 */

import { find, findAll, hit, need } from "../lib/dom.js";

/** @typedef {Record<string, FormDataEntryValue | string | number | null | undefined>} Fields */
/** @typedef {{ ajax: (verb: string, url: string, context: object) => Promise<void> }} Htmx */

/** The fields of the bank's filter, which every answer draws again. */
export function filterFields() {
  const fields = /** @type {HTMLInputElement[]} */ (findAll("#bank-filter [name], #b_into, #b_compare"));
  return fields.filter((field) => field.type !== "checkbox" || field.checked);
}

/**
 * Names and values as they are sent: a name that comes twice carries a list.
 * @param {[string, string][]} pairs
 */
export function gathered(pairs) {
  /** @type {Record<string, string | string[]>} */
  const values = {};
  for (const [name, value] of pairs) {
    values[name] = name in values ? [...[values[name]].flat(), value] : value;
  }
  return values;
}

/**
 * What a change asks for, whatever the page showed when it was asked.
 * @param {Fields} fields
 */
export function intentOf(fields) {
  const { revision, ...rest } = fields;
  return JSON.stringify(Object.entries(rest).sort());
}

/**
 * Say in the band how the last change went.
 * @param {string} text
 */
export function say(text) {
  const line = find("#builder-said");
  if (!line) return;
  line.classList.add("saved-off");
  line.textContent = text;
}

/**
 * Put the focus back where it was, after the page around it was drawn again.
 * @param {string | undefined} id
 */
function refocus(id) {
  const active = document.activeElement;
  if (!id || (active && active !== document.body)) return;
  const same = document.getElementById(id);
  // A button at the end of its list is switched off; its neighbour is the next best place.
  const place = /** @type {HTMLButtonElement | null} */ (same)?.disabled
    ? same?.parentElement?.querySelector("button:not([disabled])")
    : same;
  const target = /** @type {HTMLElement} */ (place ?? need("#h-st"));
  target.focus({ preventScroll: Boolean(place) });
}

export class Sender {
  /**
   * @param {HTMLElement} root
   * @param {Htmx} htmx
   */
  constructor(root, htmx) {
    this.root = root;
    this.htmx = htmx;
    /** @type {Promise<unknown>} */
    this.queue = Promise.resolve();
    /** What has been asked for and not answered. @type {Set<string>} */
    this.waiting = new Set();
    /** Told of the page before and after every change. @type {(before: { shape: string, revision: string }) => void} */
    this.watch = () => {};
  }

  /**
   * Send a change once those before it are answered. The same change asked for again meanwhile is one intent.
   * @param {Fields} fields
   */
  send(fields) {
    const intent = intentOf(fields);
    // One step more is another step; everything else is wanted once.
    if (this.waiting.has(intent) && !fields.step) return this.queue;
    this.waiting.add(intent);
    const focus = document.activeElement?.id;
    this.queue = this.queue
      .then(() => this.#posted(fields))
      .then(() => refocus(focus))
      .catch(() => say("Not saved: the server did not answer. Try again."))
      .finally(() => this.waiting.delete(intent));
    return this.queue;
  }

  /** @param {Fields} fields */
  async #posted(fields) {
    const { shape = "", revision = "" } = need("#builder-head").dataset;
    await this.#post(fields);
    this.watch({ shape, revision });
  }

  /** @param {Fields} fields */
  #post(fields) {
    // Read only now: the answer before this one brought a new revision.
    const { revision, gap } = need("#builder-head").dataset;
    const filter = gathered(filterFields().map((field) => [field.name, field.value]));
    return this.htmx.ajax("POST", this.root.dataset.changeUrl ?? "", {
      source: this.root,
      target: "#stages",
      swap: "innerHTML",
      values: { ...filter, ...fields, revision, gap },
    });
  }

  /** Send the page's own forms in this queue, and show refusals like any other answer. */
  listen() {
    document.addEventListener("htmx:beforeSwap", (event) => {
      const { detail } = /** @type {CustomEvent} */ (event);
      if (![409, 422].includes(detail.xhr.status)) return;
      detail.shouldSwap = true;
      detail.isError = false;
    });
    document.addEventListener("htmx:responseError", (event) => {
      const { status } = /** @type {CustomEvent} */ (event).detail.xhr;
      say(
        status === 403
          ? "Not changed: you may not edit this loop any more."
          : "Not changed: something went wrong. Reload the page.",
      );
    });
    document.addEventListener("submit", (event) => this.#submitted(event));
    // The second click of a double click may meet what has taken the button's place meanwhile.
    document.addEventListener(
      "click",
      (event) => {
        const once = hit(event, "form[data-change] [type=submit]:not([name=step])");
        if (event.detail > 1 && once) event.preventDefault();
      },
      true,
    );
    // A field that wraps is still one line: Enter sends it, as it does in any other.
    document.addEventListener("keydown", (event) => {
      const line = hit(event, "[data-one-line]");
      if (event.key !== "Enter" || event.isComposing || !line) return;
      event.preventDefault();
      line.blur();
      line.focus();
    });
    document.addEventListener("change", (event) => {
      const target = /** @type {Element} */ (event.target);
      const form = /** @type {HTMLFormElement | null} */ (target.closest("form[data-on-change]"));
      if (!form?.reportValidity()) return;
      form.requestSubmit();
      // Enter fires change and submit: one is enough.
      form.dataset.sent = "yes";
      setTimeout(() => {
        delete form.dataset.sent;
      }, 0);
    });
  }

  /** @param {SubmitEvent} event */
  #submitted(event) {
    const form = /** @type {HTMLFormElement} */ (event.target);
    const revision = form.elements.namedItem("revision");
    if (form.closest("dialog") && revision) {
      /** @type {HTMLInputElement} */ (revision).value = need("#builder-head").dataset.revision ?? "";
    }
    if (!form.matches("[data-change]")) return;
    event.preventDefault();
    if (form.dataset.sent === "yes" && form.matches("[data-on-change]")) return;
    /** @type {Fields} */
    const fields = Object.fromEntries(new FormData(form, event.submitter));
    delete fields.csrfmiddlewaretoken;
    if (fields.operation === "place_question") {
      const into = /** @type {HTMLSelectElement | null} */ (find("#b_into"));
      fields.stage = into?.value ?? fields.stage;
    }
    void this.send(fields);
  }
}
