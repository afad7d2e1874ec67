/**
 * Finding and making elements, with the type that the caller expects.
 * @module
 */

/**
 * The one element that has to be there.
 * @template {Element} [T=HTMLElement]
 * @param {string} selector
 * @param {ParentNode} [root]
 * @returns {T}
 */
export function need(selector, root = document) {
  const found = root.querySelector(selector);
  if (!found) throw new Error(`The page has no ${selector}.`);
  return /** @type {T} */ (found);
}

/**
 * The first element, if there is one.
 * @template {Element} [T=HTMLElement]
 * @param {string} selector
 * @param {ParentNode} [root]
 * @returns {T | null}
 */
export function find(selector, root = document) {
  return /** @type {T | null} */ (root.querySelector(selector));
}

/**
 * Every element, as an array.
 * @template {Element} [T=HTMLElement]
 * @param {string} selector
 * @param {ParentNode} [root]
 * @returns {T[]}
 */
export function findAll(selector, root = document) {
  return /** @type {T[]} */ ([...root.querySelectorAll(selector)]);
}

/**
 * The element an event started from, or the nearest around it that fits.
 * @template {Element} [T=HTMLElement]
 * @param {Event} event
 * @param {string} selector
 * @returns {T | null}
 */
export function hit(event, selector) {
  const target = /** @type {Element | null} */ (event.target);
  return /** @type {T | null} */ (target?.closest?.(selector) ?? null);
}

/**
 * Whether an event started from an element that fits.
 * @param {Event} event
 * @param {string} selector
 */
export function startsAt(event, selector) {
  const target = /** @type {Element | null} */ (event.target);
  return Boolean(target?.matches?.(selector));
}

/**
 * A new element with these properties and contents.
 * @template {keyof HTMLElementTagNameMap} K
 * @param {K} tag
 * @param {Partial<HTMLElementTagNameMap[K]>} [properties]
 * @param {(Node | string)[]} children
 * @returns {HTMLElementTagNameMap[K]}
 */
export function make(tag, properties = {}, ...children) {
  const element = Object.assign(document.createElement(tag), properties);
  element.append(...children);
  return element;
}

/**
 * An icon of the sprite that every page carries.
 * @param {string} name
 */
export function icon(name) {
  const drawing = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  const use = document.createElementNS("http://www.w3.org/2000/svg", "use");
  drawing.setAttribute("class", "i");
  drawing.setAttribute("aria-hidden", "true");
  use.setAttribute("href", `#i-${name}`);
  drawing.append(use);
  return drawing;
}

/**
 * Listen for an event that starts at, or within, an element that fits, whenever that element came to the page.
 * @param {string} type
 * @param {string} selector
 * @param {(element: HTMLElement, event: Event) => void} handle
 */
export function on(type, selector, handle) {
  document.addEventListener(type, (event) => {
    const element = hit(event, selector);
    if (element) handle(element, event);
  });
}

/**
 * What the server put into the page as JSON, or null.
 * @param {string} id
 * @returns {any}
 */
export function readJson(id) {
  return JSON.parse(document.getElementById(id)?.textContent || "null");
}
