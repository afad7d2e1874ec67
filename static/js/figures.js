/**
 * Draws a figure with plotly.js when somebody asks to explore it. Until then, and without scripts, the inline
 * SVG stands. The library is fetched once, on the first such click.
 * @module
 */

import { find, findAll, make, need, on, readJson } from "./lib/dom.js";

/** @typedef {{ react: (place: Element, data: object, layout: object, config: object) => Promise<void> }} Plotly */

/** @type {Promise<Plotly> | undefined} */
let library;

/**
 * @param {string} src
 * @returns {Promise<Plotly>}
 */
function load(src) {
  library ??= new Promise((resolve, reject) => {
    const script = make("script", { src });
    script.onload = () => resolve(/** @type {{ Plotly: Plotly }} */ (/** @type {unknown} */ (window)).Plotly);
    script.onerror = () => {
      library = undefined;
      reject(new Error("The drawing library could not be loaded."));
    };
    document.head.append(script);
  });
  return library;
}

/**
 * A figure in the colours of a theme. Figures are written in the light theme's colours; each is the name of a
 * role that themes fill.
 * @param {any} value
 * @param {Record<string, string>} roles
 * @param {(role: string) => string} colour
 * @returns {any}
 */
export function painted(value, roles, colour) {
  if (typeof value === "string") return roles[value] ? colour(roles[value]) : value;
  if (Array.isArray(value)) return value.map((each) => painted(each, roles, colour));
  if (!value || typeof value !== "object") return value;
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, painted(each, roles, colour)]));
}

/** @param {HTMLElement} box */
async function draw(box) {
  const { figure, roles } = readJson(box.dataset.figure ?? "");
  const style = getComputedStyle(document.documentElement);
  const colour = (/** @type {string} */ role) => style.getPropertyValue(`--${role}`).trim();
  const { data, layout } = painted(figure, roles, colour);
  const live = need(".fig-live", box);
  const plotly = await load(box.dataset.plotly ?? "");
  layout.width = Math.min(layout.width, box.clientWidth);
  layout.hoverlabel = {
    bgcolor: colour("raised"),
    bordercolor: colour("line-strong"),
    font: { color: colour("text") },
  };
  await plotly.react(live, data, layout, { displayModeBar: false, responsive: false });
  live.setAttribute("role", "img");
  live.setAttribute("aria-label", `${layout.meta.title}. ${layout.meta.description}`);
}

/**
 * @param {HTMLElement} box
 * @param {boolean} live
 */
function show(box, live) {
  need(".fig-live", box).hidden = !live;
  for (const part of findAll(".fig-wide, .fig-phone", box)) part.hidden = live;
  const button = need("[data-figure-toggle]", box);
  button.setAttribute("aria-pressed", String(live));
  button.textContent = live ? "Back to the drawing" : "Explore";
}

/** @param {HTMLButtonElement} button */
async function explore(button) {
  const box = /** @type {HTMLElement} */ (button.closest("[data-figure]"));
  if (button.getAttribute("aria-pressed") === "true") {
    show(box, false);
    return;
  }
  button.disabled = true;
  try {
    show(box, true);
    await draw(box);
  } catch {
    show(box, false);
    button.textContent = "Not available just now";
  } finally {
    button.disabled = false;
  }
}

function start() {
  for (const button of findAll("[data-figure] [data-figure-toggle]")) button.hidden = false;
  on("click", "[data-figure-toggle]", (button) => void explore(/** @type {HTMLButtonElement} */ (button)));
  document.addEventListener("loopwright:theme", () => {
    for (const box of findAll("[data-figure]")) {
      if (!find(".fig-live", box)?.hidden) void draw(box);
    }
  });
}

if (typeof document !== "undefined") start();
