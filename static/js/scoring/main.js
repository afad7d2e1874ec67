/**
 * The scoring form: saves by itself, keeps what could not be saved on the device, merges two windows.
 *
 * Without this script the form saves and submits as a plain form. Here the parts are put together: the draft
 * (what is known), the sync (what is sent), the form (what is shown).
 * @module
 */

import { find, findAll, hit, need, readJson, startsAt } from "../lib/dom.js";
import { fill, same } from "../lib/values.js";
import { runClock } from "./clock.js";
import { showConflicts } from "./conflicts.js";
import { DeviceQueue, keyOf } from "./device.js";
import { Draft } from "./draft.js";
import { ScoreForm } from "./form.js";
import { listenToKeys } from "./keys.js";
import { keepPages, recall, remember } from "./offline.js";
import { Progress } from "./progress.js";
import { Server } from "./server.js";
import { Status, stamp } from "./status.js";
import { Submission } from "./submit.js";
import { Sync } from "./sync.js";

/** @import { Asked, Conflicts, Items, Value } from "./draft.js" */
/** @import { Texts } from "./progress.js" */

const UNDO = 60_000; // milliseconds in which a reveal can be taken back
const PAUSE = 600; // milliseconds without a key until what was typed is sent
const SOON = 50;

/**
 * What the page hands over; hiring/scoring/views.py writes it.
 * @typedef {object} Page
 * @property {number} user
 * @property {number} interview
 * @property {number} version
 * @property {number} revision
 * @property {Items} items
 * @property {[string, string][]} missing
 * @property {Record<string, string>} names
 * @property {Conflicts | null} conflicts of a form that was posted without this script
 * @property {Record<string, string>} coaching
 * @property {Texts} texts
 * @property {string} save
 * @property {string} reveal
 * @property {string} login
 * @property {string} worker
 * @property {string} title
 * @property {number} card
 * @property {number} most
 * @property {number} least
 */

/**
 * @param {HTMLFormElement} element
 * @param {Page} page
 */
function start(element, page) {
  const { texts, names } = page;
  const form = new ScoreForm(element);
  const where = { save: page.save, reveal: page.reveal, page: location.pathname, title: page.title };
  const device = new DeviceQueue(() => localStorage, keyOf(page, page.version), where);
  const draft = new Draft(page, device);
  const status = new Status(device, texts.saved_again);
  const progress = new Progress(form, texts, names, page.coaching, page);
  const server = new Server({ user: page.user, version: page.version }, () => form.token());

  /** @param {[string, Value][]} changed */
  const take = (changed) => {
    for (const [item, value] of changed) {
      if (!form.shows(item)) continue;
      if (item[0] === "q" && /** @type {Asked} */ (value).question !== form.asked(item)) {
        sync.stopped = "Another question was chosen in another window.";
      } else if (!same(form.read(item, draft.items), value)) {
        form.write(item, value);
      }
    }
    form.rebase(draft);
    progress.decorateAll();
  };

  /** Say why saving waits, or that nothing is amiss. */
  const explain = () => {
    if (sync.stopped) {
      status.stopped(sync.stopped);
    } else if (sync.invalid) {
      const { message, problems } = sync.invalid;
      const lines = problems.map(([item, text]) => `${names[item] ?? texts.notes}: ${text}`);
      status.refused([message, ...lines].filter(Boolean).join(" "));
    } else if (draft.conflicts.size) {
      status.undecided();
    } else if (draft.refused.size) {
      const lines = [...draft.refused].map(([item, { text }]) => `${names[item] ?? texts.notes}: ${text}`);
      status.refused(lines.join(" "));
    } else if (!sync.failures) {
      status.calm();
    }
  };

  /** @param {Conflicts} conflicts */
  const meet = (conflicts) =>
    showConflicts(form, conflicts, texts.values, (item, mine) => {
      if (mine) draft.chooseMine(item, form.read(item, draft.items));
      else form.write(item, draft.chooseTheirs(item));
      progress.decorateAll();
      void sync.flush();
    });

  const sync = new Sync(draft, server, page, {
    sending: () => status.say("Saving", ""),
    stored: (state, changed) => {
      progress.coaching = state.coaching;
      take(changed);
      for (const [item] of changed) submission.elsewhere.add(item);
      void remember(/** @type {any} */ (state));
      status.say(fill(texts.saved, { time: state.saved }), "check");
    },
    conflict: (conflicts, changed) => {
      take(changed);
      meet(conflicts);
    },
    revealed: (reveal, at) => {
      stamp(reveal.injection, reveal.undo ? texts.undone : fill(texts.revealed, { time: at }));
      if (!draft.waiting) status.say(fill(texts.saved, { time: told(new Date()) }), "check");
    },
    unrevealed: (reveal, message) => {
      if (reveal.undo) open(reveal.injection, true);
      stamp(reveal.injection, message);
    },
    failed: (cause) => {
      if (cause === "signed out") status.signedOut(page.login);
      else status.notYet(cause === "trouble" ? "the server did not answer" : "no connection");
    },
    rested: explain,
    changed: () => progress.paint(),
  });

  // ---- what people do

  /** @param {Event} event */
  const edited = (event) => {
    const item = form.itemOf(event);
    if (!(item in draft.items)) return;
    const value = form.read(item, draft.items);
    if (draft.note(item, value)) sync.invalid = null;
    const fault = progress.fault(value);
    if (fault) draft.refuse(item, fault);
    if (form.criteria.includes(form.boxes[item])) progress.decorate(form.boxes[item]);
    progress.paint();
    // Words still being composed, by dictation or an input method, are kept here and sent once they stand.
    if (/** @type {InputEvent} */ (event).isComposing) return;
    sync.later(event.type === "change" ? SOON : PAUSE);
  };
  element.addEventListener("compositionend", edited);
  element.addEventListener("input", edited);
  element.addEventListener("change", edited);
  element.addEventListener("change", (event) => {
    // "Not assessed" leads on to its reason.
    if (!startsAt(event, 'input[type=radio][value="0"]')) return;
    const reason = form.field(`${/** @type {HTMLInputElement} */ (event.target).name}-why`);
    if (reason && !reason.value) requestAnimationFrame(() => reason.focus());
  });
  element.addEventListener("click", (event) => {
    const button = hit(event, "[data-reveal], [data-unreveal]");
    if (!button) return;
    event.preventDefault();
    const undo = button.dataset.unreveal !== undefined;
    const injection = Number(undo ? button.dataset.unreveal : button.dataset.reveal);
    open(injection, !undo);
    stamp(injection, undo ? texts.undone : fill(texts.revealed, { time: told(new Date()) }));
    draft.reveal({ injection, at: Date.now(), ...(undo ? { undo } : {}) });
    void sync.flush();
  });
  const submission = new Submission(form, draft, sync, page, () => {
    explain();
    status.reveal();
  });
  listenToKeys(form, () => submission.press());
  runClock(texts);

  // ---- coming back, and going

  const again = () => sync.again();
  addEventListener("online", again);
  addEventListener("focus", again);
  document.addEventListener("visibilitychange", () => {
    if (document.hidden) sync.going();
    else again();
  });
  addEventListener("pagehide", () => sync.going());
  addEventListener("offline", () => status.offline());
  addEventListener("beforeunload", (event) => {
    if (!sync.leaving && draft.waiting && !device.works) event.preventDefault();
  });
  // The browser may restore old values into a page taken from its history.
  addEventListener("pageshow", (event) => {
    if (event.persisted) location.reload();
  });

  // ---- the server's word is drawn first, then what this device kept and the server has not seen

  element.autocomplete = "off";
  if (!find("#problems")) {
    for (const [item, value] of Object.entries(draft.items)) {
      if (form.shows(item) && !same(form.read(item, draft.items), value)) form.write(item, value);
    }
  }
  form.rebase(draft);
  const kept = draft.restore(
    (item) => form.shows(item),
    (injection) => Boolean(find(`[data-reveal="${injection}"]:not([hidden])`, element)),
  );
  for (const [item, value] of kept) {
    form.write(item, value);
    const fault = progress.fault(value);
    if (fault) draft.refuse(item, fault);
  }
  for (const { injection, at, undo } of draft.reveals) {
    open(injection, !undo);
    if (!undo) stamp(injection, fill(texts.revealed, { time: told(new Date(at)) }));
  }
  if (page.conflicts) {
    for (const [item, both] of Object.entries(page.conflicts)) form.write(item, both.yours);
    draft.meet(page.conflicts, draft);
    meet(page.conflicts);
  }
  // After a form that could not be saved, what it shows differs from what is stored: that is not saved yet.
  for (const item of Object.keys(form.boxes)) {
    const shown = form.read(item, draft.items);
    if (!draft.conflicts.has(item) && !same(shown, draft.items[item])) draft.note(item, shown);
  }
  progress.decorateAll();
  progress.paint();
  if (draft.waiting) void sync.flush();
  else if (draft.refused.size) explain();
  if (!navigator.onLine) status.offline();
  document.documentElement.classList.add("scoring-ready");
  const list = /** @type {HTMLAnchorElement | null} */ (find(".focus-back"));
  void keepPages(page.worker, [location.pathname, ...(list ? [list.pathname] : [])]);
}

/**
 * Show a change that was put to the candidate, or its button again; for a minute a slip can be taken back.
 * @param {number} injection
 * @param {boolean} revealed
 */
function open(injection, revealed) {
  const place = need(`#injection-${injection}`);
  const button = need("[data-reveal]", place);
  const change = need(".inject-open", place);
  const undo = need("[data-unreveal]", place);
  button.hidden = revealed;
  change.hidden = !revealed;
  undo.hidden = !revealed;
  (revealed ? change : button).focus();
  if (revealed) {
    setTimeout(() => {
      undo.hidden = true;
    }, UNDO);
  }
}

/**
 * The time of day as the server writes it.
 * @param {Date} at
 */
function told(at) {
  return at.toLocaleTimeString("en-GB", { hour: "2-digit", minute: "2-digit" });
}

const [element] = /** @type {HTMLFormElement[]} */ (findAll("[data-score]"));
const page = readJson("score-data");
if (element && page) {
  // Without a network the page is as it was kept; what the server stored since stands beside it.
  start(element, { ...page, ...(await recall(page)) });
}
