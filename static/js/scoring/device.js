/**
 * What the server has not acknowledged, kept on this device.
 *
 * Item by item: two windows of one person write into the same entry and must not overwrite each other's parts.
 * @module
 */

/** @import { Value } from "./draft.js" */
/** @typedef {{ value: Value, revision: number }} Entry */
/** @typedef {{ changes: Record<string, Entry>, reveals: number[] }} Kept */

const PREFIX = "loopwright.score";

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
   */
  constructor(storage, key) {
    this.storage = storage;
    this.key = key;
    /** Whether the last change could be kept. */
    this.works = true;
  }

  /** @returns {Kept} */
  read() {
    try {
      return { changes: {}, reveals: [], ...JSON.parse(this.storage().getItem(this.key) ?? "{}") };
    } catch {
      return { changes: {}, reveals: [] };
    }
  }

  /** @param {(kept: Kept) => void} edit */
  change(edit) {
    try {
      const kept = this.read();
      edit(kept);
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
