"""Dragging as a person does: press, move in small steps, let go."""

from collections.abc import Callable
from typing import Any

STEPS = 8
PAUSE = 40  # milliseconds a step; the library looks where the hand is at such intervals
MOST = 100  # small moves over the goal, on a machine so loaded that the page follows late
LANDED = """(goal) => {
  const held = document.querySelector(".held");
  return held && [held.parentElement, held.previousElementSibling, held.nextElementSibling].includes(goal);
}"""


def _show(what: Any, onto: Any) -> None:
    """Bring both into view: a hand cannot leave the window."""
    what.evaluate("(element) => element.scrollIntoView({block: 'center', behavior: 'instant'})")
    onto.scroll_into_view_if_needed()


def _middle(place: Any) -> tuple[float, float]:
    box = place.bounding_box()
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def _top(place: Any) -> tuple[float, float]:
    """Where a drop goes before what stands there."""
    box = place.bounding_box()
    return box["x"] + min(60, box["width"] / 2), box["y"] + min(4, box["height"] / 2)


def _hover(page: Any, goal: Any, move: Callable[[int], None]) -> None:
    """Tremble over the goal until what is held shows that it would land there; a hand looks before it lets go."""
    for place in range(MOST):
        if goal.evaluate(LANDED):
            return
        move(place % 2)
        page.wait_for_timeout(PAUSE)
    raise AssertionError("What is dragged never came to its goal.")


class Mouse:
    """Drags with the left button."""

    def __init__(self, page: Any) -> None:
        self.page = page

    def drag(self, what: Any, onto: Any) -> None:
        """Drag an element to the upper edge of another."""
        _show(what, onto)
        goal = onto.element_handle()  # the same element, wherever it is pushed meanwhile
        (from_x, from_y), (to_x, to_y) = _middle(what), _top(onto)
        mouse = self.page.mouse
        mouse.move(from_x, from_y)
        mouse.down()
        for step in range(1, STEPS + 1):
            mouse.move(from_x + (to_x - from_x) * step / STEPS, from_y + (to_y - from_y) * step / STEPS)
            self.page.wait_for_timeout(PAUSE)
        _hover(self.page, goal, lambda aside: mouse.move(to_x + aside, to_y))
        mouse.up()


class Finger:
    """Drags by touch; ``hold`` milliseconds pass before it moves, since a list first scrolls under a finger."""

    def __init__(self, page: Any, hold: int = 400) -> None:
        self.page = page
        self.hold = hold
        self.devtools = page.context.new_cdp_session(page)

    def _touch(self, kind: str, *points: tuple[float, float]) -> None:
        touches = [{"x": x, "y": y} for x, y in points]
        self.devtools.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": touches})

    def drag(self, what: Any, onto: Any) -> None:
        """Drag an element to the upper edge of another."""
        _show(what, onto)
        goal = onto.element_handle()  # the same element, wherever it is pushed meanwhile
        (from_x, from_y), (to_x, to_y) = _middle(what), _top(onto)
        self._touch("touchStart", (from_x, from_y))
        self.page.wait_for_timeout(self.hold)
        for step in range(1, STEPS + 1):
            self._touch(
                "touchMove",
                (from_x + (to_x - from_x) * step / STEPS, from_y + (to_y - from_y) * step / STEPS),
            )
            self.page.wait_for_timeout(PAUSE)
        if self.hold:
            _hover(self.page, goal, lambda aside: self._touch("touchMove", (to_x + aside, to_y)))
        self._touch("touchEnd")
