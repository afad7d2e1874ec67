/**
 * Submitting: waits until everything is saved, then shows what is missing, or asks once more.
 * @module
 */

import { find, hit, make, need } from "../lib/dom.js";

/** @import { Draft } from "./draft.js" */
/** @import { ScoreForm } from "./form.js" */
/** @import { Texts } from "./progress.js" */
/** @import { Sync } from "./sync.js" */

const PATIENCE = 16000; // milliseconds; a little more than one request may take

/**
 * Wait until something holds, or no longer than this.
 * @param {() => unknown} holds
 * @param {number} milliseconds
 */
async function until(holds, milliseconds) {
  const end = Date.now() + milliseconds;
  while (!holds() && Date.now() < end) await new Promise((next) => setTimeout(next, 50));
}

/**
 * What has to be done before the card can be submitted: [item, sentence].
 * @param {Draft} draft
 * @param {(item: string) => boolean} skipped
 * @param {Texts} texts
 * @returns {[string, string][]}
 */
export function problemsOf(draft, skipped, texts) {
  // A reason not chosen yet is known only to the page: nothing of it is stored.
  /** @type {[string, string][]} */
  const found = draft.missing.map(([item, text]) => [item, skipped(item) ? texts.unexplained : text]);
  const refused = [...draft.refused].map(
    ([item, { text }]) => /** @type {[string, string]} */ ([item, text]),
  );
  if (draft.waiting > refused.length)
    found.unshift(["", "Some of this is not saved yet. Submit when the connection is back."]);
  found.unshift(...refused);
  const [first] = draft.conflicts.keys();
  if (first) found.unshift([first, "Two versions: choose one."]);
  return found;
}

export class Submission {
  /**
   * @param {ScoreForm} form
   * @param {Draft} draft
   * @param {Sync} sync
   * @param {{ names: Record<string, string>, texts: Texts }} words
   * @param {() => void} explain shows why saving cannot go on
   */
  constructor(form, draft, sync, { names, texts }, explain) {
    this.form = form;
    this.draft = draft;
    this.sync = sync;
    this.names = names;
    this.texts = texts;
    this.explain = explain;
    this.asking = false;
    /** @type {Set<string>} what another window changed while this one was asked to submit */
    this.elsewhere = new Set();
    this.dialog = /** @type {HTMLDialogElement} */ (need("#submit-dialog"));
    form.element.addEventListener("submit", (event) => void this.#pressed(event));
    this.dialog.addEventListener("click", (event) => {
      const link = hit(event, "[data-goto]");
      if (!link) return;
      event.preventDefault();
      this.dialog.close();
      form.lead(link.dataset.goto ?? "");
    });
  }

  get #waits() {
    return this.sync.blocked || this.draft.conflicts.size > 0 || this.draft.refused.size > 0;
  }

  /** Ask as the button does. */
  press() {
    this.form.element.requestSubmit(need("[data-submit]"));
  }

  /** Whether something still has to be saved; says why where a person has to act. */
  #unsaved() {
    if (this.#waits) this.explain();
    return this.#waits || this.draft.waiting > 0;
  }

  /** @param {SubmitEvent} event */
  async #pressed(event) {
    const button = /** @type {HTMLButtonElement | null} */ (event.submitter);
    // The second of a double click.
    if (this.sync.leaving) {
      event.preventDefault();
    } else if (button?.hasAttribute("data-confirm")) {
      if (this.#unsaved()) {
        event.preventDefault();
        return;
      }
      this.sync.leaving = true;
      requestAnimationFrame(() => {
        button.disabled = true;
      });
    } else {
      event.preventDefault();
      if (this.asking) return;
      this.asking = true;
      try {
        await this.#act(button?.value ?? "");
      } finally {
        this.asking = false;
      }
    }
  }

  /** @param {string} intent */
  async #act(intent) {
    if (intent === "switch" || intent === "held") await this.#post(intent);
    else if (intent === "submit") await this.#ask();
    else await this.sync.flush();
  }

  /**
   * Another question was asked, or the interview took place early: the page changes, so the form posts itself
   * once all is saved.
   * @param {string} intent
   */
  async #post(intent) {
    this.sync.failures = 0;
    await this.sync.flush();
    await until(() => !this.sync.sending && !this.draft.waiting, 5000);
    if (this.#unsaved()) {
      this.explain();
      return;
    }
    this.sync.leaving = true;
    this.form.element.append(make("input", { type: "hidden", name: "intent", value: intent }));
    this.form.element.submit();
  }

  async #ask() {
    const { sync, draft } = this;
    sync.failures = 0;
    this.elsewhere.clear();
    await until(() => !sync.sending, PATIENCE);
    await sync.flush();
    await until(() => sync.idle || this.#waits || sync.failures, PATIENCE);
    const problems = problemsOf(draft, (item) => item[0] === "c" && this.form.isSkipped(item), this.texts);
    // What came from another window this very moment was not on the screen when somebody decided to submit.
    problems.unshift(
      ...[...this.elsewhere].map((item) => /** @type {[string, string]} */ ([item, this.texts.unseen])),
    );
    this.#show(problems);
    this.dialog.showModal();
    const confirm = need("[data-confirm]", this.dialog);
    (problems.length
      ? (find("[data-goto]", this.dialog) ?? need("[data-close]", this.dialog))
      : confirm
    ).focus();
  }

  /** @param {[string, string][]} problems */
  #show(problems) {
    const box = need("[data-missing]", this.dialog);
    need("ul", box).replaceChildren(...problems.map(([item, text]) => this.#line(item, text)));
    box.hidden = !problems.length;
    need("#submit-h").textContent =
      problems.length === 0
        ? "Submit this scorecard?"
        : problems.length === 1
          ? "One thing before you submit"
          : `${problems.length} things before you submit`;
    const skipped = this.form.criteria
      .map((box) => box.dataset.item ?? "")
      .filter((item) => this.form.mark(item).not_assessed)
      .map((item) => this.names[item]);
    const line = need("[data-skipped]", this.dialog);
    line.hidden = !skipped.length;
    line.textContent = skipped.length
      ? `Not assessed: ${skipped.join(", ")}. That counts neither for nor against the candidate.`
      : "";
    need("[data-confirm]", this.dialog).hidden = problems.length > 0;
  }

  /**
   * @param {string} item
   * @param {string} text
   */
  #line(item, text) {
    if (!item) return make("li", {}, text);
    const link = make("a", { href: `#${item}`, textContent: this.names[item] ?? this.texts.notes });
    link.dataset.goto = item;
    return make("li", {}, link, ": ", text);
  }
}
