/**
 * Colours as the system has them, light or dark; theme.js applies the choice before the first paint.
 * @module
 */

import { findAll, on } from "../lib/dom.js";

const KEY = "loopwright.theme";
/** @type {Record<string, string>} */
const NAMES = {
  auto: "Colours: as your system",
  light: "Colours: light",
  dark: "Colours: dark",
};

/**
 * The theme that a press leads to.
 * @param {string} theme
 */
export function themeAfter(theme) {
  const themes = Object.keys(NAMES);
  return themes[(themes.indexOf(theme) + 1) % themes.length];
}

/** @param {string} theme */
function remember(theme) {
  try {
    if (theme === "auto") localStorage.removeItem(KEY);
    else localStorage.setItem(KEY, theme);
  } catch {
    // Storage refused: the choice lasts for this page.
  }
}

export function offerThemes() {
  const root = document.documentElement;
  const name = () => {
    const label = NAMES[root.dataset.theme || "auto"];
    for (const button of findAll("[data-theme-toggle]")) {
      button.hidden = false;
      button.setAttribute("aria-label", label);
      button.title = label;
    }
  };
  on("click", "[data-theme-toggle]", () => {
    const next = themeAfter(root.dataset.theme || "auto");
    if (next === "auto") delete root.dataset.theme;
    else root.dataset.theme = next;
    remember(next);
    name();
    document.dispatchEvent(new CustomEvent("loopwright:theme"));
  });
  name();
}
