/**
 * Moving stages and questions by mouse, by finger and by the arrow keys.
 *
 * The list is moved at once; the server's answer then draws it as it is stored.
 * @module
 */

import Sortable from "../../vendor/sortable-1.15.7.esm.js";
import { find, findAll, hit } from "../lib/dom.js";

/** @import { Sender } from "./sender.js" */
/** @import { SortableEvent, Options } from "sortablejs" */

const HOLD = 250; // milliseconds a finger rests before it drags instead of scrolling

/** @type {Options} */
const COMMON = {
  // The browser's own drag does not exist on touch screens; the library's works alike everywhere.
  forceFallback: true,
  fallbackTolerance: 4,
  animation: 120,
  ghostClass: "held",
  fallbackClass: "carried",
  delayOnTouchOnly: true,
};

/**
 * What a drop asks of the server; null where it changes nothing.
 * @param {{ kind: "stage" | "question" | "bank", id: string, stage: string | undefined, to: number, moved: boolean }} drop
 */
export function changeOf({ kind, id, stage, to, moved }) {
  if (!moved) return null;
  if (kind === "stage") return { operation: "move_stage", stage: id, to };
  if (kind === "bank") return { operation: "place_question", question: id, stage, to };
  return { operation: "move_placement", placement: id, stage, to };
}

/** @param {Sender} sender */
export function arrange(sender) {
  /** @type {Sortable[]} */
  let lists = [];

  /**
   * @param {"stage" | "question" | "bank"} kind
   * @param {string | undefined} id
   * @param {SortableEvent} event
   */
  const dropped = (kind, id, { from, to, oldDraggableIndex, newDraggableIndex }) => {
    const change = changeOf({
      kind,
      id: id ?? "",
      stage: /** @type {HTMLElement | null} */ (to.closest(".stage"))?.dataset.stage,
      to: newDraggableIndex ?? 0,
      moved: from !== to || oldDraggableIndex !== newDraggableIndex,
    });
    if (change) void sender.send(change);
  };

  const make = () => {
    for (const list of lists) list.destroy();
    lists = [];
    const stages = find("#stage-list");
    if (stages) {
      lists.push(
        new Sortable(stages, {
          ...COMMON,
          draggable: ".stage",
          handle: ".stage-grip",
          onEnd: (event) => dropped("stage", event.item.dataset.stage, event),
        }),
      );
    }
    for (const list of findAll("[data-drop]")) lists.push(new Sortable(list, questions()));
    const bank = find(".bank-list");
    if (bank) lists.push(new Sortable(bank, offered()));
  };

  /** @returns {Options} */
  const questions = () => {
    // A narrow page has no room for the handle: there the whole row is held for a moment.
    const grip = find(".grip-btn");
    const handle = grip?.offsetParent ? ".grip-btn" : undefined;
    return {
      ...COMMON,
      group: "questions",
      draggable: ".st-q",
      ...(handle
        ? { handle }
        : { delay: HOLD, filter: "button, summary, .menu-list", preventOnFilter: false }),
      onEnd: (event) => dropped("question", event.item.dataset.placement, event),
    };
  };

  /** @returns {Options} */
  const offered = () => ({
    ...COMMON,
    group: { name: "questions", pull: "clone", put: false },
    sort: false,
    draggable: "[data-question]",
    delay: HOLD,
    // A title is a link, and the place where people take hold.
    filter: "button, summary",
    preventOnFilter: false,
    onEnd: (event) => {
      // The bank keeps its row; the answer draws the placed question.
      if (event.from !== event.to) event.clone.replaceWith(event.item);
      dropped("bank", event.item.dataset.question, event);
    },
  });

  make();
  document.addEventListener("htmx:afterSwap", make);
  document.addEventListener("htmx:oobAfterSwap", make);

  document.addEventListener("keydown", (event) => {
    const grip = hit(event, ".grip-btn");
    const step = { ArrowUp: -1, ArrowDown: 1 }[event.key];
    const row = /** @type {HTMLElement | null | undefined} */ (grip?.closest("[data-placement]"));
    if (!row || !step) return;
    event.preventDefault();
    void sender.send({ operation: "move_placement", placement: row.dataset.placement, step });
  });
}
