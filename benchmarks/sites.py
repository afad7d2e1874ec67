"""Two sites with a few interviewers in common, one with better candidates: is it said, and does the site help?

    python -m benchmarks.sites --panels 50

Eight interviewers a site and three who work at both; three of them meet each candidate and rate four of eight
questions; sds 1, .6, .7 and halo .4 logits, ratings 0..3. "cover" is the share of 90 % intervals of severity that
contain the truth without and with the site as group; "said" the share of panels warned about who met whom.
"""

import argparse
import os

for _name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.setdefault(_name, "1")

import numpy as np  # noqa: E402
import numpy.typing as npt  # noqa: E402

from benchmarks.generator import ADJACENT_STEPS  # noqa: E402
from psychometrics.model.calibration import Calibration, calibrate  # noqa: E402
from psychometrics.model.diagnostics import check_assumptions  # noqa: E402

Codes = npt.NDArray[np.intp]
Floats = npt.NDArray[np.float64]

OWN, SHARED, MET, QUESTIONS, ASKED = 8, 3, 3, 8, 4
#: Candidates, and how much better those of the second site are (logits).
PANELS = ((80, 0.0), (80, 0.8), (160, 0.8), (300, 0.8), (80, 1.5), (160, 1.5))


def main() -> None:
    """Print one line per panel size and difference."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.sites",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--panels", type=int, default=50)
    panels = parser.parse_args().panels
    print("| candidates | site difference | cover without | said | cover with | said |")
    print("|---|---|---|---|---|---|")
    for candidates, apart in PANELS:
        rows = np.array([_one(candidates, apart, seed) for seed in range(panels)])
        cells = " | ".join(f"{value:.2f}" for value in rows.mean(axis=0))
        print(f"| {candidates} | {apart:.1f} | {cells} |", flush=True)


def _one(candidates: int, apart: float, seed: int) -> tuple[float, ...]:
    """Coverage of severity and whether anything was said, without the site and with it."""
    candidate, interviewer, question, score, severity = simulate_sites(candidates, apart, seed)
    found: list[float] = []
    for group in (None, candidate % 2):
        result = calibrate(candidate, interviewer, question, score, group=group)
        found += [_coverage(result, severity), float(_said(result))]
    return tuple(found)


def simulate_sites(candidates: int, apart: float, seed: int) -> tuple[Codes, Codes, Codes, Codes, Floats]:
    """Candidate, interviewer, question and score of each rating, and the true severities, ``(19,)``.

    Odd candidates are the second site's.
    """
    rng = np.random.default_rng([seed, candidates])
    site = np.arange(candidates) % 2
    proficiency = rng.normal(0, 1.0, candidates) + apart * site
    severity = rng.normal(0, 0.6, 2 * OWN + SHARED)
    difficulty = rng.normal(0, 0.7, QUESTIONS)
    at_site = [np.append(np.arange(OWN) + OWN * place, 2 * OWN + np.arange(SHARED)) for place in (0, 1)]
    judges = np.concatenate([rng.choice(at_site[place], MET, replace=False) for place in site])
    candidate = np.repeat(np.arange(candidates), MET * ASKED)
    interviewer = np.repeat(judges, ASKED)
    question = np.concatenate([rng.choice(QUESTIONS, ASKED, replace=False) for _ in judges])
    lean = np.repeat(rng.normal(0, 0.4, len(judges)), ASKED)
    eta = proficiency[candidate] - severity[interviewer] - difficulty[question] + lean
    odds = np.exp(np.column_stack([np.zeros(len(eta)), np.cumsum(eta[:, None] - ADJACENT_STEPS, axis=1)]))
    cumulative = np.cumsum(odds / odds.sum(1, keepdims=True), axis=1)[:, :3]
    score = (rng.random(len(eta))[:, None] > cumulative).sum(1)
    return candidate, interviewer, question, score, severity


def _coverage(result: Calibration, severity: Floats) -> float:
    staff = result.interviewers
    true = severity[staff.label] - severity[staff.label].mean()
    return float(((staff.lower <= true) & (true <= staff.upper)).mean())


def _said(result: Calibration) -> bool:
    """Whether anything points at who met whom."""
    return any(finding.name == "assignment" for finding in check_assumptions(result))


if __name__ == "__main__":
    main()
