/**
 * The running time of an interview, beside its planned minutes, and which question is planned for now.
 * @module
 */

import { findAll, need } from "../lib/dom.js";
import { fill } from "../lib/values.js";

const BEAT = 15_000; // milliseconds
const AFTER = 30; // minutes past the end until which the time still runs

/**
 * The minute an interview is in; null before it and long after it.
 * @param {number} starts
 * @param {number} minutes
 * @param {number} now
 */
export function minuteOf(starts, minutes, now) {
  const minute = Math.floor((now - starts) / 60_000);
  return minute >= 0 && minute <= minutes + AFTER ? minute : null;
}

/** @param {{ running: string }} texts */
export function runClock(texts) {
  const place = need("[data-clock]");
  const starts = Date.parse(place.dataset.starts ?? "");
  const minutes = Number(place.dataset.minutes);
  if (Number.isNaN(starts)) return;
  const beat = () => {
    const minute = minuteOf(starts, minutes, Date.now());
    place.hidden = minute === null;
    place.textContent = minute === null ? "" : fill(texts.running, { minute, minutes });
    for (const sign of findAll("[data-now]")) {
      const [from, until] = [Number(sign.dataset.from), Number(sign.dataset.until)];
      sign.hidden = minute === null || minute < from || minute >= until;
    }
  };
  beat();
  setInterval(beat, BEAT);
}
