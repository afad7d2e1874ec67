"""Which form of sufficiency ranks loops by what they can tell: ``python -m benchmarks.index_study``.

For every role of the starter pack, loops are drawn at random from its questions (2 to 6 hours, one or two interviewers,
some concentrated on few competencies). Each is measured by the gap in both forms and by the decision value, under
several assumptions about how competencies and realism levels go together among candidates, with an interviewer's
halo kept within a competency or colouring a whole session. Printed are rank correlations of ``1 - gap`` with the
decision value, for all loops and among the long ones, and with the share of right people hired when candidates
are simulated and the ratings scored as a team scores them: a mean by competency, shrunk by its reliability, weighted
by the role. Nothing of the decision value enters there.
"""

import argparse
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import yaml
from numpy.typing import NDArray
from scipy.stats import spearmanr

from psychometrics.design._plan import latent_correlations
from psychometrics.design.evaluation_gap import evaluation_gap
from psychometrics.design.evaluation_gap_audit import decision_value
from psychometrics.design.evidence import EvidenceModel, PlannedRatings, checked_plan, plan_evidence

STARTER = Path(__file__).parents[1] / "packs" / "starter"
REALISM = ("controlled", "constrained", "production")
ASSUMPTIONS = ((0.3, 0.5), (0.1, 0.5), (0.5, 0.5), (0.3, 0.25), (0.3, 0.75))
HIRED = 0.2
CANDIDATES = 4000

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Role:
    """Weights (C,), demand (C, 3), and the questions that show something of it: minutes, realism, strengths."""

    key: str
    weights: Floats
    demand: Floats
    questions: list[tuple[int, int, list[tuple[int, float]]]]


def _read(name: str, key: str) -> list[dict[str, Any]]:
    return list(yaml.load((STARTER / name).read_text(), Loader=yaml.CSafeLoader)[key])


def roles() -> Iterator[Role]:
    """The starter pack's roles."""
    bank = [
        row
        for path in sorted((STARTER / "questions").glob("*.yaml"))
        for row in _read(f"questions/{path.name}", "questions")
    ]
    for role in _read("roles.yaml", "roles"):
        place = {row["competency"]: number for number, row in enumerate(role["competencies"])}
        questions = []
        for row in bank:
            shown = [
                (place[one["competency"]], one["strength"])
                for one in row["evidences"]
                if one["competency"] in place
            ]
            if shown:
                questions.append((row["minutes"], REALISM.index(row["realism"]), shown))
        yield Role(
            role["key"],
            np.array([row["weight"] for row in role["competencies"]]),
            np.array([[row["realism_demand"][level] for level in REALISM] for row in role["competencies"]]),
            questions,
        )


def drawn(role: Role, rng: np.random.Generator) -> tuple[PlannedRatings, int]:
    """A loop at random, a question a session, and its minutes; every third one holds to few competencies."""
    budget = int(rng.integers(120, 361))
    liked = rng.random(len(role.weights)) < (0.3 if rng.random() < 1 / 3 else 1.0)
    rows: list[tuple[int, int, float, int, int]] = []
    spent = 0
    for number in rng.permutation(len(role.questions)):
        minutes, realism, shown = role.questions[number]
        if spent + minutes > budget or not any(liked[competency] for competency, _ in shown):
            continue
        people = int(rng.integers(1, 3))
        rows += [(int(number), competency, strength, realism, people) for competency, strength in shown]
        spent += minutes
    columns: Any = zip(*rows, strict=True) if rows else ((),) * 5
    return PlannedRatings(*columns), spent


def right_people(role: Role, plan: PlannedRatings, rng: np.random.Generator) -> float:
    """Share of the best fifth of candidates that is hired when a fifth is, by scores as teams make them."""
    rated = checked_plan(plan, len(role.weights), 3)
    if not rated.strength.size:
        return HIRED
    latent = latent_correlations(len(role.weights), 3, 0.5, 0.3)
    theta = rng.standard_normal((CANDIDATES, len(latent))) @ np.linalg.cholesky(latent).T
    truth = theta @ (role.weights[:, None] * role.demand).ravel()
    o, h, e = EvidenceModel().noise
    scores = theta[:, rated.competency * 3 + rated.realism].copy()
    strength, people = rated.strength, rated.interviewers
    for session in np.unique(rated.session):
        here = np.flatnonzero(rated.session == session)
        # One halo a session and interviewer, over all competencies: what panels really do.
        halo = rng.standard_normal(CANDIDATES) * np.sqrt(h / people[here[0]])
        for competency in np.unique(rated.competency[here]):
            same = here[rated.competency[here] == competency]
            strongest = strength[same].max()
            shared = rng.standard_normal(CANDIDATES) * np.sqrt(o)
            scores[:, same] += ((shared + halo) / np.sqrt(strongest))[:, None]
    scores += rng.standard_normal(scores.shape) * np.sqrt(e / (people * strength))
    carried = plan_evidence(plan, len(role.weights)).sum(axis=1)
    total = np.zeros(CANDIDATES)
    for competency in np.unique(rated.competency):
        same = rated.competency == competency
        share = strength[same] / strength[same].sum()
        reliability = carried[competency] / (1 + carried[competency])
        total += role.weights[competency] * reliability * (scores[:, same] @ share)
    many = int(HIRED * CANDIDATES)
    best, hired = np.argsort(-truth)[:many], np.argsort(-total)[:many]
    return len(np.intersect1d(best, hired)) / many


def _rank(left: Floats, right: Floats) -> float:
    return float(spearmanr(left, right).statistic)


def study(loops: int, seed: int) -> None:
    """Print the tables."""
    wins = cells = 0
    right_wins = right_cells = 0
    print(f"{loops} loops a role; rank correlation of 1 - gap, by needed evidence / by needed reliability\n")
    head = "  ".join(f"r_b {between:.1f} tau {tau:.2f}" for between, tau in ASSUMPTIONS)
    print(f"{'role':<26} {'halo':<10} {head}   330-360 min   right people hired")
    for role in roles():
        rng = np.random.default_rng([seed, sum(map(ord, role.key))])
        plans = [drawn(role, rng) for _ in range(loops)]
        minutes = np.array([spent for _, spent in plans])
        shown = {
            (form, tau): np.array(
                [
                    1
                    - evaluation_gap(
                        role.weights,
                        role.demand,
                        plan_evidence(plan, len(role.weights)),
                        transfer=tau,
                        sufficiency=form,  # type: ignore[arg-type]
                    ).gap
                    for plan, _ in plans
                ]
            )
            for form in ("evidence", "reliability")
            for tau in sorted({tau for _, tau in ASSUMPTIONS})
        }
        right = np.array([right_people(role, plan, rng) for plan, _ in plans])
        for across in (False, True):
            row = []
            for between, tau in ASSUMPTIONS:
                told = np.array(
                    [
                        decision_value(
                            role.weights, role.demand, plan, transfer=tau, between=between, halo_across=across
                        )
                        for plan, _ in plans
                    ]
                )
                pair = [_rank(shown[form, tau], told) for form in ("evidence", "reliability")]
                wins, cells = wins + (pair[1] > pair[0]), cells + 1
                row.append(f"{pair[0]:.3f}/{pair[1]:.3f}     ")
                if (between, tau) == (0.3, 0.5):
                    long = minutes >= 330
                    longest = [
                        _rank(shown[form, tau][long], told[long]) for form in ("evidence", "reliability")
                    ]
                    wins, cells = wins + (longest[1] > longest[0]), cells + 1
            last = ""
            if not across:
                pair = [_rank(shown[form, 0.5], right) for form in ("evidence", "reliability")]
                right_wins, right_cells = right_wins + (pair[1] > pair[0]), right_cells + 1
                last = f"{pair[0]:.3f}/{pair[1]:.3f}"
            name = role.key if not across else ""
            halo = "session" if across else "competency"
            print(f"{name:<26} {halo:<10} {''.join(row)} {longest[0]:.3f}/{longest[1]:.3f}   {last}")
    print(
        f"\nBy needed reliability ranks better in {wins} of {cells} cells against the decision value, "
        f"and in {right_wins} of {right_cells} roles against right people hired."
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--loops", type=int, default=600, help="loops drawn for each role")
    parser.add_argument("--seed", type=int, default=1)
    chosen = parser.parse_args()
    study(chosen.loops, chosen.seed)


if __name__ == "__main__":
    main()
