// A submitted scorecard: offers what this device kept when another window submitted first.
// The scoring form keeps unsaved parts under the same keys, see scoring.js.
(() => {
  const home = document.querySelector("[data-kept]");
  const data = JSON.parse(document.getElementById("kept-data")?.textContent ?? "null");
  if (!home || !data) return;

  const PREFIX = `loopwright.score.${data.user}.${data.interview}.`;
  const NEXT = `${PREFIX}${data.version + 1}`;
  const $ = (selector) => home.querySelector(selector);
  const same = (a, b) => JSON.stringify(a) === JSON.stringify(b);
  const make = (tag, properties) => Object.assign(document.createElement(tag), properties);

  // Of every version that was written on this device, oldest first: what was written last stands.
  const keys = () => Object.keys(localStorage).filter((key) => key.startsWith(PREFIX))
    .sort((a, b) => Number(a.slice(PREFIX.length)) - Number(b.slice(PREFIX.length)));
  const read = (key) => { try { return JSON.parse(localStorage.getItem(key))?.changes ?? {}; } catch { return {}; } };
  const drop = () => keys().forEach((key) => localStorage.removeItem(key));

  let found = [];
  let kept = {};
  try {
    found = keys().map((key) => [key, localStorage.getItem(key)]);
    kept = Object.assign({}, ...keys().map(read));
  } catch { return; } // no storage: nothing was kept
  for (const [item, entry] of Object.entries(kept)) {
    if (entry?.value === undefined || same(entry.value, data.items[item])) delete kept[item];
  }
  if (!Object.keys(kept).length) { drop(); return; }

  const words = (item, value) => {
    if (item === "summary") return value;
    if (item === "recommendation") return data.recommendations[value] ?? "";
    if (item[0] === "q") return value.used_alternative ? "Asked in its alternative form" : "Asked as listed";
    if (value.point !== null) return `Rated ${value.point}`;
    return value.not_assessed ? `Not assessed: ${data.reasons[value.not_assessed]?.toLowerCase() ?? ""}` : "No rating";
  };
  const list = $("[data-kept-list]");
  for (const [item, { value }] of Object.entries(kept)) {
    const row = document.createElement("div");
    const name = document.createElement("dt");
    name.append(make("b", { textContent: data.names[item] ?? "A question that was not asked" }));
    row.append(name);
    row.append(make("dd", { textContent: words(item, value) || "Nothing" }));
    if (item[0] === "c" && value.evidence) row.append(make("dd", { className: "quote", textContent: value.evidence }));
    list.append(row);
  }

  $("[data-kept-amend]")?.addEventListener("submit", () => {
    // The person has seen both: the next version starts from what is submitted, and these go on top of it.
    const changes = Object.fromEntries(Object.entries(kept).map(([item, { value }]) => [item, { value, revision: Number.MAX_SAFE_INTEGER }]));
    drop();
    localStorage.setItem(NEXT, JSON.stringify({ changes, reveals: [] }));
  });
  $("[data-kept-discard]").addEventListener("click", () => {
    drop();
    $("[data-kept-body]").hidden = true;
    $("[data-kept-gone]").hidden = false;
    $("[data-kept-undo]").focus();
  });
  $("[data-kept-undo]").addEventListener("click", () => {
    found.forEach(([key, text]) => localStorage.setItem(key, text));
    $("[data-kept-body]").hidden = false;
    $("[data-kept-gone]").hidden = true;
    $("[data-kept-discard]").focus();
  });
  home.hidden = false;
})();
