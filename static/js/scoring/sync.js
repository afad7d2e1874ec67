/**
 * Sends what is not saved: one request at a time, again after a failure, never past a refusal.
 * @module
 */

import { verdictOn } from "./server.js";

/** @import { Conflicts, Draft, State, Value } from "./draft.js" */
/** @import { Answer } from "./server.js" */

/** Seconds until the next try, after the first, the second ... failure in a row. */
export const DELAYS = [2, 4, 8, 15, 30];
const SOON = 50; // milliseconds

/**
 * @typedef {object} Listener
 * @property {() => void} sending
 * @property {(state: State & { saved: string, coaching: Record<string, string> }, changed: [string, Value][]) => void} stored
 * @property {(conflicts: Conflicts, changed: [string, Value][]) => void} conflict
 * @property {(injection: number, at: string) => void} revealed
 * @property {(cause: "signed out" | "trouble" | "unreachable") => void} failed
 * @property {() => void} rested nothing is on its way any more, and nothing failed just now
 * @property {() => void} changed the answer may have changed what the page shows
 */

/**
 * @typedef {object} Clock
 * @property {(run: () => void, milliseconds: number) => any} set
 * @property {(timer: any) => void} clear
 */

/** @type {Clock} */
const CLOCK = {
  set: (run, milliseconds) => setTimeout(run, milliseconds),
  clear: (timer) => clearTimeout(timer),
};

export class Sync {
  /**
   * @param {Draft} draft
   * @param {{ post: (url: string, body: Record<string, unknown>) => Promise<Answer> }} server
   * @param {{ save: string, reveal: string }} addresses
   * @param {Listener} tell
   * @param {Clock} [clock]
   */
  constructor(draft, server, addresses, tell, clock = CLOCK) {
    this.draft = draft;
    this.server = server;
    this.addresses = addresses;
    this.tell = tell;
    this.clock = clock;
    this.sending = false;
    this.failures = 0;
    /** Why saving cannot go on from this page. */
    this.stopped = "";
    /** What the server refused; cleared by the next edit.
     * @type {{ message: string, problems: [string, string][] } | null} */
    this.invalid = null;
    /** The form is being submitted: nothing more may be sent beside it. */
    this.leaving = false;
    /** @type {any} */
    this.timer = undefined;
  }

  /** Whether saving waits for a person rather than for the network. */
  get blocked() {
    return Boolean(this.stopped || this.invalid);
  }

  get #work() {
    return this.draft.sendable.length + this.draft.reveals.length;
  }

  /** @param {number} milliseconds */
  later(milliseconds) {
    this.clock.clear(this.timer);
    this.timer = this.clock.set(() => void this.flush(), milliseconds);
  }

  /** Try at once, whatever failed before. */
  again() {
    if (!this.draft.waiting || this.sending) return;
    this.failures = 0;
    void this.flush();
  }

  /** Send one batch; what is left follows by itself. */
  async flush() {
    this.clock.clear(this.timer);
    if (this.sending || this.blocked || this.leaving || !this.#work) {
      this.tell.rested();
      return;
    }
    this.sending = true;
    this.tell.sending();
    const failure = await this.#send();
    this.sending = false;
    this.failures = failure ? this.failures + 1 : 0;
    if (failure) this.tell.failed(failure);
    this.tell.changed();
    if (failure) this.later(DELAYS[Math.min(this.failures, DELAYS.length) - 1] * 1000);
    else if (!this.blocked && this.#work) this.later(SOON);
    else this.tell.rested();
  }

  /** @returns {Promise<"signed out" | "trouble" | "unreachable" | null>} */
  async #send() {
    try {
      const answer = this.draft.sendable.length ? await this.#sendChanges() : await this.#sendReveal();
      const verdict = verdictOn(answer);
      if (verdict === "signed out" || verdict === "trouble") return verdict;
      if (verdict === "stopped") this.stopped = answer.body.message || "This page is out of date.";
      if (verdict === "invalid") {
        this.invalid = { message: answer.body.message ?? "", problems: answer.body.problems ?? [] };
      }
      return null;
    } catch {
      return "unreachable";
    }
  }

  async #sendChanges() {
    const batch = this.draft.batch();
    const answer = await this.server.post(this.addresses.save, batch);
    const verdict = verdictOn(answer);
    if (verdict === "stored") {
      this.tell.stored(answer.body, this.draft.acknowledge(batch.changes, answer.body));
    } else if (verdict === "invalid" && answer.body.saved) {
      // One field was refused; the others are stored, and what follows starts from that.
      /** @type {[string, string][]} */
      const problems = answer.body.problems;
      const faulty = new Set(problems.map(([item]) => item));
      const kept = Object.entries(batch.changes).filter(([item]) => !faulty.has(item));
      const state = answer.body.saved;
      this.tell.stored(state, this.draft.acknowledge(Object.fromEntries(kept), state));
    } else if (verdict === "conflict") {
      this.tell.conflict(answer.body.conflicts, this.draft.meet(answer.body.conflicts, answer.body));
    }
    return answer;
  }

  async #sendReveal() {
    const injection = this.draft.reveals[0];
    const answer = await this.server.post(this.addresses.reveal, { injection });
    if (verdictOn(answer) === "stored") {
      this.draft.revealed(injection);
      this.tell.revealed(injection, answer.body.at);
    }
    return answer;
  }
}
