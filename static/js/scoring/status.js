/**
 * Says how saving stands: in the bar at the top, and in a banner where it needs more words.
 * @module
 */

import { find, icon, make, need } from "../lib/dom.js";

/** @import { DeviceQueue } from "./device.js" */

export class Status {
  /**
   * @param {DeviceQueue} device
   * @param {string} again said once saving works again
   */
  constructor(device, again) {
    this.device = device;
    this.again = again;
    this.line = need("[data-saved]");
    this.said = need("[data-said]");
    /** Whether the last word was that something is not saved. */
    this.troubled = false;
    this.banner = need("[data-offline]");
  }

  /** Where the unsaved words are, in the middle of a sentence. */
  get where() {
    return this.device.works ? "kept on this device" : "kept on this page only, so do not close it";
  }

  /**
   * Show how saving stands. It is read out only where it matters: trouble by the banner, its end from here. That
   * every few words are being saved, and are, would talk over whoever listens to the page.
   * @param {string} text
   * @param {"check" | "cloud" | ""} sign
   */
  say(text, sign) {
    if (sign === "cloud") this.said.textContent = "";
    else if (sign === "check" && this.troubled) this.said.textContent = this.again;
    if (sign) this.troubled = sign === "cloud";
    if (this.line.textContent?.trim() === text) return;
    // On a phone the bar has room for the first words; the rest stands in the banner and is read out.
    const [short, ...why] = /\d$/.test(text) ? [text] : text.split(/(?=[:;])/);
    this.line.replaceChildren(...(sign ? [icon(sign)] : []), make("span", { textContent: short }));
    if (why.length) this.line.append(make("span", { className: "saved-why", textContent: why.join("") }));
    this.line.classList.toggle("saved-off", sign === "cloud");
  }

  /**
   * @param {string} text
   * @param {Partial<HTMLAnchorElement>} [link]
   */
  warn(text, link) {
    if (this.banner.dataset.text === text) return;
    this.banner.dataset.text = text;
    const line = need("[data-offline-text]", this.banner);
    line.textContent = text;
    if (link) line.append(" ", make("a", link));
    this.banner.hidden = !text;
  }

  /** @param {"the server did not answer" | "no connection"} cause */
  notYet(cause) {
    this.say(`Not saved yet: ${cause}; ${this.where}`, "cloud");
    this.warn(
      `Not saved yet: ${cause}. Keep scoring: what you write is ${this.where} and is saved as soon as it can be.`,
    );
  }

  offline() {
    this.say(`No connection; ${this.where}`, "cloud");
    this.warn(
      `No connection. Keep scoring: what you write is ${this.where} and is saved when the connection is back.`,
    );
  }

  /** @param {string} login */
  signedOut(login) {
    this.say(`Not saved yet: you are signed out; ${this.where}`, "cloud");
    this.warn(`You are signed out. What you write is ${this.where}; sign in again and it is saved.`, {
      href: `${login}?next=${encodeURIComponent(location.pathname)}`,
      target: "_blank",
      textContent: "Sign in in a new tab",
    });
  }

  /** @param {string} reason */
  stopped(reason) {
    this.say("Not saved", "cloud");
    this.warn(`${reason} What you wrote here is ${this.where}.`, {
      href: location.pathname,
      textContent: "Load the page again",
    });
  }

  /** @param {string} reasons */
  refused(reasons) {
    this.say("Not saved", "cloud");
    this.warn(`Not saved. ${reasons}`);
  }

  undecided() {
    this.say("Two versions: choose below", "cloud");
    this.warn("");
  }

  calm() {
    this.warn("");
  }

  reveal() {
    this.banner.scrollIntoView({ block: "center" });
  }
}

/**
 * The stamp of a change that was put to the candidate.
 * @param {number} injection
 * @param {string} text
 */
export function stamp(injection, text) {
  const line = find(`#injection-${injection} [data-stamp]`);
  if (line) line.textContent = text;
}
