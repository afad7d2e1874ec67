"""Claims that only many simulated panels can show, measured and held to their limits.

    python -m benchmarks.validation                 all of them: a table as in docs/methods/validation.md
    python -m benchmarks.validation --only levels   those whose names hold the word
    python -m benchmarks.validation --slice         as few panels as the test suite takes
    python -m benchmarks.validation --page docs/methods/validation.md   write the table into the page

Exit status 1 where a figure lies outside its limits.
"""

import argparse
import os
import platform
import sys
import time
from datetime import UTC, datetime
from math import inf
from pathlib import Path

for _name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.setdefault(_name, "1")

from benchmarks.validation import assembly, levels, one_trait, options  # noqa: E402
from benchmarks.validation.claims import Claim, Limits, broken  # noqa: E402

CLAIMS = (*levels.CLAIMS, *options.CLAIMS, *one_trait.CLAIMS, *assembly.CLAIMS)
BEGIN = "<!-- measured by python -m benchmarks.validation -->"


def _limit(limits: Limits) -> str:
    """Limits in words."""
    low, high = limits
    if low == -inf:
        return f"at most {high:g}"
    if high == inf:
        return f"at least {low:g}"
    return f"{low:g}" if low == high else f"{low:g} to {high:g}"


def _rows(claim: Claim, panels: int) -> tuple[list[str], list[str]]:
    """Lines of the table, and what is broken."""
    started = time.process_time()
    figures = claim.measure(panels)
    seconds = time.process_time() - started
    print(f"{claim.name}: {seconds:.0f} s", file=sys.stderr, flush=True)
    lines = [
        f"| {claim.name if place == 0 else ''} | {panels if place == 0 else ''} | {figure} "
        f"| {figures[figure]:.3f} | {_limit(claim.wide(figure, panels))} |"
        for place, figure in enumerate(claim.limits)
    ]
    return lines, broken(claim, panels, figures)


def main() -> int:
    """Measure, print, and say what is broken."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.validation",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--only", default="", metavar="WORD")
    parser.add_argument("--slice", action="store_true")
    parser.add_argument("--page", type=Path)
    given = parser.parse_args()
    started, wrong = time.process_time(), []
    lines = ["| claim | panels | figure | measured | limits |", "|---|---|---|---|---|"]
    print("\n".join(lines), flush=True)
    for claim in CLAIMS:
        panels = claim.slice if given.slice else claim.panels
        if given.only in claim.name and panels:
            rows, bad = _rows(claim, panels)
            print("\n".join(rows), flush=True)
            lines += rows
            wrong += bad
    seconds = time.process_time() - started
    machine = f"{platform.machine()}, Python {platform.python_version()}, one thread"
    measured = f"{datetime.now(UTC):%d %B %Y}, {machine}, {seconds:.0f} processor seconds."
    print(f"\n{measured}")
    if given.page is not None:
        table = "\n".join(lines)
        page = given.page.read_text(encoding="utf-8")
        given.page.write_text(
            page[: page.index(BEGIN)] + f"{BEGIN}\n\n{table}\n\n{measured}\n", encoding="utf-8"
        )
    print("\n".join(wrong), file=sys.stderr)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
