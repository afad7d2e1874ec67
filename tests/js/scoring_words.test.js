/** What the scoring form's script says, with the sentences that the server hands it. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { capitalised, fill, same } from "../../static/js/lib/values.js";
import { told } from "../../static/js/scoring/conflicts.js";
import { leftovers, worded } from "../../static/js/scoring/kept.js";
import { step } from "../../static/js/scoring/keys.js";
import { tickOf } from "../../static/js/scoring/progress.js";
import { problemsOf } from "../../static/js/scoring/submit.js";
import { mark } from "./stand_ins.js";

const VALUES = {
  nothing: "nothing",
  not_assessed: "not assessed",
  no_rating: "no rating",
  alternative: "asked in its alternative form",
  as_listed: "asked as listed",
  rated: "rated {point}",
  reason: "not assessed: {reason}",
};
const PAGE = { values: VALUES, recommendations: { yes: "Yes" }, reasons: { no_time: "Ran out of time" } };

test("a sentence is filled where it has a value, and left alone where it has none", () => {
  assert.equal(fill("A {point} needs {what}.", { point: 4 }), "A 4 needs {what}.");
  assert.equal(fill("{point}", { point: 0 }), "0");
  assert.equal(capitalised("rated 4"), "Rated 4");
  assert.equal(capitalised(""), "");
});

test("values are the same whatever the order of their names", () => {
  assert.ok(same({ a: 1, b: [1, { c: null }] }, { b: [1, { c: null }], a: 1 }));
  assert.ok(!same({ a: 1 }, { a: 1, b: undefined }));
  assert.ok(!same({ a: undefined }, { b: undefined }));
  assert.ok(!same([], {}));
  assert.ok(!same(null, {}));
  assert.ok(!same("1", 1));
});

test("a tick knows a rating that lacks its evidence", () => {
  assert.equal(tickOf(mark(4), [1, 4]), "lacking");
  assert.equal(tickOf(mark(4, "Asked for logs."), [1, 4]), "rated");
  assert.equal(tickOf(mark(3), [1, 4]), "rated");
  assert.equal(tickOf(mark(null, "", "no_time"), [1, 4]), "not_assessed");
  assert.equal(tickOf(mark(null), [1, 4]), "open");
});

test("both sides of a conflict are told in words", () => {
  const choice = (value) => (value === "yes" ? "Yes" : "");
  assert.equal(told("c1", mark(2, "Vague."), VALUES, choice), "2, “Vague.”");
  assert.equal(told("c1", mark(null, "", "no_time"), VALUES, choice), "not assessed");
  assert.equal(told("c1", mark(null), VALUES, choice), "no rating");
  assert.equal(told("summary", "", VALUES, choice), "nothing");
  assert.equal(told("recommendation", "yes", VALUES, choice), "Yes");
  assert.equal(told("recommendation", null, VALUES, choice), "nothing");
  assert.equal(told("q1", { question: 1, used_alternative: true }, VALUES, choice), VALUES.alternative);
});

test("what a device kept is told in words", () => {
  assert.equal(worded("c1", mark(4), PAGE), "Rated 4");
  assert.equal(worded("c1", mark(null, "", "no_time"), PAGE), "Not assessed: ran out of time");
  assert.equal(worded("c1", mark(null), PAGE), "No rating");
  assert.equal(worded("q1", { question: 1, used_alternative: false }, PAGE), "Asked as listed");
  assert.equal(worded("recommendation", "yes", PAGE), "Yes");
});

test("what was written last on this device stands, and what was submitted is no leftover", () => {
  const older = { c1: { value: mark(1), revision: 1 }, c2: { value: mark(2), revision: 1 } };
  const newer = { c1: { value: mark(4), revision: 1 } };

  const kept = leftovers([older, newer, undefined], { c1: mark(3), c2: mark(2) });

  assert.deepEqual(Object.keys(kept), ["c1"]);
  assert.deepEqual(kept.c1.value, mark(4));
});

test("before submitting, what is not saved and what is in conflict come first", () => {
  const texts = { unexplained: "Choose why." };
  const missing = [["c1", "Rate it."]];
  const skipped = (item) => item === "c1";
  const refused = new Map([["c3", { value: mark(1), text: "Too long." }]]);
  const draft = { missing, waiting: 2, conflicts: new Map([["c2", mark(1)]]), refused };

  assert.deepEqual(problemsOf(draft, skipped, texts), [
    ["c2", "Two versions: choose one."],
    ["c3", "Too long."],
    ["", "Some of this is not saved yet. Submit when the connection is back."],
    ["c1", "Choose why."],
  ]);
  assert.deepEqual(
    problemsOf({ missing, waiting: 0, conflicts: new Map(), refused: new Map() }, () => false, texts),
    missing,
  );
});

test("j and k go through the criteria and stop at the ends", () => {
  assert.equal(step("j", -1, 5), 0);
  assert.equal(step("j", 3, 5), 4);
  assert.equal(step("j", 4, 5), -1);
  assert.equal(step("k", -1, 5), 0);
  assert.equal(step("k", 3, 5), 2);
  assert.equal(step("k", 0, 5), -1);
});
