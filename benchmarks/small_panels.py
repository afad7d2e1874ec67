"""Panels of 180 ratings and up: 20 candidates, three of five interviewers each, three questions each, or more."""

import numpy as np

from benchmarks.generator import ADJACENT_STEPS, Panel

CANDIDATES, INTERVIEWERS, QUESTIONS = 20, 5, 12
HALO = 0.5


def simulate_small(seed: int, *, candidates: int = CANDIDATES, interviewers: int = INTERVIEWERS) -> Panel:
    """Simulate one small panel; sds 1, .6, .7 and halo .5 logits, ratings 0..3."""
    rng = np.random.default_rng(seed)
    proficiency = rng.normal(0, 1.0, candidates)
    severity = rng.normal(0, 0.6, interviewers)
    difficulty = rng.normal(0, 0.7, QUESTIONS)
    judges = [rng.choice(interviewers, 3, replace=False) for _ in range(candidates)]
    interviews = 3 * candidates
    asked = [rng.choice(QUESTIONS, 3, replace=False) for _ in range(interviews)]
    interview = np.repeat(np.arange(interviews), 3)
    candidate = np.repeat(np.arange(candidates), 9)
    interviewer = np.repeat(np.concatenate(judges), 3)
    question = np.concatenate(asked)
    lean = rng.normal(0, HALO, interviews)
    eta = proficiency[candidate] - severity[interviewer] - difficulty[question] + lean[interview]
    weights = np.cumsum(eta[:, None] - ADJACENT_STEPS, axis=1)
    odds = np.exp(np.column_stack([np.zeros(len(eta)), weights]))
    cumulative = np.cumsum(odds / odds.sum(1, keepdims=True), axis=1)[:, :3]
    score = (rng.random(len(eta))[:, None] > cumulative).sum(1)
    return Panel(
        candidate=candidate.astype(np.int32),
        interviewer=interviewer.astype(np.int32),
        question=question.astype(np.int32),
        interview=interview.astype(np.int32),
        score=score.astype(np.int8),
        when=(candidate / candidates).astype(np.float32),
        proficiency=proficiency,
        severity=severity,
        difficulty=difficulty,
    )
