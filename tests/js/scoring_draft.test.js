/** The draft: what is noted, batched, merged, kept on the device and taken up again. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { DeviceQueue, keyOf } from "../../static/js/scoring/device.js";
import { Draft } from "../../static/js/scoring/draft.js";
import { emptyItems, FakeStorage, mark } from "./stand_ins.js";

const KEY = keyOf({ user: 1, interview: 2 }, 1);
const EVERYTHING = () => true;

function draftOn(storage, state = {}) {
  const items = { ...emptyItems(), ...state.items };
  return new Draft({ revision: 0, missing: [], ...state, items }, new DeviceQueue(storage.open, KEY));
}

test("what is typed is pending and on the device, and says which revision it was made from", () => {
  const storage = new FakeStorage();
  const draft = draftOn(storage, { revision: 7 });

  assert.equal(draft.note("c1", mark(3, "Asked for the logs.")), true);

  assert.equal(draft.waiting, 1);
  const kept = JSON.parse(storage.getItem(KEY));
  assert.deepEqual(kept.changes.c1, { value: mark(3, "Asked for the logs."), revision: 7 });
});

test("what is stored already, and a recommendation not chosen, are nothing to save", () => {
  const draft = draftOn(new FakeStorage());

  assert.equal(draft.note("c1", mark(null)), false);
  assert.equal(draft.note("recommendation", null), false);

  assert.equal(draft.waiting, 0);
});

test("typing back to what was stored is still a change while the first is on its way", () => {
  const draft = draftOn(new FakeStorage());
  draft.note("c1", mark(3));

  assert.equal(draft.note("c1", mark(null)), true);

  assert.deepEqual(draft.batch().changes, { c1: mark(null) });
});

test("an older change is never sent as a newer one", () => {
  const draft = draftOn(new FakeStorage());
  draft.note("c1", mark(1));
  draft.adopt({ revision: 4, items: {}, missing: [] });
  draft.note("c2", mark(2));

  assert.deepEqual(draft.batch(), { revision: 0, changes: { c1: mark(1) } });
});

test("what was typed while its save was on the way stays, and starts from that save", () => {
  const storage = new FakeStorage();
  const draft = draftOn(storage);
  draft.note("c1", mark(1, "A"));
  const sent = draft.batch().changes;
  draft.note("c1", mark(1, "A longer sentence"));

  draft.acknowledge(sent, { revision: 1, items: { c1: mark(1, "A") }, missing: [] });

  assert.deepEqual(draft.batch(), { revision: 1, changes: { c1: mark(1, "A longer sentence") } });
  assert.ok(JSON.parse(storage.getItem(KEY)).changes.c1, "the device still keeps it");
});

test("what is acknowledged leaves no trace on the device", () => {
  const storage = new FakeStorage();
  const draft = draftOn(storage);
  draft.note("c1", mark(1));

  draft.acknowledge({ c1: mark(1) }, { revision: 1, items: { c1: mark(1) }, missing: [] });

  assert.equal(draft.waiting, 0);
  assert.equal(storage.getItem(KEY), null);
});

test("another window's change is shown where this one changed nothing, and only there", () => {
  const draft = draftOn(new FakeStorage());
  draft.note("c1", mark(4));

  const changed = draft.adopt({ revision: 2, items: { c1: mark(1), c2: mark(2) }, missing: [] });

  assert.deepEqual(changed, [["c2", mark(2)]]);
  assert.deepEqual(draft.batch().changes, { c1: mark(4) });
});

test("an answer that was overtaken does not turn the revision back", () => {
  const draft = draftOn(new FakeStorage(), { revision: 5 });

  draft.adopt({ revision: 3, items: {}, missing: [] });

  assert.equal(draft.revision, 5);
});

test("a conflict holds its item back and lets the others go on", () => {
  const draft = draftOn(new FakeStorage());
  draft.note("c1", mark(4));
  draft.note("c2", mark(2));

  draft.meet({ c1: { stored: mark(1), yours: mark(4) } }, { revision: 2, items: { c1: mark(1) } });

  assert.deepEqual(draft.batch().changes, { c2: mark(2) });
  assert.equal(draft.waiting, 2);
});

test("choosing one's own sends it as a change of what the other window saved", () => {
  const draft = draftOn(new FakeStorage());
  draft.note("c1", mark(4));
  draft.meet({ c1: { stored: mark(1), yours: mark(4) } }, { revision: 2, items: { c1: mark(1) } });

  draft.chooseMine("c1", mark(4, "and why"));

  assert.deepEqual(draft.batch(), { revision: 2, changes: { c1: mark(4, "and why") } });
});

test("choosing the other's gives it back and forgets one's own, on the device too", () => {
  const storage = new FakeStorage();
  const draft = draftOn(storage);
  draft.note("c1", mark(4));
  draft.meet({ c1: { stored: mark(1), yours: mark(4) } }, { revision: 2, items: { c1: mark(1) } });

  assert.deepEqual(draft.chooseTheirs("c1"), mark(1));

  assert.equal(draft.waiting, 0);
  assert.equal(storage.getItem(KEY), null);
});

test("two windows keep their parts beside each other in one entry", () => {
  const storage = new FakeStorage();
  const here = draftOn(storage);
  const there = draftOn(storage);
  here.note("c1", mark(1));
  there.note("c2", mark(2));

  here.acknowledge({ c1: mark(1) }, { revision: 1, items: { c1: mark(1) }, missing: [] });

  assert.deepEqual(Object.keys(JSON.parse(storage.getItem(KEY)).changes), ["c2"]);
});

test("a page loaded anew takes up what the device kept, from the revision it was made from", () => {
  const storage = new FakeStorage();
  draftOn(storage, { revision: 3 }).note("c1", mark(2, "Written in the tunnel."));
  const draft = draftOn(storage, { revision: 5, items: { c1: mark(1) } });

  assert.deepEqual(draft.restore(EVERYTHING, EVERYTHING), [["c1", mark(2, "Written in the tunnel.")]]);
  assert.equal(draft.batch().revision, 3);
});

test("what was saved after all, or belongs to another page, is dropped from the device", () => {
  const storage = new FakeStorage();
  const before = draftOn(storage);
  before.note("c1", mark(2));
  before.note("c2", mark(3));
  const draft = draftOn(storage, { revision: 1, items: { c1: mark(2) } });

  assert.deepEqual(
    draft.restore((item) => item !== "c2", EVERYTHING),
    [],
  );

  assert.equal(storage.getItem(KEY), null);
});

test("a kept revision from the future is held to the card's own", () => {
  const storage = new FakeStorage();
  const entry = { value: mark(4), revision: Number.MAX_SAFE_INTEGER };
  storage.setItem(KEY, JSON.stringify({ changes: { c1: entry }, reveals: [] }));
  const draft = draftOn(storage, { revision: 6 });

  draft.restore(EVERYTHING, EVERYTHING);

  assert.equal(draft.batch().revision, 6);
});

test("a reveal is kept until the server has noted it, and only where it can still be noted", () => {
  const storage = new FakeStorage();
  const reveal = { injection: 9, at: 1_700_000_000_000 };
  draftOn(storage).reveal(reveal);
  const draft = draftOn(storage);
  draft.restore(EVERYTHING, (injection) => injection === 9);
  assert.deepEqual(draft.reveals, [reveal]);

  draft.revealed(reveal);

  assert.equal(draft.waiting, 0);
  assert.equal(storage.getItem(KEY), null);
});

test("a reveal kept by an earlier form has no time of its own", () => {
  const storage = new FakeStorage();
  storage.setItem(KEY, JSON.stringify({ changes: {}, reveals: [9] }));
  const draft = draftOn(storage);

  draft.restore(EVERYTHING, EVERYTHING);

  assert.deepEqual(draft.reveals, [{ injection: 9, at: 0 }]);
});

test("what was sent without an answer goes along with the next value, through a reload too", () => {
  const storage = new FakeStorage();
  const draft = draftOn(storage);
  draft.note("c1", mark(1, "A"));
  draft.attempt(draft.batch().changes);
  draft.note("c1", mark(1, "A and more"));

  const reopened = draftOn(storage, { revision: 1, items: { c1: mark(1, "A") } });
  reopened.restore(EVERYTHING, EVERYTHING);

  for (const each of [draft, reopened]) {
    assert.deepEqual(each.batch(), {
      revision: 0,
      changes: { c1: mark(1, "A and more") },
      tried: { c1: [mark(1, "A")] },
    });
  }
});

test("a refused value waits for another one, and stays on the device", () => {
  const storage = new FakeStorage();
  const draft = draftOn(storage);
  draft.note("c1", mark(4, "x".repeat(20)));
  draft.note("c2", mark(2));
  draft.refuse("c1", "Too long.");

  assert.deepEqual(draft.batch().changes, { c2: mark(2) });
  assert.ok(JSON.parse(storage.getItem(KEY)).changes.c1);

  draft.note("c1", mark(4, "short"));
  assert.deepEqual(Object.keys(draft.batch().changes), ["c1", "c2"]);
});

test("a page that is going sends what fits, the short ones first", () => {
  const draft = draftOn(new FakeStorage());
  draft.note("c1", mark(1, "é".repeat(40_000)));
  draft.note("c2", mark(2, "Asked."));

  assert.deepEqual(draft.batch({ going: true }).changes, { c2: mark(2, "Asked.") });
});

test("a full device is noticed, and noticed again when there is room", () => {
  const storage = new FakeStorage();
  const draft = draftOn(storage);
  storage.full = true;
  draft.note("c1", mark(1));
  assert.equal(draft.device.works, false);
  assert.equal(draft.waiting, 1, "the page still holds it");

  storage.full = false;
  draft.note("c2", mark(2));

  assert.equal(draft.device.works, true);
});

test("a browser that forbids storage keeps the page going", () => {
  const storage = new FakeStorage();
  storage.forbidden = true;
  const draft = draftOn(storage);

  assert.deepEqual(draft.restore(EVERYTHING, EVERYTHING), []);
  draft.note("c1", mark(1));

  assert.equal(draft.device.works, false);
  assert.deepEqual(draft.batch().changes, { c1: mark(1) });
});

test("an entry that is no JSON is started anew", () => {
  const storage = new FakeStorage();
  storage.setItem(KEY, "{half a");
  const draft = draftOn(storage);

  draft.note("c1", mark(1));

  assert.deepEqual(Object.keys(JSON.parse(storage.getItem(KEY)).changes), ["c1"]);
});
