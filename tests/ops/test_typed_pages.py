"""Pages and reports are made of typed data: a dictionary of anything hides what a template needs."""

import ast
from collections.abc import Iterator
from fnmatch import fnmatch
from pathlib import Path

UNTYPED = "dict[str, Any]"
# Rooms whose every module is held to it.
TYPED = (
    "accounts",
    "content",
    "figures",
    "hiring",
    "jobs",
    "loops",
    "reports",
    "roles",
    "rubrics",
    "web",
)
# What such a dictionary is where it stays one: its names are no business of ours, or come from elsewhere. Nothing
# here feeds a template.
ON_PURPOSE = {
    "*/api.py": "the body of a request",
    "*/api_editing.py": "the body of a request",
    "*/serializers.py": "what hooks of the API's framework take and give",
    "*/management/commands/*.py": "what a command prints as JSON",
    "*/kinds.py": "the body of a pack file, or columns to be written",
    "*/packs.py": "the body of a pack file",
    "*/checks.py": "the body of a pack file",
    "content/packs/*.py": "the body of a pack file",
    "content/packfile/*.py": "the body of a pack file, or columns to be written",
    "content/canonical.py": "a body that is hashed",
    "content/life.py": "columns to be written",
    "content/concurrency.py": "columns to be written",
    "content/admin/rights.py": "rows by their key, kept for one request",
    "loops/actions/editing.py": "columns to be written",
    "loops/forecast_body.py": "a forecast as JSON, for the API and the command",
    "loops/gaps.py": "a gap as JSON, for the API and the command",
    "loops/best.py": "the best possible as JSON, for the API and the command",
    "loops/shapes.py": "stages as JSON, stored and sent by forms",
    "loops/designing/answers.py": "a design as JSON, as it is stored",
    "loops/designing/several.py": "designs as JSON, as they are stored",
    "loops/designing/told.py": "designs as JSON, for the API and the command",
    "loops/designing/wishes.py": "wishes as JSON, as they are stored",
    "hiring/scoring/autosave.py": "the body of a request",
    "hiring/scoring/errors.py": "what an answer in JSON adds to a refusal",
    "jobs/actions.py": "a job's payload",
    "jobs/context.py": "a job's payload",
    "accounts/actions/policies.py": "columns to be written",
    "accounts/history.py": "rows of the audit trail, which hold JSON",
    "accounts/trail.py": "rows of the audit trail, which hold JSON",
    "accounts/middleware.py": "facts for the audit trail",
    "accounts/models/audit.py": "facts of the audit trail",
    "web/strict_json.py": "JSON that was parsed",
}
# Methods that Django calls or is called by, and arguments that it fills: the admin's context, cleaned values.
HOOKS = {
    "clean",
    "get_actions",
    "get_changeform_initial_data",
    "get_extra_kwargs",
    "render_change_form",
}
FILLED_BY_DJANGO = {"data", "extra_context"}

# Which argument of a function that draws a template is its context, and what makes one of typed data.
CONTEXT_AT = {"render": 2, "render_to_string": 1, "TemplateResponse": 2}
TYPED_CONTEXTS = {"context_of", "vars"}
BY_HAND_ON_PURPOSE = {
    "accounts/admin/audit.py": "a page of the admin: its shell's context is a dictionary",
    "accounts/admin/base.py": "a page of the admin: its shell's context is a dictionary",
    "accounts/admin/confirm.py": "a page of the admin: its shell's context is a dictionary",
    "reports/pdf/document.py": "beside what the report holds, the document that it is part of",
}


def modules(root: Path) -> Iterator[tuple[str, ast.Module]]:
    """Every module of the rooms that are held to it, parsed."""
    for room in TYPED:
        for path in sorted((root / room).rglob("*.py")):
            if "migrations" not in path.parts:
                yield str(path.relative_to(root)), ast.parse(path.read_text())


def annotations(tree: ast.AST) -> Iterator[ast.expr]:
    """Every annotation in a module: of variables and fields, of arguments, of what is returned; no hook's."""
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.FunctionDef) and node.name in HOOKS:
            continue
        if isinstance(node, ast.AnnAssign):
            yield node.annotation
        elif isinstance(node, ast.FunctionDef) and node.returns is not None:
            yield node.returns
        elif isinstance(node, ast.arg) and node.arg not in FILLED_BY_DJANGO:
            yield from [node.annotation] if node.annotation is not None else []
        yield from annotations(node)


def untyped(tree: ast.Module) -> list[str]:
    """Annotations that speak of a dictionary of anything."""
    return [said for found in annotations(tree) if UNTYPED in (said := ast.unparse(found))]


def contexts(tree: ast.Module) -> Iterator[ast.expr]:
    """The contexts with which a module draws templates."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in CONTEXT_AT:
            yield from node.args[CONTEXT_AT[node.func.id] :][:1]
            yield from (keyword.value for keyword in node.keywords if keyword.arg == "context")


def by_hand(tree: ast.Module) -> list[str]:
    """Contexts that no page's data stand behind."""
    return [
        ast.unparse(found)
        for found in contexts(tree)
        if not (isinstance(found, ast.Call) and getattr(found.func, "id", "") in TYPED_CONTEXTS)
    ]


def test_every_room_names_what_its_pages_hold(root: Path) -> None:
    found = {
        path: said
        for path, tree in modules(root)
        if (said := untyped(tree)) and not any(fnmatch(path, pattern) for pattern in ON_PURPOSE)
    }
    assert not found


def test_nothing_stays_a_dictionary_on_purpose_that_is_none(root: Path) -> None:
    dictionaries = [path for path, tree in modules(root) if UNTYPED in ast.unparse(tree)]
    idle = [pattern for pattern in ON_PURPOSE if not any(fnmatch(path, pattern) for path in dictionaries)]
    assert not idle


def test_no_context_is_put_together_by_hand(root: Path) -> None:
    found = {path: said for path, tree in modules(root) if (said := by_hand(tree))}
    assert found.keys() == BY_HAND_ON_PURPOSE.keys(), found


def test_a_dictionary_of_anything_is_found_wherever_it_stands() -> None:
    tree = ast.parse(
        "def f(a: dict[str, Any]) -> list[dict[str, Any]]:\n    x: dict[str, Any] | None = None\n"
    )
    assert len(untyped(tree)) == 3


def test_a_context_is_found_however_it_is_handed_over() -> None:
    tree = ast.parse(
        "render(request, 'a.html', {'a': 1})\nrender_to_string('b.html', context=b)\n"
        "render(request, 'c.html')\nrender(request, 'd.html', context_of(page), status=200)\n"
    )
    assert by_hand(tree) == ["{'a': 1}", "b"]
