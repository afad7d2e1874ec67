// The loop builder. Every change is a plain form that works without scripts; here forms are sent one after
// another, so that nobody conflicts with themselves, and only what changed is drawn again.
// Questions and stages also move by drag, and questions with the arrow keys.
(() => {
  const root = document.getElementById("builder");
  if (!root || !window.htmx) return;
  const url = root.dataset.changeUrl;
  const head = () => document.getElementById("builder-head");
  const filter = () => [...document.querySelectorAll("#bank-filter [name], #b_into, #b_compare")]
    .filter((field) => field.type !== "checkbox" || field.checked);

  // ---- sending ----
  let queue = Promise.resolve();
  const say = (text) => {
    const said = document.getElementById("builder-said");
    if (said) { said.classList.add("saved-off"); said.textContent = text; }
  };
  const send = (fields) => {
    const focus = document.activeElement?.id;
    queue = queue.then(() => {
      const values = {};
      const add = (name, value) => { values[name] = name in values ? [].concat(values[name], value) : value; };
      filter().forEach((field) => add(field.name, field.value));
      Object.assign(values, fields, { revision: head().dataset.revision, gap: head().dataset.gap });
      return window.htmx.ajax("POST", url, { source: root, target: "#stages", swap: "innerHTML", values });
    }).then(() => refocus(focus)).catch(() => say("Not saved: the server did not answer. Try again."));
    return queue;
  };
  const refocus = (id) => {
    if (!id || (document.activeElement && document.activeElement !== document.body)) return;
    const same = document.getElementById(id);
    const place = same?.disabled ? same.parentElement.querySelector("button:not([disabled])") : same;
    (place || document.getElementById("h-st")).focus({ preventScroll: !!place });
  };
  // Refusals come with the page as it is now: show them like any other answer.
  document.addEventListener("htmx:beforeSwap", (event) => {
    if (![409, 422].includes(event.detail.xhr.status)) return;
    event.detail.shouldSwap = true;
    event.detail.isError = false;
  });
  document.addEventListener("htmx:responseError", (event) => say(event.detail.xhr.status === 403
    ? "Not changed: you may not edit this loop any more." : "Not changed: something went wrong. Reload the page."));

  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.closest("dialog") && form.elements.revision) form.elements.revision.value = head().dataset.revision;
    if (!form.matches("[data-change]")) return;
    event.preventDefault();
    if (form.dataset.sent === "yes" && form.matches("[data-on-change]")) return;
    const fields = Object.fromEntries(new FormData(form, event.submitter));
    delete fields.csrfmiddlewaretoken;
    if (fields.operation === "place_question") fields.stage = document.getElementById("b_into")?.value ?? fields.stage;
    send(fields);
  });
  document.addEventListener("change", (event) => {
    const form = event.target.closest?.("form[data-on-change]");
    if (!form || !form.reportValidity()) return;
    form.requestSubmit();
    // Enter fires change and submit: one is enough.
    form.dataset.sent = "yes";
    setTimeout(() => { delete form.dataset.sent; }, 0);
  });

  // ---- the bank ----
  const bank = (page) => {
    const query = new URLSearchParams(filter().map((field) => [field.name, field.value]));
    if (page) query.set("b_page", page);
    return window.htmx.ajax("GET", `${root.dataset.bankUrl}?${query}`, { source: root, target: "#bank-list", swap: "innerHTML" });
  };
  let typing;
  document.addEventListener("input", (event) => {
    if (event.target.id !== "b_q") return;
    clearTimeout(typing);
    typing = setTimeout(() => bank(), 250);
  });
  document.addEventListener("change", (event) => {
    if (event.target.id === "b_q" || !(event.target.form?.id === "bank-filter")) return;
    bank();
  });
  document.addEventListener("submit", (event) => {
    if (event.target.id !== "bank-filter") return;
    event.preventDefault();
    bank(event.submitter?.name === "b_page" ? event.submitter.value : undefined);
  });

  // The columns beside the stages stay in view below the band, however high it is.
  const measured = new ResizeObserver(([entry]) => root.style.setProperty("--band", `${Math.ceil(entry.borderBoxSize[0].blockSize)}px`));
  const watch = () => { measured.disconnect(); measured.observe(document.getElementById("band")); };
  watch();
  document.addEventListener("htmx:oobAfterSwap", (event) => { if (event.detail.target.id === "band") watch(); });

  if (!("editable" in root.dataset)) return;

  // ---- the keyboard: arrows on a question's handle ----
  document.addEventListener("keydown", (event) => {
    const grip = event.target.closest?.(".grip-btn");
    const step = { ArrowUp: -1, ArrowDown: 1 }[event.key];
    if (!grip || !step) return;
    event.preventDefault();
    send({ operation: "move_placement", placement: grip.closest("[data-placement]").dataset.placement, step });
  });

  // ---- dragging ----
  let held = null;
  const line = document.createElement("li");
  line.className = "drop-line";
  const rows = (list) => [...list.children].filter((row) => row !== line && !("none" in row.dataset));
  const before = (list, y) => rows(list).find((row) => {
    const box = row.getBoundingClientRect();
    return y < box.top + box.height / 2;
  });
  const drop = (event) => {
    const list = held?.kind === "stage"
      ? document.getElementById("stage-list")
      : event.target.closest?.(".stage")?.querySelector("[data-drop]");
    return list && document.getElementById("stages").contains(event.target) ? list : null;
  };
  document.addEventListener("dragstart", (event) => {
    const grip = event.target.closest?.("[data-grip]");
    const offered = event.target.closest?.("[data-question]");
    const row = grip?.closest(grip.dataset.grip === "stage" ? ".stage" : ".st-q") ?? offered;
    if (!row) return;
    held = grip?.dataset.grip === "stage"
      ? { kind: "stage", row, id: row.dataset.stage }
      : offered ? { kind: "bank", row, id: offered.dataset.question }
        : { kind: "question", row, id: row.dataset.placement };
    event.dataTransfer.effectAllowed = "move";
    event.dataTransfer.setData("text/plain", held.id);
    event.dataTransfer.setDragImage(row, 12, 12);
    requestAnimationFrame(() => row.classList.add("held"));
  });
  document.addEventListener("dragover", (event) => {
    if (!held) return;
    const list = drop(event);
    if (!list) { line.remove(); return; }
    event.preventDefault();
    const next = before(list, event.clientY);
    if (next) next.before(line); else list.append(line);
  });
  document.addEventListener("drop", (event) => {
    const list = held && drop(event);
    if (!list || !line.isConnected) return;
    event.preventDefault();
    const others = [...list.children].filter((row) => row !== held.row && !("none" in row.dataset));
    const to = others.indexOf(line);
    const stage = list.closest(".stage")?.dataset.stage;
    if (held.kind === "stage") send({ operation: "move_stage", stage: held.id, to });
    else if (held.kind === "bank") send({ operation: "place_question", question: held.id, stage, to });
    else send({ operation: "move_placement", placement: held.id, stage, to });
  });
  document.addEventListener("dragend", () => {
    held?.row.classList.remove("held");
    held = null;
    line.remove();
  });
})();
