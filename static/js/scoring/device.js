/**
 * What the server has not acknowledged, kept on this device.
 *
 * Item by item: two windows of one person write into the same entry and must not overwrite each other's parts.
 * @module
 */

/** @import { Value } from "./draft.js" */
/**
 * @typedef {{ value: Value, revision: number, tried?: Value[] }} Entry ``tried``: sent, and the answer not heard
 * @typedef {{ injection: number, at: number, undo?: boolean }} Reveal when it happened, by this device's clock
 * @typedef {{ save: string, reveal: string, page: string, title: string }} Where the card they belong to
 * @typedef {{ changes: Record<string, Entry>, reveals: Reveal[], where?: Where }} Kept
 */

export const PREFIX = "loopwright.score";

/**
 * Where the unsaved parts of one version of one person's scorecard are kept.
 * @param {{ user: number, interview: number }} whose
 * @param {number | ""} [version]
 */
export function keyOf({ user, interview }, version = "") {
  return `${PREFIX}.${user}.${interview}.${version}`;
}

/** A queue in the device's storage; works without one, and says so. */
export class DeviceQueue {
  /**
   * @param {() => Pick<Storage, "getItem" | "setItem" | "removeItem">} storage a function, since asking a
   *   browser that forbids storage already throws
   * @param {string} key
   * @param {Where} [where] noted with what is kept, so that the list of interviews can send it
   */
  constructor(storage, key, where) {
    this.storage = storage;
    this.key = key;
    this.where = where;
    /** Whether the last change could be kept. */
    this.works = true;
  }

  /** @returns {Kept} */
  read() {
    try {
      const kept = { changes: {}, reveals: [], ...JSON.parse(this.storage().getItem(this.key) ?? "{}") };
      // An earlier form noted the change alone, and no time: the server's counts.
      const timed = (/** @type {number | Reveal} */ one) =>
        typeof one === "number" ? { injection: one, at: 0 } : one;
      return { ...kept, reveals: kept.reveals.map(timed) };
    } catch {
      return { changes: {}, reveals: [] };
    }
  }

  /** @param {(kept: Kept) => void} edit */
  change(edit) {
    try {
      const kept = this.read();
      edit(kept);
      if (this.where) kept.where = this.where;
      if (Object.keys(kept.changes).length || kept.reveals.length) {
        this.storage().setItem(this.key, JSON.stringify(kept));
      } else {
        this.storage().removeItem(this.key);
      }
      this.works = true;
    } catch {
      // Full, or forbidden: what is not saved lives in this page alone.
      this.works = false;
    }
  }
}
