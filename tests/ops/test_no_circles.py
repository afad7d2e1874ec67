"""No module needs itself: the import graph of the files has no circle, imports inside functions included.

Modules on a circle can be read, tested and moved only together, and an import put off into a function hides that
instead of mending it. Imports for types alone (``if TYPE_CHECKING``) count too: the reader follows them.
"""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

BESIDE = {"benchmarks", "dev", "docker", "docs", "tests"}


def packages(root: Path) -> list[str]:
    """Top-level packages of the product."""
    return sorted({path.parent.name for path in root.glob("*/__init__.py")} - BESIDE)


def modules(root: Path) -> dict[str, Path]:
    """Every file of the product by its dotted name; a package bears the name of its folder."""
    found = {}
    for package in packages(root):
        for path in sorted((root / package).rglob("*.py")):
            parts = path.relative_to(root).with_suffix("").parts
            if "migrations" not in parts:
                found[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = path
    return found


def imported(tree: ast.Module, known: set[str]) -> Iterator[str]:
    """Modules of the product that a file imports, wherever in it the import stands."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names if alias.name in known)
        elif isinstance(node, ast.ImportFrom) and node.module:
            # What is named may be a module of the package, or something the package itself defines.
            inside = {f"{node.module}.{alias.name}" for alias in node.names}
            yield from inside & known
            if node.module in known and inside - known:
                yield node.module


def graph(root: Path) -> dict[str, set[str]]:
    """What each file imports."""
    files = modules(root)
    known = set(files)
    return {
        name: set(imported(ast.parse(path.read_text(encoding="utf-8")), known)) - {name}
        for name, path in files.items()
    }


def circles(arrows: dict[str, set[str]]) -> list[list[str]]:
    """Strongly connected components of more than one module (Tarjan 1972), without recursion."""
    number: dict[str, int] = {}
    lowest: dict[str, int] = {}
    waiting: list[str] = []
    found = []
    for start in sorted(arrows):
        if start in number:
            continue
        path = [(start, iter(sorted(arrows[start])))]
        number[start] = lowest[start] = len(number)
        waiting.append(start)
        while path:
            node, rest = path[-1]
            following = next(rest, None)
            if following is None:
                path.pop()
                if path:
                    lowest[path[-1][0]] = min(lowest[path[-1][0]], lowest[node])
                if lowest[node] == number[node]:
                    cut = waiting.index(node)
                    if len(waiting) - cut > 1:
                        found.append(sorted(waiting[cut:]))
                    del waiting[cut:]
            elif following not in number:
                number[following] = lowest[following] = len(number)
                waiting.append(following)
                path.append((following, iter(sorted(arrows[following]))))
            elif following in waiting:
                lowest[node] = min(lowest[node], number[following])
    return sorted(found)


@pytest.mark.parametrize(
    ("arrows", "found"),
    [
        ({"a": {"b"}, "b": {"c"}, "c": set()}, []),
        ({"a": {"b"}, "b": {"a"}, "c": {"a"}}, [["a", "b"]]),
        (
            {"a": {"b"}, "b": {"c"}, "c": {"a", "d"}, "d": {"e"}, "e": {"d"}, "f": {"a"}},
            [["a", "b", "c"], ["d", "e"]],
        ),
    ],
)
def test_circles_are_found(arrows: dict[str, set[str]], found: list[list[str]]) -> None:
    assert circles(arrows) == found


def test_imports_count_wherever_they_stand() -> None:
    tree = ast.parse(
        "import a.b\nfrom a import c, thing\ndef f():\n    from a.d import g\nif TYPE_CHECKING:\n    import a.e\n"
    )
    known = {"a", "a.b", "a.c", "a.d", "a.e"}
    assert set(imported(tree, known)) == {"a", "a.b", "a.c", "a.d", "a.e"}


def test_no_file_stands_on_a_circle(root: Path) -> None:
    arrows = graph(root)
    assert len(arrows) > 300
    found = circles(arrows)
    assert not found, "\n".join(" <-> ".join(circle) for circle in found)
