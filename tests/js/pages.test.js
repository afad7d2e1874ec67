/** The small scripts: figures, tabs, themes, weights in the admin, the builder's fields. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { sentence } from "../../static/js/admin_weights.js";
import { gathered } from "../../static/js/builder/sender.js";
import { painted } from "../../static/js/figures.js";
import { placeAfter } from "../../static/js/ui/tabs.js";
import { themeAfter } from "../../static/js/ui/themes.js";

test("a figure takes a theme's colours wherever a role's colour stands, and keeps the rest", () => {
  const figure = { data: [{ marker: { color: ["#111111", "#222222"] }, x: [1, null] }], title: "A title" };

  const result = painted(figure, { "#111111": "gap" }, (role) => `colour of ${role}`);

  assert.deepEqual(result.data[0].marker.color, ["colour of gap", "#222222"]);
  assert.deepEqual(result.data[0].x, [1, null]);
  assert.equal(result.title, "A title");
});

test("arrows go round the tabs", () => {
  assert.equal(placeAfter("ArrowRight", 2, 3), 0);
  assert.equal(placeAfter("ArrowLeft", 0, 3), 2);
  assert.equal(placeAfter("End", 0, 3), 2);
  assert.equal(placeAfter("Home", 2, 3), 0);
  assert.equal(placeAfter("Enter", 0, 3), undefined);
});

test("the theme goes round", () => {
  assert.deepEqual(["auto", "light", "dark"].map(themeAfter), ["light", "dark", "auto"]);
});

test("weights are summed as people read them", () => {
  assert.equal(sentence([0.1, 0.2, 0.7]), "The weights sum to 1.");
  assert.equal(sentence([0.1, 0.2]), "The weights sum to 0.3. Add 0.7 to reach 1.");
  assert.equal(sentence([0.9, 0.2]), "The weights sum to 1.1. Take away 0.1 to reach 1.");
});

test("a field that stands there twice is sent as a list", () => {
  assert.deepEqual(
    gathered([
      ["format", "live"],
      ["format", "essay"],
      ["format", "talk"],
      ["q", "pager"],
    ]),
    { format: ["live", "essay", "talk"], q: "pager" },
  );
});
