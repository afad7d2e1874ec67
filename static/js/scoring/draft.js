/**
 * The scorecard as this window knows it: what the server stores, what it has not seen, what is in conflict.
 *
 * Knows nothing of the page and of the network, so that merging can be tested without either.
 * @module
 */

import { same } from "../lib/values.js";

/** @import { DeviceQueue, Entry, Reveal } from "./device.js" */

/**
 * @typedef {{ point: number | null, not_assessed: string, evidence: string }} Mark
 * @typedef {{ question: number, used_alternative: boolean }} Asked
 * @typedef {Mark | Asked | string | null} Value the value of one item, in the shape that the server stores
 * @typedef {Record<string, Value>} Items
 * @typedef {{ revision: number, items: Items, missing: [string, string][] }} State what the server stores
 * @typedef {Record<string, { stored: Value, yours: Value }>} Conflicts
 */

const TRIES = 8; // values that were sent without an answer, kept for each item; the newest matter
const ROOM = 60_000; // bytes that a browser still sends for a page that is going

/** @param {unknown} value */
const size = (value) => new TextEncoder().encode(JSON.stringify(value) ?? "").length;

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
    /** @type {Reveal[]} revealed here, or taken back, and not yet noted by the server */
    this.reveals = [];
    /** @type {Map<string, { value: Value, text: string }>} what the server will not store, and why */
    this.refused = new Map();
    /** @type {Map<string, Value>} what another window saved where this one has something else */
    this.conflicts = new Map();
  }

  /** How much the server has not acknowledged. */
  get waiting() {
    return Object.keys(this.pending).length + this.reveals.length;
  }

  /** Changes that may be sent: one in conflict waits for a person's choice, one refused for another value. */
  get sendable() {
    return Object.entries(this.pending).filter(
      ([item]) => !this.conflicts.has(item) && !this.refused.has(item),
    );
  }

  /**
   * Set aside what cannot be stored, so that the other parts are saved; it stays in the field and on the device.
   * @param {string} item
   * @param {string} text why
   */
  refuse(item, text) {
    const value = this.pending[item]?.value ?? null;
    if (item in this.pending) this.refused.set(item, { value, text });
  }

  /**
   * Take down what the form says now; returns whether that is something to save.
   * @param {string} item
   * @param {Value} value
   */
  note(item, value) {
    if (item === "recommendation" && value === null) return false;
    if (same(value, this.items[item]) && !(item in this.pending)) return false;
    const before = this.pending[item];
    /** @type {Entry} */
    const entry = { value, revision: before?.revision ?? this.revision };
    if (before?.tried) entry.tried = before.tried;
    this.pending[item] = entry;
    if (!same(this.refused.get(item)?.value, value)) this.refused.delete(item);
    this.device.change((kept) => {
      kept.changes[item] = entry;
    });
    return true;
  }

  /**
   * A change was put to the candidate now, or a slip was taken back.
   * @param {Reveal} reveal
   */
  reveal(reveal) {
    this.reveals.push(reveal);
    this.device.change((kept) => {
      kept.reveals = [...kept.reveals.filter((one) => !same(one, reveal)), reveal];
    });
  }

  /** @param {Reveal} reveal */
  revealed(reveal) {
    this.reveals = this.reveals.filter((one) => !same(one, reveal));
    this.device.change((kept) => {
      kept.reveals = kept.reveals.filter((one) => !same(one, reveal));
    });
  }

  /**
   * The changes that go together: those made from one revision, the oldest. An older change is never passed
   * off as a newer one, or it would overwrite what another window saved in between.
   *
   * ``tried`` goes along: what was sent before without an answer. The server may have stored it, and then it is
   * no other window's word. ``going`` leaves out what is too long for a page that is being closed.
   * @param {{ going?: boolean }} [how]
   * @returns {{ revision: number, changes: Items, tried?: Record<string, Value[]> }}
   */
  batch({ going = false } = {}) {
    const oldest = Math.min(...this.sendable.map(([, entry]) => entry.revision));
    let chosen = this.sendable.filter(([, entry]) => entry.revision === oldest);
    if (going) {
      let room = ROOM;
      chosen = chosen
        .sort(([, a], [, b]) => size(a) - size(b))
        .filter(([, entry]) => {
          room -= size(entry);
          return room > 0;
        });
    }
    const tried = chosen.flatMap(([item, entry]) => (entry.tried?.length ? [[item, entry.tried]] : []));
    return {
      revision: oldest,
      changes: Object.fromEntries(chosen.map(([item, entry]) => [item, entry.value])),
      ...(tried.length ? { tried: Object.fromEntries(tried) } : {}),
    };
  }

  /**
   * These changes are about to be sent: until the answer is heard, they may or may not be stored.
   * @param {Items} changes
   */
  attempt(changes) {
    for (const [item, value] of Object.entries(changes)) {
      const entry = this.pending[item];
      if (!entry) continue;
      entry.tried = [...(entry.tried ?? []).filter((one) => !same(one, value)), value].slice(-TRIES);
      this.device.change((kept) => {
        if (kept.changes[item]) kept.changes[item].tried = entry.tried;
      });
    }
  }

  /**
   * The server refused these changes, or met them with a conflict: it has not stored them.
   * @param {Items} changes
   */
  unstored(changes) {
    for (const [item, value] of Object.entries(changes)) {
      const entry = this.pending[item];
      if (!entry?.tried) continue;
      entry.tried = entry.tried.filter((one) => !same(one, value));
      if (!entry.tried.length) delete entry.tried;
    }
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
      if (rest) {
        rest.revision = state.revision;
        delete rest.tried;
      }
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
        this.pending[item] = { ...entry, revision: Math.min(entry.revision, this.revision) };
        found.push([item, entry.value]);
      } else {
        this.device.change((stale) => {
          delete stale.changes[item];
        });
      }
    }
    this.reveals = kept.reveals.filter((one) => one.undo || revealable(one.injection));
    return found;
  }
}
