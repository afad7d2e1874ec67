"""Two sites that share questions but no interviewer, one with better candidates: who says that they cannot be compared?

    python -m benchmarks.peers.unlinked --panels 5

Candidates of the first site are .8 logits better, or its interviewers .8 harsher (``--severity``): nothing in the
ratings tells the one from the other. "gap" is the difference between the sites' mean candidates that a program's
effects amount to, scaled like everything else within sites, beside the true one; "cover" the share of 90 %
intervals that contain a candidate's contrast with the mean of everybody, and of the own site.
"""

import argparse
import sys
from dataclasses import dataclass
from statistics import fmean

import numpy as np

from benchmarks.generator import ADJACENT_STEPS, Panel
from benchmarks.peers.comparison import command_of
from benchmarks.peers.programs import NoResult, Program, run
from benchmarks.peers.scores import Z90, Effects

CANDIDATES, INTERVIEWERS, QUESTIONS, MET, ASKED = 100, 15, 24, 4, 5  # candidates and interviewers of one site
APART = 0.8
NAMES = ("psychometrics NumPy", "lme4", "glmmTMB gaussian", "glmmTMB binomial", "ordinal clmm")


@dataclass(frozen=True, slots=True)
class Answer:
    """What a program makes of one panel."""

    gap: float | None
    """None, like ``everybody``, where the program says that the sites cannot be compared."""
    true_gap: float
    everybody: float | None
    own_site: float
    said: tuple[str, ...]


def simulate_unlinked(seed: int, *, severity: bool = False) -> Panel:
    """Simulate 4,000 ratings at two sites; sds 1, .6, .7 and halo .5 logits, ratings 0..3."""
    rng = np.random.default_rng([seed, CANDIDATES])
    site = np.repeat([0, 1], CANDIDATES)
    proficiency = rng.normal(0, 1.0, 2 * CANDIDATES)
    severe = rng.normal(0, 0.6, 2 * INTERVIEWERS)
    if severity:
        severe[:INTERVIEWERS] += APART
    else:
        proficiency[site == 0] += APART
    difficulty = rng.normal(0, 0.7, QUESTIONS)
    judges = [INTERVIEWERS * place + rng.choice(INTERVIEWERS, MET, replace=False) for place in site]
    interviews = len(site) * MET
    interview = np.repeat(np.arange(interviews), ASKED)
    candidate = np.repeat(np.arange(len(site)), MET * ASKED)
    interviewer = np.repeat(np.concatenate(judges), ASKED)
    question = np.concatenate([rng.choice(QUESTIONS, ASKED, replace=False) for _ in range(interviews)])
    lean = rng.normal(0, 0.5, interviews)
    eta = proficiency[candidate] - severe[interviewer] - difficulty[question] + lean[interview]
    odds = np.exp(np.column_stack([np.zeros(len(eta)), np.cumsum(eta[:, None] - ADJACENT_STEPS, axis=1)]))
    cumulative = np.cumsum(odds / odds.sum(1, keepdims=True), axis=1)[:, :3]
    return Panel(
        candidate=candidate.astype(np.int32),
        interviewer=interviewer.astype(np.int32),
        question=question.astype(np.int32),
        interview=interview.astype(np.int32),
        score=(rng.random(len(eta))[:, None] > cumulative).sum(1).astype(np.int8),
        when=(candidate / len(site)).astype(np.float32),
        proficiency=proficiency,
        severity=severe,
        difficulty=difficulty,
    )


def answer(found: Effects, truth: np.ndarray, said: tuple[str, ...]) -> Answer:
    """Read a program's effects as a comparison of everybody, and as one within sites."""
    order = np.argsort(found.label)
    effect, error = found.effect[order], np.sqrt(found.variance[order])
    site = np.repeat([0, 1], CANDIDATES)

    def within(values: np.ndarray) -> np.ndarray:
        means = np.array([values[site == place].mean() for place in (0, 1)])
        return np.asarray(values - means[site])

    own, wanted = within(effect), within(truth)
    factor = float(own @ wanted / (own @ own))
    width = abs(factor) * Z90 * error
    means = [factor * effect[site == place].mean() for place in (0, 1)]
    true_means = [truth[site == place].mean() for place in (0, 1)]
    refused = any("unlinked subsets" in sentence for sentence in said)
    missed = factor * (effect - effect.mean()) - (truth - truth.mean())
    return Answer(
        gap=None if refused else float(means[0] - means[1]),
        true_gap=float(true_means[0] - true_means[1]),
        everybody=None if refused else float((np.abs(missed) < width).mean()),
        own_site=float((np.abs(factor * own - wanted) < width).mean()),
        said=said,
    )


def main() -> None:
    """Print one line a program."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.peers.unlinked",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--panels", type=int, default=5)
    parser.add_argument("--severity", action="store_true", help="the sites differ in severity instead")
    options = parser.parse_args()
    print(f"{'':<20}{'gap':>9}{'true':>7}{'cover: all':>12}{'own site':>10}  said in every panel")
    for name in NAMES:
        program = Program(name, True, 10**9)
        command, why = command_of(program, sys.executable, {})
        if why:
            print(f"{name:<20} {why}")
            continue
        answers = []
        for seed in range(options.panels):
            panel = simulate_unlinked(seed, severity=options.severity)
            try:
                found = run(command, program, panel, seconds=600, gigabytes=16)
            except NoResult as failure:
                print(f"{name:<20} {failure}")
                break
            answers.append(answer(found.candidates, panel.proficiency, found.said))
        if answers:
            print(line(name, answers), flush=True)


def line(name: str, answers: list[Answer]) -> str:
    """Means over panels, and what was said in all of them."""

    def mean(values: list[float | None], width: int) -> str:
        known = [value for value in values if value is not None]
        return f"{fmean(known):>{width}.2f}" if len(known) == len(values) else f"{'refused':>{width}}"

    said = set(answers[0].said).intersection(*(found.said for found in answers))
    return (
        f"{name:<20}"
        + mean([found.gap for found in answers], 9)
        + mean([found.true_gap for found in answers], 7)
        + mean([found.everybody for found in answers], 12)
        + mean([found.own_site for found in answers], 10)
        + f"  {' | '.join(sorted(said)) or '-'}"
    )


if __name__ == "__main__":
    main()
