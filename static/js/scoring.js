// The scoring form: saves by itself, keeps what could not be saved on the device, merges two windows.
// Without this script the form saves and submits as a plain form.
(() => {
  const form = document.querySelector("[data-score]");
  const data = JSON.parse(document.getElementById("score-data")?.textContent ?? "null");
  if (!form || !data) return;

  const QUEUE = `loopwright.score.${data.user}.${data.interview}.${data.version}`;
  const DELAYS = [2, 4, 8, 15, 30];
  const PAUSE = 600;
  const $ = (selector, root = document) => root.querySelector(selector);
  const $$ = (selector, root = document) => [...root.querySelectorAll(selector)];
  const same = (a, b) => JSON.stringify(a) === JSON.stringify(b);

  let revision = data.revision;
  let items = data.items;
  let missing = data.missing;
  let pending = {}; // item -> {value, revision it was made from}
  let reveals = []; // injections revealed and not yet noted by the server
  let sending = false;
  let failures = 0;
  let timer = 0;
  let stopped = ""; // a reason why saving cannot go on from this page
  let invalid = ""; // what the server refused; cleared by the next edit
  let leaving = false;
  let kept = true; // whether the device keeps what is not saved

  // ---- the form's values, in the shape the server stores them -------------------------------------------

  const boxes = Object.fromEntries($$("[data-item]", form).map((box) => [box.dataset.item, box]));
  const criteria = $$(".criterion[data-low]", form);
  const field = (name) => form.elements.namedItem(name);

  const readMark = (item) => {
    const choice = $(`input[name="${item}"]:checked`, form)?.value ?? "";
    return {
      point: choice && choice !== "0" ? Number(choice) : null,
      not_assessed: choice === "0" ? field(`${item}-why`).value : "",
      evidence: field(`${item}-ev`).value.trim(),
    };
  };
  const readAsked = (item) => {
    const select = field(`${item}-asked`);
    const was = Number($(`[data-asked="${item}"]`, form).value);
    // Another question changes the page, so it is posted by its own button, not by the autosave.
    return { question: select ? was : (items[item]?.question ?? was), used_alternative: Boolean(field(`${item}-alt`)?.checked) };
  };
  const read = (item) => {
    if (item === "summary") return field("summary").value.trim();
    if (item === "recommendation") return $('input[name="recommendation"]:checked', form)?.value ?? null;
    return item[0] === "q" ? readAsked(item) : readMark(item);
  };
  // The stage's alternate questions have items too; only those asked are on the page.
  const onPage = (item) => (item[0] === "q" ? Boolean($(`[data-asked="${item}"]`, form)) : item in boxes);
  const show = (item, value) => {
    if (item === "summary") field("summary").value = value;
    else if (item === "recommendation") $$('input[name="recommendation"]', form).forEach((r) => { r.checked = r.value === value; });
    else if (item[0] === "q") { const box = field(`${item}-alt`); if (box) box.checked = value.used_alternative; }
    else if (boxes[item]) {
      const chosen = value.point ?? (value.not_assessed ? 0 : null);
      $$(`input[name="${item}"]`, form).forEach((r) => { r.checked = chosen !== null && Number(r.value) === chosen; });
      field(`${item}-why`).value = value.not_assessed;
      if (field(`${item}-ev`).value.trim() !== value.evidence) field(`${item}-ev`).value = value.evidence;
      decorate(boxes[item]);
    }
  };

  // ---- what is not saved yet, kept on the device --------------------------------------------------------

  const stored = () => {
    try { return JSON.parse(localStorage.getItem(QUEUE)) ?? {}; } catch { return {}; }
  };
  const keep = (change) => {
    // Item by item, so that two windows of one person do not overwrite each other's.
    try {
      const queue = { changes: {}, reveals: [], ...stored() };
      change(queue);
      if (Object.keys(queue.changes).length || queue.reveals.length) localStorage.setItem(QUEUE, JSON.stringify(queue));
      else localStorage.removeItem(QUEUE);
      kept = true;
    } catch { kept = false; }
  };
  const note = (item) => {
    const value = read(item);
    if (item === "recommendation" && value === null) return;
    if (same(value, items[item]) && !(item in pending)) return;
    pending[item] = { value, revision: pending[item]?.revision ?? revision };
    invalid = "";
    keep((queue) => { queue.changes[item] = pending[item]; });
  };
  const settle = (item, value) => {
    if (pending[item] && same(pending[item].value, value)) delete pending[item];
    keep((queue) => { if (queue.changes[item] && same(queue.changes[item].value, value)) delete queue.changes[item]; });
  };

  // ---- telling how it stands ----------------------------------------------------------------------------

  const saved = $("[data-saved]");
  const banner = $("[data-offline]");
  const icon = (name) => `<svg class="i" aria-hidden="true"><use href="#i-${name}"/></svg>`;
  const say = (text, name, off = false) => {
    if (saved.textContent.trim() === text) return;
    saved.innerHTML = name ? icon(name) : "";
    // On a phone the bar has room for the first words; the rest stands in the banner and is read out.
    const [short, ...why] = text.split(/(?=[:;])/);
    saved.append(Object.assign(document.createElement("span"), { textContent: short }));
    if (why.length && !/\d$/.test(text)) saved.append(Object.assign(document.createElement("span"), { className: "saved-why", textContent: why.join("") }));
    else saved.lastChild.textContent = text;
    saved.classList.toggle("saved-off", off);
  };
  const warn = (text, link) => {
    if (banner.dataset.text === text) return;
    banner.dataset.text = text;
    const line = $("[data-offline-text]", banner);
    line.textContent = text;
    if (link) line.append(" ", Object.assign(document.createElement("a"), link));
    banner.hidden = !text;
  };
  const where = () => (kept ? "kept on this device" : "kept on this page only, so do not close it");
  const waiting = () => Object.keys(pending).length + reveals.length;

  // ---- talking to the server ----------------------------------------------------------------------------

  const token = () => document.cookie.match(/(?:^|; )csrftoken=([^;]+)/)?.[1] ?? field("csrfmiddlewaretoken").value;
  const post = async (url, body) => {
    const stop = new AbortController();
    const limit = setTimeout(() => stop.abort(), 15000);
    try {
      const answer = await fetch(url, {
        method: "POST",
        redirect: "manual",
        credentials: "same-origin",
        signal: stop.signal,
        headers: { "Content-Type": "application/json", "X-CSRFToken": token(), Accept: "application/json" },
        body: JSON.stringify({ user: data.user, version: data.version, ...body }),
      });
      if (answer.type === "opaqueredirect") return { status: 401, body: {} };
      const isJson = answer.headers.get("Content-Type")?.includes("json");
      return { status: answer.status, body: isJson ? await answer.json() : {} };
    } finally { clearTimeout(limit); }
  };

  const adopt = (state) => {
    revision = Math.max(revision, state.revision);
    missing = state.missing;
    for (const [item, value] of Object.entries(state.items)) {
      const elsewhere = !same(items[item], value) && !(item in pending);
      items[item] = value;
      if (!elsewhere || !onPage(item)) continue;
      if (item[0] === "q" && value.question !== Number($(`[data-asked="${item}"]`, form)?.value ?? value.question)) {
        stopped = "Another question was chosen in another window.";
      } else if (!same(read(item), value)) show(item, value);
    }
    field("revision").value = revision;
    field("base").value = JSON.stringify(items);
  };

  const conflicts = new Map(); // item -> the value the other window saved
  const sendable = () => Object.entries(pending).filter(([item]) => !conflicts.has(item));
  // Changes made from the same revision go together; an older one is never passed off as newer.
  const batch = () => {
    const oldest = Math.min(...sendable().map(([, entry]) => entry.revision));
    const chosen = sendable().filter(([, entry]) => entry.revision === oldest);
    return { revision: oldest, changes: Object.fromEntries(chosen.map(([item, entry]) => [item, entry.value])) };
  };

  const sendChanges = async () => {
    const body = batch();
    const result = await post(data.save, body);
    if (result.status === 200) {
      for (const [item, value] of Object.entries(body.changes)) {
        settle(item, value);
        // Edited again while on its way: the rest of it starts from what was just saved.
        if (pending[item]) pending[item].revision = result.body.revision;
      }
      adopt(result.body);
      say(`Saved ${result.body.saved}`, "check");
    } else if (result.status === 422 && result.body.saved) {
      // One field was refused; the others are stored, and what follows starts from that.
      const faulty = new Set(result.body.problems.map(([item]) => item));
      for (const [item, value] of Object.entries(body.changes)) {
        if (faulty.has(item)) continue;
        settle(item, value);
        if (pending[item]) pending[item].revision = result.body.saved.revision;
      }
      adopt(result.body.saved);
    } else if (result.status === 409 && result.body.conflicts) meet(result.body);
    return result;
  };
  const sendReveal = async () => {
    const injection = reveals[0];
    const result = await post(data.reveal, { injection });
    if (result.status === 200) {
      reveals = reveals.filter((one) => one !== injection);
      keep((queue) => { queue.reveals = queue.reveals.filter((one) => one !== injection); });
      const box = document.getElementById(`injection-${injection}`);
      if (box) $(".stamp", box).textContent = `Revealed ${result.body.at}`;
      if (!waiting()) say(`Saved ${result.body.at}`, "check");
    }
    return result;
  };

  const flush = async () => {
    clearTimeout(timer);
    if (sending || stopped || invalid || leaving) { rest(); return; }
    if (!sendable().length && !reveals.length) { rest(); return; }
    sending = true;
    say("Saving", "");
    try {
      refused(await (sendable().length ? sendChanges() : sendReveal()));
      failures = 0;
    } catch (error) {
      failures += 1;
      if (error !== SIGNED_OUT) {
        const cause = error instanceof ServerTrouble ? "the server did not answer" : "no connection";
        say(`Not saved yet: ${cause}; ${where()}`, "cloud", true);
        warn(`Not saved yet: ${cause}. Keep scoring: what you write is ${where()} and is saved as soon as it can be.`);
      }
    } finally {
      sending = false;
      paint();
    }
    if (failures) timer = setTimeout(flush, DELAYS[Math.min(failures, DELAYS.length) - 1] * 1000);
    else if (!stopped && !invalid && (sendable().length || reveals.length)) timer = setTimeout(flush, 50);
    else rest();
  };

  class ServerTrouble extends Error {}
  const SIGNED_OUT = new Error("signed out");
  const refused = ({ status, body }) => {
    if (status === 200 || (status === 409 && body.conflicts)) return;
    if (status === 401 || (status === 403 && !body.message)) {
      say(`Not saved yet: you are signed out; ${where()}`, "cloud", true);
      const next = encodeURIComponent(location.pathname);
      warn(`You are signed out. What you write is ${where()}; sign in again and it is saved.`, {
        href: `${data.login}?next=${next}`, target: "_blank", textContent: "Sign in in a new tab",
      });
      throw SIGNED_OUT;
    }
    if (status >= 500 || status === 429 || !status) throw new ServerTrouble();
    if (body.reload || status === 404) stopped = body.message || "This page is out of date.";
    else {
      const lines = (body.problems ?? []).map(([item, text]) => `${data.names[item] ?? "Notes"}: ${text}`);
      invalid = [body.message, ...lines].filter(Boolean).join(" ");
    }
  };

  const rest = () => {
    if (stopped) {
      say("Not saved", "cloud", true);
      warn(`${stopped} What you wrote here is ${where()}.`, { href: location.pathname, textContent: "Load the page again" });
    } else if (invalid) {
      say("Not saved", "cloud", true);
      warn(`Not saved. ${invalid}`);
    } else if (conflicts.size) {
      say("Two versions: choose below", "cloud", true);
      warn("");
    } else if (!failures) warn("");
  };

  // ---- the same part changed in two windows -------------------------------------------------------------

  const words = (item, value) => {
    if (item === "summary") return value ? `“${value}”` : "nothing";
    if (item === "recommendation") return $(`input[name="recommendation"][value="${value}"]`, form)?.parentElement.textContent.trim() ?? "nothing";
    if (item[0] === "q") return value.used_alternative ? "asked in its alternative form" : "asked as listed";
    const point = value.point ?? (value.not_assessed ? "not assessed" : "no rating");
    return value.evidence ? `${point}, “${value.evidence}”` : `${point}`;
  };
  const meet = (body) => {
    const both = body.conflicts;
    for (const item of Object.keys(both)) {
      conflicts.set(item, both[item].stored);
      pending[item] ??= { value: both[item].yours, revision };
    }
    adopt({ revision: body.revision, items: body.items, missing });
    for (const item of Object.keys(both)) {
      const home = boxes[item] ?? form;
      $(".conflict", home)?.remove();
      const box = document.createElement("div");
      box.className = "note-bar note-warn conflict";
      box.setAttribute("role", "alert");
      box.innerHTML = `${icon("warn")}<div class="stack"><p><b>Another window saved something else here.</b></p><p class="small" data-there></p><p class="small" data-here></p><p class="actions"><button class="btn btn-sm" type="button" data-mine>Keep what is here</button><button class="btn btn-sm" type="button" data-theirs>Take the other</button></p></div>`;
      $("[data-there]", box).textContent = `There: ${words(item, both[item].stored)}`;
      $("[data-here]", box).textContent = `Here: ${words(item, both[item].yours)}`;
      $("[data-mine]", box).addEventListener("click", () => choose(item, true, box));
      $("[data-theirs]", box).addEventListener("click", () => choose(item, false, box));
      if (home === form) home.prepend(box); else home.append(box);
    }
  };
  const choose = (item, mine, box) => {
    const theirs = conflicts.get(item);
    conflicts.delete(item);
    box.remove();
    if (mine) {
      pending[item] = { value: read(item), revision };
      keep((queue) => { queue.changes[item] = pending[item]; });
    } else {
      delete pending[item];
      keep((queue) => { delete queue.changes[item]; });
      show(item, theirs);
    }
    boxes[item]?.querySelector("input:checked, input, textarea")?.focus();
    flush();
  };

  // ---- coaching, counts, ticks --------------------------------------------------------------------------

  const impressions = new Set(data.coaching.impressions);
  const acts = new Set(data.coaching.acts);
  const coach = (text) => {
    const found = text.toLowerCase().match(/\p{L}+/gu) ?? [];
    if (!found.length || /[“"«]/.test(text) || found.some((word) => acts.has(word))) return "";
    const word = found.find((one) => impressions.has(one));
    return word ? `“${word[0].toUpperCase()}${word.slice(1)}” describes the person. What did they say or do?` : "";
  };
  const facts = (box) => {
    const value = readMark(box.dataset.item);
    const ends = [Number(box.dataset.low), Number(box.dataset.high)];
    const required = ends.includes(value.point);
    return { ...value, ends, required, lacks: required && !value.evidence, answered: value.point !== null || Boolean(value.not_assessed) };
  };
  const decorate = (box) => {
    const value = facts(box);
    const evidence = $(".evidence", box);
    evidence.classList.toggle("field-need", value.lacks);
    $(".hint", evidence).textContent = value.required ? `needed for a ${value.point}` : `needed for ${value.ends[0]} and ${value.ends[1]}`;
    const text = value.lacks ? `A ${value.point} needs one thing the candidate said or did.` : coach(value.evidence);
    const line = $("[data-note]", box);
    if (line.textContent !== text) {
      line.replaceChildren();
      if (text) line.append(Object.assign(document.createElement("span"), { className: value.lacks ? "needed" : "coach", textContent: text }));
    }
  };
  const paint = () => {
    let answered = 0;
    let lacking = 0;
    for (const box of criteria) {
      const value = facts(box);
      answered += value.answered ? 1 : 0;
      lacking += value.lacks ? 1 : 0;
      const tick = $(`[data-tick="${box.dataset.item}"]`);
      if (!tick) continue;
      tick.className = `tick${value.lacks ? " tick-due" : value.point !== null ? " tick-done" : value.not_assessed ? " tick-na" : ""}`;
      const state = value.point !== null ? "rated " : value.not_assessed ? "not assessed " : "not answered ";
      $("[data-tick-name]", tick).textContent = `${data.names[box.dataset.item]}, ${value.lacks ? "evidence missing, " : ""}${state}`;
      $("[data-tick-mark]", tick).textContent = value.point ?? (value.not_assessed ? "–" : "·");
      $("[data-tick-mark]", tick).toggleAttribute("aria-hidden", false);
    }
    $("[data-count]").textContent = `${answered} of ${criteria.length} answered.`;
    $("[data-lacking]").textContent = lacking ? `Evidence missing on ${lacking}.` : "";
  };

  // ---- what people do -----------------------------------------------------------------------------------

  const itemOf = (target) => {
    const name = target.name ?? "";
    if (/^q\d+-alt$/.test(name)) return name.slice(0, -4);
    return target.closest("[data-item]")?.dataset.item;
  };
  const edited = (event) => {
    const item = itemOf(event.target);
    if (!item || !(item in items || item === "recommendation")) return;
    note(item);
    if (boxes[item]?.matches(".criterion[data-low]")) decorate(boxes[item]);
    paint();
    clearTimeout(timer);
    timer = setTimeout(flush, event.type === "change" ? 50 : PAUSE);
  };
  form.addEventListener("input", edited);
  form.addEventListener("change", edited);

  // "Not assessed" leads on to its reason.
  form.addEventListener("change", (event) => {
    if (event.target.matches('input[type=radio][value="0"]')) {
      const why = field(`${event.target.name}-why`);
      if (!why.value) requestAnimationFrame(() => why.focus());
    }
  });

  // j and k go from criterion to criterion, e to the evidence, Escape back to the anchors.
  const stops = () => [...criteria, boxes.recommendation].filter(Boolean);
  const enter = (box) => {
    const radio = $("input[type=radio]:checked", box) ?? $("input[type=radio]", box);
    radio.focus({ preventScroll: true });
    box.scrollIntoView({ block: "start", behavior: matchMedia("(prefers-reduced-motion: reduce)").matches ? "auto" : "smooth" });
  };
  document.addEventListener("keydown", (event) => {
    if (event.metaKey || event.ctrlKey || event.altKey || document.querySelector("dialog[open]")) return;
    const here = event.target.closest?.(".criterion");
    if (event.target.matches?.("textarea, select, input:not([type=radio], [type=checkbox])")) {
      if (event.key === "Escape" && here) { event.preventDefault(); enter(here); }
      return;
    }
    const all = stops();
    const index = all.indexOf(here);
    if (event.key === "j" || event.key === "k") {
      event.preventDefault();
      const to = event.key === "j" ? index + 1 : index < 0 ? 0 : index - 1;
      if (all[to]) enter(all[to]);
    } else if (event.key === "e" && here && $("textarea", here)) {
      event.preventDefault();
      $("textarea", here).focus();
    }
  });

  form.addEventListener("click", (event) => {
    const button = event.target.closest("[data-reveal]");
    if (!button) return;
    event.preventDefault();
    const injection = Number(button.dataset.reveal);
    const open = $(".inject-open", button.closest(".inject"));
    $(".stamp", open).textContent = "Revealed; the time is noted when it is saved";
    button.hidden = true;
    open.hidden = false;
    open.focus();
    reveals.push(injection);
    keep((queue) => { queue.reveals = [...new Set([...queue.reveals, injection])]; });
    flush();
  });

  // ---- submitting ---------------------------------------------------------------------------------------

  const dialog = document.getElementById("submit-dialog");
  const unsaved = () => {
    if (stopped || invalid || conflicts.size) { rest(); banner.scrollIntoView({ block: "center" }); return true; }
    return waiting() > 0;
  };
  const until = async (done, limit) => {
    const end = Date.now() + limit;
    while (!done() && Date.now() < end) await new Promise((next) => setTimeout(next, 50));
  };
  const ask = async () => {
    failures = 0;
    await until(() => !sending, 16000);
    await flush();
    await until(() => (!sending && !waiting()) || stopped || invalid || conflicts.size || failures, 16000);
    // A reason not chosen yet is known only here: nothing of it is stored.
    const list = missing.map(([item, text]) => [item, $(`input[name="${item}"][value="0"]:checked`, form) && item[0] === "c" ? "Choose why it was not assessed." : text]);
    const problems = waiting() ? [["", "Some of this is not saved yet. Submit when the connection is back."], ...list] : list;
    if (conflicts.size) problems.unshift([[...conflicts.keys()][0], "Two versions: choose one."]);
    const box = $("[data-missing]", dialog);
    $("ul", box).replaceChildren(...problems.map(([item, text]) => {
      const line = document.createElement("li");
      if (item) {
        const link = Object.assign(document.createElement("a"), { href: `#${item}`, textContent: data.names[item] ?? "Your notes" });
        link.dataset.goto = item;
        line.append(link, ": ");
      }
      line.append(text);
      return line;
    }));
    box.hidden = !problems.length;
    const count = problems.length;
    $("#submit-h").textContent = !count ? "Submit this scorecard?" : count === 1 ? "One thing before you submit" : `${count} things before you submit`;
    const skipped = criteria.filter((one) => readMark(one.dataset.item).not_assessed).map((one) => data.names[one.dataset.item]);
    $("[data-skipped]", dialog).hidden = !skipped.length;
    $("[data-skipped]", dialog).textContent = skipped.length ? `Not assessed: ${skipped.join(", ")}. That counts neither for nor against the candidate.` : "";
    $("[data-confirm]", dialog).hidden = count > 0;
    dialog.showModal();
    (count ? $("a", box) ?? $("[data-close]", dialog) : $("[data-confirm]", dialog)).focus();
  };
  dialog.addEventListener("click", (event) => {
    const link = event.target.closest("[data-goto]");
    if (!link) return;
    event.preventDefault();
    dialog.close();
    const box = boxes[link.dataset.goto];
    if (!box) return;
    const chosen = $("input[type=radio]:checked", box);
    if (chosen && chosen.value !== "0" && $("textarea", box)) { box.scrollIntoView({ block: "start" }); $("textarea", box).focus({ preventScroll: true }); } else if (chosen?.value === "0" && field(`${link.dataset.goto}-why`)) field(`${link.dataset.goto}-why`).focus(); else enter(box);
  });
  let asking = false;
  form.addEventListener("submit", async (event) => {
    const button = event.submitter;
    if (leaving) { event.preventDefault(); return; } // a double click
    if (button?.hasAttribute("data-confirm")) {
      if (unsaved()) { event.preventDefault(); return; }
      leaving = true;
      requestAnimationFrame(() => { button.disabled = true; });
      return;
    }
    event.preventDefault();
    if (asking) return;
    asking = true;
    try {
      if (button?.value === "switch") {
        failures = 0;
        await flush();
        await until(() => !sending && !waiting(), 5000);
        if (waiting() || unsaved()) { rest(); return; }
        leaving = true;
        form.append(Object.assign(document.createElement("input"), { type: "hidden", name: "intent", value: "switch" }));
        form.submit();
      } else if (button?.value === "submit") await ask();
      else await flush();
    } finally { asking = false; }
  });

  // ---- coming back --------------------------------------------------------------------------------------

  const again = () => { if (waiting() && !sending) { failures = 0; flush(); } };
  addEventListener("online", again);
  addEventListener("focus", again);
  document.addEventListener("visibilitychange", () => { if (!document.hidden) again(); });
  addEventListener("offline", () => {
    say(`No connection; ${where()}`, "cloud", true);
    warn(`No connection. Keep scoring: what you write is ${where()} and is saved when the connection is back.`);
  });
  addEventListener("beforeunload", (event) => {
    if (!leaving && waiting() && !kept) event.preventDefault();
  });
  // The browser may restore old values into a page taken from its history.
  addEventListener("pageshow", (event) => { if (event.persisted) location.reload(); });

  // The server's word is drawn first, then what this device kept and the server has not seen.
  form.autocomplete = "off";
  document.documentElement.classList.add("scoring-ready");
  if (!document.getElementById("problems")) Object.entries(items).forEach(([item, value]) => { if (onPage(item) && !same(read(item), value)) show(item, value); });
  field("base").value = JSON.stringify(items);
  const queue = { changes: {}, reveals: [], ...stored() };
  for (const [item, entry] of Object.entries(queue.changes)) {
    if (!(item in items) || !onPage(item) || same(entry.value, items[item])) { keep((q) => { delete q.changes[item]; }); continue; }
    show(item, entry.value);
    pending[item] = { value: entry.value, revision: Math.min(entry.revision, revision) };
  }
  reveals = queue.reveals.filter((injection) => $(`[data-reveal="${injection}"]`, form));
  if (data.conflicts) {
    Object.entries(data.conflicts).forEach(([item, both]) => show(item, both.yours));
    meet({ revision, items, missing, conflicts: data.conflicts });
  }
  // After a form that could not be saved, what it shows differs from what is stored: that is not saved yet.
  $$("[data-item]", form).forEach((box) => { if (!conflicts.has(box.dataset.item) && !same(read(box.dataset.item), items[box.dataset.item])) note(box.dataset.item); });
  criteria.forEach(decorate);
  paint();
  if (waiting()) flush();
})();
