// Enhancements only; every page reads and submits without them.
// Handlers are delegated, so parts swapped in later by htmx behave like the rest.
(() => {
  const root = document.documentElement;
  const KEY = "loopwright.theme";
  const THEMES = ["auto", "light", "dark"];
  const on = (type, selector, handler) => document.addEventListener(type, (event) => {
    const hit = event.target.closest?.(selector);
    if (hit) handler(hit, event);
  });

  // Theme: as the system, light, dark.
  const theme = () => root.dataset.theme || "auto";
  const nameTheme = () => document.querySelectorAll("[data-theme-toggle]").forEach((b) => {
    const label = { auto: "Colours: as your system", light: "Colours: light", dark: "Colours: dark" }[theme()];
    b.hidden = false;
    b.setAttribute("aria-label", label);
    b.title = label;
  });
  on("click", "[data-theme-toggle]", () => {
    const next = THEMES[(THEMES.indexOf(theme()) + 1) % THEMES.length];
    if (next === "auto") delete root.dataset.theme; else root.dataset.theme = next;
    try {
      if (next === "auto") localStorage.removeItem(KEY); else localStorage.setItem(KEY, next);
    } catch { /* storage refused: the choice lasts for this page */ }
    nameTheme();
    document.dispatchEvent(new CustomEvent("loopwright:theme"));
  });
  nameTheme();

  // Menus close on Escape and on a click elsewhere.
  document.addEventListener("click", (e) => document.querySelectorAll("details[data-menu][open]").forEach((m) => {
    if (!m.contains(e.target)) m.open = false;
  }));
  document.addEventListener("keydown", (e) => {
    if (e.key !== "Escape") return;
    document.querySelectorAll("details[data-menu][open]").forEach((m) => { m.open = false; m.querySelector("summary").focus(); });
  });

  // Tabs: arrows move, Home and End jump.
  const showTab = (tab) => tab.closest("[role=tablist]").querySelectorAll("[role=tab]").forEach((x) => {
    const chosen = x === tab;
    x.setAttribute("aria-selected", chosen);
    x.tabIndex = chosen ? 0 : -1;
    document.getElementById(x.getAttribute("aria-controls"))?.toggleAttribute("data-off", !chosen);
  });
  on("click", "[role=tab]", showTab);
  on("keydown", "[role=tab]", (tab, e) => {
    const tabs = [...tab.closest("[role=tablist]").querySelectorAll("[role=tab]")];
    const i = tabs.indexOf(tab);
    const to = { ArrowRight: i + 1, ArrowLeft: i - 1, Home: 0, End: tabs.length - 1 }[e.key];
    if (to === undefined) return;
    e.preventDefault();
    const next = tabs[(to + tabs.length) % tabs.length];
    showTab(next);
    next.focus();
  });

  on("click", "button.chip[aria-pressed]", (c) => c.setAttribute("aria-pressed", c.getAttribute("aria-pressed") !== "true"));
  on("click", "[data-open]", (b) => document.getElementById(b.dataset.open)?.showModal());
  on("click", "[data-close]", (b) => b.closest("dialog")?.close());
  on("click", "[data-toggle]", (b) => {
    const open = b.getAttribute("aria-expanded") !== "true";
    b.setAttribute("aria-expanded", open);
    document.getElementById(b.dataset.toggle).hidden = !open;
  });
  // A filter form answers as soon as a choice is made; its button stays for those without scripts.
  on("change", "form[data-autosubmit] select, form[data-autosubmit] input", (field) => field.form.requestSubmit());

  // Constraint injections: reveal once, stamp the time; whoever stores it listens for the event.
  on("click", "[data-inject]", (b) => {
    const open = b.closest(".inject").querySelector(".inject-open");
    const at = new Date();
    open.querySelector(".stamp").textContent = `Revealed ${at.toTimeString().slice(0, 5)}`;
    b.hidden = true;
    open.hidden = false;
    open.tabIndex = -1;
    open.focus();
    open.dispatchEvent(new CustomEvent("loopwright:inject", { bubbles: true, detail: { key: b.dataset.inject, at: at.toISOString() } }));
  });

  // Anchor cards: a scale point's key rates, 0 is "not assessed", within the criterion that holds the focus.
  document.addEventListener("keydown", (e) => {
    if (e.metaKey || e.ctrlKey || e.altKey || e.target.matches?.("textarea, select, input:not([type=radio])")) return;
    const criterion = e.target.closest?.(".criterion");
    if (!criterion || !/^[0-9]$/.test(e.key)) return;
    const radio = criterion.querySelector(`input[type=radio][value="${e.key}"]`);
    if (!radio || radio.disabled) return;
    e.preventDefault();
    radio.checked = true;
    radio.focus();
    radio.dispatchEvent(new Event("change", { bubbles: true }));
  });
})();
