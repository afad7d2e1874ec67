/**
 * Menus close on Escape and on a click elsewhere.
 * @module
 */

import { find, findAll } from "../lib/dom.js";

const open = () => /** @type {HTMLDetailsElement[]} */ (findAll("details[data-menu][open]"));

export function listenToMenus() {
  document.addEventListener("click", (event) => {
    for (const menu of open()) {
      if (!menu.contains(/** @type {Node} */ (event.target))) menu.open = false;
    }
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    for (const menu of open()) {
      menu.open = false;
      find("summary", menu)?.focus();
    }
  });
}
