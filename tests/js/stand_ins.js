/** Stand-ins for what a browser and a server give, as the scoring form's parts ask for them. */

/** A device's storage; `full` refuses to keep anything, `forbidden` throws when it is asked for at all. */
export class FakeStorage {
  constructor() {
    this.entries = new Map();
    this.full = false;
    this.forbidden = false;
  }

  /** What DeviceQueue asks for. */
  get open() {
    return () => {
      if (this.forbidden) throw new DOMException("denied", "SecurityError");
      return this;
    };
  }

  getItem(key) {
    return this.entries.get(key) ?? null;
  }

  setItem(key, text) {
    if (this.full) throw new DOMException("full", "QuotaExceededError");
    this.entries.set(key, text);
  }

  removeItem(key) {
    this.entries.delete(key);
  }

  get length() {
    return this.entries.size;
  }

  key(index) {
    return [...this.entries.keys()][index] ?? null;
  }
}

/** A clock whose timers run when the test says so. */
export class FakeClock {
  constructor() {
    this.timers = [];
  }

  set(run, milliseconds) {
    const timer = { run, milliseconds };
    this.timers.push(timer);
    return timer;
  }

  clear(timer) {
    this.timers = this.timers.filter((each) => each !== timer);
  }

  /** Run the one timer that is set, and wait for what it starts; returns how long it would have waited. */
  async ring() {
    const [timer, ...more] = this.timers;
    if (!timer || more.length) throw new Error(`${this.timers.length} timers are set instead of one`);
    this.timers = [];
    timer.run();
    await settled();
    return timer.milliseconds;
  }
}

/** Until all promises that can be kept now are kept. */
export function settled() {
  return new Promise((next) => setImmediate(next));
}

/** The store behind the form's addresses: the rules of hiring/scoring/actions for one card of one person. */
export class FakeServer {
  constructor(items) {
    this.items = structuredClone(items);
    this.revision = 0;
    this.changedAt = {};
    this.revealed = [];
    this.posts = [];
    this.answers = []; // instead of the rules: a function, an answer, or an error to throw
  }

  get state() {
    return {
      revision: this.revision,
      items: structuredClone(this.items),
      missing: [],
      saved: "10:00",
      coaching: {},
    };
  }

  async post(url, body) {
    this.posts.push([url, structuredClone(body)]);
    const instead = this.answers.shift();
    if (instead instanceof Error) throw instead;
    if (typeof instead === "function") return instead(this, body);
    if (instead) return instead;
    return url === "/reveal/" ? this.reveal(body) : this.save(body);
  }

  save({ revision, changes, tried = {} }) {
    const conflicts = {};
    // A value that is stored already is no change, so a request may be repeated.
    const changed = Object.entries(changes).filter(
      ([item, yours]) => JSON.stringify(this.items[item]) !== JSON.stringify(yours),
    );
    for (const [item, yours] of changed) {
      const own = (tried[item] ?? []).some((one) => JSON.stringify(one) === JSON.stringify(this.items[item]));
      if (!own && (this.changedAt[item] ?? 0) > revision)
        conflicts[item] = { stored: this.items[item], yours };
    }
    if (Object.keys(conflicts).length) {
      return { status: 409, body: { message: "Changed elsewhere.", conflicts, ...this.state } };
    }
    if (changed.length) this.revision += 1;
    for (const [item, value] of changed) {
      this.items[item] = value;
      this.changedAt[item] = this.revision;
    }
    return { status: 200, body: this.state };
  }

  reveal({ injection }) {
    this.revealed.push(injection);
    return { status: 200, body: { injection, at: "10:01" } };
  }
}

/** A criterion's value. */
export function mark(point, evidence = "", reason = "") {
  return { point, not_assessed: reason, evidence };
}

/** A card of two criteria on which nothing is said yet. */
export function emptyItems() {
  return { c1: mark(null), c2: mark(null), recommendation: null, summary: "" };
}
