"""Pages and reports are made of typed data: a dictionary of anything hides what a template needs."""

import ast
from collections.abc import Iterator
from pathlib import Path

UNTYPED = "dict[str, Any]"
# Rooms whose every module is held to it.
TYPED = ("figures", "reports")


def annotations(tree: ast.Module) -> Iterator[ast.expr]:
    """Every annotation in a module: of variables and fields, of arguments, of what is returned."""
    for node in ast.walk(tree):
        if isinstance(node, ast.AnnAssign) or (isinstance(node, ast.arg) and node.annotation is not None):
            yield node.annotation
        elif isinstance(node, ast.FunctionDef) and node.returns is not None:
            yield node.returns


def untyped(tree: ast.Module) -> list[str]:
    """Annotations that speak of a dictionary of anything."""
    return [said for found in annotations(tree) if UNTYPED in (said := ast.unparse(found))]


def test_reports_figures_and_their_pages_name_what_they_hold(root: Path) -> None:
    found = {
        str(path.relative_to(root)): said
        for room in TYPED
        for path in sorted((root / room).rglob("*.py"))
        if (said := untyped(ast.parse(path.read_text())))
    }
    assert not found


def test_no_context_is_put_together_by_hand_in_reports(root: Path) -> None:
    by_hand = [
        str(path.relative_to(root))
        for path in sorted((root / "reports").rglob("*.py"))
        if "render(request," in path.read_text()
    ]
    assert not by_hand


def test_a_dictionary_of_anything_is_found_wherever_it_stands() -> None:
    tree = ast.parse(
        "def f(a: dict[str, Any]) -> list[dict[str, Any]]:\n    x: dict[str, Any] | None = None\n"
    )
    assert len(untyped(tree)) == 3
