/**
 * Sends what is not saved: one request at a time, again after a failure, never past a refusal.
 * @module
 */

import { same } from "../lib/values.js";
import { verdictOn } from "./server.js";

/** @import { Reveal } from "./device.js" */
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
 * @property {(reveal: Reveal, at: string) => void} revealed
 * @property {(reveal: Reveal, message: string) => void} unrevealed the server will not note it
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
   * @param {{ post: (url: string, body: Record<string, unknown>, going?: boolean) => Promise<Answer> }} server
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

  /** Whether there is nothing that could still be sent. */
  get idle() {
    return !this.sending && !this.#work;
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

  /**
   * The page is being closed or put aside: send what is not saved in a way that outlives it. Where a request is
   * on its way already, this one goes beside it, and nobody waits for its answer: sent once more it changes nothing.
   */
  going() {
    if (this.blocked || this.leaving || !this.draft.sendable.length) {
      if (!this.sending) void this.flush({ going: true });
      return;
    }
    if (!this.sending) {
      void this.flush({ going: true });
      return;
    }
    const batch = this.draft.batch({ going: true });
    this.draft.attempt(batch.changes);
    this.server.post(this.addresses.save, batch, true).catch(() => {});
  }

  /**
   * Send one batch; what is left follows by itself.
   * @param {{ going?: boolean }} [how]
   */
  async flush({ going = false } = {}) {
    this.clock.clear(this.timer);
    if (this.sending || this.blocked || this.leaving || !this.#work) {
      this.tell.rested();
      return;
    }
    this.sending = true;
    this.tell.sending();
    const failure = await this.#send(going);
    this.sending = false;
    this.failures = failure ? this.failures + 1 : 0;
    if (failure) this.tell.failed(failure);
    this.tell.changed();
    if (failure) this.later(DELAYS[Math.min(this.failures, DELAYS.length) - 1] * 1000);
    else if (!this.blocked && this.#work) this.later(SOON);
    else this.tell.rested();
  }

  /**
   * @param {boolean} going
   * @returns {Promise<"signed out" | "trouble" | "unreachable" | null>}
   */
  async #send(going) {
    try {
      const answer = this.draft.sendable.length
        ? await this.#sendChanges(going)
        : await this.#sendReveal(going);
      if (!answer) return null;
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

  /**
   * @param {boolean} going
   * @returns {Promise<Answer | null>} null where the answer is dealt with
   */
  async #sendChanges(going) {
    const batch = this.draft.batch({ going });
    if (!Object.keys(batch.changes).length) throw new Error("Too long for a page that is going.");
    this.draft.attempt(batch.changes);
    const answer = await this.server.post(this.addresses.save, batch, going);
    const verdict = verdictOn(answer);
    if (verdict === "stored") {
      this.tell.stored(answer.body, this.draft.acknowledge(batch.changes, answer.body));
    } else if (verdict === "invalid") {
      return this.#setAside(batch.changes, answer) ? null : answer;
    } else if (verdict === "conflict") {
      this.draft.unstored(batch.changes);
      this.tell.conflict(answer.body.conflicts, this.draft.meet(answer.body.conflicts, answer.body));
    }
    return answer;
  }

  /**
   * Single fields were refused: they wait for another value, what else was sent is stored, and saving goes on.
   * @param {Record<string, Value>} changes
   * @param {Answer} answer
   */
  #setAside(changes, { body }) {
    /** @type {[string, string][]} */
    const told = body.problems ?? [];
    const problems = told.filter(([item]) => item in changes);
    if (!problems.length) return false;
    this.draft.unstored(changes);
    if (body.saved) {
      const faulty = new Set(problems.map(([item]) => item));
      const kept = Object.entries(changes).filter(([item]) => !faulty.has(item));
      this.tell.stored(body.saved, this.draft.acknowledge(Object.fromEntries(kept), body.saved));
    }
    for (const [item, text] of problems) {
      if (this.draft.pending[item] && same(this.draft.pending[item].value, changes[item])) {
        this.draft.refuse(item, text);
      }
    }
    return true;
  }

  /**
   * @param {boolean} going
   * @returns {Promise<Answer | null>}
   */
  async #sendReveal(going) {
    const reveal = this.draft.reveals[0];
    const ago = reveal.at ? Math.max(0, (Date.now() - reveal.at) / 1000) : 0;
    const body = { injection: reveal.injection, ago, ...(reveal.undo ? { undo: true } : {}) };
    const answer = await this.server.post(this.addresses.reveal, body, going);
    const verdict = verdictOn(answer);
    if (verdict === "stored") {
      this.draft.revealed(reveal);
      this.tell.revealed(reveal, answer.body.at);
    } else if (verdict === "invalid") {
      // It cannot be noted, or not taken back any more: that must not keep anything else from being saved.
      this.draft.revealed(reveal);
      this.tell.unrevealed(reveal, answer.body.message ?? "");
      return null;
    }
    return answer;
  }
}
