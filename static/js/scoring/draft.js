/**
 * The scorecard as this window knows it: what the server stores, what it has not seen, what is in conflict.
 *
 * Knows nothing of the page and of the network, so that merging can be tested without either.
 * @module
 */

import { same } from "../lib/values.js";

/** @import { DeviceQueue, Entry } from "./device.js" */

/**
 * @typedef {{ point: number | null, not_assessed: string, evidence: string }} Mark
 * @typedef {{ question: number, used_alternative: boolean }} Asked
 * @typedef {Mark | Asked | string | null} Value the value of one item, in the shape that the server stores
 * @typedef {Record<string, Value>} Items
 * @typedef {{ revision: number, items: Items, missing: [string, string][] }} State what the server stores
 * @typedef {Record<string, { stored: Value, yours: Value }>} Conflicts
 */

export class Draft {
  /**
   * @param {State} state
   * @param {DeviceQueue} device
   */
  constructor({ revision, items, missing }, device) {
    this.revision = revision;
    this.items = items;
    this.missing = missing;
    this.device = device;
    /** @type {Record<string, Entry>} changed here, with the revision that each change was made from */
    this.pending = {};
    /** @type {number[]} revealed here, not yet noted by the server */
    this.reveals = [];
    /** @type {Map<string, Value>} what another window saved where this one has something else */
    this.conflicts = new Map();
  }

  /** How much the server has not acknowledged. */
  get waiting() {
    return Object.keys(this.pending).length + this.reveals.length;
  }

  /** Changes that may be sent: one in conflict waits for a person's choice. */
  get sendable() {
    return Object.entries(this.pending).filter(([item]) => !this.conflicts.has(item));
  }

  /**
   * Take down what the form says now; returns whether that is something to save.
   * @param {string} item
   * @param {Value} value
   */
  note(item, value) {
    if (item === "recommendation" && value === null) return false;
    if (same(value, this.items[item]) && !(item in this.pending)) return false;
    const entry = { value, revision: this.pending[item]?.revision ?? this.revision };
    this.pending[item] = entry;
    this.device.change((kept) => {
      kept.changes[item] = entry;
    });
    return true;
  }

  /** @param {number} injection */
  reveal(injection) {
    this.reveals.push(injection);
    this.device.change((kept) => {
      kept.reveals = [...new Set([...kept.reveals, injection])];
    });
  }

  /** @param {number} injection */
  revealed(injection) {
    this.reveals = this.reveals.filter((one) => one !== injection);
    this.device.change((kept) => {
      kept.reveals = kept.reveals.filter((one) => one !== injection);
    });
  }

  /**
   * The changes that go together: those made from one revision, the oldest. An older change is never passed
   * off as a newer one, or it would overwrite what another window saved in between.
   * @returns {{ revision: number, changes: Items }}
   */
  batch() {
    const oldest = Math.min(...this.sendable.map(([, entry]) => entry.revision));
    const chosen = this.sendable.filter(([, entry]) => entry.revision === oldest);
    return {
      revision: oldest,
      changes: Object.fromEntries(chosen.map(([item, entry]) => [item, entry.value])),
    };
  }

  /**
   * The server stored these changes; returns what it stores that this window did not know.
   * @param {Items} changes
   * @param {State} state
   */
  acknowledge(changes, state) {
    for (const [item, value] of Object.entries(changes)) {
      this.#settle(item, value);
      // Edited again while on its way: the rest starts from what was just saved.
      const rest = this.pending[item];
      if (rest) rest.revision = state.revision;
    }
    this.items = { ...this.items, ...changes };
    return this.adopt(state);
  }

  /**
   * @param {string} item
   * @param {Value} value
   */
  #settle(item, value) {
    const mine = this.pending[item];
    if (mine && same(mine.value, value)) delete this.pending[item];
    this.device.change((kept) => {
      const other = kept.changes[item];
      if (other && same(other.value, value)) delete kept.changes[item];
    });
  }

  /**
   * Take over what the server stores; returns the items that another window changed, to be shown here.
   * @param {State} state
   * @returns {[string, Value][]}
   */
  adopt({ revision, items, missing }) {
    this.revision = Math.max(this.revision, revision);
    this.missing = missing;
    const elsewhere = Object.entries(items).filter(
      ([item, value]) => !same(this.items[item], value) && !(item in this.pending),
    );
    this.items = { ...this.items, ...items };
    return elsewhere;
  }

  /**
   * Another window saved something else for the same items.
   * @param {Conflicts} conflicts
   * @param {{ revision: number, items: Items }} state
   */
  meet(conflicts, { revision, items }) {
    for (const [item, both] of Object.entries(conflicts)) {
      this.conflicts.set(item, both.stored);
      this.pending[item] ??= { value: both.yours, revision: this.revision };
    }
    return this.adopt({ revision, items, missing: this.missing });
  }

  /**
   * A person chose what is here, as it reads now; it is sent as a change of what the other window saved.
   * @param {string} item
   * @param {Value} value
   */
  chooseMine(item, value) {
    this.conflicts.delete(item);
    const entry = { value, revision: this.revision };
    this.pending[item] = entry;
    this.device.change((kept) => {
      kept.changes[item] = entry;
    });
  }

  /**
   * A person chose what the other window saved; returns it.
   * @param {string} item
   * @returns {Value}
   */
  chooseTheirs(item) {
    const theirs = this.conflicts.get(item) ?? null;
    this.conflicts.delete(item);
    delete this.pending[item];
    this.device.change((kept) => {
      delete kept.changes[item];
    });
    return theirs;
  }

  /**
   * Take up what this device kept and the server has not seen; returns it, to be shown.
   * @param {(item: string) => boolean} onPage
   * @param {(injection: number) => boolean} revealable
   * @returns {[string, Value][]}
   */
  restore(onPage, revealable) {
    const kept = this.device.read();
    /** @type {[string, Value][]} */
    const found = [];
    for (const [item, entry] of Object.entries(kept.changes)) {
      if (item in this.items && onPage(item) && !same(entry.value, this.items[item])) {
        this.pending[item] = { value: entry.value, revision: Math.min(entry.revision, this.revision) };
        found.push([item, entry.value]);
      } else {
        this.device.change((stale) => {
          delete stale.changes[item];
        });
      }
    }
    this.reveals = kept.reveals.filter(revealable);
    return found;
  }
}
