/** The list of interviews: what this device keeps, and sending it. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { minuteOf } from "../../static/js/scoring/clock.js";
import { oldest, send, textsOf, waitingOn } from "../../static/js/scoring/home.js";
import { recommended } from "../../static/js/scoring/keys.js";
import { newer } from "../../static/js/scoring/offline.js";
import { lengthOf, stillSaid, tells, tickOf } from "../../static/js/scoring/progress.js";
import { emptyItems, FakeServer, FakeStorage, mark } from "./stand_ins.js";

const WHERE = { save: "/save/", reveal: "/reveal/", page: "/score/", title: "Change over time, Noor" };
const KEY = "loopwright.score.1.2.1";

function kept(storage, changes, reveals = []) {
  storage.setItem(KEY, JSON.stringify({ changes, reveals, where: WHERE }));
}

test("what belongs to somebody else, or to nothing known, is not counted", () => {
  const storage = new FakeStorage();
  kept(storage, { c1: { value: mark(1), revision: 0 } });
  storage.setItem("loopwright.score.11.2.1", JSON.stringify({ changes: {}, reveals: [], where: WHERE }));
  storage.setItem("loopwright.score.1.3.1", "no JSON");

  const [found, ...more] = waitingOn(storage, 1);

  assert.deepEqual(more, []);
  assert.equal(found.version, 1);
});

test("what is kept is sent, oldest first, and leaves the device", async () => {
  const storage = new FakeStorage();
  const server = new FakeServer(emptyItems());
  const reveal = { injection: 9, at: Date.now() - 60_000 };
  kept(
    storage,
    { c1: { value: mark(1, "A"), revision: 0 }, c2: { value: mark(2), revision: 0, tried: [mark(3)] } },
    [reveal],
  );

  assert.equal(await send(waitingOn(storage, 1)[0], server, storage), true);

  assert.deepEqual(server.posts[0][1].tried, { c2: [mark(3)] });
  assert.deepEqual([server.items.c1, server.items.c2], [mark(1, "A"), mark(2)]);
  assert.ok(server.posts[1][1].ago >= 60);
  assert.equal(storage.getItem(KEY), null);
});

test("what meets another window's word stays on the device", async () => {
  const storage = new FakeStorage();
  const server = new FakeServer(emptyItems());
  server.save({ revision: 0, changes: { c1: mark(4) } });
  kept(storage, { c1: { value: mark(1), revision: 0 } });

  assert.equal(await send(waitingOn(storage, 1)[0], server, storage), false);

  assert.deepEqual(server.items.c1, mark(4));
  assert.ok(storage.getItem(KEY));
});

test("the oldest changes go together, and the words can be read", () => {
  const changes = {
    c1: { value: mark(1, "Seen."), revision: 3 },
    c2: { value: mark(2), revision: 2 },
    summary: { value: "A note.", revision: 3 },
  };

  assert.deepEqual(oldest(changes), { revision: 2, changes: { c2: mark(2) }, tried: {} });
  assert.deepEqual(textsOf({ changes, reveals: [] }), ["Seen.", "A note."]);
});

test("a kept page takes what the server stored since, of the very card", () => {
  const stored = { card: 7, revision: 4 };

  assert.equal(newer({ card: 7, revision: 2 }, stored), stored);
  assert.equal(newer({ card: 0, revision: 0 }, stored), stored);
  assert.equal(newer({ card: 7, revision: 4 }, stored), null);
  assert.equal(newer({ card: 8, revision: 0 }, stored), null);
});

test("one character is no evidence, in any script", () => {
  assert.equal(tells(".", 2), false);
  assert.equal(tells("x.", 2), false);
  assert.equal(tells("Да", 2), true);
  assert.equal(tickOf(mark(4, "."), [1, 4], 2), "lacking");
  assert.equal(tickOf(mark(4, "ok"), [1, 4], 2), "rated");
});

test("a text says how much it is too long, and when little is left", () => {
  const texts = { too_long: "{over} too many of {most}", left: "{left} left" };
  const limits = { most: 10_000, least: 2 };

  assert.deepEqual(lengthOf("x".repeat(50_000), limits, texts), {
    over: true,
    text: "40,000 too many of 10,000",
  });
  assert.deepEqual(lengthOf("😀".repeat(9_900), limits, texts), { over: false, text: "100 left" });
  assert.deepEqual(lengthOf("short", limits, texts), { over: false, text: "" });
});

test("a hint goes with the words that it quotes", () => {
  const hint = "“Would have a beer” says how you felt.";

  assert.equal(stillSaid(hint, "We would\nhave a beer."), hint);
  assert.equal(stillSaid(hint, "Asked for the logs."), "");
  assert.equal(stillSaid("", "Asked."), "");
});

test("digits choose a recommendation, 0 none", () => {
  assert.deepEqual(
    ["1", "4", "0", "5", "7", "x"].map((key) => recommended(key, 5)),
    [0, 3, 4, 4, -1, -1],
  );
});

test("the minute runs from the planned time until well after the end", () => {
  const starts = 1_700_000_000_000;

  assert.equal(minuteOf(starts, 60, starts - 1), null);
  assert.equal(minuteOf(starts, 60, starts + 12.5 * 60_000), 12);
  assert.equal(minuteOf(starts, 60, starts + 91 * 60_000), null);
});
