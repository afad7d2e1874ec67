"""Writes the reference of the package's public names: ``python -m dev.reference`` -> docs/api/psychometrics.md.

Every name that ``psychometrics`` exports, by shelf: signature, docstring, and the fields of what it returns, as the
source documents them. A test holds the page to the source.
"""

import ast
import inspect
import textwrap
from collections.abc import Iterable, Iterator
from dataclasses import is_dataclass
from pathlib import Path
from typing import Any, get_args, get_type_hints

import psychometrics
from psychometrics import plots

PAGE = Path(__file__).parents[1] / "docs" / "api" / "psychometrics.md"
_HEAD = """# psychometrics: every public name

Written by `python -m dev.reference` out of the docstrings; what statistics are for, and when not to use them, stands
in [methods](../methods/README.md). Import from the package: `from psychometrics import calibrate`.
"""


def page() -> str:
    """The whole page."""
    shelves: dict[str, list[str]] = {}
    for name in psychometrics.__all__:
        home = inspect.getmodule(getattr(psychometrics, name))
        shelves.setdefault(_shelf(home.__name__ if home else ""), []).append(name)
    shown: set[str] = set()
    parts = [_HEAD]
    for shelf, names in sorted(shelves.items()):
        parts.append(f"## {shelf}\n")
        for name in names:
            parts += _entry(name, getattr(psychometrics, name), shown)
    parts.append("## plots\n")
    for name, value in vars(plots).items():
        if inspect.isfunction(value) and value.__module__ == plots.__name__ and not name.startswith("_"):
            parts += _entry(f"plots.{name}", value, shown)
    return "\n".join(parts)


def _shelf(module: str) -> str:
    return module.removeprefix("psychometrics.").rpartition(".")[0]


def _entry(name: str, value: Any, shown: set[str]) -> Iterator[str]:
    """A name, and the dataclasses its results are made of that were not shown yet."""
    if inspect.isclass(value):
        if value.__name__ not in shown:
            yield from _class(value, shown)
        return
    yield f"### `{name}`\n"
    yield f"```python\n{name}{_signature(value)}\n```\n"
    yield f"{_text(value)}\n"
    for result in _results(value):
        if result.__name__ not in shown and result.__name__ not in psychometrics.__all__:
            yield from _class(result, shown)


def _class(value: type, shown: set[str]) -> Iterator[str]:
    shown.add(value.__name__)
    yield f"### class `{value.__name__}`\n"
    yield f"{_text(value)}\n"
    described = _fields(value)
    if described:
        yield "| field | holds |\n|---|---|"
        yield from (f"| `{field}` | {text} |" for field, text in described.items())
        yield ""
    for name, member in vars(value).items():
        if name.startswith("_") or not (inspect.isfunction(member) or isinstance(member, property)):
            continue
        signature = "" if isinstance(member, property) else _signature(member)
        yield f"**`{name}{signature}`** {_text(member)}\n"
    # What a result is made of stands beside it; what lies deeper is no part of the contract.
    for part in _dataclasses(_types(value).values() if is_dataclass(value) else ()):
        if part.__module__ == value.__module__ and part.__name__ not in shown:
            yield from _class(part, shown)


def _signature(value: Any) -> str:
    """As it is written."""
    (tree,) = ast.parse(textwrap.dedent(inspect.getsource(value))).body
    assert isinstance(tree, ast.FunctionDef)  # noqa: S101 -- what inspect calls a function is written as one
    returns = "" if tree.returns is None else f" -> {ast.unparse(tree.returns)}"
    return f"({ast.unparse(tree.args)}){returns}".replace("npt.", "")


def _text(value: Any) -> str:
    """The docstring; what is indented further stays as it is."""
    return (inspect.getdoc(value) or "").replace("``", "`").replace(":mod:", "").replace(":func:", "")


def _results(function: Any) -> list[type]:
    """Dataclasses a function returns, within unions, tuples and lists too."""
    return _dataclasses([_types(function).get("return")])


def _types(value: Any) -> dict[str, Any]:
    """Types of arguments or fields; none where one is imported for checking alone."""
    try:
        return get_type_hints(value)
    except NameError:
        return {}


def _dataclasses(types: Iterable[Any]) -> list[type]:
    wanted, found = list(types), []
    while wanted:
        one = wanted.pop()
        wanted += get_args(one)
        if inspect.isclass(one) and is_dataclass(one) and one.__module__.startswith("psychometrics."):
            found.append(one)
    return found


def _fields(value: type) -> dict[str, str]:
    """Fields of a dataclass with the string that follows each in the source."""
    if not is_dataclass(value):
        return {}
    (tree,) = ast.parse(textwrap.dedent(inspect.getsource(value))).body
    found: dict[str, str] = {}
    last = ""
    for node in getattr(tree, "body", []):
        if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
            last = node.target.id
            found[last] = f"`{ast.unparse(node.annotation)}`".replace("|", "or")
        elif last and isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            text = " ".join(str(node.value.value).split()).replace("``", "`").replace("|", "\\|")
            found[last] += f": {text}"
            last = ""
    return found


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
