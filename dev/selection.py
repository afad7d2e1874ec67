"""Which test files a ``-k`` can reach, told from their text: importing all of them takes longer than most tests.

The answer may name a file too many and never one too few. What pytest matches are names: of folders, files,
classes, functions, markers and parameters. All of them stand in the text, except the names of parameters that
are computed; a file with such is always taken. A test of the whole suite holds this against what pytest says.
"""

import ast
import itertools
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path

from _pytest.mark.expression import Expression  # the parser that reads the expression afterwards

WORD = r"(?:\w|:|\+|-|\.|\[|\]|\\|/)+"
# More words in one expression than this are not weighed against each other.
MOST_WORDS = 8
# What Hypothesis adds to a test that it drives.
HYPOTHESIS = ("hypothesis", "is_hypothesis_test")


class Computed(Exception):
    """A parameter's name cannot be told from the text."""


@dataclass(frozen=True)
class Names:
    """What the tests of one file can be called, in lower case."""

    fixed: frozenset[str]
    parameters: frozenset[str]
    computed: bool

    def may_contain(self, word: str) -> bool:
        """Whether a test of this file can have a name that contains ``word``."""
        return self.computed or all(self._may_contain(piece) for piece in re.findall(r"\w+", word.lower()))

    def _may_contain(self, piece: str) -> bool:
        if any(piece in name for name in itertools.chain(self.fixed, self.parameters)):
            return True
        # Values without a name of their own, and names that occur twice, are numbered.
        stem = re.sub(r"_?\d+$", "", piece)
        return stem != piece and any(name.endswith(stem) for name in self.parameters)


class Module:
    """The text of one test file or conftest."""

    def __init__(self, path: Path) -> None:
        self.nodes = list(ast.walk(ast.parse(path.read_bytes())))

    @cached_property
    def constants(self) -> dict[str, ast.expr]:
        """What the module's own names stand for; a name that is given twice stands for nothing certain."""
        found: dict[str, list[ast.expr]] = {}
        for node in self.nodes:
            if isinstance(node, ast.Assign):
                for target in node.targets:
                    if isinstance(target, ast.Name):
                        found.setdefault(target.id, []).append(node.value)
            elif isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name) and node.value:
                found.setdefault(node.target.id, []).append(node.value)
        return {name: values[0] for name, values in found.items() if len(values) == 1}

    @cached_property
    def defined(self) -> dict[str, ast.AST]:
        return {
            node.name: node
            for node in self.nodes
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)
        }

    def fixed(self) -> Iterator[str]:
        """Names of functions, classes and markers."""
        yield from self.defined
        for node in self.nodes:
            if (
                isinstance(node, ast.Attribute)
                and isinstance(node.value, ast.Attribute)
                and node.value.attr == "mark"
            ):
                yield node.attr
            elif isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
                if node.value.id == "mark":
                    yield node.attr
                elif isinstance(node.ctx, ast.Store) and node.value.id.startswith("test"):
                    yield node.attr  # an attribute of a test is matched as well
            elif isinstance(node, ast.Name) and node.id == "given":
                yield from HYPOTHESIS

    def parameters(self) -> Iterator[str]:
        """Names of parameters, of tests and of fixtures; raises Computed where the text does not say them."""
        for node in self.nodes:
            if not isinstance(node, ast.Call):
                continue
            called = _last(node.func)
            if called == "parametrize":
                for argument in (*node.args, *(keyword.value for keyword in node.keywords)):
                    yield from self._values(argument)
            elif called == "fixture":
                for keyword in node.keywords:
                    if keyword.arg in {"params", "ids"}:
                        yield from self._values(keyword.value)

    def _values(self, node: ast.expr, seen: frozenset[str] = frozenset()) -> Iterator[str]:
        match node:
            case ast.Constant(value=value):
                yield str(value)
                yield str(value).encode("unicode_escape").decode()  # as pytest writes what is not ASCII
            case ast.UnaryOp(op=ast.USub(), operand=ast.Constant(value=value)):
                yield "-" + str(value)
            case ast.Tuple(elts=parts) | ast.List(elts=parts) | ast.Set(elts=parts):
                yield from self._all(parts, seen)
            case ast.Dict(keys=keys, values=values):
                yield from self._all((*keys, *values), seen)
            case ast.Lambda():
                yield "<lambda>"
            case ast.Call(func=function, args=parts, keywords=named) if _last(function) == "param":
                yield from self._all((*parts, *(k.value for k in named if k.arg != "marks")), seen)
            case ast.Name(id=name) if (
                name in self.constants and name not in seen and name not in self.defined
            ):
                yield from self._values(self.constants[name], seen | {name})
            case ast.Name(id=name) if name in self.defined:
                yield name
            case _:
                raise Computed

    def _all(self, parts: Iterable[ast.expr | None], seen: frozenset[str]) -> Iterator[str]:
        for part in parts:
            if part is None:  # a dict unpacked in a dict
                raise Computed
            yield from self._values(part, seen)

    def inherits_tests(self) -> bool:
        """Whether tests come from elsewhere: imported, or inherited."""
        for node in self.nodes:
            if isinstance(node, ast.ImportFrom) and any(
                alias.name == "*" or (alias.asname or alias.name).lower().startswith("test")
                for alias in node.names
            ):
                return True
            if isinstance(node, ast.ClassDef) and node.name.startswith("Test") and node.bases:
                return True
        return False

    def hooks(self) -> bool:
        """Whether it takes part in collecting: then nothing is certain."""
        return any(name.startswith("pytest_") for name in self.defined)


def _last(node: ast.expr) -> str:
    return node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""


def names_of(path: Path, root: Path) -> Names:
    """What pytest can call the tests of one file."""
    module = Module(path)
    above = [_conftest(one) for one in _conftests(path, root)]
    fixed = {*path.relative_to(root).parts, *module.fixed()}
    parameters: set[str] = set()
    computed = module.inherits_tests() or any(one.hooks() for one in (module, *above))
    try:
        for one in (module, *above):
            parameters.update(one.parameters())
    except Computed:
        computed = True
    return Names(_lower(fixed), _lower(parameters), computed)


def _conftests(path: Path, root: Path) -> list[Path]:
    found = (folder / "conftest.py" for folder in path.parents if folder.is_relative_to(root))
    return [one for one in found if one.is_file()]


@lru_cache
def _conftest(path: Path) -> Module:
    return Module(path)


def _lower(names: Iterable[str]) -> frozenset[str]:
    return frozenset(name.lower() for name in names)


def may_match(expression: str, names: Names) -> bool:
    """Whether some test with such names can fulfil a ``-k`` expression.

    A word that no name contains is false of every test; any other may be true of one test and false of the next.
    """
    compiled = Expression.compile(expression)
    words = set(re.findall(WORD, expression)) - {"and", "or", "not"}
    open_words = sorted(word for word in words if names.may_contain(word))
    if len(open_words) > MOST_WORDS:
        return True
    for answers in itertools.product((False, True), repeat=len(open_words)):
        truth = dict(zip(open_words, answers, strict=True))
        if compiled.evaluate(lambda word, /, truth=truth, **_: truth.get(word, False)):
            return True
    return False
