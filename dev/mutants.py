"""Changes the rules a little, one place at a time, and says which changes no test noticed.

``python -m dev.mutants [MODULE ...]`` tries every change of the modules named, or of all in RULES; ``--list`` prints
the changes and runs nothing. A survivor is a rule that a slip could alter unseen: write the test that fails, or see
that the change alters nothing. Runs on a copy of the checkout, so that an interruption leaves no changed rule behind.
"""

import argparse
import ast
import copy
import difflib
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from dev.devdb import ROOT
from dev.postgres import Cluster

# Each module of rules, and the tests that ought to notice a slip in it.
RULES: dict[str, list[str]] = {
    "hiring/scoring/visibility.py": ["tests/scoring/test_visibility.py", "tests/scoring/test_pages.py"],
    "hiring/decisions/actions.py": ["tests/decisions"],
    "hiring/calibration/dataset.py": ["tests/calibration"],
    "loops/coverage.py": ["tests/loops/test_coverage.py", "tests/loops/test_builder.py"],
    "loops/lint.py": ["tests/loops/test_lint.py"],
    "reports/suppression.py": ["tests/reports/dashboard/test_suppression.py"],
    "psychometrics/design/evaluation_gap.py": ["tests/psychometrics/design"],
}
LEFT_OUT = shutil.ignore_patterns(".git", "var", "__pycache__", ".*_cache", ".venv", "node_modules")
COMPARISONS: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt, ast.Eq: ast.NotEq, ast.NotEq: ast.Eq,
    ast.In: ast.NotIn, ast.NotIn: ast.In, ast.Is: ast.IsNot, ast.IsNot: ast.Is,
}  # fmt: skip
SUMS: dict[type[ast.operator], type[ast.operator]] = {
    ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.Div, ast.Div: ast.Mult, ast.BitAnd: ast.BitOr,
    ast.BitOr: ast.BitAnd,
}  # fmt: skip


@dataclass(frozen=True)
class Mutant:
    """A module with one thing changed."""

    line: int
    before: str
    after: str
    source: str

    def told(self, module: str) -> str:
        return f"  {module}:{self.line}\n    - {self.before}\n    + {self.after}"


def changed(node: ast.AST) -> Iterator[ast.AST]:
    """What could stand in place of ``node``: the slips that people make."""
    match node:
        case ast.Compare(ops=ops):
            for index, op in enumerate(ops):
                if other := COMPARISONS.get(type(op)):
                    new = copy.deepcopy(node)
                    new.ops[index] = other()
                    yield new
        case ast.BoolOp(op=op):
            new_bool = copy.deepcopy(node)
            new_bool.op = ast.Or() if isinstance(op, ast.And) else ast.And()
            yield new_bool
        case ast.UnaryOp(op=ast.Not(), operand=operand):
            yield copy.deepcopy(operand)
        case ast.UnaryOp(op=ast.Invert(), operand=operand):
            yield copy.deepcopy(operand)
        case ast.BinOp(op=op) if other_sum := SUMS.get(type(op)):
            new_sum = copy.deepcopy(node)
            new_sum.op = other_sum()
            yield new_sum
        case ast.Constant(value=bool() as value):
            yield ast.Constant(not value)
        case ast.Constant(value=int() | float() as value):
            yield ast.Constant(value + 1)
        case ast.If(test=test) if not isinstance(test, ast.Compare | ast.BoolOp | ast.UnaryOp):
            new_if = copy.deepcopy(node)
            new_if.test = ast.UnaryOp(ast.Not(), copy.deepcopy(test))
            yield new_if
        case ast.Return(value=value) if value is not None and not isinstance(value, ast.Constant):
            yield ast.Return(ast.Constant(None))


def mutants(source: str) -> Iterator[Mutant]:
    """Every change of a module's text; annotations and texts stay as they are."""
    tree = ast.parse(source)
    lines = ast.unparse(tree)
    skipped = {
        id(inner)
        for node in ast.walk(tree)
        for part in (getattr(node, "annotation", None), getattr(node, "returns", None))
        if part is not None
        for inner in ast.walk(part)
    }
    for parent in list(ast.walk(tree)):
        for name, value in ast.iter_fields(parent):
            places = list(enumerate(value)) if isinstance(value, list) else [(None, value)]
            for index, node in places:
                if not isinstance(node, ast.expr | ast.stmt) or id(node) in skipped:
                    continue
                for new in changed(node):
                    _put(parent, name, index, new)
                    text = ast.unparse(ast.fix_missing_locations(tree))
                    _put(parent, name, index, node)
                    before, after = _difference(lines, text)
                    yield Mutant(node.lineno, before, after, text)


def _put(parent: ast.AST, name: str, index: int | None, node: ast.AST) -> None:
    if index is None:
        setattr(parent, name, node)
    else:
        getattr(parent, name)[index] = node


def _difference(before: str, after: str) -> tuple[str, str]:
    lines = list(difflib.ndiff(before.splitlines(), after.splitlines()))
    gone = " ".join(line[2:].strip() for line in lines if line.startswith("- "))
    come = " ".join(line[2:].strip() for line in lines if line.startswith("+ "))
    return gone, come


def notice(checkout: Path, tests: list[str]) -> bool:
    """Whether the tests fail."""
    command = [sys.executable, "-m", "dev.testrun", "-x", "-q", "-n", "0", "-p", "no:cacheprovider", *tests]
    environment = {**os.environ, "LOOPWRIGHT_DATA_DIR": str(checkout / "var")}
    return (
        subprocess.run(command, cwd=checkout, env=environment, capture_output=True, check=False).returncode
        != 0
    )


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m dev.mutants", description=__doc__)
    parser.add_argument("modules", nargs="*", metavar="MODULE", help="of: " + ", ".join(RULES))
    parser.add_argument("--list", action="store_true", help="print the changes, run nothing")
    options = parser.parse_args(arguments)
    if unknown := set(options.modules) - set(RULES):
        parser.error(f"no tests are named in dev/mutants.py for: {', '.join(sorted(unknown))}")
    modules = options.modules or list(RULES)
    if options.list:
        for module in modules:
            for mutant in mutants((ROOT / module).read_text()):
                print(mutant.told(module))
        return 0
    with tempfile.TemporaryDirectory() as folder:
        checkout = Path(folder) / "checkout"
        shutil.copytree(ROOT, checkout, ignore=LEFT_OUT, symlinks=True)
        (checkout / "var" / "test").mkdir(parents=True)
        server = Cluster(checkout / "var" / "test" / "pg", fast=True)  # one for all runs
        server.start()
        try:
            # Not any(): a survivor in one module must not keep the next from being tried.
            return max([survivors(checkout, module) for module in modules])
        finally:
            server.stop()


def survivors(checkout: Path, module: str) -> int:
    """Try every change of one module and print those that no test noticed; the exit code."""
    source = (checkout / module).read_text()
    tried = list(mutants(source))
    print(f"{module}: {len(tried)} changes", flush=True)
    if notice(checkout, RULES[module]):
        print("  error: its tests fail without any change", flush=True)
        return 2
    survived = 0
    try:
        for mutant in tried:
            (checkout / module).write_text(mutant.source)
            if not notice(checkout, RULES[module]):
                survived += 1
                print(mutant.told(module), flush=True)
    finally:
        (checkout / module).write_text(source)
    print(f"  {survived} of {len(tried)} survived", flush=True)
    return int(survived > 0)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
